"""What `huashan` runs where it was installed by pip: the command line, or what to install to have it."""

import sys


def main() -> None:
    """Run the command line; without the server's packages, as an analyst has it, say what they are called."""
    try:
        from api.cli.app import main as run
    except ModuleNotFoundError as error:
        sys.exit(f"这里只装了 Python 客户端,没有 {error.name}:命令行要装 huashan[server],客户端见 api.client。")
    run()

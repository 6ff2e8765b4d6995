"""The console command `huashan`: finds each command's file by name, so that only the one that runs is read."""

import functools
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException

from layers.errors import BadInput, CityError, Conflict

# name -> (module, whether it works on the database). A module has `command`, or `app` with commands of its own.
COMMANDS = {
    "up": ("up", False),
    "import": ("import_", True),
    "export": ("export", True),
    "tiles": ("tiles", True),
    "base": ("base", False),
    "check": ("check", True),
    "crs": ("crs", False),
    "coverage": ("coverage", True),
    "network": ("network", True),
    "patrols": ("patrols", True),
    "recompute": ("recompute", True),
    "plan": ("plan", True),
    "migrate": ("migrate", False),
    "seed": ("seed", True),
    "token": ("token", True),
    "device": ("device", True),
    "notebooks": ("notebooks", False),
    "doctor": ("doctor", False),
    "wipe": ("wipe", False),
}


class Commands(TyperGroup):
    """Commands that are imported when they are asked for; what is typed wrongly is told in one sentence."""

    def main(self, *arguments: Any, **options: Any) -> NoReturn:
        """Run what was typed. Raises BadInput for what means nothing, Conflict where a question was not affirmed."""
        try:
            status = super().main(*arguments, **{**options, "standalone_mode": False})
        except TyperException as error:
            from api.cli.misuse import NoArgsIsHelpError, sentence

            if isinstance(error, NoArgsIsHelpError):
                sys.exit(2)
            raise BadInput(sentence(error)) from None
        except Abort:
            raise Conflict("没有得到确认:什么也没有改动。") from None
        sys.exit(status if isinstance(status, int) else 0)

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The names of all commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> TyperGroup | TyperCommand | None:  # type: ignore[override]
        """The command of that name, read from its file."""
        if cmd_name not in COMMANDS:
            return None
        name, needs_database = COMMANDS[cmd_name]
        found = _typer_of(import_module(f"api.cli.{name}"), cmd_name)
        for entry in found.registered_commands:
            if needs_database and entry.callback:
                entry.callback = _with_database(entry.callback)
        command: TyperGroup | TyperCommand = typer.main.get_command(found)  # type: ignore[assignment]
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="花山城市运行平台 · Huashan city operations platform",
)


@app.callback()
def _root() -> None:
    pass


def main() -> None:
    """Run the command line; an error is one sentence and an exit status, never a traceback."""
    try:
        app(prog_name="huashan")
    except CityError as error:
        _stop(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from api.unexpected import written_down

        _stop(written_down(error))


def _stop(sentence: str) -> None:
    sys.stdout.flush()
    print(sentence, file=sys.stderr)
    sys.exit(1)


def _typer_of(module: object, name: str) -> typer.Typer:
    found = getattr(module, "app", None)
    if isinstance(found, typer.Typer):
        return found
    single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    single.command(name=name)(module.command)  # type: ignore[attr-defined]
    return single


def _with_database(command: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(command)
    def run(*arguments: object, **options: object) -> object:
        from api.cli.database import attached

        with attached():
            return command(*arguments, **options)

    return run


if __name__ == "__main__":
    main()

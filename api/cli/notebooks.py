"""`huashan notebooks`: JupyterLab on the notebooks, with the platform's address and a token for it in place."""

import getpass
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from layers.errors import NotFound, NotPossible, NotReady

FOLDER = Path(__file__).parents[2] / "notebooks"
_DAYS = 1
_POST = "本机笔记本"
# Nothing is asked of the outside: no news, no look for updates, no list of extensions to install.
_OFFLINE = (
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)


def command(
    url: Annotated[str | None, typer.Option(help="平台地址,缺为本机 · address of the platform")] = None,
    browser: Annotated[bool, typer.Option(help="是否打开浏览器 · open a browser")] = True,
) -> None:
    """打开 JupyterLab,令牌已备好 · open JupyterLab with a token in place."""
    if not FOLDER.is_dir():
        raise NotFound(f"没有笔记本文件夹 {FOLDER}:请在源码文件夹里运行。")
    address = url or os.environ.get("HUASHAN_PUBLIC_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    _check_running(address.rstrip("/"))
    if find_spec("jupyterlab") is None:
        raise NotPossible("没有安装 JupyterLab:请用 make notebooks,它会补装;或 pip install 'huashan[notebooks]'。")
    with _token() as token:
        _run({"HUASHAN_URL": address.rstrip("/"), "HUASHAN_TOKEN": token}, browser=browser)


def lab(browser: bool) -> list[str]:
    """The command that runs JupyterLab, for this machine alone; its own access token stays on."""
    own = ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={FOLDER}", *_OFFLINE]
    as_root = ["--allow-root"] if os.geteuid() == 0 else []
    return [sys.executable, "-m", "jupyterlab", *own, *as_root, *([] if browser else ["--no-browser"])]


def _check_running(address: str) -> None:
    try:
        urllib.request.urlopen(f"{address}/health", timeout=10).close()
    except (urllib.error.URLError, ValueError, OSError) as error:
        raise NotReady(f"平台 {address} 没有答复({error}):请先在另一个终端里 make run,或用 --url 给出地址。") from error


@contextmanager
def _token() -> Iterator[str]:
    """A token of an analyst for the person at this machine, good for a day and revoked at the end of the block."""
    from api.access import tokens
    from api.cli.database import attached
    from api.cli.token import transaction

    with attached(), transaction() as connection:
        token = tokens.new(connection, getpass.getuser(), _POST, ["analyst"], _DAYS)
        number = next(row["token_id"] for row in tokens.listed(connection) if row["post"] == _POST)
    try:
        yield token
    finally:
        with attached(), transaction() as connection:
            tokens.revoke(connection, number)
        typer.echo(f"令牌 {number} 已吊销。")


def _run(told: Mapping[str, str], *, browser: bool) -> None:
    """Run JupyterLab until it ends, by itself, by Ctrl-C or by SIGTERM."""
    typer.echo(
        f"JupyterLab 即将打开;变量 HUASHAN_URL({told['HUASHAN_URL']})与 HUASHAN_TOKEN 已备好,按 Ctrl-C 两次停止。"
    )
    running = subprocess.Popen(lab(browser), env=os.environ | told, cwd=FOLDER)
    before = {kind: signal.signal(kind, lambda *_: running.terminate()) for kind in (signal.SIGTERM, signal.SIGHUP)}
    # Ctrl-C reaches JupyterLab as well, which asks whether it is meant.
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        running.wait()
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)

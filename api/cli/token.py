"""`huashan token new|list|revoke`: who may come in, by name and post."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Connection

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="签发、查看、吊销访问令牌 · access tokens",
)
_STATES = {"valid": "有效", "expired": "已到期", "revoked": "已吊销"}


@app.command("new")
def new(
    person: Annotated[str, typer.Argument(help="持有人姓名 · the person")],
    post: Annotated[str, typer.Option(help="岗位,必填 · the person's post")],
    role: Annotated[
        list[str] | None,
        typer.Option(help="角色,可重复给出:viewer analyst patroller dispatcher landuse admin · roles, repeatable"),
    ] = None,
    days: Annotated[int, typer.Option(help="有效天数,0 为长期 · days until it expires, 0 for never")] = 365,
    kiosk: Annotated[
        bool, typer.Option("--kiosk", help="大屏令牌:只可查看和确认告警 · for a screen on a wall: it only looks")
    ] = False,
) -> None:
    """签发一个令牌,只显示这一次 · issue a token, shown once."""
    from api.access import tokens

    with transaction() as connection:
        token = tokens.new(connection, person, post, role or ["viewer"], days or None, kiosk=kiosk)
    typer.echo(f"已为 {person} 签发令牌(只显示这一次,请交给本人妥善保存):", err=True)
    typer.echo(token)


@app.command("list")
def listed() -> None:
    """列出全部令牌 · list all tokens."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from api.access import tokens

    with transaction() as connection:
        rows = tokens.listed(connection)
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0))
    for title in ("编号", "持有人", "岗位", "角色", "签发", "到期", "最近使用", "状态"):
        table.add_column(title, overflow="fold", no_wrap=title not in ("持有人", "岗位", "角色"))
    for row in rows:
        table.add_row(
            str(row["token_id"]),
            row["person"],
            row["post"] or "",
            "、".join(row["roles"]) + ("(大屏)" if row["kiosk"] else ""),
            _day(row["made_at"]),
            _day(row["expires_at"]) or "长期",
            _day(row["last_used_at"]) or "从未",
            _STATES[row["state"]],
        )
    Console().print(table if rows else "还没有令牌:用 huashan token new 签发。")


@app.command("revoke")
def revoke(token_id: Annotated[int, typer.Argument(help="令牌编号,见 huashan token list · its number")]) -> None:
    """吊销一个令牌,一秒内生效 · revoke a token, within a second."""
    from api.access import tokens

    with transaction() as connection:
        person = tokens.revoke(connection, token_id)
    typer.echo(f"已吊销 {person} 的令牌 {token_id}。")


@contextmanager
def transaction() -> "Iterator[Connection]":
    """A transaction of the one at this machine, committed at the end of the block."""
    from api.answers.problems import told
    from api.database import Database, Operator
    from api.settings import read_settings

    database = Database.at(read_settings(os.environ).database_url, pool_size=1)
    try:
        with told(), database.transaction(Operator("huashan token"), write=True) as connection:
            yield connection
    finally:
        database.close()


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""

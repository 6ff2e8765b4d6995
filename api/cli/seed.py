"""`huashan seed`: the sample loaded, made larger, or taken out again."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

_STATES = {"sample": "只有示例数据", "mixed": "示例与真实数据混合", "real": "只有真实数据", "empty": "没有数据"}


def command(
    scale: Annotated[
        int, typer.Option(min=1, max=1000, help="图斑与巡查放大的倍数 · times as many parcels, patrols")
    ] = 1,
    remove: Annotated[bool, typer.Option("--remove", help="移除示例,且只移除示例 · take out the sample")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说明将做什么 · only say what would be done")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 · do not ask")] = False,
) -> None:
    """装入示例数据(已装入的不重复装),或用 --remove 移除 · load the sample, or take it out."""
    from api.cli.database import owner_engine
    from api.settings import read_settings

    settings = read_settings(os.environ)
    with owner_engine(settings) as engine:
        if remove:
            _remove(engine, dry_run=dry_run, yes=yes)
        else:
            _load(engine, scale, settings.reaches_m, dry_run=dry_run, yes=yes)


def _load(engine: "Engine", scale: int, reaches_m: tuple[float, ...], *, dry_run: bool, yes: bool) -> None:
    from api.holding import read_holding
    from api.sample import load_sample

    with engine.connect() as connection:
        state = read_holding(connection)
    typer.echo(f"数据库现在{_STATES[state]}。")
    if dry_run:
        typer.echo(f"将装入示例(规模 {scale});未改动任何数据。")
        return
    if state == "real" and not yes:
        typer.confirm("装入后真实与示例混在一起(屏幕会显示「混合」),继续?", abort=True)
    made = load_sample(engine, scale, reaches_m=reaches_m)
    if not made:
        typer.echo("示例已经装入,没有改动。")
        return
    typer.echo("已装入:" + "、".join(f"{layer} {rows}" for layer, rows in made.items()) + "。")


def _remove(engine: "Engine", *, dry_run: bool, yes: bool) -> None:
    from api.holding import read_holding
    from api.sample import remove_sample

    with engine.connect() as connection, connection.begin() as transaction:
        removed = remove_sample(connection)
        told = "、".join(f"{table.removeprefix('city.')} {rows}" for table, rows in removed.items()) or "没有示例数据"
        if dry_run:
            transaction.rollback()
            typer.echo(f"将移除:{told};未改动任何数据。")
            return
        if removed and not yes:
            typer.confirm(f"将移除:{told}。继续?", abort=True)
        state = read_holding(connection)
    typer.echo(f"已移除:{told}。数据库现在{_STATES[state]}。")

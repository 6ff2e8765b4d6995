"""`huashan base`: the base maps as a server would see them, what is wrong with each, and tiles fetched ahead."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from layers.errors import BadInput, NotPossible

if TYPE_CHECKING:
    from api.base.maps import Base
    from api.base.service import Service
    from api.settings import Settings
    from layers.crs import Bounds

app = typer.Typer(add_completion=False, no_args_is_help=True, help="底图 · base maps")
Id = Annotated[str, typer.Argument(help="底图,见 huashan base list · its id")]


@app.callback()
def _root() -> None:
    pass


@app.command("list")
def listed(
    ask: Annotated[bool, typer.Option(help="向远处的主机各要一张瓦片,看通不通 · ask each host for a tile")] = True,
) -> None:
    """列出底图,各有什么不对 · list base maps, and what is wrong with each."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    with _service() as (service, settings):
        bases = service.bases.all()
        if not bases:
            typer.echo(
                service.bases.problem or f"没有底图:把文件放进 {service.bases.folder},写法见 api/base/README.md。"
            )
            return
        table = Table(box=SIMPLE, padding=(0, 1, 0, 0))
        for title in ("底图", "标题", "种类", "级别", "年份", "审图号", "缓存", "可用"):
            table.add_column(title, overflow="fold")
        for base in bases:
            table.add_row(*_row(service, base, settings, ask=ask))
        Console().print(table)
        for base in bases:
            for words in _told(service, base):
                typer.echo(f"{base.id}:{words}")


@app.command()
def fetch(
    id: Id,
    zoom: Annotated[str, typer.Option(help="级别,如 10-16 · zooms")],
    bbox: Annotated[str | None, typer.Option(help="只要此范围:西,南,东,北(度) · only within this box")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 · do not ask")] = False,
) -> None:
    """把一片范围的瓦片预先取进缓存;中断后再运行即继续 · fetch the tiles of an area ahead, resumable."""
    from api.base import ahead
    from api.cli.asking import confirmed
    from api.limits import MAX_ZOOM
    from layers.crs import Bounds

    zooms = _zooms(zoom, MAX_ZOOM)
    with _service() as (service, _):
        base = service.bases.find(id)
        _check(base)
        box = ahead.area(base, zooms, Bounds.parse(bbox) if bbox else None)
        counted = ahead.count(base, service, zooms, box)
        held = counted.tiles - counted.lacking
        typer.echo(f"共 {counted.tiles:,} 张瓦片,缓存里已有 {held:,} 张,要取 {counted.lacking:,} 张。")
        if not counted.lacking or not (yes or confirmed("现在取吗?")):
            return
        _fetch(service, base, zooms, box, counted.lacking)


@app.command()
def clear(id: Id) -> None:
    """清空一幅底图的缓存 · empty the cache of a base map."""
    with _service() as (service, _):
        base = service.bases.find(id)
        if base.kept is None:
            raise BadInput(f"底图“{base.title.zh}”没有缓存:它的瓦片就在文件里。")
        tiles, size = base.kept.weighed()
        base.kept.clear()
        typer.echo(f"已清空 {tiles:,} 张瓦片,{size / 1e6:,.1f} MB。")


@contextmanager
def _service() -> "Iterator[tuple[Service, Settings]]":
    from api.base.maps import Bases
    from api.base.service import Service
    from api.settings import read_settings

    # Nothing here asks the database.
    named = os.environ.get("HUASHAN_DATABASE_URL") or "postgresql:///huashan"
    settings = read_settings({**os.environ, "HUASHAN_DATABASE_URL": named})
    service = Service(Bases(settings.data, settings.bounds, os.environ))
    try:
        yield service, settings
    finally:
        service.close()


def _row(service: "Service", base: "Base", settings: "Settings", *, ask: bool) -> list[str]:
    from api.base.elsewhere import Elsewhere, reached

    if ask and isinstance(base.source, Elsewhere):
        reached(base.source, base.definition.bounds or settings.bounds)
    written, (low, high) = base.definition.written, base.zooms
    year, approval = (str(written.year or "") if written else ""), (written.approval or "" if written else "")
    zooms = f"{low}-{high}" if base.source else ""
    usable = "否" if service.trouble(base) else "是"
    return [base.id, base.title.zh, base.definition.kind or "", zooms, year, approval, _kept(base), usable]


def _told(service: "Service", base: "Base") -> list[str]:
    """What is wrong with it, and what is to be known of it."""
    from api.base.told import notes

    problem = service.trouble(base)
    return [*([problem] if problem else []), *notes(base)]


def _kept(base: "Base") -> str:
    if base.kept is None or not base.kept.file.exists():
        return ""
    tiles, size = base.kept.weighed()
    return f"{tiles:,} 张 {size / 1e6:,.1f} MB"


def _check(base: "Base") -> None:
    if base.source is None:
        raise NotPossible(f"底图“{base.title.zh}”不能用:{base.problem}")
    if base.kept is None:
        raise BadInput(f"底图“{base.title.zh}”的瓦片就在文件里:不必预取。")


def _fetch(service: "Service", base: "Base", zooms: range, box: "Bounds", lacking: int) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from api.base import ahead

    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("取瓦片", total=lacking)
        places = ahead.lacking(base, service, zooms, box)
        done = ahead.fetch(base, service, places, lambda: progress.advance(task))
    typer.echo(f"已取 {done.fetched:,} 张({done.empty:,} 处没有图),{done.size_bytes / 1e6:,.1f} MB。")
    if done.failed:
        raise NotPossible(f"有 {done.failed:,} 张没有取到:{done.problem}再运行同一命令,只取余下的。")


def _zooms(text: str, deepest: int) -> range:
    low, dash, high = text.partition("-")
    numbers = [
        int(part) for part in (low, high if dash else low) if part.isascii() and part.isdigit() and len(part) < 3
    ]
    if len(numbers) < 2 or not numbers[0] <= numbers[1] <= deepest:
        raise BadInput(f"看不懂级别 {text!r}:应为一个级别如 14,或从浅到深如 10-16,最深 {deepest}。")
    return range(numbers[0], numbers[1] + 1)

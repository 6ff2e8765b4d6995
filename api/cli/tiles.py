"""`huashan tiles export LAYERS FILE.pmtiles`: the map as one file, for where there is no server."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.access.reader import Reader
    from api.settings import Settings
    from api.tiles.archive import Wanted, Written
    from layers.catalogue import Catalogue

app = typer.Typer(add_completion=False, no_args_is_help=True, help="切片 · tiles")
DEEPEST = 16


@app.callback()
def _root() -> None:
    pass


@app.command()
def export(
    layers: Annotated[str, typer.Argument(help="图层,逗号分隔,如 water,road;all 为全部 · layers")],
    file: Annotated[Path, typer.Argument(help="写到哪里,后缀 .pmtiles · the file")],
    zoom: Annotated[str | None, typer.Option(help=f"级别,如 10-16,缺为图层的最浅级到 {DEEPEST} · zooms")] = None,
    bbox: Annotated[str | None, typer.Option(help="只要此范围:西,南,东,北(度) · only within this box")] = None,
    role: Annotated[str, typer.Option(help="按此角色可见的内容 · as this role sees it")] = "viewer",
    filter_: Annotated[str | None, typer.Option("--filter", help="CQL2 条件 · a condition in CQL2")] = None,
    datetime: Annotated[str | None, typer.Option(help="哪天有效的,缺为今天 · valid on which day")] = None,
    known_at: Annotated[str | None, typer.Option(help="按当时所知 · as known then")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 · overwrite")] = False,
) -> None:
    """把图层的切片写成一个 PMTiles 文件,供离线使用或移交 · write tiles to one PMTiles file."""
    from api.settings import read_settings
    from api.tiles.archive import Wanted
    from layers.catalogue import read_catalogue
    from layers.crs import Bounds
    from layers.errors import BadInput

    if file.suffix.lower() != ".pmtiles":
        raise BadInput(f"文件名 {file.name!r} 的后缀不对:应为 .pmtiles。")
    catalogue = read_catalogue()
    reader = _reader(role)
    chosen = [layer for layer in catalogue.values() if reader.may_read(layer)] if layers == "all" else None
    if chosen is None:
        from api.tiles.chosen import chosen_layers

        _check_role(catalogue, layers, reader)
        chosen = chosen_layers(catalogue, layers, reader)
    given = {"filter": filter_, "datetime": datetime, "known_at": known_at}
    query = tuple(sorted((name, value) for name, value in given.items() if value is not None))
    zooms = _zooms(zoom, min(layer.min_zoom for layer in chosen))
    wanted = Wanted(reader, chosen, zooms, Bounds.parse(bbox) if bbox else None, query)
    written = _write(read_settings(os.environ), wanted, file, force=force)
    typer.echo(f"已写 {written.tiles:,} 张切片,{written.size_bytes / 1e6:,.1f} MB → {file}")
    for layer, lacking in written.left_out.items():
        typer.echo(
            f"图层 {layer} 在第 {'、'.join(map(str, lacking))} 级有切片装不下全部要素:略去最小的,更深的级别里有。"
        )


def _zooms(text: str | None, first: int) -> range:
    from api.limits import MAX_ZOOM
    from layers.errors import BadInput

    low, dash, high = (text or f"{first}-{DEEPEST}").partition("-")
    numbers = [
        int(part) for part in (low, high if dash else low) if part.isascii() and part.isdigit() and len(part) <= 2
    ]
    if len(numbers) < 2 or not numbers[0] <= numbers[1] <= MAX_ZOOM:
        raise BadInput(f"看不懂级别 {text!r}:应为一个级别如 14,或从浅到深如 10-16,最深 {MAX_ZOOM}。")
    return range(numbers[0], numbers[1] + 1)


def _reader(role: str) -> "Reader":
    import getpass

    from api.access.reader import Reader
    from layers.catalogue import ROLES
    from layers.errors import BadInput

    if role not in ROLES:
        raise BadInput(f"不认识角色 {role!r}:可为 {'、'.join(ROLES)}。")
    return Reader(getpass.getuser(), "", frozenset({role}), signed_in=True)


def _check_role(catalogue: "Catalogue", layers: str, reader: "Reader") -> None:
    """Raises NotAllowed for a layer that the role may not see: whoever writes the file chooses the role."""
    from layers.errors import NotAllowed

    for layer in (catalogue[name] for name in layers.split(",") if name in catalogue):
        if not reader.may_read(layer):
            roles = "、".join(f"--role {role}" for role in sorted(layer.read - {"admin"} or layer.read))
            raise NotAllowed(f"图层“{layer.title.zh}”({layer.id})不给角色 {min(reader.roles)} 看:请改用 {roles} 之一。")


def _write(settings: "Settings", wanted: "Wanted", file: Path, *, force: bool) -> "Written":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from api.cli.database import owner_engine
    from api.database import Database
    from api.tiles.archive import write_archive
    from layers.catalogue import read_catalogue

    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with owner_engine(settings) as engine, Progress(*shown, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("画切片", total=None)
        return write_archive(
            Database(engine),
            read_catalogue(),
            wanted,
            file,
            force=force,
            began=lambda tiles: progress.update(task, total=tiles),
            step=lambda: progress.advance(task),
        )

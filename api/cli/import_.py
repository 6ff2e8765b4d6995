"""`huashan import LAYER FILE`: a file into a layer, all of it or nothing, with a table of what became of each row."""

import getpass
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.asking import confirmed
from api.transfer.formats import READABLE_HELP
from layers.errors import BadInput

if TYPE_CHECKING:
    from api.transfer.importing import Manner
    from api.transfer.read import Reading
    from api.transfer.report import Cell, Report
    from api.transfer.source import Source
    from layers.catalogue import Catalogue, Layer


def command(
    layer: Annotated[
        str, typer.Argument(help="图层,如 road;表 reach、post、duty、crew、device 用 CSV 或 xlsx · the layer")
    ],
    file: Annotated[Path, typer.Argument(help=f"{READABLE_HELP} 没有图形的 CSV 或 xlsx 按编码更新属性 · the file")],
    crs: Annotated[
        str | None,
        typer.Option(help="坐标系:代码、PROJ 字符串或地方坐标系的名称 · code, PROJ string, name"),
    ] = None,
    datum: Annotated[str, typer.Option(help="坐标偏移:wgs84 gcj02 bd09 · datum of the degrees")] = "wgs84",
    preset: Annotated[
        str | None, typer.Option(help="按惯用格式:dltb、permanent_farmland 等,中文名也可 · a kind of file offices hold")
    ] = None,
    layer_name: Annotated[str | None, typer.Option(help="文件里的图层 · the layer within the file")] = None,
    encoding: Annotated[str | None, typer.Option(help="文字编码,默认自动判断 · text encoding")] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="列=字段", help="文件的列对应的字段,可重复 · column=field")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="字段=值", help="每行都取此值,可重复 · field=value")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option(metavar="列=值", help="只取符合的行,可重复,!= 为不等 · only these rows")
    ] = None,
    key: Annotated[str | None, typer.Option(help="作为编码的列,几列用 + 连接 · columns that name a feature")] = None,
    edition: Annotated[str | None, typer.Option(help="版次名称 · name of the edition")] = None,
    valid_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="生效日期 · day it is true from")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="文件里没有的记录自生效日期起失效 · withdraw what the file lacks")
    ] = False,
    within: Annotated[
        str | None, typer.Option(help="只在此范围内撤销:网格编码、西,南,东,北 或面文件 · withdraw only within")
    ] = None,
    max_vertices: Annotated[int, typer.Option(min=4, help="每个图形的顶点上限 · vertices per geometry")] = 200_000,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="跳过有问题的行,导入其余 · leave out rows that are rejected")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="试运行:全部检查,不写入 · check everything, write nothing")
    ] = False,
    rejects: Annotated[Path | None, typer.Option(help="拒绝的行写到哪里 · where rejected rows are written")] = None,
    changes: Annotated[Path | None, typer.Option(help="逐格的改动写到哪里 · where changed cells are written")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问 · answer questions with yes")] = False,
) -> None:
    """把文件导入图层:全部写入或全不写入 · import a file into a layer, all of it or nothing."""
    from api.settings import local_systems
    from api.transfer.batch import Wishes
    from api.transfer.edition import Edition
    from api.transfer.importing import Manner
    from api.transfer.read import Reading
    from api.transfer.source import column_named

    columns, values = _pairs(map_, "--map 列=字段"), _pairs(set_, "--set 字段=值")
    conditions, keys = tuple(where or ()), [*columns, *(key or "").split("+")]
    manner = Manner(
        wishes=Wishes(columns, values, key, _datum(datum), max_vertices),
        where=conditions,
        edition=Edition(edition, valid_from.date() if valid_from else None, replace, within),
        skip_bad=skip_bad,
        dry_run=dry_run,
        ask=lambda question: yes or confirmed(question),
        list_changes=(lambda cells: _write_changes(cells, changes)) if changes else None,
    )
    tags = tuple(name for name in (*map(column_named, conditions), *keys) if name)
    named = local_systems(os.environ).get(crs or "", crs)
    _import(layer, file, Reading(layer_name, encoding, named), manner, preset=preset, rejects=rejects, tags=tags)


def _import(
    name: str,
    file: Path,
    reading: "Reading",
    manner: "Manner",
    *,
    preset: str | None,
    rejects: Path | None,
    tags: tuple[str, ...],
) -> None:
    from dataclasses import replace

    from api.transfer.preset import preset_named
    from api.transfer.preset_rows import by_preset, hinted
    from api.transfer.read import OSM
    from api.transfer.tables import exchanged, from_table
    from layers.catalogue import read_catalogue

    catalogue = read_catalogue()
    layer = exchanged(catalogue, name)
    chosen = preset_named(layer, preset) if preset else None
    if file.suffix.lower() == OSM:
        source = _read_osm(catalogue, layer, file, reading, tags=tags)
    else:
        tables = chosen.tables if chosen else ()
        source = _read(layer, file, replace(reading, table=from_table(layer), tables=tables))
    source, manner = by_preset(chosen, source, manner) if chosen else (hinted(layer, source), manner)
    report = _run(catalogue, layer, source, manner)
    _tell(report, rejects or file.with_name(f"{file.name}.rejects.csv"))
    if report.refused:
        raise typer.Exit(1)


def _read(layer: "Layer", file: Path, reading: "Reading") -> "Source":
    from api.transfer.preset import with_table
    from api.transfer.read import read_source
    from api.transfer.vector import SeveralLayers

    try:
        return read_source(file, reading)
    except SeveralLayers as error:
        preset = with_table(layer, error.names)
        if preset is None or reading.tables:
            raise
        raise BadInput(f"{error} 若是{preset.title},加 --preset {preset.id} 即按其惯例选取并导入。") from None


def _read_osm(
    catalogue: "Catalogue", layer: "Layer", file: Path, reading: "Reading", *, tags: tuple[str, ...]
) -> "Source":
    """What of an extract belongs to the layer, within the deployment's bounds; how far it is is shown meanwhile."""
    from dataclasses import replace

    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from api.cli.database import owner_engine
    from api.settings import read_settings
    from api.transfer.osm import Extract
    from api.transfer.osm_table import osm_table_of
    from api.transfer.read import read_source
    from layers import query
    from layers.crs import Bounds

    table = osm_table_of(catalogue, layer)
    with owner_engine(read_settings(os.environ)) as engine, engine.connect() as connection:
        bounds = Bounds(*query.rows(connection, "deployment/transfer_deployment")[0]["bounds"])
    shown = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"读取 {file.name}", total=None)
        wanted = Extract(
            table, bounds, tags, one_line=layer.geometry == "LineString",
            tell=lambda doing: progress.update(task, description=doing),
        )  # fmt: skip
        return read_source(file, replace(reading, osm=wanted))


def _run(catalogue: "Catalogue", layer: "Layer", source: "Source", manner: "Manner") -> "Report":
    from dataclasses import replace

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from api.cli.database import owner_engine
    from api.database import Database, Operator
    from api.settings import read_settings
    from api.transfer.importing import import_source

    shown = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        owner_engine(read_settings(os.environ)) as engine,
        Database(engine).transaction(Operator(getpass.getuser()), write=True) as connection,
        Progress(*shown, console=Console(stderr=True), transient=True) as progress,
    ):
        task = progress.add_task(f"导入 {source.name}", total=len(source))

        def ask(question: str) -> bool:
            progress.stop()
            return manner.ask(question)

        shown_manner = replace(
            manner,
            ask=ask,
            step=lambda count: progress.advance(task, count),
            tell=lambda doing: progress.update(task, description=doing),
        )
        return import_source(connection, catalogue, layer, source, shown_manner)


def _write_changes(cells: "Iterable[Cell]", path: Path) -> None:
    from api.transfer.report import write_changes

    try:
        write_changes(cells, path)
    except OSError as error:
        raise BadInput(f"改动无法写入 {path}({error.strerror}):请用 --changes 指定别处。未写入任何数据。") from error
    typer.echo(f"逐格的改动已写入 {path}")


def _tell(report: "Report", rejects: Path) -> None:
    from rich.console import Console

    from api.transfer.report import show, write_rejects

    show(report, Console())
    if not report.rejects:
        return
    try:
        write_rejects(report, rejects)
        typer.echo(f"拒绝的 {report.rejected} 行及原因已写入 {rejects}")
    except OSError as error:
        typer.echo(f"拒绝的行无法写入 {rejects}({error.strerror}):请用 --rejects 指定别处。", err=True)


def _pairs(texts: list[str] | None, form: str) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts or []]
    for name, equal, value in pairs:
        if not equal or not name.strip():
            raise BadInput(f"看不懂 {name + equal + value!r}:应为 {form}。")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _datum(name: str) -> str:
    from geo.tracks.datum import Datum

    try:
        return Datum(name.lower().replace("-", "")).value
    except ValueError:
        raise BadInput(f"不认识坐标偏移 {name!r}:可为 {'、'.join(Datum)}。") from None

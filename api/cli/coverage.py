"""`huashan coverage LAYER`: what was seen of a layer in a period, as a table, as files, lines as a picture."""

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from api.coverage.asked import Asked
    from api.coverage.picture import Picture
    from api.coverage.pieces import By
    from layers.catalogue import Catalogue, Layer

_PERIOD = "日期或时间,不含时区按平台时区 · a date or a time"
_MISSING = {"community": "grid", "reach": "reach", "post": "reach"}
"""What has to be imported before a layer can be told by it."""


class _Files(NamedTuple):
    """Where to write what."""

    csv: Path | None
    parquet: Path | None
    picture: Path | None


def command(
    layer: Annotated[str, typer.Argument(help="图层,如 bank、road、grid、site · a layer")],
    start: Annotated[str | None, typer.Option("--from", help=f"起,含;{_PERIOD}")] = None,
    end: Annotated[str | None, typer.Option("--to", help=f"止,不含;{_PERIOD}")] = None,
    reach_m: Annotated[
        float | None, typer.Option(min=0.1, max=10_000, help="可视距离(米);线未存储的由轨迹现算 · reach in metres")
    ] = None,
    by: Annotated[str, typer.Option(help="按什么汇总 · summed by:target、reach、community、water、post")] = "target",
    known_at: Annotated[str | None, typer.Option(help=f"按当时所知;{_PERIOD}")] = None,
    duty: Annotated[
        str | None, typer.Option(help="只计这项职责的时段、方式与履职人 · what counts for a duty alone")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="存为 CSV · write CSV")] = None,
    parquet: Annotated[Path | None, typer.Option(help="存为 GeoParquet · write GeoParquet")] = None,
    picture: Annotated[Path | None, typer.Option(help="线按距上次看到的天数画图,.png 或 .svg · draw by age")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 · overwrite")] = False,
) -> None:
    """一个图层在一个时段内谁看过多少 · what was seen of lines, areas or points in a period."""
    from api.cli.database import owner_engine
    from api.coverage.asked import coverage_layer
    from api.database import Database, Operator
    from api.duties.asked import Wish, asked_of
    from api.settings import read_settings
    from layers.catalogue import read_catalogue

    settings, catalogue, files = read_settings(os.environ), read_catalogue(), _Files(csv, parquet, picture)
    way, chosen = _by(by), coverage_layer(catalogue, layer)
    _check_files(files, chosen, force=force)
    wish = Wish(start, end, reach_m, known_at, duty)
    who = Operator(getpass.getuser())
    # A reach that is not stored is worked out into a table of the transaction's own: a read-only one may not make any.
    with owner_engine(settings) as engine, Database(engine).transaction(who, write=True) as connection:
        asked = asked_of(connection, catalogue, chosen, wish, reaches_m=settings.reaches_m)
        (_lines if chosen.lines else _wholes)(connection, catalogue, asked, way, files)


def _lines(connection: "Connection", catalogue: "Catalogue", asked: "Asked", way: "By", files: _Files) -> None:
    from api.cli.coverage_table import print_lines
    from api.coverage.anew import sightings_for
    from api.coverage.formats import FIGURES
    from api.coverage.lines import line_coverage
    from api.coverage.pieces import OVERLAPPING, pieces_by
    from api.coverage.told import piece_of, told_of
    from api.duties.held import held_by

    sightings = sightings_for(connection, asked)
    pieces = pieces_by(connection, asked, way, held_by(connection, catalogue, asked, way))
    drawn = files.parquet is not None
    rows = line_coverage(connection, asked, pieces, sightings=sightings, geometry=drawn)
    _refuse_nothing(rows, asked, way)
    told = told_of(asked, way)
    # Before the table: whoever pipes it into a pager that ends early has the files all the same.
    _write(files, told, [piece_of(row, way, drawn=drawn) for row in rows], FIGURES)
    if files.picture:
        _draw(files.picture, _picture(connection, catalogue, asked, sightings), catalogue)
    # What pieces share counts once in all.
    whole = line_coverage(connection, asked, sightings=sightings) if way in OVERLAPPING else rows
    print_lines(told, rows, asked, whole)


def _wholes(connection: "Connection", catalogue: "Catalogue", asked: "Asked", way: "By", files: _Files) -> None:
    from api.cli.coverage_table import print_wholes
    from api.coverage.told import told_of
    from api.coverage.whole_answer import Cut, whole_pieces
    from api.duties.held import held_by

    cut = Cut(way, held_by(connection, catalogue, asked, way))
    pieces, figures, _ = whole_pieces(connection, catalogue, asked, cut, drawn=files.parquet is not None)
    _refuse_nothing(pieces, asked, way)
    told = told_of(asked, way)
    _write(files, told, pieces, figures)
    print_wholes(told, pieces, asked)


def _by(text: str) -> "By":
    from api.coverage.pieces import BYS, By
    from layers.errors import BadInput

    if text not in BYS:
        raise BadInput(f"--by 的值 {text[:40]!r} 不对:应为 {'、'.join(BYS)} 之一。")
    found: By = text  # type: ignore[assignment]
    return found


def _check_files(files: _Files, layer: "Layer", *, force: bool) -> None:
    """Refuse before anything is worked out what could not be written afterwards."""
    from api.coverage.picture import KINDS
    from layers.errors import BadInput, Conflict, NotFound

    if files.picture and not layer.lines:
        raise BadInput(f"图层 {layer.id} 不是线,不按距上次看到的天数画图:请去掉 --picture,或用 --parquet 存下来画。")
    for path, kinds in ((files.csv, (".csv",)), (files.parquet, (".parquet",)), (files.picture, KINDS)):
        if path is None:
            continue
        if path.suffix.lower() not in kinds:
            raise BadInput(f"文件 {path.name!r} 的后缀应为 {' 或 '.join(kinds)}。")
        if not path.parent.is_dir():
            raise NotFound(f"没有文件夹 {path.parent}:请先建立。")
        if path.exists() and not force:
            raise Conflict(f"文件已存在:{path}。要覆盖请加 --force。")


def _refuse_nothing(rows: list[dict[str, Any]], asked: "Asked", way: "By") -> None:
    from layers.errors import NotReady

    if not rows:
        needed = _MISSING.get(way) or ("water" if asked.layer.derived else asked.layer.id)
        named = "" if way == "target" else f",或没有可按 {way} 汇总的"
        if asked.known_at:
            raise NotReady(
                f"图层 {asked.layer.id}({asked.layer.title.zh})在 {asked.known_at.isoformat()} 还没有目标{named}:"
                "请换一个时间,或去掉 --known-at。"
            )
        raise NotReady(
            f"图层 {asked.layer.id}({asked.layer.title.zh})还没有目标{named}:请先用 huashan import {needed} 带入。"
        )


def _picture(connection: "Connection", catalogue: "Catalogue", asked: "Asked", sightings: str) -> "Picture":
    from api.coverage.aged import read_aged, read_shapes
    from api.coverage.caption import Origin, caption_of
    from api.coverage.picture import Picture, language
    from api.holding import read_holding
    from layers import query

    aged = read_aged(connection, asked, sightings=sightings)
    origin = Origin(query.rows(connection, "deployment/deployment_facts")[0]["name"], read_holding(connection))
    _, waters = read_shapes(connection, catalogue["water"].table, asked)
    caption = caption_of(asked, aged.at, origin, language())
    return Picture(asked.layer.id, aged, caption, waters, since_start=asked.period[0] is not None)


def _write(files: _Files, told: dict[str, Any], pieces: list[dict[str, Any]], figures: "Sequence[str]") -> None:
    from api.coverage.formats import WRITERS

    for kind, path in (("csv", files.csv), ("parquet", files.parquet)):
        if path:
            path.write_bytes(WRITERS[kind](told, pieces, figures))
            typer.echo(f"已写入 {path}")


def _draw(path: Path, drawing: "Picture", catalogue: "Catalogue") -> None:
    from api.coverage.picture import draw, language

    draw(path, drawing, catalogue)
    typer.echo(f"已画出 {path}")
    if language() == "en":
        typer.echo("这台机器没有中文字体,图中文字用了英文:装上 fonts-wqy-microhei 再画即为中文。")

"""`huashan coverage LAYER`: what was seen of banks or roads in a period, as a table, as files, as a picture."""

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.coverage.asked import Asked
    from api.coverage.picture import Picture
    from api.coverage.pieces import By
    from api.settings import Settings
    from layers.catalogue import Catalogue

_MOST_ROWS = 60
_PERIOD = "日期或时间,不含时区按平台时区 · a date or a time"
_MISSING = {"community": "grid", "reach": "reach", "post": "reach"}
"""What has to be imported before a layer can be told by it."""


class _Files(NamedTuple):
    """Where to write what."""

    csv: Path | None
    parquet: Path | None
    picture: Path | None


def command(
    layer: Annotated[str, typer.Argument(help="线图层,如 bank、road · a layer of lines")],
    start: Annotated[str | None, typer.Option("--from", help=f"起,含;{_PERIOD}")] = None,
    end: Annotated[str | None, typer.Option("--to", help=f"止,不含;{_PERIOD}")] = None,
    reach_m: Annotated[
        float | None, typer.Option(min=0.1, max=10_000, help="可视距离(米);未存储的由轨迹现算 · reach in metres")
    ] = None,
    by: Annotated[str, typer.Option(help="按什么汇总 · summed by:target、reach、community、water、post")] = "target",
    known_at: Annotated[str | None, typer.Option(help=f"按当时所知;{_PERIOD}")] = None,
    csv: Annotated[Path | None, typer.Option(help="存为 CSV · write CSV")] = None,
    parquet: Annotated[Path | None, typer.Option(help="存为 GeoParquet · write GeoParquet")] = None,
    picture: Annotated[Path | None, typer.Option(help="按距上次看到的天数画图,.png 或 .svg · draw by age")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 · overwrite")] = False,
) -> None:
    """岸线、道路在一个时段内谁看过多少 · what was seen of banks or roads in a period."""
    from api.cli.database import owner_engine
    from api.coverage.anew import sightings_for
    from api.coverage.lines import line_coverage
    from api.coverage.pieces import pieces_by
    from api.coverage.told import piece_of, told_of
    from api.database import Database, Operator
    from api.settings import read_settings
    from layers.catalogue import read_catalogue

    settings, catalogue, files = read_settings(os.environ), read_catalogue(), _Files(csv, parquet, picture)
    way = _by(by)
    _check_files(files, force=force)
    who = Operator(getpass.getuser())
    # A reach that is not stored is worked out into a table of the transaction's own: a read-only one may not make any.
    with owner_engine(settings) as engine, Database(engine).transaction(who, write=True) as connection:
        asked = _asked(connection, catalogue, settings, (layer, start, end, reach_m, known_at))
        sightings = sightings_for(connection, asked)
        pieces = pieces_by(connection, asked, way)
        rows = line_coverage(connection, asked, pieces, sightings=sightings, geometry=parquet is not None)
        _refuse_nothing(rows, asked, way)
        drawing = _picture(connection, catalogue, asked, sightings) if picture else None
    told = told_of(asked, way)
    _print(told, rows, asked)
    _write(files, told, [piece_of(row, way, drawn=parquet is not None) for row in rows])
    if picture and drawing:
        _draw(picture, drawing, catalogue)


def _by(text: str) -> "By":
    from api.coverage.pieces import BYS, By
    from layers.errors import BadInput

    if text not in BYS:
        raise BadInput(f"--by 的值 {text[:40]!r} 不对:应为 {'、'.join(BYS)} 之一。")
    found: By = text  # type: ignore[assignment]
    return found


def _check_files(files: _Files, *, force: bool) -> None:
    """Refuse before anything is worked out what could not be written afterwards."""
    from api.coverage.picture import KINDS
    from layers.errors import BadInput, Conflict, NotFound

    for path, kinds in ((files.csv, (".csv",)), (files.parquet, (".parquet",)), (files.picture, KINDS)):
        if path is None:
            continue
        if path.suffix.lower() not in kinds:
            raise BadInput(f"文件 {path.name!r} 的后缀应为 {' 或 '.join(kinds)}。")
        if not path.parent.is_dir():
            raise NotFound(f"没有文件夹 {path.parent}:请先建立。")
        if path.exists() and not force:
            raise Conflict(f"文件已存在:{path}。要覆盖请加 --force。")


def _asked(connection: "Connection", catalogue: "Catalogue", settings: "Settings", given: tuple[Any, ...]) -> "Asked":
    from api.coverage.asked import Asked, line_layer
    from api.coverage.since import within_known
    from api.patrols.moments import instant, period
    from api.patrols.reaches import default_reach
    from api.patrols.targets import read_city

    layer, start, end, reach_m, known_at = given
    chosen, zone = line_layer(catalogue, layer), read_city(connection).zone
    reach = reach_m or default_reach(connection, settings.reaches_m)
    asked = Asked(chosen, period(start, end, zone), reach, None, instant(known_at, "known-at", zone))
    return within_known(connection, asked)


def _refuse_nothing(rows: list[dict[str, Any]], asked: "Asked", way: "By") -> None:
    from layers.errors import NotReady

    if not rows:
        needed = _MISSING.get(way, asked.layer.id)
        named = "" if way == "target" else f",或没有可按 {way} 汇总的"
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


def _print(told: dict[str, Any], rows: list[dict[str, Any]], asked: "Asked") -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE, padding=(0, 1, 0, 0), title=_title(told, asked), title_justify="left")
    for title in ("编码", "名称"):
        table.add_column(title, overflow="fold")
    for title in ("长度(米)", "看到(米)", "占比", "上次看到"):
        table.add_column(title, justify="right", no_wrap=True)
    worst = sorted(rows, key=lambda row: row["seen_m"] - row["length_m"])
    for row in worst[:_MOST_ROWS]:
        table.add_row(row["code"] or "无责任主体", row["name"] or "", *_figures([row]))
    if len(rows) > 1:
        table.add_row(f"合计 {len(rows)}", "", *_figures(rows))
    console = Console()
    console.print(table)
    if len(rows) > _MOST_ROWS:
        console.print(f"只列出未看到最多的 {_MOST_ROWS} 行,合计为全部 {len(rows):,} 行;全部见 --csv。")
    console.print(_remark(rows))


def _title(told: dict[str, Any], asked: "Asked") -> str:
    start, end = (told[name][:16].replace("T", " ") if told[name] else None for name in ("from", "to"))
    period = f"{start or '最早'} 至 {f'{end}(不含)' if end else '现在'}"
    known = f",按 {told['known_at'][:16].replace('T', ' ')} 所知" if asked.known_at else ""
    return f"{asked.layer.title.zh} · {period} · 可视距离 {asked.reach_m:g} 米{known}"


def _figures(rows: list[dict[str, Any]]) -> tuple[str, str, str, str]:
    from api.coverage.told import share_pair

    length_m, seen_m, sure_m, possible_m = (
        sum(row[name] for row in rows) for name in ("length_m", "seen_m", "sure_m", "possible_m")
    )
    newest = max((row["last_seen"] for row in rows if row["last_seen"]), default=None)
    share = share_pair(sure_m / length_m, possible_m / length_m) if length_m else "–"
    return f"{length_m:,.0f}", f"{seen_m:,.0f}", share, f"{newest:%Y-%m-%d %H:%M}" if newest else "从未"


def _remark(rows: list[dict[str, Any]]) -> str:
    if any(row["seen_m"] for row in rows):
        return "占比为一对:各定位点都不超出其误差时,真值在两数之间;看到(米)按标称距离。"
    newest = max((row["last_seen"] for row in rows if row["last_seen"]), default=None)
    if newest:
        return f"这个时段里没有巡查看到其中任何一米,此前最近一次在 {newest:%Y-%m-%d %H:%M}:请核对 --from 与 --to。"
    return "还没有巡查看到过其中任何一米:请用 huashan patrols import 带入轨迹。"


def _write(files: _Files, told: dict[str, Any], pieces: list[dict[str, Any]]) -> None:
    from api.coverage.formats import WRITERS

    for kind, path in (("csv", files.csv), ("parquet", files.parquet)):
        if path:
            path.write_bytes(WRITERS[kind](told, pieces))
            typer.echo(f"已写入 {path}")


def _draw(path: Path, drawing: "Picture", catalogue: "Catalogue") -> None:
    from api.coverage.picture import draw, language

    draw(path, drawing, catalogue)
    typer.echo(f"已画出 {path}")
    if language() == "en":
        typer.echo("这台机器没有中文字体,图中文字用了英文:装上 fonts-wqy-microhei 再画即为中文。")

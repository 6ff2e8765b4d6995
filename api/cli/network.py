"""`huashan network`: the network that plans go along, and what to mend of it."""

import getpass
import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

_MOST_ROWS = 20
_MODES = {"foot": "步行", "bicycle": "骑行", "car": "车", "boat": "船"}


def command(
    at: Annotated[str | None, typer.Option(help="何时的路网,日期或时间,缺为现在 · a date or a time")] = None,
    geojson: Annotated[
        Path | None, typer.Option(help="把孤岛、接合处、封闭与未验证的岸线存为 GeoJSON · write what to mend as GeoJSON")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 · overwrite")] = False,
) -> None:
    """巡查方案所走的路网:多长、哪里不通、哪里被接上 · the network of plans: lengths, islands, drawn ends."""
    from api.cli.database import owner_engine
    from api.database import Database, Operator
    from api.network.held import Networks
    from api.network.told import Told, features_of, told_of
    from api.settings import read_settings
    from api.sightings.targets import read_city
    from api.tracks.moments import instant
    from layers.errors import Conflict, NotFound

    if geojson and not geojson.parent.is_dir():
        raise NotFound(f"没有文件夹 {geojson.parent}:请先建立。")
    if geojson and geojson.exists() and not force:
        raise Conflict(f"文件已存在:{geojson}。要覆盖请加 --force。")
    settings, who = read_settings(os.environ), Operator(getpass.getuser())
    with owner_engine(settings) as engine, Database(engine).transaction(who) as connection:
        city = read_city(connection)
        network = Networks().read(connection, instant(at, "at", city.zone))
    told = Told(network, city.metric_crs)
    _print(told_of(told))
    if geojson:
        body = {"type": "FeatureCollection", "features": features_of(told)}
        geojson.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
        typer.echo(f"已写入 {geojson}")


def _print(told: dict[str, Any]) -> None:
    """The report, the longest and furthest first."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"路网:{told['nodes']:,} 个节点,{told['edges']:,} 条边", title_justify="left")
    for title in ("方式", "里程(千米)", "最大一片占比", "片数"):
        table.add_column(title, justify="left" if title == "方式" else "right")
    for mode, one in told["modes"].items():
        share = f"{one['largest_share']:.1%}" if one["length_m"] else "–"
        table.add_row(_MODES[mode], f"{one['length_m'] / 1000:,.1f}", share, f"{one['pieces']:,}")
    Console().print(table)
    snapped, access = told["snapped"], told["access"]
    typer.echo(f"接合 {snapped['count']:,} 处,最远 {snapped['most_m']:g} 米;接岸 {access['count']:,} 处")
    typer.echo(f"走过的路并入 {told['walked_m'] / 1000:,.1f} 千米")
    for name, title in (("islands", "步行到不了"), ("closed", "无法通行"), ("unverified", "岸线未验证")):
        one = told[name]
        typer.echo(f"{title}:{one['count']:,} 段,{one['length_m'] / 1000:,.2f} 千米")
        for row in one["listed"][:_MOST_ROWS]:
            typer.echo(f"  {_line(row)}")
        if one["count"] > _MOST_ROWS:
            typer.echo(f"  另有 {one['count'] - _MOST_ROWS:,} 段:用 --geojson 存下来看")


def _line(row: dict[str, Any]) -> str:
    lon, lat = row["place"]
    if "ways" in row:
        more = f" 等 {row['ways_count']} 条" if row["ways_count"] > len(row["ways"]) else ""
        what = "、".join(row["ways"]) + more
    else:
        what = f"{row['name'] or row['code']} {row['from_m']:,.0f}–{row['to_m']:,.0f} 米"
    return f"{what},{row['length_m']:,.0f} 米,在 {lon:.5f},{lat:.5f}"

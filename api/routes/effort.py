"""Effort: exact metres and seconds of patrols by cell, the cells that nobody came to among them."""

import io
import json
from typing import Annotated, Any, Literal

import shapely
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.access.turns import Heavy
from api.answers.forms import in_forms
from api.answers.times import said
from api.coverage.effort import LEAST_M, CellKind, Level, Question, Spent, spent
from api.coverage.formats import PARQUET
from api.coverage.known import not_begun
from api.duties.posts import check_posts
from api.sightings.targets import read_city
from api.tracks.moments import period
from api.transfer.formulas import inert
from api.veil.moments import refuse_instants, told_moment
from geo.tracks.cleaning import MODES
from layers.crs import STORED, WIRE
from layers.errors import BadInput

router = APIRouter(tags=["巡查"])
SIZE_M = 250
MEDIA = {
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
GROUND = ("cells", "size_m", "from", "to", "future", "erased_to")
"""What figures stand on, told in each row of a table."""


@router.get("/effort", summary="巡查投入:每格的里程与时间,未到的格为 0", responses=in_forms(*MEDIA.values()))
def effort_of(
    request: Request,
    reader: Annotated[Reader, require("analyst", "dispatcher", open=Open.SAMPLE)],
    turn: Heavy,
    start: Annotated[str | None, Query(alias="from", max_length=40, description="巡查开始于,含;日期或时间")] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="巡查开始于,不含;日期或时间")] = None,
    cells: Annotated[CellKind, Query(description="方格、六边形或网格")] = "hexagon",
    size_m: Annotated[
        float | None,
        Query(ge=LEAST_M, le=10_000, allow_inf_nan=False, description="方格、六边形的格宽(米),不小于 50,缺为 250"),
    ] = None,
    level: Annotated[Level | None, Query(description="cells=grid 时的网格级别,缺为 unit")] = None,
    mode: Annotated[str | None, Query(max_length=100, description="只要这些巡查方式,逗号分隔")] = None,
    post: Annotated[str | None, Query(max_length=1000, description="只要这些岗位,逗号分隔")] = None,
    format: Annotated[
        Literal["geojson", "csv", "parquet", "geoparquet"],
        PARQUET,
        Query(description="geojson、csv 或 parquet(GeoParquet)"),
    ] = "geojson",
) -> Response:
    """Metres and seconds of all legs in each cell over the street; zeros are told. With what lay outside, that is all.

    A patrol belongs to when it starts, and is never cut. Cells are 50 m wide at least, and 20,000 at most. Legs that
    were erased are not counted: `erased_to` says until when there were any; then what is told of a cell, and in all, is
    the least that was spent there, and where nothing is left nobody can tell: null, and so is `never_visited`.
    A period that has not begun is marked `future`: nothing is known of it.

    Legs are not kept by when they were known, as sightings are: working a track out anew replaces them. So there is no
    `known_at` here; what is told is what is known now, of the grid as it is today.

    An analyst reads all that was gone, off duty as well, for it is summed by cell; so the period is one of whole days,
    and a time within a day is refused.
    """
    gate: Gate = request.app.state.gate
    _refuse_idle(cells, size_m, level)
    with gate.database.transaction(reader) as connection:
        city = read_city(connection)
        within = period(start, end, city.zone)
        refuse_instants(reader, {"from": within[0], "to": within[1]}, city.zone)
        asked = Question(cells, size_m or SIZE_M, level or "unit", within, _modes(mode), _listed(post))
        check_posts(connection, asked.posts or ())
        found = spent(connection, asked, city)
    told = _told(asked, found) | {"erased_to": told_moment(reader, found.erased_at, city.zone)}
    body = {"geojson": _geojson, "csv": _csv, "parquet": _parquet}[format](told, found)
    headers = {} if format == "geojson" else {"Content-Disposition": f'attachment; filename="effort.{format}"'}
    return Response(body, media_type=MEDIA[format], headers=headers)


def _refuse_idle(cells: CellKind, size_m: float | None, level: Level | None) -> None:
    """Raises BadInput for what does not matter to such cells: whoever gave it expects that it does."""
    if cells == "grid" and size_m is not None:
        raise BadInput("cells=grid 按网格本身分格,不用 size_m:请去掉 size_m,或改用 cells=square、hexagon。")
    if cells != "grid" and level is not None:
        raise BadInput(f"cells={cells} 不分级,不用 level:请去掉 level,或改用 cells=grid。")


def _modes(text: str | None) -> tuple[str, ...] | None:
    listed = _listed(text)
    unknown = set(listed or ()) - set(MODES)
    if unknown:
        raise BadInput(f"不认识巡查方式 {'、'.join(sorted(unknown))[:80]!r}:应为 {'、'.join(MODES)} 之一。")
    return listed


def _listed(text: str | None) -> tuple[str, ...] | None:
    return tuple(one.strip() for one in text.split(",") if one.strip()) or None if text else None


def _told(asked: Question, found: Spent) -> dict[str, Any]:
    """What the figures stand on, and what they come to."""
    effort, gone = found.effort, found.erased_at is not None
    inside_m, inside_s = float(effort.length_m.sum()), float(effort.time_s.sum())
    whole = {"length_m": inside_m + effort.outside_m, "time_s": inside_s + effort.outside_s}
    outside = {"outside_m": effort.outside_m, "outside_s": effort.outside_s}
    return {
        "cells": asked.cells,
        "size_m": None if asked.cells == "grid" else asked.size_m,
        "level": asked.level if asked.cells == "grid" else None,
        "from": said(asked.period[0]),
        "to": said(asked.period[1]),
        "future": not_begun(asked.period[0]),
        "patrols": found.patrols,
        "count": len(found.names),
        "never_visited": None if gone else int((effort.time_s == 0).sum()),
        **_least(whole, gone, bool(whole["time_s"])),
        **_least(outside, gone, bool(outside["outside_s"])),
    }


def _least(amounts: dict[str, float], gone: bool, some: bool) -> dict[str, float | None]:
    """Amounts; where tracks are gone and nothing is left of them, nobody can tell."""
    return dict.fromkeys(amounts) if gone and not some else dict(amounts)


def _rows(found: Spent) -> list[dict[str, Any]]:
    amounts, gone = (
        zip(found.effort.length_m.tolist(), found.effort.time_s.tolist(), strict=True),
        found.erased_at is not None,
    )
    return [
        {"code": code, "name": name, **_least({"length_m": length_m, "time_s": time_s}, gone, bool(time_s))}
        for (code, name), (length_m, time_s) in zip(found.names, amounts, strict=True)
    ]


def _geojson(told: dict[str, Any], found: Spent) -> bytes:
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(shape)}
        for row, shape in zip(_rows(found), shapely.to_geojson(found.shapes), strict=True)
    ]
    body = {"type": "FeatureCollection", **told, "features": features}
    return json.dumps(body, ensure_ascii=False).encode()


def _csv(told: dict[str, Any], found: Spent) -> bytes:
    """A row for each cell, with the period in each, so that no figure stands without its time."""
    ground = {name: told[name] for name in GROUND}
    rows = [ground | {name: inert(v) if isinstance(v, str) else v for name, v in row.items()} for row in _rows(found)]
    import pandas as pd  # half a second, which no start of the server need wait for

    return b"\xef\xbb\xbf" + pd.DataFrame(rows).to_csv(index=False).encode()


def _parquet(told: dict[str, Any], found: Spent) -> bytes:
    """A row for each cell, with the period in each; beside the columns all that is told in its `attrs`."""
    import geopandas as gpd
    import pandas as pd

    table = pd.DataFrame([row | {name: told[name] for name in GROUND[2:]} for row in _rows(found)])
    frame = gpd.GeoDataFrame(table, geometry=list(found.shapes), crs=WIRE).to_crs(STORED)
    frame.attrs = told
    body = io.BytesIO()
    frame.to_parquet(body, index=False)
    return body.getvalue()

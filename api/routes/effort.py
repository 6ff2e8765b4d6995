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
from api.answers.times import said
from api.coverage.effort import LEAST_M, CellKind, Level, Question, Spent, spent
from api.coverage.formats import PARQUET
from api.duties.posts import check_posts
from api.sightings.targets import read_city
from api.tracks.moments import period
from api.transfer.formulas import inert
from geo.tracks.cleaning import MODES
from layers.crs import STORED, WIRE
from layers.errors import BadInput

router = APIRouter(tags=["巡查"])
MEDIA = {
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


@router.get("/effort", summary="巡查投入:每格的里程与时间,未到的格为 0")
def effort_of(
    request: Request,
    reader: Annotated[Reader, require("analyst", "dispatcher", open=Open.SAMPLE)],
    start: Annotated[str | None, Query(alias="from", max_length=40, description="巡查开始于,含;日期或时间")] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="巡查开始于,不含;日期或时间")] = None,
    cells: Annotated[CellKind, Query(description="方格、六边形或网格")] = "hexagon",
    size_m: Annotated[
        float,
        Query(ge=LEAST_M, le=10_000, allow_inf_nan=False, description="格宽(米),不小于 50;cells=grid 时不用"),
    ] = 250,
    level: Annotated[Level, Query(description="cells=grid 时的网格级别")] = "unit",
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
    were erased are not counted: `erased_to` says until when there were any; then what is told of a cell is the least
    that was spent there, and where nothing is left nobody can tell: null, and so is `never_visited`.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        city = read_city(connection)
        asked = Question(cells, size_m, level, period(start, end, city.zone), _modes(mode), _listed(post))
        check_posts(connection, asked.posts or ())
        found = spent(connection, asked, city)
    body = {"geojson": _geojson, "csv": _csv, "parquet": _parquet}[format](asked, found)
    headers = {} if format == "geojson" else {"Content-Disposition": f'attachment; filename="effort.{format}"'}
    return Response(body, media_type=MEDIA[format], headers=headers)


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
    effort = found.effort
    inside_m, inside_s = float(effort.length_m.sum()), float(effort.time_s.sum())
    return {
        "cells": asked.cells,
        "size_m": None if asked.cells == "grid" else asked.size_m,
        "level": asked.level if asked.cells == "grid" else None,
        "from": said(asked.period[0]),
        "to": said(asked.period[1]),
        "patrols": found.patrols,
        "count": len(found.names),
        "never_visited": None if found.erased_to else int((effort.time_s == 0).sum()),
        "length_m": inside_m + effort.outside_m,
        "time_s": inside_s + effort.outside_s,
        "outside_m": effort.outside_m,
        "outside_s": effort.outside_s,
        "erased_to": found.erased_to,
    }


def _rows(found: Spent) -> list[dict[str, Any]]:
    amounts = zip(found.effort.length_m.tolist(), found.effort.time_s.tolist(), strict=True)
    return [
        {"code": code, "name": name, "length_m": length_m, "time_s": time_s}
        if time_s or not found.erased_to
        else {"code": code, "name": name, "length_m": None, "time_s": None}
        for (code, name), (length_m, time_s) in zip(found.names, amounts, strict=True)
    ]


def _geojson(asked: Question, found: Spent) -> bytes:
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(shape)}
        for row, shape in zip(_rows(found), shapely.to_geojson(found.shapes), strict=True)
    ]
    body = {"type": "FeatureCollection", **_told(asked, found), "features": features}
    return json.dumps(body, ensure_ascii=False).encode()


def _csv(asked: Question, found: Spent) -> bytes:
    """A row for each cell, with the period in each, so that no figure stands without its time."""
    told = {name: _told(asked, found)[name] for name in ("cells", "size_m", "from", "to")}
    rows = [told | {name: inert(v) if isinstance(v, str) else v for name, v in row.items()} for row in _rows(found)]
    import pandas as pd  # half a second, which no start of the server need wait for

    return b"\xef\xbb\xbf" + pd.DataFrame(rows).to_csv(index=False).encode()


def _parquet(asked: Question, found: Spent) -> bytes:
    told = {name: _told(asked, found)[name] for name in ("from", "to")}
    import geopandas as gpd
    import pandas as pd

    table = pd.DataFrame([row | told for row in _rows(found)])
    body = io.BytesIO()
    gpd.GeoDataFrame(table, geometry=list(found.shapes), crs=WIRE).to_crs(STORED).to_parquet(body, index=False)
    return body.getvalue()

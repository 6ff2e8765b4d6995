"""Coverage: how much of each bank or road was seen in a period, and what was not."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, check_read, require
from api.patrols.coverage import coverage, line_layer
from api.patrols.moments import period
from api.patrols.reaches import answerable_reach
from api.patrols.targets import read_city
from layers.catalogue import ROLES

router = APIRouter(tags=["巡查"])


@router.get("/coverage/{layer}", summary="线图层在一个时段内的巡查覆盖")
def coverage_of(
    layer: Annotated[str, Path(max_length=100, description="线图层,如 bank、road")],
    request: Request,
    # What was seen is worked out from real patrols, so it is never open to those without a token.
    reader: Annotated[Reader, require(*ROLES, open=Open.SAMPLE)],
    start: Annotated[str | None, Query(alias="from", max_length=40, description="起,含;日期或时间")] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="止,不含;日期或时间")] = None,
    reach_m: Annotated[float | None, Query(gt=0, le=10_000, description="可视距离(米),须为存储的值")] = None,
    code: Annotated[str | None, Query(max_length=200, description="只要这个目标")] = None,
    geometry: Annotated[bool, Query(description="是否画出未见部分")] = False,
) -> JSONResponse:
    """For each target its length, what was seen of it, when last, and the ranges not seen, in metres of chainage.

    `seen_m` and `share` are nominal; the truth lies between `…_sure` and `…_possible` if every fix keeps to its
    error. Without `from` or `to` the period is open on that side.
    """
    gate: Gate = request.app.state.gate
    asked = line_layer(gate.catalogue, layer)
    check_read(reader, asked)
    with gate.database.transaction(reader) as connection:
        reach = answerable_reach(connection, reach_m, gate.settings.reaches_m)
        ends = period(start, end, read_city(connection).zone)
        rows = coverage(connection, asked, ends, reach_m=reach, codes=[code] if code else None, geometry=geometry)
    return JSONResponse(
        {
            "layer": asked.id,
            "from": _said(ends[0]),
            "to": _said(ends[1]),
            "reach_m": reach,
            "length_m": sum(row["length_m"] for row in rows),
            "seen_m": sum(row["seen_m"] for row in rows),
            "targets": [_target(row, geometry) for row in rows],
        }
    )


def _target(row: dict[str, Any], geometry: bool) -> dict[str, Any]:
    told = {
        "id": row["id"],
        "code": row["code"],
        "name": row["name"],
        "length_m": row["length_m"],
        "seen_m": row["seen_m"],
        "seen_sure_m": row["sure_m"],
        "seen_possible_m": row["possible_m"],
        "share": row["share"],
        "share_sure": row["sure_share"],
        "share_possible": row["possible_share"],
        "last_seen": _said(row["last_seen"]),
        "unseen": [[float(end) for end in gap] for gap in row["unseen"]],
    }
    if geometry:
        drawn = json.loads(row["unseen_geometry"])
        told["unseen_geometry"] = drawn if drawn["coordinates"] else None
    return told


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

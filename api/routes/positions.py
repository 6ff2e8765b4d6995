"""Where the crews that are out are: live positions, for those who may see persons."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy.engine import RowMapping

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.times import said
from api.veil.whose import sees_all
from layers import query

router = APIRouter(tags=["巡查"])
MAX_MINUTES = 1440


@router.get("/positions", summary="在外各巡查组的最新位置")
def positions(
    request: Request,
    reader: Annotated[Reader, require("dispatcher", "patroller", open=Open.SAMPLE)],
    minutes: Annotated[int, Query(ge=1, le=MAX_MINUTES, description="多少分钟内有定位点算在外")] = 30,
) -> JSONResponse:
    """The newest believed fix of each crew that sent one in the last minutes, with its age at the database's clock.

    A dispatcher sees all crews, a patroller the own. `datum_declared` is what the device says its positions are in,
    `datum` what they were taken to be in; lon and lat are WGS84.
    """
    gate: Gate = request.app.state.gate
    all_crews = sees_all(reader)
    with gate.database.transaction(reader) as connection:
        found = query.rows(
            connection,
            "crew/positions",
            None,
            minutes=minutes,
            person=None if all_crews else reader.name,
            post=None if all_crews else reader.post,
        )
    told = {"within_minutes": minutes, "positions": [_told(row) for row in found]}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


def _told(row: RowMapping) -> dict[str, Any]:
    return {name: said(value) if isinstance(value, datetime) else value for name, value in row.items()}

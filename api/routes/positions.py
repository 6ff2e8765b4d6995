"""Where the crews that are out are: live positions, for those who may see persons."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.veil.out import MINUTES, SEES_POSITIONS, positions_told

router = APIRouter(tags=["巡查"])
MAX_MINUTES = 1440


@router.get("/positions", summary="在外各巡查组的最新位置")
def positions(
    request: Request,
    reader: Annotated[Reader, SEES_POSITIONS],
    minutes: Annotated[int, Query(ge=1, le=MAX_MINUTES, description="多少分钟内有定位点算在外")] = MINUTES,
) -> JSONResponse:
    """The newest believed fix of each crew that sent one in the last minutes, with its age at the database's clock.

    A dispatcher sees all crews, a patroller the own. `datum_declared` is what the device says its positions are in,
    `datum` what they were taken to be in; lon and lat are WGS84.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        told = positions_told(connection, reader, minutes)
    return JSONResponse(told, headers={"Cache-Control": "no-store"})

"""/track/{device-token}: positions from apps that anyone can install; the token in the address is all they need."""

import time
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from api.access.gate import Gate, source_of
from api.access.rights import BY_DEVICE
from api.crews.devices import note_refused, note_use, sender
from api.crews.door import Door
from api.database import Operator
from api.patrols.tracking import Received, receive
from api.sightings.targets import read_city
from api.tracks.bodies import plain
from api.tracks.phones import Sent, sent

router = APIRouter(tags=["巡查"])
ANY_QUERY = {"x-any-query": True}
"""Apps write into the address what they like."""
_BODY = {
    "requestBody": {
        "required": False,
        "description": "Traccar 或 OwnTracks 的 JSON(一条或一批),或表单;OsmAnd、GPSLogger 也可全写在查询串里",
        "content": {
            "application/json": {
                "schema": {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]},
                "examples": {
                    "OwnTracks": {
                        "value": {"_type": "location", "tst": 1782864000, "lat": 30.56, "lon": 114.5, "acc": 8}
                    },
                    "Traccar Client": {
                        "value": {
                            "location": {
                                "timestamp": "2026-07-01T00:00:00Z",
                                "coords": {"latitude": 30.56, "longitude": 114.5, "accuracy": 8},
                            },
                            "device_id": "07",
                        }
                    },
                },
            },
            "application/x-www-form-urlencoded": {
                "schema": {"type": "string", "example": "lat=30.56&lon=114.5&timestamp=1782864000&accuracy=8"}
            },
        },
    }
}
Token = Annotated[str, Path(max_length=200, description="设备令牌,见 huashan device new")]


@router.get("/track/{token}", summary="手机上报位置(查询串)", dependencies=[BY_DEVICE], openapi_extra=ANY_QUERY)
async def track(token: Token, request: Request) -> JSONResponse:
    """Take in one position in the query string: OsmAnd, Traccar Client, GPSLogger."""
    return await _answer(request, token, b"")


@router.post(
    "/track/{token}", summary="手机上报位置(正文或查询串)", dependencies=[BY_DEVICE], openapi_extra=_BODY | ANY_QUERY
)
async def track_body(token: Token, request: Request) -> JSONResponse:
    """Take in one position or many: Traccar, OwnTracks, GPSLogger; answered once they are stored.

    `not_stored` counts positions that belong to no outing, `reasons` says why, such as a clock that is wrong. They are
    noted with the device (`GET /crews/{code}/devices`), for an app takes the answer for done.
    `ignored` counts messages that are no position, `no_accuracy` positions whose accuracy is no number of metres: these
    are kept, with the error that the device, or the mode, is assumed to have.
    """
    body = await request.body()
    return await _answer(request, token, body)


async def _answer(request: Request, token: str, body: bytes) -> JSONResponse:
    found, received = await run_in_threadpool(_take_in, request, token, body)
    request.app.state.backlog.wake()
    return JSONResponse([] if found.wants_array else _told(received, found))


def _told(received: Received, found: Sent) -> dict[str, Any]:
    return {**asdict(received), "ignored": found.ignored, "no_accuracy": found.no_accuracy}


def _take_in(request: Request, token: str, body: bytes) -> tuple[Sent, Received]:
    gate: Gate = request.app.state.gate
    door: Door = request.app.state.door
    with gate.database.transaction(Operator("huashan track"), write=True) as connection:
        by = door.let_in(token, source_of(request), partial(sender, connection))
        city = read_city(connection)
        unpacked = plain(body, request.headers.get("content-encoding"))
        found = sent(request.url.query, unpacked, city.zone, time.time())
        received = receive(connection, by, found.track, city, now=datetime.now(UTC), gap_s=gate.settings.outing_gap_s)
        if received.reasons:
            note_refused(connection, by.token_id, received.reasons)
        if by.note_use:
            note_use(connection, by.token_id)
    return found, received

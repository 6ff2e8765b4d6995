"""The fixes of a patrol, in batches as they come, and its end."""

from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import require
from api.answers.forms import KNOWN
from api.answers.times import said
from api.patrols.accept import MAX_CODE
from api.patrols.deposit import Deposited, Home, deposit, deposit_to_erased
from api.patrols.handed import Ending, HandedBatch
from api.patrols.opening import close_patrol, find, find_to_add, no_patrol
from api.patrols.sent import FILES, NDJSON, SentBody, batch_sent
from api.routes.patrols import read_body
from api.sightings.targets import read_city
from api.veil.whose import is_own, only_own
from layers.errors import Conflict

router = APIRouter(tags=["巡查"])
Code = Annotated[str, Path(max_length=MAX_CODE, description="巡查编码")]
Sender = Annotated[Reader, require("patroller", "dispatcher")]
_BODY = {
    "requestBody": {
        "required": True,
        "description": "一批定位点:JSON,每行一个的 NDJSON,或 GPX、CSV、GeoJSON 文件原文;可用 gzip 压缩"
        "(Content-Encoding)。同一批可重发,只入库一次",
        "content": {
            "application/json": {"schema": HandedBatch.model_json_schema()},
            **{kind: {"schema": {"type": "string"}} for kind in (min(NDJSON), *FILES)},
        },
    }
}


@router.post(
    "/patrols/{code}/fixes",
    summary="为一次巡查提交一批定位点",
    status_code=201,
    responses=KNOWN,
    openapi_extra=_BODY,
)
async def hand_in_fixes(code: Code, request: Request, reader: Sender) -> JSONResponse:
    """Store a batch of fixes, answered once they are stored for good: 201, or 200 where all came before.

    Fixes that were erased with their patrol and come again are left out as `erased`. Sightings follow;
    `GET /patrols/{code}` says up to which fix. Times of the device that are taken by another position are conflicts:
    the first stays in force.
    """
    sent = await read_body(request)
    done, zone = await run_in_threadpool(_store, request, reader, code, sent)
    request.app.state.backlog.wake()
    return JSONResponse(_told(done, zone), status_code=201 if done.stored else 200)


@router.post("/patrols/{code}/end", summary="结束一次巡查")
def end(code: Code, request: Request, reader: Sender, ending: Ending | None = None) -> JSONResponse:
    """Declare a patrol over, once, and keep what the crew reports. Late fixes are still taken in."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        _own(connection, code, reader)
        closed_at = close_patrol(connection, code, ending.report if ending else None)
    return JSONResponse({"code": code, "closed_at": said(closed_at)})


def _store(request: Request, reader: Reader, code: str, sent: SentBody) -> tuple[Deposited, ZoneInfo]:
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        _own(connection, code, reader)
        city = read_city(connection)
        track = batch_sent(sent, city.zone)
        patrol = find_to_add(connection, code)
        if patrol["erased_at"]:
            return deposit_to_erased(connection, patrol, track, city, now=datetime.now(UTC)), city.zone
        if track.device not in (None, patrol["device"]):
            raise Conflict(f"巡查 {code[:80]!r} 用的设备不是 {str(track.device)[:40]!r}:请另登记一次巡查。")
        home = Home(patrol["patrol_id"], patrol["code"], patrol["device"], patrol["datum_declared"] or "wgs84")
        return deposit(connection, home, track, city, now=datetime.now(UTC)), city.zone


def _own(connection: Connection, code: str, reader: Reader) -> RowMapping:
    """The patrol of that code, if the reader may add to it; raises NotFound."""
    found = find(connection, code)
    if found is None or (only_own(reader) and not is_own(found, reader)):
        raise no_patrol(code)
    return found


def _told(done: Deposited, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "code": done.code,
        "fixes_read": done.fixes_read,
        "stored": done.stored,
        "left_out": done.left_out,
        "repeated": done.repeated,
        "conflicts": done.conflicts,
        "disordered": done.disordered,
        "first_at": said(done.first_at, zone),
        "last_at": said(done.last_at, zone),
    }

"""Devices of crews: which there are, one with its versions, and a new version of it."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.crews.bodies import DeviceBody, device_fields
from api.transfer.tables import DEVICE
from api.versions.answers import columns_told, dated, listed, one_of, seen, told
from api.versions.rows import succeed, versions
from layers.errors import NotFound

router = APIRouter(tags=["巡查"])
Code = Annotated[str, Path(max_length=200, description="设备编码")]
Watcher = Annotated[Reader, require("dispatcher", open=Open.SAMPLE)]
Writer = Annotated[Reader, require("dispatcher")]


@router.get("/devices", summary="巡查设备")
def devices(
    request: Request,
    reader: Watcher,
    day: Annotated[str | None, Query(alias="date", max_length=40, description="哪一天有效,缺省今天")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按何时所知,缺省现在")] = None,
    crew: Annotated[str | None, Query(max_length=200, description="巡查组编码")] = None,
) -> JSONResponse:
    """The devices of a day, by code: the crew that carries each, its datum, its error where it reports none."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        when = dated(connection, day, known_at)
        found = versions(
            connection, DEVICE, {"crew_code": crew} if crew else None, day=when.day, known_at=when.known_at
        )
        columns = columns_told(connection, DEVICE)
    return JSONResponse({"date": when.day.isoformat(), "devices": listed(found, reader), "columns": columns})


@router.get("/devices/{code}", summary="一个巡查设备及其各版本")
def device(code: Code, request: Request, reader: Watcher) -> JSONResponse:
    """One device as it is today, every version of it, and what its columns mean; the ETag names today's version."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        return one_of(connection, DEVICE, code, reader)


@router.put("/devices/{code}", summary="巡查设备的新版本")
def put(
    code: Code,
    body: DeviceBody,
    request: Request,
    reader: Writer,
    if_match: Annotated[str | None, Header(max_length=200, description="所依据版本的 ETag")] = None,
) -> JSONResponse:
    """Let a new version begin, today or on a later day, such as with another crew; its tokens stay good.

    A new device comes with its first token: `POST /crews/{code}/devices`.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        _check_there(connection, code)
        made = succeed(connection, DEVICE, device_fields(connection, body, code), expected=seen(if_match))
    return told(DEVICE, made, reader)


def _check_there(connection: Connection, code: str) -> None:
    if not versions(connection, DEVICE, {"code": code}):
        raise NotFound(f"没有巡查设备 {code[:80]!r}:新增请用 POST /crews/{{巡查组}}/devices,随之签发令牌。")

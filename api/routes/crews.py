"""Crews: which there are, one with its versions and devices, a new version of it; and issuing its devices tokens."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.gate import Gate
from api.access.reader import Reader, sees_persons
from api.access.rights import Open, require
from api.answers.bodies import Body
from api.answers.times import said
from api.crews.bodies import CrewBody, NewCrew, crew_fields
from api.crews.devices import Carried, new_token, revoke, tokens
from api.transfer.tables import CREW, DEVICE
from api.versions.answers import columns_told, dated, listed, one_of, seen, told
from api.versions.rows import add_version, succeed, today, versions
from layers import query
from layers.catalogue import ROLES

router = APIRouter(tags=["巡查"])
Code = Annotated[str, Path(max_length=200, description="巡查组编码")]
Anyone = Annotated[Reader, require(*ROLES, open=Open.SAMPLE)]
Writer = Annotated[Reader, require("dispatcher")]


class HandedDevice(Body):
    """A device that a crew is to carry."""

    code: str = Field(min_length=1, max_length=200, description="设备编码,如 手机-07")
    name: str | None = Field(None, max_length=200, description="设备名称")
    datum: Literal["wgs84", "gcj02", "bd09"] | None = Field(None, description="上报坐标的基准,新设备默认 wgs84")
    accuracy_m: float | None = Field(None, gt=0, le=1000, allow_inf_nan=False, description="不报精度时的误差(米,68%)")


@router.get("/crews", summary="巡查组")
def crews(
    request: Request,
    reader: Anyone,
    day: Annotated[str | None, Query(alias="date", max_length=40, description="哪一天有效,缺省今天")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按何时所知,缺省现在")] = None,
    post: Annotated[str | None, Query(max_length=200, description="责任岗位编码")] = None,
) -> JSONResponse:
    """The crews of a day, by code, with how many devices they carry; who is in them only for those who may see persons.

    A patroller sees the members of the own crew.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        when = dated(connection, day, known_at)
        found = versions(connection, CREW, {"post_code": post} if post else None, day=when.day, known_at=when.known_at)
        carried = versions(connection, DEVICE, day=when.day, known_at=when.known_at)
        own, columns = _own(connection, reader), columns_told(connection, CREW)
    devices = Counter(device.fields["crew_code"] for device in carried)
    rows = [one | {"devices": devices[one["code"]]} for one in listed(found, reader, own)]
    return JSONResponse({"date": when.day.isoformat(), "crews": rows, "columns": columns})


@router.get("/crews/{code}", summary="一个巡查组及其各版本、所带设备")
def crew(code: Code, request: Request, reader: Anyone) -> JSONResponse:
    """One crew as it is today, every version of it, and what its columns mean; the ETag names today's version.

    `devices` are those that it carries today, told to those who see its members: of any crew, or of the own.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        own = _own(connection, reader)
        more = {}
        if sees_persons(reader) or code in own:
            carried = versions(connection, DEVICE, {"crew_code": code}, day=today(connection))
            more["devices"] = listed(carried, reader)
        return one_of(connection, CREW, code, reader, more, own=own)


@router.post("/crews", summary="新增巡查组", status_code=201)
def add(body: NewCrew, request: Request, reader: Writer) -> JSONResponse:
    """Add a crew; 409 where there is one of that code in that time."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        made = add_version(connection, CREW, crew_fields(connection, body, body.code))
    return told(CREW, made, reader, 201)


@router.put("/crews/{code}", summary="巡查组的新版本")
def put(
    code: Code,
    body: CrewBody,
    request: Request,
    reader: Writer,
    if_match: Annotated[str | None, Header(max_length=200, description="所依据版本的 ETag")] = None,
) -> JSONResponse:
    """Let a new version begin, today or on a later day; what was true before stays as it was said."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        made = succeed(connection, CREW, crew_fields(connection, body, code), expected=seen(if_match))
    return told(CREW, made, reader)


@router.get("/crews/{code}/devices", summary="巡查组的设备令牌")
def device_tokens(code: Code, request: Request, reader: Writer) -> JSONResponse:
    """The tokens of a crew's devices, with their state; never the tokens themselves."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        found = tokens(connection, code)
    return JSONResponse({"tokens": [_token_told(row) for row in found]})


@router.post("/crews/{code}/devices", summary="为巡查组的设备签发令牌", status_code=201)
def add_device(code: Code, handed: HandedDevice, request: Request, reader: Writer) -> JSONResponse:
    """Register a device of a crew, where it is new, and issue it a token, shown this once; `path` is where it sends."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        token = new_token(connection, Carried(crew=code, **handed.model_dump()))
    shown = {"device": handed.code, "token": token, "path": f"/track/{token}"}
    return JSONResponse(shown, status_code=201, headers={"Cache-Control": "no-store"})


@router.delete("/crews/{code}/devices/{token_id}", summary="吊销设备令牌")
def revoke_device(
    code: Code, token_id: Annotated[int, Path(ge=1, le=2**62, description="令牌号")], request: Request, reader: Writer
) -> JSONResponse:
    """Revoke a token of a device of this crew: from the answer on it is refused."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        device = revoke(connection, token_id, code)
    return JSONResponse({"device": device, "state": "revoked"})


def _own(connection: Connection, reader: Reader) -> frozenset[str]:
    """The crews of today that a patroller belongs to, or whose post it is."""
    if "patroller" not in reader.roles:
        return frozenset()
    found = query.rows(connection, "crew/crew_own", None, person=reader.name, post=reader.post)
    return frozenset(row["code"] for row in found)


def _token_told(row: RowMapping) -> dict[str, Any]:
    return {name: said(value) if isinstance(value, datetime) else value for name, value in row.items()}

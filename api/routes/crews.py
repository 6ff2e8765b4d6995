"""Crews and their devices: which there are, and issuing a device its token."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.engine import RowMapping

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import require
from api.crews.devices import Carried, new_token, revoke, tokens
from api.routes.patrols import SEES_ALL
from layers import query

router = APIRouter(tags=["巡查"])
Crew = Annotated[str, Path(max_length=200, description="巡查组编码")]
Manager = Annotated[Reader, require("dispatcher")]


class HandedDevice(BaseModel):
    """A device that a crew is to carry."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=200, description="设备编码,如 手机-07")
    name: str | None = Field(None, max_length=200, description="设备名称")
    datum: Literal["wgs84", "gcj02", "bd09"] | None = Field(None, description="上报坐标的基准,新设备默认 wgs84")
    accuracy_m: float | None = Field(None, gt=0, le=1000, description="不报精度时的误差(米,68%)")


@router.get("/crews", summary="巡查组")
def crews(request: Request, reader: Annotated[Reader, require("dispatcher", "patroller")]) -> JSONResponse:
    """The crews of today; a patroller's own."""
    gate: Gate = request.app.state.gate
    all_crews = bool(reader.roles & SEES_ALL)
    person, post = (None, None) if all_crews else (reader.name, reader.post)
    with gate.database.transaction(reader) as connection:
        found = query.rows(connection, "crew/crew_list", None, person=person, post=post)
    return JSONResponse({"crews": [dict(row) for row in found]})


@router.get("/crews/{code}/devices", summary="巡查组的设备令牌")
def devices(code: Crew, request: Request, reader: Manager) -> JSONResponse:
    """The tokens of a crew's devices, with their state; never the tokens themselves."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        found = tokens(connection, code)
    return JSONResponse({"tokens": [_told(row) for row in found]})


@router.post("/crews/{code}/devices", summary="为巡查组的设备签发令牌", status_code=201)
def add_device(code: Crew, handed: HandedDevice, request: Request, reader: Manager) -> JSONResponse:
    """Register a device of a crew, where it is new, and issue it a token, shown this once; `path` is where it sends."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        token = new_token(connection, Carried(crew=code, **handed.model_dump()))
    told = {"device": handed.code, "token": token, "path": f"/track/{token}"}
    return JSONResponse(told, status_code=201, headers={"Cache-Control": "no-store"})


@router.delete("/crews/{code}/devices/{token_id}", summary="吊销设备令牌")
def revoke_device(
    code: Crew, token_id: Annotated[int, Path(ge=1, le=2**62, description="令牌号")], request: Request, reader: Manager
) -> JSONResponse:
    """Revoke a token of a device: from the answer on it is refused."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        device = revoke(connection, token_id)
    return JSONResponse({"device": device, "state": "revoked"})


def _told(row: RowMapping) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}

"""Posts, crews, devices and duties as sheets, out and in; and who saved what of one of them when."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from api.access.gate import Gate
from api.access.reader import Reader, sees_persons
from api.access.rights import Open, refused, require
from api.access.turns import Heavy
from api.answers.forms import in_forms
from api.coverage.known import refuse_before_known
from api.figures.tables import CSV, XLSX
from api.registers.register import REGISTERS, Register, RegisterName, columns_of
from api.registers.saves import saves
from api.registers.taken import Asked, take
from api.registers.written import Format, written
from api.versions.answers import PERSONAL, dated
from api.versions.rows import today, versions
from layers.catalogue import ROLES
from layers.errors import BadInput

router = APIRouter(tags=["职责"])
Anyone = Annotated[Reader, require(*ROLES, open=Open.SAMPLE)]
Writer = Annotated[Reader, require("dispatcher")]
Name = Annotated[RegisterName, Path(description="哪张表:posts 岗位、crews 巡查组、devices 设备、duties 职责")]
_SHEET = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "一张 .xlsx 或 .csv 表格的原文",
        "content": {XLSX: _SHEET, "text/csv": _SHEET, "application/octet-stream": _SHEET},
    }
}


@router.get(
    "/registers/{register}/sheet",
    summary="岗位、巡查组、设备、职责的表格",
    responses=in_forms(CSV, XLSX),
    response_class=Response,
)
def sheet(
    register: Name,
    request: Request,
    reader: Anyone,
    format: Annotated[Format, Query(description="xlsx 或 csv")] = "xlsx",
    day: Annotated[str | None, Query(alias="date", max_length=40, description="哪一天有效,缺省今天")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按何时所知,缺省现在")] = None,
) -> Response:
    """What is true on a day, to be changed in a spreadsheet and sent back to this address.

    The last column names the version that a row was read from, by which a later change of it is noticed. Who may not
    see persons gets no column of them, and none of the devices.
    """
    gate, of = _gate(request), _of(register, reader)
    with gate.database.transaction(reader) as connection:
        when = dated(connection, day, known_at)
        refuse_before_known(connection, when.known_at, of.layer.table, of.layer.title.zh)
        found = versions(connection, of.layer, day=when.day, known_at=when.known_at)
        body = written(connection, of, found, format, persons=sees_persons(reader))
    headers = {"Content-Disposition": f'attachment; filename="{register}-{when.day}.{format}"'}
    return Response(body, media_type=CSV if format == "csv" else XLSX, headers=headers)


@router.post("/registers/{register}/sheet", summary="由表格改岗位、巡查组、设备、职责", openapi_extra=_BODY)
async def send_sheet(
    register: Name,
    request: Request,
    reader: Writer,
    turn: Heavy,
    start: Annotated[date | None, Query(alias="from", description="改动自哪天起,缺省今天")] = None,
    plan: Annotated[str | None, Query(max_length=64, description="已核对的 plan:给出才写入")] = None,
) -> JSONResponse:
    """What a sheet would change, cell by cell, and which rows are refused and why; nothing is stored.

    With the `plan` that such an answer named all of that is written, or nothing: 409 where a row is refused, 412 where
    it would no longer change just that. A changed row begins a new version, on the day `from` or its own changed
    valid_from; what was true before stays. A code without a row stays as it is; a column that is not there, too.
    """
    body = await request.body()
    return JSONResponse(await run_in_threadpool(_take, request, reader, _of(register, reader), (body, start, plan)))


@router.get("/registers/{register}/{code}/versions", summary="何时由谁改了什么")
def saved(
    register: Name,
    code: Annotated[str, Path(max_length=200, description="编码")],
    request: Request,
    reader: Anyone,
) -> JSONResponse:
    """Every save of one post, crew, device or duty, the newest first: which fields it changed, from what to what.

    Also such as were taken back. `state`: whether it is what holds `today`, holds `later`, did in the `past`, or is
    `gone`, for something else was saved in its place. Who saved it is told to those who may see persons.
    """
    gate, of = _gate(request), _of(register, reader)
    with gate.database.transaction(reader) as connection:
        found = saves(connection, of, code, () if sees_persons(reader) else PERSONAL)
        columns = columns_of(connection, gate.catalogue, of)
    return JSONResponse({"code": code, "versions": found, "columns": columns})


def _take(
    request: Request, reader: Reader, of: Register, sent: tuple[bytes, date | None, str | None]
) -> dict[str, Any]:
    gate, (body, start, plan) = _gate(request), sent
    with gate.database.transaction(reader, write=True) as connection:
        now = today(connection)
        if start is not None and start < now:
            raise BadInput(f"参数 from 的值 {start} 早于今天 {now}:新版本不改写过去,请给今天或以后的日期。")
        told = take(connection, gate.catalogue, of, Asked(body, start or now, plan))
        return told | {"fields": columns_of(connection, gate.catalogue, of)}


def _of(name: RegisterName, reader: Reader) -> Register:
    """The register, where the reader may read it."""
    found = REGISTERS[name]
    if found.of_persons and not sees_persons(reader):
        raise refused(reader, frozenset({"dispatcher", "admin"}))
    return found


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate

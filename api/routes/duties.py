"""Duties: which there are, one with its versions and targets, a new one, and a new version of one."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.coverage.known import refuse_before_known
from api.duties.body import DutyBody, NewDuty
from api.duties.covers import covered_today
from api.duties.layers import check_layer
from api.duties.posts import check_posts
from api.registers.register import REGISTERS, columns_of
from api.transfer.duty_faults import faults
from api.transfer.tables import DUTY
from api.versions.answers import dated, fields_of, listed, one_of, seen, told
from api.versions.rows import add_version, succeed, today, versions
from layers.catalogue import ROLES
from layers.errors import BadInput

router = APIRouter(tags=["职责"])
Anyone = Annotated[Reader, require(*ROLES, open=Open.SAMPLE)]
Writer = Annotated[Reader, require("dispatcher")]
DutyCode = Annotated[str, Path(max_length=200, description="职责编码")]


@router.get("/duties", summary="巡查职责")
def duties(
    request: Request,
    reader: Anyone,
    day: Annotated[str | None, Query(alias="date", max_length=40, description="哪一天有效,缺省今天")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按何时所知,缺省现在")] = None,
    post: Annotated[str | None, Query(max_length=200, description="责任岗位编码")] = None,
    layer: Annotated[str | None, Query(max_length=200, description="巡查对象图层")] = None,
) -> JSONResponse:
    """The duties of a day, by code, each with the rule's citation; of a post or about a layer, once there was any."""
    gate: Gate = request.app.state.gate
    check_layer(gate.catalogue, layer or None)
    like = {name: value for name, value in (("post_code", post), ("layer", layer)) if value}
    with gate.database.transaction(reader) as connection:
        when = dated(connection, day, known_at)
        refuse_before_known(connection, when.known_at, DUTY.table, DUTY.title.zh)
        check_posts(connection, [post] if post else [])
        found = versions(connection, DUTY, like, day=when.day, known_at=when.known_at)
        columns = columns_of(connection, gate.catalogue, REGISTERS["duties"])
    return JSONResponse({"date": when.day.isoformat(), "duties": listed(found, reader), "columns": columns})


@router.get("/duties/{code}", summary="一项巡查职责及其各版本")
def duty(
    code: DutyCode,
    request: Request,
    reader: Anyone,
    covers: Annotated[bool, Query(description="是否列出今日的巡查对象")] = False,
) -> JSONResponse:
    """One duty as it is today, every version of it, and what its columns mean; the ETag names today's version.

    `covers` lists what it is about today: each target, or stretch of one in metres of chainage, and since which day.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        covered = {"covers": covered_today(connection, gate.catalogue, code)} if covers else {}
        return one_of(connection, DUTY, code, reader, covered)


@router.post("/duties", summary="新增巡查职责", status_code=201)
def add(body: NewDuty, request: Request, reader: Writer) -> JSONResponse:
    """Add a duty; 409 where there is one of that code in that time."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        made = add_version(connection, DUTY, _checked(connection, gate, body, body.code))
    return told(DUTY, made, reader, 201)


@router.put("/duties/{code}", summary="巡查职责的新版本")
def put(
    code: DutyCode,
    body: DutyBody,
    request: Request,
    reader: Writer,
    if_match: Annotated[str | None, Header(max_length=200, description="所依据版本的 ETag")] = None,
) -> JSONResponse:
    """Let a new version begin, today or on a later day; what was due before stays as it was said.

    With If-Match only in place of the version it names: 409 where another stands. Every version stays on record.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        made = succeed(connection, DUTY, _checked(connection, gate, body, code), expected=seen(if_match))
    return told(DUTY, made, reader)


def _checked(connection: Connection, gate: Gate, body: DutyBody, code: str) -> dict[str, Any]:
    fields = fields_of(body, code, today(connection))
    (fault,) = faults(connection, gate.catalogue, [fields], [date.fromisoformat(fields["valid_from"])])
    if fault:
        raise BadInput(f"{fault}。")
    return fields

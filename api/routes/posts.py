"""Posts: the offices that answer for reaches, grids and roads; one as it is, and a new version of it."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.addresses import unaddressable
from api.coverage.known import refuse_before_known
from api.registers.post_body import NewPost, PostBody
from api.transfer.tables import POST
from api.versions.answers import columns_told, dated, fields_of, listed, one_of, seen, told
from api.versions.rows import add_version, succeed, today, versions
from layers.catalogue import ROLES
from layers.errors import BadInput

router = APIRouter(tags=["职责"])
Anyone = Annotated[Reader, require(*ROLES, open=Open.SAMPLE)]
Writer = Annotated[Reader, require("dispatcher")]
PostCode = Annotated[str, Path(max_length=200, description="岗位编码")]


@router.get("/posts", summary="责任岗位")
def posts(
    request: Request,
    reader: Anyone,
    day: Annotated[str | None, Query(alias="date", max_length=40, description="哪一天有效,缺省今天")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按何时所知,缺省现在")] = None,
    kind: Annotated[str | None, Query(max_length=200, description="岗位类别")] = None,
) -> JSONResponse:
    """The posts of a day, by code; who holds them only for those who may see persons."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        when = dated(connection, day, known_at)
        refuse_before_known(connection, when.known_at, POST.table, POST.title.zh)
        found = versions(connection, POST, {"kind": kind} if kind else None, day=when.day, known_at=when.known_at)
        columns = columns_told(connection, POST)
    return JSONResponse({"date": when.day.isoformat(), "posts": listed(found, reader), "columns": columns})


@router.get("/posts/{code}", summary="一个责任岗位及其各版本")
def post(code: PostCode, request: Request, reader: Anyone) -> JSONResponse:
    """One post as it is today, every version of it, and what its columns mean; the ETag names today's version."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        return one_of(connection, POST, code, reader)


@router.post("/posts", summary="新增责任岗位", status_code=201)
def add(body: NewPost, request: Request, reader: Writer) -> JSONResponse:
    """Add a post; 409 where there is one of that code in that time."""
    if fault := unaddressable(body.code):
        raise BadInput(f"{fault}。")
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        made = add_version(connection, POST, fields_of(body, body.code, today(connection)))
    return told(POST, made, reader, 201)


@router.put("/posts/{code}", summary="责任岗位的新版本")
def put(
    code: PostCode,
    body: PostBody,
    request: Request,
    reader: Writer,
    if_match: Annotated[str | None, Header(max_length=200, description="所依据版本的 ETag")] = None,
) -> JSONResponse:
    """Let a new version begin, today or on a later day; what was true before stays as it was said.

    With If-Match only in place of the version it names: 409 where another stands. Every version stays on record.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        made = succeed(connection, POST, fields_of(body, code, today(connection)), expected=seen(if_match))
    return told(POST, made, reader)

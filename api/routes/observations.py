"""Observations: handing one in, which there are, one with its history, changing it; their families and kinds."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import check_read, check_write, require
from api.answers.forms import ADDED, KNOWN, in_forms
from api.figures.tables import CSV, XLSX, Table, table_answer
from api.limits import MAX_FEATURES
from api.observations import kinds, store
from api.observations.handed import Change, Found, Sort
from api.observations.listed import LAYER, SEES_OBSERVATIONS, Wanted, counts, observation_rows
from api.observations.sheet import in_words
from api.observations.told import in_full, told
from api.observations.version import check_match, etag
from api.sightings.targets import read_city
from api.veil.whose import is_own, sees_all
from layers import query
from layers.errors import BadInput, TooLarge

router = APIRouter(tags=["发现"])
SEES_PERSONS = frozenset({"patroller", "dispatcher", "admin"})
AnyReader = Annotated[Reader, SEES_OBSERVATIONS]
Writer = Annotated[Reader, require("patroller", "dispatcher")]
Admin = Annotated[Reader, require("admin")]
ObservationCode = Annotated[str, Path(max_length=200, description="发现的编码")]
SortCode = Annotated[str, Path(pattern="^[a-z][a-z0-9_]{0,49}$", description="编码:小写字母、数字与下划线")]


@router.post("/observations", summary="上报一条发现", status_code=201, responses=KNOWN)
def hand_in(found: Found, request: Request, reader: Writer) -> JSONResponse:
    """Take in one observation: 201 when it is new, 200 when it came before under the same key, 409 for another one.

    Who does not see every patrol names the own alone. What names a patrol was found while that was out, from half an
    hour before its first fix to half an hour after its last.
    """
    gate = _gate(request)
    check_write(reader, gate.catalogue[LAYER])
    with gate.database.transaction(reader, write=True) as connection:
        if found.patrol is not None and not sees_all(reader):
            _check_own(connection, found.patrol, reader)
        code, new = store.create(connection, found, store.actor(connection, reader, datetime.now(UTC)))
        row = _one(connection, code)
    return _answer(told(row), row, 201 if new else 200)


@router.get("/observations", summary="发现列表", responses=in_forms(CSV, XLSX))
def observations(
    request: Request,
    reader: AnyReader,
    wanted: Annotated[Wanted, Depends()],
    limit: Annotated[int, Query(ge=1, le=MAX_FEATURES, description="至多多少条")] = 1000,
    after: Annotated[str | None, Query(max_length=200, description="上一页最后一条的编码")] = None,
    format: Annotated[Literal["json", "csv", "xlsx"], Query(description="json、csv 或 xlsx")] = "json",
) -> Response:
    """Observations, the newest first; `next` is what to give as `after` for the next page, null on the last.

    The first page tells under `counts` how many of each state meet the other conditions, whichever states are asked
    for. As CSV or XLSX they come all at once, in words, for people, times on the deployment's clocks.
    """
    gate = _gate(request)
    check_read(reader, gate.catalogue[LAYER])
    with gate.database.transaction(reader) as connection:
        zone = read_city(connection).zone
        asked = wanted.conditions(zone)
        limit = limit if format == "json" else MAX_FEATURES
        rows = observation_rows(connection, asked | _after(connection, after), wanted.box, limit + 1)
        counted = counts(connection, asked, wanted.box) if after is None else None
        if format != "json":
            if len(rows) > limit:
                raise TooLarge(f"符合条件的发现超过 {limit:,} 条:请缩小时段或加上条件再下载。")
            name = f"observations-{datetime.now(zone):%Y%m%d-%H%M}"
            worded = in_words(connection, rows[:limit], zone)
            return table_answer(Table(name, worded.rows, worded.columns, "发现", worded.headings), format)
    more = len(rows) > limit
    shown = [told(row) for row in rows[:limit]]
    head = {} if counted is None else {"counts": counted}
    return JSONResponse({**head, "observations": shown, "next": shown[-1]["code"] if more else None})


@router.get("/observations/{code}", summary="一条发现")
def observation(code: ObservationCode, request: Request, reader: AnyReader) -> JSONResponse:
    """One observation with where it lies, its photos and every version of it; its ETag is what If-Match wants."""
    gate = _gate(request)
    check_read(reader, gate.catalogue[LAYER])
    with gate.database.transaction(reader) as connection:
        row = _one(connection, code)
        full = in_full(connection, row, persons=bool(reader.roles & SEES_PERSONS))
    return _answer(full, row)


@router.patch("/observations/{code}", summary="修改、交办或办结一条发现")
def change(
    code: ObservationCode,
    change: Change,
    request: Request,
    reader: Writer,
    if_match: Annotated[str | None, Header(max_length=1000, description="读取时所得的 ETag")] = None,
) -> JSONResponse:
    """Change what is named, and keep what it was: 428 without If-Match, 412 where someone else was faster."""
    gate = _gate(request)
    check_write(reader, gate.catalogue[LAYER])
    with gate.database.transaction(reader, write=True) as connection:
        before = store.held(connection, code)
        check_match(if_match, before["version"])
        store.change(connection, before, change, store.actor(connection, reader, datetime.now(UTC)))
        row = _one(connection, code)
    return _answer(told(row), row)


@router.get("/observation-kinds", summary="发现的大类与小类")
def sorts(request: Request, reader: AnyReader) -> JSONResponse:
    """Families with their kinds, in both languages, with the hours that each may take."""
    with _gate(request).database.transaction(reader) as connection:
        return JSONResponse({"families": kinds.listed(connection)})


@router.put("/observation-kinds/{family}", summary="增补或修改大类", responses=ADDED)
def put_family(family: SortCode, said: Sort, request: Request, reader: Admin) -> JSONResponse:
    """Add a family or change its titles: 201 when it is new."""
    with _gate(request).database.transaction(reader, write=True) as connection:
        new = kinds.put_family(connection, family, said)
    return JSONResponse({"code": family, **said.model_dump()}, status_code=201 if new else 200)


@router.put("/observation-kinds/{family}/{kind}", summary="增补或修改小类", responses=ADDED)
def put_kind(family: SortCode, kind: SortCode, said: Sort, request: Request, reader: Admin) -> JSONResponse:
    """Add a kind to a family or change its titles: 201 when it is new."""
    with _gate(request).database.transaction(reader, write=True) as connection:
        new = kinds.put_kind(connection, family, kind, said)
    body = {"code": kind, "family": family, **said.model_dump()}
    return JSONResponse(body, status_code=201 if new else 200)


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def _check_own(connection: Connection, code: str, reader: Reader) -> None:
    found = query.rows(connection, "patrol/patrol_whose", None, codes=[code])
    if not found or not is_own(found[0], reader):
        raise store.no_patrol(code)


def _one(connection: Connection, code: str) -> RowMapping:
    found = observation_rows(connection, {"code": code}, None, 1)
    if not found:
        raise store.missing(code)
    return found[0]


def _after(connection: Connection, code: str | None) -> dict[str, Any]:
    if code is None:
        return {}
    found = query.rows(connection, "observation/page", None, code=code)
    if not found:
        raise BadInput(f"参数 after 的值 {code[:80]!r} 不是发现的编码:请用上一页答复里的 next。")
    return {"after_at": found[0]["found_at"], "after_id": found[0]["id"]}


def _answer(body: dict[str, Any], row: RowMapping, status_code: int = 200) -> JSONResponse:
    return JSONResponse(body, status_code=status_code, headers={"ETag": etag(row["version"])})

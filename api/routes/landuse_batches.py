"""Batches of land checks: many outlines of one file, each answered in a row of its own; followed, stopped, erased."""

import tempfile
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

import numpy as np
import shapely
from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse
from sqlalchemy import Connection
from starlette.background import BackgroundTask

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.turns import Heavy
from api.answers.forms import in_forms
from api.jobs.news import News
from api.landuse.answers.shapes import dumped, geometries_told
from api.landuse.batches import store
from api.landuse.batches.asking import BatchBody, ask
from api.landuse.batches.told import MEDIA, listed_told, row_told, told
from api.landuse.desk import Desk
from api.landuse.sent import received, request_of
from api.live.hub import Live
from api.live.response import LiveResponse
from api.routes.landuse import PRIVATE, Activity, AsOf, Axes, Crs, KnownAt, Name, Planner
from api.sheets.answers import named

router = APIRouter(tags=["批量用地核查"])
Code = Annotated[str, Path(max_length=60, description="批量核查编码,见提交时的答复")]
PAGE, ROWS = 100, 1_000
AGAIN_S = 2
GONE: dict[int | str, dict[str, Any]] = {410: {"description": "已删除,只知道有过"}}
MANY: dict[int | str, dict[str, Any]] = {429: {"description": "您已有太多批量核查在排队或进行"}}


@router.post(
    "/landuse/batches",
    summary="批量用地核查:文件里的每个范围各核查一次",
    status_code=202,
    responses=MANY,
    openapi_extra=request_of(BatchBody),
)
async def make(
    request: Request,
    reader: Planner,
    turn: Heavy,
    name: Name = None,
    crs: Crs = None,
    activity: Activity = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    axes: Axes = None,
) -> Response:
    """Check every outline of a file apart, 20,000 at most: 202 with where the answers will be.

    All are checked as of one day and as known at one instant, those of the request where it names none. An outline that
    cannot be read is a row with the reason; a file of which none can be is refused, as `/landuse/check` refuses it.
    """
    parcel = await received(request)
    code = await run_in_threadpool(ask, _desk(request), reader, parcel)
    request.app.state.batch_runner.wake()
    found = await run_in_threadpool(_told, request, reader, code)
    return JSONResponse(found, 202, PRIVATE | {"Location": f"/landuse/batches/{code}", "Retry-After": str(AGAIN_S)})


@router.get("/landuse/batches", summary="自己的批量核查")
def batches(
    request: Request,
    reader: Planner,
    limit: Annotated[int, Query(ge=1, le=PAGE, description="至多几个")] = PAGE,
    before: Annotated[str | None, Query(max_length=60, description="只要比这一批早的:上一页的 next")] = None,
    by: Annotated[str | None, Query(max_length=200, description="只要这个人的(管理员用)")] = None,
) -> Response:
    """One's own batches, the newest first; an admin sees everyone's. Without a token none: one is read by its code."""
    with _gate(request).database.transaction(reader) as connection:
        number = store.one(connection, reader, before)["batch_id"] if before else None
        found = [listed_told(row) for row in store.listed(connection, reader, by, number, limit + 1)]
    more = found[limit - 1]["code"] if len(found) > limit else None
    return JSONResponse({"batches": found[:limit], "next": more}, headers=PRIVATE)


@router.get("/landuse/batches/{code}", summary="一批核查的结果", responses={**in_forms(*MEDIA.values()), **GONE})
def one(
    code: Code,
    request: Request,
    reader: Planner,
    turn: Heavy,
    format: Annotated[
        Literal["json", "csv", "xlsx", "gpkg"], Query(description="json、csv、xlsx,或 gpkg(冲突与范围)")
    ] = "json",
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="只要序号在其后的行:上一页的 next")] = 0,
    limit: Annotated[int, Query(ge=1, le=ROWS, description="至多几行")] = PAGE,
    only: Annotated[store.Only | None, Query(description="只要这种结论的行;fault 为不能核查的")] = None,
) -> Response:
    """How far a batch is, and its rows in the order of the file, a page at a time; or all of it as a file.

    A row has the outline's name, area, areas by main group and class, cultivated land, each kind of zone, the first
    reasons, or in `fault` why it could not be checked; with neither, it has not been its turn yet. The figures are
    those of `/landuse/check`. The GeoPackage has a row for each conflict, with its shape, and the outlines with their
    answers.
    """
    with _gate(request).database.transaction(reader) as connection:
        row = store.one(connection, reader, code)
        if format != "json":
            return _file(request, connection, row, format)
        rows = [row_told(each) for each in store.rows(connection, row["batch_id"], after=after, only=only, most=limit)]
    more = rows[-1]["number"] if len(rows) == limit else None
    return JSONResponse(told(row) | {"rows": rows, "next": more}, headers=PRIVATE)


@router.get("/landuse/batches/{code}/outlines/{number}", summary="一批核查里的一个范围", responses=GONE)
def outline(
    code: Code,
    number: Annotated[int, Path(ge=1, le=2**31 - 1, description="序号,见各行的 number")],
    request: Request,
    reader: Planner,
) -> Response:
    """One outline of a batch: its row, and its shape as it came (longitude first), null where it could not be read."""
    with _gate(request).database.transaction(reader) as connection:
        row = store.outline(connection, store.one(connection, reader, code)["batch_id"], number)
        metric_crs = _desk(request).place(connection).metric_crs
    shapes = np.array([] if row["outline"] is None else [shapely.from_wkb(bytes(row["outline"]))], dtype=object)
    [geometry] = geometries_told(shapes, metric_crs) or [None]
    return Response(dumped(row_told(row) | {"geometry": geometry}), headers=PRIVATE, media_type="application/json")


@router.get(
    "/landuse/batches/{code}/progress",
    summary="批量核查的进展(SSE)",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}, **GONE},
)
async def progress(
    code: Code,
    request: Request,
    reader: Planner,
    after: Annotated[str | None, Query(max_length=100, description="已收到的最后一个事件的 id,从其后续传")] = None,
    last_event_id: Annotated[str | None, Header(max_length=100, description="同 after,浏览器自动带上,优先")] = None,
) -> Response:
    """How far a batch is, as Server-Sent Events, until it is over.

    - `hello`: the stream has begun.
    - `progress`: what is being done (`stage`: reading, checking), `done` of `total` outlines, `seconds`; while it
      waits, `status` is queued.
    - `done`, `failed` with why (`detail`), `cancelled`: the last one, after which the stream ends. At once, where the
      batch was over already.
    - `reset`: something was missed; where things stand comes next, or ask for the batch.

    `alive` comes every 15 seconds in which nothing else does, as of /live.
    """
    await run_in_threadpool(_told, request, reader, code)
    live: Live = request.app.state.live
    news: News = request.app.state.batch_news
    return LiveResponse(live, await news.follow(request, reader, code, last_event_id or after))


@router.post("/landuse/batches/{code}/cancel", summary="停止一批核查", status_code=202, responses=GONE)
def cancel(code: Code, request: Request, reader: Planner) -> Response:
    """Have a batch stop: the rows that it has are kept. 409 where it is over already."""
    with _gate(request).database.transaction(reader, write=True) as connection:
        status = store.cancel(connection, store.held(connection, reader, code))
    request.app.state.batch_runner.wake()
    headers = PRIVATE | {"Location": f"/landuse/batches/{code}", "Retry-After": "1"}
    return JSONResponse({"code": code, "status": status}, 202, headers)


@router.delete(
    "/landuse/batches/{code}", summary="删除一批核查", status_code=204, response_class=Response, responses=GONE
)
def delete(code: Code, request: Request, reader: Planner) -> Response:
    """Take out all that a batch says, and stop it where it is not over; that there was one is still told (410)."""
    with _gate(request).database.transaction(reader, write=True) as connection:
        store.erase(connection, store.held(connection, reader, code)["batch_id"])
    request.app.state.batch_runner.wake()
    return Response(status_code=204, headers=PRIVATE)


def _told(request: Request, reader: Reader, code: str) -> dict[str, Any]:
    with _gate(request).database.transaction(reader) as connection:
        return told(store.one(connection, reader, code))


def _file(request: Request, connection: Connection, row: dict[str, Any], format: str) -> Response:
    """The batch as a file, written before the first byte is sent, so that no slow reader holds a connection."""
    from api.landuse.batches.written import write  # GDAL, which no start of the server need wait for

    folder = tempfile.TemporaryDirectory(prefix="huashan-batch-")
    path = FilePath(folder.name) / f"{row['code']}.{format}"
    try:
        write(connection, row, format, path, _desk(request).place(connection).metric_crs)
    except BaseException:
        folder.cleanup()
        raise
    cleanup = BackgroundTask(folder.cleanup)
    return FileResponse(path, media_type=MEDIA[format], headers=PRIVATE | named(path.name), background=cleanup)


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.landuse
    return desk

"""Land checks: may this be built, dug or planted here? The answer with every reason, kept, made again, printed."""

from datetime import date
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.access.turns import Heavy
from api.answers.forms import in_forms
from api.coverage.formats import MEDIA
from api.landuse import store
from api.landuse.answers.collection import collection_of
from api.landuse.answers.shapes import dumped, outline_told
from api.landuse.body import AgainBody, AskBody, OutlineBody
from api.landuse.checking import when_of
from api.landuse.desk import Desk
from api.landuse.paper.answers import document
from api.landuse.sent import Parcel, parsed, received, request_of
from api.landuse.told import activities_told, classes_told, rules_told
from api.tracks.moments import instant

router = APIRouter(tags=["用地核查"])
Planner = Annotated[Reader, require("landuse", "analyst", "dispatcher", open=Open.SAMPLE)]
"""Those who may read land classes. Over the sample anyone may try it: nothing of the city is changed by a check."""
Code = Annotated[str, Path(max_length=60, description="核查编码,见答复的 check")]
Crs = Annotated[str | None, Query(max_length=2000, description="坐标系,同正文的 crs(正文是文件时用)")]
Name = Annotated[str | None, Query(max_length=300, description="正文是文件时:文件名,连扩展名")]
Activity = Annotated[str | None, Query(max_length=20, description="同正文的 activity")]
AsOf = Annotated[str | None, Query(max_length=40, description="同正文的 as_of")]
KnownAt = Annotated[str | None, Query(max_length=40, description="同正文的 known_at")]
Axes = Annotated[str | None, Query(max_length=2, description="同正文的 axes")]
PAGE = 100
JSON = "application/json"
PRIVATE = {"Cache-Control": "no-store"}
_FORMATS = Literal["json", "geojson", "docx", "pdf", "map", "xlsx", "gpkg"]
_STORED: dict[int | str, dict[str, Any]] = {201: {"description": "已存入核查记录:见 Location", "content": {JSON: {}}}}


@router.post(
    "/landuse/check",
    summary="用地核查:这个范围可否建设、取土、种植",
    responses=_STORED,
    openapi_extra=request_of(AskBody),
)
async def check(
    request: Request,
    reader: Planner,
    turn: Heavy,
    name: Name = None,
    crs: Crs = None,
    activity: Activity = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    axes: Axes = None,
    pieces: Annotated[str | None, Query(max_length=5, description="同正文的 pieces")] = None,
    keep: Annotated[str | None, Query(alias="store", max_length=5, description="同正文的 store")] = None,
) -> Response:
    """What lies under an outline, and whether an activity may take place there: no, ask, yes, or not to be told.

    The outline is GeoJSON, a pasted text, or a file (as a form, or as the body with `?name=`). Areas are of the
    ellipsoid, cut in the metric system; every reason names its rule, with citation and remedy, and the features it
    stands on with the version that was known. `as_of` and `known_at` ask for another time, `compared_to` for what
    changed between two. It is kept unless `store` is false, and can be made again. A clue, not a ruling: 线索,非认定.
    """
    parcel = await received(request)
    code, answer = await run_in_threadpool(_desk(request).ask, reader, parcel)
    if code is None:
        return _json(answer)
    return _json(answer, 201, {"Location": f"/landuse/checks/{code}"})


@router.post("/landuse/outline", summary="只读范围,不核查:核对坐标与面积", openapi_extra=request_of(OutlineBody))
async def outline(
    request: Request,
    reader: Planner,
    turn: Heavy,
    name: Name = None,
    crs: Crs = None,
    axes: Axes = None,
) -> Response:
    """What is read of an outline, before it is checked: where it lies, how large it is, what was found or repaired."""
    parcel = await received(request)
    return _json(await run_in_threadpool(_preview, request, reader, parcel))


@router.get("/landuse/checks", summary="自己的核查记录")
def checks(
    request: Request,
    reader: Planner,
    limit: Annotated[int, Query(ge=1, le=PAGE, description="至多几个")] = PAGE,
    before: Annotated[str | None, Query(max_length=60, description="只要比这个核查早的:上一页的 next")] = None,
    by: Annotated[str | None, Query(max_length=200, description="只要这个人的(管理员用)")] = None,
) -> Response:
    """One's own checks, the newest first; an admin sees everyone's. Without a token none: those are read by code."""
    with _gate(request).database.transaction(reader) as connection:
        number = store.one(connection, reader, before)["check_id"] if before else None
        found = store.listed(connection, reader, by, number, limit + 1)
    more = found[limit - 1]["check"] if len(found) > limit else None
    return _json({"checks": found[:limit], "next": more})


@router.get(
    "/landuse/checks/{code}", summary="一次核查", responses=in_forms(MEDIA["geojson"], *store.DOCUMENTS.values())
)
def one(
    code: Code,
    request: Request,
    reader: Planner,
    turn: Heavy,
    format: Annotated[_FORMATS, Query(description="json、geojson,或文件:docx、pdf、map(矢量图)、xlsx、gpkg")] = "json",
) -> Response:
    """A check as it was answered; as GeoJSON of its parts; or as a document with the reader's name on it."""
    with _gate(request).database.transaction(reader) as connection:
        whole = store.stored_answer(store.one(connection, reader, code))
    if format == "json":
        return _json(whole)
    answer = orjson.loads(whole)
    if format == "geojson":
        return Response(dumped(collection_of(answer)), media_type=MEDIA["geojson"], headers=PRIVATE)
    return document(request, reader, answer, format)


@router.post("/landuse/checks/{code}/again", summary="重做一次核查")
def again(code: Code, request: Request, reader: Planner, turn: Heavy, body: AgainBody | None = None) -> Response:
    """A stored check made again of the versions, rules and classes that it read: `same`, or what differs.

    `late`: features that came in behind its time since (their transaction began before and was committed after it):
    they are told, and do not count. With `now` the question is asked of today instead: what has changed since.
    """
    asked = body or AgainBody.model_validate({})
    if asked.now:
        return _json(_desk(request).anew(reader, code, store=asked.store))
    return _json(_desk(request).again(reader, code))


@router.delete("/landuse/checks/{code}", summary="删除一次核查", status_code=204, response_class=Response)
def delete(code: Code, request: Request, reader: Planner) -> Response:
    """Take a check out of the records; nothing of it stays."""
    with _gate(request).database.transaction(reader, write=True) as connection:
        store.erase(connection, store.one(connection, reader, code))
    return Response(status_code=204, headers=PRIVATE)


@router.get("/landuse/activities", summary="可核查的活动与示例范围")
def activities(request: Request, reader: Planner) -> Response:
    """The activities that may be asked about; outlines to try while the data are the sample."""
    gate = _gate(request)
    with gate.database.transaction(reader) as connection:
        sample = gate.holding(connection) in ("sample", "mixed")
    return _json(activities_told(sample=sample))


@router.get("/landuse/rules", summary="核查规则及其依据")
def rules(
    request: Request,
    reader: Planner,
    as_of: Annotated[date | None, Query(description="哪一天有效,缺为今天")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按何时所知,缺为现在")] = None,
) -> Response:
    """The rules that checks are judged by: what each is about, its answer, citation and what to do.

    They are rows: an import of `landuse_rule` adds or corrects them.
    """
    desk = _desk(request)
    with _gate(request).database.transaction(reader) as connection:
        now, zone = desk.bases.now(connection), desk.place(connection).zone
        when = when_of(connection, now, as_of, instant(known_at, "known_at", zone))
        return _json(rules_told(connection, when))


@router.get("/landuse/classes", summary="地类、三大类与对照")
def classes(
    request: Request,
    reader: Planner,
    as_of: Annotated[date | None, Query(description="哪一天有效,缺为今天")] = None,
) -> Response:
    """The classes of each scheme, the main group of each, and what it may be in the other schemes: one is exact."""
    desk = _desk(request)
    with _gate(request).database.transaction(reader) as connection:
        return _json(classes_told(connection, when_of(connection, desk.bases.now(connection), as_of, None)))


def _preview(request: Request, reader: Reader, parcel: Parcel) -> dict[str, Any]:
    found, own, place = _desk(request).outline(reader, parcel, parsed(parcel, OutlineBody))
    return {
        "outline": outline_told(own.outline, None, place.metric_crs),
        "asked": {"source": found.source, "crs": found.crs, "crs_name": found.crs_name, "crs_how": found.crs_how,
                  "notes": list(found.notes)},
        "outlines": found.found,
        "name": found.name,
    }  # fmt: skip


def _json(answer: bytes | dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    body = answer if isinstance(answer, bytes) else dumped(answer)
    return Response(body, status, PRIVATE | (headers or {}), JSON)


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.landuse
    return desk

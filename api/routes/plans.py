"""Plans of who walks where: asking for one, following it as it is solved, reading it, having it stop, erasing it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.forms import in_forms
from api.coverage.formats import MEDIA
from api.jobs.news import News
from api.live.hub import Live
from api.live.response import LiveResponse
from api.plans import store
from api.plans.body import Limits, OptionsBody, PlanBody
from api.plans.crews import completed
from api.plans.geojson import features_of
from api.plans.rights import check_owner
from api.plans.told import listed_told, own_crews, plan_told, told, veiled
from api.plans.wish import SECONDS, completed_wish
from api.sightings.targets import read_city
from geo.duties.calendar import local_date
from geo.plan.city import Options
from layers import query
from layers.errors import BadInput, Conflict, NotFound

router = APIRouter(tags=["巡查方案"])
Code = Annotated[str, Path(max_length=60, description="方案编码,见 /plans")]
Planner = Annotated[Reader, require("dispatcher", open=Open.SAMPLE)]
"""Over the sample alone anyone may try it: nothing of the city is changed by a plan."""
Seer = Annotated[Reader, require("dispatcher", "patroller", open=Open.SAMPLE)]
MOST_WAIT_S, WAIT_S, AGAIN_S = 30.0, 1.0, 2
PAGE = 100
MADE: dict[int | str, dict[str, Any]] = {
    202: {"description": "已排队,求解中:见 Location", "content": {"application/json": {}}},
    429: {"description": "您已有太多方案在排队"},
}
GONE: dict[int | str, dict[str, Any]] = {410: {"description": "已删除,只知道有过"}}


@router.post("/plans", summary="求一个巡查方案", status_code=201, responses=MADE)
async def make(
    body: PlanBody,
    request: Request,
    reader: Planner,
    prefer: Annotated[str | None, Header(max_length=100, description="wait=秒:至多等多久,至多 30")] = None,
) -> JSONResponse:
    """Ask for a plan: for a day or a week, with these crews, or with all that are registered.

    201 with the plan where it is done within the wait, else 202 with where it will be and how far it is (`progress`
    there tells it as it goes). What is not said is completed from the registers and told: of each crew `defaults` names
    what neither was said nor is registered. `again_from` takes crews, options and what is fixed from an earlier plan;
    with `from_now` (or `at`) the rest of its day is planned anew from where the crews are and what was seen by then,
    with `options.second_pass` only what it did not get to.
    """
    code = await run_in_threadpool(_asked_for, body, request, reader)
    request.app.state.plan_runner.wake()
    news: News = request.app.state.plan_news
    await news.over(code, _wait_s(prefer))
    plan = await run_in_threadpool(_read, request, reader, code)
    headers = {"Location": f"/plans/{code}", "ETag": f'"{plan["revision"]}"', "Cache-Control": "no-store"}
    over = plan["status"] not in store.OPEN
    return JSONResponse(plan, 201 if over else 202, headers | ({} if over else {"Retry-After": str(AGAIN_S)}))


@router.get("/plans", summary="巡查方案")
def plans(
    request: Request,
    reader: Seer,
    day: Annotated[date | None, Query(description="只要这一天的")] = None,
    status: Annotated[
        Literal["queued", "solving", "done", "failed", "cancelled"] | None, Query(description="只要这种状态的")
    ] = None,
    before: Annotated[str | None, Query(max_length=60, description="只要比这个方案早提出的")] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE, description="至多几个")] = PAGE,
) -> JSONResponse:
    """The plans, the newest first, with what each pays and leaves out; a patroller's are those of the own crews."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        own = own_crews(connection, reader)
        number = store.one(connection, before)["plan_id"] if before else None
        crews = None if own is None else sorted(own)
        rows = store.plans_listed(connection, day=day, status=status, crews=crews, before=number, most=limit)
        found = [listed_told(row) for row in rows]
    return JSONResponse({"plans": found}, headers={"Cache-Control": "no-store"})


@router.get("/plans/defaults", summary="方案的缺省:巡查组、地点、选项")
def defaults(
    request: Request,
    reader: Planner,
    day: Annotated[date | None, Query(description="哪一天,缺为明天")] = None,
) -> JSONResponse:
    """What a plan would use where nothing is said: every crew of that day's register, completed, and the options."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        city = read_city(connection)
        now = datetime.now(city.zone)
        asked = day or local_date(now.timestamp() + 86_400, city.zone)
        try:
            crews = completed(connection, None, [asked], city, now)
        except BadInput:
            crews = []
        found = query.rows(connection, "plan/places")
    options = OptionsBody.model_validate({}).model_dump(mode="json") | {"seconds": min(SECONDS, gate.settings.plan_s)}
    limits = {**Limits, "seconds": gate.settings.plan_s, "pieces": Options.most_pieces}
    body = {"day": asked.isoformat(), "crews": crews, "places": [dict(row) for row in found], "options": options}
    return JSONResponse(body | {"limits": limits}, headers={"Cache-Control": "no-store"})


@router.get(
    "/plans/{code}",
    summary="一个巡查方案",
    responses={**in_forms(MEDIA["geojson"], "application/gpx+xml", "application/pdf"), **GONE},
)
def plan(
    code: Code,
    request: Request,
    reader: Seer,
    format: Annotated[
        Literal["json", "geojson", "gpx", "pdf"], Query(description="json、geojson、gpx 或 pdf")
    ] = "json",
    crew: Annotated[str | None, Query(max_length=200, description="只要这个巡查组的路线")] = None,
    revision: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="哪一版,缺为现行")] = None,
) -> Response:
    """A plan: routes with stops, times, line and directions; pieces, planned and left out, and why; what it promises.

    While it is solved `routes` are the best so far, or none. `pieces` that are left out say why. `promise` is what the
    coverage engine sees along the planned lines. A patroller is told the routes of the own crews.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        row, own = store.one(connection, code), own_crews(connection, reader)
        found = veiled(_revision(connection, row, revision), own)
    chosen = _of_crew(found, crew)
    if format == "json":
        if own is None and row["changeable"]:
            request.app.state.plan_holding.warm(gate.database, row["plan_id"], row["revision"])
        return JSONResponse(chosen, headers={"ETag": f'"{found["revision"]}"', "Cache-Control": "no-store"})
    if format == "geojson":
        names = frozenset(route["route"] for route in chosen["routes"]) if crew else None
        return JSONResponse(features_of(chosen, names), media_type=MEDIA["geojson"])
    return _sheet(request, reader, chosen, format, crew)


@router.get(
    "/plans/{code}/progress",
    summary="求解进展(SSE)",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}, **GONE},
)
async def progress(
    code: Code,
    request: Request,
    reader: Seer,
    after: Annotated[str | None, Query(max_length=100, description="已收到的最后一个事件的 id,从其后续传")] = None,
    last_event_id: Annotated[str | None, Header(max_length=100, description="同 after,浏览器自动带上,优先")] = None,
) -> Response:
    """How far solving a plan is, as Server-Sent Events, until it is over.

    - `hello`: the stream has begun.
    - `progress`: what is being done (`stage`: reading, solving, telling), `iterations` and `seconds`, each with what it
      may come to, `pieces`, `routes` and `length_m` of the best plan so far; while it waits, `status` is queued.
    - `done`, `failed` with why (`detail`), `cancelled`: the last one, after which the stream ends. At once, where the
      plan was over already.
    - `reset`: something was missed; where things stand comes next, or ask for the plan.

    `alive` comes every 15 seconds in which nothing else does, as of /live.
    """
    await run_in_threadpool(_read, request, reader, code)
    live: Live = request.app.state.live
    news: News = request.app.state.plan_news
    return LiveResponse(live, await news.follow(request, reader, code, last_event_id or after))


@router.post("/plans/{code}/cancel", summary="取消求解", status_code=202, responses=GONE)
def cancel(code: Code, request: Request, reader: Planner) -> JSONResponse:
    """Have solving stop: the best plan found so far is kept, where there is one. 409 where it is over already."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        check_owner(reader, store.held(connection, code))
        status = store.cancel(connection, code)
    request.app.state.plan_runner.wake()
    return JSONResponse({"code": code, "status": status}, 202, {"Location": f"/plans/{code}", "Retry-After": "1"})


def _asked_for(body: PlanBody, request: Request, reader: Reader) -> str:
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        now = datetime.now(read_city(connection).zone)
        asked = completed_wish(connection, body, now, gate.settings.plan_s)
        return store.add(connection, asked, reader.name)


def _read(request: Request, reader: Reader, code: str) -> dict[str, Any]:
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        return veiled(plan_told(connection, code), own_crews(connection, reader))


def _revision(connection: Connection, row: dict[str, Any], revision: int | None) -> dict[str, Any]:
    if revision is None:
        return told(connection, row)
    answer = query.value(connection, "plan/plan_revision", None, plan_id=row["plan_id"], revision=revision)
    if answer is None:
        raise NotFound(f"方案 {row['code']} 没有第 {revision} 版:现有 {row['revision']} 版。")
    return told(connection, {**row, "revision": revision}, answer)


def _of_crew(plan: dict[str, Any], crew: str | None) -> dict[str, Any]:
    if crew is None:
        return plan
    if crew not in {one["crew"] for one in plan["crews"]}:
        raise NotFound(
            f"方案 {plan['code']} 里没有巡查组 {crew[:80]!r}:有 {'、'.join(one['crew'] for one in plan['crews'])}。"
        )
    return veiled(plan, frozenset({crew}))


def _sheet(request: Request, reader: Reader, plan: dict[str, Any], format: str, crew: str | None) -> Response:
    if not plan["routes"]:
        raise Conflict(f"方案 {plan['code']} 还没有路线({store.STATUS[plan['status']]}):请等它完成。")
    from api.sheets.answers import gpx_answer, pdf_answer

    return gpx_answer(plan, crew) if format == "gpx" else pdf_answer(request, reader, plan, crew)


def _wait_s(prefer: str | None) -> float:
    """How long to wait for an answer, as the header Prefer says (RFC 7240): wait=10.

    >>> _wait_s("respond-async, wait=10"), _wait_s("wait=999"), _wait_s("respond-async"), _wait_s(None)
    (10.0, 30.0, 0.0, 1.0)
    """
    parts = (part.partition("=") for part in (prefer or "").lower().split(","))
    said = {name.strip(): value.strip() for name, _, value in parts}
    wait = said.get("wait", "")
    if wait.isascii() and wait.isdigit():
        return min(float(wait[:9]), MOST_WAIT_S)
    return 0.0 if "respond-async" in said else WAIT_S

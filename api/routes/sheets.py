"""Sheets of crews: links that open them without signing in, and what stands behind such a link."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import BY_LINK, Open, require
from api.access.turns import Heavy
from api.answers.addresses import base_address
from api.answers.bodies import Body
from api.answers.problems import Gone
from api.plans.told import plan_told
from api.sheets.answers import PRIVATE, SERVER, drawn, link_of, named, packed, signer, solved, zone_of
from api.sheets.gpx import file_name, gpx_of
from api.sheets.ground import read_ground
from api.sheets.links import MOST_DAYS, MOST_LETTERS, Link, Opened, end_links, read_link
from api.sheets.routes import Json, crew_of, crews_of, going
from api.sheets.sent import own_routes, sheet_of
from layers.errors import NotFound

router = APIRouter(tags=["巡查方案"])
Code = Annotated[str, Path(max_length=60, description="方案编码,见 /plans")]
Token = Annotated[str, Path(max_length=MOST_LETTERS, description="链接中 # 之后的 token,见 POST /plans/{code}/links")]
_ONLY_HERE = "这些链接指向本机,手机打不开:请管理员把手机能连上的平台地址写进环境变量 HUASHAN_PUBLIC_URL。"
GONE: dict[int | str, dict[str, Any]] = {410: {"description": "已到期、已作废,或方案已删除"}}


class LinksBody(Body):
    """Whose links, and for how long."""

    crews: list[Annotated[str, Field(max_length=200)]] | None = Field(
        None, max_length=200, description="只要这些巡查组的(编码),缺为全部"
    )
    hours: int | None = Field(
        None, ge=1, le=24 * MOST_DAYS, description=f"有效多少小时,至多 {24 * MOST_DAYS};缺为方案最后一天结束后再一天"
    )


@router.post("/plans/{code}/links", summary="签发巡查组页面的链接", status_code=201, responses=GONE)
def sign(
    code: Code,
    request: Request,
    reader: Annotated[Reader, require("dispatcher", open=Open.SAMPLE)],
    body: LinksBody | None = None,
) -> JSONResponse:
    """Sign a link for each route: whoever holds it opens that crew's page, and nothing else, until it expires.

    Without `hours` it is the very link that the printed sheet holds. Nothing is stored: DELETE ends all of a plan.
    `note` says where phones cannot reach them.
    """
    gate: Gate = request.app.state.gate
    asked = body or LinksBody.model_validate({})
    signed = signer(gate.database)
    with gate.database.transaction(reader) as connection:
        plan = solved(plan_told(connection, code))
        now = datetime.now(zone_of(connection))
        wanted = now + timedelta(hours=asked.hours) if asked.hours else None
        opens = link_of(connection, plan, signed, base_address(request, gate.public_url), now, wanted)
    chosen = _chosen(plan, asked.crews)
    links = [_told(route, opens(route)) for route in chosen]
    note = _ONLY_HERE if opens(chosen[0]).only_here else None
    told = {"plan": code, "expires_at": links[0]["expires_at"], "links": links, "note": note}
    return JSONResponse(told, 201, headers=PRIVATE)


@router.delete("/plans/{code}/links", summary="作废一个方案的全部链接", status_code=204, responses=GONE)
def end(code: Code, request: Request, reader: Annotated[Reader, require("dispatcher")]) -> Response:
    """End every link that was signed for a plan so far, those on paper too; new ones can be signed at once."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        plan_told(connection, code)
        end_links(connection, code, reader.name)
    return Response(status_code=204)


@router.get("/sheets/{token}", summary="一个巡查组的路线(凭链接)", dependencies=[BY_LINK], responses=GONE)
def sheet(token: Token, request: Request) -> Response:
    """The route of the crew that the link is for, with stops, times, directions and the lines around it.

    Nothing of other crews, and no person's name. `ways` leads to each stop in the map apps of phones.
    403: not a link of this platform, or cut; 410: expired, ended, or the plan is gone.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(SERVER) as connection:
        zone = zone_of(connection)
        now = datetime.now(zone)
        opened = read_link(connection, token, now, zone)
        plan = _plan(connection, opened)
        until = opened.expires_at.astimezone(zone)
        told = sheet_of(plan, opened.crew, until, now, lambda box: read_ground(connection, box))
    return packed(request, told | {"timezone": str(zone)})


@router.get(
    "/sheets/{token}/gpx",
    summary="一个巡查组的 GPX(凭链接)",
    dependencies=[BY_LINK],
    response_class=Response,
    responses={200: {"content": {"application/gpx+xml": {}}}, **GONE},
)
def sheet_gpx(token: Token, request: Request) -> Response:
    """The track with times, the stops as a route and as way points; WGS84."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(SERVER) as connection:
        zone = zone_of(connection)
        opened = read_link(connection, token, datetime.now(zone), zone)
        plan = _plan(connection, opened)
    routes = own_routes(plan, opened.crew)
    body = gpx_of(plan, [route["route"] for route in routes])
    name = file_name(plan, routes[0]["name"], opened.crew, "gpx")
    return Response(body, media_type="application/gpx+xml", headers=PRIVATE | named(name))


@router.get(
    "/sheets/{token}/pdf",
    summary="一个巡查组的巡查单 PDF(凭链接)",
    dependencies=[BY_LINK],
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **GONE},
)
def sheet_pdf(token: Token, request: Request, _: Heavy) -> Response:
    """The sheet as it is printed; the code on it holds the same link."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(SERVER) as connection:
        zone = zone_of(connection)
        opened = read_link(connection, token, datetime.now(zone), zone)
        plan = _plan(connection, opened)
    base = base_address(request, gate.public_url)
    link = Link(f"{base}/sheet#token={token}&rev={plan['revision']}", opened.expires_at.astimezone(zone))
    body = drawn(gate, SERVER, plan, own_routes(plan, opened.crew), lambda route: link)
    return Response(body, media_type="application/pdf", headers=PRIVATE)


def _plan(connection: Connection, opened: Opened) -> Json:
    try:
        return solved(plan_told(connection, opened.plan))
    except (NotFound, Gone):
        raise Gone("方案已被删除,链接随之失效:请向调度员要新的方案。") from None


def _chosen(plan: Json, crews: list[str] | None) -> list[Json]:
    known = crews_of(plan)
    missing = [crew for crew in crews or [] if crew not in known]
    if missing:
        raise NotFound(f"方案 {plan['code']} 没有巡查组 {missing[0][:80]!r} 的路线:现有 {'、'.join(known)}。")
    return [route for route in going(plan) if not crews or crew_of(route) in crews]


def _told(route: Json, link: Link) -> dict[str, object]:
    told = {name: route[name] for name in ("crew", "name", "route", "day")}
    return told | {"url": link.url, "expires_at": link.expires_at.isoformat()}

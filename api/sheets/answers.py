"""The sheets of a plan as answers: what is read from the database for them, and what browsers are told of them."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import orjson
from fastapi import Request, Response
from sqlalchemy import Connection

from api.access.gate import Gate
from api.answers.addresses import base_address
from api.database import Actor, Database, Operator
from api.sheets.gpx import file_name, gpx_of, gpx_zip
from api.sheets.ground import read_ground
from api.sheets.links import Link, Opened, Signer, expiry, read_key, signer_for, times_ended
from api.sheets.routes import Json, crew_of, crews_of, going
from api.tiles.packed import Packed, accepted
from layers import query
from layers.errors import Conflict

__all__ = [
    "PRIVATE",
    "SERVER",
    "drawn",
    "gpx_answer",
    "link_of",
    "named",
    "packed",
    "pdf_answer",
    "signer",
    "solved",
    "zone_of",
]

SERVER = Operator("huashan sheet")
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_ENCODINGS = ("br", "gzip", "identity")
_OPEN = {"queued": "还在排队", "solving": "还在求解"}


def gpx_answer(plan: Json, crew: str | None) -> Response:
    """The GPX of one crew; of several, a zip with a file for each. Raises Conflict before the plan is done."""
    crews = crews_of(solved(plan))
    if crew is None and len(crews) > 1:
        return _file(gpx_zip(plan), "application/zip", f"{plan['code']} GPX.zip")
    [(name, routes)] = crews.items() if crew is None else [(crew, crews.get(crew, []))]
    body = gpx_of(plan, [route["route"] for route in routes])
    return _file(body, "application/gpx+xml", file_name(plan, routes[0]["name"], name, "gpx"))


def pdf_answer(request: Request, reader: Actor, plan: Json, crew: str | None) -> Response:
    """The sheets of one crew or of all, with the code that opens its page. Raises Conflict before the plan is done."""
    gate: Gate = request.app.state.gate
    routes = [one for one in going(solved(plan)) if crew is None or crew_of(one) == crew]
    base = base_address(request, gate.public_url)
    signed = signer(gate.database)
    with gate.database.transaction(reader) as connection:
        zone = zone_of(connection)
        opens = link_of(connection, plan, signed, base, datetime.now(zone))
    body = drawn(gate, reader, plan, routes, opens)
    named = file_name(plan, routes[0]["name"], crew, "pdf") if crew else f"{plan['code']} 巡查方案.pdf"
    return _file(body, "application/pdf", named)


def drawn(gate: Gate, reader: Actor, plan: Json, routes: Sequence[Json], opens: Callable[[Json], Link | None]) -> bytes:
    """The PDF of routes over the ground of the city; drawn when the database is done with."""
    # What draws it, and its fonts' tools, are read with the first sheet, not by every start.
    from api.sheets.pdf import box_of, pdf_of

    with gate.database.transaction(reader) as connection:
        ground = {box: read_ground(connection, box.wider(0.05)) for box in map(box_of, routes)}
    names = [route["route"] for route in routes]
    return pdf_of(plan, names, link_of=opens, ground_of=ground.__getitem__, font=gate.settings.font)


def link_of(
    connection: Connection, plan: Json, signed: Signer, base: str, now: datetime, wanted: datetime | None = None
) -> Callable[[Json], Link]:
    """What signs the links of a plan's routes, all until the same time; the same each time for the same plan.

    The token stands behind the `#`, where no log and no referrer has it; `rev` lets the page say that paper is older.
    """
    until = expiry(plan, now, now.tzinfo or ZoneInfo("UTC"), wanted)
    ended = times_ended(connection, plan["code"])
    several = {crew for crew, routes in crews_of(plan).items() if len(routes) > 1}

    def link(route: Json) -> Link:
        token = signed.token(Opened(plan["code"], crew_of(route), until, ended))
        day = f"&day={route['day']}" if crew_of(route) in several else ""
        return Link(f"{base}/sheet#token={token}&rev={plan['revision']}{day}", until)

    return link


def signer(database: Database) -> Signer:
    """The deployment's key, made where this is its first use."""
    with database.transaction(SERVER) as connection:
        found = read_key(connection)
    if found is not None:
        return found
    with database.transaction(SERVER, write=True) as connection:
        return signer_for(connection)


def solved(plan: Json) -> Json:
    """The plan, if there is a route to go by; raises Conflict where it is not done yet, or has none."""
    if (status := plan["status"]) in _OPEN:
        raise Conflict(f"方案 {plan['code']} {_OPEN[status]}:请等它完成再取巡查单。")
    if not going(plan):
        raise Conflict(f"方案 {plan['code']} 没有路线:没有可派的巡查段或巡查组,请看方案本身写明的原因。")
    return plan


def zone_of(connection: Connection) -> tzinfo:
    """The clock of the deployment."""
    return ZoneInfo(query.rows(connection, "deployment/deployment_facts")[0]["timezone"])


def packed(request: Request, told: dict[str, Any]) -> Response:
    """JSON as small as the caller takes it: a sheet of many stops is read over a phone's network."""
    body = Packed(orjson.dumps(told))
    encoding = next(one for one in accepted(request.headers.get("accept-encoding", "")) if one in _ENCODINGS)
    coded = {} if encoding == "identity" else {"Content-Encoding": encoding}
    headers = PRIVATE | coded | {"Vary": "Accept-Encoding"}
    return Response(body.encoded(encoding), media_type="application/json", headers=headers)


def _file(body: bytes, media: str, name: str) -> Response:
    return Response(body, media_type=media, headers=PRIVATE | named(name))


def named(name: str) -> dict[str, Any]:
    """The header by which a browser names a file, also in Chinese (RFC 6266).

    >>> named("P1 甲组.gpx")["Content-Disposition"]
    "attachment; filename*=UTF-8''P1%20%E7%94%B2%E7%BB%84.gpx"
    """
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}

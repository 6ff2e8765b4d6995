"""Alarms: what stands, taking note of it by name, and the rules by which they are raised."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, admits, require
from api.access.turns import Heavy
from api.alarms.noting import NoteBody, note
from api.alarms.rules import RuleBody, put_rule, read_rules, rule_told, rule_versions
from api.alarms.standing import Asker, standing, told
from api.answers.times import said
from api.duties.term import refuse_far
from api.sightings.targets import read_city
from api.tracks.moments import instant
from api.veil.moments import refuse_instants
from api.versions.answers import seen
from layers import query
from layers.catalogue import ROLES

router = APIRouter(tags=["告警"])
Anyone = Annotated[Reader, require(*ROLES, open=Open.SAMPLE)]
MAY_NOTE = require("dispatcher", kiosk=True)
Noter = Annotated[Reader, MAY_NOTE]
Writer = Annotated[Reader, require("dispatcher")]
RuleCode = Annotated[str, Path(pattern="^[a-z][a-z0-9_]{0,49}$", description="告警规则编码")]


@router.get("/alarms", summary="现有告警")
def alarms(
    request: Request,
    reader: Anyone,
    turn: Heavy,
    at: Annotated[str | None, Query(max_length=40, description="哪一刻的告警,缺为现在;日期或时间")] = None,
) -> JSONResponse:
    """What stands, that nobody took note of first, then the gravest and newest; with since when and who took note.

    Nothing is kept of alarms: each is worked out as it is asked for. One that ends and comes again is a new one, with
    an `id` of its own, and nobody has taken note of it. `earlier`: it is older than can be told, and whoever took note
    of it longer ago is to do so again. `lon`, `lat`: where, of debt the place that is overdue for longest. Debt is
    judged as the day begins. `untold`: kinds that this reader is told nothing of, which is not to say that there are
    none; who may not see where crews are is not told that one is silent. `waiting`: duties of whose debt nothing can be
    said yet. `may_note`, `name_needed`: whether the reader may take note, and has to say by whom, as on a screen.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        asker, now = _asker(connection, request, reader)
        asked = instant(at, "at", asker.zone)
        refuse_far({"at": asked})
        refuse_instants(reader, {"at": asked}, asker.zone)
        found = standing(connection, asker, asked, now)
    body = {
        "at": said(asked or now, asker.zone),
        "known_at": said(now, asker.zone),
        "alarms": [told(alarm, noted, reader, asker.zone) for alarm, noted in found.alarms],
        "untold": found.untold,
        "waiting": found.waiting,
        "may_note": admits(MAY_NOTE, reader, open_read=gate.open_read),
        "name_needed": reader.kiosk,
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.post("/alarms/{alarm}/acknowledge", summary="确认告警")
def acknowledge(
    alarm: Annotated[str, Path(max_length=40, description="告警的 id,见 /alarms")],
    body: NoteBody,
    request: Request,
    reader: Noter,
) -> JSONResponse:
    """Take note of an alarm, in the own name; on a screen, before which anyone may stand, in the name that is given.

    404 where it does not stand any more, 409 where somebody took note of it already.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        asker, now = _asker(connection, request, reader)
        done = note(connection, asker, alarm, body, now)
    return JSONResponse({"alarm": told(done["alarm"], done["note"], reader, asker.zone)})


@router.get("/alarms/rules", summary="告警规则")
def rules(request: Request, reader: Anyone) -> JSONResponse:
    """The rules by which alarms are raised, by code, and what their columns mean."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        found = read_rules(connection)
        columns = query.rows(connection, "deployment/columns", table="city.alarm_rule")
    meant = {row["name"]: _meaning(row) for row in columns}
    return JSONResponse({"rules": [rule_told(row, reader) for row in found], "columns": meant})


@router.get("/alarms/rules/{code}", summary="一条告警规则及其各版本")
def rule(code: RuleCode, request: Request, reader: Anyone) -> JSONResponse:
    """One rule and every version of it, the oldest first; the ETag names the one in force."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        found = rule_versions(connection, code)
    body = {"rule": rule_told(found[-1], reader), "versions": [rule_told(row, reader) for row in found]}
    return JSONResponse(body, headers={"ETag": f'"{found[-1]["version"]}"'})


@router.put("/alarms/rules/{code}", summary="告警规则的新版本,或新规则")
def put(
    code: RuleCode,
    body: RuleBody,
    request: Request,
    reader: Writer,
    if_match: Annotated[str | None, Header(max_length=200, description="所依据版本的 ETag")] = None,
) -> JSONResponse:
    """Let a rule be so from now on, or be there from now on; what it was before stays on record.

    With If-Match only in place of the version it names: 409 where another stands. A rule is not deleted: turn it off.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        made, new = put_rule(connection, gate.catalogue, code, body, expected=seen(if_match))
    headers = {"ETag": f'"{made["version"]}"'}
    return JSONResponse({"rule": rule_told(made, reader)}, 201 if new else 200, headers)


def _asker(connection: Connection, request: Request, reader: Reader) -> tuple[Asker, datetime]:
    zone = read_city(connection).zone
    return Asker(reader, request.app.state.gate, zone, request.app.state.days), datetime.now(zone)


def _meaning(row: Any) -> dict[str, Any]:
    return {"zh": row["zh"], "en": row["en"]} | ({"options": row["options"]} if row["options"] else {})

"""What a changed duty would mean for a month that has passed, before it is saved."""

import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.access.turns import Heavy
from api.answers.times import said
from api.duties.accounts import Basis
from api.duties.body import DutyBody
from api.duties.compared import MOST_TARGETS, Figures
from api.duties.effect import Trial, effect_of
from api.duties.term import FORM, days_of, term_of
from api.registers.register import REGISTERS, faults
from api.routes.duties import DutyCode
from api.sightings.targets import read_city
from api.transfer.tables import DUTY
from api.versions.answers import fields_of
from api.versions.rows import today, try_version
from layers.errors import BadInput

router = APIRouter(tags=["职责"])
MOST_DAYS = 366


@router.post("/duties/{code}/effect", summary="试算:改了规则,上月会怎样")
def effect(
    code: DutyCode,
    body: DutyBody,
    request: Request,
    reader: Annotated[Reader, require("dispatcher", open=Open.SAMPLE)],
    turn: Heavy,
    period: Annotated[str | None, Query(max_length=40, description=f"时段,缺省上个月:{FORM}")] = None,
) -> JSONResponse:
    """A duty's debt, on-time share and performance in a period, as it was and as this rule would have had it.

    By the same tracks, as if the rule had been in force since the duty began (`began`; a new duty begins with the
    period), up to now where the period is not over. Nothing is stored. The rule's own dates do not matter here.

    Lengths and debt are in metres and metre-days, or in targets and target-days where `whole`. What is null is not
    known or was not asked for: never a zero. `targets`: each stretch, the greatest change of debt first. `anew`: what
    was seen at the new reach was worked out for this answer alone; 413 or 400 where that is too much, or was erased.
    `waiting`: the duty as it stands waits for its own reach to be worked out, and `before` is null.
    """
    gate: Gate = request.app.state.gate
    began = time.monotonic()
    with gate.database.transaction(reader, write=True) as connection:
        now = today(connection)
        fields = fields_of(body, code, now) | {"valid_from": now.isoformat(), "valid_to": None}
        (fault,) = faults(connection, gate.catalogue, REGISTERS["duties"], [fields])
        if fault:
            raise BadInput(f"{fault}。")
        try_version(connection, DUTY, fields)
        zone, now_s = read_city(connection).zone, time.time()
        days = _days(period, now)
        start_s, end_s = term_of(days, zone)
        if start_s >= now_s:
            raise BadInput(f"时段 {days[0]} 至 {days[1]} 还没有开始,没有轨迹可比:请给已开始的时段。")
        trial = Trial(fields, days, (start_s, min(end_s, now_s)), now_s)
        found = effect_of(connection, gate.catalogue, trial, Basis(zone))
    told = {
        "duty": code,
        "period": period or days[0].isoformat()[:7],
        "from": said(start_s, zone),
        "to": said(trial.term_s[1], zone),
        "whole_period": end_s <= now_s,
        "computed_at": said(now_s, zone),
        "took_s": round(time.monotonic() - began, 3),
        "began": found.began.isoformat(),
        "before": _told(found.before),
        "after": _told(found.after),
        "targets": found.targets,
        "truncated": len(found.targets) == MOST_TARGETS,
        "anew": found.anew,
        "waiting": found.waiting,
    }
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


def _days(period: str | None, now: date) -> tuple[date, date]:
    """The days of the period, by default of the month before this one."""
    if period is None:
        last = now.replace(day=1)
        return (last - timedelta(days=1)).replace(day=1), last
    days = days_of(period)
    if (days[1] - days[0]).days > MOST_DAYS:
        raise BadInput(f"时段 {period[:40]!r} 长于 {MOST_DAYS} 天:请缩短,如一个月或一季。")
    return days


def _told(figures: Figures | None) -> Mapping[str, Any] | None:
    return figures._asdict() if figures else None

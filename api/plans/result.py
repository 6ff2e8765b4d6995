"""What became of a plan: held, piece by piece, against what patrols saw since that counts for its duties."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from api.answers.times import said
from api.duties.accounts import BOUNDS, question, rules_of
from api.duties.read import Charge
from api.duties.seen import Sight, Stretch
from api.plans.planner import Solved
from geo.course.walked import Outcome, walked
from geo.duties.account import counted_by_versions
from geo.duties.calendar import instant
from geo.duties.records import Sightings, joined
from geo.plan.city import City, DutyOwed
from geo.plan.plan import Bounds
from layers import query

__all__ = ["result_told"]

Told = dict[str, Any]


def result_told(connection: Connection, solved: Solved, row: Mapping[str, Any], own: frozenset[str] | None) -> Told:
    """What became of a plan by now, as it is told to who may see these crews (None: all).

    Of each piece that was planned, and of each that was left out and seen all the same: walked, partly, missed, or not
    yet; how much of it was seen, when first, and by which patrol. Debt is told for when the plan was judged.
    """
    city, plan, crews = solved.ask.city, solved.plan, solved.ask.crews
    now = datetime.now(city.zone)
    begin_s = min(city.known_s, instant(row["days"][0], 0, city.zone))
    counted, codes = _counted(connection, city, (begin_s, max(plan.judged_s, begin_s)))
    listed = sorted({crew.code for crew in crews if own is None or crew.code in own})
    asked = {"crews": sorted({crew.code for crew in crews}), "days": [day.isoformat() for day in row["days"]]}
    out = frozenset(one["code"] for one in query.rows(connection, "plan/crews_out", None, **asked))
    found = walked(city, plan, counted, out, now.timestamp())
    pieces = [_outcome(solved, one, codes) for one in found.pieces]
    counts = {"planned": sum(one["route"] is not None for one in pieces)}
    counts |= {state: sum(one["state"] == state for one in pieces) for state in STATES}
    legs = query.rows(connection, "plan/legs_walked", None, **asked | {"crews": listed})
    if own is not None:
        pieces = _without_others(pieces, own, {leg["patrol"] for leg in legs})
    return {
        "code": row["code"],
        "revision": row["revision"],
        "known_at": said(now),
        "judged_at": said(round(plan.judged_s), city.zone),
        "pieces": pieces,
        "totals": {
            **counts,
            **_debts("m_days", found.before[0], found.promised[0], found.after[0]),
            **_debts("target_days", found.before[1], found.promised[1], found.after[1]),
        },
        "legs": {"type": "FeatureCollection", "features": [_leg(leg) for leg in legs]},
    }


STATES = ("walked", "partly", "missed", "not_yet")


def _counted(
    connection: Connection, city: City, stretch: Stretch
) -> tuple[dict[str, list[Sightings]], tuple[str, ...]]:
    """For each bound and duty what patrols saw in a stretch of time that counts for it; and the codes of patrols."""
    charges = [_charge(city, duty) for duty in city.duties]
    rules = [rules_of(charge) for charge in charges]
    asked = [
        question(charge, own[-1], stretch, bound)
        for bound in BOUNDS
        for charge, sets in zip(charges, rules, strict=True)
        for own in sets
    ]
    answers = Sight(connection).together(asked)
    following = iter(answers)
    counted = {
        bound: [
            joined(
                *(
                    counted_by_versions(own, one.rows, one.patrols, flags=one.flags, zone=city.zone)
                    for own, one in ((own, next(following)) for own in sets)
                )
            )
            for sets in rules
        ]
        for bound in BOUNDS
    }
    return counted, answers[0].codes if answers else ()


def _charge(city: City, duty: DutyOwed) -> Charge:
    whole = city.of(duty.layer).whole
    return Charge(duty.versions, duty.layer, whole, duty.codes, duty.state.scope, ())


def _outcome(solved: Solved, one: Outcome, codes: Sequence[str]) -> Told:
    plan, zone = solved.plan, solved.ask.city.zone
    piece = plan.pieces[one.piece]
    route = None if piece.route is None else plan.routes[piece.route]
    unit = "targets" if piece.from_m is None else "m"
    return {
        "piece": piece.id,
        "name": piece.name,
        "route": None if route is None else route.route,
        "crew": None if route is None else solved.ask.crews[route.crew].code,
        "planned_at": said(one.planned_s if np.isnan(one.planned_s) else round(one.planned_s), zone),
        "state": one.state,
        "length_m": round(one.length, 2) if unit == "m" else None,
        "seen_m": _bounds(one.seen) if unit == "m" else None,
        "targets": None if unit == "m" else one.length,
        "seen_targets": None if unit == "m" else _bounds(one.seen),
        "walked_at": said(one.walked_s if np.isnan(one.walked_s) else round(one.walked_s), zone),
        "by": None if one.patrol < 0 else codes[one.patrol],
        "why": one.why,
        "why_text": one.why_text,
    }


def _without_others(pieces: Sequence[Told], own: frozenset[str], patrols: set[str]) -> list[Told]:
    """The pieces of these crews; where another crew's patrol saw one, neither which nor when.

    >>> seen = [{"crew": "甲", "by": "甲-1", "walked_at": "09:00"}, {"crew": "甲", "by": "乙-1", "walked_at": "09:30"}]
    >>> [one["by"] for one in _without_others([*seen, {"crew": "乙", "by": "乙-1"}], frozenset({"甲"}), {"甲-1"})]
    ['甲-1', None]
    """
    nobody = {"by": None, "walked_at": None}
    return [one if one["by"] in patrols else one | nobody for one in pieces if one["crew"] in own]


def _debts(unit: str, before: float, promised: Bounds, after: float) -> Told:
    return {
        f"debt_before_{unit}": round(before, 2),
        f"debt_promised_{unit}": _bounds(promised),
        f"debt_after_{unit}": round(after, 2),
    }


def _bounds(bounds: Bounds) -> Told:
    return {name: round(float(value), 2) for name, value in bounds._asdict().items()}


def _leg(row: Mapping[Any, Any]) -> Told:
    names = ("crew", "patrol", "leg_no", "length_m")
    told = {name: row[name] for name in names} | {name: said(row[name]) for name in ("started_at", "ended_at")}
    return {"type": "Feature", "properties": told, "geometry": json.loads(row["shape"])}

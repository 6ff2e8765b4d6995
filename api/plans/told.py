"""What readers are told of a plan: dispatchers all, a patroller the routes of the own crews, and nothing of others'."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from api.access.reader import Reader, sees_persons
from api.answers.times import said
from api.plans import store
from layers import query
from layers.errors import NotFound

__all__ = ["listed_told", "own_crews", "plan_told", "state_told", "told", "veiled"]

Told = dict[str, Any]
NOTHING: Told = {
    "routes": [],
    "pieces": [],
    "promise": [],
    "totals": None,
    "bound": None,
    "more": None,
    "network": None,
}
"""The answer of a plan that has none yet."""
BY_HAND = "手工改动"
"""What a change is called to those who may not see whom it concerned."""


def plan_told(connection: Connection, code: str) -> Told:
    """All of a plan, as GET /plans/{code} answers it to those who see every crew.

    Raises NotFound where there never was one, Gone where it was erased.
    """
    return told(connection, store.one(connection, code))


def told(connection: Connection, row: Mapping[str, Any], answer: Mapping[str, Any] | None = None) -> Told:
    """A plan's row as it is told; answer: instead of the one in force."""
    asked = row["asked"]
    ends = (row["started_at"], row["ended_at"])
    return {
        "code": row["code"],
        "name": row["name"],
        "status": row["status"],
        "fault": row["fault"],
        "ahead": row["ahead"],
        "progress": row["progress"],
        "day": row["days"][0].isoformat(),
        "days": [day.isoformat() for day in row["days"]],
        "made_by": row["made_by"],
        "made_at": said(row["made_at"]),
        "known_at": said(row["known_at"]),
        "took_s": round((ends[1] - ends[0]).total_seconds(), 1) if all(ends) else None,
        "options": asked["options"],
        "again_from": asked["again_from"],
        "at": asked["at"],
        "crews": asked["crews"],
        "revision": row["revision"],
        "revisions": _revisions(connection, row["plan_id"]),
        **NOTHING,
        **(answer or row["answer"] or row["draft"] or {}),
    }


def listed_told(row: Mapping[str, Any]) -> Told:
    """A plan among others."""
    totals = row["totals"] or {}
    debts = (f"debt_{when}_{unit}" for unit in ("m_days", "target_days") for when in ("before", "after"))
    names = ("pieces", "left_out", "length_m", "time_s", *debts)
    return {
        "code": row["code"],
        "name": row["name"],
        "status": row["status"],
        "fault": row["fault"],
        "day": row["days"][0].isoformat(),
        "days": [day.isoformat() for day in row["days"]],
        "made_by": row["made_by"],
        "made_at": said(row["made_at"]),
        "revision": row["revision"],
        "crews": len(row["crews"]),
        **{name: totals.get(name) for name in names},
    }


def own_crews(connection: Connection, reader: Reader) -> frozenset[str] | None:
    """The crews whose routes a reader may see; None for all."""
    if sees_persons(reader):
        return None
    return frozenset(
        row["code"] for row in query.rows(connection, "crew/crew_own", None, person=reader.name, post=reader.post)
    )


def veiled(plan: Told, own: frozenset[str] | None) -> Told:
    """A plan without the routes of others; raises NotFound where none of it is the reader's.

    What the whole plan pays and leaves out is nobody's in particular, and stays.
    """
    if own is None:
        return plan
    crews = [crew for crew in plan["crews"] if crew["crew"] in own]
    if not crews:
        raise NotFound(f"没有方案 {plan['code']!r}:现有的见 /plans。")
    routes = [route for route in plan["routes"] if route["crew"] in own]
    names = {route["route"] for route in routes}
    pieces = [piece for piece in plan["pieces"] if piece["route"] is None or piece["route"] in names]
    # What was done by hand names other crews and where they are sent.
    revisions = [one | {"what": BY_HAND} if one["revision"] > 1 else one for one in plan["revisions"]]
    return plan | {"crews": crews, "routes": routes, "pieces": pieces, "revisions": revisions}


def state_told(row: Mapping[str, Any]) -> tuple[str, Told]:
    """How far a plan is, as those who follow it are told: the event, and what it says."""
    code, status = row["code"], row["status"]
    if row["erased_at"] is not None:
        return "cancelled", {"code": code, "detail": "方案已删除。"}
    if status in store.OPEN:
        return "progress", {"code": code, "status": status, **(row["progress"] or {})}
    if status == "failed":
        return "failed", {"code": code, "detail": row["fault"]}
    return status, {"code": code, "revision": row["revision"], **(row["progress"] or {})}


def _revisions(connection: Connection, plan_id: int) -> list[Told]:
    rows = query.rows(connection, "plan/plan_revisions", None, plan_id=plan_id)
    return [{**row, "made_at": said(row["made_at"])} for row in rows]

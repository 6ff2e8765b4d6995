"""Plans changed by hand: judged without solving, saved as a revision or only tried; undone by going back to one."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from api.access.reader import Reader
from api.duties.posts import post_names
from api.plans import store
from api.plans.answer import Teller
from api.plans.body import ChangeBody, PatchBody
from api.plans.held import Holding, as_change
from api.plans.planner import Solved
from api.plans.rights import check_owner, check_version
from api.plans.told import told
from api.sightings.targets import read_city
from layers import query
from layers.errors import BadInput, Conflict, NotFound

__all__ = ["patched"]

Told = dict[str, Any]
SAID = 3
"""So many changes are told one by one in what a revision is called."""


def patched(
    connection: Connection, holding: Holding, code: str, body: PatchBody, reader: Reader, expected: str | None
) -> Told:
    """A plan as it is after a change, which is kept where the body says so; raises Stale for another revision than
    expected, Conflict for a plan that has no answer, NotFound for a revision, piece or route that is not there.
    """
    if bool(body.changes) + (body.revision is not None) + (body.name is not None and not body.changes) != 1:
        raise BadInput("要改什么没有说清:请给出 changes、revision、name 之一(name 可与 changes 同给)。")
    held = store.held(connection, code) if body.save else store.one(connection, code)
    check_version(held, expected)
    if body.save:
        check_owner(reader, held)
    if body.name is not None and body.save:
        query.execute(connection, "plan/plan_rename", None, plan_id=held["plan_id"], name=body.name)
    if body.changes or body.revision is not None:
        return _revised(connection, holding, code, body)
    return told(connection, store.one(connection, code) if body.save else {**held, "name": body.name})


def _revised(connection: Connection, holding: Holding, code: str, body: PatchBody) -> Told:
    row = store.one(connection, code)
    if row["status"] in store.OPEN or row["answer"] is None:
        raise Conflict(f"方案 {code} {store.STATUS[row['status']]},没有可改的路线:请等它完成,或重新求解。")
    if body.revision is not None:
        answer, planned = _back(connection, row, body.revision), None
        what, said = f"回到第 {body.revision} 版", []
    else:
        planned = _changed(connection, holding, row, body.changes)
        answer, said = _answer(connection, row, planned), [_as_said(change) for change in body.changes]
        what = _what(row["answer"], body.changes)
    if not body.save:
        return told(connection, row, answer)
    number = store.revise(connection, row["plan_id"], what, answer, changes=said, back_to=body.revision)
    if planned is not None:
        holding.keep(row["plan_id"], planned, number)
    return told(connection, {**row, "revision": number, "name": body.name or row["name"]}, answer)


def _back(connection: Connection, row: Mapping[str, Any], revision: int) -> Told:
    answer: Told | None = query.value(connection, "plan/plan_revision", None, plan_id=row["plan_id"], revision=revision)
    if answer is None:
        raise NotFound(f"方案 {row['code']} 没有第 {revision} 版:现有 {row['revision']} 版。")
    return answer


def _changed(connection: Connection, holding: Holding, row: Mapping[str, Any], changes: Sequence[ChangeBody]) -> Solved:
    held = holding.at(connection, row["plan_id"], row["revision"])
    return held.changed([as_change(_as_said(change)) for change in changes])


def _answer(connection: Connection, row: Mapping[str, Any], solved: Solved) -> Told:
    """The answer of a changed plan; what solving alone tells stays as it was."""
    ask, before = solved.ask, row["answer"]
    posts = post_names(connection, ask.crews[0].day)
    teller = Teller(ask.city, ask.crews, read_city(connection).metric_crs, before["network"], posts)
    return teller.answer(solved.plan) | {"waiting": before["waiting"]}


def _as_said(change: ChangeBody) -> Told:
    """A change as it is kept; one that says nothing of a route leaves the piece where it is."""
    said: Told = change.model_dump(mode="json", exclude_unset=True)
    return said


def _what(answer: Mapping[str, Any], changes: Sequence[ChangeBody]) -> str:
    """What was done, as the list of revisions tells it."""
    names = {piece["piece"]: piece["name"] for piece in answer["pieces"]}
    crews = {route["route"]: route["name"] for route in answer["routes"]}
    more = f"等 {len(changes)} 处" if len(changes) > SAID else ""
    return ";".join(_said(change, names, crews) for change in changes[:SAID]) + more


def _said(change: ChangeBody, names: Mapping[str, str], crews: Mapping[str, str]) -> str:
    name = f"“{names.get(change.piece, change.piece)}”"
    moved = (
        "" if not change.moves else "移出" if change.route is None else f"移给{crews.get(change.route, change.route)}"
    )
    place = f"第 {change.position + 1} 个" if change.position is not None else ""
    fixed = {True: "固定", False: "不再固定", None: ""}[change.fixed]
    return name + (",".join(filter(None, (moved + place, fixed))) or "不变")

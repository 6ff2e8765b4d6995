"""Plans as they are kept: one asked for, what there is of one, and what is done with one. See layers/plan."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from api.answers.problems import Gone
from api.jobs import waiting
from api.jobs.in_hand import dumped
from api.plans.kind import PLANS
from layers import query
from layers.errors import Conflict, NotFound

__all__ = ["CODE", "OPEN", "Asked", "add", "cancel", "erase", "erase_old", "held", "one", "plans_listed", "revise"]

CODE = r"^P[0-9]{8}-[0-9]{1,18}$"
OPEN = PLANS.open
MOST = waiting.Most(each=3, every=30, what="方案在排队或求解")

Row = dict[str, Any]


class Asked(NamedTuple):
    """A plan as it is to be kept: for which days and crews, and all that was asked for, completed."""

    name: str | None
    days: Sequence[date]
    asked: Mapping[str, Any]

    @property
    def crews(self) -> list[str]:
        """The codes of the crews that it is for."""
        return [crew["crew"] for crew in self.asked["crews"]]


def add(connection: Connection, asked: Asked, person: str, worker: str | None = None) -> str:
    """Keep a plan to be solved, by `worker` where one has it in hand already; its code.

    Raises TooMany where this person, or all together, wait for too many already.
    """
    if worker is None:
        waiting.check_crowd(connection, PLANS, person, MOST)
    code: str = query.value(
        connection,
        "plan/plan_insert",
        name=asked.name,
        days=[day.isoformat() for day in asked.days],
        asked=dumped(asked.asked),
        crews=asked.crews,
        worker=worker,
    )
    return code


def one(connection: Connection, code: str) -> Row:
    """What there is of a plan; raises NotFound where there never was one, Gone where it was erased."""
    found = query.rows(connection, "plan/plan_one", None, code=code) if re.fullmatch(CODE, code) else []
    if not found:
        raise NotFound(f"没有方案 {code[:40]!r}:现有的见 /plans。")
    if found[0]["erased_at"] is not None:
        raise _gone(code)
    return dict(found[0])


def held(connection: Connection, code: str) -> Row:
    """A plan to be changed, locked until the transaction ends; raises as `one` does."""
    found = query.rows(connection, "plan/plan_lock", None, code=code) if re.fullmatch(CODE, code) else []
    if not found:
        raise NotFound(f"没有方案 {code[:40]!r}:现有的见 /plans。")
    if found[0]["erased_at"] is not None:
        raise _gone(code)
    return dict(found[0])


def plans_listed(
    connection: Connection,
    *,
    day: date | None = None,
    status: str | None = None,
    crews: Sequence[str] | None = None,
    before: int | None = None,
    most: int = 100,
) -> list[Row]:
    """Plans, the newest first; of a day, a status, for any of these crews, made before the one of a number."""
    some = None if crews is None else list(crews)
    found = query.rows(connection, "plan/plan_list", None, day=day, status=status, crews=some, before=before, most=most)
    return [dict(row) for row in found]


def cancel(connection: Connection, code: str) -> str:
    """Ask a plan to stop; its status then. Raises Conflict where it has ended already."""
    row = held(connection, code)
    if row["status"] not in OPEN:
        raise Conflict(f"方案 {code} 已经结束({STATUS[row['status']]}),不能再取消。")
    return waiting.cancel(connection, PLANS, row["plan_id"])


def revise(
    connection: Connection,
    plan_id: int,
    what: str,
    answer: Mapping[str, Any],
    *,
    changes: Sequence[Mapping[str, Any]] = (),
    back_to: int | None = None,
) -> int:
    """Add a revision, in force from now on; its number."""
    number: int = query.value(
        connection,
        "plan/plan_revise",
        plan_id=plan_id,
        what=what,
        changes=dumped(list(changes)),
        back_to=back_to,
        answer=dumped(answer),
    )
    return number


def erase(connection: Connection, plan_id: int) -> None:
    """Take out all that a plan says; whoever solves it stops."""
    query.execute(connection, "plan/plan_erase", None, plan_id=plan_id)


def erase_old(connection: Connection, days: int) -> int:
    """Erase the plans that were kept for long enough; how many."""
    rows = query.rows(connection, "plan/plan_old", None, days=days)
    for row in rows:
        erase(connection, row["plan_id"])
    return len(rows)


def _gone(code: str) -> Gone:
    return Gone(f"方案 {code} 已删除,内容不再保存:请重新求解。")


STATUS = {"queued": "排队中", "solving": "求解中", "done": "已完成", "failed": "失败", "cancelled": "已取消"}
"""How users read where a plan is."""

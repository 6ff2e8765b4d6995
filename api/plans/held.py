"""Plans held ready to be changed: read once from what is kept of them, and again where another process revised them.

A revision is not kept as a problem of its own, which would be large: it is the first one with all changes since.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection

from api.database import Database, Operator
from layers import query
from layers.errors import Conflict

if TYPE_CHECKING:
    from api.plans.planner import Solved
    from geo.plan.change import Change

__all__ = ["Held", "Holding", "as_change"]

_SERVER = Operator("huashan")
_log = logging.getLogger("huashan.plans")
MOST_HELD = 2
"""A plan of the whole street takes some 100 MB."""
Rows = Sequence[Mapping[str, Any]]


class Held(NamedTuple):
    """A plan at a revision, and what it told of its network."""

    planned: "Solved"
    revision: int


class Holding:
    """The plans that one process has ready."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most = most
        self._first: OrderedDict[int, Solved] = OrderedDict()
        self._newest: dict[int, Held] = {}
        self._lock = threading.Lock()

    def at(self, connection: Connection, plan_id: int, revision: int) -> "Solved":
        """A plan as a revision has it; raises Conflict where what it is judged on was not kept."""
        query.execute(connection, "plan/plan_patience")
        with self._lock:
            first = self._read(connection, plan_id)
            held = self._newest.get(plan_id)
            if held is not None and held.revision == revision:
                return held.planned
            rows = [dict(row) for row in query.rows(connection, "plan/plan_changes", None, plan_id=plan_id)]
            planned = first.changed([as_change(one) for one in changes_until(rows, revision)])
            self._newest[plan_id] = Held(planned, revision)
            return planned

    def warm(self, database: Database, plan_id: int, revision: int) -> None:
        """Have a plan ready soon, so that its first change is as quick as the next: who looks at it may change it."""
        if plan_id not in self._first and not self._lock.locked():
            arguments = (database, plan_id, revision)
            threading.Thread(target=self._warm, args=arguments, name="huashan-plan-held", daemon=True).start()

    def keep(self, plan_id: int, planned: "Solved", revision: int) -> None:
        """Have a revision ready that was just made."""
        with self._lock:
            if plan_id in self._first:
                self._newest[plan_id] = Held(planned, revision)

    def _warm(self, database: Database, plan_id: int, revision: int) -> None:
        try:
            with database.transaction(_SERVER) as connection:
                self.at(connection, plan_id, revision).changed([])
        except Exception as error:
            # Whoever changes the plan is told what is wrong; this was only to be quick.
            _log.debug("plan %s is not ready to be changed: %s", plan_id, error)

    def _read(self, connection: Connection, plan_id: int) -> "Solved":
        if plan_id not in self._first:
            data = query.value(connection, "plan/plan_problem", None, plan_id=plan_id)
            if data is None:
                raise Conflict("这个方案没有存下重算所需的数据(太大,或没有解完),不能手工改动:请缩小范围重新求解。")
            from api.plans.planner import Solved

            self._first[plan_id] = Solved.unpacked(bytes(data))
        self._first.move_to_end(plan_id)
        while len(self._first) > self._most:
            gone, _ = self._first.popitem(last=False)
            self._newest.pop(gone, None)
        return self._first[plan_id]


def changes_until(rows: Rows, revision: int) -> list[Mapping[str, Any]]:
    """All changes from the first revision to one, in order: going back forgets what came after.

    rows: every revision with its number, changes and back_to, the first first.

    >>> row = lambda number, changes, back_to=None: {"revision": number, "changes": changes, "back_to": back_to}
    >>> rows = [row(1, []), row(2, ["a"]), row(3, ["b"]), row(4, [], 2), row(5, ["c"])]
    >>> changes_until(rows, 3), changes_until(rows, 5)
    (['a', 'b'], ['a', 'c'])
    """
    made: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        number, back_to = row["revision"], row["back_to"]
        made[number] = made[back_to] if back_to is not None else [*made.get(number - 1, []), *row["changes"]]
    return made[revision]


def as_change(said: Mapping[str, Any]) -> "Change":
    """A change as geo.plan takes it: one that says no route leaves the piece where it is."""
    from geo.plan.change import STAY, Change

    return Change(said["piece"], said.get("route", STAY), said.get("position"), said.get("fixed"))

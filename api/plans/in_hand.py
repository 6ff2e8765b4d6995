"""A plan that one worker has in hand: how far it is, written down now and then, and its answer or why there is none."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from api.database import Database, Operator
from api.plans import store
from geo.plan.tasks import Limit
from layers import query

__all__ = ["InHand", "NotWanted", "end_with_who_began"]

EVERY_S = 1.0
"""How often to write down how far solving is, at most."""
_SERVER = Operator("huashan")
Told = dict[str, Any]
Tell = Callable[[Told], None]


class NotWanted(Exception):
    """Raised where a plan is another's to solve by now, or erased: nothing of it is to be written any more."""


class InHand:
    """A plan that one worker solves: how far it is, written down now and then, and whether it is to go on."""

    def __init__(self, database: Database, code: str, worker: str, most_s: float, tell: Tell = lambda told: None):
        self.database, self.code, self.most_s = database, code, most_s
        self._worker, self._tell = worker, tell
        self.every_s = EVERY_S
        self.going_on = True
        self._told: Told = {}
        self._began_s = self._written_s = time.monotonic()

    def stage(self, name: str, options: Mapping[str, Any] | None = None) -> None:
        """What is being done now; raises NotWanted where it is not to be done any more."""
        self._told |= {"stage": name}
        if options is not None:
            self._began_s = time.monotonic()
            self._told |= {"of_iterations": options["iterations"], "of_seconds": options["seconds"]}
        self._write()

    def limit(self, options: Mapping[str, Any]) -> Limit:
        """How long to search: as was asked for, and never longer than the deployment lets."""
        return Limit(options["iterations"], min(options["seconds"] or self.most_s, self.most_s))

    def __call__(self, progress: Mapping[str, Any], draft: Mapping[str, Any] | None = None) -> bool:
        """Take note of how far solving is; whether to go on. Raises NotWanted where nobody wants it any more.

        draft: the best plan so far, where it was worked out.
        """
        self._told |= progress
        if draft is not None:
            names = ("debt_before_m_days", "debt_after_m_days", "debt_before_target_days", "debt_after_target_days")
            self._told |= {name: draft["totals"][name] for name in names}
        elif time.monotonic() - self._written_s < self.every_s:
            return True
        return self._write(draft)

    def done(self, answer: Mapping[str, Any]) -> None:
        """Keep the answer; raises NotWanted where it is another's to give by now."""
        progress = store.dumped(self._told | {"stage": "done", "seconds": self._seconds})
        with self.database.transaction(_SERVER, write=True) as connection:
            bound = {"code": self.code, "worker": self._worker, "progress": progress, **answer}
            if query.value(connection, "plan/plan_done", None, **bound) is None:
                raise NotWanted(self.code)

    def failed(self, sentence: str) -> None:
        """Keep why there is no answer."""
        with self.database.transaction(_SERVER, write=True) as connection:
            bound = {"plan_id": store.one(connection, self.code)["plan_id"], "worker": self._worker, "fault": sentence}
            query.execute(connection, "plan/plan_failed", None, **bound)

    def cancelled(self) -> None:
        """End it without an answer: whoever wanted it wants it no more."""
        with self.database.transaction(_SERVER, write=True) as connection:
            plan_id = store.one(connection, self.code)["plan_id"]
            query.execute(connection, "plan/plan_cancel", None, plan_id=plan_id)
            query.execute(connection, "plan/plan_failed", None, plan_id=plan_id, worker=self._worker, fault=None)

    @property
    def _seconds(self) -> float:
        return round(time.monotonic() - self._began_s, 1)

    def _write(self, draft: Mapping[str, Any] | None = None) -> bool:
        self._told["seconds"] = self._seconds
        bound = {
            "code": self.code,
            "worker": self._worker,
            "progress": store.dumped(self._told),
            "draft": None if draft is None else store.dumped(draft),
        }
        with self.database.transaction(_SERVER, write=True) as connection:
            going_on = query.value(connection, "plan/plan_progress", None, **bound)
        self._written_s = time.monotonic()
        if going_on is None:
            raise NotWanted(self.code)
        self._tell(self._told)
        self.going_on = bool(going_on)
        return self.going_on


def end_with_who_began() -> None:
    """End when the server that began this process is no more, or wants it no more: its end of the pipe then closes."""
    sys.stdin.buffer.read()
    os._exit(1)

"""A job that one worker has in hand: how far it is, written down now and then, and its answer or why there is none."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from api.database import Database, Operator
from api.jobs.kind import Kind

__all__ = ["InHand", "NotWanted", "dumped"]

EVERY_S = 1.0
"""How often to write down how far a job is, at most."""
SERVER = Operator("huashan")
Told = dict[str, Any]
Tell = Callable[[Told], None]
Beside = Callable[[Connection], None]


class NotWanted(Exception):
    """Raised where a job is another's to do by now, or erased: nothing of it is to be written any more."""


class InHand:
    """A job that one worker does: how far it is, written down now and then, and whether it is to go on.

    tell: told of what is written down, beside the database.
    """

    def __init__(self, kind: Kind, database: Database, code: str, worker: str, tell: Tell = lambda told: None) -> None:
        self.kind, self.database, self.code, self.worker = kind, database, code, worker
        self._tell = tell
        self.every_s = EVERY_S
        self.going_on = True
        self._told: Told = {}
        self._began_s = self._written_s = time.monotonic()

    def stage(self, name: str, more: Mapping[str, Any] | None = None) -> None:
        """What is being done now; more: how long it may take, where its time begins to count with it.

        Raises NotWanted where the job is not to be done any more.
        """
        self._told |= {"stage": name}
        if more is not None:
            self._began_s = time.monotonic()
            self._told |= more
        self.write()

    def note(self, progress: Mapping[str, Any], beside: Beside | None = None) -> bool:
        """Take note of how far it is; whether to go on. Written down now and then, or with what is to be kept beside.

        Raises NotWanted where nobody wants the job any more.
        """
        self._told |= progress
        if beside is None and time.monotonic() - self._written_s < self.every_s:
            return True
        return self.write(beside)

    def write(self, beside: Beside | None = None) -> bool:
        """Write down how far it is; whether to go on.  beside: what is to be kept in the same transaction."""
        with self.database.transaction(SERVER, write=True) as connection:
            bound = {"code": self.code, "worker": self.worker, "progress": dumped(self.told())}
            going_on = self.kind.value(connection, "progress", **bound)
            if going_on is None:
                raise NotWanted(self.code)
            if beside:
                beside(connection)
        self._written_s = time.monotonic()
        self._tell(self._told)
        self.going_on = bool(going_on)
        return self.going_on

    def told(self) -> Told:
        """How far it is, with the seconds that it has taken."""
        self._told["seconds"] = round(time.monotonic() - self._began_s, 1)
        return self._told

    def failed(self, sentence: str) -> None:
        """Keep why there is no answer."""
        self._ended(sentence)

    def cancelled(self) -> None:
        """End it without an answer: whoever wanted it wants it no more."""
        self._ended(None)

    def _ended(self, fault: str | None) -> None:
        with self.database.transaction(SERVER, write=True) as connection:
            own = [row["number"] for row in self.kind.rows(connection, "open") if row["code"] == self.code]
            for number in own:
                if fault is None:
                    self.kind.rows(connection, "cancel", number=number)
                self.kind.rows(connection, "failed", number=number, worker=self.worker, fault=fault)


def dumped(value: object) -> str:
    """JSON as the database takes it: a number that is none has no place in it, nor has a NUL.

    >>> dumped({"name": "甲组"})
    '{"name":"甲组"}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

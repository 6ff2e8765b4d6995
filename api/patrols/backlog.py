"""Sightings that follow: a thread of the server works out the patrols whose fixes came in, the longest waiting first.

What is to be done stands in the database (city.patrol_backlog) and goes from there in the transaction that does it. So
several servers share the work, one that is killed loses nothing, and what it left undone is found at the next start.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.database import Database, Operator
from api.patrols.accept import Stored, with_work, work_out
from api.patrols.receipt import Receipt
from api.patrols.rework import Reworked, Surroundings, adjoining, lock_work, refresh_changed
from api.sightings.reaches import claim_reaches
from api.sightings.targets import Targets
from layers import query

POLL_S = 1.0
"""How often to look for what other servers stored; what this one stored it is told of."""
_SERVER = Operator("huashan")
_log = logging.getLogger("huashan.backlog")


@dataclass(frozen=True)
class Lag:
    """How far sightings are behind what is stored: patrols, fixes, and how long the oldest has waited, seconds.

    failing: patrols that could not be worked out so far and are tried again.
    """

    patrols: int
    fixes: int
    oldest_s: float
    oldest_received_at: datetime | None
    failing: int


def read_lag(connection: Connection, patrol_id: int | None = None) -> Lag:
    """The lag of one patrol, or of all; by the database's clock."""
    return Lag(**query.rows(connection, "patrol/backlog_lag", None, patrol_id=patrol_id)[0])


class Worker:
    """Works out what is on the list, one patrol in each transaction."""

    def __init__(self, database: Database, targets: Targets, reaches_m: Sequence[float]) -> None:
        self._database = database
        self._targets = targets
        self._reaches_m = tuple(reaches_m)
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._in_hand: int | None = None

    def start(self) -> None:
        """Begin; what was left undone before comes first."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="huashan-backlog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the patrol in hand."""
        self._stopping.set()
        self._woken.set()
        if self._thread:
            self._thread.join(timeout=30)

    def wake(self) -> None:
        """Look at the list now: something was stored."""
        self._woken.set()

    def work_out_now(self, stored: Stored) -> Receipt:
        """Work out what was just stored, for its receipt; where that cannot be done now, it is left to the thread."""
        if stored.patrol_id is None:
            return stored.receipt
        try:
            with self._database.transaction(_SERVER, write=True) as connection:
                return with_work(stored.receipt, self._work_out(connection, stored.patrol_id))
        except Exception:
            # The fixes are safe and on the list: saying that they are not would have them sent again.
            _log.exception("patrol %s is left to the backlog", stored.patrol_id)
            self.wake()
            return stored.receipt

    def work_one(self) -> bool:
        """Work out the patrol that has waited longest; whether there was any. Raises what went wrong with it."""
        with self._database.transaction(_SERVER, write=True) as connection:
            self._in_hand = query.value(connection, "patrol/backlog_next")
            if self._in_hand is None:
                return False
            self._work_out(connection, self._in_hand)
        return True

    def work_all(self) -> int:
        """Work out all that is on the list; how many patrols."""
        done = 0
        while self.work_one():
            done += 1
        return done

    def _work_out(self, connection: Connection, patrol_id: int) -> Reworked | None:
        claim_reaches(connection, self._reaches_m)
        lock_work(connection, [patrol_id])
        reworked = work_out(connection, patrol_id, Surroundings.read(connection, self._targets))
        if reworked:
            refresh_changed(connection, reworked.changed)
            for later in adjoining(connection, patrol_id) if reworked.moved else ():
                query.execute(connection, "patrol/backlog_add", None, patrol_id=later, fixes=0, not_stored="{}")
        return reworked

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            if not self._tried():
                self._woken.wait(POLL_S)

    def _tried(self) -> bool:
        """Whether there may be more to do at once. A patrol that fails is put off, and the others go on."""
        self._in_hand = None
        try:
            return self.work_one()
        except Exception as error:
            _log.exception("patrol %s could not be worked out", self._in_hand)
            return self._put_off(error)

    def _put_off(self, error: Exception) -> bool:
        if self._in_hand is None:
            return False
        fault = f"{type(error).__name__}: {error}"[:500].replace("\x00", "")
        try:
            with self._database.transaction(_SERVER, write=True) as connection:
                query.execute(connection, "patrol/backlog_failed", None, patrol_id=self._in_hand, fault=fault)
        except Exception:
            _log.exception("patrol %s could not be put off", self._in_hand)
            return False
        return True

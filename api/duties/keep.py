"""Keeping the states of duties as months begin, and sightings at every reach and side that they name: for quiet times.

Nothing depends on it but speed: what is not kept is worked out when it is asked for. Where several servers run, one of
them keeps, and the others find it done.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from api.database import Database, Operator
from api.duties.accounts import Basis, accounts_of, state_at
from api.duties.read import Charge, read_duties
from api.duties.sides import store_sides
from api.duties.states import keep, reading_began
from api.sightings.reaches import store_reaches, stored_reaches
from api.sightings.targets import read_city
from geo.duties.calendar import instant, local_date
from layers import query
from layers.catalogue import Catalogue

FIRST_S, EVERY_S = 20.0, 300.0
AT_ONCE = 8
"""Duties whose states are kept in one transaction."""
_SERVER = Operator("huashan")
_log = logging.getLogger("huashan.upkeep")


def keep_states(connection: Connection, catalogue: Catalogue, now_s: float, lot: slice = slice(None)) -> int:
    """Keep the state of every duty as each month began up to now, in the caller's transaction; how many were made.

    Those that still hold are left as they are, so a second time makes none. Before anything was seen nothing is kept;
    after it the state is, though nothing counted: it spares reading it all again.  lot: of some of the duties alone.
    """
    zone, made_at = read_city(connection).zone, reading_began(connection)
    charges = _charges(connection, catalogue, now_s, zone)[lot]
    bases = [Basis(zone, None, effective) for effective in (False, True)]
    return sum(_keep(connection, charges, basis, (now_s, made_at)) for basis in bases)


def missing_reaches(connection: Connection) -> list[float]:
    """The reaches that duties name and for which sightings are not stored yet, metres."""
    stored = set(stored_reaches(connection))
    named = [float(row["reach_m"]) for row in query.rows(connection, "coverage/duty_reaches")]
    return [reach_m for reach_m in named if reach_m not in stored] if stored else []


class Upkeep:
    """A thread of the server that does this now and then."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database, self._catalogue = database, catalogue
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, some time after the server has."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="huashan-upkeep", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is in hand."""
        self._stopping.set()
        if self._thread:
            self._thread.join(timeout=30)

    def once(self) -> None:
        """Do what there is to do now."""
        with self._database.transaction(_SERVER, write=True) as connection:
            query.execute(connection, "deployment/gather_statistics")
        if not self._in_turn(self._store):
            return
        now_s = time.time()
        with self._database.transaction(_SERVER) as connection:
            count = len(_charges(connection, self._catalogue, now_s, read_city(connection).zone))
        # Tracks and edits wait while states are read: so a few duties at a time, and room for them in between.
        for start in range(0, count, AT_ONCE):
            lot = slice(start, start + AT_ONCE)
            if self._stopping.is_set() or not self._in_turn(partial(self._keep_lot, now_s, lot)):
                return
        self._in_turn(_tidy)

    def _in_turn(self, act: Callable[[Connection], object]) -> bool:
        """Do it in a transaction of its own, where no other server is at it; whether it was."""
        with self._database.transaction(_SERVER, write=True) as connection:
            mine = bool(query.value(connection, "coverage/upkeep_turn"))
            if mine:
                act(connection)
        return mine

    def _store(self, connection: Connection) -> None:
        store_reaches(connection, missing_reaches(connection), catalogue=self._catalogue)
        store_sides(connection, self._catalogue)

    def _keep_lot(self, now_s: float, lot: slice, connection: Connection) -> None:
        keep_states(connection, self._catalogue, now_s, lot)

    def _run(self) -> None:
        wait_s = FIRST_S
        while not self._stopping.wait(wait_s):
            wait_s = EVERY_S
            try:
                self.once()
            except Exception:
                _log.exception("the states of duties could not be kept")


def _tidy(connection: Connection) -> None:
    for step in ("past_change_prune", "past_change_compact"):
        query.execute(connection, f"coverage/{step}")


def _charges(connection: Connection, catalogue: Catalogue, now_s: float, zone: ZoneInfo) -> list[Charge]:
    """The duties of today."""
    today = local_date(now_s, zone)
    return read_duties(connection, catalogue, (today, today + timedelta(days=1)))


def _keep(connection: Connection, charges: Sequence[Charge], basis: Basis, now: tuple[float, datetime]) -> int:
    """now: up to when, and since when it was read."""
    made, (now_s, made_at) = 0, now
    # A term of no length reads all that was seen since the last state that holds, once for all months.
    for account in accounts_of(connection, charges, (now_s, now_s), basis):
        since_s = max(account.carried.at_s, float(account.seen.rows.first_s.min(initial=np.inf)))
        for month_s in _months(since_s, now_s, basis.zone):
            keep(connection, account.charge, state_at(account, month_s), effective=basis.effective, made_at=made_at)
            made += 1
    return made


def _months(since_s: float, now_s: float, zone: ZoneInfo) -> Iterator[float]:
    """The beginnings of the months after an instant, up to now."""
    if not np.isfinite(since_s) or since_s >= now_s:
        return
    day: date = local_date(since_s, zone).replace(day=1)
    while (month_s := instant(day, 0, zone)) <= now_s:
        if month_s > since_s:
            yield month_s
        day = (day + timedelta(days=32)).replace(day=1)

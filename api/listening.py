"""One connection that listens to the database, and who is told what it hears.

A thread of its own. What hearers know is on a lease, renewed several times a second: when the connection is lost, or
merely silent, there is nothing left to believe, and whoever asks `trusted()` has to ask the database instead.
"""

import logging
import select
import threading
import time
from collections.abc import Sequence
from typing import Any, Protocol

import psycopg2
from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from api.database import connect_args

LEASE_S = 0.9
BEAT_S = 0.25
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
FIRST_WAIT_S = 5.0
SILENCE_S = 5.0
_log = logging.getLogger("huashan.listening")


class Hearer(Protocol):
    """Who is told, always by the listening thread. An exception raised ends the connection, and a new one is made."""

    channel: str
    """Which notices it wants; a plain word."""

    def begun(self, connection: Connection) -> None:
        """A connection listens from now on; what was missed before has to be read anew."""
        ...

    def heard(self, notices: Sequence[str], connection: Connection) -> None:
        """Notices of the channel, in the order in which they were committed."""
        ...

    def beat(self, connection: Connection) -> None:
        """Nothing need have happened: the connection was found alive."""
        ...

    def ending(self, connection: Connection) -> None:
        """The server stops: the last moment to write something down."""
        ...

    def lost(self) -> None:
        """The connection is lost, and with it what was known."""
        ...


class Listener:
    """The listening thread: `trusted()` says whether what was heard could be out of date."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args=connect_args("huashan-listen"),
        )
        self._hearers: list[Hearer] = []
        self._good_until = 0.0
        self._heard_anything = False
        self._stopping = threading.Event()
        self._tried = threading.Event()
        self._thread: threading.Thread | None = None

    def tell(self, hearer: Hearer) -> None:
        """Tell someone from now on; before `start`."""
        self._hearers.append(hearer)

    def trusted(self) -> bool:
        """Whether every notice committed up to a second ago has been heard."""
        return time.monotonic() < self._good_until

    @property
    def connected(self) -> bool:
        """Whether it listens, even where a busy machine let the lease run out for a moment."""
        return self._heard_anything and time.monotonic() < self._good_until + SILENCE_S

    def start(self) -> None:
        """Begin to listen; returns once the database has answered or failed to, after 5 seconds at the latest."""
        self._stopping.clear()
        self._tried.clear()
        self._thread = threading.Thread(target=self._run, name="huashan-listening", daemon=True)
        self._thread.start()
        self._tried.wait(FIRST_WAIT_S)

    def stop(self) -> None:
        """Stop listening and wait until the connection is closed."""
        self._stopping.set()
        if self._thread:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            try:
                with self._engine.connect() as connection:
                    self._listen(connection)
            except (SQLAlchemyError, psycopg2.Error, OSError) as error:
                pause_s = FIRST_PAUSE_S if self._heard_anything else min(pause_s * 2, LONGEST_PAUSE_S)
                _log.warning("the listening connection is lost, next try in %.1f s: %s", pause_s, error)
            except Exception:
                # Without this thread every request asks the database: right, but slow. So it goes on.
                _log.exception("the listening thread failed")
                pause_s = LONGEST_PAUSE_S
            finally:
                self._good_until, self._heard_anything = 0.0, False
                for hearer in self._hearers:
                    hearer.lost()
                self._tried.set()
            self._stopping.wait(pause_s)

    def _listen(self, connection: Connection) -> None:
        for hearer in self._hearers:
            connection.exec_driver_sql(f"LISTEN {hearer.channel}")
        asked_at = time.monotonic()
        for hearer in self._hearers:
            hearer.begun(connection)
        self._renew(asked_at)
        raw: Any = connection.connection.driver_connection
        while not self._stopping.is_set():
            if not raw.notifies:
                select.select([raw], [], [], BEAT_S)
            asked_at = time.monotonic()
            connection.exec_driver_sql("SELECT 1")
            notices, raw.notifies[:] = list(raw.notifies), []
            for hearer in self._hearers:
                told = [notice.payload for notice in notices if notice.channel == hearer.channel]
                if told:
                    hearer.heard(told, connection)
            self._renew(asked_at)
            for hearer in self._hearers:
                hearer.beat(connection)
        for hearer in self._hearers:
            hearer.ending(connection)

    def _renew(self, asked_at: float) -> None:
        self._good_until, self._heard_anything = asked_at + LEASE_S, True
        self._tried.set()

"""What every server knows by heart of tokens, sessions and what the database holds; never older than a second.

A thread of its own listens to the database. What it knows is on a lease, renewed several times a second: when the
connection is lost, or merely silent, there is nothing left to believe and the caller asks the database instead.
"""

import logging
import select
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import psycopg2
from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import SQLAlchemyError

from api.database import connect_args
from api.holding import read_holding
from layers import query
from layers.catalogue import Catalogue

LEASE_S = 0.9
BEAT_S = 0.25
NOTE_USED_S = 60.0
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
FIRST_WAIT_S = 5.0
SILENCE_S = 5.0
CHANNEL = "city_access"
_log = logging.getLogger("huashan.watch")


class Credential(NamedTuple):
    """What a request proves itself with: the SHA-256 of a 'token' or of a 'session'."""

    kind: str
    sha256: str


@dataclass(frozen=True)
class Holder:
    """The person whom a token or session belongs to, and until when (seconds since 1970; None: no end)."""

    token_id: int
    person: str
    post: str
    roles: frozenset[str]
    expires_s: float | None

    @classmethod
    def of(cls, row: RowMapping) -> Self:
        """The holder in a row of access_token.sql and its like."""
        return cls(row["token_id"], row["person"], row["post"] or "", frozenset(row["roles"]), row["expires_s"])


@dataclass(frozen=True)
class Known:
    """One reading of who may come in, and whether the database holds sample, real, mixed data or is empty."""

    holders: Mapping[Credential, Holder]
    holding: str

    def holder(self, credential: Credential) -> Holder | None:
        """Whose it is; None for an unknown, revoked or expired one."""
        holder = self.holders.get(credential)
        return None if holder is None or (holder.expires_s or float("inf")) <= time.time() else holder


def read_known(connection: Connection, catalogue: Catalogue) -> Known:
    """Everything there is to know, read now."""
    holders = {
        Credential(kind, row["sha256"]): Holder.of(row)
        for kind, name in (("token", "access_tokens"), ("session", "access_sessions"))
        for row in query.rows(connection, f"deployment/{name}")
    }
    return Known(holders, read_holding(connection, catalogue))


def read_holder(connection: Connection, credential: Credential) -> Holder | None:
    """Whose a credential is, asked of the database; None for an unknown, revoked or expired one."""
    found: Sequence[RowMapping] = query.rows(
        connection, f"deployment/access_{credential.kind}", sha256=credential.sha256
    )
    return Holder.of(found[0]) if found else None


class Watch:
    """The listening thread: `known()` answers what it knows, or None when that could be out of date."""

    def __init__(self, url: str, catalogue: Catalogue) -> None:
        self._engine: Engine = create_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args=connect_args("huashan-listen"),
        )
        self._catalogue = catalogue
        self._known: Known | None = None
        self._good_until = 0.0
        self._used: set[int] = set()
        self._used_noted_at = time.monotonic()
        self._stopping = threading.Event()
        self._tried = threading.Event()
        self._thread: threading.Thread | None = None

    def known(self) -> Known | None:
        """What is known now; None while the connection is lost, silent or not yet made."""
        return self._known if time.monotonic() < self._good_until else None

    @property
    def connected(self) -> bool:
        """Whether it listens, even where a busy machine let the lease on what it knows run out for a moment."""
        return self._known is not None and time.monotonic() < self._good_until + SILENCE_S

    def used(self, token_id: int) -> None:
        """Note that a token was used; written down about once a minute."""
        self._used.add(token_id)

    def start(self) -> None:
        """Begin to listen; returns once the database has answered or failed to, after 5 seconds at the latest."""
        self._stopping.clear()
        self._tried.clear()
        self._thread = threading.Thread(target=self._run, name="huashan-watch", daemon=True)
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
                pause_s = FIRST_PAUSE_S if self._known else min(pause_s * 2, LONGEST_PAUSE_S)
                _log.warning("the listening connection is lost, next try in %.1f s: %s", pause_s, error)
            except Exception:
                # Without this thread every request asks the database: right, but slow. So it goes on.
                _log.exception("the listening thread failed")
                pause_s = LONGEST_PAUSE_S
            finally:
                self._known, self._good_until = None, 0.0
                self._tried.set()
            self._stopping.wait(pause_s)

    def _listen(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        self._read(connection)
        raw: Any = connection.connection.driver_connection
        while not self._stopping.is_set():
            if not raw.notifies:
                select.select([raw], [], [], BEAT_S)
            asked_at = time.monotonic()
            connection.exec_driver_sql("SELECT 1")
            if raw.notifies:
                raw.notifies.clear()
                self._read(connection)
            else:
                self._good_until = asked_at + LEASE_S
            if asked_at - self._used_noted_at > NOTE_USED_S:
                self._note_used(connection)
        self._note_used(connection)

    def _read(self, connection: Connection) -> None:
        asked_at = time.monotonic()
        self._known = read_known(connection, self._catalogue)
        self._good_until = asked_at + LEASE_S
        self._tried.set()

    def _note_used(self, connection: Connection) -> None:
        self._used_noted_at = time.monotonic()
        used, self._used = self._used, set()
        if used:
            with suppress(SQLAlchemyError):
                query.execute(connection, "deployment/access_used", token_ids=sorted(used))

"""Which process does which job: a thread of each server takes the next of a kind, and has a process of its own do it.

Such work keeps a core busy and Python's lock with it, so it happens outside the server. Who does it holds advisory
locks of a session: one of the machine, so that one job of a kind at a time is done there, one of the job. Whoever
dies, the session ends and both are free: the job is then taken up again, once, and after that it has failed, in words.
"""

import logging
import os
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

import api
from api.database import Database, connect_args
from api.jobs.in_hand import SERVER
from api.jobs.kind import Kind
from api.settings import Settings

__all__ = ["Runner", "holding", "worker_name"]

POLL_S = 5.0
"""How often to look for jobs that nobody told of, such as those of a server that is no more."""
LOOK_S = 0.5
GRACE_S = 15.0
"""How long a job that was asked to stop may take until it has an answer; then it ends without."""
STOP_S = 3.0
PRUNE_S = 3600.0
MOST_ATTEMPTS = 2
_log = logging.getLogger("huashan.jobs")


class Runner:
    """The thread of one server that has jobs of one kind done.

    prune: takes out what was kept for long enough, once in a while.  program: what does a job, not the kind's own.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        kind: Kind,
        prune: Callable[[Connection], object],
        program: Sequence[str] | None = None,
    ) -> None:
        self._settings, self._database, self._kind, self._prune_kind = settings, database, kind, prune
        self._program = tuple(program or kind.program)
        self._sessions = sessions(settings.database_url, kind)
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._pruned_s = 0.0

    def start(self) -> None:
        """Begin; jobs that others left undone come first."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=thread_name(self._kind), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop; a job in hand is left to whoever comes next, as if it had not been begun."""
        self._stopping.set()
        self._woken.set()
        if self._thread:
            self._thread.join(timeout=30)

    def wake(self) -> None:
        """Look now: a job was asked for, or asked to stop."""
        self._woken.set()

    def do_next(self) -> bool:
        """Have the next job done, where there is one and nobody on this machine is at one; whether it was."""
        with self._database.transaction(SERVER) as connection:
            waiting = self._kind.rows(connection, "open")
        if not waiting:
            return False
        with self._sessions.connect() as session:
            if not self._kind.value(session, "machine", machine=machine()):
                return False
            try:
                mine = (one for one in waiting if self._kind.value(session, "mine", number=one["number"]))
                row = next(mine, None)
                return row is not None and self._do(row["number"])
            finally:
                # A session that is closed lets go only when its process in the database has ended: looking again would
                # come before that, and the next job wait for POLL_S. One that was lost has let go.
                with suppress(DBAPIError):
                    self._kind.value(session, "let_go")

    def _do(self, number: int) -> bool:
        """Have a job done that this thread holds; whether it still wanted that."""
        worker = worker_name()
        with self._database.transaction(SERVER, write=True) as connection:
            row = self._open(connection, number)
            if row is None:
                return True
            if row["cancel_at"] is not None or row["attempts"] >= MOST_ATTEMPTS:
                self._kind.rows(connection, "failed", number=number, worker=None, fault=self._kind.broken)
                return True
            code = self._kind.value(connection, "take", number=number, worker=worker)
        if code is not None:
            self._watched(number, code, worker)
        return True

    def _watched(self, number: int, code: str, worker: str) -> None:
        """Run the process until it ends or has to; what it left undone is written down."""
        process = subprocess.Popen(
            [*self._program, code, worker],
            cwd=Path(api.__file__).parents[1],
            env={**os.environ, **environment(self._settings)},
            stdin=subprocess.PIPE,  # which ends with this server: so does the process, then
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            fault, forgiven = self._until_over(process, number)
        finally:
            end(process)
        with self._database.transaction(SERVER, write=True) as connection:
            row = self._open(connection, number)
            if row is None:
                return
            again = row["cancel_at"] is None and fault is None and (forgiven or row["attempts"] < MOST_ATTEMPTS)
            own = {"number": number, "worker": worker}
            if again:
                self._kind.rows(connection, "again", **own, forgiven=int(forgiven))
            else:
                self._kind.rows(connection, "failed", **own, fault=fault or self._kind.broken)

    def _until_over(self, process: "subprocess.Popen[bytes]", number: int) -> tuple[str | None, bool]:
        """Wait for the process; why it has to fail, None for no reason, and whether breaking off is no fault of its."""
        until_s = time.monotonic() + self._kind.most_s(self._settings)
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_S)
                return None, False
            if self._stopping.is_set():
                return None, True
            if time.monotonic() > until_s:
                return self._kind.late, False
            if self._overdue(number):
                return None, False

    def _overdue(self, number: int) -> bool:
        """Whether the job was asked to stop a while ago, or is wanted no more."""
        with self._database.transaction(SERVER) as connection:
            row = self._open(connection, number)
        return row is None or (row["cancelled_s"] is not None and row["cancelled_s"] > GRACE_S)

    def _open(self, connection: Connection, number: int) -> dict[str, Any] | None:
        return next((row for row in self._kind.rows(connection, "open") if row["number"] == number), None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            if not self._tried():
                self._woken.wait(POLL_S)

    def _tried(self) -> bool:
        try:
            self._prune()
            return self.do_next()
        except Exception:
            # Such as a database that is away: nothing is lost by looking again.
            _log.exception("no %s could be taken in hand", self._kind.name)
            return False

    def _prune(self) -> None:
        if time.monotonic() < self._pruned_s:
            return
        self._pruned_s = time.monotonic() + PRUNE_S
        with self._database.transaction(SERVER, write=True) as connection:
            self._prune_kind(connection)


def thread_name(kind: Kind) -> str:
    """By what the thread and the session of a kind are known.

    >>> from api.plans.kind import PLANS
    >>> thread_name(PLANS)
    'huashan-plan'
    """
    return f"huashan-{kind.name.replace('_', '-')}"


def sessions(url: str, kind: Kind) -> Engine:
    """Connections that hold what they lock until they are closed."""
    connected = connect_args(thread_name(kind))
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=connected)


@contextmanager
def holding(url: str, kind: Kind) -> Iterator[Callable[[int], None]]:
    """Holds jobs by their numbers for the length of the block, so that no server takes them for ones nobody does."""
    with sessions(url, kind).connect() as session:
        yield lambda number: kind.value(session, "mine", number=number)


def machine() -> str:
    """The name of this machine, by which its processes agree that one job of a kind at a time is done on it."""
    return socket.gethostname()


def worker_name() -> str:
    """A name for one taking in hand of one job: whoever writes later under an older name is not heard."""
    return f"{machine()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def environment(settings: Settings) -> dict[str, str]:
    """What a process that does jobs has to be told of a deployment, beside what it inherits."""
    return {
        "HUASHAN_DATABASE_URL": settings.database_url,
        "HUASHAN_DATA": str(settings.data),
        "HUASHAN_TIMEZONE": settings.timezone,
        "HUASHAN_REACHES": ",".join(f"{reach_m:g}" for reach_m in settings.reaches_m),
        "HUASHAN_PLAN_SECONDS": f"{settings.plan_s:g}",
    }


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that may have ended: by asking, and where it does not listen, without."""
    if process.stdin:
        process.stdin.close()
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_S)
        return
    process.kill()
    process.wait()

"""Which process solves which plan: a thread of each server takes the next, and has a process of its own solve it.

Solving keeps a core busy and Python's lock with it, so it happens outside the server. Who solves holds advisory locks
of a session: one of the machine, so that one plan at a time is solved there, one of the plan. Whoever dies, the session
ends and both are free: the plan is then taken up again, once, and after that it has failed, in words.
"""

import logging
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import DBAPIError

import api
from api.database import Database, Operator, connect_args
from api.plans import store
from api.settings import Settings
from layers import query

__all__ = ["PROGRAM", "Runner", "holding", "worker_name"]

PROGRAM = (sys.executable, "-m", "api.plans.solve")
"""Called with a plan's code and the worker's name: it solves that plan, and writes down how far it is, and the answer.
"""
POLL_S = 5.0
"""How often to look for plans that nobody told of, such as those of a server that is no more."""
LOOK_S = 0.5
GRACE_S = 15.0
"""How long a plan that was asked to stop may take until it has an answer; then it ends without."""
OVERHEAD_S = 300.0
"""How long reading the city and telling the answer may take, beside solving."""
STOP_S = 3.0
PRUNE_S = 3600.0
MOST_ATTEMPTS = 2
BROKEN = "求解两次都中断了(可能内存不足,或进程被终止):请减少天数、巡查组或图层后再试,或告诉管理员。"
LATE = "求解超过了时间上限仍没有答案:请减少天数、巡查组或图层后再试。"
_SERVER = Operator("huashan")
_log = logging.getLogger("huashan.plans")


class Runner:
    """The thread of one server.  program: what solves a plan, instead of PROGRAM."""

    def __init__(self, settings: Settings, database: Database, program: Sequence[str] = PROGRAM) -> None:
        self._settings, self._database, self._program = settings, database, tuple(program)
        self._sessions = sessions(settings.database_url)
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._pruned_s = 0.0

    def start(self) -> None:
        """Begin; plans that others left undone come first."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="huashan-plans", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop; a plan in hand is left to whoever comes next, as if it had not been begun."""
        self._stopping.set()
        self._woken.set()
        if self._thread:
            self._thread.join(timeout=30)

    def wake(self) -> None:
        """Look now: a plan was asked for, or asked to stop."""
        self._woken.set()

    def solve_next(self) -> bool:
        """Have the next plan solved, where there is one and nobody on this machine solves; whether it was."""
        with self._database.transaction(_SERVER) as connection:
            waiting = query.rows(connection, "plan/plan_open")
        if not waiting:
            return False
        with self._sessions.connect() as session:
            if not query.value(session, "plan/plan_machine", machine=machine()):
                return False
            try:
                mine = (one for one in waiting if query.value(session, "plan/plan_mine", plan_id=one["plan_id"]))
                row = next(mine, None)
                return row is not None and self._solve(row["plan_id"])
            finally:
                # A session that is closed lets go only when its process in the database has ended: looking again would
                # come before that, and the next plan wait for POLL_S. One that was lost has let go.
                with suppress(DBAPIError):
                    query.value(session, "plan/plan_let_go")

    def _solve(self, plan_id: int) -> bool:
        """Have a plan solved that this thread holds; whether it still wanted that."""
        worker = worker_name()
        with self._database.transaction(_SERVER, write=True) as connection:
            row = next((one for one in query.rows(connection, "plan/plan_open") if one["plan_id"] == plan_id), None)
            if row is None:
                return True
            if row["cancel_at"] is not None or row["attempts"] >= MOST_ATTEMPTS:
                query.execute(connection, "plan/plan_failed", None, plan_id=plan_id, worker=None, fault=BROKEN)
                return True
            code = query.value(connection, "plan/plan_take", plan_id=plan_id, worker=worker)
        if code is not None:
            self._watched(plan_id, code, worker)
        return True

    def _watched(self, plan_id: int, code: str, worker: str) -> None:
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
            fault, forgiven = self._until_over(process, plan_id)
        finally:
            end(process)
        with self._database.transaction(_SERVER, write=True) as connection:
            row = _own(query.rows(connection, "plan/plan_open"), plan_id)
            if row is None:
                return
            again = row["cancel_at"] is None and fault is None and (forgiven or row["attempts"] < MOST_ATTEMPTS)
            if again:
                query.execute(
                    connection, "plan/plan_again", None, plan_id=plan_id, worker=worker, forgiven=int(forgiven)
                )
            else:
                told = fault or BROKEN
                query.execute(connection, "plan/plan_failed", None, plan_id=plan_id, worker=worker, fault=told)

    def _until_over(self, process: "subprocess.Popen[bytes]", plan_id: int) -> tuple[str | None, bool]:
        """Wait for the process; why it has to fail, None for no reason, and whether breaking off is no fault of its."""
        until_s = time.monotonic() + self._settings.plan_s + OVERHEAD_S
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_S)
                return None, False
            if self._stopping.is_set():
                return None, True
            if time.monotonic() > until_s:
                return LATE, False
            if self._overdue(plan_id):
                return None, False

    def _overdue(self, plan_id: int) -> bool:
        """Whether the plan was asked to stop a while ago, or is wanted no more."""
        with self._database.transaction(_SERVER) as connection:
            row = _own(query.rows(connection, "plan/plan_open"), plan_id)
        return row is None or (row["cancelled_s"] is not None and row["cancelled_s"] > GRACE_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            if not self._tried():
                self._woken.wait(POLL_S)

    def _tried(self) -> bool:
        try:
            self._prune()
            return self.solve_next()
        except Exception:
            # Such as a database that is away: nothing is lost by looking again.
            _log.exception("no plan could be taken in hand")
            return False

    def _prune(self) -> None:
        if time.monotonic() < self._pruned_s:
            return
        self._pruned_s = time.monotonic() + PRUNE_S
        with self._database.transaction(_SERVER, write=True) as connection:
            store.erase_old(connection, self._settings.plan_days)


def sessions(url: str) -> Engine:
    """Connections that hold what they lock until they are closed."""
    return create_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=connect_args("huashan-plans")
    )


@contextmanager
def holding(url: str) -> Iterator[Callable[[int], None]]:
    """Holds plans by their numbers for the length of the block, so that no server takes them for ones nobody solves."""
    with sessions(url).connect() as session:
        yield lambda plan_id: query.execute(session, "plan/plan_mine", None, plan_id=plan_id).close()


def machine() -> str:
    """The name of this machine, by which its processes agree that one plan at a time is solved on it."""
    return socket.gethostname()


def worker_name() -> str:
    """A name for one taking in hand of one plan: whoever writes later under an older name is not heard."""
    return f"{machine()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def environment(settings: Settings) -> dict[str, str]:
    """What the process that solves has to be told of a deployment, beside what it inherits."""
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


def _own(rows: Sequence[RowMapping], plan_id: int) -> RowMapping | None:
    return next((row for row in rows if row["plan_id"] == plan_id), None)

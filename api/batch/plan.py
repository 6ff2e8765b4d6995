"""What there is to recompute, in parts, and which of them are done: a run as the database records it.

A part is what set out on one day in one community: the unit in which an office thinks, so a part that fails can be
named; patrols of one community mostly see the same lines, so what was last seen of these is renewed once for all of
them; and it is minutes of work, which is what an interruption costs at most. A patrol belongs to the day it starts
on and is never cut.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from api.batch.edition import code_edition
from api.tracks.moments import Period
from layers import query
from layers.errors import Conflict


class Part(NamedTuple):
    """Patrols that set out on one local day in one community; area_code None: in none. fixes: how many they have."""

    part_id: int
    day: date
    area_code: str | None
    area_name: str | None
    patrols: int
    fixes: int

    @property
    def title(self) -> str:
        """As it is named to people.

        >>> Part(1, date(2026, 6, 1), None, None, 2, 100).title
        '2026-06-01 社区以外'
        """
        return f"{self.day} {self.area_name or self.area_code or '社区以外'}"


class About(NamedTuple):
    """How many patrols of a period were erased; when the first and last that can be recomputed set out, of all."""

    erased: int
    first_at: datetime | None
    last_at: datetime | None


class Open(NamedTuple):
    """A run that did not come to its end: its number, its code, when it began, how many parts are done."""

    run_id: str
    code: str
    began_at: datetime
    done: int

    @property
    def same_code(self) -> bool:
        """Whether it was done with this very code, so that it can be gone on with."""
        return self.code == code_edition()


class Told(NamedTuple):
    """What a run has come to: parts done and left; patrols and fixes of those done; how many rows were changed.

    Rows of sightings and flags, entered or ended.
    """

    done: int
    left: int
    patrols: int
    fixes: int
    rows_changed: int


@dataclass(frozen=True)
class Run:
    """A run that has begun, and the one of the same period that was left open before it, if any.

    resumed: whether this is that run.
    """

    run_id: str
    before: Open | None
    resumed: bool


def planned(connection: Connection, period: Period) -> list[Part]:
    """The parts that a period's patrols would be recomputed in, in order; their numbers are 0."""
    start, end = period
    return [Part(**row) for row in query.rows(connection, "patrol/recompute_plan", None, start=start, end=end)]


def about(connection: Connection, period: Period) -> About:
    """What else is to be said of the period."""
    start, end = period
    return About(**query.rows(connection, "patrol/recompute_about", None, start=start, end=end)[0])


def left_open(connection: Connection, period: Period) -> Open | None:
    """The run of this very period that did not come to its end."""
    start, end = period
    found = query.rows(connection, "patrol/recompute_open", None, start=start, end=end)
    return Open(**found[0]) if found else None


def begin(connection: Connection, period: Period, *, again: bool = False) -> Run:
    """Begin a run, or go on with the one that was interrupted, in the caller's transaction.

    again: begin anew in any case, as is done where the code has changed since.
    """
    before = left_open(connection, period)
    if before and before.same_code and not again:
        query.execute(connection, "patrol/recompute_stop", None, run_id=before.run_id, stopped=False)
        return Run(before.run_id, before, resumed=True)
    start, end = period
    query.execute(connection, "patrol/recompute_forget", None, start=start, end=end)
    run_id = query.value(connection, "patrol/recompute_begin", None, start=start, end=end, code=code_edition())
    query.execute(connection, "patrol/recompute_share", None, run_id=run_id)
    return Run(run_id, before, resumed=False)


def parts_left(connection: Connection, run_id: str) -> list[Part]:
    """The parts that are not done, in order."""
    return [Part(**row) for row in query.rows(connection, "patrol/recompute_left", None, run_id=run_id)]


def stop(engine: Engine, run_id: str) -> None:
    """Have everyone who works on the run stop before the next patrol."""
    with engine.begin() as connection:
        query.execute(connection, "patrol/recompute_stop", None, run_id=run_id, stopped=True)


def end(engine: Engine, run_id: str) -> Told:
    """Note that the run is done, where no part is left; what it has come to."""
    with engine.begin() as connection:
        query.execute(connection, "patrol/recompute_end", None, run_id=run_id)
        return Told(**query.rows(connection, "patrol/recompute_told", None, run_id=run_id)[0])


@contextmanager
def only_one(engine: Engine) -> Iterator[None]:
    """Nobody else recomputes in this database for the length of the block. Raises Conflict where somebody does.

    The lock is the session's, so that of a process that was killed nothing is left.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not query.value(connection, "patrol/recompute_turn"):
            raise Conflict("另一次重算正在进行:请等它结束,或先停止它(Ctrl-C)。")
        yield

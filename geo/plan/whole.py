"""Tasks and crews as tables of whole metres and seconds: what solver, judge and bound all count with.

A *way* is one client of the solver: a task's alternative in one of its windows, a break at one of its places, an
appointment. A *spot* is where a way is done: its entry and exit, its length and who may come there. Metres and seconds
are rounded up, windows and hours inwards: a route that holds in whole numbers holds in fractions. Seconds count from
`origin_s`, the first hour of any crew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.plan.checks import check
from geo.plan.tasks import Crew, Matrices, Stop, Task

__all__ = ["FAR", "Hours", "Spots", "Ways", "Whole", "down", "inwards", "up", "whole"]

Indices = NDArray[np.int64]
FAR = 1 << 40  # metres or seconds to where there is no way
KINDS = ("task", "break", "appointment")
_SLACK = 1e-6  # what floating point may have added to a whole number


@dataclass(frozen=True)
class Ways:
    """Columns, one row for each way; times in seconds since the origin. late_s: the latest that it may begin."""

    kind: Indices  # number in KINDS
    of: Indices  # the task; the break or appointment of its crew
    alternative: Indices
    crew: Indices  # whose break or appointment it is; -1: a task's
    spot: Indices
    early_s: Indices
    late_s: Indices
    service_s: Indices
    demand: Indices
    prize: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kind)

    def stop(self, way: int) -> Stop:
        """The stop that a way makes."""
        return Stop(KINDS[self.kind[way]], int(self.of[way]), int(self.alternative[way]))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Spots:
    """Columns, one row for each spot: places in the matrices, metres between them, and the crews it is open to."""

    entry: Indices
    exit: Indices
    length_m: Indices
    open: NDArray[np.bool_]  # (spots, crews)


@dataclass(frozen=True)
class Hours:
    """Columns, one row for each crew; start and end are spots."""

    start: Indices
    end: Indices
    from_s: Indices
    to_s: Indices
    most_m: Indices
    capacity: Indices
    profile: Indices


@dataclass(frozen=True)
class Whole:
    """All of it. between: for each profile metres and seconds between places, FAR where there is no way."""

    ways: Ways
    spots: Spots
    hours: Hours
    between: tuple[tuple[Indices, Indices], ...]
    origin_s: int
    tasks: int
    ways_of: dict[Stop | tuple[int, Stop], list[int]]

    def metres(self, crew: int) -> Indices:
        """Metres from spot to spot for a crew, the walk along the first one included."""
        metres = self.between[self.hours.profile[crew]][0]
        found: Indices = metres[np.ix_(self.spots.exit, self.spots.entry)] + self.spots.length_m[:, None]
        return found

    def seconds(self, crew: int) -> Indices:
        """Seconds from spot to spot for a crew."""
        seconds = self.between[self.hours.profile[crew]][1]
        found: Indices = seconds[np.ix_(self.spots.exit, self.spots.entry)]
        return found

    def classes(self) -> tuple[Indices, Indices]:
        """Crews that move alike: the first crew of each class, and each crew's class."""
        rights = np.column_stack([self.hours.profile, self.spots.open.T.astype(np.int64)])
        _, first, of = np.unique(rights, axis=0, return_index=True, return_inverse=True)
        return first.astype(np.int64), of.reshape(-1).astype(np.int64)


def whole(tasks: Sequence[Task], crews: Sequence[Crew], costs: Sequence[Matrices]) -> Whole:
    """The tables of a plan to be made; what cannot mean anything is refused (`checks`)."""
    check(tasks, crews, costs)
    origin_s = int(np.floor(min(crew.from_s for crew in crews)))
    rows, spots = _Rows(origin_s), _Spots(len(crews))
    for number, task in enumerate(tasks):
        rows.add_task(number, task, spots)
    for number, crew in enumerate(crews):
        rows.add_stops(number, crew, spots)
    hours = _hours(crews, spots, origin_s)
    ways = rows.table()
    of: dict[Stop | tuple[int, Stop], list[int]] = {}
    for way in range(len(ways)):
        crew_of = int(ways.crew[way])
        of.setdefault(ways.stop(way) if crew_of < 0 else (crew_of, ways.stop(way)), []).append(way)
    return Whole(ways, spots.table(), hours, tuple(_between(one) for one in costs), origin_s, len(tasks), of)


class _Spots:
    """Spots by what they are, each once; a walk belongs to its task alone, for the way back to its start is not 0."""

    def __init__(self, crews: int) -> None:
        self.crews = crews
        self.found: dict[tuple[int, int, int, int, frozenset[int] | None], int] = {}

    def add(self, entry: int, exit_: int, length_m: int, crews: frozenset[int] | None, task: int = -1) -> int:
        walk = task if entry != exit_ or length_m else -1
        return self.found.setdefault((entry, exit_, length_m, walk, crews), len(self.found))

    def table(self) -> Spots:
        entry, exit_, length_m = np.array([key[:3] for key in self.found], dtype=np.int64).reshape(-1, 3).T.copy()
        rights = {key[4] for key in self.found}
        rows = {right: [right is None or crew in right for crew in range(self.crews)] for right in rights}
        return Spots(entry, exit_, length_m, np.array([rows[key[4]] for key in self.found], dtype=np.bool_))


class _Rows:
    """Ways as they are met."""

    def __init__(self, origin_s: int) -> None:
        self.origin_s = origin_s
        self.rows: list[tuple[int, ...]] = []
        self.prizes: list[float] = []

    def add(
        self, head: tuple[int, ...], window: tuple[float, float], service_s: int, demand: int, prize: float
    ) -> None:
        early_s, to_s = inwards(window, self.origin_s)
        if early_s <= to_s - service_s:
            self.rows.append((*head, early_s, to_s - service_s, service_s, demand))
            self.prizes.append(prize)

    def add_task(self, number: int, task: Task, spots: _Spots) -> None:
        for which, one in enumerate(task.alternatives):
            crews = one.crews
            if task.crew is not None:
                crews = frozenset({task.crew}) & (crews if crews is not None else {task.crew})
            if crews is not None and not crews:
                continue
            spot = spots.add(one.entry, one.exit, up(one.length_m), crews, number)
            for window in one.windows or ((-np.inf, np.inf),):
                self.add((0, number, which, -1, spot), window, up(one.service_s), up(task.demand), one.prize)

    def add_stops(self, crew: int, hours: Crew, spots: _Spots) -> None:
        mine = frozenset({crew})
        for number, rest in enumerate(hours.breaks):
            for which, place in enumerate(rest.places):
                spot = spots.add(place, place, 0, mine)
                self.add((1, number, which, crew, spot), (rest.from_s, rest.to_s), up(rest.length_s), 0, 0.0)
        for number, stop in enumerate(hours.appointments):
            spot = spots.add(stop.place, stop.place, 0, mine)
            self.add((2, number, 0, crew, spot), (stop.from_s, stop.to_s), up(stop.length_s), 0, 0.0)

    def table(self) -> Ways:
        columns = np.array(self.rows, dtype=np.int64).reshape(-1, 9).T.copy()
        kind, of, alternative, crew, spot, early_s, late_s, service_s, demand = columns
        prizes = np.array(self.prizes, dtype=np.float64)
        return Ways(kind, of, alternative, crew, spot, early_s, late_s, service_s, demand, prizes)


def _hours(crews: Sequence[Crew], spots: _Spots, origin_s: int) -> Hours:
    named = [[-1 if place is None else place for place in (crew.start, crew.end)] for crew in crews]
    ends = [[spots.add(place, place, 0, None) for place in one] for one in named]
    start, end = np.array(ends, dtype=np.int64).T.copy()
    from_s = np.array([up(crew.from_s - origin_s) for crew in crews], dtype=np.int64)
    to_s = np.array([down(crew.to_s - origin_s) for crew in crews], dtype=np.int64)
    most_m = np.array([_most(crew.most_m) for crew in crews], dtype=np.int64)
    capacity = np.array([_most(crew.capacity) for crew in crews], dtype=np.int64)
    profile = np.array([crew.profile for crew in crews], dtype=np.int64)
    return Hours(start, end, from_s, np.maximum(to_s, from_s), most_m, capacity, profile)


def _between(one: Matrices) -> tuple[Indices, Indices]:
    """Both matrices in whole numbers, with a last row and column, −1, of the place that is anywhere: 0 from all."""
    gone = ~(np.isfinite(one.distance_m) & np.isfinite(one.time_s))
    out = []
    for values in (one.distance_m, one.time_s):
        raised = np.zeros((len(values) + 1,) * 2, dtype=np.int64)
        raised[:-1, :-1] = np.where(gone, FAR, np.ceil(np.where(gone, 0.0, values) - _SLACK))
        out.append(raised)
    return out[0], out[1]


def _most(value: float) -> int:
    return down(value) if np.isfinite(value) and value < FAR else FAR


def up(value: float) -> int:
    """The least whole number that is not less, but for what floating point may have added."""
    return int(np.ceil(value - _SLACK))


def down(value: float) -> int:
    """The greatest whole number that is not more."""
    return int(np.floor(value + _SLACK))


def inwards(window: tuple[float, float], origin_s: int) -> tuple[int, int]:
    """A window in whole seconds since the origin, without end where it has none."""
    from_s = max(0, up(window[0] - origin_s)) if np.isfinite(window[0]) else 0
    return from_s, down(window[1] - origin_s) if window[1] < np.inf else FAR

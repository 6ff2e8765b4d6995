"""Tasks and crews as tables of whole metres and seconds: what solver, judge and bound all count with.

A *way* is one client of the solver: a task's alternative in one of its windows, a break at one of its places, an
appointment. A *spot* is where a way is done: its entry and exit, its metres, and each crew's seconds there, or that
it may not come. Alternatives that differ in crews and seconds alone, and have no window, are one way: a piece that is
walked slowly and ridden fast is two clients, its directions, and not two for every mode; the matrices stay small.

Metres and seconds are rounded up, windows and hours inwards: a route that holds in whole numbers holds in fractions.
Seconds count from `origin_s`, the first hour of any crew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.plan.solver.checks import check
from geo.plan.solver.rounding import FAR, down, inwards, up
from geo.plan.tasks import Alternative, Crew, Kind, Matrices, Stop, Task

__all__ = ["Hours", "Spots", "Ways", "Whole", "whole"]

Indices = NDArray[np.int64]
Crews = frozenset[int]
KINDS: tuple[Kind, ...] = ("task", "break", "appointment")


@dataclass(frozen=True)
class Ways:
    """Columns, one row for each way; times in seconds since the origin. late_s: the latest that it may begin."""

    kind: Indices  # number in KINDS
    of: Indices  # the task; the break or appointment of its crew
    crew: Indices  # whose break or appointment it is; -1: a task's
    spot: Indices
    early_s: Indices
    late_s: Indices
    demand: Indices
    prize: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True)
class Spots:
    """Columns, one row for each spot: places in the matrices, and metres between them.

    alternative: (spots, crews) which of the task's alternatives, or of the break's places, it is for a crew; -1: it may
    not come. service_s: (spots, crews) the seconds it then takes.
    """

    entry: Indices
    exit: Indices
    length_m: Indices
    alternative: Indices
    service_s: Indices


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

    def metres(self, crew: int) -> Indices:
        """Metres for a crew from spot to spot, those along the first one included; FAR where there is no way."""
        metres = self.between[self.hours.profile[crew]][0]
        found: Indices = metres[np.ix_(self.spots.exit, self.spots.entry)] + self.spots.length_m[:, None]
        return found

    def seconds(self, crew: int) -> Indices:
        """Seconds for a crew from beginning at one spot to reaching the next."""
        seconds = self.between[self.hours.profile[crew]][1]
        found: Indices = seconds[np.ix_(self.spots.exit, self.spots.entry)] + self.spots.service_s[:, crew, None]
        return found

    def step(self, crew: int, before: int, after: int) -> tuple[int, int]:
        """The same between two spots: metres and seconds."""
        spots = self.spots
        metres, seconds = self.between[self.hours.profile[crew]]
        pair = spots.exit[before], spots.entry[after]
        return int(metres[pair] + spots.length_m[before]), int(seconds[pair] + spots.service_s[before, crew])

    def stop(self, crew: int, way: int) -> Stop:
        """The stop that a crew makes by a way."""
        ways = self.ways
        which = int(self.spots.alternative[ways.spot[way], crew])
        return Stop(KINDS[ways.kind[way]], int(ways.of[way]), which)

    @cached_property
    def together(self) -> dict[tuple[str, int, int], list[int]]:
        """The ways of each task (kind, -1, number), break and appointment (kind, crew, number)."""
        found: dict[tuple[str, int, int], list[int]] = {}
        for way, (kind, crew, of) in enumerate(zip(self.ways.kind, self.ways.crew, self.ways.of, strict=True)):
            found.setdefault((KINDS[kind], int(crew), int(of)), []).append(way)
        return found

    def ways_of(self, crew: int, stop: Stop) -> list[int]:
        """The ways in which a crew can make a stop, one for each window; none where it may not."""
        every = self.together.get((stop.kind, -1 if stop.kind == "task" else crew, stop.of), [])
        spot, which = self.ways.spot, self.spots.alternative
        return [way for way in every if which[spot[way], crew] == stop.alternative]

    @cached_property
    def windows(self) -> tuple[Indices, Indices]:
        """For each way the first way of its spot, and how many there are: its windows, the earliest first."""
        spot = self.ways.spot
        _, first, of, count = np.unique(spot, return_index=True, return_inverse=True, return_counts=True)
        return first[of].astype(np.int64), count[of].astype(np.int64)

    def classes(self) -> tuple[Indices, Indices]:
        """Crews that move alike: the first crew of each class, and each crew's class."""
        rights = np.column_stack([self.hours.profile, self.spots.alternative.T, self.spots.service_s.T])
        _, first, of = np.unique(rights, axis=0, return_index=True, return_inverse=True)
        return first.astype(np.int64), of.reshape(-1).astype(np.int64)


def whole(tasks: Sequence[Task], crews: Sequence[Crew], costs: Sequence[Matrices]) -> Whole:
    """The tables of a plan to be made; what cannot mean anything is refused (`checks`)."""
    check(tasks, crews, costs)
    origin_s = int(np.floor(min(crew.from_s for crew in crews)))
    rows = _Rows(origin_s, len(crews))
    for number, task in enumerate(tasks):
        rows.add_task(number, task)
    for number, crew in enumerate(crews):
        rows.add_stops(number, crew)
    hours = _hours(crews, rows, origin_s)
    return Whole(rows.ways(), rows.spots(), hours, tuple(_between(one) for one in costs), origin_s, len(tasks))


class _Rows:
    """Ways and spots as they are met."""

    def __init__(self, origin_s: int, crews: int) -> None:
        self.origin_s, self.crews = origin_s, crews
        self.all = frozenset(range(crews))
        self.of_ways: list[tuple[int, ...]] = []
        self.prizes: list[float] = []
        self.of_spots: list[tuple[int, int, int]] = []
        self.service: list[list[tuple[Crews, int, int]]] = []  # crews, alternative, seconds
        self.posts: dict[int, int] = {}

    def add_spot(self, entry: int, exit_: int, length_m: int, service: list[tuple[Crews, int, int]]) -> int:
        self.of_spots.append((entry, exit_, length_m))
        self.service.append(service)
        return len(self.service) - 1

    def add_post(self, place: int) -> int:
        """Where a crew starts or ends: -1 is anywhere."""
        if place not in self.posts:
            self.posts[place] = self.add_spot(place, place, 0, [(self.all, 0, 0)])
        return self.posts[place]

    def add_way(self, head: tuple[int, ...], window: tuple[float, float], service_s: int, demand: int) -> bool:
        early_s, to_s = inwards(window, self.origin_s)
        if early_s <= to_s - service_s:
            self.of_ways.append((*head, early_s, to_s - service_s, demand))
        return early_s <= to_s - service_s

    def add_task(self, number: int, task: Task) -> None:
        merged: dict[tuple[object, ...], list[list[tuple[Crews, int, int]]]] = {}
        for which, one in enumerate(task.alternatives):
            crews = self._allowed(task, one)
            service = (crews, which, up(one.service_s))
            key = (one.entry, one.exit, one.length_m, one.prize, one.windows, one.service_s if one.windows else None)
            alike = merged.setdefault(key, [])
            free = [known for known in alike if not any(crews & taken for taken, *_ in known)]
            if crews and free and not one.windows:
                free[0].append(service)
            elif crews:
                alike.append([service])
                self._add_alternative(number, task, one, alike[-1])

    def _allowed(self, task: Task, one: Alternative) -> Crews:
        fixed = self.all if task.crew is None else frozenset({task.crew})
        return fixed if one.crews is None else fixed & one.crews

    def _add_alternative(
        self, number: int, task: Task, one: Alternative, service: list[tuple[Crews, int, int]]
    ) -> None:
        spot = self.add_spot(one.entry, one.exit, up(one.length_m), service)
        for window in sorted(one.windows) or ((-np.inf, np.inf),):
            if self.add_way((0, number, -1, spot), window, service[0][2] if one.windows else 0, up(task.demand)):
                self.prizes.append(one.prize)

    def add_stops(self, crew: int, hours: Crew) -> None:
        stops = [
            (1, number, which, place, (rest.from_s, rest.to_s), up(rest.length_s))
            for number, rest in enumerate(hours.breaks)
            for which, place in enumerate(rest.places)
        ]
        for number, due in enumerate(hours.appointments):
            stops.append((2, number, 0, due.place, (due.from_s, due.to_s), up(due.length_s)))
        for kind, number, which, place, window, service_s in stops:
            spot = self.add_spot(place, place, 0, [(frozenset({crew}), which, service_s)])
            if self.add_way((kind, number, crew, spot), window, service_s, 0):
                self.prizes.append(0.0)

    def ways(self) -> Ways:
        kind, of, crew, spot, early_s, late_s, demand = np.array(self.of_ways, dtype=np.int64).reshape(-1, 7).T.copy()
        return Ways(kind, of, crew, spot, early_s, late_s, demand, np.array(self.prizes, dtype=np.float64))

    def spots(self) -> Spots:
        entry, exit_, length_m = np.array(self.of_spots, dtype=np.int64).reshape(-1, 3).T.copy()
        alternative = np.full((len(entry), self.crews), -1, dtype=np.int64)
        service_s = np.zeros((len(entry), self.crews), dtype=np.int64)
        for spot, known in enumerate(self.service):
            for crews, which, seconds in known:
                these = slice(None) if len(crews) == self.crews else list(crews)
                alternative[spot, these], service_s[spot, these] = which, seconds
        return Spots(entry, exit_, length_m, alternative, service_s)


def _hours(crews: Sequence[Crew], rows: _Rows, origin_s: int) -> Hours:
    ends = [[rows.add_post(-1 if place is None else place) for place in (crew.start, crew.end)] for crew in crews]
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
        raised[:-1, :-1] = np.where(gone, FAR, up(np.where(gone, 0.0, values)))
        out.append(raised)
    return out[0], out[1]


def _most(value: float) -> int:
    return int(down(value)) if np.isfinite(value) and value < FAR else FAR

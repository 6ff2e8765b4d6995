"""The rule that offices use today: go to the nearest overdue piece that still fits, and on from there.

What plans are held against: the same tasks, crews, hours and modes, without looking ahead.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.plan.evaluate import judged
from geo.plan.solver.must import kept
from geo.plan.solver.rounding import FAR
from geo.plan.solver.whole import Whole, whole
from geo.plan.tasks import Crew, Matrices, Solution, Task

__all__ = ["nearest"]

Indices = NDArray[np.int64]


def nearest(tasks: Sequence[Task], crews: Sequence[Crew], costs: Sequence[Matrices]) -> Solution:
    """Each crew takes, from where it is, the task that it reaches first, if it can still end its day in time.

    The crew whose clock is behind all others goes next, so that all set out together. A task that is worth nothing is
    not overdue and is left, unless it is required or fixed to a crew. Breaks and appointments are kept: a task is taken
    only where the rest of them still can be; they come when nothing more fits before them. Raises what `solve` does.

    >>> from geo.plan.tasks import Alternative, Metres
    >>> at_m = np.array([0.0, 100.0, -150.0, 900.0])
    >>> road = Metres(*[np.abs(np.subtract.outer(at_m, at_m))] * 2)
    >>> worth = {1: 1.0, 2: 1.0, 3: 50.0}
    >>> there = [Task((Alternative(place, place, 60, prize=prize),)) for place, prize in worth.items()]
    >>> day = nearest(there, [Crew(0, 0, 0, 2000)], [road])
    >>> [visit.of for visit in day.routes[0].visits], day.prize  # the worthiest, 900 m away, no longer fits
    ([0, 1], 2.0)
    """
    table = whole(tasks, crews, costs)
    walks = [_Walk(table, crew, ways) for crew, (ways, *_) in enumerate(kept(table, crews))]
    asked = np.array([task.required or task.crew is not None for task in tasks], dtype=np.bool_)
    ways = table.ways
    number = np.where(ways.kind == 0, ways.of, -1)
    open_ = (number >= 0) & (ways.prize > 0)
    if len(tasks):
        open_ |= (number >= 0) & asked[number]
    going = set(range(len(crews)))
    while going:
        walk = min((walks[crew] for crew in going), key=lambda one: (one.time_s, one.crew))
        way = walk.next(np.flatnonzero(open_))
        if way is None:
            going.discard(walk.crew)
        elif number[way] >= 0:
            open_ &= number != number[way]
    stops = [[table.stop(walk.crew, way) for way in walk.done] for walk in walks]
    stops = [[] if all(stop.kind == "break" for stop in one) else one for one in stops]
    return judged(table, tasks, crews, stops)


class _Walk:
    """A crew on its way: where it began its last stop and when, its metres and load, and what it still has to keep."""

    def __init__(self, table: Whole, crew: int, due: list[int]) -> None:
        self.table, self.crew, self.due = table, crew, list(due)
        self.done: list[int] = []
        self.spot, self.time_s = int(table.hours.start[crew]), int(table.hours.from_s[crew])
        self.length_m = self.load = 0

    def next(self, ways: Indices) -> int | None:
        """Goes to the nearest of some ways that fits, or to what it has to keep; None: there is neither."""
        found = next((way for way in self._by_distance(ways) if self._fits(way)), None)
        if found is None and self.due:
            found = self.due.pop(0)
        if found is not None:
            self.spot, self.time_s, self.length_m = self._after(self.spot, self.time_s, self.length_m, found)
            self.load += int(self.table.ways.demand[found])
            self.done.append(found)
        return found

    def _by_distance(self, ways: Indices) -> list[int]:
        """Those it may do and can reach, the nearest first; of one task's ways the worthiest."""
        table, spots = self.table, self.table.spots
        at = table.ways.spot[ways]
        far_m = table.between[table.hours.profile[self.crew]][0][spots.exit[self.spot], spots.entry[at]]
        order = np.lexsort((-table.ways.prize[ways], far_m))
        order = order[((far_m < FAR) & (spots.alternative[at, self.crew] >= 0))[order]]
        return [int(way) for way in ways[order]]

    def _fits(self, way: int) -> bool:
        """Whether it can do it, then all that it has to keep, and end its day, by its hours, metres and capacity."""
        hours, crew = self.table.hours, self.crew
        at = self.spot, self.time_s, self.length_m
        for stop in (way, *self.due):
            at = self._after(*at, stop)
            if at[1] > self.table.ways.late_s[stop]:
                return False
        metres, seconds = self.table.step(crew, at[0], int(hours.end[crew]))
        load = self.load + int(self.table.ways.demand[way])
        return bool(
            at[1] + seconds <= hours.to_s[crew]
            and at[2] + metres <= min(hours.most_m[crew], FAR - 1)
            and load <= hours.capacity[crew]
        )

    def _after(self, spot: int, time_s: int, length_m: int, way: int) -> tuple[int, int, int]:
        """Where and when it begins a stop, and the metres until then."""
        there = int(self.table.ways.spot[way])
        metres, seconds = self.table.step(self.crew, spot, there)
        return there, max(time_s + seconds, int(self.table.ways.early_s[way])), length_m + metres

"""What each task takes of a crew at least, and what the crew has: the figures that the bound is made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.plan.solver.rounding import FAR
from geo.plan.solver.whole import Whole

__all__ = ["Needs"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Needs:
    """The tasks that a crew can do, (n,) each, and what they take: metres (0), seconds (1), demand (2).

    takes: service and the halves of the nearest ways, of what the crew then `has`.
    """

    task: Indices
    prize: Floats
    takes: tuple[Floats, ...]
    has: tuple[float, ...]

    @classmethod
    def of(cls, table: Whole, crew: int) -> "Needs":
        """The needs of a crew; of its ways only those that it could do if it did nothing else."""
        ways, hours, spots = table.ways, table.hours, table.spots
        mine = np.flatnonzero((ways.kind == 0) & (spots.alternative[ways.spot, crew] >= 0))
        mine = mine[_alone(table, crew, mine)]
        task, first = np.unique(ways.of[mine], return_index=True)
        at = ways.spot[mine]
        spent = spots.length_m[at], spots.service_s[at, crew]
        halves = [_halves(table, crew, mine, which) for which in (0, 1)]
        dues = [stops for (kind, whose, _), stops in table.together.items() if kind != "task" and whose == crew]
        busy_s = sum(float(spots.service_s[ways.spot[stops], crew].min()) for stops in dues)
        free = float(hours.most_m[crew]), float(hours.to_s[crew] - hours.from_s[crew]) - busy_s
        takes = [_least(first, one + half) for one, (half, _) in zip(spent, halves, strict=True)]
        has = [max(0.0, one - fixed) for one, (_, fixed) in zip(free, halves, strict=True)]
        return cls(
            task,
            -_least(first, -ways.prize[mine]),
            (*takes, _least(first, ways.demand[mine])),
            (*has, float(hours.capacity[crew])),
        )


def _least(first: Indices, values: NDArray[np.generic]) -> Floats:
    """The least of each task's ways, which follow one another."""
    found: Floats = np.minimum.reduceat(values, first).astype(np.float64) if len(first) else np.zeros(0)
    return found


def _halves(table: Whole, crew: int, mine: Indices, which: int) -> tuple[Floats, float]:
    """Half of the shortest ways into and out of each way of a crew; and those of its start, end and own stops.

    An own stop with several places has the halves of the best of them.
    """
    spots, ways, hours = table.spots, table.ways, table.hours
    between = table.between[hours.profile[crew]][which]
    stops = np.concatenate([mine, np.flatnonzero(ways.crew == crew)])
    at = ways.spot[stops]
    due = np.where(ways.kind[stops] == 0, ways.of[stops], -1 - 2 * ways.of[stops] - (ways.kind[stops] == 1))
    start, end = spots.exit[hours.start[crew]], spots.entry[hours.end[crew]]
    leg = between[np.ix_(spots.exit[at], spots.entry[at])].copy()
    leg[due[:, None] == due[None, :]] = FAR
    home, away = between[spots.exit[at], end], between[start, spots.entry[at]]
    into = np.minimum(leg.min(axis=0, initial=FAR), away)
    out = np.minimum(leg.min(axis=1, initial=FAR), home)
    half = (into + out) / 2
    ends = [float(one.min(initial=FAR)) for one in (home, away)]
    fixed = sum(one for one in ends if one < FAR) / 2
    own = due[len(mine) :]
    return half[: len(mine)], fixed + sum(float(half[len(mine) :][own == one].min()) for one in np.unique(own))


def _alone(table: Whole, crew: int, mine: Indices) -> NDArray[np.bool_]:
    """Whether a crew could do each way if it did nothing else: there, in its window, and home again."""
    spots, ways, hours = table.spots, table.ways, table.hours
    metres, seconds = table.between[hours.profile[crew]]
    at, start, end = ways.spot[mine], spots.exit[hours.start[crew]], spots.entry[hours.end[crew]]
    begin_s = np.maximum(hours.from_s[crew] + seconds[start, spots.entry[at]], ways.early_s[mine])
    home_s = begin_s + spots.service_s[at, crew] + seconds[spots.exit[at], end]
    length_m = metres[start, spots.entry[at]] + spots.length_m[at] + metres[spots.exit[at], end]
    in_time = (begin_s <= ways.late_s[mine]) & (home_s <= hours.to_s[crew])
    found: NDArray[np.bool_] = in_time & (length_m <= min(int(hours.most_m[crew]), FAR - 1))
    return found

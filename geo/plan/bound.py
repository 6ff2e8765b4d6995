"""What no plan can exceed: an upper bound on the worth that the crews can bring in, by a relaxation that is stated.

**Knapsacks with half the nearest ways.** A route passes from stop to stop; half of the way into a stop and half of the
way out of it belong to that stop, and each is at least half of the shortest way to or from anything else that the crew
may do. So each task takes of a crew at least its service and those two halves, in seconds and in metres; and each crew,
or all that are alike together, has its hours, less its breaks and appointments, and the halves at its start and
end. Each task is done once at most. Order, windows, and that tasks are whole are relaxed: what is left is a linear
program (a generalised assignment of knapsacks), solved by HiGHS through SciPy. A task that a crew could not do even
alone is not its.

It assumes that ways are shortest (no detour over a third place is shorter), as all of ours are. Where the bound is
the sum of all prizes, it says nothing, and is called trivial.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from geo.plan.must import kept
from geo.plan.rounding import FAR
from geo.plan.tasks import Crew, Matrices, Solution, Task
from geo.plan.whole import Whole, whole

__all__ = ["RELAXATION", "Bound", "bound"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
RELAXATION = "背包松弛:每段至少占用巡查本身和前后最近路程各一半,不计先后次序与时段"
"""What is relaxed, in words for the reader of a plan."""


@dataclass(frozen=True)
class Bound:
    """prize: no plan brings in more. total: all prizes together."""

    prize: float
    total: float

    @property
    def trivial(self) -> bool:
        """Whether it says no more than that nothing is done twice."""
        return self.prize >= self.total * (1 - 1e-9)

    @property
    def left(self) -> float:
        """What every plan leaves at least: the lower bound on the debt that stays."""
        return self.total - self.prize

    def gap(self, plan: Solution) -> float:
        """By how much of the bound a plan falls short of it, 0..1; 0 where there is nothing to bring in."""
        return max(0.0, 1 - plan.prize / self.prize) if self.prize > 0 else 0.0


def bound(tasks: Sequence[Task], crews: Sequence[Crew], costs: Sequence[Matrices]) -> Bound:
    """The upper bound on `Solution.prize`, whatever is required. Raises what `solve` does.

    >>> from geo.plan.tasks import Alternative, Metres
    >>> at_m = np.array([0.0, 100.0, 200.0, 2000.0])
    >>> road = Metres(*[np.abs(np.subtract.outer(at_m, at_m))] * 2)
    >>> stops = [Task((Alternative(place, place, 600, prize=1.0),)) for place in (1, 2, 3)]
    >>> found = bound(stops, [Crew(0, 0, 0, 1200)], [road])
    >>> found.prize, found.total, found.trivial  # the third is too far; 1,100 s remain, and two would take 700 s each
    (1.57, 3.0, False)
    """
    table = whole(tasks, crews, costs)
    musts = [known[0] for known in kept(table, crews)]
    total = float(sum(max((one.prize for one in task.alternatives), default=0.0) for task in tasks))
    if total <= 0:
        return Bound(0.0, 0.0)
    alike = _alike(table)
    needs = [_Needs.of(table, crews_of[0], musts[crews_of[0]]) for crews_of in alike]
    return Bound(min(total, _program(table, needs, [len(crews_of) for crews_of in alike])), total)


def _alike(table: Whole) -> list[list[int]]:
    """Crews that are the same in everything, those with stops of their own each apart."""
    hours, (_, class_of) = table.hours, table.classes()
    columns = (hours.start, hours.end, hours.from_s, hours.to_s, hours.most_m, hours.capacity, class_of)
    found: dict[tuple[int, ...], list[int]] = {}
    own = set(table.ways.crew.tolist())
    for crew, key in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        found.setdefault((*key, crew if crew in own else -1), []).append(crew)
    return list(found.values())


@dataclass(frozen=True)
class _Needs:
    """What a crew has (seconds, metres, demand), and the least that each task takes of it; inf: it cannot do it."""

    has: tuple[float, float, float]
    takes: tuple[Floats, Floats, Floats]  # (tasks,) each
    prize: Floats  # (tasks,)

    @classmethod
    def of(cls, table: Whole, crew: int, must: list[int]) -> "_Needs":
        ways, hours = table.ways, table.hours
        mine = np.flatnonzero((ways.kind == 0) & (table.spots.alternative[ways.spot, crew] >= 0))
        halves = [_halves(table, crew, mine, must, which) for which in (0, 1)]
        own_s, own_m = table.spots.service_s[ways.spot[mine], crew], table.spots.length_m[ways.spot[mine]]
        least = [halves[0][0] + own_m, halves[1][0] + own_s]
        possible = _alone(table, crew, mine) & np.isfinite(least[0]) & np.isfinite(least[1])
        prize = np.zeros(table.tasks)
        np.maximum.at(prize, ways.of[mine], np.where(possible, ways.prize[mine], 0.0))
        takes = tuple(_least(table.tasks, ways.of[mine][possible], one[possible]) for one in (least[1], least[0]))
        demand = _least(table.tasks, ways.of[mine][possible], ways.demand[mine][possible].astype(np.float64))
        busy_s = halves[1][1] + float(sum(table.spots.service_s[ways.spot[way], crew] for way in must))
        span_s = float(hours.to_s[crew] - hours.from_s[crew])
        has = (
            max(0.0, span_s - busy_s),
            max(0.0, float(hours.most_m[crew]) - halves[0][1]),
            float(hours.capacity[crew]),
        )
        return cls(has, (takes[0], takes[1], demand), prize)


def _least(tasks: int, of: Indices, values: Floats) -> Floats:
    found = np.full(tasks, np.inf)
    np.minimum.at(found, of, values)
    return found


def _halves(table: Whole, crew: int, mine: Indices, must: list[int], which: int) -> tuple[Floats, float]:
    """Half of the shortest ways into and out of each way of a crew; and those of its start, end and own stops."""
    spots, ways, hours = table.spots, table.ways, table.hours
    between = table.between[hours.profile[crew]][which]
    stops = np.concatenate([mine, np.array(must, dtype=np.int64)])
    at = ways.spot[stops]
    task = np.concatenate([ways.of[mine], -1 - np.arange(len(must))])
    start, end = spots.exit[hours.start[crew]], spots.entry[hours.end[crew]]
    leg = between[np.ix_(spots.exit[at], spots.entry[at])].astype(np.float64)
    leg[leg >= FAR] = np.inf
    leg[task[:, None] == task[None, :]] = np.inf
    home, away = between[spots.exit[at], end].astype(float), between[start, spots.entry[at]].astype(float)
    home[home >= FAR], away[away >= FAR] = np.inf, np.inf
    into = np.minimum(leg.min(axis=0, initial=np.inf), away)
    out = np.minimum(leg.min(axis=1, initial=np.inf), home)
    half = (into + out) / 2
    ends = [one.min(initial=np.inf) for one in (home, away)]
    fixed = sum(float(one) for one in ends if np.isfinite(one)) / 2 + float(half[len(mine) :].sum())
    return half[: len(mine)], fixed


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


def _program(table: Whole, needs: list[_Needs], count: list[int]) -> float:
    """The linear program: each task at most once, no kind of crew over what it has."""
    pairs = [(kind, task) for kind, need in enumerate(needs) for task in np.flatnonzero(need.prize > 0)]
    if not pairs:
        return 0.0
    kind, task = np.array(pairs, dtype=np.int64).T
    columns = np.arange(len(pairs))
    rows, cells, limits = [task], [np.ones(len(pairs))], [np.ones(table.tasks)]
    for which in range(3):
        has = np.array([need.has[which] * number for need, number in zip(needs, count, strict=True)])
        takes = np.array([needs[k].takes[which][t] for k, t in pairs])
        if (has < FAR).any() and takes.any():
            rows.append(kind + sum(len(limit) for limit in limits))
            cells.append(takes)
            limits.append(has)
    limit = np.concatenate(limits)
    matrix = coo_array(
        (np.concatenate(cells), (np.concatenate(rows), np.tile(columns, len(cells)))), shape=(len(limit), len(pairs))
    )
    prize = np.array([needs[k].prize[t] for k, t in pairs])
    found = linprog(-prize, A_ub=matrix.tocsr(), b_ub=limit, bounds=(0, 1), method="highs")
    return float(-found.fun) * (1 + 1e-9)

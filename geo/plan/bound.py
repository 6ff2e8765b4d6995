"""What no plan can exceed: an upper bound on the worth that the crews can bring in, by a relaxation that is stated.

**Knapsacks with half the nearest ways.** A route passes from stop to stop; half of the way into a stop and half of the
way out of it belong to that stop, and each is at least half of the shortest way to or from anything else that the crew
may do. So each task takes of a crew at least its service and those two halves, in seconds and in metres; and each crew,
or all that are alike together, has its hours, less its breaks and appointments, and the halves at its start and
end. Each task is done once at most. Order, windows, and that tasks are whole are relaxed: what is left is a linear
program (a generalised assignment of knapsacks), solved by HiGHS through SciPy. A task that a crew could not do even
alone is not its. Charging besides for the way to each cluster of tasks (moats about single-linkage clusters) was
tried: it lowered the bound by 0.7 % at most and took twenty times as long.

It assumes that ways are shortest (no detour over a third place is shorter), as all of ours are. Where the bound is
the sum of all prizes, it says nothing, and is called trivial.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from geo.plan.solver.must import kept
from geo.plan.solver.needs import Needs
from geo.plan.solver.rounding import FAR
from geo.plan.solver.whole import Whole, whole
from geo.plan.tasks import Crew, Matrices, Solution, Task

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
    kept(table, crews)
    total = float(sum(max((one.prize for one in task.alternatives), default=0.0) for task in tasks))
    if total <= 0:
        return Bound(0.0, 0.0)
    program = _Program()
    for alike in _alike(table):
        program.add_kind(Needs.of(table, alike[0]), len(alike))
    return Bound(min(total, program.most_worth(len(tasks))), total)


def _alike(table: Whole) -> list[list[int]]:
    """Crews that are the same in everything, those with stops of their own each apart."""
    hours, (_, class_of) = table.hours, table.classes()
    columns = (hours.start, hours.end, hours.from_s, hours.to_s, hours.most_m, hours.capacity, class_of)
    found: dict[tuple[int, ...], list[int]] = {}
    own = set(table.ways.crew.tolist())
    for crew, key in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        found.setdefault((*key, crew if crew in own else -1), []).append(crew)
    return list(found.values())


class _Program:
    """The linear program: worth of tasks done, each once at most, no kind of crew over what it has.

    Columns: each kind's tasks; rows: bounds on sums of them.
    """

    def __init__(self) -> None:
        self.rows: list[Indices] = []
        self.columns: list[Indices] = []
        self.cells: list[Floats] = []
        self.limits: list[float] = []
        self.prize: list[Floats] = []
        self.tasks: list[Indices] = []

    def add_rows(self, rows: Indices, columns: Indices, cells: Floats, limits: list[float]) -> None:
        """Rows numbered from 0, each the sum of some columns' cells, at most its limit."""
        self.rows.append(rows + len(self.limits))
        self.columns.append(columns)
        self.cells.append(cells)
        self.limits += limits

    def add_kind(self, need: Needs, number: int) -> None:
        """So many crews that are alike."""
        columns = sum(map(len, self.tasks)) + np.arange(len(need.task))
        self.tasks.append(need.task)
        self.prize.append(need.prize)
        for has, takes in zip(need.has, need.takes, strict=True):
            if has < FAR:
                self.add_rows(np.zeros(len(columns), dtype=np.int64), columns, takes, [has * number])

    def most_worth(self, tasks: int) -> float:
        """The optimum, a hair more."""
        task = np.concatenate(self.tasks)
        if not len(task):
            return 0.0
        self.add_rows(task, np.arange(len(task)), np.ones(len(task)), [1.0] * tasks)
        placed = np.concatenate(self.rows), np.concatenate(self.columns)
        shape = (len(self.limits), len(task))
        matrix = coo_array((np.concatenate(self.cells), placed), shape=shape).tocsr()
        prize = np.concatenate(self.prize)
        scale = max(float(prize.max()), 1e-300)
        found = linprog(-prize / scale, A_ub=matrix, b_ub=np.array(self.limits), bounds=(0, 1), method="highs")
        return float(-found.fun) * scale * (1 + 1e-7) if found.status == 0 else float("inf")

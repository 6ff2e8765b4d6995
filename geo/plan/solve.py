"""The solver: PyVRP's iterated local search on the tables of a plan, with what still fits put in after every best.

Laws, by construction:

- Nothing that fits is left: the search's every new best is filled up (`insertion`) before it counts as the best.
- With one seed, more iterations never give a worse plan: it is one search, stopped later, and its best is kept.
- With the old plan as its start, the plan is never worse than the old one: the search begins with it.
- The same seed and number of iterations give the same plan: no clock is asked unless seconds are the limit.

Why PyVRP: it is the strongest open solver of such problems (routes with windows, profiles, prizes and exclusive
groups in one model), kept well, and compiled (Wouda, Lan and Kool 2024, INFORMS Journal on Computing 36:4).
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.IteratedLocalSearch import IteratedLocalSearch, IteratedLocalSearchCallbacks, IteratedLocalSearchParams
from pyvrp.PenaltyManager import PenaltyManager, PenaltyParams
from pyvrp.search import (
    OPERATORS,
    LocalSearch,
    NeighbourhoodParams,
    PerturbationManager,
    PerturbationParams,
    compute_neighbours,
)
from pyvrp.stop import MaxRuntime

from geo.plan.checks import check_limit
from geo.plan.evaluate import judged
from geo.plan.insertion import fill
from geo.plan.must import kept
from geo.plan.pyvrp_model import Model, model
from geo.plan.start import routes_from
from geo.plan.tasks import Crew, Limit, Matrices, Solution, Task
from geo.plan.whole import whole

__all__ = ["Progress", "solve"]

_SHAKEN = 10  # clients moved at most before each local search: CARPLIB's best, of 5, 10 and PyVRP's own 25
_EVERY = 10  # iterations between two calls of `progress`


@dataclass(frozen=True)
class Progress:
    """How far a search is: iterations run, tasks and routes of the best plan so far, its worth and metres.

    best: the plan itself, worked out when it is asked for.
    """

    iterations: int
    tasks: int
    routes: int
    length_m: int
    best: Callable[[], Solution]


def solve(
    tasks: Sequence[Task],
    crews: Sequence[Crew],
    costs: Sequence[Matrices],
    limit: Limit,
    seed: int,
    *,
    start: Solution | None = None,
    progress: Callable[[Progress], bool] | None = None,
) -> Solution:
    """The best plan found: what is required first, then the most worth, then the fewest metres.

    start: a plan of the same tasks and of the first of these crews; what of it still holds is where the search
    begins. progress: called now and then; False ends the search with the best so far. Tasks that are required, or
    fixed to a crew, come before all others; those that cannot be done are in `Solution.missed`, never an error.
    No tasks: every crew without appointments is idle. BadInput: input that means nothing, or a crew whose own breaks
    and appointments cannot all be kept. TooLarge: more than `checks` names.

    >>> import numpy as np
    >>> from geo.plan.tasks import Alternative, Metres
    >>> at_m = np.array([0.0, 100.0, 400.0, 2000.0])  # a straight road: the post, and three places
    >>> road = Metres(*[np.abs(np.subtract.outer(at_m, at_m))] * 2)  # at 1 m/s
    >>> walk = Task((Alternative(1, 2, 300, 300.0, prize=5.0), Alternative(2, 1, 300, 300.0, prize=5.0)))
    >>> far = Task((Alternative(3, 3, 60, prize=9.0),))
    >>> day = solve([walk, far], [Crew(0, 0, 0, 3600)], [road], Limit(iterations=20), seed=1)
    >>> day.prize, day.left, day.length_m  # 4,000 m there and back would take 66 minutes
    (5.0, (1,), 800)
    """
    check_limit(limit)
    table = whole(tasks, crews, costs)
    required = np.array([task.required or task.crew is not None for task in tasks], dtype=np.bool_)
    hard = len(tasks) > 0 and all(task.required and task.crew is None and task.alternatives for task in tasks)
    musts = kept(table, crews)
    if hard:
        found = _Search(model(table, required, True), tasks, crews, musts).run(limit, seed, start, progress)
        if found is not None:
            return found
    found = _Search(model(table, required, False), tasks, crews, musts).run(limit, seed, start, progress)
    return cast(Solution, found)


class _Search:
    """One search on one model."""

    def __init__(self, made: Model, tasks: Sequence[Task], crews: Sequence[Crew], musts: list[list[int]]) -> None:
        self.model, self.tasks, self.crews, self.musts = made, tasks, crews, musts

    def run(
        self, limit: Limit, seed: int, start: Solution | None, progress: Callable[[Progress], bool] | None
    ) -> Solution | None:
        """The best plan; None where all tasks are asked for and none was found that does them."""
        made = self.model
        if not len(made.table.ways):
            return self.told(self.musts, 0)
        rng = pyvrp.RandomNumberGenerator(seed=seed)
        search = _Filled(made, rng)
        penalties = _penalties(made)
        first = self._first(start, rng, search, penalties)
        watch = _Watch(self, limit, progress, first)
        params = IteratedLocalSearchParams(callbacks=watch)
        algorithm = IteratedLocalSearch(made.data, penalties, cast(Any, search), first, params)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)  # crowded hours are what debt looks like
            result = algorithm.run(cast(Any, watch.ends), collect_stats=False)
        if not result.best.is_feasible():
            return None
        found = self.told(made.routes(result.best), result.num_iterations)
        if start is not None and not made.hard:
            begun = self.told(made.routes(first), result.num_iterations)
            found = min(begun, found, key=_rank)
        return found

    def _first(self, start: Solution | None, rng: Any, search: "_Filled", penalties: PenaltyManager) -> pyvrp.Solution:
        """Where the search begins: the old plan, or the greedy one; where all tasks are asked for, by chance."""
        made = self.model
        routes = routes_from(made, start, self.musts) if start is not None else [list(ways) for ways in self.musts]
        fill(made, routes)
        begun = made.solution(routes)
        if begun.is_feasible():
            return begun
        random = pyvrp.Solution.make_random(made.data, rng)
        return search.search(random, penalties.max_cost_evaluator(), exhaustive=True)

    def told(self, routes: list[list[int]], iterations: int) -> Solution:
        """The plan in words of tasks and crews; a crew with nothing but breaks is idle."""
        table = self.model.table
        stops = [[table.stop(crew, way) for way in ways] for crew, ways in enumerate(routes)]
        stops = [[] if all(stop.kind == "break" for stop in one) else one for one in stops]
        return judged(table, self.tasks, self.crews, stops, iterations)


def _rank(plan: Solution) -> tuple[int, float, int]:
    return len(plan.missed), -plan.prize, plan.length_m


def _penalties(made: Model) -> PenaltyManager:
    """Penalties of the size of the prizes, or a day too full would always pay."""
    return PenaltyManager(made.penalties, PenaltyParams(max_penalty=max(made.most_penalty, 1.0)))


class _Filled:
    """PyVRP's local search; where it is asked for all it can, what still fits is put in after it."""

    def __init__(self, made: Model, rng: Any) -> None:
        self.model = made
        neighbours = compute_neighbours(made.data, NeighbourhoodParams())
        self.search = LocalSearch(
            made.data, rng, neighbours, PerturbationManager(PerturbationParams(max_perturbations=_SHAKEN))
        )
        for operator in OPERATORS:
            if operator.supports(made.data):
                self.search.add_operator(operator(made.data))

    def __call__(self, solution: pyvrp.Solution, evaluator: Any, exhaustive: bool = False) -> pyvrp.Solution:
        found = self.search(solution, evaluator, exhaustive)
        if not exhaustive or self.model.hard:
            return found
        if not found.is_feasible():
            found = solution
        routes = self.model.routes(found)
        if found.is_feasible() and fill(self.model, routes):
            return self.model.solution(routes)
        return found


class _Watch(IteratedLocalSearchCallbacks):
    """Counts iterations, tells of them, and ends the search."""

    def __init__(
        self, search: _Search, limit: Limit, progress: Callable[[Progress], bool] | None, first: pyvrp.Solution
    ) -> None:
        self.search, self.limit, self.progress, self.best = search, limit, progress, first
        self.clock = MaxRuntime(limit.seconds) if limit.seconds is not None else None
        self.iterations = 0
        self.cancelled = False

    def on_iteration(self, current: Any, candidate: Any, best: pyvrp.Solution, cost_evaluator: Any) -> None:
        self.iterations += 1
        self.best = best
        if self.progress is not None and self.iterations % _EVERY == 0:
            self.cancelled = not self.progress(self._told(best, self.iterations))

    def ends(self, best_cost: float) -> bool:
        """Whether the search is over, as PyVRP asks before every iteration."""
        spent = self.limit.iterations is not None and self.iterations >= self.limit.iterations
        return self.cancelled or spent or (self.clock is not None and self.clock(cast(int, best_cost)))

    def _told(self, best: pyvrp.Solution, iterations: int) -> Progress:

        def plan() -> Solution:
            return self.search.told(self.search.model.routes(best), iterations)

        done = best.num_clients() - sum(len(ways) for ways in self.search.musts)
        return Progress(iterations, done, best.num_routes(), int(best.distance()), plan)

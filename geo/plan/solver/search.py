"""PyVRP's iterated local search, set up for plans: what still fits is put in after every new best.

Settings that differ from PyVRP's own were chosen on a day of 1,000 pieces and on CARPLIB, each by trying.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any, NamedTuple, cast

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

from geo.plan.evaluate import judged
from geo.plan.solver.insertion import Orders, fill
from geo.plan.solver.pyvrp_model import Model
from geo.plan.solver.start import routes_from
from geo.plan.tasks import Crew, Limit, Solution, Task

__all__ = ["Clock", "Progress", "Search"]

_EVERY = 10  # iterations between two calls of `progress`


class _Setting(NamedTuple):
    """shaken: clients moved at most before each local search; history: plans remembered for late acceptance; between:
    iterations between two changes of the penalties, which short searches need sooner than PyVRP's 500; neighbours: how
    many clients near each one are tried beside it.
    """

    shaken: int
    history: int
    between: int
    neighbours: int


# The best of 5-25, 10-1000, 20-500 and 15-100.
_WITH_PRIZES, _ALL_ASKED = _Setting(20, 100, 50, 25), _Setting(10, 300, 100, 50)
Told = Callable[["Progress"], bool]
_Rank = tuple[int, float, int]


@dataclass(frozen=True)
class Progress:
    """How far a search is: iterations run, tasks and routes of the best plan so far, and its metres.

    best: the plan itself, worked out when it is asked for.
    """

    iterations: int
    tasks: int
    routes: int
    length_m: int
    best: Callable[[], Solution]


class Clock:
    """A limit that runs: iterations over all searches, seconds from the moment it was made (PyVRP's clock)."""

    def __init__(self, limit: Limit) -> None:
        self.most, self.iterations = limit.iterations, 0
        self.whole, self.half = (
            MaxRuntime(limit.seconds * share) if limit.seconds is not None else None for share in (1.0, 0.5)
        )
        self.ends(0), self.ends(0, early=True)  # PyVRP's clocks start when first asked

    def ends(self, best_cost: float, early: bool = False) -> bool:
        """Whether the limit is reached, or half of it."""
        clock = self.half if early else self.whole
        spent = self.most is not None and self.iterations >= self.most / (2 if early else 1)
        return spent or (clock is not None and clock(cast(int, best_cost)))


class Search:
    """One search on one model. orders: see `fill`."""

    def __init__(self, made: Model, tasks: Sequence[Task], crews: Sequence[Crew], orders: Orders) -> None:
        self.model, self.tasks, self.crews, self.orders = made, tasks, crews, orders
        self.musts = [known[0] for known in orders]

    def run(self, clock: Clock, seed: int, start: Solution | None, progress: Told | None) -> Solution | None:
        """The best plan; None where all tasks are asked for and half the limit has found no plan that does them."""
        made = self.model
        if not len(made.table.ways):
            return self.told(self.musts, 0)
        rng = pyvrp.RandomNumberGenerator(seed=seed)
        search, penalties = _Filled(made, rng, self.orders), _penalties(made)
        first = self._first(start, rng, search, penalties)
        watch = _Watch(self, clock, progress, first)
        params = IteratedLocalSearchParams(history_length=_setting(made).history, callbacks=watch)
        algorithm = IteratedLocalSearch(made.data, penalties, cast(Any, search), first, params)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)  # crowded hours are what debt looks like
            algorithm.run(cast(Any, watch.ends), collect_stats=False)
        return self.told(made.routes(watch.best), clock.iterations) if watch.best.is_feasible() else None

    def _first(self, start: Solution | None, rng: Any, search: "_Filled", penalties: PenaltyManager) -> pyvrp.Solution:
        """Where the search begins: the old plan, or the greedy one; where that leaves what it may not, by chance."""
        made = self.model
        routes = routes_from(made, start, self.musts) if start is not None else [list(ways) for ways in self.musts]
        fill(made, routes, self.orders)
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

    def rank(self, solution: pyvrp.Solution) -> _Rank:
        """What is asked for and missed, then worth, then metres, none of them rounded: less is better."""
        made = self.model
        ways = [one.idx for route in solution.routes() for one in route if one.is_client()]
        missed = made.asked - len({int(made.table.ways.of[way]) for way in ways if made.is_asked[way]})
        return missed, -fsum(made.table.ways.prize[ways]), int(solution.distance())


def _setting(made: Model) -> _Setting:
    return _ALL_ASKED if made.hard else _WITH_PRIZES


def _penalties(made: Model) -> PenaltyManager:
    """Penalties of the size of the prizes, or a day too full would always pay."""
    params = PenaltyParams(max_penalty=max(made.most_penalty, 1.0), solutions_between_updates=_setting(made).between)
    return PenaltyManager(made.penalties, params)


class _Filled:
    """PyVRP's local search; where it is asked for all it can, what still fits is put in after it."""

    def __init__(self, made: Model, rng: Any, orders: Orders) -> None:
        self.model, self.orders = made, orders
        neighbours = compute_neighbours(made.data, NeighbourhoodParams(num_neighbours=_setting(made).neighbours))
        shaken = PerturbationParams(max_perturbations=_setting(made).shaken)
        self.search = LocalSearch(made.data, rng, neighbours, PerturbationManager(shaken))
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
        if found.is_feasible() and fill(self.model, routes, self.orders):
            return self.model.solution(routes)
        return found


class _Watch(IteratedLocalSearchCallbacks):
    """Counts iterations, keeps the best by its exact worth, tells of it, and ends the search."""

    def __init__(self, search: Search, clock: Clock, progress: Told | None, first: pyvrp.Solution) -> None:
        self.search, self.clock, self.progress, self.best = search, clock, progress, first
        self.rank = search.rank(first)
        self.cancelled = False

    def on_best(self, best: pyvrp.Solution) -> None:
        rank = self.search.rank(best)
        if best.is_feasible() and (rank < self.rank or not self.best.is_feasible()):
            self.best, self.rank = best, rank

    def on_iteration(self, current: Any, candidate: Any, best: pyvrp.Solution, cost_evaluator: Any) -> None:
        self.clock.iterations += 1
        if self.progress is not None and self.clock.iterations % _EVERY == 0:
            self.cancelled = not self.progress(self._told(self.best, self.clock.iterations))

    def ends(self, best_cost: float) -> bool:
        """Whether the search is over, as PyVRP asks before every iteration."""
        hopeless = self.search.model.hard and not self.best.is_feasible()
        return self.cancelled or self.clock.ends(best_cost, early=hopeless)

    def _told(self, best: pyvrp.Solution, iterations: int) -> Progress:
        def plan() -> Solution:
            return self.search.told(self.search.model.routes(best), iterations)

        done = best.num_clients() - sum(len(ways) for ways in self.search.musts)
        return Progress(iterations, done, best.num_routes(), int(best.distance()), plan)

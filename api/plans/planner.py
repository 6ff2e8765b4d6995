"""Finding the routes of a plan by geo.plan, while telling how far that is."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.plans.in_hand import InHand
from geo.plan.city import City, CrewDay, Options
from geo.plan.day import plan_of, solved
from geo.plan.plan import Plan
from geo.plan.problem import Problem, prepare
from geo.plan.solve import Progress
from geo.plan.tasks import Limit, Metres

__all__ = ["kept", "solve_plan"]

DRAFT_S, DRAFT_SHARE = 5.0, 10.0
"""How often to tell the best plan so far, seconds, and at most this much less often than it takes to work that out."""
SLACK = 1e-6
"""What floating point may have added to a whole number."""
Tell = Callable[[Plan], dict[str, Any]]


def solve_plan(
    city: City, crews: Sequence[CrewDay], options: Options, limit: Limit, seed: int, plan: InHand, tell: Tell
) -> tuple[Problem, Plan]:
    """The problem that changes are judged on, and the plan. tell: a plan as it is told, for those who watch."""
    problem = prepare(city, crews, options)
    return kept(problem), solved(problem, limit, seed, _Watching(problem, plan, tell))


def kept(problem: Problem) -> Problem:
    """The same problem with ways between places in whole metres and seconds, as the solver takes them: a fifth as large.

    Rounded up, as geo.plan.whole does: what is judged on it is judged alike.
    """
    return replace(problem, costs=tuple(Metres(_whole(one.distance_m), _whole(one.time_s)) for one in problem.costs))


def _whole(values: NDArray[np.float64]) -> NDArray[Any]:
    return np.ceil(values - SLACK).astype(np.float32)


class _Watching:
    """Called by the search with how far it is."""

    def __init__(self, problem: Problem, plan: InHand, tell: Tell) -> None:
        self._problem, self._plan, self._tell = problem, plan, tell
        self._next_s = time.monotonic() + DRAFT_S

    def __call__(self, progress: Progress) -> bool:
        told: dict[str, Any] = {
            "iterations": progress.iterations,
            "pieces": progress.tasks,
            "routes": progress.routes,
            "length_m": progress.length_m,
        }
        return self._plan(told, self._draft(progress))

    def _draft(self, progress: Progress) -> dict[str, Any] | None:
        began_s = time.monotonic()
        if began_s < self._next_s:
            return None
        draft = self._tell(plan_of(self._problem, progress.best()))
        took_s = time.monotonic() - began_s
        self._next_s = began_s + max(DRAFT_S, took_s * DRAFT_SHARE)
        return draft

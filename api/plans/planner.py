"""Finding the routes of a plan by geo.plan, while telling how far that is; and changing them without."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.plans.in_hand import PlanInHand
from api.plans.packed import pack, unpack
from geo.plan.change import Change, changed
from geo.plan.city import City, CrewDay, Options
from geo.plan.day import Planned, plan_of, solved
from geo.plan.more import one_more, one_more_all_week
from geo.plan.plan import Plan
from geo.plan.problem import Problem, prepare
from geo.plan.solve import Progress
from geo.plan.tasks import Limit, Metres
from geo.plan.week import Week, changed_week, plan_week

__all__ = ["Ask", "Solved", "find"]

DRAFT_S, DRAFT_SHARE = 5.0, 10.0
"""How often to tell the best plan so far, seconds, and at most this much less often than it takes to work that out."""
MORE_SHARE = 0.3
"""How long to look for what one more crew would add, of how long the plan was looked for."""
SLACK = 1e-6
"""What floating point may have added to a whole number."""
Tell = Callable[[Plan], dict[str, Any]]


class Ask(NamedTuple):
    """What a plan is made of, for one day or several."""

    city: City
    crews: Sequence[CrewDay]
    options: Options


class Solved(NamedTuple):
    """A plan, and what changes of it are judged on: each of its days."""

    ask: Ask
    plan: Plan
    days: tuple[Planned, ...]

    def changed(self, changes: Sequence[Change]) -> "Solved":
        """The plan after changes by hand, one after another; raises what geo.plan.change does."""
        if len(self.days) == 1:
            after = changed(self.days[0], changes)
            return Solved(self.ask, after.plan, (after,))
        week = changed_week(*self.ask, Week(self.plan, self.days), changes)
        return Solved(self.ask, *week)

    def packed(self) -> bytes:
        """The same as bytes to be kept; ways between places in whole metres and seconds, a fifth as large."""
        days = tuple(one._replace(problem=_light(one.problem)) for one in self.days)
        return pack({"ask": tuple(self.ask), "plan": self.plan, "days": days})

    @classmethod
    def unpacked(cls, data: bytes) -> "Solved":
        """What was packed; raises BadInput for bytes that nobody here packed."""
        held = unpack(data)
        return cls(Ask(*held["ask"]), held["plan"], held["days"])


def find(ask: Ask, limit: Limit, seed: int, plan: PlanInHand, tell: Tell) -> Solved:
    """The plan of a day or of several. tell: a plan as it is told, for those who watch it being found."""
    if len({crew.day for crew in ask.crews}) > 1:
        return _week(ask, limit, seed, plan)
    problem = prepare(*ask)
    made = solved(problem, limit, seed, _Watching(plan, lambda progress: tell(plan_of(problem, progress.best()))))
    modes = _short_of(made, ask.crews)
    if modes and plan.going_on:
        plan.stage("more")
        more = one_more(Planned(made, problem), _share(limit, len(modes)), seed, modes)
        made = replace(made, more=more)
    return Solved(ask, made, (Planned(made, problem),))


def _week(ask: Ask, limit: Limit, seed: int, plan: PlanInHand) -> Solved:
    """The plan of several days, and what one more crew would add on them, unless whoever waits has enough."""
    made, days = plan_week(*ask, limit, seed, _Watching(plan))
    if _short_of(made, ask.crews) and plan.going_on:
        plan.stage("more")
        more = one_more_all_week(*ask, made, limit, seed, lambda progress: plan({}))
        made = replace(made, more=more if plan.going_on else None)
    return Solved(ask, made, days)


def _short_of(plan: Plan, crews: Sequence[CrewDay]) -> list[str]:
    """The modes of crews by which something was left out for want of time: of these one more could add anything."""
    wanted = {mode for piece in plan.pieces if piece.why == "no_time" for mode in piece.modes}
    return sorted(wanted & {crew.mode for crew in crews})


def _share(limit: Limit, modes: int) -> Limit:
    """How long to look for one more crew of each mode."""
    share = MORE_SHARE / modes
    iterations = None if limit.iterations is None else max(1, int(limit.iterations * share))
    return Limit(iterations, None if limit.seconds is None else limit.seconds * share)


def _light(problem: Problem) -> Problem:
    """Ways between places rounded up, as geo.plan.solver.whole does: what is judged on it is judged alike."""
    return replace(problem, costs=tuple(Metres(_whole(one.distance_m), _whole(one.time_s)) for one in problem.costs))


def _whole(values: NDArray[np.float64]) -> NDArray[Any]:
    return np.ceil(values - SLACK).astype(np.float32)


class _Watching:
    """Called by the search with how far it is.  draft: works out the best plan so far, as it is told."""

    def __init__(self, plan: PlanInHand, draft: Callable[[Progress], dict[str, Any]] | None = None) -> None:
        self._plan, self._draft_of = plan, draft
        self._next_s = time.monotonic() + DRAFT_S
        self._before = self._last = 0

    def __call__(self, progress: Progress) -> bool:
        if progress.iterations < self._last:  # the next of several days
            self._before += self._last
        self._last = progress.iterations
        told: dict[str, Any] = {
            "iterations": self._before + progress.iterations,
            "pieces": progress.tasks,
            "routes": progress.routes,
            "length_m": progress.length_m,
        }
        return self._plan(told, self._draft(progress))

    def _draft(self, progress: Progress) -> dict[str, Any] | None:
        began_s = time.monotonic()
        if self._draft_of is None or began_s < self._next_s:
            return None
        draft = self._draft_of(progress)
        took_s = time.monotonic() - began_s
        self._next_s = began_s + max(DRAFT_S, took_s * DRAFT_SHARE)
        return draft

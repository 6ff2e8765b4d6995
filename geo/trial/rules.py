"""By which rule crews are sent out each day: the planner's, or that of offices: always the nearest that is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

from geo.course.routes import route_of
from geo.pieces.ground import Ground
from geo.plan.city import CrewDay, Options
from geo.plan.day import solved
from geo.plan.nearest import nearest
from geo.plan.problem import Problem, prepare
from geo.plan.tasks import Limit, Solution
from geo.trial.walkers import Course, course_of

__all__ = ["Nearest", "Planner", "Rule", "courses_of"]


class Rule(Protocol):
    """Who goes where on a day: a course for each crew, and the rule as it goes on the day after.

    ground: the city as it stands when the day begins. crews: of that day.
    """

    def day(self, ground: Ground, crews: Sequence[CrewDay]) -> tuple[list[Course], Self]: ...


@dataclass(frozen=True)
class Planner:
    """The plan of each day, within so many iterations."""

    limit: Limit = field(default_factory=lambda: Limit(iterations=200))
    options: Options = field(default_factory=Options)
    seed: int = 0

    def day(self, ground: Ground, crews: Sequence[CrewDay]) -> tuple[list[Course], Self]:
        """See `Rule`."""
        problem = prepare(ground.city, crews, self.options, ground=ground)
        plan = solved(problem, self.limit, self.seed)
        return [course_of(route) for route in plan.routes], self


@dataclass(frozen=True)
class Nearest:
    """The rule that offices use: each crew goes to the nearest overdue piece that still fits (geo.plan.nearest)."""

    options: Options = field(default_factory=Options)

    def day(self, ground: Ground, crews: Sequence[CrewDay]) -> tuple[list[Course], Self]:
        """See `Rule`."""
        problem = prepare(ground.city, crews, self.options, ground=ground)
        return courses_of(problem, nearest(problem.open_tasks, problem.teams, problem.costs)), self


def courses_of(problem: Problem, found: Solution) -> list[Course]:
    """The lines that a solution of a problem has its crews go."""
    return [course_of(route_of(problem, crew, route)) for crew, route in enumerate(found.routes)]

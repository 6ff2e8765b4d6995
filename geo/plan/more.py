"""What one more crew would add: the same day with a second of one of its crews, solved on from the plan there is; the
same week, planned anew."""

from collections.abc import Sequence
from dataclasses import replace

from geo.plan.change import solution_of
from geo.plan.city import City, CrewDay, Options
from geo.plan.day import Planned, Watch, plan_of
from geo.plan.plan import More, Plan
from geo.plan.problem import HELD, Problem
from geo.plan.solve import solve
from geo.plan.tasks import Alternative, Limit
from geo.plan.week import plan_week

__all__ = ["one_more", "one_more_all_week", "with_one_more"]


def one_more(planned: Planned, limit: Limit, seed: int = 0, modes: Sequence[str] | None = None) -> More | None:
    """Which second crew would pay most, and how much more is paid with it, nominally; None where none would add
    anything.

    modes: by which it may go; none: those of the plan's crews. Of each mode the first crew of the plan is doubled: its
    posts, hours and places. limit: for each that is tried. It never pays less than the plan without it.
    """
    plan, problem = planned
    tried = dict.fromkeys(crew.mode for crew in problem.crews)
    best: More | None = None
    for mode in tried:
        if modes is not None and mode not in modes:
            continue
        crew = next((n for n, one in enumerate(problem.crews) if one.mode == mode and n not in problem.stranded), None)
        if crew is None:
            continue
        other = with_one_more(planned, crew, limit, seed)
        found = _more(problem.crews[crew], plan, other)
        if best is None or _worth(found, problem.options) > _worth(best, problem.options):
            best = found
    return best if best is not None and _worth(best, problem.options) > 1e-9 else None


def one_more_all_week(
    city: City,
    crews: Sequence[CrewDay],
    options: Options,
    plan: Plan,
    limit: Limit,
    seed: int = 0,
    progress: Watch | None = None,
) -> More | None:
    """What a second of one of a week's crews would add, out whenever the first is; None where it would add nothing.

    Of the mode by which most is left for want of time the first crew is doubled. What is seen on one day is worth
    less on the next, so the whole week is planned anew, with a limit of its own.
    """
    first = _shortest_of_time(plan, crews)
    if first is None:
        return None
    second = [
        replace(crew, code=f"{crew.code}+", name=f"{crew.name}(加一组)", appointments=())
        for crew in crews
        if crew.code == first.code
    ]
    found = _more(first, plan, plan_week(city, [*crews, *second], options, limit, seed, progress).plan)
    return found if _worth(found, options) > 1e-9 else None


def _shortest_of_time(plan: Plan, crews: Sequence[CrewDay]) -> CrewDay | None:
    """The first crew of the mode by which most is left for want of time; None where nothing is."""
    left: dict[str, float] = {}
    for piece in plan.pieces:
        for mode in piece.modes if piece.why == "no_time" else ():
            left[mode] = left.get(mode, 0.0) + piece.worth
    there = [crew for crew in crews if crew.mode in left]
    return max(there, key=lambda crew: left[crew.mode], default=None)


def _more(crew: CrewDay, plan: Plan, other: Plan) -> More:
    """By how much less another plan, with a second of a crew, leaves undone."""
    lines = plan.totals.after_m_days.nominal - other.totals.after_m_days.nominal
    wholes = plan.totals.after_target_days.nominal - other.totals.after_target_days.nominal
    return More(crew.name, crew.mode, lines, wholes)


def with_one_more(planned: Planned, crew: int, limit: Limit, seed: int = 0) -> Plan:
    """The plan with a second of one of its crews: never one that leaves more undone than the plan without it."""
    plan, problem = planned
    doubled = _doubled(problem, crew)
    start = solution_of(doubled, [*plan.order, ()])
    found = solve(doubled.open_tasks, doubled.teams, doubled.costs, limit, seed, start=start)
    made, before = plan_of(doubled, found, seed), plan_of(doubled, start, seed)
    return made if _left(made, problem) <= _left(before, problem) else before


def _doubled(problem: Problem, crew: int) -> Problem:
    """The problem with one more crew, like one of its own, at the end."""
    own = problem.crews[crew]
    second = replace(own, code=f"{own.code}+", name=f"{own.name}(加一组)")
    number = len(problem.crews)

    def may(one: Alternative) -> Alternative:
        crews = one.crews
        return one._replace(crews=crews | {number}) if crews is not None and crew in crews else one

    settlers = tuple(one._replace(crews=one.crews | {number}) if crew in one.crews else one for one in problem.settlers)
    other = replace(
        problem,
        crews=(*problem.crews, second),
        settlers=settlers,
        tasks=tuple(task._replace(alternatives=tuple(may(one) for one in task.alternatives)) for task in problem.tasks),
        teams=(*problem.teams, problem.teams[crew]._replace(name=second.name, appointments=())),
    )
    other.__dict__.update({name: held for name, held in problem.__dict__.items() if name in HELD and name != "_walked"})
    return other


def _left(plan: Plan, problem: Problem) -> float:
    """What a plan leaves owed, a whole target as so many metres."""
    totals = plan.totals
    return totals.after_m_days.nominal + totals.after_target_days.nominal * problem.options.target_worth_m


def _worth(more: More, options: Options) -> float:
    return more.debt_m_days + more.debt_target_days * options.target_worth_m

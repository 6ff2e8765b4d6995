"""A plan for a day: prepared, solved, and told with what it promises."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from geo.course.promise import Reckoner, Seen, accuracy_of, seen_by, track_of
from geo.course.routes import route_of
from geo.duties.calendar import instant
from geo.plan import tasks as solver
from geo.plan.bound import RELAXATION, bound
from geo.plan.city import City, CrewDay, Options
from geo.plan.plan import Bounds, Piece, Plan, Promise, Reckoning, Route, Totals
from geo.plan.problem import Problem, prepare
from geo.plan.solve import Progress, solve
from geo.plan.tasks import Limit, Solution

__all__ = ["Planned", "plan_day", "plan_of", "solved"]

Watch = Callable[[Progress], bool]


class Planned(NamedTuple):
    """A plan, and the problem it solves: what a change by hand is judged on."""

    plan: Plan
    problem: Problem


def plan_day(
    city: City, crews: Sequence[CrewDay], options: Options, limit: Limit, seed: int = 0, progress: Watch | None = None
) -> Planned:
    """The plan of one day, the best that the search finds within its limit.

    progress: called now and then with how far the search is; False ends it with the best so far. Raises what `prepare`
    raises. With the same city, crews, options, seed and number of iterations it is the same plan.
    """
    problem = prepare(city, crews, options)
    return Planned(solved(problem, limit, seed, progress), problem)


def solved(
    problem: Problem, limit: Limit, seed: int = 0, progress: Watch | None = None, start: Solution | None = None
) -> Plan:
    """The plan of a problem that is prepared."""
    found = solve(problem.open_tasks, problem.teams, problem.costs, limit, seed, start=start, progress=progress)
    most = bound(problem.open_tasks, problem.teams, problem.costs)
    told = Reckoning.of(most.prize, found.prize, RELAXATION, trivial=most.trivial)
    return replace(plan_of(problem, found, seed), bound=told)


def plan_of(problem: Problem, found: Solution, seed: int = 0) -> Plan:
    """What a solution of a problem, by search or by hand, comes to."""
    routes, seen = zip(*(walked(problem, crew, route) for crew, route in enumerate(found.routes)), strict=True)
    going = [frozenset(owed.duty for stop in route.stops for owed in stop.duties) for route in routes]
    promise = reckoner_of(problem).promise(problem.crews, seen, going)
    pieces = _pieces(problem, found)
    return Plan(
        routes,
        pieces,
        promise,
        totals_of(routes, pieces, promise),
        problem.judged_s,
        iterations=found.iterations,
        seed=seed,
        order=found.stops,
    )


def walked(problem: Problem, crew: int, found: solver.Route) -> tuple[Route, Seen]:
    """A crew's route and what its line sees; worked out once for each order of stops."""
    held = problem.__dict__.setdefault("_walked", {})
    key = crew, found, tuple(problem.tasks[stop.of].crew for stop in found.stops if stop.kind == "task")
    if key not in held:
        route = route_of(problem, crew, found)
        own = problem.crews[crew]
        track = track_of(route.xy, route.time_s, accuracy_of(own))
        held[key] = route, seen_by(problem.ground, track, own.mode, problem.city.duties, _day_s(problem))
    known: tuple[Route, Seen] = held[key]
    return known


def reckoner_of(problem: Problem) -> Reckoner:
    """What the problem's duties owe when it is judged; worked out once."""
    held = problem.__dict__.get("_reckoner")
    if held is None:
        held = Reckoner.of(problem.ground, problem.city.duties, _day_s(problem), problem.judged_s)
        problem.__dict__["_reckoner"] = held
    made: Reckoner = held
    return made


def _day_s(problem: Problem) -> float:
    return instant(problem.day, 0, problem.city.zone)


def _pieces(problem: Problem, found: Solution) -> tuple[Piece, ...]:
    """The pieces, each with the route it is on, or why it is on none."""

    on = {stop.of: crew for crew, stops in enumerate(found.stops) for stop in stops if stop.kind == "task"}
    made = []
    for number, piece in enumerate(problem.pieces):
        if number >= len(problem.tasks):
            made.append(piece)
        elif number in on:
            fixed = problem.tasks[number].crew is not None
            made.append(replace(piece, state="planned", why=None, route=on[number], fixed=fixed))
        else:
            made.append(replace(piece, state="left_out", why=_why(problem, number), route=None))
    return tuple(made)


def _why(problem: Problem, number: int) -> str:
    """Why a piece that could be gone for is on no route."""
    task, piece = problem.tasks[number], problem.pieces[number]
    if piece.why == "by_hand":
        return "by_hand"
    ways = [(one, crew) for one in task.alternatives for crew in (one.crews or range(len(problem.crews)))]
    if not ways:
        return "wrong_mode"
    for one, crew in ways:
        team = problem.teams[crew]
        time_s = problem.costs[team.profile].time_s
        if crew not in problem.stranded and (team.start is None or time_s[team.start, one.entry] < float("inf")):
            return "no_time"
    return "unreachable"


def totals_of(routes: Sequence[Route], pieces: Sequence[Piece], promise: Sequence[Promise]) -> Totals:
    """Sums over all routes, pieces and duties."""
    planned = sum(piece.state == "planned" for piece in pieces)
    lines, wholes = ([one for one in promise if one.whole == whole] for whole in (False, True))
    return Totals(
        sum(route.length_m for route in routes),
        sum(route.to_s - route.from_s for route in routes),
        planned,
        len(pieces) - planned,
        sum((one.before for one in lines), 0.0),
        _sum(lines),
        sum((one.before for one in wholes), 0.0),
        _sum(wholes),
    )


def _sum(promise: Sequence[Promise]) -> Bounds:
    return Bounds(*(sum((one.after[place] for one in promise), 0.0) for place in range(3)))

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
from geo.plan.evaluate import judged
from geo.plan.idle import idle_of
from geo.plan.passing import on_the_way, seen_whole
from geo.plan.plan import Bounds, Piece, Plan, Promise, Reckoning, Route, Totals
from geo.plan.problem import Problem, prepare
from geo.plan.solve import Progress, solve
from geo.plan.tasks import Limit, Solution, Task
from geo.plan.tidy import tidied

__all__ = ["Planned", "plan_day", "plan_of", "reached", "solved"]

MOST_HELD = 400
"""So many routes are kept with what they see: a plan may be changed by hand for hours."""
PUT_BACK = 3
"""So often what is lost when stops are spared is put back."""
PASSED = ";途经时顺带看到的不在此限"
"""Of what is seen on the way the relaxation knows nothing: a plan may bring in more by it."""
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
    """The plan of a problem that is prepared; start: a solution of it to begin with.

    A quarter of the limit is kept for going on from what the coverage engine says of the first search
    (geo.plan.passing): what is seen on the way needs no stop. The better of the two is the plan.
    """
    watch = _Watched(progress)
    share = _share(limit, 0.75)
    found = solve(problem.open_tasks, problem.teams, problem.costs, share, seed, start=start, progress=watch)
    found = tidied(problem, found)
    plan = plan_of(problem, found, seed)
    if not watch.ended:
        spared = _spared(problem, found, plan, (_share(limit, 0.25), seed, watch))
        if spared is not None and _rank(problem, spared[1]) < _rank(problem, plan):
            found, plan = spared
    most, worth = bound(problem.open_tasks, problem.teams, problem.costs), reached(plan, found)
    words = RELAXATION + (PASSED if worth > found.prize else "")
    return replace(plan, bound=Reckoning.of(max(most.prize, worth), worth, words, trivial=most.trivial))


def plan_of(problem: Problem, found: Solution, seed: int = 0) -> Plan:
    """What a solution of a problem, by search or by hand, comes to."""
    routes, seen = zip(*(walked(problem, crew, route) for crew, route in enumerate(found.routes)), strict=True)
    going = [frozenset(owed.duty for stop in route.stops for owed in stop.duties) for route in routes]
    promise = reckoner_of(problem).promise(problem.crews, seen, going)
    pieces = _pieces(problem, found, seen)
    routes = tuple(replace(route, idle=idle_of(problem, pieces, route)) for route in routes)
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


def reached(plan: Plan, found: Solution) -> float:
    """The worth of what a solution goes for, and of what it sees whole on the way."""
    return found.prize + sum(piece.worth for piece in plan.pieces if piece.passed)


class _Watched:
    """A watch over several searches that counts their iterations on, and remembers whether it ended one."""

    def __init__(self, progress: Watch | None) -> None:
        self.progress, self.ended, self.before = progress, False, 0

    def __call__(self, made: Progress) -> bool:
        goes_on = self.progress is None or self.progress(replace(made, iterations=self.before + made.iterations))
        self.ended |= not goes_on
        return goes_on


def _share(limit: Limit, share: float) -> Limit:
    iterations = None if limit.iterations is None else round(limit.iterations * share)
    return Limit(iterations, None if limit.seconds is None else limit.seconds * share)


def _rank(problem: Problem, plan: Plan) -> tuple[float, float]:
    """The less the better: what is left owed, a whole target as so many metres; then metres."""
    totals = plan.totals
    left = totals.after_m_days.nominal + totals.after_target_days.nominal * problem.options.target_worth_m
    return round(left, 3), totals.length_m


def _spared(
    problem: Problem, found: Solution, plan: Plan, how: tuple[Limit, int, _Watched]
) -> tuple[Solution, Plan] | None:
    """The plan without stops for what is seen on the way, gone on with; None where all stops are needed."""
    limit, seed, watch = how
    reckoner, day_s = reckoner_of(problem), _day_s(problem)
    stops = [stop.of for route in found.stops for stop in route if stop.kind == "task"]
    loose = [n for n in stops if problem.tasks[n].crew is None]
    ways = [on_the_way(problem, route, day_s) for route in plan.routes]
    without = set(seen_whole(problem, reckoner, ways, loose))
    for _ in range(PUT_BACK):
        if not without:
            return None
        kept = _judged(problem, found, without)
        seen = [walked(problem, crew, route)[1] for crew, route in enumerate(kept.routes)]
        lost = without - set(seen_whole(problem, reckoner, seen, without))
        if not lost:
            break
        without -= lost
    else:
        return None
    tasks = tuple(Task(()) if n in without else task for n, task in enumerate(problem.open_tasks))
    watch.before = found.iterations
    more = solve(tasks, problem.teams, problem.costs, limit, seed, start=kept, progress=watch)
    more = tidied(problem, replace(more, iterations=more.iterations + found.iterations))
    return more, plan_of(problem, more, seed)


def _judged(problem: Problem, found: Solution, without: set[int]) -> Solution:
    """A solution without some of its tasks."""
    routes = [[s for s in stops if s.kind != "task" or s.of not in without] for stops in found.stops]
    return judged(problem.table, problem.tasks, problem.teams, routes, found.iterations)


def walked(problem: Problem, crew: int, found: solver.Route) -> tuple[Route, Seen]:
    """A crew's route and what its line sees; worked out once for each order of stops."""
    held = problem.__dict__.setdefault("_walked", {})
    key = crew, found, tuple(problem.tasks[stop.of].crew for stop in found.stops if stop.kind == "task")
    if key not in held:
        if len(held) >= MOST_HELD:
            held.clear()
            problem.__dict__.pop("_reckoner", None)
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


def _pieces(problem: Problem, found: Solution, seen: Sequence[Seen]) -> tuple[Piece, ...]:
    """The pieces, each with the route it is on, or why it is on none."""
    on = {stop.of: crew for crew, stops in enumerate(found.stops) for stop in stops if stop.kind == "task"}
    rest = [n for n in range(len(problem.tasks)) if n not in on and problem.pieces[n].why != "by_hand"]
    passed = seen_whole(problem, reckoner_of(problem), seen, rest)
    made = []
    for number, piece in enumerate(problem.pieces):
        if number >= len(problem.tasks):
            made.append(piece)
        elif number in on:
            fixed = problem.tasks[number].crew is not None
            made.append(replace(piece, state="planned", why=None, route=on[number], fixed=fixed))
        elif number in passed:
            made.append(replace(piece, state="planned", why=None, route=passed[number], passed=True))
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

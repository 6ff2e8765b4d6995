"""A plan changed by hand: pieces moved to another crew or place in its order, fixed, or left out; judged, not solved.

Nothing is refused because it does not fit: what a change breaks (hours, metres, windows, who may settle) is told in
the route's `over`. Only what cannot be done at all is refused: a piece or route that is not there, a mode that
cannot go.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from geo.plan.day import Planned, plan_of, reached
from geo.plan.evaluate import judged
from geo.plan.problem import Problem, with_pieces
from geo.plan.tasks import Solution, Stop
from layers.errors import BadInput, NotFound

__all__ = ["STAY", "Change", "changed", "solution_of"]

STAY = "="
"""A route that says: where it is."""
TRIED = 4
"""So many places in a route's order are judged in full, those that look nearest."""


class Change(NamedTuple):
    """What is done to a piece (its id): route: the name of the one it goes to, None: left out, STAY: where it is.

    position: before which of that route's other pieces, from 0; None: where it costs the least time. fixed: whether it
    must stay on its route when the plan is solved again; None: as it was.
    """

    piece: str
    route: str | None = STAY
    position: int | None = None
    fixed: bool | None = None


def changed(planned: Planned, changes: Sequence[Change]) -> Planned:
    """The plan after changes, one after another, and its problem. No search: a day's plan takes well under 0.1 s.

    Raises NotFound for a piece or route that is not there, BadInput for what cannot be gone for by that crew's mode.
    """
    plan, problem = planned
    routes = [list(stops) for stops in plan.order]
    for change in changes:
        problem = _one(problem, routes, change)
    found = solution_of(problem, routes, plan.iterations)
    made = plan_of(problem, found, plan.seed)
    return Planned(replace(made, bound=plan.bound and plan.bound.reaching(reached(made, found))), problem)


def solution_of(problem: Problem, routes: Sequence[Sequence[Stop]], iterations: int = 0) -> Solution:
    """What routes in a given order come to."""
    return judged(problem.table, problem.tasks, problem.teams, routes, iterations)


def _one(problem: Problem, routes: list[list[Stop]], change: Change) -> Problem:
    """Routes changed in place; the problem, where what is fixed or left out changes."""
    number = _number(problem, change.piece)
    at = next((crew for crew, stops in enumerate(routes) if any(_is(stop, number) for stop in stops)), None)
    task, piece = problem.tasks[number], problem.pieces[number]
    to = at if change.route == STAY else None if change.route is None else _crew(problem, change.route)
    if change.route != STAY or change.position is not None:
        for stops in routes:
            stops[:] = [stop for stop in stops if not _is(stop, number)]
        if to is not None:
            _put(problem, routes, (number, to), change.position)
    fixed = task.crew is not None if change.fixed is None else change.fixed
    if fixed and to is None and change.route == STAY:
        raise BadInput(f"“{piece.name}”不在任何路线上,不能固定:请先把它移到一条路线。")
    crew = to if fixed else None
    why = piece.why if change.route == STAY else "by_hand" if change.route is None else "no_time"
    if crew == task.crew and piece.why == why:
        return problem
    return with_pieces(problem, {number: (replace(piece, why=why), task._replace(crew=crew))})


def _put(problem: Problem, routes: list[list[Stop]], what: tuple[int, int], position: int | None) -> None:
    """Put a task into a crew's route, where it is asked for or costs least."""
    number, crew = what
    stops, mode = routes[crew], problem.crews[crew].mode
    task, ways = problem.tasks[number], problem.ways[number]
    own = [n for n, way in enumerate(ways) if way.mode == mode]
    own = [n for n in own if crew in (task.alternatives[n].crews or (crew,))] or own
    if not own:
        raise BadInput(f"“{problem.pieces[number].name}”不能以{crew_words(problem, crew)}的方式前往:请移给别的组。")
    places = [_place(stops, position)] if position is not None else list(range(len(stops) + 1))
    tries = sorted(
        (_longer_s(problem, crew, stops, place, task.alternatives[n].entry, task.alternatives[n].exit), place, n)
        for place in places
        for n in own
    )
    best = None
    for _, place, n in tries[: max(TRIED, 1)]:
        some = [*stops[:place], Stop("task", number, n), *stops[place:]]
        found = solution_of(problem, [some if c == crew else [] for c in range(len(routes))]).routes[crew]
        rank = (not found.feasible, found.over_s + found.late_s, -found.prize, found.time_s)
        if best is None or rank < best[0]:
            best = rank, some
    if best is not None:
        routes[crew] = best[1]


def _longer_s(problem: Problem, crew: int, stops: Sequence[Stop], place: int, entry: int, exit_: int) -> float:
    """How much longer a route takes with something put before a place of it."""
    team = problem.teams[crew]
    time_s = problem.costs[team.profile].time_s
    before = _ends(problem, crew, stops[place - 1])[1] if place else team.start
    after = _ends(problem, crew, stops[place])[0] if place < len(stops) else team.end
    longer_s = 0.0 if before is None else float(time_s[before, entry])
    longer_s += 0.0 if after is None else float(time_s[exit_, after])
    shorter_s = 0.0 if before is None or after is None else float(time_s[before, after])
    return longer_s - shorter_s if np.isfinite(longer_s) else float("inf")


def _ends(problem: Problem, crew: int, stop: Stop) -> tuple[int, int]:
    team = problem.teams[crew]
    if stop.kind == "task":
        one = problem.tasks[stop.of].alternatives[stop.alternative]
        return one.entry, one.exit
    place = team.breaks[stop.of].places[stop.alternative] if stop.kind == "break" else team.appointments[stop.of].place
    return place, place


def _place(stops: Sequence[Stop], position: int) -> int:
    """Where in a route's order the so many-th piece stands; its end, where there are fewer."""
    if position < 0:
        raise BadInput(f"位置 {position} 不成立:应从 0 起。")
    pieces = [place for place, stop in enumerate(stops) if stop.kind == "task"]
    return pieces[position] if position < len(pieces) else len(stops)


def _number(problem: Problem, piece: str) -> int:
    for number, one in enumerate(problem.pieces[: len(problem.tasks)]):
        if one.id == piece:
            return number
    if any(one.id == piece for one in problem.pieces):
        raise BadInput(f"“{piece}”没有可走的路,不能排进路线。")
    raise NotFound(f"方案里没有 {piece[:80]!r} 这一块:可用的见方案的 pieces。")


def _crew(problem: Problem, route: str) -> int:
    for number, crew in enumerate(problem.crews):
        if crew.route == route:
            return number
    raise NotFound(
        f"方案里没有 {route[:80]!r} 这条路线:可用的是 {'、'.join(crew.route for crew in problem.crews[:10])}。"
    )


def crew_words(problem: Problem, crew: int) -> str:
    """What a crew is called."""
    return problem.crews[crew].name


def _is(stop: Stop, number: int) -> bool:
    return stop.kind == "task" and stop.of == number

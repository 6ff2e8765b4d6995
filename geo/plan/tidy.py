"""An order that people can follow: what a route passes anyway is done when it is first passed.

A search knows metres. To go out along a dike past every second piece and to do the others on the way back is as short
as to do all of them on the way out; to those who go it makes no sense. So stops are moved, without a metre more, to
an earlier place where they break the route into fewer parts.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.plan.evaluate import judged
from geo.plan.problem import Problem
from geo.plan.tasks import Solution, Stop

__all__ = ["tidied"]

Places = NDArray[np.int64]

APART_M = 80.0
"""Stops closer than this follow on each other; a longer way between them is a part of its own."""
EVEN_M = 0.01
"""What rounding may add."""
MOST_MOVES = 200


def tidied(problem: Problem, found: Solution) -> Solution:
    """A solution with its stops in an order of no more metres and fewer parts; the same where there is none.

    Every stop keeps its crew, and no window, hour or limit is broken.
    """
    orders = [list(stops) for stops in found.stops]
    for crew in range(len(orders)):
        orders[crew] = _route(problem, found, orders, crew)
    return judged(problem.table, problem.tasks, problem.teams, orders, found.iterations)


def _route(problem: Problem, found: Solution, orders: Sequence[list[Stop]], crew: int) -> list[Stop]:
    stops, before = list(orders[crew]), found.routes[crew]
    refused: set[tuple[int, int]] = set()
    if not stops or not before.feasible:
        return stops
    for _ in range(MOST_MOVES):
        moved = _moved(problem, crew, stops, refused)
        if moved is None:
            return stops
        which, to, better = moved
        tried = [better if n == crew else [] for n in range(len(orders))]
        route = judged(problem.table, problem.tasks, problem.teams, tried).routes[crew]
        if route.feasible and route.prize >= before.prize - 1e-9 and route.end_s <= before.end_s + len(stops):
            stops = better
        else:
            refused.add((which, to))
    return stops


def _moved(
    problem: Problem, crew: int, stops: list[Stop], refused: set[tuple[int, int]]
) -> tuple[int, int, list[Stop]] | None:
    """The first stop that can be moved to where there are fewer parts and not more metres: which task, before which
    stop, and the order with it there."""
    entry, exit_ = _ends(problem, crew, stops)
    metres = problem.costs[problem.teams[crew].profile].distance_m
    legs_m = metres[exit_[:-1], entry[1:]]
    for at, stop in enumerate(stops):
        if stop.kind != "task" or max(legs_m[at], legs_m[at + 1]) <= APART_M:
            continue
        closed_m = metres[exit_[at], entry[at + 2]]
        spared_m = legs_m[at] + legs_m[at + 1] - closed_m
        fewer = int((legs_m[at : at + 2] > APART_M).sum()) - int(closed_m > APART_M)
        own = problem.tasks[stop.of].alternatives[stop.alternative]
        for number, way in enumerate(problem.tasks[stop.of].alternatives):
            if way.prize < own.prize or way.service_s > own.service_s or way.length_m > own.length_m:
                continue
            into_m, out_m = metres[exit_[:-1], way.entry], metres[way.exit, entry[1:]]
            more = (into_m > APART_M).astype(int) + (out_m > APART_M) - (legs_m > APART_M)
            fits = (into_m + out_m <= legs_m + spared_m + EVEN_M) & (more < fewer)
            fits[at:] = False  # sooner, never later
            for to in np.flatnonzero(fits).tolist():
                if (stop.of, to) not in refused:
                    rest = stops[:at] + stops[at + 1 :]
                    return stop.of, to, [*rest[:to], stop._replace(alternative=number), *rest[to:]]
    return None


def _ends(problem: Problem, crew: int, stops: Sequence[Stop]) -> tuple[Places, Places]:
    """Where a route's start, each stop and its end are begun and ended; without a start, at its first stop."""
    team = problem.teams[crew]
    entry, exit_ = [], []
    for stop in stops:
        if stop.kind == "task":
            way = problem.tasks[stop.of].alternatives[stop.alternative]
            places = way.entry, way.exit
        elif stop.kind == "break":
            places = (team.breaks[stop.of].places[stop.alternative],) * 2
        else:
            places = (team.appointments[stop.of].place,) * 2
        entry.append(places[0])
        exit_.append(places[1])
    first = team.start if team.start is not None else entry[0]
    last = team.end if team.end is not None else exit_[-1]
    return np.array([first, *entry, last]), np.array([first, *exit_, last])

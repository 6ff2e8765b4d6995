"""An old plan as ways of a new model: all of it where it still holds, as much as still fits where it does not."""

import numpy as np
import pyvrp

from geo.plan.solver.insertion import places_in
from geo.plan.solver.pyvrp_model import Model
from geo.plan.solver.rounding import NEVER
from geo.plan.tasks import Solution, Stop

__all__ = ["routes_from"]


def routes_from(model: Model, plan: Solution, musts: list[list[int]]) -> list[list[int]]:
    """Routes of ways that hold. A crew of the old plan that is there no longer leaves what it did."""
    routes: list[list[int]] = []
    done: set[int] = set()
    for crew, must in enumerate(musts):
        stops = plan.routes[crew].stops if crew < len(plan.routes) else ()
        stops = tuple(stop for stop in stops if stop.kind != "task" or stop.of not in done)
        route = _as_it_was(model, crew, stops, must)
        routes.append(_as_it_fits(model, crew, stops, must) if route is None else route)
        done |= {int(model.table.ways.of[way]) for way in routes[-1] if model.table.ways.kind[way] == 0}
    return routes


def _as_it_was(model: Model, crew: int, stops: tuple[Stop, ...], must: list[int]) -> list[int] | None:
    """The stops in their order, each in the first of its windows that holds; None where the route breaks anything."""
    route: list[int] = []
    for stop in stops:
        held = [way for way in model.table.ways_of(crew, stop) if _holds(model, crew, [*route, way])]
        if not held:
            return None
        route.append(min(held, key=lambda way: int(model.table.ways.early_s[way])))
    ways = model.table.ways
    kept = {(int(ways.kind[way]), int(ways.of[way])) for way in route}
    return route if all((int(ways.kind[way]), int(ways.of[way])) in kept for way in must) else None


def _as_it_fits(model: Model, crew: int, stops: tuple[Stop, ...], must: list[int]) -> list[int]:
    """Its breaks and appointments, and of its tasks, in their order, those that can be put between."""
    route = list(must)
    for stop in stops:
        ways = np.array(model.table.ways_of(crew, stop) if stop.kind == "task" else [], dtype=np.int64)
        place, extra_s, _ = places_in(model, crew, route, ways)
        if (place < NEVER).any():
            route.insert(int(place[extra_s.argmin()]), int(ways[extra_s.argmin()]))
    return route


def _holds(model: Model, crew: int, route: list[int]) -> bool:
    return bool(pyvrp.Route(model.data, route, int(model.type_of[crew])).is_feasible())

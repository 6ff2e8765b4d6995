"""Putting in what still fits: after it, no task that is left can be put anywhere into any route as it stands.

Each route is known by the earliest that each stop may be left and the latest that it must begin, so that one more
stop between two others is judged in constant time (Savelsbergh 1992, the forward time slack of vehicle routing).
"""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from geo.plan.solver.pyvrp_model import Model
from geo.plan.solver.rounding import NEVER

__all__ = ["Orders", "fill", "places_in"]

Indices = NDArray[np.int64]
Orders = list[list[list[int]]]


def places_in(model: Model, crew: int, route: list[int], ways: Indices) -> tuple[Indices, Indices, Indices]:
    """For each of some ways, where in a crew's route it takes the fewest seconds, and the seconds and metres it adds.

    NEVER where it fits nowhere. The stops of the route are changed to the earliest of their windows in which they hold.
    """
    from geo.plan.solver.insertion_compiled import places

    hours, table, data, profile = model.table.hours, model.table.ways, model.data, int(model.class_of[crew])
    place, extra_s, extra_m = (np.full(len(ways), NEVER, dtype=np.int64) for _ in range(3))
    settled = np.array(route, dtype=np.int64)
    places(
        settled, ways, table.spot, table.early_s, table.late_s, table.demand, *model.table.windows,
        cast(Indices, data.distance_matrix(profile)), cast(Indices, data.duration_matrix(profile)),
        hours.start[crew], hours.end[crew], hours.from_s[crew], hours.to_s[crew], hours.most_m[crew],
        hours.capacity[crew], place, extra_s, extra_m,
    )  # fmt: skip
    route[:] = settled.tolist()
    return place, extra_s, extra_m


class _Routes:
    """Routes of ways, and for each crew the best place of each way that is still left."""

    def __init__(self, model: Model, routes: list[list[int]]) -> None:
        self.model, self.routes = model, routes
        table = model.table
        self.key = np.where(table.ways.kind == 0, table.ways.of, -1)
        done = np.unique(self.key[[way for route in routes for way in route]]) if any(routes) else np.zeros(0, np.int64)
        wanted = (model.worth > 0) | model.is_asked
        self.open = np.flatnonzero((self.key >= 0) & wanted & ~np.isin(self.key, done))
        shape = (len(routes), len(self.open))
        self.place, self.extra_s, self.extra_m = (np.full(shape, NEVER, dtype=np.int64) for _ in range(3))

    def look(self, crew: int) -> None:
        """The cheapest place of every open way in a crew's route."""
        found = places_in(self.model, crew, self.routes[crew], self.open)
        self.place[crew], self.extra_s[crew], self.extra_m[crew] = found

    def turn(self, orders: Orders) -> bool:
        """Whether a crew that has no task yet could take one, were its breaks at other places or in another order."""
        for crew, route in enumerate(self.routes):
            for order in orders[crew][1:] if (self.key[route] < 0).all() else []:
                self.routes[crew][:] = order
                self.look(crew)
                if (self.place[crew] < NEVER).any():
                    return True
            if len(orders[crew]) > 1 and (self.key[route] < 0).all():
                self.routes[crew][:] = orders[crew][0]
        return False

    def close(self, column: int) -> None:
        """The task of a column is done: none of its ways is open any more."""
        keep = self.key[self.open] != self.key[self.open[column]]
        self.open = self.open[keep]
        self.place, self.extra_s, self.extra_m = (
            np.ascontiguousarray(one[:, keep]) for one in (self.place, self.extra_s, self.extra_m)
        )


def fill(model: Model, routes: list[list[int]], orders: Orders) -> bool:
    """Puts in, one after another, what is worth most for each second it takes, until nothing fits; says if any did.

    orders: for each crew the orders of its breaks and appointments that hold; a crew without a task may take any.
    """
    state = _Routes(model, routes)
    for crew in range(len(routes)):
        state.look(crew)
    changed = False
    while state.open.size and ((state.place < NEVER).any() or state.turn(orders)):
        worth = model.worth[state.open].astype(np.float64)
        rate = np.where(state.place < NEVER, worth / (state.extra_s + 1.0), -1.0)
        best = np.flatnonzero(rate == rate.max())
        crew, column = np.unravel_index(best[np.argmin(state.extra_m.ravel()[best])], rate.shape)
        routes[crew].insert(int(state.place[crew, column]), int(state.open[column]))
        state.close(int(column))
        state.look(int(crew))
        changed = True
    return changed

"""The tables as a model of PyVRP's own: optional clients, exclusive groups, profiles with forbidden arcs.

Each way is a client. The ways of a task are a mutually exclusive group; breaks and appointments are required clients,
or a required group where a break has several places. Each class of crews is a profile, in which every arc to a
spot that is not open to it is too long for any day. Crews that are alike in everything are one type of vehicle.

Prizes: debt first, kilometres second. A plan's prizes are rounded to quanta, a quantum is worth one metre more than all
routes together could have, and so no metre saved pays for a quantum lost, and no plan that does less is cheaper. What
is required is worth more than all that is not. `QUANTA` are shared among all prizes, less where the metres
need the room: PyVRP counts in 64 bits, its penalties included.
"""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, VehicleType

from geo.plan.solver.checks import check_size
from geo.plan.solver.rounding import FAR
from geo.plan.solver.whole import Whole

__all__ = ["Model", "model"]

Indices = NDArray[np.int64]
QUANTA = 10_000_000
_MOST = 10**13  # of all prizes that are not required: the largest penalties stay well within 64 bits
_TIGHT = 3.0  # one task too many costs so many times what it is worth
_DEAR = 20.0  # one task too many costs so many times the way to the next one
_MOST_ASKED = 10**17  # of all that are required
_MOST_PENALTY = 10**17  # of all that could be late and too far at once


@dataclass(frozen=True)
class Model:
    """PyVRP's data, and whose they are: clients are the table's ways in the same order, locations its spots.

    class_of: the profile of each crew; type_of: its type of vehicle; crews_of: the crews of each type. worth: the
    scaled prize of each way. hard: whether a plan without all tasks is refused (else they are only worth most).
    is_asked: whether it is a way of a task that is required, of which there are `asked`. penalties: what a unit of
    load, a second and a metre too much cost at first, in the same metres; most_penalty: ever.
    """

    table: Whole
    data: ProblemData
    class_of: Indices
    type_of: Indices
    crews_of: tuple[tuple[int, ...], ...]
    worth: Indices
    hard: bool
    is_asked: NDArray[np.bool_]
    asked: int
    penalties: tuple[list[float], float, float]
    most_penalty: float

    def solution(self, routes: list[list[int]]) -> pyvrp.Solution:
        """Ways in order for each crew, as PyVRP's solution."""
        visits = [(list(map(int, ways)), int(self.type_of[crew])) for crew, ways in enumerate(routes) if ways]
        return pyvrp.Solution(self.data, [pyvrp.Route(self.data, ways, kind) for ways, kind in visits])

    def routes(self, solution: pyvrp.Solution) -> list[list[int]]:
        """The same, read back: crews of one type take its routes in order."""
        routes: list[list[int]] = [[] for _ in self.class_of]
        free = [list(crews) for crews in self.crews_of]
        for route in solution.routes():
            routes[free[route.vehicle_type()].pop(0)] = [one.idx for one in route if one.is_client()]
        return routes


def model(table: Whole, required: NDArray[np.bool_], hard: bool) -> Model:
    """PyVRP's model of the tables. required: (tasks,); hard: all tasks are, and no plan without them is wanted."""
    first, class_of = table.classes()
    check_size(len(table.spots.entry), len(first))
    lengths = [table.metres(int(crew)) for crew in first]
    metres, seconds = _arcs(table, first, lengths)
    task = table.ways.kind == 0
    is_asked = task & (required[np.where(task, table.ways.of, 0)] if len(required) else False)
    worth = _worth(table, is_asked & (not hard), metres)
    group, groups = _groups(table, hard)
    type_of, crews_of = _types(table, class_of)
    depots = np.unique([table.hours.start, table.hours.end])
    data = ProblemData(
        [Location(0, 0)] * len(table.spots.entry),
        _clients(table, worth, group, hard),
        [Depot(int(spot)) for spot in depots],
        [_vehicle(table, crews, class_of, depots) for crews in crews_of],
        cast(Any, metres),
        cast(Any, seconds),
        groups,
    )
    return Model(
        table,
        data,
        class_of,
        type_of,
        crews_of,
        worth,
        hard,
        is_asked,
        len(np.unique(table.ways.of[is_asked])),
        _first(table, data, worth, hard),
        _most(data),
    )


def _arcs(table: Whole, first: Indices, lengths: list[Indices]) -> tuple[list[Indices], list[Indices]]:
    """Metres and seconds for each class; forbidden arcs take three days' hours, and three times the longest way."""
    far_s = 3 * (int(table.hours.to_s.max()) + 1)
    seconds = [table.seconds(int(crew)) for crew in first]
    far_m = 3 * max(int(one[one < FAR].max(initial=1)) for one in lengths)
    for crew, metres, times in zip(first, lengths, seconds, strict=True):
        closed = table.spots.alternative[:, crew] < 0
        gone = (metres >= FAR) | (times >= FAR) | closed[:, None] | closed[None, :]
        gone[np.diag_indices(len(gone))] = False
        metres[gone], times[gone] = far_m, far_s
        np.minimum(times, far_s, out=times)
        np.fill_diagonal(metres, 0)
        np.fill_diagonal(times, 0)
    return lengths, seconds


def _worth(table: Whole, asked: NDArray[np.bool_], metres: list[Indices]) -> Indices:
    """Prizes in the solver's metres: a quantum outweighs every metre of every route."""
    ways = table.ways
    task = ways.kind == 0
    best = np.zeros(table.tasks)
    np.maximum.at(best, ways.of[task], ways.prize[task])
    total = float(best.sum())
    longest_m = _longest(table, metres)
    whole_numbers = bool((ways.prize == np.round(ways.prize)).all())
    room = min(QUANTA, _MOST // (longest_m + 1))
    quantum = 1.0 if whole_numbers and total <= room else max(total, 1e-300) / max(room, 1)
    quanta = np.maximum(np.ceil(ways.prize / quantum - 1e-9), ways.prize > 0).astype(np.int64)
    scaled = quanta * min(longest_m + 1, _MOST)
    above = (int(np.ceil(total / quantum)) + table.tasks) * (longest_m + 1)
    above = min(above + longest_m + 1, _MOST_ASKED // max(1, len(np.unique(ways.of[asked]))))
    return np.where(task, scaled + np.where(asked, above, 0), 0)


def _first(table: Whole, data: ProblemData, worth: Indices, hard: bool) -> tuple[list[float], float, float]:
    """Too much of anything costs at first about what the tasks are worth that it would make room for.

    A search that begins with penalties far too high sees none but full routes (CARPLIB's gdb9: 2.6 % above the best
    known, against 0.0 %); it adapts them only every few hundred iterations.
    """
    ways = table.ways
    task = ways.kind == 0
    near_m = np.partition(data.distance_matrix(0), min(5, data.num_locations - 1), axis=1)[:, :6].mean()
    value = _DEAR * float(near_m) if hard else _TIGHT * float(worth[task].mean()) if task.any() else 1.0
    served = table.spots.service_s[ways.spot].max(axis=1, initial=0)
    service_s = float(served[task].mean()) if task.any() else 0.0
    demand = max(float(ways.demand[task].mean()), 1.0) if task.any() else 1.0
    loads = [value / demand] * data.num_load_dimensions
    return loads, value / (service_s + 60), value / (float(near_m) + 1)


def _most(data: ProblemData) -> float:
    """The most that a second, a metre or a load too much may cost: all clients, all at their worst, must not overflow.

    Metres are never too many where no crew has a most; PyVRP's local search never ends once its costs overflow.
    """
    profiles, few_m = range(data.num_profiles), any(one.max_distance < FAR for one in data.vehicle_types())
    worst_s = max(int(data.duration_matrix(profile).max(initial=0)) for profile in profiles)
    worst_m = max(int(data.distance_matrix(profile).max(initial=0)) for profile in profiles) if few_m else 0
    load = max((max(one.delivery, default=0) for one in data.clients()), default=0)
    return _MOST_PENALTY / ((data.num_clients + data.num_vehicles) * max(worst_s, worst_m, load, 1))


def _longest(table: Whole, metres: list[Indices]) -> int:
    """Metres that all routes together cannot exceed: by their most metres, by their hours, by their stops."""
    arc_m = max(int(one.max(initial=0)) for one in metres) // 3
    stops = table.tasks + int((table.ways.kind > 0).sum()) + len(table.hours.start)
    fastest = max((_fastest(m, s) for m, s in table.between), default=np.inf)
    own_m = int(table.spots.length_m.max(initial=0))
    hours_s = table.hours.to_s - table.hours.from_s
    by_hours = (hours_s * fastest).sum() + stops * own_m if np.isfinite(fastest) else np.inf
    return int(min(stops * (arc_m + own_m + 1), by_hours, table.hours.most_m.sum()))


def _fastest(metres: Indices, seconds: Indices) -> float:
    moving = (metres > 0) & (metres < FAR)
    return float((metres[moving] / np.where(seconds[moving] > 0, seconds[moving], np.nan)).max(initial=0.0))


def _groups(table: Whole, hard: bool) -> tuple[Indices, list[ClientGroup]]:
    """The exclusive group of each way, -1 where it is alone of its kind."""
    group = np.full(len(table.ways), -1, dtype=np.int64)
    groups: list[ClientGroup] = []
    for ways in table.together.values():
        if len(ways) > 1:
            group[ways] = len(groups)
            groups.append(ClientGroup(ways, required=hard or bool(table.ways.kind[ways[0]] > 0)))
    return group, groups


def _clients(table: Whole, worth: Indices, group: Indices, hard: bool) -> list[Client]:
    ways, loads = table.ways, bool(table.ways.demand.any())
    latest = int(table.hours.to_s.max())
    return [
        Client(
            int(ways.spot[way]),
            delivery=[int(ways.demand[way])] if loads else [],
            tw_early=int(ways.early_s[way]),
            tw_late=int(min(ways.late_s[way], max(latest, int(ways.early_s[way])))),
            prize=int(worth[way]),
            required=bool(group[way] < 0 and (hard or ways.kind[way] > 0)),
            group=int(group[way]) if group[way] >= 0 else None,
        )
        for way in range(len(ways))
    ]


def _types(table: Whole, class_of: Indices) -> tuple[Indices, tuple[tuple[int, ...], ...]]:
    hours = table.hours
    rows = np.column_stack([hours.start, hours.end, hours.from_s, hours.to_s, hours.most_m, hours.capacity, class_of])
    kinds: dict[tuple[int, ...], list[int]] = {}
    own = set(table.ways.crew[table.ways.kind > 0].tolist())
    for crew, row in enumerate(rows.tolist()):
        kinds.setdefault((*row, crew if crew in own else -1), []).append(crew)
    type_of = np.empty(len(rows), dtype=np.int64)
    for number, crews in enumerate(kinds.values()):
        type_of[crews] = number
    return type_of, tuple(tuple(crews) for crews in kinds.values())


def _vehicle(table: Whole, crews: tuple[int, ...], class_of: Indices, depots: Indices) -> VehicleType:
    hours, crew = table.hours, crews[0]
    return VehicleType(
        num_available=len(crews),
        capacity=[int(hours.capacity[crew])] if table.ways.demand.any() else [],
        start_depot=int(np.searchsorted(depots, hours.start[crew])),
        end_depot=int(np.searchsorted(depots, hours.end[crew])),
        tw_early=int(hours.from_s[crew]),
        tw_late=int(hours.to_s[crew]),
        shift_duration=int(hours.to_s[crew] - hours.from_s[crew]),
        max_distance=int(hours.most_m[crew]),
        profile=int(class_of[crew]),
    )

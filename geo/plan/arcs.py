"""Arc routing: edges of a graph to be walked by crews, all that are required, or as much worth as there is time for.

The public solver of a whole problem: a graph goes in, routes come out as sequences of edges with their directions and
cost. It holds the capacitated arc routing problem (Golden and Wong 1981: every required edge once, at the least
metres, no crew over its capacity) and its kin with prizes, hours, one-ways and modes. Each edge to be served is a task
of `solve` that may be done from either end; between two of them lies the shortest path.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo.plan.solve import solve
from geo.plan.solver.checks import MOST_TASKS
from geo.plan.solver.graph import Edge, Paths
from geo.plan.tasks import Alternative, Crew, Limit, Metres, Route, Task
from layers.errors import BadInput, TooLarge

__all__ = ["Edge", "Plan", "Step", "Team", "Tour", "route_edges"]


class Team(NamedTuple):
    """A crew: leaves `depot` and ends at `end` (None: at its depot), with most demand, metres and seconds.

    mode: which edges it may pass; it passes them at `speed_mps`.
    """

    depot: int
    end: int | None = None
    capacity: float = np.inf
    most_m: float = np.inf
    most_s: float = np.inf
    mode: str = "foot"
    speed_mps: float = 1.0


class Step(NamedTuple):
    """One edge walked: its number, whether from its start to its end, and whether it is served (else only passed)."""

    edge: int
    forward: bool
    served: bool


@dataclass(frozen=True)
class Tour:
    """What one team does; no steps: it stays at its depot. load: demand served; prize: what that is worth."""

    steps: tuple[Step, ...]
    length_m: float = 0.0
    time_s: float = 0.0
    load: float = 0.0
    prize: float = 0.0


@dataclass(frozen=True)
class Plan:
    """A tour for each team in their order. left: edges with a prize that nobody serves; missed: required ones."""

    tours: tuple[Tour, ...]
    left: tuple[int, ...]
    missed: tuple[int, ...]
    iterations: int

    @property
    def length_m(self) -> float:
        """Metres of all tours: the cost in arc routing, where length is cost."""
        return sum(tour.length_m for tour in self.tours)

    @property
    def prize(self) -> float:
        """Worth of all that is served."""
        return sum(tour.prize for tour in self.tours)


def route_edges(nodes: int, edges: Sequence[Edge], teams: Sequence[Team], limit: Limit, seed: int) -> Plan:
    """Tours for the teams: every required edge first, then the most prize, then the fewest metres.

    nodes: how many there are, numbered from 0. Lengths count in whole metres, rounded up, while it searches; what it
    answers is in the lengths given. What cannot be reached or does not fit is left or missed, never an error. No edge
    to serve: nobody moves. BadInput: no teams; lengths, speeds or demands that are negative or NaN; nodes that do
    not exist. TooLarge: more edges to serve than `checks.MOST_TASKS`.

    A square of four streets of 100 m, three of them required, and one team that starts at its first corner:

    >>> streets = [Edge(a, (a + 1) % 4, 100.0, required=a < 3, demand=1.0) for a in range(4)]
    >>> plan = route_edges(4, streets, [Team(0, capacity=3)], Limit(iterations=50), seed=1)
    >>> plan.length_m, plan.missed, sorted(step.edge for step in plan.tours[0].steps if step.served)
    (400.0, (), [0, 1, 2])

    With room for two only, one is missed, and said so; with prizes instead, the worthiest are served:

    >>> len(route_edges(4, streets, [Team(0, capacity=2)], Limit(iterations=50), seed=1).missed)
    1
    >>> worth = [Edge(a, (a + 1) % 4, 100.0, prize=[5.0, 1.0, 7.0, 3.0][a]) for a in range(4)]
    >>> plan = route_edges(4, worth, [Team(0, most_s=400)], Limit(iterations=50), seed=1)
    >>> plan.prize, plan.left, plan.tours[0].time_s
    (16.0, (), 400.0)
    """
    _check(nodes, edges, teams)
    modes = sorted({(team.mode, team.speed_mps) for team in teams})
    paths = {mode: Paths(nodes, edges, mode) for mode in sorted({team.mode for team in teams})}
    served = [number for number, edge in enumerate(edges) if edge.required or edge.prize > 0]
    if len(served) > MOST_TASKS:
        raise TooLarge(f"要走 {len(served)} 条边,一次最多 {MOST_TASKS} 条:请分区来算")
    places = _Places(edges, served, teams)
    costs = [_costs(paths[mode], places, speed_mps) for mode, speed_mps in modes]
    tasks = [_task(edges[number], places, teams) for number in served]
    crews = [_crew(team, places, modes) for team in teams]
    found = solve(tasks, crews, costs, limit, seed)
    ways = _Ways(paths, places, {mode: costs[modes.index((mode, speed))] for mode, speed in modes})
    tours = [_tour(route, edges, served, team, ways) for route, team in zip(found.routes, teams, strict=True)]
    left = tuple(served[task] for task in found.left)
    return Plan(tuple(tours), left, tuple(number for number in left if edges[number].required), found.iterations)


class _Ways:
    """Shortest paths between places, by mode."""

    def __init__(self, paths: dict[str, Paths], places: "_Places", costs: dict[str, Metres]) -> None:
        self.paths, self.places, self.costs = paths, places, costs

    def steps(self, mode: str, start: int, end: int) -> list[Step]:
        within_m = self.costs[mode].distance_m[self.places.of[start], self.places.of[end]]
        return [Step(*step, False) for step in self.paths[mode].way(start, end, float(within_m))]


class _Places:
    """The nodes that matter, and their numbers in the matrices."""

    def __init__(self, edges: Sequence[Edge], served: Sequence[int], teams: Sequence[Team]) -> None:
        ends = [node for number in served for node in edges[number][:2]]
        self.nodes = np.unique([*ends, *(node for team in teams for node in (team.depot, _end(team)))]).astype(np.int64)
        self.of = {int(node): number for number, node in enumerate(self.nodes)}


def _end(team: Team) -> int:
    return team.depot if team.end is None else team.end


def _costs(paths: Paths, places: _Places, speed_mps: float) -> Metres:
    metres = paths.metres(places.nodes)
    return Metres(metres, metres / speed_mps)


def _task(edge: Edge, places: _Places, teams: Sequence[Team]) -> Task:
    """An edge from either end, for the teams that may pass it; they take their own time for it."""
    ends = [(places.of[start], places.of[end]) for start, end in _ends(edge)]
    speeds: dict[float, set[int]] = {}
    for number, team in enumerate(teams):
        if edge.passable(team.mode):
            speeds.setdefault(team.speed_mps, set()).add(number)
    ways = tuple(
        Alternative(*pair, edge.service_s + edge.length_m / speed, edge.length_m, edge.prize, (), _who(crews, teams))
        for speed, crews in sorted(speeds.items())
        for pair in ends
    )
    return Task(ways, edge.required, None, edge.demand)


def _ends(edge: Edge) -> list[tuple[int, int]]:
    """From where to where it may be served; a loop is the same both ways round."""
    both = [(edge.start, edge.end)] if edge.oneway >= 0 else []
    return both + ([(edge.end, edge.start)] if edge.oneway < 0 or (edge.oneway == 0 and edge.start != edge.end) else [])


def _who(crews: set[int], teams: Sequence[Team]) -> frozenset[int] | None:
    return None if len(crews) == len(teams) else frozenset(crews)


def _crew(team: Team, places: _Places, modes: list[tuple[str, float]]) -> Crew:
    hours_s = team.most_s if np.isfinite(team.most_s) else 1e9
    profile = modes.index((team.mode, team.speed_mps))
    ends = places.of[team.depot], places.of[_end(team)]
    return Crew(*ends, 0.0, hours_s, team.most_m, profile, capacity=team.capacity)


def _tour(route: Route, edges: Sequence[Edge], served: Sequence[int], team: Team, ways: _Ways) -> Tour:
    """The edges from visit to visit, and those served."""
    steps: list[Step] = []
    at = team.depot
    done = [served[visit.of] for visit in route.visits]
    for visit, number in zip(route.visits, done, strict=True):
        edge = edges[number]
        forward = edge.oneway >= 0 and visit.alternative % len(_ends(edge)) == 0
        entry, exit_ = (edge.start, edge.end) if forward else (edge.end, edge.start)
        steps += ways.steps(team.mode, at, entry)
        steps.append(Step(number, forward, True))
        at = exit_
    if route.visits:
        steps += ways.steps(team.mode, at, _end(team))
    length_m = float(sum(edges[step.edge].length_m for step in steps))
    time_s = length_m / team.speed_mps + float(sum(edges[number].service_s for number in done))
    demand, prize = (float(sum(getattr(edges[number], what) for number in done)) for what in ("demand", "prize"))
    return Tour(tuple(steps), length_m, time_s, demand, prize)


def _check(nodes: int, edges: Sequence[Edge], teams: Sequence[Team]) -> None:
    if not teams:
        raise BadInput("没有巡查组:至少要有一个组才能排路线")
    for number, edge in enumerate(edges):
        if not (0 <= edge.start < nodes and 0 <= edge.end < nodes):
            raise BadInput(f"第 {number + 1} 条边从 {edge.start} 到 {edge.end}:节点只有 0 到 {nodes - 1}")
        told = {"长度": edge.length_m, "价值": edge.prize, "时长": edge.service_s, "需求量": edge.demand}
        for what, value in told.items():
            if not 0 <= value < np.inf:
                raise BadInput(f"第 {number + 1} 条边的{what}是 {value}:不能是负数、无穷或 NaN")
        if edge.oneway not in (-1, 0, 1):
            raise BadInput(f"第 {number + 1} 条边的单行标记是 {edge.oneway}:只能是 1(顺)、-1(逆)或 0(双向)")
    for number, team in enumerate(teams):
        if not all(0 <= node < nodes for node in (team.depot, _end(team))):
            raise BadInput(f"第 {number + 1} 组的起点 {team.depot} 或终点 {_end(team)}:节点只有 0 到 {nodes - 1}")
        if not 0 < team.speed_mps < np.inf:
            raise BadInput(f"第 {number + 1} 组的速度是 {team.speed_mps} 米/秒:要大于 0")
        if not (team.most_s >= 0 and team.most_m >= 0 and team.capacity >= 0):
            raise BadInput(f"第 {number + 1} 组的最多时间、里程、容量是 {team[2:5]}:不能是负数或 NaN")

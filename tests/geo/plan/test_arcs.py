"""Routes on a graph: walks that serve each required edge once, cost what they say, and no more than need be."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plan.arcs import Edge, Plan, Team, route_edges
from geo.plan.tasks import Limit
from layers.errors import BadInput, TooLarge
from tests.bench.carplib import Instance, cost_of, read
from tests.conftest import shared_data

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=20, deadline=None)


def graph(seed: int, nodes: int, edges: int, required: int) -> list[Edge]:
    """A connected multigraph with loops and parallel edges, the first few of them required."""
    rng = np.random.default_rng(seed)
    ends = [(a, int(rng.integers(a))) for a in range(1, nodes)]
    ends += [tuple(map(int, rng.integers(0, nodes, 2))) for _ in range(edges - len(ends))]
    order = rng.permutation(len(ends))
    return [
        Edge(*ends[k], float(rng.integers(0, 30)), required=number < required, demand=float(rng.integers(1, 4)))
        for number, k in enumerate(order)
    ]


def least_m(nodes: int, edges: list[Edge], team: Team, teams: int) -> float:
    """The least metres of all ways to share, order and turn the required edges; inf where capacity forbids."""
    asked = [edge for edge in edges if edge.required]
    far = np.where(np.eye(nodes, dtype=bool), 0.0, np.inf)
    for edge in edges:
        far[edge.start, edge.end] = far[edge.end, edge.start] = min(far[edge.start, edge.end], edge.length_m)
    np.fill_diagonal(far, 0.0)
    for k in range(nodes):  # Floyd and Warshall
        far = np.minimum(far, far[:, [k]] + far[[k], :])

    def tour(order) -> float:
        at = {team.depot: 0.0}
        for edge in order:
            ends = ((edge.start, edge.end), (edge.end, edge.start))
            at = {b: min(m + far[p, a] for p, m in at.items()) + edge.length_m for a, b in ends}
        return min(m + far[p, team.depot] for p, m in at.items())

    best = np.inf
    for shares in product(range(teams), repeat=len(asked)):
        groups = [[edge for edge, of in zip(asked, shares, strict=True) if of == team_] for team_ in range(teams)]
        if all(sum(edge.demand for edge in group) <= team.capacity for group in groups):
            best = min(best, sum(min(map(tour, permutations(group)), default=0.0) for group in groups))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_routes_are_walks_that_serve_each_required_edge_once_at_the_least_cost(seed):
    edges, team = graph(seed, 5, 8, 4), Team(0, capacity=6.0)
    least = least_m(5, edges, team, 2)
    plan = route_edges(5, edges, [team, team], Limit(120), seed=1)
    if np.isinf(least):
        assert plan.missed
        return
    assert plan.missed == ()
    assert cost_of(Instance("drawn", 5, tuple(edges), (team, team), None), plan) == plan.length_m == least


@pytest.mark.parametrize("seed", range(12))
def test_mirrored_graphs_cost_the_same(seed):
    edges, team = graph(seed, 5, 7, 4), Team(0, capacity=12.0)
    to = np.random.default_rng(seed).permutation(5)
    turned = [edge._replace(start=int(to[edge.end]), end=int(to[edge.start])) for edge in edges[::-1]]
    one = route_edges(5, edges, [team], Limit(120), seed=1)
    other = route_edges(5, turned, [team._replace(depot=int(to[0]))], Limit(120), seed=1)
    assert one.length_m == other.length_m == least_m(5, edges, team, 1)


@FEW
@given(SEEDS)
def test_one_ways_and_modes_are_kept(seed):
    rng = np.random.default_rng(seed)
    edges = [
        edge._replace(
            oneway=int(rng.integers(-1, 2)), prize=float(rng.integers(0, 9)), required=False,
            modes=frozenset({"foot"}) if rng.random() < 0.3 else None,
        )
        for edge in graph(seed, 7, 14, 0)
    ]  # fmt: skip
    teams = [Team(0, most_s=60, mode="car", speed_mps=2.0), Team(1, end=2, most_m=50)]
    plan = route_edges(7, edges, teams, Limit(40), seed=1)
    for team, tour in zip(teams, plan.tours, strict=True):
        at = team.depot
        for number, forward, _ in tour.steps:
            edge = edges[number]
            assert edge.passable(team.mode) and edge.oneway != (-1 if forward else 1)
            assert at == (edge.start if forward else edge.end)
            at = edge.end if forward else edge.start
        assert not tour.steps or at == (team.depot if team.end is None else team.end)
        walked_m = sum(edges[step.edge].length_m for step in tour.steps)
        assert tour.length_m == walked_m <= team.most_m
        assert tour.time_s == walked_m / team.speed_mps <= team.most_s + 1e-9
    served = [step.edge for tour in plan.tours for step in tour.steps if step.served]
    assert len(served) == len(set(served))
    assert plan.prize == sum(edges[number].prize for number in served)


@pytest.mark.parametrize("name", ["gdb1", "gdb14", "gdb19"])
def test_instances_of_carplib_are_solved_to_the_best_known_cost(name):
    best_m = {"gdb1": 316.0, "gdb14": 100.0, "gdb19": 55.0}[name]
    instance = read(shared_data(f"carplib/{name}.dat"), best_m)
    plan = route_edges(instance.nodes, instance.edges, instance.teams, Limit(1000), seed=1)
    assert cost_of(instance, plan) == plan.length_m == best_m


def test_more_iterations_are_never_worse():
    edges, team = graph(3, 12, 24, 18), Team(0, capacity=14.0)
    found = [route_edges(12, edges, [team] * 4, Limit(n), seed=2).length_m for n in (5, 40, 160)]
    assert found == sorted(found, reverse=True)


def test_without_edges_to_serve_nobody_moves():
    assert route_edges(2, [Edge(0, 1, 5.0)], [Team(0)], Limit(5), seed=1) == Plan(
        route_edges(1, [], [Team(0)], Limit(5), seed=1).tours, (), (), 0
    )


def test_what_cannot_be_reached_is_left_and_what_was_required_of_it_is_told():
    edges = [Edge(0, 1, 5.0, prize=1.0), Edge(2, 3, 5.0, required=True), Edge(2, 3, 4.0, prize=7.0)]
    plan = route_edges(4, edges, [Team(0)], Limit(20), seed=1)
    assert (plan.left, plan.missed, plan.prize, plan.length_m) == ((1, 2), (1,), 1.0, 10.0)


@pytest.mark.parametrize(
    ("edges", "teams", "said"),
    [
        ([], [], "没有巡查组"),
        ([Edge(0, 1, 1.0, required=True, demand=1e300)], [Team(0)], "需求量是 1e.300"),
        ([Edge(0, 1, -3.0)], [Team(0)], "第 1 条边的长度是 -3.0"),
        ([Edge(0, 1, float("nan"))], [Team(0)], "第 1 条边的长度是 nan"),
        ([Edge(0, 9, 1.0)], [Team(0)], "第 1 条边从 0 到 9:节点只有 0 到 1"),
        ([Edge(0, 1, 1.0, oneway=3)], [Team(0)], "单行标记是 3"),
        ([], [Team(5)], "第 1 组的起点 5"),
        ([], [Team(0, speed_mps=0.0)], "第 1 组的速度是 0.0"),
        ([], [Team(0, capacity=float("nan"))], "不能是负数或 NaN"),
    ],
)
def test_what_cannot_mean_anything_is_refused_in_words(edges, teams, said):
    with pytest.raises(BadInput, match=said):
        route_edges(2, edges, teams, Limit(5), seed=1)


def test_an_edge_far_beyond_what_a_team_may_walk_is_missed_and_the_search_ends():
    """Costs of the metres too many used to overflow PyVRP's 64 bits, in which its local search never ends."""
    edges = [Edge(4, 2, 0.3, oneway=-1, required=True), Edge(5, 3, 1e6, required=True, service_s=30.0)]
    teams = [Team(1, capacity=2, most_s=500, speed_mps=0.3), Team(4, capacity=1.2, most_m=500, most_s=500)]
    assert route_edges(6, edges, teams, Limit(2), seed=1).missed == (0, 1)


def test_too_many_edges_are_refused_with_the_limit():
    with pytest.raises(TooLarge, match="要走 100000 条边,一次最多 10000 条"):
        route_edges(2, [Edge(0, 1, 1.0, required=True)] * 100_000, [Team(0)], Limit(5), seed=1)

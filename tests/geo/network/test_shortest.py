"""Fastest ways: what they cost is what brute force finds, and their lines are walks through the network."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network.noding import node
from geo.network.places import Places, places_at, places_near, points_of
from geo.network.portions import line_of, times_of
from geo.network.shortest import costs, way, ways
from geo.network.speeds import DRONE_MPS, speeds_mps
from geo.network.ways import Ways
from layers.errors import BadInput

KINDS = ("minor", "footway", "steps", "track", "bank")
corners = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(lambda p: (p[0] * 30.0, p[1] * 30.0))
lines = st.lists(corners, min_size=2, max_size=4, unique=True).map(shapely.LineString)
drawn = st.lists(st.tuples(lines, st.sampled_from(KINDS), st.sampled_from([0, 1, -1])), min_size=1, max_size=8)
shares = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=5)


def network_of(rows, **known):
    shapes, kinds, oneway = zip(*rows, strict=True)
    known = {"oneway": oneway, "verified": [kind != "bank" for kind in kinds], **known}
    return node(Ways.of(list(shapes), list(kinds), **known))


def places_of(network, picked):
    """Places by shares: of the edges and of the length of one; ends of edges and the same place twice among them."""
    edge = np.array([min(int(one * len(network.way)), len(network.way) - 1) for one, _ in picked])
    share = np.array([round(part, 1) for _, part in picked])
    return Places(edge, share * network.length_m[edge])


def by_force(network, mode, places, unverified):
    """Every way between places, by Floyd and Warshall over the edges cut at places, by hand."""
    time_s = network.time_s(mode, unverified=unverified)
    nodes = len(network.x)
    best = np.full((nodes + len(places.edge),) * 2, np.inf)
    np.fill_diagonal(best, 0)

    def lay(edge, one, other):
        (a, low), (b, high) = one, other
        share = (high - low) / network.length_m[edge]
        there, back = share * time_s[:, edge] if share > 0 else (0.0, 0.0)
        best[a, b], best[b, a] = min(best[a, b], there), min(best[b, a], back)

    for edge in range(len(network.way)):
        on = [(nodes + n, places.at_m[n]) for n in np.flatnonzero(places.edge == edge)]
        chain = [
            (network.start[edge], 0.0),
            *sorted(on, key=lambda p: p[1]),
            (network.end[edge], network.length_m[edge]),
        ]
        for one, other in pairwise(chain):
            if np.isfinite(time_s[:, edge]).any():
                lay(edge, one, other)
    for middle in range(len(best)):
        best = np.minimum(best, best[:, [middle]] + best[[middle]])
    shut = np.isinf(time_s[:, places.edge]).all(axis=0)
    return np.where(shut[:, None] | shut, np.inf, best[nodes:, nodes:])


@pytest.mark.parametrize("mode", ["foot", "bicycle", "car", "boat"])
@given(drawn, shares, st.booleans())
@settings(max_examples=25, deadline=None)
def test_costs_are_those_that_brute_force_finds(mode, rows, picked, unverified):
    network = network_of(rows)
    places = places_of(network, picked)
    found = costs(network, mode, places, places, unverified=unverified).time_s
    known = by_force(network, mode, places, unverified)
    assert (np.isinf(found) == np.isinf(known)).all()
    assert np.allclose(found[np.isfinite(found)], known[np.isfinite(found)], atol=1e-6)


@given(drawn, shares)
@settings(max_examples=40, deadline=None)
def test_a_detour_is_never_faster(rows, picked):
    network = network_of(rows)
    places = places_of(network, picked)
    time_s = costs(network, "bicycle", places, places).time_s
    through = (time_s[:, :, None] + time_s[None]).min(axis=1)
    assert (time_s <= through + 1e-6).all()
    assert np.isin(np.diag(time_s), [0, np.inf]).all(), "inf where one may not be at all"


@given(drawn, shares)
@settings(max_examples=40, deadline=None)
def test_turning_every_one_way_street_turns_the_costs(rows, picked):
    there, back = network_of(rows), network_of([(line, kind, -oneway) for line, kind, oneway in rows])
    places = places_of(there, picked)
    one, other = (costs(network, "car", places, places).time_s for network in (there, back))
    assert (np.isinf(one) == np.isinf(other.T)).all()
    assert np.allclose(one[np.isfinite(one)], other.T[np.isfinite(one)], atol=1e-9)


@given(drawn, shares, st.sampled_from(["foot", "car"]))
@settings(max_examples=40, deadline=None)
def test_a_way_is_a_walk_that_costs_what_was_said(rows, picked, mode):
    network = network_of(rows)
    places = places_of(network, picked)
    said = costs(network, mode, places, places)
    ends = points_of(network, places)
    first, last = (places._make(values[[at]] for values in places) for at in (0, -1))
    gone = way(network, mode, first, last)
    assert (gone is None) == np.isinf(said.time_s[0, -1])
    if gone is not None:
        line, time_s = line_of(network, gone), times_of(network, gone, mode)
        assert np.allclose(line[[0, -1]], ends[[0, -1]], atol=1e-6)
        steps = np.hypot(*np.diff(line, axis=0).T)
        assert np.isclose(steps.sum(), said.distance_m[0, -1], atol=1e-5)
        assert np.isclose(time_s[-1], said.time_s[0, -1], atol=1e-5) and (np.diff(time_s) > 0).all()
        passed = network.passable(mode)
        assert all(passed[int(a > b), edge] or a == b for edge, a, b in zip(*gone, strict=True))
        on = shapely.unary_union(network.shape)
        assert shapely.distance(shapely.points(line), on).max() < 1e-6


SQUARE = [("minor", [(0, 0), (100, 0)]), ("footway", [(100, 0), (100, 100)]), ("bank", [(0, 0), (0, 100), (100, 100)])]


@pytest.fixture
def square():
    return network_of([(shapely.LineString(xy), kind, 0) for kind, xy in SQUARE])


def test_a_bank_that_nobody_knows_is_walked_on_request_alone_and_at_half_speed(square):
    bank = int(np.flatnonzero(square.kind == "bank")[0])
    assert np.isinf(square.time_s("foot")[:, bank]).all()
    speed = speeds_mps(np.array(["bank"], dtype=object), "foot")[0]
    assert np.allclose(square.time_s("foot", unverified=True)[:, bank], 200 / (speed / 2))
    assert np.isinf(square.time_s("car", unverified=True)[:, bank]).all()
    assert np.isfinite(square.time_s("boat")[:, bank]).all() and np.isinf(square.time_s("boat")[:, bank - 1]).all()


def test_what_is_closed_is_passed_by_boats_and_drones_alone(square):
    shut = square.with_closed(np.array([0, 2]))
    assert np.isinf(shut.time_s("foot", unverified=True)[:, [0, 2]]).all()
    assert np.isfinite(shut.time_s("boat")[:, 2]).all() and np.isfinite(shut.time_s("drone")).all()
    assert not square.closed.any(), "the network itself stays as it was"


def test_a_drone_flies_straight(square):
    ends = places_at(square, np.array([0, 2]), np.array([0.0, 200.0]))
    found = costs(square, "drone", ends, ends)
    assert np.allclose(found.distance_m, [[0, 100 * 2**0.5], [100 * 2**0.5, 0]])
    one, other = (ends._make(values[[at]] for values in ends) for at in (0, 1))
    gone = way(square, "drone", one, other)
    assert np.allclose(line_of(square, gone), [(0, 0), (100, 100)])
    assert np.allclose(times_of(square, gone, "drone"), [0, 100 * 2**0.5 / DRONE_MPS])


def test_many_ways_at_once_are_those_of_one_at_a_time(square):
    places = places_of(square, [(0, 0.2), (0.5, 0.5), (0.9, 0.1), (0.2, 0.9)])
    turned = Places(*(values[::-1] for values in places))
    for mode in ("foot", "boat", "drone"):
        single = [way(square, mode, *(Places(*(v[[n]] for v in one)) for one in (places, turned))) for n in range(4)]
        together = ways(square, mode, places, turned)
        for a, b in zip(single, together, strict=True):
            assert (a is None) == (b is None)
            assert a is None or all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_the_nearest_place_is_on_what_the_mode_may_pass(square):
    x, y = np.array([90.0, 50.0]), np.array([60.0, 500.0])
    on_foot, off_m = places_near(square, x, y, "foot", within_m=50)
    assert square.kind[on_foot.edge[0]] == "footway" and np.allclose(off_m, [10, np.inf]) and on_foot.edge[1] == -1
    by_car, off_m = places_near(square, x, y, "car")
    assert set(square.kind[by_car.edge]) == {"minor"} and np.allclose(off_m, [60, 500])
    assert np.isnan(points_of(square, on_foot)[1]).all()


def test_a_network_without_edges_reaches_nothing():
    none, nowhere = node(Ways.of([], "path")), Places(np.array([-1]), np.zeros(1))
    assert np.isinf(costs(none, "foot", nowhere, nowhere).time_s).all() and way(none, "foot", nowhere, nowhere) is None
    places, off_m = places_near(none, np.zeros(1), np.zeros(1), "foot")
    assert places.edge.tolist() == [-1] and np.isinf(off_m).all()
    assert costs(none, "foot", Places(*(np.empty(0, int),) * 2), nowhere).time_s.shape == (0, 1)


def test_what_means_nothing_is_refused(square):
    with pytest.raises(BadInput, match="巡查方式 'train' 不走路网"):
        square.time_s("train")
    with pytest.raises(BadInput, match="地点的坐标"):
        places_near(square, np.array([np.nan]), np.zeros(1), "foot")
    other = Places(np.array([99]), np.zeros(1))
    with pytest.raises(BadInput, match="地点与路网不是同一份"):
        costs(square, "foot", other, other)


def test_chainages_along_ways_lie_on_their_edges(square):
    edge, along_m = square.edge_at(np.array([2, 0, 1]), np.array([150.0, 300.0, 0.0]))
    assert square.way[edge].tolist()[0] == 2 and along_m[0] == 150 and edge[1] == -1 and along_m[2] == 0

"""Noding: ways are cut where they meet, what nearly meets is drawn together, and doing it again changes nothing."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.lines.multirange import Ranges
from geo.network.noding import node
from geo.network.ways import Ways
from layers.errors import BadInput

TOLERANCE_M = 2.0
places = st.tuples(st.integers(0, 24), st.integers(0, 24)).map(lambda p: (p[0] * 5.0, p[1] * 5.0))
shaken = st.tuples(places, st.floats(-3, 3), st.floats(-3, 3)).map(lambda p: (p[0][0] + p[1], p[0][1] + p[2]))
polylines = st.lists(st.one_of(places, shaken), min_size=2, max_size=5, unique=True).map(shapely.LineString)
drawings = st.lists(polylines, min_size=1, max_size=8)


def ways_of(lines, **known):
    return Ways.of(lines, "path", layer="path", **known)


def key(network):
    """The edges as they lie, whatever their order and direction."""
    rounded = shapely.set_precision(network.shape, 1e-3, mode="pointwise")
    return sorted(shapely.normalize(rounded).tolist(), key=lambda line: list(line.coords))


@given(drawings)
@settings(max_examples=60, deadline=None)
def test_noding_what_is_noded_changes_nothing(lines):
    once = node(ways_of(lines), TOLERANCE_M)
    again = node(ways_of(once.shape), TOLERANCE_M)
    assert len(once.way) == len(again.way) and len(again.snapped.way) == 0
    assert all(a.equals_exact(b, 2e-3) for a, b in zip(key(once), key(again), strict=True))


@given(drawings)
@settings(max_examples=40, deadline=None)
def test_ways_of_one_level_meet_in_nodes_alone(lines):
    network = node(ways_of(lines), TOLERANCE_M)
    nodes = shapely.multipoints(np.column_stack([network.x, network.y]))
    one, other = shapely.STRtree(network.shape).query(network.shape, predicate="intersects")
    ends = np.sort(np.stack([network.start, network.end]), axis=0)
    apart = (one < other) & (ends[:, one] != ends[:, other]).any(axis=0)
    met = shapely.intersection(network.shape[one[apart]], network.shape[other[apart]])
    points = shapely.points(shapely.get_coordinates(met))
    assert (shapely.distance(points, nodes) < 0.05).all()


@given(drawings)
@settings(max_examples=40, deadline=None)
def test_edges_follow_their_ways_within_the_tolerance_and_keep_their_length(lines):
    ways = ways_of(lines)
    network = node(ways, TOLERANCE_M)
    for edge, way in enumerate(network.way):
        whole = ways.shape[way]
        stretch = shapely.line_interpolate_point(whole, np.linspace(network.from_m[edge], network.to_m[edge], 9))
        assert shapely.distance(network.shape[edge], stretch).max() <= 3 * TOLERANCE_M
        assert abs(network.length_m[edge] - (network.to_m[edge] - network.from_m[edge])) <= 6 * TOLERANCE_M


@given(drawings)
@settings(max_examples=40, deadline=None)
def test_edges_lead_from_node_to_node_in_the_order_of_their_way(lines):
    network = node(ways_of(lines), TOLERANCE_M)
    for at, nodes in ((0, network.start), (-1, network.end)):
        ends = shapely.get_coordinates(shapely.get_point(network.shape, at))
        assert np.allclose(ends, np.column_stack([network.x, network.y])[nodes], atol=1e-9)
    assert (network.from_m < network.to_m).all()
    same = network.way[1:] == network.way[:-1]
    assert (network.from_m[1:][same] >= network.to_m[:-1][same] - 1e-6).all()
    assert (np.bincount(np.append(network.start, network.end), minlength=len(network.x)) > 0).all()


@given(drawings, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_ways_does_not_matter(lines, chance):
    mixed = list(lines)
    chance.shuffle(mixed)
    one, other = node(ways_of(lines), TOLERANCE_M), node(ways_of(mixed), TOLERANCE_M)
    assert len(one.way) == len(other.way)
    assert all(a.equals_exact(b, 2e-3) for a, b in zip(key(one), key(other), strict=True))


def test_an_end_near_a_line_is_drawn_to_it_and_told():
    network = node(ways_of([shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, 1.5), (50, 80)])]))
    assert network.length_m.tolist() == [50.0, 50.0, 80.0]
    assert network.snapped.way.tolist() == [1] and network.snapped.moved_m.tolist() == [1.5]


def test_ends_that_nearly_coincide_become_one_node_and_further_ones_do_not():
    def nodes(gap_m):
        return len(
            node(ways_of([shapely.LineString([(0, 0), (50, 0)]), shapely.LineString([(50 + gap_m, 0), (99, 9)])])).x
        )

    assert (nodes(0.0), nodes(1.9), nodes(2.1)) == (3, 3, 4)


CROSS = [shapely.LineString([(0, 0), (50, 0), (100, 0)]), shapely.LineString([(50, -50), (50, 0), (50, 50)])]


@pytest.mark.parametrize(("levels", "edges"), [((0, 0), 4), ((0, 1), 2), ((-1, 1), 2), ((1, 1), 4)])
def test_ways_of_other_levels_cross_without_meeting_even_at_a_common_vertex(levels, edges):
    assert len(node(ways_of(CROSS, level=levels)).way) == edges


def test_a_bridge_meets_the_ground_where_it_ends_and_nowhere_else():
    bridge = shapely.LineString([(50, -20), (50, 0), (50, 20)])
    ground = [shapely.LineString([(50, -90), (50, -20)]), shapely.LineString([(0, 20), (50, 20), (90, 20)])]
    below = shapely.LineString([(0, 0), (50, 0), (99, 0)])
    network = node(ways_of([bridge, *ground, below], level=[1, 0, 0, 0]))
    assert np.bincount(network.way).tolist() == [1, 1, 2, 1], "only the road at its far end is cut"
    assert len(np.unique(np.append(network.start, network.end)[[0, len(network.way)]])) == 2
    assert np.bincount(np.append(network.start, network.end)).max() == 3


def test_a_figure_of_eight_meets_itself():
    eight = shapely.LineString([(0, 0), (50, 50), (50, 0), (0, 50)])
    network = node(ways_of([eight]))
    assert len(network.way) == 3 and len(network.x) == 3
    assert network.start[1] == network.end[1], "the loop"


def test_a_ring_keeps_its_origin_as_a_node_and_its_chainage():
    ring = shapely.LineString([(0, 0), (0, 100), (100, 100), (100, 0), (0, 0)])
    network = node(ways_of([ring, shapely.LineString([(50, 100), (50, 200)])]))
    assert network.from_m.tolist() == [0.0, 150.0, 0.0] and network.to_m.tolist() == [150.0, 400.0, 100.0]


def test_a_stretch_that_is_known_or_closed_is_edges_of_its_own():
    ways = ways_of([shapely.LineString([(0, 0), (100, 0)])], verified=False)
    known, closed = (Ranges(*(np.array([value]) for value in row)) for row in ((0, 2000, 6000), (0, 5000, 5500)))
    network = node(ways, walkable=known, closed=closed)
    assert network.from_m.round(6).tolist() == [0.0, 20.0, 50.0, 55.0, 60.0]
    assert network.verified.tolist() == [False, True, True, True, False]
    assert network.closed.tolist() == [False, False, True, False, False]


def test_nothing_is_a_network_without_edges_and_what_has_no_length_is_left_out():
    assert len(node(ways_of([])).way) == 0
    still = shapely.LineString([(5, 5), (5, 5)])
    assert len(node(ways_of([still, shapely.LineString([(0, 0), (9, 0)])])).way) == 1


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([shapely.Point(0, 0)], "不是单条折线"),
        ([None], "不是单条折线"),
        ([shapely.MultiLineString([[(0, 0), (1, 1)]])], "不是单条折线"),
        ([shapely.LineString([(0, 0), (float("inf"), 1)])], "不是量测坐标系里的米"),
        ([shapely.LineString([(0, 0), (1e9, 1)])], "不是量测坐标系里的米"),
    ],
)
def test_what_is_no_line_in_metres_is_refused(lines, why):
    with pytest.raises(BadInput, match=why):
        ways_of(lines)


def test_other_things_that_mean_nothing_are_refused():
    line = shapely.LineString([(0, 0), (9, 0)])
    with pytest.raises(BadInput, match="不认识道路类型 'river'"):
        Ways.of([line], "river")
    with pytest.raises(BadInput, match="路网有 1 条线,某一列却有 2 个值"):
        Ways.of([line], ["path", "path"])
    for tolerance_m in (0.0, -1.0, float("nan"), 1e6):
        with pytest.raises(BadInput, match="路网的容差"):
            node(ways_of([line]), tolerance_m)

"""A shore surveyed anew: the same, carried over, or unknown."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from geo.banks.carry import carry_range, carry_reach, matched, same_shore
from geo.lines.chainage import length_cm, parts, starting_at

SHORE = LineString([(0, 0), (300, 0), (300, 300)])
LAKE = LineString([(0, 400), (400, 400), (400, 0), (0, 0), (0, 400)])


def bay(depth_m: float) -> LineString:
    """The shore with a bay dug into its first 300 m."""
    return LineString([(0, 0), (100, 0), (150, -depth_m), (200, 0), (300, 0), (300, 300)])


def test_a_shore_within_a_centimetre_is_the_same_whatever_its_vertices():
    assert same_shore(SHORE, shapely.segmentize(SHORE, 7))
    assert same_shore(SHORE, bay(0.009)) and not same_shore(SHORE, bay(0.02))


@given(st.lists(st.integers(0, 600), min_size=2, max_size=2, unique=True).map(sorted))
def test_on_the_same_line_ranges_stay_as_they_are(span):
    ranges = [(span[0] * 100, span[1] * 100)]
    assert carry_range(SHORE, SHORE, ranges).unknown == []
    carried = carry_range(SHORE, SHORE, ranges).ranges
    around_the_corner_cm = 510  # where the flat end turns with the line
    assert (carried[0][0], carried[-1][1]) == pytest.approx(ranges[0], abs=around_the_corner_cm)
    assert carry_reach(SHORE, SHORE, ranges).ranges == ranges


def test_a_new_bay_is_unknown_and_what_was_seen_beside_it_stays_seen():
    carried = carry_range(SHORE, bay(80), [(0, 60000)])
    ((start, end),) = carried.unknown
    assert parts(bay(80), [(start, end)]).distance(shapely.Point(150, -80)) == 0
    assert sum(b - a for a, b in carried.ranges) + end - start == length_cm(bay(80))


def test_what_was_not_seen_is_not_seen_after_carrying():
    assert carry_range(SHORE, bay(2), []).ranges == []
    ((start, end),) = carry_range(SHORE, bay(2), [(40000, 50000)]).ranges
    assert end - start == pytest.approx(10000, abs=5)


def test_a_reach_follows_its_ends_and_says_how_far_they_moved():
    moved = LineString([(0, -8), (300, -8), (308, 300)])
    carried = carry_reach(SHORE, moved, [(0, 20000)])
    assert carried.ranges == [(0, 20000)] and carried.moved_m == [8, 8]


@given(st.floats(0, 1599))
def test_a_reach_across_0_m_of_a_ring_is_carried_whole(start_m):
    turned = starting_at(LAKE, start_m)
    carried = carry_reach(LAKE, turned, [(0, 10000), (150000, 160000)])
    assert sum(end - start for start, end in carried.ranges) == pytest.approx(20000, abs=3)
    expected = parts(LAKE, [(0, 10000), (150000, 160000)])
    assert parts(turned, carried.ranges).hausdorff_distance(expected) < 0.02


def test_a_reach_of_the_whole_ring_stays_one():
    bigger = shapely.box(-3, -3, 403, 403).exterior
    assert carry_reach(LAKE, LineString(bigger), [(0, 160000)]).ranges == [(0, 162400)]


def test_lines_are_matched_by_what_they_have_in_common():
    old = [SHORE, LineString([(0, 900), (500, 900)])]
    new = [LineString([(0, 902), (250, 902)]), bay(40), LineString([(5000, 0), (5100, 0)])]
    assert matched(old, new) == {0: 1, 1: 0}
    assert matched([], new) == {} and matched(old, []) == {}

"""River lines: joined in their own direction, cut at the lakes, banks beside them."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Polygon

from geo.banks.rivers import banks_beside, joined, outside, upstream_first

BEND = LineString([(0, 0), (100, 0), (180, 60), (300, 60)])
LAKE = shapely.box(120, -50, 170, 150)


@given(st.permutations(range(6)))
def test_pieces_join_into_one_line_in_whatever_order_they_come(order):
    pieces = [LineString([(i * 10, i % 2), (i * 10 + 10, (i + 1) % 2)]) for i in range(6)]
    chains = joined([pieces[index] for index in order])
    assert len(chains) == 1
    assert [order[source] for source in chains[0].sources] == list(range(6))
    assert chains[0].line.length == pytest.approx(sum(piece.length for piece in pieces))


def test_a_gap_wider_than_the_tolerance_is_not_bridged_and_a_smaller_one_is():
    pieces = [LineString([(0, 0), (10, 0)]), LineString([(14, 0), (20, 0)])]
    assert len(joined(pieces, snap_m=3)) == 2
    assert joined(pieces, snap_m=5)[0].line.length == 20


def test_lines_that_meet_head_on_or_close_a_circle_stay_as_they_are():
    assert len(joined([LineString([(0, 0), (50, 0)]), LineString([(90, 0), (50, 0)])])) == 2
    circle = [LineString([(0, 0), (90, 0)]), LineString([(90, 0), (50, 90)]), LineString([(50, 90), (0, 0)])]
    assert len(joined(circle)) == 1
    assert joined([]) == []


@pytest.mark.parametrize("count", [1, 4, 9])
def test_separate_pieces_come_in_the_order_of_the_flow(count):
    lines = [LineString([(i * 50, 0), (i * 50 + 30, 0)]) for i in range(count)]
    order = upstream_first(lines[::-1])
    assert order == list(range(count))[::-1]


def test_what_lies_in_a_lake_is_cut_off_the_line_and_off_its_banks():
    pieces = outside(BEND, LAKE)
    assert len(pieces) == 2 and all(shapely.relate_pattern(piece, LAKE, "F********") for piece in pieces)
    left, right = banks_beside(pieces[0], 20, LAKE)
    assert all(shapely.intersection(bank, LAKE).length < 1e-9 for bank in left + right)


@given(st.floats(1, 40))
def test_banks_lie_half_the_width_away_left_and_right_and_run_downstream(width_m):
    left, right = banks_beside(BEND, width_m, Polygon())
    for banks, sign in ((left, 1), (right, -1)):
        assert len(banks) == 1
        start, end = np.array(banks[0].coords[0]), np.array(banks[0].coords[-1])
        assert start == pytest.approx([0, sign * width_m / 2], abs=1e-6)
        assert end == pytest.approx([300, 60 + sign * width_m / 2], abs=1e-6)
        assert BEND.hausdorff_distance(banks[0]) == pytest.approx(width_m / 2, rel=0.2)


@given(st.floats(1, 40))
def test_reversed_flow_swaps_left_and_right(width_m):
    left, right = banks_beside(BEND, width_m, Polygon())
    left_back, right_back = banks_beside(BEND.reverse(), width_m, Polygon())
    assert left_back[0].hausdorff_distance(right[0]) < 0.1
    assert right_back[0].hausdorff_distance(left[0]) < 0.1

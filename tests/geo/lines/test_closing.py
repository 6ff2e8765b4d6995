"""Lines that close into rings: whatever their order, direction and small gaps; what does not close is left."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.lines.closing import closed
from layers.errors import BadInput

CORNERS = np.array([(0.0, 0), (90, 0), (120, 50), (60, 90), (0, 60)])


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=5, unique=True).map(sorted),
    st.lists(st.booleans(), min_size=5, max_size=5),
    st.randoms(use_true_random=False),
    st.floats(0, 0.04),
)
def test_a_ring_cut_anywhere_into_lines_is_one_ring_again(cuts, turned, chance, gap_m):
    around = [np.roll(CORNERS, -cuts[0], axis=0), CORNERS[cuts[0]][None]]
    ring = np.vstack(around)
    edges = [cut - cuts[0] for cut in cuts] + [5]
    lines = [ring[start : end + 1].copy() for start, end in pairwise(edges)]
    for line, back in zip(lines, turned, strict=False):
        line[-1] += (gap_m, 0)
        line[:] = line[::-1] if back else line
    chance.shuffle(lines)
    found = closed(lines, 0.05)
    assert len(found.rings) == 1 and len(found.left) == 0 and found.gap_m[0] == pytest.approx(gap_m, abs=1e-9)
    assert shapely.Polygon(found.rings[0]).area == pytest.approx(shapely.Polygon(CORNERS).area, abs=400 * gap_m + 1e-6)
    assert sorted(found.members[0]) == list(range(len(lines)))


def box(west, south, size=10.0):
    return np.array(shapely.box(west, south, west + size, south + size).exterior.coords)


def test_closed_lines_that_share_a_corner_are_rings_each():
    found = closed([box(0, 0), box(10, 0), box(0, 10)], 0.05)
    assert [len(ring) for ring in found.rings] == [5, 5, 5] and len(found.left) == 0


def test_what_does_not_close_is_left_with_its_gap():
    found = closed([np.array([(0.0, 0), (10, 0)]), np.array([(10, 0.2), (10, 9)]), box(50, 50)], 0.05)
    assert found.members == [[2]] and found.left.tolist() == [0, 1]
    assert found.left_gap_m.tolist() == pytest.approx([10.0, 8.8])
    assert closed([], 1).rings == []


def test_a_stub_is_left_and_where_three_lines_meet_nothing_is_guessed():
    square = box(0, 0)
    sides = [square[n : n + 2] for n in range(4)]
    stub = np.array([(0.0, 0), (-5, -5)])
    found = closed([*sides, stub], 0.05)
    assert sorted(found.members[0]) == [0, 1, 2, 3] and found.left.tolist() == [4]
    across = np.array([(0.0, 0), (10, 10)])
    assert closed([*sides, across], 0.05).rings == []


def test_ends_in_one_place_and_ends_too_dense_do_not_take_minutes():
    ends = np.random.default_rng(1).uniform(0, 1e4, (8_000, 2))
    found = closed([np.array([(0.0, 0), end]) for end in ends], 0.05)
    assert found.rings == [] and len(found.left) == 8_000
    with pytest.raises(BadInput, match="端点过密"):
        closed([np.array([end / 1e6, end]) for end in ends], 0.05)

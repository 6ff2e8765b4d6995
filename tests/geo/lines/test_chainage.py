"""Chainage: where a ring starts, what lies between two marks, and back."""

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point

from geo.lines.chainage import (
    NO_SPANS,
    around,
    clockwise_from_north,
    is_ring,
    length_cm,
    locate_m,
    part,
    parts,
    point_at,
    repinned,
    rest_of,
    starting_at,
    to_cm,
    union,
)

SQUARE = LineString([(0, 1), (1, 1), (1, 0), (0, 0), (0, 1)])
spans = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted), max_size=8)


@st.composite
def star_rings(draw: st.DrawFn) -> np.ndarray:
    """Closed rings around the origin, never crossing themselves, in either direction, from any vertex."""
    radii = draw(st.lists(st.floats(10, 1000), min_size=3, max_size=30))
    turn = np.linspace(0, 2 * math.pi, len(radii), endpoint=False)
    xy = np.column_stack([np.cos(turn), np.sin(turn)]) * np.array(radii)[:, None]
    xy = np.roll(xy[:: draw(st.sampled_from([1, -1]))], draw(st.integers(0, 29)), axis=0)
    return np.concatenate([xy, xy[:1]])


@given(star_rings())
def test_a_ring_runs_clockwise_from_its_northernmost_vertex_however_it_was_drawn(ring):
    line = clockwise_from_north(ring)
    assert not shapely.is_ccw(shapely.linearrings(line))
    assert line[0, 1] == ring[:, 1].max()
    assert (line[0] == line[-1]).all()
    assert sorted(map(tuple, line[1:])) == sorted(map(tuple, ring[1:]))


@given(star_rings(), st.integers(0, 29))
def test_the_drawn_direction_and_first_vertex_do_not_matter(ring, first):
    redrawn = np.roll(ring[:-1], first, axis=0)[::-1]
    redrawn = np.concatenate([redrawn, redrawn[:1]])
    assert np.array_equal(clockwise_from_north(ring), clockwise_from_north(redrawn))


def test_of_two_northernmost_vertices_the_western_one_is_0_m():
    ring = np.array([(5, 9), (5, 0), (0, 0), (0, 9), (5, 9)], dtype=float)
    assert clockwise_from_north(ring)[0].tolist() == [0, 9]


@given(star_rings(), st.floats(0, 1))
def test_a_ring_pinned_elsewhere_keeps_its_length_shape_and_direction(ring, share):
    line = LineString(clockwise_from_north(ring))
    moved = starting_at(line, line.length * share)
    assert moved.length == pytest.approx(line.length)
    assert is_ring(moved) and not shapely.is_ccw(shapely.linearrings(moved.coords))
    assert shapely.hausdorff_distance(moved, line) < 1e-6


def test_a_pinned_origin_is_projected_on_the_new_shore():
    assert repinned(SQUARE, Point(1.2, 0.25)).coords[0] == (1, 0.25)
    assert repinned(SQUARE, Point(0, 1)).equals(SQUARE)


@given(star_rings(), st.lists(st.floats(0, 1), max_size=6))
def test_the_parts_of_a_partition_add_up_to_the_whole(ring, shares):
    line = LineString(ring)
    cuts = sorted({0, length_cm(line), *(to_cm(line.length * share) for share in shares)})
    pieces = parts(line, pairwise(cuts))
    assert pieces.length == pytest.approx(line.length, abs=0.01)


@given(star_rings(), st.floats(0, 1))
def test_a_point_of_the_line_is_found_again_at_its_chainage(ring, share):
    line = LineString(ring)
    point = point_at(line, share * line.length)
    assert point_at(line, locate_m(line, point)).distance(point) < 1e-6


def test_a_range_across_0_m_of_a_ring_is_two_ranges():
    assert around(SQUARE, 3.5, 0.5).tolist() == [[0, 0.5], [3.5, 4]]
    assert parts(SQUARE, [(0, 50), (350, 400)]).wkt == "MULTILINESTRING ((0 1, 0.5 1), (0 0.5, 0 1))"


@given(spans, spans)
def test_a_union_and_the_rest_fill_the_whole_once(first, second):
    both = union(np.array([*first, *second], dtype=float).reshape(-1, 2))
    rest = rest_of(both, 0, 100)
    assert float(np.diff(both).sum() + np.diff(rest).sum()) == pytest.approx(100)
    assert (both[1:, 0] > both[:-1, 1]).all()


def test_beyond_its_ends_a_line_has_nothing():
    line = LineString([(0, 0), (10, 0)])
    assert part(line, -5, 20).equals(line)
    assert parts(line, [(5000, 6000)]).equals(MultiLineString())
    assert point_at(line, 99).coords[0] == (10, 0)


def test_an_empty_line_has_no_length_no_ring_and_no_parts():
    empty = LineString()
    assert length_cm(empty) == 0 and not is_ring(empty) and part(empty, 0, 5).is_empty
    assert union(NO_SPANS).shape == (0, 2)

"""Stretches of lines inside areas: held against GEOS lengths and against tilings."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.lines.inside import inside
from layers.errors import BadGeometry
from tests.specimens import SPECIMENS

coordinate = st.integers(-50, 150).map(float)
lines = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=8).map(shapely.LineString)
TILES = np.array([shapely.box(x, y, x + 25, y + 25) for x in range(-50, 150, 25) for y in range(-50, 150, 25)])


def length_m(found):
    return float((found.to_cm - found.from_cm).sum()) / 100


@given(lines)
@settings(max_examples=60)
def test_a_tiling_holds_every_metre_and_a_border_twice_at_most(line):
    found = inside(np.array([line]), TILES)
    covered = np.zeros(round(line.length * 100) + 1, dtype=bool)
    for start, stop in zip(found.from_cm, found.to_cm, strict=True):
        covered[start:stop] = True
    assert covered.sum() == pytest.approx(line.length * 100, abs=len(found.line) + 1)


@given(lines, st.tuples(coordinate, coordinate, st.integers(1, 80), st.integers(1, 80)))
@settings(max_examples=60)
def test_lengths_are_those_of_geos_where_no_line_crosses_itself(line, box):
    if not line.is_simple:
        return
    x, y, width, height = box
    area = shapely.box(x, y, x + width, y + height)
    found = inside(np.array([line]), np.array([area]))
    assert length_m(found) == pytest.approx(shapely.length(line.intersection(area)), abs=0.01 * (len(found.line) + 1))


def test_a_line_walked_twice_lies_inside_twice():
    there_and_back = shapely.LineString([(0, 5), (30, 5), (0, 5)])
    found = inside(np.array([there_and_back]), np.array([shapely.box(10, 0, 20, 10)]))
    assert np.column_stack([found.from_cm, found.to_cm]).tolist() == [[1000, 2000], [4000, 5000]]


def test_a_hole_is_outside():
    ring = shapely.box(0, 0, 30, 30).difference(shapely.box(10, 10, 20, 20))
    found = inside(np.array([shapely.LineString([(0, 15), (30, 15)])]), np.array([ring]))
    assert np.column_stack([found.from_cm, found.to_cm]).tolist() == [[0, 1000], [2000, 3000]]


def test_the_parts_of_a_multiline_follow_one_another():
    parts = shapely.MultiLineString([[(0, 0), (10, 0)], [(100, 0), (110, 0)]])
    found = inside(np.array([parts]), np.array([shapely.box(99, -1, 120, 1)]))
    assert (found.from_cm.tolist(), found.to_cm.tolist()) == ([1000], [2000])


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_line_with_what_is_no_number_is_refused_by_its_number(number):
    with np.errstate(invalid="ignore"):
        broken = shapely.LineString([(0, 0), (number, 5), (9, 9)])
    lines = np.array([shapely.LineString([(0, 0), (1, 1)]), None, broken], dtype=object)
    with pytest.raises(BadGeometry, match="第 3 条线"):
        inside(lines, TILES)


@pytest.mark.parametrize("name", SPECIMENS)
def test_every_kind_of_geometry_goes_through(name):
    geometry = SPECIMENS[name]
    if geometry is not None and not shapely.is_valid(geometry):
        return
    found = inside(np.array([geometry], dtype=object), np.array([shapely.box(-1e3, -1e3, 1e3, 1e3)]))
    assert (found.from_cm < found.to_cm).all()
    assert len(inside(np.array([shapely.LineString([(0, 0), (1, 1)])]), np.array([None])).line) == 0

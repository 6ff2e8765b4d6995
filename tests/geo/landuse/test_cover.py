"""Gaps and overlaps of the base: all of them, against every pair cut with every other; noise left in the remainder."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

from geo.landuse.cover import base_faults
from geo.landuse.cutting import touched
from geo.landuse.overlay import coverage
from geo.landuse.width import noise
from layers.crs import METRIC_DEFAULT
from tests.geo.landuse.towns import BOX, SOUTH_M, WEST_M, cells, outline

TOLERANCE_M = 0.5


def box(west, south, east, north):
    return shapely.box(WEST_M + west, SOUTH_M + south, WEST_M + east, SOUTH_M + north)


def faults_of(shape, parcels):
    parcels = np.array(parcels, dtype=object)
    whole = outline(shape)
    return base_faults(
        whole, parcels, touched(whole, parcels, TOLERANCE_M, METRIC_DEFAULT), TOLERANCE_M, METRIC_DEFAULT
    )


def _altered(shape, how):
    if how == "twice":
        return shapely.reverse(shape)
    if how == "moved":
        return affinity.translate(shape, 1.1, 0.6)
    if how == "turned":
        return affinity.rotate(shape, 20)
    return shapely.buffer(shape, -1.5 if how == "small" else 0.7, join_style="mitre")


@st.composite
def heaps(draw):
    """Cells of a pane, some of them twice, shrunk, grown, turned, moved, or with a small one inside."""
    shapes = list(cells(draw(st.integers(0, 999)), draw(st.integers(1, 15))))
    for _ in range(draw(st.integers(0, 3))):
        shape = shapes[draw(st.integers(0, len(shapes) - 1))]
        how = draw(st.sampled_from(["twice", "small", "grown", "moved", "turned", "lost"]))
        if how == "lost":
            shapes = [each for each in shapes if each is not shape] or [shape]
        else:
            shapes.append(_altered(shape, how))
    return [each for each in shapes if each.area > 0.1]


@given(heaps())
def test_every_overlap_is_found_and_no_other(shapes):
    found = faults_of(shapely.buffer(BOX, 90.0), shapes)
    shared = {
        (one, other): shapely.intersection(shapes[one], shapes[other])
        for one, other in itertools.combinations(range(len(shapes)), 2)
    }
    real = {pair: shape.area for pair, shape in shared.items() if shape.area > 1e-3 and not noise(np.array([shape]))[0]}
    told = dict(zip(map(tuple, found.overlaps.features.tolist()), found.overlaps.area_m2.tolist(), strict=True))
    assert told.keys() >= real.keys()
    assert all(told[pair] == pytest.approx(area_m2, rel=1e-3, abs=1e-3) for pair, area_m2 in real.items())
    assert all(shared[pair].area > 0 for pair in told)


@given(heaps())
def test_a_coverage_is_the_union_and_overlaps_nowhere_or_there_is_none(shapes):
    whole = coverage(np.array(shapes, dtype=object))
    together = shapely.union_all(shapes)
    if whole is not None:
        assert shapely.symmetric_difference(whole, together).area < 1e-3
        assert sum(shape.area for shape in shapes) == pytest.approx(together.area, abs=1e-3)


def test_a_town_without_faults_has_none():
    found = faults_of(shapely.buffer(BOX, -20.0), cells(3, 60))
    assert (len(found.gaps.shape), len(found.overlaps.shape), found.gap_near_m) == (0, 0, None)
    assert abs(found.remainder_m2) < 1e-3


def test_a_gap_and_an_overlap_that_cancel_are_both_found():
    found = faults_of(box(0, 0, 100, 100), [box(0, 0, 55, 100), box(50, 0, 95, 100)])
    assert (round(found.gap_m2), round(found.overlap_m2)) == (500, 500)
    assert abs(found.remainder_m2) < 1e-3


def test_a_gap_within_an_overlapping_heap_is_found():
    found = faults_of(box(0, 0, 100, 100), [box(0, 0, 60, 100), box(40, 0, 100, 90), box(40, 0, 100, 90)])
    assert round(found.gap_m2) == 400
    assert round(found.overlap_m2) == 20 * 90 + 60 * 90  # three on one spot are counted twice too often
    assert found.overlaps.features.tolist() == [[1, 2], [0, 1], [0, 2]]


@pytest.mark.parametrize("off_m", [1e-4, -1e-4])
def test_vertices_on_one_side_only_leave_noise_and_no_faults(off_m):
    """A T-junction that projection has put 0.1 mm off its neighbour's straight edge."""
    left = shapely.Polygon([(0, 0), (50, 0), (50, 100), (0, 100)])
    right = [shapely.Polygon([(50, 0), (100, 0), (100, 40), (50 + off_m, 40)]),
             shapely.Polygon([(50 + off_m, 40), (100, 40), (100, 100), (50, 100)])]  # fmt: skip
    parcels = [affinity.translate(each, WEST_M, SOUTH_M) for each in (left, *right)]
    assert (coverage(np.array(parcels)) is None) == (off_m < 0)
    found = faults_of(box(10, 10, 90, 90), parcels)
    assert (len(found.gaps.shape), len(found.overlaps.shape), found.gap_near_m) == (0, 0, None)
    assert 0 < abs(found.remainder_m2) < 0.01


@pytest.mark.parametrize(("wide_m", "sliver"), [(0.3, True), (0.99, True), (1.01, False)])
def test_thin_faults_are_slivers(wide_m, sliver):
    gap = faults_of(box(0, 0, 100, 100), [box(-9, -9, 50, 109), box(50 + wide_m, -9, 109, 109)]).gaps
    overlap = faults_of(box(0, 0, 100, 100), [box(-9, -9, 50 + wide_m, 109), box(50, -9, 109, 109)]).overlaps
    for found in (gap, overlap):
        assert found.sliver.tolist() == [sliver] and found.area_m2.round().tolist() == [round(100 * wide_m)]
        assert found.width_m[0] == (pytest.approx(wide_m, abs=0.02) if sliver else np.inf)


def test_without_parcels_all_is_one_gap():
    found = faults_of(box(0, 0, 100, 100), [])
    assert len(found.gaps.shape) == 1 and found.gap_m2 == pytest.approx(outline(box(0, 0, 100, 100)).area_m2)


@pytest.mark.parametrize(("off_m", "near"), [(0.125, True), (0.49, True), (0.51, False)])
def test_a_gap_just_outside_is_near(off_m, near):
    found = faults_of(box(0, 0, 100, 100), [box(-9, -9, 100 + off_m, 109)])
    assert found.gap_near_m == (pytest.approx(off_m) if near else None)

"""Pieces of an outline: what is cut and what is not, big outlines, broken features; widths, slivers, what is near."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.landuse import overlay
from geo.landuse.check import check
from geo.landuse.cutting import cut, touched
from geo.landuse.overlay import clipped, intersections, ready
from geo.landuse.width import widths_m
from layers.crs import METRIC_DEFAULT
from tests.geo.landuse.towns import BOX, EMPTY_TOWN, SOUTH_M, WEST_M, cells, outline, parcels_of

TOLERANCE_M = 0.5


def box(west, south, east, north):
    return shapely.box(WEST_M + west, SOUTH_M + south, WEST_M + east, SOUTH_M + north)


def pieces_of(shape, *features):
    return cut(outline(shape), np.array(features, dtype=object), TOLERANCE_M, METRIC_DEFAULT)


def test_what_lies_inside_is_not_cut():
    inside = box(10, 10, 20, 20)
    found = pieces_of(box(0, 0, 100, 100), box(90, 90, 120, 120), inside, None, shapely.Polygon(), box(200, 0, 210, 9))
    assert found.feature.tolist() == [0, 1] and found.shape[1] is inside


def test_what_only_touches_gives_no_piece_but_is_near():
    at_a_line, at_a_point, apart = box(100, 0, 120, 100), box(100, 100, 120, 120), box(-20, 0, -0.5, 100)
    found = touched(outline(box(0, 0, 100, 100)), np.array([at_a_line, at_a_point, apart]), TOLERANCE_M, METRIC_DEFAULT)
    assert len(found.pieces.feature) == 0
    assert found.near.tolist() == [0, 1] and found.near_m.tolist() == [0, 0]


def test_lines_left_by_a_cut_are_dropped():
    comb = shapely.union_all([box(0, 0, 100, 10), box(0, 0, 10, 50), box(40, 0, 50, 50)])
    found = pieces_of(box(5, 30, 45, 60), comb, shapely.union(box(0, 0, 20, 30), box(0, 30, 20, 35)))
    assert [each.geom_type for each in found.shape] == ["MultiPolygon", "Polygon"]
    assert found.area_m2.round().tolist() == [200, 75]


def ragged(count, seed=0):
    """An outline of many vertices, not convex, with a hole and two islands."""
    rng = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radius_m = 90 * (1 + 0.2 * np.sin(7 * turn) + 0.004 * rng.uniform(-1, 1, count))
    middle = np.array([WEST_M + 120, SOUTH_M + 120])
    lake = shapely.make_valid(
        shapely.Polygon(middle + radius_m[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]))
    )
    lake = lake - shapely.Point(middle).buffer(30, quad_segs=200)
    return shapely.union(lake, shapely.Point(middle).buffer(9, quad_segs=99))


@given(st.integers(0, 99), st.integers(1, 60))
@settings(max_examples=15)
def test_a_big_outline_is_cut_in_parts_to_the_same(seed, count):
    shape, features = ragged(2000, seed), cells(seed, count)
    whole = shapely.intersection(shape, features)
    parts = intersections(shape, features)
    assert shapely.area(parts) == pytest.approx(shapely.area(whole), abs=1e-6)
    assert shapely.area(shapely.symmetric_difference(parts, whole)).max() < 1e-6


def test_fifty_thousand_vertices_are_looked_at_by_few_features(monkeypatch):
    looked_at = []
    shared = overlay._shared

    def counted(shape, others):
        looked_at.append(int(shapely.get_num_coordinates(shape)) * len(others))
        return shared(shape, others)

    monkeypatch.setattr(overlay, "_shared", counted)
    shape, features = ragged(50_000), cells(1, 900)
    found = pieces_of(shape, *features)
    assert found.area_m2.sum() == pytest.approx(outline(shape).area_m2, abs=1e-3)
    assert sum(looked_at) < 10 * 50_000  # each alone: 200 times


@given(st.integers(0, 99), st.floats(0, 200), st.floats(0, 200), st.floats(1, 90))
@settings(max_examples=25)
def test_a_clip_is_the_shape_within_its_box(seed, west, south, size):
    shape, window = ragged(1500, seed), box(west, south, west + size, south + size)
    part = clipped(shape, np.array(window.bounds))
    assert part.is_valid
    assert shapely.symmetric_difference(part & window, shape & window).area < 1e-6


def test_a_clip_that_gives_nonsense_is_cut_instead(monkeypatch):
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    shape, window = ragged(1500), box(100, 100, 140, 140)
    monkeypatch.setattr(shapely, "clip_by_rect", lambda *_: bow_tie)
    assert shapely.symmetric_difference(clipped(shape, np.array(window.bounds)) & window, shape & window).area < 1e-6

    def fails(*_):
        raise shapely.errors.GEOSException("TopologyException")

    monkeypatch.setattr(shapely, "clip_by_rect", fails)
    assert shapely.symmetric_difference(clipped(shape, np.array(window.bounds)) & window, shape & window).area < 1e-6


def test_features_that_are_broken_in_metres_are_mended_and_told():
    bow_tie = shapely.Polygon([(WEST_M + x, SOUTH_M + y) for x, y in [(0, 0), (100, 100), (100, 0), (0, 100)]])
    city = EMPTY_TOWN._replace(parcels=parcels_of(np.array([box(200, 0, 240, 40), bow_tie], dtype=object)))
    found = check(outline(box(-10, -10, 110, 110)), city, [], "build", METRIC_DEFAULT)
    assert found.mended == (("landuse", 1),)
    assert found.land.pieces.area_m2.round(-1).tolist() == [5000] and abs(found.base.remainder_m2) < 0.01


def test_where_geos_gives_up_a_grid_of_a_tenth_of_a_millimetre_helps(monkeypatch):
    exact, features = shapely.intersection, cells(2, 20)

    def gives_up(a, b, grid_size=None):
        if grid_size is None:
            raise shapely.errors.GEOSException("TopologyException: side location conflict")
        return exact(a, b, grid_size=grid_size)

    monkeypatch.setattr(shapely, "intersection", gives_up)
    found = pieces_of(box(0, 0, 100, 100), *features)
    assert found.area_m2.sum() == pytest.approx(outline(box(0, 0, 100, 100)).area_m2, abs=0.05)


def test_features_far_away_stay_as_they_are():
    far = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    fit, mended = ready(np.array([far, None]), np.array(BOX.bounds))
    assert fit[0] is far and fit[1] is None and not mended.any()


@given(st.floats(0.01, 3), st.floats(0.01, 3), st.floats(0, 3.14), st.booleans())
def test_the_width_of_a_box_is_its_shorter_side(wide_m, long_m, turn, holed):
    shape = shapely.affinity.rotate(shapely.box(0, 0, wide_m, long_m), turn, use_radians=True)
    if holed:
        shape = shapely.MultiPolygon([shape, shapely.affinity.translate(shapely.box(0, 0, 0.005, 9), 9)])
    least_m = min(wide_m, long_m)
    found = widths_m(np.array([shape]), TOLERANCE_M)[0]
    assert found == np.inf if least_m > 1.001 else least_m > 0.999 or found == pytest.approx(least_m, abs=0.02)


def test_widths_of_rings_and_of_nothing():
    ring = shapely.Point(0, 0).buffer(50, quad_segs=64) - shapely.Point(0, 0).buffer(49.2, quad_segs=64)
    holes = [shapely.box(x, y, x + 8.4, y + 8.4) for x in range(0, 100, 9) for y in range(0, 100, 9)]
    sieve = shapely.box(-0.6, -0.6, 99.9, 99.9) - shapely.union_all(holes)
    found = widths_m(np.array([ring, sieve, shapely.Polygon(), shapely.MultiPolygon()]), TOLERANCE_M)
    assert found == pytest.approx([0.8, 0.85, 0, 0], abs=0.05)


SITE = box(0, 0, 100, 100)
SLIVERS = {
    "the rim of a neighbour": (SITE, box(99.7, -20, 130, 120), True),
    "a corner of a neighbour": (SITE, box(99.7, 99.7, 130, 130), True),
    "half a metre of a neighbour": (SITE, box(98.9, -20, 130, 120), False),
    "a ditch across the site": (SITE, box(50, -20, 50.3, 120), False),
    "a trench through a field": (box(50, -20, 50.3, 120), SITE, False),
    "a pole in a field": (box(50, 50, 50.2, 50.2), SITE, False),
    "a trench along the edge of a field": (box(99.8, -20, 100.1, 120), SITE, True),
    "a plot all inside the site, small": (SITE, box(50, 50, 50.4, 50.4), False),
}


@pytest.mark.parametrize("what", SLIVERS)
def test_a_sliver_is_what_would_vanish(what):
    shape, feature, sliver = SLIVERS[what]
    found = pieces_of(shape, feature)
    assert found.sliver.tolist() == [sliver], found.width_m

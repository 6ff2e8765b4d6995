"""Outlines that no overlay would end on are refused at once, dense but honest ones are not; combs have a width, too."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.landuse.around import around
from geo.landuse.outline import outline_of
from geo.landuse.tangle import crossings, wound
from geo.landuse.width import widths_m
from layers.crs import METRIC_DEFAULT
from layers.errors import BadGeometry

X, Y = 545_000, 3_380_000


def star(points, near_m=8.0, far_m=100.0):
    turn = np.arange(points) * 2 * np.pi / points
    far = np.where(np.arange(points) % 2, near_m, far_m)
    return shapely.Polygon(np.column_stack([X + far * np.cos(turn), Y + far * np.sin(turn)]))


def knot(points):
    turn = 2 * np.pi * (points // 2) * np.arange(points) / points
    return shapely.Polygon(np.column_stack([X + 300 * np.cos(turn), Y + 300 * np.sin(turn)]))


def comb(teeth, width_m, length_m=100.0):
    x = np.repeat(np.arange(2 * teeth) * width_m, 2)
    y = np.where((np.arange(len(x)) + 1) % 4 < 2, 0.0, length_m)
    return shapely.Polygon(np.vstack([np.column_stack([X + x, Y + y]), [[X + x[-1], Y - 10], [X, Y - 10]]]))


@pytest.mark.parametrize(
    ("shape", "why"),
    [(star(20_000), "互相缠绕"), (knot(501), "自相交超过 10,000 处"), (knot(9_001), "互相缠绕")],
)
def test_what_no_overlay_ends_on_is_refused_before_one_is_begun(shape, why):
    with pytest.raises(BadGeometry, match=why):
        outline_of(shape, METRIC_DEFAULT)


def test_an_edge_gone_over_again_and_again_is_refused():
    along = np.column_stack([X + np.tile([0.0, 90.0, 10.0, 80.0], 200) + np.arange(800) / 100, np.full(800, Y)])
    with pytest.raises(BadGeometry, match="自相交超过"):
        outline_of(shapely.Polygon([*along, (X + 50, Y + 50)]), METRIC_DEFAULT)


def test_a_dense_ragged_shore_is_no_tangle():
    turn = np.linspace(0, 2 * np.pi, 50_000, endpoint=False)
    far = 300 + 3 * np.sin(40 * turn) + 0.05 * np.random.default_rng(1).normal(size=len(turn))
    shore = shapely.Polygon(np.column_stack([X + far * np.cos(turn), Y + far * np.sin(turn)]))
    assert not wound(shore)
    assert outline_of(shore, METRIC_DEFAULT).vertices == 50_000


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=9, unique=True))
def test_crossings_are_those_that_every_two_edges_have(points):
    ring = [*points, points[0]]
    edges = [shapely.LineString(pair) for pair in pairwise(ring)]
    pairs = [(one, other) for place, one in enumerate(edges) for other in edges[place + 1 :]]
    through = [one.relate_pattern(other, "0F1FF0102") for one, other in pairs]
    along = [
        one.intersection(other).length > 0 and not set(one.coords) & set(other.coords)
        for one, other in pairs
    ]  # fmt: skip
    assert crossings(shapely.Polygon(points)) == sum(through) + sum(along)


def test_how_wide_a_comb_is_is_told_in_seconds():
    fine = comb(1_500, 0.1)
    assert widths_m(np.array([fine, comb(3, 2.0)]), 6.0) == pytest.approx([10.0, 10.0], abs=0.5)


@pytest.mark.parametrize("shape", [comb(300, 0.5), star(1_000), shapely.Point(X, Y).buffer(500, quad_segs=300)])
def test_the_ground_around_holds_all_that_is_near_and_not_much_else(shape):
    found = around(shape, 40.0)
    assert found.covers(shapely.points(shapely.get_coordinates(shape))).all()
    assert found.boundary.distance(shape) > 30
    assert found.within(shape.convex_hull.buffer(200))

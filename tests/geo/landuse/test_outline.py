"""Outlines: repaired and said, or refused with the remedy; always one canonical shape."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.landuse.outline import outline_of
from layers.crs import METRIC_DEFAULT
from layers.errors import BadGeometry, TooLarge

X, Y = 545_000, 3_380_000


def polygon(*points, holes=()):
    return shapely.Polygon([(X + x, Y + y) for x, y in points], [[(X + x, Y + y) for x, y in hole] for hole in holes])


def found_of(shape):
    return outline_of(shape, METRIC_DEFAULT)


SQUARE = polygon((0, 0), (100, 0), (100, 100), (0, 100))
BROKEN = {
    "自相交": (polygon((0, 0), (100, 100), (100, 0), (0, 100)), 2, 5000),
    "与自身相接": (polygon((0, 0), (50, 50), (100, 0), (100, 100), (50, 50), (0, 100)), 2, 5000),
    "在另一部分之内": (shapely.MultiPolygon([SQUARE, polygon((20, 20), (40, 20), (40, 40), (20, 40))]), 1, 10_000),
    "洞在外环之外": (polygon(*[(0, 0), (100, 0), (100, 100)], holes=[[(200, 0), (210, 0), (210, 10)]]), 2, 5000),
    "洞里有洞": (
        polygon(*[(0, 0), (100, 0), (100, 100), (0, 100)],
                holes=[[(10, 10), (90, 10), (90, 90), (10, 90)], [(20, 20), (30, 20), (30, 30), (20, 30)]]), 1, 3600),
    "隔断": (
        polygon(*[(0, 0), (100, 0), (100, 100), (0, 100)], holes=[[(50, 0), (60, 50), (50, 100), (40, 50)]]), 2, 9000),
    "自相交 ": (shapely.MultiPolygon([SQUARE, shapely.affinity.translate(SQUARE, 50, 0)]), 1, 15_000),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_crosses_itself_is_repaired_and_said(what):
    shape, parts, area_m2 = BROKEN[what]
    found = found_of(shape)
    assert found.shape.is_valid and found.drawn.is_valid and (found.parts, round(found.area_m2, -2)) == (parts, area_m2)
    assert len(found.repairs) == 1 and what.strip() in found.repairs[0]
    assert f"修复后 {found.area_m2:,.2f} m²" in found.repairs[0]


def test_a_sound_outline_is_not_touched():
    shape = polygon((0, 0), (100, 0), (100, 100), (0, 100), holes=[[(10, 10), (20, 10), (20, 20)]])
    found = found_of(shape)
    assert found.repairs == () and (found.parts, found.holes, found.vertices) == (1, 1, 7)
    assert found.drawn.geoms[0].equals_exact(shape) and found.shape.equals(shape)
    assert found.perimeter_m == pytest.approx(shape.length)


REFUSED = {
    "空的": [None, shapely.Polygon(), shapely.MultiPolygon(), shapely.GeometryCollection()],
    "不是面": [
        shapely.Point(X, Y), shapely.LineString([(X, Y), (X + 9, Y)]),
        shapely.GeometryCollection([SQUARE, shapely.Point(X, Y)]),
    ],
    "没有面积": [polygon((0, 0), (50, 0), (100, 0)), polygon(*[(0, 0)] * 3), polygon((0, 0), (50, 50), (0, 0))],
    "不是数": [polygon((0, 0), (np.inf, 0), (1, 1)), shapely.box(1e8, 1e8, 1e8 + 9, 1e8 + 9)],
}  # fmt: skip


@pytest.mark.parametrize(("why", "shape"), [(why, shape) for why, shapes in REFUSED.items() for shape in shapes])
def test_what_is_no_outline_is_refused_with_the_remedy(why, shape):
    with pytest.raises(BadGeometry, match=why) as told:
        found_of(shape)
    assert "请" in str(told.value)


def test_what_is_longer_than_any_land_is_refused_before_it_is_measured():
    with pytest.raises(TooLarge, match=r"4,000,000 km.*请"):
        found_of(shapely.box(1e9, 1e9, 2e9, 2e9))


def test_a_collection_of_polygons_is_one_outline_and_heights_are_dropped():
    two = shapely.GeometryCollection([SQUARE, shapely.affinity.translate(SQUARE, 200, 0)])
    found = found_of(shapely.force_3d(two, 12.0))
    assert (found.parts, found.shape.has_z) == (2, False)


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=9))
def test_any_ring_gives_a_valid_outline_or_a_sentence(points):
    try:
        found = found_of(polygon(*points))
    except BadGeometry as told:
        assert "请" in str(told)
    else:
        assert found.shape.is_valid and found.area_m2 > 0 and found.shape.geom_type == "MultiPolygon"
        assert found.shape.equals(found.drawn)


def test_fifty_thousand_vertices_are_taken():
    found = found_of(shapely.Point(X, Y).buffer(300, quad_segs=12_500))
    assert found.vertices == 50_000

"""Shapes are brought into the form a layer stores; each change is counted, each refusal has its reason."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from api.transfer.key import shape_keys
from api.transfer.repair import allows, flattened, repair
from tests.specimens import EMPTY, INVALID, SPECIMENS, WITH_Z

LAYER_KINDS = ["MULTIPOLYGON", "LINESTRING", "MULTILINESTRING", "POINT", "GEOMETRY"]


def shapes(*wkt):
    return np.array([shapely.from_wkt(text) for text in wkt] + [None], dtype=object)[:-1]


def one(wkt, kind):
    return repair(shapes(wkt), allows(kind))


@pytest.mark.parametrize("kind", LAYER_KINDS)
@pytest.mark.parametrize("name", SPECIMENS)
def test_every_specimen_is_stored_valid_in_an_allowed_kind_or_refused(kind, name):
    flat, _ = flattened(np.array([SPECIMENS[name]], dtype=object))
    found = repair(flat, allows(kind))
    shape, fault = found.geometries[0], found.faults[0]
    if SPECIMENS[name] is None:
        assert shape is None and fault is None
    elif fault is None:
        assert shape.is_valid and not shape.is_empty and not shape.has_z and shape.geom_type in allows(kind)
    else:
        assert shape is None and fault


@pytest.mark.parametrize("name", EMPTY)
def test_empty_is_refused(name):
    assert "空" in one(EMPTY[name], "GEOMETRY").faults[0]


@pytest.mark.parametrize("name", INVALID)
def test_invalid_areas_are_made_valid_and_counted(name):
    found = one(INVALID[name], "MULTIPOLYGON")
    assert found.repairs["修正自相交等无效图形"] == 1
    assert found.geometries[0].is_valid


@pytest.mark.parametrize("name", WITH_Z)
def test_heights_are_dropped_and_counted(name):
    flat, repairs = flattened(shapes(WITH_Z[name]))
    assert repairs.total() == 1 and not shapely.has_z(flat).any()


def test_repeated_points_are_dropped_and_counted():
    found = one("LINESTRING (1 1, 1 1, 2 2)", "LINESTRING")
    assert found.geometries[0].wkt == "LINESTRING (1 1, 2 2)"
    assert found.repairs == {"去掉重复点": 1}


@pytest.mark.parametrize(
    ("wkt", "kind", "made"),
    [
        ("POLYGON ((0 0, 1 0, 1 1, 0 0))", "MULTIPOLYGON", "MULTIPOLYGON"),
        ("LINESTRING (0 0, 1 0)", "MULTILINESTRING", "MULTILINESTRING"),
        ("MULTILINESTRING ((0 0, 1 0))", "LINESTRING", "LINESTRING"),
        ("MULTIPOINT ((0 0))", "POINT", "POINT"),
    ],
)
def test_wrapping_one_part_is_no_repair(wkt, kind, made):
    found = one(wkt, kind)
    assert found.geometries[0].wkt.startswith(made)
    assert not found.repairs


def test_pieces_that_follow_one_another_become_one_line_in_their_direction():
    found = one("MULTILINESTRING ((0 0, 1 0), (1 0, 2 1))", "LINESTRING")
    assert found.geometries[0].wkt == "LINESTRING (0 0, 1 0, 2 1)"
    assert found.repairs.total() == 1
    assert "2 个部件" in one("MULTILINESTRING ((0 0, 1 0), (2 1, 1 0))", "LINESTRING").faults[0]


@pytest.mark.parametrize(
    ("wkt", "kind", "told"),
    [
        ("POINT (0 0)", "MULTIPOLYGON", "图形类型是点,此图层要求多部件面"),
        ("LINESTRING (1 1, 1 1)", "LINESTRING", "长度为零"),
        ("POLYGON ((0 0, 1 0, 2 0, 0 0))", "MULTIPOLYGON", "没有面积"),
        ("GEOMETRYCOLLECTION (POINT (0 0))", "GEOMETRY", "几何集合"),
    ],
)
def test_a_refusal_says_why(wkt, kind, told):
    assert told in one(wkt, kind).faults[0]


def test_too_many_vertices_are_refused_before_anything_else():
    ring = shapely.Point(0, 0).buffer(1, quad_segs=2500)
    found = repair(np.array([ring], dtype=object), allows("MULTIPOLYGON"), vertex_limit=9_999)
    assert "超过上限 9,999" in found.faults[0]


degrees = st.integers(-(10**7), 10**7).map(lambda whole: whole / 10**7)
rings = st.lists(st.tuples(degrees, degrees), min_size=3, max_size=7, unique=True)


@given(rings, st.integers(0, 8), st.booleans())
def test_a_key_does_not_depend_on_start_direction_or_wrapping_of_a_ring(ring, start, turned):
    assume(shapely.Polygon(ring).is_valid)
    other = ring[start % len(ring) :] + ring[: start % len(ring)]
    other = other[::-1] if turned else other
    keys = shape_keys(np.array([shapely.Polygon(ring), shapely.MultiPolygon([shapely.Polygon(other)])], dtype=object))
    assert keys[0] == keys[1]


def test_a_key_depends_on_the_direction_of_a_line_and_on_every_centimetre():
    lines = shapes(
        "LINESTRING (0 0, 1 0)", "LINESTRING (1 0, 0 0)", "LINESTRING (0 0, 1 1e-7)", "LINESTRING (0 0, 1 1e-9)"
    )
    keys = shape_keys(lines)
    assert len(set(keys)) == 3 and keys[0] == keys[3]


def test_keys_of_every_specimen():
    keys = shape_keys(np.array(list(SPECIMENS.values()), dtype=object))
    assert [key is None for key in keys] == [shape is None for shape in SPECIMENS.values()]

"""Areas on the ellipsoid: against pyproj's Geod on the densified edges, on plots, lakes and far from home."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.landuse import area
from geo.landuse.area import areas_m2
from layers.crs import METRIC_DEFAULT, STORED, WIRE, project
from tests.conftest import shared_data

GEOD = pyproj.Geod(a=6_378_137.0, rf=298.257222101)  # CGCS2000


def geod_m2(shape, system=METRIC_DEFAULT):
    """The area by Karney's exact integral, edges densified in the metric system first."""
    dense = project(np.array([shapely.segmentize(shape, 100.0)]), system, STORED)[0]
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(dense))[0])


def area_m2(shape, system=METRIC_DEFAULT):
    return areas_m2(np.array([shape], dtype=object), system)[0]


@st.composite
def polygons(draw):
    """A star of up to 20 km with a hole, at any place of the zone."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size_m, count = draw(st.sampled_from([1.0, 30.0, 400.0, 20_000.0])), draw(st.integers(3, 30))
    turn = np.arange(count) * 2 * np.pi / count + rng.uniform(0, 1)
    ring = np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(0.3, 1, (count, 1)) * size_m
    place = rng.uniform((360_000, 400_000), (640_000, 5_900_000))
    hole = place + 0.2 * size_m * np.cos(np.pi / count) * np.array([(1, 0), (0, 1), (-1, 0), (0, -1)]) * 0.5
    return shapely.Polygon(place + ring, [hole] if count > 4 and draw(st.booleans()) else [])


@given(polygons())
@settings(max_examples=150)
def test_it_is_what_geod_says_of_the_densified_edges(shape):
    assert area_m2(shape) == pytest.approx(geod_m2(shape), rel=1e-9, abs=1e-3)


@pytest.mark.parametrize("lat", [-60.0, 0.0, 0.01, 45.0, 80.0])
def test_it_holds_at_any_latitude_and_in_any_metric_system(lat):
    system = f"+proj=laea +lat_0={lat} +lon_0=10 +ellps=GRS80 +units=m"
    shape = shapely.Point(2000, 3000).buffer(1500) - shapely.box(1900, 2900, 2300, 3100)
    assert area_m2(shape, system) == pytest.approx(geod_m2(shape, system), rel=1e-9)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["osm_huashan_water_polygons.geojson", "osm_wuhan_water_polygons.geojson"])
def test_lakes_agree_to_a_billionth_and_ponds_to_a_square_centimetre(name):
    waters = np.array(shapely.get_parts(shapely.from_geojson(shared_data(name).read_text("utf-8"))), dtype=object)
    waters = project(waters, WIRE, METRIC_DEFAULT)
    waters = waters[(shapely.get_dimensions(waters) == 2) & shapely.is_valid(waters)]
    ours, exact = areas_m2(waters, METRIC_DEFAULT), np.array([geod_m2(water) for water in waters])
    assert len(waters) > 5
    assert (abs(ours - exact) < np.maximum(0.005, 1e-9 * exact)).all()
    print(f"\n{name}: {len(waters)} waters, at most {abs(ours - exact).max():.1e} m² apart, of {exact.max():,.0f}")


def test_edges_are_straight_in_the_metric_system():
    triangle = shapely.Polygon([(545_000, 3_380_000), (550_000, 3_380_000), (545_000, 3_385_000)])
    corners = project(np.array([triangle]), METRIC_DEFAULT, STORED)[0]
    assert abs(GEOD.geometry_area_perimeter(corners)[0]) != pytest.approx(area_m2(triangle), abs=1.0)
    assert area_m2(triangle) == pytest.approx(geod_m2(triangle), abs=1e-4)


@given(polygons(), st.integers(0, 30), st.booleans())
def test_where_a_ring_begins_and_how_it_turns_is_all_the_same(shape, first, back):
    rings = [np.roll(ring.coords[:-1], first, axis=0)[:: -1 if back else 1] for ring in shapely.get_rings(shape)]
    assert area_m2(shapely.Polygon(rings[0], rings[1:])) == pytest.approx(area_m2(shape), rel=1e-11, abs=1e-6)


@given(polygons(), st.floats(0.1, 0.9))
@settings(max_examples=30)
def test_a_shape_cut_in_two_is_as_large_as_both(shape, share):
    west, south, east, north = shape.bounds
    line = west + share * (east - west)
    halves = [shapely.box(west, south, line, north), shapely.box(line, south, east, north)]
    parts = np.array([shapely.intersection(shape, half) for half in halves])
    assert areas_m2(parts, METRIC_DEFAULT).sum() == pytest.approx(area_m2(shape), rel=1e-9, abs=2e-3)


def test_what_has_no_area_has_none():
    nothing = [
        None,
        shapely.Point(1, 2),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Polygon(),
        shapely.MultiPolygon(),
    ]
    square = shapely.box(545_000, 3_380_000, 545_010, 3_380_010)
    mixed = shapely.GeometryCollection([square, shapely.Point(1, 2)])
    found = areas_m2(np.array([*nothing, square, mixed], dtype=object), METRIC_DEFAULT)
    assert found[:5].tolist() == [0.0] * 5
    assert found[5] == found[6] == pytest.approx(100, abs=0.02)
    assert areas_m2(np.empty(0, dtype=object), METRIC_DEFAULT).tolist() == []


def test_numbers_that_are_no_metres_do_not_fill_memory(monkeypatch):
    monkeypatch.setattr(area, "MOST_POINTS", 500)
    assert len(area._densified(np.array([[0.0, 0.0], [1e12, 0.0], [0.0, 1e12], [0.0, 0.0]]), np.zeros(4, int))[0]) < 600


def test_parts_add_up_and_the_third_coordinate_does_not_count():
    squares = [shapely.box(545_000 + x, 3_380_000, 545_010 + x, 3_380_010) for x in (0, 20, 40)]
    tall = shapely.force_3d(shapely.MultiPolygon(squares), 9.0)
    assert area_m2(tall) == pytest.approx(sum(area_m2(each) for each in squares), abs=1e-9)

"""Coordinates are moved into the stored system, and what cannot be right is said, not guessed."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from api.transfer.place import place
from geo.tracks.datum import wgs84_to_bd09, wgs84_to_gcj02
from layers.crs import DEVICE, METRIC_DEFAULT, STORED, TILE, WIRE, ZONE_PREFIXED, area_of_use, project
from layers.errors import BadCrs

BOUNDS = area_of_use(METRIC_DEFAULT)
BEIJING_54 = "+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs"


def points(*pairs):
    return np.array([shapely.Point(*pair) for pair in pairs], dtype=object)


def placed(pair, crs, **options):
    return place(points(pair), crs, bounds=BOUNDS, **options)


@pytest.mark.parametrize("crs", [WIRE, DEVICE, STORED, "EPSG:4979"])
def test_degrees_stay_exactly_as_they_are(crs):
    assert placed((114.123456789012345, 30.1), crs).geometries[0].x == 114.123456789012345


@pytest.mark.parametrize("crs", [METRIC_DEFAULT, BEIJING_54, TILE, ZONE_PREFIXED])
def test_metres_become_degrees(crs):
    given_point = project(points((114.5, 30.5)), STORED, crs)
    found = place(given_point, crs, bounds=BOUNDS)
    assert found.geometries[0].distance(shapely.Point(114.5, 30.5)) < 1e-9
    assert found.faults[0] is None


@pytest.mark.parametrize("crs", [METRIC_DEFAULT, ZONE_PREFIXED])
def test_zone_numbers_before_eastings_are_understood_and_said(crs):
    found = placed((38_500_000, 3_380_000), crs)
    assert abs(found.geometries[0].x - 114) < 1e-9
    assert "带号 38" in found.notes[0]


def test_a_zone_number_of_another_zone_is_refused():
    assert "带号 39 与坐标系" in placed((39_500_000, 3_380_000), METRIC_DEFAULT).faults[0]


def test_without_a_system_it_asks_for_one():
    with pytest.raises(BadCrs, match="--crs"):
        placed((114.5, 30.5), None)


@pytest.mark.parametrize(
    ("pair", "crs", "told"),
    [
        ((30.5, 114.5), STORED, "经纬度颠倒"),
        ((3_380_000, 500_000), METRIC_DEFAULT, "东、北坐标颠倒"),
        ((12_745_000, 3_570_000), STORED, "墨卡托的米,却标为度"),
        ((500_000, 3_380_000), STORED, "是米,却标为度"),
        ((200, 10), STORED, "超出经度 ±180"),
        ((10, 10), STORED, "部署范围"),
        ((float("nan"), 30), STORED, "无穷大或非数字"),
        ((114, float("inf")), STORED, "无穷大或非数字"),
        ((1e30, 1e30), METRIC_DEFAULT, "能换算的范围"),
    ],
)
def test_what_cannot_be_right_is_said(pair, crs, told):
    found = placed(pair, crs)
    assert told in found.faults[0]
    assert found.geometries[0] is None


def test_degrees_swapped_where_both_orders_are_degrees():
    kenya = BOUNDS._replace(west=33, south=-5, east=42, north=5)
    assert "颠倒" in place(points((-1.2, 35.1)), STORED, bounds=kenya).faults[0]


@pytest.mark.parametrize(("datum", "shift"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_shifted_datums_are_undone(datum, shift):
    lon, lat = shift(114.5, 30.5)
    found = placed((float(lon), float(lat)), WIRE, datum=datum)
    assert found.geometries[0].distance(shapely.Point(114.5, 30.5)) < 1e-8
    assert datum.upper() in found.notes[0]


def test_nothing_and_empty_have_no_place_and_no_fault():
    found = place(np.array([None, shapely.Point()], dtype=object), STORED, bounds=BOUNDS)
    assert found.faults.tolist() == [None, None]
    assert len(place(np.array([], dtype=object), STORED, bounds=BOUNDS).geometries) == 0


@given(st.floats(), st.floats(), st.sampled_from([STORED, METRIC_DEFAULT, TILE]))
def test_any_numbers_are_placed_within_bounds_or_refused(x, y, crs):
    found = place(np.array([shapely.Point(x, y)], dtype=object), crs, bounds=BOUNDS)
    if found.faults[0] is None:
        assert BOUNDS.west <= found.geometries[0].x <= BOUNDS.east
        assert BOUNDS.south <= found.geometries[0].y <= BOUNDS.north
    else:
        assert found.geometries[0] is None

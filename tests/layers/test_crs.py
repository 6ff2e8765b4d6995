"""Coordinate systems by name."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers import crs
from layers.errors import BadCrs, BadInput

lons = st.floats(112.5, 115.5)
lats = st.floats(29.0, 32.0)


@given(lons, lats)
def test_projecting_there_and_back_returns_the_place(lon, lat):
    there = crs.project(np.array([shapely.Point(lon, lat)]), crs.STORED, crs.METRIC_DEFAULT)
    back = crs.project(there, crs.METRIC_DEFAULT, crs.STORED)[0]
    assert (back.x, back.y) == pytest.approx((lon, lat), abs=1e-9)


def test_longitude_comes_first_in_every_system():
    place = crs.project(np.array([shapely.Point(114.5, 30.56)]), crs.WIRE, crs.METRIC_DEFAULT)[0]
    assert 540_000 < place.x < 560_000
    assert 3_300_000 < place.y < 3_400_000


def test_z_is_dropped_and_none_stays_none():
    answer = crs.project(np.array([shapely.Point(114, 30, 9), None]), crs.STORED, crs.TILE)
    assert not answer[0].has_z
    assert answer[1] is None


@pytest.mark.parametrize("text", ["", "1,2", "1,2,3,x", "nan,0,1,1", "115,30,114,31", "200,0,201,1", "1,2,3,4,5"])
def test_a_bounds_that_means_nothing_is_refused(text):
    with pytest.raises(BadInput):
        crs.Bounds.parse(text)


def test_swapped_coordinates_are_named_as_such():
    with pytest.raises(BadInput, match="颠倒"):
        crs.LonLat.parse("30.5,114.5")


@pytest.mark.parametrize("name", ["EPSG:1", "武汉2000", "+proj=nothing", "²", "9" * 5000, ""])
def test_an_unknown_system_is_refused_by_name(name):
    with pytest.raises(BadCrs):
        crs.known(name)


def test_a_proj_string_is_a_system_but_has_no_area_of_use():
    local = "+proj=tmerc +lat_0=0 +lon_0=114.333 +k=1 +x_0=800000 +y_0=-3000000 +ellps=GRS80 +units=m"
    assert crs.known(local).is_projected
    with pytest.raises(BadCrs, match="HUASHAN_BOUNDS"):
        crs.area_of_use(local)


@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("EPSG:4547", "112.5,21.5,115.5,45"),
        (crs.ZONE_PREFIXED, "114,30,115,31"),
        ("EPSG:21037", "34,-2,38,1"),
        ("+proj=tmerc +lat_0=0 +lon_0=114.3 +x_0=800000 +ellps=GRS80 +units=m", "114,30,115,31"),
    ],
)
def test_a_projection_of_the_place_in_metres_is_what_a_city_may_be_measured_in(name, box):
    crs.check_metric(name, crs.Bounds.parse(box))


@pytest.mark.parametrize(
    ("name", "box", "told"),
    [
        (crs.STORED, "114,30,115,31", "不以米为单位"),
        ("EPSG:2227", "-123,37,-122,38", "不以米为单位"),
        (crs.TILE, "114,30,115,31", "1.36 倍"),
        (crs.TILE, "-180,-85.06,180,85.06", "倍"),
        (crs.METRIC_DEFAULT, "100,30,101,31", "倍"),
    ],
)
def test_degrees_feet_mercator_and_a_zone_far_away_are_not(name, box, told):
    with pytest.raises(BadCrs, match=told):
        crs.check_metric(name, crs.Bounds.parse(box))

"""The shifted datums: known points, exact inverses, nothing moved outside China."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Geod

from geo.tracks import datum
from geo.tracks.datum import Datum

GEOD = Geod(ellps="WGS84")
# Well inside every edge of the region: within 1 km of an edge the inverse has two right answers.
LON = st.floats(98, 118)
LAT = st.floats(30, 42)
ANYWHERE = (st.floats(-180, 180), st.floats(-90, 90))


def metres_between(first, second):
    return GEOD.inv(first[0], first[1], second[0], second[1])[2]


# Test points of the open eviltransform converter, by way of its published tests.
@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_known_points_of_gcj02(wgs84, gcj02):
    assert metres_between(datum.wgs84_to_gcj02(*wgs84), gcj02) < 1e-3
    assert metres_between(datum.gcj02_to_wgs84(*gcj02), wgs84) < 1e-3


def test_known_point_of_bd09():
    # 天安门, as in the published tests of the open coordtransform converter.
    assert metres_between(datum.gcj02_to_bd09(116.404, 39.915), (116.41036949371029, 39.92133699351021)) < 1e-3


def test_the_shift_at_huashan_is_574_m():
    here = (114.52, 30.55)
    assert metres_between(here, datum.wgs84_to_gcj02(*here)) == pytest.approx(574, abs=1)


@given(LON, LAT)
def test_every_datum_comes_back_to_better_than_a_millimetre(lon, lat):
    here = (lon, lat)
    assert metres_between(datum.gcj02_to_wgs84(*datum.wgs84_to_gcj02(*here)), here) < 1e-3
    assert metres_between(datum.bd09_to_gcj02(*datum.gcj02_to_bd09(*here)), here) < 1e-3
    assert metres_between(datum.bd09_to_wgs84(*datum.wgs84_to_bd09(*here)), here) < 1e-3
    assert metres_between(datum.wgs84_to_gcj02(*datum.gcj02_to_wgs84(*here)), here) < 1e-3


@given(*ANYWHERE)
def test_nothing_moves_outside_china(lon, lat):
    assume(not any(datum.in_china(lon + east, lat + north) for east in (-0.02, 0, 0.02) for north in (-0.02, 0, 0.02)))
    for move in (datum.wgs84_to_gcj02, datum.gcj02_to_wgs84, datum.wgs84_to_bd09, datum.bd09_to_wgs84):
        assert [float(value) for value in move(lon, lat)] == [lon, lat]


@pytest.mark.parametrize(
    ("place", "lon", "lat", "inside"),
    [
        ("花山", 114.5, 30.56, True),
        ("三亚", 109.5, 18.25, True),
        ("乌鲁木齐", 87.6, 43.8, True),
        ("哈尔滨", 126.6, 45.75, True),
        ("Seoul", 126.98, 37.57, False),
        ("Delhi", 77.2, 28.6, False),
        ("Hanoi", 105.85, 21.03, False),
        ("Tokyo", 139.7, 35.7, False),
        ("Kenya", 34.9, -1.4, False),
    ],
)
def test_where_the_shift_applies(place, lon, lat, inside):
    assert bool(datum.in_china(lon, lat)) is inside, place


def test_arrays_keep_their_shape_and_what_is_not_finite_stays():
    lon = np.array([[114.5, np.nan], [np.inf, 34.9]])
    lat = np.array([[30.56, 30.0], [30.0, -1.4]])
    for move in (datum.wgs84_to_bd09, datum.bd09_to_wgs84):
        x, y = move(lon, lat)
        assert x.shape == y.shape == (2, 2)
        assert np.isnan(x[0, 1])
        assert x[1, 0] == np.inf
        assert (x[1, 1], y[1, 1]) == (34.9, -1.4)


def test_nothing_in_nothing_out():
    assert [len(axis) for axis in datum.bd09_to_wgs84([], [])] == [0, 0]


@given(LON, LAT)
def test_to_wgs84_undoes_the_declared_datum(lon, lat):
    for name, made in (
        (Datum.WGS84, (lon, lat)),
        ("gcj02", datum.wgs84_to_gcj02(lon, lat)),
        ("bd09", datum.wgs84_to_bd09(lon, lat)),
    ):
        assert metres_between(datum.to_wgs84(*made, name), (lon, lat)) < 1e-3


def test_an_unknown_datum_is_refused():
    with pytest.raises(ValueError, match="mars"):
        datum.to_wgs84(114.5, 30.5, "mars")

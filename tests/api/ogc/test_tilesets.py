"""Limits of tilesets: for any box, inclusive, within the matrix, and no wider than the box and the tile's buffer."""

import math

from hypothesis import given
from hypothesis import strategies as st

from api.limits import MAX_ZOOM
from api.ogc.tilesets import limits_of
from layers.crs import Bounds

BUFFER = 64 / 4096
ROUNDING = 1e-6
"""Of a tile, at the deepest zoom."""


def column(lon: float, zoom: int) -> float:
    """How many tiles a longitude lies from the west: (λ + 180) / 360 · 2^z."""
    return (lon + 180) / 360 * 2**zoom


def row(lat: float, zoom: int) -> float:
    """How many tiles a latitude lies from the north: (1 − ln(tan φ + sec φ) / π) / 2 · 2^z."""
    angle = math.radians(lat)
    return (1 - math.log(math.tan(angle) + 1 / math.cos(angle)) / math.pi) / 2 * 2**zoom


@given(
    lons=st.tuples(st.floats(-180, 180), st.floats(-180, 180)),
    lats=st.tuples(st.floats(-85, 85), st.floats(-85, 85)),
    zoom=st.integers(0, MAX_ZOOM),
)
def test_limits_hold_the_box_and_its_buffer_and_nothing_else(lons, lats, zoom):
    box = Bounds(min(lons), min(lats), max(lons), max(lats))
    found, last = limits_of(box, zoom), 2**zoom - 1
    slack = BUFFER + ROUNDING
    west, east, north, south = (
        column(box.west, zoom), column(box.east, zoom), row(box.north, zoom), row(box.south, zoom)
    )  # fmt: skip
    assert 0 <= found.min_col <= found.max_col <= last and 0 <= found.min_row <= found.max_row <= last
    assert max(math.floor(west - slack), 0) <= found.min_col <= max(math.floor(west - BUFFER + ROUNDING), 0)
    assert max(math.floor(east + BUFFER - ROUNDING), 0) <= found.max_col or found.max_col == last
    assert found.max_col <= math.floor(east + slack)
    assert max(math.floor(north - slack), 0) <= found.min_row <= max(math.floor(north - BUFFER + ROUNDING), 0)
    assert max(math.floor(south + BUFFER - ROUNDING), 0) <= found.max_row or found.max_row == last
    assert found.max_row <= math.floor(south + slack)


def test_the_whole_world_is_every_tile():
    found = limits_of(Bounds(-180, -90, 180, 90), 3)
    assert found == (3, 0, 7, 0, 7)
    assert found.hold(7, 7) and not found.hold(8, 7)

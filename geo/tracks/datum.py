"""Where a position really lies when a phone reports it in a shifted datum: WGS84, GCJ-02, BD-09 and back.

Phones report WGS84, GCJ-02 (微信, 高德, 腾讯) or BD-09 (百度); at Huashan the first two lie 574 m apart.
All functions take longitude and latitude in degrees, arrays of one shape, and return two arrays of that
shape. What is not finite stays as it is. The inverses are iterated until they are exact to better than
1 mm.

Outside China every function is the identity, as phones' map kits are. "China" is six rectangles less
six others: a known approximation of the mainland (Aimeast, 2012, the same in most open converters),
kinder than the usual box 72.004–137.8347° E, 0.8293–55.8271° N, which would move Seoul, Delhi and Hanoi.
Within about 1 km of its edge a shifted position can have two origins; the inside one is answered.

Source: the published form of the GCJ-02 obfuscation on the Krasovsky 1940 ellipsoid (as in eviltransform),
and the published BD-09 offset (as in coordtransform).
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Datum",
    "bd09_to_gcj02",
    "bd09_to_wgs84",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "in_china",
    "to_wgs84",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
]

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

AXIS_M = 6378245.0
ECCENTRICITY_2 = 0.00669342162296594323

CHINA = (  # west, north, east, south
    (79.446200, 49.220400, 96.330000, 42.889900),
    (109.687200, 54.141500, 135.000200, 39.374200),
    (73.124600, 42.889900, 124.143255, 29.529700),
    (82.968400, 29.529700, 97.035200, 26.718600),
    (97.025300, 29.529700, 124.367395, 20.414096),
    (107.975793, 20.414096, 111.744104, 17.871542),
)
NOT_CHINA = (
    (119.921265, 25.398623, 122.497559, 21.785006),
    (101.865200, 22.284000, 106.665000, 20.098800),
    (106.452500, 21.542200, 108.051000, 20.487800),
    (109.032300, 55.817500, 119.127000, 50.325700),
    (127.456800, 55.817500, 137.022700, 49.557400),
    (131.266200, 44.892200, 137.022700, 42.569200),
)

ENOUGH_DEG = 1e-11
"""A step of the iteration below this, about a micrometre, ends it."""
MOST_STEPS = 20


class Datum(StrEnum):
    """The datum a device reports in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def in_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Whether positions lie where the shifted datums apply; False for what is not finite.

    >>> in_china([114.5, 34.9, 126.98], [30.56, -1.4, 37.57]).tolist()
    [True, False, False]
    """
    x, y = _degrees(lon, lat)
    return _in_any(CHINA, x, y) & ~_in_any(NOT_CHINA, x, y)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Where GCJ-02 puts WGS84 positions.

    >>> lon, lat = wgs84_to_gcj02(116.377817, 39.911954)
    >>> round(float(lon), 6), round(float(lat), 6)
    (116.384047, 39.913345)
    """
    return _inside_only(_gcj02, *_degrees(lon, lat))


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """The WGS84 positions that GCJ-02 puts here.

    >>> lon, lat = gcj02_to_wgs84(*wgs84_to_gcj02(114.5, 30.56))
    >>> round(float(lon), 9), round(float(lat), 9)
    (114.5, 30.56)
    """
    return _undone(_gcj02, *_degrees(lon, lat))


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Where BD-09 puts GCJ-02 positions.

    >>> lon, lat = gcj02_to_bd09(116.404, 39.915)
    >>> round(float(lon), 6), round(float(lat), 6)
    (116.410369, 39.921337)
    """
    return _inside_only(_bd09, *_degrees(lon, lat))


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """The GCJ-02 positions that BD-09 puts here."""
    return _undone(_bd09, *_degrees(lon, lat))


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Where BD-09 puts WGS84 positions."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """The WGS84 positions that BD-09 puts here."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum | str) -> Pair:
    """The WGS84 positions of what a device reports in `datum`; raises ValueError for another name.

    >>> [float(value) for value in to_wgs84(34.9, -1.4, "bd09")]
    [34.9, -1.4]
    """
    undo: dict[Datum, Callable[[ArrayLike, ArrayLike], Pair]] = {
        Datum.WGS84: _degrees,
        Datum.GCJ02: gcj02_to_wgs84,
        Datum.BD09: bd09_to_wgs84,
    }
    return undo[Datum(datum)](lon, lat)


def _degrees(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _in_any(boxes: tuple[tuple[float, ...], ...], x: Degrees, y: Degrees) -> NDArray[np.bool_]:
    inside = np.zeros(np.broadcast(x, y).shape, dtype=bool)
    for west, north, east, south in boxes:
        inside |= (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return inside


def _inside_only(shift: Callable[[Degrees, Degrees], Pair], x: Degrees, y: Degrees) -> Pair:
    inside = in_china(x, y)
    moved_x, moved_y = shift(*_somewhere(x, y))
    return np.where(inside, moved_x, x), np.where(inside, moved_y, y)


def _undone(shift: Callable[[Degrees, Degrees], Pair], x: Degrees, y: Degrees) -> Pair:
    target_x, target_y = _somewhere(x, y)
    found_x, found_y = target_x, target_y
    for _ in range(MOST_STEPS):
        reached_x, reached_y = shift(found_x, found_y)
        off_x, off_y = reached_x - target_x, reached_y - target_y
        found_x, found_y = found_x - off_x, found_y - off_y
        if max(np.max(np.abs(off_x), initial=0.0), np.max(np.abs(off_y), initial=0.0)) < ENOUGH_DEG:
            break
    inside = in_china(found_x, found_y) & _near(x, y)
    return np.where(inside, found_x, x), np.where(inside, found_y, y)


def _near(x: Degrees, y: Degrees) -> NDArray[np.bool_]:
    return (x > 70) & (x < 140) & (y > 15) & (y < 57)


def _somewhere(x: Degrees, y: Degrees) -> Pair:
    """The positions, with those far from China replaced: the formulas are polynomials and overflow elsewhere."""
    near = _near(x, y)
    return np.where(near, x, 105.0), np.where(near, y, 35.0)


def _gcj02(lon: Degrees, lat: Degrees) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    waves = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east_m += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north_m += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    phi = np.radians(lat)
    flat = 1.0 - ECCENTRICITY_2 * np.sin(phi) ** 2
    across_m = AXIS_M / np.sqrt(flat) * np.cos(phi)
    along_m = AXIS_M * (1.0 - ECCENTRICITY_2) / (flat * np.sqrt(flat))
    return lon + np.degrees(east_m / across_m), lat + np.degrees(north_m / along_m)


def _bd09(lon: Degrees, lat: Degrees) -> Pair:
    turns = np.pi * 3000.0 / 180.0
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * turns)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * turns)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006

"""Whether a photo was taken where and when the observation says: what it says of itself, compared."""

from datetime import datetime
from typing import NamedTuple

import numpy as np
from pyproj import Geod

from geo.tracks.datum import Datum, gcj02_to_wgs84
from layers.crs import LonLat

FAR_M = 200.0
"""A photo taken farther off than this is flagged: more than a receiver's error and a bank's width."""
APART_S = 86_400.0
"""One taken longer before or after than this is flagged, too."""
_SPHEROID = Geod(ellps="GRS80")


class Compared(NamedTuple):
    """distance_m: between the photo's position, read in `datum`, and the observation. apart_s: photo's time less found.

    None where the photo does not say. far, untimely: whether that is beyond the bound.
    """

    distance_m: float | None
    datum: str | None
    far: bool
    apart_s: float | None
    untimely: bool


def compared(at: LonLat | None, taken_at: datetime | None, place: LonLat, found_at: datetime) -> Compared:
    """How far from an observation a photo says it was taken, and how long apart.

    EXIF positions are WGS84 by their standard, but camera programs of map makers write GCJ-02. So that one is tried
    where the first reading is too far and the second is not; `datum` says which it was.

    >>> at = datetime(2026, 6, 30)
    >>> compared(LonLat(114.5, 30.56), None, LonLat(114.5, 30.561), at)
    Compared(distance_m=110.9, datum='wgs84', far=False, apart_s=None, untimely=False)
    """
    distance_m, datum = (None, None) if at is None else _distance(at, place)
    apart_s = None if taken_at is None else (taken_at - found_at).total_seconds()
    return Compared(
        distance_m,
        datum,
        distance_m is not None and distance_m > FAR_M,
        apart_s,
        apart_s is not None and abs(apart_s) > APART_S,
    )


def _distance(at: LonLat, place: LonLat) -> tuple[float, str]:
    plain_m = _metres(at, place)
    if plain_m <= FAR_M:
        return plain_m, str(Datum.WGS84)
    lon, lat = (float(degrees) for degrees in gcj02_to_wgs84(np.float64(at.lon), np.float64(at.lat)))
    shifted_m = _metres(LonLat(lon, lat), place)
    return (shifted_m, str(Datum.GCJ02)) if shifted_m <= FAR_M else (plain_m, str(Datum.WGS84))


def _metres(one: LonLat, other: LonLat) -> float:
    return round(float(_SPHEROID.inv(*one, *other)[2]), 1)

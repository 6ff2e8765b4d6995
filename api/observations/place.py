"""Where an observation lies: positions of any datum as WGS84, held to the deployment's bounds."""

import numpy as np

from geo.tracks.datum import to_wgs84
from layers.crs import Bounds, LonLat
from layers.errors import BadGeometry

_DEGREES = 9
"""Digits kept of a degree: a tenth of a millimetre."""


def placed(lon: float | None, lat: float | None, datum: str, bounds: Bounds) -> LonLat:
    """The place that was sent; raises BadGeometry where it is incomplete or out of bounds.

    >>> placed(114.5, 30.56, "wgs84", Bounds(112.5, 20.0, 115.5, 40.0))
    LonLat(lon=114.5, lat=30.56)
    """
    if lon is None or lat is None:
        raise BadGeometry("位置不全:经度 lon 与纬度 lat 须一起给出(度,经度在前)。")
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        swapped = ",看起来经纬度颠倒" if abs(lat) <= 180 and abs(lon) <= 90 else ""
        raise BadGeometry(f"位置 ({lon:g}, {lat:g}) 不是经纬度{swapped}:应为度,经度在前。")
    x, y = (round(float(degrees), _DEGREES) for degrees in to_wgs84(np.float64(lon), np.float64(lat), datum))
    if not (bounds.west <= x <= bounds.east and bounds.south <= y <= bounds.north):
        limits = "、".join(f"{edge:g}" for edge in bounds)
        raise BadGeometry(f"位置 ({lon:g}, {lat:g}) 在部署范围(西、南、东、北 {limits})之外:请核对经纬度与基准。")
    return LonLat(x, y)

"""The way to a place in the map app that a phone has: addresses that open it, in the datum that each expects.

高德, 腾讯 and Apple Maps take GCJ-02 in China, and 百度 is told so; `geo:` (RFC 5870) is WGS84.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from geo.tracks.datum import wgs84_to_gcj02

__all__ = ["Way", "shifted", "ways"]

_AMAP = {"foot": "walk", "bicycle": "ride"}
_BAIDU = {"foot": "walking", "bicycle": "riding"}
_TENCENT = {"foot": "walk", "bicycle": "bike"}
_APPLE = {"foot": "w"}
"""Whoever goes by boat or with a drone drives to where it starts."""


class Way(NamedTuple):
    """An address in which {lon}, {lat} and {name} are to be filled in, and the datum of the place."""

    app: str
    datum: str
    url: str


def ways(mode: str) -> list[Way]:
    """The apps that lead a crew to a place, by its mode.

    >>> ways("foot")[0].url
    'https://uri.amap.com/navigation?to={lon},{lat},{name}&mode=walk&coordinate=gaode&callnative=1&src=huashan'
    """
    amap, baidu = _AMAP.get(mode, "car"), _BAIDU.get(mode, "driving")
    return [
        Way(
            "amap",
            "gcj02",
            "https://uri.amap.com/navigation?to={lon},{lat},{name}"
            f"&mode={amap}&coordinate=gaode&callnative=1&src=huashan",
        ),
        Way(
            "baidu",
            "gcj02",
            "https://api.map.baidu.com/direction?destination=name:{name}%7Clatlng:{lat},{lon}"
            f"&coord_type=gcj02&mode={baidu}&output=html&src=huashan",
        ),
        Way(
            "tencent",
            "gcj02",
            "https://apis.map.qq.com/uri/v1/routeplan?to={name}&tocoord={lat},{lon}"
            f"&type={_TENCENT.get(mode, 'drive')}&referer=huashan",
        ),
        Way("apple", "gcj02", f"https://maps.apple.com/?daddr={{lat}},{{lon}}&dirflg={_APPLE.get(mode, 'd')}"),
        Way("geo", "wgs84", "geo:{lat},{lon}?q={lat},{lon}({name})"),
    ]


def shifted(places: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Places in GCJ-02, degrees to a tenth of a metre.

    >>> shifted([(114.498823, 30.601775)])
    [[114.504123, 30.599323]]
    """
    lon, lat = np.array(places, dtype=float).reshape(-1, 2).T
    found: list[list[float]] = np.column_stack(wgs84_to_gcj02(lon, lat)).round(6).tolist()
    return found

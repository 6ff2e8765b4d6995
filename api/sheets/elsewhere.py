"""The way to a place in the map app that a phone has: addresses that open it, in the datum that each expects.

高德, 腾讯 and Apple Maps take GCJ-02 in China, 百度 is told so; `geo:` (RFC 5870) is WGS84.
"""

from urllib.parse import quote, urlencode

import numpy as np

from geo.tracks.datum import wgs84_to_gcj02

__all__ = ["ways_to"]

_AMAP = {"foot": "walk", "bicycle": "ride"}
_BAIDU = {"foot": "walking", "bicycle": "riding"}
_TENCENT = {"foot": "walk", "bicycle": "bike"}
_APPLE = {"foot": "w"}
"""Whoever goes by boat or with a drone drives to where it starts."""


def ways_to(lon: float, lat: float, name: str, mode: str) -> dict[str, str]:
    """Addresses by app. lon, lat: WGS84 degrees.

    >>> ways_to(114.498823, 30.601775, "办事处", "foot")["amap"]
    'https://uri.amap.com/navigation?to=114.504123%2C30.599323%2C%E5%8A%9E%E4%BA%8B%E5%A4%84&mode=walk&coordinate=gaode&callnative=1&src=huashan'
    >>> ways_to(114.498823, 30.601775, "办事处", "foot")["geo"]
    'geo:30.601775,114.498823?q=30.601775,114.498823(%E5%8A%9E%E4%BA%8B%E5%A4%84)'
    """
    x, y = (float(np.round(one, 6)) for one in wgs84_to_gcj02(lon, lat))
    # Commas and bars part the fields of these addresses.
    named = "".join(" " if letter in ",|;()&" else letter for letter in name)[:40]
    amap = {"to": f"{x:.6f},{y:.6f},{named}", "mode": _AMAP.get(mode, "car"), "coordinate": "gaode", "callnative": "1"}
    baidu = {
        "destination": f"name:{named}|latlng:{y:.6f},{x:.6f}",
        "coord_type": "gcj02",
        "mode": _BAIDU.get(mode, "driving"),
        "output": "html",
    }
    tencent = {"type": _TENCENT.get(mode, "drive"), "to": named, "tocoord": f"{y:.6f},{x:.6f}", "referer": "huashan"}
    apple = {"daddr": f"{y:.6f},{x:.6f}", "dirflg": _APPLE.get(mode, "d")}
    place = f"{lat:.6f},{lon:.6f}"
    return {
        "amap": f"https://uri.amap.com/navigation?{urlencode(amap | {'src': 'huashan'})}",
        "baidu": f"https://api.map.baidu.com/direction?{urlencode(baidu | {'src': 'huashan'})}",
        "tencent": f"https://apis.map.qq.com/uri/v1/routeplan?{urlencode(tencent)}",
        "apple": f"https://maps.apple.com/?{urlencode(apple)}",
        "geo": f"geo:{place}?q={place}({quote(named)})",
    }

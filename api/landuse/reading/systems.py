"""Coordinate systems for outlines: by the names that users say, and where each would put an outline that says none."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from api.figures.sums import HA_PER_M2, MU_PER_M2
from layers.crs import (
    SIX_DEGREES,
    STORED,
    THREE_DEGREES,
    TILE,
    Bounds,
    Geometries,
    LonLat,
    foreign_datum,
    gauss_kruger,
    known,
    project,
)
from layers.errors import BadCrs

__all__ = ["AskCrs", "Candidate", "Ground", "candidates", "check_plain", "named", "system_name", "turned"]

_GEOD = Geod(ellps="GRS80")
_MOST_SHOWN = 2_000
_MOST, _MOST_OUTSIDE = 8, 3
_LONGEST = 2_000
_DEGREES_LIKE = 180.0
_SHIFT_FILE = re.compile(r"grids\s*=\s*(?!@null\b)|PARAMETERFILE|\+proj=(?:h|v|x)?gridshift|\+(?:file|init)=\s*/", re.I)


class Ground(NamedTuple):
    """Where outlines have to lie: the metric system, the deployment's bounds, where its data lie, and local systems.

    extent: the box of the land data, None where there are none. local: name -> PROJ string, as configured.
    """

    metric_crs: str
    bounds: Bounds
    extent: Bounds | None = None
    local: Mapping[str, str] = {}


class Candidate(NamedTuple):
    """A system an outline may be in, and where it would lie: to be chosen by whoever sent it.

    axes: 'ne' where the first number of a point is the northing, else 'en'. inside: the deployment's bounds.
    near: the data. shape: in STORED.
    """

    crs: str
    name: str
    why: str
    axes: str
    centre: LonLat
    area_m2: float
    inside: bool
    near: bool
    shape: BaseGeometry

    def as_json(self) -> dict[str, Any]:
        """What a page needs to ask; the shape only where it is not too large."""
        drawn = shapely.get_num_coordinates(self.shape) <= _MOST_SHOWN
        return {
            "crs": self.crs,
            "name": self.name,
            "why": self.why,
            "axes": self.axes,
            "centre": [round(self.centre.lon, 7), round(self.centre.lat, 7)],
            "area": {
                "m2": self.area_m2,
                "ha": self.area_m2 * float(HA_PER_M2),
                "mu": self.area_m2 * float(MU_PER_M2),
            },
            "inside": self.inside,
            "near": self.near,
            "geometry": shapely.geometry.mapping(self.shape) if drawn else None,
        }


class AskCrs(BadCrs):
    """Raised when an outline does not say its coordinate system: to be asked again with one of the candidates."""

    def __init__(self, message: str, candidates: list[Candidate]) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)
        self.members = {"candidates": [one.as_json() for one in candidates]}


def named(said: str, ground: Ground) -> tuple[str, str]:
    """The code or PROJ string of a system as it is said, and how: 'configured', 'fitted' on common points, or 'said'.

    Raises BadCrs for one that is not known, or whose datum has no published way to CGCS2000.
    """
    bare = said.strip()
    if len(bare) > _LONGEST:
        raise BadCrs(f"坐标系有 {len(bare):,} 个字,上限 {_LONGEST:,}:请给出代码(如 EPSG:4547)或 PROJ 字符串。")
    for name, definition in ground.local.items():
        if name.casefold().replace(" ", "") == bare.casefold().replace(" ", ""):
            return definition, _how(definition, "configured")
    try:
        known(bare)
    except BadCrs:
        offered = f",或本市的 {'、'.join(ground.local)}" if ground.local else ""
        raise BadCrs(f"不认识坐标系 {bare[:80]!r}:请给出代码(如 EPSG:4490)、PROJ 字符串{offered}。") from None
    check_plain(bare)
    check_datum(bare)
    return f"EPSG:{bare}" if re.fullmatch(r"\d{4,6}", bare) else bare, _how(bare, "said")


def _how(definition: str, otherwise: str) -> str:
    return "fitted" if "+proj=affine" in definition else otherwise


def check_plain(crs: str) -> None:
    """Raise BadCrs for a system that hangs on a file of shifts, or that has no place in a plane or in degrees.

    A file that is not there PROJ takes for no shift at all; and no request may have the server open what it names.
    """
    if _SHIFT_FILE.search(crs):
        raise BadCrs(f"坐标系 {crs[:80]!r} 要用改正格网文件,本平台没有:请先转换成 CGCS2000,或去掉 +nadgrids 一类参数。")
    system = known(crs)
    # What was fitted on common points is derived of a plane system, which PROJ calls no projected one.
    plain = (system.source_crs or system) if system.is_derived else system
    if not (plain.is_geographic or plain.is_projected):
        raise BadCrs(f"坐标系 {crs[:80]!r} 不是经纬度或平面坐标系:请给出如 EPSG:4490、EPSG:4547 的坐标系。")


def check_datum(crs: str) -> None:
    """Raise BadCrs for a system of an older datum, from which no published parameters lead to CGCS2000."""
    datum = foreign_datum(crs)
    if datum:
        raise BadCrs(
            f"坐标系 {system_name(crs)} 的基准是 {datum}:它与 2000 国家大地坐标系之间没有公开的转换参数,相差可达百米。"
            "请先转换成 CGCS2000;或用公共点求参(huashan crs fit),再以 --crs 给出。"
        )


def system_name(crs: str, ground: Ground | None = None) -> str:
    """What users call a system.

    >>> system_name(gauss_kruger(38, prefixed=False))
    'CGCS2000 三度带,中央经线 114°E,东坐标不含带号(EPSG:4547)'
    """
    for name, definition in (ground.local if ground else {}).items():
        if definition == crs:
            return name
    code = f"EPSG:{crs}" if re.fullmatch(r"\d{4,6}", crs) else crs
    return _national().get(code, known(crs).name)


def turned(shapes: Geometries, axes: str) -> Geometries:
    """Shapes with the easting first, from shapes as they were written. axes: 'ne' to turn them, 'en' to leave them."""
    if axes != "ne":
        return shapes
    return np.asarray(shapely.transform(shapes, lambda xy: xy[:, ::-1]))


def candidates(shapes: Geometries, axes: str, ground: Ground, only: Sequence[str] | None = None) -> list[Candidate]:
    """Every system that may be meant, the likeliest first: near the data, then within the bounds.

    Where none puts it there, those that put it nearest: it cannot be checked in them, but is shown to lie elsewhere.

    shapes: (n,) as they were written. axes: 'ne' or 'en' where the order of a point's numbers is known, else ''.
    only: these systems and no others.
    """
    present = shapes[~shapely.is_missing(shapes)]
    whole = shapely.MultiPolygon(list(shapely.get_parts(shapely.get_parts(present))))
    found = [
        one
        for order in ([axes] if axes else ["en", "ne"])
        for crs, kind in ([(crs, "said") for crs in only] if only else _systems(whole, ground))
        if (one := _placed(whole, crs, order, kind, ground))
    ]
    found.sort(key=lambda one: (not one.near, not one.inside, _far(one, ground)))
    inside = [one for one in found if one.inside]
    return inside[:_MOST] or found[:_MOST_OUTSIDE]


def _systems(whole: shapely.Geometry, ground: Ground) -> list[tuple[str, str]]:
    west, south, east, north = shapely.bounds(whole)
    largest = max(abs(west), abs(south), abs(east), abs(north))
    local = [(crs, "local") for crs in ground.local.values()]
    if largest <= _DEGREES_LIKE:
        return [(STORED, "degrees"), *local]
    return [
        *((gauss_kruger(zone, prefixed=False), "three") for zone in THREE_DEGREES),
        *((gauss_kruger(zone, prefixed=False), "six") for zone in SIX_DEGREES),
        (TILE, "web"),
        *local,
    ]


_WHY = {
    "degrees": "坐标像经纬度",
    "three": "东坐标没有带号,按三度带",
    "six": "东坐标没有带号,按六度带",
    "web": "按网络墨卡托(网络地图的米)",
    "local": "按本市配置的坐标系",
    "said": "按所说的坐标系",
}


def _placed(whole: shapely.Geometry, crs: str, axes: str, kind: str, ground: Ground) -> Candidate | None:
    shape = project(turned(np.array([whole], dtype=object), axes), crs, STORED)[0]
    box = shapely.bounds(shape)
    if not np.isfinite(box).all() or abs(box[1]) > 90 or abs(box[3]) > 90:
        return None
    inside = _within(box, ground.bounds)
    near = ground.extent is not None and inside and _touches(box, ground.extent)
    if not inside and (kind not in ("three", "degrees") or not _beside(box, ground.bounds)):
        return None
    where = "落在现有数据处" if near else "落在部署范围内" if inside else "落在部署范围之外"
    order = "先北后东" if axes == "ne" else "先东后北"
    if kind == "degrees":
        order = "先纬度后经度" if axes == "ne" else "先经度后纬度"
    centre = LonLat(float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2)
    area_m2 = sum(abs(_GEOD.geometry_area_perimeter(part)[0]) for part in shapely.get_parts(shape))
    why = f"{_WHY[kind]}、{order}读取,{where}"
    return Candidate(crs, system_name(crs, ground), why, axes, centre, area_m2, inside, near, shape)


def _within(box: np.ndarray, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return bool(west <= box[0] and south <= box[1] and box[2] <= east and box[3] <= north)


def _touches(box: np.ndarray, extent: Bounds) -> bool:
    """Whether a box lies at the data or within about ten kilometres of them."""
    return bool(shapely.box(*box).distance(shapely.box(*extent)) <= 0.1)


def _beside(box: np.ndarray, bounds: Bounds) -> bool:
    """Whether a box lies within some four degrees of the bounds: the zones beside the right one put it there."""
    return bool(shapely.box(*box).distance(shapely.box(*bounds)) <= 4)


def _far(one: Candidate, ground: Ground) -> float:
    aim = (ground.extent or ground.bounds).center
    return float(np.hypot(one.centre.lon - aim.lon, one.centre.lat - aim.lat))


def _national() -> dict[str, str]:
    names = {STORED: "CGCS2000 经纬度(EPSG:4490)", "OGC:CRS84": "WGS84 经纬度(CRS84)", TILE: "网络墨卡托(EPSG:3857)"}
    for prefixed, told in ((True, "东坐标含带号"), (False, "东坐标不含带号")):
        for zone in (*THREE_DEGREES, *SIX_DEGREES):
            crs = gauss_kruger(zone, prefixed=prefixed)
            three = zone in THREE_DEGREES
            middle = zone * 3 if three else zone * 6 - 3
            number = f" {zone} 带" if prefixed else ""
            names[crs] = f"CGCS2000 {'三' if three else '六'}度带{number},中央经线 {middle}°E,{told}({crs})"
    return names

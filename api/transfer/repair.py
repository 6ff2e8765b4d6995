"""Bringing geometries into the form a layer stores; every change to a shape is counted under a name."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.transfer.faults import Faults, kept, none_yet
from layers.crs import Geometries

VERTEX_LIMIT = 200_000
_KINDS = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")
_NAMES = {
    "Point": "点", "MultiPoint": "多点", "LineString": "线", "MultiLineString": "多段线",
    "Polygon": "面", "MultiPolygon": "多部件面", "GeometryCollection": "几何集合",
}  # fmt: skip


@dataclass(frozen=True)
class Repaired:
    """Geometries as they will be stored, why each that cannot be cannot, and how often each repair was made."""

    geometries: Geometries
    faults: Faults
    repairs: Counter[str]


def flattened(geometries: Geometries) -> tuple[Geometries, Counter[str]]:
    """The geometries in two dimensions, and how many had a height or a measure; None stays None."""
    present = ~shapely.is_missing(geometries)
    count = int((present & (shapely.has_z(geometries) | shapely.has_m(geometries))).sum())
    return np.asarray(shapely.force_2d(geometries)), +Counter({"去掉高程 Z 或测量值 M": count})


def repair(geometries: Geometries, allowed: frozenset[str], *, vertex_limit: int = VERTEX_LIMIT) -> Repaired:
    """No repeated points, valid, and of a kind the layer allows.

    geometries: (n,) in degrees and two dimensions, or None, which stays None without a fault: whoever made it None
    has given one. allowed: names of geometry kinds. Wrapping one part as a multi-part, or unwrapping it, changes no
    shape and is not counted. A polygon over the vertex limit is a fault: making it valid could take hours.
    """
    repairs: Counter[str] = Counter()
    faults = _too_many(geometries, vertex_limit)
    flat = kept(geometries, faults)
    tidy = np.asarray(shapely.remove_repeated_points(flat))
    repairs["去掉重复点"] = int((shapely.get_num_coordinates(tidy) != shapely.get_num_coordinates(flat)).sum())
    made, count = _made_valid(tidy)
    repairs["修正自相交等无效图形"] = count
    for row in np.flatnonzero(~shapely.is_missing(made)):
        made[row], fault, joined = _conformed(made[row], allowed)
        faults[row] = faults[row] or fault
        repairs["首尾相接的多段线连成一条"] += joined
    return Repaired(made, faults, +repairs)


def allows(kind: str) -> frozenset[str]:
    """The kinds that a column's declared geometry type allows; every single kind for a generic one.

    >>> sorted(allows("MULTIPOLYGON"))
    ['MultiPolygon']
    """
    exact = [name for name in _KINDS if name.upper() == kind.upper()]
    return frozenset(exact or set(_KINDS) - {"GeometryCollection"})


def _too_many(geometries: Geometries, limit: int) -> Faults:
    counts = shapely.get_num_coordinates(geometries)
    faults = none_yet(len(geometries))
    for row in np.flatnonzero(counts > limit):
        faults[row] = f"顶点 {counts[row]:,} 个,超过上限 {limit:,}:请先简化或切分"
    return faults


def _made_valid(geometries: Geometries) -> tuple[Geometries, int]:
    broken = np.asarray(~shapely.is_valid(geometries)) & ~shapely.is_missing(geometries)
    broken &= np.isin(shapely.get_type_id(geometries), (3, 6))
    mended = geometries.copy()
    mended[broken] = [_areas_of(one) for one in shapely.make_valid(geometries[broken], method="structure")]
    return mended, int(broken.sum())


def _areas_of(geometry: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(geometry)
    areas = list(shapely.get_parts(parts[np.isin(shapely.get_type_id(parts), (3, 6))]))
    return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)


def _conformed(geometry: BaseGeometry, allowed: frozenset[str]) -> tuple[BaseGeometry | None, str | None, int]:
    """The geometry in an allowed kind, or why there is none, and whether its pieces were joined."""
    kind = geometry.geom_type
    if geometry.is_empty:
        return None, "图形为空或没有面积", 0
    if kind in ("LineString", "MultiLineString") and not geometry.is_valid:
        return None, "线的长度为零", 0
    if kind in allowed:
        return geometry, None, 0
    if f"Multi{kind}" in allowed:
        return _wrapped(geometry), None, 0
    single = kind.removeprefix("Multi")
    if kind != single and single in allowed:
        parts = shapely.get_parts(geometry)
        if len(parts) == 1:
            return parts[0], None, 0
        joined = shapely.line_merge(geometry, directed=True) if single == "LineString" else None
        if joined is not None and joined.geom_type == "LineString":
            return joined, None, 1
        return None, f"有 {len(parts)} 个部件,此图层每条只能有一个{_NAMES[single]}:请先拆开", 0
    names = "、".join(sorted({_NAMES[name] for name in allowed})) if len(allowed) < 4 else "点、线或面"
    return None, f"图形类型是{_NAMES[kind]},此图层要求{names}", 0


def _wrapped(geometry: BaseGeometry) -> BaseGeometry:
    if isinstance(geometry, shapely.Polygon):
        return shapely.MultiPolygon([geometry])
    if isinstance(geometry, shapely.LineString):
        return shapely.MultiLineString([geometry])
    return shapely.MultiPoint(shapely.get_coordinates(geometry))

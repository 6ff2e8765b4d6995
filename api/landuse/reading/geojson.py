"""GeoJSON as it is sent or pasted: its shapes and properties, whatever it is wrapped in."""

import json
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.transfer.boundary.rows import distinct
from api.transfer.faults import Faults, none_yet
from layers.crs import WIRE, Geometries
from layers.errors import BadFile, BadGeometry, TooLarge

_MOST = 100_000
_DEEPEST = 8
_FLAT = 2
_KINDS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_FEATURES = ("Feature", "FeatureCollection")


class Parsed(NamedTuple):
    """Shapes (n,) or None, their properties, why each that cannot be read cannot; crs; how many rings were closed."""

    shapes: Geometries
    properties: list[dict[str, Any]]
    faults: Faults
    crs: str
    closed: int


def text_parsed(text: str) -> Parsed:
    """GeoJSON from its text; raises BadFile for one that is broken or nested too deep."""
    try:
        return parsed(json.loads(text))
    except json.JSONDecodeError as error:
        raise BadFile(f"GeoJSON 第 {error.lineno:,} 行有误({error.msg}):可能被截断,请重新复制或另存。") from error
    except RecursionError as error:
        raise BadFile("GeoJSON 的嵌套太深:拒绝读取,请在源软件里另存后再试。") from error


def parsed(sent: Any) -> Parsed:
    """A geometry, a Feature, a FeatureCollection or a GeometryCollection; raises BadFile for anything else.

    The system is CRS84, as RFC 7946 has it, but for files that name another by the older member `crs`.

    >>> parsed({"type": "Polygon", "coordinates": [[[114, 30], [115, 30], [115, 31]]]}).closed
    1
    """
    features = _features(sent)
    if len(features) > _MOST:
        raise TooLarge(f"GeoJSON 有 {len(features):,} 个要素,上限 {_MOST:,}:请拆成几个文件。")
    shapes, faults = none_yet(len(features)), none_yet(len(features))
    properties, closed = [], 0
    for place, feature in enumerate(features):
        given = feature.get("properties")
        properties.append(given if isinstance(given, dict) else {})
        try:
            shapes[place], count = _shape(feature.get("geometry"), 0)
            closed += count
        except BadGeometry as error:
            faults[place] = str(error)
    return Parsed(shapes, properties, faults, _system(sent), closed)


def _features(sent: Any) -> list[dict[str, Any]]:
    kind = sent.get("type") if isinstance(sent, dict) else None
    if kind == "FeatureCollection":
        features = sent.get("features")
        if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
            raise BadFile("GeoJSON 的 features 不是要素的数组:请重新导出。")
        return features
    if kind == "Feature":
        return [sent]
    if kind in _KINDS or kind == "GeometryCollection":
        return [{"geometry": sent}]
    known = "、".join((*_FEATURES, "Polygon", "MultiPolygon"))
    raise BadFile(f"看不懂 GeoJSON:type 是 {str(kind)[:40]!r},应为 {known}。")


def _system(sent: Any) -> str:
    """The system named by the member `crs` of older files, 'urn:ogc:def:crs:EPSG::4547'."""
    member = sent.get("crs")
    if member is None:
        return WIRE
    named = member.get("properties") if isinstance(member, dict) else None
    name = named.get("name") if isinstance(named, dict) else None
    if not isinstance(name, str):
        raise BadFile('GeoJSON 的 crs 看不懂:应为 {"type":"name","properties":{"name":"EPSG:代码"}},或去掉它。')
    return WIRE if name.endswith("CRS84") else name


def _shape(sent: Any, depth: int) -> tuple[BaseGeometry | None, int]:
    """The shape of a geometry object, and how many of its rings had to be closed."""
    if sent is None:
        return None, 0
    kind = sent.get("type") if isinstance(sent, dict) else None
    if kind == "GeometryCollection" and depth < _DEEPEST and isinstance(sent.get("geometries"), list):
        parts = [_shape(one, depth + 1) for one in sent["geometries"]]
        return shapely.GeometryCollection([part for part, _ in parts if part]), sum(count for _, count in parts)
    if kind not in _KINDS:
        raise BadGeometry(f"图形看不懂(type 是 {str(kind)[:40]!r}):应为 Polygon 或 MultiPolygon。")
    coordinates = sent.get("coordinates")
    if kind == "Polygon":
        return _polygon(coordinates)
    if kind == "MultiPolygon":
        polygons = [_polygon(one) for one in _listed(coordinates)]
        return shapely.MultiPolygon([one for one, _ in polygons if one]), sum(count for _, count in polygons)
    try:
        return shapely.from_geojson(json.dumps({"type": kind, "coordinates": coordinates}, allow_nan=False)), 0
    except (ValueError, shapely.errors.ShapelyError):
        raise BadGeometry(f"{kind} 的坐标看不懂:请核对坐标的层数与个数。") from None


def _polygon(rings: Any) -> tuple[shapely.Polygon, int]:
    made = [_ring(one) for one in _listed(rings)]
    if not made:
        return shapely.Polygon(), 0
    shell, *holes = [ring for ring, _ in made]
    return shapely.Polygon(shell, holes), sum(count for _, count in made)


def _ring(points: Any) -> tuple[np.ndarray, int]:
    try:
        ring = np.array(_listed(points), dtype=np.float64)
        if ring.size and (ring.ndim != _FLAT or ring.shape[1] < _FLAT):
            raise ValueError
        ring = ring.reshape(len(ring), -1)[:, :2] if ring.size else np.zeros((0, 2))
    except (TypeError, ValueError, OverflowError):
        raise BadGeometry("面的坐标看不懂:每个点应为 [经度, 纬度],每个环是点的数组。") from None
    if not np.isfinite(ring).all():
        raise BadGeometry("坐标含有无穷大或非数字:请改正。")
    different = distinct(ring)
    if different < 3:
        raise BadGeometry(f"环只有 {different} 个不同的点,围不成面:至少要 3 个,请补全。")
    open_ = bool((ring[0] != ring[-1]).any())
    return np.vstack([ring, ring[:1]]) if open_ else ring, int(open_)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise BadGeometry("图形的坐标看不懂:请核对坐标的层数。")
    return list(value)

"""Tracks of a GeoJSON file: lines with a time for each vertex, lines without times, or points with one each."""

import json
import math
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from api.tracks.moments import column_s
from api.tracks.table import ACCURACY, DEVICE, GROUP, TIME, grouped, named
from api.tracks.track import Floats, RawTrack
from layers.crs import known
from layers.errors import BadCrs, BadFile, BadInput

LINE_TIMES = ("coordtimes", "times", "timestamps", "coordinateproperties.times")
Feature = Mapping[str, Any]


def read_geojson(raw: bytes, name: str, zone: ZoneInfo) -> tuple[RawTrack, ...]:
    """One track for each line, or one for each device and patrol that points name; NaN where a vertex has no time.

    Raises BadFile for what is no GeoJSON, BadCrs for another coordinate system, BadInput where there is no track in it.
    """
    features = _features(_parsed(raw, name), name)
    lines = [feature for feature in features if _kind(feature) in ("LineString", "MultiLineString")]
    if lines:
        return tuple(_line(number, feature, name, zone) for number, feature in enumerate(lines, start=1))
    points = [feature for feature in features if _kind(feature) == "Point"]
    if not points:
        raise BadInput(f"{name} 里没有轨迹:应为带时间的 LineString,或带时间的 Point。")
    return _points(points, name, zone)


def _parsed(raw: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{name} 不是完整的 GeoJSON({str(error)[:80]}):请重新导出。") from None
    if not isinstance(found, dict):
        raise BadFile(f"{name} 不是 GeoJSON:最外层应为对象。")
    declared = _system(found)
    if declared and not _in_degrees(declared):
        raise BadCrs(f"{name} 的坐标系是 {declared[:80]!r},轨迹应为经纬度(度):请先转换。")
    return found


def _system(found: Mapping[str, Any]) -> str | None:
    """The coordinate system that old GeoJSON may name."""
    for key in ("crs", "properties", "name"):
        found = found.get(key) if isinstance(found, dict) else None  # type: ignore[assignment]
    return str(found) if found else None


def _in_degrees(system: str) -> bool:
    try:
        return bool(known(system).is_geographic)
    except ValueError:
        return False


def _features(found: Mapping[str, Any], name: str) -> list[Feature]:
    kind = found.get("type")
    if kind == "FeatureCollection":
        features = found.get("features")
    elif kind == "Feature":
        features = [found]
    else:
        features = [{"type": "Feature", "properties": {}, "geometry": found}]
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise BadFile(f"{name} 不是 GeoJSON:FeatureCollection 的 features 应为要素数组。")
    return features


def _kind(feature: Feature) -> object:
    geometry = feature.get("geometry")
    return geometry.get("type") if isinstance(geometry, dict) else None


def _properties(feature: Feature) -> dict[str, Any]:
    """A feature's properties by their names in small letters, one level of nesting joined by a dot."""
    given = feature.get("properties")
    flat = {str(key).casefold(): value for key, value in (given if isinstance(given, dict) else {}).items()}
    for outer, inner in list(flat.items()):
        if isinstance(inner, dict):
            flat |= {f"{outer}.{key}".casefold(): value for key, value in inner.items()}
    return flat


def _line(number: int, feature: Feature, name: str, zone: ZoneInfo) -> RawTrack:
    where = f"{name} 第 {number} 条线"
    geometry, properties = feature["geometry"], _properties(feature)
    parts = geometry.get("coordinates")
    times = next((properties[key] for key in LINE_TIMES if properties.get(key) is not None), None)
    if geometry["type"] == "LineString":
        parts, times = [parts], None if times is None else [times]
    if not isinstance(parts, list) or not all(isinstance(part, list) for part in parts):
        raise BadFile(f"{where}没有坐标数组:请重新导出 GeoJSON。")
    vertices = [vertex for part in parts for vertex in part]
    lon, lat = _places(vertices, where)
    device = named(properties, DEVICE)
    return RawTrack(number, device, lon, lat, _line_times(times, len(vertices), where, zone), np.full(len(lon), np.nan))


def _line_times(times: object, count: int, where: str, zone: ZoneInfo) -> Floats:
    if times is None:
        return np.full(count, np.nan)
    listed = times if isinstance(times, list) else []
    flat = [one for part in listed for one in (part if isinstance(part, list) else [part])]
    if len(flat) != count:
        raise BadInput(f"{where}有 {count} 个顶点,却有 {len(flat)} 个时间:每个顶点应有一个时间(coordTimes)。")
    return column_s(flat, zone, where)


def _points(features: list[Feature], name: str, zone: ZoneInfo) -> tuple[RawTrack, ...]:
    lon, lat = _places([feature["geometry"].get("coordinates") for feature in features], name)
    properties = [_properties(feature) for feature in features]
    written = [next((row[key] for key in TIME if row.get(key) is not None), None) for row in properties]
    times = np.full(len(features), np.nan)
    stated = [row for row, value in enumerate(written) if value is not None]
    if len(stated) == len(features):
        times = column_s(written, zone, name)
    elif stated:
        row = next(row for row, value in enumerate(written) if value is None)
        raise BadInput(f"{name} 第 {row + 1} 个点没有时间:请补上其 time 属性。")
    accuracy = np.array([_metres(row) for row in properties])
    groups = [(named(row, DEVICE), named(row, GROUP)) for row in properties]
    return grouped(groups, lon, lat, times, accuracy)


def _places(vertices: list[Any], where: str) -> tuple[Floats, Floats]:
    places = np.full((len(vertices), 2), np.nan)
    for row, vertex in enumerate(vertices):
        try:
            lon, lat = vertex[0], vertex[1]
            if isinstance(lon, bool) or isinstance(lat, bool):
                raise TypeError("no number")
            places[row] = (float(lon), float(lat))
        except (TypeError, ValueError, IndexError, KeyError, OverflowError):
            raise BadInput(f"{where}第 {row + 1} 个坐标 {str(vertex)[:40]} 看不懂:应为 [经度, 纬度]。") from None
    return places[:, 0], places[:, 1]


def _metres(properties: Mapping[str, Any]) -> float:
    try:
        return float(named(properties, ACCURACY) or "nan")
    except ValueError:
        return math.nan

"""Targets and tracks that are sent along to be computed with: read, checked, cleaned, in metres."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import ConfigDict, Field

from api.answers.bodies import Body
from api.coverage.frame import Frame, frame_for
from api.tracks.fixes import ORDER, Named, columns
from geo.coverage.sightings import Track
from geo.tracks.cleaning import MODES, Mode, clean
from geo.tracks.datum import to_wgs84
from layers.crs import Bounds
from layers.errors import BadGeometry, BadInput, TooLarge

Floats = NDArray[np.float64]
MAX_VERTICES, MAX_TARGETS = 200_000, 5_000
MAX_REACH_M = 10_000.0
_FIRST_S, _LAST_S = (datetime(*day, tzinfo=UTC).timestamp() for day in ((1, 1, 3), (9999, 12, 30)))
_GAP = "航段内相邻两点至多相隔多少秒,缺为各方式自己的"
_SPEED = "可信的最大速度(米/秒),缺为各方式自己的"


class SentTrack(Body):
    """One track as it is sent: fixes are [time, lon, lat, accuracy_m or null], in any order."""

    id: str | int = Field(description="轨迹标识")
    mode: Literal["foot", "bicycle", "car", "boat", "drone"] = Field("foot", description="巡查方式")
    datum: Literal["wgs84", "gcj02", "bd09"] = Field("wgs84", description="坐标基准")
    fixes: list[list[Any]] = Field(description=f"定位点:{ORDER},精度(米)可缺或为 null;时间为 RFC 3339 或 Unix 秒")


class SentFeature(Body):
    """A GeoJSON feature: a line, polygon or point in longitude and latitude."""

    model_config = ConfigDict(extra="allow")

    type: Literal["Feature"]
    id: str | int | None = None
    geometry: dict[str, Any]
    properties: dict[str, Any] | None = None


class SentTargets(Body):
    """A GeoJSON FeatureCollection of what is to be seen."""

    model_config = ConfigDict(extra="allow")

    type: Literal["FeatureCollection"]
    features: list[SentFeature] = Field(min_length=1, max_length=MAX_TARGETS)


class ToCompute(Body):
    """What is to be computed: targets, tracks, and within how many metres something is seen."""

    targets: SentTargets
    tracks: list[SentTrack] = Field(max_length=MAX_TARGETS)
    reach_m: float = Field(25, ge=0, le=MAX_REACH_M, allow_inf_nan=False, description="可视距离(米)")
    max_gap_s: float | None = Field(None, gt=0, allow_inf_nan=False, description=_GAP)
    max_speed_mps: float | None = Field(None, gt=0, allow_inf_nan=False, description=_SPEED)


@dataclass(frozen=True)
class Cleaned:
    """A sent track, cleaned: its legs in metres, and the account of its cleaning."""

    track: Track
    account: dict[str, Any]


def shapes_of(targets: SentTargets) -> list[shapely.Geometry]:
    """The geometries in degrees; raises BadGeometry naming the feature that has none that can be used."""
    shapes = [_shape(feature, number) for number, feature in enumerate(targets.features, start=1)]
    if shapely.get_num_coordinates(np.array(shapes)).sum() > MAX_VERTICES:
        raise TooLarge(f"目标的顶点超过 {MAX_VERTICES:,} 个:请简化或分次计算。")
    return shapes


def framed(shapes: Sequence[shapely.Geometry], metric_crs: str, bounds: Bounds) -> tuple[Frame, NDArray[np.object_]]:
    """The metric system for these targets, and the targets in it; raises BadGeometry where they span too far."""
    degrees = shapely.force_2d(np.array(shapes, dtype=object))
    lon, lat = shapely.get_coordinates(degrees).T
    frame = frame_for(lon, lat, metric_crs, bounds)
    metric = shapely.transform(degrees, lambda xy: np.column_stack(frame.project(xy[:, 0], xy[:, 1])[:2]))
    return frame, np.array([_whole(shape, number) for number, shape in enumerate(metric, start=1)], dtype=object)


def cleaned(sent: SentTrack, asked: ToCompute, frame: Frame, zone: ZoneInfo) -> Cleaned:
    """A track's legs in metres with the account of every fix left out; raises BadInput for fixes that are none."""
    mode = _mode(sent, asked)
    read = columns(sent.fixes, zone, Named(f"轨迹 {str(sent.id)[:40]!r} "))
    time_s, reported_m = read.time_s, read.accuracy_m
    _refuse_beyond_calendars(time_s, str(sent.id))
    lon, lat = to_wgs84(read.lon, read.lat, sent.datum)
    x, y, inside = frame.project(lon, lat)
    x = np.where(np.isfinite(lon) & np.isfinite(lat), x, np.nan)
    found = clean(x, y, time_s, mode, inside=inside, accuracy_m=reported_m)
    order = found.order
    # As the caller says it: 0 is exact here, while a phone's 0 is what it does not know.
    accuracy_m = np.where(reported_m >= 0, reported_m, mode.accuracy_m)
    track = Track(x[order], y[order], time_s[order], accuracy_m[order], found.starts)
    account = {
        "id": sent.id,
        "mode": sent.mode,
        "default_accuracy_m": mode.accuracy_m,
        "default_accuracy_fixes": int((~(reported_m >= 0)).sum()),
        "max_speed_mps": mode.max_speed_mps,
        "max_gap_s": mode.max_gap_s,
        "fixes_read": len(time_s),
        "fixes_kept": len(order),
        "left_out": found.left_out,
        "disordered": found.disordered,
        "legs": len(found.starts) - 1,
        "hint": None if len(order) else _hint(lon, lat, frame),
    }
    return Cleaned(track, account)


def _hint(lon: Floats, lat: Floats, frame: Frame) -> str | None:
    """What may be wrong with a track of which nothing could be used."""
    turned = (np.abs(lon) <= 90) & (np.abs(lat) <= 180)
    if not frame.project(lat[turned], lon[turned])[2].any():
        return None
    return "没有一个点可用;经纬度对调后就落在目标附近:请检查是否写成了纬度在前。"


def _refuse_beyond_calendars(time_s: Floats, track: str) -> None:
    """Raise BadInput for a time that no answer could tell in any zone."""
    beyond = np.flatnonzero(np.isfinite(time_s) & ~((time_s > _FIRST_S) & (time_s < _LAST_S)))
    if len(beyond):
        raise BadInput(f"轨迹 {track[:40]!r} 第 {beyond[0] + 1} 个点的时间不在公元 1 至 9999 年之内:请改正后再计算。")


def _shape(feature: SentFeature, number: int) -> shapely.Geometry:
    name = f"targets 第 {number} 个要素"
    try:
        # A coordinate that is no number is refused below, and need not be warned of in the log as well.
        with np.errstate(invalid="ignore"):
            shape = shapely.geometry.shape(feature.geometry)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        raise BadGeometry(f"{name} 的图形看不懂:应为 GeoJSON 的线、面或点,经度在前,单位为度。") from None
    if shape.is_empty or shape.geom_type not in _KINDS:
        raise BadGeometry(f"{name} 的图形是 {shape.geom_type}{'(空)' if shape.is_empty else ''}:应为非空的线、面或点。")
    xy = shapely.get_coordinates(shape)
    if not (np.abs(xy[:, 0]) <= 180).all() or not (np.abs(xy[:, 1]) <= 90).all():
        raise BadGeometry(f"{name} 的坐标超出经度 ±180、纬度 ±90:请检查是否经纬度颠倒,或不是度。")
    return shape


def _whole(shape: shapely.Geometry, number: int) -> shapely.Geometry:
    """An area in metres, the parts in which it was cut at the date line as one; raises BadGeometry for a broken one.

    Told in metres: around a pole or across the date line its degrees cross themselves, and it does not.
    """
    if shapely.get_dimensions(shape) < 2 or shapely.is_valid(shape):
        return shape
    parts = shapely.get_parts(shape)
    broken = parts[~shapely.is_valid(parts)]
    if len(broken):
        told = shapely.is_valid_reason(broken[0]).partition("[")[0]
        raise BadGeometry(f"targets 第 {number} 个要素的面自相交或环未正确闭合:请修复后再算({told})。")
    return shapely.union_all(parts, grid_size=1e-6)


_KINDS = {"LineString", "MultiLineString", "Polygon", "MultiPolygon", "Point"}


def _mode(sent: SentTrack, asked: ToCompute) -> Mode:
    mode = MODES[sent.mode]
    return replace(
        mode, max_speed_mps=asked.max_speed_mps or mode.max_speed_mps, max_gap_s=asked.max_gap_s or mode.max_gap_s
    )

"""Tracks of a GPX file. Names of external things are refused before the file is parsed."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import defusedxml.ElementTree
import gpxpy
import numpy as np
from defusedxml.common import DefusedXmlException
from gpxpy.gpx import GPXException, GPXTrack, GPXTrackPoint

from api.tracks.track import RawTrack
from layers.errors import BadFile, BadInput


def read_gpx(raw: bytes, name: str, zone: ZoneInfo) -> tuple[RawTrack, ...]:
    """One track for each <trk> with points, its segments one after another; NaN where a point has no time.

    Raises BadFile for what is no GPX or names external things, BadInput where there is no track in it.
    """
    try:
        defusedxml.ElementTree.fromstring(raw, forbid_dtd=True)
        tracks = gpxpy.parse(raw).tracks
    except DefusedXmlException:
        raise BadFile(f"{name} 含有 DOCTYPE 或实体定义:拒绝读取,请从设备重新导出 GPX。") from None
    except (GPXException, SyntaxError, ValueError, LookupError) as error:
        raise BadFile(f"{name} 不是完整的 GPX({_short(error)}):请从设备重新导出。") from None
    filled = [track for track in tracks if any(segment.points for segment in track.segments)]
    if not filled:
        raise BadInput(f"{name} 里没有轨迹点(trk/trkseg/trkpt):航线与航点不是巡查轨迹,请导出轨迹。")
    return tuple(_track(number, track, zone) for number, track in enumerate(filled, start=1))


def _track(number: int, track: GPXTrack, zone: ZoneInfo) -> RawTrack:
    points = [point for segment in track.segments for point in segment.points]
    lon, lat = (np.array([getattr(point, axis) for point in points]) for axis in ("longitude", "latitude"))
    times = np.array([_unix_s(point.time, zone) for point in points])
    return RawTrack(number, None, lon, lat, times, np.array([_accuracy_m(point) for point in points]))


def _unix_s(time: datetime | None, zone: ZoneInfo) -> float:
    if time is None:
        return math.nan
    return (time if time.tzinfo else time.replace(tzinfo=zone)).timestamp()


def _accuracy_m(point: GPXTrackPoint) -> float:
    """What some apps write into <extensions>: GPX itself has only dilutions, which are no metres."""
    for extension in point.extensions:
        for element in extension.iter():
            if str(element.tag).rsplit("}", 1)[-1].lower() in ("accuracy", "acc", "hacc"):
                try:
                    return float(element.text or "nan")
                except ValueError:
                    return math.nan
    return math.nan


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:80]

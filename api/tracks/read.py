"""Opening a file of tracks: GPX, CSV or GeoJSON, plain or gzipped, told apart by what is in it, not by its name."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from pyproj import Geod

from api.tracks.geojson import read_geojson
from api.tracks.gpx import read_gpx
from api.tracks.table import read_rows
from api.tracks.track import RawTrack, TrackFile
from layers.errors import BadFile, BadInput, NotFound, TooLarge

MAX_FILE_BYTES = 512 * 2**20
MAX_GPX_BYTES = 64 * 2**20
"""A GPX file is held as a tree of objects, some thirty times its size."""
BY_COMMAND = "请用 --start 与 --speed-mps 给出开始时间和速度"
"""What to do about a track without times, in the words of the command line."""
_SPHEROID = Geod(ellps="WGS84")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Pace:
    """The times to give tracks that have none: every one starts at `start` and goes on evenly."""

    start: datetime
    speed_mps: float


def read_tracks(path: Path, zone: ZoneInfo, pace: Pace | None = None) -> TrackFile:
    """Every track of a file; raises NotFound, BadFile, BadInput or TooLarge with what to do about it.

    zone: of times without an offset. pace: for tracks without times, an error without it.
    """
    if not path.is_file():
        raise NotFound(f"{path} 不是文件:请检查路径。" if path.exists() else f"没有文件 {path}:请检查路径。")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise TooLarge(f"文件 {path.name} 超过 {MAX_FILE_BYTES >> 20} MB:请拆成几个文件分别导入。")
    return parse_tracks(path.read_bytes(), path.name, zone, pace)


def parse_tracks(
    raw: bytes, name: str, zone: ZoneInfo, pace: Pace | None = None, *, untimed: str = BY_COMMAND
) -> TrackFile:
    """Every track in the bytes of a file of that name; see read_tracks.

    untimed: what can be done about a track without times, in the words of whoever asks.
    """
    plain = _unpacked(raw, name) if raw.startswith(_GZIP) else raw
    tracks = [track for track in _reader(plain, name)(plain, name, zone) if len(track)]
    if not tracks:
        raise BadInput(f"{name} 里没有定位点:请至少给出一条有点的轨迹。")
    without = [track for track in tracks if np.isnan(track.time_s).all()]
    timed = tuple(_timed(track, name, pace, untimed) for track in tracks)
    return TrackFile(name, hashlib.sha256(plain).hexdigest(), timed, times_given=bool(without))


def _reader(plain: bytes, name: str) -> Callable[[bytes, str, ZoneInfo], tuple[RawTrack, ...]]:
    first = plain.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not first:
        raise BadFile(f"文件 {name} 是空的:请重新获取。")
    if first != b"<":
        return read_geojson if first in (b"{", b"[") else read_rows
    if len(plain) > MAX_GPX_BYTES:
        raise TooLarge(f"GPX 文件 {name} 超过 {MAX_GPX_BYTES >> 20} MB:请拆成几个文件,或改用 CSV。")
    return read_gpx


def _unpacked(raw: bytes, name: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(raw)) as packed:
            plain = packed.read(MAX_FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise BadFile(f"压缩文件 {name} 不完整或已损坏:请重新获取。") from None
    if len(plain) > MAX_FILE_BYTES:
        raise TooLarge(f"文件 {name} 解开后超过 {MAX_FILE_BYTES >> 20} MB:请拆成几个文件分别导入。")
    return plain


def _timed(track: RawTrack, name: str, pace: Pace | None, untimed: str) -> RawTrack:
    missing = np.flatnonzero(np.isnan(track.time_s))
    if len(missing) == 0:
        return track
    if len(missing) < len(track):
        raise BadInput(f"{name} 第 {track.number} 条轨迹的第 {missing[0] + 1} 个点没有时间:请补上,或删去该点。")
    if pace is None:
        raise BadInput(f"{name} 第 {track.number} 条轨迹没有时间:{untimed}。")
    gone_m = np.cumsum(np.nan_to_num(_steps_m(track)))
    return replace(track, time_s=np.round(pace.start.timestamp() + gone_m / pace.speed_mps, 6))


def _steps_m(track: RawTrack) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """How far each fix is from the one before, metres; 0 for the first."""
    lon, lat = np.nan_to_num(track.lon, posinf=0, neginf=0), np.clip(np.nan_to_num(track.lat), -90, 90)
    steps = np.zeros(len(track))
    steps[1:] = _SPHEROID.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    return steps

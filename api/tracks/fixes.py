"""Fixes as programs send them, many at once: JSON, or a line of JSON for each.

A fix is [time, lon, lat] or [time, lon, lat, accuracy_m], or an object with these names: RFC 3339 or Unix seconds (from
10^11 on: milliseconds), degrees, metres or null. Read column by column, because batches are long.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import orjson

from api.tracks.moments import FORM, MILLISECONDS_FROM, time_shown, unix_s
from api.tracks.track import Floats, RawTrack
from layers.errors import BadFile, BadInput, TooLarge

MAX_FIXES = 500_000
FIELDS = ("time", "lon", "lat", "accuracy_m")
ORDER = "[时间, 经度, 纬度, 精度]"
_NUMBERS = {float, int, type(None)}
_PRESENT_S, _HALF_TURN = 1e8, 180
"""Times from 1973 on are no latitudes; what would be within three minutes of 1970 is rather a longitude."""
_Rows = Sequence[Any]


class Columns(NamedTuple):
    """Fixes by column, each (n,): Unix seconds, degrees as they came, metres; NaN where a number is null."""

    time_s: Floats
    lon: Floats
    lat: Floats
    accuracy_m: Floats


def parsed(body: bytes, what: str = "请求正文") -> Any:
    """The JSON value of a body; raises BadFile for what is none, or too deep, TooLarge for what has too many parts."""
    # Counted before anything is made of it: ten million empty brackets are a gigabyte of objects.
    if body.count(b"[") + body.count(b"{") > MAX_FIXES + 1000:
        raise TooLarge(f"{what}里的项数超过上限 {MAX_FIXES:,}:请分成几次发送。")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadFile(f"{what}应为合法的 JSON(UTF-8),在第 {error.lineno} 行第 {error.colno} 个字符处看不懂。") from None


class Named(NamedTuple):
    """How a sentence calls one of some fixes: what it says first, what it counts, and the number of each.

    >>> Named().one(2), Named("", "行", [1, 3]).one(2)
    ('fixes 第 2 个点', '第 3 行')
    """

    first: str = "fixes "
    unit: str = "个点"
    numbers: Sequence[int] = ()

    def one(self, number: int) -> str:
        """The one at a place, counted from 1."""
        return f"{self.first}第 {self.numbers[number - 1] if self.numbers else number} {self.unit}"


FIXES = Named()


class Lines(NamedTuple):
    """The values of a body with one on each line, and the number of the line that each stands on."""

    values: list[Any]
    numbers: list[int]


def lines(body: bytes) -> Lines:
    """The values of a body with one on each line, empty lines left out; raises BadFile naming the line at fault.

    >>> lines(b"[1] / / [2]".replace(b"/", bytes([10])))
    Lines(values=[[1], [2]], numbers=[1, 3])
    """
    numbered = [(number, row) for number, row in enumerate(body.splitlines(), start=1) if row.strip()]
    if len(numbered) > MAX_FIXES:
        raise TooLarge(f"请求正文有 {len(numbered):,} 行,上限为 {MAX_FIXES:,}:请分成几次发送。")
    try:
        # All at once, which is the faster by far. Two values on one line, or one on two, come out in another number.
        listed = parsed(b"[" + b",".join(row for _, row in numbered) + b"]")
    except BadFile:
        listed = None
    if listed is None or len(listed) != len(numbered):
        listed = [_line(number, row) for number, row in numbered]
    return Lines(list(listed), [number for number, _ in numbered])


def _line(number: int, row: bytes) -> Any:
    try:
        return orjson.loads(row)
    except orjson.JSONDecodeError as error:
        place = f"第 {number} 行第 {error.colno} 个字符处"
        raise BadFile(f"请求正文每行应恰为一个合法的 JSON(UTF-8),在{place}看不懂。") from None


def fixes_track(rows: _Rows | Lines, device: str | None, zone: ZoneInfo) -> RawTrack:
    """The fixes as a track; raises BadInput naming the first that cannot be read. No fixes make an empty track."""
    values, named = (rows.values, Named("", "行", rows.numbers)) if isinstance(rows, Lines) else (rows, FIXES)
    if len(values) > MAX_FIXES:
        raise TooLarge(f"一次有 {len(values):,} 个定位点,上限为 {MAX_FIXES:,}:请分成几次发送。")
    read = columns(values, zone, named)
    return RawTrack(1, device, read.lon, read.lat, read.time_s, read.accuracy_m)


def columns(rows: _Rows, zone: ZoneInfo, what: Named = FIXES) -> Columns:
    """The fixes by column, none as empty ones; raises BadInput for one that cannot be read or gives its time third.

    what: how the sentence calls the one.

    >>> columns([["1970-01-01T08:00:05", 114.5, 30.5]], ZoneInfo("Asia/Shanghai")).time_s
    array([5.])
    """
    times, lon, lat, accuracy_m = _by_column(rows, what)
    if set(map(type, lat)) - _NUMBERS or (_floats(lat) > _PRESENT_S).any():
        _refuse_place_first(rows, zone, what)
    numbers = (_numbers(values, name, what) for name, values in zip(FIELDS[1:], (lon, lat, accuracy_m), strict=True))
    return Columns(_times(times, zone, what), *numbers)


def _by_column(rows: _Rows, what: Named) -> Sequence[Sequence[Any]]:
    if set(map(type, rows)) == {list}:
        sizes = set(map(len, rows))
        if sizes == {4}:
            return list(zip(*rows, strict=True))
        if sizes == {3}:
            return [*zip(*rows, strict=True), [None] * len(rows)]
    whole = [_row(fix, what.one(number)) for number, fix in enumerate(rows, start=1)]
    return list(zip(*whole, strict=True)) if whole else ([], [], [], [])


def _row(fix: object, named: str) -> list[Any]:
    if isinstance(fix, list):
        if len(fix) not in (3, 4):
            raise BadInput(f"{named}有 {len(fix)} 项:应为 {ORDER},精度可缺或为 null。")
        return [*fix, None][:4]
    if not isinstance(fix, dict):
        raise BadInput(f"{named}({str(fix)[:40]!r})看不懂:应为 {ORDER} 或对象。")
    unknown = set(fix) - set(FIELDS)
    if unknown:
        raise BadInput(f"{named}的 {'、'.join(sorted(unknown))[:80]} 不认识:应为 {'、'.join(FIELDS)}。")
    return [fix.get(name) for name in FIELDS]


def _refuse_place_first(rows: _Rows, zone: ZoneInfo, what: Named) -> None:
    """Raise BadInput for a row whose time comes third: read as it stands, it would be left out as one of 1970."""
    for number, fix in enumerate(rows, start=1):
        if not isinstance(fix, list) or not _seconds(fix[2], zone) > _PRESENT_S:
            continue
        if abs(_seconds(fix[0], zone)) <= _HALF_TURN:
            shown = str(fix)[:60]
            raise BadInput(f"{what.one(number)} {shown} 的时间在第三项:次序应为 {ORDER},请把时间移到最前再发送。")


def _seconds(value: object, zone: ZoneInfo) -> float:
    try:
        return unix_s(value, zone)
    except (ValueError, OverflowError):
        return np.nan


def _numbers(values: Sequence[Any], name: str, what: Named) -> Floats:
    if not set(map(type, values)) <= _NUMBERS:
        number = next(n for n, value in enumerate(values, start=1) if type(value) not in _NUMBERS)
        shown = str(values[number - 1])[:40]
        raise BadInput(f"{what.one(number)}的 {name} 不是数字({shown!r}):请改正后再发送。")
    return _floats(values)


def _floats(values: Sequence[Any]) -> Floats:
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:  # a whole number beyond any float
        return np.array([np.inf if type(value) is int and abs(value) >= 10**308 else value for value in values], float)


def _times(values: Sequence[Any], zone: ZoneInfo, what: Named) -> Floats:
    kinds = set(map(type, values))
    if kinds <= {float, int}:
        numbers = _floats(values)
        if np.isfinite(numbers).all():
            return np.where(np.abs(numbers) >= MILLISECONDS_FROM, numbers / 1000, numbers)
    if kinds == {str}:
        try:
            written = [datetime.fromisoformat(value) for value in values]
        except ValueError:
            written = []
        if written and all(one.tzinfo for one in written):
            return np.array([one.timestamp() for one in written])
    return np.array([_moment_s(value, zone, what.one(number)) for number, value in enumerate(values, start=1)])


def _moment_s(value: object, zone: ZoneInfo, named: str) -> float:
    try:
        return unix_s(value, zone)
    except (ValueError, OverflowError):
        raise BadInput(f"{named}的时间({time_shown(value)})看不懂:应为 {FORM}。") from None

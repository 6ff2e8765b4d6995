"""Fixes as programs send them, many at once: JSON, or a line of JSON for each.

A fix is [lon, lat, time] or [lon, lat, time, accuracy], or an object with lon, lat, time and accuracy_m: degrees,
RFC 3339 or Unix seconds (from 10^11 on: milliseconds), metres or null. Read column by column, because batches are long.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import orjson

from api.patrols.moments import MILLISECONDS_FROM, column_s
from api.patrols.track import Floats, RawTrack
from layers.errors import BadFile, BadInput, TooLarge

MAX_FIXES = 500_000
FIELDS = ("lon", "lat", "time", "accuracy_m")
_NUMBERS = {float, int, type(None)}
_Rows = Sequence[Any]


def parsed(body: bytes, what: str = "请求正文") -> Any:
    """The JSON value of a body; raises BadFile for what is none, or too deep, TooLarge for what has too many parts."""
    # Counted before anything is made of it: ten million empty brackets are a gigabyte of objects.
    if body.count(b"[") + body.count(b"{") > MAX_FIXES + 1000:
        raise TooLarge(f"{what}里的项数超过上限 {MAX_FIXES:,}:请分成几次发送。")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadFile(f"{what}应为合法的 JSON(UTF-8),在第 {error.lineno} 行第 {error.colno} 个字符处看不懂。") from None


def lines(body: bytes) -> list[Any]:
    """The values of a body with one on each line; empty lines are none."""
    rows = [row for row in body.splitlines() if row.strip()]
    if len(rows) > MAX_FIXES:
        raise TooLarge(f"请求正文有 {len(rows):,} 行,上限为 {MAX_FIXES:,}:请分成几次发送。")
    listed = parsed(b"[" + b",".join(rows) + b"]", "每行一个 JSON 的请求正文")
    if len(listed) != len(rows):
        raise BadFile("请求正文每行应恰为一个 JSON:有一行里不止一个。")
    return list(listed)


def fixes_track(rows: _Rows, device: str | None, zone: ZoneInfo) -> RawTrack:
    """The fixes as a track; raises BadInput naming the first that cannot be read. No fixes make an empty track."""
    if len(rows) > MAX_FIXES:
        raise TooLarge(f"一次有 {len(rows):,} 个定位点,上限为 {MAX_FIXES:,}:请分成几次发送。")
    lon, lat, times, accuracy_m = _columns(rows)
    return RawTrack(1, device, _numbers(lon, 0), _numbers(lat, 1), _times(times, zone), _numbers(accuracy_m, 3))


def _columns(rows: _Rows) -> Sequence[Sequence[Any]]:
    if set(map(type, rows)) == {list}:
        sizes = set(map(len, rows))
        if sizes == {4}:
            return list(zip(*rows, strict=True))
        if sizes == {3}:
            return [*zip(*rows, strict=True), [None] * len(rows)]
    whole = [_row(fix, number) for number, fix in enumerate(rows, start=1)]
    return list(zip(*whole, strict=True)) if whole else ([], [], [], [])


def _row(fix: object, number: int) -> list[Any]:
    if isinstance(fix, list):
        if len(fix) not in (3, 4):
            raise BadInput(
                f"fixes 第 {number} 个有 {len(fix)} 项:应为 [经度, 纬度, 时间] 或 [经度, 纬度, 时间, 精度]。"
            )
        return [*fix, None][:4]
    if not isinstance(fix, dict):
        raise BadInput(f"fixes 第 {number} 个({str(fix)[:40]!r})看不懂:应为 [经度, 纬度, 时间, 精度] 或对象。")
    unknown = set(fix) - set(FIELDS)
    if unknown:
        raise BadInput(f"fixes 第 {number} 个的 {'、'.join(sorted(unknown))[:80]} 不认识:应为 {'、'.join(FIELDS)}。")
    return [fix.get(name) for name in FIELDS]


def _numbers(values: Sequence[Any], column: int) -> Floats:
    if not set(map(type, values)) <= _NUMBERS:
        number = next(n for n, value in enumerate(values, start=1) if type(value) not in _NUMBERS)
        shown = str(values[number - 1])[:40]
        raise BadInput(f"fixes 第 {number} 个的 {FIELDS[column]} 不是数字({shown!r}):请改正后再发送。")
    return np.array(values, dtype=np.float64)


def _times(values: Sequence[Any], zone: ZoneInfo) -> Floats:
    kinds = set(map(type, values))
    if kinds <= {float, int}:
        numbers = np.array(values, dtype=np.float64)
        return np.where(np.abs(numbers) >= MILLISECONDS_FROM, numbers / 1000, numbers)
    if kinds == {str}:
        try:
            written = [datetime.fromisoformat(value) for value in values]
        except ValueError:
            written = []
        if written and all(one.tzinfo for one in written):
            return np.array([one.timestamp() for one in written])
    return column_s(values, zone, "fixes ")

"""Tracks of a table: a row for each fix, its columns found by their names in Chinese or English."""

import codecs
import csv
import io
import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from api.tracks.moments import column_s
from api.tracks.track import Floats, RawTrack
from layers.column_names import LAT, LON
from layers.errors import BadFile, BadInput

Column = Sequence[str | None]
FIRST_ROW = 2
"""Where the first fix stands in a table: after the names of the columns."""

TIME = (
    "time", "fixtime", "fix_time", "timestamp", "datetime", "date_time", "gpstime", "gps_time", "locatetime",
    "recorded_at", "时间", "定位时间", "采集时间", "记录时间", "日期时间",
)  # fmt: skip
DEVICE = ("device", "device_id", "deviceid", "imei", "terminal", "设备", "设备号", "设备编号", "终端", "终端号")
GROUP = (
    "patrol_id",
    "patrol",
    "track_id",
    "track",
    "trip_id",
    "trip",
    "巡查编号",
    "巡查号",
    "巡查",
    "轨迹",
    "轨迹号",
    "轨迹编号",
)
ACCURACY = ("accuracy", "accuracy_m", "hacc", "horizontal_accuracy", "精度", "定位精度")


def read_rows(raw: bytes, name: str, zone: ZoneInfo) -> tuple[RawTrack, ...]:
    """One track for each device and patrol that the rows name, in the order of the file.

    Times are NaN where there is no such column. A row without a position is kept, as NaN: it is left out and counted
    later. Raises BadFile for what is no table, BadInput where longitude and latitude are not to be found, or a value
    cannot be read.
    """
    columns = _columns(raw, name)
    lon_name, lat_name, time, device, group, accuracy = (
        next((one for one in names if one in columns), None) for names in (LON, LAT, TIME, DEVICE, GROUP, ACCURACY)
    )
    if lon_name is None or lat_name is None:
        raise BadInput(
            f"{name} 里找不到经度、纬度列:列名应为 lon、lat(或 经度、纬度),单位为度。现有 {'、'.join(columns)}。"
        )
    lon, lat = _numbers(columns, lon_name, name), _numbers(columns, lat_name, name)
    times = column_s(columns[time], zone, name, FIRST_ROW) if time else np.full(len(lon), np.nan)
    accuracy_m = _numbers(columns, accuracy, name) if accuracy else np.full(len(lon), np.nan)
    nothing: list[str | None] = [None] * len(lon)
    keys = zip(columns[device] if device else nothing, columns[group] if group else nothing, strict=True)
    return grouped(list(keys), lon, lat, times, accuracy_m)


def grouped(
    keys: Sequence[tuple[str | None, str | None]], lon: Floats, lat: Floats, times: Floats, accuracy_m: Floats
) -> tuple[RawTrack, ...]:
    """Rows as tracks, one for each pair of device and patrol, numbered in the order of their first rows."""
    rows: dict[Hashable, list[int]] = {}
    for row, key in enumerate(keys):
        rows.setdefault(key, []).append(row)
    return tuple(
        RawTrack(number, keys[own[0]][0], lon[own], lat[own], times[own], accuracy_m[own])
        for number, own in enumerate(rows.values(), start=1)
    )


def named(properties: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of these properties that has a value, as text; names are in small letters."""
    found = next((properties[name] for name in names if properties.get(name) not in (None, "")), None)
    return None if found is None else str(found).strip()


def _columns(raw: bytes, name: str) -> dict[str, Column]:
    """Columns by their names in small letters, without a unit in brackets; None where a field is empty."""
    text = _decoded(raw, name)
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        header = [re.sub(r"[((].*[))]$", "", title).strip().casefold() for title in next(reader, [])]
        rows = [_checked(row, len(header), reader.line_num, name) for row in reader if row]
    except csv.Error as error:
        raise BadFile(f"{name} 不完整或格式有误({error}):请重新导出为 CSV。") from None
    if not rows:
        raise BadFile(f"{name} 里没有数据:第一行应为列名,其后每行一个定位点。")
    values = [[field.strip() or None for field in column] for column in zip(*rows, strict=True)]
    # Of two columns with one name the first counts.
    return dict(zip(reversed(header), reversed(values), strict=True))


def _decoded(raw: bytes, name: str) -> str:
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(f"{name} 的文字既不是 UTF-8 也不是 GBK:请另存为 UTF-8 的 CSV。")


def _checked(row: list[str], count: int, line: int, name: str) -> list[str]:
    if len(row) != count:
        raise BadFile(f"{name} 第 {line} 行有 {len(row)} 列,表头有 {count} 列:文件可能被截断,请检查。")
    return row


def _numbers(columns: Mapping[str, Column], column: str, name: str) -> Floats:
    found = np.full(len(columns[column]), np.nan)
    for row, value in enumerate(columns[column]):
        if value is None:
            continue
        try:
            found[row] = float(value)
        except ValueError:
            raise BadInput(
                f"{name} 第 {row + FIRST_ROW} 行的 {column} 不是数字({value[:40]!r}):请改正后再导入。"
            ) from None
    return found

"""A track handed in by a program: a JSON object with its fixes."""

from collections.abc import Mapping
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from api.patrols.moments import column_s
from api.patrols.track import Floats, RawTrack
from layers.errors import BadInput

MAX_FIXES = 500_000
FIELDS = ("lon", "lat", "time", "accuracy_m")


class HandedTrack(BaseModel):
    """One outing as a program hands it in.

    fixes: [lon, lat, time] or [lon, lat, time, accuracy], or objects with lon, lat, time and accuracy_m; degrees,
    RFC 3339 or Unix seconds, metres or null.
    """

    model_config = ConfigDict(extra="forbid")

    device: str | None = Field(None, min_length=1, max_length=200, description="设备编号")
    mode: Literal["foot", "bicycle", "car", "boat", "drone"] = Field("foot", description="巡查方式")
    datum: Literal["wgs84", "gcj02", "bd09"] = Field("wgs84", description="坐标基准")
    crew: str | None = Field(None, max_length=200, description="巡查组")
    post: str | None = Field(None, max_length=200, description="责任岗位编码")
    report: str | None = Field(None, max_length=2000, description="情况说明")
    fixes: list[list[Any] | dict[str, Any]] = Field(
        min_length=1, max_length=MAX_FIXES, description="定位点:[经度, 纬度, 时间, 精度(米,可缺)]"
    )


def handed_track(handed: HandedTrack, zone: ZoneInfo) -> RawTrack:
    """The track of a request; raises BadInput naming the first fix that cannot be read."""
    rows = [_row(fix, number) for number, fix in enumerate(handed.fixes, start=1)]
    times = column_s([row[2] for row in rows], zone, "fixes ")
    lon, lat, accuracy_m = (_numbers(rows, column) for column in (0, 1, 3))
    return RawTrack(1, handed.device, lon, lat, times, accuracy_m)


def _row(fix: list[Any] | Mapping[str, Any], number: int) -> list[Any]:
    if isinstance(fix, list):
        if len(fix) not in (3, 4):
            raise BadInput(
                f"fixes 第 {number} 个有 {len(fix)} 项:应为 [经度, 纬度, 时间] 或 [经度, 纬度, 时间, 精度]。"
            )
        return [*fix, None][:4]
    unknown = set(fix) - set(FIELDS)
    if unknown:
        raise BadInput(f"fixes 第 {number} 个的 {'、'.join(sorted(unknown))[:80]} 不认识:应为 {'、'.join(FIELDS)}。")
    return [fix.get(name) for name in FIELDS]


def _numbers(rows: list[list[Any]], column: int) -> Floats:
    found = np.full(len(rows), np.nan)
    for number, row in enumerate(rows):
        value = row[column]
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise BadInput(
                f"fixes 第 {number + 1} 个的 {FIELDS[column]} 不是数字({str(value)[:40]!r}):请改正后再发送。"
            )
        try:
            found[number] = float(value)
        except OverflowError:
            found[number] = np.inf
    return found

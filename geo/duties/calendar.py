"""Local days, calendar periods, seasons and hours of a place, as spans of Unix seconds.

All spans are half-open [start, end). Nothing here reads a clock: the time zone and the times are given.
Days are the local ones, so that one of 23 or 25 hours at a change of the clocks is still one day. A patrol
belongs to the day, and so to the period, in which it starts.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from geo.duties.duty import DAY_MINUTES, Duty
from layers.errors import BadInput

__all__ = ["MOST_DAYS", "Period", "day_starts", "in_force", "instant", "local_date", "open_spans", "periods", "within"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

MOST_DAYS = 40_000
"""No calendar is laid out over more days than these, about 110 years: times in milliseconds are found out here."""


class Period(NamedTuple):
    """A calendar period of a kind: its name (2026-W23, 2026-06, 2026-Q2) and its span."""

    name: str
    start_s: float
    end_s: float


def instant(day: date, minute: int, zone: ZoneInfo, *, last: bool = False) -> float:
    """When local clocks show a minute of a day, counted from its midnight (1440 and more is the next day).

    A minute that clocks show twice is the first, or the last, of the two; one that they skip is the moment
    of the change.

    >>> instant(date(2026, 6, 1), 480, ZoneInfo("Asia/Shanghai"))
    1780272000.0
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    early, late = (wall.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    if early <= late:
        return late if last else early
    before = datetime.fromtimestamp(late, zone).utcoffset()
    while early - late > 1:  # The clocks change between the two: halve until the second is found.
        middle = (early + late) // 2
        same = datetime.fromtimestamp(middle, zone).utcoffset() == before
        early, late = (early, middle) if same else (middle, late)
    return early


def local_date(at_s: float, zone: ZoneInfo) -> date:
    """The local day of a time.

    >>> local_date(1780272000.0, ZoneInfo("Asia/Shanghai"))
    datetime.date(2026, 6, 1)
    """
    try:
        return datetime.fromtimestamp(at_s, UTC).astimezone(zone).date()
    except (ValueError, OverflowError, OSError):
        raise BadInput(f"时间 {at_s!r} 不在可用范围:应为 Unix 秒,请检查是否误用了毫秒。") from None


def day_starts(start_s: float, end_s: float, zone: ZoneInfo) -> tuple[Floats, date]:
    """Midnights of the local days that [start, end) touches, and the one after; and the first day's date.

    Returns (days + 1,) times. An empty span touches the day it lies in.
    """
    first = local_date(start_s, zone)
    days = max((local_date(max(start_s, end_s), zone) - first).days + 1, 1)
    if days > MOST_DAYS:
        raise BadInput(f"时间跨度达 {days} 天,超过 {MOST_DAYS} 天:请缩短,或检查时间是否有误。")
    starts = np.array([instant(first + timedelta(days=day), 0, zone) for day in range(days + 1)])
    if days > 1 and starts[-2] >= end_s:
        starts = starts[:-1]
    return starts, first


def periods(kind: str, start_s: float, end_s: float, zone: ZoneInfo) -> tuple[Period, ...]:
    """The calendar weeks (from Monday), months or quarters that [start, end) touches, whole.

    >>> zone = ZoneInfo("Asia/Shanghai")
    >>> start_s, end_s = (instant(date(2026, month, 3), 0, zone) for month in (6, 7))
    >>> [period.name for period in periods("month", start_s, end_s, zone)]
    ['2026-06', '2026-07']
    """
    if not start_s < end_s:
        return ()
    day, found = _first_day(kind, local_date(start_s, zone)), []
    while (opens_s := instant(day, 0, zone)) < end_s:
        after = _next(kind, day)
        found.append(Period(_name(kind, day), opens_s, instant(after, 0, zone)))
        day = after
    return tuple(found)


def in_force(duties: Sequence[Duty], start_s: float, end_s: float, zone: ZoneInfo) -> Floats:
    """When one of the versions of a duty was in force and in season: (spans, 2) starts and ends in [start, end).

    Disjoint, in order; adjoining ones joined. Versions may not overlap (duty.versions_of).
    """
    found: list[tuple[float, float]] = []
    for duty in duties:
        low, high = max(start_s, duty.valid_from_s), min(end_s, duty.valid_to_s)
        if low < high:
            found += [(low, high)] if len(duty.months) == 12 else _season(duty.months, low, high, zone)
    return within(np.array(found).reshape(-1, 2), start_s, end_s)


def open_spans(duty: Duty, start_s: float, end_s: float, zone: ZoneInfo) -> Floats:
    """When the duty's hours are open in [start, end): (spans, 2), disjoint, in order, adjoining ones joined.

    Without hours and weekdays, always. A window across midnight belongs to the day it opens on, whose
    weekday decides. Windows open and close by local clocks: one that the clocks skip is not there that day.

    >>> duty = Duty(code="D", post_code="P", layer="water", interval_days=1, hours=["22:00-02:00"])
    >>> zone = ZoneInfo("Asia/Shanghai")
    >>> start_s = instant(date(2026, 6, 1), 0, zone)
    >>> ((open_spans(duty, start_s, start_s + 86400, zone) - start_s) / 3600).tolist()
    [[0.0, 2.0], [22.0, 24.0]]
    """
    if not start_s < end_s:
        return np.empty((0, 2))
    if not duty.windows and not duty.weekdays:
        return np.array([[start_s, end_s]])
    first, last = local_date(start_s, zone) - timedelta(days=1), local_date(end_s, zone)
    if (last - first).days > MOST_DAYS:
        raise BadInput(f"时间跨度超过 {MOST_DAYS} 天:请缩短,或检查时间是否有误。")
    weekdays = set(duty.weekdays or range(1, 8))
    days = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    spans = [
        (instant(day, opens, zone), instant(day, closes, zone, last=closes % DAY_MINUTES != 0))
        for day in days
        if day.isoweekday() in weekdays
        for opens, closes in duty.windows or ((0, DAY_MINUTES),)
    ]
    return within(np.array(spans).reshape(-1, 2), start_s, end_s)


def within(spans: Floats, start_s: float, end_s: float) -> Floats:
    """Spans cut to [start, end), in order, overlapping and adjoining ones joined, empty ones left out.

    >>> within(np.array([[5.0, 9.0], [0.0, 3.0], [3.0, 4.0]]), 1.0, 8.0).tolist()
    [[1.0, 4.0], [5.0, 8.0]]
    """
    cut = np.clip(spans, start_s, end_s)
    cut = cut[cut[:, 0] < cut[:, 1]]
    cut = cut[np.argsort(cut[:, 0], kind="stable")]
    furthest = np.maximum.accumulate(cut[:, 1])
    new = np.append(True, cut[1:, 0] > furthest[:-1])[: len(cut)]
    last = np.append(new[1:], True)[: len(cut)]
    return np.column_stack([cut[new, 0], furthest[last]])


def _season(months: Sequence[int], start_s: float, end_s: float, zone: ZoneInfo) -> list[tuple[float, float]]:
    some = periods("month", start_s, end_s, zone)
    return [(max(one.start_s, start_s), min(one.end_s, end_s)) for one in some if int(one.name[-2:]) in months]


def _first_day(kind: str, day: date) -> date:
    if kind == "week":
        return day - timedelta(days=day.weekday())
    if kind == "month":
        return day.replace(day=1)
    if kind == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    raise BadInput(f"周期 {kind!r} 应为 week(周)、month(月)或 quarter(季)。")


def _next(kind: str, day: date) -> date:
    if kind == "week":
        return day + timedelta(days=7)
    months = day.month - 1 + (1 if kind == "month" else 3)
    return day.replace(year=day.year + months // 12, month=months % 12 + 1)


def _name(kind: str, day: date) -> str:
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return f"{day:%Y-%m}" if kind == "month" else f"{day.year}-Q{(day.month + 2) // 3}"

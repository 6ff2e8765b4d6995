"""When features are asked about: the days on which they are true, and as known at which time.

`datetime` of the standard is an instant or an interval, both ends included; validity is told by days. So an instant is
its local day, and an interval all the days that it touches.
"""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.tracks.moments import moment
from layers.errors import BadInput

__all__ = ["Days", "days_of"]

_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.\d+)?S)?)?",
    re.IGNORECASE,
)
_FORM = "应为日期、时间或时段,如 2026-06-30、2026-06-30T00:00:00Z、2026-06-01/2026-06-30、../2026-06-30"
_OPEN = ("", "..")


class Days(NamedTuple):
    """From a day to another, both included; None where an end is open."""

    first: date | None
    last: date | None


def days_of(text: str, zone: ZoneInfo) -> Days:
    """The days that a parameter `datetime` touches; raises BadInput for what is neither an instant nor an interval.

    >>> days_of("2026-05-31T17:00:00Z/..", ZoneInfo("Asia/Shanghai"))
    Days(first=datetime.date(2026, 6, 1), last=None)
    >>> days_of("2026-01-31/P1M", ZoneInfo("Asia/Shanghai")).last
    datetime.date(2026, 2, 28)
    """
    try:
        found = _days(text.strip(), zone)
    except (ValueError, OverflowError):
        raise BadInput(f"参数 datetime 的值 {text[:80]!r} 看不懂:{_FORM}。") from None
    if found.first and found.last and found.first > found.last:
        raise BadInput(f"参数 datetime 的值 {text[:80]!r} 起晚于止:请对调两端。")
    return found


def _days(text: str, zone: ZoneInfo) -> Days:
    start, slash, end = text.partition("/")
    if not slash:
        day = _moment(text, zone).astimezone(zone).date()
        return Days(day, day)
    if start[:1] in "Pp" and start:
        last = _moment(end, zone)
        return Days(_moved(last, start, -1).astimezone(zone).date(), last.astimezone(zone).date())
    first = None if start in _OPEN else _moment(start, zone)
    if first and end[:1] in "Pp" and end:
        return Days(first.astimezone(zone).date(), _moved(first, end, 1).astimezone(zone).date())
    last_day = None if end in _OPEN else _moment(end, zone).astimezone(zone).date()
    return Days(first and first.astimezone(zone).date(), last_day)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    # A plus that nobody encoded arrives as a space.
    return moment(text.upper().replace(" ", "+") if "T" in text.upper() else text, zone)


def _moved(start: datetime, duration: str, sign: int) -> datetime:
    """An instant and a duration of ISO 8601 later, or earlier: months by the calendar, then the rest."""
    found = _DURATION.fullmatch(duration)
    if not found:
        raise ValueError(f"not a duration: {duration!r}")
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    month = start.year * 12 + start.month - 1 + sign * (years * 12 + months)
    year, month = month // 12, month % 12 + 1
    if not 1 <= year <= date.max.year:
        raise ValueError("beyond all calendars")
    turned = start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))
    return turned + sign * timedelta(days=days, weeks=weeks, hours=hours, minutes=minutes, seconds=seconds)

"""The terms that figures are asked for: a month, a quarter, a week, or two ends."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from geo.duties.calendar import instant, local_date
from layers.errors import BadInput

FORM = "2026-06(月)、2026-Q2(季)、2026-W23(周)、2026(年),或 2026-06-01..2026-07-01(含首不含尾)"
FIRST, LAST = date(2000, 1, 1), date(2200, 1, 1)
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")


def days_of(text: str) -> tuple[date, date]:
    """The days of a term, half-open; raises BadInput for what is none.

    >>> [str(day) for day in days_of("2026-Q2")], [str(day) for day in days_of("2026-W01")]
    (['2026-04-01', '2026-07-01'], ['2025-12-29', '2026-01-05'])
    """
    try:
        first, last = _days(text.strip())
    except ValueError:
        raise BadInput(f"看不懂时段 {text[:40]!r}:应写作 {FORM}。") from None
    if not FIRST <= first < last <= LAST:
        raise BadInput(f"时段 {text[:40]!r} 的起止不成立:应在 {FIRST.year} 至 {LAST.year} 年之间,起在止前。")
    return first, last


def refuse_far(moments: Mapping[str, datetime | None]) -> None:
    """Raises BadInput where one of these, by the name of its parameter, lies outside the years that terms may have.

    Calendars are laid out day by day up to it; and of a time so far off nothing is meant.
    """
    for name, moment in moments.items():
        if moment is not None and not FIRST.year <= moment.year < LAST.year:
            raise BadInput(f"参数 {name} 的值 {moment:%Y-%m-%d} 太远:应在 {FIRST.year} 至 {LAST.year} 年之间。")


def term_of(days: tuple[date, date], zone: ZoneInfo) -> tuple[float, float]:
    """The same in Unix seconds, from midnight to midnight of the place."""
    return instant(days[0], 0, zone), instant(days[1], 0, zone)


def month_start_s(at_s: float, zone: ZoneInfo) -> float:
    """When the month of an instant began in the place, Unix seconds.

    >>> zone = ZoneInfo("Asia/Shanghai")
    >>> month_start_s(instant(date(2026, 6, 30), 600, zone), zone) == instant(date(2026, 6, 1), 0, zone)
    True
    """
    return instant(local_date(at_s, zone).replace(day=1), 0, zone)


def _days(text: str) -> tuple[date, date]:
    if ".." in text:
        first, last = text.split("..", 1)
        return date.fromisoformat(first), date.fromisoformat(last)
    if week := _WEEK.fullmatch(text):
        monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return monday, monday + timedelta(days=7)
    if quarter := _QUARTER.fullmatch(text):
        return _months(int(quarter[1]), 3 * int(quarter[2]) - 2, 3)
    if month := _MONTH.fullmatch(text):
        return _months(int(month[1]), int(month[2]), 1)
    if _YEAR.fullmatch(text):
        return _months(int(text), 1, 12)
    raise ValueError(text)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    first = date(year, month, 1)
    after = year * 12 + month - 1 + count
    return first, date(after // 12, after % 12 + 1, 1)

"""Times as people and files write them: with an offset, or in the deployment's zone, or as Unix seconds."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from api.tracks.track import Floats
from layers.errors import BadInput

FORM = "2026-06-30T08:00:00+08:00、2026-06-30 08:00:00(按平台时区)或 Unix 秒"
FIRST_YEAR = 1970
"""Before it zones had offsets with seconds, which no RFC 3339 time can say."""
MILLISECONDS_FROM = 1e11
"""A number from here on counts milliseconds: as seconds it would be the year 5138."""
Period = tuple[datetime | None, datetime | None]
"""A half-open stretch of time; an end that is None is open."""
_CHINESE = re.compile(
    r"^(\d{4})年(\d{1,2})月(\d{1,2})日\s*(?:(\d{1,2})[时:](\d{1,2})(?:[分:](\d{1,2}(?:\.\d+)?)秒?)?分?)?$"
)
_SHORT = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?)?$")


def unix_s(value: object, zone: ZoneInfo) -> float:
    """A written time as Unix seconds, to the microsecond; raises ValueError where it is none.

    >>> unix_s("2026-06-30 08:00", ZoneInfo("Asia/Shanghai")) == unix_s("2026-06-30T00:00:00Z", ZoneInfo("UTC"))
    True
    >>> unix_s("1700000000123", ZoneInfo("UTC"))
    1700000000.123
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(float(value))
    if not isinstance(value, str):
        raise ValueError(f"not a time: {value!r}")
    text = value.strip()
    try:
        return _from_number(float(text))
    except ValueError:
        return moment(text, zone).timestamp()


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A written date or time with its offset; a date is its midnight. Raises ValueError where it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = _loosely(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def ends_of(period: Period) -> tuple[str, str]:
    """The ends of a period as the database reads them; an open end is further than any time."""
    start, end = period
    return start.isoformat() if start else "-infinity", end.isoformat() if end else "infinity"


def period(start: str | None, end: str | None, zone: ZoneInfo) -> Period:
    """A half-open period as asked for by dates or instants; None where an end is open. Raises BadInput."""
    ends = [instant(text, name, zone) for text, name in ((start, "from"), (end, "to"))]
    if ends[0] and ends[1] and ends[0] >= ends[1]:
        raise BadInput(
            f"时段是空的:from={start} 不早于 to={end}。时段含起点、不含终点,如 from=2026-06-01&to=2026-07-01。"
        )
    return ends[0], ends[1]


def whole_days(asked: Period, zone: ZoneInfo) -> Period:
    """The local days that a half-open period touches, whole: who may not know when something began cannot ask it out.

    >>> noon = datetime(2026, 6, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    >>> [f"{one:%d %H:%M}" for one in whole_days((noon, noon), ZoneInfo("Asia/Shanghai"))]
    ['01 00:00', '02 00:00']
    """
    start, end = (one and one.astimezone(zone) for one in asked)
    first, last = (one and datetime.combine(one.date(), time(), zone) for one in (start, end))
    return first, end if last == end or last is None else last + timedelta(days=1)


def column_s(values: Sequence[object], zone: ZoneInfo, what: str, first_row: int = 1) -> Floats:
    """Every value of a column as Unix seconds; raises BadInput naming the row of the first that is no time."""
    found = np.empty(len(values))
    for row, value in enumerate(values):
        try:
            found[row] = unix_s(value, zone)
        except (ValueError, OverflowError):
            shown = time_shown(value)
            raise BadInput(f"{what}第 {row + first_row} 行的时间({shown})看不懂:应为 {FORM}。") from None
    return found


def time_shown(value: object) -> str:
    """What was written where a time should stand, as a sentence shows it."""
    return "空" if value is None else repr(str(value)[:40])


def believable(now: datetime) -> tuple[float, float]:
    """The earliest and latest time that a fix may have, Unix seconds: no phone before 2000, no clock 5 minutes fast."""
    return datetime(2000, 1, 1, tzinfo=UTC).timestamp(), (now + timedelta(minutes=5)).timestamp()


def _from_number(number: float) -> float:
    if not np.isfinite(number):
        raise ValueError("not a time")
    return round(number / 1000 if abs(number) >= MILLISECONDS_FROM else number, 6)


def _loosely(text: str) -> datetime:
    match = _CHINESE.match(text) or _SHORT.match(text)
    if not match:
        raise ValueError(f"not a time: {text!r}")
    year, month, day, hour, minute = (int(part or 0) for part in match.groups()[:5])
    clock = datetime.combine(date(year, month, day), time(hour, minute))
    return clock + timedelta(seconds=float(match.group(6) or 0))


def instant(text: str | None, name: str, zone: ZoneInfo) -> datetime | None:
    """An instant as asked for by a parameter of that name, in the zone; None where none was given. Raises BadInput."""
    if text is None:
        return None
    try:
        found = moment(text.strip().replace(" ", "+") if "T" in text else text.strip(), zone)
    except ValueError:
        raise BadInput(
            f"参数 {name} 的值 {text[:40]!r} 看不懂:应为日期(2026-06-30)或时间(2026-06-30T08:00:00+08:00)。"
        ) from None
    if found.year <= FIRST_YEAR and found < datetime(FIRST_YEAR, 1, 1, tzinfo=zone):
        raise BadInput(f"参数 {name} 的值 {text[:40]!r} 太早:应不早于 {FIRST_YEAR} 年。")
    try:
        found.astimezone(UTC)
        return found.astimezone(zone)
    except OverflowError:
        raise BadInput(f"参数 {name} 的值 {text[:40]!r} 太晚:应早于 {date.max.year} 年末。") from None

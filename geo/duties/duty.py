"""What a duty asks for, as a value: how often, in which hours, by whom, and what counts.

The fields bear the names of the columns of the duty table, so that a row becomes a Duty by name. A duty
changes by version: several Duty values of one code, each in force from `valid_from_s` until `valid_to_s`.

Rules differ by place and year. The published ones this was made for, as fields:

    泗县丁湖镇     min_minutes=5,  min_metres=300
    广州 2021      min_minutes=10, min_metres=1000, interval_days=10
    阿合奇县       min_minutes=30, min_metres=2000, min_gap_hours=96, first_month=3, last_month=12
    广州 2019      per="month", times=4, least_share=0.3, full_cover=True
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from layers.errors import BadInput

__all__ = ["MEAN_DAYS", "MODES", "Duty", "parse_window", "versions_of"]

MODES = ("foot", "bicycle", "car", "boat", "drone")
SETTLERS = ("own", "delegates", "anyone")
BOUNDS = ("sure", "nominal", "possible")
MEAN_DAYS = {"week": 7.0, "month": 365.2425 / 12, "quarter": 365.2425 / 4}
"""Mean length of each calendar period in days, by the Gregorian calendar's 365.2425 days a year."""
DAY_MINUTES = 1440
WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One version of a duty. Refused on making, with the remedy, where it cannot mean anything.

    How often, one of the two:
        interval_days: every metre, or whole target, is to be seen again within so many days, at least 1
        per, times: so many effective patrols each calendar week, month or quarter
    least_share: the share of what the duty covers that each patrol must see to count as effective
    full_cover: everything that the duty covers must be seen within each period
    first_month, last_month: the season, both included; over the turn of the year where last < first
    hours: windows "HH:MM-HH:MM", across midnight where the end is not after the start; none: at any time
    weekdays: 1 (Monday) to 7: the days on which windows open; none: every day
    settled_by: 'own' its post alone; 'delegates' also the posts or crews in `delegates`; 'anyone'
    modes: by which modes; none: any
    reach_m, bound, same_side: which sightings the caller is to hand in
    test_…: what one visit of a whole target (area, point) must reach to settle it; none: any visit does
    min_…: what makes a patrol effective; `min_gap_hours` counts from the end of that post's last effective
        patrol of this duty to the start of the next
    flagged_count: whether flagged pieces of tracks count
    valid_from_s, valid_to_s: in force from, until (half-open), Unix seconds

    >>> Duty(code="D1", post_code="P1", layer="water", interval_days=7).mean_interval_days
    7.0
    >>> Duty(code="D1", post_code="P1", layer="water", per="week", times=2).mean_interval_days
    3.5
    """

    code: str
    post_code: str
    layer: str
    name: str | None = None
    interval_days: float | None = None
    per: str | None = None
    times: int | None = None
    first_month: int | None = None
    last_month: int | None = None
    least_share: float | None = None
    full_cover: bool = False
    hours: Sequence[str] | None = None
    weekdays: Sequence[int] | None = None
    settled_by: str = "own"
    delegates: Sequence[str] | None = None
    modes: Sequence[str] | None = None
    reach_m: float = 25.0
    bound: str = "nominal"
    same_side: bool = False
    test_distance_m: float | None = None
    test_dwell_s: float | None = None
    test_share: float | None = None
    test_road_share: float | None = None
    min_minutes: float | None = None
    min_metres: float | None = None
    min_gap_hours: float | None = None
    flagged_count: bool = False
    rule: str | None = None
    citation: str = ""
    valid_from_s: float = -math.inf
    valid_to_s: float = math.inf

    def __post_init__(self) -> None:
        _check_rhythm(self)
        _check_calendar(self)
        _check_settling(self)
        _check_numbers(self)

    @property
    def mean_interval_days(self) -> float:
        """How many days may pass between two sightings: the interval, or the mean one of a count per period."""
        if self.per is None or self.times is None:
            return float(self.interval_days or math.nan)
        return MEAN_DAYS[self.per] / self.times

    @property
    def months(self) -> tuple[int, ...]:
        """The months of its season, from the first to the last.

        >>> Duty(code="D", post_code="P", layer="water", interval_days=7, first_month=11, last_month=2).months
        (11, 12, 1, 2)
        """
        first, last = self.first_month or 1, self.last_month or 12
        return tuple((first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1))

    @property
    def windows(self) -> tuple[tuple[int, int], ...]:
        """Its hours as minutes from the midnight of the day they open; the end may lie in the next day."""
        return tuple(parse_window(text) for text in self.hours or ())


def parse_window(text: str) -> tuple[int, int]:
    """A window of hours as minutes from midnight, its end after its start.

    >>> parse_window("22:00-02:00")
    (1320, 1560)
    """
    found = WINDOW.fullmatch(text)
    if not found:
        raise BadInput(f"看不懂时段 {text[:40]!r}:应写作 19:00-22:00,可跨零点,如 22:00-02:00。")
    start, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    if start == end or end > DAY_MINUTES:
        raise BadInput(f"时段 {text!r} 的起止不成立:两端应不同且不晚于 24:00,全天请写 00:00-24:00 或留空。")
    return start, end if end > start else end + DAY_MINUTES


def versions_of(duties: Sequence[Duty]) -> tuple[Duty, ...]:
    """The versions of one duty in order of time; refused where two are of different duties or overlap.

    >>> old = Duty(code="D", post_code="P", layer="water", interval_days=7, valid_to_s=100.0)
    >>> new = Duty(code="D", post_code="P", layer="water", interval_days=10, valid_from_s=100.0)
    >>> [one.interval_days for one in versions_of([new, old])]
    [7, 10]
    """
    ordered = tuple(sorted(duties, key=lambda duty: duty.valid_from_s))
    codes = sorted({duty.code for duty in ordered})
    if not codes:
        raise BadInput("没有给出职责:至少要有一个版本。")
    if len(codes) > 1:
        raise BadInput(f"一次只算一项职责的各版本,却给了 {'、'.join(codes[:5])}:请分开计算。")
    for before, after in pairwise(ordered):
        if before.valid_to_s > after.valid_from_s:
            raise BadInput(f"职责 {codes[0]} 的两个版本时间重叠:请让前一版在后一版开始时结束。")
    return ordered


def _check_rhythm(duty: Duty) -> None:
    if (duty.interval_days is None) == (duty.per is None) or (duty.per is None) != (duty.times is None):
        raise BadInput(f"职责 {duty.code} 的频次不成立:请给出间隔天数,或计次周期与每周期次数,二者必居其一。")
    if duty.interval_days is not None and not 1 <= duty.interval_days <= 3660:
        raise BadInput(
            f"职责 {duty.code} 的间隔天数 {duty.interval_days:g} 应为 1 至 3660;一天多次请按时段分立为几项职责。"
        )
    if duty.per is not None and duty.per not in MEAN_DAYS:
        raise BadInput(f"职责 {duty.code} 的计次周期 {duty.per!r} 应为 week(周)、month(月)或 quarter(季)。")
    if duty.times is not None and not 1 <= duty.times <= 100:
        raise BadInput(f"职责 {duty.code} 的每周期次数 {duty.times} 应为 1 至 100。")
    if duty.full_cover and duty.per is None:
        raise BadInput(f"职责 {duty.code} 的全覆盖须有计次周期:请给出周、月或季,或取消全覆盖。")


def _check_calendar(duty: Duty) -> None:
    if (duty.first_month is None) != (duty.last_month is None):
        raise BadInput(f"职责 {duty.code} 的起止月份须同时给出,或都留空(全年)。")
    for month in (duty.first_month, duty.last_month):
        if month is not None and not 1 <= month <= 12:
            raise BadInput(f"职责 {duty.code} 的月份 {month} 应为 1 至 12。")
    if duty.weekdays is not None and not (duty.weekdays and set(duty.weekdays) <= set(range(1, 8))):
        raise BadInput(f"职责 {duty.code} 的星期 {list(duty.weekdays)} 应为 1(周一)至 7(周日),或留空。")
    for text in duty.hours or ():
        parse_window(text)
    if not duty.valid_from_s < duty.valid_to_s:
        raise BadInput(f"职责 {duty.code} 的失效时间应晚于生效时间:请改正其中之一。")


def _check_settling(duty: Duty) -> None:
    if duty.settled_by not in SETTLERS:
        raise BadInput(f"职责 {duty.code} 的 settled_by {duty.settled_by!r} 应为 {'、'.join(SETTLERS)} 之一。")
    if (duty.settled_by == "delegates") != bool(duty.delegates):
        raise BadInput(f"职责 {duty.code}:受托岗位只在 settled_by 为 delegates 时给出,且至少一个。")
    unknown = sorted(set(duty.modes or ()) - set(MODES))
    if unknown:
        raise BadInput(f"职责 {duty.code} 的巡查方式 {unknown[0]!r} 应为 {'、'.join(MODES)} 之一。")
    if duty.bound not in BOUNDS:
        raise BadInput(f"职责 {duty.code} 的界限 {duty.bound!r} 应为 {'、'.join(BOUNDS)} 之一。")


def _check_numbers(duty: Duty) -> None:
    for field, most in (("least_share", 1), ("test_share", 1), ("test_road_share", 1), ("reach_m", 10_000)):
        value = getattr(duty, field)
        if value is not None and not 0 < value <= most:
            raise BadInput(f"职责 {duty.code} 的 {field} {value:g} 应大于 0、不大于 {most}。")
    for field in ("test_distance_m", "test_dwell_s", "min_minutes", "min_metres", "min_gap_hours"):
        value = getattr(duty, field)
        if value is not None and not 0 <= value < math.inf:
            raise BadInput(f"职责 {duty.code} 的 {field} {value:g} 应为不小于 0 的数。")

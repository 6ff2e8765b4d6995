"""What is owed on a day, range by range, and what a metre of it is worth.

A metre is worth, under one duty, the days that it would be overdue when the plan is judged were it not seen, less
those if it were seen on the day, times its target's risk weight. A whole target stands as one metre of WHOLE_CM
here, as everywhere in geo.duties, so its metre-days are target-days; only where it is weighed against lines does it
count as `Options.target_worth_m` metres.

A count per calendar period adds a little before anything is overdue: while so many visits are still lacking, and so
many days are left on which the duty's hours open, a metre is worth lacking / left days more, at most one. None on a
day that has an effective visit already, nor within the duty's least gap of one; and with full cover only where it
was not seen in the period yet.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from geo.duties.account import debt_of
from geo.duties.calendar import in_force, instant, local_date, open_spans, periods
from geo.duties.duty import Duty
from geo.duties.scope import DAY_S, State
from geo.plan.city import DutyOwed

__all__ = ["OwedRanges", "day_span", "owed_of", "quota_days", "rests"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Span = tuple[float, float]


class OwedRanges(NamedTuple):
    """(n,) ranges that one duty covers and that are worth seeing: target (place in the duty's codes), from and to, cm.

    days: overdue when judged, were nothing seen. worth: of a metre, see the module; above 0.
    """

    target: Indices
    from_cm: Indices
    to_cm: Indices
    days: Floats
    worth: Floats


def owed_of(
    owed: DutyOwed,
    day: date,
    judged_s: Sequence[float],
    zone: ZoneInfo,
    *,
    quota: bool = True,
    since_s: float = np.inf,
    wait_s: float | None = None,
    leave_s: float | None = None,
) -> OwedRanges:
    """What of a duty is worth seeing on a day. judged_s: instants after the day; worth is the mean over them.

    since_s: what was seen since then is not gone for again unless it is overdue at wait_s (none: when the day ends),
    nor within the duty's least gap. leave_s: when the first crew sets out; none: when the day begins.
    Nothing, where no version is in force, or the duty rests all day. Pieces of which nothing is known owe nothing.

    >>> from geo.duties.scope import Scope, never_seen
    >>> zone, day = ZoneInfo("Asia/Shanghai"), date(2026, 6, 20)
    >>> began_s = np.array([instant(date(2026, 6, 1), 0, zone)])
    >>> state = never_seen(Scope(*np.array([[0], [0], [50_000]]), began_s, np.full(1, np.inf), np.zeros(1, int)))
    >>> weekly = Duty(code="D", post_code="P", layer="bank", interval_days=7)
    >>> owed = owed_of(DutyOwed((weekly,), "bank", ("A",), state), day, [day_span(day, zone)[1]], zone)
    >>> owed.days.tolist(), owed.worth.tolist()
    ([13.0], [13.0])
    """
    state, (start_s, end_s) = owed.state, day_span(day, zone)
    if rests(owed, day, zone):
        return _picked(state, np.zeros(len(state.target)), np.zeros(len(state.target)))
    seen = state._replace(last_s=np.where(np.isnan(state.last_s), np.nan, np.maximum(state.last_s, start_s)))
    unseen_days, seen_days = (
        np.mean([debt_of(owed.versions, one, at_s, zone).overdue_days for at_s in judged_s], axis=0)
        for one in (state, seen)
    )
    saved = np.maximum(unseen_days - seen_days, 0.0)
    held = owed.at(start_s)
    if quota and held is not None and held.per is not None:
        asked = ~np.isnan(state.last_s) & (state.began_s < end_s) & (state.until_s > start_s)
        saved = saved + np.where(asked, quota_days(owed, held, day, zone, leave_s), 0.0)
    again = state.last_s >= since_s
    if again.any():
        late = debt_of(owed.versions, state, wait_s or end_s, zone).overdue_days > 0
        held = owed.at(start_s)
        soon = held is not None and _too_soon(owed, held, leave_s or start_s)
        saved = np.where(again & (soon | ~late), 0.0, saved)
    risk = np.ones(len(state.target)) if owed.risk is None else owed.risk[state.target]
    last = debt_of(owed.versions, state, judged_s[0], zone).overdue_days
    return _picked(state, last, saved * risk)


def quota_days(owed: DutyOwed, duty: Duty, day: date, zone: ZoneInfo, leave_s: float | None = None) -> Floats:
    """(pieces,) what the visits that its calendar period still lacks add to a metre's worth on a day, days: 0 to 1."""
    start_s, end_s = day_span(day, zone)
    none = np.zeros(len(owed.state.target))
    (period,) = periods(str(duty.per), start_s, np.nextafter(start_s, np.inf), zone)
    made = [at_s for at_s in owed.effective_s if period.start_s <= at_s < period.end_s]
    lacking = (duty.times or 0) - len(made)
    left = _days_open(duty, day, period.end_s, zone)
    early = bool(made) and start_s - max(made) < duty.mean_interval_days * DAY_S / 2 and lacking < left
    if not left or early or any(start_s <= at_s < end_s for at_s in made) or _too_soon(owed, duty, leave_s or start_s):
        return none
    if duty.full_cover:
        behind = np.maximum(owed.state.last_s, owed.state.began_s) < period.start_s
        return np.where(behind, min(1.0, max(lacking, 1) / left), min(1.0, max(lacking, 0) / left) * 0.5)
    return none + min(1.0, max(lacking, 0) / left)


def rests(owed: DutyOwed, day: date, zone: ZoneInfo) -> bool:
    """Whether nothing of a duty falls due all day: out of season, or no version in force."""
    return not len(in_force(owed.versions, *day_span(day, zone), zone))


def day_span(day: date, zone: ZoneInfo) -> Span:
    """A local day from midnight to midnight.

    >>> [b - a for a, b in [day_span(date(2026, 6, 1), ZoneInfo("Asia/Shanghai"))]]
    [86400.0]
    """
    return instant(day, 0, zone), instant(day + timedelta(days=1), 0, zone)


def _too_soon(owed: DutyOwed, duty: Duty, leave_s: float) -> bool:
    """Whether a patrol that starts then comes too soon after the last effective one."""
    ends = list(owed.last_effective_s.values())
    return duty.min_gap_hours is not None and bool(ends) and leave_s - max(ends) < duty.min_gap_hours * 3600


def _days_open(duty: Duty, day: date, end_s: float, zone: ZoneInfo) -> int:
    """On how many of the days from this one to the period's end the duty's hours open."""
    opened = open_spans(duty, day_span(day, zone)[0], end_s, zone)
    days = {
        local_date(at_s, zone) + timedelta(days=step)
        for at_s, until_s in opened
        for step in range(_days(at_s, until_s, zone))
    }
    return len(days)


def _days(start_s: float, end_s: float, zone: ZoneInfo) -> int:
    return (local_date(np.nextafter(end_s, -np.inf), zone) - local_date(start_s, zone)).days + 1


def _picked(state: State, days: Floats, worth: Floats) -> OwedRanges:
    kept = worth > 0
    return OwedRanges(state.target[kept], state.from_cm[kept], state.to_cm[kept], days[kept], worth[kept])

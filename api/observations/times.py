"""When an observation was found, is due and was settled: what cannot be, by one rule for a request and a file's row.

Every answer is a sentence without its full stop, or None; instants are said in the deployment's zone.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.answers.times import said
from api.answers.wording import shown

__all__ = ["CLOCK_FAST", "GRACE", "Span", "found_fault", "standing_fault"]

CLOCK_FAST = timedelta(minutes=5)
"""A phone's clock may be ahead of ours by so much."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
GRACE = timedelta(minutes=30)
"""What a patrol found may lie so far before its first fix or after its last: a receiver takes its time, and whoever
has put the phone away still writes down what the last metres showed."""


class Span(NamedTuple):
    """The patrol that an observation names, from when to when it was out; None where nobody knows yet."""

    code: str
    begins_at: datetime | None
    ends_at: datetime | None


def found_fault(found_at: datetime, now: datetime, zone: ZoneInfo, patrol: Span | None = None) -> str | None:
    """Why it cannot have been found then: not yet, before anyone kept record, or while its patrol was not out.

    >>> at, zone = datetime(2026, 6, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai")
    >>> found_fault(at, at - timedelta(hours=1), zone)
    '发现时间 2026-06-01T08:00:00+08:00 不可信:应在 2000 年以后、不晚于现在,请核对手机时钟'
    """
    if not EARLIEST <= found_at <= now + CLOCK_FAST:
        return f"发现时间 {said(found_at, zone)} 不可信:应在 2000 年以后、不晚于现在,请核对手机时钟"
    if patrol is None:
        return None
    minutes = GRACE // timedelta(minutes=1)
    remedy = f"(容许 {minutes} 分钟):请核对发现时间与巡查编码,或去掉巡查编码"
    if patrol.begins_at and found_at < patrol.begins_at - GRACE:
        began = f"早于巡查 {shown(patrol.code)} 的开始 {said(patrol.begins_at, zone)}"
        return f"发现时间 {said(found_at, zone)} {began}{remedy}"
    if patrol.ends_at and found_at > patrol.ends_at + GRACE:
        ended = f"晚于巡查 {shown(patrol.code)} 的结束 {said(patrol.ends_at, zone)}"
        return f"发现时间 {said(found_at, zone)} {ended}{remedy}"
    return None


def standing_fault(
    found_at: datetime, due_at: datetime | None, settled_at: datetime | None, *, now: datetime, zone: ZoneInfo
) -> str | None:
    """Why it cannot be due, or have been settled, then.

    >>> at, zone = datetime(2026, 6, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai")
    >>> standing_fault(at, None, at - timedelta(hours=1), now=at, zone=zone)
    '办结时间 2026-06-01T07:00:00+08:00 应在发现(2026-06-01T08:00:00+08:00)与现在之间:请改正'
    """
    if due_at is not None and due_at < found_at:
        return f"办结期限 {said(due_at, zone)} 早于发现时间 {said(found_at, zone)}:请改正"
    if settled_at is not None and not found_at <= settled_at <= max(now, found_at) + CLOCK_FAST:
        return f"办结时间 {said(settled_at, zone)} 应在发现({said(found_at, zone)})与现在之间:请改正"
    return None

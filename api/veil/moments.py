"""Instants as one reader is told them, and may ask by them: who may not see persons, by whole local days alone.

When a place was last seen is when somebody was there, on duty or not; and a period whose ends may be moved by the
second finds out when a patrol began, and when it passed a place, though no answer tells it.
"""

from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from api.access.reader import Reader
from api.answers.times import said
from api.tracks.moments import whole_days
from api.veil.whose import sees_all
from geo.duties.calendar import local_date
from layers.errors import BadInput

__all__ = ["refuse_instants", "this_day", "told_moment"]


def told_moment(reader: Reader, moment: datetime | float | None, zone: ZoneInfo) -> str | None:
    """When something was seen, as a reader is told it: the instant to who may see persons, to others the local day.

    moment: with its offset, or Unix seconds; None, and one that never was, is told as None.

    >>> zone, when = ZoneInfo("Asia/Shanghai"), datetime.fromisoformat("2026-06-01T20:30:00Z")
    >>> [told_moment(Reader("张三", "岗", frozenset({role}), True), when, zone) for role in ("dispatcher", "viewer")]
    ['2026-06-02T04:30:00+08:00', '2026-06-02']
    """
    exactly = said(moment, zone)
    if exactly is None or sees_all(reader):
        return exactly
    return datetime.fromisoformat(exactly).date().isoformat()


def refuse_instants(reader: Reader, moments: Mapping[str, datetime | None], zone: ZoneInfo) -> None:
    """Raises BadInput, with the day to give instead, where who may not see persons asks by a time within a day.

    moments: by the name of their parameter; None for what was not given. A local midnight is a whole day.

    >>> zone, viewer = ZoneInfo("Asia/Shanghai"), Reader("张三", "岗", frozenset({"viewer"}), True)
    >>> refuse_instants(viewer, {"from": datetime(2026, 6, 1, tzinfo=zone), "to": None}, zone)
    >>> refuse_instants(viewer, {"from": datetime(2026, 6, 1, 9, tzinfo=zone)}, zone)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    layers.errors.BadInput: 参数 from 的值 2026-06-01T09:00:00+08:00 不是整日:...
    """
    if sees_all(reader):
        return
    for name, moment in moments.items():
        if moment is not None and whole_days((moment, moment), zone) != (moment, moment):
            day = local_date(moment.timestamp(), zone)
            raise BadInput(
                f"参数 {name} 的值 {said(moment, zone)} 不是整日:按您的角色只能按整日查询,请给日期,如 {name}={day}。"
            )


def this_day(reader: Reader, now: datetime) -> datetime:
    """Now, as a reader may ask by it: to who may not see persons, when the day began; now has its zone.

    >>> noon = datetime(2026, 6, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    >>> [this_day(Reader("张三", "岗", frozenset({role}), True), noon).hour for role in ("dispatcher", "viewer")]
    [12, 0]
    """
    return now if sees_all(reader) else datetime.combine(now.date(), time(), now.tzinfo)

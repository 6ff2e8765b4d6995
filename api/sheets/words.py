"""A plan's figures and kinds in the words of a sheet: what is planned, never what is done."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

__all__ = [
    "PLANNED",
    "by_debt",
    "clock",
    "debt",
    "duty_line",
    "hours",
    "kind",
    "long_day",
    "metres",
    "mode",
    "moment",
    "plain",
    "times",
    "title",
]

PLANNED = "计划,非已完成"
_KINDS = {"start": "出发", "piece": "巡查", "break": "休息", "appointment": "约定", "end": "收队"}
_MODES = {"foot": "步行", "bicycle": "骑行", "car": "驾车", "boat": "乘船", "drone": "无人机"}
_PLACELESS = ("出发", "收工", "")
"""Names of starts and ends whose place has none."""
_WEEKDAYS = "一二三四五六日"


def kind(stop: Mapping[str, Any]) -> str:
    """What a stop is for."""
    return _KINDS.get(stop["kind"], str(stop["kind"]))


def title(stop: Mapping[str, Any]) -> str:
    """What is to be done at a stop, and where.

    >>> title({"kind": "piece", "name": "严西湖湖岸 0–800 米"}), title({"kind": "break", "name": "休息 30 分钟"})
    ('巡查 严西湖湖岸 0–800 米', '休息 30 分钟')
    >>> title({"kind": "end", "name": "收工"})
    '收队'
    """
    said = kind(stop)
    if stop["name"] in _PLACELESS:
        return said
    return stop["name"] if stop["name"].startswith(said) else f"{said} {stop['name']}"


def plain(text: str) -> str:
    """Text without what no file can hold: control characters and halves of letters.

    >>> plain("甲\\x0b组\\n一"), plain("\\ud800")
    ('甲 组 一', ' ')
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)


def mode(name: str) -> str:
    """A crew's way of going."""
    return _MODES.get(name, name)


def metres(length_m: float | None) -> str:
    """A length as people say it; an empty text where there is none.

    >>> metres(850.5), metres(12345), metres(None), metres(0)
    ('851 米', '12.35 公里', '', '')
    """
    if not length_m:
        return ""
    return f"{int(length_m + 0.5):,} 米" if length_m < 9999.5 else f"{length_m / 1000:.2f} 公里"


def hours(time_s: float) -> str:
    """A time of so many seconds, to the minute.

    >>> hours(600), hours(7320), hours(3600)
    ('10 分', '2 小时 2 分', '1 小时')
    """
    whole, minutes = divmod(round(time_s / 60), 60)
    return f"{whole} 小时" * bool(whole) + " " * bool(whole and minutes) + f"{minutes} 分" * bool(minutes or not whole)


def moment(at: str | None) -> str:
    """Day and minute on the clock that the instant itself is written by.

    >>> moment("2026-06-30T09:12:40+08:00"), moment(None)
    ('2026-06-30 09:12', '—')
    """
    return "—" if at is None else datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M")


def clock(at: str, day: str) -> str:
    """The minute of a route's day; another day is said.

    >>> clock("2026-07-01T08:34:23+08:00", "2026-07-01"), clock("2026-07-02T00:05:00+08:00", "2026-07-01")
    ('08:34', '次日 00:05')
    """
    when = datetime.fromisoformat(at)
    days = (when.date() - date.fromisoformat(day)).days
    return {0: "", 1: "次日 "}.get(days, f"{when.month} 月 {when.day} 日 ") + when.strftime("%H:%M")


def times(stop: Mapping[str, Any], day: str) -> str:
    """From when to when a stop is planned; one time where it has no length."""
    begin, end = clock(stop["from_at"], day), clock(stop["to_at"], day)
    return begin if begin == end else f"{begin}–{end}"


def long_day(day: str) -> str:
    """A day with its weekday.

    >>> long_day("2026-07-01")
    '2026 年 7 月 1 日 周三'
    """
    when = date.fromisoformat(day)
    return f"{when.year} 年 {when.month} 月 {when.day} 日 周{_WEEKDAYS[when.weekday()]}"


def debt(duty: Mapping[str, Any]) -> str:
    """What is owed under a duty; an empty text where that is nothing, or the plan does not say.

    >>> debt({"debt_m_days": 6800.0}), debt({"debt_target_days": 3.0}), debt({"debt_m_days": 0.0})
    ('欠 6,800 米·天', '欠 3 处·天', '')
    """
    for name, unit in (("debt_m_days", "米·天"), ("debt_target_days", "处·天")):
        if (owed := duty.get(name) or 0.0) >= 0.05:
            return f"欠 {owed:,.0f} {unit}" if owed >= 10 else f"欠 {owed:.1f}".removesuffix(".0") + f" {unit}"
    return ""


def by_debt(duties: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Duties, those that owe most first; as they came where they owe alike."""
    return sorted(duties, key=lambda duty: -(duty.get("debt_m_days") or duty.get("debt_target_days") or 0.0))


def duty_line(duty: Mapping[str, Any]) -> str:
    """A duty in one line: its name, the post that has it, what is owed.

    >>> duty_line({"name": "湖岸每月一次", "post_name": "街道级湖长", "debt_m_days": 900.0})
    '湖岸每月一次(岗位:街道级湖长,欠 900 米·天)'
    """
    said = [f"岗位:{duty['post_name']}" if duty.get("post_name") else "", debt(duty)]
    inside = ",".join(filter(None, said))
    return f"{duty['name']}({inside})" if inside else str(duty["name"])

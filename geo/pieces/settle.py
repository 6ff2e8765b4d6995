"""Who may settle what: which crews pay a duty, in which hours, and why none does."""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from geo.duties.calendar import open_spans
from geo.duties.counting import acting
from geo.plan.city import CrewDay, DutyOwed

__all__ = ["Settlers", "settlers_of"]

Spans = tuple[tuple[float, float], ...]


class Settlers(NamedTuple):
    """Which crews (places among those given) pay a duty; hours: the spans in which they do, none: at any time of
    theirs.

    why: where no crew does, a key of geo.plan.plan.WHY: not_yours, wrong_mode or hours; else None.
    """

    crews: frozenset[int]
    hours: Spans
    why: str | None


def settlers_of(owed: DutyOwed, crews: Sequence[CrewDay], zone: ZoneInfo) -> Settlers:
    """The crews that may settle a duty on their day, by post, delegation and mode, in its hours.

    >>> from datetime import date
    >>> from geo.duties.duty import Duty
    >>> from geo.duties.scope import Scope, never_seen
    >>> import numpy as np
    >>> state = never_seen(Scope(*np.zeros((3, 0), int), np.zeros(0), np.zeros(0), np.zeros(0, int)))
    >>> duty = Duty(code="D", post_code="P", layer="bank", interval_days=7, modes=["foot"])
    >>> crew = CrewDay("A", "甲组", "car", frozenset({"P"}), date(2026, 6, 1), 0.0, 3600.0)
    >>> settlers_of(DutyOwed((duty,), "bank", (), state), [crew], ZoneInfo("Asia/Shanghai")).why
    'wrong_mode'
    """
    start_s, end_s = min(crew.from_s for crew in crews), max(crew.to_s for crew in crews)
    duty = owed.at(start_s) or owed.versions[-1]
    yours = [n for n, crew in enumerate(crews) if acting(duty, crew.posts, crew.code) is not None]
    able = [n for n in yours if not duty.modes or crews[n].mode in duty.modes]
    if not able:
        return Settlers(frozenset(), (), "wrong_mode" if yours else "not_yours")
    limited = bool(duty.windows or duty.weekdays)
    spans = tuple((float(a), float(b)) for a, b in open_spans(duty, start_s, end_s, zone)) if limited else ()
    timely = [n for n in able if not limited or any(a < crews[n].to_s and crews[n].from_s < b for a, b in spans)]
    if not timely:
        return Settlers(frozenset(), spans, "hours")
    whole = len(spans) == 1 and spans[0][0] <= start_s and end_s <= spans[0][1]
    return Settlers(frozenset(timely), () if whole else spans, None)

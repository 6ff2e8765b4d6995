"""Patrols in lists of what was done, as one reader is told of them: by code and instant, by another name, by day alone.

The instant at which a patrol started says when its crew was out, on duty or not; the day does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from api.answers.times import said
from geo.duties.calendar import local_date

__all__ = ["Names"]


@dataclass(frozen=True)
class Names:
    """Under which names one reader is told of patrols, and how exactly when these started.

    plain: the codes told as they are, with the instant; None for all. other: what those of the others are called that
    have another name, by code; any that is in neither is told by its day alone. named: whether the reader is told names
    at all; else no answer has a place for them.

    >>> zone = ZoneInfo("Asia/Shanghai")
    >>> Names(zone).tell("甲组-1", 0.0)
    {'patrol': '甲组-1', 'started': '1970-01-01T08:00:00+08:00'}
    >>> Names(zone, frozenset(), {"甲组-1": "patrol-7"}).tell("甲组-1", 0.0)
    {'patrol': 'patrol-7', 'started': '1970-01-01'}
    >>> Names(zone, frozenset(), named=False).tell("甲组-1", 0.0)
    {'started': '1970-01-01'}
    """

    zone: ZoneInfo
    plain: frozenset[str] | None = None
    other: Mapping[str, str] = field(default_factory=dict)
    named: bool = True

    def tell(self, code: str | None, started_s: float | None = None) -> dict[str, Any]:
        """`patrol`, where the reader is told its name; `started`, where Unix seconds are given, as instant or day.

        code: None for no patrol, which is told as such to those who are told names.
        """
        plainly = code is not None and (self.plain is None or code in self.plain)
        name = code if plainly else self.other.get(code or "")
        told: dict[str, Any] = {"patrol": name} if name or (self.named and code is None) else {}
        if started_s is not None:
            day = local_date(started_s, self.zone).isoformat()
            told["started"] = said(started_s, self.zone) if plainly else day
        return told

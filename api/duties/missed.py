"""Why what was due was missed, by what a performance tells of the patrols that were made in its time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

__all__ = ["last_day", "with_reasons"]

Told = dict[str, Any]
NO_PATROL, NONE_EFFECTIVE, TOO_FEW = "no_patrol", "none_effective", "too_few"


def with_reasons(told: Mapping[str, Any]) -> Told:
    """A duty's performance, with a reason for every due that was missed; one that full cover gave one keeps it.

    Either nobody who may settle it saw anything of what it covers in its time, or who did was not effective, each for a
    reason of `undone`, or fewer effective patrols were made than it asks for. Days are enough to tell: due days end at
    midnight. No dues: no reasons.
    """
    every = [*told["dues"], *told["unknown_dues"]]
    dues = [due if due["met"] or due["reasons"] else due | _why(due, every, told["undone"]) for due in told["dues"]]
    return {**told, "dues": dues}


def last_day(due: Mapping[str, Any]) -> str:
    """The last local day on which something that is due could still be done.

    >>> last_day({"due": "2026-07-01T00:00:00+08:00"})
    '2026-06-30'
    """
    return (datetime.fromisoformat(due["due"]) - timedelta(microseconds=1)).date().isoformat()


def _why(due: Mapping[str, Any], every: Sequence[Told], undone: Sequence[Told]) -> Told:
    span = due["from"], due["due"]
    if any((one["from"], one["due"]) == span and one.get("met", True) for one in every):
        return {"reasons": [TOO_FEW], "words": ["有效巡查次数不足"]}
    made = [one for one in undone if span[0][:10] <= one["started"][:10] <= last_day(due)]
    if not made:
        return {"reasons": [NO_PATROL], "words": ["没有巡查"]}
    words = dict.fromkeys(word for one in made for word in one["words"])
    return {"reasons": [NONE_EFFECTIVE], "words": [f"巡查 {len(made)} 次均无效({'、'.join(words)})"]}

"""Whether all that a duty covers was seen in a span of time, and what is lacking, for duties that ask for it.

What counts for the duty counts here, whichever patrols it is of: also of those that were not effective by themselves.
"""

from typing import NamedTuple

import numpy as np

from geo.duties.records import WHOLE_CM, Patrols, Sightings
from geo.duties.scope import Scope, clipped, never_seen
from geo.lines.multirange import Ranges, lengths

__all__ = ["NOT_ALL_SEEN", "Ground", "Lack", "Measured", "lack_in", "lack_words", "measured"]

NOT_ALL_SEEN = "not_all_seen"
"""The name of the reason, beside those of geo.duties.effective, which are of patrols: this is of dues."""

FEW_M = 10.0
"""Metres below which centimetres are told: that so little is left should not be read as nothing."""


class Ground(NamedTuple):
    """What full cover is judged from: what a duty covers, what counts for it, and who saw that.

    counted: by `counted_by_versions`, at the duty's bound. unknown: stretches of which nobody can tell whether they
    had been seen before their `last_s`.
    """

    scope: Scope
    counted: Sightings
    patrols: Patrols
    unknown: Sightings


class Measured(NamedTuple):
    """Centimetres: what a duty covers, what of that was seen, and of what was not, what nobody can tell of."""

    length_cm: int
    seen_cm: int
    unknown_cm: int

    @property
    def unseen_cm(self) -> int:
        """What was not seen for sure."""
        return self.length_cm - self.seen_cm - self.unknown_cm


class Lack(NamedTuple):
    """How much was seen, 0..1, and the metres that were not, or of which nobody can tell."""

    seen_share: float
    unseen_m: float
    unknown_m: float


def lack_in(ground: Ground, from_s: float, due_s: float) -> Lack | None:
    """What full cover lacks in [from_s, due_s), by the patrols that start in it; None where nothing does.

    All must be seen that the duty covers as the span ends. Nothing to cover is all covered.

    >>> scope = Scope(*np.array([[1], [0], [40_000]]), np.zeros(1), np.full(1, np.inf), np.ones(1, int))
    >>> rows = Sightings(*np.array([[1], [0], [30_000]]), np.zeros(1), np.ones(1), np.zeros(1, int))
    >>> who = Patrols((frozenset(),), ("",), ("foot",), np.zeros(1), np.ones(1), np.zeros(1))
    >>> lack_in(Ground(scope, rows, who, Sightings.none()), 0.0, 9.0)
    Lack(seen_share=0.75, unseen_m=100.0, unknown_m=0.0)
    """
    found = measured(ground, from_s, due_s)
    if found.seen_cm == found.length_cm:
        return None
    return Lack(found.seen_cm / found.length_cm, found.unseen_cm / 100, found.unknown_cm / 100)


def measured(ground: Ground, from_s: float, to_s: float) -> Measured:
    """How much of what a duty covers as [from_s, to_s) ends was seen, or may have been, by patrols that start in it."""
    whole = never_seen(ground.scope)
    asked = whole.take((whole.began_s < to_s) & (to_s <= whole.until_s)).scope
    started_s = ground.patrols.started_s[ground.counted.patrol]
    seen = _inside(ground.counted.take((from_s <= started_s) & (started_s < to_s)), asked)
    doubtful = _inside(ground.unknown.take(ground.unknown.last_s > from_s), asked)
    either = Ranges(*(np.concatenate(columns) for columns in zip(seen, doubtful, strict=True)))
    seen_cm, either_cm = (int(lengths(ranges, len(asked.target)).sum()) for ranges in (seen, either))
    return Measured(int((asked.to_cm - asked.from_cm).sum()), seen_cm, either_cm - seen_cm)


def _inside(sightings: Sightings, scope: Scope) -> Ranges:
    """Sightings as ranges within the stretches of a sorted scope."""
    some, row = clipped(sightings, scope)
    return Ranges(row, some.from_cm, some.to_cm)


def lack_words(lack: Lack, *, whole: bool = False) -> str:
    """What full cover lacks, as users read it; whole: of targets that are settled whole. The share is never rounded up.

    >>> lack_words(Lack(0.7499, 1234.0, 0.0)), lack_words(Lack(0.5, 0.0, 3.0), whole=True)
    ('未全覆盖:看到 74 %,还差 1,234 米', '不知是否全覆盖:看到 50 %,另有 3 处不知是否看到')
    """
    head = "未全覆盖" if lack.unseen_m else "不知是否全覆盖"
    parts = [f"{head}:看到 {int(lack.seen_share * 100 + 1e-9)} %"]
    parts += [f"还差 {_amount(lack.unseen_m, whole=whole)}"] if lack.unseen_m else []
    parts += [f"另有 {_amount(lack.unknown_m, whole=whole)}不知是否看到"] if lack.unknown_m else []
    return ",".join(parts)


def _amount(metres: float, *, whole: bool) -> str:
    if whole:
        return f"{round(metres * 100 / WHOLE_CM):,} 处"
    return f"{metres:,.0f} 米" if metres >= FEW_M else f"{metres:.2f} 米"

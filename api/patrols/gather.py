"""Which outing a position belongs to that a phone sent without saying: gathered by gap and day.

An outing goes on while no gap is longer than `gap_s`. It belongs to the day on which it started and is not cut at
midnight while it goes on; but a pause over IDLE_S on the way to another day ends it, and so does a whole day.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from api.tracks.track import Floats

IDLE_S = 600.0
LONGEST_S = 86_400.0


class Held(NamedTuple):
    """An outing that is there: first and last time, and a time after which nothing belongs to it any more (seconds)."""

    first_s: float
    last_s: float
    until_s: float = float("inf")


def gather(times_s: Floats, held: Sequence[Held], gap_s: float, zone: ZoneInfo) -> list[int]:
    """The outing of each of n positions: a place in `held`, or from len(held) on a new one.

    times_s: (n,) seconds in ascending order. A position between or near several joins the one it lies in, else the
    nearest; so a late one joins where it belongs. Two outings are never made one here, only where all are gathered anew
    (api.patrols.regather). No positions make no outings.

    >>> gather(np.array([0.0, 60, 9000]), [Held(100, 200)], 7200, ZoneInfo("UTC"))
    [0, 0, 1]
    """
    outings = list(held)
    found: list[int] = []
    for at_s in times_s.tolist():
        # Of the new ones only the last can be near, for times ascend.
        near = [*range(len(held)), *range(len(outings) - 1, len(outings))][: len(outings)]
        steps = {which: _step_s(outings[which], at_s, gap_s, zone) for which in near}
        best = min((which for which in steps if steps[which] < np.inf), key=steps.__getitem__, default=len(outings))
        if best == len(outings):
            outings.append(Held(at_s, at_s))
        else:
            first_s, last_s, until_s = outings[best]
            outings[best] = Held(min(first_s, at_s), max(last_s, at_s), until_s)
        found.append(best)
    return found


def _step_s(outing: Held, at_s: float, gap_s: float, zone: ZoneInfo) -> float:
    """How far a position is from an outing that it may belong to, seconds; infinite where it may not."""
    first_s, last_s, until_s = outing
    if first_s <= at_s <= last_s:
        return 0.0
    step_s = at_s - last_s if at_s > last_s else first_s - at_s
    if step_s > gap_s or at_s > until_s or max(at_s, last_s) - min(at_s, first_s) > LONGEST_S:
        return np.inf
    start_s = min(first_s, at_s)
    other_day = _day(max(at_s, first_s), zone) != _day(start_s, zone)
    return np.inf if other_day and step_s > IDLE_S else step_s


def _day(at_s: float, zone: ZoneInfo) -> int:
    return datetime.fromtimestamp(at_s, zone).toordinal()

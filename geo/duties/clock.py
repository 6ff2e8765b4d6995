"""A clock that stands still while a duty rests: out of season, and while no version of it is in force.

Out of season nothing falls due: what was owed at the season's end stays owed, no more comes to it, and the
days until the next visit are counted on when the season opens. So an age is the running time between two
moments, and everything said of debt in ordinary time holds in the time of this clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from geo.duties.calendar import in_force
from geo.duties.duty import Duty

__all__ = ["Clock", "Term", "clock_of", "steady"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Clock:
    """Runs during (n, 2) spans, disjoint and in order, and stands still before, between and after them."""

    spans: Floats

    def at(self, time_s: Floats | float) -> Floats:
        """What it shows: running seconds since its first span began; -inf and NaN stay what they are.

        >>> Clock(np.array([[100.0, 200.0], [500.0, 600.0]])).at(np.array([50.0, 150.0, 300.0, 510.0])).tolist()
        [0.0, 50.0, 100.0, 110.0]
        """
        time_s = np.asarray(time_s, dtype=np.float64)
        if not len(self.spans):
            return np.where(np.isfinite(time_s), 0.0, time_s)
        shown = np.interp(time_s, self.spans.ravel(), self._shown)
        return np.where(np.isneginf(time_s) | np.isnan(time_s), time_s, shown)

    def when(self, shown_s: Floats | float) -> Floats:
        """The first moment of its running at which it shows so much; inf where it never does.

        >>> Clock(np.array([[100.0, 200.0], [500.0, 600.0]])).when(np.array([100.0, 110.0, 201.0])).tolist()
        [200.0, 510.0, inf]
        """
        shown_s = np.asarray(shown_s, dtype=np.float64)
        if not len(self.spans):
            return np.full(shown_s.shape, np.inf)
        ends = self._shown[1::2]
        span = np.minimum(np.searchsorted(ends, shown_s), len(ends) - 1)
        return np.where(shown_s > ends[-1], np.inf, self.spans[span, 1] - (ends[span] - shown_s))

    def runs(self, time_s: float) -> bool:
        """Whether it runs at this moment: whether anything can fall due."""
        return bool(((self.spans[:, 0] <= time_s) & (time_s < self.spans[:, 1])).any())

    @cached_property
    def _shown(self) -> Floats:
        ran = np.cumsum(np.diff(self.spans, axis=1).ravel())
        return np.column_stack([np.append(0.0, ran[:-1]), ran]).ravel()


class Term(NamedTuple):
    """A time to account for: [start_s, end_s), the interval in force, and the duty's clock over it and before."""

    start_s: float
    end_s: float
    interval_days: float
    clock: Clock


def clock_of(duties: Sequence[Duty], start_s: float, end_s: float, zone: ZoneInfo) -> Clock:
    """The clock of a duty's versions over [start, end]: start no later than the duty began for any target."""
    return Clock(in_force(duties, start_s, end_s, zone))


def steady(start_s: float, end_s: float) -> Clock:
    """A clock that runs all the time between two moments."""
    return Clock(np.array([[start_s, end_s]]) if start_s < end_s else np.empty((0, 2)))

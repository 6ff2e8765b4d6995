"""Where a track passed when, coarsely: small enough to be stored, and to tell which earlier tracks are worth a look.

A replay passes the same cells as the earlier track, each later by one lag. Most honest walks along the same way do
not keep one lag for long; so few of those that share cells need to be held against each other fix by fix.
"""

from typing import NamedTuple

import numpy as np

from geo.tracks.honesty.flags import Fixes, Floats, Indices
from geo.tracks.honesty.replay import BRIDGED_S, CELL_M

__all__ = ["MOST_PASSED", "Trace", "likely_lags", "trace_of"]

STEP_M = 10.0
"""How exactly the moment is found at which a step enters a cell."""
MOST_PASSED = 4_000
"""A trace is no longer: a phone lying on the border of two cells enters them without end."""


class Trace(NamedTuple):
    """n entries into cells of a 100 m grid, in order of time: the cell's number, and when, seconds."""

    cell: Indices
    at_s: Floats


def trace_of(fixes: Fixes) -> Trace:
    """The cells that a track entered; no fixes make none. Over a long silence nobody knows the way.

    >>> time_s = np.arange(0.0, 200.0, 50.0)
    >>> trace_of(Fixes(time_s, np.zeros(4), time_s, np.ones(4))).at_s.tolist()
    [0.0, 100.0]
    """
    if not len(fixes):
        return Trace(np.empty(0, dtype=np.int64), np.empty(0))
    gone_m = np.hypot(np.diff(fixes.x), np.diff(fixes.y))
    known = (gone_m <= 10 * CELL_M) & (np.diff(fixes.time_s) <= BRIDGED_S)
    pieces = np.append(np.where(known, np.maximum(np.ceil(gone_m / STEP_M), 1), 1), 1).astype(np.int64)
    of = np.repeat(np.arange(len(fixes)), pieces)
    share = (np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[of]
    then = np.minimum(of + 1, len(fixes) - 1)
    x, y, at_s = (axis[of] + share * (axis[then] - axis[of]) for axis in (fixes.x, fixes.y, fixes.time_s))
    east, north = (np.floor(np.clip(value, -1e10, 1e10) / CELL_M).astype(np.int64) for value in (x, y))
    cell = east * (1 << 31) + north
    entered = np.flatnonzero(np.append(True, np.diff(cell) != 0))
    entered = entered[:: max(1, -(-len(entered) // MOST_PASSED))]
    return Trace(cell[entered], at_s[entered])


def likely_lags(trace: Trace, earlier: Trace) -> list[float]:
    """By how many seconds the earlier track may have been replayed, the likeliest first; mostly none.

    >>> cell, at_s = np.arange(8), np.arange(8) * 80.0
    >>> likely_lags(Trace(cell, at_s + 90_000), Trace(cell, at_s)), likely_lags(Trace(cell, at_s), Trace(cell, at_s))
    ([90000.0], [])
    """
    from geo.tracks.honesty.votes import voted

    lags_s: list[float] = voted((trace.cell, trace.at_s), (earlier.cell, earlier.at_s)).tolist()
    return lags_s

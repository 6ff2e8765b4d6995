"""A phone left lying: it stays put to within its own error while the patrol counts minutes."""

import numpy as np

from geo.tracks.honesty.flags import ERROR_FACTOR, Fixes, Flag
from geo.tracks.stays import Stay, stays

__all__ = ["LYING_S", "left_lying"]

LYING_S = 1800.0
"""Whoever eats, waits or talks moves before that; a phone on a desk does not."""
SHARE = 0.68
"""Of the fixes of one place, this share lies within the reported radius: what reporting it means."""


def left_lying(fixes: Fixes, *, least_s: float = LYING_S) -> list[Flag]:
    """One flag for each place where the track did not move for least_s, as far as its error can tell.

    All fixes lie within the 95 % radius (of the median accuracy) of both the place and the fix, and 68 % within the
    68 % radius. Silences count, unless one is least_s long itself: a phone that lies still reports seldom. Evidence:
    how long, how many fixes, how far they scatter (68 % of them), the error that explains it, the longest silence,
    the place.

    >>> still = Fixes(np.zeros(100), np.zeros(100), np.arange(100) * 30.0, np.full(100, 10.0))
    >>> [flag.evidence["time_s"] for flag in left_lying(still)]
    [2970.0]
    """
    if len(fixes) < 2:
        return []
    error_m = float(np.median(fixes.accuracy_m))
    silent = np.flatnonzero(np.diff(fixes.time_s) >= least_s) + 1
    starts = np.concatenate([[0], silent, [len(fixes)]])
    radius_m = 2 * ERROR_FACTOR * error_m
    found = stays(fixes.x, fixes.y, fixes.time_s, starts, radius_m=radius_m, least_s=least_s)
    flags = [_flag(fixes, stay, error_m) for stay in found]
    return [flag for flag in flags if flag.evidence["scatter_m"] <= error_m]


def _flag(fixes: Fixes, stay: Stay, error_m: float) -> Flag:
    there = fixes.take(slice(stay.first, stay.last + 1))
    away_m = np.hypot(there.x - stay.x, there.y - stay.y)
    evidence = {
        "time_s": stay.to_s - stay.from_s,
        "fixes_count": float(len(there)),
        "scatter_m": float(np.quantile(away_m, SHARE)),
        "error_m": error_m,
        "silence_s": float(np.diff(there.time_s).max()),
        "x_m": stay.x,
        "y_m": stay.y,
    }
    return Flag("left_lying", ((stay.from_s, stay.to_s),), evidence)

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
    68 % radius. Silences count, unless one is least_s long itself: a phone that lies still reports seldom. Where a
    stray fix parts two pieces at one place, they are pieces of one flag. Evidence: how long, how many fixes, how far
    they scatter (68 % of them), the error that explains it, the longest silence, the place.

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
    still = [stay for stay in found if _scatter_m(fixes, stay) <= error_m]
    return [_flag(fixes, there, error_m) for there in _by_place(still, radius_m)]


def _scatter_m(fixes: Fixes, stay: Stay) -> float:
    there = fixes.take(slice(stay.first, stay.last + 1))
    return float(np.quantile(np.hypot(there.x - stay.x, there.y - stay.y), SHARE))


def _by_place(found: list[Stay], radius_m: float) -> list[list[Stay]]:
    """Stays in order, those that follow one another at one place together."""
    places: list[list[Stay]] = []
    for stay in found:
        if places and np.hypot(stay.x - places[-1][0].x, stay.y - places[-1][0].y) <= radius_m:
            places[-1].append(stay)
        else:
            places.append([stay])
    return places


def _flag(fixes: Fixes, there: list[Stay], error_m: float) -> Flag:
    evidence = {
        "time_s": sum(stay.to_s - stay.from_s for stay in there),
        "fixes_count": float(sum(stay.last - stay.first + 1 for stay in there)),
        "scatter_m": max(_scatter_m(fixes, stay) for stay in there),
        "error_m": error_m,
        "silence_s": max(float(np.diff(fixes.time_s[stay.first : stay.last + 1]).max()) for stay in there),
        "x_m": there[0].x,
        "y_m": there[0].y,
    }
    return Flag("left_lying", tuple((stay.from_s, stay.to_s) for stay in there), evidence)

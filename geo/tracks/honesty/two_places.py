"""Two places at once: one device, or one crew, with two tracks that nobody can have made both."""

import numpy as np

from geo.tracks.cleaning import MODES
from geo.tracks.honesty.flags import ERROR_FACTOR, Fixes, Flag, Flags, Floats, Indices, runs

__all__ = ["FASTEST_MPS", "LEAST_FIXES", "LEAST_S", "impossible", "two_places"]

LEAST_S = 60.0
LEAST_FIXES = 3
"""A piece shorter than this, or with fewer fixes, may be a fault of the receiver."""
CLOCKS_APART_S = 2.0
"""Phones write a fix down with their own clock, some to the whole second."""
FASTEST_MPS = MODES["car"].max_speed_mps
"""A patrol on foot may be driven from the one place to the other."""


def two_places(fixes: Fixes, other: Fixes, *, apart_m: float = 0.0, fastest_mps: float = FASTEST_MPS) -> list[Flag]:
    """One flag with all pieces of the first track that are out of reach from the second.

    A fix is out of reach when the other track's fix before or after it is too far away for the time between, at
    fastest_mps, with clocks 2 s apart and both fixes wrong by their 95 % radius. apart_m: how far the members of a
    crew may be apart; 0 for one device. Turn the tracks about to flag the other one. Evidence: the greatest distance
    beyond what is possible; where the fix lies that is so far beyond it (x_m, y_m) and where the other track was then
    (other_x_m, other_y_m); and, where both tracks were recorded at once, how far apart they were (least, most; NaN
    where never).

    >>> from dataclasses import replace
    >>> here = Fixes(np.zeros(9), np.zeros(9), np.arange(9) * 30.0, np.full(9, 10.0))
    >>> there = replace(here, x=here.x + 5000)
    >>> [(flag.pieces, flag.evidence["most_m"]) for flag in two_places(here, there)]
    [(((0.0, 240.0),), 5000.0)]
    """
    if not (len(fixes) and len(other)):
        return []
    beyond_m = impossible(fixes, other, apart_m, fastest_mps)
    pieces = [
        (first, last)
        for first, last in runs(beyond_m > 0)
        if last - first + 1 >= LEAST_FIXES and fixes.time_s[last] - fixes.time_s[first] >= LEAST_S
    ]
    if not pieces:
        return []
    which = np.concatenate([np.arange(first, last + 1) for first, last in pieces])
    worst = fixes.take(which[beyond_m[which].argmax() :][:1])
    apart = _separation_m(fixes.take(which), other)
    known = apart[np.isfinite(apart)]
    evidence = {
        "beyond_m": float(beyond_m[which].max()),
        **_places(worst, other),
        "least_m": float(known.min()) if len(known) else np.nan,
        "most_m": float(known.max()) if len(known) else np.nan,
        "apart_m": apart_m,
        "fastest_mps": fastest_mps,
        "fixes_count": float(len(which)),
    }
    times = tuple((float(fixes.time_s[first]), float(fixes.time_s[last])) for first, last in pieces)
    return [Flag("two_places", times, evidence)]


def impossible(fixes: Fixes, other: Fixes, apart_m: float = 0.0, fastest_mps: float = FASTEST_MPS) -> Floats:
    """By how many metres each of n fixes lies out of reach from the other track; 0 where it can be reached.

    >>> from dataclasses import replace
    >>> one = Fixes(*(np.array([value]) for value in (0.0, 0.0, 0.0, 10.0)))
    >>> impossible(one, replace(one, x=np.array([1000.0]), time_s=np.array([10.0]))).tolist()
    [463.6]
    """
    after = np.searchsorted(other.time_s, fixes.time_s)
    beyond_m = np.zeros(len(fixes))
    for neighbour, there in ((after - 1, after > 0), (after, after < len(other))):
        beyond_m[there] = np.maximum(beyond_m[there], _beyond_m(fixes, other, neighbour, there, (apart_m, fastest_mps)))
    return beyond_m


def _places(fix: Fixes, other: Fixes) -> dict[str, float]:
    """Where one fix lies, and where the fix of the other track that is nearest in time."""
    nearest = int(np.abs(other.time_s - fix.time_s[0]).argmin())
    there = {"other_x_m": float(other.x[nearest]), "other_y_m": float(other.y[nearest])}
    return {"x_m": float(fix.x[0]), "y_m": float(fix.y[0]), **there}


def _beyond_m(fixes: Fixes, other: Fixes, neighbour: Indices, there: Flags, limits: tuple[float, float]) -> Floats:
    a, b = fixes.take(there), other.take(neighbour[there])
    between_s = np.abs(a.time_s - b.time_s) + CLOCKS_APART_S
    reach_m = limits[0] + limits[1] * between_s + ERROR_FACTOR * (a.accuracy_m + b.accuracy_m)
    return np.asarray(np.hypot(a.x - b.x, a.y - b.y) - reach_m)


def _separation_m(fixes: Fixes, other: Fixes) -> Floats:
    """How far each fix is from where the other track was at its time; NaN outside the other's time."""
    x = np.interp(fixes.time_s, other.time_s, other.x, left=np.nan, right=np.nan)
    y = np.interp(fixes.time_s, other.time_s, other.y, left=np.nan, right=np.nan)
    return np.hypot(fixes.x - x, fixes.y - y)

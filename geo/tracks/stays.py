"""Where a crew stood: pieces of a track that keep to one place for a while. A stay is part of its leg."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["STAY_RADIUS_M", "STAY_S", "Stay", "stays"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

STAY_S = 180.0
"""Shorter than this is a red light, or a look over the railing."""
STAY_RADIUS_M = 30.0
"""Two positions of one place lie this far apart in 19 of 20 cases, where each is right to 10 m (68 %)."""
LOOKED_AT = 64
"""How many fixes are looked at first; twice as many each time after."""
MOST_ROUNDS = 4


class Stay(NamedTuple):
    """A place in metres of the metric CRS, the time spent there, and how far its fixes scatter.

    radius_m: the distance of its furthest fix from (x, y), their middle. first, last: its fixes, as indices.
    """

    x: float
    y: float
    from_s: float
    to_s: float
    radius_m: float
    first: int
    last: int


def stays(
    x: ArrayLike,
    y: ArrayLike,
    time_s: ArrayLike,
    starts: ArrayLike | None = None,
    *,
    radius_m: float = STAY_RADIUS_M,
    least_s: float = STAY_S,
) -> list[Stay]:
    """Where and when the crew stood, in order of time: runs of fixes of one leg within radius_m of one place.

    x, y: (n,) metres; time_s: (n,) seconds, ascending; starts: (legs + 1,) offsets of the legs, as cleaning answers
    them (one leg, where not given): nothing is assumed between legs, so no stay reaches from one into the next.
    least_s: how long a stay lasts at least. No fixes, no stays; what is not finite stands nowhere.

    >>> [(stay.from_s, stay.to_s) for stay in stays([0, 40, 80, 81, 79, 120], [0] * 6, [0, 60, 120, 220, 320, 380])]
    [(120.0, 320.0)]
    """
    at = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    at_s = np.asarray(time_s, dtype=np.float64)
    bounds = np.array([0, len(at_s)]) if starts is None else np.asarray(starts, dtype=np.int64)
    leg_end = np.repeat(bounds[1:], np.diff(bounds))
    return list(_found(at, at_s, leg_end, _anchors(at, at_s, leg_end, radius_m, least_s), (radius_m, least_s)))


def _anchors(at: Floats, at_s: Floats, leg_end: Indices, radius_m: float, least_s: float) -> Indices:
    """The fixes that a stay might begin with: still there, or there again, when it has lasted long enough."""
    then = np.searchsorted(at_s, at_s + least_s)
    first = np.flatnonzero(then < leg_end)
    still = np.hypot(*(at[then[first]] - at[first]).T) <= radius_m
    return np.asarray(first[still])


def _found(at: Floats, at_s: Floats, leg_end: Indices, anchors: Indices, limits: tuple[float, float]) -> Iterator[Stay]:
    radius_m, least_s = limits
    free = 0
    for first in anchors.tolist():
        if first < free:
            continue
        stop = _left(at, at[first], first, int(leg_end[first]), radius_m)
        if at_s[stop - 1] - at_s[first] < least_s:
            continue
        start, stop, place = _settled(at, (first, stop), int(leg_end[first]), radius_m)
        if at_s[stop - 1] - at_s[start] < least_s:
            continue
        far_m = float(np.hypot(*(at[start:stop] - place).T).max())
        yield Stay(float(place[0]), float(place[1]), float(at_s[start]), float(at_s[stop - 1]), far_m, start, stop - 1)
        free = stop


def _left(at: Floats, place: Floats, first: int, end: int, radius_m: float) -> int:
    """The first fix from `first` on that lies further than radius_m from the place; `end` where none does."""
    width = LOOKED_AT
    while first < end:
        away = ~(np.hypot(*(at[first : min(first + width, end)] - place).T) <= radius_m)
        if away.any():
            return first + int(away.argmax())
        first, width = first + width, width * 2
    return end


def _settled(at: Floats, run: tuple[int, int], end: int, radius_m: float) -> tuple[int, int, Floats]:
    """The run about its own middle instead of its first fix: who arrives is not there yet."""
    start, stop = run
    for _ in range(MOST_ROUNDS):
        place = np.median(at[start:stop], axis=0)
        near = np.hypot(*(at[start:stop] - place).T) <= radius_m
        if not near.any():
            return start, start + 1, place
        before = (start, stop)
        start += int(near.argmax())
        stop = _left(at, place, start, end, radius_m)
        if (start, stop) == before:
            break
    return start, stop, place

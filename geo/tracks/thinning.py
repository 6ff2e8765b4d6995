"""A track with fewer fixes, from which nobody could tell at any time that it was elsewhere than within a tolerance.

Thinned by place and time together: what is left out would have been passed, going evenly from the fix before to the fix
after, within the tolerance of where it was, at the time it was there. Between fixes both ways are straight and even, so
that the greatest distance is at a fix, and the bound holds at every instant; and so it does for the line as drawn.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.coverage.compiled import compiled

__all__ = ["thinned"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]


def thinned(
    track: tuple[ArrayLike, ArrayLike, ArrayLike], starts: ArrayLike, tolerance_m: float
) -> tuple[Indices, Indices]:
    """Which fixes to keep, (k,) in order, and the offsets (legs + 1,) of the legs among them.

    track: x, y (n,) metres and times (n,) seconds, ascending within each leg. starts: (legs + 1,) offsets of the legs.
    The first and the last fix of each leg are kept, and every leg is one still; no fixes, nothing to keep.

    >>> kept, starts = thinned(([0.0, 5.0, 10.0, 10.0], [0.0, 0.1, 0.0, 9.0], [0.0, 5.0, 10.0, 20.0]), [0, 4], 1.0)
    >>> kept.tolist(), starts.tolist()
    ([0, 2, 3], [0, 3])
    """
    x, y, time_s = (np.ascontiguousarray(column, dtype=np.float64) for column in track)
    offsets = np.asarray(starts, dtype=np.int64)
    keep = np.zeros(len(x), dtype=np.bool_)
    if len(x):
        _keep(x, y, time_s, offsets, tolerance_m * tolerance_m, keep)
    return np.flatnonzero(keep), np.append(0, np.cumsum(keep))[offsets]


@compiled
def _keep(x: Floats, y: Floats, time_s: Floats, starts: Indices, most_m2: float, keep: Flags) -> None:
    # Douglas and Peucker's way, with the distance taken at the fix's own time; a stack, for legs may be long.
    waiting = np.empty((len(x) + 1, 2), dtype=np.int64)
    for leg in range(len(starts) - 1):
        first, last = starts[leg], starts[leg + 1] - 1
        if last < first:
            continue
        keep[first] = keep[last] = True
        waiting[0, 0], waiting[0, 1] = first, last
        depth = 1
        while depth > 0:
            depth -= 1
            low, high = waiting[depth, 0], waiting[depth, 1]
            whole_s = time_s[high] - time_s[low]
            worst, at = most_m2, -1
            for fix in range(low + 1, high):
                share = (time_s[fix] - time_s[low]) / whole_s if whole_s > 0 else 0.0
                off_x = x[low] + share * (x[high] - x[low]) - x[fix]
                off_y = y[low] + share * (y[high] - y[low]) - y[fix]
                off_m2 = off_x * off_x + off_y * off_y
                if off_m2 > worst:
                    worst, at = off_m2, fix
            if at >= 0:
                keep[at] = True
                waiting[depth, 0], waiting[depth, 1] = low, at
                waiting[depth + 1, 0], waiting[depth + 1, 1] = at, high
                depth += 2

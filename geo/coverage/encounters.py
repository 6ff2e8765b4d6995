"""How near each step comes to each point, and for which part of its way it is within reach: closed forms, compiled.

A step moves evenly along a straight line; a disc is convex: it is within reach of a point for one stretch of its way.
"""

from math import hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled

__all__ = ["encounters", "in_disc", "nearest"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Pair = tuple[float, float]


@compiled
def _closest(px: float, py: float, step: Floats) -> Pair:
    """The distance of a point from a step, and the share of its way at which it is nearest, the earliest such."""
    dx, dy = step[2] - step[0], step[3] - step[1]
    square = dx * dx + dy * dy
    share = 0.0
    if square > 0:
        share = min(max(((px - step[0]) * dx + (py - step[1]) * dy) / square, 0.0), 1.0)
    # Written so that 0 and 1 give the ends themselves, to the last digit.
    x, y = step[0] * (1 - share) + step[2] * share, step[1] * (1 - share) + step[3] * share
    return hypot(px - x, py - y), share


@compiled
def in_disc(px: float, py: float, step: Floats, reach_m: float) -> Pair:
    """Between which shares of its way a step is within reach of a point; NaN where it never is."""
    dx, dy = step[2] - step[0], step[3] - step[1]
    length_m = hypot(dx, dy)
    if length_m == 0:
        return (0.0, 1.0) if hypot(px - step[0], py - step[1]) <= reach_m else (np.nan, np.nan)
    along = ((px - step[0]) * dx + (py - step[1]) * dy) / length_m
    across = abs((px - step[0]) * dy - (py - step[1]) * dx) / length_m
    if not across <= reach_m:
        return np.nan, np.nan
    # (r - a)(r + a) keeps the digits that r² - a² loses where the step only just touches.
    half = sqrt((reach_m - across) * (reach_m + across))
    low, high = max((along - half) / length_m, 0.0), min((along + half) / length_m, 1.0)
    return (low, high) if low <= high else (np.nan, np.nan)


@compiled
def nearest(points: Floats, steps: Floats, around: Floats, block: int) -> tuple[Floats, Floats, Indices]:
    """The distance of each point from all steps, the share of the way and the step at which it is, the first such.

    points: (m, 2), NaN for one that is nowhere; steps: (n, 4) x0, y0, x1, y1; around: (⌈n / block⌉, 4) the box of each
    block of them. Where there is none: infinite, NaN and -1.
    """
    best_m, share = np.full(len(points), np.inf), np.full(len(points), np.nan)
    step = np.full(len(points), -1)
    for p in range(len(points)):
        px, py = points[p]
        for b in range(len(around)):
            west, south, east, north = around[b]
            off_x, off_y = max(west - px, px - east, 0.0), max(south - py, py - north, 0.0)
            # A hair nearer than rounding could make a box: what ties must be looked at, not left out.
            if not hypot(off_x, off_y) * (1 - 1e-12) < best_m[p]:
                continue
            for i in range(b * block, min((b + 1) * block, len(steps))):
                far_m, at = _closest(px, py, steps[i])
                if far_m < best_m[p]:
                    best_m[p], share[p], step[p] = far_m, at, i
    return best_m, share, step


@compiled
def encounters(
    points: Floats, steps: Floats, reach_m: Floats, pairs: tuple[Indices, Indices]
) -> tuple[Floats, Floats, Floats]:
    """Of each pair of point and step: distance and share of way where nearest (k, 2), and from and to within reach.

    reach_m: (n, bounds) of each step, NaN sees nothing. from, to: (k, bounds) shares of the way, NaN where never.
    """
    point, step = pairs
    count, bounds = len(point), reach_m.shape[1]
    closest = np.empty((count, 2))
    low, high = np.empty((count, bounds)), np.empty((count, bounds))
    for k in range(count):
        px, py = points[point[k]]
        closest[k, 0], closest[k, 1] = _closest(px, py, steps[step[k]])
        for bound in range(bounds):
            low[k, bound], high[k, bound] = in_disc(px, py, steps[step[k]], reach_m[step[k], bound])
    return closest, low, high

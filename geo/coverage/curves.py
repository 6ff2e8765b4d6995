"""Sides and arcs, the two kinds of curve that bound a capsule: places on them, and where lines and circles cut them."""

from math import acos, atan2, cos, hypot, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled

__all__ = ["Curve", "Pair", "circle", "cut_by_circle", "cut_by_line", "place"]

Floats = NDArray[np.float64]
Pair = tuple[float, float]
Curve = tuple[float, float, float, float, float]
"""A side (x, y, 0, dx, dy) from (x, y) on by (dx, dy); or an arc (x, y, r, from, turn) around (x, y), in radians,
counterclockwise. A place on it is told by a share, 0 at its start, 1 at its end."""


@compiled
def place(curve: Curve, share: float) -> Pair:
    """Where a share of a curve lies: x and y."""
    x, y, r, p, q = curve
    if r == 0:
        return x + p * share, y + q * share
    return x + r * cos(p + q * share), y + r * sin(p + q * share)


@compiled
def _turned(curve: Curve, middle: float, half: float, cuts: Floats, count: int) -> int:
    """Notes the shares at which an arc passes the angles middle - half and middle + half."""
    for sign in range(-1, 2, 2):
        share = ((middle + sign * half - curve[3]) % (2 * pi)) / curve[4]
        if 0 < share < 1:
            cuts[count] = share
            count += 1
    return count


@compiled
def cut_by_circle(curve: Curve, x: float, y: float, r: float, cuts: Floats, count: int) -> int:
    """Notes the shares at which a curve crosses the circle around (x, y)."""
    off_x, off_y = x - curve[0], y - curve[1]
    if curve[2] == 0:
        length = hypot(curve[3], curve[4])
        across = abs(off_x * curve[4] - off_y * curve[3]) / length
        if across >= r:
            return count
        along, half = (off_x * curve[3] + off_y * curve[4]) / length, sqrt((r - across) * (r + across))
        for sign in range(-1, 2, 2):
            share = (along + sign * half) / length
            if 0 < share < 1:
                cuts[count] = share
                count += 1
        return count
    apart = hypot(off_x, off_y)
    if apart >= curve[2] + r or apart <= abs(curve[2] - r):
        return count
    # (a - b)(a + b) keeps the digits that a² - b² loses where radii are almost alike.
    across = ((curve[2] - r) * (curve[2] + r) + apart * apart) / (2 * apart * curve[2])
    return _turned(curve, atan2(off_y, off_x), acos(min(max(across, -1.0), 1.0)), cuts, count)


@compiled
def cut_by_line(curve: Curve, east: float, north: float, far: float, cuts: Floats, count: int) -> int:
    """Notes the shares at which a curve crosses the line of all places whose east * x + north * y is far."""
    high = far - (east * curve[0] + north * curve[1])
    if curve[2] == 0:
        slope = east * curve[3] + north * curve[4]
        if slope != 0 and 0 < high / slope < 1:
            cuts[count] = high / slope
            count += 1
        return count
    if abs(high) >= curve[2]:
        return count
    return _turned(curve, atan2(north, east), acos(high / curve[2]), cuts, count)


@compiled
def circle(curve: Curve, low: float, high: float) -> tuple[float, float, float]:
    """A circle around a part of a curve: x, y and radius."""
    x, y = place(curve, 0.5 * (low + high))
    if curve[2] == 0:
        return x, y, 0.5 * (high - low) * hypot(curve[3], curve[4])
    return x, y, 2 * curve[2] * sin(0.25 * curve[4] * (high - low))

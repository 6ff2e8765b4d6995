"""Which stretch of a straight line lies within reach of a straight step: exact, in closed form.

Everything within a reach of the segment AB is a capsule: two discs and the strip between them. A capsule is
convex, so its intersection with a segment PQ is one interval, from the least to the greatest of the three
intervals that discs and strip cut out of PQ. No buffer polygon, no sampling.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ends", "Segments", "within_reach"]

Floats = NDArray[np.float64]


class Segments(NamedTuple):
    """n straight segments from (x0, y0) to (x1, y1), metres; a segment of no length is a point."""

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats

    def take(self, index: NDArray[np.int64]) -> "Segments":
        """The segments at these places, in this order."""
        return Segments(*(axis[index] for axis in self))

    @property
    def length_m(self) -> Floats:
        """How long each is."""
        return np.hypot(self.x1 - self.x0, self.y1 - self.y0)


class Ends(NamedTuple):
    """Where intervals start and end, metres from the first point; NaN in both where there is none."""

    low_m: Floats
    high_m: Floats


def within_reach(steps: Segments, targets: Segments, reach_m: Floats) -> Ends:
    """The part of each target that lies within its reach of the step in the same place.

    steps, targets: (n,) segments; reach_m: (n,) metres, NaN or negative sees nothing. A step of no length
    sees a disc; a target of no length is seen whole, from 0 to 0, or not at all. Touching counts.

    >>> step = Segments(*np.array([[0.0], [0.0], [10.0], [0.0]]))
    >>> target = Segments(*np.array([[-20.0], [3.0], [80.0], [3.0]]))
    >>> [float(end[0]) for end in within_reach(step, target, np.array([5.0]))]
    [16.0, 34.0]
    """
    length_m = targets.length_m
    with np.errstate(divide="ignore", invalid="ignore"):
        point = length_m == 0
        east = np.where(point, 1.0, (targets.x1 - targets.x0) / length_m)
        north = np.where(point, 0.0, (targets.y1 - targets.y0) / length_m)
        start = _disc(steps.x0 - targets.x0, steps.y0 - targets.y0, east, north, reach_m)
        end = _disc(steps.x1 - targets.x0, steps.y1 - targets.y0, east, north, reach_m)
        strip = _strip(steps, targets, east, north, reach_m)
    low_m = np.fmin(np.fmin(start.low_m, end.low_m), strip.low_m)
    high_m = np.fmax(np.fmax(start.high_m, end.high_m), strip.high_m)
    low_m, high_m = np.maximum(low_m, 0.0), np.minimum(high_m, length_m)
    some = low_m <= high_m
    return Ends(np.where(some, low_m, np.nan), np.where(some, high_m, np.nan))


def _disc(x: Floats, y: Floats, east: Floats, north: Floats, reach_m: Floats) -> Ends:
    """What a disc around (x, y) cuts out of the line through the origin in direction (east, north)."""
    along, across = x * east + y * north, y * east - x * north
    # (r - a)(r + a) keeps the digits that r² - a² loses where the line only just touches.
    half = np.sqrt((reach_m - np.abs(across)) * (reach_m + np.abs(across)))
    half = np.where(reach_m >= np.abs(across), half, np.nan)
    return Ends(along - half, along + half)


def _strip(steps: Segments, targets: Segments, east: Floats, north: Floats, reach_m: Floats) -> Ends:
    """What the strip beside each step, without its round ends, cuts out of the line of its target."""
    long_m = steps.length_m
    ahead, aside = (steps.x1 - steps.x0) / long_m, (steps.y1 - steps.y0) / long_m
    off_x, off_y = targets.x0 - steps.x0, targets.y0 - steps.y0
    lengthwise = _between(off_x * ahead + off_y * aside, east * ahead + north * aside, long_m * 0, long_m)
    sideways = _between(off_y * ahead - off_x * aside, north * ahead - east * aside, -reach_m, reach_m)
    low_m = np.maximum(lengthwise.low_m, sideways.low_m)
    high_m = np.minimum(lengthwise.high_m, sideways.high_m)
    some = (low_m <= high_m) & (long_m > 0)
    return Ends(np.where(some, low_m, np.nan), np.where(some, high_m, np.nan))


def _between(start: Floats, slope: Floats, least: Floats, most: Floats) -> Ends:
    """For which s is least <= start + slope * s <= most; all s, or none, where the slope is 0."""
    one, other = (least - start) / slope, (most - start) / slope
    level, held = slope == 0, (least <= start) & (start <= most)
    everywhere = np.where(held, np.inf, np.nan)
    return Ends(
        np.where(level, -everywhere, np.minimum(one, other)), np.where(level, everywhere, np.maximum(one, other))
    )

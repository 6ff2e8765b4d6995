"""Which stretch of a straight line lies within reach of a straight step: exact, in closed form, compiled.

Everything within a reach of the segment AB is a capsule: two discs and the strip between them. A capsule is
convex, so its intersection with a segment PQ is one interval, from the least to the greatest of the three
intervals that discs and strip cut out of PQ. No buffer polygon, no sampling.
"""

from math import inf, nan, sqrt

from geo.coverage.compiled import compiled

__all__ = ["interval"]

Four = tuple[float, float, float, float]
Pair = tuple[float, float]


@compiled
def interval(step: Four, target: Four, reach_m: float) -> Pair:
    """The part of a segment within reach of a step, metres from its first point; (nan, nan) where there is none.

    step, target: x and y of both ends. A reach that is NaN or negative sees nothing. A step of no length sees a disc; a
    target of no length is seen whole, from 0 to 0, or not at all. Touching counts.

    >>> interval((0.0, 0.0, 10.0, 0.0), (-20.0, 3.0, 80.0, 3.0), 5.0)
    (16.0, 34.0)
    """
    ax, ay, bx, by = step
    px, py, qx, qy = target
    length_m = sqrt((qx - px) ** 2 + (qy - py) ** 2)
    east, north = ((qx - px) / length_m, (qy - py) / length_m) if length_m > 0 else (1.0, 0.0)
    low, high = _strip(step, target, (east, north), reach_m)
    for x, y in ((ax - px, ay - py), (bx - px, by - py)):
        along, across = x * east + y * north, abs(y * east - x * north)
        if across <= reach_m:
            # (r - a)(r + a) keeps the digits that r² - a² loses where the line only just touches.
            half = sqrt((reach_m - across) * (reach_m + across))
            low, high = min(low, along - half), max(high, along + half)
    low, high = max(low, 0.0), min(high, length_m)
    return (low, high) if low <= high else (nan, nan)


@compiled
def _strip(step: Four, target: Four, towards: Pair, reach_m: float) -> Pair:
    """What the strip beside a step, without its round ends, cuts out of the line of the target."""
    ax, ay, bx, by = step
    east, north = towards
    long_m = sqrt((bx - ax) ** 2 + (by - ay) ** 2)
    if not (long_m > 0 and reach_m >= 0):
        return inf, -inf
    ahead, aside = (bx - ax) / long_m, (by - ay) / long_m
    off_x, off_y = target[0] - ax, target[1] - ay
    low, high = _between(off_x * ahead + off_y * aside, east * ahead + north * aside, 0.0, long_m)
    least, most = _between(off_y * ahead - off_x * aside, north * ahead - east * aside, -reach_m, reach_m)
    low, high = max(low, least), min(high, most)
    return (low, high) if low <= high else (inf, -inf)


@compiled
def _between(start: float, slope: float, least: float, most: float) -> Pair:
    """For which s is least <= start + slope * s <= most; all s, or none, where the slope is 0."""
    if slope == 0:
        return (-inf, inf) if least <= start <= most else (inf, -inf)
    one, other = (least - start) / slope, (most - start) / slope
    return min(one, other), max(one, other)

"""Which stretch of a straight line lies within reach of a straight step: exact, in closed form, compiled.

Everything within a reach of the segment AB is a capsule: two discs and the strip between them. A capsule is
convex, so its intersection with a segment PQ is one interval, from the least to the greatest of the three
intervals that discs and strip cut out of PQ. No buffer polygon, no sampling.
"""

from math import inf, nan, sqrt

from geo.coverage.compiled import compiled

__all__ = ["cut", "interval", "towards"]

Four = tuple[float, float, float, float]
Pair = tuple[float, float]
Three = tuple[float, float, float]


@compiled
def interval(step: Four, target: Four, reach_m: float) -> Pair:
    """The part of a segment within reach of a step, metres from its first point; (nan, nan) where there is none.

    step, target: x and y of both ends. A reach that is NaN or negative sees nothing. A step of no length sees a disc; a
    target of no length is seen whole, from 0 to 0, or not at all. Touching counts.

    >>> interval((0.0, 0.0, 10.0, 0.0), (-20.0, 3.0, 80.0, 3.0), 5.0)
    (16.0, 34.0)
    """
    return cut(step, towards(step), target, reach_m)


@compiled
def towards(step: Four) -> Three:
    """The direction of a step, east and north, and its length; east where it has none."""
    east, north = step[2] - step[0], step[3] - step[1]
    long_m = sqrt(east * east + north * north)
    return (east / long_m, north / long_m, long_m) if long_m > 0 else (1.0, 0.0, 0.0)


@compiled
def cut(step: Four, heading: Three, target: Four, reach_m: float) -> Pair:
    """As `interval`, where the step's direction and length are known."""
    px, py = target[0], target[1]
    east, north, length_m = towards(target)
    low, high = _strip((step[0] - px, step[1] - py), heading, (east, north), reach_m)
    for x, y in ((step[0] - px, step[1] - py), (step[2] - px, step[3] - py)):
        along, across = x * east + y * north, abs(y * east - x * north)
        if across <= reach_m:
            # (r - a)(r + a) keeps the digits that r² - a² loses where the line only just touches.
            half = sqrt((reach_m - across) * (reach_m + across))
            low, high = min(low, along - half), max(high, along + half)
    low, high = max(low, 0.0), min(high, length_m)
    return (low, high) if low <= high else (nan, nan)


@compiled
def _strip(start: Pair, heading: Three, line: Pair, reach_m: float) -> Pair:
    """What the strip beside a step, without its round ends, cuts out of a line. start: the step's, from the line's."""
    ahead, aside, long_m = heading
    if not (long_m > 0 and reach_m >= 0):
        return inf, -inf
    low, high = _between(-(start[0] * ahead + start[1] * aside), line[0] * ahead + line[1] * aside, 0.0, long_m)
    least, most = _between(start[0] * aside - start[1] * ahead, line[1] * ahead - line[0] * aside, -reach_m, reach_m)
    low, high = max(low, least), min(high, most)
    return (low, high) if low <= high else (inf, -inf)


@compiled
def _between(start: float, slope: float, least: float, most: float) -> Pair:
    """For which s is least <= start + slope * s <= most; all s, or none, where the slope is 0."""
    if slope == 0:
        return (-inf, inf) if least <= start <= most else (inf, -inf)
    one, other = (least - start) / slope, (most - start) / slope
    return min(one, other), max(one, other)

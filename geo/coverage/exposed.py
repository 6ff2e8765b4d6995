"""How much of a polygon lies within reach of steps: its area, from the border of what is seen; compiled.

What a step sees is a capsule; what all see is bounded by those parts of the capsules' sides and arcs that lie in no
other capsule. What of a polygon is seen is bounded by those parts inside it, and by the parts of its own edges that
lie in a capsule. By Green's theorem its area is half the integral of x dy - y dx along them all: no buffer, no union.
Capsules whose sides coincide must not both count, nor both be left out: the caller gives each a radius of its own.
"""

from math import atan2, cos, hypot, pi, sin, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.coverage.clips import sort_few
from geo.coverage.compiled import compiled
from geo.coverage.curves import Curve, Pair, circle, cut_by_circle, cut_by_line, place

__all__ = ["Walls", "seen_area"]

Floats = NDArray[np.float64]


@compiled
def _away(capsule: Floats, x: float, y: float) -> float:
    """How far a place is from the step of a capsule."""
    off_x, off_y = x - capsule[0], y - capsule[1]
    along = min(max(off_x * capsule[5] + off_y * capsule[6], 0.0), capsule[7])
    off_x, off_y = off_x - along * capsule[5], off_y - along * capsule[6]
    return sqrt(off_x * off_x + off_y * off_y)


@compiled
def _parts_seen(curve: Curve, capsule: Floats, cuts: Floats) -> int:
    """Cuts a curve at the border of a capsule and leaves in cuts, in pairs, the parts inside; how many numbers."""
    r, east, north, length = capsule[4], capsule[5], capsule[6], capsule[7]
    cuts[0] = 0.0
    count = cut_by_circle(curve, capsule[0], capsule[1], r, cuts, 1)
    if length > 0:
        count = cut_by_circle(curve, capsule[2], capsule[3], r, cuts, count)
        middle = east * capsule[1] - north * capsule[0]
        count = cut_by_line(curve, -north, east, middle - r, cuts, count)
        count = cut_by_line(curve, -north, east, middle + r, cuts, count)
    sort_few(cuts, count)
    cuts[count] = 1.0
    size, low = 0, 0.0
    for k in range(count):
        low, high = cuts[k], cuts[k + 1]
        x, y = place(curve, 0.5 * (low + high))
        if low == high or _away(capsule, x, y) >= r:
            continue
        if size and cuts[size - 1] == low:
            cuts[size - 1] = high
        else:
            cuts[size], cuts[size + 1] = low, high
            size += 2
    return size


@compiled
def _less(left: Floats, size: int, low: float, high: float) -> tuple[Floats, int]:
    """Parts in pairs, without what lies between low and high."""
    rest, count = np.empty(size + 4), 0
    for k in range(0, size, 2):
        until, after = min(left[k + 1], low), max(left[k], high)
        if left[k] < until:
            rest[count], rest[count + 1] = left[k], until
            count += 2
        if after < left[k + 1]:
            rest[count], rest[count + 1] = after, left[k + 1]
            count += 2
    return rest, count


@compiled
def _asked(curve: Curve, capsule: Floats, left: Floats, size: int, room: Floats) -> tuple[Floats, int]:
    """The parts of a curve that are left, without what lies in a capsule; room: the circle around them, then cuts."""
    away = _away(capsule, room[0], room[1])
    if away > capsule[4] + room[2]:
        return left, size
    inside_disc = curve[2] > 0 and _away(capsule, curve[0], curve[1]) + curve[2] < capsule[4]
    if inside_disc or away + room[2] < capsule[4]:
        return left, 0
    cuts = room[3:]
    for k in range(0, _parts_seen(curve, capsule, cuts), 2):
        if cuts[k] < left[size - 1] and cuts[k + 1] > left[0]:
            left, size = _less(left, size, cuts[k], cuts[k + 1])
            if size == 0:
                return left, size
            room[0], room[1], room[2] = circle(curve, left[0], left[size - 1])
    return left, size


@compiled
def _unseen(curve: Curve, capsules: Floats, around: Floats, block: int, own: int) -> tuple[Floats, int]:
    """The parts of a curve, in pairs, that lie in no capsule but its own; -1 for a curve of none.

    What comes just before and after in the track is asked first: it sees most of what can be seen.
    """
    left, size, room = np.array([0.0, 1.0]), 2, np.empty(24)
    room[0], room[1], room[2] = circle(curve, 0.0, 1.0)
    close = block if own >= 0 else 0
    for nth in range(2, 2 * close + 2):
        j = own + nth // 2 * (1 if nth % 2 == 0 else -1)
        if 0 <= j < len(capsules):
            left, size = _asked(curve, capsules[j], left, size, room)
            if size == 0:
                return left, size
    for b in range(len(around)):
        if not _overlaps(around[b], room[0], room[1], room[2]):
            continue
        for j in range(b * block, min((b + 1) * block, len(capsules))):
            if abs(j - own) > close or own < 0:
                left, size = _asked(curve, capsules[j], left, size, room)
                if size == 0:
                    return left, size
    return left, size


@compiled
def _overlaps(box: Floats, x: float, y: float, wide: float) -> bool:
    """Whether a circle may touch a box."""
    return bool(box[0] <= x + wide and box[2] >= x - wide and box[1] <= y + wide and box[3] >= y - wide)


class Walls(NamedTuple):
    """The edges of a polygon, the box around each block of them, and room for where they cut a curve."""

    edges: Floats
    around: Floats
    cuts: Floats


@compiled
def _holds(walls: Walls, block: int, x: float, y: float) -> bool:
    """Whether a polygon holds a place: whether a ray from it to the east crosses an odd number of edges."""
    odd, edges = False, walls.edges
    for b in range(len(walls.around)):
        if x > walls.around[b, 2] or y < walls.around[b, 1] or y > walls.around[b, 3]:
            continue
        for k in range(b * block, min((b + 1) * block, len(edges))):
            x0, y0, x1, y1 = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
            if (y0 <= y) != (y1 <= y) and ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0) == (y1 > y0):
                odd = not odd
    return odd


@compiled
def _tally(curve: Curve, low: float, high: float, sums: Floats) -> None:
    """Adds to sums a part of a border: area, and what is 0 for a border that closes (see `seen_area`)."""
    (x0, y0), (x1, y1) = place(curve, low), place(curve, high)
    if curve[2] == 0:
        sums[0] += 0.5 * (x0 * y1 - x1 * y0)
    else:
        turned = curve[4] * (high - low)
        sums[0] += 0.5 * (curve[2] * curve[2] * turned + curve[0] * (y1 - y0) - curve[1] * (x1 - x0))
    for k in range(2, len(sums)):
        east, north = cos(2.4 * k), sin(2.4 * k)
        sums[k] += sin(k * (east * x1 + north * y1)) - sin(k * (east * x0 + north * y0))


@compiled
def _cut_by_edge(curve: Curve, part: Pair, edge: Floats, cuts: Floats, count: int) -> int:
    """Notes the shares at which a part of a curve crosses an edge."""
    x, y, east, north, length = edge[0], edge[1], edge[5], edge[6], edge[7]
    until = cut_by_line(curve, -north, east, east * y - north * x, cuts, count)
    for nth in range(count, until):
        at_x, at_y = place(curve, cuts[nth])
        along = (at_x - x) * east + (at_y - y) * north
        # A hair beyond the ends may cut for nothing; no crossing may be missed.
        if -1e-6 <= along <= length + 1e-6 and part[0] < cuts[nth] < part[1]:
            cuts[count] = cuts[nth]
            count += 1
    return count


@compiled
def _tally_inside(curve: Curve, part: Pair, walls: Walls, block: int, sums: Floats) -> None:
    """Adds to sums, and to the length of the border, what of a part of a curve lies in the polygon."""
    x, y, wide = circle(curve, part[0], part[1])
    cuts, count = walls.cuts, 1
    cuts[0] = part[0]
    for b in range(len(walls.around)):
        if _overlaps(walls.around[b], x, y, wide):
            for k in range(b * block, min((b + 1) * block, len(walls.edges))):
                if _overlaps(walls.edges[k, 8:], x, y, wide):
                    count = _cut_by_edge(curve, part, walls.edges[k], cuts, count)
    sort_few(cuts, count)
    cuts[count] = part[1]
    length = curve[2] * curve[4] if curve[2] > 0 else hypot(curve[3], curve[4])
    for k in range(count):
        x, y = place(curve, 0.5 * (cuts[k] + cuts[k + 1]))
        if cuts[k] < cuts[k + 1] and _holds(walls, block, x, y):
            _tally(curve, cuts[k], cuts[k + 1], sums)
            sums[1] += length * (cuts[k + 1] - cuts[k])


@compiled
def _curve(capsule: Floats, nth: int) -> Curve:
    """The border of a capsule, counterclockwise: right side, front arc, left side, back arc; a disc is one arc."""
    x0, y0, x1, y1, r, east, north, length = capsule[:8]
    if length == 0:
        return x0, y0, r, 0.0, 2 * pi
    if nth == 0:
        return x0 + r * north, y0 - r * east, 0.0, x1 - x0, y1 - y0
    if nth == 1:
        return x1, y1, r, atan2(north, east) - pi / 2, pi
    if nth == 2:
        return x1 - r * north, y1 + r * east, 0.0, x0 - x1, y0 - y1
    return x0, y0, r, atan2(north, east) + pi / 2, pi


@compiled
def seen_area(capsules: Floats, around: Floats, walls: Walls, block: int) -> Floats:
    """The area of a polygon that capsules cover, m²; the length of their border inside it, m; and 4 sums.

    capsules: (n, 12) x0, y0, x1, y1, radius, direction east and north, length, box; no two with the same border;
    around: the box of each block of them; walls: (m, 12) edges likewise, the inside to the left, and 2 m + 2 cuts.
    The sums add up a wave's height at the end, less that at the start, of every part of the border: each is 0, to
    rounding, where each part starts where another ends. If not, a part was lost or counted twice.
    """
    sums, edges = np.zeros(6), walls.edges
    for i in range(len(capsules)):
        for nth in range(4 if capsules[i, 7] > 0 else 1):
            curve = _curve(capsules[i], nth)
            left, size = _unseen(curve, capsules, around, block, i)
            for k in range(0, size, 2):
                _tally_inside(curve, (left[k], left[k + 1]), walls, block, sums)
    for k in range(len(edges)):
        curve = (edges[k, 0], edges[k, 1], 0.0, edges[k, 2] - edges[k, 0], edges[k, 3] - edges[k, 1])
        left, size = _unseen(curve, capsules, around, block, -1)
        seen_from = 0.0
        for end in range(0, size + 1, 2):
            seen_to = left[end] if end < size else 1.0
            if seen_from < seen_to:
                _tally(curve, seen_from, seen_to, sums)
            seen_from = left[end + 1] if end < size else 1.0
    return sums

"""How much of a polygon lies within reach of steps: its area, from the border of what is seen; compiled.

What a step sees is a capsule; what all see is bounded by those parts of the capsules' sides and arcs that lie in no
other capsule. What of a polygon is seen is bounded by those parts inside it, and by the parts of its own edges that
lie in a capsule. By Green's theorem its area is half the integral of x dy - y dx along them all: no buffer, no union.
Capsules whose sides coincide must not both count, nor both be left out: the caller gives each a radius of its own.
"""

from math import acos, atan2, cos, hypot, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled

__all__ = ["seen_area"]

Floats = NDArray[np.float64]
Curve = tuple[float, float, float, float, float]
"""A side (x, y, 0, dx, dy) from (x, y) on by (dx, dy); or an arc (x, y, r, from, turn) around (x, y), in radians,
counterclockwise. A place on it is told by a share, 0 at its start, 1 at its end."""


@compiled
def _place(curve: Curve, share: float) -> tuple[float, float]:
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
def _cut_by_circle(curve: Curve, x: float, y: float, r: float, cuts: Floats, count: int) -> int:
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
def _cut_by_line(curve: Curve, east: float, north: float, far: float, cuts: Floats, count: int) -> int:
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
def _away(capsule: Floats, x: float, y: float) -> float:
    """How far a place is from the step of a capsule."""
    off_x, off_y = x - capsule[0], y - capsule[1]
    along = min(max(off_x * capsule[5] + off_y * capsule[6], 0.0), capsule[7])
    off_x, off_y = off_x - along * capsule[5], off_y - along * capsule[6]
    return sqrt(off_x * off_x + off_y * off_y)


@compiled
def _sort(values: Floats, count: int) -> None:
    """Sorts a few numbers in place."""
    for k in range(1, count):
        value, at = values[k], k
        while at > 0 and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value


@compiled
def _parts_seen(curve: Curve, capsule: Floats, cuts: Floats) -> int:
    """Cuts a curve at the border of a capsule and leaves in cuts, in pairs, the parts inside; how many numbers."""
    r, east, north, length = capsule[4], capsule[5], capsule[6], capsule[7]
    cuts[0] = 0.0
    count = _cut_by_circle(curve, capsule[0], capsule[1], r, cuts, 1)
    if length > 0:
        count = _cut_by_circle(curve, capsule[2], capsule[3], r, cuts, count)
        middle = east * capsule[1] - north * capsule[0]
        count = _cut_by_line(curve, -north, east, middle - r, cuts, count)
        count = _cut_by_line(curve, -north, east, middle + r, cuts, count)
    _sort(cuts, count)
    cuts[count] = 1.0
    size, low = 0, 0.0
    for k in range(count):
        low, high = cuts[k], cuts[k + 1]
        x, y = _place(curve, 0.5 * (low + high))
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
def _circle(curve: Curve, low: float, high: float) -> tuple[float, float, float]:
    """A circle around a part of a curve: x, y and radius."""
    x, y = _place(curve, 0.5 * (low + high))
    if curve[2] == 0:
        return x, y, 0.5 * (high - low) * hypot(curve[3], curve[4])
    return x, y, 2 * curve[2] * sin(0.25 * curve[4] * (high - low))


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
            room[0], room[1], room[2] = _circle(curve, left[0], left[size - 1])
    return left, size


@compiled
def _unseen(curve: Curve, capsules: Floats, around: Floats, block: int, own: int) -> tuple[Floats, int]:
    """The parts of a curve, in pairs, that lie in no capsule but its own; -1 for a curve of none.

    What comes just before and after in the track is asked first: it sees most of what can be seen.
    """
    left, size, room = np.array([0.0, 1.0]), 2, np.empty(24)
    room[0], room[1], room[2] = _circle(curve, 0.0, 1.0)
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


@compiled
def _holds(edges: Floats, x: float, y: float) -> bool:
    odd = False
    for k in range(len(edges)):
        x0, y0, x1, y1 = edges[k, :4]
        if (y0 <= y) != (y1 <= y) and ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0) == (y1 > y0):
            odd = not odd
    return odd


@compiled
def _tally(curve: Curve, low: float, high: float, sums: Floats) -> None:
    """Adds to sums a part of a border: area, and what is 0 for a border that closes (see `seen_area`)."""
    (x0, y0), (x1, y1) = _place(curve, low), _place(curve, high)
    if curve[2] == 0:
        sums[0] += 0.5 * (x0 * y1 - x1 * y0)
    else:
        turned = curve[4] * (high - low)
        sums[0] += 0.5 * (curve[2] * curve[2] * turned + curve[0] * (y1 - y0) - curve[1] * (x1 - x0))
    for k in range(2, len(sums)):
        east, north = cos(2.4 * k), sin(2.4 * k)
        sums[k] += sin(k * (east * x1 + north * y1)) - sin(k * (east * x0 + north * y0))


@compiled
def _tally_inside(curve: Curve, part: tuple[float, float], edges: Floats, sums: Floats) -> None:
    """Adds to sums, and to the length of the border, what of a part of a curve lies in the polygon."""
    mid_x, mid_y, wide = _circle(curve, part[0], part[1])
    cuts = np.empty(2 * len(edges) + 2)
    cuts[0], count = part[0], 1
    for k in range(len(edges)):
        if not _overlaps(edges[k, 8:], mid_x, mid_y, wide):
            continue
        x, y, east, north, length = edges[k, 0], edges[k, 1], edges[k, 5], edges[k, 6], edges[k, 7]
        until = _cut_by_line(curve, -north, east, east * y - north * x, cuts, count)
        for nth in range(count, until):
            at_x, at_y = _place(curve, cuts[nth])
            along = (at_x - x) * east + (at_y - y) * north
            # A hair beyond the ends may cut for nothing; no crossing may be missed.
            if -1e-6 <= along <= length + 1e-6 and part[0] < cuts[nth] < part[1]:
                cuts[count] = cuts[nth]
                count += 1
    _sort(cuts, count)
    cuts[count] = part[1]
    for k in range(count):
        x, y = _place(curve, 0.5 * (cuts[k] + cuts[k + 1]))
        if cuts[k] < cuts[k + 1] and _holds(edges, x, y):
            _tally(curve, cuts[k], cuts[k + 1], sums)
            length = curve[2] * curve[4] if curve[2] > 0 else hypot(curve[3], curve[4])
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
def seen_area(capsules: Floats, around: Floats, block: int, edges: Floats) -> Floats:
    """The area of a polygon that capsules cover, m²; the length of their border inside it, m; and 4 sums.

    capsules: (n, 12) x0, y0, x1, y1, radius, direction east and north, length, box; no two with the same border;
    around: the box of each block of them; edges: (m, 12) likewise of the polygon, radius 0, the inside to the left.
    The sums add up a wave's height at the end, less that at the start, of every part of the border: each is 0, to
    rounding, where each part starts where another ends. If not, a part was lost or counted twice.
    """
    sums = np.zeros(6)
    for i in range(len(capsules)):
        for nth in range(4 if capsules[i, 7] > 0 else 1):
            curve = _curve(capsules[i], nth)
            left, size = _unseen(curve, capsules, around, block, i)
            for k in range(0, size, 2):
                _tally_inside(curve, (left[k], left[k + 1]), edges, sums)
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

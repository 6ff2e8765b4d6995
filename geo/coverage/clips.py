"""Which parts of its way a step lies inside a polygon, or within reach of it: exact, to rounding; compiled.

A step is cut where it crosses an edge, and each piece belongs where its middle does. Every edge is looked at from its
lower end, so that two polygons that share it, in whichever direction, come to the same cut and the same verdict: of
polygons that tile the plane, one and only one has each piece, even one that runs along a border.
"""

from math import hypot

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.coverage.encounters import in_disc
from geo.coverage.outlines import Outlines

__all__ = ["inside", "sort_few", "within"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Pair = tuple[float, float]
Found = tuple[Indices, Floats, Floats]


@compiled
def _band(outlines: Outlines, shape: int, y: float) -> int:
    """The number of the band of a polygon that y lies in; the first or last one if beyond."""
    first, after = outlines.band_starts[shape], outlines.band_starts[shape + 1]
    nth = int((y - outlines.boxes[shape, 1]) / outlines.band_m[shape])
    return int(min(max(first + nth, first), after - 1))


@compiled
def _upward(edge: Floats) -> tuple[float, float, float, float]:
    """An edge from its lower end to its upper one; a level edge from west to east."""
    x0, y0, x1, y1 = edge
    if y0 < y1 or (y0 == y1 and x0 <= x1):
        return x0, y0, x1, y1
    return x1, y1, x0, y0


@compiled
def _holds(outlines: Outlines, shape: int, x: float, y: float) -> bool:
    """Whether a polygon holds a point: whether a ray from it to the east crosses an odd number of edges."""
    box = outlines.boxes[shape]
    if not (box[0] <= x <= box[2] and box[1] <= y <= box[3]):
        return False
    odd = False
    band = _band(outlines, shape, y)
    for member in range(outlines.member_starts[band], outlines.member_starts[band + 1]):
        x0, y0, x1, y1 = _upward(outlines.edges[outlines.members[member]])
        if y0 <= y < y1 and (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0:
            odd = not odd
    return odd


@compiled
def _grown(values: Floats, size: int) -> Floats:
    """The same values with room for more."""
    if size < len(values):
        return values
    more = np.empty(2 * len(values) + 8)
    for k in range(len(values)):
        more[k] = values[k]
    return more


@compiled
def sort_few(values: Floats, count: int) -> None:
    """Sorts a few numbers in place."""
    for k in range(1, count):
        value, at = values[k], k
        while at > 0 and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value


@compiled
def _cuts(outlines: Outlines, shape: int, step: Floats, cuts: Floats) -> tuple[Floats, int]:
    """Where a step crosses edges, as shares of its way: sorted, 0 first and 1 last."""
    cuts = _grown(cuts, 1)
    cuts[0], count = 0.0, 1
    x, y, dx, dy = step[0], step[1], step[2] - step[0], step[3] - step[1]
    first, last = _band(outlines, shape, min(y, step[3])), _band(outlines, shape, max(y, step[3]))
    for member in range(outlines.member_starts[first], outlines.member_starts[last + 1]):
        x0, y0, x1, y1 = _upward(outlines.edges[outlines.members[member]])
        side0, side1 = dx * (y0 - y) - dy * (x0 - x), dx * (y1 - y) - dy * (x1 - x)
        turn = dx * (y1 - y0) - dy * (x1 - x0)
        # An edge that only touches may cut for nothing; none that crosses may be missed.
        if turn == 0 or (side0 > 0 and side1 > 0) or (side0 < 0 and side1 < 0):
            continue
        at = ((x0 - x) * (y1 - y0) - (y0 - y) * (x1 - x0)) / turn
        if 0 < at < 1:
            cuts = _grown(cuts, count + 1)
            cuts[count] = at
            count += 1
    cuts = _grown(cuts, count + 1)
    sort_few(cuts, count)
    cuts[count] = 1.0
    return cuts, count + 1


@compiled
def _pieces(outlines: Outlines, shape: int, step: Floats, cuts: Floats) -> tuple[Floats, Floats, int]:
    """The pieces of a step inside a polygon, one after another: low and high in pairs, how many numbers."""
    cuts, count = _cuts(outlines, shape, step, cuts)
    found, size = np.empty(8), 0
    for k in range(count - 1):
        low, high = cuts[k], cuts[k + 1]
        middle = 0.5 * (low + high)
        x, y = step[0] * (1 - middle) + step[2] * middle, step[1] * (1 - middle) + step[3] * middle
        if low == high or not _holds(outlines, shape, x, y):
            continue
        if size and found[size - 1] == low:
            found[size - 1] = high
            continue
        found = _grown(found, size + 1)
        found[size], found[size + 1] = low, high
        size += 2
    return cuts, found, size


@compiled
def _met(low: float, high: float, start: float, slope: float, most: float) -> Pair:
    """The part of low … high at which 0 <= start + slope * share <= most; NaN if none."""
    if slope == 0:
        return (low, high) if 0 <= start <= most else (np.nan, np.nan)
    one, other = -start / slope, (most - start) / slope
    low, high = max(low, min(one, other)), min(high, max(one, other))
    return (low, high) if low <= high else (np.nan, np.nan)


@compiled
def _in_strip(edge: Floats, step: Floats, reach_m: float) -> Pair:
    """Between which shares of its way a step is in the strip beside an edge; NaN where it never is."""
    east, north = edge[2] - edge[0], edge[3] - edge[1]
    length_m = hypot(east, north)
    east, north = east / length_m, north / length_m
    x, y, dx, dy = step[0] - edge[0], step[1] - edge[1], step[2] - step[0], step[3] - step[1]
    low, high = _met(0.0, 1.0, x * east + y * north, dx * east + dy * north, length_m)
    if np.isnan(low):
        return low, high
    return _met(low, high, y * east - x * north + reach_m, dy * east - dx * north, 2 * reach_m)


@compiled
def _beside(edge: Floats, step: Floats, reach_m: float) -> Pair:
    """Between which shares of its way a step is within reach of an edge: one stretch, for a capsule is convex."""
    low, high = _in_strip(edge, step, reach_m)
    for corner in range(2):
        one, other = in_disc(edge[2 * corner], edge[2 * corner + 1], step, reach_m)
        if not np.isnan(one):
            low = one if np.isnan(low) else min(low, one)
            high = other if np.isnan(high) else max(high, other)
    return low, high


@compiled
def _joined(found: Floats, size: int, low: float, high: float) -> tuple[Floats, int]:
    """Pieces in pairs, sorted and apart, with one more laid over them."""
    first = 0
    while first < size and found[first + 1] < low:
        first += 2
    after = first
    while after < size and found[after] <= high:
        low, high = min(low, found[after]), max(high, found[after + 1])
        after += 2
    found = _grown(found, size + 1)
    moved = first + 2 - after
    if moved > 0:
        for k in range(size - 1, after - 1, -1):
            found[k + moved] = found[k]
    elif moved < 0:
        for k in range(after, size):
            found[k + moved] = found[k]
    found[first], found[first + 1] = low, high
    return found, size + moved


@compiled
def _reached(outlines: Outlines, shape: int, step: Floats, reach_m: float, cuts: Floats) -> tuple[Floats, Floats, int]:
    """As `_pieces`, the pieces within reach of a polygon."""
    cuts, found, size = _pieces(outlines, shape, step, cuts)
    south, north = min(step[1], step[3]) - reach_m, max(step[1], step[3]) + reach_m
    first, last = _band(outlines, shape, south), _band(outlines, shape, north)
    for member in range(outlines.member_starts[first], outlines.member_starts[last + 1]):
        if size == 2 and found[0] == 0 and found[1] == 1:
            break
        low, high = _beside(outlines.edges[outlines.members[member]], step, reach_m)
        if not np.isnan(low):
            found, size = _joined(found, size, low, high)
    return cuts, found, size


@compiled
def _clipped(outlines: Outlines, steps: Floats, reach_m: Floats, pairs: tuple[Indices, Indices]) -> Found:
    """The pieces of each pair of polygon and step; those inside where the reach is not a number."""
    shape, step = pairs
    pair, low, high = np.empty(len(shape) + 8), np.empty(len(shape) + 8), np.empty(len(shape) + 8)
    size, cuts = 0, np.empty(8)
    for k in range(len(shape)):
        if np.isnan(reach_m[step[k]]):
            cuts, found, ends = _pieces(outlines, shape[k], steps[step[k]], cuts)
        else:
            cuts, found, ends = _reached(outlines, shape[k], steps[step[k]], reach_m[step[k]], cuts)
        for end in range(0, ends, 2):
            pair, low, high = _grown(pair, size), _grown(low, size), _grown(high, size)
            pair[size], low[size], high[size] = k, found[end], found[end + 1]
            size += 1
    return pair[:size].astype(np.int64), low[:size], high[:size]


def inside(outlines: Outlines, steps: Floats, pairs: tuple[Indices, Indices]) -> Found:
    """The pieces of steps inside polygons: number of the pair, and from and to as shares of the step's way.

    steps: (n, 4) x0, y0, x1, y1; pairs: (k,) polygon and step. Pieces of a pair are in order and apart.
    """
    return _clipped(outlines, steps, np.full(len(steps), np.nan), pairs)


def within(outlines: Outlines, steps: Floats, reach_m: Floats, pairs: tuple[Indices, Indices]) -> Found:
    """As `inside`, the pieces within reach, touching too; reach_m: (n,) 0 or more for each step."""
    return _clipped(outlines, steps, reach_m, pairs)

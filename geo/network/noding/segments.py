"""Lines as segments, and where segments cross: in closed form, all at once."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["TOUCH_M", "Crossings", "Segments", "crossings", "segments_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Objects = NDArray[np.object_]

TOUCH_M = 0.01
"""Nearer is the same place: what is drawn to a centimetre was meant to meet."""
PARALLEL = 1e-6
"""Segments at a smaller angle (its sine) cross nowhere in particular: where they meet is told by their ends."""


class Segments(NamedTuple):
    """m segments: the line of each, its ends (m, 2), its length and its start's chainage (m), and an index of them."""

    line: Indices
    one: Floats
    other: Floats
    length_m: Floats
    at_m: Floats
    tree: shapely.STRtree


class Crossings(NamedTuple):
    """k meetings of two segments: both, how far along the line of each (m), and where (k, 2)."""

    one: Indices
    other: Indices
    one_m: Floats
    other_m: Floats
    where: Floats


def segments_of(lines: Objects) -> Segments:
    """The segments of lines in order, those without length left out."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(line[1:] == line[:-1])
    one, other = xy[first], xy[first + 1]
    length_m = np.hypot(*(other - one).T)
    starts = np.searchsorted(line[first], np.arange(len(lines)))
    gone = np.concatenate([[0.0], length_m.cumsum()])
    at_m = gone[:-1] - gone[starts[line[first]]]
    some = length_m > 0
    one, other = one[some], other[some]
    tree = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([one, other], axis=1)), dtype=object))
    return Segments(line[first][some], one, other, length_m[some], at_m[some], tree)


def crossings(segments: Segments, level: Indices) -> Crossings:
    """Where segments of lines on one level cross or touch, but for neighbours along one line. level: by line."""
    left, right = segments.tree.query(segments.tree.geometries)
    line = segments.line
    apart = (left < right) & (level[line[left]] == level[line[right]])
    left, right = left[apart], right[apart]
    left, right = _not_neighbours(segments, left, right)
    p, q = segments.one[left], segments.one[right]
    r, s = segments.other[left] - p, segments.other[right] - q
    turn, long_r, long_s = _cross(r, s), segments.length_m[left], segments.length_m[right]
    slanted = np.abs(turn) > PARALLEL * long_r * long_s
    left, right = left[slanted], right[slanted]
    p, q, r, s, turn, long_r, long_s = (values[slanted] for values in (p, q, r, s, turn, long_r, long_s))
    t, u = _cross(q - p, s) / turn, _cross(q - p, r) / turn
    on = (np.abs(t - 0.5) * long_r <= long_r / 2 + TOUCH_M) & (np.abs(u - 0.5) * long_s <= long_s / 2 + TOUCH_M)
    left, right = left[on], right[on]
    t, u, p, r = (values[on] for values in (np.clip(t, 0, 1), np.clip(u, 0, 1), p, r))
    along = segments.at_m[left] + t * segments.length_m[left], segments.at_m[right] + u * segments.length_m[right]
    return Crossings(left, right, *along, p + r * t[:, None])


def _cross(a: Floats, b: Floats) -> Floats:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _not_neighbours(segments: Segments, left: Indices, right: Indices) -> tuple[Indices, Indices]:
    """Pairs without those that follow one another along a line, or close a ring."""
    same = segments.line[left] == segments.line[right]
    next_to = same & (right == left + 1)
    first = np.append(True, np.diff(segments.line) != 0)
    last = np.append(first[1:], True)
    closes = same & first[left] & last[right]
    closes &= (np.abs(segments.one[left] - segments.other[right]) <= TOUCH_M).all(axis=1)
    kept = ~(next_to | closes)
    return left[kept], right[kept]

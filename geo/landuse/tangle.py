"""Outlines whose edges are wound about one another: overlays ask of every two edges that come near, and do not end.

A few hundred vertices joined each to the farthest cross in 100,000 places, and to repair that takes a minute; 200,000
spikes about one point are valid, yet to see that takes ten. No land looks so: both are refused before they are begun.
"""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["MOST_CROSSINGS", "MOST_PAIRS", "crossings", "wound"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
MOST_PAIRS = 2_000_000
"""Of edges whose boxes overlap: an outline of 200,000 vertices has 400,000 of them, neighbours most."""
MOST_CROSSINGS = 10_000
_AT_ONCE = 4_000_000


def wound(shape: shapely.Geometry, most: int = MOST_PAIRS, reach_m: float = 0.0) -> bool:
    """Whether more than `most` pairs of a shape's edges have boxes that overlap, or come within reach_m.

    >>> turn = np.arange(400) * np.pi / 200
    >>> far = np.where(np.arange(400) % 2, 1.0, 100.0)
    >>> spikes = shapely.Polygon(np.column_stack([far * np.cos(turn), far * np.sin(turn)]))
    >>> wound(spikes, 5_000), wound(shapely.Point(0, 0).buffer(100, quad_segs=100), 5_000)
    (True, False)
    """
    starts, ends = _edges(shape)
    if len(starts) * (len(starts) - 1) // 2 <= most:
        return False
    count = 0
    for one, _ in _pairs(starts, ends, reach_m):
        count += len(one)
        if count > most:
            return True
    return False


def crossings(shape: shapely.Geometry, most: int = MOST_CROSSINGS) -> int:
    """How often edges of a shape cross or go back over one another, `most` + 1 where that is more; touching is none.

    >>> crossings(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), crossings(shapely.box(0, 0, 1, 1))
    (1, 0)
    """
    starts, ends = _edges(shape)
    count = 0
    for one, other in _pairs(starts, ends):
        a, b, c, d = starts[one], ends[one], starts[other], ends[other]
        of_one, of_other = (_side(a, b, c), _side(a, b, d)), (_side(c, d, a), _side(c, d, b))
        cross = (of_one[0] * of_one[1] < 0) & (of_other[0] * of_other[1] < 0)
        along = (of_one[0] == 0) & (of_one[1] == 0) & ~_joined(a, b, c, d)
        count += int((cross | along).sum())
        if count > most:
            return most + 1
    return count


def _edges(shape: shapely.Geometry) -> tuple[Floats, Floats]:
    rings = shapely.get_rings(shapely.get_parts(shape))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return xy[:-1][same], xy[1:][same]


def _pairs(starts: Floats, ends: Floats, reach_m: float = 0.0) -> Iterator[tuple[Indices, Indices]]:
    """The places of edges whose boxes overlap or come within reach_m, each pair once, some at a time."""
    low, high = np.minimum(starts, ends) - reach_m / 2, np.maximum(starts, ends) + reach_m / 2
    # Of a line a tree takes the box only.
    edges = np.asarray(shapely.linestrings(np.stack([low, high], axis=1)), dtype=object)
    tree = shapely.STRtree(edges)
    step = max(_AT_ONCE // max(len(edges), 1), 1)
    for first in range(0, len(edges), step):
        one, other = tree.query(edges[first : first + step])
        later = one + first < other
        yield one[later] + first, other[later]


def _joined(a: Floats, b: Floats, c: Floats, d: Floats) -> NDArray[np.bool_]:
    """Which edges a-b and c-d have an end in common."""
    ends = [(one == other).all(axis=1) for one in (a, b) for other in (c, d)]
    return np.asarray(np.any(ends, axis=0))


def _side(a: Floats, b: Floats, point: Floats) -> Floats:
    """On which side of the line through a and b points lie: the sign of the turn."""
    return np.sign((b[:, 0] - a[:, 0]) * (point[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (point[:, 0] - a[:, 0]))

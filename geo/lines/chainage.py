"""Where something lies along a line: chainage (桩号), in metres of the metric CRS, stored in centimetres.

A line is a shapely LineString; a ring is one whose last vertex is its first. Spans are an (n, 2) array of
`from, to` in metres with `from <= to`, sorted and apart; an empty line has none. On a ring, what runs across
0 m is two spans.
"""

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, Point

__all__ = [
    "NO_SPANS",
    "ROUNDING_M",
    "CentimetreRange",
    "Coordinates",
    "Spans",
    "along",
    "around",
    "clockwise",
    "clockwise_from_north",
    "distances_m",
    "from_cm",
    "is_ring",
    "length_cm",
    "locate_m",
    "part",
    "parts",
    "point_at",
    "repinned",
    "rest_of",
    "starting_at",
    "to_cm",
    "union",
]

Coordinates = NDArray[np.float64]
Spans = NDArray[np.float64]
CentimetreRange = tuple[int, int]

NO_SPANS: Spans = np.empty((0, 2))
CM_PER_M = 100
ROUNDING_M = 1e-5
"""What adding up a long line's edges may be wrong by, and nobody can measure."""


def is_ring(line: LineString) -> bool:
    """Whether a line ends where it starts. An empty line does not.

    >>> is_ring(LineString([(0, 0), (1, 0), (1, 1), (0, 0)]))
    True
    """
    return not line.is_empty and bool(line.is_closed)


def distances_m(xy: Coordinates) -> NDArray[np.float64]:
    """The chainage of every vertex, in metres.

    xy: (n, 2 or more) vertices, the first two columns in metres.

    >>> distances_m(np.array([(0, 0), (3, 4), (3, 5.0)])).tolist()
    [0.0, 5.0, 6.0]
    """
    return np.concatenate([[0.0], np.hypot(*np.diff(xy[:, :2], axis=0).T).cumsum()])


def clockwise(ring: Coordinates) -> Coordinates:
    """The closed ring's vertices (n, 2 or more) in clockwise order as a map shows it, from the same vertex."""
    return ring[::-1] if shapely.is_ccw(shapely.linearrings(ring[:, :2])) else ring


def clockwise_from_north(ring: Coordinates) -> Coordinates:
    """The closed ring, clockwise from its northernmost vertex; of several equally far north, the westernmost.

    ring: (n, 2 or more) vertices, the last equal to the first; further columns go along with their vertex.

    >>> clockwise_from_north(np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])).tolist()
    [[0, 1], [1, 1], [1, 0], [0, 0], [0, 1]]
    """
    turned = clockwise(ring)
    first = int(np.lexsort((turned[:-1, 0], -turned[:-1, 1]))[0])
    return np.concatenate([turned[first:-1], turned[: first + 1]])


def starting_at(ring: LineString, start_m: float) -> LineString:
    """The same ring in the same direction with 0 m where `start_m` was; a new vertex is made if needed.

    >>> starting_at(LineString([(0, 0), (0, 1), (1, 1), (0, 0)]), 1.5).coords[0]
    (0.5, 1.0)
    """
    length_m = ring.length
    if not ROUNDING_M < start_m < length_m - ROUNDING_M:
        return ring
    tail, head = part(ring, start_m, length_m), part(ring, 0, start_m)
    return LineString(np.concatenate([shapely.get_coordinates(tail)[:-1], shapely.get_coordinates(head)]))


def repinned(ring: LineString, origin: Point) -> LineString:
    """The ring with 0 m at its point nearest to a pinned origin, so that a re-import moves no stake."""
    return starting_at(ring, locate_m(ring, origin))


def locate_m(line: LineString, point: Point) -> float:
    """The chainage of the point of the line nearest to a point, in metres.

    >>> locate_m(LineString([(0, 0), (10, 0)]), Point(4, 3))
    4.0
    """
    return float(shapely.line_locate_point(line, point))


def point_at(line: LineString, chainage_m: float) -> Point:
    """The point of the line at a chainage; beyond its ends, the end."""
    return Point(along(shapely.get_coordinates(line), np.array([chainage_m]))[0])


def along(xy: Coordinates, chainages_m: NDArray[np.float64]) -> Coordinates:
    """The positions (k, 2) of chainages (k,) on the line with vertices `xy` (n, 2); beyond its ends, the end."""
    marks_m = distances_m(xy)
    return np.column_stack([np.interp(chainages_m, marks_m, xy[:, 0]), np.interp(chainages_m, marks_m, xy[:, 1])])


def part(line: LineString, start_m: float, end_m: float) -> LineString:
    """The piece of the line between two chainages in metres, in the line's direction, cut off at its ends.

    A piece without length is a LineString of two equal points; nothing of an empty line is an empty line.

    >>> part(LineString([(0, 0), (10, 0), (10, 10)]), 8, 12).wkt
    'LINESTRING (8 0, 10 0, 10 2)'
    """
    xy = shapely.get_coordinates(line)
    if len(xy) == 0:
        return line
    marks_m = distances_m(xy)
    start_m, end_m = (_snapped(mark_m, marks_m) for mark_m in (start_m, end_m))
    inner = xy[(marks_m > start_m) & (marks_m < end_m)]
    ends = along(xy, np.array([start_m, end_m]))
    return LineString(np.concatenate([ends[:1], inner, ends[1:]]))


def _snapped(mark_m: float, marks_m: NDArray[np.float64]) -> float:
    """The chainage kept on the line, and made a vertex's where only rounding lies between them."""
    nearest = float(marks_m[np.abs(marks_m - mark_m).argmin()])
    return nearest if abs(nearest - mark_m) <= ROUNDING_M else float(np.clip(mark_m, 0, marks_m[-1]))


def parts(line: LineString, ranges_cm: Iterable[CentimetreRange]) -> MultiLineString:
    """The pieces of the line that a multirange of centimetres covers; none give an empty MultiLineString.

    >>> parts(LineString([(0, 0), (10, 0)]), [(0, 200), (900, 2000)]).wkt
    'MULTILINESTRING ((0 0, 2 0), (9 0, 10 0))'
    """
    pieces = (part(line, from_cm(start), from_cm(end)) for start, end in ranges_cm)
    return MultiLineString([piece for piece in pieces if piece.length > 0])


def length_cm(line: LineString) -> int:
    """The length of the line in whole centimetres, the upper end of its whole range."""
    return to_cm(line.length)


def to_cm(metres: float) -> int:
    """Metres as whole centimetres.

    >>> to_cm(1.237)
    124
    """
    return round(metres * CM_PER_M)


def from_cm(centimetres: int) -> float:
    """Centimetres as metres."""
    return centimetres / CM_PER_M


def around(ring: LineString, start_m: float, end_m: float) -> Spans:
    """What lies from one chainage of a ring clockwise to another: one span, or two across 0 m.

    >>> square = LineString([(0, 1), (1, 1), (1, 0), (0, 0), (0, 1)])
    >>> around(square, 3.5, 0.5).tolist()
    [[0.0, 0.5], [3.5, 4.0]]
    """
    if start_m <= end_m:
        return np.array([[start_m, end_m]])
    return union(np.array([[0.0, end_m], [start_m, ring.length]]))


def union(spans: Spans) -> Spans:
    """Spans in any order, overlapping or touching ones made one; those without length vanish.

    >>> union(np.array([(3.0, 5.0), (0.0, 1.0), (1.0, 3.5)])).tolist()
    [[0.0, 5.0]]
    """
    spans = spans[spans[:, 1] > spans[:, 0]]
    if len(spans) == 0:
        return NO_SPANS
    spans = spans[np.argsort(spans[:, 0])]
    reached = np.maximum.accumulate(spans[:, 1])
    first = np.concatenate([[True], spans[1:, 0] > reached[:-1]])
    last = np.concatenate([first[1:], [True]])
    return np.column_stack([spans[first, 0], reached[last]])


def rest_of(spans: Spans, start_m: float, end_m: float) -> Spans:
    """What the sorted spans leave of `start_m` to `end_m`.

    >>> rest_of(np.array([(1.0, 2.0)]), 0, 5).tolist()
    [[0.0, 1.0], [2.0, 5.0]]
    """
    inside = np.clip(union(spans), start_m, end_m)
    edges = np.concatenate([[start_m], inside.ravel(), [end_m]]).reshape(-1, 2)
    return edges[edges[:, 1] > edges[:, 0]]

"""Rivers known only by their lines: joined, cut at the lakes, and given banks at half their width."""

from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from geo.banks.shores import CRUMB_M

__all__ = ["Chain", "banks_beside", "joined", "outside", "upstream_first"]

SNAP_M = 5.0
"""An end this near to the next piece's start is the same place."""
FEW = 7
"""Up to so many separate pieces are put in order by trying every order."""


class Chain(NamedTuple):
    """Pieces joined end to start. sources: their positions in what was given, the upstream one first."""

    line: LineString
    sources: tuple[int, ...]


def joined(lines: Sequence[LineString], *, snap_m: float = SNAP_M) -> list[Chain]:
    """The lines joined where one ends within `snap_m` metres of where another starts, in their own direction.

    Nearest ends join first, each end once; lines that meet head-on stay apart, for one of them is drawn wrong.
    Chains come in the order of their first piece; no lines give none.

    >>> [chain.sources for chain in joined([LineString([(5, 0), (9, 0)]), LineString([(0, 0), (5, 0)])])]
    [(1, 0)]
    """
    if not lines:
        return []
    array = np.array(lines, dtype=object)
    gap_m = shapely.distance(shapely.get_point(array, -1)[:, None], shapely.get_point(array, 0)[None])
    after: dict[int, int] = {}
    for position in np.argsort(gap_m, axis=None, kind="stable"):
        end, start = divmod(int(position), len(lines))
        if gap_m[end, start] > snap_m:
            break
        if end not in after and start not in after.values() and end not in _walk(start, after):
            after[end] = start
    heads = [index for index in range(len(lines)) if index not in after.values()]
    return [_chain(lines, _walk(head, after)) for head in heads]


def _walk(start: int, after: dict[int, int]) -> list[int]:
    path = [start]
    while path[-1] in after:
        path.append(after[path[-1]])
    return path


def _chain(lines: Sequence[LineString], path: list[int]) -> Chain:
    xy = np.concatenate([shapely.get_coordinates(lines[index]) for index in path])
    fresh = np.concatenate([[True], (np.diff(xy, axis=0) != 0).any(axis=1)])
    return Chain(LineString(xy[fresh]), tuple(path))


def upstream_first(lines: Sequence[LineString]) -> list[int]:
    """The order in which separate pieces of one river follow each other: the one with the shortest gaps between.

    >>> upstream_first([LineString([(20, 0), (30, 0)]), LineString([(0, 0), (10, 0)])])
    [1, 0]
    """
    if len(lines) < 2:
        return list(range(len(lines)))
    array = np.array(lines, dtype=object)
    gap_m = shapely.distance(shapely.get_point(array, -1)[:, None], shapely.get_point(array, 0)[None])
    if len(lines) <= FEW:
        tours = [list(order) for order in permutations(range(len(lines)))]
    else:
        tours = [_nearest_next(first, gap_m) for first in range(len(lines))]
    return min(tours, key=lambda order: _gaps_m(order, gap_m))


def _gaps_m(order: Sequence[int], gap_m: NDArray[np.float64]) -> float:
    return sum(float(gap_m[end, start]) for end, start in pairwise(order))


def _nearest_next(first: int, gap_m: NDArray[np.float64]) -> list[int]:
    order, left = [first], set(range(len(gap_m))) - {first}
    while left:
        order.append(min(left, key=lambda start: (gap_m[order[-1], start], start)))
        left.remove(order[-1])
    return order


def outside(line: LineString, waters: BaseGeometry) -> list[LineString]:
    """The parts of a line outside the water polygons, in its direction; crumbs under a metre are left out.

    >>> [piece.wkt for piece in outside(LineString([(0, 0), (9, 0)]), shapely.box(3, -1, 5, 1))]
    ['LINESTRING (0 0, 3 0)', 'LINESTRING (5 0, 9 0)']
    """
    return _pieces(shapely.difference(line, waters), line)


def banks_beside(line: LineString, width_m: float, waters: BaseGeometry) -> tuple[list[LineString], list[LineString]]:
    """The left and right banks of a river line: parallels at half its width, downstream, not inside other waters.

    >>> left, right = banks_beside(LineString([(0, 0), (9, 0)]), 4, shapely.Polygon())
    >>> left[0].wkt, right[0].wkt
    ('LINESTRING (0 2, 9 2)', 'LINESTRING (0 -2, 9 -2)')
    """
    left, right = (
        _pieces(shapely.difference(_parallel(line, offset_m), waters), line) for offset_m in (width_m / 2, -width_m / 2)
    )
    return left, right


def _parallel(line: LineString, offset_m: float) -> BaseGeometry:
    return shapely.offset_curve(line, offset_m, quad_segs=4, join_style="round")


def _pieces(geometry: BaseGeometry, along: LineString) -> list[LineString]:
    """The line parts of a geometry, each in the direction of another line, upstream first."""
    merged = shapely.line_merge(geometry) if geometry.geom_type == "MultiLineString" else geometry
    parts = [part for part in shapely.get_parts(merged) if part.geom_type == "LineString" and part.length >= CRUMB_M]
    placed = sorted((_placed(part, along) for part in parts), key=lambda item: item[0])
    return [piece for _, piece in placed]


def _placed(piece: LineString, along: LineString) -> tuple[float, LineString]:
    start_m, end_m = (float(shapely.line_locate_point(along, shapely.get_point(piece, i))) for i in (0, -1))
    return (start_m, piece) if start_m <= end_m else (end_m, piece.reverse())

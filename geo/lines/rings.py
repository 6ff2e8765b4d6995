"""Which of several rings are outer ones and which are holes in them: decided by where they lie, not by their order."""

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.crs import Geometries
from layers.errors import BadInput

__all__ = ["nested", "owners"]

_MOST_PAIRS = 500_000
_LOOKED_AT = 16


def owners(areas: Geometries) -> NDArray[np.int64]:
    """For each area the smallest other one that holds it, -1 where none does.

    areas: (n,) polygons, each of one ring, valid or not: they are not mended, which may take minutes for a ring of a
    thousand crossings. One holds another where its inside holds a point within that and it reaches all corners that are
    looked at, 16 at most. Of two equal areas the later lies in the earlier. Raises BadInput for more nesting than any
    drawing has.

    >>> boxes = np.array([shapely.box(0, 0, 9, 9), shapely.box(2, 2, 3, 3), shapely.box(20, 0, 21, 1)])
    >>> owners(boxes).tolist()
    [-1, 0, -1]
    """
    count = len(areas)
    found = np.full(count, -1, dtype=np.int64)
    if count < 2:
        return found
    sizes = shapely.area(areas)
    inner, outer = _boxed(areas, sizes)
    middles = shapely.point_on_surface(areas)
    for parent in np.unique(outer):
        children = inner[outer == parent]
        for child in children[_held(areas, middles, int(parent), children)]:
            if found[child] < 0 or (sizes[parent], -parent) < (sizes[found[child]], -found[child]):
                found[child] = parent
    return found


def _boxed(areas: Geometries, sizes: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(k,) inner and outer areas, each pair of which the inner's box lies in that of the outer, which is larger."""
    boxes: Geometries = np.asarray(shapely.box(*shapely.bounds(areas).T))
    tree, step = shapely.STRtree(boxes), max(1, _MOST_PAIRS // len(areas))
    pairs, total = [], 0
    for start in range(0, len(areas), step):
        inner, outer = tree.query(boxes[start : start + step], predicate="covered_by")
        inner = inner + start
        larger = (sizes[outer] > sizes[inner]) | ((sizes[outer] == sizes[inner]) & (outer < inner))
        pairs.append((inner[larger], outer[larger]))
        total += int(larger.sum())
        if total > _MOST_PAIRS:
            raise BadInput(f"{len(areas):,} 圈层层相套,超出能读的范围:请分成几个范围。")
    return tuple(np.concatenate(one).astype(np.int64) for one in zip(*pairs, strict=True))  # type: ignore[return-value]


def _held(areas: Geometries, middles: Geometries, parent: int, children: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(k,) which of the children an area holds."""
    outer = areas[parent]
    shapely.prepare(outer)
    there = ~shapely.is_empty(middles[children])
    held = there.copy()
    held[there] = shapely.contains_xy(outer, shapely.get_coordinates(middles[children][there]))
    for place in np.flatnonzero(held):
        corners = shapely.get_coordinates(areas[children[place]])
        held[place] = shapely.intersects_xy(outer, corners[:: max(1, len(corners) // _LOOKED_AT)]).all()
    return held


def nested(rings: list[NDArray[np.float64]]) -> shapely.MultiPolygon:
    """The area that rings bound: what lies in an even number of others is outer, in an odd number a hole.

    rings: each (k, 2) closed, at least four points. No rings bound nothing. Rings that cross stay parts of their own,
    so that the area may be invalid: whoever asked repairs it and says so.

    >>> square = np.array([(0.0, 0), (9, 0), (9, 9), (0, 9), (0, 0)])
    >>> nested([square / 3 + 1, square]).area, len(nested([square, square + 20]).geoms)
    (72.0, 2)
    """
    if len(rings) == 1:
        return shapely.MultiPolygon([shapely.Polygon(rings[0])])
    areas = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    within = owners(areas)
    depth = np.zeros(len(rings), dtype=np.int64)
    climbing = within.copy()
    while (climbing >= 0).any():
        depth += climbing >= 0
        climbing = np.where(climbing >= 0, within[climbing], -1)
    holes: dict[int, list[NDArray[np.float64]]] = {}
    for ring in np.flatnonzero(depth % 2 == 1):
        holes.setdefault(int(within[ring]), []).append(rings[ring])
    shells = np.flatnonzero(depth % 2 == 0)
    return shapely.MultiPolygon([shapely.Polygon(rings[one], holes.get(int(one), [])) for one in shells])

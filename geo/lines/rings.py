"""Which of several rings are outer ones and which are holes in them: decided by where they lie, not by their order."""

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.crs import Geometries

__all__ = ["nested", "owners"]


def owners(areas: Geometries) -> NDArray[np.int64]:
    """For each area the smallest other one that holds it, -1 where none does.

    areas: (n,) polygons, each of one ring, valid or not. Of two equal areas the later lies in the earlier.

    >>> boxes = np.array([shapely.box(0, 0, 9, 9), shapely.box(2, 2, 3, 3), shapely.box(20, 0, 21, 1)])
    >>> owners(boxes).tolist()
    [-1, 0, -1]
    """
    count = len(areas)
    found = np.full(count, -1, dtype=np.int64)
    if count < 2:
        return found
    sound = np.asarray(shapely.make_valid(areas))
    sizes = shapely.area(sound)
    inner, outer = shapely.STRtree(sound).query(sound, predicate="covered_by")
    larger = (sizes[outer] > sizes[inner]) | ((sizes[outer] == sizes[inner]) & (outer < inner))
    for child, parent in zip(inner[larger], outer[larger], strict=True):
        if found[child] < 0 or (sizes[parent], -parent) < (sizes[found[child]], -found[child]):
            found[child] = parent
    return found


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

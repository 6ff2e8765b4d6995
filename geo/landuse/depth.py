"""Which pieces are slivers (碎片): what would vanish if the outline moved by the tolerance.

A piece that holds a disc of the tolerance is none (width.py). Nor is a thin one that lies deep in one of its two
makers: a ditch across the site, or a trench through a field. A point of the one that lies at least the tolerance inside
of the other stays inside when either moves by less: so no shift below the tolerance takes away what is no sliver.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.overlay import clipped
from layers.crs import Geometries

__all__ = ["deep", "deep_outside"]

Booleans = NDArray[np.bool_]
FEW = 16
"""Vertices of an area that shrinks as fast as it is clipped."""


def deep(pieces: Geometries, areas: Geometries, tolerance_m: float) -> Booleans:
    """(k,) which pieces have a point that lies at least the tolerance inside of the area of the same place.

    >>> strip, field = shapely.box(0, 0, 99, 0.2), shapely.box(-9, 0, 99, 50)
    >>> deep(np.array([strip, strip]), np.array([field, shapely.box(-9, -9, 99, 50)]), 0.5).tolist()
    [False, True]
    """
    boxes = shapely.bounds(pieces) + tolerance_m * np.array([-1, -1, 1, 1])
    near = [clipped(area, box, few=FEW) for area, box in zip(areas, boxes, strict=True)]
    return np.asarray(shapely.intersects(pieces, shapely.buffer(near, -tolerance_m)), dtype=bool)


def deep_outside(piece: shapely.Geometry, areas: Geometries, tolerance_m: float) -> bool:
    """Whether a piece has a point that lies at least the tolerance outside of all the areas.

    >>> deep_outside(shapely.box(0, 0, 9, 0.2), np.array([shapely.box(0, 1, 9, 9), shapely.box(0, 0.2, 2, 9)]), 0.5)
    True
    """
    around = shapely.buffer(areas, tolerance_m)
    return not bool(shapely.is_empty(shapely.difference(piece, shapely.union_all(around))))

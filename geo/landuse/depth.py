"""Which pieces are slivers (碎片): what would vanish if the outline moved by the tolerance.

A piece that holds a disc of the tolerance is none (width.py). Nor is a thin one that lies deep in one of its two
makers: a ditch across the site, or a trench through a field. A point of the one that lies at least the tolerance inside
of the other stays inside when either moves by less: so no shift below the tolerance takes away what is no sliver.

Depth is asked of points along the piece's edge, no further apart than the tolerance: what is called deep is.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.overlay import clipped
from layers.crs import Geometries

__all__ = ["deep", "deep_outside"]

Booleans = NDArray[np.bool_]
FEW = 16
"""Vertices of an area whose edge is measured to as fast as it is clipped."""
MOST = 4000
"""Points on the edge of a long piece, beside its vertices."""


def deep(pieces: Geometries, areas: Geometries, tolerance_m: float) -> Booleans:
    """(k,) which pieces have a point that lies at least the tolerance inside of the area of the same place.

    >>> strip, field = shapely.box(0, 0, 99, 0.2), shapely.box(-9, 0, 99, 50)
    >>> deep(np.array([strip, strip]), np.array([field, shapely.box(-9, -9, 99, 50)]), 0.5).tolist()
    [False, True]
    """
    return np.array([_deep(piece, area, tolerance_m) for piece, area in zip(pieces, areas, strict=True)], dtype=bool)


def _deep(piece: shapely.Geometry, area: shapely.Geometry, tolerance_m: float) -> bool:
    box = shapely.bounds(piece) + tolerance_m * np.array([-1, -1, 1, 1])
    edge = shapely.boundary(clipped(area, box, few=FEW))
    return not _all_near(edge, _points(piece, tolerance_m), tolerance_m)


def deep_outside(piece: shapely.Geometry, areas: Geometries, tolerance_m: float) -> bool:
    """Whether a piece has a point that lies at least the tolerance outside of all the areas.

    >>> deep_outside(shapely.box(0, 0, 9, 0.2), np.array([shapely.box(0, 1, 9, 9), shapely.box(0, 0.2, 2, 9)]), 0.5)
    True
    """
    return not _all_near(shapely.GeometryCollection(list(areas)), _points(piece, tolerance_m), tolerance_m)


def _points(piece: shapely.Geometry, tolerance_m: float) -> Geometries:
    apart_m = max(tolerance_m, float(shapely.length(piece)) / MOST)
    return np.asarray(shapely.points(shapely.get_coordinates(shapely.segmentize(piece, apart_m))), dtype=object)


def _all_near(shape: shapely.Geometry, points: Geometries, tolerance_m: float) -> bool:
    shapely.prepare(shape)
    return bool(shapely.dwithin(shape, points, np.nextafter(tolerance_m, 0)).all())

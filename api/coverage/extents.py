"""Ellipsoidal areas of polygons in metres, and by how much a part of one may differ from its share of the plane."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Proj

from layers.crs import WIRE, transformer

__all__ = ["Extents", "extents_of"]

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
DENSE_M = 100.0
"""Edges are straight in the metric system, not on the globe: longer ones are taken in pieces."""
SAMPLES = 5
_SPHEROID = Geod(ellps="GRS80")


class Extents(NamedTuple):
    """(n,) polygons: the ellipsoidal area; what a planar square metre of each is in the mean; and how far a planar
    square metre anywhere in it may be from that, as a share."""

    area_m2: Floats
    per_planar: Floats
    uneven: Floats


def extents_of(shapes: Geometries, crs: str) -> Extents:
    """The areas on the ellipsoid of polygons in metres of a metric system. An empty one has none.

    >>> found = extents_of(np.array([shapely.box(500_000, 3_380_000, 501_000, 3_381_000)]), "EPSG:4547")
    >>> found.area_m2.round(), bool(found.uneven[0] < 1e-6)
    (array([1000000.]), True)
    """
    back = transformer(crs, WIRE)
    dense = shapely.segmentize(shapely.orient_polygons(shapes), DENSE_M)
    degrees = shapely.transform(dense, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))
    area_m2 = np.array([abs(_SPHEROID.geometry_area_perimeter(shape)[0]) for shape in degrees])
    planar_m2 = shapely.area(shapes)
    per_planar = np.divide(area_m2, planar_m2, out=np.ones(len(shapes)), where=planar_m2 > 0)
    return Extents(area_m2, per_planar, np.array([_uneven(shape, crs) for shape in shapes]))


def _uneven(shape: shapely.Geometry, crs: str) -> float:
    """By what share the scale of areas differs over a polygon's box, at most."""
    if shapely.is_empty(shape):
        return 0.0
    west, south, east, north = shapely.bounds(shape).tolist()
    x, y = np.meshgrid(np.linspace(west, east, SAMPLES), np.linspace(south, north, SAMPLES))
    lon, lat = transformer(crs, WIRE).transform(x.ravel(), y.ravel())
    scale = np.asarray(Proj(crs).get_factors(lon, lat).areal_scale)
    return float(scale.max() / scale.min() - 1)

"""An outline cut with the features of a layer, in the metric system."""

from typing import NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.area import areas_m2
from geo.landuse.outline import Outline
from geo.landuse.width import noise, widths_m
from layers.crs import Geometries

__all__ = ["TOLERANCE_M", "Pieces", "cut", "difference", "polygonal", "union"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Booleans = NDArray[np.bool_]
TOLERANCE_M = 0.5
"""How far surveys of the same line may lie apart where nothing else is said."""
GRID_M = 1e-4
"""Where exact overlays fail, vertices are put on a grid of this size: a tenth of what counts as noise."""


class Pieces(NamedTuple):
    """k pieces, one for each feature that shares area with the outline; by feature, ascending.

    feature: its place among those given; shape: what they share; area_m2: on the ellipsoid; width_m: the largest disc
    inside, inf where it is no less than twice the tolerance; sliver: where it is less. mended: the feature was no valid
    polygon in metres, or could only be cut on a grid of 0.1 mm: its piece may differ by that.
    """

    feature: Indices
    shape: Geometries
    area_m2: Floats
    width_m: Floats
    sliver: Booleans
    mended: Booleans

    def take(self, index: Indices | Booleans) -> Self:
        """The pieces at these places, in this order."""
        return type(self)(*(column[index] for column in self))


def cut(outline: Outline, features: Geometries, tolerance_m: float, system: str) -> Pieces:
    """What the outline shares with each feature. Features that only touch it, at a line or a point, give no piece.

    features: (n,) polygons or multipolygons in metres, None and empty ones share nothing. Those wholly inside are not cut.

    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> fields = np.array([shapely.box(545_000 + x, 3_380_000, 545_060 + x, 3_380_100) for x in (10, 70, 100)])
    >>> pieces = cut(outline, fields, 0.5, "EPSG:4547")
    >>> pieces.feature.tolist(), pieces.area_m2.round().tolist()
    ([0, 1], [6000.0, 3000.0])
    """
    shapely.prepare(outline.shape)
    near = np.flatnonzero(shapely.intersects(outline.shape, features))
    inside = shapely.covers(outline.shape, features[near])
    shapes = features[near]
    mended = np.zeros(len(near), dtype=bool)
    shapes[~inside], mended[~inside] = _intersections(outline.shape, shapes[~inside])
    shapes, kept = polygonal(shapes)
    return _measured(near[kept], shapes[kept], mended[kept], tolerance_m, system)


def _measured(feature: Indices, shapes: Geometries, mended: Booleans, tolerance_m: float, system: str) -> Pieces:
    width_m = widths_m(shapes, tolerance_m)
    return Pieces(feature, shapes, areas_m2(shapes, system), width_m, width_m < 2 * tolerance_m, mended)


def polygonal(shapes: Geometries) -> tuple[Geometries, Booleans]:
    """(n,) the shapes without lines, points and parts thinner than a millimetre; and which have anything left."""
    shapes = np.array(shapes, dtype=object)
    parts, shape = shapely.get_parts(shapes, return_index=True)
    good = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~noise(parts)
    left = np.bincount(shape[good], minlength=len(shapes))
    for each in np.flatnonzero(left != np.bincount(shape, minlength=len(shapes))):
        shapes[each] = shapely.multipolygons(parts[good & (shape == each)])
    return shapes, left > 0


def _intersections(outline: shapely.Geometry, shapes: Geometries) -> tuple[Geometries, Booleans]:
    """What each shares with the outline, and which had to be mended for it."""
    try:
        return np.asarray(shapely.intersection(outline, shapes), dtype=object), np.zeros(len(shapes), dtype=bool)
    except shapely.errors.GEOSException:
        found = [_intersection(outline, shape) for shape in shapes]
        cuts = np.full(len(shapes), None, dtype=object)
        cuts[:] = [piece for piece, _ in found]
        return cuts, np.array([mended for _, mended in found], dtype=bool)


def _intersection(outline: shapely.Geometry, shape: shapely.Geometry) -> tuple[shapely.Geometry, bool]:
    mended = not shapely.is_valid(shape)
    valid = shapely.make_valid(shape, method="structure", keep_collapsed=False) if mended else shape
    try:
        return shapely.intersection(outline, valid), mended
    except shapely.errors.GEOSException:
        return shapely.intersection(outline, valid, grid_size=GRID_M), True


def union(shapes: Geometries) -> shapely.Geometry:
    """All the shapes as one; an empty one of none. Where rounding defeats GEOS, on a grid of 0.1 mm.

    >>> union(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])).area
    2.0
    """
    if len(shapes) == 1:
        return shapes[0]
    try:
        return shapely.union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapely.make_valid(shapes), grid_size=GRID_M)


def difference(shape: shapely.Geometry, less: shapely.Geometry) -> shapely.Geometry:
    """The shape without the other. Where rounding defeats GEOS, on a grid of 0.1 mm.

    >>> difference(shapely.box(0, 0, 2, 1), shapely.box(1, 0, 2, 1)).area
    1.0
    """
    try:
        return shapely.difference(shape, less)
    except shapely.errors.GEOSException:
        return shapely.difference(shapely.make_valid(shape), shapely.make_valid(less), grid_size=GRID_M)

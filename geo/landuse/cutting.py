"""An outline cut with the features of a layer, in the metric system; and what comes near it."""

from typing import NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.area import areas_m2
from geo.landuse.depth import deep
from geo.landuse.outline import Outline
from geo.landuse.overlay import intersections, polygonal
from geo.landuse.width import widths_m
from layers.crs import Geometries

__all__ = ["TOLERANCE_M", "Pieces", "Touched", "cut", "edge_near_m", "touched"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Booleans = NDArray[np.bool_]
TOLERANCE_M = 0.5
"""How far surveys of the same line may lie apart where nothing else is said."""


class Pieces(NamedTuple):
    """k pieces, one for each feature that shares area with the outline; by feature, ascending.

    feature: its place among those given; shape: what they share; area_m2: on the ellipsoid; width_m: the largest disc
    inside, inf where it is no less than twice the tolerance; sliver: it would vanish, moved by that (depth.py).
    """

    feature: Indices
    shape: Geometries
    area_m2: Floats
    width_m: Floats
    sliver: Booleans

    def take(self, index: Indices | Booleans) -> Self:
        """The pieces at these places, in this order."""
        return self._replace(**{name: getattr(self, name)[index] for name in self._fields})


class Touched(NamedTuple):
    """What of a layer an outline touches: the pieces it shares; and what it shares nothing with but comes near to.

    near: places of features, near_m: how far they are, under the tolerance; ascending.
    """

    pieces: Pieces
    near: Indices
    near_m: Floats

    @property
    def features(self) -> Indices:
        """The places of all these features, ascending."""
        return np.union1d(self.pieces.feature, self.near)


def cut(outline: Outline, features: Geometries, tolerance_m: float, system: str) -> Pieces:
    """What the outline shares with each feature. Features that only touch it, at a line or a point, give no piece.

    features: (n,) valid polygons or multipolygons, metres; None and empty ones share nothing. Those wholly inside are
    not cut.

    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> fields = np.array([shapely.box(545_000 + x, 3_380_000, 545_060 + x, 3_380_100) for x in (10, 70, 100)])
    >>> pieces = cut(outline, fields, 0.5, "EPSG:4547")
    >>> pieces.feature.tolist(), pieces.area_m2.round().tolist()
    ([0, 1], [6000.0, 3000.0])
    """
    shapely.prepare(outline.shape)
    near = np.flatnonzero(shapely.intersects(outline.shape, features))
    inside = np.asarray(shapely.covers(outline.shape, features[near]))
    shapes, kept = features[near], inside.copy()
    shapes[~inside], kept[~inside] = polygonal(intersections(outline.shape, shapes[~inside]))
    shapes = shapes[kept]
    width_m = widths_m(shapes, tolerance_m)
    sliver = width_m < 2 * tolerance_m
    whole = np.full(int(sliver.sum()), outline.shape, dtype=object)
    makers = whole, features[near[kept][sliver]]
    sliver[sliver] = ~np.any([deep(shapes[sliver], each, tolerance_m) for each in makers], axis=0)
    return Pieces(near[kept], shapes, areas_m2(shapes, system), width_m, sliver)


def touched(outline: Outline, features: Geometries, tolerance_m: float, system: str) -> Touched:
    """What of a layer the outline touches.

    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> plots = np.array([shapely.box(545_000 + x, 3_380_000, 545_050 + x, 3_380_100) for x in (-10, 100.2)])
    >>> found = touched(outline, plots, 0.5, "EPSG:4547")
    >>> found.pieces.feature.tolist(), found.near.tolist(), found.near_m.round(3).tolist()
    ([0], [1], [0.2])
    """
    pieces = cut(outline, features, tolerance_m, system)
    others = np.setdiff1d(np.arange(len(features)), pieces.feature, assume_unique=True)
    near = others[shapely.dwithin(outline.shape, features[others], tolerance_m)]
    near_m = np.asarray(shapely.distance(outline.shape, features[near]))
    return Touched(pieces, near[near_m < tolerance_m], near_m[near_m < tolerance_m])


def edge_near_m(outline: Outline, area: shapely.Geometry, tolerance_m: float) -> float | None:
    """How far an outline within an area is from the area's edge, m, where that is less than the tolerance; else None.

    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> edge_near_m(outline, shapely.buffer(outline.shape, 0.25), 0.5)
    0.25
    >>> edge_near_m(outline, shapely.buffer(outline.shape, 0.75), 0.5) is None
    True
    """
    shapely.prepare(outline.shape)
    edge = shapely.boundary(area)
    if not shapely.dwithin(outline.shape, edge, np.nextafter(tolerance_m, 0)):
        return None
    return float(shapely.distance(outline.shape, edge))

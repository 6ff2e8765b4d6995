"""Overlays in the plane that do not fail: without what is no area, big shapes clipped first, on a grid at the last."""

from typing import Protocol, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException

from geo.landuse.width import NOISE_M, noise
from layers.crs import Geometries

__all__ = ["NOTHING", "clipped", "coverage", "difference", "intersections", "polygonal", "ready", "union", "valid"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
NOTHING = shapely.MultiPolygon()
GRID_M = NOISE_M / 10
"""Where exact overlays fail, vertices are put on a grid of this size."""
MARGIN_M = 1.0
"""So far around what is of interest the edge of a clip lies: it must not come near to any vertex there."""
FEW = 256
"""Vertices of a shape that is cut as it is: fewer cost less than the overlay's own overhead."""
SAME_M2 = 1e-4
"""Areas of a coverage that differ by less are the same: rounding is a thousandth of it over a district."""


class Overlay(Protocol):
    """shapely.intersection, shapely.difference."""

    def __call__(self, a: shapely.Geometry, b: shapely.Geometry, grid_size: float | None = None) -> shapely.Geometry:
        """What the overlay gives of two geometries."""
        ...


def polygonal(shapes: Geometries) -> tuple[Geometries, Booleans]:
    """(n,) the shapes without lines, points and parts thinner than a millimetre; and which have anything left.

    >>> line = shapely.LineString([(0, 0), (1, 1)])
    >>> found, left = polygonal(np.array([shapely.GeometryCollection([shapely.box(0, 0, 1, 1), line]), line, None]))
    >>> [shape.geom_type for shape in found], left.tolist()
    (['MultiPolygon', 'MultiPolygon', 'MultiPolygon'], [True, False, False])
    """
    shapes = np.array(shapes, dtype=object)
    plain = (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(shapes)
    plain[plain] = ~noise(shapes[plain])
    mixed = np.flatnonzero(~plain)
    parts, shape = shapely.get_parts(shapes[mixed], return_index=True)
    good = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~noise(parts)
    for place, each in enumerate(mixed):
        shapes[each] = shapely.multipolygons(parts[good & (shape == place)])
    left = plain
    left[mixed] = np.bincount(shape[good], minlength=len(mixed)) > 0
    return shapes, left


def valid(shapes: Geometries) -> tuple[Geometries, Booleans]:
    """(n,) the shapes, repaired where they are not valid (a valid shape in degrees may not be so in metres); and where.

    >>> bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    >>> found, mended = valid(np.array([bow_tie, shapely.box(0, 0, 1, 1), None]))
    >>> found[0].area, mended.tolist()
    (0.5, [True, False, False])
    """
    broken = ~(shapely.is_valid(shapes) | shapely.is_missing(shapes))
    if not broken.any():
        return shapes, broken
    sound = shapes.copy()
    sound[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return sound, broken


def ready(shapes: Geometries, box: Floats) -> tuple[Geometries, Booleans]:
    """(n,) the shapes fit to be cut within a box (4,): valid, no larger than need be; and which were repaired.

    Shapes away from the box stay as they are.

    >>> fields, mended = ready(np.array([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])]), np.array([0, 0, 1, 1]))
    >>> fields[0].is_valid, mended.tolist()
    (True, [True])
    """
    low, high = shapely.bounds(shapes)[:, :2], shapely.bounds(shapes)[:, 2:]
    near = np.flatnonzero((low <= box[2:]).all(axis=1) & (high >= box[:2]).all(axis=1))
    fit = shapes.copy()
    for each in near[shapely.get_num_coordinates(shapes[near]) > FEW]:
        fit[each] = clipped(shapes[each], box)
    mended = np.zeros(len(shapes), dtype=bool)
    fit[near], mended[near] = valid(fit[near])
    return fit, mended


def clipped(shape: shapely.Geometry, box: Floats, few: int = FEW) -> shapely.Geometry:
    """What of a valid shape matters within a box (4,): the shape, or where it has many vertices a part of it that is
    the same there and within MARGIN_M around.

    >>> lake = shapely.Point(0, 0).buffer(50, quad_segs=999)
    >>> int(shapely.get_num_coordinates(clipped(lake, np.array([40, -1, 60, 1]))))
    56
    """
    if shapely.get_num_coordinates(shape) <= few:
        return shape
    part = _clip(shape, box)
    return part if part is not None and shapely.is_valid(part) else _clip_surely(shape, box)


def _clip(shape: shapely.Geometry, box: Floats) -> shapely.Geometry | None:
    """The part within the box and its margin as GEOS clips it: fast, but not surely valid."""
    low, high = box[:2] - MARGIN_M, box[2:] + MARGIN_M
    own = shapely.bounds(shape)
    if (own[:2] >= low).all() and (own[2:] <= high).all():
        return shape
    try:
        return shapely.clip_by_rect(shape, *(float(side) for side in (*low, *high)))
    except GEOSException:
        return None


def _clip_surely(shape: shapely.Geometry, box: Floats) -> shapely.Geometry:
    return _retried(shapely.intersection, shape, shapely.box(*(box + MARGIN_M * np.array([-1, -1, 1, 1]))))


def intersections(shape: shapely.Geometry, others: Geometries) -> Geometries:
    """(n,) what a shape shares with each other, all valid; whatever comes of it, lines and points, too.

    A shape of many vertices is clipped to halves of the others again and again: else each would look at all of it.

    >>> found = intersections(shapely.box(0, 0, 4, 4), np.array([shapely.box(3, 3, 9, 9), shapely.box(5, 5, 9, 9)]))
    >>> shapely.area(found).tolist()
    [1.0, 0.0]
    """
    found = np.empty(len(others), dtype=object)
    boxes = shapely.bounds(others)
    waiting = [(shape, np.arange(len(others)))] if len(others) else []
    while waiting:
        whole, places = waiting.pop()
        box = np.concatenate([boxes[places, :2].min(axis=0), boxes[places, 2:].max(axis=0)])
        part = whole if shapely.get_num_coordinates(whole) <= FEW else _clip(whole, box)
        if part is None or len(places) == 1 or shapely.get_num_coordinates(part) <= FEW:
            if part is None or not (part is shape or shapely.is_valid(part)):
                part = _clip_surely(shape, box)
            found[places] = _shared(part, others[places])
        else:
            middle = boxes[places, :2] + boxes[places, 2:]
            along = int(np.argmax(np.ptp(middle, axis=0)))
            for half in np.array_split(places[np.argsort(middle[:, along], kind="stable")], 2):
                waiting.append((part, half))
    return found


def _shared(shape: shapely.Geometry, others: Geometries) -> Geometries:
    try:
        return np.asarray(shapely.intersection(shape, others), dtype=object)
    except GEOSException:
        found = np.empty(len(others), dtype=object)
        found[:] = [_retried(shapely.intersection, shape, other) for other in others]
        return found


def union(shapes: Geometries, *, grid_m: float | None = None) -> shapely.Geometry:
    """All the shapes as one; an empty one of none. grid_m: slits that are thinner close up.

    >>> union(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])).area
    2.0
    """
    if len(shapes) == 1:
        return cast(shapely.Geometry, shapes[0])
    try:
        whole: shapely.Geometry = shapely.union_all(shapes, grid_size=grid_m)
    except GEOSException:
        whole = shapely.union_all(shapely.make_valid(shapes), grid_size=grid_m or GRID_M)
    return whole


def coverage(shapes: Geometries) -> shapely.Geometry | None:
    """The union of shapes that lie edge to edge with the same vertices on both sides; None where they do not.

    Edges that occur twice cancel, so that the rest bounds what is covered an odd number of times. Where that is a valid
    shape as large as all shapes together, nothing is covered twice: it is less than their sum by twice what is.

    >>> coverage(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])).area
    2.0
    >>> coverage(np.array([shapely.box(0, 0, 1, 1), shapely.box(0.5, 0, 2, 1)])) is None
    True
    """
    try:
        whole = shapely.coverage_union_all(shapes)
    except GEOSException:
        return None
    same = abs(shapely.area(whole) - shapely.area(shapes).sum()) < SAME_M2
    return whole if bool(same) and bool(shapely.is_valid(whole)) else None


def difference(shape: shapely.Geometry, less: shapely.Geometry) -> shapely.Geometry:
    """The shape without the other.

    >>> difference(shapely.box(0, 0, 2, 1), shapely.box(1, 0, 2, 1)).area
    1.0
    """
    return _retried(shapely.difference, shape, less)


def _retried(overlay: Overlay, one: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry:
    try:
        return overlay(one, other)
    except GEOSException:
        return overlay(shapely.make_valid(one), shapely.make_valid(other), grid_size=GRID_M)

"""Polygons made ready for compiled code: checked, their edges with the inside to the left, found by level bands."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.errors import BadGeometry

__all__ = ["Outlines", "edges_of", "outlines_of", "polygons"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Geometries = NDArray[np.object_]
AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
WIDER_M = 1e-6
"""How much further than its edges a band looks: rounding must not lose an edge that ends on its border."""


class Outlines(NamedTuple):
    """n polygons: their boxes, edges and bands.

    boxes: (n, 4), NaN where empty; edges: (e, 4) x0, y0, x1, y1, the inside to the left; edge_starts: (n + 1,).
    Polygon i has bands from south to north, each band_m[i] high, numbered band_starts[i] … band_starts[i + 1] - 1;
    the edges that reach into band b are members[member_starts[b]:member_starts[b + 1]].
    """

    boxes: Floats
    edges: Floats
    edge_starts: Indices
    band_m: Floats
    band_starts: Indices
    members: Indices
    member_starts: Indices


def polygons(geometries: Sequence[shapely.Geometry | None] | Geometries) -> Geometries:
    """(n,) the same polygons, the inside to the left of every edge. Empty ones and None stay.

    Raises BadGeometry, with the number and the remedy, for what is no polygon, and for what is not valid.

    >>> [shape.geom_type for shape in polygons([shapely.box(0, 0, 1, 1)])]
    ['Polygon']
    """
    given = np.empty(len(geometries), dtype=object)
    given[:] = geometries
    wrong = ~np.isin(shapely.get_type_id(given), (-1, *AREAL))
    if wrong.any():
        kind = given[wrong.argmax()].geom_type
        raise BadGeometry(f"第 {wrong.argmax() + 1} 个图形是 {kind},应为面:请改为面,或按点、线计算。")
    far = ~np.isfinite(np.nan_to_num(shapely.bounds(given))).all(axis=1)
    broken = ~shapely.is_missing(given) & (~shapely.is_valid(given) | far)
    if broken.any():
        why = shapely.is_valid_reason(given[broken.argmax()])
        raise BadGeometry(f"第 {broken.argmax() + 1} 个面自相交或环未正确闭合({why}):请修复后再算。")
    return np.asarray(shapely.orient_polygons(shapely.force_2d(given)), dtype=object)


def outlines_of(shapes: Geometries) -> Outlines:
    """The outlines of polygons that `polygons` let through. Empty ones and None have no edges.

    >>> outlines_of(polygons([shapely.box(0, 0, 2, 1), None])).edge_starts.tolist()
    [0, 4, 4]
    """
    edges, count = edges_of(shapes)
    boxes = np.asarray(shapely.bounds(shapes), dtype=np.float64).reshape(-1, 4)
    return Outlines(boxes, edges, _starts(count), *_bands(boxes, edges, count))


def edges_of(shapes: Geometries) -> tuple[Floats, Indices]:
    """(e, 4) x0, y0, x1, y1 of all edges of polygons, one polygon after another; (n,) how many each has.

    >>> edges_of(np.array([shapely.box(0, 0, 2, 1), None]))[1].tolist()
    [4, 0]
    """
    parts, shape = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero((np.diff(ring) == 0) & (np.diff(xy, axis=0) != 0).any(axis=1))
    edges = np.ascontiguousarray(np.hstack([xy[joined], xy[joined + 1]]))
    return edges, np.bincount(shape[part[ring[joined]]], minlength=len(shapes))


def _bands(boxes: Floats, edges: Floats, count: Indices) -> tuple[Floats, Indices, Indices, Indices]:
    """As many bands as the root of the number of edges: few members each, yet few in all where edges are long."""
    bands = np.ceil(np.sqrt(count)).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        band_m = np.maximum((boxes[:, 3] - boxes[:, 1]) / bands, WIDER_M)
    starts = _starts(bands)
    shape = np.repeat(np.arange(len(boxes)), count)
    south, high = boxes[shape, 1], band_m[shape]
    low, most = (np.sort(edges[:, [1, 3]], axis=1) + np.array([-WIDER_M, WIDER_M])).T
    first, last = (np.clip(np.floor((y - south) / high).astype(np.int64), 0, bands[shape] - 1) for y in (low, most))
    spans = last - first + 1
    edge = np.repeat(np.arange(len(edges)), spans)
    band = starts[shape[edge]] + first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(spans) - spans, spans)
    order = np.argsort(band, kind="stable")
    return band_m, starts, edge[order], _starts(np.bincount(band, minlength=starts[-1]))


def _starts(count: Indices) -> Indices:
    return np.append(0, np.cumsum(count)).astype(np.int64)

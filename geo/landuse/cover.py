"""Whether the base layer covers the outline once: gaps (未覆盖) and overlaps (重叠), which make every sum uncertain.

Under an outline, outline = Σ pieces − counted twice + gaps. What is left is the remainder: rounding, and faults
thinner than a millimetre (width.py), as straight edges give that have a vertex on one side only. It stays within 1 m²
unless there are kilometres of those.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.area import areas_m2
from geo.landuse.cutting import Pieces, Touched, edge_near_m
from geo.landuse.outline import Outline
from geo.landuse.overlay import coverage, difference, polygonal, union
from geo.landuse.width import NOISE_M, widths_m
from layers.crs import Geometries

__all__ = ["BaseFaults", "Faults", "base_faults"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Booleans = NDArray[np.bool_]
UNSEEN_M2 = 0.05
"""Gaps are looked for when more than this of the outline is missing: no disc of 13 cm fits in less."""
ROUNDING_M2 = 1e-4


class Faults(NamedTuple):
    """n faults: polygons in metres, the largest first, with area, width (inf where no sliver) and whether a sliver.

    features: (n, 2) the places of the two overlapping features; (n, 0) of gaps.
    """

    shape: Geometries
    area_m2: Floats
    width_m: Floats
    sliver: Booleans
    features: Indices


class BaseFaults(NamedTuple):
    """gap_m2: what no feature covers; overlap_m2: what is counted too often (twice for three features on one spot).

    remainder_m2 = outline − Σ pieces + overlap_m2 − gap_m2. gaps and overlaps: with their slivers. gap_near_m: how far
    the nearest gap is, where there is none and that is less than the tolerance; else None.
    """

    gaps: Faults
    overlaps: Faults
    gap_m2: float
    overlap_m2: float
    remainder_m2: float
    gap_near_m: float | None


def base_faults(outline: Outline, features: Geometries, found: Touched, tolerance_m: float, system: str) -> BaseFaults:
    """The gaps and overlaps of features under an outline; where there are none, all of it is one gap.

    features: (n,) valid shapes, metres; found: what `touched` found of them.

    >>> from geo.landuse.cutting import touched
    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> fields = np.array([shapely.box(545_000 + x, 3_380_000, 545_050 + x, 3_380_100) for x in (-10, 30)])
    >>> faults = base_faults(outline, fields, touched(outline, fields, 0.5, "EPSG:4547"), 0.5, "EPSG:4547")
    >>> round(faults.gap_m2), round(faults.overlap_m2), faults.overlaps.features.tolist()
    (2000, 1000, [[0, 1]])
    """
    around, pieces = features[found.features], found.pieces
    together = coverage(around)
    overlaps = _none() if together is not None else _overlaps(features, pieces, tolerance_m, system)
    twice_m2, twice_plane_m2 = _counted_twice(pieces, overlaps, system)
    missing_m2 = shapely.area(outline.shape) - shapely.area(pieces.shape).sum() + twice_plane_m2
    gaps = _none()
    if missing_m2 > max(min(UNSEEN_M2, tolerance_m**2 / 4), ROUNDING_M2):
        covered = union(pieces.shape) if together is None else together
        gaps = _gaps(outline, covered, tolerance_m, system)
    gap_m2 = float(gaps.area_m2.sum())
    near_m = None if len(gaps.shape) else _gap_near_m(outline, around, together, tolerance_m)
    remainder_m2 = outline.area_m2 - float(pieces.area_m2.sum()) + twice_m2 - gap_m2
    return BaseFaults(gaps, overlaps, gap_m2, twice_m2, remainder_m2, near_m)


def _overlaps(features: Geometries, pieces: Pieces, tolerance_m: float, system: str) -> Faults:
    """What pieces share with one another, pair by pair."""
    one, other = _pairs(features[pieces.feature], pieces.shape)
    shared, kept = polygonal(shapely.intersection(pieces.shape[one], pieces.shape[other]))
    return _faults(shared[kept], pieces.feature[np.column_stack([one, other])[kept]], tolerance_m, system)


def _pairs(features: Geometries, pieces: Geometries) -> tuple[Indices, Indices]:
    """Which pieces have more in common than their edges, the lower place first."""
    # Of two that overlap, at least one has an edge that is not the other's, too.
    odd = ~shapely.is_empty(shapely.coverage_invalid_edges(features))
    one, other = shapely.STRtree(pieces).query(pieces)
    asked = (one < other) & (odd[one] | odd[other])
    one, other = one[asked], other[asked]
    boxes = shapely.bounds(pieces)
    common = np.minimum(boxes[one, 2:], boxes[other, 2:]) - np.maximum(boxes[one, :2], boxes[other, :2])
    deep = (common > NOISE_M).all(axis=1)
    one, other = one[deep], other[deep]
    share = shapely.relate_pattern(pieces[one], pieces[other], "2********")
    return one[share], other[share]


def _counted_twice(pieces: Pieces, overlaps: Faults, system: str) -> tuple[float, float]:
    """How much more the pieces add up to than they cover, on the ellipsoid and in the plane, m²."""
    involved = np.searchsorted(pieces.feature, np.unique(overlaps.features))
    if not len(involved):
        return 0.0, 0.0
    together = union(pieces.shape[involved])
    twice_m2 = pieces.area_m2[involved].sum() - areas_m2(np.array([together]), system)[0]
    return float(twice_m2), float(shapely.area(pieces.shape[involved]).sum() - shapely.area(together))


def _gaps(outline: Outline, covered: shapely.Geometry, tolerance_m: float, system: str) -> Faults:
    left, _ = polygonal(np.array([difference(outline.shape, covered)]))
    return _faults(shapely.get_parts(left), np.empty((0, 0), dtype=np.int64), tolerance_m, system)


def _gap_near_m(
    outline: Outline, around: Geometries, together: shapely.Geometry | None, tolerance_m: float
) -> float | None:
    """How far an outline that is covered is from where nothing is, where that is less than the tolerance."""
    if together is not None and edge_near_m(outline, together, tolerance_m) is None:
        return None
    # The edge may be that of a slit thinner than a millimetre: on a grid of that size it closes.
    return edge_near_m(outline, union(around, grid_m=NOISE_M), tolerance_m)


def _none() -> Faults:
    none = np.zeros(0)
    return Faults(np.empty(0, dtype=object), none, none, np.zeros(0, bool), np.empty((0, 2), dtype=np.int64))


def _faults(shapes: Geometries, features: Indices, tolerance_m: float, system: str) -> Faults:
    area_m2 = areas_m2(shapes, system)
    order = np.argsort(-area_m2, kind="stable")
    width_m = widths_m(shapes[order], tolerance_m)
    pairs = features[order] if features.size else np.empty((len(shapes), 0), dtype=np.int64)
    return Faults(shapes[order], area_m2[order], width_m, width_m < 2 * tolerance_m, pairs)

"""Whether the base layer covers the outline once: gaps (未覆盖) and overlaps (重叠), which make every sum uncertain.

Under an outline, exactly: outline = Σ pieces − counted twice + gaps. What is left is the remainder: rounding, and faults thinner
than a millimetre (width.py), which straight edges give that have a vertex on one side only. It stays within 1 m² unless there
are very many of those, and the sentence of the check then says so.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.area import areas_m2
from geo.landuse.cutting import Pieces, difference, polygonal, union
from geo.landuse.outline import Outline
from geo.landuse.width import NOISE_M, widths_m
from layers.crs import Geometries

__all__ = ["BaseFaults", "Faults", "base_faults"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Booleans = NDArray[np.bool_]
UNSEEN_M2 = 0.05
"""Gaps are looked for when so much of the outline is missing; below, no disc of 13 cm fits in all of them together."""


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

    remainder_m2 = outline − Σ pieces + overlap_m2 − gap_m2. gaps and overlaps: with their slivers. near_gap: there is no
    gap, but there would be, had the outline moved by less than the tolerance.
    """

    gaps: Faults
    overlaps: Faults
    gap_m2: float
    overlap_m2: float
    remainder_m2: float
    near_gap: bool = False


def base_faults(outline: Outline, pieces: Pieces, tolerance_m: float, system: str) -> BaseFaults:
    """The gaps and overlaps of the pieces under an outline; without pieces all of it is one gap.

    >>> from geo.landuse.cutting import cut
    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> fields = np.array([shapely.box(545_000 + x, 3_380_000, 545_050 + x, 3_380_100) for x in (-10, 30)])
    >>> found = base_faults(outline, cut(outline, fields, 0.5, "EPSG:4547"), 0.5, "EPSG:4547")
    >>> round(found.gap_m2), round(found.overlap_m2), found.overlaps.features.tolist(), abs(found.remainder_m2) < 1e-6
    (2000, 1000, [[0, 1]], True)
    """
    overlaps = _overlaps(pieces, tolerance_m, system)
    twice_m2, twice_plane_m2 = _counted_twice(pieces, overlaps, system)
    missing_m2 = shapely.area(outline.shape) - shapely.area(pieces.shape).sum() + twice_plane_m2
    sought = missing_m2 > min(UNSEEN_M2, tolerance_m**2 / 4)
    gaps = _gaps(outline, pieces, tolerance_m, system) if sought else _faults(np.empty(0, object), None, 0.0, system)
    gap_m2 = float(gaps.area_m2.sum())
    remainder_m2 = outline.area_m2 - float(pieces.area_m2.sum()) + twice_m2 - gap_m2
    return BaseFaults(gaps, overlaps, gap_m2, twice_m2, remainder_m2)


def _overlaps(pieces: Pieces, tolerance_m: float, system: str) -> Faults:
    """What pieces share with one another, pair by pair."""
    one, other = _pairs(pieces.shape)
    shared, kept = polygonal(shapely.intersection(pieces.shape[one], pieces.shape[other]))
    return _faults(shared[kept], pieces.feature[np.column_stack([one, other])[kept]], tolerance_m, system)


def _pairs(shapes: Geometries) -> tuple[Indices, Indices]:
    """Which shapes have more in common than their edges, the lower place first."""
    one, other = shapely.STRtree(shapes).query(shapes)
    one, other = one[one < other], other[one < other]
    boxes = shapely.bounds(shapes)
    common = np.minimum(boxes[one, 2:], boxes[other, 2:]) - np.maximum(boxes[one, :2], boxes[other, :2])
    deep = (common > NOISE_M).all(axis=1)
    one, other = one[deep], other[deep]
    share = shapely.relate_pattern(shapes[one], shapes[other], "2********")
    return one[share], other[share]


def _counted_twice(pieces: Pieces, overlaps: Faults, system: str) -> tuple[float, float]:
    """How much more the pieces add up to than they cover, on the ellipsoid and in the plane, m²."""
    involved = np.searchsorted(pieces.feature, np.unique(overlaps.features))
    if not len(involved):
        return 0.0, 0.0
    together = union(pieces.shape[involved])
    twice_m2 = pieces.area_m2[involved].sum() - areas_m2(np.array([together]), system)[0]
    return float(twice_m2), float(shapely.area(pieces.shape[involved]).sum() - shapely.area(together))


def _gaps(outline: Outline, pieces: Pieces, tolerance_m: float, system: str) -> Faults:
    left = difference(outline.shape, union(pieces.shape))
    parts = shapely.get_parts(polygonal(np.array([left]))[0])
    return _faults(parts[~shapely.is_empty(parts)], None, tolerance_m, system)


def _faults(shapes: Geometries, features: Indices | None, tolerance_m: float, system: str) -> Faults:
    area_m2 = areas_m2(shapes, system)
    order = np.argsort(-area_m2, kind="stable")
    width_m = widths_m(shapes[order], tolerance_m)
    pairs = np.empty((len(shapes), 0), dtype=np.int64) if features is None else features[order].reshape(-1, 2)
    return Faults(shapes[order], area_m2[order], width_m, width_m < 2 * tolerance_m, pairs)

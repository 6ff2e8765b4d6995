"""How wide a shape is: the diameter of the largest disc inside it. What holds no disc of the tolerance is thin.

A shift by less than the tolerance never takes away what is not thin: where a shape holds a disc of radius t, moving one
of its two makers by less than t leaves the lens of two such discs, at least 1.22 t² of it.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.tangle import wound
from layers.crs import Geometries

__all__ = ["NOISE_M", "noise", "widths_m"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
NOISE_M = 1e-3
"""What is thinner on average comes of rounding and of edges that are straight in another system: below any survey."""
FINE = 1 / 64
"""To this part of the tolerance widths are found."""
HALVINGS = 7
MOST_CLOSE = 300_000
"""Pairs of edges within the tolerance of one another, whose parallels cross: of a comb it would never be seen how it
shrinks, while a disc in it is found in seconds."""
RAGGED = 1.0
"""A polygon whose edges are shorter than so many tolerances shrinks more slowly than its largest disc is found."""


def noise(shapes: Geometries) -> Booleans:
    """(n,) which polygons are empty, or thinner than a millimetre on average (2 × area ÷ perimeter).

    >>> noise(np.array([shapely.box(0, 0, 50, 0.0001), shapely.box(0, 0, 1, 1)])).tolist()
    [True, False]
    """
    return np.asarray(2 * shapely.area(shapes) <= NOISE_M * shapely.length(shapes))


def widths_m(shapes: Geometries, tolerance_m: float) -> Floats:
    """(n,) the diameters, m, of the largest discs inside, where they are under twice the tolerance; else inf.

    shapes: polygons or multipolygons, metres; 0 for an empty one. Found to a hundredth of the tolerance.

    >>> widths_m(np.array([shapely.box(0, 0, 50, 0.5), shapely.box(0, 0, 50, 5)]), 0.5).round(1).tolist()
    [0.5, inf]
    """
    plain = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    wide = plain & _surely_wide(shapes, tolerance_m)
    width_m = np.where(wide, np.inf, 0.0)
    doubtful = np.flatnonzero(~wide)
    polygons, shape = shapely.get_parts(shapes[doubtful], return_index=True)
    np.maximum.at(width_m, doubtful[shape], _of_polygons(polygons, tolerance_m))
    return width_m


def _of_polygons(polygons: Geometries, tolerance_m: float) -> Floats:
    empty = shapely.is_empty(polygons)
    width_m = np.where(empty, 0.0, np.inf)
    doubtful = ~empty & ~_surely_wide(polygons, tolerance_m)
    ragged = shapely.length(polygons) < RAGGED * tolerance_m * shapely.get_num_coordinates(polygons)
    close = [each and wound(polygon, MOST_CLOSE, tolerance_m) for each, polygon in zip(doubtful, polygons, strict=True)]
    ragged |= np.array(close, dtype=bool)
    for some, measured in ((doubtful & ~ragged, _by_shrinking), (doubtful & ragged, _by_disc)):
        radius_m = measured(polygons[some], tolerance_m)
        width_m[some] = np.where(radius_m < tolerance_m, 2 * radius_m, np.inf)
    return width_m


def _by_disc(polygons: Geometries, tolerance_m: float) -> Floats:
    """The radius of a disc inside, the largest one but for FINE of the tolerance: what is called wide is."""
    if not len(polygons):
        return np.empty(0)
    discs = shapely.maximum_inscribed_circle(polygons, tolerance=max(tolerance_m * FINE, NOISE_M / 10))
    return np.asarray(shapely.length(discs))


def _by_shrinking(polygons: Geometries, tolerance_m: float) -> Floats:
    """The distance by which a polygon shrinks to nothing; inf where that is no less than the tolerance."""
    radius_m = np.full(len(polygons), np.inf)
    thin = np.flatnonzero(shapely.is_empty(shapely.buffer(polygons, -tolerance_m)))
    polygons = polygons[thin]
    mean_m = shapely.area(polygons) / shapely.length(polygons)
    low_m = np.where(shapely.get_num_interior_rings(polygons) <= 1, mean_m, 0.0)
    high_m = np.full(len(thin), tolerance_m)
    # A strip is no wider than twice its mean, mostly: so the first guess, then halves.
    guess_m = np.clip(1.1 * mean_m, low_m, high_m)
    for _ in range(HALVINGS if len(thin) else 0):
        gone = shapely.is_empty(shapely.buffer(polygons, -guess_m))
        low_m, high_m = np.where(gone, low_m, guess_m), np.where(gone, guess_m, high_m)
        guess_m = (low_m + high_m) / 2
    radius_m[thin] = np.minimum(guess_m, np.nextafter(tolerance_m, 0))
    return radius_m


def _surely_wide(polygons: Geometries, tolerance_m: float) -> Booleans:
    """Which polygons hold a disc of this radius for certain, from area, perimeter and holes alone.

    The line at depth t is no longer than P + 2 π t (h − 1) with h holes (B. Sz.-Nagy 1959), and the area is its
    integral down to the inradius r: A ≤ r P + π r² (h − 1).
    """
    more_holes = np.maximum(shapely.get_num_interior_rings(polygons) - 1, 0)
    least_m2 = tolerance_m * shapely.length(polygons) + np.pi * tolerance_m**2 * more_holes
    area_m2 = shapely.area(polygons)
    return np.asarray((area_m2 > 0) & (area_m2 >= least_m2))

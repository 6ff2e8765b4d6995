"""Areas on the ellipsoid of shapes whose edges are straight in the metric system.

Edges longer than 100 m are cut there first; between the points that this gives, the edge is a geodesic, as for
pyproj's Geod and PostGIS' geography. The area is the sum over the edges of what lies between each and a parallel.

Let A(φ) be the area of the ellipsoid between that parallel and latitude φ, for each radian of longitude (Snyder 1987,
"Map Projections: A Working Manual", USGS PP 1395, eq. 3-12: the q of the authalic latitude, times b²/2). Under a line
that is straight in (λ, A) lies Δλ (A₁ + A₂) / 2. A geodesic bends away from that line; to the third order of its length
(its second-order deviation by the geodesic equation, integrated, with the bend of A itself) that adds

    Δλ sin φ (e² + 3 n²) / 12        e, n: how far the edge goes east and north, m

for the derivatives of the radii of curvature cancel. For 100 m this is up to 0.01 m² an edge, and what is left out is
under 1e-9 m². The exact integral (Karney 2013, "Algorithms for geodesics", J. Geodesy 87, section 6) gives the same.
"""

from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.crs import STORED, Geometries, known, transformer

__all__ = ["DENSIFY_M", "areas_m2"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Booleans = NDArray[np.bool_]
DENSIFY_M = 100.0
"""Edges longer than this are cut in equal parts before they leave the metric system."""
MOST_POINTS = 5_000_000
"""Beyond, the parts are longer: 500,000 km of edges are no land, and no numbers at all must fill the memory."""


def areas_m2(shapes: Geometries, system: str) -> Floats:
    """(n,) the areas on the CGCS2000 ellipsoid, m², of shapes in metres of a metric system.

    shapes: (n,) polygons or multipolygons; 0 for what is empty, None, a line or a point; NaN where the system does not
    reach. Holes count as holes whatever way their rings turn. Takes rings as they are: what crosses itself has no area,
    repair it first (outline.py).

    >>> square = shapely.box(545_000, 3_380_000, 545_100, 3_380_100)
    >>> [round(float(area), 3) for area in areas_m2(np.array([square, shapely.Point(0, 0), None]), "EPSG:4547")]
    [9999.5, 0.0, 0.0]
    """
    given = _areal(np.asarray(shapes))
    found = np.zeros(len(given))
    areal = np.flatnonzero(shapely.get_num_coordinates(given))
    if len(areal):
        xy, ring, hole, shape = _rings(given[areal])
        xy, ring = _densified(xy, ring)
        with np.errstate(invalid="ignore"):
            ring_m2 = np.abs(_under_edges(*transformer(system, STORED).transform(*xy.T), ring))
        found[areal] = np.bincount(shape, weights=np.where(hole, -ring_m2, ring_m2))
    return found


def _areal(shapes: Geometries) -> Geometries:
    """The shapes as polygons and multipolygons, empty where they are None or have no area."""
    odd = ~np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    if not odd.any():
        return shapes
    areal = shapes.copy()
    for each in np.flatnonzero(odd):
        parts = shapely.get_parts(shapes[each])
        areal[each] = shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return areal


def _rings(shapes: Geometries) -> tuple[Floats, Indices, Booleans, Indices]:
    """The points of all rings, the ring of each point; and of each ring whether it is a hole, and its shape."""
    _, xy, offsets = shapely.to_ragged_array(shapes, include_z=False)
    ring_starts, polygon_starts = offsets[0], offsets[1]
    shape_starts = polygon_starts if len(offsets) == 2 else polygon_starts[offsets[2]]
    count = len(ring_starts) - 1
    hole = np.ones(count, dtype=bool)
    hole[polygon_starts[:-1][np.diff(polygon_starts) > 0]] = False
    shape = np.repeat(np.arange(len(shapes)), np.diff(shape_starts))
    return xy, np.repeat(np.arange(count), np.diff(ring_starts)), hole, shape


def _densified(xy: Floats, ring: Indices) -> tuple[Floats, Indices]:
    """The points with more between them where an edge is longer than DENSIFY_M, equally far apart."""
    step = np.diff(xy, axis=0)
    step[ring[1:] != ring[:-1]] = 0.0
    parts = np.clip(np.ceil(np.hypot(*step.T) / DENSIFY_M), 1, MOST_POINTS).astype(np.int64)
    if (parts == 1).all():
        return xy, ring
    if parts.sum() > MOST_POINTS:
        parts = np.minimum(parts, max(MOST_POINTS // len(xy), 1))
    parts, step = np.append(parts, 1), np.vstack([step, [0.0, 0.0]])
    edge = np.repeat(np.arange(len(xy)), parts)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(parts) - parts, parts)
    return xy[edge] + step[edge] * (nth / parts[edge])[:, None], ring[edge]


def _under_edges(lon: Floats, lat: Floats, ring: Indices) -> Floats:
    """(rings,) the signed areas, m², of closed rings of points in degrees; ring: the number of each point's."""
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    turn = np.radians(lon - lon[first][ring])
    height = np.radians(lat)
    sine = np.sin(height)
    major_m, eccentricity2 = _ellipsoid()
    above_m2 = _from_equator(sine)
    # From a parallel at hand, not the equator: else the 2e13 m² down there would eat the square centimetres.
    above_m2 = above_m2 - above_m2[first][ring]
    curve = 1 - eccentricity2 * sine**2
    east_m_per_rad = major_m * np.sqrt((1 - sine**2) / curve)
    north_m_per_rad = major_m * (1 - eccentricity2) / curve**1.5
    turn_by, rise_by = np.diff(turn), np.diff(height)
    bend = (east_m_per_rad[:-1] * turn_by) ** 2 + 3 * (north_m_per_rad[:-1] * rise_by) ** 2
    strip_m2 = turn_by * ((above_m2[:-1] + above_m2[1:]) / 2 + (sine[:-1] + sine[1:]) / 24 * bend)
    within = ring[1:] == ring[:-1]
    return np.asarray(np.bincount(ring[:-1][within], weights=strip_m2[within], minlength=int(ring[-1]) + 1), float)


def _from_equator(sine: Floats) -> Floats:
    """The area between the equator and latitudes, m² for each radian of longitude; sine: theirs (Snyder 1987, 3-12)."""
    major_m, eccentricity2 = _ellipsoid()
    eccentricity = np.sqrt(eccentricity2)
    q_half = sine / (1 - eccentricity2 * sine**2) + np.arctanh(eccentricity * sine) / eccentricity
    return np.asarray(major_m**2 * (1 - eccentricity2) / 2 * q_half)


@cache
def _ellipsoid() -> tuple[float, float]:
    """Half the major axis, m, and the square of the eccentricity of the stored system's ellipsoid."""
    ellipsoid = known(STORED).ellipsoid
    assert ellipsoid is not None, STORED
    flattening = 1 / ellipsoid.inverse_flattening
    return float(ellipsoid.semi_major_metre), flattening * (2 - flattening)

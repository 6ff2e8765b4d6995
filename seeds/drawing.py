"""Drawing by hand: smooth curves through a few control points, roughened the way real shores and borders are.

Everything is drawn in metres of the metric CRS, from control points in kilometres east and north of ORIGIN.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from layers.crs import METRIC_DEFAULT, STORED, Coordinates, Geometries, project

ORIGIN = (540_000.0, 3_374_000.0)
"""Easting and northing in metres of the point (0, 0) of every sketch."""
GRID_M = 0.01
"""All drawn vertices lie on a grid of one centimetre, so that what touches shares exact coordinates."""
DEGREE_DIGITS = 9
"""Digits kept of a stored degree: a tenth of a millimetre."""

Points = Sequence[tuple[float, float]]
Random = np.random.Generator


def random(*topic: int) -> Random:
    """The one generator of a topic: the same numbers on every run."""
    return np.random.default_rng([420_111_081, *topic])


def metres(points_km: Points) -> Coordinates:
    """Control points in kilometres of the sketch as (n, 2) metres.

    >>> metres([(0, 0), (1, 2)])[1].tolist()
    [541000.0, 3376000.0]
    """
    return np.asarray(points_km, dtype=float) * 1000 + ORIGIN


def curve(points: Coordinates, *, step_m: float = 60, closed: bool = False) -> Coordinates:
    """A Catmull-Rom curve through all points, about one vertex every step_m; the points themselves are kept.

    points: (n, 2) metres. A closed curve repeats its first vertex at the end.

    >>> curve(np.array([[0.0, 0.0], [100.0, 0.0]]), step_m=50).tolist()
    [[0.0, 0.0], [50.0, 0.0], [100.0, 0.0]]
    """
    ring = np.vstack([points, points[:1]]) if closed else points
    before, after = (points[-1], points[1]) if closed else (2 * ring[0] - ring[1], 2 * ring[-1] - ring[-2])
    knots = np.vstack([before, ring, after])
    pieces = [_between(knots[i : i + 4], step_m) for i in range(len(ring) - 1)]
    return np.vstack([*pieces, ring[-1:]])


def _between(knots: Coordinates, step_m: float) -> Coordinates:
    p0, p1, p2, p3 = knots
    count = max(1, round(float(np.hypot(*(p2 - p1))) / step_m))
    t = (np.arange(count) / count)[:, None]
    bend = (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    return np.asarray(p1 + 0.5 * ((p2 - p0) * t + bend))


def roughened(points: Coordinates, rng: Random, *, share: float, least_m: float) -> Coordinates:
    """The line with every segment over least_m broken at a displaced middle, again and again; ends stay.

    share: standard deviation of a displacement, as part of the segment's length (cut at two deviations).
    """
    line = points
    while True:
        step = np.diff(line, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        long = length > least_m
        if not long.any():
            return line
        push = np.clip(rng.normal(0, share, len(step)), -2 * share, 2 * share)[:, None]
        middle = (line[:-1] + line[1:]) / 2 + push * np.column_stack([-step[:, 1], step[:, 0]])
        line = np.insert(line, np.flatnonzero(long) + 1, middle[long], axis=0)


def finger(
    start: Coordinates, heading_rad: float, length_m: float, widths_m: tuple[float, float], bend_rad: float
) -> BaseGeometry:
    """A tapering, slightly bent tongue: a bay when added to a lake, a spit of land when taken away.

    start: (2,) metres; heading: radians from east, counter-clockwise; widths: half widths at root and tip.
    """
    t = np.linspace(0, 1, 6)
    angle = heading_rad + bend_rad * t
    steps = np.column_stack([np.cos(angle), np.sin(angle)]) * length_m / 5
    spine = start + np.vstack([np.zeros(2), np.cumsum(steps[:-1], axis=0)])
    return tongue(spine, np.interp(t, [0, 1], widths_m))


def tongue(spine: Coordinates, half_width_m: NDArray[np.float64]) -> BaseGeometry:
    """The area within half_width_m of each point of a line, joined from point to point."""
    discs = shapely.buffer(shapely.points(spine), half_width_m, quad_segs=4)
    return shapely.union_all(shapely.convex_hull(shapely.union(discs[:-1], discs[1:])))


def rounded(area: BaseGeometry, radius_m: float) -> BaseGeometry:
    """The area with its corners and notches worn to about radius_m."""
    return area.buffer(-radius_m, quad_segs=4).buffer(2 * radius_m, quad_segs=4).buffer(-radius_m, quad_segs=4)


def largest(area: BaseGeometry) -> Polygon:
    """The largest polygon of an area; raises ValueError where there is none."""
    return max((part for part in shapely.get_parts(area) if isinstance(part, Polygon)), key=lambda part: part.area)


def gridded(geometries: BaseGeometry | Iterable[BaseGeometry]) -> Geometries:
    """The geometries with every vertex on the common grid, valid."""
    items = [geometries] if isinstance(geometries, BaseGeometry) else list(geometries)
    return np.asarray(shapely.set_precision(np.array(items, dtype=object), GRID_M))


def stored(geometries: Iterable[BaseGeometry]) -> Geometries:
    """Drawn geometries in the stored CRS, degrees rounded to DEGREE_DIGITS: shared vertices stay shared."""
    degrees = project(np.array(list(geometries), dtype=object), METRIC_DEFAULT, STORED)
    return np.asarray(shapely.transform(degrees, lambda xy: np.round(xy, DEGREE_DIGITS)))


def along(line: LineString, at_m: float) -> tuple[Coordinates, float]:
    """The place at a distance along a line and the heading there, radians from east."""
    here, there = line.interpolate(max(at_m - 5, 0)), line.interpolate(at_m + 5)
    spot = line.interpolate(at_m)
    return np.array([spot.x, spot.y]), float(np.arctan2(there.y - here.y, there.x - here.x))

"""Which points a track came by: how near, when, for how long and how often; surely, nominally and possibly."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.passes import GAP_S, Passes, passes
from geo.coverage.sightings import BOUNDS, Track
from geo.coverage.steps import Steps, reaches, steps_of
from layers.errors import BadGeometry

__all__ = ["PointCoverage", "PointPasses", "places_of", "points_seen"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]
Geometries = NDArray[np.object_]


class PointPasses(NamedTuple):
    """k passes, by point, then in time; the last axis of seen and dwell_s is sure, nominal, possible.

    first_s, last_s: when within the possible reach; nearest_m, nearest_s: how near and when, within the pass;
    seen: (k, 3) whether within reach, be it for an instant; dwell_s: (k, 3) seconds within reach.
    """

    point: Indices
    first_s: Floats
    last_s: Floats
    nearest_m: Floats
    nearest_s: Floats
    seen: Flags
    dwell_s: Floats


class PointCoverage(NamedTuple):
    """What a track was to n points: nearest_m is infinite and nearest_s NaN where there is no track, or no point.

    seen: (n, 3) and dwell_s: (n, 3) of the whole track: sure, nominal, possible.
    """

    nearest_m: Floats
    nearest_s: Floats
    seen: Flags
    dwell_s: Floats
    passes: PointPasses


class _Meetings(NamedTuple):
    """k pairs of a point and a step possibly within its reach: when, how near, for how long."""

    point: Indices
    first_s: Floats
    last_s: Floats
    nearest_m: Floats
    nearest_s: Floats
    seen: Flags
    dwell_s: Floats


def points_seen(
    track: Track, points: Sequence[shapely.Geometry | None] | Geometries, reach_m: float, *, gap_s: float = GAP_S
) -> PointCoverage:
    """How near the track came to each point and when, its dwell within reach, and its passes.

    points: (n,) shapely points, metres. The nearest is exact over the whole track, however far, and the earliest of
    several as near; dwell is exact, each step moving evenly. A point out of the possible reach for longer than gap_s
    has a new pass. An empty point, or None, is never passed. Raises BadGeometry for what is no point, BadInput for
    a track with what is no number.

    >>> went = Track(np.array([-100.0, 100.0]), np.zeros(2), np.array([0.0, 200.0]), np.full(2, 5.0), np.array([0, 2]))
    >>> found = points_seen(went, [shapely.Point(0, 15)], 25.0)
    >>> found.nearest_m.tolist(), found.nearest_s.tolist(), found.dwell_s.round(2).tolist()
    ([15.0], [100.0], [[15.57, 40.0, 59.01]])
    """
    from geo.coverage.encounters import nearest
    from geo.coverage.near import BLOCK, blocks

    xy, steps = places_of(points), steps_of(track)
    nearest_m, share, step = nearest(xy, _ends(steps), blocks(steps.boxes), BLOCK)
    met = step >= 0
    nearest_s = np.full(len(xy), np.nan)
    nearest_s[met] = _at(steps.take(step[met]), share[met])
    found = _meetings(steps, xy, reaches(steps, reach_m))
    dwell_s, seen = np.zeros((len(xy), len(BOUNDS))), np.zeros((len(xy), len(BOUNDS)), dtype=bool)
    np.add.at(dwell_s, found.point, found.dwell_s)
    np.logical_or.at(seen, found.point, found.seen)
    return PointCoverage(nearest_m, nearest_s, seen, dwell_s, _passes(found, gap_s))


def places_of(points: Sequence[shapely.Geometry | None] | Geometries) -> Floats:
    """(n, 2) metres, NaN for a point that is nowhere. Raises BadGeometry, with its number, for what is no point.

    >>> places_of([shapely.Point(1, 2), None]).tolist()
    [[1.0, 2.0], [nan, nan]]
    """
    given = np.empty(len(points), dtype=object)
    given[:] = points
    wrong = ~np.isin(shapely.get_type_id(given), (-1, shapely.GeometryType.POINT))
    if wrong.any():
        raise BadGeometry(
            f"第 {wrong.argmax() + 1} 个图形是 {given[wrong.argmax()].geom_type},应为点:请改为点,或按面、线计算。"
        )
    return np.asarray(shapely.bounds(given)[:, :2], dtype=np.float64)


def _ends(steps: Steps) -> Floats:
    return np.column_stack(steps[:4])


def _at(steps: Steps, share: Floats) -> Floats:
    """The time at a share of the way of each step."""
    return np.asarray(steps.start_s * (1 - share) + steps.end_s * share)


def _meetings(steps: Steps, xy: Floats, reach_m: Floats) -> _Meetings:
    from geo.coverage.encounters import encounters
    from geo.coverage.near import near

    widest_m = reach_m[:, [-1]]
    # A hair more than the reach: the boxes only propose, the closed form decides.
    boxes = steps.boxes + np.hstack([-widest_m, -widest_m, widest_m, widest_m]) * (1 + 1e-9)
    point, step = near(np.hstack([xy, xy]), boxes)
    closest, low, high = encounters(xy, _ends(steps), reach_m, (point, step))
    within = np.flatnonzero(~np.isnan(low[:, -1]))
    met, closest, low, high = steps.take(step[within]), closest[within], low[within], high[within]
    dwell_s = np.nan_to_num(high - low) * (met.end_s - met.start_s)[:, None]
    first_s, last_s, nearest_s = (_at(met, share) for share in (low[:, -1], high[:, -1], closest[:, 1]))
    return _Meetings(point[within], first_s, last_s, closest[:, 0], nearest_s, ~np.isnan(low), dwell_s)


def _passes(found: _Meetings, gap_s: float) -> PointPasses:
    (point, first_s, last_s), home = passes(Passes(found.point, found.first_s, found.last_s), gap_s)
    # The nearest, and of several as near the earliest, comes first within its pass.
    order = np.lexsort((found.nearest_s, found.nearest_m, home))
    best = order[np.flatnonzero(np.diff(home[order], prepend=-1))]
    dwell_s, seen = np.zeros((len(point), len(BOUNDS))), np.zeros((len(point), len(BOUNDS)), dtype=bool)
    np.add.at(dwell_s, home, found.dwell_s)
    np.logical_or.at(seen, home, found.seen)
    return PointPasses(point, first_s, last_s, found.nearest_m[best], found.nearest_s[best], seen, dwell_s)

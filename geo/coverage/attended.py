"""Visits of areas and points, each bound by itself: what was surely, nominally or possibly within reach, and when.

`geo.coverage.areas` and `points` tell a track's visits once, by the possible reach. What is stored must stand by itself
for each bound: a visit by the sure reach begins later, ends earlier, or was none.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.coverage.areas import Areas
from geo.coverage.capsules import capsule_polygons, seen_of
from geo.coverage.near import near
from geo.coverage.passes import GAP_S, Passes, pass_at, passes, summed
from geo.coverage.points import places_of
from geo.coverage.sightings import BOUNDS, Track, Visits, see_all
from geo.coverage.steps import Steps, reaches, steps_of
from geo.coverage.stretches import seen_inside_m

__all__ = ["Attended", "areas_attended", "points_attended"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Geometries = NDArray[np.object_]
Pairs = tuple[Indices, Indices]
SIDES = 32


class Attended(NamedTuple):
    """k visits by one bound, by target, then in time.

    first_s, last_s: when within reach. dwell_s, inside_m: of an area, time and way inside it; of a point, time within
    reach, and 0. distance_m: the nearest, 0 inside. seen_m2, error_m2: area within reach and how far the truth may lie
    from it, NaN where not measured. lines_m: length of lines inside that was seen. seen: the part within reach, never
    too large, drawn with SIDES sides to a disc; None where not measured.
    """

    target: Indices
    first_s: Floats
    last_s: Floats
    dwell_s: Floats
    inside_m: Floats
    distance_m: Floats
    seen_m2: Floats
    error_m2: Floats
    lines_m: Floats
    seen: Geometries


class _Pieces(NamedTuple):
    """k parts of steps within reach, or inside, of targets: which target, which step, the part, and its reach."""

    target: Indices
    steps: Steps
    reach_m: Floats


def areas_attended(
    track: Track, areas: Areas, reach_m: float, *, measured: ArrayLike = True, gap_s: float = GAP_S
) -> dict[str, Attended]:
    """The visits of areas by each bound. measured: (n,) or one for all: whether what is seen of an area is measured and
    drawn, which takes long.

    An area left for longer than gap_s has a new visit; gap_s is two minutes at least where lines count. No legs make no
    visits. Raises BadInput for a track with what is no number.

    >>> went = Track(np.array([0.0, 10.0]), np.zeros(2), np.array([0.0, 10.0]), np.zeros(2), np.array([0, 2]))
    >>> found = areas_attended(went, Areas([shapely.box(20, -5, 60, 5)]), 25.0)["nominal"]
    >>> found.first_s.tolist(), found.distance_m.tolist(), found.seen_m2.round(1).tolist()
    ([0.0], [10.0], [148.3])
    """
    from geo.coverage.clips import inside, within

    steps = steps_of(track)
    every_m = reaches(steps, reach_m)
    ends = np.column_stack(steps[:4])
    # A hair more than the reach: the boxes only propose, the closed form decides.
    widest_m = np.nan_to_num(every_m[:, [-1]], nan=-np.inf) * (1 + 1e-9)
    pairs = near(areas.outlines.boxes, steps.boxes + widest_m * np.array([-1, -1, 1, 1]))
    if not len(pairs[0]):
        return dict.fromkeys(BOUNDS, _nobody())
    there = _cut(steps, every_m, pairs, inside(areas.outlines, ends, pairs))
    lines = see_all(track, areas.lines, [reach_m]) if areas.lines_m.any() else {}
    found = {}
    # The widest first: what it does not reach, the others do not.
    for bound, place in reversed(list(zip(BOUNDS, range(len(BOUNDS)), strict=True))):
        seeing = every_m[:, place] >= 0
        kept = seeing[pairs[1]]
        pairs = pairs[0][kept], pairs[1][kept]
        clipped = within(areas.outlines, ends, np.nan_to_num(every_m[:, place]), pairs)
        near_by = _cut(steps, every_m, pairs, clipped)
        reached = np.unique(clipped[0])
        pairs = pairs[0][reached], pairs[1][reached]
        pieces, within_it = (_Pieces(each.target, each.steps, each.reach_m[:, place]) for each in (near_by, there))
        measures = (np.broadcast_to(measured, len(areas.shapes)), lines.get((reach_m, bound)), gap_s)
        found[bound] = _attended(areas, pieces, _take(within_it, within_it.reach_m >= 0), measures)
    return found


def points_attended(
    track: Track, points: Sequence[shapely.Geometry | None] | Geometries, reach_m: float, *, gap_s: float = GAP_S
) -> dict[str, Attended]:
    """The passes of points by each bound; as `areas_attended`. Raises BadGeometry for what is no point.

    >>> went = Track(np.array([-100.0, 100.0]), np.zeros(2), np.array([0.0, 200.0]), np.full(2, 5.0), np.array([0, 2]))
    >>> found = points_attended(went, [shapely.Point(0, 15)], 25.0)["nominal"]
    >>> found.first_s.tolist(), found.last_s.tolist(), found.dwell_s.tolist(), found.distance_m.tolist()
    ([80.0], [120.0], [40.0], [15.0])
    """
    from geo.coverage.encounters import encounters

    xy, steps = places_of(points), steps_of(track)
    every_m = reaches(steps, reach_m)
    widest_m = every_m[:, [-1]]
    pairs = near(np.hstack([xy, xy]), steps.boxes + np.hstack([-widest_m, -widest_m, widest_m, widest_m]) * (1 + 1e-9))
    if not len(pairs[0]):
        return dict.fromkeys(BOUNDS, _nobody())
    closest, low, high = encounters(xy, np.column_stack(steps[:4]), every_m, pairs)
    found = {}
    for place, bound in enumerate(BOUNDS):
        met = np.flatnonzero(~np.isnan(low[:, place]))
        cut = steps.take(pairs[1][met]).cut(low[met, place], high[met, place])
        visits, home = passes(Passes(pairs[0][met], cut.start_s, cut.end_s), gap_s)
        count, distance_m = len(visits.target), np.full(len(visits.target), np.inf)
        np.minimum.at(distance_m, home, closest[met, 0])
        none, unknown = np.zeros(count), np.full(count, np.nan)
        dwell_s = summed(home, cut.end_s - cut.start_s, count)
        found[bound] = Attended(
            *visits, dwell_s, none, distance_m, unknown, unknown, none, np.full(count, None, dtype=object)
        )
    return found


def _nobody() -> Attended:
    """No visits."""
    none, nothing = np.empty(0), np.empty(0, dtype=object)
    return Attended(np.empty(0, dtype=np.int64), none, none, none, none, none, none, none, none, nothing)


def _cut(steps: Steps, every_m: Floats, pairs: Pairs, clipped: tuple[Indices, Floats, Floats]) -> _Pieces:
    """The parts of steps that a clip answers, with their reaches (k, 3)."""
    pair, low, high = clipped
    step = pairs[1][pair]
    return _Pieces(pairs[0][pair], steps.take(step).cut(low, high), every_m[step])


def _take(pieces: _Pieces, which: NDArray[np.bool_]) -> _Pieces:
    kept = np.flatnonzero(which)
    return _Pieces(pieces.target[kept], pieces.steps.take(kept), pieces.reach_m[kept])


def _attended(
    areas: Areas, pieces: _Pieces, there: _Pieces, measures: tuple[NDArray[np.bool_], Visits | None, float]
) -> Attended:
    """The visits that pieces within reach make. there: the pieces inside; measures: whether measured, lines, gap."""
    measured, lines, gap_s = measures
    visits, home = passes(Passes(pieces.target, pieces.steps.start_s, pieces.steps.end_s), gap_s)
    count = len(visits.target)
    visit = pass_at(visits, there.target, there.steps.start_s)
    dwell_s = summed(visit, there.steps.end_s - there.steps.start_s, count)
    inside_m = summed(visit, there.steps.length_m, count)
    distance_m = _distance_m(areas, pieces, home, np.isin(np.arange(count), visit))
    lines_m = np.zeros(count) if lines is None else seen_inside_m(lines, areas.stretches, visits, len(areas.shapes))[0]
    seen_m2, error_m2, seen = np.full(count, np.nan), np.full(count, np.nan), np.full(count, None, dtype=object)
    order = np.argsort(home, kind="stable")
    edges = np.searchsorted(home[order], np.arange(count + 1))
    for nth in np.flatnonzero(measured[visits.target]).tolist():
        own, shape = order[edges[nth] : edges[nth + 1]], areas.shapes[visits.target[nth]]
        near_by = pieces.steps.take(own)
        seen_m2[nth], error_m2[nth] = seen_of(shape, near_by, pieces.reach_m[own])
        seen[nth] = _drawn(shape, near_by, pieces.reach_m[own])
    return Attended(*visits, dwell_s, inside_m, distance_m, seen_m2, error_m2, lines_m, seen)


def _distance_m(areas: Areas, pieces: _Pieces, home: Indices, inside: NDArray[np.bool_]) -> Floats:
    """How near each visit came: 0 where it was inside."""
    distance_m = np.where(inside, 0.0, np.inf)
    outside = np.flatnonzero(~inside[home])
    went = pieces.steps.take(outside)
    drawn = shapely.linestrings(np.column_stack(went[:4]).reshape(-1, 2, 2))
    np.minimum.at(distance_m, home[outside], shapely.distance(drawn, areas.shapes[pieces.target[outside]]))
    return distance_m


def _drawn(shape: shapely.Geometry, steps: Steps, reach_m: Floats) -> shapely.MultiPolygon:
    """The part of a polygon within reach of steps, as polygons."""
    seeing = np.flatnonzero(reach_m > 0)
    bodies = capsule_polygons(steps.take(seeing), reach_m[seeing], SIDES)
    parts = shapely.get_parts(shapely.intersection(shape, shapely.union_all(bodies)))
    return shapely.MultiPolygon(parts[shapely.area(parts) > 0].tolist())

"""What a track saw of areas: how much of each, of the lines inside it, when, how long it was there, and what is left.

A visit lasts from when an area comes within the possible reach until it is out of it for longer than a given gap.
Shares of visits, and of tracks, do not add: a period's share is that of all its legs together (steps.together). Where
the fixes are erased, what each track left unseen is enough: a period leaves what all of them left.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.capsules import Areal, capsule_polygons, seen_of
from geo.coverage.near import near
from geo.coverage.outlines import outlines_of, polygons
from geo.coverage.passes import GAP_S, Passes, pass_at, passes, summed
from geo.coverage.sightings import BOUNDS, TIMED_S, Lines, Track, see
from geo.coverage.steps import Steps, reaches, steps_of
from geo.coverage.stretches import seen_inside_m
from geo.lines.inside import inside as lines_inside
from layers.errors import BadInput

__all__ = ["AreaCoverage", "Areas", "Shares", "Views", "areas_seen", "shares", "unseen", "unseen_together"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Geometries = NDArray[np.object_]
SIDES = 64


class Areas:
    """Areas to be seen, and the lines (roads, paths) whose length inside them counts, made ready once for many tracks.

    geometries: (n,) valid shapely polygons or multipolygons, metres; they may overlap. lines: (l,) lines or multilines.
    An empty area, or None, is never seen. Raises BadGeometry for what is no polygon, or not valid.

    >>> areas = Areas([shapely.box(0, 0, 10, 10), None], [shapely.LineString([(5, 5), (50, 5)])])
    >>> areas.area_m2.tolist(), areas.lines_m.tolist()
    ([100.0, 0.0], [5.0, 0.0])
    """

    def __init__(
        self,
        geometries: Sequence[shapely.Geometry | None] | Geometries,
        lines: Sequence[shapely.Geometry | None] | Geometries = (),
    ) -> None:
        self.shapes = polygons(geometries)
        self.outlines = outlines_of(self.shapes)
        self.area_m2: Floats = np.nan_to_num(shapely.area(self.shapes))
        self.lines = Lines(lines)
        drawn = np.empty(len(lines), dtype=object)
        drawn[:] = lines
        self.stretches = lines_inside(drawn, self.shapes)
        length_m = (self.stretches.to_cm - self.stretches.from_cm) / 100
        self.lines_m = summed(self.stretches.area, length_m, len(self.shapes))


class Views(NamedTuple):
    """k views of areas; the last axis of what is (k, 3) is sure, nominal, possible.

    first_s, last_s: when within the possible reach, NaN where never; dwell_s, inside_m: time and way inside the area,
    exact; seen_m2, error_m2: (k, 3) area within reach, and how far the truth may lie from it; lines_m: (k, 3) length of
    lines inside the area that was seen, rounded to centimetres as sightings are.
    """

    area: Indices
    first_s: Floats
    last_s: Floats
    dwell_s: Floats
    inside_m: Floats
    seen_m2: Floats
    error_m2: Floats
    lines_m: Floats


class Shares(NamedTuple):
    """(k, 3) shares from 0 to 1: sure, nominal, possible; of the area, the bound of their error, and of the lines."""

    area: Floats
    area_error: Floats
    lines: Floats


class AreaCoverage(NamedTuple):
    """What a track saw: whole, one view for each area, in order; visits, one for each visit, by area, then in time."""

    whole: Views
    visits: Views


class _Pieces(NamedTuple):
    """k parts of steps within the possible reach of an area: which area, the part of the step, (k, 3) its reaches."""

    area: Indices
    steps: Steps
    reach_m: Floats

    def take(self, index: Indices) -> "_Pieces":
        """The pieces at these places, in this order."""
        return _Pieces(self.area[index], self.steps.take(index), self.reach_m[index])


def shares(views: Views, areas: Areas) -> Shares:
    """What views saw as shares of their areas and of the lines inside; 0 of an area that is empty, or has no line.

    >>> areas = Areas([None])
    >>> none = Track(*np.empty((4, 0)), np.array([0]))
    >>> shares(areas_seen(none, areas, 5.0).whole, areas).area.tolist()
    [[0.0, 0.0, 0.0]]
    """
    area_m2, lines_m = (np.maximum(whole[views.area], 1e-300)[:, None] for whole in (areas.area_m2, areas.lines_m))
    return Shares(views.seen_m2 / area_m2, views.error_m2 / area_m2, views.lines_m / lines_m)


def areas_seen(track: Track, areas: Areas, reach_m: float, *, gap_s: float = GAP_S) -> AreaCoverage:
    """What the track saw of each area within reach: over all, and at each visit.

    No legs see nothing: every area still has its row in whole, of zeros. Raises BadInput for a track with what is
    no number; and where lines count, for a gap under two minutes, which the times of their sightings cannot tell apart.

    >>> went = Track(np.array([0.0, 10.0]), np.zeros(2), np.array([0.0, 10.0]), np.zeros(2), np.array([0, 2]))
    >>> areas = Areas([shapely.box(-50, 0, 50, 50), shapely.box(900, 0, 950, 50)])
    >>> found = areas_seen(went, areas, 5.0)
    >>> shares(found.whole, areas).area[:, 1].round(5).tolist(), found.whole.dwell_s.tolist()
    ([0.01785, 0.0], [10.0, 0.0])
    """
    if areas.lines_m.any() and not gap_s >= 2 * TIMED_S:
        raise BadInput(f"两次到访的间隔 {gap_s:g} 秒太短:按道路计算时应不小于 {2 * TIMED_S:g} 秒。")
    steps = steps_of(track)
    pairs, step_reach_m = _pairs(areas, steps, reach_m)
    near_by = _within(areas, steps, pairs, step_reach_m)
    found, home = passes(Passes(near_by.area, near_by.steps.start_s, near_by.steps.end_s), gap_s)
    dwell_s, inside_m = _stays(areas, steps, pairs, found)
    seen_m2, error_m2 = _measured(areas, near_by, found.target, home)
    seen = [see(track, areas.lines, reach_m, bound) for bound in BOUNDS]
    lines_m = [seen_inside_m(each, areas.stretches, found, len(areas.shapes)) for each in seen]
    visits = Views(*found, dwell_s, inside_m, seen_m2, error_m2, np.column_stack([visit for visit, _ in lines_m]))
    whole = _whole(areas, near_by, visits)
    return AreaCoverage(whole._replace(lines_m=np.column_stack([each for _, each in lines_m])), visits)


def _pairs(areas: Areas, steps: Steps, reach_m: float) -> tuple[tuple[Indices, Indices], Floats]:
    """Areas and steps whose boxes come within the possible reach; and (n, 3) the reaches of each step."""
    step_reach_m = reaches(steps, reach_m)
    # A hair more than the reach: the boxes only propose, the closed form decides.
    wider_m = np.nan_to_num(step_reach_m[:, [-1]], nan=-np.inf) * (1 + 1e-9)
    return near(areas.outlines.boxes, steps.boxes + wider_m * np.array([-1, -1, 1, 1])), step_reach_m


def _within(areas: Areas, steps: Steps, pairs: tuple[Indices, Indices], reach_m: Floats) -> _Pieces:
    """The parts of steps within the possible reach of areas: nothing else of a step can see anything of one."""
    from geo.coverage.clips import within

    pair, low, high = within(areas.outlines, np.column_stack(steps[:4]), reach_m[:, -1].copy(), pairs)
    area, step = (each[pair] for each in pairs)
    return _Pieces(area, steps.take(step).cut(low, high), reach_m[step])


def _stays(areas: Areas, steps: Steps, pairs: tuple[Indices, Indices], found: Passes) -> tuple[Floats, Floats]:
    """How long, s, and how far, m, the track went inside the area at each visit."""
    from geo.coverage.clips import inside

    pair, low, high = inside(areas.outlines, np.column_stack(steps[:4]), pairs)
    area, step = (each[pair] for each in pairs)
    there = steps.take(step)
    visit = pass_at(found, area, there.cut(low, high).start_s)
    dwell_s, inside_m = (there.end_s - there.start_s) * (high - low), there.length_m * (high - low)
    return summed(visit, dwell_s, len(found.target)), summed(visit, inside_m, len(found.target))


def _measured(areas: Areas, pieces: _Pieces, area: Indices, home: Indices) -> tuple[Floats, Floats]:
    """What the pieces of each home saw of its area, m², and the bound of the error: (homes, 3) each."""
    order = np.argsort(home, kind="stable")
    edges = np.searchsorted(home[order], np.arange(len(area) + 1))
    seen_m2, error_m2 = np.zeros((2, len(area), len(BOUNDS)))
    for nth, (start, stop) in enumerate(pairwise(edges.tolist())):
        own = pieces.take(order[start:stop])
        seen_m2[nth], error_m2[nth] = _bounds(areas.shapes[area[nth]], own.steps, own.reach_m)
    return seen_m2, error_m2


def _bounds(shape: Areal, steps: Steps, reach_m: Floats) -> tuple[Floats, Floats]:
    """The area seen surely, nominally and possibly, none less than the one before; and the bounds of their errors."""
    found = [seen_of(shape, steps, reach_m[:, 0])]
    for bound in (1, 2):
        same = np.array_equal(reach_m[:, bound], reach_m[:, bound - 1], equal_nan=True)
        found.append(found[-1] if same else seen_of(shape, steps, reach_m[:, bound]))
    # The truths are in this order: lifting an answer to the one before keeps it within the larger bound.
    seen_m2, error_m2 = np.maximum.accumulate(np.array(found)).T
    return seen_m2, error_m2


def _whole(areas: Areas, pieces: _Pieces, visits: Views) -> Views:
    """The views of areas over all visits; the lines are left to the caller."""
    count = np.bincount(visits.area, minlength=len(areas.shapes))
    first = np.searchsorted(visits.area, np.arange(len(count)))
    once, often = np.flatnonzero(count == 1), np.flatnonzero(count > 1)
    seen_m2, error_m2 = np.zeros((2, len(count), len(BOUNDS)))
    seen_m2[once], error_m2[once] = visits.seen_m2[first[once]], visits.error_m2[first[once]]
    again = pieces.take(np.flatnonzero(count[pieces.area] > 1))
    seen_m2[often], error_m2[often] = _measured(areas, again, often, np.searchsorted(often, again.area))
    dwell_s, inside_m = (summed(visits.area, each, len(count)) for each in (visits.dwell_s, visits.inside_m))
    first_s, last_s = np.full((2, len(count)), np.nan)
    first_s[count > 0] = visits.first_s[first[count > 0]]
    np.fmax.at(last_s, visits.area, visits.last_s)
    none = np.zeros((len(count), len(BOUNDS)))
    return Views(np.arange(len(count)), first_s, last_s, dwell_s, inside_m, seen_m2, error_m2, none)


def unseen(track: Track, areas: Areas, reach_m: float, bound: str = "nominal") -> Geometries:
    """(n,) the part of each area that the track left unseen, as geometry; empty where it saw it whole, None stays None.

    Discs are drawn with SIDES sides inside the true ones: nothing unseen is left out, and at most a rim of
    0.12 % of the reach (3 cm at 25 m) that was seen is left in.

    >>> still = Track(*np.zeros((4, 1)), np.array([0, 1]))
    >>> round(unseen(still, Areas([shapely.box(0, 0, 10, 10)]), 5.0)[0].area, 1)
    80.4
    """
    steps = steps_of(track)
    pairs, step_reach_m = _pairs(areas, steps, reach_m)
    near_by = _within(areas, steps, pairs, step_reach_m)
    own_m = near_by.reach_m[:, list(BOUNDS).index(bound)]
    seeing = np.flatnonzero(own_m > 0)
    drawn = capsule_polygons(near_by.steps.take(seeing), own_m[seeing], SIDES)
    left = areas.shapes.copy()
    starts = np.flatnonzero(np.diff(near_by.area[seeing], prepend=-1))
    for start, stop in pairwise([*starts.tolist(), len(seeing)]):
        area = near_by.area[seeing[start]]
        left[area] = _surface(shapely.difference(left[area], shapely.union_all(drawn[start:stop])))
    return left


def unseen_together(left: Sequence[Geometries]) -> Geometries:
    """(n,) what all of several tracks left unseen of the same areas; left: for each track what `unseen` gave.

    >>> one, other = (np.array([shapely.box(x, 0, x + 2, 1)]) for x in (0, 1))
    >>> float(unseen_together([one, other])[0].area)
    1.0
    """
    joined = left[0].copy()
    for more in left[1:]:
        joined = np.asarray(shapely.intersection(joined, more), dtype=object)
    return np.array([_surface(shape) for shape in joined], dtype=object)


def _surface(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """A geometry without the lines and points in it."""
    if shape is None or shapely.get_type_id(shape) in (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON):
        return shape
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.area(parts) > 0]) if len(parts) else shapely.Polygon()

"""Which metres of which lines a patrol saw, and when.

Lines are measured by chainage, from 0 at their first vertex. A track of legs sees the union of what its
capsules cut out of a line (geo.coverage.intervals), in whole centimetres, half-open. Each sighting carries one first
and one last time, right to within TIMED_S for every place in it. A place left and seen again later has
two sightings, unless it was out of reach for less than TIMED_S, which the times cannot tell apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.intervals import Segments, within_reach
from geo.coverage.visits import CHUNK_S, TIMED_S, Glimpses, Visits, visits
from geo.lines.multirange import Ranges, union

__all__ = ["BOUNDS", "ERROR_FACTOR", "TIMED_S", "Lines", "Track", "Visits", "reach_within", "see"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

ERROR_FACTOR = 1.62
"""Phones report the 68 % radius of a position; that times 1.62 is the 95 % radius of a normal error in two axes."""
BOUNDS = {"sure": -1, "nominal": 0, "possible": 1}
"""Each bound, and how many errors it adds to the reach."""
CHUNK_STEPS = 4096
CHUNK_PAIRS = 500_000
"""How many steps are looked up, and pairs of step and target compared, at once: bounds the memory."""


@dataclass(frozen=True)
class Track:
    """A patrol's legs, one after another: (n,) metres, seconds and accuracies (68 % radius), and leg offsets.

    starts: (legs + 1,): leg i is starts[i]:starts[i + 1], in order of time; a leg of one fix is a disc.
    """

    x: Floats
    y: Floats
    time_s: Floats
    accuracy_m: Floats
    starts: Indices


class Lines:
    """Lines to be seen, made ready once for many tracks.

    geometries: (n,) shapely lines or multilines in metres. The parts of a multiline follow one another.
    An empty line, or None, is never seen.
    """

    def __init__(self, geometries: Sequence[shapely.Geometry | None] | NDArray[np.object_]) -> None:
        lines = np.asarray(geometries, dtype=object)
        parts, line = shapely.get_parts(lines, return_index=True)
        xy, part = shapely.get_coordinates(parts, return_index=True)
        joined = np.flatnonzero(np.diff(part) == 0)
        start, end = xy[joined], xy[joined + 1]
        length_m = np.hypot(*(end - start).T)
        real = length_m > 0
        self.segments = Segments(*start[real].T, *end[real].T)
        self.segment_m = self.segments.length_m
        self.line: Indices = line[part[joined[real]]]
        self.start_m = _chainage(self.line, self.segment_m)
        end_m = self.start_m + self.segment_m
        follows = np.append(np.diff(self.line) == 0, False)
        # Where one segment ends the next one starts, to the last digit: else rounding could part them by 1 cm.
        self.end_cm = _cm(np.where(follows, np.roll(self.start_m, -1), end_m))
        self.length_cm: Indices = np.zeros(len(lines), dtype=np.int64)
        self.length_cm[self.line[~follows[: len(self.line)]]] = self.end_cm[~follows[: len(self.line)]]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Finds the segments near a step."""
        return shapely.STRtree(_drawn(self.segments))


def reach_within(reach_m: float, accuracy_m: Floats, bound: str) -> Floats:
    """How far something surely, nominally or possibly sees, metres; NaN where the error uses the reach up.

    >>> reach_within(25.0, np.array([10.0, 20.0]), "sure").tolist()
    [8.8, nan]
    """
    error_m = BOUNDS[bound] * ERROR_FACTOR * accuracy_m
    reached_m = reach_m + error_m
    return np.where((reached_m > 0) | ((error_m == 0) & (reach_m == 0)), reached_m, np.nan)


def see(track: Track, lines: Lines, reach_m: float, bound: str = "nominal") -> Visits:
    """What a track saw of lines within reach: sightings by line, from, to and time.

    bound: 'sure', 'nominal' or 'possible': the reach less, without or with the error of the worse end of
    each step. No legs, or no lines, make no sightings.

    >>> line = shapely.LineString([(0, 10), (100, 10)])
    >>> still = Track(np.array([50.0]), np.zeros(1), np.array([0.0]), np.array([3.0]), np.array([0, 1]))
    >>> seen = see(still, Lines([line]), 26.0)
    >>> seen.from_cm.tolist(), seen.to_cm.tolist(), seen.first_s.tolist()
    ([2600], [7400], [0.0])
    """
    steps, start_s, end_s, accuracy_m = _steps(track)
    step_reach_m = reach_within(reach_m, accuracy_m, bound)
    glimpses = _glimpses(steps, start_s, end_s, step_reach_m, lines)
    return visits(glimpses)


def _chainage(line: Indices, length_m: Floats) -> Floats:
    """Where along its line each segment starts."""
    before = np.cumsum(length_m) - length_m
    first = np.flatnonzero(np.append(True, np.diff(line) > 0)) if len(line) else np.empty(0, dtype=np.int64)
    return before - np.repeat(before[first], np.diff(np.append(first, len(line))))


def _drawn(segments: Segments) -> NDArray[np.object_]:
    """The segments as shapely lines; those of no length as points, for a tree never finds an unreal line."""
    ends = np.column_stack(segments).reshape(-1, 2, 2)
    drawn = np.asarray(shapely.points(ends[:, 0]), dtype=object)
    real = segments.length_m > 0
    drawn[real] = shapely.linestrings(ends[real])
    return drawn


def _steps(track: Track) -> tuple[Segments, Floats, Floats, Floats]:
    """The steps of all legs with their times and worse accuracy; a lone fix is a step of no length.

    A step longer than CHUNK_S is cut evenly: moving evenly, its pieces tell when each place was in reach.
    """
    is_first, is_last = np.zeros((2, len(track.x)), dtype=bool)
    is_first[track.starts[:-1]] = True
    is_last[track.starts[1:] - 1] = True
    a = np.flatnonzero(~is_last | is_first)
    b = np.where(is_last[a], a, a + 1)
    pieces = np.maximum(np.ceil((track.time_s[b] - track.time_s[a]) / CHUNK_S), 1).astype(np.int64)
    step = np.repeat(np.arange(len(a)), pieces)
    nth = np.arange(len(step)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    x, y, time_s = ((values[a][step], values[b][step]) for values in (track.x, track.y, track.time_s))
    early, late = nth / pieces[step], (nth + 1) / pieces[step]
    (x0, x1), (y0, y1), (start_s, end_s) = (_cut(*ends, early, late) for ends in (x, y, time_s))
    worse_m = np.maximum(track.accuracy_m[a], track.accuracy_m[b])[step]
    return Segments(x0, y0, x1, y1), start_s, end_s, worse_m


def _cut(start: Floats, end: Floats, early: Floats, late: Floats) -> tuple[Floats, Floats]:
    # Written so that 0 and 1 give the ends themselves, to the last digit.
    return start * (1 - early) + end * early, start * (1 - late) + end * late


def _glimpses(steps: Segments, start_s: Floats, end_s: Floats, reach_m: Floats, lines: Lines) -> Glimpses:
    """What each chunk of time saw of each line, stretch by stretch."""
    found = [_stretches(steps, lines, reach_m, pair) for pair in _pairs(steps, reach_m, lines)]
    empty = np.empty(0, dtype=np.int64)
    step, line, from_cm, to_cm = (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else [empty] * 4
    return _by_chunk(line, from_cm, to_cm, start_s[step], end_s[step])


def _pairs(steps: Segments, reach_m: Floats, lines: Lines) -> Iterator[tuple[Indices, Indices]]:
    """Steps, and segments of lines that may lie within their reach, some at a time."""
    seeing = np.flatnonzero(~np.isnan(reach_m)) if len(lines.line) else np.empty(0, dtype=np.int64)
    for start in range(0, len(seeing), CHUNK_STEPS):
        some = seeing[start : start + CHUNK_STEPS]
        # A hair more than the reach: the tree only proposes, the closed form decides.
        step, target = lines.tree.query(_drawn(steps.take(some)), predicate="dwithin", distance=reach_m[some] + 1e-3)
        for first in range(0, len(step), CHUNK_PAIRS):
            yield some[step[first : first + CHUNK_PAIRS]], target[first : first + CHUNK_PAIRS]


def _stretches(
    steps: Segments, lines: Lines, reach_m: Floats, pairs: tuple[Indices, Indices]
) -> tuple[Indices, Indices, Indices, Indices]:
    """Step, line, from and to (cm) of each pair that is in reach."""
    step, target = pairs
    ends = within_reach(steps.take(step), lines.segments.take(target), reach_m[step])
    seen = ~np.isnan(ends.low_m)
    step, target, low_m, high_m = step[seen], target[seen], ends.low_m[seen], ends.high_m[seen]
    whole = high_m == lines.segment_m[target]
    to_cm = np.where(whole, lines.end_cm[target], _cm(lines.start_m[target] + high_m))
    return step, lines.line[target], _cm(lines.start_m[target] + low_m), to_cm


def _cm(metres: Floats) -> Indices:
    """Whole centimetres, to the nearest: what adjoins in metres still adjoins, lengths are right to 1 cm."""
    return np.round(metres * 100).astype(np.int64)


def _by_chunk(line: Indices, from_cm: Indices, to_cm: Indices, start_s: Floats, end_s: Floats) -> Glimpses:
    """Stretches of one line seen within one chunk of time joined to one, with the times they span."""
    chunk = np.floor((start_s - start_s.min(initial=np.inf)) / CHUNK_S).astype(np.int64) if len(line) else line
    lines, line_no = np.unique(line, return_inverse=True)
    chunks = int(chunk.max(initial=0)) + 1
    joined, home = union(Ranges(line_no * chunks + chunk, from_cm, to_cm))
    first_s, last_s = np.full(len(joined.start), np.inf), np.full(len(joined.start), -np.inf)
    np.minimum.at(first_s, home[home >= 0], start_s[home >= 0])
    np.maximum.at(last_s, home[home >= 0], end_s[home >= 0])
    return Glimpses(lines[joined.group // chunks], joined.start, joined.stop, first_s, last_s)

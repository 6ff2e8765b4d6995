"""The same question answered another way: in numpy, an STRtree for what is near, visits one by one; slow and plain.

An oracle for `geo.coverage`: it shares the meaning (what is seen, when a visit ends) and no line of the code.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely

from geo.coverage.sightings import Track, Visits, reach_within
from geo.lines.multirange import Ranges, union

TIMED_S, CHUNK_S = 60.0, 10.0
SPREAD_S = TIMED_S - 2 * CHUNK_S
CHUNK_STEPS, CHUNK_PAIRS = 4096, 500_000


class Segments(NamedTuple):
    """n straight segments from (x0, y0) to (x1, y1), metres; a segment of no length is a point."""

    x0: np.ndarray
    y0: np.ndarray
    x1: np.ndarray
    y1: np.ndarray

    def take(self, index: np.ndarray) -> "Segments":
        """The segments at these places, in this order."""
        return Segments(*(axis[index] for axis in self))

    @property
    def length_m(self) -> np.ndarray:
        """How long each is."""
        return np.hypot(self.x1 - self.x0, self.y1 - self.y0)


class Ends(NamedTuple):
    """Where intervals start and end, metres from the first point; NaN in both where there is none."""

    low_m: np.ndarray
    high_m: np.ndarray


def within_reach(steps: Segments, targets: Segments, reach_m: np.ndarray) -> Ends:
    """The part of each target that lies within its reach of the step in the same place.

    steps, targets: (n,) segments; reach_m: (n,) metres, NaN or negative sees nothing. A step of no length
    sees a disc; a target of no length is seen whole, from 0 to 0, or not at all. Touching counts.

    >>> step = Segments(*np.array([[0.0], [0.0], [10.0], [0.0]]))
    >>> target = Segments(*np.array([[-20.0], [3.0], [80.0], [3.0]]))
    >>> [float(end[0]) for end in within_reach(step, target, np.array([5.0]))]
    [16.0, 34.0]
    """
    length_m = targets.length_m
    with np.errstate(divide="ignore", invalid="ignore"):
        point = length_m == 0
        east = np.where(point, 1.0, (targets.x1 - targets.x0) / length_m)
        north = np.where(point, 0.0, (targets.y1 - targets.y0) / length_m)
        start = _disc(steps.x0 - targets.x0, steps.y0 - targets.y0, east, north, reach_m)
        end = _disc(steps.x1 - targets.x0, steps.y1 - targets.y0, east, north, reach_m)
        strip = _strip(steps, targets, east, north, reach_m)
    low_m = np.fmin(np.fmin(start.low_m, end.low_m), strip.low_m)
    high_m = np.fmax(np.fmax(start.high_m, end.high_m), strip.high_m)
    low_m, high_m = np.maximum(low_m, 0.0), np.minimum(high_m, length_m)
    some = low_m <= high_m
    return Ends(np.where(some, low_m, np.nan), np.where(some, high_m, np.nan))


def _disc(x: np.ndarray, y: np.ndarray, east: np.ndarray, north: np.ndarray, reach_m: np.ndarray) -> Ends:
    """What a disc around (x, y) cuts out of the line through the origin in direction (east, north)."""
    along, across = x * east + y * north, y * east - x * north
    # (r - a)(r + a) keeps the digits that r² - a² loses where the line only just touches.
    half = np.sqrt((reach_m - np.abs(across)) * (reach_m + np.abs(across)))
    half = np.where(reach_m >= np.abs(across), half, np.nan)
    return Ends(along - half, along + half)


def _strip(steps: Segments, targets: Segments, east: np.ndarray, north: np.ndarray, reach_m: np.ndarray) -> Ends:
    """What the strip beside each step, without its round ends, cuts out of the line of its target."""
    long_m = steps.length_m
    ahead, aside = (steps.x1 - steps.x0) / long_m, (steps.y1 - steps.y0) / long_m
    off_x, off_y = targets.x0 - steps.x0, targets.y0 - steps.y0
    lengthwise = _between(off_x * ahead + off_y * aside, east * ahead + north * aside, long_m * 0, long_m)
    sideways = _between(off_y * ahead - off_x * aside, north * ahead - east * aside, -reach_m, reach_m)
    low_m = np.maximum(lengthwise.low_m, sideways.low_m)
    high_m = np.minimum(lengthwise.high_m, sideways.high_m)
    some = (low_m <= high_m) & (long_m > 0)
    return Ends(np.where(some, low_m, np.nan), np.where(some, high_m, np.nan))


def _between(start: np.ndarray, slope: np.ndarray, least: np.ndarray, most: np.ndarray) -> Ends:
    """For which s is least <= start + slope * s <= most; all s, or none, where the slope is 0."""
    one, other = (least - start) / slope, (most - start) / slope
    level, held = slope == 0, (least <= start) & (start <= most)
    everywhere = np.where(held, np.inf, np.nan)
    return Ends(
        np.where(level, -everywhere, np.minimum(one, other)), np.where(level, everywhere, np.maximum(one, other))
    )


class PlainLines:
    """Lines to be seen, segment by segment."""

    def __init__(self, geometries: Sequence[shapely.Geometry | None] | np.ndarray) -> None:
        lines = np.asarray(geometries, dtype=object)
        parts, line = shapely.get_parts(lines, return_index=True)
        xy, part = shapely.get_coordinates(parts, return_index=True)
        joined = np.flatnonzero(np.diff(part) == 0)
        start, end = xy[joined], xy[joined + 1]
        length_m = np.hypot(*(end - start).T)
        real = length_m > 0
        self.segments = Segments(*start[real].T, *end[real].T)
        self.segment_m = self.segments.length_m
        self.line: np.ndarray = line[part[joined[real]]]
        self.start_m = _chainage(self.line, self.segment_m)
        end_m = self.start_m + self.segment_m
        follows = np.append(np.diff(self.line) == 0, False)
        # Where one segment ends the next one starts, to the last digit: else rounding could part them by 1 cm.
        self.end_cm = _cm(np.where(follows, np.roll(self.start_m, -1), end_m))
        self.length_cm: np.ndarray = np.zeros(len(lines), dtype=np.int64)
        self.length_cm[self.line[~follows[: len(self.line)]]] = self.end_cm[~follows[: len(self.line)]]
        self.tree = shapely.STRtree(_drawn(self.segments))


def see(track: Track, lines: PlainLines, reach_m: float, bound: str = "nominal") -> Visits:
    """What a track saw of lines within reach: sightings by line, from, to and time."""
    steps, start_s, end_s, accuracy_m = _steps(track)
    return visits(_glimpses(steps, start_s, end_s, reach_within(reach_m, accuracy_m, bound), lines))


def _chainage(line: np.ndarray, length_m: np.ndarray) -> np.ndarray:
    """Where along its line each segment starts."""
    before = np.cumsum(length_m) - length_m
    first = np.flatnonzero(np.append(True, np.diff(line) > 0)) if len(line) else np.empty(0, dtype=np.int64)
    return before - np.repeat(before[first], np.diff(np.append(first, len(line))))


def _drawn(segments: Segments) -> np.ndarray:
    """The segments as shapely lines; those of no length as points, for a tree never finds an unreal line."""
    ends = np.column_stack(segments).reshape(-1, 2, 2)
    drawn = np.asarray(shapely.points(ends[:, 0]), dtype=object)
    real = segments.length_m > 0
    drawn[real] = shapely.linestrings(ends[real])
    return drawn


def _steps(track: Track) -> tuple[Segments, np.ndarray, np.ndarray, np.ndarray]:
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


def _cut(start: np.ndarray, end: np.ndarray, early: np.ndarray, late: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Written so that 0 and 1 give the ends themselves, to the last digit.
    return start * (1 - early) + end * early, start * (1 - late) + end * late


def _glimpses(
    steps: Segments, start_s: np.ndarray, end_s: np.ndarray, reach_m: np.ndarray, lines: PlainLines
) -> "Glimpses":
    """What each chunk of time saw of each line, stretch by stretch."""
    found = [_stretches(steps, lines, reach_m, pair) for pair in _pairs(steps, reach_m, lines)]
    empty = np.empty(0, dtype=np.int64)
    step, line, from_cm, to_cm = (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else [empty] * 4
    return _by_chunk(line, from_cm, to_cm, start_s[step], end_s[step])


def _pairs(steps: Segments, reach_m: np.ndarray, lines: PlainLines) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Steps, and segments of lines that may lie within their reach, some at a time."""
    seeing = np.flatnonzero(~np.isnan(reach_m)) if len(lines.line) else np.empty(0, dtype=np.int64)
    for start in range(0, len(seeing), CHUNK_STEPS):
        some = seeing[start : start + CHUNK_STEPS]
        # A hair more than the reach: the tree only proposes, the closed form decides.
        step, target = lines.tree.query(_drawn(steps.take(some)), predicate="dwithin", distance=reach_m[some] + 1e-3)
        for first in range(0, len(step), CHUNK_PAIRS):
            yield some[step[first : first + CHUNK_PAIRS]], target[first : first + CHUNK_PAIRS]


def _stretches(
    steps: Segments, lines: PlainLines, reach_m: np.ndarray, pairs: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Step, line, from and to (cm) of each pair that is in reach."""
    step, target = pairs
    ends = within_reach(steps.take(step), lines.segments.take(target), reach_m[step])
    seen = ~np.isnan(ends.low_m)
    step, target, low_m, high_m = step[seen], target[seen], ends.low_m[seen], ends.high_m[seen]
    whole = high_m == lines.segment_m[target]
    to_cm = np.where(whole, lines.end_cm[target], _cm(lines.start_m[target] + high_m))
    return step, lines.line[target], _cm(lines.start_m[target] + low_m), to_cm


def _cm(metres: np.ndarray) -> np.ndarray:
    """Whole centimetres, to the nearest: what adjoins in metres still adjoins, lengths are right to 1 cm."""
    return np.round(metres * 100).astype(np.int64)


def _by_chunk(
    line: np.ndarray, from_cm: np.ndarray, to_cm: np.ndarray, start_s: np.ndarray, end_s: np.ndarray
) -> "Glimpses":
    """Stretches of one line seen within one chunk of time joined to one, with the times they span."""
    chunk = np.floor((start_s - start_s.min(initial=np.inf)) / CHUNK_S).astype(np.int64) if len(line) else line
    lines, line_no = np.unique(line, return_inverse=True)
    chunks = int(chunk.max(initial=0)) + 1
    joined, home = union(Ranges(line_no * chunks + chunk, from_cm, to_cm))
    first_s, last_s = np.full(len(joined.start), np.inf), np.full(len(joined.start), -np.inf)
    np.minimum.at(first_s, home[home >= 0], start_s[home >= 0])
    np.maximum.at(last_s, home[home >= 0], end_s[home >= 0])
    return Glimpses(lines[joined.group // chunks], joined.start, joined.stop, first_s, last_s)


class Glimpses(NamedTuple):
    line: np.ndarray
    from_cm: np.ndarray
    to_cm: np.ndarray
    first_s: np.ndarray
    last_s: np.ndarray


class Stretch(NamedTuple):
    from_cm: int
    to_cm: int
    first_s: float
    last_s: float


def visits(glimpses: Glimpses) -> Visits:
    """The sightings that glimpses make, by line, then along it, then in time."""
    found = []
    edges = [0, *(np.flatnonzero(np.diff(glimpses.line)) + 1).tolist(), len(glimpses.line)]
    for start, stop in pairwise(edges if len(glimpses.line) else []):
        rows = map(Stretch, *(values[start:stop].tolist() for values in glimpses[1:]))
        found += [(int(glimpses.line[start]), *seen) for seen in _joined(_visited(rows))]
    found.sort()
    whole = (np.array([row[i] for row in found], dtype=np.int64) for i in range(3))
    return Visits(*whole, *(np.array([row[i] for row in found], dtype=np.float64) for i in (3, 4)))


def _visited(glimpses: Iterable[Stretch]) -> Iterator[Stretch]:
    """Every piece of one line as often as it was visited; glimpses come in order of time.

    Only what was in view within TIMED_S is held open, so that each glimpse costs little however long the track.
    """
    held: list[Stretch] = []
    for now in glimpses:
        kept: list[Stretch] = []
        for old in held:
            if now.first_s - old.last_s > TIMED_S:
                yield old
            else:
                kept.append(old)
        held = _levelled(_overlaid(kept, now))
    yield from held


def _overlaid(held: list[Stretch], now: Stretch) -> list[Stretch]:
    """The stretches held, sorted and disjoint, with the one now in view laid over them."""
    after: list[Stretch] = []
    reached = now.from_cm
    for old in held:
        low, high = max(old.from_cm, now.from_cm), min(old.to_cm, now.to_cm)
        if low >= high:
            after.append(old)
            continue
        if old.from_cm < low:
            after.append(old._replace(to_cm=low))
        if reached < low:
            after.append(now._replace(from_cm=reached, to_cm=low))
        after.append(Stretch(low, high, old.first_s, max(old.last_s, now.last_s)))
        if high < old.to_cm:
            after.append(old._replace(from_cm=high))
        reached = high
    if reached < now.to_cm:
        after.append(now._replace(from_cm=reached))
    after.sort()
    return after


def _levelled(held: list[Stretch]) -> list[Stretch]:
    """The same stretches, adjoining ones with the same times joined."""
    after = held[:1]
    for piece in held[1:]:
        last = after[-1]
        if last.to_cm == piece.from_cm and last[2:] == piece[2:]:
            after[-1] = last._replace(to_cm=piece.to_cm)
        else:
            after.append(piece)
    return after


def _joined(pieces: Iterable[Stretch]) -> list[Stretch]:
    """Adjoining pieces whose first times, and whose last times, lie within SPREAD_S joined to one.

    Pieces that end at one place wait there, few at a time: one for each visit of that place.
    """
    waiting: dict[int, list[tuple[Stretch, float, float]]] = {}
    done: list[Stretch] = []
    for piece in sorted(pieces):
        grown = (piece, piece.first_s, piece.last_s)
        for candidate in waiting.get(piece.from_cm, []):
            before, latest_first, earliest_last = candidate
            latest_first = max(latest_first, piece.first_s)
            earliest_last = min(earliest_last, piece.last_s)
            first_s, last_s = min(before.first_s, piece.first_s), max(before.last_s, piece.last_s)
            if latest_first - first_s <= SPREAD_S and last_s - earliest_last <= SPREAD_S:
                waiting[piece.from_cm].remove(candidate)
                grown = (Stretch(before.from_cm, piece.to_cm, first_s, last_s), latest_first, earliest_last)
                break
        waiting.setdefault(grown[0].to_cm, []).append(grown)
    for ended in waiting.values():
        done += [stretch for stretch, _, _ in ended]
    return sorted(done)

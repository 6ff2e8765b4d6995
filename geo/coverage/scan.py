"""Which stretches of a run of vertices a step sees, put together with what the steps around it saw; compiled.

Along a line the distance from a step changes no faster than the chainage does: what is far outside, or well inside, is
passed over in one stride, and only the segments between need the closed form.
"""

from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.coverage.intervals import interval
from geo.coverage.lines import Records
from geo.coverage.search import HAIR_M

__all__ = ["BEFORE", "COUNT", "GLIMPSE", "SEVERAL", "scan", "unite"]

Indices = NDArray[np.int64]
Record = Any  # a row of a record array: the compiler knows its fields, mypy does not
Pair = tuple[float, float]
Span = tuple[int, int]
Look = tuple[Record, float]
Into = tuple[Indices, Indices, Records]

GLIMPSE = np.dtype(
    [("key", np.int64), ("from_cm", np.int64), ("to_cm", np.int64), ("first_s", np.float64), ("last_s", np.float64)]
)
"""A stretch seen within one short time. key: view * lines + line; from and to in cm, half-open; seconds."""
COUNT, BEFORE, SEVERAL = 1, 2, 3
"""Places in Desk.tally: how many glimpses there are, and before the steps at hand; whether a key has several since."""


@compiled
def scan(run: tuple[int, int, int], look: Look, shore: Records, into: Into) -> None:
    """Add the stretches of a run that a step sees. run: key of line 0, vertices from and to; look: step and reach."""
    key, i, high = run
    step, reach_m = look
    key += shore[i].line
    from_cm, to_cm, away_m = 0, 0, _away(step, shore[i])
    while i < high:
        near, j = away_m <= reach_m, _stride(shore, (i, high), abs(away_m - reach_m) - HAIR_M)
        if j > i:
            away_m = _away(step, shore[j])
            seen = (shore[i].along_cm, shore[j].along_cm) if near else (0, 0)
        else:
            j, ahead_m = i + 1, _away(step, shore[i + 1])
            seen = _seen((shore[i], shore[j]), look, (away_m, ahead_m))
            away_m = ahead_m
        if seen[0] < seen[1]:
            if seen[0] > to_cm and from_cm < to_cm:
                _add((key, from_cm, to_cm), step, into)
            from_cm, to_cm = seen[0] if seen[0] > to_cm or from_cm == to_cm else from_cm, seen[1]
        i = j
    if from_cm < to_cm:
        _add((key, from_cm, to_cm), step, into)


@compiled
def _away(step: Record, place: Record) -> float:
    """How far a vertex lies from a step, metres."""
    east, north = step.bx - step.ax, step.by - step.ay
    x, y, square = place.x - step.ax, place.y - step.ay, east * east + north * north
    share = min(max((x * east + y * north) / square, 0.0), 1.0) if square > 0 else 0.0
    return sqrt((x - share * east) ** 2 + (y - share * north) ** 2)


@compiled
def _stride(shore: Records, span: Span, far_m: float) -> int:
    """The last vertex of a span that lies no further along than this from its first."""
    i, high = span
    end_m = shore[i].along_m + far_m
    while i < high and shore[i + 1].along_m <= end_m:
        i += 1
    return i


@compiled
def _seen(ends: tuple[Record, Record], look: Look, away_m: Pair) -> Span:
    """What a step sees of one segment, cm, from and to. away_m: how far its ends are from the step."""
    (start, end), (step, reach_m) = ends, look
    # From one end by way of a place within reach to the other: no shorter than both are away, less two reaches.
    if away_m[0] + away_m[1] > 2 * reach_m + (end.along_m - start.along_m) + HAIR_M:
        return 0, 0
    low_m, high_m = interval((step.ax, step.ay, step.bx, step.by), (start.x, start.y, end.x, end.y), reach_m)
    if low_m != low_m:
        return 0, 0
    from_cm = start.along_cm if away_m[0] <= reach_m else _cm(start.along_m + low_m)
    to_cm = end.along_cm if away_m[1] <= reach_m else min(_cm(start.along_m + high_m), end.along_cm)
    return from_cm, to_cm


@compiled
def _cm(metres: float) -> int:
    """Whole centimetres, to the nearest: what adjoins in metres still adjoins, lengths are right to 1 cm."""
    return int(np.rint(metres * 100))


@compiled
def _add(stretch: tuple[int, int, int], step: Record, into: Into) -> None:
    """Add a stretch of a key, to the newest glimpse of it where they meet."""
    key, from_cm, to_cm = stretch
    newest, tally, found = into
    at, count = newest[key], tally[COUNT]
    if tally[BEFORE] <= at < count and found[at].key == key:
        last = found[at]
        if from_cm <= last.to_cm and last.from_cm <= to_cm:
            last.from_cm, last.to_cm = min(last.from_cm, from_cm), max(last.to_cm, to_cm)
            last.first_s, last.last_s = min(last.first_s, step.first_s), max(last.last_s, step.last_s)
            return
        tally[SEVERAL] = 1
    new = found[count]
    new.key, new.from_cm, new.to_cm, new.first_s, new.last_s = key, from_cm, to_cm, step.first_s, step.last_s
    newest[key], tally[COUNT] = count, count + 1


@compiled
def unite(tally: Indices, found: Records) -> None:
    """Join the newest glimpses of each key where they meet, in place."""
    _sort(found, tally[BEFORE], tally[COUNT])
    last = tally[BEFORE]
    for at in range(last + 1, tally[COUNT]):
        one, other = found[last], found[at]
        if one.key == other.key and other.from_cm <= one.to_cm:
            one.to_cm = max(one.to_cm, other.to_cm)
            one.first_s, one.last_s = min(one.first_s, other.first_s), max(one.last_s, other.last_s)
        else:
            last += 1
            _copy(found[last], other)
    tally[COUNT] = last + 1


@compiled
def _sort(found: Records, begin: int, end: int) -> None:
    """Put some glimpses in order of key and place."""
    held, gap = np.empty(1, GLIMPSE)[0], (end - begin) // 2
    while gap:
        for at in range(begin + gap, end):
            _copy(held, found[at])
            to = at
            while to >= begin + gap and _after(found[to - gap], held):
                _copy(found[to], found[to - gap])
                to -= gap
            _copy(found[to], held)
        gap //= 2


@compiled
def _after(one: Record, other: Record) -> bool:
    return bool(one.key > other.key or (one.key == other.key and one.from_cm > other.from_cm))


@compiled
def _copy(to: Record, one: Record) -> None:
    to.key, to.from_cm, to.to_cm, to.first_s, to.last_s = one.key, one.from_cm, one.to_cm, one.first_s, one.last_s

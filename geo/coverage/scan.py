"""Which stretches of a run of vertices some steps see together; compiled.

Along a line the distance from a step changes no faster than the chainage does: what is far outside, or well inside, is
passed over in one stride, and only the segments between need the closed form.
"""

from math import inf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.coverage.intervals import cut
from geo.coverage.lines import Records
from geo.coverage.search import HAIR_M

__all__ = ["BEFORE", "COUNT", "GLIMPSE", "SEVERAL", "scan", "unite"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Record = Any  # a row of a record array: the compiler knows its fields, mypy does not
Pair = tuple[float, float]
Span = tuple[int, int]
Into = tuple[Floats, Indices, Indices, Records]

GLIMPSE = np.dtype(
    [("key", np.int64), ("from_cm", np.int64), ("to_cm", np.int64), ("first_s", np.float64), ("last_s", np.float64)]
)
"""A stretch seen within one short time. key: view * lines + line; from and to in cm, half-open; seconds."""
COUNT, BEFORE, SEVERAL = 1, 2, 3
"""Places in Desk.tally: how many glimpses there are, and before the steps at hand; whether a key has several since."""


@compiled
def scan(run: tuple[int, int, int], steps: Records, shore: Records, into: Into) -> None:
    """Add the stretches of a run that steps see. run: key of line 0, vertices from and to.

    into: when the steps began and ended, where the newest glimpse of each key lies, tally, glimpses.
    """
    key, i, high = run
    key += shore[i].line
    over_m = _excess(steps, shore[i])
    while i < high:
        j = _stride(shore, (i, high), abs(over_m) - HAIR_M)
        if j == i:
            j = i + 1
            for at in range(len(steps)):
                seen = _seen(steps[at], shore[i], shore[j])
                if seen[0] < seen[1]:
                    _add((key, seen[0], seen[1]), into)
        elif over_m <= 0:
            _add((key, shore[i].along_cm, shore[j].along_cm), into)
        i, over_m = j, _excess(steps, shore[j])


@compiled
def _excess(steps: Records, place: Record) -> float:
    """How far a vertex lies beyond what the steps see, metres; less than 0 within. Without a reach a step sees none."""
    least_m = inf
    for at in range(len(steps)):
        x, y = _offset(steps[at], place)
        over_m = sqrt(x * x + y * y) - steps[at].reach_m
        if over_m < least_m:  # not so where the reach is NaN
            least_m = over_m
    return least_m


@compiled
def _offset(step: Record, place: Record) -> Pair:
    """Which way, and how far, a vertex lies from the nearest point of a step: metres east and north."""
    x, y = place.x - step.ax, place.y - step.ay
    along_m = min(max(x * step.ahead + y * step.aside, 0.0), step.long_m)
    return x - along_m * step.ahead, y - along_m * step.aside


@compiled
def _stride(shore: Records, span: Span, far_m: float) -> int:
    """The last vertex of a span that lies no further along than this from its first."""
    i, high = span
    end_m = shore[i].along_m + far_m
    while i < high and shore[i + 1].along_m <= end_m:
        i += 1
    return i


@compiled
def _seen(step: Record, start: Record, end: Record) -> Span:
    """What a step sees of one segment, cm, from and to; as good as nothing, where they are the same."""
    (x, y), (ahead_x, ahead_y), within_m2 = _offset(step, start), _offset(step, end), step.reach_m * step.reach_m
    starts, ends = x * x + y * y <= within_m2, ahead_x * ahead_x + ahead_y * ahead_y <= within_m2
    if starts and ends:
        return start.along_cm, end.along_cm
    east, north = end.x - start.x, end.y - start.y
    # The distance from a convex set is convex along a line: if it grows away from an end, it does all the way.
    if not (starts or ends) and (x * east + y * north >= 0 or ahead_x * east + ahead_y * north <= 0):
        return 0, 0
    around, heading = (step.ax, step.ay, step.bx, step.by), (step.ahead, step.aside, step.long_m)
    low_m, high_m = cut(around, heading, (start.x, start.y, end.x, end.y), step.reach_m)
    if low_m != low_m:
        return 0, 0
    from_cm = start.along_cm if starts else _cm(start.along_m + low_m)
    return from_cm, end.along_cm if ends else min(_cm(start.along_m + high_m), end.along_cm)


@compiled
def _cm(metres: float) -> int:
    """Whole centimetres, to the nearest: what adjoins in metres still adjoins, lengths are right to 1 cm."""
    return int(np.rint(metres * 100))


@compiled
def _add(stretch: tuple[int, int, int], into: Into) -> None:
    """Add a stretch of a key, to the newest glimpse of it where they meet."""
    key, from_cm, to_cm = stretch
    times_s, newest, tally, found = into
    at, count = newest[key], tally[COUNT]
    if tally[BEFORE] <= at < count and found[at].key == key:
        last = found[at]
        if from_cm <= last.to_cm and last.from_cm <= to_cm:
            last.from_cm, last.to_cm = min(last.from_cm, from_cm), max(last.to_cm, to_cm)
            return
        tally[SEVERAL] = 1
    new = found[count]
    new.key, new.from_cm, new.to_cm, new.first_s, new.last_s = key, from_cm, to_cm, times_s[0], times_s[1]
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

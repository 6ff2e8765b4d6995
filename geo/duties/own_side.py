"""Which metres of which banks a patrol saw from its own side of the water, and when.

Sightings as geo.coverage.sightings has them, less what lay across the water (geo.duties.same_side): what each step of
the track sees of a bank, at each reach and bound, is cut down to what it sees from its own side, and only then put
together into visits. Without water both come to the same.

The side is told by where the step is, with ERROR_M allowed for; what is possible allows for the step's own error, where
that is more. So what is sure is sure where the water is wider than a position is wrong.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.lines import Lines, Records
from geo.coverage.near import near
from geo.coverage.sightings import (
    BOUNDS,
    ERROR_FACTOR,
    GLIMPSE_S,
    LEFT_S,
    SPREAD_S,
    TOGETHER_S,
    Track,
    Visits,
    reach_within,
    see_all,
)
from geo.coverage.steps import Steps, steps_of
from geo.duties.same_side import ERROR_M, EXEMPT_MODES, Shore, same_side
from geo.duties.same_side import Steps as Places
from geo.lines.multirange import Ranges, union

__all__ = ["Banks", "see_own_side"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
View = tuple[float, str]
"""A reach in metres, and a bound."""

EMPTY = shapely.LineString()
STEPS_AT_ONCE = 8192
"""How many steps are held against the banks at once: bounds the memory."""


class Banks:
    """Banks and the waters they belong to, made ready once for many tracks.

    lines: (n,) in metres, each in one part. waters: (n,) the polygons that each is the bank of; None for no water.
    Raises BadGeometry for what is no line or no polygon.
    """

    def __init__(self, lines: Sequence[shapely.LineString], waters: Sequence[shapely.Geometry | None]) -> None:
        self.lines = Lines(lines)
        made = {id(water): Shore.of(EMPTY, water) for water in waters}
        owned = (made[id(water)].water for water in waters)
        self.shores = [Shore.of(line, None)._replace(water=water) for line, water in zip(lines, owned, strict=True)]
        vertices = self.lines.vertices
        start = np.flatnonzero(vertices["line"][1:] == vertices["line"][:-1])
        one, other = vertices[start], vertices[start + 1]
        self.line, self.along_m, self.end_cm = one["line"], one["along_m"], other["along_cm"]
        self.segments = np.column_stack([one["x"], one["y"], other["x"], other["y"]])
        low, high = (end(self.segments[:, :2], self.segments[:, 2:]) for end in (np.minimum, np.maximum))
        self.boxes = np.column_stack([low, high])


class _Seen(NamedTuple):
    """Stretches of banks, in whole centimetres, each seen by one step in one view; sorted, apart for each of these."""

    view: Indices
    step: Indices
    line: Indices
    from_cm: Indices
    to_cm: Indices


def see_own_side(
    track: Track, mode: str, banks: Banks, reaches_m: Sequence[float], bounds: Sequence[str] = tuple(BOUNDS)
) -> dict[View, Visits]:
    """What a track saw of banks from its own side of the water, at each reach, as each bound.

    Boats and drones see both sides. Raises BadInput as `see_all` does.

    >>> river, far = shapely.box(-500, 0, 500, 20), shapely.LineString([(0, 20), (100, 20)])
    >>> near = shapely.LineString([(0, 0), (100, 0)])
    >>> still = Track(np.array([50.0]), np.array([-4.0]), np.zeros(1), np.array([3.0]), np.array([0, 1]))
    >>> banks = Banks([near, far], [river, river])
    >>> [see_own_side(still, mode, banks, [25.0])[25.0, "nominal"].line.tolist() for mode in ("foot", "boat")]
    [[0], [0, 1]]
    """
    if mode in EXEMPT_MODES:
        return see_all(track, banks.lines, reaches_m, bounds)
    views = list(product(dict.fromkeys(reaches_m), dict.fromkeys(bounds)))
    lines = len(banks.lines.length_cm)
    pieces = _visited(_glimpses(track, banks, views), len(views) * lines)
    ends = pairwise(np.searchsorted(pieces["key"], np.arange(len(views) + 1) * lines).tolist())
    return {
        view: _visits(pieces[start:stop], number * lines)
        for number, (view, (start, stop)) in enumerate(zip(views, ends, strict=True))
    }


def _visits(pieces: Records, first_key: int) -> Visits:
    columns = (np.ascontiguousarray(pieces[name]) for name in ("from_cm", "to_cm", "first_s", "last_s"))
    return Visits(pieces["key"] - first_key, *columns)


def _visited(glimpses: Iterator[Records], keys: int) -> Records:
    """Each place as often as it was visited, by key and place; adjoining places of one time joined."""
    from geo.coverage.visits import held_open, join, lay, let_go

    held = held_open(keys)
    gathered: list[Records] = []
    for glimpsed in glimpses:
        held, gone = lay(held, glimpsed, (LEFT_S, TOGETHER_S))
        gathered.append(gone)
    pieces = np.concatenate([*gathered, let_go(held)])
    starting, ending = (
        np.lexsort((pieces["first_s"], (pieces["key"] << 32) + pieces[end])) for end in ("from_cm", "to_cm")
    )
    pieces = pieces[join(pieces, starting, ending, SPREAD_S)]
    return pieces[np.lexsort([pieces[name] for name in ("last_s", "first_s", "to_cm", "from_cm", "key")])]


def _glimpses(track: Track, banks: Banks, views: Sequence[View]) -> Iterator[Records]:
    """What short steps saw from their own side, in order of time, some at a time."""
    from geo.coverage.glimpses import GLIMPSE

    whole = steps_of(track)
    # What is far from every bank is not looked at any closer: most of a track is.
    whole = whole.take(np.unique(_near(whole, banks, views)[1][0]))
    short, parent = _short(whole)
    order = np.argsort(short.start_s, kind="stable")
    for first in range(0, len(order), STEPS_AT_ONCE):
        some = order[first : first + STEPS_AT_ONCE]
        own, parent_of = np.unique(parent[some], return_inverse=True)
        steps = short.take(some)
        seen = _seen(steps, banks, views)
        clear = _clear(seen, whole.take(own), parent_of, banks, views)
        found = np.empty(len(clear.view), dtype=GLIMPSE)
        found["key"] = clear.view * len(banks.shores) + clear.line
        found["from_cm"], found["to_cm"] = clear.from_cm, clear.to_cm
        found["first_s"], found["last_s"] = steps.start_s[clear.step], steps.end_s[clear.step]
        yield found[np.argsort(found["first_s"], kind="stable")]


def _short(steps: Steps) -> tuple[Steps, Indices]:
    """Steps cut evenly into pieces no longer than a glimpse, but those that stand still; and of which each is one."""
    long_s = np.where(steps.length_m > 0, steps.end_s - steps.start_s, 0.0)
    pieces = np.maximum(np.ceil(long_s / GLIMPSE_S), 1).astype(np.int64)
    parent = np.repeat(np.arange(len(pieces)), pieces)
    nth = np.arange(len(parent)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return steps.take(parent).cut(nth / pieces[parent], (nth + 1) / pieces[parent]), parent


def _seen(steps: Steps, banks: Banks, views: Sequence[View]) -> _Seen:
    """What each step sees of each bank in each view, across the water or not."""
    from geo.coverage.abreast import abreast

    reach_m, pairs = _near(steps, banks, views)
    low_m, high_m = abreast(np.column_stack(steps[:4]), banks.segments, reach_m, pairs)
    pair, view = np.nonzero(~np.isnan(low_m))
    step, segment = (numbers[pair] for numbers in pairs)
    from_cm, to_cm = (_cm(banks.along_m[segment] + ends[pair, view]) for ends in (low_m, high_m))
    group = (view * len(steps.x0) + step) * len(banks.shores) + banks.line[segment]
    joined, _ = union(Ranges(group, from_cm, np.minimum(to_cm, banks.end_cm[segment])))
    by, line = np.divmod(joined.group, max(len(banks.shores), 1))
    view, step = np.divmod(by, len(steps.x0))
    return _Seen(view, step, line, joined.start, joined.stop)


def _near(steps: Steps, banks: Banks, views: Sequence[View]) -> tuple[Floats, tuple[Indices, Indices]]:
    """How far each step sees in each view, and the pairs of steps and segments of banks that are no farther apart."""
    reach_m = np.column_stack([reach_within(reach_m, steps.accuracy_m, bound) for reach_m, bound in views])
    around = steps.boxes + np.fmax.reduce(reach_m, axis=1)[:, None] * np.array([-1.0, -1.0, 1.0, 1.0])
    return reach_m, near(around, banks.boxes)


def _clear(seen: _Seen, whole: Steps, parent_of: Indices, banks: Banks, views: Sequence[View]) -> _Seen:
    """What of it does not lie across the water from the whole steps that the steps are pieces of."""
    possible = np.array([bound == "possible" for _, bound in views])
    parent, lines = parent_of[seen.step], len(banks.shores)
    looked, _ = union(Ranges(parent * lines + seen.line, seen.from_cm, seen.to_cm))
    clear = [_own(looked, whole, banks, kind) for kind in np.unique(possible).tolist()]
    group, low_cm, high_cm = (np.concatenate(columns) for columns in zip(*clear, strict=True))
    asked = (possible[seen.view] * len(whole.x0) + parent) * lines + seen.line
    one, other = _alike(asked, group)
    from_cm, to_cm = np.maximum(seen.from_cm[one], low_cm[other]), np.minimum(seen.to_cm[one], high_cm[other])
    some = from_cm < to_cm
    view, step, line = (column[one[some]] for column in seen[:3])
    return _Seen(view, step, line, from_cm[some], to_cm[some])


def _own(looked: Ranges, whole: Steps, banks: Banks, possible: bool) -> Ranges:
    """What steps see from their own side of stretches, (step, line) by group; possible ones count behind all others."""
    steps, lines = len(whole.x0), len(banks.shores)
    error_m = np.maximum(ERROR_M, ERROR_FACTOR * whole.accuracy_m) if possible else np.full(steps, ERROR_M)
    step, line = np.divmod(looked.group, max(lines, 1))
    found = [Ranges(*np.empty((3, 0), dtype=np.int64))]
    for one in np.unique(line).tolist():
        own = np.flatnonzero(line == one)
        places = Places(*(axis[step[own]] for axis in whole[:4]))
        ends_m = (looked.start[own] / 100, looked.stop[own] / 100)
        clear = same_side(ends_m, places, banks.shores[one], error_m=error_m[step[own]])
        group = looked.group[own][clear.of] + possible * steps * lines
        found.append(Ranges(group, _cm(clear.from_m), _cm(clear.to_m)))
    return Ranges(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def _alike(one: Indices, other: Indices) -> tuple[Indices, Indices]:
    """Each pair of places in both at which the same number stands."""
    order = np.argsort(other, kind="stable")
    first, after = (np.searchsorted(other[order], one, side) for side in ("left", "right"))
    count = after - first
    left = np.repeat(np.arange(len(one)), count)
    nth = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
    return left, order[first[left] + nth]


def _cm(metres: Floats) -> Indices:
    return np.rint(metres * 100).astype(np.int64)

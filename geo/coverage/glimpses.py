"""Which stretches of lines each moment of a track saw; compiled.

Steps that follow one another closely are held together against the runs of vertices that a grid tells to be near
(geo.coverage.search), each against each (geo.coverage.scan).
"""

from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.coverage.intervals import towards
from geo.coverage.lines import Grid, Records
from geo.coverage.scan import BEFORE, COUNT, GLIMPSE, SEVERAL, scan, unite
from geo.coverage.search import READY, STEP, Desk, Views, nearby, reach

__all__ = ["GLIMPSE", "Fixes", "Views", "glimpses"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Four = tuple[float, float, float, float]
Pair = tuple[float, float]
Span = tuple[int, int]
Record = Any  # a row of a record array: the compiler knows its fields, mypy does not

STEPS_AT_ONCE = 64
WIDE_CELLS = 2.0
"""How many steps, and over how many cells across, share one search for what is near."""


class Fixes(NamedTuple):
    """n fixes, leg after leg: metres, seconds, accuracy, and whether each is the last of its leg."""

    x: Floats
    y: Floats
    time_s: Floats
    accuracy_m: Floats
    last: Flags


@compiled
def glimpses(fixes: Fixes, span: Span, views: Views, ground: tuple[Records, Grid]) -> Records:
    """What the steps that begin at the fixes span[0] … span[1] - 1 saw, in order of time as far as the fixes are.

    Steps no longer than chunk_s that begin within chunk_s of one another may share a glimpse. A longer one is cut
    evenly into pieces no longer than two chunks: so no glimpse lasts longer, but that of a step standing still.
    """
    shore, grid = ground
    newest, tally = np.zeros(len(views.reach_m) * views.lines, np.int64), np.zeros(4, np.int64)
    desk = Desk(np.empty(STEPS_AT_ONCE, STEP), np.empty(2), np.empty_like(grid.runs), newest, tally)
    found = np.empty(256, GLIMPSE)
    i, nth = span[0], 0
    while i < span[1] and len(shore):
        if _ends_only(fixes.last, i):
            i += 1
            continue
        if fixes.last[i] or fixes.time_s[i + 1] - fixes.time_s[i] <= views.chunk_s:
            i = _gather(fixes, (i, span[1]), (views.chunk_s, WIDE_CELLS * grid.cell_m), desk)
        else:
            pieces = _pieces(fixes, i, views.chunk_s)
            _cut(desk, fixes, i, (nth / pieces, (nth + 1) / pieces))
            i, nth = (i, nth + 1) if nth + 1 < pieces else (i + 1, 0)
        found = _survey(desk, views, (shore, grid, found))
    return found[: tally[COUNT]].copy()


@compiled
def _ends_only(last: Flags, i: int) -> bool:
    """Whether no step begins at a fix: it is the last of a leg, and not the only one."""
    return bool(last[i] and i > 0 and not last[i - 1])


@compiled
def _pieces(fixes: Fixes, i: int, chunk_s: float) -> int:
    """Into how many pieces a long step is cut; one that stands still, not at all: each place is in view all along."""
    if fixes.x[i] == fixes.x[i + 1] and fixes.y[i] == fixes.y[i + 1]:
        return 1
    long_s: float = fixes.time_s[i + 1] - fixes.time_s[i]
    return ceil(long_s / (2 * chunk_s))


@compiled
def _put(step: Record, ends: Four, accuracy_m: float) -> None:
    """Note a step."""
    step.ax, step.ay, step.bx, step.by = ends
    step.ahead, step.aside, step.long_m = towards(ends)
    step.accuracy_m = accuracy_m


@compiled
def _cut(desk: Desk, fixes: Fixes, i: int, share: Pair) -> None:
    """Note a piece of the step from a fix, from one share of it to another."""
    ax, bx = _parted((fixes.x[i], fixes.x[i + 1]), share)
    ay, by = _parted((fixes.y[i], fixes.y[i + 1]), share)
    _put(desk.steps[0], (ax, ay, bx, by), max(fixes.accuracy_m[i], fixes.accuracy_m[i + 1]))
    desk.times_s[0], desk.times_s[1] = _parted((fixes.time_s[i], fixes.time_s[i + 1]), share)
    desk.tally[READY] = 1


@compiled
def _parted(ends: Pair, share: Pair) -> Pair:
    # Written so that 0 and 1 give the ends themselves, to the last digit.
    one, other = share
    return ends[0] * (1 - one) + ends[1] * one, ends[0] * (1 - other) + ends[1] * other


@compiled
def _gather(fixes: Fixes, span: Span, limits: Pair, desk: Desk) -> int:
    """Note the next steps that may share a glimpse, by seconds and metres; the fix that comes after."""
    i, count = span[0], 0
    # Taken out once: each look into the fixes costs as much as the arithmetic.
    x, y, time_s, accuracy_m, last = fixes
    first_x, first_y, first_s, last_s = x[i], y[i], time_s[i], time_s[i]
    while i < span[1] and count < STEPS_AT_ONCE:
        if _ends_only(last, i):
            i += 1
            continue
        j = i if last[i] else i + 1
        soon = 0 <= time_s[i] - first_s <= limits[0] and time_s[j] - time_s[i] <= limits[0]
        if count and not (soon and abs(x[j] - first_x) <= limits[1] and abs(y[j] - first_y) <= limits[1]):
            break
        _put(desk.steps[count], (x[i], y[i], x[j], y[j]), max(accuracy_m[i], accuracy_m[j]))
        last_s = max(last_s, time_s[j])
        count, i = count + 1, i + 1
    desk.tally[READY], desk.times_s[0], desk.times_s[1] = count, first_s, last_s
    return i


@compiled
def _survey(desk: Desk, views: Views, ground: tuple[Records, Grid, Records]) -> Records:
    """Add what the steps at hand saw to what was found, as one glimpse of each unbroken stretch."""
    shore, grid, found = ground
    times_s, runs, newest, tally = desk.times_s, desk.runs, desk.newest, desk.tally
    steps = desk.steps[: tally[READY]]
    tally[BEFORE], tally[SEVERAL] = tally[COUNT], 0
    near, vertices = nearby(desk, views, grid)
    for view in range(len(views.reach_m) if near else 0):
        most = tally[COUNT] + vertices * len(steps)  # a stretch of each segment for each step
        if most > len(found):
            found = _resized(found, tally[COUNT], 2 * most)
        for at in range(len(steps)):
            steps[at].reach_m = reach(views, view, steps[at].accuracy_m)
        for run in range(near):
            where = (view * views.lines, runs[run].low, runs[run].high)
            scan(where, steps, shore, (times_s, newest, tally, found))
    if tally[SEVERAL]:
        unite(tally, found)
    return found


@compiled
def _resized(found: Records, count: int, size: int) -> Records:
    """The first so many glimpses, in room for another number of them."""
    larger = np.empty(size, GLIMPSE)
    larger[:count] = found[:count]
    return larger

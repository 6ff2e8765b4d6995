"""Which stretches of lines each moment of a track saw; compiled.

Steps that follow one another closely are held together against the runs of vertices that a grid tells to be near
(geo.coverage.search), each against each (geo.coverage.scan).
"""

from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.coverage.lines import Grid, Records
from geo.coverage.scan import BEFORE, COUNT, GLIMPSE, SEVERAL, scan, unite
from geo.coverage.search import READY, STEP, Desk, Views, nearby, reach

__all__ = ["GLIMPSE", "Fixes", "Views", "glimpses"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
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
    desk = Desk(np.empty(STEPS_AT_ONCE, STEP), np.empty_like(grid.runs), newest, tally)
    found = np.empty(256, GLIMPSE)
    i, nth = span[0], 0
    while i < span[1] and len(shore):
        if _ends_only(fixes, i):
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
def _ends_only(fixes: Fixes, i: int) -> bool:
    """Whether no step begins at a fix: it is the last of a leg, and not the only one."""
    return bool(fixes.last[i] and i > 0 and not fixes.last[i - 1])


@compiled
def _pieces(fixes: Fixes, i: int, chunk_s: float) -> int:
    """Into how many pieces a long step is cut; one that stands still, not at all: each place is in view all along."""
    if fixes.x[i] == fixes.x[i + 1] and fixes.y[i] == fixes.y[i + 1]:
        return 1
    long_s: float = fixes.time_s[i + 1] - fixes.time_s[i]
    return ceil(long_s / (2 * chunk_s))


@compiled
def _put(step: Record, fixes: Fixes, i: int) -> None:
    """Note the step from a fix: to itself, where it is the last of its leg."""
    j = i if fixes.last[i] else i + 1
    step.ax, step.ay, step.bx, step.by = fixes.x[i], fixes.y[i], fixes.x[j], fixes.y[j]
    step.first_s, step.last_s = fixes.time_s[i], fixes.time_s[j]
    step.accuracy_m = max(fixes.accuracy_m[i], fixes.accuracy_m[j])


@compiled
def _cut(desk: Desk, fixes: Fixes, i: int, share: Pair) -> None:
    """Note a piece of the step from a fix, from one share of it to another."""
    step = desk.steps[0]
    _put(step, fixes, i)
    step.ax, step.bx = _parted((fixes.x[i], fixes.x[i + 1]), share)
    step.ay, step.by = _parted((fixes.y[i], fixes.y[i + 1]), share)
    step.first_s, step.last_s = _parted((fixes.time_s[i], fixes.time_s[i + 1]), share)
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
    x, y, time_s = fixes.x, fixes.y, fixes.time_s
    first_x, first_y, first_s = x[i], y[i], time_s[i]
    while i < span[1] and count < STEPS_AT_ONCE:
        if _ends_only(fixes, i):
            i += 1
            continue
        j = i if fixes.last[i] else i + 1
        soon = 0 <= time_s[i] - first_s < limits[0] and time_s[j] - time_s[i] <= limits[0]
        if count and not (soon and abs(x[j] - first_x) <= limits[1] and abs(y[j] - first_y) <= limits[1]):
            break
        _put(desk.steps[count], fixes, i)
        count, i = count + 1, i + 1
    desk.tally[READY] = count
    return i


@compiled
def _survey(desk: Desk, views: Views, ground: tuple[Records, Grid, Records]) -> Records:
    """Add what the steps at hand saw to what was found, as one glimpse of each unbroken stretch."""
    shore, grid, found = ground
    steps, runs, newest, tally = desk
    tally[BEFORE], tally[SEVERAL] = tally[COUNT], 0
    near, vertices = nearby(desk, views, grid)
    for at in range(tally[READY] if near else 0):
        most = tally[COUNT] + vertices * len(views.reach_m)
        if most > len(found):
            found = _resized(found, tally[COUNT], 2 * most)
        step = steps[at]
        for view in range(len(views.reach_m)):
            reach_m = reach(views, view, step.accuracy_m)
            for run in range(near if reach_m >= 0 else 0):
                scan(
                    (view * views.lines, runs[run].low, runs[run].high), (step, reach_m), shore, (newest, tally, found)
                )
    if tally[SEVERAL]:
        unite(tally, found)
    return found


@compiled
def _resized(found: Records, count: int, size: int) -> Records:
    """The first so many glimpses, in room for another number of them."""
    larger = np.empty(size, GLIMPSE)
    larger[:count] = found[:count]
    return larger

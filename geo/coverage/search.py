"""Which runs of vertices some steps may see: what a grid tells to be near; compiled."""

from math import inf, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.coverage.lines import Grid, Records

__all__ = ["HAIR_M", "READY", "STEP", "Desk", "Views", "nearby", "reach"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Pair = tuple[float, float]
Span = tuple[int, int]

STEP = np.dtype(
    [(name, np.float64) for name in ("ax", "ay", "bx", "by", "ahead", "aside", "long_m")]
    + [(name, np.float64) for name in ("accuracy_m", "reach_m")]
)
"""A step from a to b: metres; its direction, east and north, and length; accuracy of its worse end, reach in a view."""
HAIR_M = 1e-6
"""More than rounding can add to a distance."""
READY = 0
"""The place in Desk.tally that tells how many steps are at hand; what the others tell is in geo.coverage.scan."""


class Views(NamedTuple):
    """(v,) reaches, each with the factor of the accuracy added to it; how many lines; chunk_s as in `glimpses`."""

    reach_m: Floats
    factor: Floats
    lines: int
    chunk_s: float


class Desk(NamedTuple):
    """Room for what is at hand: some steps, when they began and ended, and the runs near them.

    newest: where the newest glimpse of each key lies. tally: see READY.
    """

    steps: Records
    times_s: Floats
    runs: Records
    newest: Indices
    tally: Indices


@compiled
def reach(views: Views, view: int, accuracy_m: float) -> float:
    """How far a step with this error sees; NaN where the error uses the reach up. As sightings.reach_within."""
    error_m = views.factor[view] * accuracy_m
    reach_m = views.reach_m[view] + error_m
    return reach_m if reach_m > 0 or (error_m == 0 and reach_m == 0) else nan


@compiled
def nearby(desk: Desk, views: Views, grid: Grid) -> Span:
    """Note the runs of vertices that the steps may see, sorted and apart; how many runs, and vertices in them."""
    columns, rows = _cells(desk, views, grid)
    cells, runs, found = grid.cells, desk.runs, 0
    if columns[1] and rows[1] - rows[0] > len(cells):  # almost all of them empty
        for run in range(len(runs)):
            runs[run].low, runs[run].high = grid.runs[run].low, grid.runs[run].high
        return _sorted_apart(runs, len(runs))
    for row in range(rows[0], rows[1]):
        start, stop = row * grid.columns + columns[0], row * grid.columns + columns[1]
        at = _first_cell(cells, start)
        while at < len(cells) and cells[at].number < stop:
            for run in range(cells[at].first, cells[at].stop):
                runs[found].low, runs[found].high = grid.runs[run].low, grid.runs[run].high
                found += 1
            at += 1
    return _sorted_apart(runs, found)


@compiled
def _first_cell(cells: Records, number: int) -> int:
    """Where the cells from this number on begin."""
    low, high = 0, len(cells)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if cells[middle].number < number else (low, middle)
    return low


@compiled
def _cells(desk: Desk, views: Views, grid: Grid) -> tuple[Span, Span]:
    """The columns and rows of the grid, from and to, that the steps may see: none where they see nothing."""
    west, south, east, north, farthest_m = inf, inf, -inf, -inf, -1.0
    for at in range(desk.tally[READY]):
        step = desk.steps[at]
        for view in range(len(views.reach_m)):
            farthest_m = max(farthest_m, reach(views, view, step.accuracy_m))
        west, east = min(west, step.ax, step.bx), max(east, step.ax, step.bx)
        south, north = min(south, step.ay, step.by), max(north, step.ay, step.by)
    if farthest_m < 0:
        return (0, 0), (0, 0)
    far_m, cell_m = farthest_m + HAIR_M, grid.cell_m
    columns = _touched((west - far_m - grid.west, east + far_m - grid.west), cell_m, grid.columns)
    return columns, _touched((south - far_m - grid.south, north + far_m - grid.south), cell_m, grid.rows)


@compiled
def _touched(span_m: Pair, cell_m: float, most: int) -> Span:
    """Cells from and to that lie, at least in part, between two distances from the edge of the grid."""
    low, high = max(span_m[0] / cell_m, 0.0), min(span_m[1] / cell_m + 1, float(most))
    return (int(low), int(high)) if low < high else (0, 0)


@compiled
def _sorted_apart(runs: Records, found: int) -> Span:
    """Put the runs noted in order, joined where they meet; how many runs, and vertices in them."""
    gap = found // 2
    while gap:  # Shell's sort: in place, and quick to compile
        for at in range(gap, found):
            low, high, to = runs[at].low, runs[at].high, at
            while to >= gap and runs[to - gap].low > low:
                runs[to].low, runs[to].high = runs[to - gap].low, runs[to - gap].high
                to -= gap
            runs[to].low, runs[to].high = low, high
        gap //= 2
    apart = vertices = 0
    for at in range(found):
        low, high = runs[at].low, runs[at].high
        if apart and low <= runs[apart - 1].high:
            runs[apart - 1].high = max(runs[apart - 1].high, high)
        else:
            runs[apart].low, runs[apart].high = low, high
            apart += 1
    for at in range(apart):
        vertices += runs[at].high - runs[at].low + 1
    return apart, vertices

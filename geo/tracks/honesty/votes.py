"""By which lags the entries of two traces vote for a replay; compiled, for a track is held against very many."""

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.tracks.honesty.replay import LEAST_CELLS, LEAST_LAG_S, LEAST_S

__all__ = ["WITHIN_S", "voted"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Entries = tuple[Indices, Floats]
"""(n,) cells entered, and when, in order of time."""

WITHIN_S = 15.0
"""Lags that differ by no more are one: a few metres at a walk, twice."""
LAGS_TRIED = 2


def voted(later: Entries, earlier: Entries) -> Floats:
    """The lags, seconds, that most entries of two traces agree on, the likeliest first; mostly two, or none."""
    order = np.argsort(earlier[0], kind="stable")
    which, lag_s = _met(later, (earlier[0][order], earlier[1][order]))
    ascending = np.argsort(lag_s, kind="stable")
    return _elected(later, which[ascending], lag_s[ascending])


@compiled
def _met(later: Entries, by_cell: Entries) -> tuple[Indices, Floats]:
    """For each two entries into one cell which of the later track's it is, and by how much it is later."""
    met = 0
    for at in range(len(later[0])):
        met += _first(by_cell[0], later[0][at] + 1) - _first(by_cell[0], later[0][at])
    which, lag_s, count = np.empty(met, dtype=np.int64), np.empty(met), 0
    for at in range(len(later[0])):
        for other in range(_first(by_cell[0], later[0][at]), _first(by_cell[0], later[0][at] + 1)):
            late_s = later[1][at] - by_cell[1][other]
            if late_s >= LEAST_LAG_S - WITHIN_S:
                which[count], lag_s[count] = at, late_s
                count += 1
    return which[:count], lag_s[:count]


@compiled
def _first(cells: Indices, number: int) -> int:
    """Where the cells from this number on begin."""
    low, high = 0, len(cells)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if cells[middle] < number else (low, middle)
    return low


@compiled
def _elected(later: Entries, which: Indices, lag_s: Floats) -> Floats:
    """The lags that win, one after another, among those left; lag_s ascends."""
    found, count, left = np.empty(LAGS_TRIED), 0, len(lag_s)
    here = np.zeros(len(later[0]), dtype=np.bool_)
    while left >= LEAST_CELLS and count < LAGS_TRIED:
        best, stop = _most(lag_s, left)
        if stop - best < LEAST_CELLS:
            break
        here[:] = False
        for at in range(best, stop):
            here[which[at]] = True
        if _goes_far(later, here):
            middle = (best + stop) // 2
            found[count] = lag_s[middle] if (stop - best) % 2 else (lag_s[middle - 1] + lag_s[middle]) / 2
            count += 1
        for at in range(stop, left):
            which[at - stop + best], lag_s[at - stop + best] = which[at], lag_s[at]
        left -= stop - best
    return found[:count]


@compiled
def _most(lag_s: Floats, left: int) -> tuple[int, int]:
    """The first of the windows of WITHIN_S that hold most lags, from and to."""
    best, stop, after = 0, 0, 0
    for at in range(left):
        while after < left and lag_s[after] <= lag_s[at] + WITHIN_S:
            after += 1
        if after - at > stop - best:
            best, stop = at, after
    return best, stop


@compiled
def _goes_far(later: Entries, here: NDArray[np.bool_]) -> bool:
    """Whether these may be the entries of a replay that lasts long enough: it may begin, and end, within a cell."""
    first = last = -1
    distinct, one, other, longest_s = 0, 0, 0, 0.0
    for at in range(len(here)):
        if not here[at]:
            continue
        cell = later[0][at]
        if distinct == 0 or (distinct < LEAST_CELLS and cell != one and (distinct == 1 or cell != other)):
            one, other, distinct = (cell, one, distinct + 1)
        longest_s = max(longest_s, later[1][at] - later[1][last]) if first >= 0 else 0.0
        first, last = (at if first < 0 else first), at
    return distinct >= LEAST_CELLS and later[1][last] - later[1][first] + 2 * longest_s >= LEAST_S

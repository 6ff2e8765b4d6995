"""Steps parted among the cells of a lattice, and among polygons that overlap; compiled.

A step is cut where it crosses the lines that carry the lattice's borders, and each piece belongs where its middle
does: to one cell and one only, even where it runs along a border. What the pieces take sums to the whole step.
"""

from math import floor, sqrt

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled

__all__ = ["first_takes", "parted"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@compiled
def _hexagon(x: float, y: float) -> tuple[int, int]:
    """Column and row of the hexagon of width 1 around a place: the nearest of three roundings that sum to 0."""
    row = y * 2 / sqrt(3.0)
    column = x - row / 2
    third = -column - row
    near_column, near_row, near_third = floor(column + 0.5), floor(row + 0.5), floor(third + 0.5)
    off_column, off_row = abs(near_column - column), abs(near_row - row)
    off_third = abs(near_third - third)
    if off_column > off_row and off_column > off_third:
        return int(-near_row - near_third), int(near_row)
    if off_row > off_third:
        return int(near_column), int(-near_column - near_third)
    return int(near_column), int(near_row)


@compiled
def _next_cut(start: float, slope: float, line: int) -> float:
    """The share of its way at which a step crosses a line; infinite if it runs along it."""
    return np.inf if slope == 0 else (line - start) / slope


@compiled
def _first_line(start: float, slope: float) -> int:
    """The number of the first line that a step crosses after its start."""
    return int(floor(start) + 1) if slope > 0 else int(-floor(-start) - 1)


@compiled
def parted(steps: Floats, normals: Floats, hexagons: bool, pieces: int) -> tuple[Indices, Indices, Indices, Floats]:
    """The pieces of steps, at most so many, in order: which step, the cell's column and row, and the share of the step.

    steps: (n, 4) in widths of a cell; normals: (families, 2), each times a place being the number of the line there.
    """
    step, column, row = np.empty(pieces, np.int64), np.empty(pieces, np.int64), np.empty(pieces, np.int64)
    share, size = np.empty(pieces), 0
    start, slope, at = np.empty(len(normals)), np.empty(len(normals)), np.empty(len(normals), np.int64)
    for i in range(len(steps)):
        x0, y0, x1, y1 = steps[i]
        for family in range(len(normals)):
            east, north = normals[family]
            start[family] = east * x0 + north * y0
            slope[family] = east * x1 + north * y1 - start[family]
            at[family] = _first_line(start[family], slope[family])
        low = 0.0
        while low < 1.0:
            nearest, high = -1, 1.0
            for family in range(len(normals)):
                cut = _next_cut(start[family], slope[family], at[family])
                if cut < high:
                    nearest, high = family, cut
            if nearest >= 0:
                at[nearest] += 1 if slope[nearest] > 0 else -1
            if high <= low:
                continue
            middle = 0.5 * (low + high)
            x, y = x0 * (1 - middle) + x1 * middle, y0 * (1 - middle) + y1 * middle
            if hexagons:
                column[size], row[size] = _hexagon(x, y)
            else:
                column[size], row[size] = floor(x), floor(y)
            step[size], share[size] = i, high - low
            size += 1
            low = high
    return step[:size], column[:size], row[:size], share[:size]


@compiled
def first_takes(step: Indices, low: Floats, high: Floats) -> Floats:
    """The share of its step that each piece has to itself, or has first: without what earlier pieces of the step hold.

    step: (n,) sorted; low, high: where pieces start and end, as shares of the step.
    """
    share, first = np.zeros(len(step)), 0
    for i in range(len(step)):
        if step[i] != step[first]:
            first = i
        at = low[i]
        while at < high[i]:
            until, held = high[i], False
            for k in range(first, i):
                if low[k] <= at < high[k]:
                    held, until = True, high[k]
                    break
                if at < low[k] < until:
                    until = low[k]
            until = min(until, high[i])
            if not held:
                share[i] += until - at
            at = until
    return share

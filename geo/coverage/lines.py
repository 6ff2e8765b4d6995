"""Lines to be seen, made ready once for many tracks: their vertices, their chainage, and a grid to find them by."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.errors import BadGeometry

__all__ = ["Grid", "Lines", "Records"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
Records = NDArray[np.void]

CELL_M = 50.0
MOST_CELLS = 1_000_000
"""How many cells all lines together may run through, about: longer lines get larger cells."""
FURTHEST_M = 1e8
"""No metric system of the earth has coordinates beyond: twice its circumference."""
LONGEST_CM = 2**31 - 1
"""The largest number that a stored range of centimetres can hold: 21,474 km."""


VERTEX = np.dtype(
    [("x", np.float64), ("y", np.float64), ("along_m", np.float64), ("along_cm", np.int64), ("line", np.int64)]
)
"""A vertex of a line: metres, chainage, and which line it is of; no vertex repeats the one before."""
CELL = np.dtype([("number", np.int64), ("first", np.int64), ("stop", np.int64)])
"""A cell, numbered row * columns + column from south-west, and which runs in Grid.runs go through it."""
RUN = np.dtype([("low", np.int64), ("high", np.int64)])
"""Vertices low … high, each joined to the next by a segment; those segments go through a cell."""


class Grid(NamedTuple):
    """Square cells that segments go through, sorted by number; all the rest of the plane is empty."""

    cell_m: float
    west: float
    south: float
    columns: int
    rows: int
    cells: Records
    runs: Records


class Lines:
    """Lines to be seen, made ready once for many tracks.

    geometries: (n,) shapely lines or multilines in metres. The parts of a multiline follow one another.
    An empty line, or None, is never seen. Raises BadGeometry where a coordinate is no number or no metre of the
    earth, and where a line is longer than chainage can be.

    >>> Lines([shapely.LineString([(0, 0), (3, 4)]), None]).length_cm.tolist()
    [500, 0]
    """

    def __init__(self, geometries: Sequence[shapely.Geometry | None] | NDArray[np.object_]) -> None:
        lines = np.asarray(geometries, dtype=object)
        parts, line = shapely.get_parts(lines, return_index=True)
        xy, part = shapely.get_coordinates(parts, return_index=True)
        _refuse_far(xy)
        own = np.append(True, (np.diff(part) != 0) | (np.diff(xy, axis=0) != 0).any(axis=1))[: len(xy)]
        xy, part = xy[own], part[own]
        joined = np.append(np.diff(part) == 0, False)[: len(xy)]
        along_m = _chainage(xy, line[part], joined)
        self.length_cm: Indices = np.zeros(len(lines), dtype=np.int64)
        along_cm = np.round(along_m * 100).astype(np.int64)
        if along_cm.max(initial=0) > LONGEST_CM:
            raise BadGeometry(f"有一条线长 {along_m.max() / 1000:.0f} 公里,超过 21474 公里:请把它分成几条。")
        np.maximum.at(self.length_cm, line[part], along_cm)
        self.vertices = _records(VERTEX, xy[:, 0], xy[:, 1], along_m, along_cm, line[part])
        self.grid = _grid(xy, joined)


def _refuse_far(xy: Floats) -> None:
    wrong = xy[~(np.abs(xy) <= FURTHEST_M).all(axis=1)]
    if len(wrong):
        raise BadGeometry(f"线的坐标 {wrong[0].tolist()} 不是米制坐标:请检查坐标系与文件。")


def _chainage(xy: Floats, line: Indices, joined: Flags) -> Floats:
    """How far along its line each vertex lies; the gap between two parts counts for nothing."""
    step_m = np.where(joined[:-1], np.hypot(*np.diff(xy, axis=0).T), 0.0)
    along_m: Floats = np.append(0.0, np.cumsum(step_m))[: len(xy)]
    first = np.flatnonzero(np.append(True, np.diff(line) > 0)[: len(line)])
    along_m -= np.repeat(along_m[first], np.diff(np.append(first, len(line))))
    return along_m


def _grid(xy: Floats, joined: Flags) -> Grid:
    """The cells that segments run through; a long segment is entered piece by piece."""
    segment = np.flatnonzero(joined)
    start, end = xy[segment], xy[segment + 1]
    length_m = np.hypot(*(end - start).T)
    cell_m = max(CELL_M, float(length_m.sum()) / MOST_CELLS)
    pieces = np.maximum(np.ceil(length_m / cell_m), 1).astype(np.int64)
    of = np.repeat(np.arange(len(segment)), pieces)
    share = (np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[of]
    ends = (start[of] + (end - start)[of] * (share + one / pieces[of])[:, None] for one in (0, 1))
    corner = xy.min(axis=0, initial=np.inf) if len(of) else np.zeros(2)
    one, other = (np.maximum(np.floor((end - corner) / cell_m), 0).astype(np.int64) for end in ends)
    columns, rows = (np.maximum(one, other).max(axis=0, initial=0) + 1).tolist()
    # A piece is no longer than a cell: it lies in the cells of its ends and of the corners between them.
    cells = [row * columns + column for column in (one[:, 0], other[:, 0]) for row in (one[:, 1], other[:, 1])]
    return _listed((cell_m, *corner.tolist(), columns, rows), np.concatenate(cells), np.tile(segment[of], 4))


def _listed(frame: tuple[float, float, float, int, int], cell: Indices, segment: Indices) -> Grid:
    """The grid of these entries, neighbouring segments of a cell put together."""
    order = np.lexsort((segment, cell))
    cell, segment = cell[order], segment[order]
    more = np.append(True, (np.diff(cell) != 0) | (np.diff(segment) > 1))[: len(cell)]
    low = np.flatnonzero(more)
    high = np.append(low[1:], len(cell)) - 1 if len(low) else low
    numbers, first = np.unique(cell[low], return_index=True)
    cells = _records(CELL, numbers, first, np.append(first[1:], len(low))[: len(first)])
    return Grid(*frame, cells, _records(RUN, segment[low], segment[high] + 1))


def _records(kind: np.dtype[np.void], *columns: Floats | Indices) -> Records:
    """One record for each row of the columns: compiled code is handed one array, not many."""
    made = np.empty(len(columns[0]), dtype=kind)
    for name, values in zip(kind.names or (), columns, strict=True):
        made[name] = values
    return made

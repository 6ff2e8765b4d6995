"""How much was walked where: exact metres and seconds of a track in each cell. The cell nobody came to is a 0."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.cells import SQUARE, Cells
from geo.coverage.near import near
from geo.coverage.outlines import outlines_of, polygons
from geo.coverage.passes import summed
from geo.coverage.sightings import Track
from geo.coverage.steps import Steps, steps_of
from layers.errors import TooLarge

__all__ = ["Effort", "effort", "effort_within"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Geometries = NDArray[np.object_]

SQUARE_LINES = np.array([[1.0, 0.0], [0.0, 1.0]])
HEXAGON_LINES = np.array([[2.0, 0.0], [1.0, 3**0.5], [1.0, -(3**0.5)]])
"""The borders of hexagons of width 1 lie on lines half a width apart, in three directions."""
MOST_PIECES = 100_000_000
"""How many pieces the steps of a track may be cut into at once: bounds the memory."""


class Effort(NamedTuple):
    """Metres and seconds in each of n cells, 0 where nobody was; and what lies in none of them.

    Both together are all the track's metres and seconds, to rounding. A leg of one fix has neither.
    """

    length_m: Floats
    time_s: Floats
    outside_m: float
    outside_s: float


def effort(track: Track, cells: Cells) -> Effort:
    """Metres and seconds in each cell of a lattice. What runs along a border belongs to one of its cells alone.

    No legs make zeros. Raises BadInput for a track with what is no number, TooLarge for one through too many cells.

    >>> from geo.coverage.cells import square_cells
    >>> went = Track(np.array([5.0, 25.0]), np.full(2, 5.0), np.array([0.0, 40.0]), np.ones(2), np.array([0, 2]))
    >>> found = effort(went, square_cells(shapely.box(0, 0, 20, 20), 10.0))
    >>> found.length_m.tolist(), found.time_s.tolist(), found.outside_m
    ([5.0, 10.0, 0.0, 0.0], [10.0, 20.0, 0.0, 0.0], 5.0)
    """
    from geo.coverage.parting import parted

    steps = steps_of(track)
    lines = SQUARE_LINES if cells.kind == SQUARE else HEXAGON_LINES
    ends = np.column_stack(steps[:4]) / cells.size_m
    crossed = np.abs((ends[:, 2:] - ends[:, :2]) @ lines.T)
    pieces = float(np.ceil(crossed + 1).sum() + len(ends))
    if pieces > MOST_PIECES:
        raise TooLarge(
            f"轨迹按 {cells.size_m:g} 米的格网要切成 {pieces:,.0f} 段,超过 {MOST_PIECES:,} 段:请加大边长或分批计算。"
        )
    step, column, row, share = parted(ends, lines, cells.kind != SQUARE, int(pieces))
    return _effort(steps, (step, _cell(cells, column, row)), share, len(cells.column))


def effort_within(track: Track, areas: Sequence[shapely.Geometry | None] | Geometries) -> Effort:
    """Metres and seconds in each of (n,) polygons, such as communities; of what overlaps, the first given has it.

    What runs along a border that two share is in one of them alone. Empty ones and None have 0. Raises BadGeometry for
    what is no polygon, or not valid; BadInput for a track with what is no number.

    >>> went = Track(np.array([5.0, 25.0]), np.full(2, 5.0), np.array([0.0, 40.0]), np.ones(2), np.array([0, 2]))
    >>> found = effort_within(went, [shapely.box(0, 0, 10, 10), None, shapely.box(8, 0, 20, 20)])
    >>> found.length_m.tolist(), found.outside_s
    ([5.0, 0.0, 10.0], 10.0)
    """
    from geo.coverage.clips import inside
    from geo.coverage.parting import first_takes

    outlines, steps = outlines_of(polygons(areas)), steps_of(track)
    pairs = near(outlines.boxes, steps.boxes)
    pair, low, high = inside(outlines, np.column_stack(steps[:4]), pairs)
    area, step = (each[pair] for each in pairs)
    # Pieces come by area: a stable sort keeps them so within each step.
    order = np.argsort(step, kind="stable")
    area, step = area[order], step[order]
    share = first_takes(step, low[order], high[order])
    return _effort(steps, (step, area), share, len(outlines.boxes))


def _cell(cells: Cells, column: Indices, row: Indices) -> Indices:
    """The place of each column and row among the cells; -1 for none of them."""
    if not len(cells.column):
        return np.full(len(column), -1)
    west, south = cells.column.min(), cells.row.min()
    wide, high = cells.column.max() - west + 1, cells.row.max() - south + 1
    key = (cells.row - south) * wide + cells.column - west
    order = np.argsort(key)
    asked = (row - south) * wide + column - west
    asked[(column < west) | (column >= west + wide) | (row < south) | (row >= south + high)] = -1
    found = order[np.minimum(np.searchsorted(key[order], asked), len(key) - 1)]
    return np.where(key[found] == asked, found, -1)


def _effort(steps: Steps, where: tuple[Indices, Indices], share: Floats, cells: int) -> Effort:
    """Shares of steps summed by cell; -1 is outside, as is what no piece has taken."""
    step, cell = where
    some = np.flatnonzero(cell >= 0)
    taken = summed(step[some], share[some], len(steps.x0))
    amounts = []
    for amount in (steps.length_m, steps.end_s - steps.start_s):
        inside = summed(cell[some], amount[step[some]] * share[some], cells)
        outside = float((amount * np.maximum(1 - taken, 0.0)).sum())
        amounts.append((inside, outside))
    (length_m, outside_m), (time_s, outside_s) = amounts
    return Effort(length_m, time_s, outside_m, outside_s)

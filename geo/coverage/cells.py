"""Square and hexagonal cells over a place. The same cell has the same number and name whatever place is asked for.

Cells lie on one lattice for each kind and size, anchored at the origin of the metric system. Squares are numbered by
column and row from there, eastward and northward. Hexagons stand on a corner, and their columns lean: cell (c, r) has
its middle at x = (c + r / 2) size, y = r √3/2 size.

Source for the hexagons: A. Patel, Hexagonal Grids, "axial coordinates", https://www.redblobgames.com/grids/hexagons/
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.outlines import polygons
from layers.errors import BadGeometry, BadInput, TooLarge

__all__ = ["HEXAGON", "SQUARE", "Cells", "hexagonal_cells", "square_cells"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Geometries = NDArray[np.object_]

SQUARE, HEXAGON = "square", "hexagon"
MOST_CELLS = 2_000_000
"""How many cells the box around a place may have."""
FURTHEST = 2**31
"""Columns and rows lie nearer to the origin than this."""
RISE = 3**0.5 / 2
"""How far apart rows of hexagons are, in widths."""


class Cells(NamedTuple):
    """n cells of a lattice, by row, then by column: their kind, width (between opposite sides, m) and numbers."""

    kind: str
    size_m: float
    column: Indices
    row: Indices

    @property
    def names(self) -> list[str]:
        """The stable name of each: kind, size, column, row."""
        numbers = zip(self.column.tolist(), self.row.tolist(), strict=True)
        return [f"{self.kind}_{self.size_m:.12g}_{column}_{row}" for column, row in numbers]

    @property
    def shapes(self) -> Geometries:
        """(n,) polygons in metres; neighbours share their corners to the last digit."""
        return _squares(self) if self.kind == SQUARE else _hexagons(self)


def square_cells(over: shapely.Geometry, size_m: float) -> Cells:
    """The squares with sides of size_m that have some area in common with a polygon; an empty one has none.

    Raises BadGeometry for what is no valid polygon, BadInput for a size that is none, TooLarge over MOST_CELLS.

    >>> square_cells(shapely.box(0, 0, 250, 90), 100.0).names
    ['square_100_0_0', 'square_100_1_0', 'square_100_2_0']
    """
    west, south, east, north = _bounds(over, size_m, size_m)
    return _touching(over, SQUARE, size_m, (west, east, south, north))


def hexagonal_cells(over: shapely.Geometry, size_m: float) -> Cells:
    """The hexagons, size_m between opposite sides, that have some area in common with a polygon; as `square_cells`.

    >>> hexagonal_cells(shapely.Point(0, 0).buffer(10), 100.0).names
    ['hexagon_100_0_0']
    """
    # A hexagon reaches 1/√3 of its width up from its middle, and a row leans half a width.
    west, south, east, north = _bounds(over, size_m, size_m * RISE)
    low, high = south - 1, north + 1
    return _touching(over, HEXAGON, size_m, (west - 1 - high // 2 - 1, east + 1 - low // 2 + 1, low, high))


def _bounds(over: shapely.Geometry, wide_m: float, high_m: float) -> tuple[int, int, int, int]:
    """The first and last column and row, upright, that a polygon's box touches."""
    if over is None:
        raise BadGeometry("没有给出范围:请给出一个面。")
    (shape,) = polygons([over])
    if not (np.isfinite(wide_m) and wide_m > 0):
        raise BadInput(f"格网边长 {wide_m} 米无效:应为大于 0 的数。")
    if shape.is_empty:
        return 0, 0, -1, -1
    bounds = np.floor(np.array(shape.bounds) / np.array([wide_m, high_m] * 2))
    columns, rows = bounds[2] - bounds[0] + 1, bounds[3] - bounds[1] + 1
    if columns * rows > MOST_CELLS:
        raise TooLarge(
            f"边长 {wide_m:g} 米的格网有 {columns * rows:,.0f} 格,超过 {MOST_CELLS:,} 格:请加大边长或缩小范围。"
        )
    if np.abs(bounds).max() >= FURTHEST / 2:
        raise BadInput(f"边长 {wide_m:g} 米太小,格号放不下:请加大边长。")
    west, south, east, north = bounds.astype(np.int64).tolist()
    return west, south, east, north


def _touching(over: shapely.Geometry, kind: str, size_m: float, ends: tuple[int, int, int, int]) -> Cells:
    """Of columns and rows, first and last, the cells that have some area in common with a polygon."""
    west, east, south, north = ends
    row, column = (grid.ravel() for grid in np.mgrid[south : north + 1, west : east + 1])
    cells = Cells(kind, float(size_m), column, row)
    shapely.prepare(over)
    low, high = _middles(cells) - size_m, _middles(cells) + size_m
    near = shapely.intersects(over, shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
    cells = Cells(kind, float(size_m), column[near], row[near])
    shapes = cells.shapes
    some = shapely.intersects(over, shapes) & ~shapely.touches(over, shapes)
    return Cells(kind, float(size_m), cells.column[some], cells.row[some])


def _middles(cells: Cells) -> Floats:
    if cells.kind == SQUARE:
        return np.column_stack([cells.column + 0.5, cells.row + 0.5]) * cells.size_m
    return np.column_stack([cells.column + cells.row / 2, cells.row * RISE]) * cells.size_m


def _squares(cells: Cells) -> Geometries:
    west, south = cells.column * cells.size_m, cells.row * cells.size_m
    east, north = (cells.column + 1) * cells.size_m, (cells.row + 1) * cells.size_m
    return np.asarray(shapely.box(west, south, east, north), dtype=object)


def _hexagons(cells: Cells) -> Geometries:
    # Corners lie on a lattice of half widths and thirds of rows: counted in whole numbers, neighbours agree.
    across, up = 2 * cells.column + cells.row, 3 * cells.row
    around = np.array([(1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2)])
    x = (across[:, None] + around[:, 0]) * (cells.size_m / 2)
    y = (up[:, None] + around[:, 1]) * (cells.size_m * RISE / 3)
    return np.asarray(shapely.polygons(np.stack([x, y], axis=-1)), dtype=object).reshape(-1)

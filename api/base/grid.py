"""Where the far tiles lie that a tile of ours is made of: in Mercator's grid, in degrees, or in a service's own.

Ours are the tiles of every web map (EPSG:3857, 256 pixels, from the north-west). Of a grid in degrees, and of one with
other steps or another origin, the tiles that meet ours are put together and drawn anew: both axes by themselves, for
columns are linear in all of these grids, and a row's latitude does not depend on its column.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.base.picture import Pixels
from api.limits import MAX_ZOOM

HALF_M = math.pi * 6378137.0
"""From the meridian of Greenwich to the edge of Mercator's square."""
SIDE = 256
MOST_PIECES = 16
_SAME = 1e-6
"""Of a pixel: less is no difference."""

Floats = NDArray[np.float64]


class Level(NamedTuple):
    """One step of a grid. name: what the service calls it.  pixel: its length, in metres of Mercator or degrees."""

    name: str
    pixel: float
    left: float
    top: float
    width: int
    height: int
    columns: int
    rows: int


class Pieces(NamedTuple):
    """The far tiles that one of ours needs: of which level, from where to where, and where our pixels lie in them."""

    level: Level
    columns: range
    rows: range
    across: Floats
    down: Floats

    @property
    def whole(self) -> bool:
        """Whether one far tile is just ours, to be handed on as it is."""
        one = len(self.columns) == len(self.rows) == 1
        return one and self._straight(self.across, self.level.width) and self._straight(self.down, self.level.height)

    @staticmethod
    def _straight(places: Floats, size: int) -> bool:
        return bool(np.abs(places - (np.arange(SIDE) + 0.5) * size / SIDE).max() < 0.01)


@dataclass(frozen=True)
class Grid:
    """A grid of far tiles. geographic: in degrees, not in metres of Mercator."""

    levels: tuple[Level, ...]
    geographic: bool = False

    @property
    def zooms(self) -> tuple[int, int]:
        """The zooms of ours from its coarsest to its finest step."""
        full = 360.0 if self.geographic else 2 * HALF_M
        steps = [math.log2(full / SIDE / level.pixel) for level in self.levels]
        return max(0, math.floor(min(steps) + 0.1)), min(MAX_ZOOM, max(0, math.ceil(max(steps) - 0.1)))

    def pieces(self, z: int, x: int, y: int) -> Pieces | None:
        """The far tiles that meet a tile of ours; None where none do.

        >>> mercator().pieces(12, 3350, 1682).whole
        True
        >>> geographic().pieces(12, 3350, 1682).rows
        range(675, 677)
        """
        pixels = (np.arange(SIDE) + 0.5) / SIDE
        east = (x + pixels) / 2**z * 2 - 1
        north = 1 - (y + pixels) / 2**z * 2
        easts, norths = (east * 180, _latitudes(north)) if self.geographic else (east * HALF_M, north * HALF_M)
        level = self._fitting(z)
        across, down = (easts - level.left) / level.pixel, (level.top - norths) / level.pixel
        columns = _met(across, level.width, level.columns)
        rows = _met(down, level.height, level.rows)
        if not columns or not rows:
            return None
        return Pieces(level, columns, rows, across - columns[0] * level.width, down - rows[0] * level.height)

    def _fitting(self, z: int) -> Level:
        """The step whose pixels are as fine as ours and no finer than need be; the finest where none is fine enough."""
        wanted = (360.0 if self.geographic else 2 * HALF_M) / SIDE / 2**z
        fine = [level for level in self.levels if level.pixel <= wanted * 1.2]
        return max(fine, key=lambda level: level.pixel) if fine else min(self.levels, key=lambda level: level.pixel)


def mercator() -> Grid:
    """The grid of web maps."""
    pixels = [2 * HALF_M / SIDE / 2**z for z in range(MAX_ZOOM + 1)]
    return Grid(tuple(Level(str(z), pixel, -HALF_M, HALF_M, SIDE, SIDE, 2**z, 2**z) for z, pixel in enumerate(pixels)))


def geographic() -> Grid:
    """The grid in degrees of 天地图 and its kind (`_c`): as many columns as Mercator's, half as many rows."""
    levels = (
        Level(str(z), 360 / SIDE / 2**z, -180.0, 90.0, SIDE, SIDE, 2**z, max(1, 2 ** (z - 1)))
        for z in range(MAX_ZOOM + 1)
    )
    return Grid(tuple(levels), geographic=True)


def drawn(pieces: Pieces, tiles: Mapping[tuple[int, int], Pixels | None]) -> Pixels:
    """Our tile's pixels, out of those of the far tiles, by column and row; what lacks is seen through."""
    level = pieces.level
    sheet = np.zeros((len(pieces.rows) * level.height, len(pieces.columns) * level.width, 4), np.float32)
    for (column, row), pixels in tiles.items():
        if pixels is not None:
            top, left = (row - pieces.rows[0]) * level.height, (column - pieces.columns[0]) * level.width
            sheet[top : top + level.height, left : left + level.width] = _fitted(pixels, level)
    # What is seen through has no colour to lend to its neighbours.
    sheet[..., :3] *= sheet[..., 3:] / 255
    found = _between(_between(sheet, pieces.down, 0), pieces.across, 1)
    opacity = found[..., 3:]
    found[..., :3] = np.where(opacity > 0, found[..., :3] * 255 / np.maximum(opacity, 1e-6), 0)
    return np.clip(np.rint(found), 0, 255).astype(np.uint8)


def _between(sheet: NDArray[np.float32], places: Floats, axis: int) -> NDArray[np.float32]:
    """What lies at these places along an axis, between the two nearest lines of pixels."""
    last = sheet.shape[axis] - 1
    inside = np.clip(places - 0.5, 0, last)
    first = np.floor(inside + _SAME).astype(int)
    share = np.clip(inside - first, 0, 1).astype(np.float32)
    share = share[:, None, None] if axis == 0 else share[None, :, None]
    found: NDArray[np.float32] = (
        sheet.take(first, axis) * (1 - share) + sheet.take(np.minimum(first + 1, last), axis) * share
    )
    outside = (places < 0) | (places > last + 1)
    (found if axis == 0 else found.swapaxes(0, 1))[outside] = 0
    return found


def _fitted(pixels: Pixels, level: Level) -> Pixels:
    if pixels.shape[:2] == (level.height, level.width):
        return pixels
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).resize((level.width, level.height)))


def _met(places: Floats, size: int, count: int) -> range:
    first, last = (math.floor(float(place) / size + _SAME * way) for place, way in ((places[0], 1), (places[-1], -1)))
    return range(max(0, first), min(count - 1, last) + 1)


def _latitudes(north: Floats) -> Floats:
    degrees: Callable[[Floats], Floats] = np.degrees
    return degrees(np.arctan(np.sinh(north * math.pi)))

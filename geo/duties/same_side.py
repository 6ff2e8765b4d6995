"""Seen from the same side of the water: whose shortest line from the bank to the walker does not cross it.

Across a narrow river the far bank lies within reach, and nobody was there. Where a duty asks for the same side,
a place counts only where its shortest line to a step of the track does not cross the water. A phone may place a
walker on the bank some metres out on the water: the last `error_m` of that line, at the walker's end, are not asked
about. Boats and drones are exempt. There is no closed form: the bank is looked at every `spacing_m`, and where the
answer changes the border is halved down to `tolerance_m`. So a stretch shorter than `spacing_m` that is cut off, or
is not, can be missed between two places alike, and every border found is right to within `tolerance_m`.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.near import near
from geo.coverage.outlines import Outlines, outlines_of, polygons
from layers.errors import BadInput

__all__ = ["ERROR_M", "EXEMPT_MODES", "SameSide", "Shore", "Steps", "same_side"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

EXEMPT_MODES = ("boat", "drone")
"""Who goes on or above the water sees both sides of it."""
ERROR_M = 5.0
"""How far out on the water a walker on the bank may be placed, metres, where nothing more is known."""
EDGE_M = 0.1
"""How much of a line may lie over water without crossing it, metres: the bank itself is the water's edge."""
RIM_M = 0.01
"""So much at the edge is no water, metres: a line that runs along the edge stays out of it."""
MOST_VERTICES = 64
"""A piece of water with more is cut in two: what a short line may cross is then soon found."""
CHUNK = 200_000
"""How many places are looked at at once: bounds the memory."""


class Steps(NamedTuple):
    """(n,) straight steps of tracks from (x0, y0) to (x1, y1), metres; one of no length is a place."""

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats


class SameSide(NamedTuple):
    """(m,) stretches seen from the same side: of which given stretch each is a part, from and to (m of chainage)."""

    of: Indices
    from_m: Floats
    to_m: Floats


class Shore(NamedTuple):
    """A bank and the water it is the bank of, made ready once for many tracks.

    along_m, x, y: (v,) the bank's vertices and their chainage, metres. water: in pieces that tile it; None for none.
    """

    along_m: Floats
    x: Floats
    y: Floats
    water: Outlines | None

    @classmethod
    def of(cls, bank: shapely.LineString, water: shapely.Geometry | None) -> "Shore":
        """A bank, and polygons in the same metres, None or empty for none; raises BadGeometry for other shapes.

        >>> Shore.of(shapely.LineString([(0, 0), (3, 4)]), None).along_m.tolist()
        [0.0, 5.0]
        """
        x, y = shapely.get_coordinates(bank).T
        along_m = np.append(0.0, np.cumsum(np.hypot(np.diff(x), np.diff(y))))
        pieces = [] if water is None else _pieces(water)
        return cls(along_m, x, y, outlines_of(polygons(pieces)) if pieces else None)


def _pieces(water: shapely.Geometry) -> list[shapely.Polygon]:
    """Small polygons that tile others, but for their rim."""
    inner = shapely.buffer(polygons([water]), -RIM_M, join_style="mitre")
    waiting, small = list(shapely.get_parts(inner[~shapely.is_empty(inner)])), []
    while waiting:
        piece = waiting.pop()
        if shapely.get_num_coordinates(piece) <= MOST_VERTICES:
            small.append(piece)
            continue
        west, south, east, north = piece.bounds
        if east - west >= north - south:
            middle = (west + east) / 2
            halves = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
        else:
            middle = (south + north) / 2
            halves = [shapely.box(west, south, east, middle), shapely.box(west, middle, east, north)]
        cut = shapely.get_parts(shapely.intersection(piece, halves))
        waiting += [part for part in cut if part.geom_type == "Polygon" and part.area > 0]
    return small


def same_side(
    stretches: tuple[Floats, Floats],
    steps: Steps,
    shore: Shore,
    *,
    spacing_m: float = 5.0,
    tolerance_m: float = 0.1,
    error_m: float | Floats = ERROR_M,
) -> SameSide:
    """The parts of stretches of a bank that the steps that saw them saw from their own side of the water.

    stretches: (n,) from and to, metres along the bank; steps: (n,) the step of the track that saw each. Without water
    all counts. A stretch of no length is looked at as a place. error_m: of all, or (n,). Of a larger error no less
    counts.

    >>> shore = Shore.of(shapely.LineString([(0, 10), (100, 10)]), shapely.box(-9, 0, 109, 10))
    >>> steps = Steps(*np.array([[0.0, 0.0], [15.0, -5.0], [100.0, 100.0], [15.0, -5.0]]))
    >>> same_side((np.zeros(2), np.full(2, 100.0)), steps, shore).of.tolist()
    [0]
    """
    if not (spacing_m > 0 and tolerance_m > 0):
        raise BadInput(f"取样间距 {spacing_m!r} 与容差 {tolerance_m!r} 都应大于 0 米。")
    from_m, to_m = (np.asarray(ends, dtype=np.float64) for ends in stretches)
    look = _Look(shore, steps, np.broadcast_to(np.asarray(error_m, dtype=np.float64), from_m.shape))
    pieces = np.maximum(np.ceil((to_m - from_m) / spacing_m), 1).astype(np.int64)
    of = np.repeat(np.arange(len(from_m)), pieces + 1)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(pieces + 1) - (pieces + 1), pieces + 1)
    share = nth / pieces[of]
    at_m = from_m[of] * (1 - share) + to_m[of] * share
    clear = look.clear(of, at_m)
    return _stretches(look, of, at_m, (clear, tolerance_m))


class _Look(NamedTuple):
    """From where, at what, over what; and how far from where it is each step may have been."""

    shore: Shore
    steps: Steps
    error_m: Floats

    def clear(self, step: Indices, at_m: Floats) -> Mask:
        """Whether the shortest line from each place on the bank to its step stays out of the water."""
        water = self.shore.water
        if water is None or not len(step):
            return np.ones(len(step), dtype=bool)
        parts = [slice(first, first + CHUNK) for first in range(0, len(step), CHUNK)]
        return np.concatenate([self._wet_m(water, step[part], at_m[part]) <= EDGE_M for part in parts])

    def _wet_m(self, water: Outlines, step: Indices, at_m: Floats) -> Floats:
        """How much of each line lies over water, but for its end at the walker."""
        from geo.coverage.clips import inside

        x, y = (np.interp(at_m, self.shore.along_m, axis) for axis in (self.shore.x, self.shore.y))
        near_x, near_y = self._nearest(step, x, y)
        long_m = np.hypot(near_x - x, near_y - y)
        asked = np.divide(long_m - self.error_m[step], long_m, out=np.zeros_like(long_m), where=long_m > 0)
        some = np.flatnonzero(asked > 0)
        lines = np.column_stack([x, y, near_x, near_y])[some]
        boxes = np.hstack([np.minimum(lines[:, :2], lines[:, 2:]), np.maximum(lines[:, :2], lines[:, 2:])])
        line, piece = near(boxes, water.boxes)
        pair, low, high = inside(water, lines, (piece, line))
        over = np.maximum(np.minimum(high, asked[some][line[pair]]) - low, 0.0) * long_m[some][line[pair]]
        wet_m = np.zeros(len(step))
        wet_m[some] = np.bincount(line[pair], weights=over, minlength=len(some))
        return wet_m

    def _nearest(self, step: Indices, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """The place on each step that is nearest to (x, y)."""
        x0, y0, x1, y1 = (axis[step] for axis in self.steps)
        east, north = x1 - x0, y1 - y0
        square = east**2 + north**2
        along = (x - x0) * east + (y - y0) * north
        share = np.clip(np.divide(along, square, out=np.zeros_like(along), where=square > 0), 0.0, 1.0)
        return x0 + share * east, y0 + share * north


def _stretches(look: _Look, of: Indices, at_m: Floats, seen: tuple[Mask, float]) -> SameSide:
    """Runs of clear places, each drawn out to the border found between it and the next place that is not."""
    clear, tolerance_m = seen
    together = of[1:] == of[:-1]
    opens = np.flatnonzero(together & ~clear[:-1] & clear[1:])
    closes = np.flatnonzero(together & clear[:-1] & ~clear[1:])
    first = np.append(True, ~together)[: len(of)] & clear
    last = np.append(~together, True)[: len(of)] & clear
    from_m = np.concatenate([at_m[first], _border(look, of[opens], at_m[opens + 1], at_m[opens], tolerance_m)])
    to_m = np.concatenate([at_m[last], _border(look, of[closes], at_m[closes], at_m[closes + 1], tolerance_m)])
    starts, stops = np.concatenate([of[first], of[opens]]), np.concatenate([of[last], of[closes]])
    by_start, by_stop = np.lexsort((from_m, starts)), np.lexsort((to_m, stops))
    return SameSide(starts[by_start], from_m[by_start], to_m[by_stop])


def _border(look: _Look, step: Indices, clear_m: Floats, wet_m: Floats, tolerance_m: float) -> Floats:
    """Where between a clear place and one across the water the answer changes; what is given is clear."""
    while len(step) and np.abs(wet_m - clear_m).max() > tolerance_m:
        middle_m = (clear_m + wet_m) / 2
        clear = look.clear(step, middle_m)
        clear_m, wet_m = np.where(clear, middle_m, clear_m), np.where(clear, wet_m, middle_m)
    return clear_m

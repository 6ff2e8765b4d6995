"""Seen from the same side of the water: whose shortest line from the bank to the walker does not cross it.

Across a narrow river the far bank lies within reach, and nobody was there. Where a duty asks for the same side,
a place counts only where its shortest line to a step of the track stays out of the water, but for
WATER_M of it: a bank drawn from a map and a walker placed by a phone stray over the water's edge. Boats and drones
are exempt. There is no closed form: the bank is looked at every `spacing_m`, and where the answer changes the border
is halved down to `tolerance_m`. So a stretch shorter than `spacing_m` on the other side can be missed, and
every border found is right to within `tolerance_m`.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.intervals import Segments
from layers.errors import BadInput

__all__ = ["EXEMPT_MODES", "WATER_M", "SameSide", "same_side"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

EXEMPT_MODES = ("boat", "drone")
"""Who goes on or above the water sees both sides of it."""
WATER_M = 5.0
"""How much of a shortest line may lie over water before it crosses it, metres."""
CHUNK = 200_000
"""How many places are looked at at once: bounds the memory."""


class SameSide(NamedTuple):
    """(m,) stretches seen from the same side: of which given stretch each is a part, from and to (m of chainage)."""

    of: Indices
    from_m: Floats
    to_m: Floats


def same_side(
    stretches: tuple[Floats, Floats],
    steps: Segments,
    bank: shapely.LineString,
    water: shapely.Geometry,
    *,
    spacing_m: float = 5.0,
    tolerance_m: float = 0.1,
    water_m: float = WATER_M,
) -> SameSide:
    """The parts of stretches of a bank that the steps that saw them saw from their own side of the water.

    stretches: (n,) from and to, metres along the bank; steps: (n,) the step of the track that saw each.
    water: polygons; without any, all counts. A stretch of no length is looked at as a place.

    >>> river = shapely.box(0, 0, 100, 10)
    >>> bank = shapely.LineString([(0, 10), (100, 10)])
    >>> steps = Segments(*np.array([[0.0, 0.0], [15.0, -5.0], [100.0, 100.0], [15.0, -5.0]]))
    >>> same_side((np.zeros(2), np.full(2, 100.0)), steps, bank, river).of.tolist()
    [0]
    """
    if not (spacing_m > 0 and tolerance_m > 0):
        raise BadInput(f"取样间距 {spacing_m!r} 与容差 {tolerance_m!r} 都应大于 0 米。")
    from_m, to_m = (np.asarray(ends, dtype=np.float64) for ends in stretches)
    look = _Look(bank, water, steps, water_m)
    shapely.prepare(water)
    pieces = np.maximum(np.ceil((to_m - from_m) / spacing_m), 1).astype(np.int64)
    of = np.repeat(np.arange(len(from_m)), pieces + 1)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(pieces + 1) - (pieces + 1), pieces + 1)
    share = nth / pieces[of]
    at_m = from_m[of] * (1 - share) + to_m[of] * share
    clear = look.clear(of, at_m)
    return _stretches(look, of, at_m, (clear, tolerance_m))


class _Look(NamedTuple):
    """From where, at what, over what."""

    bank: shapely.LineString
    water: shapely.Geometry
    steps: Segments
    water_m: float

    def clear(self, step: Indices, at_m: Floats) -> Mask:
        """Whether the shortest line from each place on the bank to its step stays out of the water."""
        found = [
            self._clear(step[first : first + CHUNK], at_m[first : first + CHUNK])
            for first in range(0, len(step), CHUNK)
        ]
        return np.concatenate(found) if found else np.empty(0, dtype=bool)

    def _clear(self, step: Indices, at_m: Floats) -> Mask:
        place = shapely.get_coordinates(shapely.line_interpolate_point(self.bank, at_m))
        near = _nearest(self.steps.take(step), place[:, 0], place[:, 1])
        lines = shapely.linestrings(np.stack([place, near], axis=1))
        # A line no longer than what is allowed over water cannot cross it; few of the others touch it at all.
        wet = (np.hypot(*(near - place).T) > self.water_m) & shapely.intersects(self.water, lines)
        wet[wet] = shapely.length(shapely.intersection(self.water, lines[wet])) > self.water_m
        return ~wet


def _nearest(steps: Segments, x: Floats, y: Floats) -> Floats:
    """(n, 2) the place on each step that is nearest to (x, y)."""
    east, north = steps.x1 - steps.x0, steps.y1 - steps.y0
    square = east**2 + north**2
    along = (x - steps.x0) * east + (y - steps.y0) * north
    share = np.clip(np.divide(along, square, out=np.zeros_like(along), where=square > 0), 0.0, 1.0)
    return np.column_stack([steps.x0 + share * east, steps.y0 + share * north])


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

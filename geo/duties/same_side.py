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

from layers.errors import BadInput

__all__ = ["EXEMPT_MODES", "SameSide", "Steps", "same_side"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

EXEMPT_MODES = ("boat", "drone")
"""Who goes on or above the water sees both sides of it."""
EDGE_M = 0.1
"""How much of a line may lie over water without crossing it, metres: the bank itself is the water's edge."""
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


def same_side(
    stretches: tuple[Floats, Floats],
    steps: Steps,
    bank: shapely.LineString,
    water: shapely.Geometry,
    *,
    spacing_m: float = 5.0,
    tolerance_m: float = 0.1,
    error_m: float = 5.0,
) -> SameSide:
    """The parts of stretches of a bank that the steps that saw them saw from their own side of the water.

    stretches: (n,) from and to, metres along the bank; steps: (n,) the step of the track that saw each.
    water: polygons; without any, all counts. A stretch of no length is looked at as a place.

    >>> river = shapely.box(0, 0, 100, 10)
    >>> bank = shapely.LineString([(0, 10), (100, 10)])
    >>> steps = Steps(*np.array([[0.0, 0.0], [15.0, -5.0], [100.0, 100.0], [15.0, -5.0]]))
    >>> same_side((np.zeros(2), np.full(2, 100.0)), steps, bank, river).of.tolist()
    [0]
    """
    if not (spacing_m > 0 and tolerance_m > 0):
        raise BadInput(f"取样间距 {spacing_m!r} 与容差 {tolerance_m!r} 都应大于 0 米。")
    from_m, to_m = (np.asarray(ends, dtype=np.float64) for ends in stretches)
    look = _Look(bank, water, steps, error_m)
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
    steps: Steps
    error_m: float

    def clear(self, step: Indices, at_m: Floats) -> Mask:
        """Whether the shortest line from each place on the bank to its step stays out of the water."""
        parts = [slice(first, first + CHUNK) for first in range(0, len(step), CHUNK)]
        found = [self._clear(step[part], at_m[part]) for part in parts]
        return np.concatenate(found) if found else np.empty(0, dtype=bool)

    def _clear(self, step: Indices, at_m: Floats) -> Mask:
        place = shapely.get_coordinates(shapely.line_interpolate_point(self.bank, at_m))
        seen_from = self._nearest(step, place[:, 0], place[:, 1])
        long_m = np.hypot(*(seen_from - place).T)
        asked = np.divide(np.maximum(long_m - self.error_m, 0.0), long_m, out=np.zeros_like(long_m), where=long_m > 0)
        ends = np.stack([place, place + (seen_from - place) * asked[:, None]], axis=1)
        lines = np.asarray(shapely.linestrings(ends), dtype=object)
        wet = np.asarray(shapely.intersects(self.water, lines)) & (long_m > self.error_m)
        wet[wet] = shapely.length(shapely.intersection(self.water, lines[wet])) > EDGE_M
        return np.asarray(~wet)

    def _nearest(self, step: Indices, x: Floats, y: Floats) -> Floats:
        """(n, 2) the place on each step that is nearest to (x, y)."""
        x0, y0, x1, y1 = (axis[step] for axis in self.steps)
        east, north = x1 - x0, y1 - y0
        square = east**2 + north**2
        along = (x - x0) * east + (y - y0) * north
        share = np.clip(np.divide(along, square, out=np.zeros_like(along), where=square > 0), 0.0, 1.0)
        return np.column_stack([x0 + share * east, y0 + share * north])


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

"""How much of one polygon lies within reach of steps, and how far that can be from the truth; and as polygons.

Every radius is taken a hair smaller than it is, each by another hair, so that no two borders coincide: what is found
is never more than what was seen. How much more there was is bounded by the hair times the length of the border, for
the border of a parallel body grows no faster than its radius.

Source: L. L. Stachó, On the volume function of parallel sets, Acta Sci. Math. 38 (1976), 365-374.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.near import BLOCK, blocks
from geo.coverage.outlines import edges_of
from geo.coverage.steps import Steps

__all__ = ["Areal", "Seen", "capsule_polygons", "seen_of"]

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Areal = shapely.Polygon | shapely.MultiPolygon

HAIR = 1e-7
"""By what share of itself a radius is taken too small at least, and by twice that at most."""
GOLDEN = (5**0.5 - 1) / 2
ROUNDING = 1e-9
"""What rounding may add to, or take from, an area, as a share of the polygon's."""
MOST_OPEN = 1e-4
"""A border whose ends miss each other by more than this, all together, m, is no border."""
MOST_STEPS = 4096
"""More steps than these near one polygon, and it is cut in four: the time grows with the square of their number."""
SIDES = (64, 256, 1024)
POINT_M = 1e-9
"""A step shorter than this is a point: its direction is but rounding."""


class Seen(NamedTuple):
    """The area seen, m², and how far the truth may lie from it."""

    seen_m2: float
    error_m2: float

    def plus(self, other: "Seen") -> "Seen":
        """Both parts of what was cut."""
        return Seen(self.seen_m2 + other.seen_m2, self.error_m2 + other.error_m2)


def seen_of(shape: Areal, steps: Steps, reach_m: Floats) -> Seen:
    """The area of a polygon within reach of steps. reach_m: (n,), NaN or 0 sees no area. No steps see nothing.

    shape: a valid polygon or multipolygon.

    >>> still = Steps(*np.zeros((7, 1)))
    >>> seen = seen_of(shapely.box(0, 0, 40, 40), still, np.array([20.0]))
    >>> round(seen.seen_m2, 2), seen.error_m2 < 0.01
    (314.16, True)
    """
    seeing = reach_m > 0
    steps, reach_m = steps.take(np.flatnonzero(seeing)), reach_m[seeing]
    if not len(reach_m) or shape.is_empty:
        return Seen(0.0, 0.0)
    quarters = _quarters(shape, float(reach_m.max())) if len(reach_m) > MOST_STEPS else []
    if quarters:
        parts = [_seen_near(quarter, steps, reach_m) for quarter in quarters]
        return Seen(sum(part.seen_m2 for part in parts), sum(part.error_m2 for part in parts))
    for turn in range(3):
        seen, open_m = _bounded(shape, steps, reach_m * (1 - HAIR * (1 + _scattered(len(reach_m), turn))))
        if open_m < MOST_OPEN:
            return seen
    return _bracketed(shape, steps, reach_m)


def capsule_polygons(steps: Steps, reach_m: Floats, sides: int) -> Geometries:
    """(n,) polygons of steps and all within reach, as many-sided at their ends as a disc of so many sides, inscribed.

    reach_m: (n,) more than 0. With a radius ÷ cos(π ÷ sides) they are circumscribed to the reach.

    >>> capsule_polygons(Steps(*np.zeros((7, 1))), np.array([1.0]), 4)[0].area
    2.0
    """
    ahead = np.arctan2(steps.y1 - steps.y0, steps.x1 - steps.x0)[:, None]
    front = ahead + np.linspace(-np.pi / 2, np.pi / 2, sides // 2 + 1)
    off = reach_m[:, None, None] * np.stack([np.cos(front), np.sin(front)], axis=-1)
    start, end = (np.column_stack(xy)[:, None] for xy in ((steps.x0, steps.y0), (steps.x1, steps.y1)))
    rings = np.concatenate([end + off, start - off, end + off[:, :1]], axis=1)
    return np.asarray(shapely.polygons(rings), dtype=object).reshape(-1)


def _quarters(shape: Areal, reach_m: float) -> list[Areal]:
    """A polygon cut in four; nothing if it is so small that its parts would have the same steps near."""
    west, south, east, north = shape.bounds
    if max(east - west, north - south) < 4 * reach_m:
        return []
    x, y = (west + east) / 2, (south + north) / 2
    boxes = [
        shapely.box(*box)
        for box in ((west, south, x, y), (x, south, east, y), (west, y, x, north), (x, y, east, north))
    ]
    cut = shapely.get_parts(shapely.intersection(shape, boxes))
    return [part for part in shapely.orient_polygons(cut[shapely.area(cut) > 0])]


def _seen_near(shape: Areal, steps: Steps, reach_m: Floats) -> Seen:
    west, south, east, north = shape.bounds
    low_x, low_y, high_x, high_y = steps.boxes.T
    over = (
        (low_x - reach_m <= east)
        & (high_x + reach_m >= west)
        & (low_y - reach_m <= north)
        & (high_y + reach_m >= south)
    )
    return seen_of(shape, steps.take(np.flatnonzero(over)), reach_m[over])


def _scattered(count: int, turn: int) -> Floats:
    """Numbers from 0 to 1, no two alike, another row at each turn."""
    return np.asarray((np.arange(1, count + 1) * GOLDEN + turn / 7) % 1.0)


def _bounded(shape: Areal, steps: Steps, reach_m: Floats) -> tuple[Seen, float]:
    """The area by its border, and how far the border is from closed."""
    from geo.coverage.exposed import Walls, seen_area

    west, south, east, north = shape.bounds
    # Areas are summed up around the middle: far from it the digits would not do.
    middle = np.array([(west + east) / 2, (south + north) / 2] * 2)
    edges, _ = edges_of(np.array([shape]))
    capsules = _prepared(np.column_stack(steps[:4]) - middle, reach_m)
    edges = _prepared(edges - middle, np.zeros(len(edges)))
    walls = Walls(edges, blocks(edges[:, 8:]), np.empty(2 * len(edges) + 2))
    sums = seen_area(capsules, blocks(capsules[:, 8:]), walls, BLOCK)
    open_m, wide_m = float(np.abs(sums[2:]).max()), max(east - west, north - south) + float(reach_m.max())
    hair_m = 2 * HAIR * float(reach_m.max())
    error_m2 = 2 * hair_m * (sums[1] + (shape.length if sums[0] < shape.area * (1 - ROUNDING) else 0.0))
    seen_m2 = float(np.clip(sums[0], 0.0, shape.area))
    return Seen(seen_m2, min(float(error_m2) + ROUNDING * shape.area + open_m * wide_m, shape.area)), open_m


def _prepared(ends: Floats, reach_m: Floats) -> Floats:
    """(n, 12): ends, reach, direction, length and box of segments with all within reach."""
    off = ends[:, 2:] - ends[:, :2]
    length_m = np.hypot(*off.T)
    length_m = np.where((length_m < POINT_M) & (reach_m > 0), 0.0, length_m)
    ahead = np.divide(off, length_m[:, None], out=np.zeros_like(off), where=length_m[:, None] > 0)
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    boxes = np.hstack([low - reach_m[:, None], high + reach_m[:, None]])
    return np.ascontiguousarray(np.column_stack([ends, reach_m, ahead, length_m, boxes]))


def _bracketed(shape: Areal, steps: Steps, reach_m: Floats) -> Seen:
    """Between polygons inside and outside, of more sides until the bound is a thousandth of the whole."""
    half_m2 = shape.area
    for sides in SIDES:
        radii = (reach_m, reach_m / np.cos(np.pi / sides))
        inner, outer = (shapely.union_all(capsule_polygons(steps, radius, sides)) for radius in radii)
        low_m2, high_m2 = shape.intersection(inner).area, shape.intersection(outer).area
        half_m2 = (high_m2 - low_m2) / 2 + ROUNDING * shape.area
        if half_m2 <= 1e-3 * shape.area:
            break
    return Seen((low_m2 + high_m2) / 2, half_m2)

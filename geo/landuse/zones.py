"""How an outline lies to what is around it: to each kind of zone, inside and outside, and to features that come near.

State     inside (the outline's part in the zones)       outside (its part that is in none)
overlap   shares an area
sliver    shares an area that would vanish if the outline moved by the tolerance (碎片, depth.py)
near      shares none, but would if it moved by less than the tolerance (毗邻)
none      neither
no_data   there are no zones of that kind in the city: nothing is known
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.area import areas_m2
from geo.landuse.city import Zones
from geo.landuse.cutting import Pieces, cut, edge_near_m
from geo.landuse.depth import deep, deep_outside
from geo.landuse.outline import Outline
from geo.landuse.overlay import NOTHING, difference, polygonal, union
from geo.landuse.width import NOISE_M, widths_m
from layers.crs import Geometries

__all__ = ["KINDS", "Lie", "ZoneState", "lie_outside", "vanish_together", "zone_states"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
KINDS = ("permanent_farmland", "eco_redline", "urban_boundary", "blue", "green", "grey", "reserve", "non_concentrated")


class Lie(NamedTuple):
    """How an outline lies to an area. state: overlap, sliver, near, none or no_data; shape: what they share.

    near_m: how far apart they are, where near.
    """

    state: str
    shape: shapely.Geometry
    area_m2: float
    share: float
    width_m: float
    near_m: float | None = None


UNKNOWN, NONE = (Lie(state, NOTHING, 0.0, 0.0, 0.0) for state in ("no_data", "none"))


class ZoneState(NamedTuple):
    """How an outline lies to the zones of a kind. pieces: its shares of them, feature counts in all zones.

    nearest_m: how far the nearest is, 0 where they overlap or touch, None where none was given; nearest: its place.
    """

    kind: str
    inside: Lie
    outside: Lie
    pieces: Pieces
    nearest_m: float | None
    nearest: int | None

    @property
    def state(self) -> str:
        """inside.state, but covered (全部在内) where nothing of the outline is outside."""
        return "covered" if self.inside.state == "overlap" and self.outside.area_m2 == 0 else self.inside.state


def zone_states(
    outline: Outline, zones: Zones, near: Geometries, kinds_with_data: frozenset[str], tolerance_m: float, system: str
) -> tuple[ZoneState, ...]:
    """How the outline lies to each kind of zone, in the order of KINDS, then others that occur.

    near: (n,) the zones' shapes as they are to be cut (overlay.ready); distances are taken of the zones themselves.

    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> blue = Zones.of([shapely.box(545_090, 3_380_000, 545_200, 3_380_100)], ["blue"])
    >>> states = zone_states(outline, blue, blue.features.shape, frozenset(["blue", "green"]), 0.5, "EPSG:4547")
    >>> [(each.kind, each.state, round(each.inside.share, 2)) for each in states[3:6]]
    [('blue', 'overlap', 0.1), ('green', 'none', 0.0), ('grey', 'no_data', 0.0)]
    """
    pieces = cut(outline, near, tolerance_m, system)
    others = sorted(kinds_with_data.union(zones.kind.tolist()).difference(KINDS))
    states = []
    for kind in (*KINDS, *others):
        of_kind = np.flatnonzero(zones.kind == kind)
        own = pieces.take(zones.kind[pieces.feature] == kind)
        if not (len(of_kind) or kind in kinds_with_data):
            states.append(ZoneState(kind, UNKNOWN, UNKNOWN, own, None, None))
            continue
        nearest, nearest_m = _nearest(outline, own, of_kind, zones.features.shape)
        covered = union(own.shape)
        inside = _lie_inside(outline, own, near[own.feature], covered, nearest_m, tolerance_m, system)
        outside = lie_outside(outline, near[own.feature], covered, tolerance_m, system)
        states.append(ZoneState(kind, inside, outside, own, nearest_m, nearest))
    return tuple(states)


def _nearest(outline: Outline, own: Pieces, of_kind: Indices, shapes: Geometries) -> tuple[int | None, float | None]:
    """The place of the zone nearest to the outline (the one that shares most of it), and how far it is, m."""
    if len(own.feature):
        return int(own.feature[np.argmax(own.area_m2)]), 0.0
    if not len(of_kind):
        return None, None
    distance_m = np.asarray(shapely.distance(outline.shape, shapes[of_kind]))
    return int(of_kind[np.argmin(distance_m)]), float(distance_m.min())


def _lie_inside(
    outline: Outline, own: Pieces, areas: Geometries, covered: shapely.Geometry, nearest_m: float | None,
    tolerance_m: float, system: str,
) -> Lie:  # fmt: skip
    if not len(own.feature):
        return _near(nearest_m) if nearest_m is not None and nearest_m < tolerance_m else NONE
    sliver = bool(own.sliver.all()) and vanish_together(outline, own.shape, areas, tolerance_m)
    if len(own.feature) == 1:
        return _lie(outline, covered, float(own.area_m2[0]), float(own.width_m[0]), sliver)
    width_m = widths_m(np.array([covered]), tolerance_m)[0]
    return _lie(outline, covered, float(areas_m2(np.array([covered]), system)[0]), float(width_m), sliver)


def vanish_together(outline: Outline, pieces: Geometries, areas: Geometries, tolerance_m: float) -> bool:
    """Whether pieces that are all slivers, cut of an outline with areas, are one together, too.

    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(0, 0, 100, 100), "EPSG:4547")
    >>> strips = np.array([shapely.box(0, 0, 0.9, 100), shapely.box(0.9, 0, 1.8, 100)])
    >>> vanish_together(outline, strips[:1], strips[:1], 0.5), vanish_together(outline, strips, strips, 0.5)
    (True, False)
    """
    if len(pieces) == 1:
        return True
    whole, area = np.array([union(pieces)]), np.array([union(areas, grid_m=NOISE_M)])
    if not widths_m(whole, tolerance_m)[0] < 2 * tolerance_m:
        return False
    return not (deep(whole, area, tolerance_m)[0] or deep(whole, np.array([outline.shape]), tolerance_m)[0])


def lie_outside(outline: Outline, areas: Geometries, covered: shapely.Geometry, tolerance_m: float, system: str) -> Lie:
    """How the outline lies to what is outside of areas. covered: its part inside them, as known.

    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> district = np.array([shapely.box(540_000, 3_370_000, 545_100.2, 3_390_000)])
    >>> lie_outside(outline, district, outline.shape, 0.5, "EPSG:4547").state
    'near'
    """
    if not len(areas):
        return Lie("overlap", outline.shape, outline.area_m2, 1.0, np.inf)
    left, some = polygonal(np.array([difference(outline.shape, covered)]))
    if not some[0]:
        near_m = edge_near_m(outline, union(areas, grid_m=NOISE_M), tolerance_m)
        return NONE if near_m is None else _near(near_m)
    width_m = float(widths_m(left, tolerance_m)[0])
    sliver = width_m < 2 * tolerance_m and not (
        deep(left, np.array([outline.shape]), tolerance_m)[0] or deep_outside(left[0], areas, tolerance_m)
    )
    return _lie(outline, left[0], float(areas_m2(left, system)[0]), width_m, sliver)


def _near(near_m: float) -> Lie:
    return Lie("near", NOTHING, 0.0, 0.0, 0.0, near_m)


def _lie(outline: Outline, shape: shapely.Geometry, area_m2: float, width_m: float, sliver: bool) -> Lie:
    state = "sliver" if sliver else "overlap"
    return Lie(state, shape, area_m2, min(area_m2 / outline.area_m2, 1.0), width_m)

"""How an outline lies to what is around it: to each kind of zone, inside and outside, and to features that come near.

State     inside (the outline's part in the zones)       outside (its part that is in none)
overlap   shares an area that holds a disc of the tolerance
sliver    shares an area that holds none (碎片)
near      shares none, but would if it moved by less than the tolerance (毗邻)
none      neither
no_data   there are no zones of that kind in the city: nothing is known
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.area import areas_m2
from geo.landuse.city import Features, Zones
from geo.landuse.cutting import Pieces, cut, difference, polygonal, union
from geo.landuse.outline import Outline
from geo.landuse.width import widths_m
from layers.crs import Geometries

__all__ = ["KINDS", "Lie", "Touched", "ZoneState", "lie_outside", "touched", "zone_states"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
KINDS = ("permanent_farmland", "eco_redline", "urban_boundary", "blue", "green", "grey", "reserve", "non_concentrated")
NOTHING = shapely.MultiPolygon()


class Touched(NamedTuple):
    """What of a layer an outline touches: the pieces it shares; and what it shares nothing with but comes near to.

    near: places of features, near_m: how far they are, under the tolerance; ascending.
    """

    pieces: Pieces
    near: Indices
    near_m: Floats


class Lie(NamedTuple):
    """How an outline lies to an area. state: overlap, sliver, near, none or no_data; shape: what they share."""

    state: str
    shape: shapely.Geometry
    area_m2: float
    share: float
    width_m: float


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


def touched(outline: Outline, features: Features, tolerance_m: float, system: str) -> Touched:
    """What of a layer the outline touches.

    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> plots = Features.of("farmland", [shapely.box(545_000 + x, 3_380_000, 545_050 + x, 3_380_100) for x in (-10, 100.2)])
    >>> found = touched(outline, plots, 0.5, "EPSG:4547")
    >>> found.pieces.feature.tolist(), found.near.tolist(), found.near_m.round(3).tolist()
    ([0], [1], [0.2])
    """
    pieces = cut(outline, features.shape, tolerance_m, system)
    close = np.asarray(shapely.dwithin(outline.shape, features.shape, tolerance_m))
    close[pieces.feature] = False
    near = np.flatnonzero(close)
    near_m = np.asarray(shapely.distance(outline.shape, features.shape[near]))
    return Touched(pieces, near[near_m < tolerance_m], near_m[near_m < tolerance_m])


def zone_states(
    outline: Outline, zones: Zones, kinds_with_data: frozenset[str], tolerance_m: float, system: str
) -> tuple[ZoneState, ...]:
    """How the outline lies to each kind of zone, in the order of KINDS, then others that occur.

    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> blue = Zones.of([shapely.box(545_090, 3_380_000, 545_200, 3_380_100)], ["blue"])
    >>> states = zone_states(outline, blue, frozenset(["blue", "green"]), 0.5, "EPSG:4547")
    >>> [(each.kind, each.state, round(each.inside.share, 2)) for each in states if each.kind in ("blue", "green", "grey")]
    [('blue', 'overlap', 0.1), ('green', 'none', 0.0), ('grey', 'no_data', 0.0)]
    """
    pieces = cut(outline, zones.features.shape, tolerance_m, system)
    others = sorted(kinds_with_data.union(zones.kind.tolist()).difference(KINDS))
    return tuple(
        _state(outline, zones, kind, kind in kinds_with_data, pieces, tolerance_m, system) for kind in (*KINDS, *others)
    )


def _state(
    outline: Outline, zones: Zones, kind: str, known: bool, pieces: Pieces, tolerance_m: float, system: str
) -> ZoneState:
    of_kind = np.flatnonzero(zones.kind == kind)
    own = pieces.take(zones.kind[pieces.feature] == kind)
    if not (known or len(of_kind)):
        unknown = Lie("no_data", NOTHING, 0.0, 0.0, 0.0)
        return ZoneState(kind, unknown, unknown, own, None, None)
    distance_m = np.asarray(shapely.distance(outline.shape, zones.features.shape[of_kind]))
    nearest = int(np.argmin(distance_m)) if len(of_kind) else None
    nearest_m = None if nearest is None else float(distance_m[nearest])
    covered = union(own.shape)
    near = nearest_m is not None and nearest_m < tolerance_m
    inside = _lie(outline, covered, near, tolerance_m, system)
    outside = lie_outside(outline, zones.features.shape[own.feature], covered, tolerance_m, system)
    return ZoneState(kind, inside, outside, own, nearest_m, None if nearest is None else int(of_kind[nearest]))


def lie_outside(outline: Outline, areas: Geometries, covered: shapely.Geometry, tolerance_m: float, system: str) -> Lie:
    """How the outline lies to what is outside of areas. covered: its part inside them, as known.

    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> district = np.array([shapely.box(540_000, 3_370_000, 545_100.2, 3_390_000)])
    >>> lie_outside(outline, district, outline.shape, 0.5, "EPSG:4547").state
    'near'
    """
    left = polygonal(np.array([difference(outline.shape, covered)]))[0][0]
    near = bool(len(areas)) and shapely.is_empty(left) and _comes_out(outline, areas, tolerance_m)
    return _lie(outline, left, near, tolerance_m, system)


def _comes_out(outline: Outline, areas: Geometries, tolerance_m: float) -> bool:
    """Whether an outline that lies within areas would not, had it moved by less than the tolerance."""
    # Wide enough, a cap of flat ends: whatever is within the tolerance of the outline, and a hair of the rest.
    around = shapely.buffer(outline.shape, tolerance_m)
    return not shapely.is_empty(polygonal(np.array([difference(around, union(areas))]))[0][0])


def _lie(outline: Outline, shape: shapely.Geometry, near: bool, tolerance_m: float, system: str) -> Lie:
    if shapely.is_empty(shape):
        return Lie("near" if near else "none", NOTHING, 0.0, 0.0, 0.0)
    only = np.array([shape])
    area_m2, width_m = float(areas_m2(only, system)[0]), float(widths_m(only, tolerance_m)[0])
    state = "sliver" if width_m < 2 * tolerance_m else "overlap"
    return Lie(state, shape, area_m2, min(area_m2 / outline.area_m2, 1.0), width_m)

"""Many outlines checked against one city, whose features are put into trees once."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.check import Check, Sliver, check
from geo.landuse.city import City
from geo.landuse.cutting import TOLERANCE_M, Touched
from geo.landuse.outline import Outline
from geo.landuse.rules import Hit, Rule, Verdict
from geo.landuse.zones import ZoneState

__all__ = ["Places", "Trees", "check_many", "city_near", "trees_of"]

Indices = NDArray[np.int64]
Named = TypeVar("Named", Hit, Sliver)
LAYERS = ("parcels", "zones", "plots", "projects", "grids")
NEAREST_M = 50_000.0
"""As far as the nearest zone of a kind is looked for."""


class Trees(NamedTuple):
    """A city's features in trees: of each layer, and of each kind of zone with the places of its zones."""

    layers: dict[str, shapely.STRtree]
    kinds: dict[str, tuple[Indices, shapely.STRtree]]


class Places(NamedTuple):
    """Where the features of a part of a city stand in the whole, by layer."""

    parcels: Indices
    zones: Indices
    plots: Indices
    projects: Indices
    grids: Indices


def trees_of(city: City) -> Trees:
    """The city's features in trees."""
    shapes = {name: getattr(getattr(city, name), "features", getattr(city, name)).shape for name in LAYERS}
    kinds = {kind: np.flatnonzero(city.zones.kind == kind) for kind in set(city.zones.kind.tolist())}
    return Trees(
        {name: shapely.STRtree(shape) for name, shape in shapes.items()},
        {kind: (place, shapely.STRtree(shapes["zones"][place])) for kind, place in kinds.items()},
    )


def check_many(
    outlines: Iterable[Outline], city: City, rules: Sequence[Rule], activity: str, system: str, *,
    tolerance_m: float = TOLERANCE_M,
) -> Iterator[Check]:  # fmt: skip
    """The check of each outline, in order, one by one, equal to `check` of it alone; places count in the whole city.

    >>> from geo.landuse.city import CITY_EMPTY
    >>> list(check_many([], CITY_EMPTY, [], "build", "EPSG:4547"))
    []
    """
    trees = trees_of(city)
    for outline in outlines:
        part, places = city_near(city, trees, outline, tolerance_m)
        yield _placed(check(outline, part, rules, activity, system, tolerance_m=tolerance_m), places)


def city_near(city: City, trees: Trees, outline: Outline, tolerance_m: float) -> tuple[City, Places]:
    """All of the city that a check of this outline needs, and where that stands in the whole."""
    west, south, east, north = shapely.bounds(outline.shape)
    box = shapely.box(west - tolerance_m, south - tolerance_m, east + tolerance_m, north + tolerance_m)
    found = {name: np.sort(tree.query(box)) for name, tree in trees.layers.items()}
    found["zones"] = np.union1d(found["zones"], _nearest(trees, outline.shape)).astype(np.int64)
    places = Places(**found)
    return city._replace(**{name: getattr(city, name).take(places[nth]) for nth, name in enumerate(LAYERS)}), places


def _nearest(trees: Trees, shape: shapely.Geometry) -> Indices:
    """The nearest zone of each kind."""
    found = [place[tree.query_nearest(shape, max_distance=NEAREST_M)[:1]] for place, tree in trees.kinds.values()]
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


def _placed(found: Check, places: Places) -> Check:
    """The check of a part of a city with places in the whole."""
    overlaps = found.base.overlaps
    return found._replace(
        land=_touched(found.land, places.parcels),
        base=found.base._replace(overlaps=overlaps._replace(features=places.parcels[overlaps.features])),
        zones=tuple(_zone(zone, places.zones) for zone in found.zones),
        plots=_touched(found.plots, places.plots),
        projects=_touched(found.projects, places.projects),
        verdict=_verdict(found.verdict, places),
        slivers=tuple(_in_whole(each, each.of, places) for each in found.slivers),
        mended=tuple((layer, int(_PLACES[layer](places)[place])) for layer, place in found.mended),
    )


def _touched(land: Touched, place: Indices) -> Touched:
    return land._replace(pieces=land.pieces._replace(feature=place[land.pieces.feature]), near=place[land.near])


def _zone(zone: ZoneState, place: Indices) -> ZoneState:
    pieces = zone.pieces._replace(feature=place[zone.pieces.feature])
    return zone._replace(pieces=pieces, nearest=None if zone.nearest is None else int(place[zone.nearest]))


def _verdict(verdict: Verdict, places: Places) -> Verdict:
    return verdict._replace(reasons=tuple(
        reason._replace(hits=tuple(_in_whole(hit, hit.layer, places) for hit in reason.hits))
        for reason in verdict.reasons
    ))  # fmt: skip


def _in_whole(named: Named, layer: str, places: Places) -> Named:
    """What names a feature of a layer, if it does, with its place in the whole."""
    return named if named.feature is None else named._replace(feature=int(_PLACES[layer](places)[named.feature]))


_PLACES = {
    "landuse": attrgetter("parcels"),
    "farmland": attrgetter("plots"),
    "project": attrgetter("projects"),
    "zone": attrgetter("zones"),
    "grid": attrgetter("grids"),
}

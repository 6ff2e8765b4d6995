"""A land check (用地核查): all that is asked of an outline, worked out of arrays. A clue, not a ruling (线索,非认定)."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.city import City, Parcels
from geo.landuse.cover import BaseFaults, base_faults
from geo.landuse.cutting import TOLERANCE_M, Pieces, cut
from geo.landuse.outline import Outline
from geo.landuse.rules import Rule, Verdict
from geo.landuse.sums import Cultivated, SchemeSums, Sum, by_class, by_group, cultivated, summed
from geo.landuse.verdict import Found, judge
from geo.landuse.zones import Lie, Touched, ZoneState, lie_outside, touched, zone_states

__all__ = ["Check", "check"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Check(NamedTuple):
    """What lies under an outline and what the rules say. Places count in the city's arrays.

    land, plots, projects: pieces and what is near; grids: a row for each cell, in code its code, in name its level.
    outside: of the district, state no_data where that is not known. verdict: None where no activity was asked about.
    """

    outline: Outline
    verdict: Verdict
    land: Touched
    base: BaseFaults
    classes: tuple[SchemeSums, ...]
    groups: tuple[Sum, ...]
    ownership: tuple[Sum, ...]
    owners: tuple[Sum, ...]
    cultivated: Cultivated
    grids: tuple[Sum, ...]
    zones: tuple[ZoneState, ...]
    plots: Touched
    projects: Touched
    outside: Lie


def check(
    outline: Outline, city: City, rules: Iterable[Rule], activity: str, system: str, *, tolerance_m: float = TOLERANCE_M
) -> Check:
    """The check of one outline. system: the metric one that outline and city are in.

    A city of which nothing is known gives the answer unknown, with the reasons.

    >>> from geo.landuse.city import CITY_EMPTY, Parcels
    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> city = CITY_EMPTY._replace(parcels=Parcels.of([shapely.box(544_000, 3_379_000, 546_000, 3_381_000)], class_code=["0101"]))
    >>> crops = Rule("J44", "build", "class", "ask", "占用耕地", ("sandiao:01",), "土地管理法第四十四条")
    >>> found = check(outline, city, [crops], "build", "EPSG:4547")
    >>> found.verdict.answer, [(each.rule.code, round(each.share, 3)) for each in found.verdict.reasons]
    ('ask', [('J44', 1.0)])
    """
    land = touched(outline, city.parcels.features, tolerance_m, system)
    base = base_faults(outline, land.pieces, tolerance_m, system)
    zones = zone_states(outline, city.zones, city.zone_kinds, tolerance_m, system)
    plots, projects = (touched(outline, each, tolerance_m, system) for each in (city.plots, city.projects))
    outside = _outside(outline, city.district, tolerance_m, system)
    found = Found(land, base, zones, plots, projects, outside)
    verdict = judge(outline, city, found, rules, activity, tolerance_m)
    return Check(outline, verdict, land, base, *_sums(outline, city, land, base),
                 _grids(outline, city, tolerance_m, system), zones, plots, projects, outside)  # fmt: skip


def _outside(outline: Outline, district: shapely.Geometry | None, tolerance_m: float, system: str) -> Lie:
    if district is None:
        return Lie("no_data", shapely.MultiPolygon(), 0.0, 0.0, 0.0)
    only = np.array([district])
    inside = cut(outline, only, tolerance_m, system).shape
    return lie_outside(outline, only, inside[0] if len(inside) else shapely.MultiPolygon(), tolerance_m, system)


def _sums(
    outline: Outline, city: City, land: Touched, base: BaseFaults
) -> tuple[tuple[SchemeSums, ...], tuple[Sum, ...], tuple[Sum, ...], tuple[Sum, ...], Cultivated]:
    parcels, area_m2, whole_m2 = city.parcels.take(land.pieces.feature), land.pieces.area_m2, outline.area_m2
    claimed_m2 = _claimed_by_others(land.pieces, base)
    rows = area_m2, claimed_m2, whole_m2
    return (
        by_class(parcels, *rows, city.classes),
        by_group(parcels, *rows, city.classes),
        summed(parcels.ownership.tolist(), *rows),
        _by_owner(parcels, *rows),
        cultivated(parcels, area_m2),
    )


def _by_owner(parcels: Parcels, *rows: Any) -> tuple[Sum, ...]:
    owners = list(zip(parcels.owner.tolist(), parcels.ownership.tolist(), strict=True))
    number = {each: nth for nth, each in enumerate(dict.fromkeys(owners))}
    own = {str(nth): each for each, nth in number.items()}
    found = summed([str(number[each]) for each in owners], *rows)
    return tuple(row._replace(code=own[str(row.code)][0], name=own[str(row.code)][1]) for row in found)


def _claimed_by_others(pieces: Pieces, base: BaseFaults) -> Floats:
    """(k,) how much of each piece other parcels claim, too, m²."""
    claimed_m2 = np.zeros(len(pieces.feature))
    place = np.searchsorted(pieces.feature, base.overlaps.features)
    for side in range(place.shape[1]):
        np.add.at(claimed_m2, place[:, side], base.overlaps.area_m2)
    return np.minimum(claimed_m2, pieces.area_m2)


def _grids(outline: Outline, city: City, tolerance_m: float, system: str) -> tuple[Sum, ...]:
    pieces = cut(outline, city.grids.features.shape, tolerance_m, system)
    none_m2 = np.zeros(len(pieces.feature))
    codes = city.grids.features.code[pieces.feature].tolist()
    return summed(codes, pieces.area_m2, none_m2, outline.area_m2, city.grids.level[pieces.feature].tolist())

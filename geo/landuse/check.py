"""A land check (用地核查): all that is asked of an outline, worked out of arrays. A clue, no ruling (线索,非认定)."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.city import City, Features
from geo.landuse.cover import BaseFaults, base_faults
from geo.landuse.cutting import TOLERANCE_M, Pieces, Touched, cut, touched
from geo.landuse.outline import Outline
from geo.landuse.overlay import NOTHING, ready
from geo.landuse.rules import Rule, Verdict
from geo.landuse.sums import Amounts, Cultivated, SchemeSums, Sum, by_class, by_group, by_owner, cultivated, summed
from geo.landuse.verdict import Found, judge
from geo.landuse.zones import UNKNOWN, Lie, ZoneState, lie_outside, zone_states
from layers.errors import BadInput

__all__ = ["Check", "Sliver", "check"]

Floats = NDArray[np.float64]


class Sliver(NamedTuple):
    """A piece that holds no disc of the tolerance (碎片). of: landuse, zone, farmland, project, gap, overlap, outside.

    feature: its place in the layer, None where it is of none or of several; width_m: of the largest disc inside.
    """

    of: str
    feature: int | None
    shape: shapely.Geometry
    area_m2: float
    width_m: float


class Check(NamedTuple):
    """What lies under an outline and what the rules say. Places count in the city's arrays.

    land, plots, projects: pieces and what is near; base: gaps and overlaps of the parcels; classes: the sums in each
    scheme; owners: code the owner, name the ownership; grids: code the cell, name its level; outside: how the outline
    lies to what is outside of the district, no_data where that is not known; slivers: all of them; mended: features
    that were no valid polygons in metres and were repaired, as (layer, place).
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
    slivers: tuple[Sliver, ...]
    mended: tuple[tuple[str, int], ...]


def check(
    outline: Outline, city: City, rules: Iterable[Rule], activity: str, system: str, *, tolerance_m: float = TOLERANCE_M
) -> Check:
    """The check of one outline. system: the metric one that outline and city are in.

    A city of which nothing is known gives the answer unknown, with the reasons. Raises BadInput for a tolerance that is
    negative or no number.

    >>> from geo.landuse.city import CITY_EMPTY, Parcels
    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> around = shapely.box(544_000, 3_379_000, 546_000, 3_381_000)
    >>> city = CITY_EMPTY._replace(parcels=Parcels.of([around], class_code=["0101"]))
    >>> crops = Rule("J44", "build", "class", "ask", "占用耕地", ("sandiao:01",), "土地管理法第四十四条")
    >>> found = check(outline, city, [crops], "build", "EPSG:4547")
    >>> found.verdict.answer, found.verdict.reasons[0].rule.code, round(found.verdict.reasons[0].share, 3)
    ('ask', 'J44', 1.0)
    """
    if not 0 <= tolerance_m < np.inf:
        raise BadInput(f"容差 {tolerance_m!r} 不能用:请给出 0 或更大的米数,如 0.5。")
    box = shapely.bounds(outline.shape) + tolerance_m * np.array([-1, -1, 1, 1])
    layers = city.parcels.features, city.plots, city.projects, city.zones.features, city.grids.features
    fit = [ready(each.shape, box) for each in layers]
    parcels, plots, projects, zones, grids = (shapes for shapes, _ in fit)
    land, on_plots, on_projects = (touched(outline, each, tolerance_m, system) for each in (parcels, plots, projects))
    found = Found(
        outline=outline,
        city=city,
        tolerance_m=tolerance_m,
        system=system,
        land=land,
        base=base_faults(outline, parcels, land, tolerance_m, system),
        zones=zone_states(outline, city.zones, zones, city.zone_kinds, tolerance_m, system),
        plots=on_plots,
        projects=on_projects,
        outside=_outside(outline, city.district, box, tolerance_m, system),
    )
    verdict = judge(found, rules, activity)
    sums = _sums(outline, city, land.pieces, found.base)
    grid_rows = _grids(outline, city, cut(outline, grids, tolerance_m, system))
    return Check(
        outline, verdict, land, found.base, *sums, grid_rows, found.zones, on_plots, on_projects, found.outside,
        _slivers(found), _mended(layers, [mended for _, mended in fit]),
    )  # fmt: skip


def _outside(outline: Outline, district: shapely.Geometry | None, box: Floats, tolerance_m: float, system: str) -> Lie:
    if district is None:
        return UNKNOWN
    near, _ = ready(np.array([district]), box)
    inside = cut(outline, near, tolerance_m, system).shape
    return lie_outside(outline, near, inside[0] if len(inside) else NOTHING, tolerance_m, system)


def _sums(
    outline: Outline, city: City, pieces: Pieces, base: BaseFaults
) -> tuple[tuple[SchemeSums, ...], tuple[Sum, ...], tuple[Sum, ...], tuple[Sum, ...], Cultivated]:
    parcels = city.parcels.take(pieces.feature)
    amounts = Amounts(pieces.area_m2, _claimed_by_others(pieces, base), outline.area_m2)
    return (
        by_class(parcels, amounts, city.classes),
        by_group(parcels, amounts, city.classes),
        summed(parcels.ownership.tolist(), amounts),
        by_owner(parcels, amounts),
        cultivated(parcels, pieces.area_m2),
    )


def _claimed_by_others(pieces: Pieces, base: BaseFaults) -> Floats:
    """(k,) how much of each piece other parcels claim, too, m²."""
    claimed_m2 = np.zeros(len(pieces.feature))
    place = np.searchsorted(pieces.feature, base.overlaps.features)
    for side in range(place.shape[1]):
        np.add.at(claimed_m2, place[:, side], base.overlaps.area_m2)
    return np.minimum(claimed_m2, pieces.area_m2)


def _grids(outline: Outline, city: City, pieces: Pieces) -> tuple[Sum, ...]:
    codes, levels = (column[pieces.feature].tolist() for column in (city.grids.features.code, city.grids.level))
    return summed(codes, Amounts(pieces.area_m2, np.zeros(len(codes)), outline.area_m2), levels)


def _slivers(found: Found) -> tuple[Sliver, ...]:
    pieces = [("landuse", found.land.pieces), ("farmland", found.plots.pieces), ("project", found.projects.pieces)]
    pieces += [("zone", zone.pieces) for zone in found.zones]
    thin = [(of, each.take(each.sliver)) for of, each in pieces]
    own = [
        Sliver(of, int(feature), shape, float(area_m2), float(width_m))
        for of, each in thin for feature, shape, area_m2, width_m, _ in zip(*each, strict=True)
    ]  # fmt: skip
    faults = [
        Sliver(of, None, shape, float(area_m2), float(width_m))
        for of, each in (("gap", found.base.gaps), ("overlap", found.base.overlaps))
        for shape, area_m2, width_m, sliver, _ in zip(*each, strict=True) if sliver
    ]  # fmt: skip
    out = found.outside
    beyond = [Sliver("outside", None, out.shape, out.area_m2, out.width_m)] if out.state == "sliver" else []
    return (*own, *faults, *beyond)


def _mended(layers: Iterable[Features], mended: Iterable[NDArray[np.bool_]]) -> tuple[tuple[str, int], ...]:
    return tuple(
        (each.layer, int(place))
        for each, broken in zip(layers, mended, strict=True)
        for place in np.flatnonzero(broken)
    )

"""What a batch keeps of a check: one row for the outline, and one for each place where it meets what it may not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

from geo.landuse.check import Check
from geo.landuse.city import City
from geo.landuse.cutting import Pieces
from geo.landuse.overlay import union
from geo.landuse.rules import Hit, Reason
from layers.crs import STORED, Geometries, project

__all__ = ["CONFLICT", "Conflict", "columns_of", "conflicts_of", "row_of"]

FIRST_REASONS = 5
Told = dict[str, Any]


def row_of(told: Mapping[str, Any], conflicts: int) -> Told:
    """The row of a check as it is told (`GET /landuse/checks/{code}`), which has the same figures and sentences.

    reasons: the first few; `reasons_total` says how many there are. conflicts: how many rows of those there are.
    """
    outline, reasons = told["outline"], told["verdict"]["reasons"]
    return {
        **{
            name: outline[name]
            for name in ("area", "box", "perimeter_m", "parts", "holes", "vertices", "repairs", "outside")
        },
        "groups": told["groups"],
        "classes": [
            {name: row[name] for name in ("code", "name", "group", "area", "share")}
            for row in told["classes"][0]["rows"]
        ],
        "cultivated": told["cultivated"],
        "zones": [
            {name: zone[name] for name in ("kind", "name", "state", "overlap", "share", "nearest_m")}
            for zone in told["zones"]
        ],
        "touched": [
            {name: one[name] for name in ("layer", "code", "name", "area", "sliver")} for one in told["touched"]
        ],
        "reasons": [
            {name: reason[name] for name in ("answer", "rule", "subject", "text", "citation", "remedy", "sliver")}
            for reason in reasons[:FIRST_REASONS]
        ],
        "reasons_total": len(reasons),
        "conflicts": conflicts,
        "slivers": len(told["slivers"]),
        "base": {name: told["base"][name] for name in ("gap", "overlap", "uncertain", "text")},
    }


class Conflict(NamedTuple):
    """Where an outline meets what it may not: by which rule, with what, how much of it, and the shape in metres.

    layer and feature: None where there is none, as for gaps in the base data and what is outside of a zone.
    """

    number: int
    place: int
    answer: str
    rule: str
    subject: str
    reason: str
    citation: str
    layer: str | None
    feature: int | None
    code: str | None
    name: str | None
    known_from: object
    edition: str | None
    area_m2: float
    share: float
    sliver: bool
    shape: shapely.Geometry


CONFLICT = Conflict._fields[:-1]
FEATURE = ("layer", "feature", "code", "name", "known_from", "edition")


def conflicts_of(number: int, found: Check, city: City, told: Mapping[str, Any]) -> list[Conflict]:
    """The conflicts of one check: for each reason that is no yes, a row for each feature that it stands on.

    number: of the outline; told: the check as it is told, whose reasons have the same order.
    """
    conflicts: list[Conflict] = []
    for reason, words in zip(found.verdict.reasons, told["verdict"]["reasons"], strict=True):
        for met in _met(reason, found, city) if reason.answer != "yes" else ():
            conflicts.append(
                Conflict(
                    number=number,
                    place=len(conflicts) + 1,
                    **{name: words[name] for name in ("answer", "rule", "subject", "citation")},
                    reason=words["text"],
                    share=min(met["area_m2"] / found.outline.area_m2, 1.0),
                    **met,
                )
            )
    return conflicts


def _met(reason: Reason, found: Check, city: City) -> Iterator[Told]:
    """What a reason stands on: of a Conflict the feature, how much, whether a sliver, and the shape."""
    apart = _apart(reason, found)
    if apart is None:
        yield from (_of_hit(hit, found, city) for hit in reason.hits if hit.area_m2 > 0)
        return
    shape, area_m2 = apart
    if not shapely.is_empty(shape):
        sliver = reason.state == "sliver"
        yield dict.fromkeys(FEATURE) | {"area_m2": area_m2, "sliver": sliver, "shape": shape}


def _apart(reason: Reason, found: Check) -> tuple[shapely.Geometry, float] | None:
    """The shape of what is met that is no feature, and its area; None where features are."""
    if reason.rule.subject == "zone_outside":
        lie = next(zone.outside for zone in found.zones if zone.kind == reason.match)
        return lie.shape, lie.area_m2
    if reason.rule.subject == "outside":
        return found.outside.shape, found.outside.area_m2
    if reason.rule.subject == "gap":
        return union(found.base.gaps.shape), found.base.gap_m2
    return None


def _of_hit(hit: Hit, found: Check, city: City) -> Told:
    pieces = _pieces(hit.layer, found)
    features = {
        "landuse": city.parcels.features,
        "zone": city.zones.features,
        "farmland": city.plots,
        "project": city.projects,
    }[hit.layer]
    place = int(np.flatnonzero(pieces.feature == hit.feature)[0])
    return {
        "layer": hit.layer,
        "feature": features.id[hit.feature],
        **{name: getattr(features, name)[hit.feature] for name in ("code", "name", "known_from", "edition")},
        "area_m2": hit.area_m2,
        "sliver": hit.sliver,
        "shape": pieces.shape[place],
    }


def _pieces(layer: str, found: Check) -> Pieces:
    if layer == "zone":
        zones = [zone.pieces for zone in found.zones]
        return Pieces(*(np.concatenate([getattr(one, name) for one in zones]) for name in Pieces._fields))
    return {"landuse": found.land, "farmland": found.plots, "project": found.projects}[layer].pieces


def columns_of(conflicts: Sequence[Conflict], metric_crs: str) -> dict[str, list[Any]]:
    """Conflicts by column, as `landuse/batch_conflicts_keep` takes them, shapes in STORED."""
    columns = {name: [getattr(one, name) for one in conflicts] for name in CONFLICT}
    shapes = np.array([one.shape for one in conflicts], dtype=object)
    return columns | {"wkb": list(shapely.to_wkb(_multi(project(shapes, metric_crs, STORED))))}


def _multi(shapes: Geometries) -> Geometries:
    """Multipolygons of what is areal in each."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    found = np.empty(len(shapes), dtype=object)
    found[:] = [shapely.MultiPolygon()] * len(shapes)
    if polygons.any():
        kept = of[polygons]
        made = shapely.multipolygons(parts[polygons], indices=np.unique(kept, return_inverse=True)[1])
        found[np.unique(kept)] = made
    return found

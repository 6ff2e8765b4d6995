"""A check as it is answered: JSON, of which geometries are written all at once and kept as they are written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from api.answers.times import said
from api.landuse.city import Edition, Reading
from api.landuse.reasons import verdict_told
from api.landuse.words import GROUPS, KINDS, LAYERS, OWNERSHIP, STAMP, area
from geo.landuse.area import DENSIFY_M
from geo.landuse.check import Check
from geo.landuse.city import Features
from geo.landuse.cutting import Touched
from geo.landuse.outline import Outline
from geo.landuse.sums import Sum
from geo.landuse.zones import ZoneState
from layers.crs import STORED, Geometries, project

__all__ = ["checked_told", "dumped", "features_told", "geometries_told", "outline_told", "sample_told"]

_DIGITS = 9
"""Of degrees: a tenth of a millimetre."""
_FARTHEST_M = 50_000.0
Texts = NDArray[np.object_]
Row = dict[str, Any]


def dumped(answer: Mapping[str, Any]) -> bytes:
    """The answer as it is sent."""
    return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)


def geometries_told(shapes: Geometries, metric_crs: str) -> list[Any]:
    """GeoJSON geometries of shapes in metres, longitude first; None for what is empty."""
    if not len(shapes):
        return []
    degrees = shapely.transform(project(shapes, metric_crs, STORED), lambda xy: np.round(xy, _DIGITS))
    return [
        None if empty else orjson.Fragment(text)
        for text, empty in zip(shapely.to_geojson(degrees).tolist(), shapely.is_empty(degrees).tolist(), strict=True)
    ]


def outline_told(outline: Outline, outside_m2: float | None, metric_crs: str) -> Row:
    """The outline, with its corners in the order in which they were given, unless it had to be repaired."""
    shape = np.array([outline.drawn])
    box = shapely.bounds(project(shape, metric_crs, STORED)[0])
    return {
        "geometry": geometries_told(shape, metric_crs)[0],
        "area": area(outline.area_m2),
        "perimeter_m": round(outline.perimeter_m, 3),
        "parts": outline.parts,
        "holes": outline.holes,
        "vertices": outline.vertices,
        "repairs": list(outline.repairs),
        "outside": None if not outside_m2 else area(outside_m2),
        "box": np.round(box, _DIGITS).tolist(),
    }


def checked_told(found: Check, reading: Reading, metric_crs: str, tolerance_m: float, *, pieces: bool) -> Row:  # fmt: skip # noqa: E501
    """What a check answers beside what was asked. pieces: whether with the geometry of each piece."""
    whole_m2, city = found.outline.area_m2, reading.city
    told = _Told(reading, metric_crs, whole_m2)
    land = told.pieces(found.land, with_geometry=pieces)
    return {
        "outline": outline_told(found.outline, found.outside.area_m2 if found.outside.state == "overlap" else None, metric_crs),
        "verdict": verdict_told(found.verdict, city, told.features, land) | {"stamp": STAMP},
        "classes": [
            {"scheme": each.scheme, "title": each.title, "rows": [_class(row) for row in each.rows], "unmapped": area(each.unmapped_m2)}
            for each in found.classes
        ],
        "groups": [{"group": row.code, "name": GROUPS.get(row.code, "未定")} | _size(row) for row in found.groups],
        "ownership": [{"ownership": row.code, "name": OWNERSHIP.get(row.code, "未载明")} | _size(row) for row in found.ownership],
        "owners": [{"owner": row.code, "ownership": row.name} | _size(row) for row in found.owners],
        "grids": _grids(found.grids, city.grids.features),
        "cultivated": _cultivated(found),
        "zones": told.zones(found.zones),
        "touched": told.touched("farmland", found.plots) + told.touched("project", found.projects),
        "pieces": land,
        "slivers": told.slivers(found),
        "base": told.base(found),
        "editions": editions_told(reading),
        "method": {"metric_crs": metric_crs, "ellipsoid": "CGCS2000", "densify_m": DENSIFY_M, "tolerance_m": tolerance_m},
        "sample": sample_told(reading),
    }  # fmt: skip


def features_told(features: Features) -> list[Row]:
    """The features as answers name them: each with its layer, number, code, and since when this version was known."""
    columns = (features.id, features.code, features.name, features.known_from, features.valid_from, features.edition)
    return [
        {"layer": features.layer, "id": number, "code": code, "name": name, "known_from": said(known_from),
         "valid_from": None if valid_from is None else valid_from.isoformat(), "edition": edition}
        for number, code, name, known_from, valid_from, edition in zip(*(each.tolist() for each in columns), strict=True)
    ]  # fmt: skip


def editions_told(reading: Reading) -> list[Row]:
    """The editions that were consulted, by layer, with how many features of each; the newest of a layer that had none there."""
    rows = []
    for layer, numbers in reading.edition_id.items():
        counts: dict[int | None, int] = {}
        for number in numbers.tolist():
            counts[number] = counts.get(number, 0) + 1
        listed = [one for one in reading.editions.values() if one.layer == layer]
        rows += [_edition(one, layer, counts.pop(one.edition_id, 0)) for one in sorted(listed, reverse=True)]
        # What is left was drawn on the map, or came with an edition that is no more.
        if left := sum(counts.values()):
            rows.append(_edition(None, layer, left))
    return rows


def sample_told(reading: Reading) -> str:
    """Whether what was read is the sample, real, or mixed; of nothing: the sample."""
    said_so = {
        bool(number in reading.editions and reading.editions[number].sample)
        for numbers in reading.edition_id.values()
        for number in set(numbers.tolist())
    }
    return "mixed" if len(said_so) == 2 else "real" if said_so == {False} else "sample"


class _Told:
    """The parts of an answer that name features."""

    def __init__(self, reading: Reading, metric_crs: str, whole_m2: float) -> None:
        self.reading, self.metric_crs, self.whole_m2 = reading, metric_crs, whole_m2
        self.features = {layer: features_told(each) for layer, each in reading.layers.items()}

    def geometries(self, shapes: Geometries) -> list[Any]:
        return geometries_told(shapes, self.metric_crs)

    def share(self, area_m2: float) -> float:
        return round(min(area_m2 / self.whole_m2, 1.0), 6)

    def pieces(self, land: Touched, *, with_geometry: bool) -> list[Row]:
        """The pieces of parcels, by parcel."""
        parcels, classes = self.reading.city.parcels, self.reading.city.classes
        cut = land.pieces
        shapes = self.geometries(cut.shape) if with_geometry else [None] * len(cut.feature)
        rows = []
        measured = zip(
            cut.feature.tolist(), cut.area_m2.tolist(), cut.width_m.tolist(), cut.sliver.tolist(), shapes, strict=True
        )
        for piece, (at, area_m2, width_m, sliver, geometry) in enumerate(measured, start=1):
            scheme, code = parcels.scheme[at], parcels.class_code[at]
            known = classes.at(scheme, code)
            ratio = parcels.deduct_ratio[at]
            rows.append(
                {"piece": piece} | self.features["landuse"][at] | {
                    "class_code": code,
                    "class_name": (known.name if known else None) or self.reading.class_name[at],
                    "scheme": scheme,
                    "group": known.group if known else None,
                    "family": self.reading.family[at],
                    "ownership": parcels.ownership[at],
                    "owner": parcels.owner[at],
                    "deduct_ratio": None if np.isnan(ratio) else float(ratio),
                    "area": area(area_m2),
                    "share": self.share(area_m2),
                    "sliver": sliver,
                    "width_m": _width(width_m),
                }
                | ({"geometry": geometry} if with_geometry else {})
            )  # fmt: skip
        return rows

    def zones(self, states: Sequence[ZoneState]) -> list[Row]:
        """How the outline lies to each kind of zone, with what it shares of each of them."""
        whole = self.geometries(np.array([state.inside.shape for state in states], dtype=object))
        return [self._zone(state, geometry) for state, geometry in zip(states, whole, strict=True)]

    def _zone(self, state: ZoneState, geometry: Any) -> Row:
        shared = state.inside.area_m2 > 0
        far = state.nearest_m is not None and state.nearest_m > _FARTHEST_M
        nearest = None if shared or far or state.nearest is None else self.features["zone"][state.nearest]
        return {
            "kind": state.kind,
            "name": KINDS.get(state.kind, state.kind),
            "state": state.state,
            "overlap": area(state.inside.area_m2),
            "share": round(state.inside.share, 6),
            "nearest_m": None if shared or far or state.nearest_m is None else round(state.nearest_m, 3),
            "nearest": nearest,
            "features": self._shared("zone", state.pieces),
            "geometry": geometry if shared else None,
        }

    def touched(self, layer: str, land: Touched) -> list[Row]:
        """What of another layer the outline shares."""
        return [{"title": LAYERS[layer][0]} | row for row in self._shared(layer, land.pieces)]

    def _shared(self, layer: str, cut: Any) -> list[Row]:
        columns = (cut.feature.tolist(), cut.area_m2.tolist(), cut.sliver.tolist(), self.geometries(cut.shape))
        return [
            self.features[layer][at]
            | {"area": area(area_m2), "share": self.share(area_m2), "sliver": sliver, "geometry": geometry}
            for at, area_m2, sliver, geometry in zip(*columns, strict=True)
        ]

    def slivers(self, found: Check) -> list[Row]:
        """What is too thin to be more than a difference of drawing: it counts in sums and decides nothing."""
        rows: list[Row] = []
        of = [("landuse", found.land.pieces), *(("zone", state.pieces) for state in found.zones),
              ("farmland", found.plots.pieces), ("project", found.projects.pieces)]  # fmt: skip
        for layer, cut in of:
            thin = cut.take(cut.sliver)
            rows += self._thin(layer, thin, [self.features[layer][at] for at in thin.feature.tolist()])
        for name, faults in (("gap", found.base.gaps), ("overlap", found.base.overlaps)):
            at = np.flatnonzero(faults.sliver)
            rows += self._thin(
                name, faults._replace(**{one: getattr(faults, one)[at] for one in faults._fields}), [{}] * len(at)
            )
        return rows

    def _thin(self, name: str, thin: Any, features: Sequence[Row]) -> list[Row]:
        if not len(thin.shape):
            return []
        places = shapely.get_coordinates(
            project(shapely.point_on_surface(thin.shape), self.metric_crs, STORED)
        ).round(_DIGITS).tolist()  # fmt: skip
        columns = (features, thin.area_m2.tolist(), thin.width_m.tolist(), places, self.geometries(thin.shape))
        return [
            {"of": name} | feature
            | {"area": area(area_m2), "width_m": _width(width_m), "place": place, "geometry": geometry}
            for feature, area_m2, width_m, place, geometry in zip(*columns, strict=True)
        ]  # fmt: skip

    def base(self, found: Check) -> Row:
        """Where the parcels do not cover the outline just once, and what that leaves unsure."""
        base = found.base
        land = self.features["landuse"]
        gaps, overlaps = self.geometries(base.gaps.shape), self.geometries(base.overlaps.shape)
        return {
            "gap": area(base.gap_m2),
            "overlap": area(base.overlap_m2),
            "uncertain": area(base.gap_m2 + base.overlap_m2),
            "remainder_m2": round(base.remainder_m2, 6),
            "gaps": [
                {"area": area(area_m2), "sliver": sliver, "geometry": geometry}
                for area_m2, sliver, geometry in zip(base.gaps.area_m2.tolist(), base.gaps.sliver.tolist(), gaps, strict=True)
            ],
            "overlaps": [
                {"a": land[one], "b": land[other], "area": area(area_m2), "sliver": sliver, "geometry": geometry}
                for (one, other), area_m2, sliver, geometry in zip(
                    base.overlaps.features.tolist(), base.overlaps.area_m2.tolist(), base.overlaps.sliver.tolist(), overlaps,
                    strict=True,
                )
            ],
            "text": _base_text(found),
        }  # fmt: skip


def _base_text(found: Check) -> str:
    base, parts = found.base, []
    if base.gap_m2:
        parts.append(f"地类图斑未覆盖 {base.gap_m2:,.2f} 平方米")
    if base.overlap_m2:
        parts.append(f"地类图斑互相重叠 {base.overlap_m2:,.2f} 平方米,各按其地类计入")
    if abs(base.remainder_m2) > 1:
        parts.append(f"各部分之和与范围相差 {base.remainder_m2:,.2f} 平方米,由不足 1 毫米宽的缝隙与重叠而来")
    return ";".join(parts) + "。" if parts else "范围内地类图斑无缝隙、无重叠。"


def _class(row: Sum) -> Row:
    return {
        "code": row.code, "name": row.name, "group": row.group, **_size(row),
        "uncertain": area(row.uncertain_m2), "ambiguous": row.ambiguous, "pieces": row.pieces,
    }  # fmt: skip


def _size(row: Sum) -> Row:
    return {"area": area(row.area_m2), "share": round(min(row.share, 1.0), 6)}


def _grids(rows: Sequence[Sum], cells: Features) -> list[Row]:
    names = dict(zip(cells.code.tolist(), cells.name.tolist(), strict=True))
    return [{"code": row.code, "name": names.get(row.code), "level": row.name} | _size(row) for row in rows]


def _cultivated(found: Check) -> Row:
    own = found.cultivated
    return {
        "gross": area(own.gross_m2), "ridges": area(own.ridges_m2), "net": area(own.net_m2),
        "net_most": area(own.net_m2 + own.without_ratio_m2), "without_ratio": area(own.without_ratio_m2),
    }  # fmt: skip


def _edition(one: Edition | None, layer: str, features: int) -> Row:
    zh, en = LAYERS[layer]
    return {
        "layer": layer,
        "title": {"zh": zh, "en": en},
        "edition": one.name if one else None,
        "valid_from": one.valid_from.isoformat() if one else None,
        "imported_at": _moment(one.imported_at) if one else None,
        "source": one.source if one else None,
        "features": features,
        "sample": bool(one and one.sample),
    }


def _moment(moment: datetime) -> str | None:
    return said(moment)


def _width(width_m: float) -> float | None:
    """None where it is wide enough not to matter."""
    return round(width_m, 4) if np.isfinite(width_m) else None

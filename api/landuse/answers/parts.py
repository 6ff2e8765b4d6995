"""The parts of an answer that name features: pieces, zones, what else is touched, slivers, faults of the base."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from api.landuse.answers.shapes import DIGITS, features_told, geometries_told
from api.landuse.evidence.city import Reading
from api.landuse.words import KINDS, LAYERS, area
from geo.landuse.check import Check
from geo.landuse.cutting import Touched
from geo.landuse.zones import ZoneState
from layers.crs import STORED, Geometries, project

__all__ = ["Parts"]

_FARTHEST_M = 50_000.0
"""No further is the nearest zone of a kind told."""
Row = dict[str, Any]


class Parts:
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
        ).round(DIGITS).tolist()  # fmt: skip
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
        gaps, overlaps = base.gaps, base.overlaps
        gap_rows = (gaps.area_m2.tolist(), gaps.sliver.tolist(), self.geometries(gaps.shape))
        pairs = (overlaps.features.tolist(), overlaps.area_m2.tolist(), overlaps.sliver.tolist())
        return {
            "gap": area(base.gap_m2),
            "overlap": area(base.overlap_m2),
            "uncertain": area(base.gap_m2 + base.overlap_m2),
            "remainder_m2": round(base.remainder_m2, 6),
            "gaps": [
                {"area": area(area_m2), "sliver": sliver, "geometry": geometry}
                for area_m2, sliver, geometry in zip(*gap_rows, strict=True)
            ],
            "overlaps": [
                {"a": land[one], "b": land[other], "area": area(area_m2), "sliver": sliver, "geometry": geometry}
                for (one, other), area_m2, sliver, geometry in zip(
                    *pairs, self.geometries(overlaps.shape), strict=True
                )
            ],
            "text": _base_text(found, _editions_over(land, pairs)),
        }  # fmt: skip


def _editions_over(land: Sequence[Row], pairs: tuple[list[list[int]], list[float], list[bool]]) -> str:
    """The two editions that lie over one another most, where any do: as a rule the older should have been withdrawn.

    >>> land = [{"edition": name, "valid_from": day} for name, day in [("甲", "2024-12-31"), ("乙", "2025-12-31")]]
    >>> _editions_over(land, ([[0, 1]], [250.0], [False]))
    '(其中 250.00 平方米是两个版次都有效:乙(2025-12-31 起)、甲(2024-12-31 起),换版时旧版可能没有撤销)'
    >>> _editions_over(land, ([], [], []))
    ''
    """
    areas: dict[tuple[str, str], float] = {}
    for (here, there), area_m2, _ in zip(*pairs, strict=True):
        first, second = sorted(f"{each['edition']}({each['valid_from']} 起)" for each in (land[here], land[there]))
        if land[here]["edition"] != land[there]["edition"]:
            areas[first, second] = areas.get((first, second), 0.0) + area_m2
    if not areas:
        return ""
    (one, other), area_m2 = max(areas.items(), key=lambda each: each[1])
    return f"(其中 {area_m2:,.2f} 平方米是两个版次都有效:{one}、{other},换版时旧版可能没有撤销)"


def _base_text(found: Check, over: str) -> str:
    base, parts = found.base, []
    if base.gap_m2:
        parts.append(f"地类图斑未覆盖 {base.gap_m2:,.2f} 平方米")
    if base.overlap_m2:
        parts.append(f"地类图斑互相重叠 {base.overlap_m2:,.2f} 平方米,各按其地类计入{over}")
    if abs(base.remainder_m2) > 1:
        parts.append(f"各部分之和与范围相差 {base.remainder_m2:,.2f} 平方米,由不足 1 毫米宽的缝隙与重叠而来")
    return ";".join(parts) + "。" if parts else "范围内地类图斑无缝隙、无重叠。"


def _width(width_m: float) -> float | None:
    """None where it is wide enough not to matter."""
    return round(width_m, 4) if np.isfinite(width_m) else None

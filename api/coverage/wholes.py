"""Coverage of areas and points in a period: visits, dwell, and how much; areas by their surface, or the roads inside.

What was seen of a surface is the union of what each visit left on record, which is never too large; how much more it
may be is bounded by what the visits measured beyond it. Roads inside areas are cut exactly, as ranges of chainage.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.answers.times import said
from api.coverage.asked import Asked
from api.coverage.extents import extents_of
from api.coverage.lines import line_coverage
from api.coverage.pieces import Pieces
from api.coverage.places import Geometries, targets_of
from api.coverage.told import Tell
from api.sightings.reaches import stored_reaches
from api.sightings.targets import read_city
from api.sightings.wholes_anew import stored_wholes
from geo.lines.inside import inside
from layers import query
from layers.catalogue import Catalogue
from layers.crs import STORED, WIRE, project, transformer
from layers.errors import BadInput, NotReady

__all__ = ["WHOLE_FIGURES", "refuse_unstored", "whole_coverage"]

Told = dict[str, Any]
WHOLE_FIGURES = (
    "code", "name", "measure", "length_m", "seen_m", "seen_sure_m", "seen_possible_m", "area_m2", "seen_m2",
    "seen_sure_m2", "seen_possible_m2", "error_m2", "share", "share_sure", "share_possible", "nearest_m", "visits",
    "visits_sure", "visits_possible", "dwell_s", "dwell_sure_s", "dwell_possible_s", "last_seen",
)  # fmt: skip
"""What is told of each area and point; None for what its measure does not have: roads, area or point."""
_SHARES = ("share_sure", "share", "share_possible")
_AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def refuse_unstored(connection: Connection, asked: Asked) -> None:
    """Raises BadInput where nothing is stored, NotReady where this layer is still to be looked at."""
    stored = stored_reaches(connection)
    if not stored or (asked.layer.id, asked.reach_m) in stored_wholes(connection):
        return
    if asked.reach_m in stored:
        raise NotReady(f"图层 {asked.layer.id} 的所见还没有算全:请重新启动平台,或运行 huashan migrate。")
    names = "、".join(f"{reach_m:g}" for reach_m in stored)
    raise BadInput(
        f"面、点按可视距离 {asked.reach_m:g} 米没有存储的所见:请用已存的 {names} 米,"
        "或把它写进 HUASHAN_REACHES,或用 POST /coverage/compute 另算。"
    )


def whole_coverage(
    connection: Connection, catalogue: Catalogue, asked: Asked, *, drawn: bool = False, tell: Tell = said
) -> list[Told]:
    """A row for each area and point of the layer, in order of code, as WHOLE_FIGURES; who was never seen has zeros.

    drawn: with seen_geometry and unseen_geometry, as GeoJSON or None. Where the question says since when all is known,
    with `unknown`: whether nobody can tell if it was seen; what was not seen is then drawn as unknown_geometry, and
    there is no share but of what was seen wholly. tell: how times are told.
    """
    rows, shapes = targets_of(connection, asked)
    metric_crs = read_city(connection).metric_crs
    visits = _visits(connection, asked)
    codes = [row["code"] for row in rows]
    last = _last(connection, asked, codes)
    roads = _roads(connection, catalogue, asked, (codes, shapes), drawn) if asked.layer.by_roads else {}
    told = []
    for row, shape in zip(rows, shapes, strict=True):
        own = visits.get(row["code"], {})
        if asked.layer.by_roads:
            figures = roads.get(row["code"], _NO_ROADS)
        elif shapely.get_type_id(shape) in _AREAL:
            figures = _surface(shape, own, metric_crs, drawn)
        else:
            figures = _point(shape, own, metric_crs)
        every = dict.fromkeys(WHOLE_FIGURES) | {"code": row["code"], "name": row["name"]} | figures | _times(own)
        told.append(every | {"last_seen": tell(last.get(row["code"]))} | _unknown(asked, every))
    return told


def _unknown(asked: Asked, told: Told) -> Told:
    if asked.known_since is None:
        return {}
    shares = {} if told["share"] == 1 else dict.fromkeys(_SHARES)
    drawn = {"unknown_geometry": told["unseen_geometry"], "unseen_geometry": None} if "unseen_geometry" in told else {}
    return {"unknown": not told["visits"]} | shares | drawn


def _visits(connection: Connection, asked: Asked) -> dict[str, dict[str, RowMapping]]:
    """What was seen of each target, by bound."""
    found: dict[str, dict[str, RowMapping]] = {}
    for row in query.rows(connection, "coverage/wholes", None, **asked.params()):
        found.setdefault(row["code"], {})[row["bound"]] = row
    return found


def _last(connection: Connection, asked: Asked, codes: Sequence[str]) -> Mapping[str, Any]:
    rows = query.rows(connection, "coverage/wholes_last", None, **(asked.params() | {"codes": list(codes)}))
    return {row["code"]: row["last_seen"] for row in rows}


def _times(own: Mapping[str, RowMapping]) -> Told:
    """How often and for how long, by each bound; zeros where nobody was."""
    told: Told = {}
    for bound, ending in (("sure", "_sure"), ("nominal", ""), ("possible", "_possible")):
        row = own.get(bound)
        told[f"visits{ending}"] = row["visits"] if row else 0
        told[f"dwell{ending}_s"] = row["dwell_s"] if row else 0.0
    nearest = own.get("possible")
    return told | {"nearest_m": nearest["distance_m"] if nearest else None}


def _surface(shape: shapely.Geometry, own: Mapping[str, RowMapping], metric_crs: str, drawn: bool) -> Told:
    """An area by its surface: m² on the ellipsoid, each bound right to error_m2."""
    extent = extents_of(np.array([shape], dtype=object), metric_crs)
    planar_m2, per_planar = float(shapely.area(shape)), float(extent.per_planar[0])
    seen = {bound: _union(row, metric_crs, shape) for bound, row in own.items()}
    seen_m2 = {bound: float(shapely.area(part)) for bound, part in seen.items()}
    # All that the visits saw lies in the union of what each saw; each saw no more than it measured, and its error.
    beyond = {bound: _beyond(row, seen_m2[bound], planar_m2, metric_crs) for bound, row in own.items()}
    sure, nominal, possible = (seen_m2.get(bound, 0.0) for bound in ("sure", "nominal", "possible"))
    most = (sure, nominal, min(possible + beyond.get("possible", 0.0), planar_m2))
    told: Told = dict(
        zip(("seen_sure_m2", "seen_m2", "seen_possible_m2"), (part * per_planar for part in most), strict=True)
    )
    told |= dict(zip(_SHARES, (part / planar_m2 for part in most), strict=True))
    error_m2 = beyond.get("nominal", 0.0) * per_planar + nominal * float(extent.uneven[0])
    told |= {"measure": "area", "area_m2": float(extent.area_m2[0]), "error_m2": error_m2}
    if drawn:
        part = seen.get("nominal", shapely.Polygon())
        told |= {"seen_geometry": _wire(part, metric_crs)}
        told |= {"unseen_geometry": _wire(shapely.difference(shape, part), metric_crs)}
    return told


def _union(row: RowMapping, metric_crs: str, shape: shapely.Geometry) -> shapely.Geometry:
    """What all visits saw of an area as it is today, in metres."""
    return shapely.intersection(shapely.union_all(_parts(row, metric_crs)), shape)


def _parts(row: RowMapping, metric_crs: str) -> Geometries:
    if row["parts"] is None:
        return np.empty(0, dtype=object)
    collected = project(np.array([shapely.from_wkb(bytes(row["parts"]))], dtype=object), STORED, metric_crs)
    return np.asarray(shapely.get_parts(collected), dtype=object)


def _beyond(row: RowMapping, seen_m2: float, planar_m2: float, metric_crs: str) -> float:
    """By how much what was seen may exceed what is drawn of it, m² of the plane."""
    drawn_m2 = float(shapely.area(_parts(row, metric_crs)).sum())
    return float(np.clip((row["most"] or 0.0) * planar_m2 - drawn_m2, 0.0, planar_m2 - seen_m2))


def _point(shape: shapely.Geometry, own: Mapping[str, RowMapping], metric_crs: str) -> Told:
    place = _wire(shape, metric_crs)
    seen = "nominal" in own
    told = dict(zip(_SHARES, (float(bound in own) for bound in ("sure", "nominal", "possible")), strict=True))
    return told | {
        "measure": "point",
        "seen_geometry": place if seen else None,
        "unseen_geometry": None if seen else place,
    }


_NO_ROADS: Told = {
    "measure": "roads", "length_m": 0.0, "seen_m": 0.0, "seen_sure_m": 0.0, "seen_possible_m": 0.0,
    "seen_geometry": None, "unseen_geometry": None,
}  # fmt: skip


def _roads(
    connection: Connection,
    catalogue: Catalogue,
    asked: Asked,
    targets: tuple[Sequence[str], Geometries],
    drawn: bool,
) -> dict[str, Told]:
    """Areas by the length of the roads inside: their ranges of chainage, and what was seen of these."""
    codes, shapes = targets
    found: dict[str, list[Mapping[str, Any]]] = {}
    for layer in (one for one in catalogue.line_layers if not one.derived):
        lines_asked = replace(asked, layer=layer, codes=None)
        lines, ways = targets_of(connection, lines_asked)
        within = inside(ways, shapes)
        names = [codes[area] for area in within.area.tolist()]
        pieces = Pieces(
            names,
            names,
            [lines[line]["code"] for line in within.line.tolist()],
            within.from_cm.tolist(),
            within.to_cm.tolist(),
        )
        rows = line_coverage(connection, lines_asked, pieces, sightings="city.sighting", geometry=drawn)
        for row in rows if names else ():
            found.setdefault(row["code"], []).append(row)
    return {code: _of_roads(rows) for code, rows in found.items()}


def _of_roads(rows: Sequence[Mapping[str, Any]]) -> Told:
    length_m, seen_m, sure_m, possible_m = (
        float(sum(row[name] for row in rows)) for name in ("length_m", "seen_m", "sure_m", "possible_m")
    )
    shares = dict(zip(_SHARES, (part / length_m for part in (sure_m, seen_m, possible_m)), strict=True))
    told = {"measure": "roads", "length_m": length_m, "seen_m": seen_m, "seen_sure_m": sure_m}
    geometries = {
        f"{state}_geometry": _joined([row[f"{state}_geometry"] for row in rows]) for state in ("seen", "unseen")
    }
    return told | {"seen_possible_m": possible_m} | shares | geometries


def _joined(texts: Sequence[str | None]) -> Told | None:
    shapes = [shape for shape in shapely.from_geojson([text for text in texts if text]) if not shapely.is_empty(shape)]
    return dict(json.loads(shapely.to_geojson(shapely.union_all(shapes)))) if shapes else None


def _wire(shape: shapely.Geometry, metric_crs: str) -> Told | None:
    if shapely.is_empty(shape):
        return None
    back = transformer(metric_crs, WIRE)
    degrees = shapely.transform(shape, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))
    return dict(json.loads(shapely.to_geojson(degrees)))

"""The pieces of a land check as a GeoPackage: outline, pieces, zones, conflicts, faults of the base, each a layer."""

import json
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.landuse.paper import words
from api.landuse.paper.words import Json, areas
from layers.crs import STORED

__all__ = ["LAYERS", "gpkg_of"]

LAYERS = ("范围", "地类图斑", "控制区", "冲突", "缝隙重叠")
Row = dict[str, Any]
_FEATURE = ("layer", "id", "code", "name", "edition", "valid_from", "known_from")
_PIECE = (
    "class_code",
    "class_name",
    "scheme",
    "group",
    "ownership",
    "owner",
    "deduct_ratio",
    "share",
    "sliver",
    "width_m",
)
_COLUMNS: dict[str, tuple[str, ...]] = {
    "范围": ("check", "name", "activity", "answer", "stamp", "as_of", "known_at", "made_by", "made_at",
             "m2", "ha", "mu", "printed_for", "printed_at"),
    "地类图斑": ("piece", *_FEATURE, *_PIECE, "m2", "ha", "mu"),
    "控制区": ("kind", "kind_name", "state", *_FEATURE, "share", "sliver", "m2", "ha", "mu"),
    "冲突": ("reason", "answer", "rule", "text", "citation", "remedy", *_FEATURE, "share", "sliver", "m2", "ha", "mu"),
    "缝隙重叠": ("kind", "a", "b", "m2", "ha", "mu"),
}  # fmt: skip

_KINDS = {"piece": "Int64", "reason": "Int64", "id": "Int64", "sliver": "boolean"} | dict.fromkeys(
    ("m2", "ha", "mu", "share", "width_m", "deduct_ratio"), "Float64"
)
"""What is no text."""


def gpkg_of(answer: Json, reader: str, at: datetime) -> bytes:
    """The file, in degrees of CGCS2000; every layer is in it, also those that have nothing."""
    import geopandas as gpd

    found = {
        "范围": [_outline(answer, reader, at)],
        "地类图斑": [_row(one, one["area"], one.get("geometry"), piece=one["piece"]) for one in answer["pieces"]],
        "控制区": _zones(answer),
        "冲突": _conflicts(answer),
        "缝隙重叠": _faults(answer["base"]),
    }
    with tempfile.TemporaryDirectory(prefix="huashan-check-") as folder:
        path = Path(folder) / "check.gpkg"
        for name in LAYERS:
            rows, columns = found[name], _COLUMNS[name]
            values = {column: _values(column, [row.get(column) for row in rows]) for column in columns}
            shapes = _shapes([row["geometry"] for row in rows])
            frame = gpd.GeoDataFrame(values, geometry=shapes, crs=STORED)
            frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio", geometry_type="MultiPolygon")
        return path.read_bytes()


def _row(told: Json, area: Json | None, geometry: Json | None, **more: Any) -> Row:
    square, hectares, mu = areas(area)
    return {**told, **more, "m2": square, "ha": hectares, "mu": mu, "geometry": geometry}


def _outline(answer: Json, reader: str, at: datetime) -> Row:
    asked, verdict, outline = answer["asked"], answer["verdict"], answer["outline"]
    return _row(
        {name: answer[name] for name in ("check", "name", "made_by", "made_at")}, outline["area"], outline["geometry"],
        activity=asked["activity_name"], answer=words.ANSWERS.get(verdict["answer"], verdict["title"]),
        stamp=f"{verdict['stamp']},内部资料", as_of=asked["as_of"], known_at=asked["known_at"],
        printed_for=reader, printed_at=at.isoformat(),
    )  # fmt: skip


def _zones(answer: Json) -> list[Row]:
    """A row for each zone that is overlapped; where features have no shapes of their own, one for each kind."""
    rows = []
    for kind in answer["zones"]:
        named = {"kind": kind["kind"], "kind_name": kind["name"], "state": kind["state"]}
        own = [one for one in kind["features"] if one.get("geometry")]
        if own:
            rows += [_row(one, one["area"], one["geometry"], **named) for one in own]
        elif kind["geometry"]:
            rows.append(_row({"share": kind["share"]}, kind["overlap"], kind["geometry"], **named))
    return rows


def _conflicts(answer: Json) -> list[Row]:
    """Each reason against the outline with each feature that it names, as far as that has a shape."""
    shapes = _by_feature(answer)
    rows = []
    for number, reason in enumerate(answer["verdict"]["reasons"], start=1):
        if reason["answer"] == "yes":
            continue
        told = {name: reason[name] for name in ("rule", "text", "citation", "remedy")}
        told |= {"reason": number, "answer": words.ANSWERS.get(reason["answer"], reason["answer"])}
        for one in reason["features"]:
            found = shapes.get(words.key(one))
            if found:
                named = {name: one.get(name) for name in _FEATURE}
                rows.append(_row(found, found["area"], found["geometry"], **named, **told))
        if reason["subject"] == "gap":
            rows += [_row({}, one["area"], one["geometry"], **told) for one in answer["base"]["gaps"]]
    return rows


def _by_feature(answer: Json) -> dict[tuple[Any, ...], Row]:
    """What of each feature lies in the outline: its area, share and shape; of several pieces, all."""
    kinds = [
        one if one.get("geometry") or len(kind["features"]) > 1 else {**one, "geometry": kind["geometry"]}
        for kind in answer["zones"]
        for one in kind["features"]
    ]
    return {words.key(one): dict(one) for one in (*answer["pieces"], *kinds, *answer["touched"]) if one.get("geometry")}


def _faults(base: Json) -> list[Row]:
    rows = [_row({"kind": "缝隙"}, one["area"], one["geometry"]) for one in base["gaps"]]
    return rows + [
        _row({"kind": "重叠", "a": words.named(one["a"]), "b": words.named(one["b"])}, one["area"], one["geometry"])
        for one in base["overlaps"]
    ]


def _values(name: str, column: Sequence[Any]) -> Any:
    """A column as GDAL is to have it, of one type whatever is in it; text holds nothing that a file cannot."""
    import pandas as pd

    kind: Any = _KINDS.get(name)
    if kind:
        return pd.array(column, dtype=kind)
    return np.array([None if value is None else words.plain(str(value)) for value in column], dtype=object)


def _shapes(geometries: Sequence[Json | None]) -> np.ndarray[Any, Any]:
    texts = [json.dumps(geometry) if geometry else None for geometry in geometries]
    shapes = shapely.from_geojson(np.array(texts, dtype=object)) if texts else np.array([], dtype=object)
    return np.array([_areas_of(shape) for shape in shapes], dtype=object)


def _areas_of(shape: BaseGeometry | None) -> BaseGeometry | None:
    """The areas of a shape as one MultiPolygon; None where it has none."""
    if shape is None:
        return None
    parts = shapely.get_parts(shapely.get_parts(shape))
    areas = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return shapely.MultiPolygon(areas) if areas else None

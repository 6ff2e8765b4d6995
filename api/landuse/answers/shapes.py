"""Shapes and features as answers tell them: geometries written all at once, and kept as they are written."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import shapely

from api.answers.times import said
from api.landuse.words import area
from geo.landuse.city import Features
from geo.landuse.outline import Outline
from layers.crs import STORED, Geometries, project

__all__ = ["DIGITS", "dumped", "features_told", "geometries_told", "outline_told"]

DIGITS = 9
"""Of degrees: a tenth of a millimetre."""
Row = dict[str, Any]


def dumped(answer: Mapping[str, Any]) -> bytes:
    """The answer as it is sent."""
    return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)


def geometries_told(shapes: Geometries, metric_crs: str) -> list[Any]:
    """GeoJSON geometries of shapes in metres, longitude first; None for what is empty."""
    if not len(shapes):
        return []
    degrees = shapely.transform(project(shapes, metric_crs, STORED), lambda xy: np.round(xy, DIGITS))
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
        "box": np.round(box, DIGITS).tolist(),
    }


def features_told(features: Features) -> list[Row]:
    """The features as answers name them: each with its layer, number, code, and since when this version was known."""
    columns = (features.id, features.code, features.name, features.known_from, features.valid_from, features.edition)
    return [
        {"layer": features.layer, "id": number, "code": code, "name": name, "known_from": said(known_from),
         "valid_from": None if valid_from is None else valid_from.isoformat(), "edition": edition}
        for number, code, name, known_from, valid_from, edition in zip(*map(np.ndarray.tolist, columns), strict=True)
    ]  # fmt: skip

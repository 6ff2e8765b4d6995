"""The ground under a route: water, banks and roads around it, simplified to what a sheet of paper can show."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from api.sheets.plane import Box
from layers import query

__all__ = ["Ground", "Shape", "read_ground"]

_DETAIL = 1 / 2500
"""Of the box's width: below a tenth of a millimetre on paper nothing is seen."""
_MOST = 3000


class Shape(NamedTuple):
    """A feature of the ground. parts: rings of an area, by even-odd, or lines; degrees, longitude first."""

    layer: str
    name: str
    main: bool
    area: bool
    parts: Sequence[Sequence[Sequence[float]]]


Ground = Sequence[Shape]


def read_ground(connection: Connection, box: Box) -> list[Shape]:
    """What lies in the box as it is now, areas before lines; an empty list where nothing is known."""
    detail_deg = (box.east - box.west) * _DETAIL
    found = query.rows(connection, "sheet/ground", **box._asdict(), detail_deg=detail_deg, row_limit=_MOST)
    return [_shape(row["layer"], row["name"], row["main"], json.loads(row["shape"])) for row in found]


def _shape(layer: str, name: str | None, main: bool, shape: dict[str, Any]) -> Shape:
    kind, given = shape["type"], shape["coordinates"]
    if kind in ("LineString", "MultiPolygon"):
        given = [given] if kind == "LineString" else [ring for polygon in given for ring in polygon]
    return Shape(layer, name or "", main, "Polygon" in kind, given)

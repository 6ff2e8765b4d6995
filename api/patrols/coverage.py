"""Coverage of a layer of lines in a period: read from the database, said as an answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.patrols.targets import view
from layers import query
from layers.catalogue import Catalogue, Layer
from layers.errors import BadInput

Period = tuple[datetime | None, datetime | None]


def coverage(
    connection: Connection, layer: Layer, period: Period, *, reach_m: float, codes: list[str] | None, geometry: bool
) -> list[dict[str, Any]]:
    """For each target: how long it is, how much was seen and what was not, lengths in metres, in order of code.

    A target never seen is there like any other. geometry: whether to draw the unseen part.
    """
    start, end = ends_of(period)
    found = query.rows(
        connection,
        "patrol/coverage",
        {"table": view(layer)},
        layer=layer.id,
        start=start,
        end=end,
        reach_m=reach_m,
        codes=codes,
        parts=geometry,
    )
    return [dict(row) for row in found]


def line_layer(catalogue: Catalogue, layer_id: str) -> Layer:
    """The layer of that name; raises NotFound, or BadInput where it is not one of lines with chainage."""
    layer = catalogue[layer_id]
    if not layer.lines:
        names = "、".join(one.id for one in catalogue.line_layers)
        raise BadInput(f"图层 {layer_id[:40]!r} 没有桩号,算不出线覆盖:可用的有 {names}。")
    return layer


def ends_of(period: Period) -> tuple[str, str]:
    """The ends of a period as the database reads them; an open end is further than any time."""
    start, end = period
    return start.isoformat() if start else "-infinity", end.isoformat() if end else "infinity"

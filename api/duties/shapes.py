"""Pieces of what duties cover, drawn."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from layers import query
from layers.catalogue import Catalogue


def drawn_pieces(
    connection: Connection, catalogue: Catalogue, pieces: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Each piece as a GeoJSON feature: its stretch of line, or the whole target; null where it is no longer there."""
    shapes: dict[int, str] = {}
    for layer_id in sorted({piece["layer"] for piece in pieces}):
        own = [number for number, piece in enumerate(pieces) if piece["layer"] == layer_id]
        rows = query.rows(
            connection,
            "coverage/piece_shapes",
            {"table": f"{catalogue[layer_id].table}_now"},
            codes=[pieces[number]["target"] for number in own],
            from_cm=[_cm(pieces[number]["from_m"]) for number in own],
            to_cm=[_cm(pieces[number]["to_m"]) for number in own],
        )
        shapes |= {own[row["place"]]: row["shape"] for row in rows}
    return [
        {
            "type": "Feature",
            "properties": dict(piece),
            "geometry": json.loads(shapes[number]) if number in shapes else None,
        }
        for number, piece in enumerate(pieces)
    ]


def _cm(metres: float | None) -> int | None:
    return None if metres is None else round(metres * 100)

"""Coverage of lines in a period, and who saw what of one line when: read from the database."""

from typing import Any

from sqlalchemy import Connection

from api.coverage.asked import Asked, known_tables
from api.coverage.pieces import Pieces
from layers import query

_PIECE_PARAMS = ("piece_code", "piece_name", "piece_target", "piece_from", "piece_to")


def line_coverage(
    connection: Connection, asked: Asked, pieces: Pieces | None = None, *, sightings: str, geometry: bool = False
) -> list[dict[str, Any]]:
    """For each piece: how long it is, how much was seen and what was not, lengths in metres, in order of code.

    pieces: those asked for, None for whole targets. A piece never seen is there like any other. sightings: the table
    to read, by api.coverage.anew. geometry: whether to draw what was seen and what was not.
    """
    given: tuple[object, ...] = (None,) * len(_PIECE_PARAMS) if pieces is None else tuple(pieces)
    found = query.rows(
        connection,
        "coverage/lines",
        known_tables(asked.layer.table) | {"sighting": sightings},
        **asked.params(),
        **dict(zip(_PIECE_PARAMS, given, strict=True)),
        parts=geometry,
    )
    return [dict(row) for row in found]


def side_unknown_m(connection: Connection, asked: Asked, pieces: Pieces | None = None) -> float:
    """Metres seen by patrols of which nobody can tell the side any more, and that count all the same."""
    return float(sum(row["seen_m"] for row in line_coverage(connection, asked, pieces, sightings="city.side_unknown")))


def timeline(connection: Connection, asked: Asked, *, sightings: str, bound: str = "nominal") -> list[dict[str, Any]]:
    """Every sighting of the targets that are asked for at a bound, in order of time: from, to, first, last, patrol."""
    rows = query.rows(connection, "coverage/timeline", {"sighting": sightings}, **asked.params(), bound=bound)
    return [dict(row) for row in rows]

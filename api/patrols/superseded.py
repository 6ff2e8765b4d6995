"""What was known of a patrol and is not any more, because it was corrected or became part of another: kept, and ended.

What was known at an earlier instant is told from it as it was. Nothing of it counts today.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from api.sightings.sides import OWN_SIDE
from api.sightings.sighting import ALL
from layers import query

__all__ = ["end_joined", "keep_before", "touched_lines"]

_SEEN = (ALL.names, OWN_SIDE.names, {"sighting": "city.whole_sighting"})


def keep_before(connection: Connection, patrol_id: int) -> str:
    """Keep what a patrol is known to be, and all that was ever known of it, in a row of its own; its code."""
    kept_id = int(query.value(connection, "patrol/superseded_copy", None, patrol_id=patrol_id))
    _end(connection, patrol_id, kept_id)
    return str(query.value(connection, "patrol/patrol_code_of", None, patrol_id=kept_id))


def end_joined(connection: Connection, patrol_id: int) -> dict[str, set[str]]:
    """End what is known of the outings that became part of a patrol; the lines that they saw, by layer.

    Runs with the patrol's being worked out: so no instant knows of both, nor of neither.
    """
    touched: dict[str, set[str]] = {}
    for row in query.rows(connection, "patrol/superseded_open", None, patrol_id=patrol_id):
        joined = int(row["patrol_id"])
        for layer, codes in touched_lines(connection, joined).items():
            touched.setdefault(layer, set()).update(codes)
        query.execute(connection, "patrol/doubts_lock")
        _end(connection, joined, joined)
        for step in ("superseded_others", "superseded_forget"):
            query.execute(connection, f"patrol/{step}", None, patrol_id=joined)
    return touched


def touched_lines(connection: Connection, patrol_id: int) -> Mapping[str, set[str]]:
    """The lines that a patrol is known to have seen anything of, by layer."""
    touched: dict[str, set[str]] = {}
    for row in query.rows(connection, "patrol/touched_lines", None, patrol_id=patrol_id):
        touched.setdefault(row["layer"], set()).add(row["target_code"])
    return touched


def _end(connection: Connection, patrol_id: int, kept_id: int) -> None:
    for names in _SEEN:
        query.execute(connection, "patrol/superseded_seen", names, patrol_id=patrol_id, kept_id=kept_id)
    query.execute(connection, "patrol/superseded_flags", None, patrol_id=patrol_id, kept_id=kept_id)

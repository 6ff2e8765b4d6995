"""How far back nobody can look any more."""

from datetime import datetime

from sqlalchemy import Connection

from layers import query

_EVER = {"start": "-infinity", "end": "infinity"}


def erased_until(connection: Connection) -> datetime | None:
    """When the last of the patrols ended whose track is gone; None where all have theirs."""
    gone: datetime | None = query.value(connection, "coverage/legs_gone", None, **_EVER)
    return gone

"""Where the crews that are out are, as one reader is told."""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.times import said
from api.veil.whose import sees_all
from layers import query

__all__ = ["MINUTES", "SEES_POSITIONS", "positions_told", "told_alike"]

SEES_POSITIONS = require("dispatcher", "patroller", open=Open.SAMPLE)
MINUTES = 30
"""A crew that sent no position for so long is not told to be out, where nothing else is asked."""


def positions_told(connection: Connection, reader: Reader, minutes: int = MINUTES) -> dict[str, Any]:
    """The newest believed fix of each crew that sent one in the last minutes, with its age at the database's clock.

    A dispatcher sees all crews, a patroller the own.
    """
    everyone = sees_all(reader)
    found = query.rows(
        connection,
        "crew/positions",
        None,
        minutes=minutes,
        person=None if everyone else reader.name,
        post=None if everyone else reader.post,
    )
    return {"within_minutes": minutes, "positions": [_told(row) for row in found]}


def told_alike(reader: Reader) -> Hashable:
    """What two readers have in common who are told the same positions."""
    return None if sees_all(reader) else (reader.name, reader.post)


def _told(row: RowMapping) -> dict[str, Any]:
    return {name: said(value) if isinstance(value, datetime) else value for name, value in row.items()}

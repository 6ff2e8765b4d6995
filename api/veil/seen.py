"""What patrols saw, as those are told who may not see persons: what was seen within hours of duty."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.sightings.targets import read_city
from api.veil.on_duty import NEVER, hours_of, wholly_on_duty
from layers import query

__all__ = ["seen_on_duty"]

Row = Mapping[str, Any]


def seen_on_duty(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """Those sightings that lie wholly within their patrol's hours of duty, in the order given.

    rows: each with patrol_id, first_at and last_at. The hours are those that legs are clipped to; but a sighting that
    is partly outside is left out whole, since where within its range somebody was at the hour is not known.
    """
    ends: dict[int, tuple[datetime, datetime]] = {}
    for row in rows:
        first, last = ends.get(row["patrol_id"], (row["first_at"], row["last_at"]))
        ends[row["patrol_id"]] = min(first, row["first_at"]), max(last, row["last_at"])
    veils = query.rows(connection, "patrol/patrol_veil", None, patrol_ids=list(ends))
    hours = hours_of(connection, veils, ends, read_city(connection).zone)
    return [
        row for row in rows if wholly_on_duty((row["first_at"], row["last_at"]), hours.get(row["patrol_id"], NEVER))
    ]

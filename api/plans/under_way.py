"""Crews that are out already when a day is planned anew: where each is then, and since when it has been out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.sightings.targets import City
from geo.duties.calendar import instant, local_date
from layers import query

__all__ = ["under_way"]

Told = dict[str, Any]


def under_way(connection: Connection, crews: Sequence[Told], at: datetime, city: City) -> list[Told]:
    """The crews as they are at an instant: nothing before it is planned any more.

    Who is out goes on from where the last position up to then was, and its outing counts from when it began; the end
    stays, and what it has gone that day is no longer there to go. Of whom nothing came in that day, nobody knows more
    than the start that was planned.
    """
    day = local_date(at.timestamp(), city.zone)
    rows = query.rows(
        connection,
        "plan/crews_under_way",
        None,
        crews=[crew["crew"] for crew in crews],
        at=at,
        since=datetime.fromtimestamp(instant(day, 0, city.zone), city.zone),
    )
    out = {row["code"]: dict(row) for row in rows}
    return [crew | {"since_s": at.timestamp()} | _place(out.get(crew["crew"]), city) for crew in crews]


def _place(row: Mapping[str, Any] | None, city: City) -> Told:
    if row is None:
        return {}
    clock = datetime.fromtimestamp(row["at_s"], city.zone)
    name = f"{clock:%H:%M} 所在处"
    start = {"lon": row["lon"], "lat": row["lat"], "name": name}
    return {"start": start, "started_s": row["started_s"], "gone_m": round(row["gone_m"])}

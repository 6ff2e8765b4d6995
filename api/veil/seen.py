"""What patrols saw of a line and when, as one reader is told it: all, what was seen on duty, or on which day alone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from sqlalchemy import Connection

from api.access.reader import Reader
from api.answers.times import said
from api.patrols.pseudonyms import code_told
from api.sightings.targets import City, read_city
from api.veil.on_duty import NEVER, hours_of, street_on, wholly_on_duty
from api.veil.whose import sees_all
from geo.duties.calendar import local_date
from geo.lines.inside import inside
from geo.lines.multirange import Ranges, union
from layers import query

__all__ = ["seen_on_duty", "told_timeline"]

Row = Mapping[str, Any]
Told = dict[str, Any]
Spans = list[tuple[int, int]]
"""Stretches of chainage from and to, centimetres."""


def told_timeline(connection: Connection, reader: Reader, rows: Sequence[Row], line: shapely.Geometry) -> list[Told]:
    """Sightings of a line, metres, as a reader is told them; rows: of coverage/timeline, in order of time.

    Who may see persons reads all, by the patrol's code. An analyst reads what was seen on duty, by the patrol's other
    name. Others read what of that was seen on which day, by which mode, in order of the days and then of the place.
    """
    if sees_all(reader):
        return [_exactly(row) | {"patrol": row["patrol"], "post": row["post"]} for row in rows]
    city = read_city(connection)
    seen = seen_on_duty(connection, rows, line, city)
    if "analyst" in reader.roles:
        return [
            _exactly(row) | {"patrol": code_told(row["patrol"], row["named_id"]), "post": row["post"]} for row in seen
        ]
    return _by_day(seen, city.zone)


def seen_on_duty(connection: Connection, rows: Sequence[Row], line: shapely.Geometry, city: City) -> list[Row]:
    """Those sightings of a line, metres, that lie wholly within their patrol's hours of duty, cut to the street's area.

    rows: each with patrol_id, from_m, to_m, first_at and last_at; told in the order given. Hours and area are those
    that legs are clipped to; but a sighting that is partly outside the hours is left out whole, since where within its
    range somebody was at the hour is not known.
    """
    ends: dict[int, tuple[datetime, datetime]] = {}
    for row in rows:
        first, last = ends.get(row["patrol_id"], (row["first_at"], row["last_at"]))
        ends[row["patrol_id"]] = min(first, row["first_at"]), max(last, row["last_at"])
    veils = query.rows(connection, "patrol/patrol_veil", None, patrol_ids=list(ends))
    hours = hours_of(connection, veils, ends, city.zone)
    kept = [
        row for row in rows if wholly_on_duty((row["first_at"], row["last_at"]), hours.get(row["patrol_id"], NEVER))
    ]
    day_of = {veil["patrol_id"]: veil["day"] for veil in veils}
    within = _in_street(connection, line, {day_of[row["patrol_id"]] for row in kept}, city)
    return [part for row in kept for part in _cut(row, within[day_of[row["patrol_id"]]])]


def _in_street(connection: Connection, line: shapely.Geometry, days: set[date], city: City) -> dict[date, Spans]:
    """What of the line lies in the street's area on each of some days."""
    found: dict[bytes, Spans] = {}
    spans_on = {}
    for day in sorted(days):
        area = street_on(connection, day, city)
        drawn = shapely.to_wkb(area)
        if drawn not in found:
            found[drawn] = _within(line, area)
        spans_on[day] = found[drawn]
    return spans_on


def _within(line: shapely.Geometry, area: shapely.Geometry) -> Spans:
    held = inside(np.array([line], dtype=object), np.array([area], dtype=object))
    # What lies in the area up to the line's end does so to the last begun centimetre, as sightings are kept.
    end_cm, last_cm = round(float(shapely.length(line)) * 100), int(np.ceil(shapely.length(line) * 100))
    to_cm = np.where(held.to_cm >= end_cm, last_cm, held.to_cm)
    return list(zip(held.from_cm.tolist(), to_cm.tolist(), strict=True))


def _cut(row: Row, within: Spans) -> list[Row]:
    from_cm, to_cm = (round(row[end] * 100) for end in ("from_m", "to_m"))
    parts = ((max(from_cm, low), min(to_cm, high)) for low, high in within)
    return [{**row, "from_m": low / 100, "to_m": high / 100} for low, high in parts if low < high]


def _exactly(row: Row) -> Told:
    return {
        "from_m": float(row["from_m"]),
        "to_m": float(row["to_m"]),
        "first_seen": said(row["first_at"]),
        "last_seen": said(row["last_at"]),
        "carried": row["carried"],
        "mode": row["mode"],
    }


def _by_day(rows: Sequence[Row], zone: ZoneInfo) -> list[Told]:
    """What was seen on which days, joined: a range for each minute would say how somebody went."""
    kinds: dict[tuple[date, date, bool, str], Spans] = {}
    for row in rows:
        first, last = (local_date(row[end].timestamp(), zone) for end in ("first_at", "last_at"))
        span = round(row["from_m"] * 100), round(row["to_m"] * 100)
        kinds.setdefault((first, last, row["carried"], row["mode"]), []).append(span)
    return [
        {
            "from_m": low / 100,
            "to_m": high / 100,
            "first_seen": first.isoformat(),
            "last_seen": last.isoformat(),
            "carried": carried,
            "mode": mode,
        }
        for (first, last, carried, mode), spans in sorted(kinds.items())
        for low, high in _union(spans)
    ]


def _union(spans: Spans) -> Spans:
    start, stop = np.array(spans, dtype=np.int64).T
    joined, _ = union(Ranges(np.zeros(len(spans), dtype=np.int64), start, stop))
    return list(zip(joined.start.tolist(), joined.stop.tolist(), strict=True))

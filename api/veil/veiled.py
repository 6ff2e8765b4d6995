"""Patrols as an analyst is told them: under the month's names, clipped to the hours of duty and the street's area.

What lies outside is not told in any other way: start and end are those within hours, lengths those of what is shown,
and when a patrol was entered, declared over or worked out, which for a phone is when it was out, is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from api.patrols.doubt_words import flags_told
from api.patrols.pseudonyms import code_told
from api.patrols.told import UNTOLD, told_row
from api.sightings.targets import City, read_city
from api.tracks.track import Floats
from api.veil.on_duty import NEVER, Hours, clipped_ends, hours_of, street_on
from geo.tracks.clipping import Pieces, clip
from layers import query
from layers.crs import STORED, transformer

__all__ = ["Veil", "shown_legs", "told_veiled", "veiled_rows", "veils"]

Ends = tuple[datetime, datetime]
Row = Mapping[Any, Any]
_HIDDEN = UNTOLD | {"device", "crew", "made_by", "report", "file_name", "made_at", "closed_at", "length_m"}
"""Told by other names, of what is shown alone, or not at all."""


@dataclass(frozen=True)
class Veil:
    """What shows one patrol: the month's names of crew and device, the day it belongs to, and its hours of duty.

    ends: from when to when it is shown; None where it has no fixes, or none within hours.
    """

    crew: str | None
    device: str | None
    day: date
    hours: Hours
    ends: Ends | None


def veils(connection: Connection, patrols: Sequence[Row], city: City) -> dict[int, Veil]:
    """What shows each of some patrols, by number; patrols: rows with patrol_id, started_at and ended_at."""
    rows = query.rows(connection, "patrol/patrol_veil", None, patrol_ids=[row["patrol_id"] for row in patrols])
    ends = {row["patrol_id"]: (row["started_at"], row["ended_at"]) for row in patrols if row["started_at"]}
    hours = hours_of(connection, rows, ends, city.zone)
    found = {}
    for row in rows:
        number = row["patrol_id"]
        own = hours.get(number, NEVER)
        shown = clipped_ends(ends[number], own) if number in ends else None
        found[number] = Veil(row["crew"], row["device"], row["day"], own, shown)
    return found


def veiled_rows(connection: Connection, patrols: Sequence[Row], city: City) -> list[dict[str, Any]]:
    """Patrols as an analyst is told them in a list, by the day they belong to, the newest first."""
    shown = veils(connection, patrols, city)
    ordered = sorted(patrols, key=lambda row: (shown[row["patrol_id"]].day, row["patrol_id"]), reverse=True)
    return [_row(row, shown[row["patrol_id"]]) for row in ordered]


def told_veiled(connection: Connection, patrol: Row) -> dict[str, Any]:
    """What an analyst is told of a patrol, as told_plainly tells others."""
    city, number = read_city(connection), patrol["patrol_id"]
    shown = veils(connection, [patrol], city)
    legs = shown_legs(connection, shown, city).get(number, [])
    until = _until(patrol["seen_to"], shown[number].ends)
    return _row(patrol, shown[number]) | {
        "length_m": sum(leg["properties"]["length_m"] for leg in legs),
        "flags": _flags(flags_told(connection, number, patrol["mode"], places=False), shown[number].ends),
        "stays": None,
        "legs": {"type": "FeatureCollection", "features": legs},
        "sightings": {"up_to": until and until.isoformat(), "worked_at": None},
    }


def shown_legs(connection: Connection, shown: Mapping[int, Veil], city: City) -> dict[int, list[dict[str, Any]]]:
    """The pieces of each patrol's legs within hours and area as GeoJSON features, numbered from 1, in order of time."""
    legs: dict[int, list[Row]] = {}
    for row in query.rows(connection, "patrol/legs_among", None, patrol_ids=list(shown)):
        legs.setdefault(int(row["patrol_id"]), []).append(row)
    areas = {day: street_on(connection, day, city) for day in {shown[number].day for number in legs}}
    found = {}
    for number, own in legs.items():
        veil = shown[number]
        found[number] = _features(_clipped(own, (areas[veil.day], veil.hours), city), city)
    return found


def _row(patrol: Row, veil: Veil) -> dict[str, Any]:
    start, end = veil.ends or (None, None)
    code = code_told(patrol["code"], patrol["patrol_id"])
    instead = {"code": code, "crew": veil.crew, "device": veil.device, "started_at": start, "ended_at": end}
    return told_row(patrol, _HIDDEN) | told_row(instead)


def _until(moment: datetime | None, ends: Ends | None) -> datetime | None:
    """A moment, at the latest the end of what is shown; None before its start."""
    if moment is None or ends is None or moment < ends[0]:
        return None
    return min(moment, ends[1])


def _flags(flags: Sequence[dict[str, Any]], ends: Ends | None) -> list[dict[str, Any]]:
    """The flags, each from when to when within what is shown; neither where it lies outside."""
    return [flag | _within(flag, ends) for flag in flags]


def _within(flag: Row, ends: Ends | None) -> dict[str, Any]:
    start, end = (datetime.fromisoformat(flag[name]) for name in ("from", "to"))
    if ends is None or end < ends[0] or start > ends[1]:
        return {"from": None, "to": None}
    return {"from": max(start, ends[0]).isoformat(), "to": min(end, ends[1]).isoformat()}


def _clipped(legs: Sequence[Row], within: tuple[shapely.Geometry, Hours], city: City) -> Pieces:
    times = [np.array(leg["times_s"]) for leg in legs]
    places = shapely.get_coordinates(shapely.from_wkb([bytes(leg["geom"]) for leg in legs]))
    x, y = transformer(STORED, city.metric_crs).transform(places[:, 0], places[:, 1])
    track = (x, y, np.concatenate(times))
    return clip(track, np.cumsum([0, *map(len, times)]), area=within[0], hours=within[1])


def _features(pieces: Pieces, city: City) -> list[dict[str, Any]]:
    lon, lat = transformer(city.metric_crs, STORED).transform(pieces.x, pieces.y)
    places = np.round(np.column_stack([lon, lat]), 7)
    step_m = np.hypot(np.diff(pieces.x), np.diff(pieces.y))
    found = []
    for number, (start, stop) in enumerate(zip(pieces.starts[:-1].tolist(), pieces.starts[1:].tolist(), strict=True)):
        properties = {
            "leg_no": number + 1,
            "started_at": _said(pieces.time_s[start], city),
            "ended_at": _said(pieces.time_s[stop - 1], city),
            "length_m": float(step_m[start : stop - 1].sum()),
            "times_s": pieces.time_s[start:stop].tolist(),
        }
        found.append({"type": "Feature", "geometry": _geometry(places[start:stop]), "properties": properties})
    return found


def _geometry(places: Floats) -> dict[str, Any]:
    if len(places) == 1:
        return {"type": "Point", "coordinates": places[0].tolist()}
    return {"type": "LineString", "coordinates": places.tolist()}


def _said(unix_s: float, city: City) -> str:
    return datetime.fromtimestamp(float(unix_s), city.zone).isoformat()

"""One patrol as an answer tells it: its row, its legs and flags, the account of its cleaning, where the crew stood."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.answers.times import said
from api.patrols.batch import REASON_WORDS
from api.patrols.doubt_words import flags_told
from api.sightings.stored import stored_tracks
from api.sightings.targets import read_city
from geo.tracks.stays import stays
from layers import query
from layers.crs import STORED, transformer

__all__ = ["UNTOLD", "cleaning_told", "stays_told", "told_plainly", "told_row"]

UNTOLD = frozenset({"seen", "visited", "patrol_id", "seen_to", "worked_at", "datum_found", "datum_odds"})
"""What answers tell in other words, or not at all."""


def told_row(row: Mapping[Any, Any], hidden: frozenset[str] = UNTOLD) -> dict[str, Any]:
    """A row's values but for those hidden, as JSON holds them.

    >>> told_row({"code": "甲", "patrol_id": 7, "ended_at": datetime(2026, 6, 1)})
    {'code': '甲', 'ended_at': '2026-06-01T00:00:00'}
    """
    shown = {name: value for name, value in row.items() if name not in hidden}
    return {name: said(value) if isinstance(value, datetime) else value for name, value in shown.items()}


def told_plainly(connection: Connection, patrol: Mapping[Any, Any]) -> dict[str, Any]:
    """What those who may see persons are told of a patrol: its row, flags, legs, and where the crew stood."""
    number = patrol["patrol_id"]
    legs = query.rows(connection, "patrol/patrol_legs", None, patrol_id=number)
    done = told_row({"up_to": patrol["seen_to"], "worked_at": patrol["worked_at"]}, frozenset())
    return told_row(patrol) | {
        "flags": flags_told(connection, number, patrol["mode"], places=True),
        "stays": stays_told(connection, number),
        "legs": {"type": "FeatureCollection", "features": [leg["feature"] for leg in legs]},
        "sightings": done,
    }


def cleaning_told(patrol: Mapping[str, Any]) -> dict[str, Any]:
    """How many fixes came, how many were kept, and why each of the others was left out, in words."""
    left_out = [
        {"reason": reason, "words": REASON_WORDS.get(reason, reason), "fixes": fixes}
        for reason, fixes in patrol["left_out"].items()
    ]
    return {"fixes_read": patrol["fixes_read"], "fixes_kept": patrol["fixes_kept"], "left_out": left_out}


def stays_told(connection: Connection, patrol_id: int) -> list[dict[str, Any]]:
    """Where and when the crew stood, in order of time: longitude, latitude, from, to, and how far the fixes scatter."""
    city = read_city(connection)
    legs = query.rows(connection, "patrol/legs_of", None, patrol_ids=[patrol_id])
    back = transformer(city.metric_crs, STORED)
    told = []
    for _, track in stored_tracks(connection, legs, city):
        for stay in stays(track.x, track.y, track.time_s, track.starts):
            lon, lat = back.transform(stay.x, stay.y)
            ends: dict[str, Any] = {
                "from": said(stay.from_s, city.zone),
                "to": said(stay.to_s, city.zone),
                "minutes": (stay.to_s - stay.from_s) / 60,
            }
            place = {"lon": round(float(lon), 7), "lat": round(float(lat), 7), "radius_m": stay.radius_m}
            told.append(ends | place)
    return told

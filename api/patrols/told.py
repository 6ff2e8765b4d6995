"""One patrol as an answer tells it: the account of its cleaning, where the crew stood, its datum."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import Connection

from api.patrols.batch import REASON_WORDS
from api.patrols.stored import stored_tracks
from api.patrols.targets import read_city
from geo.tracks.stays import stays
from layers import query
from layers.crs import STORED, transformer

__all__ = ["cleaning_told", "stays_told"]


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
    legs = query.rows(connection, "patrol/legs_of", None, patrol_id=patrol_id)
    back = transformer(city.metric_crs, STORED)
    told = []
    for _, track in stored_tracks(connection, legs, city):
        for stay in stays(track.x, track.y, track.time_s, track.starts):
            lon, lat = back.transform(stay.x, stay.y)
            ends = {"from": _said(stay.from_s), "to": _said(stay.to_s), "minutes": (stay.to_s - stay.from_s) / 60}
            place = {"lon": round(float(lon), 7), "lat": round(float(lat), 7), "radius_m": stay.radius_m}
            told.append(ends | place)
    return told


def _said(unix_s: float) -> str:
    return f"{np.datetime64(round(unix_s * 1000), 'ms')}Z"

"""Observations as JSON: rows of the views, which have already left out what the reader may not see."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.answers.times import said
from api.observations.compare import compared
from layers import query
from layers.crs import LonLat

WHEREABOUTS_M = 100.0
"""A bank or road farther away than this is not where the observation lies."""


def told(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row's values as JSON holds them, without its inner number."""
    return {name: _plain(value) for name, value in row.items() if name != "id"}


def in_full(connection: Connection, row: RowMapping, *, persons: bool) -> dict[str, Any]:
    """One observation with where it lies, its photos, and every version of it, the oldest first."""
    versions = query.rows(connection, "observation/versions", None, id=row["id"])
    lies = query.rows(connection, "observation/whereabouts", None, id=row["id"], reach_m=WHEREABOUTS_M)
    return {
        **told(row),
        "lies": {one["layer"]: _near(one) for one in lies},
        "photos": photos(connection, row, persons=persons),
        "versions": [told(version) for version in versions],
    }


def photos(connection: Connection, row: Mapping[Any, Any], *, persons: bool) -> list[dict[str, Any]]:
    """An observation's photos, each compared with it; where exactly a phone was, only for those who see persons."""
    found: Sequence[RowMapping] = query.rows(connection, "observation/photos", None, id=row["id"])
    place = LonLat(row["lon"], row["lat"])
    return [_photo(one, place, row["found_at"], persons=persons) for one in found]


def _photo(row: RowMapping, place: LonLat, found_at: datetime, *, persons: bool) -> dict[str, Any]:
    at = None if row["lon"] is None else LonLat(row["lon"], row["lat"])
    shown = told(row)
    if not persons:
        del shown["lon"], shown["lat"], shown["made_by"]
    return {**shown, **compared(at, row["taken_at"], place, found_at)._asdict(), "href": f"/photos/{row['sha256']}"}


def _near(row: RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in ("code", "name", "distance_m", "chainage_m") if row[name] is not None}


def _plain(value: Any) -> Any:
    return said(value) if isinstance(value, datetime) else value

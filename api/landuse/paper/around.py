"""What lies around an outline, as of the day and the instant of its check: to see where it is, not to measure by."""

import json
from datetime import date, datetime

from sqlalchemy import Connection

from api.landuse.paper.words import Json
from api.sheets.ground import Ground, Shape, read_ground
from api.sheets.plane import Box
from layers import query

__all__ = ["LAND", "ZONE", "read_around"]

LAND, ZONE = "landuse", "zone"
"""Layers of shapes whose name is how they are drawn: the family of a parcel, the kind of a zone."""
_DETAIL = 1 / 4000
"""Of the box's width: a twentieth of a millimetre on paper."""
_MOST = 4000
"""Where there are more, the smallest would be specks."""


def read_around(connection: Connection, answer: Json, box: Box) -> Ground:
    """Parcels and zones as the check knew them, then waters and roads as they are now; none where nothing is known."""
    asked = answer["asked"]
    found = query.rows(
        connection, "landuse/check_around", **box._asdict(), detail_deg=(box.east - box.west) * _DETAIL,
        row_limit=_MOST, as_of=date.fromisoformat(asked["as_of"]), known_at=datetime.fromisoformat(asked["known_at"]),
    )  # fmt: skip
    land = [Shape(row["layer"], row["name"], False, True, _rings(row["shape"])) for row in found]
    return [*land, *read_ground(connection, box)]


def _rings(multipolygon: str) -> list[list[list[float]]]:
    return [ring for part in json.loads(multipolygon)["coordinates"] for ring in part]

"""Observations in a list: which, as the views show them to the acting person."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.rights import Open, require
from layers import query
from layers.catalogue import ROLES
from layers.crs import Bounds

__all__ = ["LAYER", "SEES_OBSERVATIONS", "observation_rows"]

LAYER = "observation"
SEES_OBSERVATIONS = require(*ROLES, open=Open.SAMPLE)
_CONDITIONS = (
    "ids", "code", "family", "kind", "state", "post", "patrol", "overdue", "start", "end", "after_at", "after_id",
)  # fmt: skip


def observation_rows(
    connection: Connection, asked: dict[str, Any], box: Bounds | None, row_limit: int
) -> list[RowMapping]:
    """Observations valid today that meet what is asked, the newest first. asked: any of the query's conditions."""
    conditions = dict.fromkeys(_CONDITIONS) | asked | (box._asdict() if box else dict.fromkeys(Bounds._fields))
    return list(query.rows(connection, "observation/listed", None, **conditions, row_limit=row_limit))

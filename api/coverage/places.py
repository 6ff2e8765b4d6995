"""Where the targets of a question are: their shapes, as known at the time that is asked for."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.coverage.asked import Asked, known_tables
from api.sightings.targets import read_city
from layers import query
from layers.crs import STORED, project

__all__ = ["Geometries", "targets_of"]

Geometries = NDArray[np.object_]


def targets_of(
    connection: Connection, asked: Asked, table: str | None = None, digits: int | None = None
) -> tuple[Sequence[RowMapping], Geometries]:
    """The targets as known at the time asked for, and their shapes in metres; or the features of another table, of
    whose codes only those with so many digits."""
    known_at = asked.known_at.isoformat() if asked.known_at else None
    codes = list(asked.codes) if asked.codes is not None and table is None else None
    tables = known_tables(table or asked.layer.table)
    rows = query.rows(connection, "coverage/line_places", tables, known_at=known_at, codes=codes, digits=digits)
    degrees = shapely.from_wkb(np.array([bytes(row["geom"]) for row in rows], dtype=object))
    return rows, np.asarray(project(degrees, STORED, read_city(connection).metric_crs), dtype=object)

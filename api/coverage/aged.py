"""Lines in pieces by how long ago they were last seen, as of the end of a period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.coverage.asked import Asked, known_tables
from api.coverage.lines import timeline
from api.sightings.targets import read_city
from geo.coverage.lines import Lines
from geo.duties.debt import advance
from geo.duties.records import Sightings
from geo.duties.scope import Scope, never_seen
from geo.lines.chainage import part
from layers import query
from layers.crs import STORED, project

__all__ = ["UNTOLD", "Aged", "ages", "read_aged", "read_shapes"]

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

ONE_US = timedelta(microseconds=1)
UNTOLD = datetime.fromtimestamp(0, UTC)
"""Stands for a time that nobody can tell: before any fix that is believed, so whatever is seen comes after it."""


@dataclass(frozen=True)
class Aged:
    """(n,) pieces of lines in metres that tile them, the local days since each was last seen, and as of when.

    days: infinite where it was not seen in the period; NaN where nobody can tell, as where a shore changed after the
    tracks were erased. at: the period's end, or when it was asked, whichever came first.
    """

    shapes: Geometries
    days: Floats
    at: datetime

    @property
    def length_m(self) -> Floats:
        """(n,) how long each is."""
        return np.asarray(shapely.length(self.shapes), dtype=np.float64)


def read_aged(connection: Connection, asked: Asked, *, sightings: str) -> Aged:
    """The lines that are asked about, by when they were last seen before the period's end; none make no pieces.

    sightings: the table to read, by api.coverage.anew. A sighting that goes on after the end was in view at it.
    """
    now = asked.known_at or datetime.now(UTC)
    at = min(asked.period[1] or now, now).astimezone(read_city(connection).zone)
    codes, shapes = read_shapes(connection, asked.layer.table, asked)
    all_lines = replace(asked, codes=tuple(codes))
    rows = timeline(connection, all_lines, sightings=sightings)
    params = all_lines.params()
    unknown = query.rows(
        connection,
        "coverage/unknown_spans",
        None,
        **{name: params[name] for name in ("layer", "codes", "start", "known_at")},
    )
    untold = [dict(row) | {"first_at": UNTOLD, "last_at": UNTOLD} for row in unknown]
    return ages(shapes, _sightings([*rows, *untold], codes), at)


def ages(shapes: Geometries, seen: Sightings, at: datetime) -> Aged:
    """Lines in metres cut where what was last seen when changes; `seen.target` counts the lines from 0.

    A sighting at UNTOLD says that nobody can tell of a place, until it is seen.

    >>> line = np.array([shapely.LineString([(0, 0), (10, 0)])])
    >>> seen = Sightings(*np.array([[0], [200], [500]]), *np.full((2, 1), 86_400.0), np.zeros(1, int))
    >>> aged = ages(line, seen, datetime.fromtimestamp(3.5 * 86_400, UTC))
    >>> aged.days.tolist(), aged.length_m.tolist()
    ([inf, 2.0, inf], [2.0, 3.0, 5.0])
    """
    length_cm = Lines(shapes).length_cm
    line = np.flatnonzero(length_cm > 0)
    since, ever = np.zeros(len(line)), np.full(len(line), np.inf)
    state = advance(
        never_seen(Scope(line, np.zeros_like(line), length_cm[line], since, ever, line)), seen, at.timestamp()
    )
    rows = zip(state.target.tolist(), (state.from_cm / 100).tolist(), (state.to_cm / 100).tolist(), strict=True)
    pieces = np.empty(len(state.target), dtype=object)
    pieces[:] = [part(shapes[number], from_m, to_m) for number, from_m, to_m in rows]
    last_s = np.where(state.last_s == UNTOLD.timestamp(), np.nan, state.last_s)
    return Aged(pieces, np.array([_days(one_s, at) for one_s in last_s.tolist()]), at)


def _days(last_s: float, at: datetime) -> float:
    """Local days between, as the map counts them; inf for never, NaN where nobody can tell."""
    if not np.isfinite(last_s):
        return -last_s
    # An end at midnight is the end of the day before.
    return float(((at - ONE_US).date() - datetime.fromtimestamp(last_s, at.tzinfo).date()).days)


def read_shapes(connection: Connection, table: str, asked: Asked) -> tuple[list[str], Geometries]:
    """Codes and shapes in metres of a layer's table, as known at the time that is asked for, valid on its day."""
    rows = query.rows(
        connection,
        "coverage/line_places",
        known_tables(table),
        known_at=asked.known_at.isoformat() if asked.known_at else None,
        codes=list(asked.codes) if asked.codes and table == asked.layer.table else None,
        digits=None,
    )
    degrees = shapely.from_wkb(np.array([bytes(row["geom"]) for row in rows], dtype=object))
    return [row["code"] for row in rows], project(degrees, STORED, read_city(connection).metric_crs)


def _sightings(rows: Sequence[dict[str, Any]], codes: Sequence[str]) -> Sightings:
    number_of = {code: number for number, code in enumerate(codes)}
    target = np.array([number_of[row["code"]] for row in rows], dtype=np.int64)
    from_cm, to_cm = (np.array([round(row[end] * 100) for row in rows], dtype=np.int64) for end in ("from_m", "to_m"))
    first_s, last_s = (np.array([row[at].timestamp() for row in rows], dtype=float) for at in ("first_at", "last_at"))
    return Sightings(target, from_cm, to_cm, first_s, last_s, np.full(len(rows), -1))

"""Which rows of a layer are answered: those true today, or on other days as known at a time, under conditions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import shapely
from psycopg2 import sql
from sqlalchemy import Connection, Row

from api import statements
from api.access.columns import Column, Columns
from api.features.conditions import GEOMETRY, Condition
from api.features.systems import System
from api.features.terms import kind_of, named
from api.features.when import Days
from layers.catalogue import Layer
from layers.crs import STORED_SRID

__all__ = ["Page", "Rows", "When", "inside", "numbered", "rows_of"]

Parts = Iterator[list[tuple[Any, ...]]]
"""Rows of a result, some at a time."""
_ALWAYS = ("id", "known_from")
_ROWS_AT_ONCE = 500
"""Few enough that they fit into memory where each is a large area."""


@dataclass(frozen=True)
class When:
    """The days on which rows are true, and as known at which time; None for now."""

    days: Days
    known_at: datetime | None


class Page(NamedTuple):
    """Which of the rows in the order of their numbers: so many at most, after one of them, so many skipped."""

    row_limit: int
    after: int = 0
    skip: int = 0


@dataclass(frozen=True)
class Rows:
    """Rows of a layer under conditions. shown: the columns that are told of each, beside its number and shape."""

    source: sql.Composable
    shown: Sequence[Column]
    conditions: Sequence[Condition]
    params: Mapping[str, Any] = field(default_factory=dict)

    def features(self, connection: Connection, page: Page, system: System, count_limit: int) -> Parts:
        """The id and GeoJSON text of each feature, some at a time; and one row whose id is None, with a count.

        The count is of all rows under these conditions, but stops at count_limit.
        """
        parts, more = self._as_feature(system), {"decimals": system.decimals, "count_limit": count_limit}
        return self._streamed(connection, "deployment/items", parts, page._asdict() | more)

    def feature(self, connection: Connection, system: System) -> Row[Any] | None:
        """The `feature` of the one row, GeoJSON text, and the `version` of it; None where there is no row."""
        statement = self._statement("deployment/item", self._as_feature(system))
        return statements.run(connection, statement, **self._values(), decimals=system.decimals).one_or_none()

    def table(self, connection: Connection, page: Page, system: System, form: str) -> Parts:
        """Of each feature id, shape and the shown columns, some at a time. form: of the shape, a query of that name."""
        shape = statements.filled_in(f"deployment/{form}", shape=_shape(system))
        told = sql.SQL("").join([_cell(column) for column in self.shown])
        params = page._asdict() | {"decimals": system.decimals}
        return self._streamed(connection, "deployment/items_table", {"told": told, "shape": shape}, params)

    def _as_feature(self, system: System) -> statements.Parts:
        told = sql.SQL(", ").join([sql.Identifier("p", column.name) for column in self.shown])
        return {"told": told, "feature": statements.filled_in("deployment/items_feature", shape=_shape(system))}

    def _statement(self, name: str, parts: statements.Parts) -> sql.Composable:
        conditions = [sql.SQL(f"({one.sql})") for one in self.conditions] or [sql.SQL("true")]
        condition: sql.Composable = sql.SQL(" AND ").join(conditions)
        return statements.filled_in(name, rows=self.source, condition=condition, **parts)

    def _values(self) -> dict[str, Any]:
        values = {name: value for one in self.conditions for name, value in one.params.items()}
        return {**self.params, **values}

    def _streamed(self, connection: Connection, name: str, parts: statements.Parts, params: Mapping[str, Any]) -> Parts:
        # The driver's own cursor: a Row of SQLAlchemy for each feature took longer than all else done here with it.
        driver = connection.connection.driver_connection
        with driver.cursor(name="features") as cursor:  # type: ignore[union-attr]
            cursor.execute(self._statement(name, parts), self._values() | dict(params))
            while part := cursor.fetchmany(_ROWS_AT_ONCE):
                yield part


def rows_of(
    layer: Layer, columns: Columns, when: When | None, conditions: Sequence[Condition], names: Sequence[str] | None
) -> Rows:
    """The rows of a layer. when: None for what is true today.  names: the columns that are told; None for all."""
    told = [column for name, column in columns.shown.items() if name != "id" and (names is None or name in names)]
    if when is None:
        relation = statements.view_of(layer)
        source = statements.filled_in("deployment/items_now", columns=_columns(columns), relation=relation)
        return Rows(source, told, conditions)
    # Of what is known now nothing is in the history.
    relations = {layer.table: _columns(columns)}
    if when.known_at is not None:
        relations[f"{layer.table}_history"] = _columns(columns, made=columns.made)
    parts = [
        statements.filled_in("deployment/items_then", columns=listed, relation=statements.table_of(relation))
        for relation, listed in relations.items()
    ]
    params = {
        "first_day": when.days.first or "-infinity",
        "last_day": when.days.last or "infinity",
        "known_at": when.known_at or "infinity",
    }
    return Rows(sql.SQL("\nUNION ALL\n").join(parts), told, conditions, params)


def inside(shape: shapely.Geometry) -> Condition:
    """That a feature and a shape have a place in common."""
    wkb = shapely.to_wkb(shapely.set_srid(shape, STORED_SRID), hex=True, include_srid=True)
    return Condition(f"ST_Intersects({named('f', GEOMETRY)}, %(box)s::geometry)", {"box": wkb})


def numbered(number: int) -> Condition:
    """That a feature has this number."""
    return Condition(f"{named('f', 'id')} = %(number)s::bigint", {"number": number})


def _columns(columns: Columns, made: Mapping[str, str] = MappingProxyType({})) -> sql.Composable:
    """The columns of a relation v; made: those that it lacks, with the SQL that works them out from the others."""
    names = dict.fromkeys([*_ALWAYS, *columns.shown])
    own = {name: sql.SQL(told.replace("%", "%%")) for name, told in made.items()}
    return sql.SQL(", ").join(
        [
            sql.SQL("{} AS {}").format(own[name], sql.Identifier(name)) if name in own else sql.Identifier("v", name)
            for name in names
        ]
    )


def _cell(column: Column) -> sql.Composable:
    """A column as drivers know it, else as text."""
    return sql.SQL(", {}" if kind_of(column) else ", {}::text").format(sql.Identifier("p", column.name))


def _shape(system: System) -> sql.Composable:
    srid, north_first = sql.Literal(system.srid), sql.Literal(system.north_first)
    return statements.filled_in("deployment/items_shape", srid=srid, north_first=north_first)

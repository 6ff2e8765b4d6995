"""Statements over several layers at once: one .sql file, filled in once for each and joined."""

from collections.abc import Iterable, Mapping
from typing import Any

from psycopg2 import sql
from sqlalchemy import Connection, CursorResult

from layers import query
from layers.catalogue import Layer

Parts = Mapping[str, sql.Composable]


def joined(
    connection: Connection, name: str, parts: Iterable[Parts], *, by: str, before: str = "", **params: object
) -> CursorResult[Any]:
    """Run the named file, filled in with each of `parts` and joined by a word such as UNION ALL; at least one part.

    parts: names to quoted identifiers or literals, never text of its own.  params: bound values, the same for all.
    """
    template = sql.SQL(query.text(name).rstrip())
    whole = sql.SQL(before) + sql.SQL(f"\n{by}\n").join(template.format(**part) for part in parts)
    return run(connection, whole, **params)


def filled_in(name: str, **parts: sql.Composable) -> sql.Composable:
    """The named file with each {part} filled in, such as another file, to be run or be a part itself; no comments."""
    return sql.SQL(query.text(name).rstrip()).format(**parts)


def run(connection: Connection, statement: sql.Composable, **params: object) -> CursorResult[Any]:
    """Run a statement with bound values."""
    text = statement.as_string(connection.connection.driver_connection)  # type: ignore[arg-type]
    return connection.exec_driver_sql(text, params)


def table_of(dotted: str) -> sql.Identifier:
    """A table or view by its name with its schema, such as city.road, quoted."""
    return sql.Identifier(*dotted.split("."))


def view_of(layer: Layer) -> sql.Identifier:
    """The view of what is valid today, quoted."""
    return table_of(view_name(layer))


def view_name(layer: Layer) -> str:
    """The view of what is valid today, such as city.grid_now."""
    return f"{layer.table}_now"


def table_parts(layer: Layer) -> Parts:
    """Schema and table of a layer as text, for functions that take names."""
    schema, relation = layer.table.split(".")
    return {"schema": sql.Literal(schema), "relation": sql.Literal(relation)}

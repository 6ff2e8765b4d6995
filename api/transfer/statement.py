"""Running the transfer statements of layers/deployment/queries, whose lists of columns differ from layer to layer."""

from collections.abc import Callable, Mapping
from typing import TextIO

from psycopg2 import sql
from sqlalchemy import Connection, CursorResult

from layers.catalogue import LAYERS_FOLDER

Parts = Mapping[str, sql.Composable]
_QUERIES = LAYERS_FOLDER / "deployment" / "queries"


def run(connection: Connection, name: str, parts: Parts, **params: object) -> CursorResult[tuple[object, ...]]:
    """Run transfer_<name>.sql with each {part} filled in and each %(param)s bound."""
    return connection.exec_driver_sql(_filled(connection, name, parts), params)


def copy_in(connection: Connection, name: str, parts: Parts, lines: TextIO) -> None:
    """Run transfer_<name>.sql, a COPY … FROM STDIN, on these lines."""
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor:
        cursor.copy_expert(_filled(connection, name, parts), lines)


def fragment(name: str) -> sql.Composable:
    """The text of transfer_<name>.sql, to be a part of another statement."""
    return sql.SQL(_text(name))


def table_of(dotted: str) -> sql.Composable:
    """The name of a table, 'city.road', quoted."""
    return sql.Identifier(*dotted.split("."))


def listed(names: list[str], form: Callable[[str], sql.Composable] = sql.Identifier) -> sql.Composable:
    """Names as a comma-separated list, each quoted, or in the form given."""
    return sql.SQL(", ").join([form(name) for name in names])


def trusted(expression: str) -> sql.Composable:
    """An expression that the database itself told us, such as a default; its percent signs are its own."""
    return sql.SQL(expression.replace("%", "%%"))


def _filled(connection: Connection, name: str, parts: Parts) -> str:
    return str(sql.SQL(_text(name)).format(**parts).as_string(connection.connection.driver_connection))  # type: ignore[arg-type]


def _text(name: str) -> str:
    lines = (_QUERIES / f"transfer_{name}.sql").read_text("utf-8").splitlines()
    # Comments name the parts, too; filled with an expression of several lines they would end early.
    return "\n".join(line for line in lines if not line.startswith("--"))

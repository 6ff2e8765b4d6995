"""Running the SQL that lives beside each layer: `<folder>/queries/<name>.sql`.

Values are bound as %(name)s; identifiers, such as the table of a layer, are filled in as {name}.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from psycopg2 import sql
from sqlalchemy import Connection, CursorResult
from sqlalchemy.engine import RowMapping

from layers.catalogue import LAYERS_FOLDER


def execute(
    connection: Connection, name: str, /, identifiers: Mapping[str, str] | None = None, **params: object
) -> CursorResult[Any]:
    """Run the named file, such as 'patrol/coverage', with bound values; the open result."""
    plain = _text(LAYERS_FOLDER, name)
    statement = filled(connection, plain, identifiers) if identifiers else plain
    return connection.exec_driver_sql(statement, params)


def rows(
    connection: Connection, name: str, /, identifiers: Mapping[str, str] | None = None, **params: object
) -> Sequence[RowMapping]:
    """Every row of the named file's result; an empty list where there is none."""
    return execute(connection, name, identifiers, **params).mappings().all()


def value(connection: Connection, name: str, /, identifiers: Mapping[str, str] | None = None, **params: object) -> Any:
    """The first column of the first row, or None where there is no row."""
    return execute(connection, name, identifiers, **params).scalar()


def filled(connection: Connection, text: str, identifiers: Mapping[str, str]) -> str:
    """The statement with each {name} replaced by its quoted identifier; 'city.grid' is split at the dot."""
    quoted = {name: sql.Identifier(*dotted.split(".")) for name, dotted in identifiers.items()}
    return str(sql.SQL(text).format(**quoted).as_string(connection.connection.driver_connection))  # type: ignore[arg-type]


def text(name: str) -> str:
    """The named file without its comments, to be part of another statement."""
    return _text(LAYERS_FOLDER, name)


@cache
def _text(folder: Path, name: str) -> str:
    layer, query = name.split("/")
    lines = (folder / layer / "queries" / f"{query}.sql").read_text("utf-8").splitlines(keepends=True)
    # The driver writes values where their names stand, in comments too, and a value of two lines would end one early:
    # what follows would be run.
    return "".join(line for line in lines if not line.lstrip().startswith("--"))

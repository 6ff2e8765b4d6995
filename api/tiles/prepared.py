"""Statements that are prepared once on each connection, and run in one round trip as whoever asks.

psycopg2 binds values on its own side, so that every call of a statement would be parsed and planned anew: a dozen
layers take longer to plan than most of their tiles take to draw. PREPARE and EXECUTE do without. Several statements
in one message are one transaction, so that the reader's name and roles hold for all of it, and for nothing else.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple

from psycopg2 import sql
from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from api import statements
from api.access.reader import Reader
from api.database import Database, acting

__all__ = ["run"]

MOST_PREPARED = 64
"""On one connection; beyond that, those that were not used for longest go."""
_KEPT_AS = "huashan_prepared"
_GONE = {"26000", "0A000"}
"""Statements that the server has forgotten, or whose views have been made anew with other columns since."""


class _Prepared(NamedTuple):
    name: str
    values: tuple[str, ...]


class _Kept:
    """What has been prepared on one connection."""

    def __init__(self) -> None:
        self.found: OrderedDict[Hashable, _Prepared] = OrderedDict()
        self.made = 0


def run(
    database: Database,
    reader: Reader,
    key: Hashable,
    compose: Callable[[], sql.Composable],
    values: Mapping[str, Any],
    *,
    within_s: float,
) -> Row[Any]:
    """The one row of a statement, read on behalf of the reader.

    key: the same for the same statement.  compose: makes it, with %(name)s for its values.  within_s: or else nothing.
    """
    bound = {**values, "within": f"{within_s * 1000:.0f}ms"}
    with database.engine.connect() as pooled:
        connection = pooled.execution_options(isolation_level="AUTOCOMMIT")
        try:
            return _run(connection, reader, _prepared(connection, key, compose), bound)
        except DBAPIError as error:
            if getattr(error.orig, "pgcode", None) not in _GONE:
                raise
        _forget(connection, key)
        return _run(connection, reader, _prepared(connection, key, compose), bound)


def _run(connection: Connection, reader: Reader, prepared: _Prepared, values: Mapping[str, Any]) -> Row[Any]:
    marks = sql.SQL(", ").join([sql.Placeholder(name) for name in prepared.values])
    execute = statements.filled_in("deployment/tile_execute", statement=sql.Identifier(prepared.name), values=marks)
    text, who = acting(reader)
    whole = sql.SQL(";\n").join([sql.SQL(text), execute])
    return statements.run(connection, whole, **who, **values).one()


def _prepared(connection: Connection, key: Hashable, compose: Callable[[], sql.Composable]) -> _Prepared:
    kept: _Kept = connection.info.setdefault(_KEPT_AS, _Kept())
    if key in kept.found:
        kept.found.move_to_end(key)
        return kept.found[key]
    if len(kept.found) >= MOST_PREPARED:
        _deallocate(connection, kept.found.popitem(last=False)[1])
    kept.made += 1
    numbers = _Numbers()
    name = f"huashan_{kept.made}"
    text = compose().as_string(connection.connection.driver_connection) % numbers  # type: ignore[arg-type]
    connection.exec_driver_sql(f"PREPARE {name} AS {text}", execution_options={"no_parameters": True})
    kept.found[key] = _Prepared(name, tuple(numbers))
    return kept.found[key]


def _forget(connection: Connection, key: Hashable) -> None:
    kept: _Kept = connection.info[_KEPT_AS]
    _deallocate(connection, kept.found.pop(key))


def _deallocate(connection: Connection, prepared: _Prepared) -> None:
    try:
        connection.exec_driver_sql(f"DEALLOCATE {prepared.name}")
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != "26000":
            raise


class _Numbers(dict[str, str]):
    """Gives each name that is asked for the next number, as PREPARE knows its values."""

    def __missing__(self, name: str) -> str:
        self[name] = f"${len(self) + 1}"
        return self[name]

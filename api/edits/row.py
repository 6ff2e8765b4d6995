"""One row of a layer in the database: held, compared with what it is to be, written, ended; refusals in words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import shapely
from psycopg2 import Error, sql
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from api import statements
from api.edits.columns import Default, Editable, Values
from api.edits.shape import alike, in_request
from api.features.conditions import GEOMETRY
from api.transfer.columns import Column
from api.transfer.reasons import Rule, reason_of
from api.transfer.statement import trusted
from layers import query
from layers.catalogue import Layer
from layers.crs import STORED_SRID
from layers.errors import BadInput, CityError, Conflict, NotReady

__all__ = ["Held", "Row", "differing", "ended", "held", "inserted", "refusals", "updated"]

_REFUSALS, _TAKEN, _OUT_OF_TIME = ("23", "P0"), ("23505", "23P01"), "57014"


class Held(NamedTuple):
    """A row as it stands. sample: whether it came with the sample."""

    code: str
    geometry: BaseGeometry
    sample: bool


class Row(NamedTuple):
    """What a row is to hold: of some columns, and its shape; None for the one that it has."""

    values: Values
    geometry: BaseGeometry | None


def held(connection: Connection, layer: Layer, id: int) -> Held | None:
    """The row of this number, kept from others until the transaction ends; None where there is none or it has ended."""
    # Imports compare what is stored with their file, and must find it so when they write.
    query.execute(connection, "deployment/transfer_turn", table=layer.table)
    rows = query.rows(connection, "deployment/edit_held", {"table": layer.table}, id=id)
    return Held(rows[0]["code"], shapely.from_wkb(bytes(rows[0]["geom"])), rows[0]["sample"]) if rows else None


def differing(connection: Connection, editable: Editable, id: int, standing: Held, row: Row) -> Row:
    """What of a row is not yet so: the columns that change, and the shape where it does."""
    geometry = row.geometry if row.geometry is not None and not alike(row.geometry, standing.geometry) else None
    if not row.values:
        return Row({}, geometry)
    named, params = _expressions(editable, row.values, for_comparison=True)
    pairs = [
        sql.SQL("t.{0} IS DISTINCT FROM {1} AS {0}").format(sql.Identifier(name), value)
        for name, value in named.items()
    ]
    found = _run(connection, "edit_compare", editable, {"pairs": sql.SQL(", ").join(pairs)}, params | {"id": id})
    changed = found.mappings().one()
    return Row({name: value for name, value in row.values.items() if changed[name]}, geometry)


def inserted(connection: Connection, editable: Editable, row: Row) -> int:
    """Add a row; its number."""
    named, params = _assigned(editable, row)
    columns = sql.SQL(", ").join([sql.Identifier(name) for name in named])
    parts = {"columns": columns, "values": sql.SQL(", ").join(list(named.values()))}
    return int(_run(connection, "edit_insert", editable, parts, params).scalar_one())


def updated(connection: Connection, editable: Editable, id: int, row: Row) -> None:
    """Write what differs into the row."""
    named, params = _assigned(editable, row)
    pairs = [sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in named.items()]
    parts = {"assignments": sql.SQL(", ").join(pairs)}
    _run(connection, "edit_update", editable, parts, params | {"id": id})


def ended(connection: Connection, layer: Layer, id: int) -> None:
    """End the row today."""
    query.execute(connection, "deployment/edit_end", {"table": layer.table}, id=id)


@contextmanager
def refusals(connection: Connection, editable: Editable, told: Mapping[str, Any], values: Values) -> Iterator[None]:
    """Raises what the database refuses in the block as BadInput or Conflict, in the words of imports.

    told: the properties as they stood; values: what was to be. Rules that wait for the end of the transaction are asked
    at the end of the block.
    """
    savepoint = connection.begin_nested()
    try:
        connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
        yield
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    except DBAPIError as error:
        savepoint.rollback()
        raise _refusal(connection, editable, {**_texts(told), **_texts(values)}, error) from error
    except BaseException:
        savepoint.rollback()
        raise
    savepoint.commit()


def _run(
    connection: Connection, name: str, editable: Editable, parts: statements.Parts, params: Mapping[str, Any]
) -> Any:
    table = statements.table_of(editable.layer.table)
    return statements.run(connection, statements.filled_in(f"deployment/{name}", table=table, **parts), **params)


def _assigned(editable: Editable, row: Row) -> tuple[dict[str, sql.Composable], dict[str, Any]]:
    named, params = _expressions(editable, row.values)
    if row.geometry is not None:
        wkb = shapely.to_wkb(shapely.set_srid(row.geometry, STORED_SRID), hex=True, include_srid=True)
        named[GEOMETRY], params[GEOMETRY] = sql.SQL("%(geom)s::geometry"), wkb
    return named, params


def _expressions(
    editable: Editable, values: Values, *, for_comparison: bool = False
) -> tuple[dict[str, sql.Composable], dict[str, Any]]:
    """By column what it is to hold, and the bound values of that."""
    columns = editable.writable
    named: dict[str, sql.Composable] = {}
    params: dict[str, Any] = {}
    for place, (name, value) in enumerate(values.items()):
        if isinstance(value, Default):
            named[name] = _default(columns[name]) if for_comparison else sql.SQL("DEFAULT")
        else:
            named[name] = sql.SQL(f"%(value_{place})s::{columns[name].type}")
            params[f"value_{place}"] = value
    return named, params


def _default(column: Column) -> sql.Composable:
    return sql.SQL("({})").format(trusted(column.default)) if column.default else sql.SQL("NULL")


def _texts(values: Mapping[str, Any]) -> dict[str, str | None]:
    """Values as sentences name them; of what falls back to a default nothing is known here."""
    return {
        name: None if value is None or isinstance(value, Default) else ";".join(value) if isinstance(value, list)
        else str(value)
        for name, value in values.items()
    }  # fmt: skip


def _refusal(
    connection: Connection, editable: Editable, texts: Mapping[str, str | None], error: DBAPIError
) -> Exception:
    """What the database's refusal means; the error itself where it is none of a rule."""
    cause = error.orig
    if isinstance(cause, Error) and cause.pgcode == _OUT_OF_TIME:
        return NotReady(
            "这一改动须重算附近巡查的所见,超过了请求的时间上限,没有写入:请用 huashan import 导入这一条,它不限时。"
        )
    if not isinstance(cause, Error) or (cause.pgcode or "")[:2] not in _REFUSALS:
        return error
    checks = query.rows(connection, "deployment/transfer_checks", table=editable.layer.table)
    rules = {check["name"]: Rule(check["expression"], check["told"]) for check in checks}
    sentence = in_request(reason_of(cause, editable.shape, texts, rules)).rstrip("。")
    kind: type[CityError] = Conflict if cause.pgcode in _TAKEN else BadInput
    return kind(f"{sentence}。")

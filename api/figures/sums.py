"""A layer in figures: how many, how long, how large, and what its amounts come to, by the values of a column."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg2 import sql
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api import statements
from api.access.columns import Column, Columns
from layers import query
from layers.catalogue import Layer

__all__ = ["Page", "Sums", "Target", "When", "sums_of", "target_of"]

HA_PER_M2 = Decimal("0.0001")
MU_PER_M2 = Decimal("0.0015")
"""1 亩 = 2000/3 m², so that this is exact."""
_SUM = sql.SQL("sum(m.amounts[{}])")
_SIZES = ("area_m2", "area_ha", "area_mu")
_UNSIZED: Mapping[str, None] = dict.fromkeys(_SIZES)
"""Of areas that lie over one another: their sum would be the size of nothing."""
_LENGTHS = {"LineString", "MultiLineString"}
_AREAS = {"Polygon", "MultiPolygon"}
_YEAR = "year"


class When(NamedTuple):
    """The day on which it is true, and as known when."""

    day: date
    known_at: datetime


class Page(NamedTuple):
    """Which of the groups."""

    skip: int
    limit: int


class Target(NamedTuple):
    """What is owed a year: the table that says so, the column of the layer that it is set by, and its amounts."""

    table: str
    by: str
    amounts: list[Column]


class Sums(NamedTuple):
    """The figures of the whole and of a page of its groups, each with its `value`; and how many groups there are."""

    total: dict[str, Any]
    groups: list[dict[str, Any]]
    group_count: int


def target_of(connection: Connection, layer: Layer, columns: Columns) -> Target | None:
    """The yearly targets of a layer, where a table <layer>_target sets them by one of its columns."""
    table = f"{layer.table}_target"
    rows = query.rows(connection, "deployment/transfer_columns", table=table)
    by = next((row["name"] for row in rows if row["name"] in columns.shown), None)
    if by is None or _YEAR not in {row["name"] for row in rows}:
        return None
    every = [Column(row["name"], row["type"], row["zh"], row["en"]) for row in rows]
    return Target(table, by, [column for column in every if column.is_amount])


def sums_of(
    connection: Connection, layer: Layer, columns: Columns, when: When, *, by: Column | None, page: Page
) -> Sums:
    """The figures of a layer's features that are true on a day, by the values of one of its columns.

    by: None for the whole alone. Areas that lie over one another (`Layer.overlaid`) are summed by that column alone.
    A layer that keeps no history is told as it is today, whatever `when` says.
    """
    target = target_of(connection, layer, columns)
    names = [column.name for column in (*columns.amounts, *(target.amounts if target else ()))]
    rows = _parts(layer, columns, by, target)
    statement = statements.filled_in(
        "deployment/layer_sums",
        rows=sql.SQL("\nUNION ALL\n").join(rows),
        sums=sql.SQL(", ").join([_SUM.format(sql.Literal(place + 1)) for place in range(len(names))]),
    )
    whole, *groups = statements.run(
        connection,
        statement,
        day=when.day,
        known_at=when.known_at,
        options=[option["value"] for option in by.options] if by else [],
        grouped=by is not None,
        skip=page.skip,
        row_limit=page.limit,
    ).mappings()
    sized = layer.overlaid is None or (by is not None and by.name == layer.overlaid)
    total = _with_zeros(_figures(whole, names), layer)
    return Sums(
        total=total if layer.overlaid is None else {**total, **_UNSIZED},
        groups=[{"value": row["value"], **_figures(row, names), **({} if sized else _UNSIZED)} for row in groups],
        group_count=groups[0]["groups"] if groups else 0,
    )


def _parts(layer: Layer, columns: Columns, by: Column | None, target: Target | None) -> list[sql.Composable]:
    own = [sql.Identifier("v", column.name) for column in columns.amounts]
    owed = [sql.Identifier("v", column.name) for column in target.amounts] if target else []
    value = sql.Identifier("v", by.name) if by else sql.NULL
    amounts = _listed([*own, *([sql.NULL] * len(owed))])
    relations = [layer.table, f"{layer.table}_history"] if columns.kept else [statements.view_name(layer)]
    name = "deployment/layer_then" if columns.kept else "deployment/layer_today"
    parts = [
        statements.filled_in(name, relation=statements.table_of(relation), value=value, amounts=amounts)
        for relation in relations
    ]
    if target:
        told = by is not None and by.name == target.by
        parts.append(
            statements.filled_in(
                "deployment/layer_target",
                relation=statements.table_of(target.table),
                told=sql.Literal(told),
                value=value if told else sql.NULL,
                amounts=_listed([*([sql.NULL] * len(own)), *owed]),
            )
        )
    return parts


def _listed(items: Sequence[sql.Composable]) -> sql.Composable:
    return sql.SQL(", ").join(list(items))


def _figures(row: RowMapping, names: Sequence[str]) -> dict[str, Any]:
    area_m2 = row["area_m2"]
    return {
        "count": row["count"],
        "length_m": _float(row["length_m"]),
        "area_m2": _float(area_m2),
        "area_ha": _float(None if area_m2 is None else area_m2 * HA_PER_M2),
        "area_mu": _float(None if area_m2 is None else area_m2 * MU_PER_M2),
        "amounts": {name: _float(amount) for name, amount in zip(names, row["amounts"], strict=True)},
    }


def _with_zeros(figures: dict[str, Any], layer: Layer) -> dict[str, Any]:
    """Figures of the whole: of lines that are none the length is 0, of areas that are none the area."""
    named = {"length_m"} if layer.geometry in _LENGTHS else set()
    named |= set(_SIZES) if layer.geometry in _AREAS else set()
    return {name: 0.0 if value is None and name in named else value for name, value in figures.items()}


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)

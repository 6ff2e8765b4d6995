"""What values are called: those of enumerations, numbers of editions, codes of what another table names."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from api.access.columns import Column
from api.figures.sums import When
from layers import query

__all__ = ["NAMED_IN", "words_of"]

NAMED_IN = {
    "parent_code": "city.grid",
    "village_code": "city.grid",
    "water_code": "city.water",
    "bank_code": "city.bank",
    "post_code": "city.post",
}
"""Columns that hold codes, and the tables that say what has them; all of which whoever reads a layer may read."""
NO_VALUE = {"zh": "未填", "en": "Not stated"}


def words_of(connection: Connection, column: Column, values: Sequence[Any], when: When) -> list[dict[str, str] | None]:
    """What each value of a column is called in both languages, None where it has no words but itself."""
    names = _names(connection, column, [value for value in values if value is not None], when)
    return [NO_VALUE if value is None else column.said(value) or _both(names.get(value)) for value in values]


def _names(connection: Connection, column: Column, values: list[Any], when: When) -> Mapping[Any, str]:
    if column.name == "edition_id":
        rows = query.rows(connection, "deployment/layer_editions", edition_ids=values)
        return {row["edition_id"]: row["name"] for row in rows}
    if column.name in NAMED_IN:
        table = NAMED_IN[column.name]
        tables = {"table": table, "history": f"{table}_history"}
        rows = query.rows(connection, "deployment/layer_names", tables, codes=values, **when._asdict())
        return {row["code"]: row["name"] for row in rows}
    return {}


def _both(name: str | None) -> dict[str, str] | None:
    return None if name is None else {"zh": name, "en": name}

"""The values of features as a page says them: enumerations and editions by their names, times to the second."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from api.access.columns import Column
from api.ogc.negotiate import Language
from api.ogc.words import text
from layers import query

__all__ = ["Cell", "Cells", "moment"]

_EDITION = "edition_id"
Properties = Mapping[str, Any]


class Cell(NamedTuple):
    """A value as a page says it. kind: 'number' or 'time', which stand in one line, else nothing."""

    text: str
    kind: str = ""


class Cells:
    """The cells of a page in one language."""

    def __init__(self, connection: Connection, features: Iterable[Mapping[str, Any]], language: Language) -> None:
        ids = {feature["properties"].get(_EDITION) for feature in features} - {None}
        rows = query.rows(connection, "deployment/layer_editions", edition_ids=sorted(ids)) if ids else []
        self._editions: dict[Any, str] = {row["edition_id"]: row["name"] for row in rows}
        self._language = language

    def row(self, columns: Sequence[Column], properties: Properties) -> list[Cell]:
        """The cells of one feature, column by column."""
        return [self.one(column, properties.get(column.name)) for column in columns]

    def one(self, column: Column, value: Any) -> Cell:
        """A value of a column."""
        words = column.said(value)
        if value is None:
            return Cell(text(self._language, "page.none"))
        if words:
            return Cell(words[self._language])
        if isinstance(value, bool):
            return Cell(text(self._language, "page.yes" if value else "page.no"))
        if column.name == _EDITION:
            return Cell(self._editions.get(value, str(value)))
        if isinstance(value, int | float):
            return Cell(str(value), "number")
        if column.type.startswith(("timestamp", "date")):
            return Cell(moment(value), "time")
        return Cell(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def moment(value: str | None) -> str:
    """A time to the second, in the zone that it is written in; nothing for none.

    >>> moment("2026-11-26T17:45:01.123456+08:00")
    '2026-11-26 17:45:01'
    """
    day, _, clock = (value or "").partition("T")
    return f"{day} {clock[:8]}".rstrip()

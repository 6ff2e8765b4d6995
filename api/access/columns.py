"""What a reader may be told of a layer, column by column: words, values of enumerations, and which are amounts."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.reader import Reader, sees_persons
from api.statements import view_name
from layers import query
from layers.catalogue import Layer

__all__ = ["WITHHELD", "Column", "Columns", "columns_of", "hidden_from"]

_WORKING = frozenset({"analyst", "patroller", "dispatcher", "landuse", "admin"})
_PATROLLING = frozenset({"patroller", "dispatcher", "admin"})
WITHHELD: Mapping[str, Mapping[str, frozenset[str]]] = {
    "observation": {
        **dict.fromkeys(("name", "place", "note"), _WORKING),
        **dict.fromkeys(("reporter", "patrol_code", "settled_by", "made_by"), _PATROLLING),
    }
}
"""By layer and column the roles that may see it, where the layer's view leaves it out for others: a test holds both."""

_PERSONS = frozenset({"made_by", "responsible"})
"""Columns that name a person, in whichever layer."""
_NO_VALUE = re.compile(r"geometry|geography|json\b|bytea|xml")
_NUMBER = re.compile(r"numeric|double|real|integer|bigint|smallint")
_ADDS_UP = re.compile(r"[((](亩|公顷|平方米|平方公里|立方米|吨|元|万元|户|人|株|处|个|套)[))]$")
_LATER = "known_to"
"""What nobody knew at the time that is asked about."""


class Column(NamedTuple):
    """One column: its type, what it is called, and the values of an enumeration in their order, else none."""

    name: str
    type: str
    zh: str
    en: str
    options: Sequence[Mapping[str, str]] = ()

    @property
    def is_amount(self) -> bool:
        """Whether its values may be summed: a number whose comment ends in a unit that adds up.

        >>> Column("done_mu", "numeric", "完成面积(亩)", "Area done").is_amount
        True
        >>> Column("width_m", "double precision", "路宽(米)", "Width").is_amount
        False
        """
        return bool(_NUMBER.match(self.type) and _ADDS_UP.search(self.zh))

    @property
    def words(self) -> dict[str, str]:
        """What it is called in both languages."""
        return {"zh": self.zh, "en": self.en}

    def said(self, value: Any) -> dict[str, str] | None:
        """What a value of an enumeration is called in both languages; None for any other."""
        found = (one for one in self.options if one["value"] == value)
        return next(({"zh": one["zh"], "en": one["en"]} for one in found), None)


class Columns(NamedTuple):
    """The columns with values that a reader may see, by name; and whether the layer keeps a history of them.

    made: of the columns that the database works out and history does not keep, the SQL that it works them out by.
    """

    shown: Mapping[str, Column]
    kept: bool
    made: Mapping[str, str] = MappingProxyType({})

    @property
    def stored(self) -> "Columns":
        """Without those that are worked out: what table and history have alike."""
        return Columns({name: one for name, one in self.shown.items() if name not in self.made}, self.kept)

    @property
    def amounts(self) -> list[Column]:
        """Those whose values may be summed."""
        return [column for column in self.shown.values() if column.is_amount]


def columns_of(connection: Connection, layer: Layer, reader: Reader) -> Columns:
    """The columns of a layer without shapes: those that history keeps, and those that are worked out from them.

    Of a layer without history, those of its view.
    """
    past = query.rows(connection, "deployment/transfer_columns", table=f"{layer.table}_history")
    history = {row["name"] for row in past}
    worked_out = query.rows(connection, "deployment/generated", table=layer.table) if history else ()
    made = {row["name"]: row["made"] for row in worked_out}
    rows = query.rows(connection, "deployment/columns", table=layer.table if history else view_name(layer))
    shown = [row for row in rows if not history or row["name"] in history or row["name"] in made]
    told = {row["name"]: _column(row) for row in shown if _has_value(row) and _may_see(reader, layer, row["name"])}
    return Columns(told, bool(history), made)


def hidden_from(reader: Reader) -> list[str]:
    """The columns of any layer that name a person, for a reader who may not see persons; none for anyone else."""
    return [] if sees_persons(reader) else sorted(_PERSONS)


def _column(row: RowMapping) -> Column:
    return Column(row["name"], row["type"], row["zh"] or row["name"], row["en"] or row["name"], row["options"] or ())


def _has_value(row: RowMapping) -> bool:
    return row["name"] != _LATER and not _NO_VALUE.match(row["type"])


def _may_see(reader: Reader, layer: Layer, column: str) -> bool:
    roles = WITHHELD.get(layer.id, {}).get(column)
    if roles is not None:
        return bool(reader.roles & roles)
    return column not in _PERSONS or sees_persons(reader)

"""Which columns of a layer somebody may write, and what a feature that was sent says of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from api.access.columns import Column as Told
from api.access.columns import columns_of
from api.access.reader import Reader
from api.answers.wording import shown
from api.edits.values import Value, value_of
from api.features.conditions import GEOMETRY
from api.transfer.columns import Column, Shape, shape_of
from layers import query
from layers.catalogue import Layer
from layers.errors import BadInput

__all__ = ["DEFAULT", "STAYING", "Default", "Editable", "Values", "editable"]


class Default:
    """What a column holds where nothing is said of it: its default, or nothing."""


DEFAULT: Final = Default()
Values = Mapping[str, Value | Default]
"""By column what it is to hold."""
STAYING = ("code", "valid_from", "valid_to", "provenance")
"""Not emptied by a replacement that leaves them out: they say which row it is, since when and whence."""
_CLOSE_S = 1.0


@dataclass(frozen=True)
class Editable:
    """The columns of a layer to one reader.

    shape: of its table; told: what the reader sees; own: what the platform fills in itself, with its title.
    """

    layer: Layer
    shape: Shape
    told: Mapping[str, Told]
    own: Mapping[str, str]

    @property
    def writable(self) -> dict[str, Column]:
        """The columns that this reader may write, by name. What they do not see, they cannot mean."""
        return {column.name: column for column in self.shape.fields if column.name in self.told}

    def values(self, sent: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Value | Default]:
        """What the properties of a feature say, by column. Raises BadInput for what cannot be.

        before: the properties as they stand, none of a new feature. What the platform fills in itself may come back as
        it was, or as null where it was not: programs send all columns of a table.
        """
        writable, found = self.writable, {}
        for name, value in sent.items():
            column = writable.get(name)
            if column:
                given = value_of(value, column)
                found[name] = DEFAULT if given is None and column.default else given
            elif name in self.own:
                self._check_own(name, value, before)
            else:
                raise BadInput(
                    f"图层“{self.layer.title.zh}”没有字段 {shown(name)}:可写的有 {'、'.join(writable)}"
                    f"{'(图形写在 geometry 里)' if name == GEOMETRY else ''}。"
                )
        return found

    def emptied(self, sent: Mapping[str, Any]) -> dict[str, Value | Default]:
        """What a replacement leaves out, and so empties."""
        return {name: DEFAULT for name in self.writable if name not in sent and name not in STAYING}

    def _check_own(self, name: str, value: Any, before: Mapping[str, Any]) -> None:
        # Of what a reader does not see, no answer may tell whether it was guessed.
        if _same(value, before.get(name)):
            return
        title = f"{name}({self.own[name]})" if self.own[name] else name
        remedy = "请去掉它,或照读取时的值发回" if before else "请去掉它,或给 null"
        raise BadInput(f"字段 {title} 由平台填写,不能另给:{remedy}。")


def editable(connection: Connection, layer: Layer, reader: Reader) -> Editable:
    """The columns of a layer, to this reader."""
    shape = shape_of(connection, layer)
    rows = query.rows(connection, "deployment/columns", table=layer.table)
    fields = {column.name for column in shape.fields} | {GEOMETRY}
    own = {row["name"]: row["zh"] or "" for row in rows if row["name"] not in fields}
    return Editable(layer, shape, columns_of(connection, layer, reader).shown, own)


def _same(sent: Any, told: Any) -> bool:
    """Whether a value comes back as it was told; programs round numbers and cut times."""
    if isinstance(sent, int | float) and isinstance(told, int | float):
        return math.isclose(sent, told, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(sent, str) and isinstance(told, str) and sent != told:
        try:
            return abs((datetime.fromisoformat(sent) - datetime.fromisoformat(told)).total_seconds()) < _CLOSE_S
        except (ValueError, TypeError):
            return False
    return bool(sent == told)

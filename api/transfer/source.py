"""What a file holds, before anything is decided about it: rows of attributes and geometries, and where they are."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from api.transfer.faults import Faults
from layers.crs import Geometries
from layers.errors import BadInput

Values = NDArray[np.object_]
CLOSED = "闭合未闭合的环"
"""The repair that readers make: a ring whose last point is not its first."""


class Table(NamedTuple):
    """The rows of a sheet: column -> (n,) values, None where empty, and (n,) each one's row in the sheet, from 1."""

    fields: dict[str, Values]
    numbers: NDArray[np.int64]


class Content(NamedTuple):
    """What a reader found: columns, geometries, faults by row, the coordinate system, remarks and repairs.

    shapeless: whether there is nothing that could be geometry, so that every geometry is None. attribution: whose data
    they are, where that must be said. numbers: (n,) what its user calls each row; None where they just follow in order.
    """

    fields: dict[str, Values]
    geometries: Geometries
    faults: Faults
    crs: str | None
    notes: list[str]
    repairs: Counter[str]
    shapeless: bool = False
    attribution: str | None = None
    numbers: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Source:
    """The rows of one layer of one file.

    numbers: (n,) int, the row's place in the file from 1; of a sheet or a text its line, so that its first is 2.
    fields: column -> (n,) values as the file has them, None where empty. geometries: (n,), None where there is none.
    faults: (n,) why a row cannot be read, or None. crs: code or WKT, None where the file does not say.
    shapeless: whether it is a table without any geometry. attribution: whose data they are, where that must be said.
    """

    name: str
    sha256: str
    numbers: NDArray[np.int64]
    fields: Mapping[str, Values]
    geometries: Geometries
    faults: Faults
    crs: str | None
    notes: tuple[str, ...] = ()
    repairs: Counter[str] = field(default_factory=Counter)
    shapeless: bool = False
    attribution: str | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    def rows(self, chosen: NDArray[np.bool_]) -> Self:
        """The same file with only some of its rows."""
        return replace(
            self,
            numbers=self.numbers[chosen],
            fields={name: values[chosen] for name, values in self.fields.items()},
            geometries=self.geometries[chosen],
            faults=self.faults[chosen],
        )


def column_named(condition: str) -> str:
    """The column of a condition 'column=value' or 'column!=value'.

    >>> column_named("waterway!=river")
    'waterway'
    """
    return condition.partition("=")[0].removesuffix("!").strip()


def filtered(source: Source, wanted: list[str]) -> Source:
    """The rows for which every condition 'column=value' or 'column!=value' holds; an empty value means no value."""
    chosen = np.ones(len(source), dtype=bool)
    for condition in wanted:
        column, equal, value = condition.partition("=")
        if not equal or not column:
            raise BadInput(f"看不懂条件 {condition!r}:应为 列名=值 或 列名!=值。")
        unlike = column.endswith("!")
        values = column_of(source, column_named(condition))
        same = np.array([text_of(one) == value.strip() for one in values], dtype=bool)
        chosen &= ~same if unlike else same
    if wanted and len(source) and not chosen.any():
        conditions = " 且 ".join(wanted)
        raise BadInput(f"文件 {source.name} 的 {len(source):,} 行里没有一行符合 {conditions}:请核对列名与值。")
    return source.rows(chosen) if wanted else source


def name_key(name: str) -> str:
    """A column's name as names are compared: without case, full-width brackets and letters like narrow ones.

    >>> name_key("\uff37idth\uff08\u7c73\uff09 ")
    'width(\u7c73)'
    """
    return unicodedata.normalize("NFKC", name).strip().casefold()


def column_of(source: Source, column: str) -> Values:
    """The values of a column, found whatever the case of its name; raises BadInput listing those there are."""
    for name in source.fields:
        if name_key(name) == name_key(column):
            return source.fields[name]
    names = "、".join(source.fields) or "(没有属性列)"
    raise BadInput(f"文件里没有列 {column!r}:现有 {names}。")


def text_of(value: object) -> str:
    """A value as text: whole numbers without a decimal point, dates as 2026-06-30, nothing as ''.

    >>> text_of(420111003001.0), text_of(None), text_of(" 花山河 ")
    ('420111003001', '', '花山河')
    """
    if value is None or value is np.ma.masked:
        return ""
    if isinstance(value, str):
        return value.strip().strip("\0").strip()
    if isinstance(value, (float, np.floating)):
        return _number(float(value))
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else str(value).removesuffix("T00:00:00.000").removesuffix("T00:00:00")
    if isinstance(value, (list, np.ndarray)):
        return "、".join(text_of(one) for one in value)
    return str(value)


def _number(number: float) -> str:
    if np.isnan(number):
        return ""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)

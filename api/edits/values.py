"""Values of JSON in the types of a layer's columns, as the database takes them; or why they do not fit."""

from collections.abc import Callable
from typing import Any

import numpy as np

from api.transfer.columns import Column
from api.transfer.source import name_key
from api.transfer.values import LONGEST_CODE, converted
from layers.errors import BadInput

__all__ = ["Value", "value_of"]

Value = str | list[str] | None
LONGEST = 10_000
MOST_ELEMENTS = 10_000
_NUMBERS = frozenset({"smallint", "integer", "bigint", "real", "double precision", "numeric"})
_LIST = "[]"
_CODE = "code"


def value_of(value: Any, column: Column) -> Value:
    """A JSON value as the database's text for a column, or texts for a list; None for null. Raises BadInput.

    Text stays as it is sent; of an enumeration its titles in either language are understood, too.

    >>> kind = Column("kind", "text", "类别", labels={"湖": "lake"}, choices={"lake": "湖"})
    >>> value_of(6, Column("width_m", "double precision")), value_of("湖", kind)
    ('6', 'lake')
    """
    if value is None:
        return None
    if column.type.endswith(_LIST):
        return _several(value, column)
    return _one(value, column)


def _several(value: Any, column: Column) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_ELEMENTS:
        raise _unlike(value, column, f"应为列表,至多 {MOST_ELEMENTS:,} 项")
    if None in value:
        raise _unlike(value, column, "列表里不能有 null")
    return [_one(part, column) for part in value]


def _one(value: Any, column: Column) -> str:
    kind = column.type.removesuffix(_LIST).partition("(")[0]
    if kind in _NUMBERS:
        _check(isinstance(value, int | float) and not isinstance(value, bool), value, column, "应为数字,不加引号")
        return _converted(_digits(value, column), column)
    if kind == "boolean":
        _check(isinstance(value, bool), value, column, "应为 true 或 false")
        return "true" if value else "false"
    _check(isinstance(value, str), value, column, "应为文字")
    if column.choices:
        return _chosen(value, column)
    return _text(value, column) if kind == "text" else _converted(value, column)


def _digits(value: int | float, column: Column) -> str:
    try:
        return repr(value)
    except ValueError:  # more digits than Python writes
        raise BadInput(f"字段 {column.title} 的值位数太多:请改正。") from None


def _text(value: str, column: Column) -> str:
    longest = LONGEST_CODE if column.name == _CODE else LONGEST
    if len(value) > longest:
        raise BadInput(f"字段 {column.title} 的值有 {len(value):,} 个字,上限 {longest:,}:{value[:20]}…")
    if column.name == _CODE:
        # Codes that look alike and are not find neither their row in a file nor their feature on the map.
        _check(value == value.strip() and value.isprintable(), value, column, "首尾不可有空白,中间不可有控制字符")
    return value


def _chosen(value: str, column: Column) -> str:
    found = column.labels.get(name_key(value), value)
    listed = "、".join(one if one == title else f"{one}({title})" for one, title in column.choices.items())
    _check(found in column.choices, value, column, f"不在可选值之内,可用的有 {listed}")
    return found


def _converted(text: str, column: Column) -> str:
    texts, faults = converted(np.array([text], dtype=object), _single(column))
    if faults[0] is not None:
        raise BadInput(f"{faults[0]}:请改正。")
    if texts[0] is None:
        raise _unlike(text, column, "没有值时请给 null")
    return str(texts[0])


def _single(column: Column) -> Column:
    return Column(column.name, column.type.removesuffix(_LIST), column.zh, column.en)


def _check(holds: bool, value: Any, column: Column, remedy: str) -> None:
    if not holds:
        raise _unlike(value, column, remedy)


def _unlike(value: Any, column: Column, remedy: str) -> BadInput:
    told = _TOLD.get(type(value), str)(value)
    return BadInput(f"字段 {column.title} 的值 {told[:80]} {remedy}:请改正。")


_TOLD: dict[type, Callable[[Any], str]] = {
    str: lambda text: repr(text[:60]),
    bool: lambda truth: str(truth).lower(),
    list: lambda _: "(列表)",
    dict: lambda _: "(对象)",
    int: lambda number: f"{number:.6g}" if abs(number) < 10**300 else "(数字)",
}

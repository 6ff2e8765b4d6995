"""The pieces of a condition: SQL that has a kind, with its values bound, and how two of them are compared."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from api.access.columns import Column
from layers.errors import BadInput

__all__ = ["KINDS", "Bound", "Term", "compared", "kind_of", "named", "number_of"]

KINDS: Mapping[str, str] = {
    "text": "文字",
    "number": "数字",
    "boolean": "真假",
    "date": "日期",
    "time": "时间",
    "geometry": "图形",
    "interval": "时段",
}
_REMEDY: Mapping[str, str] = {
    "text": "文字写作 'abc'",
    "number": "数字写作 3.5,不加引号",
    "boolean": "真假写作 TRUE 或 FALSE",
    "date": "日期写作 DATE('2026-06-30')",
    "time": "时间写作 TIMESTAMP('2026-06-30T00:00:00Z') 或 DATE('2026-06-30')",
}
_TYPES = {
    "text": "text",
    "character varying": "text",
    "smallint": "number",
    "integer": "number",
    "bigint": "number",
    "real": "number",
    "double precision": "number",
    "numeric": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp with time zone": "time",
}
_EXACT_UP_TO = 2**53


class Term(NamedTuple):
    """A piece of SQL, of which kind its value is, and what it is called to whoever wrote it."""

    kind: str
    sql: str
    told: str

    def expect(self, kind: str, where: str) -> "Term":
        """Itself where it is of a kind; else raises BadInput."""
        if self.kind != kind:
            raise BadInput(f"{where} 要的是{KINDS[kind]},{self.told} 却是{KINDS[self.kind]}:请改正。")
        return self


class Bound:
    """The values of a condition, each under a name of its own, so that the same condition is always the same SQL."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.params: dict[str, Any] = {}

    def place(self, value: Any, cast: str) -> str:
        """Keep a value, and answer what stands for it in the SQL."""
        name = f"{self._prefix}{len(self.params)}"
        self.params[name] = value
        return f"%({name})s::{cast}"

    def literal(self, value: Any) -> Term:
        """A text, number or truth value; raises BadInput for null and for what no column can hold."""
        if isinstance(value, bool):
            return Term("boolean", self.place(value, "boolean"), str(value).upper())
        if isinstance(value, str):
            return Term("text", self.place(value, "text"), repr(value[:40]))
        if isinstance(value, (int, float)):
            number, cast = number_of(value)
            return Term("number", self.place(number, cast), f"{value:g}")
        raise BadInput("过滤条件里的 NULL 不能比较:请写 IS NULL 或 IS NOT NULL。")


def named(alias: str, column: str) -> str:
    """A column of a relation, quoted for a statement whose values stand as %(name)s.

    >>> named("f", 'a"b%')
    'f."a""b%%"'
    """
    quoted = column.replace('"', '""').replace("%", "%%")
    return f'{alias}."{quoted}"'


def number_of(value: float) -> tuple[float, str]:
    """A number as it is bound, whole where it is whole, and its type: an index on whole numbers is asked by such."""
    if math.isnan(value):
        raise BadInput("nan 不是数:要找没有值的,用过滤条件 filter=列 IS NULL。")
    if not abs(value) <= _EXACT_UP_TO:
        raise BadInput(f"数字 {value:g} 太大:应在 ±{_EXACT_UP_TO} 之内。")
    return (int(value), "bigint") if value == int(value) else (value, "numeric")


def kind_of(column: Column) -> str | None:
    """Of which kind the values of a column are, by its type; None where it cannot be asked by.

    >>> kind_of(Column("width_m", "numeric(6,2)", "", "")), kind_of(Column("span", "int4range", "", ""))
    ('number', None)
    """
    return _TYPES.get(column.type.partition("(")[0])


def compared(left: Term, operator: str, right: Term) -> str:
    """SQL that compares two terms of one kind, and a time with a date by its local day; raises BadInput for others."""
    if {left.kind, right.kind} == {"date", "time"}:
        left, right = (one._replace(sql=f"({one.sql})::date") if one.kind == "time" else one for one in (left, right))
    elif left.kind != right.kind or left.kind not in _REMEDY:
        raise BadInput(_unlike(left, right))
    return f"{left.sql} {operator} {right.sql}"


def _unlike(left: Term, right: Term) -> str:
    for one in (left, right):
        if one.kind == "geometry":
            return f"{one.told} 是图形,不能用来比较:请用 S_INTERSECTS 等空间函数。"
        if one.kind == "interval":
            return f"{one.told} 是时段,不能用来比较:请用 T_DURING 等时间函数。"
    remedy = _REMEDY[left.kind]
    return f"{left.told} 是{KINDS[left.kind]},不能与{KINDS[right.kind]} {right.told} 比较:{remedy}。"

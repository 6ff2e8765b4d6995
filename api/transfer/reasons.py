"""What a database's refusal of a row means, as a sentence about the file."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from psycopg2 import Error

from api.transfer.columns import Shape

_CHINESE = re.compile(r"[一-鿿]")
_KEY = re.compile(r"\(([\w, ]+)\)=\((.*)\)")
_VALUES = re.compile(r"'([^']*)'::text")


class Rule(NamedTuple):
    """A check of a layer's table: its expression, and what it asks in words where its comment says so."""

    expression: str
    told: str | None = None


def reason_of(error: Error, shape: Shape, values: Mapping[str, str | None], checks: Mapping[str, Rule]) -> str:
    """Why the database refused a row.

    values: the row's fields as text. checks: the rules by name.
    """
    told = error.diag
    if told.sqlstate == "23502" and told.column_name:
        return broken_rule(told.column_name, shape, values, checks)
    if told.message_primary and _CHINESE.search(told.message_primary):
        return told.message_primary
    if told.constraint_name and told.constraint_name in checks:
        return broken_rule(told.constraint_name, shape, values, checks)
    if told.sqlstate == "23503" and (named := _KEY.search(told.message_detail or "")):
        titles = {column.name: column.title for column in shape.fields}
        pairs = zip(named[1].split(", "), named[2].split(", "), strict=False)
        return f"{'、'.join(f'{titles.get(name, name)}={value}' for name, value in pairs)} 不存在:请先录入,或改正"
    if told.sqlstate == "23P01":
        return f"编码 {values.get('code')!r} 在相交的有效期内已有另一条记录:请用 --valid-from 指明生效日期"
    return f"数据库拒绝({told.constraint_name or told.sqlstate}):{(told.message_primary or str(error)).splitlines()[0]}"


def broken_rule(name: str, shape: Shape, values: Mapping[str, str | None], checks: Mapping[str, Rule]) -> str:
    """The sentence for a rule by its name, or for a field that must be given.

    >>> broken_rule("code", Shape((), frozenset()), {}, {})
    '缺少必填字段 code:请用 --map 或 --set 给出'
    """
    titles = {column.name: column.title for column in shape.fields}
    rule = checks.get(name)
    if rule is None:
        return f"缺少必填字段 {titles.get(name, name)}:请用 --map 或 --set 给出"
    named = [field for field in titles if re.search(rf"\b{field}\b", rule.expression)]
    if not named:
        return f"图形不满足规则 {name}"
    told = "、".join(f"{titles[field]}={values.get(field) or '空'}" for field in named)
    choices = _choices(rule.expression, shape, named)
    if choices:
        return f"{told} 不在可选值之内:{choices}"
    return f"{told} 不满足规则:{rule.told or _plain(rule.expression)}"


def _choices(expression: str, shape: Shape, named: Sequence[str]) -> str:
    if len(named) != 1 or not ("= ANY" in expression or "<@ ARRAY" in expression):
        return ""
    (column,) = (column for column in shape.fields if column.name == named[0])
    titles = [(value, column.choices.get(value, "")) for value in _VALUES.findall(expression)]
    return "、".join(f"{value}({title})" if title else value for value, title in titles)


def _plain(expression: str) -> str:
    return " ".join(re.sub(r"::[a-z ]+\b", "", expression).split())

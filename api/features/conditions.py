"""CQL2 as a condition in SQL: every value bound, every column one that the reader may ask by, the same for the same.

condition("width_m > 5 AND S_INTERSECTS(geom, POINT(114.4 30.5))", columns)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from api.access.columns import Column
from api.features.boxes import box_of
from api.features.moments import RELATIONS, Span, date_of, related, time_of
from api.features.parsing import Language, parsed
from api.features.systems import CRS84, System
from api.features.terms import KINDS, Bound, Term, compared, kind_of, named, number_of
from layers.crs import STORED_SRID
from layers.errors import BadGeometry, BadInput

__all__ = ["GEOMETRY", "Condition", "condition"]

GEOMETRY = "geom"
"""The column of shapes, which `geometry` names, too, as GeoJSON calls it."""
MOST_NODES, MOST_DEEP = 1000, 60
MOST_WILDCARDS = 20
_COMPARISONS = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ARITHMETIC = {
    "+": "({0} + {1})",
    "-": "({0} - {1})",
    "*": "({0} * {1})",
    "/": "({0} / NULLIF({1}, 0))",
    "div": "trunc({0} / NULLIF({1}, 0))",
    "%": "mod({0}::numeric, NULLIF({1}, 0)::numeric)",
    "^": "power({0}, {1})",
}
"""In double precision, so that no whole number is divided short of its rest; by zero it is nothing, not an error."""
_SPATIAL = {
    "s_intersects": "ST_Intersects",
    "s_disjoint": "ST_Disjoint",
    "s_contains": "ST_Contains",
    "s_within": "ST_Within",
    "s_touches": "ST_Touches",
    "s_crosses": "ST_Crosses",
    "s_overlaps": "ST_Overlaps",
    "s_equals": "ST_Equals",
}
"""Each asks the index itself, but for the one that no index can answer."""
_FOLDS = {"casei": "city.without_case", "accenti": "city.without_accents"}
_OF_MIXTURES = ("s_intersects", "s_disjoint")


@dataclass(frozen=True)
class Condition:
    """A condition on the rows of a relation, as SQL with %(name)s for each of its values."""

    sql: str
    params: Mapping[str, Any]


def condition(
    text: str,
    columns: Mapping[str, Column],
    *,
    language: Language = "cql2-text",
    system: System = CRS84,
    alias: str = "f",
    prefix: str = "filter_",
) -> Condition:
    """What a filter in CQL2 asks of a row. The same filter with other values is the same SQL.

    columns: those that may be asked by; beside them `geom`.  system: of the coordinates in it.  alias: of the relation.
    prefix: of the names of values, where several conditions stand in one statement.
    Raises BadInput for what cannot be read, asks by an unknown column, compares unlike things, or is too long or deep.

    >>> from api.access.columns import Column
    >>> found = condition("width_m >= 5", {"width_m": Column("width_m", "numeric", "路宽(米)", "Width")})
    >>> found.sql, found.params
    ('(f."width_m" >= %(filter_0)s::bigint)', {'filter_0': 5})
    """
    writer = _Writer(columns, system, alias, Bound(prefix))
    found = writer.term(parsed(text, language)).expect("boolean", "过滤条件")
    return Condition(found.sql, writer.bound.params)


class _Writer:
    """Writes the SQL of one filter, node by node."""

    def __init__(self, columns: Mapping[str, Column], system: System, alias: str, bound: Bound) -> None:
        self._columns, self._system, self._alias, self.bound = columns, system, alias, bound
        self._nodes = self._deep = 0
        self._writers: dict[str, Callable[[str, Sequence[Any]], Term]] = {
            "and": self._joined,
            "or": self._joined,
            "not": self._not,
            "isnull": self._is_null,
            "between": self._between,
            "like": self._like,
            "in": self._in,
            **dict.fromkeys(_COMPARISONS, self._comparison),
            **dict.fromkeys(_ARITHMETIC, self._arithmetic),
            **dict.fromkeys(_FOLDS, self._folded),
            **dict.fromkeys(_SPATIAL, self._spatial),
            **dict.fromkeys(RELATIONS, self._temporal),
        }

    def term(self, node: Any) -> Term:
        """The SQL of a node of the standard's JSON and all below it."""
        self._count(1)
        if not isinstance(node, dict):
            if isinstance(node, list):
                raise BadInput("过滤条件里的列表只能写在 IN 之后:请改正。")
            return self.bound.literal(node)
        self._deep += 1
        found = self._of_object(node)
        self._deep -= 1
        return found

    def _count(self, more: int) -> None:
        self._nodes += more
        if self._nodes > MOST_NODES or self._deep > MOST_DEEP:
            raise BadInput(f"过滤条件太复杂:至多 {MOST_NODES} 项、{MOST_DEEP} 层,请简化,或分几次查询。")

    def _of_object(self, node: Mapping[str, Any]) -> Term:
        if "op" in node:
            return self._operation(str(node["op"]), node.get("args"))
        if "property" in node:
            return self._column(node["property"])
        if "date" in node:
            return date_of(str(node["date"]), self.bound)
        if "timestamp" in node:
            return time_of(str(node["timestamp"]), self.bound)
        if "bbox" in node:
            return self._geometry(box_of(node["bbox"], self._system))
        if "interval" in node:
            return Term("interval", "", "INTERVAL(…)")
        return self._geometry(self._system.stored(_shape(node)))

    def _operation(self, name: str, args: Any) -> Term:
        operator = name.lower()
        write = self._writers.get(operator)
        if write is None:
            known = "、".join(one.upper() for one in (*_FOLDS, *_SPATIAL, *RELATIONS))
            raise BadInput(f"不认识过滤条件中的函数 {name[:40]!r}:可用的有 {known}。")
        wanted = {"not": 1, "isnull": 1, "casei": 1, "accenti": 1, "between": 3}.get(operator, 2)
        if not isinstance(args, list) or (len(args) != wanted and operator not in ("and", "or")):
            raise BadInput(f"过滤条件中的 {name[:40]} 应有 {wanted} 个参数:请改正。")
        return write(operator, args)

    def _column(self, name: Any) -> Term:
        if name in (GEOMETRY, "geometry") and name not in self._columns:
            return Term("geometry", named(self._alias, GEOMETRY), "图形 geom")
        column = self._columns.get(name)
        kind = kind_of(column) if column else None
        if column is None or kind is None:
            names = "、".join([*(one for one in self._columns if kind_of(self._columns[one])), GEOMETRY])
            raise BadInput(f"没有可查询的列 {str(name)[:60]!r}:可用的有 {names}。")
        return Term(kind, named(self._alias, column.name), f"{column.name}({column.zh})")

    def _geometry(self, shape: shapely.Geometry) -> Term:
        if not shapely.is_valid(shape):
            why = shapely.is_valid_reason(shape).partition("[")[0]
            raise BadGeometry(f"过滤条件中的图形自相交或环未正确闭合({why}):请修复后再查。")
        wkb = shapely.to_wkb(shapely.set_srid(shape, STORED_SRID), hex=True, include_srid=True)
        return Term("geometry", self.bound.place(wkb, "geometry"), "图形")

    def _joined(self, operator: str, args: Sequence[Any]) -> Term:
        if not args:
            raise BadInput(f"过滤条件中的 {operator.upper()} 没有内容:请给出条件。")
        parts = [self.term(one).expect("boolean", operator.upper()).sql for one in args]
        return _truth(f" {operator.upper()} ".join(parts))

    def _not(self, operator: str, args: Sequence[Any]) -> Term:
        return _truth(f"NOT {self.term(args[0]).expect('boolean', 'NOT').sql}")

    def _is_null(self, operator: str, args: Sequence[Any]) -> Term:
        asked = self.term(args[0])
        if asked.kind == "interval":
            raise BadInput("INTERVAL 不能用 IS NULL 查询:请查询它的端点。")
        return _truth(f"{asked.sql} IS NULL")

    def _comparison(self, operator: str, args: Sequence[Any]) -> Term:
        left, right = (self.term(one) for one in args)
        return _truth(compared(left, _COMPARISONS[operator], right))

    def _between(self, operator: str, args: Sequence[Any]) -> Term:
        value, low, high = (self.term(one) for one in args)
        return _truth(f"{compared(value, '>=', low)} AND {compared(value, '<=', high)}")

    def _like(self, operator: str, args: Sequence[Any]) -> Term:
        value = self.term(args[0]).expect("text", "LIKE")
        _check_pattern(args[1])
        return _truth(f"{value.sql} LIKE {self.term(args[1]).sql}")

    def _in(self, operator: str, args: Sequence[Any]) -> Term:
        value, items = self.term(args[0]), args[1]
        if not isinstance(items, list) or not items:
            raise BadInput("IN 之后应为一列值,如 kind IN ('a', 'b'):请改正。")
        self._count(len(items))
        if value.kind == "text" and all(isinstance(one, str) for one in items):
            return _truth(f"{value.sql} = ANY({self.bound.place(list(items), 'text[]')})")
        if value.kind == "number" and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in items):
            numbers = [number_of(one) for one in items]
            cast = "bigint[]" if all(cast == "bigint" for _, cast in numbers) else "numeric[]"
            return _truth(f"{value.sql} = ANY({self.bound.place([number for number, _ in numbers], cast)})")
        return _truth(" OR ".join(compared(value, "=", self.term(one)) for one in items))

    def _arithmetic(self, operator: str, args: Sequence[Any]) -> Term:
        sides = [f"{self.term(one).expect('number', operator).sql}::double precision" for one in args]
        return Term("number", _ARITHMETIC[operator].format(*sides), f"算式 {operator}")

    def _folded(self, operator: str, args: Sequence[Any]) -> Term:
        inner = self.term(args[0]).expect("text", operator.upper())
        return Term("text", f"{_FOLDS[operator]}({inner.sql})", f"{operator.upper()}(…)")

    def _spatial(self, operator: str, args: Sequence[Any]) -> Term:
        mixed = any(isinstance(one, dict) and one.get("type") == "GeometryCollection" for one in args)
        if mixed and operator not in _OF_MIXTURES:
            raise BadGeometry(f"{operator.upper()} 不能用于 GEOMETRYCOLLECTION:请用 MULTIPOLYGON 等同类图形。")
        left, right = (self.term(one).expect("geometry", operator.upper()).sql for one in args)
        return _truth(f"{_SPATIAL[operator]}({left}, {right})")

    def _temporal(self, operator: str, args: Sequence[Any]) -> Term:
        first, second = (self._span(one, operator.upper()) for one in args)
        return _truth(related(operator, first, second))

    def _span(self, node: Any, where: str) -> Span:
        if isinstance(node, dict) and "interval" in node:
            ends = node["interval"]
            if not isinstance(ends, list) or len(ends) != 2:
                raise BadInput(f"{where} 中的 INTERVAL 应有起止两端:如 INTERVAL('2026-06-01','..')。")
            return Span(self._end(ends[0], "-infinity"), self._end(ends[1], "infinity"))
        instant = self.term(node)
        if instant.kind not in ("date", "time"):
            raise BadInput(f"{where} 要的是日期、时间或 INTERVAL,{instant.told} 却是{KINDS[instant.kind]}:请改正。")
        return Span(instant, instant)

    def _end(self, node: Any, beyond: str) -> Term:
        """An end of an interval. What a column leaves empty is open, as an end of validity that is not yet known."""
        if node in ("..", ""):
            return Term("time", f"'{beyond}'::timestamptz", "..")
        if isinstance(node, str):
            return time_of(node, self.bound) if "T" in node.upper() else date_of(node, self.bound)
        found = self.term(node)
        if found.kind not in ("date", "time"):
            raise BadInput(f"INTERVAL 的端点要的是日期或时间,{found.told} 却是{KINDS[found.kind]}:请改正。")
        return found._replace(sql=f"COALESCE({found.sql}, '{beyond}')")


def _truth(sql: str) -> Term:
    return Term("boolean", f"({sql})", "条件")


def _check_pattern(node: Any) -> None:
    """Raises BadInput for a pattern that is no text, ends in half an escape, or would be tried for ever."""
    while isinstance(node, dict) and str(node.get("op", "")).lower() in _FOLDS and node.get("args"):
        node = node["args"][0]
    if not isinstance(node, str):
        raise BadInput("LIKE 之后应为文字,如 name LIKE '花山%':% 代表任意多个字,_ 代表一个字,\\ 使其后的字只代表自己。")
    if (len(node) - len(node.rstrip("\\"))) % 2:
        raise BadInput(f"LIKE 的样式 {node[-40:]!r} 以单个 \\ 结尾:要表示 \\ 本身,请写两个。")
    if node.count("%") > MOST_WILDCARDS:
        raise BadInput(f"LIKE 的样式里有 {node.count('%')} 个 %,超过上限 {MOST_WILDCARDS}:请减少。")


def _shape(node: Mapping[str, Any]) -> shapely.Geometry:
    try:
        with np.errstate(invalid="ignore"):
            shape = shapely.geometry.shape(dict(node))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        raise BadGeometry("过滤条件中的图形看不懂:应为 WKT 或 GeoJSON 的点、线、面。") from None
    if shape.is_empty:
        raise BadGeometry(f"过滤条件中的图形 {shape.geom_type} 是空的:请给出坐标。")
    return shape

"""Expressions of MapLibre styles as QGIS writes them: filters, labels, and figures that change with the zoom."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

__all__ = ["KINDS", "Untold", "Zoom", "columns_in", "draws", "expression", "figure_at", "words", "worked_out"]

_SCALE_AT_0 = 295_828_763.8
"""1 to so many at zoom 0 at the equator: 512 pixels of 1/96 inch around the Earth (MapLibre's tiles have 512)."""
KINDS = {"Polygon": "Polygon", "LineString": "Line", "Point": "Point"}
"""Kinds of geometry as QGIS calls them."""
_NAMED = re.compile(r'"(\w+)"')


class Untold(Exception):
    """Raised for what QGIS has no words for; the text names it."""


class Zoom(NamedTuple):
    """How QGIS tells the zoom of the screen. latitude: of the map's middle, in degrees, where scales are compared."""

    latitude: float

    def scale(self, zoom: float) -> float:
        """The denominator of the scale at which the screen would be at a zoom.

        >>> round(Zoom(0.0).scale(10))
        288895
        """
        return _SCALE_AT_0 * math.cos(math.radians(self.latitude)) / 2**zoom

    @property
    def now(self) -> str:
        """The zoom of the map that is being drawn, as an expression."""
        return f"(ln({self.scale(0):.0f} / @map_scale) / ln(2))"


def expression(told: Any, zoom: Zoom | None = None) -> str:
    """An expression, or a literal, in QGIS's language; raises Untold.

    >>> expression(["all", ["has", "days"], ["<", ["get", "days"], 3]])
    '(("days" IS NOT NULL) AND ("days" < 3))'
    >>> print(expression(["in", ["get", "kind"], ["literal", ["stake", "o'"]]]))
    coalesce("kind" IN ('stake', 'o'''), false)
    """
    if not isinstance(told, list):
        return _literal(told)
    if told and isinstance(told[0], str) and told[0] in _WAYS:
        return _WAYS[told[0]](told[1:], zoom)
    raise Untold(f"QGIS 没有 {json.dumps(told[:1], ensure_ascii=False)} 这样的写法")


def figure_at(told: Any, zoom: float) -> float:
    """The value of a figure at a zoom: itself, or interpolated; raises Untold.

    >>> figure_at(["interpolate", ["exponential", 1.5], ["zoom"], 10, 2.0, 16, 7.0], 16)
    7.0
    """
    if isinstance(told, (int, float)):
        return float(told)
    base, stops = _stops(told)
    if zoom <= stops[0][0]:
        return stops[0][1]
    for (low, one), (high, other) in pairwise(stops):
        if zoom <= high:
            share = (
                (zoom - low) / (high - low) if base == 1 else (base ** (zoom - low) - 1) / (base ** (high - low) - 1)
            )
            return one + (other - one) * share
    return stops[-1][1]


def columns_in(told: Any) -> set[str]:
    """The columns that an expression asks for.

    >>> sorted(columns_in(["all", ["has", "a"], ["==", ["get", "b"], "c"]]))
    ['a', 'b']
    """
    if not isinstance(told, list) or told[:1] == ["literal"]:
        return set()
    if told[:1] == ["qgis"]:
        return set(_NAMED.findall(told[1]))
    own = {told[1]} if len(told) == 2 and told[0] in ("get", "has") else set()
    return own.union(*map(columns_in, told[1:])) if told else own


def worked_out(told: Any, drawn: Mapping[str, str]) -> Any:
    """An expression with what it gets of features that lack it worked out of what they have.

    drawn: of each such column how, in QGIS's language.

    >>> expression(worked_out(["==", ["get", "late"], True], {"late": '"due" < 3'}))
    'coalesce(("due" < 3), false)'
    """
    if not isinstance(told, list) or told[:1] == ["literal"]:
        return told
    if told[:1] == ["get"] and told[1] in drawn:
        return ["qgis", drawn[told[1]]]
    return [worked_out(part, drawn) for part in told]


def draws(filter: Any, kind: str) -> bool:
    """Whether a filter lets any feature of a kind of geometry (Polygon, LineString, Point) through.

    >>> draws(["all", ["==", ["geometry-type"], "Polygon"], ["has", "name"]], "Point")
    False
    """
    if not isinstance(filter, list) or not filter:
        return True
    if filter[0] in ("all", "any"):
        return (all if filter[0] == "all" else any)(draws(part, kind) for part in filter[1:])
    return filter[:2] != ["==", ["geometry-type"]] or filter[2] == kind


def words(column: str) -> str:
    """A column's name as QGIS quotes it."""
    return '"' + column.replace('"', '""') + '"'


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
    raise Untold(f"QGIS 没有 {json.dumps(value, ensure_ascii=False)[:40]} 这样的写法")


def _joined(sign: str) -> Callable[[Sequence[Any], Zoom | None], str]:
    return lambda parts, zoom: "(" + f" {sign} ".join(expression(part, zoom) for part in parts) + ")"


def _called(name: str) -> Callable[[Sequence[Any], Zoom | None], str]:
    return lambda parts, zoom: f"{name}({', '.join(expression(part, zoom) for part in parts)})"


def _compared(sign: str) -> Callable[[Sequence[Any], Zoom | None], str]:
    def told(parts: Sequence[Any], zoom: Zoom | None) -> str:
        if parts[0] == ["geometry-type"]:
            return f"(geometry_type($geometry) {sign} {_literal(KINDS[parts[1]])})"
        if parts[1] is True and sign == "=":
            # What QGIS works out to be true is 1, and no equal of true.
            return f"coalesce({expression(parts[0], zoom)}, false)"
        return f"({expression(parts[0], zoom)} {sign} {expression(parts[1], zoom)})"

    return told


def _in(parts: Sequence[Any], zoom: Zoom | None) -> str:
    if not (isinstance(parts[1], list) and parts[1][:1] == ["literal"]):
        raise Untold("QGIS 没有在文字里查找的 in")
    listed = ", ".join(map(_literal, parts[1][1]))
    return f"coalesce({expression(parts[0], zoom)} IN ({listed}), false)"


def _slice(parts: Sequence[Any], zoom: Zoom | None) -> str:
    start, *end = parts[1:]
    length = f", {end[0] - start}" if end else ""
    return f"substr({expression(parts[0], zoom)}, {start + 1}{length})"


def _interpolated(parts: Sequence[Any], zoom: Zoom | None) -> str:
    if zoom is None:
        raise Untold("这里不能随缩放变化")
    base, stops = _stops(["interpolate", *parts])
    told = repr(stops[-1][1])
    for (low, one), (high, other) in reversed(list(pairwise(stops))):
        gone = f"({zoom.now} - {low})"
        share = f"{gone} / {high - low}" if base == 1 else f"({base} ^ {gone} - 1) / {base ** (high - low) - 1!r}"
        told = f"CASE WHEN {zoom.now} <= {high} THEN {one} + {other - one!r} * {share} ELSE {told} END"
    return f"CASE WHEN {zoom.now} <= {stops[0][0]} THEN {stops[0][1]} ELSE {told} END"


def _stops(told: Any) -> tuple[float, list[tuple[float, float]]]:
    if not (isinstance(told, list) and told[:1] == ["interpolate"] and told[2] == ["zoom"]):
        raise Untold("QGIS 里只有随缩放插值的数字")
    numbers = [float(number) for number in told[3:]]
    base = float(told[1][1]) if told[1][0] == "exponential" else 1.0
    return base, list(zip(numbers[::2], numbers[1::2], strict=True))


_WAYS: Mapping[str, Callable[[Sequence[Any], Zoom | None], str]] = {
    "all": _joined("AND"),
    "any": _joined("OR"),
    "!": lambda parts, zoom: f"(NOT {expression(parts[0], zoom)})",
    "==": _compared("="),
    "!=": lambda parts, zoom: (
        f"(NOT {_compared('=')(parts, zoom)})"
        if parts[1] is True
        else f"coalesce({_compared('<>')(parts, zoom)}, true)"
    ),
    **{sign: _compared(sign) for sign in ("<", "<=", ">", ">=")},
    "in": _in,
    "has": lambda parts, zoom: f"({words(parts[0])} IS NOT NULL)",
    "get": lambda parts, zoom: words(parts[0]),
    "coalesce": _called("coalesce"),
    "concat": _called("concat"),
    "slice": _slice,
    "interpolate": _interpolated,
    "literal": lambda parts, zoom: _literal(parts[0]),
    "qgis": lambda parts, zoom: f"({parts[0].strip()})",
}

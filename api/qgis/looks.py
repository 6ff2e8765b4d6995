"""How a layer's features are drawn and named in QGIS: by rules, those of its style for each kind of geometry."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from api.qgis.expressions import KINDS, Untold, Zoom, columns_in, draws, expression, worked_out
from api.qgis.symbols import Rule, label_settings, symbol
from api.qgis.xml import child, text_of
from layers.catalogue import Layer

__all__ = [
    "Drawn",
    "Part",
    "add_looks",
    "at_point",
    "drawable",
    "drawn_of",
    "geometries",
    "is_along",
    "is_hidden",
    "labels_of",
    "qml",
    "symbols_of",
]

_DRAWS = {"fill": {"Polygon"}, "line": {"LineString", "Polygon"}, "circle": {"Point"}}
_SHOWN = "shown"


class Part(NamedTuple):
    """A rule of a style as it draws or names one kind of geometry: Polygon, LineString or Point."""

    rule: Rule
    geometry: str


class Drawn(NamedTuple):
    """What of a style can be drawn of features with what is there, and why the rest cannot."""

    symbols: Sequence[Part]
    labels: Sequence[Part]
    left_out: Sequence[str]


def geometries(layer: Layer) -> list[str]:
    """The kinds of geometry that a layer may hold.

    >>> from layers.catalogue import read_catalogue
    >>> geometries(read_catalogue()["road"]), geometries(read_catalogue()["site"])
    (['LineString'], ['Polygon', 'LineString', 'Point'])
    """
    return [*KINDS] if layer.geometry == "Geometry" else [layer.geometry.removeprefix("Multi")]


def symbols_of(layer: Layer, rules: Sequence[Rule]) -> list[Part]:
    """How rules draw a layer's geometries: areas filled and edged, lines and points."""
    return [
        Part(rule, kind)
        for rule in rules
        for kind in geometries(layer)
        if kind in _DRAWS.get(rule["type"], ()) and draws(rule.get("filter"), kind)
    ]


def labels_of(layer: Layer, rules: Sequence[Rule]) -> list[Part]:
    """How rules name a layer's features. Those that the screen names at a point are areas, and lines without a rule."""
    named = [rule for rule in rules if rule["type"] == "symbol"]
    own = {kind for rule in named if not at_point(layer, rule) for kind in KINDS if draws(rule.get("filter"), kind)}
    return [
        Part(rule, kind)
        for rule in named
        for kind in geometries(layer)
        if (kind not in own if at_point(layer, rule) else draws(rule.get("filter"), kind))
    ]


def at_point(layer: Layer, rule: Rule) -> bool:
    """Whether the screen takes what a rule names from the points where areas are named."""
    return bool(rule.get("source-layer", layer.id) != layer.id)


def drawable(rules: Sequence[Rule], columns: Collection[str] | None = None) -> tuple[list[Rule], list[str]]:
    """Those of a style's rules that QGIS can draw, and of the others their title and why not.

    columns: those that there are; None where there are all.
    """
    told = [(rule, _untold(rule, columns)) for rule in rules]
    return [rule for rule, why in told if why is None], [f"{_title(rule)}({why})" for rule, why in told if why]


def drawn_of(layer: Layer, columns: Collection[str]) -> Drawn:
    """What of a layer's style can be drawn of features with these columns.

    What only tiles tell of a feature is worked out of its columns, as the layer's own description says.
    """
    known = {name: how for name, how in layer.drawn.items() if columns_in(["qgis", how]) <= {*columns}}
    rules, left_out = drawable([_of_features(rule, known) for rule in layer.style], columns)
    return Drawn(symbols_of(layer, rules), labels_of(layer, rules), left_out)


def _of_features(rule: Rule, known: Mapping[str, str]) -> Rule:
    asked = [worked_out(rule["filter"], known)] if "filter" in rule else []
    shown = [["qgis", known[_SHOWN]]] if _SHOWN in known else []
    return {**rule, "filter": ["all", *asked, *shown]} if asked or shown else rule


def is_hidden(layer: Layer) -> bool:
    """Whether the screen does not show a layer before it is asked for."""
    return bool(layer.style) and all(rule.get("layout", {}).get("visibility") == "none" for rule in layer.style)


def add_looks(parent: Element, layer: Layer, drawn: Drawn, zoom: Zoom) -> None:
    """Below an element the renderer and the labels of a layer of features."""
    # By levels: all of a rule before any of the next, as on the screen, where no feature covers another's casing.
    renderer = child(parent, "renderer-v2", type="RuleRenderer", forceraster=0, symbollevels=1, enableorderby=0)
    rules = child(renderer, "rules", key="root")
    symbols = child(renderer, "symbols")
    for number, part in enumerate(drawn.symbols):
        _rule(rules, layer, part, zoom, symbol=number, label=_title(part.rule))
        symbol(symbols, str(number), part.rule, part.geometry, zoom, level=number)
    if drawn.labels:
        named = child(child(parent, "labeling", type="rule-based"), "rules", key="root")
        for part in drawn.labels:
            told = _rule(named, layer, part, zoom, description=_title(part.rule))
            label_settings(told, part.rule, zoom, line=is_along(part))


def is_along(part: Part) -> bool:
    """Whether a text is written along a line."""
    return part.geometry == "LineString" and part.rule["layout"].get("symbol-placement") == "line"


def qml(layer: Layer, drawn: Drawn, zoom: Zoom) -> str:
    """The same as a style of its own."""
    root = Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling", labelsEnabled="1")
    add_looks(root, layer, drawn, zoom)
    return text_of(root)


def _rule(parent: Element, layer: Layer, part: Part, zoom: Zoom, **told: object) -> Element:
    rule, scales = part.rule, dict(_scales(part.rule, zoom))
    made = child(parent, "rule", None, key=f"{rule['id']}-{part.geometry}", **scales, **told)
    asked = [expression(rule["filter"])] if "filter" in rule else []
    if len(geometries(layer)) > 1:
        asked.append(expression(["==", ["geometry-type"], part.geometry]))
    if asked:
        made.set("filter", " AND ".join(asked))
    return made


def _scales(rule: Rule, zoom: Zoom) -> Iterator[tuple[str, str]]:
    if "minzoom" in rule:
        yield "scalemaxdenom", f"{zoom.scale(rule['minzoom']):.0f}"
    if "maxzoom" in rule:
        yield "scalemindenom", f"{zoom.scale(rule['maxzoom']):.0f}"


def _untold(rule: Rule, columns: Collection[str] | None) -> str | None:
    asked = columns_in(rule.get("filter")) | columns_in(rule.get("layout", {}).get("text-field"))
    if columns is not None and (missing := sorted(asked - {*columns})):
        return f"要素没有列 {'、'.join(missing)}"
    try:
        zoom = Zoom(0.0)
        parts: list[Any] = [rule.get("filter", True), rule.get("layout", {}).get("text-field", "")]
        for told in (*parts, rule.get("layout", {}).get("text-size", 1), rule.get("paint", {}).get("line-width", 1)):
            expression(told, zoom)
    except Untold as error:
        return str(error)
    return None


def _title(rule: Rule) -> str:
    words = rule.get("metadata", {}).get("legend")
    return words["zh"] if words else str(rule["id"])

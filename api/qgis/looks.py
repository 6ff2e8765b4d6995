"""How a layer's features are drawn and named in QGIS: by rules, one for each of its style."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from api.qgis.expressions import Untold, Zoom, columns_in, expression
from api.qgis.symbols import KINDS, Rule, label_settings, symbol
from api.qgis.xml import child, text_of
from layers.catalogue import Layer

__all__ = ["Drawn", "add_looks", "drawable", "drawn_of", "is_hidden", "qml"]

_OF_GEOMETRY = {"Point": "marker", "LineString": "line", "Polygon": "fill"}
_LAST_ZOOM = 24


class Drawn(NamedTuple):
    """The rules of a style that can be drawn with what is there, and why the others cannot.

    kind: of symbol, by the geometries: fill, line or marker.
    """

    symbols: Sequence[Rule]
    labels: Sequence[Rule]
    kind: str
    left_out: Sequence[str]


def drawable(layer: Layer, columns: Collection[str] | None = None) -> tuple[list[Rule], list[str]]:
    """The rules of a layer's style that QGIS can draw, and of the others their title and why not.

    columns: those that there are; None where there are all.
    """
    told = [(rule, _untold(rule, columns)) for rule in layer.style]
    return [rule for rule, why in told if why is None], [f"{_title(rule)}({why})" for rule, why in told if why]


def drawn_of(layer: Layer, columns: Collection[str], geometry: str | None = None) -> Drawn:
    """What of a layer's style can be drawn of features with these columns.

    geometry: the kind of the features where it is not the layer's own, which may be mixed.
    """
    kind = _OF_GEOMETRY[(geometry or layer.geometry).removeprefix("Multi").replace("Geometry", "Polygon")]
    rules, left_out = drawable(layer, columns)
    labels = [rule for rule in rules if rule["type"] == "symbol"]
    symbols = [rule for rule in rules if KINDS.get(rule["type"]) == kind or (rule["type"], kind) == ("line", "fill")]
    return Drawn(symbols, labels, kind, left_out)


def is_hidden(layer: Layer) -> bool:
    """Whether the screen does not show a layer before it is asked for."""
    return bool(layer.style) and all(rule.get("layout", {}).get("visibility") == "none" for rule in layer.style)


def add_looks(parent: Element, drawn: Drawn, zoom: Zoom) -> None:
    """Below an element the renderer and the labels of a layer of features."""
    renderer = child(parent, "renderer-v2", type="RuleRenderer", forceraster=0, symbollevels=0, enableorderby=0)
    rules = child(renderer, "rules", key="root")
    symbols = child(renderer, "symbols")
    for number, rule in enumerate(drawn.symbols):
        scales = dict(_scales(rule, zoom))
        told = child(rules, "rule", key=str(rule["id"]), symbol=number, label=_title(rule), **scales)
        if "filter" in rule:
            told.set("filter", expression(rule["filter"]))
        symbol(symbols, str(number), rule, drawn.kind, zoom)
    if drawn.labels:
        _add_labels(parent, drawn, zoom)


def qml(drawn: Drawn, zoom: Zoom) -> str:
    """The same as a style of its own."""
    root = Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling", labelsEnabled="1")
    add_looks(root, drawn, zoom)
    return text_of(root)


def _add_labels(parent: Element, drawn: Drawn, zoom: Zoom) -> None:
    rules = child(child(parent, "labeling", type="rule-based"), "rules", key="root")
    for rule in drawn.labels:
        told = child(rules, "rule", key=str(rule["id"]), description=_title(rule), **dict(_scales(rule, zoom)))
        if "filter" in rule:
            told.set("filter", expression(rule["filter"]))
        along = drawn.kind == "line" and rule["layout"].get("symbol-placement") == "line"
        label_settings(told, rule, zoom, line=along)


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

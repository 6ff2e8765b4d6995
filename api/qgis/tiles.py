"""How a layer's vector tiles are drawn and named in QGIS: everything that the screen draws, by the same rules."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from api.qgis.expressions import Zoom, expression
from api.qgis.symbols import KINDS, Rule, label_settings, symbol
from api.qgis.xml import child
from layers.catalogue import Layer

__all__ = ["add_tile_looks"]

_POINT, _LINE, _POLYGON = 0, 1, 2
_NUMBERS = {"Point": (_POINT,), "LineString": (_LINE,), "Polygon": (_POLYGON,), "Geometry": (_LINE, _POLYGON)}
_SYMBOLS = {_POINT: "marker", _LINE: "line", _POLYGON: "fill"}


def add_tile_looks(parent: Element, layer: Layer, rules: list[Rule], zoom: Zoom) -> None:
    """Below an element the renderer and the labels of a layer's tiles. rules: those of its style that QGIS can draw."""
    styles = child(child(parent, "renderer", type="basic"), "styles")
    for rule in rules:
        for geometry in _geometries(layer, rule):
            told = _style(styles, layer, rule, geometry)
            symbol(child(told, "symbols"), "0", rule, _SYMBOLS[geometry], zoom)
    labels = [rule for rule in rules if rule["type"] == "symbol"]
    if labels:
        named = child(child(parent, "labeling", type="basic"), "styles")
        for rule in labels:
            geometry = _label_geometry(layer, rule)
            label_settings(_style(named, layer, rule, geometry), rule, zoom, line=geometry == _LINE)


def _style(parent: Element, layer: Layer, rule: Rule, geometry: int) -> Element:
    told = child(
        parent,
        "style",
        name=rule["id"],
        layer=rule.get("source-layer", layer.id),
        geometry=geometry,
        enabled=1,
        expression=expression(rule["filter"]) if "filter" in rule else "",
    )
    told.set("min-zoom", str(rule.get("minzoom", -1)))
    told.set("max-zoom", str(rule.get("maxzoom", -1)))
    return told


def _geometries(layer: Layer, rule: Rule) -> Iterator[int]:
    kind = KINDS.get(rule["type"])
    if kind == "fill":
        yield _POLYGON
    elif kind == "marker":
        yield _POINT
    elif kind == "line":
        yield from _NUMBERS[layer.geometry.removeprefix("Multi")]


def _label_geometry(layer: Layer, rule: Rule) -> int:
    if rule.get("source-layer", layer.id) != layer.id or layer.is_points:
        return _POINT
    return (
        _LINE if rule["layout"].get("symbol-placement") == "line" else _NUMBERS[layer.geometry.removeprefix("Multi")][0]
    )

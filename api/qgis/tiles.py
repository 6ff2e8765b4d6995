"""How a layer's vector tiles are drawn and named in QGIS: everything that the screen draws, by the same rules."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from api.qgis.expressions import Zoom, expression
from api.qgis.looks import Part, at_point, is_along, labels_of, symbols_of
from api.qgis.symbols import Rule, label_settings, symbol
from api.qgis.xml import child
from layers.catalogue import Layer

__all__ = ["add_tile_looks"]

_NUMBERS = {"Point": 0, "LineString": 1, "Polygon": 2}


def add_tile_looks(parent: Element, layer: Layer, rules: Sequence[Rule], zoom: Zoom) -> None:
    """Below an element the renderer and the labels of a layer's tiles. rules: those of its style that QGIS can draw."""
    styles = child(child(parent, "renderer", type="basic"), "styles")
    for part in symbols_of(layer, rules):
        told = _style(styles, layer, part, zoom)
        symbol(child(told, "symbols"), "0", part.rule, part.geometry, zoom)
    named = [Part(rule, "Point") for rule in rules if rule["type"] == "symbol" and at_point(layer, rule)]
    named += [part for part in labels_of(layer, rules) if not at_point(layer, part.rule)]
    if named:
        styles = child(child(parent, "labeling", type="basic"), "styles")
        for part in named:
            label_settings(_style(styles, layer, part, zoom), part.rule, zoom, line=is_along(part))


def _style(parent: Element, layer: Layer, part: Part, zoom: Zoom) -> Element:
    rule = part.rule
    return child(
        parent,
        "style",
        name=rule["id"],
        layer=rule.get("source-layer", layer.id),
        geometry=_NUMBERS[part.geometry],
        enabled=1,
        expression=" AND ".join(_conditions(rule, zoom)),
        min__zoom=-1,
        max__zoom=-1,
    )


def _conditions(rule: Rule, zoom: Zoom) -> Iterator[str]:
    """By which a tile's feature is drawn: at the scales of the screen; QGIS has whole zooms, of tiles half as large."""
    if "filter" in rule:
        yield expression(rule["filter"])
    if "minzoom" in rule:
        yield f"coalesce(@map_scale <= {zoom.scale(rule['minzoom']):.0f}, true)"
    if "maxzoom" in rule:
        yield f"coalesce(@map_scale > {zoom.scale(rule['maxzoom']):.0f}, true)"

"""Symbols and texts of QGIS from the paint and layout of a style's rule. Pixels of the screen are 1/96 inch."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from api.qgis.expressions import Zoom, columns_in, expression, figure_at
from api.qgis.xml import child, options

__all__ = ["Rule", "label_settings", "symbol"]

Rule = Mapping[str, Any]
_TYPES = {"Polygon": "fill", "LineString": "line", "Point": "marker"}
_MM = 25.4 / 96
_SAMPLE_ZOOM = 14
"""For which widths are written beside the expressions that follow the zoom."""


def symbol(parent: Element, name: str, rule: Rule, geometry: str, zoom: Zoom, *, level: int = 0) -> None:
    """Below an element the symbol of a rule for a kind of geometry: Polygon, LineString or Point.

    A line's rule draws the edges of areas. level: what is drawn before those of greater ones, if the renderer asks.
    """
    told = child(parent, "symbol", name=name, type=_TYPES[geometry], alpha=1, clip_to_extent=1, force_rhr=0)
    look = _LOOKS[rule["type"]](rule.get("paint", {}), rule.get("layout", {}))
    layer = child(told, "layer", class_=look.simple, enabled=1, locked=0, pass_=level)
    options(layer, look.values)
    driven = {
        name: {"active": True, "expression": figured.format(f"({expression(figure, zoom)})"), "type": 3}
        for name, (figure, figured) in look.zoomed.items()
        if isinstance(figure, list)
    }
    _driven(layer, driven)


def label_settings(parent: Element, rule: Rule, zoom: Zoom, *, line: bool) -> None:
    """Below an element how a rule's text is written: what, in which letters, where. line: along a line."""
    layout, paint = rule["layout"], rule.get("paint", {})
    told = child(parent, "settings", calloutType="simple")
    fonts: Sequence[str] = layout.get("text-font", ["sans-serif"])
    size = layout.get("text-size", 16)
    style = child(
        told,
        "text-style",
        fieldName=expression(layout["text-field"]),
        isExpression=1,
        fontFamily=fonts[0],
        fontSize=f"{figure_at(size, _SAMPLE_ZOOM) * 0.75:.3f}",
        fontSizeUnit="Point",
        textColor=_color(paint.get("text-color", "#000000")),
        textOpacity=1,
    )
    families = child(style, "families")
    for font in fonts:
        child(families, "family", name=font)
    halo = paint.get("text-halo-width", 0)
    child(
        style,
        "text-buffer",
        bufferDraw=int(halo > 0),
        bufferSize=f"{halo * _MM:.4f}",
        bufferSizeUnits="MM",
        bufferColor=_color(paint.get("text-halo-color", "#ffffff")),
        bufferOpacity=1,
    )
    child(told, "text-format", wrapChar="", autoWrapLength=layout.get("text-max-width", 0), multilineAlign=1)
    below = layout.get("text-offset", [0, 0])[1] * figure_at(size, _SAMPLE_ZOOM) * _MM
    child(
        told,
        "placement",
        placement=2 if line else 1,
        placementFlags=9 if line else 10,
        quadOffset=4 if below == 0 else 7 if below > 0 else 1,
        yOffset=f"{below:.4f}",
        offsetUnits="MM",
        centroidInside=1,
        repeatDistance=f"{layout.get('symbol-spacing', 0) * _MM:.3f}" if line else 0,
        repeatDistanceUnits="MM",
    )
    child(told, "rendering", obstacle=0, mergeLines=int(line))
    if isinstance(size, list):
        driven = {"Size": {"active": True, "expression": f"({expression(size, zoom)}) * 0.75", "type": 3}}
        options(child(told, "dd_properties"), {"name": "", "properties": driven, "type": "collection"})


def _driven(layer: Element, driven: Mapping[str, Any]) -> None:
    if driven:
        told = {"name": "", "properties": driven, "type": "collection"}
        options(child(layer, "data_defined_properties"), told)


class _Look(NamedTuple):
    """A simple symbol of QGIS: its class, its values, and by their names those that follow the zoom.

    zoomed: a figure in pixels and the expression that is made of it, put where {} stands.
    """

    simple: str
    values: dict[str, str]
    zoomed: Mapping[str, tuple[Any, str]] = MappingProxyType({})


def _fill(paint: Rule, layout: Rule) -> _Look:
    color = _color(paint["fill-color"], paint.get("fill-opacity", 1))
    return _Look("SimpleFill", {"color": color, "outline_style": "no"})


def _line(paint: Rule, layout: Rule) -> _Look:
    width = paint.get("line-width", 1)
    mm = figure_at(width, _SAMPLE_ZOOM) * _MM
    cap = {"butt": "flat", "round": "round", "square": "square"}[layout.get("line-cap", "butt")]
    values = {
        "line_color": _color(paint["line-color"], paint.get("line-opacity", 1)),
        "line_width": f"{mm:.4f}",
        "line_width_unit": "MM",
        "capstyle": cap,
        "joinstyle": layout.get("line-join", "miter"),
    }
    zoomed = {"outlineWidth": (width, _times(1))}
    if dashes := paint.get("line-dasharray"):
        # Dashes are in widths of the line; QGIS wants an even number of millimetres.
        mms = ";".join(f"{dash * mm:.4f}" for dash in dashes)
        values |= {"use_custom_dash": "1", "customdash": mms, "customdash_unit": "MM"}
        each = ", ';', ".join(f"@width * {dash * _MM:.6f}" for dash in dashes)
        zoomed["customDash"] = (width, f"with_variable('width', {{}}, concat({each}))")
    return _Look("SimpleLine", values, zoomed)


def _circle(paint: Rule, layout: Rule) -> _Look:
    radius, stroke = paint.get("circle-radius", 5), paint.get("circle-stroke-width", 0)
    values = {
        "name": "circle",
        "color": _color(paint["circle-color"], paint.get("circle-opacity", 1)),
        "outline_color": _color(paint.get("circle-stroke-color", "#000000")),
        "outline_width": f"{stroke * _MM:.4f}",
        "outline_width_unit": "MM",
        "outline_style": "solid" if stroke else "no",
        "size": f"{figure_at(radius, _SAMPLE_ZOOM) * 2 * _MM:.4f}",
        "size_unit": "MM",
    }
    return _Look("SimpleMarker", values, {"size": (radius, _times(2))})


def _times(times: float) -> str:
    return f"{{}} * {_MM * times:.6f}"


_LOOKS = {"fill": _fill, "line": _line, "circle": _circle}


def _color(told: Any, opacity: float = 1) -> str:
    """A colour #rrggbb as QGIS writes it, with its opacity."""
    if columns_in(told) or not (isinstance(told, str) and len(told) == 7 and told.startswith("#")):
        raise ValueError(f"a colour of a style is not #rrggbb: {told!r}")
    red, green, blue = (int(told[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"

"""A folium map that needs nothing from outside: its script and style are written into the page."""

import re
from typing import TYPE_CHECKING

from branca.element import Element, Figure

from layers.errors import BadInput

if TYPE_CHECKING:
    import folium

    from api.client.platform import Platform

_OUTSIDE_IMAGE = re.compile(r"url\([^)]*\)")
_LEAFLET = ("leaflet.js", "leaflet.css")


def offline(chart: "folium.Map", city: "Platform") -> "folium.Map":
    """The same map, carrying Leaflet as the platform serves it; it opens in an office without internet.

    Lines, polygons and circles are drawn; markers with icons and base maps would need files from outside, so a
    chart that has them (tiles other than None) is refused with BadInput.
    """
    from folium.raster_layers import TileLayer

    if any(isinstance(child, TileLayer) for child in chart._children.values()):
        raise BadInput("离线地图不能带外网底图:请用 folium.Map(..., tiles=None) 建图。")
    script, style = (city.asset(name) for name in _LEAFLET)
    chart.default_js, chart.default_css = [], []
    page = chart.get_root()
    if not isinstance(page, Figure):
        raise BadInput("离线地图要用完整的一页:请先用 folium.Map 建图,再加内容。")
    header = page.header
    header.add_child(Element(f"<style>{_OUTSIDE_IMAGE.sub('none', style)}</style>"), name="leaflet_css")
    header.add_child(Element(f"<script>{script}</script>"), name="leaflet_js")
    return chart

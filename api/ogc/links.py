"""Links of the documents: where something else is, what it is to this document, and of which media type."""

from typing import Any

__all__ = ["GEOJSON", "HTML", "JSON", "MVT", "OGC_REL", "SCHEMA", "link"]

JSON = "application/json"
HTML = "text/html"
GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
MVT = "application/vnd.mapbox-vector-tile"
OGC_REL = "http://www.opengis.net/def/rel/ogc/1.0"
"""Relations that the OGC registers begin with this."""

Link = dict[str, Any]


def link(href: str, rel: str, media_type: str, title: str, **more: object) -> Link:
    """One link. more: `templated=True` for an address with {variables}, `hreflang`, `length`.

    >>> link("https://city.example.cn/ogc", "self", JSON, "首页")["type"]
    'application/json'
    """
    return {"href": href, "rel": rel, "type": media_type, "title": title, **more}

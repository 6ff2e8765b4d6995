"""A layer as a collection: what it is, where and when it lies, how much it holds as of when, and where all of it is."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from psycopg2 import sql
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api import statements
from api.answers.times import said
from api.features.files import FORMATS
from api.features.systems import CRS84, STORAGE, systems
from api.ogc.links import GEOJSON, HTML, JSON, OGC_REL, Link, link
from api.ogc.negotiate import Asked
from api.ogc.schema import schema_links
from api.ogc.words import text
from api.overview import summaries
from layers import query
from layers.catalogue import Layer
from layers.crs import Bounds

__all__ = ["DOWNLOADS", "City", "Facts", "collection", "collections", "facts_of", "read_city"]

DOWNLOADS = {name: format.media_type for name, format in FORMATS.items()}
"""The formats of features besides GeoJSON and pages, by what `f` calls them."""
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2}
_DECIMALS = 7


class City(NamedTuple):
    """What the documents say of the deployment: its bounds, its metric system, its zone and the day it is there."""

    bounds: Bounds
    metric_crs: str
    zone: ZoneInfo
    today: date


class Facts(NamedTuple):
    """What a layer holds today; `extent` and the days its rows are true from and to are None where it is empty."""

    features: int
    edition: dict[str, Any] | None
    provenance: dict[str, int]
    data_at: datetime | None
    extent: Bounds | None
    first_day: date | None
    last_day: date | None


def read_city(connection: Connection) -> City:
    """The deployment's facts."""
    facts = query.rows(connection, "deployment/deployment_facts")[0]
    zone = ZoneInfo(facts["timezone"])
    return City(Bounds(*facts["bounds"]), facts["metric_crs"], zone, facts["now"].astimezone(zone).date())


def facts_of(connection: Connection, layers: Sequence[Layer]) -> dict[str, Facts]:
    """What each of these layers holds, by its id."""
    if not layers:
        return {}
    told = summaries(connection, list(layers))
    parts = [
        {"layer": sql.Literal(layer.id), "table": statements.table_of(layer.table), **statements.table_parts(layer)}
        for layer in layers
    ]
    spans = statements.joined(connection, "deployment/layer_span", parts, by="UNION ALL").mappings()
    return {span["layer"]: _facts(told[span["layer"]], span) for span in spans}


def collections(asked: Asked, city: City, layers: Sequence[Layer], facts: dict[str, Facts]) -> dict[str, Any]:
    """The document of all collections that the reader may see."""
    title = text(asked.language, "collections.title")
    return {
        "title": title,
        "links": asked.links("/collections", title),
        "crs": [one.uri for one in systems(city.metric_crs).offered],
        "collections": [collection(asked, city, layer, facts[layer.id]) for layer in layers],
    }


def collection(asked: Asked, city: City, layer: Layer, facts: Facts) -> dict[str, Any]:
    """One collection, the same whether alone or among the others."""
    return {
        "id": layer.id,
        "title": asked.say(layer.title),
        "description": asked.say(layer.description),
        "attribution": asked.say(layer.source),
        "keywords": [asked.say(layer.group)],
        "itemType": "feature",
        "geometryDimension": _dimension(layer),
        "extent": _extent(city, facts),
        "crs": [one.uri for one in systems(city.metric_crs).offered],
        "storageCrs": STORAGE.uri,
        # How many there are never stands without the day that it is said of, nor the data without their age.
        "itemCount": facts.features,
        "itemCountOn": city.today.isoformat(),
        "updated": said(facts.data_at, city.zone),
        "edition": facts.edition,
        "provenance": facts.provenance,
        "links": _links(asked, layer),
    }


def _facts(summary: RowMapping, span: RowMapping) -> Facts:
    box = Bounds(span["west"], span["south"], span["east"], span["north"]) if span["west"] is not None else None
    return Facts(
        features=summary["count"],
        edition=summary["edition"],
        provenance=summary["provenance"],
        data_at=summary["data_at"],
        extent=box,
        first_day=span["first_day"],
        last_day=span["last_day"],
    )


def _dimension(layer: Layer) -> int | None:
    return _DIMENSIONS.get(layer.geometry.removeprefix("Multi"))


def _extent(city: City, facts: Facts) -> dict[str, Any]:
    spatial = {"bbox": [outward(facts.extent or city.bounds)], "crs": CRS84.uri}
    if facts.first_day is None:
        return {"spatial": spatial}
    interval = [_midnight(facts.first_day, city.zone), _midnight(facts.last_day, city.zone)]
    return {"spatial": spatial, "temporal": {"interval": [interval], "trs": GREGORIAN}}


def outward(box: Bounds) -> list[float]:
    """A box rounded to a centimetre so that it holds what it held.

    >>> outward(Bounds(114.123456789, 30.0, 114.5, 30.987654321))
    [114.1234567, 30.0, 114.5, 30.9876544]
    """
    scale = 10**_DECIMALS
    low = [math.floor(round(degree * scale, 3)) / scale for degree in box[:2]]
    return low + [math.ceil(round(degree * scale, 3)) / scale for degree in box[2:]]


def _midnight(day: date | None, zone: ZoneInfo) -> str | None:
    """The instant at which a day begins in the deployment's zone."""
    return said(datetime.combine(day, time.min, zone)) if day else None


def _links(asked: Asked, layer: Layer) -> list[Link]:
    path, title = f"/collections/{layer.id}", asked.say(layer.title)
    items = asked.at(f"{path}/items")
    named = {key: text(asked.language, f"formats.{key}") for key in ("geojson", *DOWNLOADS)}
    return [
        *asked.links(path, title),
        link(asked.at("/collections"), "collection", JSON, text(asked.language, "collections.title")),
        link(items, "items", GEOJSON, f"{title} · {named['geojson']}"),
        link(f"{items}?f=html", "items", HTML, f"{title} · HTML"),
        *(link(f"{items}?f={key}", "items", kind, f"{title} · {named[key]}") for key, kind in DOWNLOADS.items()),
        *schema_links(asked, layer),
        link(
            asked.at(f"{path}/tiles"),
            f"{OGC_REL}/tilesets-vector",
            JSON,
            text(asked.language, "tiles.title", title=title),
        ),
    ]

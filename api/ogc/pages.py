"""The pages of features for people: readable without scripts, Chinese first.

items_page   one page of features        item_page   one feature, with its versions
Both are given the very documents that programs get, so that a page says nothing else than these do.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.columns import Column, columns_of
from api.access.reader import Reader
from api.answers.times import said
from api.ogc.cells import Cells, moment
from api.ogc.frame import Drawn, crumb, degrees, here, layer_crumbs, local, page, readdressed, within
from api.ogc.links import GEOJSON, HTML
from api.ogc.negotiate import Asked
from api.ogc.words import text
from api.overview import extent_of
from layers import query
from layers.catalogue import Layer
from layers.crs import Bounds

__all__ = ["Visit", "item_page", "items_page", "readdressed"]

_MOST_VERSIONS = 200
_WAYS = ("f", "lang", "limit", "offset", "after")
"""Parameters that say how to answer, not what is asked."""


class Visit(NamedTuple):
    """A page that is asked for: the request and how it is to be answered, the transaction, who reads, which layer."""

    request: Request
    asked: Asked
    connection: Connection
    reader: Reader
    layer: Layer


def items_page(visit: Visit, collection: Mapping[str, Any]) -> Response:
    """A page of features as a table and a map, with the way to the pages before and after.

    collection: the FeatureCollection that a program is given for the same question, its links included (`self`, `next`,
    `prev`, and `alternate` of the other formats); its coordinates are not looked at. Column titles, values of
    enumerations and what the reader may see come from the catalogue.
    """
    say, layer = visit.asked, visit.layer
    features = collection["features"]
    columns = _told(visit, _said_of(features))
    cells = Cells(visit.connection, features, say.language)
    rows = [
        {"id": one["id"], "href": _href(visit, one["id"]), "cells": cells.row(columns, one["properties"])}
        for one in features
    ]
    # The map and the files show what the page does, and a page holds less than programs get by themselves.
    limit = str(max(len(rows), 1))
    return page(
        "items.html",
        say,
        visit.request,
        title=f"{say.say(layer.title)} · {text(say.language, 'items.title')}",
        crumbs=layer_crumbs(say, layer),
        description=say.say(layer.description),
        columns=[{"name": one.name, "title": _title(one, say).partition(":")[0]} for one in columns],
        rows=rows,
        matched=collection.get("numberMatched"),
        time=moment(collection["timeStamp"]),
        conditions=[f"{name} = {value}" for name, value in visit.request.query_params.items() if name not in _WAYS],
        drawn=_drawn(visit, limit) if rows else None,
        as_json=here(visit.request, f="json", limit=limit),
        json_type=GEOJSON,
        forms=_forms(collection["links"], limit=limit),
        whole=_forms(collection["links"], limit=None, after=None, offset=None),
        **_ways(collection["links"], say),
    )


def item_page(visit: Visit, feature: Mapping[str, Any]) -> Response:
    """A page about one feature: a map, every field with its title, and the versions of its code with their editions.

    feature: the Feature that a program is given.
    """
    say = visit.asked
    columns = _told(visit, set(feature["properties"]))
    properties = feature["properties"]
    cells = Cells(visit.connection, [feature], say.language)
    fields = [
        {"name": one.name, "title": _title(one, say), "text": cells.one(one, properties[one.name]).text}
        for one in columns
    ]
    name = properties.get("name") or properties.get("code")
    number = text(say.language, "item.title", id=feature["id"])
    return page(
        "item.html",
        say,
        visit.request,
        title=f"{name} · {number}" if name else number,
        crumbs=[*layer_crumbs(say, visit.layer), crumb(say, f"/collections/{visit.layer.id}/items", "items.title")],
        fields=fields,
        versions=_versions(visit, properties.get("code")),
        persons="made_by" in {column.name for column in columns},
        drawn=_drawn(visit),
        as_json=here(visit.request, f="json"),
        json_type=GEOJSON,
    )


def _told(visit: Visit, names: set[str]) -> list[Column]:
    """The columns of these names that the reader may see, in their order."""
    shown = columns_of(visit.connection, visit.layer, visit.reader).shown
    return [column for name, column in shown.items() if name in names]


def _title(column: Column, asked: Asked) -> str:
    return column.zh if asked.language == "zh" else column.en


def _said_of(features: Iterable[Mapping[str, Any]]) -> set[str]:
    """The properties that say something of one of these features at least."""
    return {name for feature in features for name, value in feature["properties"].items() if value is not None}


def _href(visit: Visit, number: Any) -> str:
    """The page of a feature, of the same time as this one."""
    kept = {name: visit.request.query_params.get(name) for name in ("datetime", "known_at")}
    return readdressed(within(visit.asked, f"/collections/{visit.layer.id}/items/{number}"), **kept)


def _drawn(visit: Visit, limit: str | None = None) -> Drawn:
    """The features of this very page, in degrees; the map opens on the layer until it has read them."""
    extent = extent_of(visit.connection, [visit.layer]) or Bounds(*_facts(visit.connection)["bounds"])
    return Drawn(visit.layer.id, degrees(extent), here(visit.request, f="json", crs=None, lang=None, limit=limit))


def _facts(connection: Connection) -> RowMapping:
    return query.rows(connection, "deployment/deployment_facts")[0]


def _ways(links: Sequence[Mapping[str, Any]], asked: Asked) -> dict[str, str | None]:
    """To the pages before and after, as pages."""
    found: dict[str, str | None] = {"prev": None, "next": None}
    for one in links:
        if one["rel"] in found and found[one["rel"]] is None:
            language = asked.language if asked.language != "zh" else None
            found[one["rel"]] = readdressed(local(one["href"]), f="html", lang=language)
    return found


def _forms(links: Sequence[Mapping[str, Any]], **parameters: str | None) -> list[dict[str, str]]:
    """The same question in the other formats, with parameters set or taken out."""
    other = [one for one in links if one["rel"] in ("self", "alternate") and one["type"] != HTML]
    return [
        {"href": readdressed(local(one["href"]), **parameters), "type": one["type"], "title": one["title"]}
        for one in other
    ]


def _versions(visit: Visit, code: Any) -> list[dict[str, str]]:
    if code is None or visit.layer.derived or not columns_of(visit.connection, visit.layer, visit.reader).kept:
        return []
    table = visit.layer.table
    rows = query.rows(
        visit.connection,
        "deployment/feature_versions",
        {"table": table, "history": f"{table}_history"},
        code=code,
        row_limit=_MOST_VERSIONS,
    )
    now, open_end = (text(visit.asked.language, key) for key in ("item.current", "collection.interval_open"))
    return [
        {
            "valid": f"{row['valid_from']} – {row['valid_to'] or open_end}",
            "known": f"{moment(said(row['known_from']))} – {moment(said(row['known_to'])) or now}",
            "edition": row["edition"] or text(visit.asked.language, "page.none"),
            "made_by": row["made_by"] or "",
        }
        for row in rows
    ]

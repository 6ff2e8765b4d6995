"""The documents of /ogc as pages: each made from the very document that a program gets."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.ogc.conformance import standard_of
from api.ogc.frame import Drawn, crumb, degrees, layer_crumbs, local, page, readdressed, within
from api.ogc.links import HTML, SCHEMA
from api.ogc.negotiate import Asked
from api.ogc.words import text
from layers.catalogue import Layer
from layers.crs import Bounds

__all__ = [
    "collection_page",
    "collections_page",
    "conformance_page",
    "definition_page",
    "document_page",
    "landing_page",
    "schema_page",
]

Document = Mapping[str, Any]


def landing_page(asked: Asked, request: Request, document: Document, layers: Sequence[Layer]) -> Response:
    """What there is and how to connect to it; layers: those that the reader may see."""
    listed = [
        {
            "href": within(asked, f"/collections/{layer.id}"),
            "title": asked.say(layer.title),
            "description": asked.say(layer.description),
        }
        for layer in layers
    ]
    shown = [one for one in document["links"] if one["rel"] not in ("self", "alternate")]
    return page(
        "landing.html",
        asked,
        request,
        title=text(asked.language, "landing.title"),
        crumbs=[],
        layers=listed,
        base=asked.base,
        origin=asked.base.removesuffix("/ogc"),
        documents=[{**one, "href": local(one["href"])} for one in shown],
    )


def conformance_page(asked: Asked, request: Request, document: Document) -> Response:
    """The classes that are met, standard by standard."""
    standards: dict[str, list[str]] = {}
    for uri in document["conformsTo"]:
        standards.setdefault(standard_of(uri), []).append(uri)
    title = text(asked.language, "conformance.title")
    return page("conformance.html", asked, request, title=title, crumbs=_home(asked), standards=standards)


def definition_page(asked: Asked, request: Request) -> Response:
    """The definition of the interface, to read and try out."""
    address = readdressed("/ogc/api", f="json", lang=asked.language)
    title = text(asked.language, "landing.service_doc")
    return page("api.html", asked, request, title=title, crumbs=_home(asked), address=address)


def collections_page(asked: Asked, request: Request, document: Document, layers: Sequence[Layer]) -> Response:
    """The table of all layers: what each means, how much it holds and how fresh that is."""
    rows = [_listed(asked, one, layer) for one, layer in zip(document["collections"], layers, strict=True)]
    day = document["collections"][0]["itemCountOn"] if rows else ""
    title = text(asked.language, "collections.title")
    return page("collections.html", asked, request, title=title, crumbs=_home(asked), rows=rows, day=day)


def collection_page(
    asked: Asked, request: Request, document: Document, /, *, layer: Layer, columns: Document
) -> Response:
    """One layer: what it is, its map, its fields, and where its data are. columns: its schema."""
    box = Bounds(*document["extent"]["spatial"]["bbox"][0])
    items = [one for one in document["links"] if one["rel"] == "items" and one["type"] != HTML]
    return page(
        "collection.html",
        asked,
        request,
        title=document["title"],
        crumbs=[*_home(asked), crumb(asked, "/collections", "collections.title")],
        one=document,
        row=_listed(asked, document, layer),
        interval=_interval(asked, document["extent"]),
        box=", ".join(f"{degree:.5f}" for degree in box),
        items=within(asked, f"/collections/{layer.id}/items"),
        downloads=[{"href": one["href"], "title": one["title"], "local": local(one["href"])} for one in items],
        columns=_columns(asked, columns),
        drawn=Drawn(layer.id, degrees(box)),
    )


def schema_page(asked: Asked, request: Request, document: Document, /, *, layer: Layer, name: str) -> Response:
    """The fields of a layer, or what it may be asked by. name: 'schema' or 'queryables'."""
    return page(
        "schema.html",
        asked,
        request,
        title=text(asked.language, f"{name}.title"),
        crumbs=layer_crumbs(asked, layer),
        about=text(asked.language, f"{name}.about"),
        columns=_columns(asked, document),
        json_type=SCHEMA,
    )


def document_page(
    asked: Asked, request: Request, document: Document, /, *, title: str, layer: Layer | None
) -> Response:
    """A document of which there is nothing more to say than what it says to programs: its links, and its text."""
    linked = [*document.get("links", ()), *(one for each in document.get("tilesets", ()) for one in each["links"])]
    return page(
        "document.html",
        asked,
        request,
        title=title,
        crumbs=layer_crumbs(asked, layer) if layer else _home(asked),
        links=[_followed(one) for one in linked if one["rel"] != "alternate"],
        limits=document.get("tileMatrixSetLimits", ()),
        written=json.dumps(document, ensure_ascii=False, indent=2),
    )


def _followed(one: Mapping[str, Any]) -> dict[str, Any]:
    """A link as a page has it: one with variables is no link but an address to be copied, whole."""
    templated = bool(one.get("templated"))
    return {**one, "templated": templated, "href": one["href"] if templated else local(one["href"])}


def _home(asked: Asked) -> list[dict[str, str]]:
    return [crumb(asked, "", "page.crumb_home")]


def _listed(asked: Asked, one: Document, layer: Layer) -> dict[str, str]:
    none = text(asked.language, "page.none")
    updated = str(one["updated"] or none)
    return {
        "href": within(asked, f"/collections/{one['id']}"),
        "features": within(asked, f"/collections/{one['id']}/items"),
        "title": one["title"],
        "description": one["description"],
        "kind": text(asked.language, f"kinds.{layer.geometry}"),
        "count": f"{one['itemCount']:,}",
        "data_at": updated[:16].replace("T", " "),
        "source": one["attribution"],
        "edition": (one["edition"] or {}).get("name") or none,
    }


def _interval(asked: Asked, extent: Document) -> str:
    if "temporal" not in extent:
        return text(asked.language, "page.none")
    first, last = extent["temporal"]["interval"][0]
    return f"{first[:10]} – {last[:10] if last else text(asked.language, 'collection.interval_open')}"


def _columns(asked: Asked, schema: Document) -> list[dict[str, Any]]:
    """Each field of a schema as a row: name, title, type, and the values of an enumeration."""
    return [
        {
            "name": name,
            "title": one["title"],
            "type": text(asked.language, f"types.{one.get('format') or one.get('type')}")
            if "type" in one
            else text(asked.language, "types.geometry"),
            "values": [f"{each['title']} ({each['const']})" for each in one.get("oneOf", ())],
        }
        for name, one in schema["properties"].items()
    ]

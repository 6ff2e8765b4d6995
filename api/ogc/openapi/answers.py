"""What the answers look like, as schemas of OpenAPI 3.0: no more than what holds for every one of them."""

from typing import Any

from api.ogc.openapi.told import Told, reference

__all__ = ["headers", "responses", "schemas"]

_TEXT = {"type": "string"}
_LINKS = {"type": "array", "items": reference("schemas", "link")}


def schemas() -> dict[str, Any]:
    """The schemas of the documents and of features."""
    collection = _object(
        ("id", "links", "extent"),
        id=_TEXT,
        title=_TEXT,
        description=_TEXT,
        itemType=_TEXT,
        extent=reference("schemas", "extent"),
        crs=_list(_TEXT),
        storageCrs=_TEXT,
        itemCount={"type": "integer", "minimum": 0},
        links=_LINKS,
    )
    return {
        "link": _object(("href", "rel"), href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT, templated={"type": "boolean"}),
        "landingPage": _object(("links",), title=_TEXT, description=_TEXT, links=_LINKS),
        "confClasses": _object(("conformsTo",), conformsTo=_list(_TEXT)),
        "extent": _extent(),
        "collection": collection,
        "collections": _object(
            ("links", "collections"), links=_LINKS, collections=_list(reference("schemas", "collection"))
        ),
        **_features(),
        "problem": _object(
            ("type", "title", "status", "detail", "instance"),
            type=_TEXT,
            title=_TEXT,
            status={"type": "integer"},
            detail=_TEXT,
            instance=_TEXT,
        ),
    }


def responses(told: Told) -> dict[str, Any]:
    """Any failure."""
    content = {"application/problem+json": {"schema": reference("schemas", "problem")}}
    return {"problem": {"description": told.say("answers.problem"), "content": content}}


def headers(told: Told) -> dict[str, Any]:
    """Which system the coordinates of an answer are in: its URI in angle brackets."""
    return {"Content-Crs": {"description": told.say("parameters.crs"), "schema": _TEXT}}


def _features() -> dict[str, Any]:
    geometry = {"type": "object", "nullable": True, "required": ["type"], "properties": {"type": _TEXT}}
    feature = _object(
        ("type", "geometry", "properties"),
        type={"type": "string", "enum": ["Feature"]},
        id={"type": "integer"},
        geometry=geometry,
        properties={"type": "object", "nullable": True},
        links=_LINKS,
    )
    count = {"type": "integer", "minimum": 0}
    return {
        "featureGeoJSON": feature,
        "featureCollectionGeoJSON": _object(
            ("type", "features"),
            type={"type": "string", "enum": ["FeatureCollection"]},
            features=_list(reference("schemas", "featureGeoJSON")),
            links=_LINKS,
            timeStamp={"type": "string", "format": "date-time"},
            numberMatched=count,
            numberReturned=count,
        ),
    }


def _extent() -> dict[str, Any]:
    box = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    moment = {"type": "string", "format": "date-time", "nullable": True}
    interval = {"type": "array", "minItems": 2, "maxItems": 2, "items": moment}
    return _object(
        (),
        spatial=_object((), bbox=_list(box), crs=_TEXT),
        temporal=_object((), interval=_list(interval), trs=_TEXT),
    )


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    # An empty list of what is required is not valid in OpenAPI 3.0.
    return {"type": "object", "properties": properties} | ({"required": list(required)} if required else {})


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}

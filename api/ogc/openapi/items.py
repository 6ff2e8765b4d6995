"""The paths of features: one for each layer, with what it may be asked by, and one for a feature of any."""

from typing import Any

from api.access.columns import Column
from api.features.parsing import LANGUAGES
from api.features.terms import kind_of
from api.features.wanted import USUAL
from api.limits import PAGE_FEATURES
from api.ogc.collection import DOWNLOADS
from api.ogc.links import GEOJSON, HTML
from api.ogc.openapi.told import Paths, Told, operation, parameter, reference, succeeded
from api.ogc.schema import plain_type
from layers.catalogue import Layer

__all__ = ["parameters", "paths"]

_FORM = {"style": "form", "explode": False}
"""Stated although it is the usual: the conformance suite does not know what is."""
_OF_ITEMS = (
    "limit", "bbox", "bbox-crs", "crs", "datetime", "known_at", "filter", "filter-lang", "filter-crs", "properties",
    "offset", "after", "itemsFormat", "lang",
)  # fmt: skip
_OF_ITEM = ("collectionId", "featureId", "crs", "datetime", "known_at", "itemsFormat", "lang")
_TAKEN = frozenset({*_OF_ITEMS, "f"})


def paths(told: Told) -> Paths:
    """The features of each layer by a path of its own, as clients look it up there, and a single one by its number."""
    if not told.layers:
        return {}
    found = {f"/collections/{layer.id}/items": _items(told, layer) for layer in told.layers}
    shared = [reference("parameters", name) for name in _OF_ITEM]
    item = operation(told, "item", "features", parameters=shared, answer=_answer(told, "featureGeoJSON"))
    return found | {"/collections/{collectionId}/items/{featureId}": item}


def parameters(told: Told) -> dict[str, Any]:
    """What features of any layer may be asked by."""
    whole: dict[str, Any] = {"type": "integer", "minimum": 0}
    crs = {"type": "string", "format": "uri", "enum": list(told.crs), "default": told.crs[0]}
    names: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    given: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "limit": ({"type": "integer", "minimum": 1, "maximum": PAGE_FEATURES, "default": USUAL}, _FORM),
        "bbox": ({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}, _FORM),
        "bbox-crs": (crs, _FORM),
        "crs": (crs, _FORM),
        "datetime": ({"type": "string"}, _FORM),
        "known_at": ({"type": "string"}, {}),
        "filter": ({"type": "string"}, _FORM),
        "filter-lang": ({"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]}, _FORM),
        "filter-crs": (crs, _FORM),
        "properties": (names, _FORM),
        "offset": (whole, {}),
        "after": (whole, {}),
        "featureId": ({"type": "integer", "minimum": 1}, {"in": "path", "required": True}),
    }
    formats = {"type": "string", "enum": ["json", *DOWNLOADS, "html"]}
    named = {name: parameter(told, name, schema, **more) for name, (schema, more) in given.items()}
    return named | {"itemsFormat": parameter(told, "f", formats)}


def _items(told: Told, layer: Layer) -> dict[str, Any]:
    asked_by = [one for one in told.columns[layer.id].values() if kind_of(one) and one.name not in _TAKEN]
    # What is worked out anew keeps no history: of it only times that touch today can be asked.
    shared = [reference("parameters", name) for name in _OF_ITEMS if not (layer.derived and name == "known_at")]
    return operation(
        told,
        f"items_{layer.id}",
        "features",
        parameters=[*shared, *(_queryable(told, one) for one in asked_by)],
        answer=_answer(told, "featureCollectionGeoJSON"),
        summary=told.say("operations.items", title=told.asked.say(layer.title)),
    )


def _queryable(told: Told, column: Column) -> dict[str, Any]:
    title = column.zh if told.asked.language == "zh" else column.en
    schema = plain_type(column) | ({"enum": [one["value"] for one in column.options]} if column.options else {})
    return {
        "name": column.name,
        "in": "query",
        "required": False,
        "description": told.say("parameters.queryable", title=title),
        "schema": schema,
        **_FORM,
    }


def _answer(told: Told, schema: str) -> dict[str, Any]:
    file = {"type": "string", "format": "binary"}
    content = {
        GEOJSON: reference("schemas", schema),
        HTML: {"type": "string"},
        **dict.fromkeys(DOWNLOADS.values(), file),
    }
    return succeeded(told, content, headers={"Content-Crs": reference("headers", "Content-Crs")})

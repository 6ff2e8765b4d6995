"""The paths of documents: first page, conformance, definition, layers and their fields."""

from api.ogc.links import JSON, SCHEMA
from api.ogc.openapi.media import MEDIA_TYPE
from api.ogc.openapi.told import Paths, Told, document, operation, parameter, reference

__all__ = ["parameters", "paths"]

_WISHES = (reference("parameters", "f"), reference("parameters", "lang"))
_LAYER = reference("parameters", "collectionId")
_OBJECT = {"type": "object"}


def paths(told: Told) -> Paths:
    """The documents that every reader finds, and those of each layer."""
    whole = {
        "/": ("landing", JSON, reference("schemas", "landingPage")),
        "/conformance": ("conformance", JSON, reference("schemas", "confClasses")),
        "/api": ("api", MEDIA_TYPE, _OBJECT),
        "/collections": ("collections", JSON, reference("schemas", "collections")),
    }
    of_layer = {
        "/collections/{collectionId}": ("collection", JSON, reference("schemas", "collection")),
        "/collections/{collectionId}/schema": ("schema", SCHEMA, _OBJECT),
        "/collections/{collectionId}/queryables": ("queryables", SCHEMA, _OBJECT),
    }
    found = {path: _one(told, *one, parameters=_WISHES) for path, one in whole.items()}
    if not told.layers:
        return found
    return found | {path: _one(told, *one, parameters=(_LAYER, *_WISHES)) for path, one in of_layer.items()}


def parameters(told: Told) -> dict[str, object]:
    """The parameters that the documents share."""
    shared: dict[str, object] = {
        "f": parameter(told, "f", {"type": "string", "enum": ["json", "html"]}),
        "lang": parameter(told, "lang", {"type": "string", "enum": ["zh", "en"]}),
    }
    if told.layers:
        ids = {"type": "string", "enum": [layer.id for layer in told.layers]}
        shared["collectionId"] = parameter(told, "collectionId", ids, required=True) | {"in": "path"}
    return shared


def _one(
    told: Told, name: str, media_type: str, schema: dict[str, str], /, *, parameters: tuple[dict[str, str], ...]
) -> dict[str, object]:
    return operation(told, name, "core", parameters=parameters, answer=document(told, media_type, schema))

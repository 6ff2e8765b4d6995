"""The paths of tiles: tile matrix sets, tilesets, and the tiles of all layers together and of each."""

from typing import Any

from api.limits import MAX_ZOOM
from api.ogc.links import JSON, MVT
from api.ogc.openapi.told import Paths, Told, document, operation, parameter, reference
from api.ogc.tilesets import MATRIX_SET

__all__ = ["parameters", "paths"]

_OBJECT = {"type": "object"}
_SET = "tileMatrixSetId"
_PLACE = (_SET, "tileMatrix", "tileRow", "tileCol")


def paths(told: Told) -> Paths:
    """The tilesets of all layers together and of each, and the matrices that they are cut in."""
    found = {
        "/tileMatrixSets": _document(told, "tile_matrix_sets"),
        "/tileMatrixSets/{tileMatrixSetId}": _document(told, "tile_matrix_set", _SET),
    }
    if not told.layers:
        return found
    return found | {
        "/tiles": _document(told, "tilesets", "collections"),
        "/tiles/{tileMatrixSetId}": _document(told, "tileset", _SET, "collections"),
        "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": _tile(told, "tile", *_PLACE, "collections"),
        "/collections/{collectionId}/tiles": _document(told, "layer_tilesets", "collectionId"),
        "/collections/{collectionId}/tiles/{tileMatrixSetId}": _document(told, "layer_tileset", "collectionId", _SET),
        "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": _tile(
            told, "layer_tile", "collectionId", *_PLACE
        ),
    }


def parameters(told: Told) -> dict[str, Any]:
    """Where a tile stands, and of which layers it is."""
    place: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 2**MAX_ZOOM - 1}
    ids = [layer.id for layer in told.layers]
    of_path: dict[str, dict[str, Any]] = {
        _SET: {"type": "string", "enum": [MATRIX_SET]},
        "tileMatrix": {"type": "integer", "minimum": 0, "maximum": MAX_ZOOM},
        "tileRow": place,
        "tileCol": place,
    }
    found = {name: parameter(told, name, schema, required=True) | {"in": "path"} for name, schema in of_path.items()}
    names = {"type": "array", "items": {"type": "string"} | ({"enum": ids} if ids else {}), "minItems": 1}
    found["collections"] = parameter(told, "collections", names, style="form", explode=False)
    found["tileFormat"] = parameter(told, "f", {"type": "string", "enum": ["mvt"]})
    return found


def _document(told: Told, name: str, *parameters: str) -> dict[str, Any]:
    named = [reference("parameters", one) for one in (*parameters, "f", "lang")]
    return operation(told, name, "tiles", parameters=named, answer=document(told, JSON, _OBJECT))


def _tile(told: Told, name: str, *parameters: str) -> dict[str, Any]:
    answer = {
        "description": told.say("answers.tile"),
        "content": {MVT: {"schema": {"type": "string", "format": "binary"}}},
    }
    named = [reference("parameters", one) for one in (*parameters, "tileFormat")]
    return operation(told, name, "tiles", parameters=named, answer=answer)

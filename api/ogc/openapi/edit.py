"""The paths by which features are changed: of the layers alone that somebody may change, with an example of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from api.access.columns import Column
from api.access.reader import Reader
from api.edits.body import ACCEPTED
from api.edits.where import is_edited_here
from api.ogc.links import GEOJSON
from api.ogc.openapi.told import Editing, Paths, Told, parameter, reference
from api.ogc.schema import plain_type, rules_of
from layers.catalogue import Layer
from layers.crs import Bounds

__all__ = ["editing_of", "parameters", "paths"]

_ONE = "/collections/{collectionId}/items/{featureId}"
_NAMES = {"put": "replace", "patch": "update", "delete": "remove"}
_SIDE_DEG = 0.001
_EXAMPLES = {"string": "示例", "integer": 1, "number": 6.5, "boolean": False, "array": []}
_MOMENTS = {"date": "2026-01-01", "date-time": "2026-01-01T08:00:00+08:00"}


def editing_of(connection: Connection, reader: Reader, layers: Sequence[Layer], bounds: Bounds) -> Editing:
    """What of these layers a reader may change."""
    writable = [layer for layer in layers if is_edited_here(layer) and reader.may_write(layer)]
    return Editing(writable, {layer.id: rules_of(connection, layer) for layer in writable}, bounds.center)


def paths(told: Told) -> Paths:
    """A POST for each layer, with its fields, and PUT, PATCH and DELETE for a feature of any."""
    if not told.editing.layers:
        return {}
    found: Paths = {f"/collections/{layer.id}/items": {"post": _create(told, layer)} for layer in told.editing.layers}
    return found | {_ONE: {method: _change(told, method, name) for method, name in _NAMES.items()}}


def parameters(told: Told) -> dict[str, Any]:
    """What changes are asked with."""
    if not told.editing.layers:
        return {}
    yes_or_no = {"type": "boolean", "default": False}
    crs = {"type": "string", "format": "uri", "enum": list(told.crs), "default": told.crs[0]}
    ids = {"type": "string", "enum": [layer.id for layer in told.editing.layers]}
    return {
        "writableId": parameter(told, "writableId", ids, required=True) | {"in": "path", "name": "collectionId"},
        "If-Match": parameter(told, "If-Match", {"type": "string", "example": "*"}, required=True) | {"in": "header"},
        "Content-Crs": parameter(told, "Content-Crs", crs) | {"in": "header"},
        "dry_run": parameter(told, "dry_run", yes_or_no),
        "repair": parameter(told, "repair", yes_or_no),
    }


def _create(told: Told, layer: Layer) -> dict[str, Any]:
    title = told.asked.say(layer.title)
    schema = _feature(told, layer)
    content = {kind: {"schema": schema, "example": _example(told, layer)} for kind in ACCEPTED["POST"]}
    location = {"description": told.say("answers.location"), "schema": {"type": "string", "format": "uri"}}
    answers = {"201": _stored(told, "created", Location=location), "200": _supposed(told)}
    given = ("Content-Crs", "dry_run", "repair")
    return _operation(told, f"create_{layer.id}", told.say("operations.create", title=title), given, answers) | {
        "requestBody": {"required": True, "content": content}
    }


def _change(told: Told, method: str, name: str) -> dict[str, Any]:
    given = ["writableId", "featureId", "If-Match", "Content-Crs", "dry_run"]
    if method == "delete":
        answers = {"204": {"description": told.say("answers.removed")}, "200": _supposed(told)}
        return _operation(told, name, told.say(f"operations.{name}"), given, answers)
    stored = _stored(told, "ok")
    stored["content"] |= _supposed(told)["content"]
    answers = {"200": stored, "204": {"description": told.say("answers.removed")}}
    body = reference("schemas", "featureGeoJSON") if method == "put" else {"type": "object"}
    example = _example(told, told.editing.layers[0]) if method == "put" else {"properties": {"name": "示例"}}
    content = {kind: {"schema": body, "example": example} for kind in ACCEPTED[method.upper()]}
    return _operation(told, name, told.say(f"operations.{name}"), [*given, "repair"], answers) | {
        "requestBody": {"required": True, "content": content}
    }


def _operation(told: Told, name: str, summary: str, given: Sequence[str], answers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name,
        "tags": [told.say("tags.features")],
        "summary": summary,
        "parameters": [reference("parameters", one) for one in given],
        "responses": {**answers, "default": reference("responses", "problem")},
    }


def _stored(told: Told, name: str, **headers: Any) -> dict[str, Any]:
    etag = {"description": told.say("answers.etag"), "schema": {"type": "string"}}
    return {
        "description": told.say(f"answers.{name}"),
        "headers": {"ETag": etag, "Content-Crs": reference("headers", "Content-Crs"), **headers},
        "content": {GEOJSON: {"schema": reference("schemas", "featureGeoJSON")}},
    }


def _supposed(told: Told) -> dict[str, Any]:
    return {
        "description": told.say("parameters.dry_run"),
        "content": {"application/json": {"schema": {"type": "object"}}},
    }


def _feature(told: Told, layer: Layer) -> dict[str, Any]:
    rules = told.editing.rules[layer.id]
    columns = [one for name, one in told.columns[layer.id].items() if name not in rules.read_only]
    required = sorted({one.name for one in columns} & rules.required)
    properties: dict[str, Any] = {
        "type": "object",
        "properties": {one.name: _property(told, one) for one in columns},
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "geometry": {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}},
            "properties": properties | ({"required": required} if required else {}),
        },
    }


def _property(told: Told, column: Column) -> dict[str, Any]:
    schema = plain_type(column) | ({"items": {}} if column.type.endswith("[]") else {})
    title = column.zh if told.asked.language == "zh" else column.en
    # Of an enumeration in OpenAPI 3.0, null is a value that has to be listed.
    values = {"enum": [*(one["value"] for one in column.options), None]} if column.options else {}
    return {"description": title, "nullable": True, **schema, **values}


def _example(told: Told, layer: Layer) -> dict[str, Any]:
    rules, columns = told.editing.rules[layer.id], told.columns[layer.id]
    named = [column for name, column in columns.items() if name in {"code", "name", *rules.required}]
    return {
        "type": "Feature",
        "geometry": _shape(layer.geometry, *told.editing.place),
        "properties": {column.name: _value(column) for column in named},
    }


def _value(column: Column) -> Any:
    if column.options:
        return column.options[0]["value"]
    kind = plain_type(column)
    return _MOMENTS.get(kind.get("format", ""), _EXAMPLES[kind["type"]])


def _shape(kind: str, lon: float, lat: float) -> dict[str, Any]:
    """A small shape of a layer's kind, a triangle where it takes any."""
    corners = [[lon, lat], [lon + _SIDE_DEG, lat], [lon, lat + _SIDE_DEG], [lon, lat]]
    single = kind.removeprefix("Multi")
    found = {"Point": corners[0], "LineString": corners[:2]}.get(single, [corners])
    name = "Polygon" if single == "Geometry" else single
    # One part is taken for several.
    return {"type": name, "coordinates": found}

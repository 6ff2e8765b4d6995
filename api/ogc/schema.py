"""The columns of a layer as JSON Schema: what a feature says, and what one may ask by, from the tables' comments."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from api.access.columns import Column
from api.features.conditions import GEOMETRY
from api.features.terms import kind_of
from api.ogc.links import OGC_REL, SCHEMA, Link, link
from api.ogc.negotiate import Asked
from api.ogc.words import text
from layers import query
from layers.catalogue import Layer

__all__ = ["Rules", "plain_type", "queryables", "rules_of", "schema", "schema_links"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_GEOJSON_SCHEMAS = "https://geojson.org/schema"
_TYPES = (
    (re.compile(r".*\[\]$"), {"type": "array"}),
    (re.compile(r"bigint|integer|smallint"), {"type": "integer"}),
    (re.compile(r"numeric|double|real"), {"type": "number"}),
    (re.compile(r"boolean"), {"type": "boolean"}),
    (re.compile(r"date$"), {"type": "string", "format": "date"}),
    (re.compile(r"timestamp"), {"type": "string", "format": "date-time"}),
)
_ROLES = {"id": "id", "valid_from": "primary-interval-start", "valid_to": "primary-interval-end"}
_UNITS = {
    "米": "m",
    "平方米": "m2",
    "公顷": "har",
    "度": "deg",
    "厘米": "cm",
    "天": "d",
    "小时": "h",
    "分钟": "min",
    "秒": "s",
}
"""How the Unified Code for Units of Measure calls the units that comments end in; it has none for 亩."""
_UNIT = re.compile(r"[((]([^()()]+)[))]")
_EDITION = "edition_id"
_CODE = "code"
"""What a table cannot do without, but a new feature can: one is made of its shape (api/edits/editor.py)."""


class Rules(NamedTuple):
    """What a table says of its columns: which a new row has to state, and which the platform fills in itself."""

    required: frozenset[str]
    read_only: frozenset[str]


def rules_of(connection: Connection, layer: Layer) -> Rules:
    """The rules of a layer's table; of one that is worked out from others the platform fills in all."""
    rows = query.rows(connection, "deployment/columns", table=layer.table)
    own = {row["name"] for row in rows if row["generated"] or layer.derived} | {_EDITION}
    return Rules(frozenset(row["name"] for row in rows if row["required"]) - own - {_CODE}, frozenset(own))


def schema(asked: Asked, layer: Layer, columns: Mapping[str, Column], rules: Rules) -> dict[str, Any]:
    """What a feature of a layer says, in reading and writing alike."""
    properties = {column.name: _property(column, asked) for column in columns.values()}
    properties[GEOMETRY] = _shape(layer, asked)
    for place, (name, one) in enumerate(properties.items(), 1):
        one["x-ogc-propertySeq"] = place
        if name in rules.read_only or layer.derived:
            one["readOnly"] = True
        elif name == _CODE:
            one["description"] += f" ({text(asked.language, 'schema.code_made')})"
    required = [name for name in properties if name in rules.required]
    return _head(asked, layer, "schema") | ({"required": required} if required else {}) | {"properties": properties}


def queryables(asked: Asked, layer: Layer, columns: Mapping[str, Column]) -> dict[str, Any]:
    """What features of a layer may be asked by: the columns that have a kind in filters, and the shape."""
    asked_by = [column for column in columns.values() if kind_of(column)]
    shape = _shape(layer, asked)
    # QGIS knows a shape to filter by from this reference alone.
    shape["$ref"] = f"{_GEOJSON_SCHEMAS}/{layer.geometry}.json"
    properties = {column.name: _property(column, asked) for column in asked_by}
    return _head(asked, layer, "queryables") | {"properties": {**properties, GEOMETRY: shape}}


def plain_type(column: Column) -> dict[str, Any]:
    """The type of a column's values in JSON, with the format of dates and times.

    >>> plain_type(Column("valid_from", "date", "生效日期", "Valid from"))
    {'type': 'string', 'format': 'date'}
    """
    return next((dict(found) for form, found in _TYPES if form.match(column.type)), {"type": "string"})


def schema_links(asked: Asked, layer: Layer) -> list[Link]:
    """The links of a collection to its schema and to what it may be asked by."""
    return [
        link(
            asked.at(f"/collections/{layer.id}/{name}"),
            f"{OGC_REL}/{name}",
            SCHEMA,
            text(asked.language, f"{name}.title"),
        )
        for name in ("schema", "queryables")
    ]


def _head(asked: Asked, layer: Layer, name: str) -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "$id": asked.at(f"/collections/{layer.id}/{name}"),
        "type": "object",
        "title": asked.say(layer.title),
        "description": asked.say(layer.description),
        "additionalProperties": False,
    }


def _property(column: Column, asked: Asked) -> dict[str, Any]:
    here, there = (column.zh, column.en) if asked.language == "zh" else (column.en, column.zh)
    told = {"title": here, "description": f"{here} · {there}", **plain_type(column)}
    if column.options:
        told["enum"] = [one["value"] for one in column.options]
        told["oneOf"] = [{"const": one["value"], "title": one[asked.language]} for one in column.options]
    if column.name in _ROLES:
        told["x-ogc-role"] = _ROLES[column.name]
    unit = _unit(column)
    return told | ({"x-ogc-unit": unit} if unit else {})


def _unit(column: Column) -> str | None:
    """The unit that the column's comment states, by its code; None where there is none or it has no code.

    >>> _unit(Column("width_m", "double precision", "河宽(米),线状水体用", "Width"))
    'm'
    """
    if plain_type(column)["type"] not in ("integer", "number"):
        return None
    stated: Sequence[str] = _UNIT.findall(column.zh)
    return next((_UNITS[one.partition(",")[0]] for one in stated if one.partition(",")[0] in _UNITS), None)


def _shape(layer: Layer, asked: Asked) -> dict[str, Any]:
    kind = "any" if layer.geometry == "Geometry" else layer.geometry.lower()
    return {
        "title": text(asked.language, "types.geometry"),
        "format": f"geometry-{kind}",
        "x-ogc-role": "primary-geometry",
    }

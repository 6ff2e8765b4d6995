"""Features as Arrow has them, for the formats that are written from a stream of it."""

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import shapely

from api.transfer.columns import Column
from api.transfer.features import Features
from api.transfer.values import joined
from layers.crs import STORED

if TYPE_CHECKING:  # else imported where it is called, for the server starts without it
    from pyarrow import DataType, RecordBatch, Schema

__all__ = ["SHAPE", "batch_of", "record_of", "schema_of"]

SHAPE = "geometry"
"""The column of shapes."""


def schema_of(
    columns: Sequence[Column], texts: Container[str] = (), names: Mapping[str, str] = MappingProxyType({})
) -> "Schema":
    """The fields of a layer, and its shapes as WKB, in the types that Arrow has for them; text where it has none.

    texts: types of columns that are to be text although Arrow has one for them.
    names: field -> what the file calls it, where that differs.
    """
    import pyarrow as pa

    kinds: Mapping[str, Any] = {
        "smallint": pa.int16(),
        "integer": pa.int32(),
        "bigint": pa.int64(),
        "real": pa.float64(),
        "double precision": pa.float64(),
        "numeric": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp with time zone": pa.timestamp("us", tz="UTC"),
        "time without time zone": pa.time64("us"),
    }

    def kind(name: str) -> Any:
        if name in texts:
            return pa.string()
        return pa.list_(kind(name.removesuffix("[]"))) if name.endswith("[]") else kinds.get(name, pa.string())

    wkb = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": json.dumps({"crs": STORED})}
    fields = [pa.field(names.get(column.name, column.name), kind(column.type)) for column in columns]
    return pa.schema([*fields, pa.field(SHAPE, pa.binary(), metadata=wkb)])


def batch_of(part: Features, schema: "Schema") -> "RecordBatch":
    """Some features as Arrow has them, by the schema of their columns."""
    return record_of([part.values[column.name] for column in part.columns], shapely.to_wkb(part.geometries), schema)


def record_of(columns: Sequence[Iterable[object]], wkb: Iterable[bytes | None], schema: "Schema") -> "RecordBatch":
    """Columns of values, by their schema, with the shape of each row."""
    import pyarrow as pa

    fields = list(schema)[:-1]
    arrays = [pa.array(_fit(column, field.type), field.type) for column, field in zip(columns, fields, strict=True)]
    return pa.record_batch([*arrays, pa.array(list(wkb), pa.binary())], schema=schema)


def _fit(values: Iterable[object], kind: "DataType") -> list[object]:
    """Decimals as the doubles that the file has for them, and anything that it has no type for as text."""
    from pyarrow import types

    if types.is_float64(kind):
        return [None if value is None else float(value) for value in values]  # type: ignore[arg-type]
    return [None if value is None else _text(value) for value in values] if types.is_string(kind) else list(values)


def _text(value: object) -> str:
    return joined(value) if isinstance(value, (list, tuple)) else str(value)

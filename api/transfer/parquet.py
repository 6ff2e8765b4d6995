"""GeoParquet by pyarrow: read whatever writer it is of, written some thousand rows at a time."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from api.transfer.arrow import SHAPE, batch_of, schema_of
from api.transfer.faults import none_yet
from api.transfer.features import Stream
from api.transfer.source import Content, Values
from api.transfer.vector import parsed
from layers.crs import STORED, WIRE, known
from layers.errors import BadFile, BadInput, TooLarge

if TYPE_CHECKING:  # else imported where it is called, for the server starts without it
    from pyarrow import Array, DataType, Field, RecordBatch, Schema
    from pyarrow.parquet import ParquetFile

__all__ = ["geo_metadata", "read_parquet", "write_parquet"]

_GEO = b"geo"
_SHAPES = ("geometry", "geom", "wkb", "wkb_geometry", "the_geom", "shape", "图形", "几何")
_AT_ONCE = 1_000
_MOST_COLUMNS, _MOST_ROWS, _MOST_CELLS, _MOST_BYTES = 2_000, 5_000_000, 200_000_000, 8_000_000_000


class _Placed(NamedTuple):
    """The column that holds the shapes: its name, how they are encoded, the system, and columns derived from it."""

    column: str
    encoding: str
    crs: str | None
    derived: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def read_parquet(path: Path) -> Content:
    """The rows of a Parquet file with geometry; raises BadFile for a broken one, BadInput without geometry, TooLarge.

    The system is that of its metadata, WGS84 where these leave it out, as the format says; without metadata it is None.
    """
    with _opened(path) as file:
        _check_size(file, path.name)
        placed = _placed(file, path.name)
        kept, left_out = _columns(file.schema_arrow, placed)
        columns: dict[str, list[object]] = {name: [] for name in kept}
        shapes: list[bytes | None] = []
        for batch in _batches(file, [*kept, *([placed.column] if placed.encoding == "WKB" else [])], path.name):
            for name, values in columns.items():
                values += _told(batch.column(name))
            if placed.encoding == "WKB":
                shapes += batch.column(placed.column).to_pylist()
        geometries, faults, closed = _shapes(path, placed, shapes)
    notes = [*placed.notes, *([f"未读取的列(嵌套或二进制):{'、'.join(left_out)}"] if left_out else [])]
    fields = {name: _objects(values) for name, values in columns.items()}
    return Content(fields, geometries, faults, placed.crs, notes, +Counter({"闭合未闭合的环": closed}))


def write_parquet(stream: Stream, path: Path) -> list[str]:
    """Write features, each part of them as one row group; there is nothing that the format could not hold."""
    from pyarrow.parquet import ParquetWriter

    schema = schema_of(stream.columns)
    with ParquetWriter(path, schema, compression="zstd") as writer:
        for part in stream.parts:
            if len(part):
                writer.write_batch(batch_of(part, schema), row_group_size=len(part))
        writer.add_key_value_metadata({_GEO.decode(): json.dumps(geo_metadata(SHAPE, STORED, stream.kinds))})
    return []


def geo_metadata(column: str, crs: str, kinds: Iterable[str] = ()) -> dict[str, Any]:
    """The metadata of GeoParquet 1.1 for a column of WKB, by the kinds of its geometries; none where they are unknown.

    Source: https://geoparquet.org/releases/v1.1.0/

    >>> geo_metadata("geometry", STORED)["columns"]["geometry"]["crs"]["id"]
    {'authority': 'EPSG', 'code': 4490}
    """
    told = {"encoding": "WKB", "geometry_types": sorted(kinds), "crs": known(crs).to_json_dict()}
    return {"version": "1.1.0", "primary_column": column, "columns": {column: told}}


@contextmanager
def _opened(path: Path) -> "Iterator[ParquetFile]":
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            yield file
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        said = str(error).splitlines()[0][:160]
        raise BadFile(f"{path.name} 被截断、已损坏或不是 Parquet({said}):请重新获取或另存。") from error


def _check_size(file: "ParquetFile", name: str) -> None:
    rows, columns = file.metadata.num_rows, len(file.schema_arrow.names)
    if columns > _MOST_COLUMNS:
        raise TooLarge(f"{name} 有 {columns:,} 列,上限 {_MOST_COLUMNS:,}:请只留下要导入的列。")
    # Equal values take hardly any room in the file, so that its own size says nothing.
    if rows > _MOST_ROWS or rows * columns > _MOST_CELLS:
        raise TooLarge(
            f"{name} 有 {rows:,} 行 {columns:,} 列,上限 {_MOST_ROWS:,} 行、{_MOST_CELLS:,} 格:请拆成几个文件。"
        )


def _batches(file: "ParquetFile", columns: list[str], name: str) -> "Iterator[RecordBatch]":
    size = 0
    for batch in file.iter_batches(batch_size=_AT_ONCE, columns=columns):
        size += batch.nbytes
        if size > _MOST_BYTES:
            raise TooLarge(f"{name} 读出的数据超过 {_MOST_BYTES:,} 字节:请拆成几个文件。")
        yield batch


def _placed(file: "ParquetFile", name: str) -> _Placed:
    told = (file.metadata.metadata or {}).get(_GEO)
    if told is None:
        return _guessed(file.schema_arrow, name)
    try:
        geo = json.loads(told)
        column = str(geo["primary_column"])
        about = geo["columns"][column]
        crs = about.get("crs", WIRE)
        covering = about.get("covering", {}).values()
        derived = frozenset(str(path[0]) for one in covering for path in one.values())
        encoding = str(about["encoding"])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BadFile(f"{name} 的 geo 元数据有误({str(error)[:80]}):请用 GeoPandas、QGIS 或 GDAL 重新导出。") from error
    if column not in file.schema_arrow.names:
        raise BadFile(f"{name} 的 geo 元数据所说的图形列 {column[:40]!r} 不在文件里:请重新导出。")
    notes = ("边按平面直线读取,文件说是球面上的",) if about.get("edges") == "spherical" else ()
    return _Placed(column, encoding, json.dumps(crs) if isinstance(crs, dict) else crs, derived, notes)


def _guessed(schema: "Schema", name: str) -> _Placed:
    """The column of shapes of a file without metadata: one that Arrow says is one, or of bytes under a usual name."""
    from pyarrow import types

    binary = [field for field in schema if types.is_binary(field.type) or types.is_large_binary(field.type)]
    marked = [field for field in binary if (field.metadata or {}).get(b"ARROW:extension:name") == b"geoarrow.wkb"]
    named = [field for usual in _SHAPES for field in binary if field.name.casefold() == usual]
    field = next(iter([*marked, *named]), None)
    if field is None:
        raise BadInput(
            f"{name} 没有 geo 元数据,也没有 WKB 图形列(如 {'、'.join(_SHAPES[:3])}):"
            "请用 GeoPandas、QGIS 或 GDAL 另存为 GeoParquet。"
        )
    crs = _arrow_crs(field)
    note = f"文件没有 geo 元数据:列 {field.name} 按 WKB 读取"
    return _Placed(field.name, "WKB", crs, notes=(note,))


def _arrow_crs(field: "Field") -> str | None:
    try:
        crs = json.loads((field.metadata or {}).get(b"ARROW:extension:metadata", b"{}")).get("crs")
    except (ValueError, AttributeError):
        return None
    return json.dumps(crs) if isinstance(crs, dict) else crs if isinstance(crs, str) else None


def _columns(schema: "Schema", placed: _Placed) -> tuple[list[str], list[str]]:
    """The columns of plain values or lists of such, and those that are not."""
    others = [field for field in schema if field.name not in {placed.column, *placed.derived}]
    kept = [field.name for field in others if _is_plain(field.type)]
    return kept, [field.name for field in others if field.name not in kept]


def _is_plain(kind: "DataType") -> bool:
    from pyarrow import types

    if types.is_dictionary(kind) or types.is_list(kind) or types.is_large_list(kind):
        return _is_plain(kind.value_type)
    odd = (types.is_nested, types.is_duration, types.is_interval, types.is_binary, types.is_large_binary)
    return not (any(test(kind) for test in odd) or types.is_fixed_size_binary(kind) or types.is_binary_view(kind))


def _told(column: "Array") -> list[object]:
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":  # finer than Python's clock, and anyone's need
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    values: list[object] = column.to_pylist()
    return values


def _shapes(path: Path, placed: _Placed, wkb: list[bytes | None]) -> tuple[Values, Values, int]:
    if placed.encoding == "WKB":
        return parsed(_objects(list(wkb)))
    from geopandas import read_parquet as read_native

    try:
        drawn = read_native(path, columns=[placed.column])
    except (ValueError, TypeError, NotImplementedError, KeyError) as error:
        raise BadFile(f"{path.name} 的图形编码 {placed.encoding[:40]!r} 读不出:请以 WKB 编码另存。") from error
    geometries = np.asarray(drawn[placed.column].values, dtype=object)
    return geometries, none_yet(len(geometries)), 0


def _objects(values: list[Any]) -> Values:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column

"""Features as files of other programs: written in pieces, so that a million take no more memory than a few thousand.

CSV by Python's own writer; FlatGeobuf and GeoPackage by GDAL, which reads a stream of Arrow batches; GeoParquet by
pyarrow. In files easting comes before northing, whatever the system says: GeoParquet demands it, GDAL expects it.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Any, NamedTuple

from api.access.columns import Column
from api.features import gdal
from api.features.rows import Parts
from api.features.systems import CRS84, System
from api.features.terms import kind_of
from api.limits import FILES_AT_ONCE, POOL_WAIT_S
from api.transfer.formulas import inert
from layers.crs import DEVICE
from layers.errors import NotReady

__all__ = ["FORMATS", "FileFormat", "Table", "made", "turn"]

_GROUP_ROWS, _GROUP_BYTES = 5000, 16 * 2**20
_SHAPE = "geom"
_TURNS = BoundedSemaphore(FILES_AT_ONCE)
_KINDS = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}


@dataclass
class Table:
    """Features as rows, read once: (id, shape, *columns). After `limit` of them nothing is taken any more.

    kind: of all geometries, such as MultiPolygon; Geometry where they are mixed.  system: of the coordinates.
    """

    name: str
    columns: Sequence[Column]
    kind: str
    system: System
    limit: int
    parts: Parts
    count: int = 0
    last: int = field(default=0)
    more: bool = False

    def rows(self) -> Iterator[Sequence[Any]]:
        """The rows, some at a time; afterwards `count`, `last` and `more` tell what there was."""
        for part in self.parts:
            kept = part[: self.limit - self.count]
            self.more = self.more or len(kept) < len(part)
            if kept:
                self.count, self.last = self.count + len(kept), kept[-1][0]
                yield kept

    def groups(self) -> Iterator[Sequence[Any]]:
        """The rows some thousands at a time, fewer where they are large."""
        group: list[Any] = []
        size = 0
        for part in self.rows():
            group += part
            size += sum(len(row[1] or b"") for row in part)
            if len(group) >= _GROUP_ROWS or size >= _GROUP_BYTES:
                yield group
                group, size = [], 0
        if group:
            yield group


class FileFormat(NamedTuple):
    """One form of file: its media type and suffix, the query that writes shapes for it, and what writes it."""

    media_type: str
    suffix: str
    shape: str
    write: Callable[[Table, Path], None]


def _csv(table: Table, path: Path) -> None:
    # With a mark at its beginning, by which Excel knows that it is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["id", *(column.name for column in table.columns), "wkt"])
        for part in table.rows():
            lines.writerows([row[0], *map(_plain, row[2:]), row[1]] for row in part)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _parquet(table: Table, path: Path) -> None:
    import pyarrow.parquet as pq

    from api.transfer.parquet import geo_metadata

    schema = _schema(table)
    kinds = [table.kind] if table.kind in _KINDS else []
    geo = geo_metadata(_SHAPE, table.system.code, kinds)
    with pq.ParquetWriter(path, schema.with_metadata({"geo": json.dumps(geo)}), compression="zstd") as writer:
        for batch in _batches(table, schema):
            writer.write_batch(batch)


def _by_gdal(driver: str) -> Callable[[Table, Path], None]:
    def write(table: Table, path: Path) -> None:
        schema = _schema(table)
        kind = table.kind if table.kind in _KINDS else "Unknown"
        # Files know CRS84 by the number of WGS84, and keep longitude first for either.
        crs = DEVICE if table.system.code == CRS84.code else table.system.code
        gdal.write(_batches(table, schema), schema, gdal.Target(str(path), driver, table.name, kind, crs))

    return write


def _batches(table: Table, schema: Any) -> Iterator[Any]:
    import pyarrow as pa

    for part in table.groups():
        identifiers, shapes, *values = zip(*part, strict=True)
        columns = [identifiers, *values, [None if shape is None else bytes(shape) for shape in shapes]]
        arrays = [pa.array(_fit(column, one.type), one.type) for column, one in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _fit(values: Sequence[Any], kind: Any) -> Sequence[Any]:
    """Decimals as the doubles that files have for them."""
    import pyarrow as pa

    if not pa.types.is_float64(kind):
        return values
    return [None if value is None else float(value) for value in values]


def _schema(table: Table) -> Any:
    import pyarrow as pa

    types: Mapping[str, Any] = {
        "text": pa.string(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "time": pa.timestamp("us", tz="UTC"),
    }
    whole = {"smallint": pa.int32(), "integer": pa.int32(), "bigint": pa.int64()}
    fields = [pa.field("id", pa.int64(), nullable=False)]
    fields += [
        pa.field(column.name, whole.get(column.type, types.get(kind_of(column) or "text"))) for column in table.columns
    ]
    wkb = {"ARROW:extension:name": "geoarrow.wkb"}
    return pa.schema([*fields, pa.field(_SHAPE, pa.binary(), metadata=wkb)])


FORMATS: Mapping[str, FileFormat] = {
    "csv": FileFormat("text/csv; charset=utf-8", "csv", "items_wkt", _csv),
    "fgb": FileFormat("application/flatgeobuf", "fgb", "items_wkb", _by_gdal("FlatGeobuf")),
    "parquet": FileFormat("application/vnd.apache.parquet", "parquet", "items_wkb", _parquet),
    "gpkg": FileFormat("application/geopackage+sqlite3", "gpkg", "items_wkb", _by_gdal("GPKG")),
}
"""By what `f` calls them."""


@contextmanager
def turn(format: str) -> Iterator[None]:
    """A turn to make a file, if the format is of one; raises NotReady where too many are being made."""
    if format not in FORMATS:
        yield
        return
    if not _TURNS.acquire(timeout=POOL_WAIT_S):
        raise NotReady(f"正在生成的文件已有 {FILES_AT_ONCE} 个:请稍后再试,或用 bbox、filter、limit 缩小范围。")
    try:
        yield
    finally:
        _TURNS.release()


def made(table: Table, format: FileFormat, finish: Callable[[Path], None]) -> IO[bytes]:
    """The file, open from its beginning; it is gone from the disk once it is closed. finish: what completes it."""
    with tempfile.TemporaryDirectory(prefix="huashan-items-") as folder:
        path = Path(folder) / f"{table.name}.{format.suffix}"
        format.write(table, path)
        finish(path)
        return io.BufferedReader(io.FileIO(path))

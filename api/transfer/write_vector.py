"""Writing features to the formats of geographic data, through GDAL; GeoJSON apart, which GDAL rounds."""

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyogrio
import shapely

from api.qgis.geopackage import add_styles
from api.transfer.arrow import SHAPE, batch_of, schema_of
from api.transfer.columns import short_names
from api.transfer.features import Features, Stream
from api.transfer.values import joined
from layers.crs import STORED, Geometries
from layers.errors import BadInput

if TYPE_CHECKING:  # else imported where it is called, for the server starts without it
    from pyarrow import RecordBatch, Schema

__all__ = [
    "Target", "write_batches", "write_fgb", "write_geojson", "write_gpkg", "write_shapefile", "write_through_gdal",
    "write_zip",
]  # fmt: skip

_DBF_BYTES = 254
_DBF_TYPES = {"smallint", "integer", "bigint", "real", "double precision", "numeric", "boolean", "date"}
"""Types that a shapefile has as such; all others are texts in it."""
_KINDS = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}
_IN_ONE = {
    "Point": {"Point"},
    "MultiPoint": {"Point", "MultiPoint"},
    "LineString": {"LineString", "MultiLineString"},
    "Polygon": {"Polygon", "MultiPolygon"},
}
"""What a shapefile of each kind may hold."""
_TIMES = {"timestamp with time zone", "time without time zone"}
"""Types of which GDAL keeps milliseconds, where a text keeps all."""
_EXACT = "17"
"""Digits that any double needs to be read back as it was."""


def write_geojson(stream: Stream, path: Path) -> list[str]:
    """Write GeoJSON; there is nothing that it could not hold.

    CGCS2000 and WGS84 differ by centimetres and share their numbers; GeoJSON has only the latter.
    """
    before = ""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for part in stream.parts:
            for row, shape in enumerate(shapely.to_geojson(part.geometries)):
                properties = {column.name: _json_value(part.values[column.name][row]) for column in part.columns}
                told = json.dumps(properties, ensure_ascii=False)
                file.write(f'{before}\n{{"type": "Feature", "properties": {told}, "geometry": {shape}}}')
                before = ","
        file.write("\n]}\n")
    return []


def write_gpkg(stream: Stream, path: Path) -> list[str]:
    """Write a GeoPackage with one layer, named as the layer is, and its look; it can hold everything."""
    write_through_gdal(stream, path, Target("GPKG", _kind(stream.layer.geometry)))
    add_styles(path, stream.layer)
    return []


def write_fgb(stream: Stream, path: Path) -> list[str]:
    """Write a FlatGeobuf with its spatial index, which puts the features in an order of its own."""
    write_through_gdal(stream, path, Target("FlatGeobuf", _kind(stream.layer.geometry)))
    return []


def _kind(geometry: str) -> str:
    return geometry if geometry in _KINDS else "Unknown"


def write_shapefile(stream: Stream, path: Path) -> list[str]:
    """Write a shapefile; answers which names and texts it had to cut. Raises BadInput for a mixture of geometries."""
    kind = next((name for name, held in _IN_ONE.items() if stream.kinds <= held), None)
    if kind is None:
        raise BadInput("shapefile 一个文件只能有一种图形(点、线、面之一),此图层混有几种:请导出为 .gpkg 或 .geojson。")
    names = short_names([column.name for column in stream.columns])
    texts = {column.type for column in stream.columns} - _DBF_TYPES
    long: Counter[str] = Counter()
    cut = replace(stream, parts=(_cut(part, kind, long) for part in stream.parts))
    write_through_gdal(cut, path, Target("ESRI Shapefile", kind, texts=texts, names=names, layer=path.stem))
    renamed = [f"{name}→{short}" for name, short in names.items() if name != short]
    remarks = [f"字段名缩短(导入时自动还原):{'、'.join(renamed)}"] if renamed else []
    for title, count in long.items():
        remarks.append(f"字段 {title} 有 {count} 处文字超过 {_DBF_BYTES} 字节,已截短(shapefile 的上限)")
    return remarks


def write_zip(stream: Stream, path: Path) -> list[str]:
    """Write a shapefile packed in one file."""
    with tempfile.TemporaryDirectory(prefix="huashan-shp-") as folder:
        remarks = write_shapefile(stream, Path(folder) / f"{path.name.split('.')[0]}.shp")
        made = shutil.make_archive(str(path.with_suffix("")), "zip", folder)
    if Path(made) != path:
        os.replace(made, path)
    return remarks


class Target(NamedTuple):
    """How GDAL is to write: its driver, the kind of geometries, the system of coordinates.

    texts: types of columns that are to be text.  names: field -> what the file calls it, where that differs.
    layer: its name in the file, by default the layer's own.
    """

    driver: str
    kind: str
    crs: str = STORED
    texts: Container[str] = frozenset(_TIMES)
    names: Mapping[str, str] = MappingProxyType({})
    layer: str | None = None


def write_through_gdal(stream: Stream, path: Path, target: Target) -> None:
    """Write a stream by one of GDAL's drivers, numbers and days as such where it is to have them."""
    schema = schema_of(stream.columns, texts=target.texts, names=target.names)
    batches = (batch_of(part, schema) for part in stream.parts)
    write_batches(schema, batches, path, target._replace(layer=target.layer or stream.layer.id))


def write_batches(schema: "Schema", batches: Iterable["RecordBatch"], path: Path, target: Target) -> None:
    """Write what Arrow has as one layer of a file, beside those that it has already where its format has several."""
    from pyarrow import RecordBatchReader

    with _exact_text():
        pyogrio.write_arrow(
            RecordBatchReader.from_batches(schema, batches), path, driver=target.driver, crs=target.crs,
            layer=target.layer, geometry_name=SHAPE, geometry_type=target.kind, encoding="UTF-8",
        )  # fmt: skip


@contextmanager
def _exact_text() -> Iterator[None]:
    """Coordinates that are written as text, as in KML, are read as the very numbers they were."""
    before = pyogrio.get_gdal_config_option("OGR_WKT_PRECISION")
    pyogrio.set_gdal_config_options({"OGR_WKT_PRECISION": _EXACT})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_WKT_PRECISION": before})


def _json_value(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, (bool, int, float)) else _text(value)


def _text(value: object) -> str:
    return joined(value) if isinstance(value, (list, tuple)) else str(value)


def _cut(part: Features, kind: str, long: Counter[str]) -> Features:
    """A part as a shapefile holds it. long: by title how many texts were too long, which is added to."""
    values = dict(part.values)
    for column in part.columns:
        texts = values[column.name]
        rows = [row for row, text in enumerate(texts) if isinstance(text, str) and len(text.encode()) > _DBF_BYTES]
        if rows:
            values[column.name] = texts.copy()
            values[column.name][rows] = [text.encode()[:_DBF_BYTES].decode(errors="ignore") for text in texts[rows]]
            long[column.title] += len(rows)
    return replace(part, values=values, geometries=_multi(part.geometries) if kind == "MultiPoint" else part.geometries)


def _multi(points: Geometries) -> Geometries:
    return np.array([shapely.MultiPoint(shapely.get_coordinates(one)) for one in points], dtype=object)

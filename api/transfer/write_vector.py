"""Writing features to the formats of geographic data, through GDAL; GeoJSON apart, which GDAL rounds."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely

from api.qgis.geopackage import add_styles
from api.transfer.arrow import SHAPE, batch_of, schema_of
from api.transfer.columns import short_names
from api.transfer.features import Features, peeked
from api.transfer.source import Values
from api.transfer.values import joined
from layers.crs import STORED, Geometries
from layers.errors import BadInput

if TYPE_CHECKING:
    from pyarrow import RecordBatch

__all__ = ["write_fgb", "write_geojson", "write_gpkg", "write_shapefile", "write_through_gdal", "write_zip"]

_DBF_BYTES = 254
_KINDS = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}
_TIMES = {"timestamp with time zone", "time without time zone"}
"""Types of which GDAL keeps milliseconds, where a text keeps all."""
_EXACT = "17"
"""Digits that any double needs to be read back as it was."""


def write_geojson(parts: Iterable[Features], path: Path) -> int:
    """Write GeoJSON; answers how many features.

    CGCS2000 and WGS84 differ by centimetres and share their numbers; GeoJSON has only the latter.
    """
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for part in parts:
            for row, shape in enumerate(shapely.to_geojson(part.geometries)):
                properties = {column.name: _json_value(part.values[column.name][row]) for column in part.columns}
                told = json.dumps(properties, ensure_ascii=False)
                file.write(f'{"," if count else ""}\n{{"type": "Feature", "properties": {told}, "geometry": {shape}}}')
                count += 1
        file.write("\n]}\n")
    return count


def write_gpkg(parts: Iterable[Features], path: Path) -> int:
    """Write a GeoPackage with one layer, named as the layer is, and its look; answers how many features."""
    first, all_parts = peeked(parts)
    count = _stream(all_parts, path, "GPKG")
    add_styles(path, first.layer)
    return count


def write_fgb(parts: Iterable[Features], path: Path) -> int:
    """Write a FlatGeobuf with its spatial index, which puts the features in an order of its own; answers how many."""
    return _stream(parts, path, "FlatGeobuf")


def _stream(parts: Iterable[Features], path: Path, driver: str) -> int:
    from pyarrow import RecordBatchReader

    first, all_parts = peeked(parts)
    schema, count = schema_of(first.columns, texts=_TIMES), 0

    def batches() -> "Iterator[RecordBatch]":
        nonlocal count
        for part in all_parts:
            count += len(part)
            yield batch_of(part, schema)

    pyogrio.write_arrow(
        RecordBatchReader.from_batches(schema, batches()), path, driver=driver, layer=first.layer.id, crs=STORED,
        geometry_name=SHAPE, geometry_type=first.layer.geometry if first.layer.geometry in _KINDS else "Unknown",
    )  # fmt: skip
    return count


def write_shapefile(features: Features, path: Path) -> list[str]:
    """Write a shapefile; answers which names and texts it had to cut. Raises BadInput for a mixture of geometries."""
    kinds = {"Point": {0}, "MultiPoint": {0, 4}, "MultiLineString": {1, 5}, "MultiPolygon": {3, 6}}
    present = {int(kind) for kind in np.unique(shapely.get_type_id(features.geometries))}
    kind = next((name for name, held in kinds.items() if present <= held), None)
    if kind is None:
        raise BadInput("shapefile 一个文件只能有一种图形(点、线、面之一),此图层混有几种:请导出为 .gpkg 或 .geojson。")
    names = short_names([column.name for column in features.columns])
    values, remarks = _cut_long(features)
    shortened = Features(features.layer, features.columns, values, _multi(features.geometries, kind))
    write_through_gdal(
        shortened, path, "ESRI Shapefile", STORED, names=names, kind=kind.removeprefix("Multi"), encoding="UTF-8"
    )
    renamed = [f"{name}→{short}" for name, short in names.items() if name != short]
    return ([f"字段名缩短(导入时自动还原):{'、'.join(renamed)}"] if renamed else []) + remarks


def write_zip(features: Features, path: Path) -> list[str]:
    """Write a shapefile packed in one file."""
    with tempfile.TemporaryDirectory(prefix="huashan-shp-") as folder:
        remarks = write_shapefile(features, Path(folder) / f"{path.name.split('.')[0]}.shp")
        made = shutil.make_archive(str(path.with_suffix("")), "zip", folder)
    if Path(made) != path:
        os.replace(made, path)
    return remarks


def write_through_gdal(
    features: Features,
    path: Path,
    driver: str,
    crs: str,
    *,
    names: Mapping[str, str] | None = None,
    kind: str | None = None,
    encoding: str | None = None,
) -> None:
    """Write features by one of GDAL's drivers, numbers and days as such where the driver has them.

    names: field -> what the file calls it, where that differs. kind: of the geometries, by default as they are.
    """
    typed = [_typed(features.values[column.name], column.type) for column in features.columns]
    present = {str(one.geom_type) for one in features.geometries}
    with _exact_text():
        pyogrio.raw.write(
            path,
            np.asarray(shapely.to_wkb(features.geometries), dtype=object),
            [array for array, _ in typed],
            [names[column.name] if names else column.name for column in features.columns],
            field_mask=[mask for _, mask in typed],
            layer=None if driver == "ESRI Shapefile" else features.layer.id,
            driver=driver,
            geometry_type=kind or (present.pop() if len(present) == 1 else "Unknown"),
            crs=crs,
            encoding=encoding,
        )


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


def _cut_long(features: Features) -> tuple[dict[str, Values], list[str]]:
    values, remarks = dict(features.values), []
    for column in features.columns:
        texts = features.values[column.name]
        long = [row for row, text in enumerate(texts) if isinstance(text, str) and len(text.encode()) > _DBF_BYTES]
        if long:
            values[column.name] = texts.copy()
            values[column.name][long] = [text.encode()[:_DBF_BYTES].decode(errors="ignore") for text in texts[long]]
            remarks.append(f"字段 {column.title} 有 {len(long)} 处文字超过 {_DBF_BYTES} 字节,已截短(shapefile 的上限)")
    return values, remarks


def _multi(geometries: Geometries, kind: str) -> Geometries:
    if kind != "MultiPoint":
        return geometries
    return np.array([shapely.MultiPoint(shapely.get_coordinates(one)) for one in geometries], dtype=object)


def _typed(values: Values, kind: str) -> tuple[Values, Values]:
    """Values as the array that GDAL writes as this type, and (n,) bool where there is none."""
    missing = np.array([value is None for value in values], dtype=bool)
    array, blank = _ARRAYS.get(kind, ("object", None))
    made = np.full(len(values), blank, dtype=array)
    for row in np.flatnonzero(~missing):
        made[row] = values[row] if array != "object" else _text(values[row])
    return made, missing


_ARRAYS: dict[str, tuple[str, object]] = {
    "smallint": ("int32", 0),
    "integer": ("int32", 0),
    "bigint": ("int64", 0),
    "real": ("float64", np.nan),
    "double precision": ("float64", np.nan),
    "numeric": ("float64", np.nan),
    "boolean": ("bool", False),
    "date": ("datetime64[D]", np.datetime64("NaT")),
}

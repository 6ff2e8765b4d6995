"""Writing a layer to a file that imports again unchanged, as far as the format can hold it."""

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from sqlalchemy import Connection

from api.transfer.columns import Column, shape_of, short_names
from api.transfer.faults import none_yet
from api.transfer.formulas import inert
from api.transfer.source import Values
from api.transfer.statement import listed, run, table_of
from api.transfer.tables import TABLE_SUFFIXES, file_shape, table_rows
from api.transfer.values import joined
from api.transfer.workbook import write_workbook
from layers import query
from layers.catalogue import Layer
from layers.crs import STORED, STORED_SRID, Bounds, Geometries
from layers.errors import BadInput, Conflict, NotFound

FORMATS = ".geojson、.gpkg、.shp、.zip(打包的 shapefile)、.csv、.xlsx"
_DBF_BYTES = 254


@dataclass(frozen=True)
class Features:
    """A layer's features that are true today: columns with their (n,) values, and (n,) geometries in STORED.

    table: whether they are rows without geometry, which is None then.
    """

    layer: Layer
    columns: list[Column]
    values: dict[str, Values]
    geometries: Geometries
    table: bool = False

    def __len__(self) -> int:
        return len(self.geometries)


@dataclass
class Exported:
    """What was written: files, number of features, and what the format could not hold."""

    files: list[Path]
    features: int
    remarks: list[str] = field(default_factory=list)


def read_features(connection: Connection, layer: Layer, bounds: Bounds | None = None) -> Features:
    """A layer's features that are true today, within a box where one is given."""
    now = str(query.value(connection, "deployment/transfer_now", table=layer.table))
    shape, today = shape_of(connection, layer), shape_of(connection, layer, relation=now)
    if not {column.name for column in shape.fields} <= {column.name for column in today.fields}:
        shape = today  # a derived layer that shows other things than its table holds
    parts = {"columns": listed([column.name for column in shape.fields]), "now": table_of(now)}
    box = bounds._asdict() if bounds else dict.fromkeys(Bounds._fields)
    found = run(connection, "export", parts, **box).all()
    table = np.empty((len(found), len(shape.fields) + 1), dtype=object)
    for number, row in enumerate(found):
        table[number, :] = [bytes(value) if isinstance(value, memoryview) else value for value in row]
    values = {column.name: table[:, place] for place, column in enumerate(shape.fields)}
    return Features(layer, list(shape.fields), values, np.asarray(shapely.from_wkb(table[:, -1])))


def read_rows(connection: Connection, layer: Layer) -> Features:
    """The rows that are true today of what is handed out as a table without geometry."""
    shape = file_shape(layer, shape_of(connection, layer))
    found = table_rows(connection, layer)
    values = {column.name: _column([row[column.name] for row in found]) for column in shape.fields}
    return Features(layer, list(shape.fields), values, none_yet(len(found)), table=True)


def _column(values: list[object]) -> Values:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def write_features(features: Features, path: Path, *, force: bool = False) -> Exported:
    """Write features to a file, in the format of its suffix; complete, or not at all.

    Raises BadInput for an unknown suffix or a mixture that the format cannot hold, Conflict where the file exists.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise BadInput(f"不认识导出格式 {path.suffix or path.name!r}:请用后缀 {FORMATS}。")
    if features.table and path.suffix.lower() not in TABLE_SUFFIXES:
        named = " 或 ".join(TABLE_SUFFIXES)
        raise BadInput(f"{features.layer.id}({features.layer.title.zh})没有图形,只能导出为表格:请用后缀 {named}。")
    if not path.parent.is_dir():
        raise NotFound(f"没有文件夹 {path.parent}:请先建立。")
    with tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as folder:
        remarks = write(features, Path(folder) / path.name)
        made = sorted(Path(folder).iterdir())
        targets = [path.parent / one.name for one in made]
        standing = [target.name for target in targets if target.exists()]
        if standing and not force:
            raise Conflict(f"文件已存在:{'、'.join(standing)}。要覆盖请加 --force。")
        for one, target in zip(made, targets, strict=True):
            os.replace(one, target)
    return Exported(targets, len(features), remarks)


def _geojson(features: Features, path: Path) -> list[str]:
    # Written here, for GDAL rounds. CGCS2000 and WGS84 differ by centimetres and share their numbers; GeoJSON has
    # only the latter.
    names = [column.name for column in features.columns]
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for row, shape in enumerate(shapely.to_geojson(features.geometries)):
            properties = {name: _json_value(features.values[name][row]) for name in names}
            told = json.dumps(properties, ensure_ascii=False)
            file.write(f'{"," if row else ""}\n{{"type": "Feature", "properties": {told}, "geometry": {shape}}}')
        file.write("\n]}\n")
    return []


def _json_value(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _gpkg(features: Features, path: Path) -> list[str]:
    _write(features, path, "GPKG", STORED, layer=features.layer.id)
    return []


def _shapefile(features: Features, path: Path) -> list[str]:
    kinds = {"Point": {0}, "MultiPoint": {0, 4}, "MultiLineString": {1, 5}, "MultiPolygon": {3, 6}}
    present = {int(kind) for kind in np.unique(shapely.get_type_id(features.geometries))}
    kind = next((name for name, held in kinds.items() if present <= held), None)
    if kind is None:
        raise BadInput("shapefile 一个文件只能有一种图形(点、线、面之一),此图层混有几种:请导出为 .gpkg 或 .geojson。")
    names = short_names([column.name for column in features.columns])
    values, remarks = _cut_long(features)
    shortened = Features(features.layer, features.columns, values, _multi(features.geometries, kind))
    _write(shortened, path, "ESRI Shapefile", STORED, names=names, kind=kind.removeprefix("Multi"), encoding="UTF-8")
    renamed = [f"{name}→{short}" for name, short in names.items() if name != short]
    return ([f"字段名缩短(导入时自动还原):{'、'.join(renamed)}"] if renamed else []) + remarks


def _zip(features: Features, path: Path) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="huashan-shp-") as folder:
        remarks = _shapefile(features, Path(folder) / f"{path.name.split('.')[0]}.shp")
        made = shutil.make_archive(str(path.with_suffix("")), "zip", folder)
    if Path(made) != path:
        os.replace(made, path)
    return remarks


def _csv(features: Features, path: Path) -> list[str]:
    points = bool(len(features)) and not features.table and bool((shapely.get_type_id(features.geometries) == 0).all())
    head = ["lon", "lat"] if points else [] if features.table else ["wkt"]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([*(column.name for column in features.columns), *head])
        columns = [[_plain(value) for value in features.values[column.name]] for column in features.columns]
        if not features.table:
            columns += _coordinates(features.geometries) if points else [_ewkt(features.geometries)]
        lines.writerows(zip(*columns, strict=True))
    return []


def _xlsx(features: Features, path: Path) -> list[str]:
    points = features.table or not len(features) or bool((shapely.get_type_id(features.geometries) == 0).all())
    if not points:
        raise BadInput("xlsx 一格放不下线和面的图形:请导出为 .csv、.gpkg 或 .geojson。")
    names = [column.name for column in features.columns]
    columns = [features.values[name].tolist() for name in names]
    if not features.table:
        names += ["lon", "lat"]
        columns += shapely.get_coordinates(features.geometries).T.tolist()
    write_workbook(path, names, columns, features.layer.title.zh)
    return []


def _coordinates(points: Geometries) -> list[list[str]]:
    xy = shapely.get_coordinates(points)
    return [[repr(float(x)) for x in xy[:, 0]], [repr(float(y)) for y in xy[:, 1]]]


def _ewkt(geometries: Geometries) -> list[str]:
    texts = shapely.to_wkt(geometries, rounding_precision=-1)
    return [f"SRID={STORED_SRID};{text}" for text in texts]


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else inert(joined(value) if isinstance(value, list) else str(value))


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


def _write(
    features: Features,
    path: Path,
    driver: str,
    crs: str,
    *,
    names: dict[str, str] | None = None,
    kind: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    **options: object,
) -> None:
    arrays, masks = [], []
    for column in features.columns:
        array, mask = _typed(features.values[column.name], column.type)
        arrays.append(array)
        masks.append(mask)
    present = {str(one.geom_type) for one in features.geometries}
    pyogrio.raw.write(
        path,
        np.asarray(shapely.to_wkb(features.geometries), dtype=object),
        arrays,
        [names[column.name] if names else column.name for column in features.columns],
        field_mask=masks,
        layer=layer,
        driver=driver,
        geometry_type=kind or (present.pop() if len(present) == 1 else "Unknown"),
        crs=crs,
        encoding=encoding,
        **options,
    )


def _typed(values: Values, kind: str) -> tuple[Values, Values]:
    """Values as the array that GDAL writes as this type, and (n,) bool where there is none."""
    missing = np.array([value is None for value in values], dtype=bool)
    array, blank = _ARRAYS.get(kind, ("object", None))
    made = np.full(len(values), blank, dtype=array)
    for row in np.flatnonzero(~missing):
        made[row] = values[row] if array != "object" else str(values[row])
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
_WRITERS: dict[str, Callable[[Features, Path], list[str]]] = {
    ".geojson": _geojson,
    ".json": _geojson,
    ".gpkg": _gpkg,
    ".shp": _shapefile,
    ".zip": _zip,
    ".csv": _csv,
    ".xlsx": _xlsx,
}

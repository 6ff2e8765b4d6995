"""Writing a layer to a file that imports again unchanged, as far as the format can hold it."""

import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from api.transfer.features import Features, features_in_parts, read_features, read_rows
from api.transfer.formats import TABLE_SUFFIXES, WRITABLE
from api.transfer.kml import write_kml, write_kmz
from api.transfer.parquet import write_parquet
from api.transfer.sheet import write_sheet
from api.transfer.tables import to_table
from api.transfer.write_table import write_csv
from api.transfer.write_vector import write_fgb, write_geojson, write_gpkg, write_shapefile, write_zip
from layers.catalogue import Layer
from layers.crs import Bounds
from layers.errors import BadInput, Conflict, NotFound

__all__ = ["Exported", "Features", "export_layer", "read_features", "read_rows", "write_features"]


@dataclass
class Exported:
    """What was written: files, number of features, and what the format could not hold."""

    files: list[Path]
    features: int
    remarks: list[str] = field(default_factory=list)


def export_layer(
    connection: Connection, layer: Layer, path: Path, *, bounds: Bounds | None = None, force: bool = False
) -> Exported:
    """Write what is true today of a layer, or of a table, to a file; in pieces where the format can be written so.

    bounds: only what lies within the box. Raises as `write_features` does, and BadInput for a box around a table.
    """
    table = to_table(layer, path)
    if table and bounds:
        raise BadInput("--bbox 按图形限定,而导出的是没有图形的表:请去掉它。")
    stream = None if table else _STREAMS.get(path.suffix.lower())
    if stream:
        return _made(lambda file: (stream(features_in_parts(connection, layer, bounds), file), []), path, force=force)
    _check_suffix(layer, path, table=table)
    features = read_rows(connection, layer) if table else read_features(connection, layer, bounds)
    return write_features(features, path, force=force)


def write_features(features: Features, path: Path, *, force: bool = False) -> Exported:
    """Write features to a file, in the format of its suffix; complete, or not at all.

    Raises BadInput for an unknown suffix or a mixture that the format cannot hold, Conflict where the file exists.
    """
    _check_suffix(features.layer, path, table=features.table)
    suffix = path.suffix.lower()
    stream = _STREAMS.get(suffix)
    if stream:
        return _made(lambda file: (stream([features], file), []), path, force=force)
    return _made(lambda file: (len(features), _WHOLES[suffix](features, file)), path, force=force)


def _check_suffix(layer: Layer, path: Path, *, table: bool) -> None:
    suffix = path.suffix.lower()
    if suffix not in {*_STREAMS, *_WHOLES}:
        raise BadInput(f"不认识导出格式 {path.suffix or path.name!r}:请用后缀 {WRITABLE}。")
    if table and suffix not in TABLE_SUFFIXES:
        named = " 或 ".join(TABLE_SUFFIXES)
        raise BadInput(f"{layer.id}({layer.title.zh})没有图形,只能导出为表格:请用后缀 {named}。")


def _made(write: Callable[[Path], tuple[int, list[str]]], path: Path, *, force: bool) -> Exported:
    """What `write` makes beside the path it is given, moved into place once it is complete."""
    if not path.parent.is_dir():
        raise NotFound(f"没有文件夹 {path.parent}:请先建立。")
    with tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as folder:
        count, remarks = write(Path(folder) / path.name)
        made = sorted(Path(folder).iterdir())
        targets = [path.parent / one.name for one in made]
        standing = [target.name for target in targets if target.exists()]
        if standing and not force:
            raise Conflict(f"文件已存在:{'、'.join(standing)}。要覆盖请加 --force。")
        for one, target in zip(made, targets, strict=True):
            os.replace(one, target)
    return Exported(targets, count, remarks)


# What is written some thousand features at a time, and how many they were; and what needs all of them at once, and what
# the format could not hold.
_STREAMS: dict[str, Callable[[Iterable[Features], Path], int]] = {
    ".geojson": write_geojson,
    ".json": write_geojson,
    ".gpkg": write_gpkg,
    ".fgb": write_fgb,
    ".parquet": write_parquet,
    ".geoparquet": write_parquet,
}
_WHOLES: dict[str, Callable[[Features, Path], list[str]]] = {
    ".shp": write_shapefile,
    ".zip": write_zip,
    ".kml": write_kml,
    ".kmz": write_kmz,
    ".csv": write_csv,
    ".xlsx": write_sheet,
}

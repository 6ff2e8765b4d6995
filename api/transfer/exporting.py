"""Writing a layer to a file that imports again unchanged, as far as the format can hold it."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from api.transfer.features import Features, Stream, read_features, read_rows, stream_of, streamed
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
    """Write what is true today of a layer, or of a table, to a file, some thousand features at a time.

    bounds: only what lies within the box. Raises as `write_features` does, and BadInput for a box around a table.
    """
    table = to_table(layer, path)
    if table and bounds:
        raise BadInput("--bbox 按图形限定,而导出的是没有图形的表:请去掉它。")
    _check_suffix(layer, path, table=table)
    if table:
        return write_features(read_rows(connection, layer), path, force=force)
    with streamed(connection, layer, bounds) as stream:
        return _written(stream, path, force=force)


def write_features(features: Features, path: Path, *, force: bool = False) -> Exported:
    """Write features to a file, in the format of its suffix; complete, or not at all.

    Raises BadInput for an unknown suffix or a mixture that the format cannot hold, Conflict where the file exists.
    """
    _check_suffix(features.layer, path, table=features.table)
    return _written(stream_of(features), path, force=force)


def _check_suffix(layer: Layer, path: Path, *, table: bool) -> None:
    suffix = path.suffix.lower()
    if suffix not in _WRITERS:
        raise BadInput(f"不认识导出格式 {path.suffix or path.name!r}:请用后缀 {WRITABLE}。")
    if table and suffix not in TABLE_SUFFIXES:
        named = " 或 ".join(TABLE_SUFFIXES)
        raise BadInput(f"{layer.id}({layer.title.zh})没有图形,只能导出为表格:请用后缀 {named}。")


def _written(stream: Stream, path: Path, *, force: bool) -> Exported:
    """What is written beside the path, moved into place once it is complete."""
    if not path.parent.is_dir():
        raise NotFound(f"没有文件夹 {path.parent}:请先建立。")
    with tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as folder:
        remarks = _WRITERS[path.suffix.lower()](stream, Path(folder) / path.name)
        made = sorted(Path(folder).iterdir())
        targets = [path.parent / one.name for one in made]
        standing = [target.name for target in targets if target.exists()]
        if standing and not force:
            raise Conflict(f"文件已存在:{'、'.join(standing)}。要覆盖请加 --force。")
        for one, target in zip(made, targets, strict=True):
            os.replace(one, target)
    return Exported(targets, stream.count, remarks)


_WRITERS: dict[str, Callable[[Stream, Path], list[str]]] = {
    ".geojson": write_geojson,
    ".json": write_geojson,
    ".gpkg": write_gpkg,
    ".fgb": write_fgb,
    ".parquet": write_parquet,
    ".geoparquet": write_parquet,
    ".shp": write_shapefile,
    ".zip": write_zip,
    ".kml": write_kml,
    ".kmz": write_kmz,
    ".csv": write_csv,
    ".xlsx": write_sheet,
}
"""By suffix what writes a stream to a file; it answers what the format could not hold."""

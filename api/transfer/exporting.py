"""Writing a layer to a file that imports again unchanged, as far as the format can hold it."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from api.transfer.features import Features, read_features, read_rows
from api.transfer.formats import TABLE_SUFFIXES, WRITABLE
from api.transfer.kml import write_kml, write_kmz
from api.transfer.sheet import write_sheet
from api.transfer.write_table import write_csv
from api.transfer.write_vector import write_fgb, write_geojson, write_gpkg, write_shapefile, write_zip
from layers.errors import BadInput, Conflict, NotFound

__all__ = ["Exported", "Features", "read_features", "read_rows", "write_features"]


@dataclass
class Exported:
    """What was written: files, number of features, and what the format could not hold."""

    files: list[Path]
    features: int
    remarks: list[str] = field(default_factory=list)


def write_features(features: Features, path: Path, *, force: bool = False) -> Exported:
    """Write features to a file, in the format of its suffix; complete, or not at all.

    Raises BadInput for an unknown suffix or a mixture that the format cannot hold, Conflict where the file exists.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise BadInput(f"不认识导出格式 {path.suffix or path.name!r}:请用后缀 {WRITABLE}。")
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


_WRITERS: dict[str, Callable[[Features, Path], list[str]]] = {
    ".geojson": write_geojson,
    ".json": write_geojson,
    ".gpkg": write_gpkg,
    ".shp": write_shapefile,
    ".zip": write_zip,
    ".fgb": write_fgb,
    ".kml": write_kml,
    ".kmz": write_kmz,
    ".csv": write_csv,
    ".xlsx": write_sheet,
}

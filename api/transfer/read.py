"""Opening whatever file the user names, and saying exactly what is wrong where it cannot be opened."""

import codecs
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from api.transfer.archive import unpacked
from api.transfer.boundary.plots import nothing
from api.transfer.boundary.reader import is_boundary, read_boundary
from api.transfer.delimited import located, read_delimited, read_table, shapeless
from api.transfer.dxf.reader import read_dxf
from api.transfer.formats import READABLE
from api.transfer.kml import read_kml
from api.transfer.osm import Extract, read_osm
from api.transfer.parquet import read_parquet
from api.transfer.source import Content, Source
from api.transfer.vector import SeveralLayers, called, read_vector
from api.transfer.workbook import read_workbook
from layers.crs import known
from layers.errors import BadFile, BadInput, NotFound

_VECTOR = {".geojson", ".json", ".gpkg", ".shp", ".gdb", ".fgb"}
_TEXT = {".csv", ".txt", ".tsv"}
_CORNERS = ".txt"
_WORKBOOK = ".xlsx"
_KML = ".kml"
_DXF = ".dxf"
_DWG = re.compile(rb"AC10\d\d|AC1\.|AC2\.|MC0\.0")
_DWG_SUFFIX = ".dwg"
_PARQUET = {".parquet", ".geoparquet"}
_ARCHIVES = {".zip", ".kmz"}
OSM = ".pbf"
_PACKED = (_VECTOR | _TEXT | _PARQUET | {_WORKBOOK, _KML, _DXF, _DWG_SUFFIX}) - {".gdb", _CORNERS}


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, where it does not say so itself.

    table: as rows without geometry. osm: what is wanted of an extract of OpenStreetMap. tables: what the layer may be
    called, where a file has several and none is named. asks: whether whoever reads asks for the system that the file
    does not say, so that a shapefile may come without its .prj.
    """

    layer_name: str | None = None
    encoding: str | None = None
    crs: str | None = None
    table: bool = False
    osm: Extract | None = None
    tables: tuple[str, ...] = ()
    asks: bool = False


def read_source(path: Path, reading: Reading | None = None) -> Source:
    """Every row of a file; raises NotFound, BadFile, BadInput or TooLarge with what to do about it.

    crs of the answer is the user's where given (with a remark where the file says otherwise), else the file's, or None.
    """
    how = reading or Reading()
    _check(how)
    if not path.exists():
        raise NotFound(f"没有文件 {path}:请检查路径。")
    if not (path.is_file() or path.is_dir()):
        raise BadFile(f"{path} 是管道或设备,不是文件:请先存成文件再导入。")
    with _dataset(path, how) as (dataset, layer_name):
        content = _content(dataset, layer_name, how)
    count = len(content.geometries)
    return Source(
        name=path.name,
        sha256=digest(path),
        numbers=np.arange(1, count + 1) if content.numbers is None else content.numbers,
        fields=content.fields,
        geometries=content.geometries,
        faults=content.faults,
        crs=how.crs or content.crs,
        notes=(*content.notes, *_overruled(how.crs, content.crs)),
        repairs=content.repairs,
        shapeless=content.shapeless,
        attribution=content.attribution,
    )


def _check(how: Reading) -> None:
    if how.crs:
        known(how.crs)
    try:
        codecs.lookup(how.encoding or "utf-8")
    except LookupError:
        raise BadInput(f"不认识文字编码 {how.encoding!r}:常用的有 utf-8、gb18030。") from None


def digest(path: Path) -> str:
    """SHA-256 of a file; of a folder or a shapefile, that of all its parts by name."""
    if path.is_dir():
        parts = sorted(one for one in path.rglob("*") if one.is_file())
    elif path.suffix.lower() == ".shp":
        parts = sorted(one for one in path.parent.iterdir() if one.stem == path.stem and one.is_file())
    else:
        parts = [path]
    total = hashlib.sha256()
    for one in parts:
        if len(parts) > 1:
            total.update(one.name.encode())
        with one.open("rb") as source:
            while chunk := source.read(1 << 20):
                total.update(chunk)
    return total.hexdigest()


def _overruled(given: str | None, said: str | None) -> list[str]:
    if not given or not said or known(given).equals(known(said), ignore_axis_order=True):
        return []
    return [f"文件自称坐标系 {known(said).name},以 --crs {given[:80]} 为准"]


@contextmanager
def _dataset(path: Path, how: Reading) -> Iterator[tuple[Path, str | None]]:
    if path.suffix.lower() not in _ARCHIVES:
        yield path, how.layer_name
        return
    with unpacked(path) as folder:
        found = _datasets(folder)
        if not found:
            raise BadFile(f"{path.name} 里没有可读的数据:支持 {READABLE}。")
        yield _one_of(found, path, how.layer_name, how.tables)


def _datasets(folder: Path) -> list[Path]:
    inside = [one for one in sorted(folder.rglob("*")) if "__MACOSX" not in one.parts]
    bases = [one for one in inside if one.is_dir() and one.suffix.lower() == ".gdb"]
    files = [one for one in inside if one.is_file() and one.suffix.lower() in _PACKED]
    found = bases + [one for one in files if not any(base in one.parents for base in bases)]
    # Beside data a text is what was written about them.
    return found or [one for one in inside if one.is_file() and one.suffix.lower() == _CORNERS]


def _one_of(found: list[Path], archive: Path, wanted: str | None, tables: tuple[str, ...]) -> tuple[Path, str | None]:
    if len(found) == 1:
        only = found[0]
        return only, wanted if only.suffix.lower() in (".gdb", ".gpkg", _KML, _DXF) else None
    wanted = wanted or called([one.stem for one in found], tables)
    chosen = [one for one in found if wanted in (one.stem, one.name)]
    if len(chosen) != 1:
        stems = [one.stem for one in found]
        told = f"{archive.name} 里有 {len(found)} 份数据:请用 --layer-name 选定其一:{'、'.join(stems)}。"
        raise SeveralLayers(told, stems)
    return chosen[0], None


def _content(dataset: Path, layer_name: str | None, how: Reading) -> Content:
    kind = dataset.suffix.lower()
    check_drawing(dataset)
    if kind == _WORKBOOK and dataset.is_file():
        table = read_workbook(dataset)
        return shapeless(table, []) if how.table else located(table, [])
    if how.table:
        if kind not in _TEXT or dataset.is_dir():
            raise BadFile(f"{dataset.name} 不是表格:这里只接受 CSV(.csv)或 Excel(.xlsx),一行一条,第一行为列名。")
        return read_table(dataset, encoding=how.encoding)
    if kind == _CORNERS and dataset.is_file():
        return _corners(dataset, how)
    if kind in _TEXT and dataset.is_file():
        return read_delimited(dataset, encoding=how.encoding)
    if kind == _KML and dataset.is_file():
        return read_kml(dataset, layer_name=layer_name, encoding=how.encoding)
    if kind == _DXF and dataset.is_file():
        return read_dxf(dataset, layer_name=layer_name)
    if kind == OSM and dataset.is_file():
        if how.osm is None:
            raise BadInput(
                f"{dataset.name} 是 OpenStreetMap 数据:请用 huashan import 图层 文件,由图层的对照表挑选要素。"
            )
        return read_osm(dataset, how.osm)
    if kind in _PARQUET and dataset.is_file():
        return read_parquet(dataset)
    if kind in _VECTOR and dataset.is_dir() == (kind == ".gdb"):
        bare = how.asks or bool(how.crs)
        return read_vector(dataset, layer_name=layer_name, encoding=how.encoding, bare=bare, tables=how.tables)
    raise BadFile(f"不认识 {dataset.name} 的格式:支持 {READABLE}。")


def check_drawing(dataset: Path) -> None:
    """Raise BadFile for a DWG, whatever it is called: nothing that may be given away reads it."""
    if not dataset.is_file():
        return
    with dataset.open("rb") as source:
        head = source.read(6)
    if _DWG.match(head) or dataset.suffix.lower() == _DWG_SUFFIX:
        raise BadFile(f"{dataset.name} 是 DWG 图纸,不能直接读取:请在 CAD 里用“另存为”选 DXF(AutoCAD 2000 及以后均可)。")


def _corners(text: Path, how: Reading) -> Content:
    """A text of corners by rows, else a table whose first row names its columns."""
    if is_boundary(text, encoding=how.encoding):
        return read_boundary(text, encoding=how.encoding)
    table = read_delimited(text, encoding=how.encoding)
    if table.shapeless and not len(table.geometries):
        raise nothing(text.name)
    return table

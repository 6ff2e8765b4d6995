"""Reading files through GDAL, but for those that need more than it: whole and in the right encoding, or not at all."""

import codecs
import mmap
import re
import struct
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from api.transfer.dbf import read_table, text_encoding
from api.transfer.faults import Faults, none_yet
from api.transfer.geopackage import check_tables
from api.transfer.source import CLOSED, Content, Values, name_key
from api.transfer.wkt import too_deep
from layers.crs import Geometries
from layers.errors import BadFile, BadInput

_RAW = "ISO-8859-1"  # takes every byte, so that we decode them ourselves
_SPOILT = "文件可能被截断或不是所称的格式"
_SQLITE = b"SQLite format 3\0"
_FGB = b"fgb\x03fgb"
_JSON = (".geojson", ".json")
_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_NUL = re.compile(rb"\0|(?<!\\)(?:\\\\)*\\u0000")
"""A character that GDAL ends a text at, as it is or escaped."""


class SeveralLayers(BadInput):
    """Raised where a file has several layers and nobody said which; names: theirs."""

    def __init__(self, message: str, names: Sequence[str]) -> None:
        super().__init__(message)
        self.names = tuple(names)
        self.members = {"layers": list(names)}


def read_vector(
    path: Path,
    *,
    layer_name: str | None = None,
    encoding: str | None = None,
    bare: bool = False,
    tables: Sequence[str] = (),
) -> Content:
    """The one layer of a file, or the named one; raises BadFile for a broken file, BadInput where the layer is unclear.

    encoding: of a shapefile's attributes, where neither .cpg nor the text itself tells. bare: it needs no .prj.
    tables: what the layer may be called, where the file has several and none is named.
    """
    shapefile = path.suffix.lower() == ".shp"
    if shapefile:
        _check_parts(path, bare)
        encoding = encoding or text_encoding(part(path, ".dbf"), _declared(path))
    elif path.suffix.lower() == ".gpkg":
        _check_pages(path)
        check_tables(path)
    elif path.suffix.lower() == ".fgb":
        _check_mark(path)
    elif path.suffix.lower() in _JSON:
        _check_text(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        layer = _chosen_layer(path, layer_name, tables) if not shapefile else None
        meta, _, wkb, data = _read(path, layer, _RAW if shapefile else None)
    notes = _told([str(warning.message) for warning in caught])
    notes += [f"图层 {layer}"] if layer and tables and not layer_name else []
    if wkb is None:
        raise BadInput(f"{path.name} 没有图形:请选择带图形的图层或文件。")
    count = len(wkb)
    if path.suffix.lower() == ".fgb":
        _check_count(path, count)
    geometries, faults, closed = parsed(wkb)
    names, columns = [str(name) for name in meta["fields"]], [np.asarray(column) for column in data]
    columns = [
        _days_plain(column) if kind == "OFTDateTime" else column
        for column, kind in zip(columns, meta["ogr_types"], strict=True)
    ]
    cut = 0
    if shapefile and encoding:
        names = [_decoded(name, encoding)[0] for name in names]
        columns, cut = _decoded_columns(columns, encoding)
        notes.append(f"属性编码:{encoding.upper()}")
    fields = {name: _objects(column, count) for name, column in zip(names, columns, strict=True)}
    repairs = +Counter({CLOSED: closed, "去掉被截断的半个字": cut})
    return Content(fields, geometries, faults, meta["crs"] or None, notes, repairs)


def parsed(wkb: Values) -> tuple[Geometries, Faults, int]:
    """Geometries from WKB; why each that cannot be read cannot, and how many rings had to be closed.

    wkb: (n,) bytes or None, which gives None and no fault.
    """
    sound = none_yet(len(wkb))
    sound[:] = [None if one is None or too_deep(one) else one for one in wkb]
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are found later, and said
        geometries = np.asarray(shapely.from_wkb(sound, on_invalid="ignore"))
        broken = np.array([one is not None for one in wkb], dtype=bool) & shapely.is_missing(geometries)
        mended = np.asarray(shapely.from_wkb(sound[broken], on_invalid="fix"))
    faults = none_yet(len(wkb))
    geometries[broken] = mended
    lost = np.flatnonzero(broken)[shapely.is_missing(mended)]
    faults[lost] = "图形无法读出(可能点数不足或是曲线):请在源软件中修正"
    return geometries, faults, int(broken.sum() - len(lost))


def part(shp: Path, suffix: str) -> Path:
    """The companion file of a .shp, whatever the case of its suffix; it need not exist."""
    for found in shp.parent.iterdir():
        if found.stem == shp.stem and found.suffix.lower() == suffix:
            return found
    return shp.with_suffix(suffix)


def called(names: Sequence[str], tables: Sequence[str]) -> str | None:
    """The one of several names that is, else that holds, one of some words, the first word first; None where unclear.

    >>> called(["XZQ", "dltb", "DLTBGX"], ["DLTB"]), called(["A_DLTB", "B_DLTB"], ["DLTB"])
    ('dltb', None)
    """
    keys = {name: name_key(name) for name in names}
    fits: tuple[Callable[[str, str], bool], ...] = (str.__eq__, str.__contains__)
    for fit in fits:
        for word in map(name_key, tables):
            found = [name for name, key in keys.items() if fit(key, word)]
            if found:
                return found[0] if len(found) == 1 else None
    return None


def _read(path: Path, layer: str | None, encoding: str | None) -> Any:  # pyogrio has no types
    try:
        # As texts, for the numbers that GDAL has for moments leave out their offset.
        plain = path.suffix.lower() != ".gdb"  # which has no offsets, and GDAL makes one up
        return pyogrio.raw.read(path, layer=layer, encoding=encoding, datetime_as_string=plain, **_as_written(path))
    except UnicodeDecodeError as error:
        raise BadFile(f"{path.name} 的文字不是 UTF-8:请另存为 UTF-8 后再导入。") from error
    except (DataSourceError, DataLayerError, pyogrio.errors.FeatureError, ValueError) as error:
        raise BadFile(f"读不出 {path.name},{_SPOILT}({_short(error)}):请重新获取或另存。") from error


def _as_written(path: Path) -> dict[str, str]:
    # A name or code that looks like a date is still a name or code.
    return {"DATE_AS_STRING": "YES"} if path.suffix.lower() in _JSON else {}


def _days_plain(moments: Values) -> Values:
    """Moments as texts, those at midnight of nowhere as the day that they are."""
    told = none_yet(len(moments))
    told[:] = [one.removesuffix("T00:00:00") if isinstance(one, str) else one for one in moments]
    return told if moments.dtype == object else moments


def _told(messages: list[str]) -> list[str]:
    # An unclosed ring is counted among the repairs instead.
    return sorted({f"读取时 GDAL 提示:{message}" for message in messages if "closed ring" not in message})


def _chosen_layer(path: Path, wanted: str | None, tables: Sequence[str]) -> str | None:
    try:
        listed = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except DataSourceError as error:
        raise BadFile(f"打不开 {path.name},{_SPOILT}({_short(error)}):请重新获取或另存。") from error
    names = "、".join(listed)
    if wanted is not None and wanted not in listed:
        raise BadInput(f"{path.name} 里没有图层 {wanted!r}:现有 {names}。")
    if wanted is None and len(listed) > 1:
        wanted = called(listed, tables)
    if wanted is None and len(listed) > 1:
        raise SeveralLayers(f"{path.name} 里有 {len(listed)} 个图层:请用 --layer-name 选定其一:{names}。", listed)
    if not listed:
        raise BadFile(f"{path.name} 里没有带图形的图层:请确认文件。")
    return wanted or listed[0]


def _check_parts(shp: Path, bare: bool) -> None:
    needed = {".shx": "索引", ".dbf": "属性表", ".prj": "坐标系"}
    missing = [f"{suffix}({what})" for suffix, what in needed.items() if not part(shp, suffix).exists()]
    if bare:
        missing = [one for one in missing if not one.startswith(".prj")]
    if missing:
        hint = ",坐标系也可用 --crs 给出" if any(one.startswith(".prj") for one in missing) else ""
        raise BadFile(f"{shp.name} 缺少同名的 {'、'.join(missing)}:请把它们一并给出{hint}。")
    sizes = {one: _shape_size(one) for one in (shp, part(shp, ".shx"))}
    for one, said in sizes.items():
        if one.stat().st_size < said:
            raise BadFile(f"{one.name} 被截断:应有 {said:,} 字节,只有 {one.stat().st_size:,}。请重新获取。")
    rows, shapes = read_table(part(shp, ".dbf")).records, (sizes[part(shp, ".shx")] - 100) // 8
    if rows != shapes:
        raise BadFile(f"{shp.name} 有 {shapes} 个图形,属性表却有 {rows} 行:各部分不是同一份数据,请重新获取。")


def _shape_size(file: Path) -> int:
    with file.open("rb") as source:
        head = source.read(100)
    if len(head) < 100 or struct.unpack(">i", head[:4])[0] != 9994:
        raise BadFile(f"{file.name} 不是完整的 shapefile:请重新获取。")
    return int(struct.unpack(">i", head[24:28])[0]) * 2


def _check_pages(gpkg: Path) -> None:
    with gpkg.open("rb") as source:
        head = source.read(100)
    if len(head) < 100 or not head.startswith(_SQLITE):
        raise BadFile(f"{gpkg.name} 不是 GeoPackage:请确认文件。")
    page = struct.unpack(">H", head[16:18])[0]
    said = (65536 if page == 1 else page) * struct.unpack(">I", head[28:32])[0]
    if gpkg.stat().st_size < said:
        raise BadFile(f"{gpkg.name} 被截断:应有 {said:,} 字节,只有 {gpkg.stat().st_size:,}。请重新获取。")


def _check_mark(fgb: Path) -> None:
    with fgb.open("rb") as source:
        if source.read(7) != _FGB:
            raise BadFile(f"{fgb.name} 不是 FlatGeobuf:请确认文件。")


def _check_count(fgb: Path, count: int) -> None:
    """What is cut short within its index reads as a file without features."""
    said = int(pyogrio.read_info(fgb)["features"])  # -1 where it does not say
    if count < said:
        raise BadFile(f"{fgb.name} 被截断:应有 {said:,} 条,只读出 {count:,} 条。请重新获取。")


def _check_text(json: Path) -> None:
    if not json.stat().st_size:
        raise BadFile(f"{json.name} 是空的:请重新获取或另存。")
    with json.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if text[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise BadFile(f"{json.name} 的文字不是 UTF-8:请另存为 UTF-8 后再导入。")
        # By its content alone GDAL would read it as KML, or as a file that names others to be read.
        if not _OBJECT.match(text):
            raise BadFile(f"{json.name} 不是 GeoJSON(应以 {{ 开头):请确认文件。")
        if found := _NUL.search(text):
            line = text[: found.start()].count(b"\n") + 1
            raise BadFile(f"{json.name} 第 {line:,} 行的文字里有空字符(\\u0000),其后的字会丢失:请去掉它再导入。")


def _declared(shp: Path) -> str | None:
    page = part(shp, ".cpg")
    return page.read_text("ascii", "replace").strip() if page.exists() else None


def _decoded(text: str, encoding: str) -> tuple[str, bool]:
    raw = text.encode(_RAW)
    try:
        return raw.decode(encoding), False
    except UnicodeDecodeError:
        return raw.decode(encoding, "ignore"), True


def _decoded_columns(columns: list[Values], encoding: str) -> tuple[list[Values], int]:
    cut, decoded = 0, []
    for column in columns:
        if column.dtype != object:
            decoded.append(column)
            continue
        pairs = [_decoded(one, encoding) if isinstance(one, str) else (one, False) for one in column]
        cut += sum(short for _, short in pairs)
        decoded.append(np.array([text for text, _ in pairs] + [None], dtype=object)[:-1])
    return decoded, cut


def _objects(column: Values, count: int) -> Values:
    made = np.full(count, None, dtype=object)
    if column.dtype.kind in "fM":
        kept = ~(np.isnan(column) if column.dtype.kind == "f" else np.isnat(column))
        made[kept] = list(column[kept])
    else:
        made[:] = list(column)
    return made


def _short(error: Exception) -> str:
    told = [part.strip() for part in str(error).split(";") if "It might help" not in part]
    return ":".join(told)[:240]

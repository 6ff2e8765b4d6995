"""Reading tables of text (CSV) with coordinates: longitude and latitude, x and y, or WKT."""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely

from api.transfer.faults import Faults, none_yet
from api.transfer.formulas import as_meant
from api.transfer.source import CLOSED, Content, Table, Values, name_key
from api.transfer.wkt import from_wkt
from layers.column_names import LAT, LON
from layers.crs import WIRE, Geometries
from layers.errors import BadFile, BadInput

EAST = ("x", "easting", "east", "东坐标", "横坐标")
NORTH = ("y", "northing", "north", "北坐标", "纵坐标")
WKT = ("wkt", "geom", "geometry", "the_geom", "图形", "几何")
_EWKT = re.compile(r"^\s*SRID=(\d+);", re.IGNORECASE)
_LONGEST_FIELD = 1 << 30
_MOST_COLUMNS = 2_000


class Pair(NamedTuple):
    """Two columns of coordinates, and whether they are degrees by their names."""

    x: str
    y: str
    degrees: bool


def read_delimited(path: Path, *, encoding: str | None = None) -> Content:
    """The rows of a CSV with a header; raises BadFile for a broken one. Without columns of coordinates it is shapeless.

    Longitude and latitude by those names are degrees. Of x and y, and of WKT without 'SRID=…;', the system is unknown.
    """
    found = encoding or text_encoding(path)
    return located(_table(path, found), [f"文字编码:{found.upper()}"])


def located(table: Table, notes: list[str]) -> Content:
    """The rows of a table with coordinates among its columns, which are taken out; shapeless where none are."""
    fields, numbers = dict(table.fields), table.numbers
    wkt, pair = _named(fields, WKT), coordinate_columns(fields)
    if pair and not wkt:
        x, y = fields.pop(pair.x), fields.pop(pair.y)
        geometries, faults = _points(x, y, pair)
        return Content(fields, geometries, faults, WIRE if pair.degrees else None, notes, Counter(), numbers=numbers)
    if not wkt:
        return shapeless(table, notes)
    geometries, faults, crs, closed = _from_wkt(fields.pop(wkt))
    return Content(fields, geometries, faults, crs, notes, +Counter({CLOSED: closed}), numbers=numbers)


def read_table(path: Path, *, encoding: str | None = None) -> Content:
    """The rows of a CSV with a header that has no geometry, whatever its columns; raises BadFile for a broken one."""
    found = encoding or text_encoding(path)
    return shapeless(_table(path, found), [f"文字编码:{found.upper()}"])


def shapeless(table: Table, notes: list[str]) -> Content:
    """The rows of a table without geometry."""
    count, fields = len(table.numbers), dict(table.fields)
    faults = none_yet(count)
    return Content(fields, none_yet(count), faults, None, notes, Counter(), shapeless=True, numbers=table.numbers)


def checked_header(header: list[str], name: str) -> None:
    """Raise BadFile unless a table's first row names its columns, each once, and not too many."""
    if len(header) > _MOST_COLUMNS:
        raise BadFile(f"{name} 有 {len(header):,} 列,上限 {_MOST_COLUMNS:,}:请只留下要导入的列。")
    if not any(header):
        raise BadFile(f"{name} 是空的:第一行应为列名。")
    twice = sorted(title for title, times in Counter(header).items() if times > 1)
    if twice:
        raise BadFile(f"{name} 的列名有重复({'、'.join(twice)}):请改名。")


def coordinate_columns(fields: dict[str, Values]) -> Pair | None:
    """The columns that hold coordinates by their names, degrees before any other; None where there are none."""
    for east, north, degrees in ((LON, LAT, True), (EAST, NORTH, False)):
        x, y = _named(fields, east), _named(fields, north)
        if x and y:
            return Pair(x, y, degrees)
    return None


def text_encoding(path: Path) -> str:
    """The encoding of a text file: by its byte order mark, else UTF-8 if all of it is, else GB18030, else BadFile."""
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise BadFile(f"{path.name} 的文字既不是 UTF-8 也不是 GBK:请用 --encoding 指明编码,或另存为 UTF-8。")


def _table(path: Path, encoding: str) -> Table:
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        with path.open(encoding=encoding, newline="") as lines:
            first = lines.readline()
            lines.seek(0)
            reader = csv.reader(lines, delimiter=max(",;\t", key=first.count), strict=True)
            header = [name.strip() for name in next(reader, [])]
            checked_header(header, path.name)
            told = [(n, _checked(row, header, reader.line_num, path)) for n, row in enumerate(reader, start=2) if row]
    except (csv.Error, UnicodeError, LookupError) as error:
        raise BadFile(f"{path.name} 不完整或格式有误({error}):请重新导出为 CSV。") from error
    table = np.full((len(told), len(header)), None, dtype=object)
    for place, (_, row) in enumerate(told):
        table[place, :] = [as_meant(value) if value.strip() else None for value in row]
    fields = {name: table[:, column] for column, name in enumerate(header)}
    return Table(fields, np.array([number for number, _ in told], dtype=np.int64))


def _checked(row: list[str], header: list[str], line: int, path: Path) -> list[str]:
    if len(row) != len(header):
        raise BadFile(f"{path.name} 第 {line} 行有 {len(row)} 列,表头有 {len(header)} 列:文件可能被截断,请检查。")
    return row


def _named(fields: dict[str, Values], names: tuple[str, ...]) -> str | None:
    plain = {re.sub(r"\(.*\)$", "", name_key(name)).strip(): name for name in reversed(fields)}
    return next((plain[name] for name in names if name in plain), None)


def _points(x: Values, y: Values, pair: Pair) -> tuple[Geometries, Faults]:
    numbers = np.array([[_number(one), _number(two)] for one, two in zip(x, y, strict=True)]).reshape(-1, 2)
    faults = none_yet(len(x))
    geometries = np.full(len(x), None, dtype=object)
    known = ~np.isnan(numbers).any(axis=1)
    geometries[known] = shapely.points(numbers[known])
    for row in np.flatnonzero(~known):
        if x[row] is not None or y[row] is not None:
            faults[row] = f"坐标不是数字:{pair.x}={x[row]}、{pair.y}={y[row]}"
    return geometries, faults


def _number(value: object) -> float:
    try:
        return float(str(value).strip())
    except ValueError:
        return float("nan")


def _from_wkt(texts: Values) -> tuple[Geometries, Faults, str | None, int]:
    marks = [_EWKT.match(text) if text else None for text in texts]
    systems = {mark.group(1) for mark in marks if mark}
    if len(systems) > 1:
        raise BadInput(f"WKT 列里混有几个坐标系(SRID {'、'.join(sorted(systems))}):请统一后再导入。")
    if systems and any(text and not mark for text, mark in zip(texts, marks, strict=True)):
        raise BadInput(f"WKT 列里有的写明 SRID={min(systems)},有的没有写明:请统一后再导入。")
    plain = none_yet(len(texts))
    plain[:] = [text[mark.end() :] if mark else text for text, mark in zip(texts, marks, strict=True)]
    geometries, closed = from_wkt(plain)
    lost = np.flatnonzero(shapely.is_missing(geometries) & plain.astype(bool))
    faults = none_yet(len(texts))
    faults[lost] = [f"看不懂 WKT {plain[row][:40]!r}" for row in lost]
    return geometries, faults, systems.pop() if systems else None, int(closed.sum())

"""Excel workbooks (.xlsx): the first sheet, its first row naming the columns; read with suspicion, written inert."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from defusedxml import DefusedXmlException

from api.transfer.archive import Limits, check_entries
from api.transfer.delimited import checked_header
from api.transfer.formulas import as_meant, inert
from api.transfer.source import Table
from api.transfer.values import joined
from layers.errors import BadFile, BadInput, TooLarge

if TYPE_CHECKING:  # else imported where it is called, for the server starts without it
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

__all__ = [
    "LONGEST_SHEET",
    "CellValue",
    "Sheet",
    "cell_value",
    "read_workbook",
    "sheet_title",
    "write_rows",
    "write_sheets",
    "write_workbook",
]

LIMITS = Limits(entries=1_000, total_bytes=400_000_000)
LONGEST_SHEET = 200_000
"""Rows that are read of a sheet."""
_MOST_COLUMNS = 2_000
CellValue = str | bool | int | float | date | None
LONGEST_CELL = 32_767
"""Characters that Excel keeps of a cell."""
_CHUNK = 1 << 20
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_FAULTY = (
    zipfile.BadZipFile, DefusedXmlException, SyntaxError, KeyError, ValueError, TypeError,
    IndexError, AttributeError, EOFError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip
# OOXML writes characters that XML cannot hold as _x000D_, and an underscore that would begin one as _x005F_.
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_UNHELD = re.compile(r"[\x00-\x08\x0b-\x1f￾￿]|_(?=x[0-9A-Fa-f]{4}_)")


def read_workbook(path: Path, *, limits: Limits = LIMITS, longest: int = LONGEST_SHEET) -> Table:
    """The rows of the first sheet, `longest` at most; those that are empty throughout are left out.

    Raises BadFile for what is no workbook, is broken, declares entities or repeats a column; TooLarge beyond the
    limits; BadInput where a formula has no value yet.
    """
    from openpyxl.utils.exceptions import InvalidFileException

    formulas = _examined(path, limits)
    try:
        rows = _rows(path, longest, values=True)
        if formulas:
            _check_formulas(rows, _rows(path, longest, values=False), path.name)
    except (TooLarge, BadInput):
        raise
    except (*_FAULTY, InvalidFileException) as error:
        raise BadFile(f"{path.name} 不是可读的 Excel 工作簿或已损坏:请在 Excel 里另存为 .xlsx 后再试。") from error
    header, *body = rows or [[]]
    names = [_meant(name) or "" for name in header]
    while names and not names[-1]:
        names.pop()
    checked_header([str(name).strip() for name in names], path.name)
    _check_width(body, len(names), path.name)
    table = np.full((len(body), len(names)), None, dtype=object)
    for number, row in enumerate(body):
        for place, value in enumerate(row[: len(names)]):
            table[number, place] = _meant(value)
    kept = np.array([any(value is not None for value in row) for row in table], dtype=bool)
    fields = {str(name).strip(): table[kept, place] for place, name in enumerate(names)}
    return Table(fields, np.flatnonzero(kept) + 2)


class Sheet(NamedTuple):
    """Columns of values, (n,) each, under their names, and the title of the sheet that they fill."""

    title: str
    header: Sequence[str]
    columns: Sequence[Sequence[object]]


def write_workbook(path: Path, header: Sequence[str], columns: Sequence[Sequence[object]], title: str) -> None:
    """Write columns of values under their names to one sheet: numbers and days as such, any text as text.

    Raises BadInput where a text is longer than a cell can hold.
    """
    write_sheets(path, [Sheet(title, header, columns)])


def write_sheets(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write several sheets to one workbook, one at least, as `write_workbook` does one."""
    # Cell by cell before the first is written: a sheet that was begun cannot be given up.
    checked = [(title, header, list(_cells(header, zip(*columns, strict=True)))) for title, header, columns in sheets]
    _write(path, checked)


def write_rows(path: Path, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]]) -> None:
    """Write sheets, each with its title, header and rows, to one workbook, row by row as they come.

    For rows whose texts are known to be no longer than LONGEST_CELL, of which no more than a few are to be held.
    """
    _write(path, ((title, header, _cells(header, rows)) for title, header, rows in sheets))


def _cells(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[list[CellValue]]:
    for values in rows:
        yield [cell_value(value, name) for name, value in zip(header, values, strict=True)]


def _write(path: Path, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[CellValue]]]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, header, rows in sheets:
        sheet = book.create_sheet(sheet_title(title))
        sheet.freeze_panes = "A2"
        for row in chain([[cell_value(name, "列名") for name in header]], rows):
            sheet.append([_text_cell(sheet, value) if isinstance(value, str) else value for value in row])
    book.save(path)


def sheet_title(title: str) -> str:
    """A title without the signs that Excel does not take, and as short as it wants."""
    return _NOT_IN_TITLES.sub(" ", title)[:31]


def _examined(path: Path, limits: Limits) -> bool:
    """Whether a sheet has formulas; raises BadFile or TooLarge for a file that should not be opened at all."""
    try:
        with zipfile.ZipFile(path) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            check_entries(entries, limits)
            if not any(entry.filename == "[Content_Types].xml" for entry in entries):
                raise zipfile.BadZipFile("no content types")
            parts = [_scan(packed, entry, path.name) for entry in entries]
            if (tags := sum(part.tags for part in parts)) > limits.tags:
                raise TooLarge(
                    f"{path.name} 里有 {tags:,} 个标记,上限 {limits.tags:,}:"
                    "请只留下要改的行与列,并清除表外的格式,另存后再试。"
                )
            return any(part.formulas for part in parts)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise BadFile(f"{path.name} 不是 .xlsx 工作簿或已损坏:旧式 .xls 请在 Excel 里另存为 .xlsx。") from error


class _Part(NamedTuple):
    """A part of a workbook: whether it has formulas, and how many tags, each of which costs time and memory."""

    formulas: bool
    tags: int


def _scan(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> _Part:
    """What a part has; its true size is counted, and a declaration of entities is refused."""
    found, size, tags, tail = False, 0, 0, b""
    with packed.open(entry) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            tags += chunk.count(b"<")
            if size > entry.file_size:
                raise zipfile.BadZipFile("longer than declared")
            text = tail + chunk.replace(b"\0", b"")  # as UTF-16 would hide it
            if entry.filename.endswith((".xml", ".rels")) and _DECLARES.search(text):
                raise BadFile(f"{name} 的 {entry.filename[:80]!r} 里声明了外部实体:拒绝读取,请在 Excel 里另存后再试。")
            found = found or ("worksheets/" in entry.filename and _FORMULA.search(text) is not None)
            tail = text[-16:]
    return _Part(found, tags)


def _rows(path: Path, longest: int, *, values: bool) -> list[list[object]]:
    from openpyxl import load_workbook

    # Opened here, because the library leaves a file open that it cannot read.
    with (
        path.open("rb") as file,
        closing(load_workbook(file, read_only=True, data_only=values, keep_links=False)) as book,
    ):
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size need not be so
        rows: list[list[object]] = []
        for row in sheet.iter_rows(values_only=True):
            if len(row) > _MOST_COLUMNS:
                raise TooLarge(f"{path.name} 有 {len(row):,} 列,上限 {_MOST_COLUMNS:,}:请只留下要导入的列。")
            if len(rows) > longest:
                raise TooLarge(f"{path.name} 超过 {longest:,} 行:请拆成几个文件,或另存为 CSV。")
            rows.append(list(row))
    return rows


def _check_formulas(rows: list[list[object]], written: list[list[object]], name: str) -> None:
    for number, (shown, told) in enumerate(zip(rows, written, strict=True), start=1):
        for place, (value, formula) in enumerate(zip(shown, told, strict=True)):
            if value is None and formula is not None:
                raise BadInput(
                    f"{name} 第 {number} 行第 {place + 1} 列是公式,但没有算好的值:"
                    "请在 Excel 里打开并保存一次,或把它粘贴为数值。"
                )


def _check_width(body: list[list[object]], width: int, name: str) -> None:
    for number, row in enumerate(body, start=2):
        if any(value is not None for value in row[width:]):
            raise BadFile(f"{name} 第 {number} 行在最后一个列名之后还有内容:请在第一行补上列名,或删除它。")


def _meant(value: object) -> object:
    if not isinstance(value, str):
        return value.date() if isinstance(value, datetime) and value.time() == datetime.min.time() else value
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
    return as_meant(plain) if plain.strip() else None


def cell_value(value: object, name: str) -> CellValue:
    """A value as a cell holds it, text inert; raises BadInput naming the column where it is too long for one."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        # Excel knows no offsets, and no microseconds: a local time is read back as local, any other stays a text.
        return value.isoformat(" ") if value.microsecond else value.replace(tzinfo=None)
    if value is None or isinstance(value, (bool, int, float, date)):
        return value
    text = inert(joined(value) if isinstance(value, (list, tuple)) else str(value))
    if len(text) > LONGEST_CELL:
        raise BadInput(f"字段 {name} 有 {len(text):,} 个字,Excel 的一格至多 {LONGEST_CELL:,} 个:请导出为 .csv。")
    return _UNHELD.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _text_cell(sheet: "WriteOnlyWorksheet", text: str) -> "Cell":
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # however it begins, it is no formula
    return cell

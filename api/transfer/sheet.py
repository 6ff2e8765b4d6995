"""A layer as a workbook for people to edit: Chinese titles, values chosen from lists; it comes back by its codes."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from api.transfer.columns import Column
from api.transfer.features import Features, Stream
from api.transfer.titles import NO, YES, headings, worded
from api.transfer.workbook import LONGEST_SHEET, CellValue, cell_value, sheet_title
from layers.errors import BadInput

if TYPE_CHECKING:  # else imported where it is called, for the server starts without it
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_LISTS = "选项"
_LAST_ROW = 1_048_576
"""Of a sheet: lists hold for rows that are yet to be filled, too."""
_NARROWEST, _WIDEST, _LOOKED_AT = 8, 48, 500
_TEXT, _DAY, _MOMENT = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
"""Number formats. Cells of text keep the leading zeros of a code that is typed into them."""


@dataclass
class _Field:
    """A column of the sheet: its heading, the number format of its cells, and the list to choose from.

    told: what explains the heading.
    """

    heading: str
    form: str | None = None
    choices: list[str] = field(default_factory=list)
    told: str = ""


def write_sheet(stream: Stream, path: Path) -> list[str]:
    """Write a workbook of one sheet, and a hidden one with the lists; answers that shapes other than points stay out.

    Numbers and days are such, any text is text. Raises BadInput for more rows than an import takes, or a text that a
    cell cannot hold.
    """
    from openpyxl import Workbook

    if stream.count > LONGEST_SHEET:
        raise BadInput(f"有 {stream.count:,} 行,Excel 表上限 {LONGEST_SHEET:,}:请导出为 .csv 或 .gpkg,或用 --bbox。")
    book, fields = Workbook(write_only=True), _fields(stream)
    sheet = book.create_sheet(sheet_title(stream.layer.title.zh))
    for number, part in enumerate(stream.parts):
        columns = _columns(stream, part)
        if number == 0:
            _lay_out(sheet, fields, columns, stream.count)
            _add_lists(book, sheet, fields)
            sheet.append([_heading(sheet, one) for one in fields])
        for row in zip(*(_cells(sheet, *one) for one in zip(fields, columns, strict=True)), strict=True):
            sheet.append(row)
    book.save(path)
    return _remarks(stream)


def _remarks(stream: Stream) -> list[str]:
    if stream.table or stream.are_points or not stream.count:
        return []
    back = "" if stream.layer.derived else ":改好后再导入,按编码更新属性,图形保持不变"
    return [f"Excel 表里没有图形{back}"]


def _fields(stream: Stream) -> list[_Field]:
    titles = headings(stream.layer, stream.columns)
    fields = [_Field(titles[column.name], *_form(column), column.zh) for column in stream.columns]
    return [*fields, _Field("经度"), _Field("纬度")] if stream.are_points else fields


def _columns(stream: Stream, part: Features) -> list[list[object]]:
    """The values of a part, a list a field."""
    columns = [worded(part.values[column.name], column).tolist() for column in part.columns]
    return columns + (shapely.get_coordinates(part.geometries).T.tolist() if stream.are_points else [])


def _form(column: Column) -> tuple[str | None, list[str]]:
    if column.type == "boolean":
        return None, [YES, NO]
    form = {"date": _DAY, "timestamp with time zone": _MOMENT}.get(column.type)
    is_text = column.type.endswith("[]") or column.type == "text"
    # A cell of several values cannot be held to a list.
    choices = [] if column.type.endswith("[]") else list(column.choices.values())
    return _TEXT if is_text else form, choices


def _lay_out(sheet: "Worksheet", fields: list[_Field], columns: list[list[object]], rows: int) -> None:
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(fields))}{rows + 1}"
    for number, (one, values) in enumerate(zip(fields, columns, strict=True), start=1):
        column = sheet.column_dimensions[get_column_letter(number)]
        shown = [one.heading, *(_shown(value) for value in values[:_LOOKED_AT])]
        column.width = min(max(_NARROWEST, *(_width(text) + 2 for text in shown)), _WIDEST)
        if one.form:
            column.number_format = one.form


def _add_lists(book: "Workbook", sheet: "Worksheet", fields: list[_Field]) -> None:
    """A hidden sheet with a column for each list, which cells refer to: in a rule itself one ends at 255 signs."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = [(number, one) for number, one in enumerate(fields, start=1) if one.choices]
    if not lists:
        return
    hidden = book.create_sheet(_LISTS)
    hidden.sheet_state = "hidden"
    for row in range(max(len(one.choices) for _, one in lists)):
        hidden.append([one.choices[row] if row < len(one.choices) else None for _, one in lists])
    for place, (number, one) in enumerate(lists, start=1):
        listed, letter = get_column_letter(place), get_column_letter(number)
        rule = DataValidation(
            type="list", formula1=f"'{_LISTS}'!${listed}$1:${listed}${len(one.choices)}", allow_blank=True,
            showErrorMessage=True, errorTitle=one.heading[:32], error="请从列表里选一项,或清空此格。",
        )  # fmt: skip
        rule.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.data_validations.append(rule)


def _heading(sheet: "Worksheet", one: _Field) -> "Cell":
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    head = _cell(sheet, cell_value(one.heading, "列名"), None)
    head.font = Font(bold=True)
    if one.told not in ("", one.heading):
        head.comment = Comment(one.told, "huashan")
    return head


def _cells(sheet: "Worksheet", one: _Field, values: Sequence[object]) -> "Iterator[Cell | CellValue]":
    for value in values:
        told = cell_value(value, one.heading)
        # What needs no saying is left to the column, a third of the time and less room.
        yield _cell(sheet, told, one.form) if isinstance(told, (str, float, date)) else told


def _cell(sheet: "Worksheet", value: CellValue, form: str | None) -> "Cell":
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # however it begins, it is no formula
    if isinstance(value, float) and isfinite(value):  # which the library rounds to 16 digits
        cell.value, cell.data_type = repr(value), "n"
    if form and (form == _TEXT or isinstance(value, date)):
        cell.number_format = form
    return cell


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return "2026-01-01 00:00:00"
    return "" if value is None else str(value).partition("\n")[0]


def _width(text: str) -> int:
    """How many letters wide a text is: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text[:_WIDEST])

"""The answer of a land check as a workbook: each table of the paper in whole, figures as figures, all corners."""

import io
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from api.landuse.paper import conflict_tables, land_tables, source_tables, words
from api.landuse.paper.facts import facts_of
from api.landuse.paper.table import Column, Table, said
from api.landuse.paper.words import Json
from api.transfer.workbook import cell_value, sheet_title

if TYPE_CHECKING:  # else imported where it is called, for the server starts without it
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

__all__ = ["tables_of", "xlsx_of"]

_FORMATS = {
    "m2": "#,##0.00", "ha": "#,##0.0000", "mu": "#,##0.00", "m": "#,##0.00", "mm": "0.000", "share": "0.00%",
    "ratio": "0.0000", "degree": "0.000000", "count": "#,##0",
}  # fmt: skip
_NARROWEST, _WIDEST, _LOOKED_AT = 8, 60, 200


def xlsx_of(answer: Json, reader: str, at: datetime) -> bytes:
    """The workbook; text in it never runs as a formula."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = (
        words.plain(f"用地核查意见 {answer['check'] or ''}").strip(),
        "huashan",
    )
    margin = f"内部资料 {words.plain(reader)} 于 {words.clock(at)} 导出"
    for table in tables_of(answer, reader, at):
        _add_sheet(book, table, margin)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def tables_of(answer: Json, reader: str, at: datetime) -> Iterator[Table]:
    """Every table of an answer, sheet by sheet."""
    yield _facts(answer, reader, at)
    yield conflict_tables.reasons(answer)
    yield from (land_tables.classes(answer, told) for told in answer["classes"])
    yield land_tables.groups(answer)
    yield land_tables.cultivated(answer)
    yield land_tables.ownership(answer)
    yield land_tables.owners(answer)
    yield land_tables.grids(answer)
    yield conflict_tables.zones(answer)
    yield conflict_tables.zone_features(answer)
    yield conflict_tables.touched(answer)
    yield land_tables.pieces(answer)
    yield conflict_tables.slivers(answer)
    yield conflict_tables.gaps(answer)
    yield conflict_tables.overlaps(answer)
    yield from source_tables.compared(answer)
    yield source_tables.corner_table(answer)
    yield source_tables.editions(answer)


def _facts(answer: Json, reader: str, at: datetime) -> Table:
    verdict = answer["verdict"]
    rows = [
        ("结论", words.ANSWERS.get(verdict["answer"], verdict["title"])),
        ("性质", f"{verdict['stamp']}:须经现场核实并由主管部门认定"),
        ("编号", answer["check"] or "未存档"),
        *facts_of(answer),
        ("密级", f"内部资料,{reader} 于 {words.moment(at)} 导出"),
    ]
    return Table("意见", "用地核查意见", (Column("项目", width=3), Column("内容", width=9)), rows)


def _add_sheet(book: "Workbook", table: Table, margin: str) -> None:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(sheet_title(table.name))
    sheet.freeze_panes = "A2"
    _lay_out_print(sheet, margin)
    for number, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    looks: dict[tuple[str, bool], Any] = {}
    sheet.append([_cell(sheet, column.title, "head", looks) for column in table.columns])
    kinds = [column.kind for column in table.columns]
    for row in (*table.rows, *([table.total] if table.total else [])):
        sheet.append([_cell(sheet, value, kind, looks) for value, kind in zip(row, kinds, strict=True)])
    for text in [table.note] if table.rows else [table.empty]:
        if text:
            sheet.append([_cell(sheet, text, "note", looks)])


def _lay_out_print(sheet: Any, margin: str) -> None:
    """As wide as the paper, whose copy it is above, the page's number below."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.oddHeader.left.text = margin.replace("&", "&&")
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def _cell(sheet: "WriteOnlyWorksheet", value: Any, kind: str, looks: dict[tuple[str, bool], Any]) -> "Cell":
    """A cell as its kind looks. looks: of cells made before; styling each anew takes most of the time."""
    from openpyxl.cell import WriteOnlyCell

    text = isinstance(value, str)
    cell: Any = WriteOnlyCell(sheet)
    cell.value = cell_value(said(value, kind) if text else value, kind)
    if text:
        cell.data_type = "s"  # however it begins, it is no formula
    if (kind, text) not in looks:
        looks[kind, text] = _styled(WriteOnlyCell(sheet), kind, text)
    cell._style = looks[kind, text]._style
    made: Cell = cell
    return made


def _styled(cell: "Cell", kind: str, text: bool) -> "Cell":
    from openpyxl.styles import Alignment, Font

    if kind == "head":
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    elif text:
        cell.alignment = Alignment(wrap_text=kind != "note", vertical="top")
    elif kind in _FORMATS:
        cell.number_format = _FORMATS[kind]
    return cell


def _widths(table: Table) -> list[float]:
    """How wide each column is to be, in letters."""
    found = []
    for place, column in enumerate(table.columns):
        shown = [column.title, *(said(row[place], column.kind) for row in table.rows[:_LOOKED_AT])]
        found.append(float(min(max(_NARROWEST, *(_wide(text) + 2 for text in shown)), _WIDEST)))
    return found


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text[:_WIDEST])

"""What a document is composed of, in python-docx: text, headings, boxes, tables, margins with page numbers.

python-docx, not docxtpl: a check's answer has from one to some hundred reasons and tables that come and go, which a
template would say in tags inside Word's own XML, where nobody can test or compare them; and docxtpl is python-docx with
Jinja in front of it, another way for a name to become markup.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from api.landuse.paper.facts import AS_THEY_ARE
from api.landuse.paper.markup import (
    add_field,
    add_watermark,
    keep_whole,
    lay_out,
    repeat,
    set_borders,
    set_padding,
    shade,
    underline,
)
from api.landuse.paper.table import Table, folded, said
from api.landuse.paper.words import plain, typeset

if TYPE_CHECKING:  # else imported where it is called, for the server starts without it
    from docx.document import Document
    from docx.styles.style import BaseStyle
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

__all__ = [
    "WIDTH_MM", "add_box", "add_facts", "add_heading", "add_margins", "add_picture", "add_table", "add_text",
    "new_document", "run",
]  # fmt: skip

WIDTH_MM = 165.0
"""Of what is written on: A4 with 25 mm for the binding and 20 mm on the right."""
TEXT, HEADING, LATIN = "宋体", "黑体", "Times New Roman"
"""Fonts by the names that WPS and Word have them by; elsewhere what the machine has in their place."""
_NUMBERS = {"m2", "ha", "mu", "m", "mm", "share", "ratio", "count", "degree"}
_LONG = 34
"""What is wider has no room beside another fact."""
_TOGETHER = 12
"""So many rows stay on one page."""
_FACT, _CELL = "Fact", "Cell"
"""Styles of what stands in tables, also where a cell has nothing: an empty one would else be taller."""
_LINE, _FILL = "9AA5AB", "EEF2F3"


def new_document(title: str, at: datetime) -> "Document":
    """An empty A4 document in Chinese fonts."""
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(25), Mm(20)
    section.top_margin, section.bottom_margin = Mm(24), Mm(20)
    section.header_distance, section.footer_distance = Mm(12), Mm(10)
    style = document.styles["Normal"]
    style.paragraph_format.space_after = Pt(0)
    _set_fonts(style, TEXT, 10.5)
    for level, size in ((1, 14.0), (2, 11.0)):
        heading = document.styles[f"Heading {level}"]
        _set_fonts(heading, HEADING, size)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(12), Pt(4)
    for name, size in ((_FACT, 9.5), (_CELL, 8.5)):
        made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style, made.font.size = style, Pt(size)
    _set_chinese(document)
    told = document.core_properties
    told.title, told.author, told.comments, told.language = plain(title), "huashan", "", "zh-CN"
    told.created = told.modified = at.replace(tzinfo=None)
    return document


def _set_chinese(document: "Document") -> None:
    """Letters as the mainland writes them, and no older Word's way of laying out: the library's template is neither."""
    from docx.oxml.ns import qn

    for told in document.settings.element.iter(qn("w:themeFontLang"), qn("w:compatSetting")):
        if told.tag == qn("w:themeFontLang"):
            told.set(qn("w:eastAsia"), "zh-CN")
        elif told.get(qn("w:name")) == "compatibilityMode":
            told.set(qn("w:val"), "15")
    for told in document.styles.element.iter(qn("w:lang")):
        told.set(qn("w:eastAsia"), "zh-CN")


def _set_fonts(style: Any, chinese: str, size_pt: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.size, style.font.bold, style.font.italic = Pt(size_pt), False, False
    style.font.color.rgb = RGBColor(0x1B, 0x28, 0x31)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()  # a font of the theme goes before one that is named
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), LATIN)
    fonts.set(qn("w:eastAsia"), chinese)


def run(
    paragraph: "Paragraph", text: str, *, bold: bool = False, size_pt: float | None = None, colour: str | None = None,
    chinese: str | None = None, as_it_is: bool = False,
) -> "Run":  # fmt: skip
    """Text at the end of a paragraph; colour: six hexadecimal digits.  as_it_is: a name or a code, which is not set."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    made = paragraph.add_run(plain(text) if as_it_is else typeset(plain(text)))
    if bold:
        made.bold = True
    if size_pt:
        made.font.size = Pt(size_pt)
    if colour:
        made.font.color.rgb = RGBColor.from_string(colour)
    if chinese:
        made._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), chinese)
    return made


def add_text(
    document: "Document", text: str = "", *, middle: bool = False, indent_mm: float = 0.0, before_pt: float = 0.0,
    keep: bool = False, **look: Any,
) -> "Paragraph":  # fmt: skip
    """A paragraph; keep: on the page of the one after it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph()
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.left_indent = Mm(indent_mm)
    paragraph.paragraph_format.space_before = Pt(before_pt)
    paragraph.paragraph_format.keep_with_next = keep
    if text:
        run(paragraph, text, **look)
    return paragraph


def add_heading(document: "Document", text: str, level: int = 1) -> "Paragraph":
    """A heading, which Word lists."""
    made: Paragraph = document.add_heading(typeset(plain(text)), level)
    return made


def add_box(document: "Document", edge: str, fill: str) -> "_Cell":
    """A box as wide as the page; what to write into."""
    table = document.add_table(1, 1)
    lay_out(table, [WIDTH_MM])
    set_borders(table, edge, 12)
    cell: _Cell = table.rows[0].cells[0]
    shade(cell, fill)
    set_padding(table, 60, 140)
    return cell


def add_facts(document: "Document", facts: Sequence[tuple[str, str]]) -> None:
    """Names and values in two pairs of columns; a long value has a row of its own."""
    rows, style = list(_paired(facts)), document.styles[_FACT]
    table = document.add_table(len(rows), 4)
    lay_out(table, [24, 58.5, 24, 58.5])
    set_borders(table, _LINE, 4)
    for row, pair in zip(table.rows, rows, strict=True):
        cells = row.cells
        for place, (name, value) in enumerate(pair):
            _write(cells[2 * place], name, style, fill=_FILL, chinese=HEADING)
            cell = cells[1].merge(cells[3]) if len(pair) == 1 else cells[2 * place + 1]
            _write(cell, value, style, as_it_is=name in AS_THEY_ARE)
        keep_whole(row)


def _wide(text: str) -> int:
    """How wide a text is in Latin letters."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def _paired(facts: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    waiting: list[tuple[str, str]] = []
    for name, value in facts:
        if _wide(value) > _LONG:
            if waiting:
                yield waiting
            yield [(name, value)]
            waiting = []
        else:
            waiting.append((name, value))
            if len(waiting) == 2:
                yield waiting
                waiting = []
    if waiting:
        yield waiting


def add_table(document: "Document", told: Table, most: int) -> None:
    """A table with its heading row on each page; of a long one the first rows, and where the rest is."""
    told = folded(told)
    table, rows = _made(document, told, most)
    columns, style = told.columns, document.styles[_CELL]
    for place, column in enumerate(columns):
        _write(table[0].cells[place], column.title, style, fill=_FILL, chinese=HEADING, middle=True)
    for row, values in zip(table[1:], rows, strict=True):
        last = values is told.total
        for cell, value, column in zip(row.cells, values, columns, strict=True):
            _write(
                cell, said(value, column.kind), style, right=column.kind in _NUMBERS, as_it_is=True,
                fill=_FILL if last else None,
            )  # fmt: skip
    if len(rows) <= _TOGETHER:
        for row in table[:-1]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
    left = len(told.rows) - most
    rest = f"以上为前 {most:,} 行,其余 {left:,} 行见 XLSX 的“{told.name}”表。" if left > 0 else ""
    if rest or told.note:
        add_text(document, rest + told.note, size_pt=8.5, colour="55646E", before_pt=2)


def _made(document: "Document", told: Table, most: int) -> tuple[list[Any], list[Sequence[Any]]]:
    """The empty rows of a table, its heading's first, and what is to be written into them."""
    rows = [*told.rows[:most], *([told.total] if told.total else [])]
    table = document.add_table(len(rows) + 1, len(told.columns))
    whole = sum(column.width for column in told.columns)
    lay_out(table, [column.width / whole * WIDTH_MM for column in told.columns])
    set_borders(table, _LINE, 4)
    set_padding(table, 15, 50)
    made = list(table.rows)
    repeat(made[0])
    for row in made:
        keep_whole(row)
    return made, rows


def _write(
    cell: "_Cell", text: str, style: "BaseStyle", *, right: bool = False, middle: bool = False, fill: str | None = None,
    chinese: str | None = None, as_it_is: bool = False,
) -> None:  # fmt: skip
    """Text into an empty cell."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph._p.style = style.style_id  # by its name it would be looked for among all, which takes most of the time
    if right or middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.CENTER
    if text:
        run(paragraph, text, chinese=chinese, as_it_is=as_it_is)
    if fill:
        shade(cell, fill)


def add_picture(document: "Document", picture: bytes, width_mm: float) -> None:
    """A picture in the middle of the page."""
    from docx.shared import Mm

    paragraph = add_text(document, middle=True)
    shape = paragraph.add_run().add_picture(io.BytesIO(picture), width=Mm(width_mm))
    for side in ("distL", "distR"):  # without it there are 3 mm at each side, which push it out of the text
        shape._inline.set(side, "0")


def add_margins(document: "Document", upper: tuple[str, str], lower: str, mark: str) -> None:
    """Head and foot of each page: texts left and right above, a text and the page's number below.  mark: across it."""
    section = document.sections[0]
    head = section.header.paragraphs[0]
    head.style = section.footer.paragraphs[0].style = document.styles["Normal"]
    _tabbed(head, *upper)
    underline(head, "bottom", _LINE)
    add_watermark(section.header, mark)
    foot = section.footer.paragraphs[0]
    _tabbed(foot, lower, "第 ")
    add_field(foot, "PAGE", 8.5)
    run(foot, " 页 共 ", size_pt=8.5)
    add_field(foot, "NUMPAGES", 8.5)
    run(foot, " 页", size_pt=8.5)
    underline(foot, "top", _LINE)


def _tabbed(paragraph: "Paragraph", left: str, right: str) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
    run(paragraph, left, size_pt=8.5)
    paragraph.add_run("\t")
    run(paragraph, right, size_pt=8.5)

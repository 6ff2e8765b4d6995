"""What Word can and python-docx has no word for: borders, shading, rows that repeat, page numbers, a watermark."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from api.landuse.paper.words import plain

if TYPE_CHECKING:  # else imported where it is called, for the server starts without it
    from docx.section import _Header
    from docx.table import Table, _Cell, _Row
    from docx.text.paragraph import Paragraph

__all__ = [
    "add_field",
    "add_watermark",
    "keep_whole",
    "lay_out",
    "repeat",
    "set_borders",
    "set_padding",
    "shade",
    "underline",
]

_TWIPS = 1440 / 25.4
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_LATER = {
    "w:tblBorders": ("shd", "tblLayout", "tblCellMar", "tblLook"),
    "w:tblCellMar": ("tblLook",),
    "w:tcW": ("gridSpan", "vMerge", "shd", "vAlign"),
    "w:shd": ("noWrap", "tcMar", "vAlign"),
    "w:pBdr": ("shd", "tabs", "spacing", "ind", "jc", "rPr"),
}
"""What comes after an element in its parent: Word refuses a document where it is otherwise."""
_WATERMARK = """
<w:r {namespaces} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
  <w:rPr><w:noProof/></w:rPr>
  <w:pict>
    <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
                 path="m@7,l@8,m@5,21600l@6,21600e">
      <v:formulas>
        <v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
        <v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
        <v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/>
        <v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/>
      </v:formulas>
      <v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"
              o:connectangles="270,180,90,0"/>
      <v:textpath on="t" fitshape="t"/>
      <v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>
      <o:lock v:ext="edit" text="t" shapetype="t"/>
    </v:shapetype>
    <v:shape id="huashan_mark" o:spid="_x0000_s2049" type="#_x0000_t136" stroked="f" fillcolor="#d9dde0"
             style="{style}">
      <v:fill opacity=".5"/>
      <v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string={text}/>
    </v:shape>
  </w:pict>
</w:r>"""


_PLACED = (
    "position:absolute;margin-left:0;margin-top:0;width:{width:.0f}pt;height:34pt;rotation:315;z-index:-251658752;"
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    "mso-position-vertical:center;mso-position-vertical-relative:margin"
)


def lay_out(table: "Table", widths_mm: Sequence[float]) -> None:
    """Columns of these widths, which stay whatever is in them."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml.ns import qn

    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER  # else its lines stand out on the left by the padding of its cells
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths_mm, strict=True):
        column.set(qn("w:w"), str(round(width * _TWIPS)))
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths_mm, strict=True):
            _put(cell.get_or_add_tcPr(), "w:tcW", w=round(width * _TWIPS), type="dxa")


def set_borders(table: "Table", colour: str, eighths_pt: int) -> None:
    """Lines around and between the cells of a table."""
    borders = _put(table._tbl.tblPr, "w:tblBorders")
    for side in _SIDES:
        _put(borders, f"w:{side}", val="single", sz=eighths_pt, space=0, color=colour)


def set_padding(table: "Table", up_twips: int, aside_twips: int) -> None:
    """How far what is written in a table's cells stays from their edges."""
    margins = _put(table._tbl.tblPr, "w:tblCellMar")
    for side, width in (("top", up_twips), ("left", aside_twips), ("bottom", up_twips), ("right", aside_twips)):
        _put(margins, f"w:{side}", w=width, type="dxa")


def shade(cell: "_Cell", colour: str) -> None:
    """The ground of a cell."""
    _put(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill=colour)


def repeat(row: "_Row") -> None:
    """A row stands on each page that its table goes over."""
    _put(row._tr.get_or_add_trPr(), "w:tblHeader", val="true")


def keep_whole(row: "_Row") -> None:
    """A row is not torn between pages."""
    _put(row._tr.get_or_add_trPr(), "w:cantSplit", val="true")


def underline(paragraph: "Paragraph", side: str, colour: str) -> None:
    """A line along the 'top' or the 'bottom' of a paragraph."""
    borders = _put(paragraph._p.get_or_add_pPr(), "w:pBdr")
    _put(borders, f"w:{side}", val="single", sz=4, space=3, color=colour)


def add_field(paragraph: "Paragraph", code: str, size_pt: float) -> None:
    """What Word works out itself: PAGE, NUMPAGES."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    for kind in ("begin", "", "separate", "1", "end"):
        part = paragraph.add_run()
        part.font.size = Pt(size_pt)
        if kind == "":
            told = OxmlElement("w:instrText")
            told.set(qn("xml:space"), "preserve")
            told.text = f" {code} "
            part._r.append(told)
        elif kind == "1":
            part.text = "1"
        else:
            _put(part._r, "w:fldChar", fldCharType=kind)


def add_watermark(header: "_Header", text: str) -> None:
    """A text across each page, behind what is written, as Word's own watermarks are made."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    said = plain(text)
    width = min(420.0, 30.0 * sum(2 if ord(letter) > 0x2E80 else 1 for letter in said) / 2 + 20)
    filled = _WATERMARK.format(namespaces=nsdecls("w"), style=_PLACED.format(width=width), text=quoteattr(said))
    header.paragraphs[0]._p.append(parse_xml(filled))


def _put(parent: Any, name: str, **values: object) -> Any:
    """A child of that name with these attributes, in the place of an older one, where the schema wants it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for old in parent.findall(qn(name)):
        parent.remove(old)
    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), str(value))
    later = {qn(f"w:{one}") for one in _LATER.get(name, ())}
    behind = next((child for child in parent if child.tag in later), None)
    if behind is None:
        parent.append(made)
    else:
        behind.addprevious(made)
    return made

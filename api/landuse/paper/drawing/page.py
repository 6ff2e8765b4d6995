"""The map of a check as a page of its own, all lines and letters, and the picture of its map for a document."""

import io
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from api.landuse.paper import words
from api.landuse.paper.drawing.looks import Looks
from api.landuse.paper.drawing.map import WIDTH_MM, draw_map, map_of
from api.landuse.paper.words import Json
from api.sheets.drawing.font import find_letters
from api.sheets.drawing.paper import Paper
from api.sheets.ground import Ground
from api.sheets.plane import Box

__all__ = ["DPI", "Page", "box_of", "page_of", "picture_of"]

DPI = 300
_PAGE_MM = (210.0, 297.0)
_LEFT_MM, _TOP_MM = (210.0 - WIDTH_MM) / 2, 33.0
_MM_PER_INCH, _POINTS = 25.4, 72
_SOFT = "#55646e"
_pdfium = Lock()
"""PDFium is not made for several threads."""


class Page(NamedTuple):
    """A page of one map: the PDF, and where on it the map with its legend lies, in millimetres from the upper left."""

    body: bytes
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height_mm(self) -> float:
        """How tall the map with its legend is."""
        return self.bottom - self.top


def box_of(answer: Json, looks: Looks) -> Box:
    """What the map of an answer shows, in degrees."""
    return map_of(answer, looks, _LEFT_MM, _TOP_MM).frame.box


def page_of(answer: Json, looks: Looks, ground: Ground, reader: str, at: datetime, font: Path | None = None) -> Page:
    """The page; raises NotPossible where the machine has no Chinese font."""
    paper = Paper(find_letters(font), words.plain(f"用地核查附图 {answer['check'] or ''}").strip(), at)
    paper.add_page()
    _draw_head(paper, answer)
    bottom = draw_map(paper, map_of(answer, looks, _LEFT_MM, _TOP_MM), ground)
    _draw_margins(paper, answer, reader, at)
    return Page(bytes(paper.output()), _LEFT_MM, _TOP_MM, _LEFT_MM + WIDTH_MM, bottom)


def picture_of(page: Page) -> bytes:
    """The page's map as a PNG at 300 dpi."""
    import pypdfium2

    width, height = _PAGE_MM
    points = _POINTS / _MM_PER_INCH
    crop = (page.left, height - page.bottom, width - page.right, page.top)
    with _pdfium, pypdfium2.PdfDocument(page.body) as document:
        picture = document[0].render(scale=DPI / _POINTS, crop=tuple(side * points for side in crop)).to_pil()
    packed = io.BytesIO()
    picture.save(packed, "PNG", dpi=(DPI, DPI))
    return packed.getvalue()


def _draw_head(paper: Paper, answer: Json) -> None:
    paper.ink(16)
    paper.say_middle(_PAGE_MM[0] / 2, 22, "用地核查附图")
    paper.ink(9)
    asked, verdict = answer["asked"], answer["verdict"]
    said = [
        f"编号 {answer['check'] or '未存档'}",
        answer["name"] or "",
        f"{asked['activity_name']}:{words.ANSWERS.get(verdict['answer'], verdict['title'])}",
        f"范围 {words.area(answer['outline']['area'])}",
    ]
    line = paper.lines("  ".join(filter(None, said)), WIDTH_MM)[0]
    paper.say_middle(_PAGE_MM[0] / 2, 28.5, line)


def _draw_margins(paper: Paper, answer: Json, reader: str, at: datetime) -> None:
    """Whose copy it is, and what it is not."""
    left, right = _LEFT_MM, _LEFT_MM + WIDTH_MM
    paper.ink(8.5, _SOFT)
    paper.say(left, 12, "内部资料 注意保密")
    whose = paper.lines(f"{reader} 于 {words.clock(at)} 打印", WIDTH_MM * 0.6)[0]
    paper.say(right - paper.width(whose), 12, whose)
    paper.stroke([[(left, 14), (right, 14)], [(left, 285), (right, 285)]], "#9aa5ab", 0.2)
    asked = answer["asked"]
    paper.say(
        left,
        289.5,
        f"「{answer['verdict']['stamp']}」 数据现状 {asked['as_of']},按 {words.clock(asked['known_at'])} 所知",
    )
    number = answer["check"] or ""
    paper.say(right - paper.width(number), 289.5, number)

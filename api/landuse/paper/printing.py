"""One answer in any of its printed forms, without a request: for the command line and batches as for the server."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from api.landuse.answers.shapes import dumped
from api.landuse.paper.words import Json
from api.landuse.store import DOCUMENTS
from api.sheets.ground import Ground
from api.sheets.plane import Box
from layers.errors import BadInput, NotPossible

if TYPE_CHECKING:  # else imported where it is called, for the server starts without it
    from api.landuse.paper.drawing.looks import Looks
    from api.landuse.paper.drawing.page import Page

__all__ = ["FORMATS", "Printed", "box_of", "printed"]

FORMATS = ("docx", "pdf", "map", "xlsx", "gpkg")
"""DOCX; the same as PDF; its map as a page of lines and letters, PDF, too; workbook; GeoPackage."""


class Printed(NamedTuple):
    """A file: its bytes, their media type, its name, and what is to be told to who asked for it; None for nothing."""

    body: bytes
    media: str
    name: str
    notice: str | None = None


def printed(
    answer: Json, wanted: str, *, reader: str, at: datetime, ground_of: Callable[[Box], Ground] = lambda box: (),
    font: Path | None = None,
) -> Printed:  # fmt: skip
    """An answer as a file for this reader, at this time, which is aware of its zone.

    PDF where no LibreOffice can make it is DOCX, with a notice, which stands in the document, too.
    ground_of: what lies around, for the map.  font: a file to draw with before the machine's own.
    Raises BadInput for a format that there is not, NotPossible where a map is asked for and no font writes Chinese.
    """
    answer = orjson.loads(dumped(answer))  # also where parts of it are written already
    if wanted not in FORMATS:
        raise BadInput(f"没有格式 {wanted[:40]!r}:可用的有 {'、'.join(FORMATS)}。")
    title = f"用地核查意见 {answer['check'] or '未存档'}"
    if wanted == "xlsx":
        from api.landuse.paper.workbook import xlsx_of

        return Printed(xlsx_of(answer, reader, at), DOCUMENTS["xlsx"], f"{title}.xlsx")
    if wanted == "gpkg":
        from api.landuse.paper.geopackage import gpkg_of

        return Printed(gpkg_of(answer, reader, at), DOCUMENTS["gpkg"], f"{title}.gpkg")
    if wanted == "map":
        body = _page(answer, reader, at, ground_of, font).body
        return Printed(body, DOCUMENTS["pdf"], f"用地核查附图 {answer['check'] or '未存档'}.pdf")
    return _document(answer, title, reader, at, ground_of, font, as_pdf=wanted == "pdf")


def box_of(answer: Json) -> Box:
    """What the map shows, in degrees: whose ground is to be read."""
    from api.landuse.paper.drawing import page

    return page.box_of(orjson.loads(dumped(answer)), _looks())


def _document(
    answer: Json, title: str, reader: str, at: datetime, ground_of: Callable[[Box], Ground], font: Path | None, *,
    as_pdf: bool,
) -> Printed:  # fmt: skip
    from api.landuse.paper import office
    from api.landuse.paper.document import docx_of

    picture, remark = _picture(answer, reader, at, ground_of, font)
    notice = None
    if as_pdf:
        try:
            if office.program() is None:
                raise NotPossible(office.ABSENT)
            body = office.converted(docx_of(answer, picture, reader, at, remark))
            return Printed(body, DOCUMENTS["pdf"], f"{title}.pdf", remark or None)
        except NotPossible as missing:
            notice = str(missing)
    told = " ".join(filter(None, [remark, notice]))
    return Printed(docx_of(answer, picture, reader, at, told), DOCUMENTS["docx"], f"{title}.docx", told or None)


def _picture(
    answer: Json, reader: str, at: datetime, ground_of: Callable[[Box], Ground], font: Path | None
) -> tuple[bytes | None, str]:
    """The map, and what is to be said where there is none: tables and reasons are worth printing without."""
    from api.landuse.paper.drawing.page import picture_of

    try:
        return picture_of(_page(answer, reader, at, ground_of, font)), ""
    except NotPossible as missing:
        return None, f"没有附图:{missing}"


def _page(answer: Json, reader: str, at: datetime, ground_of: Callable[[Box], Ground], font: Path | None) -> "Page":
    from api.landuse.paper.drawing.page import page_of

    return page_of(answer, _looks(), ground_of(box_of(answer)), reader, at, font)


@cache
def _looks() -> "Looks":
    """As this checkout has them."""
    from api.landuse.paper.drawing.looks import looks_of
    from layers.catalogue import read_catalogue

    return looks_of(read_catalogue())

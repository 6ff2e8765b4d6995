"""Documents over HTTP: named in Chinese, kept by nobody on the way, marked with whoever reads, and told of in words."""

import io
from collections import Counter
from urllib.parse import quote, unquote

import docx
import openpyxl
import pypdfium2
import pytest

from api.landuse.paper import office
from api.landuse.paper.around import LAND, ZONE, read_around
from api.landuse.paper.printing import box_of
from tests.api.landuse.conftest import asked, box


@pytest.fixture(scope="module")
def checked(some_font, land):
    return asked(land, box(20, 20, 380, 180), activity="build", name="试建厂房", headers=land.person("landuse"))


def got(land, checked, form, **more):
    """The document of a check for 张三, as `person` names everyone."""
    return land.client.get(f"/landuse/checks/{checked['check']}", params={"format": form}, **more)


@pytest.fixture(scope="module")
def planner(land, checked):
    return {"headers": land.person("landuse", "admin")}


def test_the_document_is_named_in_chinese_kept_by_nobody_and_marked_with_its_reader(land, checked, planner):
    answer = got(land, checked, "docx", **planner)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store" and "x-huashan-notice" not in answer.headers
    named = quote(f"用地核查意见 {checked['check']}.docx")
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{named}"
    told = docx.Document(io.BytesIO(answer.content))
    assert "张三 于 20" in told.sections[0].header.paragraphs[0].text
    assert len(told.inline_shapes) == 1 and told.tables[1].rows[0].cells[1].text == "试建厂房"
    assert checked["check"] in told.paragraphs[1].text


def test_pdf_without_libreoffice_is_the_docx_with_a_notice_that_a_page_can_show(land, checked, planner, monkeypatch):
    monkeypatch.setattr(office, "program", lambda: None)
    answer = got(land, checked, "pdf", **planner)
    assert answer.status_code == 200 and answer.headers["content-type"].endswith("wordprocessingml.document")
    assert unquote(answer.headers["x-huashan-notice"]) == office.ABSENT
    assert quote(".docx") in answer.headers["content-disposition"]


def test_the_map_is_a_page_of_lines(land, checked, planner):
    answer = got(land, checked, "map", **planner)
    assert answer.headers["content-type"] == "application/pdf"
    with pypdfium2.PdfDocument(answer.content) as document:
        told = document[0].get_textpage().get_text_bounded()
    assert checked["check"] in told and "核查范围" in told and "J4" in told and "张三 于" in told


def test_tables_and_pieces_are_the_check_s_own(land, checked, planner):
    book = openpyxl.load_workbook(io.BytesIO(got(land, checked, "xlsx", **planner).content))
    rows = [list(row) for row in book["图斑"].iter_rows(min_row=2, values_only=True)]
    assert [row[7] for row in rows[:-1] if isinstance(row[0], int)] == [one["area"]["m2"] for one in checked["pieces"]]
    body = got(land, checked, "gpkg", **planner).content
    assert body.startswith(b"SQLite format 3") and "冲突".encode() in body


def test_there_is_no_document_of_what_is_not_there(land, checked, planner):
    assert got(land, {"check": "YD20261127-22222222"}, "pdf", **planner).status_code == 404
    assert got(land, checked, "doc", **planner).status_code == 400


def test_the_map_shows_what_lies_around_as_the_check_knew_it(land, checked):
    with land.engine.begin() as connection:
        box = box_of(checked)
        told = Counter((shape.layer, shape.name) for shape in read_around(connection, checked, box))
        assert told[LAND, "crop"] == 2 and told[LAND, "built"] == 2 and told[ZONE, "permanent_farmland"] == 1
        assert all(shape.area and len(shape.parts[0]) > 3 for shape in read_around(connection, checked, box))
        before = {**checked, "asked": checked["asked"] | {"as_of": "2025-12-31"}}
        assert not [shape for shape in read_around(connection, before, box) if shape.layer in (LAND, ZONE)]
        unknown = {**checked, "asked": checked["asked"] | {"known_at": "2020-01-01T00:00:00+08:00"}}
        assert not [shape for shape in read_around(connection, unknown, box) if shape.layer in (LAND, ZONE)]

"""The workbook read back by openpyxl: the answer's figures as figures, every row, text that never runs."""

import copy
import io

import openpyxl
import pytest

from api.landuse.paper.workbook import tables_of, xlsx_of
from tests.api.landuse.paper.checks import check, many_cornered
from tests.api.landuse.paper.conftest import NOW, READER, made


def read(body):
    return openpyxl.load_workbook(io.BytesIO(body))


def rows(book, name):
    return [list(row) for row in book[name].iter_rows(min_row=2, values_only=True)]


@pytest.fixture(scope="module")
def book(answer):
    return read(made(answer, "xlsx").body)


def test_it_begins_with_what_it_is_and_whose_copy(book, answer):
    told = dict(rows(book, "意见"))
    assert told["结论"] == "不可" and told["编号"] == answer["check"] and "线索,非认定" in told["性质"]
    assert told["密级"] == f"内部资料,{READER} 于 2026-11-27 15:10:05(东八区) 导出" and told["提出人"] == "李四"
    for sheet in book:
        assert f"内部资料 {READER} 于 2026-11-27 15:10 导出" in sheet.oddHeader.left.text
        assert sheet.freeze_panes == "A2" and sheet.page_setup.orientation == "landscape"


def test_figures_are_the_answers_own_and_are_figures(book, answer):
    for row, one in zip(rows(book, "图斑"), answer["pieces"], strict=False):
        m2 = one["area"]["m2"]
        assert row[0] == one["piece"] and row[1] == one["code"] and row[6] == one["deduct_ratio"]
        assert row[7:10] == pytest.approx([m2, m2 / 10_000, m2 * 3 / 2000], rel=1e-12)
    assert rows(book, "图斑")[-1][7] == pytest.approx(sum(one["area"]["m2"] for one in answer["pieces"]))
    for row, one in zip(rows(book, "三调"), answer["classes"][0]["rows"], strict=True):
        assert row[3] == one["area"]["m2"] and row[6] == one["share"]
    zones = {row[0]: row for row in rows(book, "控制区")}
    assert zones["城镇开发边界"][2] is None and zones["储备土地"][6] == 787.741, "no figure where there is none"
    assert book["三调"]["G2"].number_format == "0.00%" and book["三调"]["D2"].number_format == "#,##0.00"


def test_reasons_are_whole(book, answer):
    for row, reason in zip(rows(book, "理由"), answer["verdict"]["reasons"], strict=True):
        assert row[1] in ("不可", "须报批", "不能判定") and row[2:5] == [
            reason["text"], reason["citation"] or None, reason["remedy"]
        ]  # fmt: skip
        assert all(one["code"] in row[-1] for one in reason["features"]) and row[-2] == reason["rule"]


def test_every_corner_of_a_large_outline_is_in_it():
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(many_cornered(3_000), READER, NOW)), read_only=True)
    *corners, note = book["界址点"].iter_rows(min_row=2, values_only=True)
    assert len(corners) == 3_001 and corners[-1][1] == "J1" and "EPSG:4547" in note[0]


def test_text_is_text_whatever_is_in_it(answer):
    nasty = copy.deepcopy(answer) | {"name": '=HYPERLINK("x")', "made_by": "@甲\x00\x0b"}
    nasty["pieces"][0] |= {"code": "=1+1", "owner": "+1+1"}
    book = read(xlsx_of(nasty, "&A 甲&B", NOW))
    assert dict(rows(book, "意见"))["名称"].startswith("'=HYPERLINK") and rows(book, "图斑")[0][1] == "'=1+1"
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    assert book["意见"].oddHeader.left.text.startswith("内部资料 &&A 甲&&B"), "no code of a page's head"


def test_nothing_is_said_in_words():
    empty = check(
        pieces=[], groups=[], ownership=[], owners=[], grids=[], touched=[], slivers=[], editions=[], classes=[]
    )
    book = read(xlsx_of(empty, READER, NOW))
    assert rows(book, "图斑")[0][0] == "没有地类图斑覆盖本范围。"
    assert len({table.name for table in tables_of(empty, READER, NOW)}) == len(book.sheetnames)

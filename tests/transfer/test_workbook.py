"""Excel workbooks come in and go out as tables do, and a hostile one is refused with a reason."""

import datetime
import io
import zipfile

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.transfer.read import Reading, read_source
from api.transfer.workbook import read_workbook, write_workbook
from layers.errors import BadFile, BadInput, TooLarge

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=30).filter(
    lambda text: text.strip() != ""
)
CELLS = st.one_of(st.none(), TEXTS, st.integers(-(10**14), 10**14), st.booleans(), st.dates(datetime.date(1901, 1, 1)))
EVIL = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def saved(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def with_part(path, name, content):
    """The workbook with one part of it replaced."""
    raw = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return path


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
@settings(max_examples=40)
def test_what_is_written_is_read(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("book") / "表.xlsx"
    write_workbook(path, ["甲", "乙"], [[row[place] for row in rows] for place in (0, 1)], "表[1]/二")
    kept = [row for row in rows if row != (None, None)]
    assert {name: values.tolist() for name, values in read_workbook(path).fields.items()} == {
        "甲": [row[0] for row in kept],
        "乙": [row[1] for row in kept],
    }


def test_no_text_is_ever_a_formula(tmp_path):
    path = tmp_path / "表.xlsx"
    write_workbook(path, ["=cmd"], [["=1+1", "+1", "-3.5", "@x", "'=1"]], "表")
    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == ["'=cmd", "'=1+1", "+1", "-3.5", "'@x", "''=1"]


def test_lists_go_into_one_cell_and_a_text_too_long_for_one_is_refused(tmp_path):
    write_workbook(tmp_path / "表.xlsx", ["甲"], [[["A", "B"]]], "表")
    assert read_workbook(tmp_path / "表.xlsx").fields["甲"].tolist() == ["A;B"]
    with pytest.raises(BadInput, match=r"32,767.*\.csv"):
        write_workbook(tmp_path / "长.xlsx", ["甲"], [["x" * 40_000]], "表")


def test_only_the_first_sheet_is_read_and_its_days_are_days(tmp_path):
    path = saved(tmp_path / "表.xlsx", [" 编码 ", "日期", None], ["A", datetime.datetime(2026, 1, 2)], [None, None])
    book = openpyxl.load_workbook(path)
    book.create_sheet("别的").append(["不看"])
    book.save(path)
    found = read_workbook(path).fields
    assert {name: values.tolist() for name, values in found.items()} == {
        "编码": ["A"],
        "日期": [datetime.date(2026, 1, 2)],
    }


def test_a_formula_without_a_value_is_no_empty_cell(tmp_path):
    with pytest.raises(BadInput, match="第 2 行第 2 列是公式"):
        read_workbook(saved(tmp_path / "表.xlsx", ["编码", "名"], ["A", "=A2"]))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "是空的"),
        ([[None, None]], "是空的"),
        ([["甲", "甲"], [1, 2]], "重复"),
        ([["甲"], [1, 2]], "最后一个列名之后"),
        ([[f"列{n}" for n in range(2001)]], "列"),
    ],
)
def test_a_sheet_that_is_no_table_is_said(tmp_path, rows, told):
    with pytest.raises((BadFile, TooLarge), match=told):
        read_workbook(saved(tmp_path / "表.xlsx", *rows))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook_is_said(tmp_path, content):
    path = tmp_path / "表.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadFile, match="xls"):
        read_source(path, Reading(table=True))


def test_a_workbook_cut_short_or_emptied_is_said(tmp_path):
    whole = saved(tmp_path / "表.xlsx", ["甲"], ["乙"])
    for number, part in enumerate(("xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml")):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(whole.read_bytes())
        with pytest.raises(BadFile):
            read_workbook(with_part(path, part, b"<broken"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_entities_are_refused(tmp_path, part, encoding):
    path = saved(tmp_path / "表.xlsx", ["甲"], ["乙"])
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{EVIL}<worksheet>&x;</worksheet>'.encode(encoding)
    with pytest.raises(BadFile):
        read_workbook(with_part(path, part, xml))


def test_a_bomb_is_refused_before_it_is_opened(tmp_path):
    path = with_part(saved(tmp_path / "表.xlsx", ["甲"]), "xl/worksheets/sheet1.xml", b"<c/>" * 20_000_000)
    with pytest.raises(TooLarge, match="炸弹"):
        read_workbook(path)


def test_points_come_from_a_workbook_too(tmp_path):
    path = saved(tmp_path / "点.xlsx", ["编码", "经度", "纬度"], ["A", 114.5, 30.5])
    source = read_source(path)
    assert source.geometries[0].wkt == "POINT (114.5 30.5)" and source.fields["编码"] == np.array(["A"], dtype=object)

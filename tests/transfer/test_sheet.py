"""A layer as a workbook that a clerk edits; and tables without geometry, which correct features by their codes."""

import codecs
import csv
import re
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api.transfer.edition import Edition
from api.transfer.exporting import read_features, write_features
from api.transfer.report import write_changes
from layers.catalogue import read_catalogue
from layers.errors import BadGeometry, BadInput, Conflict
from tests.transfer.places import square

CATALOGUE = read_catalogue()
LINE = "LINESTRING (114.1234567890123 30.5, 114.51 30.5)"
ROADS = [
    ({"code": "007", "name": "花山大道", "class": "trunk", "width_m": 22.5}, LINE),
    ({"code": "8", "name": "=1+1", "class": "minor"}, LINE),
    ({"code": "9", "class": "other", "width_m": 7}, LINE),
]


def yes(question):
    return True


@pytest.fixture
def roads(imported, geojson):
    assert imported("road", geojson(*ROADS)).inserted == 3


@pytest.fixture
def stored(connection):
    def read():
        found = connection.execute(text("SELECT code, name, class, width_m, geom::text FROM city.road_now"))
        return {row.code: tuple(row) for row in found}

    return read


@pytest.fixture(params=["csv", "xlsx"])
def table(request, tmp_path):
    """A function that writes rows, the first of them the header, to a CSV or a workbook."""

    def write(*rows, name="表"):
        path = tmp_path / f"{name}.{request.param}"
        if request.param == "csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
            return path
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
        return path

    return write


def exported(connection, layer, path):
    written = write_features(read_features(connection, CATALOGUE[layer]), path, force=True)
    book = openpyxl.load_workbook(path)
    return written, book, book.worksheets[0]


def test_a_sheet_is_fit_to_be_edited(connection, roads, tmp_path):
    written, book, sheet = exported(connection, "road", tmp_path / "路.xlsx")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:5] == ["编码", "名称", "道路等级", "路宽(米)", "出处"]
    assert "report 报告" in sheet["E1"].comment.text and sheet["A1"].comment is None
    assert rows[1][:4] == ["007", "花山大道", "快速路", 22.5] and rows[2][1:3] == ["'=1+1", "支路"]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref[:3]) == ("道路", "B2", "A1:")
    assert sheet["A2"].number_format == "@" == sheet.column_dimensions["A"].number_format, "a zero typed first stays"
    assert sheet["A1"].font.bold and sheet.column_dimensions["B"].width == 10
    assert any("图形保持不变" in remark for remark in written.remarks)
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if "C2:C1048576" in str(rule.sqref)]
    hidden = book["选项"]
    assert hidden.sheet_state == "hidden" and rule.formula1 == "'选项'!$A$1:$A$6"
    listed = [cell.value for cell in hidden["A"]][:6]
    assert listed == ["快速路", "主干路", "次干路", "主辅干道", "支路", "其他"]
    assert [cell.value for cell in hidden["B"]][:4] == ["report", "public", "synthetic", "import"], "without titles"


def test_days_are_days_and_yes_and_no_are_chosen(connection, imported, geojson, tmp_path):
    river = {"code": "w", "kind": "river", "width_m": 20, "width_assumed": True}
    imported("water", geojson((river, LINE)))
    _, book, sheet = exported(connection, "water", tmp_path / "水.xlsx")
    row = dict(zip(*[[cell for cell in line] for line in sheet.iter_rows()], strict=True))
    told = {head.value: (cell.value, cell.number_format, cell.column_letter) for head, cell in row.items()}
    assert told["河宽是否假定"][0] == "是"
    assert told["生效日期"][1] == "yyyy-mm-dd" and told["生效日期"][0].date()
    rule = next(
        rule for rule in sheet.data_validations.dataValidation if f"{told['河宽是否假定'][2]}2:" in str(rule.sqref)
    )
    column = rule.formula1.split("$")[1]
    assert [cell.value for cell in book["选项"][column]][:2] == ["是", "否"]


def test_points_keep_their_places_in_the_sheet(connection, imported, geojson, tmp_path):
    imported("site", geojson(({"code": "s", "kind": "stake"}, "POINT (114.1234567890123 30.5)")))
    written, _, sheet = exported(connection, "site", tmp_path / "点.xlsx")
    assert [cell.value for cell in sheet[1]][-2:] == ["经度", "纬度"] and written.remarks == []
    assert [cell.value for cell in sheet[2]][-2:] == [114.1234567890123, 30.5]


def test_a_point_stays_where_a_spreadsheet_rounds_its_longitude(connection, imported, geojson, tmp_path):
    imported("site", geojson(({"code": "s", "kind": "stake"}, "POINT (114.12345678901235 30.5)")))
    path = tmp_path / "点.xlsx"
    _, book, sheet = exported(connection, "site", path)
    (cell,) = [cell for cell in sheet[2] if cell.value == 114.12345678901235]
    cell.value = 114.123456789012
    book.save(path)
    assert imported("site", path).unchanged == 1
    cell.value = 114.123457
    book.save(path)
    assert imported("site", path).alterations == ["改动 图形 1 行,如 s"]


def test_an_edited_sheet_changes_what_was_edited(connection, roads, imported, stored, tmp_path):
    path, before = tmp_path / "路.xlsx", stored()
    _, book, sheet = exported(connection, "road", path)
    sheet["C2"], sheet["D2"], sheet["D4"] = "主干路", None, 7.5
    book.save(path)
    asked = []
    report = imported("road", path, ask=lambda question: not asked.append(question))
    assert (report.updated, report.unchanged, report.applied) == (2, 1, True)
    assert report.alterations == [
        "改动 class(道路等级) 1 行:快速路 → 主干路(如 007)",
        "改动 width_m(路宽(米)) 2 行:22.5 → 空(1 行,如 007)、7 → 7.5(1 行,如 9)",
    ]
    assert asked == ["\n".join([*report.alterations, "按编码更新 2 条,图形不变。确定写入?"])]
    code, name, _, _, geom = before["007"]
    assert stored()["007"] == (code, name, "primary", None, geom)
    assert imported("road", path).changes == 0, "without a question, for there is nothing to ask"


def test_every_cell_that_would_change_may_be_looked_at_first(connection, roads, imported, stored, tmp_path):
    path, before = tmp_path / "路.xlsx", stored()
    _, book, sheet = exported(connection, "road", path)
    sheet["C2"], sheet["D2"], sheet["D4"], sheet["B3"] = "主干路", None, 7.5, "新名"
    book.save(path)
    file = tmp_path / "改动.csv"
    report = imported("road", path, dry_run=True, list_changes=lambda cells: write_changes(cells, file))
    assert file.read_bytes().startswith(codecs.BOM_UTF8) and stored() == before and report.updated == 3
    assert [line.split(",") for line in file.read_text("utf-8-sig").splitlines()] == [
        ["行号", "编码", "字段", "原值", "新值"],
        ["2", "007", "class(道路等级)", "快速路", "主干路"],
        ["2", "007", "width_m(路宽(米))", "22.5", ""],
        ["3", "8", "name(名称)", "'=1+1", "新名"],
        ["4", "9", "width_m(路宽(米))", "7", "7.5"],
    ]


def test_changes_that_are_not_all_shown_say_how_to_see_them(roads, imported, geojson, table):
    codes = ["007", "8", "9", "10"]
    imported("road", geojson(({"code": "10", "class": "other"}, LINE)))
    for few, told in ((codes[:3], False), (codes, True)):
        report = imported("road", table(["编码", "名称"], *([code, f"名 {code}"] for code in few)), dry_run=True)
        assert ("--changes" in report.alterations[-1]) == told


def test_columns_that_a_table_lacks_stay(roads, imported, stored, table):
    before = stored()
    assert imported("road", table(["编码", "路宽(米)"], ["8", 3]), ask=yes).updated == 1
    assert stored() == before | {"8": (*before["8"][:3], 3.0, before["8"][4])}


def test_nothing_is_written_without_a_yes(roads, imported, stored, table):
    before, path = stored(), table(["编码", "名称"], ["8", "新名"])
    told = re.escape("会更新 1 条(改动 name(名称) 1 行:=1+1 → 新名(如 8))")
    with pytest.raises(Conflict, match=rf"{told}.*--yes"):
        imported("road", path)
    report = imported("road", path, dry_run=True)
    assert (report.updated, report.applied) == (1, False) and stored() == before


def test_a_code_that_no_feature_has_is_refused(roads, imported, stored, table):
    path = table(["编码", "名称"], ["8", "新名"], ["10", "没有"])
    report = imported("road", path)
    assert report.refused and [(reject.number, reject.code) for reject in report.rejects] == [(3, "10")]
    assert "没有编码为 '10' 的记录:表里没有图形,不能新增" in report.rejects[0].reason
    assert imported("road", path, skip_bad=True, ask=yes).updated == 1


def test_a_table_never_stands_for_the_whole_layer(roads, imported, stored, table):
    path = table(["编码", "名称"], ["8", "新名"])
    with pytest.raises(BadInput, match=r"不能用 --replace"):
        imported("road", path, edition=Edition("二", date(2999, 1, 1), replace=True), ask=yes)


def test_a_table_without_codes_or_coordinates_says_what_both_are_called(imported, table):
    with pytest.raises(BadInput, match=r"没有编码列:现有 甲、乙.*--key.*经度、纬度"):
        imported("road", table(["甲", "乙"], [1, 2]))


def test_rules_hold_for_a_table_as_for_a_file(roads, imported, table):
    report = imported("road", table(["编码", "道路等级", "路宽(米)"], ["8", "小路", 3], ["9", "其他", -3]))
    assert [reject.number for reject in report.rejects] == [2, 3]
    assert "不在可选值之内" in report.rejects[0].reason and "width_m(路宽(米))=-3" in report.rejects[1].reason


def test_a_table_is_no_area(imported, geojson, table):
    edition = Edition("二", date(2999, 1, 1), replace=True, within=str(table(["编码"], ["8"])))
    with pytest.raises(BadGeometry, match="没有图形"):
        imported("project", geojson(({"code": "1"}, square())), edition=edition)


CELLS = {
    "名称": st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9),
    "道路等级": st.sampled_from(["快速路", "minor", "其他"]),
    "路宽(米)": st.none() | st.integers(1, 9_990).map(lambda whole: whole / 10),
}
STORED = {"快速路": "trunk", "其他": "other"}


@given(data=st.data())
@settings(max_examples=15)
def test_exactly_the_cells_of_a_table_are_stored(data, connection, roads, imported, stored, table):
    heads = data.draw(st.lists(st.sampled_from(list(CELLS)), unique=True))
    codes = data.draw(st.lists(st.sampled_from(["007", "8", "9"]), unique=True))
    rows = {code: [data.draw(CELLS[head]) for head in heads] for code in codes}
    savepoint, expected = connection.begin_nested(), stored()
    for code, values in rows.items():
        told = dict(zip(CELLS, expected[code][1:4], strict=True)) | dict(zip(heads, values, strict=True))
        expected[code] = (code, *(STORED.get(value, value) for value in told.values()), expected[code][4])
    inert = [[code, *(f"'{cell}" if str(cell)[:1] in "=+-@" else cell for cell in row)] for code, row in rows.items()]
    imported("road", table(["编码", *heads], *inert), ask=yes)
    found = stored()
    savepoint.rollback()
    assert found == expected

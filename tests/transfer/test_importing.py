"""All of a file or nothing; what becomes of each row; a second time changes nothing."""

from datetime import date

import pytest
from sqlalchemy import text

from api.transfer.batch import Wishes
from api.transfer.read import Reading
from api.transfer.report import write_rejects
from layers.crs import METRIC_DEFAULT
from layers.errors import BadCrs, BadInput, Conflict
from tests.transfer.places import square


def stored(connection, sql, **params):
    return connection.execute(text(sql), params).all()


def counts(report):
    return report.read, report.inserted, report.updated, report.unchanged, report.withdrawn, report.rejected


def project(code, wkt=None, **fields):
    return {"code": code, **fields}, wkt or square()


def test_rows_are_inserted_with_an_edition_and_the_user(connection, imported, geojson):
    stored(connection, "SELECT set_config('huashan.user', '李四', true)")
    report = imported("project", geojson(project("1", 名称="港口"), project("2", start_on="2026-01-02")))
    assert counts(report) == (2, 2, 0, 0, 0, 0) and report.applied
    rows = stored(
        connection,
        "SELECT p.name, p.start_on, p.made_by, p.valid_from = current_date, p.provenance, e.layer, e.name, "
        "e.rows_inserted, length(e.sha256), e.sample "
        "FROM city.project AS p JOIN city.edition AS e USING (edition_id) ORDER BY p.code",
    )
    assert rows[0] == ("港口", None, "李四", True, "import", "project", "file.geojson", 2, 64, False)
    assert rows[1][1] == date(2026, 1, 2)


def test_the_same_file_again_changes_nothing(connection, imported, geojson):
    path = geojson(project("1"), project("2"))
    imported("project", path)
    report = imported("project", path)
    assert counts(report) == (2, 0, 0, 2, 0, 0) and not report.applied
    assert stored(connection, "SELECT count(*) FROM city.edition") == [(1,)]


def test_points_repeated_in_what_is_stored_are_no_change(connection, imported, geojson):
    path = geojson(({"code": "r"}, "LINESTRING (114.5 30.5, 114.51 30.5, 114.52 30.5)"))
    imported("road", path)
    stored(connection, "UPDATE city.road SET geom = ST_AddPoint(geom, ST_PointN(geom, 2), 1) RETURNING 1")
    assert counts(imported("road", path)) == (1, 0, 0, 1, 0, 0)


def test_imports_into_a_layer_take_turns(connection, imported, geojson):
    imported("project", geojson(project("1")))
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    assert stored(connection, held) == [(1,)]


def test_a_changed_row_is_corrected_in_place_and_keeps_what_the_file_lacks(connection, imported, geojson):
    imported("project", geojson(project("1", owner="甲", stage="一")))
    report = imported("project", geojson(project("1", owner="乙"), name="b.geojson"))
    assert counts(report) == (1, 0, 1, 0, 0, 0)
    assert stored(connection, "SELECT owner, stage FROM city.project") == [("乙", "一")]


def test_the_fields_that_change_are_told_with_an_example(imported, geojson):
    imported("project", geojson(project("1", owner="甲"), project("2", owner="乙"), project("3", owner="丙")))
    other = geojson(project("1", owner="甲"), project("2", owner="丁"), project("3", owner=None), name="b.geojson")
    assert imported("project", other).alterations == [
        "改动 owner(建设单位) 2 行:乙 → 丁(1 行,如 2)、丙 → 空(1 行,如 3)"
    ]
    assert imported("project", other).alterations == []


def test_a_shape_without_a_key_is_known_by_its_shape(imported, geojson):
    path = geojson(({"name": "a"}, square()), ({"name": "b"}, square(114.6)))
    assert counts(imported("project", path)) == (2, 2, 0, 0, 0, 0)
    edited = geojson(({"name": "a"}, square()), ({"name": "b"}, square(114.6, size=0.02)), name="b.geojson")
    assert counts(imported("project", edited)) == (2, 1, 0, 1, 0, 0)


def test_a_code_that_is_a_formula_is_none_in_the_list_of_rejects(imported, geojson, tmp_path):
    write_rejects(imported("project", geojson(project("=1+1", start_on="?"))), tmp_path / "rejects.csv")
    assert "1,'=1+1,字段 start_on" in (tmp_path / "rejects.csv").read_text("utf-8-sig")


def test_one_bad_row_keeps_everything_out(connection, imported, geojson):
    path = geojson(project("1"), project("1"), ({"code": "2"}, None), ({"code": "3"}, "POINT (114.5 30.5)"))
    report = imported("project", path)
    assert counts(report) == (4, 1, 0, 0, 0, 3)
    assert report.refused and not report.applied
    assert [(reject.number, reject.code) for reject in report.rejects] == [(2, "1"), (3, "2"), (4, "3")]
    assert "第 1 行重复" in report.rejects[0].reason and "没有图形" in report.rejects[1].reason
    assert stored(connection, "SELECT count(*) FROM city.project") == [(0,)]


def test_bad_rows_may_be_skipped(connection, imported, geojson):
    report = imported("project", geojson(project("1"), ({"code": "2"}, None)), skip_bad=True)
    assert counts(report) == (2, 1, 0, 0, 0, 1) and report.applied
    assert stored(connection, "SELECT rows_read, rows_inserted, rows_rejected FROM city.edition") == [(2, 1, 1)]


def test_a_dry_run_checks_everything_and_writes_nothing(connection, imported, geojson):
    report = imported("project", geojson(project("1", start_on="2027-01-01", due_on="2026-01-01")), dry_run=True)
    assert counts(report) == (1, 0, 0, 0, 0, 1)
    report = imported("project", geojson(project("1")), dry_run=True)
    assert counts(report) == (1, 1, 0, 0, 0, 0) and not report.applied
    assert stored(connection, "SELECT count(*) FROM city.project") == [(0,)]


@pytest.mark.parametrize(
    ("layer", "fields", "told"),
    [
        ("landuse", {"class_code": "水田"}, "class_code(地类编码)=水田 不满足规则:地类编码为 2 至 6 位数字"),
        ("landuse", {}, "缺少必填字段 class_code(地类编码):请用 --map 或 --set 给出"),
        ("landuse", {"class_code": "0101", "recovery": "X"}, "恢复属性)=X 不在可选值之内:JKHF(即可恢复)、GCHF"),
        ("landuse", {"class_code": "0101", "deduct_ratio": 2}, "deduct_ratio(扣除系数(0 至 1))=2 不满足规则"),
        ("project", {"start_on": "2026-02-02", "due_on": "2026-01-01"}, "start_on(开工日期)=2026-02-02"),
        ("project", {"start_on": "昨天"}, "字段 start_on(开工日期) 的值 '昨天' 不是日期"),
        ("project", {"name": "长" * 10_001}, "字段 name(名称) 的值有 10,001 个字,上限 10,000:长长"),
        ("project", {"code": "2" * 9_000}, "字段 code(编码) 的值有 9,000 个字,上限 200"),
        ("farmland", {"state": "sown", "village_code": "1"}, "不满足规则:村编码为 12 位数字"),
    ],
)
def test_rules_of_the_database_are_told_by_row(imported, geojson, layer, fields, told):
    good = {"code": "1", "class_code": "0101", "state": "sown"}
    report = imported(layer, geojson((good, square()), ({"code": "2"} | fields, square())), skip_bad=True)
    assert counts(report) == (2, 1, 0, 0, 0, 1)
    assert told in report.rejects[0].reason and report.rejects[0].number == 2


def test_a_key_in_use_at_another_time_is_told(connection, imported, geojson):
    imported("project", geojson(project("1", valid_from="2999-01-01")))
    report = imported("project", geojson(project("1"), project("2"), name="b.geojson"), skip_bad=True)
    assert counts(report) == (2, 1, 0, 0, 0, 1)
    assert "有效期" in report.rejects[0].reason


GRIDS = [
    ({"code": "420111003001001", "level": "unit"}, square(114.5)),
    ({"code": "420111003001", "level": "社区"}, square(114.5, size=0.05)),
    ({"code": "420111003", "level": "街道"}, square(114.5, size=0.1)),
]


def test_children_may_come_before_their_parents(imported, geojson):
    assert counts(imported("grid", geojson(*GRIDS))) == (3, 3, 0, 0, 0, 0)


def test_the_form_of_grid_codes_is_told_in_words(imported, geojson):
    report = imported("grid", geojson(({"code": "42011100300100", "level": "unit"}, square())))
    assert report.rejects[0].reason.endswith("单元网格 15 位")


def test_rules_between_rows_are_told_by_row(imported, geojson):
    orphan = ({"code": "420111003009001", "level": "unit"}, square(114.56))
    overlapping = ({"code": "420111003001002", "level": "unit"}, square(114.505))
    report = imported("grid", geojson(*GRIDS, orphan, overlapping), skip_bad=True)
    assert counts(report) == (5, 3, 0, 0, 0, 2)
    assert "上级网格 420111003009 不存在" in report.rejects[0].reason
    assert "重叠" in report.rejects[1].reason


def test_numbers_out_of_order_are_a_warning(imported, geojson):
    east = ({"code": "420111003001002", "level": "unit"}, square(114.53))
    west = ({"code": "420111003001003", "level": "unit"}, square(114.515))
    report = imported("grid", geojson(*GRIDS, east, west))
    assert report.applied and any("顺序号" in finding for finding in report.findings)


def test_a_grid_elsewhere_than_its_parent_is_refused_and_one_that_reaches_out_is_a_warning(imported, geojson):
    elsewhere = ({"code": "420111003001002", "level": "unit"}, square(114.6))
    reaching = ({"code": "420111003001003", "level": "unit"}, square(114.543))
    report = imported("grid", geojson(*GRIDS, elsewhere, reaching), skip_bad=True)
    assert counts(report) == (5, 4, 0, 0, 0, 1)
    assert "100% 在上级网格 420111003001 之外" in report.rejects[0].reason
    told = [finding for finding in report.findings if "超出上级网格" in finding]
    assert len(told) == 1 and "420111003001003" in told[0] and "30.0%" in told[0]


def test_columns_are_matched_set_and_ignored(connection, imported, geojson):
    path = geojson(({"TBBH": "7", "DLBM": "0101", "KCXS": "0.1", "QSXZ": "30", "BSM": "9"}, square()))
    report = imported("landuse", path, wishes=Wishes(columns={"BSM": "地类名称"}, values={"scheme": "land_sea"}))
    assert report.ignored == [] and report.matched["code"] == "TBBH"
    row = stored(connection, "SELECT code, class_name, scheme, ownership, deduct_ratio::text FROM city.landuse")
    assert row == [("7", "9", "land_sea", "collective", "0.1")]


def test_columns_without_a_field_are_listed(imported, geojson):
    assert imported("project", geojson(project("1", 面积=3))).ignored == ["面积"]


def test_a_key_may_be_named_or_joined(connection, imported, geojson):
    path = geojson(({"村": "a", "号": 1, "code": "x"}, square()), ({"村": "b", "号": 1, "code": "x"}, square()))
    assert imported("project", path, wishes=Wishes(key="村")).inserted == 2
    assert imported("project", path, wishes=Wishes(key="村+号")).inserted == 2
    codes = stored(connection, "SELECT code FROM city.project ORDER BY 1")
    assert codes == [("a",), ("a-1",), ("b",), ("b-1",)]
    with pytest.raises(BadInput, match="没有列 '组'"):
        imported("project", path, wishes=Wishes(key="组"))


def test_a_joined_key_may_be_too_long(imported, geojson):
    path = geojson(({"a": "1" * 150, "b": "2" * 150}, square()))
    (reject,) = imported("project", path, wishes=Wishes(key="a+b")).rejects
    assert reject.reason == "编码有 301 个字,上限 200"


def test_a_value_set_for_all_rows_must_fit(imported, geojson):
    with pytest.raises(BadInput, match=r"--set start_on=昨天.*不是日期"):
        imported("project", geojson(project("1")), wishes=Wishes(values={"start_on": "昨天"}))


def test_a_file_without_a_system_asks_for_it(imported, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("code,kind,x,y\n1,outfall,500000,3380000\n")
    with pytest.raises(BadCrs, match="--crs"):
        imported("site", path)
    assert imported("site", path, Reading(crs=METRIC_DEFAULT)).inserted == 1


def test_derived_layers_are_not_imported(imported, geojson):
    with pytest.raises(BadInput, match="推算"):
        imported("bank", geojson(project("1")))


def test_what_a_file_brings_along_is_not_run(connection, imported, geojson):
    hostile = "x'); DROP TABLE city.project; --%s{}\\N"
    report = imported("project", geojson(({hostile: hostile, "code": hostile, "name": hostile}, square())))
    assert report.inserted == 1 and report.ignored == [hostile]
    assert stored(connection, "SELECT code, name FROM city.project") == [(hostile, hostile)]


def test_repairs_are_counted_and_said(imported, geojson):
    bow = "POLYGON Z ((114.5 30.5 1, 114.51 30.51 1, 114.51 30.5 1, 114.5 30.51 1, 114.5 30.5 1))"
    report = imported("project", geojson(({"code": "1"}, bow)))
    assert report.repairs == {"去掉高程 Z 或测量值 M": 1, "修正自相交等无效图形": 1}
    assert report.applied


def test_real_data_beside_the_sample_asks_first(connection, imported, geojson):
    stored(connection, "INSERT INTO city.edition (layer, name, sample) VALUES ('grid', '示例', true) RETURNING 1")
    path = geojson(project("1"))
    with pytest.raises(Conflict, match="--yes"):
        imported("project", path)
    assert stored(connection, "SELECT count(*) FROM city.project") == [(0,)]
    assert "混合" in imported("project", path, dry_run=True).findings[0]
    asked = []
    assert imported("project", path, ask=lambda question: not asked.append(question)).applied
    assert imported("project", geojson(project("2"), name="b.geojson")).applied
    assert len(asked) == 1

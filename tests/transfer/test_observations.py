"""Observations come from CSV and Excel in the office's own words, and go out again without losing any."""

from datetime import UTC, datetime

import openpyxl
import pytest
from sqlalchemy import text

from api.transfer.exporting import read_features, write_features
from api.transfer.importing import Manner, import_source
from api.transfer.read import Reading, read_source
from layers import query
from layers.catalogue import read_catalogue

CATALOGUE = read_catalogue()
OBSERVATION = CATALOGUE["observation"]
HEAD = ("编码", "大类", "小类", "等级", "来源", "发现时间", "状态", "交办岗位编码", "办结期限", "办结时间", "办结人",
        "情况说明", "lon", "lat")  # fmt: skip
ROWS = [
    ("RX-1", "岸坡", "岸坡垃圾", "一般", "热线", "2026-06-01 08:30",
     "待处理", "", "", "", "", "=一堆,垃圾", 114.5, 30.55),
    ("RX-2", "占耕", "渣土占耕", "紧急", "无人机", "2026/6/2 9:05",
     "已交办", "HUZ-1", "2026年6月5日", "", "", "", 114.51, 30.56),
    ("RX-3", "Fire", "open_burning", "", "camera", "2026-06-03T00:00:00Z",
     "已办结", "", "", "2026-06-03 12:00:00.123456", "李四", "灭了", 114.52, 30.57),
]  # fmt: skip


@pytest.fixture
def taken(connection):
    """Import a file within the test's transaction, as the command line does; answers the report."""
    query.execute(connection, "deployment/access_reader", user="张三", role="admin", read_only="off")

    def run(path, **manner):
        source = read_source(path, Reading(crs="EPSG:4490" if path.suffix in (".csv", ".xlsx") else None))
        return import_source(connection, CATALOGUE, OBSERVATION, source, Manner(**manner))

    return run


def written(folder, form, rows=ROWS):
    path = folder / f"发现.{form}"
    if form == "csv":
        quoted = [",".join(f'"{value}"' for value in row) for row in [HEAD, *rows]]
        path.write_text("\n".join(quoted), "utf-8")
        return path
    book = openpyxl.Workbook()
    for row in [HEAD, *rows]:
        book.active.append([f"'{value}" if str(value).startswith("=") else value for value in row])
    book.save(path)
    return path


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_in_the_offices_words_comes_in_once(connection, taken, tmp_path, form):
    path = written(tmp_path, form)
    report = taken(path)
    assert (report.inserted, report.rejects, report.ignored) == (3, [], []), report
    assert taken(path).unchanged == 3
    stored = connection.execute(text("SELECT * FROM city.observation ORDER BY code")).mappings().all()
    assert [(row["family"], row["kind"], row["grade"], row["source"], row["state"]) for row in stored] == [
        ("bank_slope", "bank_litter", "general", "hotline", "open"),
        ("farmland", "muck_dumped", "urgent", "drone", "handed"),
        ("fire", "open_burning", "general", "camera", "settled"),
    ]
    assert stored[0]["found_at"] == datetime(2026, 6, 1, 0, 30, tzinfo=UTC), "local, for it names no offset"
    assert stored[1]["found_at"] == datetime(2026, 6, 2, 1, 5, tzinfo=UTC)
    assert stored[1]["due_at"] == datetime(2026, 6, 4, 16, tzinfo=UTC)
    assert stored[2]["found_at"] == datetime(2026, 6, 3, tzinfo=UTC)


def test_cells_that_excel_holds_as_times_are_times(connection, taken, tmp_path):
    row = [*ROWS[0]]
    row[5] = datetime(2026, 6, 1, 8, 30)
    assert taken(written(tmp_path, "xlsx", [row])).inserted == 1
    found = connection.execute(text("SELECT found_at FROM city.observation")).scalar()
    assert found == datetime(2026, 6, 1, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (1, "信访", "family(大类)=信访"),
        (2, "水华", "algae"),
        (3, "很急", "grade(等级)"),
        (5, "昨天", "时间(如 2026-06-30 08:30)"),
        (5, "2026-06-31 08:00", "时间(如"),
        (5, "", "found_at"),
        (5, "2126-01-01 08:00", "发现时间 2126-01-01T08:00:00+08:00 不可信:应在 2000 年以后、不晚于现在"),
        (5, "1999-12-31 08:00", "不可信"),
        (6, "已交办", "交办岗位与办结期限"),
        (6, "已办结", "办结人与办结时间"),
        (12, "", "lon"),
        (12, 10, "部署范围"),
    ],
)
def test_a_row_that_cannot_be_is_rejected_in_words(connection, taken, tmp_path, place, value, said):
    row = [*ROWS[0]]
    row[place] = value
    report = taken(written(tmp_path, "csv", [ROWS[1], row]))
    assert [reject.number for reject in report.rejects] == [3], report
    assert said in report.rejects[0].reason
    assert not report.applied


def test_times_out_of_order_are_told_as_a_request_is(connection, taken, tmp_path):
    settled, outside = [*ROWS[2]], [*ROWS[0]]
    settled[9] = "2026-06-02 12:00"
    outside[11] = "P-1"
    head = (*HEAD[:11], "patrol_code", *HEAD[12:])
    connection.exec_driver_sql(
        "INSERT INTO city.patrol (code, mode, started_at, ended_at, source_sha256)"
        " VALUES ('P-1', 'foot', '2026-06-01 10:00+08', '2026-06-01 11:00+08', repeat('a', 64))"
    )
    path = tmp_path / "发现.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in [head, outside, settled]), "utf-8")
    reasons = [reject.reason for reject in taken(path).rejects]
    assert reasons[0].startswith("发现时间 2026-06-01T08:30:00+08:00 早于巡查 'P-1' 的开始 2026-06-01T10:00:00+08:00")
    assert reasons[1].startswith("办结时间 2026-06-02T12:00:00+08:00 应在发现(2026-06-03T08:00:00+08:00)")


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "gpkg", "fgb", "parquet", "kml", "shp"])
def test_what_is_exported_imports_again_unchanged(connection, taken, tmp_path, form):
    taken(written(tmp_path, "csv"))
    path = tmp_path / f"out.{form}"
    assert write_features(read_features(connection, OBSERVATION), path).features == 3
    again = taken(path)
    assert (again.unchanged, again.changes, again.rejects) == (3, 0, [])


def test_who_may_not_see_persons_exports_none(connection, taken, tmp_path):
    taken(written(tmp_path, "csv"))
    query.execute(connection, "deployment/access_reader", user="李四", role="viewer", read_only="off")
    path = tmp_path / "out.csv"
    write_features(read_features(connection, OBSERVATION), path)
    assert "RX-3" in path.read_text("utf-8") and "李四" not in path.read_text("utf-8")


def test_without_codes_what_was_found_at_one_place_at_other_times_is_kept_apart(connection, taken, tmp_path):
    def file(name, *rows):
        path = tmp_path / name
        path.write_text("\n".join(["大类,小类,来源,发现时间,情况说明,lon,lat", *rows]), "utf-8")
        return path

    morning, noon, again = (
        f"岸坡,岸坡垃圾,热线,2026-06-01 {clock},{note},114.5,30.55"
        for clock, note in (("08:30", ""), ("12:00", ""), ("12:00", "又去看过"))
    )
    report = taken(file("一.csv", morning, noon))
    assert (report.inserted, report.rejects) == (2, [])
    later = taken(file("二.csv", "火灾,消防通道堵占,热线,2026-06-02 09:00,,114.5,30.55", again))
    assert (later.inserted, later.updated, later.rejects) == (1, 1, [])
    assert connection.execute(text("SELECT count(*) FROM city.observation")).scalar_one() == 3

"""`huashan patrols import`: files taken in, each track once, with a table of what became of them."""

import gzip
from datetime import date

import pytest
from typer.testing import CliRunner

from api.cli.patrols import app
from layers import query
from layers.crs import STORED_SRID
from tests.api.test_doubts import streets, walk

CSV = "设备,时间,经度,纬度\n" + "".join(
    f"手机-{device},2026-06-01 08:{n:02}:00,{114.5 + n * 0.0008},30.56\n" for device in (1, 2) for n in range(5)
)
LINE = '{"type":"LineString","coordinates":[[114.5,30.56],[114.502,30.56],[114.503,30.56]]}'


@pytest.fixture
def huashan(engine, monkeypatch):
    """A function that runs the command on a database with one road, and answers how it ended and what it said."""
    url = engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("HUASHAN_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO city.road (code, geom)"
            f" VALUES ('R1', ST_GeomFromText('LINESTRING (114.5 30.56, 114.51 30.56)', {STORED_SRID}))"
        )

    def run(*arguments, command="import"):
        found = CliRunner().invoke(app, [command, *map(str, arguments)])
        return found.exit_code, found.output if found.exception is None else f"{found.output}{found.exception}"

    return run


@pytest.fixture
def count(engine):
    def counted(table):
        with engine.connect() as connection:
            return connection.exec_driver_sql(f"SELECT count(*) FROM city.{table}").scalar()

    return counted


def test_a_file_is_taken_in_once(huashan, count, tmp_path):
    file = tmp_path / "轨迹.csv"
    file.write_bytes(CSV.encode("gb18030"))
    code, said = huashan(file, "--crew", "甲组", "--mode", "bicycle")
    assert (code, "已接收 2" in said, count("patrol"), count("fix")) == (0, True, 2, 10), said
    code, said = huashan(file)
    assert (code, "以前已接收 2" in said, count("patrol")) == (0, True, 2), said


def test_the_same_file_gzipped_is_the_same_and_what_is_given_otherwise_now_is_said_not_to_count(
    huashan, count, tmp_path
):
    file = tmp_path / "t.csv"
    file.write_text(CSV)
    huashan(file)
    packed = tmp_path / "t.csv.gz"
    packed.write_bytes(gzip.compress(CSV.encode()))
    code, said = huashan(packed, "--datum", "gcj02", "--mode", "boat")
    assert (code, count("patrol")) == (0, 2) and "有 2 条" in said and "仍按当时的 mode=foot、datum=wgs84" in said, said
    assert "仍按" not in huashan(file)[1]


def test_what_a_known_track_was_given_otherwise_is_put_right_by_the_command_that_is_named(
    huashan, engine, count, tmp_path
):
    file = tmp_path / "t.csv"
    file.write_text(CSV)
    huashan(file, "--mode", "boat")
    said = " ".join(huashan(file, "--mode", "bicycle", "--crew", "甲组")[1].split())
    with engine.connect() as connection:
        patrol = connection.exec_driver_sql("SELECT code FROM city.patrol ORDER BY patrol_id LIMIT 1").scalar()
    assert f"huashan patrols correct {patrol}" in said, said
    tried = huashan(patrol, "--mode", "bicycle", "--crew", "甲组", "--dry-run", command="correct")
    assert (tried[0], count("patrol")) == (0, 2) and "mode:boat → bicycle" in tried[1] and "没有写入" in tried[1], tried
    code, said = huashan(patrol, "--mode", "bicycle", "--crew", "甲组", command="correct")
    assert (code, count("patrol")) == (0, 3) and f"{patrol}~1" in said and "所见:road" in said, said
    assert "没有要改的" in huashan(patrol, "--mode", "bicycle", command="correct")[1]
    assert huashan("没有", "--mode", "bicycle", command="correct")[0] == 1


def test_a_dry_run_writes_nothing(huashan, count, tmp_path):
    file = tmp_path / "t.csv.gz"
    file.write_bytes(gzip.compress(CSV.encode()))
    code, said = huashan(file, "--dry-run")
    assert (code, "没有写入" in said, count("patrol"), count("sighting")) == (0, True, 0, 0), said


def test_a_line_without_times_is_given_them_and_the_answer_says_so(huashan, count, tmp_path):
    file = tmp_path / "t.geojson"
    file.write_text(LINE)
    code, said = huashan(file)
    assert (code, "--start" in said, count("patrol")) == (1, True, 0)
    code, said = huashan(file, "--start", "2026-06-01T08:00", "--speed-mps", "2", "--datum", "GCJ-02")
    assert (code, "并非实测" in said, count("fix")) == (0, True, 3), said


def test_what_was_left_out_is_told_by_reason(huashan, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("lon,lat,time\n114.5,30.56,2026-06-01 08:00\n0,0,2026-06-01 08:01\n114.5,30.56,1999-06-01 08:00\n")
    code, said = huashan(file)
    assert (code, "在范围之外" in said, "早于 2000 年" in said) == (0, True, True), said


def test_a_datum_found_to_be_another_than_declared_is_said(huashan, engine, tmp_path):
    with engine.begin() as connection:
        connection.exec_driver_sql(streets())
    given = walk(sent_in="gcj02")
    rows = zip(given.lon.tolist(), given.lat.tolist(), given.time_s.tolist(), strict=True)
    file = tmp_path / "t.csv"
    file.write_text("lon,lat,time\n" + "".join(f"{lon},{lat},{at}\n" for lon, lat, at in rows))
    code, said = huashan(file, "--datum", "wgs84")
    assert (code, "有 1 条申报为 WGS84 的轨迹,对照道路与岸线确为 GCJ-02:已按 GCJ-02 换算" in said) == (0, True), said
    file.write_text("lon,lat,time\n114.5,30.56,2026-06-01 08:00\n")
    assert "确为" not in huashan(file)[1]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("--mode", "horse"), "horse"), (("--datum", "mars"), "mars"), (("--start", "gestern"), "gestern")],
)
def test_options_that_cannot_be_are_refused(huashan, count, tmp_path, arguments, word):
    file = tmp_path / "t.csv"
    file.write_text(CSV)
    code, said = huashan(file, *arguments)
    assert (code, word in said, count("patrol")) == (1, True, 0), said


def test_a_missing_file_is_named(huashan, tmp_path):
    code, said = huashan(tmp_path / "none.gpx")
    assert (code, "none.gpx" in said) == (1, True)


def test_it_asks_before_the_first_real_patrol_joins_the_sample(huashan, engine, count, tmp_path):
    with engine.begin() as connection:
        edition = {"layer": "road", "name": "示例", "valid_from": date(2026, 1, 1), "rows": 1}
        edition_id = query.value(connection, "deployment/sample_edition", **edition)
        connection.exec_driver_sql("UPDATE city.road SET edition_id = %s", (edition_id,))
    file = tmp_path / "t.csv"
    file.write_text(CSV, "utf-8")
    code, said = huashan(file)
    assert (code, "--yes" in said, "混合" in said, count("patrol")) == (1, True, True, 0), said
    code, said = huashan(file, "--dry-run")
    assert (code, "混合" in said, count("patrol")) == (0, True, 0), said
    code, said = huashan(file, "--yes")
    assert (code, "已接收 2" in said, count("patrol")) == (0, True, 2), said
    code, said = huashan(file)
    assert (code, "以前已接收 2" in said) == (0, True), said

"""Reaches come in and go out as a table of ranges of chainage, held against banks and posts."""

import re
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPolygon
from sqlalchemy import text
from typer.testing import CliRunner

from api.banks.derive import derive_banks
from api.cli.app import app
from api.transfer.edition import Edition
from api.transfer.exporting import read_rows, write_features
from api.transfer.importing import Manner, import_source
from api.transfer.reaches import ranges_between
from api.transfer.read import Reading, read_source
from api.transfer.tables import exchanged
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED, STORED_SRID, project
from layers.errors import BadInput, Conflict

CATALOGUE = read_catalogue()
LAKE = MultiPolygon([shapely.box(540_000, 3_380_000, 541_000, 3_381_000)])
RIVER = MultiLineString([LineString([(541_000, 3_380_500), (544_000, 3_380_500)])])
SHORE, LEFT = "W1-岸1", "W2-左1"
HEAD = "code,name,bank_code,from_m,to_m,post_code\n"


def put_city(connection):
    """A lake with a closed shore of 4,000 m, a river with two open banks of 3,000 m, and two posts, since 2025."""
    for code, name, kind, shape in (("W1", "镜湖", "lake", LAKE), ("W2", "清河", "river", RIVER)):
        wkb = shapely.to_wkb(project(np.array([shape], dtype=object), METRIC_DEFAULT, STORED)[0])
        connection.execute(
            text("INSERT INTO city.water (code, name, kind, valid_from, geom)"
                 " VALUES (:code, :name, :kind, '2025-01-01', ST_GeomFromWKB(:wkb, :srid))"),
            {"code": code, "name": name, "kind": kind, "wkb": wkb, "srid": STORED_SRID},
        )  # fmt: skip
    derive_banks(connection)
    connection.execute(
        text("INSERT INTO city.post (code, kind, valid_from) VALUES ('P1', 'lake_chief', '2025-01-01'),"
             " ('P2', 'river_chief', '2025-01-01')")
    )  # fmt: skip


@pytest.fixture
def city(connection):
    put_city(connection)
    return connection


@pytest.fixture
def reaches(city, tmp_path):
    def run(rows, head=HEAD, **manner):
        path = tmp_path / "责任段.csv"
        path.write_text(head + rows, "utf-8")
        source = read_source(path, Reading(table=True))
        return import_source(city, CATALOGUE, CATALOGUE["reach"], source, Manner(**manner))

    return run


def counts(report):
    return report.read, report.inserted, report.updated, report.unchanged, report.withdrawn, report.rejected


def stored(connection):
    found = connection.execute(text("SELECT code, bank_code, span::text, post_code FROM city.reach_now ORDER BY code"))
    return [tuple(row) for row in found]


def reason(report):
    assert report.refused and report.rejected == 1, report.rejects
    return report.rejects[0].number, report.rejects[0].reason


def test_ranges_come_in_and_get_their_line(city, reaches):
    report = reaches(f"A,一段,{SHORE},3500,250.5,P1\nB,二段,{SHORE},K1+000,K1+200,P2\nB,,{SHORE},1500,1600,\n")
    assert counts(report) == (2, 2, 0, 0, 0, 0) and report.applied
    assert "3 行合为 2 个责任段" in report.notes
    assert stored(city) == [
        ("A", SHORE, "{[0,25050),[350000,400000)}", "P1"),
        ("B", SHORE, "{[100000,120000),[150000,160000)}", "P2"),
    ]
    lengths = city.execute(text("SELECT ST_Length(city.metric(geom)) FROM city.reach_now ORDER BY code")).scalars()
    assert list(lengths) == pytest.approx([750.5, 300], abs=0.01)
    edition = city.execute(text("SELECT layer, rows_read, rows_inserted FROM city.edition")).all()
    assert edition == [("reach", 2, 2)]


def test_headers_may_be_chinese(city, reaches):
    assert reaches(f"a,{SHORE},0,4000,P1\n", "责任段编码,岸线编码,起点桩号(米),止点桩号,责任岗位编码\n").inserted == 1
    assert stored(city) == [("a", SHORE, "{[0,400000)}", "P1")]


def test_a_second_time_changes_nothing_and_a_correction_moves_the_line(city, reaches):
    rows = f"A,一段,{SHORE},0,1000,P1\nB,二段,{SHORE},1000,2000,P2\n"
    reaches(rows)
    again = reaches(rows)
    assert counts(again) == (2, 0, 0, 2, 0, 0) and not again.applied
    moved = reaches(rows.replace("1000", "1100"))
    assert counts(moved) == (2, 0, 2, 0, 0, 0)
    assert [row[2] for row in stored(city)] == ["{[0,110000)}", "{[110000,200000)}"]
    length = city.execute(text("SELECT ST_Length(city.metric(geom)) FROM city.reach_now WHERE code = 'A'")).scalar()
    assert length == pytest.approx(1100, abs=0.01)


def test_history_keeps_what_was_believed(engine, tmp_path):
    def run(end):
        path = tmp_path / "r.csv"
        path.write_text(f"{HEAD}A,,{SHORE},0,{end},P1\n", "utf-8")
        with engine.begin() as connection:
            source = read_source(path, Reading(table=True))
            return import_source(connection, CATALOGUE, CATALOGUE["reach"], source, Manner())

    with engine.begin() as connection:
        put_city(connection)
    assert (run(100).inserted, run(200).updated) == (1, 1)
    with engine.connect() as connection:
        past = connection.execute(text("SELECT span::text FROM city.reach_history")).all()
    assert past == [("{[0,10000)}",)]


@pytest.mark.parametrize(
    ("rows", "number", "told"),
    [
        ("A,,没有,0,10,P1\n", 2, r"没有岸线 '没有'.*huashan import water"),
        (f"A,,{SHORE},0,10,P9\n", 2, r"没有责任岗位 'P9'.*huashan import post"),
        (f"A,,{SHORE},0,10,P1\nA,,{SHORE},20,4001,P1\n", 3, r"桩号 20–4001 米超出岸线,其长度为 4000\.00 米"),
        (f"A,,{SHORE},-1,10,P1\n", 2, "超出岸线"),
        (f"A,,{LEFT},20,10,P1\n", 2, f"{LEFT}.*首尾不相接.*对调"),
        (f"A,,{SHORE},20,20,P1\n", 2, "桩号相同"),
        (f"A,,{SHORE},,10,P1\n", 2, r"缺少必填字段 from_m\(起点桩号\)"),
        ("A,,,0,10,P1\n", 2, r"缺少必填字段 bank_code\(岸线编码\)"),
        (f"A,,{SHORE},零,10,P1\n", 2, r"'零' 不是桩号"),
        (f"A,,{SHORE},0,10,P1\nA,,{LEFT},20,30,P1\n", 3, f"岸线编码 '{LEFT}' 与第 2 行同一责任段的 '{SHORE}' 不同"),
        (f"A,,{SHORE},0,10,P1\nA,,{SHORE},9,20,P1\n", 3, r"同一责任段的另一行在桩号 9\.00–10\.00 米重叠"),
        (f"A,,{SHORE},3900,100,P1\nB,,{SHORE},50,200,P2\n", 3, r"50\.00–100\.00 米与第 2 行的责任段 'A' 重叠"),
        (f",,{SHORE},0,10,P1\n", 2, "编码为空"),
    ],
)
def test_what_cannot_be_is_told_by_row(city, reaches, rows, number, told):
    report = reaches(rows)
    found, why = reason(report)
    assert found == number
    assert re.search(told, why), why
    assert stored(city) == []


def test_bad_reaches_may_be_skipped_and_a_dry_run_writes_nothing(city, reaches):
    rows = f"A,,{SHORE},0,10,P1\nB,,没有,0,10,P1\n"
    assert counts(reaches(f"A,,{SHORE},0,10,P1\n", dry_run=True)) == (1, 1, 0, 0, 0, 0)
    assert stored(city) == []
    assert counts(reaches(rows, skip_bad=True)) == (2, 1, 0, 0, 0, 1)
    assert [row[0] for row in stored(city)] == ["A"]


def test_the_centimetre_that_rounding_adds_is_no_fault(city, reaches):
    reaches(f"A,,{SHORE},0,4000.01,P1\n")
    assert stored(city)[0][2] == "{[0,400000)}"


def test_stored_reaches_stand_in_the_way_unless_the_file_moves_or_replaces_them(city, reaches):
    long_ago = Edition(valid_from=date(2025, 1, 1))
    reaches(f"A,,{SHORE},0,1000,P1\nB,,{SHORE},1000,2000,P1\n", edition=long_ago)
    wanted = f"C,,{SHORE},900,1000,P1\n"
    assert "与已登记的责任段 'A' 重叠" in reason(reaches(wanted))[1]
    assert reaches(f"{wanted}A,,{SHORE},0,900,P1\n", dry_run=True).changes == 2
    replacing = Edition("新", date(2026, 1, 1), replace=True)
    with pytest.raises(Conflict, match="--yes"):
        reaches(wanted, edition=replacing)
    report = reaches(wanted, edition=replacing, ask=lambda question: True)
    assert counts(report) == (1, 1, 0, 0, 2, 0)
    assert [row[0] for row in stored(city)] == ["C"]


def test_a_reach_that_is_not_taken_stays_in_the_way_as_it_is_stored(city, reaches):
    reaches(f"A,,{SHORE},0,1000,P1\nB,,{SHORE},1000,2000,P1\n")
    report = reaches(f"A,,{SHORE},0,1500,P1\nB,,{SHORE},1400,2000,P1\n", skip_bad=True)
    assert report.rejected == 2 and not report.applied
    assert [row[2] for row in stored(city)] == ["{[0,100000)}", "{[100000,200000)}"]


def test_the_same_place_may_be_held_by_one_after_another(reaches):
    head = "code,bank_code,from_m,to_m,post_code,valid_from,valid_to\n"
    old, new = f"A,{SHORE},0,10,P1,2025-01-01,2026-01-01\n", f"B,{SHORE},0,10,P1,2026-01-01,\n"
    assert counts(reaches(old + new, head)) == (2, 2, 0, 0, 0, 0)


def test_what_is_exported_imports_again_unchanged(city, reaches, tmp_path):
    dated = Edition(valid_from=date(2025, 6, 1))
    rows = f"A,一段,{SHORE},3500,250.55,P1\nB,,{SHORE},1000,1200,\nB,,{SHORE},1500,1600,\nC,,{LEFT},0,3000,P2\n"
    reaches(rows, edition=dated)
    path = tmp_path / "out.csv"
    assert write_features(read_rows(city, CATALOGUE["reach"]), path).features == 4
    exported = path.read_text("utf-8-sig")
    assert exported.splitlines()[:2] == [
        "code,name,bank_code,from_m,to_m,post_code,provenance,valid_from,valid_to",
        f"A,一段,{SHORE},3500.00,250.55,P1,import,2025-06-01,",
    ]
    assert counts(reaches(exported, "")) == (3, 0, 0, 3, 0, 0)


def test_shore_without_a_post_is_named_in_metres(city, reaches):
    report = reaches(f"A,,{SHORE},3000,1000,P1\nB,,{SHORE},1000,1500,\nC,,{LEFT},0,3000,P2\n")
    bare = [line for line in report.findings if line.startswith("无责任主体")]
    assert bare == ["无责任主体的岸线:清河 3,000 米(共 6,000 米)", "无责任主体的岸线:镜湖 2,000 米(共 4,000 米)"]
    city.execute(text("UPDATE city.post SET valid_to = current_date WHERE code = 'P2'"))
    report = reaches(f"D,,{SHORE},1500,1600,P1\n")
    assert report.findings[0] == "无责任主体的岸线:清河 6,000 米(共 6,000 米)"
    assert "1 个责任段的岗位是 'P2'" in report.findings[-1]


def test_reaches_come_only_as_a_table_without_an_area(reaches):
    with pytest.raises(BadInput, match="--within"):
        reaches("", edition=Edition("新", date(2026, 1, 1), replace=True, within="114,30,115,31"))


@given(st.integers(1, 10**7), st.data())
def test_ranges_are_inside_and_as_long_as_they_say(end_cm, data):
    start, end = data.draw(st.integers(0, end_cm - 1)), data.draw(st.integers(1, end_cm))
    assume(start != end)
    ranges = ranges_between(start / 100, end / 100, end_cm, closed=True)
    assert sum(high - low for low, high in ranges) == ((end - start) % end_cm or end_cm)
    assert all(0 <= low < high <= end_cm for low, high in ranges)


@pytest.mark.parametrize("layer", ["reach", "post"])
def test_the_sample_exports_and_imports_unchanged(sample_engine, tmp_path, layer):
    chosen, path = exchanged(CATALOGUE, layer), tmp_path / "out.csv"
    with sample_engine.connect() as connection:
        rows = write_features(read_rows(connection, chosen), path).features
        source = read_source(path, Reading(table=True))
        report = import_source(connection, CATALOGUE, chosen, source, Manner(dry_run=True))
    assert rows > 20 and (report.unchanged, report.changes, report.rejects) == (report.read, 0, [])


def test_the_commands_as_they_are_typed(engine, tmp_path, monkeypatch):
    url = engine.url.render_as_string(hide_password=False)
    for name, value in {"HUASHAN_DATABASE_URL": url, "HUASHAN_OWNER_URL": url, "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    with engine.begin() as connection:
        put_city(connection)
    posts, table, out = (tmp_path / name for name in ("p.csv", "r.csv", "out.csv"))
    posts.write_text("编码,名称,类别\nP3,东段湖长,湖长\n", "utf-8")
    table.write_text(f"{HEAD}A,东段,{SHORE},3900,100,P3\n", "gb18030")
    for arguments, told in (
        (["import", "post", posts], "已写入"),
        (["import", "reach", table], "无责任主体的岸线:镜湖 3,800 米"),
        (["export", "reach", out], "已导出 1 条 责任段"),
        (["import", "reach", out], "没有变化"),
        (["export", "post", tmp_path / "posts.csv"], "已导出 3 条 责任岗位"),
        (["import", "post", tmp_path / "posts.csv"], "没有变化"),
        (["export", "reach", tmp_path / "out.geojson"], "已导出 1 条 责任段"),
    ):
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exit_code == 0 and told in result.output, result.output

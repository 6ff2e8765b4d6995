"""Duties, crews and devices come in and go out as tables, CSV and Excel alike, held to what is there."""

import re

import openpyxl
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from api.cli.app import app
from api.transfer.exporting import read_rows, write_features
from api.transfer.importing import Manner, import_source
from api.transfer.read import Reading, read_source
from api.transfer.tables import CREW, DEVICE, DUTY
from layers.catalogue import read_catalogue

CATALOGUE = read_catalogue()
HEAD = "职责编码,责任岗位,图层,对象范围,对象编码,间隔天数,计次周期,次数,时段,巡查方式,依据"
GOOD = f"{HEAD}\nD1,HZ-1,road,列明编码,R1;R2,7,,,19:00-22:00;22:00-02:00,步行、骑行,泗县\n"


@pytest.fixture
def city(connection):
    """One post, two roads, without the trouble of drawing them well."""
    connection.execute(
        text("INSERT INTO city.post (code, kind, valid_from) VALUES ('HZ-1', 'road_chief', '2024-01-01')")
    )
    for code in ("R1", "R2"):
        connection.execute(
            text(
                "INSERT INTO city.road (code, valid_from, geom) "
                "SELECT :code, '2024-01-01', ST_SetSRID('LINESTRING(114.5 30.55, 114.51 30.55)'::geometry, "
                "Find_SRID('city', 'road', 'geom'))"
            ),
            {"code": code},
        )
    return connection


@pytest.fixture
def duty(city, tmp_path):
    def run(content, **manner):
        path = tmp_path / "职责.csv"
        path.write_text(content, "utf-8")
        return import_source(city, CATALOGUE, DUTY, read_source(path, Reading(table=True)), Manner(**manner))

    return run


def test_a_duty_comes_in_under_chinese_headers_and_values(city, duty):
    report = duty(GOOD)
    assert report.applied and report.inserted == 1, report.rejects
    (row,) = city.execute(text("SELECT * FROM city.duty_now")).mappings().all()
    assert (row["post_code"], row["targets"], row["target_codes"]) == ("HZ-1", "codes", ["R1", "R2"])
    assert (row["interval_days"], row["hours"]) == (7, ["19:00-22:00", "22:00-02:00"])
    assert (row["modes"], row["reach_m"], row["settled_by"]) == (["foot", "bicycle"], 25.0, "own")
    assert duty(GOOD).unchanged == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("D2,HZ-9,road,全部,,7,,,,,x", "没有责任岗位 'HZ-9'.*import post"),
        ("performance,HZ-1,road,全部,,7,,,,,x", "编码 'performance' 无法用作网址的一段"),
        ("D2,HZ-1,roads,全部,,7,,,,,x", "图层 'roads' 不记巡查所见,算不出覆盖:可用的有 .*road.*reach"),
        ("D2,HZ-1,last_seen,全部,,7,,,,,x", "不记巡查所见"),
        ("D2,HZ-1,observation,全部,,7,,,,,x", "不记巡查所见"),
        ("D2,HZ-1,zone,全部,,7,,,,,x", "不记巡查所见"),
        ("D2,HZ-1,road,岗位名下,,7,,,,,x", "没有责任岗位字段.*codes"),
        ("D2,HZ-1,road,列明编码,R1;R9,7,,,,,x", "图层 'road' 里没有 'R9'"),
        ("D2,HZ-1,road,列明编码,,7,,,,,x", "对象范围为 codes"),
        ("D2,HZ-1,road,全部,,7,month,1,,,x", "二者必居其一"),
        ("D2,HZ-1,road,全部,,,,,,,x", "二者必居其一"),
        ("D2,HZ-1,road,全部,,0,,,,,x", "间隔天数为 1 至 3660"),
        ("D2,HZ-1,road,全部,,7,,,25:00-26:00,,x", "19:00-22:00"),
        ("D2,HZ-1,road,全部,,7,,,22:00-22:00,,x", "起止不同"),
        ("D2,HZ-1,road,全部,,7,,,,骑马,x", r"不在可选值之内:foot\(步行\)、bicycle"),
        ("D2,HZ-1,road,全部,,7,,,,,", "缺少必填字段 citation"),
        ("D2,HZ-1,road,全部,,多,,,,,x", "'多' 不是整数"),
    ],
)
def test_what_a_duty_cannot_say_is_refused_in_a_sentence(city, duty, row, told):
    report = duty(f"{HEAD}\n{row}\n")
    assert report.refused
    with pytest.raises(AssertionError, match=told):
        raise AssertionError(report.rejects[0].reason)


@pytest.mark.parametrize(
    ("table", "head", "good", "bad", "told"),
    [
        (CREW, "code,mode,post_code", "C1,foot,HZ-1\nC2,foot,", "C3,foot,HZ-9", "没有责任岗位 'HZ-9'.*import post"),
        (DEVICE, "code,datum,crew_code", "D1,gcj02,\nD2,gcj02,", "D3,gcj02,组9", "没有巡查组 '组9'.*import crew"),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_a_crew_whose_post_or_a_device_whose_crew_is_not_there_is_rejected(
    city, tmp_path, table, head, good, bad, told
):
    path = tmp_path / "表.csv"
    path.write_text(f"{head}\n{good}\n{bad}\n", "utf-8")
    report = import_source(city, CATALOGUE, table, read_source(path, Reading(table=True)), Manner(skip_bad=True))
    assert (report.inserted, report.rejects[0].number) == (2, 4)
    assert re.search(told, report.rejects[0].reason), report.rejects


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("table", [DUTY, CREW, DEVICE], ids=lambda table: table.id)
def test_a_round_trip_changes_nothing(city, duty, tmp_path, table, suffix):
    duty(GOOD)
    city.execute(
        text(
            "INSERT INTO city.crew (code, name, mode, hours_from, hours_to) "
            "VALUES ('C', '=1+1', 'boat', '22:00', '6:30');"
            "INSERT INTO city.device (code, crew_code, accuracy_m) VALUES ('0012', 'C', 4.2)"
        )
    )
    path = tmp_path / f"out.{suffix}"
    assert write_features(read_rows(city, table), path).features == 1
    report = import_source(city, CATALOGUE, table, read_source(path, Reading(table=True)), Manner())
    assert (report.read, report.unchanged, report.changes, report.rejects) == (1, 1, 0, [])


def test_a_workbook_holds_days_as_days_and_numbers_as_numbers(city, duty, tmp_path):
    duty(GOOD)
    write_features(read_rows(city, DUTY), tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    row = dict(zip(*[[cell.value for cell in line] for line in sheet.iter_rows()], strict=True))
    assert row["间隔天数"] == 7 and row["每周期须全覆盖"] == "否"
    assert row["对象编码(多个以分号隔开)"] == "R1;R2" and row["巡查方式(多个以分号隔开,空为不限)"] == "步行;骑行"
    assert row["生效日期"].date() == city.execute(text("SELECT current_date")).scalar()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_samples_duties_go_out_and_come_in_unchanged(sample_engine, tmp_path, suffix):
    path = tmp_path / f"out.{suffix}"
    with sample_engine.connect() as connection:
        rows = write_features(read_rows(connection, DUTY), path).features
        source = read_source(path, Reading(table=True))
        report = import_source(connection, CATALOGUE, DUTY, source, Manner(dry_run=True))
    assert rows > 90 and (report.unchanged, report.changes, report.rejects) == (rows, 0, [])


def test_the_commands_as_they_are_typed(engine, tmp_path, monkeypatch):
    url = engine.url.render_as_string(hide_password=False)
    for name, value in {"HUASHAN_DATABASE_URL": url, "HUASHAN_OWNER_URL": url, "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    post, crew, out = tmp_path / "p.csv", tmp_path / "c.csv", tmp_path / "out.xlsx"
    post.write_text("编码,类别\nP1,河长\n", "utf-8")
    crew.write_text("编码,名称,巡查方式,所属责任岗位编码\nC1,一组,船巡,P1\n", "utf-8")
    for arguments, told in (
        (["import", "post", post], "已写入"),
        (["import", "crew", crew], "已写入"),
        (["export", "crew", out], "已导出 1 条 巡查组"),
        (["import", "crew", out], "没有变化"),
    ):
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exit_code == 0 and told in result.output, result.output


def test_only_banks_have_two_sides(city, duty):
    report = duty("code,post_code,layer,targets,interval_days,same_side,citation\nD2,HZ-1,road,all,7,是,x\n")
    assert "没有水的两岸" in report.rejects[0].reason

"""`huashan import` as it is typed."""

import json
import re

import geopandas as gpd
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from api.cli.app import app
from api.transfer.formats import READABLE, WRITABLE
from layers.errors import BadInput, CityError, Conflict, NotFound


@pytest.fixture
def huashan(engine, monkeypatch):
    url = engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("HUASHAN_DATABASE_URL", url)
    monkeypatch.setenv("HUASHAN_OWNER_URL", url)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments, **options):
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], **options)
        if isinstance(result.exception, CityError):
            raise result.exception
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


@pytest.fixture
def parcels(tmp_path):
    def made(*codes, name="图斑.geojson", **fields):
        features = [
            {
                "type": "Feature",
                "properties": {"TBBH": code, "DLBM": "0101", **fields},
                "geometry": {"type": "Polygon", "coordinates": [[[x, 30], [x + 0.01, 30], [x, 30.01], [x, 30]]]},
            }
            for code, x in ((code, 114 + place / 50) for place, code in enumerate(codes))
        ]
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
        return path

    return made


def rows(engine, sql):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def test_a_file_comes_in_and_a_second_time_changes_nothing(huashan, parcels, engine):
    path = parcels("1", "2", 面积=3)
    first = huashan("import", "landuse", path)
    assert first.exit_code == 0
    for told in (
        "读取",
        "新增",
        "更新",
        "不变",
        "撤销",
        "拒绝",
        "忽略的列:面积",
        "code",
        "已写入,版次「图斑.geojson」",
    ):
        assert told in first.output, first.output
    assert "没有变化" in huashan("import", "landuse", path).output
    assert rows(engine, "SELECT count(*), min(made_by) <> '' FROM city.landuse") == [(2, True)]
    assert rows(engine, "SELECT count(*) FROM city.edition") == [(1,)]


def test_rejected_rows_are_shown_and_written_beside_the_file(huashan, parcels, engine, tmp_path):
    path = parcels("1", "1", "2")
    result = huashan("import", "landuse", path)
    assert result.exit_code == 1
    assert "未写入任何数据" in result.output and "重复" in result.output
    told = (tmp_path / "图斑.geojson.rejects.csv").read_bytes()
    assert told.startswith(b"\xef\xbb\xbf")
    assert told.decode("utf-8-sig").splitlines() == ["行号,编码,原因", "2,1,编码 '1' 与第 1 行重复"]
    assert rows(engine, "SELECT count(*) FROM city.landuse") == [(0,)]
    elsewhere = tmp_path / "拒绝.csv"
    assert huashan("import", "landuse", path, "--skip-bad", "--rejects", elsewhere).exit_code == 0
    assert elsewhere.exists()
    assert rows(engine, "SELECT count(*) FROM city.landuse") == [(2,)]


def test_what_looks_like_markup_is_text(huashan, parcels):
    result = huashan("import", "landuse", parcels("[/b]", "[/b]", **{"[/red]": 1}), "--skip-bad")
    assert "[/b]" in result.output and "[/red]" in result.output


def test_a_dry_run_says_what_would_happen(huashan, parcels, engine):
    assert "试运行" in huashan("import", "landuse", parcels("1"), "--dry-run").output
    assert rows(engine, "SELECT count(*) FROM city.landuse") == [(0,)]


def test_an_edition_replaces_the_last_one(huashan, parcels, engine):
    huashan("import", "landuse", parcels("1", "2", "3"), "--edition", "2025年变更调查", "--valid-from", "2025-01-01")
    newer = ("import", "landuse", parcels("1", "2"), "--edition", "2026", "--valid-from", "2026-01-01", "--replace")
    with pytest.raises(Conflict, match="--yes"):
        huashan(*newer)
    assert huashan(*newer, "--yes").exit_code == 0
    ended = rows(engine, "SELECT code, valid_to::text FROM city.landuse WHERE valid_to IS NOT NULL")
    assert ended == [("3", "2026-01-01")]


def test_an_edition_in_which_nothing_changed_is_registered(huashan, parcels, engine):
    path = parcels("1", "2")
    huashan("import", "landuse", path, "--edition", "2025年版", "--valid-from", "2025-01-01")
    newer = ("import", "landuse", path, "--edition", "2026年版", "--valid-from", "2026-01-01", "--replace")
    assert "已登记新版次「2026年版」" in huashan(*newer).output
    assert "没有变化" in huashan(*newer).output
    assert rows(engine, "SELECT name FROM city.edition ORDER BY edition_id") == [("2025年版",), ("2026年版",)]


def test_options_reach_the_rows(huashan, parcels, engine):
    path = parcels("1", "2", 村="甲", 地="0301")
    options = ("--map", "地=class_code", "--set", "scheme=land_sea", "--where", "TBBH!=2", "--key", "村+TBBH")
    huashan("import", "landuse", path, *options)
    assert rows(engine, "SELECT code, class_code, scheme FROM city.landuse") == [("甲-1", "0301", "land_sea")]


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        (("--map", "x"), BadInput, "--map 列=字段"),
        (("--set", "=x"), BadInput, "--set 字段=值"),
        (("--datum", "wgs72"), BadInput, "gcj02"),
        (("--crs", "EPSG:1"), CityError, "不认识坐标系"),
        (("--encoding", "klingon"), CityError, "编码"),
    ],
)
def test_an_option_that_means_nothing_is_one_sentence(huashan, parcels, options, error, told):
    with pytest.raises(error, match=told):
        huashan("import", "landuse", parcels("1"), *options)


def test_the_help_names_every_format(huashan, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for command, listed in (("import", READABLE), ("export", WRITABLE)):
        told = "".join(re.findall(r"[\w.]+", huashan(command, "--help").output))
        assert [suffix for suffix in re.findall(r"\.[\w.]+", listed) if suffix not in told] == []


def test_a_table_without_geometry_is_shown_and_asked_for(huashan, parcels, engine, tmp_path):
    huashan("import", "landuse", parcels("1", "2"))
    assert "图形保持不变" in huashan("export", "landuse", tmp_path / "a.xlsx").output
    assert "没有变化" in huashan("import", "landuse", tmp_path / "a.xlsx").output
    table = tmp_path / "a.csv"
    table.write_text("编码,地类编码\n1,0301\n", "utf-8")
    assert "改动 class_code(地类编码) 1 行:0101 → 0301(如 1)" in huashan("import", "landuse", table, "--dry-run").output
    with pytest.raises(Conflict, match=r"0101 → 0301.*--yes"):
        huashan("import", "landuse", table)
    assert "改动" in huashan("import", "landuse", table, "--yes").output
    assert rows(engine, "SELECT code, class_code FROM city.landuse_now ORDER BY code") == [("1", "0301"), ("2", "0101")]


def test_a_preset_says_what_it_takes_for_what_before_anything_is_written(huashan, parcels, engine):
    path = parcels("0001", "0002", ZLDWDM="4201110812050000000", TBMJ=529.5, SJNF=2025, QSXZ="30")
    assert "加 --preset dltb" in huashan("import", "landuse", path, "--dry-run").output
    told = huashan("import", "landuse", path, "--preset", "变更调查", "--dry-run").output
    for line in ("ZLDWDM+TBBH→code", "DLBM→class_code", "QSXZ→ownership", "编码取 ZLDWDM 的前 12 位与 TBBH", "试运行"):
        assert line in told, told
    assert "版次「2025年度国土变更调查」,自 2025-12-31 起生效" in told and "不符" in told
    assert rows(engine, "SELECT count(*) FROM city.landuse") == [(0,)]
    assert huashan("import", "landuse", path, "--preset", "dltb").exit_code == 0
    assert rows(engine, "SELECT DISTINCT left(code, 12), valid_from::text FROM city.landuse") == [
        ("420111081205", "2025-12-31")
    ]
    frame = gpd.read_file(path)
    for table in ("DLTB", "XZQ"):
        frame.to_file(path.with_name("成果.gpkg"), layer=table)
    with pytest.raises(BadInput, match=r"2 个图层:.*DLTB、XZQ。 若是国土变更调查地类图斑,加 --preset dltb"):
        huashan("import", "landuse", path.with_name("成果.gpkg"))
    with pytest.raises(BadInput, match="没有预设 'DLBT'"):
        huashan("import", "landuse", path, "--preset", "DLBT")


def test_an_unknown_layer_or_file_is_one_sentence(huashan, parcels, tmp_path):
    with pytest.raises(NotFound, match="没有图层 'roads'"):
        huashan("import", "roads", parcels("1"))
    with pytest.raises(NotFound, match="没有文件"):
        huashan("import", "road", tmp_path / "x.shp")


def test_the_layers_answer_shows_the_edition(huashan, parcels, engine):
    huashan("import", "landuse", parcels("1"), "--edition", "2026年版", "--valid-from", "2026-01-01")
    told = rows(engine, "SELECT name, valid_from::text FROM city.edition WHERE layer = 'landuse'")
    assert told == [("2026年版", "2026-01-01")]


def test_what_is_exported_comes_back(huashan, parcels, tmp_path):
    huashan("import", "landuse", parcels("1", "2"))
    for name in ("a.gpkg", "a.shp", "a.zip", "a.fgb", "a.csv", "a.geojson"):
        assert "已导出 2 条" in huashan("export", "landuse", tmp_path / name).output
        assert "没有变化" in huashan("import", "landuse", tmp_path / name).output
    with pytest.raises(Conflict, match="--force"):
        huashan("export", "landuse", tmp_path / "a.csv")
    assert (
        "已导出 1 条"
        in huashan("export", "landuse", tmp_path / "a.csv", "--force", "--bbox", "114,29,114.015,31").output
    )

"""Files that offices hold come in by the names of their columns: DLTB of the yearly survey, the three control lines."""

import shutil
from datetime import date

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from api.transfer.batch import Wishes
from api.transfer.edition import Edition
from api.transfer.importing import Manner, import_source
from api.transfer.preset import preset_named
from api.transfer.preset_rows import by_preset, hinted
from api.transfer.read import Reading, read_source
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED, project
from layers.errors import BadInput, Conflict

CATALOGUE = read_catalogue()
PREFIXED = "EPSG:4526"
GEOD = pyproj.Geod(ellps="GRS80")
VILLAGE = "4201110812050000000"
FILES = ["DLTB.gpkg", "成果.gdb", "图斑.zip"]
EMPTY = dict.fromkeys(
    ("YSDM", "TBYBH", "KCMJ", "TBDLMJ", "GDLX", "GDPDJB", "XZDWKD", "TBXHDM", "TBXHMC", "ZZSXDM", "ZZSXMC", "GDDB"),
)
"""Columns that the survey has beside those that the plots here fill."""


def area_m2(shape):
    """The area on the ellipsoid, by pyproj, of a shape whose edges are straight in the metric system."""
    [degrees] = project(np.array([shapely.segmentize(shape, 100)], dtype=object), METRIC_DEFAULT, STORED)
    return abs(GEOD.geometry_area_perimeter(degrees)[0])


def plot(number, place=0, **fields):
    """A plot of the survey, 60 by 40 m, with every column that the survey has."""
    shape = shapely.box(548_000 + 100 * place, 3_380_000, 548_060 + 100 * place, 3_380_040)
    row = EMPTY | {
        "BSM": f"42011100000000{number:04}", "TBBH": f"{number:04}", "DLBM": "0103", "DLMC": "旱地", "QSXZ": "30",
        "QSDWMC": "山湖村", "ZLDWDM": VILLAGE, "ZLDWMC": "山湖村", "TBMJ": round(area_m2(shape), 2), "KCDLBM": "1203",
        "KCXS": 0.0834, "SJNF": "2025", "geometry": shape,
    }  # fmt: skip
    return row | fields


@pytest.fixture
def written(tmp_path):
    """A function that writes plots to a file as offices hand them over, beside another layer where there is room."""

    def made(*plots, name="DLTB.gpkg", table="DLTB"):
        frame = gpd.GeoDataFrame(list(plots), crs=METRIC_DEFAULT).to_crs(PREFIXED)
        path = tmp_path / name
        if path.suffix == ".zip":
            folder = tmp_path / "成果"
            folder.mkdir()
            for layer in (table, "XZQ"):
                frame.to_file(folder / f"{layer}.shp", encoding="gbk", engine="pyogrio")
                (folder / f"{layer}.cpg").unlink()
            shutil.make_archive(str(path.with_suffix("")), "zip", folder)
        elif path.suffix in (".gdb", ".gpkg"):
            driver = {".gdb": "OpenFileGDB", ".gpkg": "GPKG"}[path.suffix]
            for layer in (table, "XZQ"):
                frame.to_file(path, layer=layer, driver=driver, engine="pyogrio")
        else:
            frame.to_crs(STORED).to_file(path, engine="pyogrio")
        return path

    return made


@pytest.fixture
def preset(connection):
    """A function that imports a file by a preset within the test's transaction."""

    def run(layer, name, path, edition=None, *, reading=None, **manner):
        chosen = preset_named(CATALOGUE[layer], name)
        source = read_source(path, reading or Reading(tables=chosen.tables))
        taken, how = by_preset(chosen, source, Manner(edition=edition or Edition(), **manner))
        return import_source(connection, CATALOGUE, CATALOGUE[layer], taken, how)

    return run


@pytest.fixture
def rows(connection):
    def read(columns, table="landuse"):
        found = connection.exec_driver_sql(f"SELECT {columns} FROM city.{table} ORDER BY code, valid_from")
        return [tuple(row) for row in found]

    return read


def fault(report):
    [reject] = report.rejects
    return reject.reason


@pytest.mark.parametrize("name", FILES)
def test_a_survey_comes_in_from_any_format(written, preset, rows, connection, name):
    path = written(plot(1), plot(2, 1, DLBM="08H2A", DLMC="高教用地", QSXZ="20", KCXS=None), name=name)
    report = preset("landuse", "变更调查", path)
    assert (report.inserted, report.rejected) == (2, 0), report.rejects
    assert rows("code, class_code, class_name, scheme, ownership, owner_unit, deduct_ratio::text, valid_from") == [
        ("420111081205-0001", "0103", "旱地", "sandiao", "collective", "山湖村", "0.0834", date(2025, 12, 31)),
        ("420111081205-0002", "08H2A", "高教用地", "sandiao", "state", "山湖村", None, date(2025, 12, 31)),
    ]
    assert connection.exec_driver_sql("SELECT name, valid_from FROM city.edition").all() == [
        ("2025年度国土变更调查", date(2025, 12, 31))
    ]
    assert ("图层 DLTB" in report.notes) == (name != "图斑.zip")
    assert report.matched["code"] == "ZLDWDM+TBBH" and report.matched["class_code"] == "DLBM"
    assert not {"TBBH", "ZLDWDM"} & set(report.ignored)
    assert any("椭球面积相符:2 行" in line for line in report.findings), report.findings


def test_a_second_time_changes_nothing(written, preset, rows):
    path = written(plot(1), plot(2, 1))
    preset("landuse", "dltb", path)
    again = preset("landuse", "dltb", path)
    assert (again.unchanged, again.applied) == (2, False)
    assert not preset("landuse", "dltb", path, Edition(replace=True)).applied
    assert len(rows("id")) == 2


def test_the_next_year_replaces_and_both_years_are_kept(written, preset, rows):
    preset("landuse", "dltb", written(*(plot(n, n, SJNF="2024") for n in range(9)), name="一.gpkg"))
    newer = [plot(n, n, BSM=f"9{n}") for n in range(1, 8)]  # BSM is numbered anew
    path = written(*newer, plot(8, 8, DLBM="0701", DLMC="城镇住宅用地"), plot(12, 12), name="二.gpkg")
    report = preset("landuse", "dltb", path, Edition(replace=True))
    assert (report.inserted, report.updated, report.unchanged, report.withdrawn) == (1, 1, 7, 1)
    then, now = date(2024, 12, 31), date(2025, 12, 31)
    every = rows("right(code, 4), class_code, valid_from, valid_to")
    assert [row for row in every if row[0] in ("0000", "0008", "0012")] == [
        ("0000", "0103", then, now),
        ("0008", "0103", then, now),
        ("0008", "0701", now, None),
        ("0012", "0103", now, None),
    ]


def test_the_next_year_without_replacing_is_refused(written, preset, rows):
    preset("landuse", "dltb", written(plot(1, SJNF="2024"), name="一.gpkg"))
    newer = written(plot(1, DLBM="0701"), name="二.gpkg")
    with pytest.raises(Conflict, match=r"已有 2024-12-31 生效的版次:新一年的请加 --replace .*--valid-from 2024-12-31"):
        preset("landuse", "dltb", newer)
    assert preset("landuse", "dltb", newer, Edition(valid_from=date(2024, 12, 31))).updated == 1
    assert rows("class_code, valid_from") == [("0701", date(2024, 12, 31))]


def test_what_the_user_says_goes_before(written, preset, rows):
    path = written(plot(1), plot(2, 1))
    wishes = Wishes(columns={"ZLDWMC": "owner_unit"}, values={"scheme": "gb21010"}, key="BSM")
    report = preset("landuse", "dltb", path, Edition("试", date(2026, 1, 5)), wishes=wishes, where=("TBBH=0001",))
    assert report.edition == "试"
    assert rows("code, scheme, valid_from") == [("420111000000000001", "gb21010", date(2026, 1, 5))]
    assert report.matched["owner_unit"] == "ZLDWMC"


def test_a_ratio_in_percent_is_told_and_one_of_both_kinds_is_refused(written, preset, rows):
    report = preset("landuse", "dltb", written(plot(1, KCXS=8.34), plot(2, 1, KCXS=0.0), name="一.gpkg"))
    assert "KCXS 以百分数记,已除以 100" in report.notes
    assert [float(ratio) for (ratio,) in rows("deduct_ratio")] == [0.0834, 0]
    assert "扣除系数" in fault(preset("landuse", "dltb", written(plot(1, KCXS=8.34), plot(2, 1), name="二.gpkg")))


@pytest.mark.parametrize("column", ["ZZSXDM", "ZZSXMC", "TBXHDM"])
def test_how_a_field_can_be_recovered_is_found_where_it_stands(written, preset, rows, column):
    value = "工程恢复" if column == "ZZSXMC" else "gchf"
    plots = plot(1, DLBM="0204", **{column: value}), plot(2, 1, ZZSXDM="LS")
    preset("landuse", "dltb", written(*plots))
    assert rows("recovery") == [("GCHF",), (None,)]


def test_a_declared_area_that_is_not_the_shapes_is_listed_and_taken(written, preset):
    far = plot(3, 2)
    plots = plot(1), plot(2, 1, TBMJ=plot(2)["TBMJ"] + 0.9), far | {"TBMJ": far["TBMJ"] + 2.5}
    report = preset("landuse", "dltb", written(*plots))
    assert report.inserted == 3
    [head, line] = [line for line in report.findings if "TBMJ" in line]
    assert head.startswith("提醒:1 行的 TBMJ")
    assert line.strip() == f"420111081205-0003:TBMJ {far['TBMJ'] + 2.5:,.2f},按图形 {far['TBMJ']:,.2f} m²"


def test_areas_in_mu_are_noticed(written, preset):
    plots = [plot(n, n, TBMJ=plot(n, n)["TBMJ"] / (2000 / 3)) for n in (1, 2, 3)]
    assert any("TBMJ 像是以亩记的" in line for line in preset("landuse", "dltb", written(*plots)).findings)


def test_numbers_that_come_twice_are_refused_with_the_way_out(written, preset):
    report = preset("landuse", "dltb", written(plot(1), plot(1, 1, BSM="2"), plot(3, 2)))
    assert "重复" in fault(report)
    assert any("BSM 没有重复:若只用这一次,可加 --key BSM" in note for note in report.notes)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"DLBM": "011"}, r"列 DLBM 有 1 行是 '011':这不是三调工作分类的编码"),
        ({"SJNF": "25"}, r"列 SJNF 的值 '25' 不是年份"),
    ],
)
def test_what_is_no_such_survey_is_refused(written, preset, fields, told):
    with pytest.raises(BadInput, match=told):
        preset("landuse", "dltb", written(plot(1, **fields)))


def test_a_class_that_nobody_knows_is_told(written, preset):
    report = preset("landuse", "dltb", written(plot(1), plot(2, 1, DLBM="9901"), plot(3, 2, DLBM="0103K")))
    [told] = [line for line in report.findings if "地类表里没有" in line]
    assert told.startswith("提醒:地类表里没有 9901(1 个,如 420111081205-0002):")


def test_several_years_in_one_file_are_the_newest_and_told(written, preset):
    report = preset("landuse", "dltb", written(plot(1, SJNF="2023"), plot(2, 1), plot(3, 2)))
    assert report.edition == "2025年度国土变更调查"
    assert "SJNF 有 2 个年份(2023 年 1 行、2025 年 2 行):按最晚的一年" in report.notes


def test_a_file_without_a_year_asks_for_it(written, preset):
    report = preset("landuse", "dltb", written(plot(1, SJNF=None)), dry_run=True)
    assert any("没有数据年份(SJNF)" in note for note in report.notes)


FARM = {
    "YJJBNTTBBH": "420111081205000012",
    "ZLDWMC": "山湖村",
    "YJJBNTTBMJ": 2400.0,
    "YJJBNTMJ": 2200.0,
    "DLBM": "0101",
}
RED = {"HXBM": "HB-01", "HXMC": "严西湖水源涵养红线", "HXLX": "水源涵养", "MJ": 2400.0}
TOWN = {"BSM": "4201", "XZQDM": "420111", "XZQMC": "洪山区", "GHFQDM": "510", "GHFQMC": "城镇集中建设区", "MJ": 2400.0}


@pytest.mark.parametrize(
    ("name", "table", "fields", "stored"),
    [
        ("永久基本农田", "YJJBNTBHTB", FARM, ("permanent_farmland", "YJJBNT-420111081205000012", "山湖村永久基本农田")),
        ("eco_redline", "STBHHX", RED, ("eco_redline", "STBHHX-HB-01", "严西湖水源涵养红线")),
        ("CZKFBJ", "CZKFBJ", TOWN, ("urban_boundary", "CZKFBJ-4201", "城镇开发边界 城镇集中建设区")),
    ],
)
def test_a_control_line_comes_in_as_its_kind(written, preset, rows, name, table, fields, stored):
    path = written({"geometry": plot(1)["geometry"], **fields}, table=table)
    report = preset("zone", name, path)
    assert report.rejects == [] and rows("kind, code, name", "zone") == [stored]
    assert preset("zone", name, path).unchanged == 1


def test_a_line_replaces_its_own_kind_alone(written, preset, rows):
    box = {"geometry": plot(1)["geometry"]}
    old, new = date(2024, 1, 1), date(2025, 1, 1)
    preset("zone", "eco_redline", written(box | RED, name="红.gpkg", table="STBHHX"), Edition(valid_from=old))
    for serial, day in ((1, old), (2, new)):
        path = written(box | FARM | {"YJJBNTTBBH": f"{serial}"}, name=f"田{serial}.gpkg", table="YJJBNT")
        preset("zone", "permanent_farmland", path, Edition(valid_from=day, replace=True), ask=lambda question: True)
    ended = rows("code, valid_to", "zone")
    assert ended == [("STBHHX-HB-01", None), ("YJJBNT-1", new), ("YJJBNT-2", None)]


def test_zones_whose_numbers_repeat_are_numbered_by_another_column(written, preset, rows):
    lines = [{"geometry": plot(n, n)["geometry"], **RED, "BSM": f"{n}"} for n in (1, 2)]
    report = preset("zone", "eco_redline", written(*lines, table="STBHHX"))
    assert rows("code", "zone") == [("STBHHX-1",), ("STBHHX-2",)]
    assert "编码取 BSM(HXBM 有重复)" in report.notes


def test_a_whole_planning_layer_is_no_boundary(written, preset):
    with pytest.raises(BadInput, match=r"列 GHFQMC 有 1 行是 '农田保护区':这不是城镇开发边界的分区"):
        zone = {"geometry": plot(1)["geometry"], **TOWN, "GHFQMC": "农田保护区"}
        preset("zone", "urban_boundary", written(zone, name="规划分区.geojson"))


def test_a_file_of_another_kind_is_refused_with_its_columns(written, preset):
    with pytest.raises(BadInput, match=r"不像国土变更调查地类图斑:缺少列 DLBM/地类编码、.*现有 .*HXBM"):
        preset("landuse", "dltb", written({"geometry": plot(1)["geometry"], **RED}, table="DLTB"))


def test_a_file_that_looks_like_a_presets_says_so(written):
    source = hinted(CATALOGUE["landuse"], read_source(written(plot(1), name="图斑.geojson")))
    assert source.notes[-1].startswith("提示:文件像是国土变更调查地类图斑,加 --preset dltb")


def test_without_a_preset_a_file_of_several_layers_is_still_asked_about(written):
    with pytest.raises(BadInput, match="--layer-name"):
        read_source(written(plot(1)))

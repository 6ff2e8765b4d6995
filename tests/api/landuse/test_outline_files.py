"""Outlines as they come in files: read whole, their system found or asked for, or refused in words."""

import shutil
import zipfile
from pathlib import Path

import geopandas
import openpyxl
import pytest

from api.landuse.reading.outlines import AskCrs, Said, read_file
from layers.crs import DEVICE, METRIC_DEFAULT, ZONE_PREFIXED
from layers.errors import BadFile, BadGeometry, NotFound, TooLarge
from tests.api.landuse.ground import AREA, GROUND, same
from tests.transfer.boundary_texts import SQUARE, rows
from tests.transfer.drawings import drawing, polyline


def frame():
    return geopandas.GeoDataFrame({"名称": ["甲"]}, geometry=[AREA], crs=METRIC_DEFAULT)


@pytest.mark.parametrize(
    ("name", "driver"), [("a.gpkg", "GPKG"), ("a.geojson", "GeoJSON"), ("a.kml", "KML"), ("a.fgb", "FlatGeobuf")]
)
def test_files_are_read_with_their_names_and_fields(tmp_path, name, driver):
    data = frame().to_crs(DEVICE).rename(columns={"名称": "Name"}) if driver == "KML" else frame()
    data.to_file(tmp_path / name, driver=driver)
    found = read_file(tmp_path / name, Said(), GROUND)
    assert same(found, within_m=0.02) and found.names == ("甲",) and found.source == name


@pytest.mark.parametrize("column", ["XMBH", "项目编号", "BSM", "编号"])
def test_outlines_without_a_name_go_by_their_number(tmp_path, column):
    frame().rename(columns={"名称": column}).to_file(tmp_path / "a.gpkg")
    assert read_file(tmp_path / "a.gpkg", Said(), GROUND).names == ("甲",)


@pytest.mark.parametrize(("inner", "driver"), [("红线.gdb", "OpenFileGDB"), ("红线.shp", "ESRI Shapefile")])
def test_zipped_files_are_read_too(tmp_path, inner, driver):
    (tmp_path / "in").mkdir()
    frame().to_file(tmp_path / "in" / inner, driver=driver)
    packed = Path(shutil.make_archive(str(tmp_path / "红线"), "zip", tmp_path / "in"))
    found = read_file(packed, Said(), GROUND)
    assert same(found) and found.names == ("甲",) and found.crs_how == "found"


def test_a_shapefile_without_its_system_is_asked_about(tmp_path):
    frame().to_file(tmp_path / "a.shp", driver="ESRI Shapefile")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(AskCrs) as asked:
        read_file(tmp_path / "a.shp", Said(), GROUND)
    first = asked.value.candidates[0]
    assert (first.crs, first.axes) == (METRIC_DEFAULT, "en")
    assert same(read_file(tmp_path / "a.shp", Said(crs=first.crs), GROUND))


@pytest.mark.parametrize("north_first", [False, True])
def test_a_drawing_has_no_system_but_by_its_zone(tmp_path, north_first):
    def drawn(prefix):
        corners = [(y, x + prefix) if north_first else (x + prefix, y) for x, y in AREA.exterior.coords[:-1]]
        (tmp_path / "红线.dxf").write_bytes(drawing(polyline(corners)).encode("gbk"))
        return tmp_path / "红线.dxf"

    with pytest.raises(AskCrs, match=r"红线\.dxf没有说明坐标系") as asked:
        read_file(drawn(0), Said(), GROUND)
    first = asked.value.candidates[0]
    assert first.crs == METRIC_DEFAULT and first.axes == ("ne" if north_first else "en")
    for said in (Said(crs=first.crs, axes=first.axes), Said(crs=first.crs)):
        assert same(read_file(drawn(0), said, GROUND))
    found = read_file(drawn(38e6), Said(), GROUND)
    assert same(found) and found.crs == ZONE_PREFIXED
    assert any("先北后东" in note for note in found.notes) == north_first


def test_shapes_in_two_zones_are_refused_naming_the_rows(tmp_path):
    corners = [[(x + prefix, y) for x, y in AREA.exterior.coords[:-1]] for prefix in (38e6, 39e6)]
    (tmp_path / "a.dxf").write_text(drawing("".join(polyline(one, layer="a") for one in corners)))
    with pytest.raises(BadGeometry, match=r"带号不同\(38、39\):第 1 条"):
        read_file(tmp_path / "a.dxf", Said(), GROUND)


def test_a_text_in_a_file_is_read_like_a_pasted_one(tmp_path):
    path = tmp_path / "红线.csv"
    path.write_bytes(("点号,X,Y\n" + rows(form="{label},{north:.3f},{east:.3f}", prefix=38)).encode("gbk"))
    assert same(read_file(path, Said(), GROUND))
    path.write_text(f'名称,wkt\n甲,"SRID=4547;{AREA.wkt}"\n')
    assert same(read_file(path, Said(), GROUND))
    path.write_bytes(b"")
    with pytest.raises(BadFile, match=r"红线\.csv是空的"):
        read_file(path, Said(), GROUND)


def test_a_sheet_of_corners_is_read_like_their_text(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["点号", "X 坐标(m)", "Y 坐标(m)", "备注"])
    for number, (north, east) in enumerate(SQUARE, start=1):
        book.active.append([f"J{number}", north, east + 38e6, None])
    book.save(tmp_path / "界址点.xlsx")
    assert same(read_file(tmp_path / "界址点.xlsx", Said(), GROUND))


def test_what_is_no_outline_or_hostile_is_refused_in_words(tmp_path):
    bomb = tmp_path / "a.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.geojson", b" " * 50_000_000)
    laughing = tmp_path / "a.kml"
    laughing.write_text('<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><kml>&b;</kml>')
    drawn = tmp_path / "a.dxf"
    drawn.write_text(drawing(""))
    other = tmp_path / "a.pdf"
    other.write_bytes(b"%PDF-1.7")
    dwg = tmp_path / "b.txt"
    dwg.write_bytes(b"AC1032" + b"\0" * 99)
    for path, told in ((bomb, "炸弹"), (laughing, "实体"), (drawn, "PEDIT"), (other, "不认识"), (dwg, "另存为"),
                       (tmp_path / "none.shp", "没有文件")):  # fmt: skip
        with pytest.raises((BadFile, TooLarge, NotFound), match=told):
            read_file(path, Said(), GROUND)

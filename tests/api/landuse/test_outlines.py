"""Outlines as they are sent: read whole in metres with their system found, said or asked for, or refused in words."""

import json
import shutil
import time
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from api.landuse.reading.outlines import AskCrs, Ground, Said, read_file, read_geojson, read_text, row_of
from layers.crs import DEVICE, METRIC_DEFAULT, STORED, WIRE, ZONE_PREFIXED, Bounds, area_of_use, project
from layers.errors import BadCrs, BadFile, BadGeometry, BadInput, NotFound, TooLarge
from tests.specimens import SPECIMENS
from tests.transfer.boundary_texts import HEAD, SQUARE, plot, rows
from tests.transfer.drawings import drawing, polyline

LOCAL = "+proj=tmerc +lat_0=30 +lon_0=114.333333 +k=1 +x_0=800000 +y_0=300000 +ellps=GRS80 +units=m +no_defs"
GROUND = Ground(METRIC_DEFAULT, area_of_use(METRIC_DEFAULT), Bounds(114.45, 30.48, 114.65, 30.67), {"武汉2000": LOCAL})
AREA = shapely.Polygon([(east, north) for north, east in SQUARE])
BARE = rows(form="{label} {north:.3f} {east:.3f}")


def placed(shape, crs=METRIC_DEFAULT, to=WIRE):
    """A shape of one system in another."""
    return project(np.array([shape], dtype=object), crs, to)[0]


def same(found, shape=AREA, within_m=1e-4):
    """Whether the one outline that was read is a shape, to a tenth of a millimetre."""
    (one,) = found.shapes
    return one.geom_type == "MultiPolygon" and shapely.hausdorff_distance(one, shape) < within_m


def test_geojson_is_read_in_degrees_whatever_it_is_wrapped_in():
    geometry = shapely.geometry.mapping(placed(AREA))
    feature = {"type": "Feature", "properties": {"名称": "甲"}, "geometry": geometry}
    for sent in (geometry, feature, {"type": "FeatureCollection", "features": [feature]}):
        found = read_geojson(sent, Said(), GROUND)
        assert same(found) and (found.crs, found.crs_how) == (WIRE, "found")
        assert same(read_text(json.dumps(sent), Said(), GROUND))
    assert found.names == ("甲",)
    collection = {"type": "GeometryCollection", "geometries": [geometry, {"type": "Point", "coordinates": [114, 30]}]}
    found = read_geojson(collection, Said(name="乙"), GROUND)
    assert same(found) and found.names == ("乙",) and found.notes == ("面之外的点、线 1 个未读取",)


def test_an_older_geojson_names_its_system():
    sent = shapely.geometry.mapping(AREA) | {
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
    }
    assert same(read_geojson(sent, Said(), GROUND))
    with pytest.raises(BadFile, match="crs 看不懂"):
        read_geojson(sent | {"crs": 7}, Said(), GROUND)


@pytest.mark.parametrize("name", SPECIMENS)
def test_areas_are_taken_and_what_is_none_is_refused_with_the_remedy(name):
    shape = SPECIMENS[name]
    sent = {"type": "Feature", "geometry": None if shape is None else json.loads(shapely.to_geojson(shape))}
    if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        with pytest.raises(BadGeometry, match=r"第 1 条.*请"):
            read_geojson(sent, Said(), GROUND)
    else:
        (found,) = read_geojson(sent, Said(), GROUND).shapes
        assert shapely.get_num_coordinates(found) == shapely.get_num_coordinates(shape), "nothing is repaired here"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"type": "Polygon", "coordinates": [[[30.5, 114.5], [30.6, 114.5], [30.6, 114.6]]]}, "经纬度颠倒"),
        ({"type": "Polygon", "coordinates": [[[114.5, 30.5], [114.6, 30.5]]]}, "2 个不同的点,围不成面"),
        ({"type": "Polygon", "coordinates": [[[114.5, 30.5], [114.6, "x"], [114, 30]]]}, "坐标看不懂"),
        ({"type": "Polygon", "coordinates": [[[114.5, 30.5], [114.6], [114, 30]]]}, "坐标看不懂"),
        ({"type": "Polygon", "coordinates": [[[114.5, 30.5], [float("nan"), 1], [114, 30]]]}, "非数字"),
        ({"type": "Polygon", "coordinates": [[[114.5, 30.5], [10**400, 1], [114, 30]]]}, "坐标看不懂"),
        ({"type": "Polygon", "coordinates": [[[114.5, 30.5], [1e300, 1], [114, 30]]]}, "看起来是米"),
        ({"type": "Polygon", "coordinates": 7}, "坐标的层数"),
        ({"type": "Polygon", "coordinates": [[[[114.5, 30.5]] * 4]]}, "坐标看不懂"),
        ({"type": "Polygon"}, "坐标的层数"),
        ({"type": "Polygon", "coordinates": []}, "没有图形"),
        ({"type": "MultiPolygon", "coordinates": [{}]}, "坐标的层数"),
        ({"type": "Point", "coordinates": [1, "x"]}, "Point 的坐标看不懂"),
        ({"type": "Circle", "coordinates": []}, "type 是 'Circle'"),
        ({"type": "FeatureCollection", "features": 3}, "不是要素的数组"),
        ({"type": "FeatureCollection", "features": []}, "没有任何图形"),
        ({"type": "Feature", "geometry": {"type": "GeometryCollection", "geometries": 3}}, "看不懂"),
        ([1, 2], "看不懂 GeoJSON"),
        (None, "看不懂 GeoJSON"),
        ({"type": "Polygon", "coordinates": [[[110.5, 30.5], [110.6, 30.5], [110.6, 30.6]]]}, "在部署范围.*之外"),
    ],
)
def test_geojson_that_cannot_be_an_outline_is_refused(sent, told):
    with pytest.raises((BadGeometry, BadFile), match=told):
        read_geojson(sent, Said(), GROUND)


def test_hostile_texts_end_soon_in_words():
    deep = '{"type":"GeometryCollection","geometries":[' * 500 + "]}" * 500
    many = [text * 90_000 for text in ("[", '{"a":', "(", "1 1,", "J1,", "°'", "E ", "=", "9" * 100, "a" * 100)]
    for text in (*many, deep, f"POLYGON(({many[3]}", '{"type":"Polygon"', "\0" * 1000):
        begun = time.process_time()
        with pytest.raises((BadFile, BadGeometry, TooLarge)):
            read_text(text, Said(), GROUND)
        assert time.process_time() - begun < 5


def test_too_many_vertices_are_told():
    ring = np.column_stack([np.linspace(114, 114.5, 200_001), np.linspace(30, 30.5, 200_001)])
    ring[1] = (114.1, 30.4)
    with pytest.raises(TooLarge, match=r"第 1 条有 200,002 个顶点,上限 200,000"):
        read_geojson({"type": "Polygon", "coordinates": [ring.tolist()]}, Said(), GROUND)


def test_a_coordinate_text_is_read_by_its_header_by_its_zone_or_as_said():
    found = read_text(HEAD + plot(rows()), Said(), GROUND)
    assert same(found) and found.crs == METRIC_DEFAULT and found.crs_how == "found" and found.names == ("一号地",)
    assert found.crs_name == "CGCS2000 三度带,中央经线 114°E,东坐标不含带号(EPSG:4547)"
    found = read_text(rows(prefix=38), Said(), GROUND)
    assert same(found) and found.crs == ZONE_PREFIXED and any("带号 38" in note for note in found.notes)
    found = read_text(BARE, Said(crs="4547"), GROUND)
    assert same(found) and (found.crs, found.crs_how) == (METRIC_DEFAULT, "said")
    found = read_text(rows(prefix=38), Said(crs=METRIC_DEFAULT), GROUND)
    assert same(found) and any("已去掉带号" in note for note in found.notes)


def test_what_is_said_overrules_the_header_and_is_told():
    text = (HEAD + plot(rows())).replace("带号=38", "带号=39")
    with pytest.raises(BadGeometry, match=r"在部署范围.*之外"):
        read_text(text, Said(), GROUND)
    found = read_text(text, Said(crs="4547"), GROUND)
    assert same(found) and any("自称坐标系" in note and "为准" in note for note in found.notes)


def test_an_easting_without_zone_and_header_is_asked_for_and_never_guessed():
    with pytest.raises(AskCrs, match=r"没有说明坐标系:请用 --crs 选定其一:EPSG:4547") as asked:
        read_text(BARE, Said(), GROUND)
    first, *others = asked.value.candidates
    assert first.crs == METRIC_DEFAULT and first.near and first.axes == "ne" and "数据处" in first.why
    assert first.area_m2 == pytest.approx(10_000, rel=1e-3) and abs(first.centre.lon - 114.49) < 0.01
    assert not others, "in every other zone it would lie far off"
    sent = json.loads(json.dumps(first.as_json()))
    assert sent["centre"] == pytest.approx([114.4904, 30.5578], abs=1e-4) and sent["area"]["mu"] > 14
    assert same(read_text(BARE, Said(crs=sent["crs"], axes=sent["axes"]), GROUND))


def test_what_lies_elsewhere_in_every_system_is_shown_where(tmp_path):
    with pytest.raises(AskCrs, match=r"按哪个已知的坐标系都不落在部署范围内\(最近的是 EPSG:4547") as asked:
        read_text("5200000 547000\n5200000 547100\n5200100 547100", Said(), GROUND)
    assert {one.crs for one in asked.value.candidates} == {METRIC_DEFAULT, "EPSG:4546", "EPSG:4548"}
    assert not any(one.inside for one in asked.value.candidates)
    with pytest.raises(AskCrs, match=r"都不落在部署范围内,请用 --crs"):
        read_text("1 1\n1 2\n2 2", Said(), GROUND)


@pytest.mark.parametrize("order", ["ne", "en"])
def test_a_local_system_is_offered_by_name_and_read_when_it_is_said(order):
    local = placed(AREA, to=LOCAL)
    ring = [(y, x) if order == "ne" else (x, y) for x, y in local.exterior.coords]
    text = "\n".join(f"{one:.4f},{other:.4f}" for one, other in ring)
    with pytest.raises(AskCrs) as asked:
        read_text(text, Said(), GROUND)
    assert "武汉2000" in str(asked.value) and asked.value.candidates[0].name == "武汉2000"
    assert asked.value.candidates[0].axes == order
    found = read_text(text, Said(crs="武汉 2000"), GROUND)
    assert same(found) and (found.crs, found.crs_name, found.crs_how) == (LOCAL, "武汉2000", "configured")
    head = HEAD.replace("2000国家大地坐标系", "武汉2000坐标系").replace("带号=38", "带号=")
    found = read_text(head + text, Said(), GROUND)
    assert same(found) and found.crs_how == "configured"


def test_a_system_fitted_on_common_points_is_read_like_any_other():
    fitted = f"{METRIC_DEFAULT} +proj=affine +xoff=-2e6 +yoff=-3e6 +s11=0.8 +s12=0.6 +s21=-0.6 +s22=0.8"
    text = "\n".join(f"{y:.4f},{x:.4f}" for x, y in placed(AREA, to=fitted).exterior.coords)
    found = read_text(text, Said(crs=fitted), GROUND)
    assert same(found) and found.crs_how == "fitted"
    found = read_text(text, Said(crs="独立"), GROUND._replace(local={"独立": fitted}))
    assert same(found) and (found.crs_how, found.crs_name) == ("fitted", "独立")
    with pytest.raises(BadCrs, match="3,000 个字"):
        read_text(text, Said(crs="+" * 3000), GROUND)


def test_where_both_orders_are_plausible_it_is_asked_which():
    ground = GROUND._replace(local={"独立": LOCAL.replace("x_0=800000", "x_0=350000")})
    text = "350000 400000\n350000 401000\n351000 401000"
    with pytest.raises(AskCrs, match="--axes ne") as asked:
        read_text(text, Said(crs="独立"), ground)
    assert {one.axes for one in asked.value.candidates} == {"ne", "en"}
    box = shapely.bounds(placed(read_text(text, Said(crs="独立", axes="ne"), ground).shapes[0]))
    found = read_text(text, Said(crs="独立"), ground._replace(extent=Bounds(*box)))
    assert same(found, read_text(text, Said(crs="独立", axes="ne"), ground).shapes[0])
    assert any("两种坐标顺序都在部署范围内" in note for note in found.notes)
    north_first, east_first = (read_text(text, Said(crs="独立", axes=axes), ground).shapes[0] for axes in ("ne", "en"))
    assert not north_first.equals(east_first)
    with pytest.raises(BadInput, match="坐标顺序 'x'"):
        read_text(text, Said(crs="独立", axes="x"), ground)


@pytest.mark.parametrize("crs", ["EPSG:2383", "EPSG:4214", "+proj=tmerc +lon_0=114 +x_0=500000 +ellps=krass"])
def test_an_older_datum_is_refused_for_nothing_published_leads_from_it(crs):
    with pytest.raises(BadCrs, match=r"没有公开的转换参数.*huashan crs fit"):
        read_text(BARE, Said(crs=crs), GROUND)
    with pytest.raises(BadCrs, match=r"不认识坐标系 '花山1999'.*武汉2000"):
        read_text(BARE, Said(crs="花山1999"), GROUND)


def test_wkt_is_read_and_its_system_asked_for():
    assert same(read_text(f"SRID=4547;{AREA.wkt}", Said(), GROUND))
    assert same(read_text(AREA.wkt, Said(crs="4547"), GROUND))
    with pytest.raises(AskCrs):
        read_text(AREA.wkt, Said(), GROUND)
    with pytest.raises(BadFile, match="看不懂 WKT"):
        read_text(AREA.wkt[:-9], Said(), GROUND)


def test_a_declared_area_that_is_another_is_told():
    assert not any("声明" in note for note in read_text(HEAD + plot(rows(), area="10000"), Said(), GROUND).notes)
    notes = read_text(HEAD + plot(rows(), area="1.2"), Said(), GROUND).notes
    assert any("一号地声明面积 1.2,按坐标算得 1.0000 公顷" in note for note in notes)


def test_each_keeps_the_reasons_of_rows_and_reads_the_others():
    text = HEAD + plot(rows()) + plot(rows()[:-9], number="2")
    with pytest.raises(BadGeometry, match="第 24 行") as refused:
        read_text(text, Said(), GROUND)
    assert row_of(str(refused.value)) == 24
    found = read_text(text, Said(each=True), GROUND)
    assert found.faults[0] is None and "第 24 行" in found.faults[1]
    assert found.shapes[1] is None and found.numbers == (13, 19)


def test_shifted_degrees_are_put_right_where_that_is_said():
    text = "\n".join(f"{lon:.7f},{lat:.7f}" for lon, lat in placed(AREA).exterior.coords)
    plain, shifted = (read_text(text, Said(datum=datum), GROUND).shapes[0] for datum in ("wgs84", "gcj02"))
    assert 400 < plain.centroid.distance(shifted.centroid) < 700


coordinates = st.tuples(st.floats(545_000, 556_000), st.floats(3_375_000, 3_390_000))


@given(
    st.lists(coordinates, min_size=3, max_size=30, unique=True),
    st.sampled_from([METRIC_DEFAULT, STORED, ZONE_PREFIXED]),
)
@settings(max_examples=30)
def test_the_same_ring_comes_back_from_every_system(ring, crs):
    shape = shapely.Polygon(ring)
    sent = f"SRID={crs.removeprefix('EPSG:')};{placed(shape, to=crs).wkt}"
    (found,) = read_text(sent, Said(), GROUND).shapes
    assert np.abs(shapely.get_coordinates(found) - shapely.get_coordinates(shape)).max() < 1e-4


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

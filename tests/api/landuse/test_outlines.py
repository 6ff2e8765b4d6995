"""Outlines as they are sent: read whole in metres with their system found, said or asked for, or refused in words."""

import json
import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from api.landuse.reading.outlines import AskCrs, Said, read_geojson, read_text, row_of
from layers.crs import METRIC_DEFAULT, STORED, WIRE, ZONE_PREFIXED, Bounds
from layers.errors import BadCrs, BadFile, BadGeometry, BadInput, TooLarge
from tests.api.landuse.ground import AREA, BARE, GROUND, LOCAL, placed, same
from tests.specimens import SPECIMENS
from tests.transfer.boundary_texts import HEAD, plot, rows


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

"""What cannot be taken: each refused with what is wrong and what to do, and nothing written."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.edits.conftest import BOW, EPSG, MERGE, POINT, Editor, items, where

ROAD = {"type": "LineString", "coordinates": [[114.5, 30.5], [114.51, 30.51]]}


@pytest.fixture(scope="module")
def road(editor):
    return editor.make("road", ROAD, code="R-REFUSED", name="路", width_m=6.5)


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ({"nme": "x"}, "没有字段 'nme':可写的有 code、name、class"),
        ({"geom": POINT}, "图形写在 geometry 里"),
        ({"geom_3857": None, "length_m": 1.5}, "length_m(长度(米)) 由平台填写"),
        ({"known_from": "2020-01-01T00:00:00Z"}, "known_from(入库时间) 由平台填写"),
        ({"id": 7}, "id(要素编号) 由平台填写"),
        ({"made_by": "李四"}, "made_by(录入人) 由平台填写"),
        ({"drawn_size": 1}, "没有字段 'drawn_size'"),
        ({"class": "motorway"}, "可用的有 trunk(快速路)、primary(主干路)"),
        ({"class": 5}, "class(道路等级) 的值 5 应为文字"),
        ({"width_m": "6.5"}, "width_m(路宽(米)) 的值 '6.5' 应为数字"),
        ({"width_m": True}, "应为数字"),
        ({"width_m": [6.5]}, "应为数字"),
        ({"width_m": {}}, "应为数字"),
        ({"width_m": 1e300}, "不满足规则"),
        ({"width_m": -1}, "width_m(路宽(米))=-1 不满足规则"),
        ({"width_m": 10**400}, "不是数字"),
        ({"name": 5}, "应为文字"),
        ({"name": "a\0b"}, "NUL"),
        ({"name": "\ud800"}, "代理字符"),
        ({"name": "长" * 10_001}, "上限 10,000"),
        ({"code": ""}, "code(编码)=空"),
        ({"code": None}, "缺少必填字段 code(编码):请在 properties 中给出"),
        ({"code": "x" * 201}, "上限 200"),
        ({"code": " R1"}, "首尾不可有空白"),
        ({"valid_from": "2026-02-30"}, "不是日期(如 2026-06-30)"),
        ({"valid_from": ""}, "没有值时请给 null"),
        ({"valid_from": 20260101}, "应为文字"),
        ({"valid_to": "2020-01-01"}, "valid_to"),
        ({"provenance": "rumour"}, "report、public、synthetic、import"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(editor, road, properties, told):
    answer = editor.change(road, properties, status=400)
    assert told in answer.json()["detail"], answer.json()["detail"]
    assert "--" not in answer.json()["detail"], "nothing of the command line"
    assert editor.read(road).headers["etag"] == road.headers["etag"]


@pytest.mark.parametrize(
    ("geometry", "told"),
    [
        (None, "没有图形"),
        (5, "应为 GeoJSON 的 Point"),
        ({}, "应为 GeoJSON 的 Point"),
        ({"type": "Circle", "coordinates": [1, 2]}, "应为 GeoJSON 的 Point"),
        ({"type": "GeometryCollection", "geometries": []}, "应为 GeoJSON 的 Point"),
        ({"type": "Polygon"}, "坐标的层数"),
        ({"type": "Polygon", "coordinates": []}, "图形为空"),
        ({"type": "Polygon", "coordinates": [[[114.5, 30.5], ["x", 30.5]]]}, "不是合法的 Polygon"),
        ({"type": "Polygon", "coordinates": [[[114.5, 30.5], [114.6, 30.5], [114.6, 30.6]]]}, "环没有闭合"),
        ({"type": "Polygon", "coordinates": [[[114.5, 30.5], [114.6, 30.5], [114.5, 30.5]]]}, "环"),
        ({"type": "Point", "coordinates": [float("inf"), 30.5]}, "有 Infinity"),
        (POINT, "图形类型是点,此图层要求多部件面"),
        (BOW, "在 (114.505, 30.505) 处自相交。请改好,或在网址后加 ?repair=true"),
        ({"type": "Polygon", "coordinates": [[[30.5, 114.5], [30.6, 114.5], [30.6, 114.6], [30.5, 114.5]]]}, "颠倒"),
        ({"type": "Polygon", "coordinates": [[[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.8]]]}, "在部署范围"),
        ({"type": "Polygon", "coordinates": [[[5e5, 3.4e6], [5.1e5, 3.4e6], [5.1e5, 3.5e6], [5e5, 3.4e6]]]},
         "请在请求头 Content-Crs 中给出真实坐标系"),
    ],
)  # fmt: skip
def test_a_shape_that_cannot_be_is_refused_with_where_and_how(editor, city, geometry, told):
    count = city.run("SELECT count(*) FROM city.project")
    body = {"type": "Feature", "geometry": geometry, "properties": {"code": "P-BAD"}}
    sentence = editor.refusal("POST", items("project"), body)
    assert told in sentence, sentence
    assert "--crs" not in sentence
    assert city.run("SELECT count(*) FROM city.project") == count


def test_an_order_of_axes_taken_wrongly_is_said_of_the_system_that_was_named(editor):
    body = {"geometry": ROAD, "properties": {"code": "R-AXES"}}
    assert "先纬度后经度" in editor.refusal("POST", items("road"), body, Content_Crs=f"{EPSG}4490")
    assert "EPSG/0/4547" in editor.refusal("POST", items("road"), body, Content_Crs=f"{EPSG}2154")


def test_what_crosses_itself_is_repaired_where_that_is_asked(editor):
    made = editor.make("project", BOW, path="?repair=true")
    assert made.json()["notes"] == ["修正自相交等无效图形 1 处"]
    assert len(made.json()["geometry"]["coordinates"]) == 2


def test_vertices_and_bytes_are_bounded(editor, monkeypatch):
    assert "上限" in editor.refusal("POST", items("road"), b'{"geometry":%snull}' % (b" " * 2**24), status=413)
    million = b'{"geometry":{"type":"LineString","coordinates":[%s[114.5,30.5]]}}' % (b"[114.5,30.5]," * 1_000_000)
    assert "顶点远超上限 200,000" in editor.refusal("POST", items("road"), million, status=413)
    monkeypatch.setattr("api.edits.shape.VERTEX_LIMIT", 1000)
    line = million.replace(b"[114.5,30.5],", b"", 999_000)
    assert "1,001 个顶点,超过上限 1,000" in editor.refusal("POST", items("road"), line)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "不是合法的 UTF-8 JSON"),
        (b"{", "第 1 行"),
        (b"\xff\xfe", "不是合法的 UTF-8 JSON"),
        (b"[]", "应为一个 GeoJSON 要素"),
        (b"null", "应为一个 GeoJSON 要素"),
        (b"[" * 200_000, "嵌套太深"),
        (b'{"properties": {"width_m": NaN}}', "有 NaN"),
        (b'{"properties": {"width_m": -Infinity}}', "有 -Infinity"),
        (b'{"geometry": {"type": "LineString", "coordinates": [[1e400, 30.5], [114.5, 30.5]]}}', "无穷大"),
        (b'{"properties": []}', "properties 应为 JSON 对象"),
        (b'{"name": "x"}', "不认识成员 'name':列写在 properties 里"),
        (b'{"type": "FeatureCollection", "features": []}', "成批请用 huashan import"),
        (b'{"type": "Point", "coordinates": [1, 2]}', "应为 Feature"),
        (b'{"crs": {"type": "name"}}', "请求头 Content-Crs"),
        (b'{"id": 0, "properties": {}}', "网址里是"),
        (b'{"properties": {"width_m": 1%s}}' % (b"0" * 5000), "不是合法的 UTF-8 JSON"),
    ],
)
def test_a_body_that_is_no_feature_is_refused(editor, road, body, told):
    sentence = editor.refusal("PATCH", where(road), body, kind=MERGE, If_Match="*")
    assert told in sentence, sentence


def test_formats_are_named_and_those_that_are_read_are_told(editor, road):
    body = {"geometry": ROAD, "properties": {"code": "R-KIND"}}
    for method, path in [("POST", items("road")), ("PUT", where(road)), ("PATCH", where(road))]:
        assert "Content-Type" in editor.refusal(method, path, body, kind=None, If_Match="*")
        told = editor.send(method, path, body, kind="text/xml", status=415, If_Match="*")
        assert "geo+json" in told.headers["accept-patch" if method == "PATCH" else "accept-post"]
        editor.send(method, path, body, kind="application/geo+json; charset=gbk", status=415, If_Match="*")


def test_numbers_that_no_feature_of_the_layer_has_are_not_found(editor, road):
    number = int(where(road).rpartition("/")[2])
    for id in (number + 1000, 0, -1, "x", 2**63, "1.5", "１"):
        sentence = editor.refusal("PUT", f"{items('road')}/{id}", {"geometry": ROAD}, status=404, If_Match='"xyz"')
        assert "图层“道路”没有编号为" in sentence
    site = editor.make()
    wrong = f"{items('project')}/{where(site).rpartition('/')[2]}9999"
    editor.send("DELETE", wrong, status=404, If_Match="*")
    editor.send("POST", items("nolayer"), {"geometry": ROAD}, status=404)
    assert "known" not in editor.refusal("PATCH", f"{where(site)}?force=1", {}, If_Match="*")


def test_a_code_of_another_feature_is_refused(editor, road):
    other = editor.make("road", ROAD)
    taken = {"properties": {"code": "R-REFUSED"}}
    sentence = editor.refusal("PATCH", where(other), taken, status=409, kind=MERGE, If_Match="*")
    assert "编码 'R-REFUSED' 在相交的有效期内已有另一条记录:请换一个编码" in sentence
    again = {"geometry": ROAD, "properties": {"code": "R-REFUSED"}}
    editor.refusal("POST", items("road"), again, status=409)


def test_rules_between_features_are_asked_before_the_answer(editor, city):
    community = city.client.get(f"{items('grid')}?code=420111080001", headers=editor.headers).json()["features"][0]
    properties = {"code": "420111080009", "level": "社区", "name": "示例"}
    body = {"geometry": community["geometry"], "properties": properties}
    assert "重叠" in editor.refusal("POST", items("grid"), body, status=409)
    far = {"geometry": community["geometry"], "properties": properties | {"code": "420199080009"}}
    assert "请先新增上级网格" in editor.refusal("POST", items("grid"), far)
    form = {"geometry": community["geometry"], "properties": properties | {"code": "42"}}
    assert "编码全为数字,街道 9 位" in editor.refusal("POST", items("grid"), form)


def test_what_takes_too_long_to_follow_is_taken_back_with_another_way(editor, city, monkeypatch):
    def endless(connection, layer, codes):
        connection.exec_driver_sql("SET LOCAL statement_timeout = 20")
        connection.exec_driver_sql("SELECT pg_sleep(5)")

    monkeypatch.setattr("api.edits.editor.follow", endless)
    body = {"geometry": ROAD, "properties": {"code": "R-SLOW"}}
    assert "huashan import" in editor.refusal("POST", items("road"), body, status=503)
    assert city.run("SELECT count(*) FROM city.road WHERE code = 'R-SLOW'") == 0


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["code", "name", "class", "width_m", "valid_from", "valid_to", "provenance", "id", "length_m", "known_from"]


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    properties=st.dictionaries(st.sampled_from(NAMES), anything, max_size=2) | anything,
    geometry=st.just(ROAD) | anything | st.fixed_dictionaries({"type": st.just("LineString"), "coordinates": anything}),
)
def test_whatever_is_sent_the_answer_is_a_sentence(editor, road, properties, geometry):
    body = json.dumps({"geometry": geometry, "properties": properties}).encode()
    answer = editor.send("PATCH", f"{where(road)}?dry_run=true", body, kind=MERGE, If_Match="*")
    assert answer.status_code in (200, 400, 409), answer.text
    if answer.status_code != 200:
        assert answer.json()["detail"].endswith("。"), answer.text


def test_a_stranger_to_a_layer_is_not_told_of_its_features(city):
    patroller = Editor(city, "patroller")
    for method in ("PUT", "PATCH", "DELETE"):
        patroller.send(method, f"{items('landuse')}/1", {"properties": {}}, status=403, If_Match="*")

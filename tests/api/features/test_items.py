"""Pages of features and single ones: what they hold, where they lead, and what is refused."""

import json
import re
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.features.conftest import CRS84, EPSG

ALL = [f"R{n:03d}" for n in range(1, 41)]


def links(answer, rel):
    return [one for one in answer.json()["links"] if one["rel"] == rel]


def test_a_page_holds_features_and_says_what_it_is(asker):
    answer = asker.ask("road", limit=3)
    page = answer.json()
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert page["type"] == "FeatureCollection"
    assert (page["numberReturned"], page["numberMatched"]) == (3, 40)
    assert datetime.fromisoformat(page["timeStamp"]).tzinfo is not None
    first = page["features"][0]
    assert first["type"] == "Feature" and isinstance(first["id"], int)
    assert first["geometry"]["coordinates"] == [[114.401, 30.5], [114.401, 30.503]]
    assert {"code": "R001", "width_m": 0.5, "valid_to": None}.items() <= first["properties"].items()
    assert not {"id", "geom", "geom_3857", "origin"} & first["properties"].keys()


def test_a_page_leads_on_to_itself_other_formats_and_its_collection(asker):
    answer = asker.ask("road", limit=3, name="示例路4", properties="code")
    (own,), (collection,) = links(answer, "self"), links(answer, "collection")
    assert own["type"] == "application/geo+json" and asker.desk.client.get(own["href"]).json()["features"]
    assert collection["href"].endswith("/ogc/collections/road")
    kinds = {one["type"] for one in links(answer, "alternate")}
    assert kinds == {
        "text/html",
        "text/csv; charset=utf-8",
        "application/flatgeobuf",
        "application/vnd.apache.parquet",
        "application/geopackage+sqlite3",
    }
    for one in links(answer, "alternate"):
        found = asker.desk.client.get(one["href"])
        assert found.status_code == 200 and found.headers["content-type"].startswith(one["type"])
    assert not links(answer, "next") and "link" not in answer.headers


def test_the_header_leads_to_the_next_page_too(asker):
    answer = asker.ask("road", limit=3, filter="width_m > 2")
    (following,) = links(answer, "next")
    assert following["type"] == "application/geo+json"
    assert answer.headers["link"] == f'<{following["href"]}>; rel="next"; type="application/geo+json"'


@settings(max_examples=8)
@given(st.integers(9, 45), st.sampled_from([None, "width_m > 5", "name IS NULL", "code LIKE 'R00%'"]))
def test_pages_hold_each_feature_once(asker, size, asked):
    question = {"filter": asked} if asked else {}
    whole = asker.codes("road", **question)
    pages = list(asker.pages("road", limit=size, **question))
    assert [code for page in pages for code in page] == whole
    assert all(len(page) == size for page in pages[:-1])
    skipped = [asker.codes("road", limit=size, offset=at, **question) for at in range(0, len(whole), size)]
    assert [code for page in skipped for code in page] == whole, "offset pages as well, for clients that know no next"


def test_edits_between_pages_neither_repeat_nor_lose_the_others(editor):
    pages = editor.pages("road", limit=10)
    seen = next(pages)
    editor.desk.run("DELETE FROM city.road WHERE code IN ('R002', 'R010', 'R011', 'R015')")
    editor.desk.run("UPDATE city.road SET name = '新名' WHERE code IN ('R001', 'R020', 'R030')")
    editor.desk.run(
        "INSERT INTO city.road (code, provenance, edition_id, valid_from, geom) "
        "SELECT 'R900', 'synthetic', edition_id, '2026-01-01', geom FROM city.road WHERE code = 'R001'"
    )
    seen += [code for page in pages for code in page]
    assert seen == [*(code for code in ALL if code not in ("R011", "R015")), "R900"]


def test_the_number_that_matches_is_exact_or_not_told(asker, monkeypatch):
    monkeypatch.setattr("api.routes.ogc_items.COUNTED_FEATURES", 20)
    monkeypatch.setattr("api.features.collection.COUNTED_FEATURES", 20)
    exact = asker.ask("road", limit=5, filter="code <= 'R020'").json()
    assert (exact["numberReturned"], exact["numberMatched"]) == (5, 20)
    assert asker.ask("road", limit=5, offset=18, filter="code <= 'R020'").json()["numberMatched"] == 20
    assert "numberMatched" not in asker.ask("road", limit=5, filter="code <= 'R021'").json()


def test_more_than_the_most_is_the_most(asker, monkeypatch):
    monkeypatch.setattr("api.features.wanted.PAGE_FEATURES", 7)
    answer = asker.ask("road", limit=10**30)
    assert answer.json()["numberReturned"] == 7 and links(answer, "next")


def test_only_the_columns_asked_for_are_told(asker):
    (feature,) = asker.ask("road", properties="code, width_m", code="R003").json()["features"]
    assert feature["properties"] == {"code": "R003", "width_m": 1.5}
    assert feature["geometry"] is not None
    (bare,) = asker.ask("road", properties="", code="R003").json()["features"]
    assert bare["properties"] == {}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"code": "R003"}, ["R003"]),
        ({"width_m": "1.5"}, ["R003"]),
        ({"valid_from": "2026-01-04"}, ["R003"]),
        ({"name": "示例路4", "provenance": "synthetic"}, ["R004"]),
        ({"name": "示例路4", "width_m": "99"}, []),
        ({"name": "' OR 1=1 --"}, []),
    ],
)
def test_columns_are_parameters(asker, query, found):
    assert asker.codes("road", **query) == found


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"limit": "unlimited"}, "limit"),
        ({"limit": 0}, "limit"),
        ({"limit": -1}, "limit"),
        ({"offset": -1}, "offset"),
        ({"after": "x"}, "after"),
        ({"f": "gml"}, "json、html、csv、fgb、parquet、gpkg"),
        ({"colour": "red"}, "不认识查询参数 'colour'.*width_m"),
        ({"geom": "POINT(1 1)"}, "不认识查询参数 'geom'"),
        ({"width_m": "wide"}, "width_m.*是数字"),
        ({"width_m": "nan"}, "nan 不是数"),
        ({"valid_from": "2026-1-4"}, "valid_from.*是日期"),
        ({"known_from": "soon"}, "known_from"),
        ({"properties": "code,colour"}, "没有列 'colour'"),
        ({"crs": f"{EPSG}2000"}, "EPSG/0/4547"),
        ({"bbox": "1,2,3,4", "bbox_crs": "EPSG:9"}, "bbox-crs"),
        ({"filter_crs": "nonsense"}, "filter-crs"),
        ({"filter": "width_m >"}, "看不懂"),
        ({"filter": "width_m > 5", "filter_lang": "cql2-xml"}, "filter-lang"),
        ({"filter": "colour = 'red'"}, "没有可查询的列 'colour'"),
        ({"filter": "width_m ^ 9999 > 1"}, "超出数据库能存储的范围"),
        ({"bbox": "114,30,115"}, "bbox|范围"),
        ({"bbox": "a,b,c,d"}, "bbox"),
        ({"bbox": "nan,0,1,1"}, "范围"),
        ({"bbox": "0,10,1,5"}, "南边"),
        ({"bbox": "200,0,210,5"}, "次序"),
        ({"datetime": "yesterday"}, "datetime"),
        ({"datetime": "2026-06-30/2026-06-01"}, "起晚于止"),
        ({"known_at": "yesterday"}, "known_at"),
        ({"lang": "fr"}, "lang"),
    ],
)
def test_what_is_wrong_is_refused_with_the_remedy(asker, query, told):
    assert re.search(told, asker.refusal("road", **query))


def test_a_parameter_given_twice_is_refused(asker):
    answer = asker.desk.client.get("/ogc/collections/road/items?limit=1&limit=2")
    assert answer.status_code == 400 and "多次" in answer.json()["detail"]


def test_one_feature_by_its_number(asker):
    number = asker.ask("road", code="R003").json()["features"][0]["id"]
    answer = asker.ask("road", number)
    feature = answer.json()
    assert feature["id"] == number and feature["properties"]["code"] == "R003"
    assert [one["rel"] for one in feature["links"]].count("self") == 1
    assert links(answer, "collection")[0]["href"].endswith("/ogc/collections/road")
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    turned = asker.ask("road", number, crs=f"{EPSG}4326").json()["geometry"]["coordinates"]
    assert turned == [[y, x] for x, y in feature["geometry"]["coordinates"]]


def test_its_tag_is_another_once_it_is_edited(editor):
    number = editor.ask("road", code="R003").json()["features"][0]["id"]
    first = editor.ask("road", number).headers["etag"]
    assert first == editor.ask("road", number, crs=f"{EPSG}3857").headers["etag"]
    editor.desk.run("UPDATE city.road SET name = '新名' WHERE code = 'R003'")
    assert editor.ask("road", number).headers["etag"] != first


@pytest.mark.parametrize("number", ["999999", "R003", "-1", str(2**63), "1.0", "²", "9" * 90])
def test_what_has_no_such_number_is_not_found(asker, number):
    assert "没有编号" in asker.refusal("road", number, status=404)


def test_an_unknown_layer_is_not_found(asker):
    assert "没有图层" in asker.refusal("canal", status=404)
    assert "没有图层" in asker.refusal("canal", 1, status=404)


def test_a_column_is_no_parameter_of_one_feature(asker):
    assert "code" in asker.refusal("road", 1, code="R001")


def test_pages_for_people_say_the_same(asker):
    page = asker.ask("road", f="html", limit=3).text
    assert all(code in page for code in ("R001", "R002", "R003")) and "R004" not in page
    number = asker.ask("road", code="R003").json()["features"][0]["id"]
    assert "R003" in asker.ask("road", number, f="html").text
    browser = asker.desk.client.get("/ogc/collections/road/items", headers={"Accept": "text/html,*/*;q=0.8"})
    assert browser.headers["content-type"].startswith("text/html")


def test_the_text_is_whole_json_whatever_the_words_are(editor):
    name = 'a "b" \\ \u2028 </script> \t 花山\n𝄞'
    editor.desk.run("UPDATE city.road SET name = %s WHERE code = 'R003'", name)
    (feature,) = editor.ask("road", code="R003").json()["features"]
    assert feature["properties"]["name"] == name
    assert editor.codes("road", name=name) == ["R003"]
    asked = json.dumps({"op": "=", "args": [{"property": "name"}, name]})
    assert editor.codes("road", filter=asked, filter_lang="cql2-json") == ["R003"]


def test_what_is_worked_out_anew_has_features_as_well(asker):
    page = asker.ask("last_seen", filter="layer = 'road'").json()
    assert page["type"] == "FeatureCollection"
    assert "不存历史" in asker.refusal("last_seen", datetime="2020-01-01")
    assert "不存历史" in asker.refusal("last_seen", known_at="2026-01-01")
    assert asker.ask("last_seen", datetime="../..").json()["numberMatched"] == page["numberMatched"]

"""Which layers there are, and their features."""

import json
from datetime import datetime

import pytest

from layers.catalogue import read_catalogue
from tests.api.conftest import desk_over, fill


def get(desk, path, **query):
    answer = desk.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(collection):
    return [feature["properties"]["code"] for feature in collection["features"]]


def test_the_list_tells_what_each_layer_holds(desk):
    answer = get(desk, "/layers")
    assert [layer["id"] for layer in answer["layers"]] == list(read_catalogue())
    grid = next(layer for layer in answer["layers"] if layer["id"] == "grid")
    assert grid["count"] == 4
    assert grid["provenance"] == {"report": 1, "synthetic": 3}
    assert grid["edition"]["name"] == "样例"
    assert grid["edition"]["valid_from"] == "2026-01-01"
    assert datetime.fromisoformat(grid["data_at"]).tzinfo is not None
    assert grid["title"] == {"zh": "网格", "en": "Grid"}
    assert grid["style"] == list(read_catalogue()["grid"].style)
    assert grid["may_write"] is False
    road = next(layer for layer in answer["layers"] if layer["id"] == "road")
    assert (road["count"], road["edition"], road["provenance"], road["data_at"]) == (0, None, {}, None)


def test_the_list_tells_of_the_deployment_and_the_reader(desk):
    answer = get(desk, "/layers")
    assert answer["sample"] == "sample"
    assert answer["deployment"]["name"] == "花山街道"
    assert answer["deployment"]["timezone"] == "Asia/Shanghai"
    assert answer["deployment"]["center"] == pytest.approx([114.5, 30.55], abs=1e-3)
    assert answer["deployment"]["bounds"][0] == 112.5
    assert datetime.fromisoformat(answer["now"]).utcoffset().total_seconds() == 8 * 3600
    assert answer["reader"]["signed_in"] is False


def test_who_may_write_is_told_so(desk):
    answer = desk.client.get("/layers", headers=desk.person("admin")).json()
    assert all(layer["may_write"] for layer in answer["layers"])
    assert answer["reader"]["name"] == "张三"


def test_an_empty_database_lists_every_layer_as_empty(engine):
    with desk_over(engine) as desk:
        answer = get(desk, "/layers")
        assert {layer["count"] for layer in answer["layers"]} == {0}
        assert answer["deployment"]["center"] == pytest.approx([114, 33.5], abs=0.5)


def test_features_come_as_geojson_in_the_order_of_their_ids(desk):
    answer = desk.client.get("/layers/grid")
    assert answer.headers["Content-Type"] == "application/geo+json"
    found = answer.json()
    assert (found["type"], found["numberReturned"], found["complete"]) == ("FeatureCollection", 4, True)
    ids = [feature["id"] for feature in found["features"]]
    assert ids == sorted(ids)
    first = found["features"][0]
    assert first["geometry"]["type"] == "MultiPolygon"
    assert "geom" not in first["properties"]
    assert first["properties"]["code"] == "420111080"


def test_a_box_finds_what_lies_in_it(desk):
    assert codes(get(desk, "/layers/grid", bbox="114.461,30.551,114.469,30.559")) == ["420111080", "420111080001"]
    assert codes(get(desk, "/layers/grid", bbox="120,30,121,31")) == []


def test_a_code_finds_one(desk):
    assert codes(get(desk, "/layers/grid", code="420111080002")) == ["420111080002"]
    assert codes(get(desk, "/layers/grid", code="' OR 1=1 --")) == []


def test_pages_follow_one_another_and_the_last_says_so(desk):
    seen, after, complete = [], 0, False
    while not complete:
        page = get(desk, "/layers/grid", limit=3, after=after)
        seen += codes(page)
        after, complete = page["features"][-1]["id"], page["complete"]
    assert seen == codes(get(desk, "/layers/grid"))
    assert get(desk, "/layers/grid", limit=4)["complete"] is True
    assert get(desk, "/layers/grid", limit=3)["complete"] is False


def test_many_features_go_through_a_file(engine):
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO city.site (code, kind, note, edition_id, geom) SELECT 'S' || n, 'outfall', repeat('水', 500),"
            " (SELECT min(edition_id) FROM city.edition), ST_SetSRID(ST_Point(114.5 + n / 1e5, 30.5), 4490)"
            " FROM generate_series(1, 4000) AS n"
        )
    with desk_over(engine) as desk:
        answer = desk.client.get("/layers/site", params={"limit": 50_000})
        assert len(answer.content) > 5_000_000
        assert answer.json()["numberReturned"] == 4000


def test_one_feature_comes_with_the_words_for_its_columns(desk):
    listed = get(desk, "/layers/grid", code="420111080")["features"][0]
    answer = desk.client.get(f"/layers/grid/{listed['id']}")
    assert answer.headers["Content-Type"] == "application/geo+json"
    found = answer.json()
    assert found["properties"] == listed["properties"]
    assert found["columns"]["code"] == {"zh": "编码", "en": "Code, the natural key"}
    assert set(found["properties"]) <= set(found["columns"])
    assert found["columns"]["level"]["options"]


def test_a_feature_that_is_not_there_is_named(desk):
    answer = desk.client.get("/layers/grid/999999")
    assert answer.status_code == 404
    assert "999999" in answer.json()["detail"]


def test_the_style_is_that_of_the_folder(desk):
    assert get(desk, "/layers/grid/style.json") == list(read_catalogue()["grid"].style)


@pytest.mark.parametrize(
    "path", ["/layers/nothing", "/layers/nothing/1", "/layers/nothing/style.json", "/layers/city.token"]
)
def test_an_unknown_layer_is_named_with_those_there_are(desk, path):
    answer = desk.client.get(path)
    assert answer.status_code == 404
    assert "grid" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"bbox": "1,2,3"}, "西,南,东,北"),
        ({"bbox": "114,30,115"}, "西,南,东,北"),
        ({"bbox": "115,30,114,31"}, "西小于东"),
        ({"bbox": "30,114,31,115"}, "颠倒"),
        ({"bbox": "nan,30,115,31"}, "西,南,东,北"),
        ({"bbox": ""}, "西,南,东,北"),
        ({"limit": "unlimited"}, "整数"),
        ({"limit": "0"}, "不小于 1"),
        ({"limit": "50001"}, "不大于 50000"),
        ({"limit": "9" * 5000}, "整数"),
        ({"after": "-1"}, "不小于 0"),
        ({"after": str(2**63)}, "不大于"),
        ({"code": "x" * 201}, "200 个字符"),
        ({"colour": "red"}, "'colour'"),
    ],
)
def test_a_question_that_means_nothing_is_answered_with_value_and_remedy(desk, query, told):
    answer = desk.client.get("/layers/grid", params=query)
    assert answer.status_code == 400
    assert told in answer.json()["detail"]


def test_a_parameter_given_twice_is_refused(desk):
    answer = desk.client.get("/layers/grid?limit=1&limit=2")
    assert answer.status_code == 400
    assert "'limit'" in answer.json()["detail"]


def test_head_is_get_without_the_body(desk):
    asked = desk.client.head("/layers/grid/style.json")
    assert asked.status_code == 200
    assert asked.content == b""
    assert int(asked.headers["Content-Length"]) == len(desk.client.get("/layers/grid/style.json").content)


def test_every_column_of_every_layer_has_its_words(desk):
    """A label that is missing shows as its identifier; an enumeration's options have both languages."""
    from api.statements import view_name
    from layers import query

    for layer in read_catalogue().values():
        with desk.engine.connect() as connection:
            columns = query.rows(connection, "deployment/columns", table=view_name(layer))
        assert [row["name"] for row in columns if not (row["zh"] and row["en"])] == [], layer.id
        assert json.dumps([dict(row) for row in columns])


def test_who_may_not_see_persons_is_told_of_none_in_any_feature(real_desk):
    viewer, dispatcher = real_desk.person("viewer"), real_desk.person("dispatcher")
    for path in (
        "/layers/grid",
        f"/layers/grid/{real_desk.client.get('/layers/grid', headers=viewer).json()['features'][0]['id']}",
    ):
        assert "made_by" not in real_desk.client.get(path, headers=viewer).text, path
        assert "made_by" in real_desk.client.get(path, headers=dispatcher).text, path

"""Features of any layer as GeoJSON."""

import json

import pytest

from layers.query import rows
from tests.layers.conftest import metric_wkt

NOWHERE = {"west": None, "south": None, "east": None, "north": None}


@pytest.fixture
def features(connection):
    """A function that lists the features of a layer."""

    def read(layer="road", *, bbox=None, code=None, after=None, row_limit=100, hidden=()):
        where = dict(zip(("west", "south", "east", "north"), bbox, strict=True)) if bbox else NOWHERE
        found = rows(
            connection,
            "deployment/features",
            identifiers={"table": f"city.{layer}_now"},
            code=code,
            after=after,
            row_limit=row_limit,
            hidden=list(hidden),
            **where,
        )
        return [json.loads(row["feature"]) for row in found]

    return read


def test_a_feature_carries_id_line_and_columns_but_no_second_geometry(connection, insert, features):
    road_id = insert("road", code="R", name="花山大道", wkt=metric_wkt((0, 0), (100, 0)))
    (feature,) = features()
    assert (feature["type"], feature["id"], feature["geometry"]["type"]) == ("Feature", road_id, "LineString")
    assert "crs" not in feature["geometry"]
    assert {"geom", "geom_3857", "id"}.isdisjoint(feature["properties"])
    assert (feature["properties"]["name"], round(feature["properties"]["length_m"], 6)) == ("花山大道", 100)
    one = rows(connection, "deployment/feature", identifiers={"table": "city.road_now"}, id=road_id, hidden=[])
    assert json.loads(one[0]["feature"]) == feature
    assert (
        rows(connection, "deployment/feature", identifiers={"table": "city.road_now"}, id=road_id + 1, hidden=[]) == []
    )


def test_a_box_answers_what_it_touches_and_not_what_merely_surrounds_it(insert, features):
    insert("road", code="corner", wkt=metric_wkt((0, 0), (1000, 0), (1000, 1000)))
    (feature,) = features()
    (west, south), (_, north) = feature["geometry"]["coordinates"][0], feature["geometry"]["coordinates"][-1]
    assert len(features(bbox=(west - 0.001, south - 0.001, west + 0.001, south + 0.001))) == 1
    inside_the_corner = (west + 0.002, north - 0.004, west + 0.004, north - 0.002)
    assert features(bbox=inside_the_corner) == []


def test_hidden_columns_are_not_told(insert, features):
    square = "MULTIPOLYGON (((114.5 30.5, 114.51 30.5, 114.51 30.51, 114.5 30.51, 114.5 30.5)))"
    insert("project", code="P", name="某工地", responsible="张三", degrees=square)
    (feature,) = features("project", hidden=["responsible", "made_by"])
    assert {"responsible", "made_by"}.isdisjoint(feature["properties"]) and feature["properties"]["name"] == "某工地"
    assert features("project")[0]["properties"]["responsible"] == "张三"


def test_pages_follow_one_another_by_id(insert, features):
    ids = [insert("road", code=f"R{n}", wkt=metric_wkt((0, n), (100, n))) for n in range(3)]
    assert [feature["id"] for feature in features(row_limit=2)] == ids[:2]
    assert [feature["id"] for feature in features(row_limit=2, after=ids[1])] == ids[2:]
    assert [feature["id"] for feature in features(code="R1")] == [ids[1]]


def test_every_layer_lists_features(catalogue, features):
    for layer_id in catalogue:
        assert features(layer_id) == []

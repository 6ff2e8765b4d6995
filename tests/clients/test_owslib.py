"""OWSLib walks the standard interface as programs in Python do."""

import json

import pytest
from owslib.ogcapi.features import Features
from owslib.util import Authentication

DAY = "2026-01-20"


@pytest.fixture(scope="module")
def service(town):
    return Features(town.ogc, auth=Authentication("any", town.token))


def codes(answer):
    return [feature["properties"]["code"] for feature in answer["features"]]


def test_it_finds_every_layer_as_a_collection_of_features(service, town):
    assert service.feature_collections() == list(town.layers())
    assert any(one.endswith("/ogcapi-features-3/1.0/conf/filter") for one in service.conformance()["conformsTo"])
    assert service.api()["openapi"].startswith("3.0")


def test_every_collection_is_what_the_screen_is_told(service, town):
    for layer, told in town.layers().items():
        collection = service.collection(layer)
        assert (collection["title"], collection["itemCount"]) == (told["title"]["zh"], told["count"])
        answer = service.collection_items(layer, limit=10_000)
        assert answer["numberMatched"] == told["count"]
        features = town.features(layer)
        assert {one["id"]: one["geometry"] for one in answer["features"]} == {
            id: one["geometry"] for id, one in features.items()
        }


def test_pages_by_offset_hold_everything_once(service, town):
    pages = [codes(service.collection_items("road", limit=15, offset=offset)) for offset in (0, 15, 30, 45)]
    assert [len(page) for page in pages] == [15, 15, 10, 0]
    told = [one["properties"]["code"] for one in town.features("road").values()]
    assert [code for page in pages for code in page] == told


def test_what_may_be_asked_by_is_what_features_have(service):
    for layer in service.feature_collections():
        queryables = set(service.collection_queryables(layer)["properties"])
        feature = service.collection_items(layer, limit=1)["features"][0]
        # A range is no value that CQL2 knows.
        assert set(feature["properties"]) - {"span"} <= queryables, layer


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"bbox": [114.4995, 30.54, 114.5015, 30.56]}, ["R19", "R20", "R21"]),
        ({"filter": "width_m > 19 OR code = 'R07'"}, ["R07", "R39"]),
        ({"filter": "S_INTERSECTS(geom, POINT (114.4905 30.5535))"}, ["R10"]),
        ({"datetime_": DAY}, [f"R{n:02}" for n in range(1, 20)]),
        ({"datetime_": f"../{DAY}", "filter": "class = 'main'", "limit": 2}, ["R06", "R12"]),
    ],
)
def test_features_are_chosen_by_place_time_and_condition(service, asked, found):
    assert codes(service.collection_items("road", **asked)) == found


def test_one_feature_and_a_refusal_are_told(service):
    first = service.collection_items("site", limit=1)["features"][0]
    alone = service.collection_item("site", first["id"])
    assert (alone["id"], alone["properties"]) == (first["id"], first["properties"])
    with pytest.raises(RuntimeError) as refused:
        service.collection_items("road", filter="colour = 'red'")
    assert "colour" in json.loads(str(refused.value))["detail"]

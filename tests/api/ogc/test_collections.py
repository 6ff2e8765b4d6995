"""Layers as collections: which this reader may see, what is said of them, and their fields as JSON Schema."""

import jsonschema
import pytest

from api.access.columns import Column
from api.ogc.collection import outward
from api.ogc.schema import plain_type
from layers.catalogue import read_catalogue
from layers.crs import Bounds
from tests.api.ogc.conftest import ROOT

SCHEMA = "http://www.opengis.net/def/rel/ogc/1.0/schema"


def ids(desk, headers=None):
    return [one["id"] for one in desk.client.get(f"{ROOT}/collections", headers=headers).json()["collections"]]


class TestWhoSees:
    def test_the_sample_is_there_for_everyone(self, ogc_desk):
        assert ids(ogc_desk) == list(read_catalogue())

    def test_real_data_are_for_those_who_sign_in(self, closed):
        for path in (
            "/collections",
            "/collections/grid",
            "/collections/grid/schema",
            "/tiles",
            "/collections/grid/items",
        ):
            assert closed.status(f"{ROOT}{path}") == 401
        for path in ("", "/", "/conformance", "/api", "/tileMatrixSets"):
            assert closed.status(f"{ROOT}{path}") == 200

    @pytest.mark.parametrize("role", ["viewer", "landuse"])
    def test_each_role_is_told_of_its_layers_and_of_no_other(self, closed, role):
        person = closed.person(role)
        readable = [layer.id for layer in read_catalogue().values() if role in layer.read]
        assert ids(closed, person) == readable
        for layer in read_catalogue():
            expected = 200 if layer in readable else 403
            for path in ("", "/schema", "/tiles"):
                assert closed.status(f"{ROOT}/collections/{layer}{path}", person) == expected
        whole = closed.client.get(f"{ROOT}/tiles/WebMercatorQuad", headers=person).json()
        assert [one["id"] for one in whole["layers"]] == readable

    def test_a_layer_that_is_not_there_is_not_found(self, walk):
        for path in ("", "/schema", "/queryables", "/tiles", "/tiles/WebMercatorQuad"):
            assert walk.get(f"{ROOT}/collections/nothing{path}").status_code == 404


class TestWhatIsSaid:
    def test_no_count_stands_without_its_day_nor_data_without_their_age(self, walk):
        grid = walk.collection("grid")
        assert grid["itemCount"] == 4 == walk.json(walk.items("grid"))["numberMatched"]
        assert grid["itemCountOn"] and grid["updated"] and grid["edition"]["name"] == "样例"
        assert grid["attribution"] == "街道办"

    def test_the_box_holds_every_feature_and_little_more(self, walk):
        ((west, south, east, north),) = walk.collection("grid")["extent"]["spatial"]["bbox"]
        assert west <= 114.45 and east >= 114.55 and south <= 30.5 and north >= 30.6
        assert [west, south, east, north] == pytest.approx([114.45, 30.5, 114.55, 30.6], abs=1e-4)

    def test_an_empty_layer_lies_where_the_deployment_does(self, walk):
        site = walk.collection("site")
        bounds = walk.desk.client.get("/layers").json()["deployment"]["bounds"]
        assert site["extent"]["spatial"]["bbox"] == [bounds]
        assert "temporal" not in site["extent"]
        assert (site["itemCount"], site["updated"], site["edition"]) == (0, None, None)

    def test_the_interval_ends_where_no_row_goes_on(self, own_desk):
        own_desk.run("UPDATE city.grid SET valid_to = '2026-12-31'")
        interval = own_desk.client.get(f"{ROOT}/collections/grid").json()["extent"]["temporal"]["interval"]
        assert interval == [["2026-01-01T00:00:00+08:00", "2026-12-31T00:00:00+08:00"]]

    def test_a_box_is_rounded_so_that_it_holds_what_it_held(self):
        box = Bounds(113.99999995, 30.00000001, 114.1234567891, 30.5)
        assert outward(box) == [113.9999999, 30.0, 114.1234568, 30.5]


class TestFields:
    @pytest.mark.parametrize("layer", list(read_catalogue()))
    def test_a_schema_is_valid_and_says_what_each_field_means(self, walk, layer):
        for name in ("schema", "queryables"):
            schema = walk.json(f"{ROOT}/collections/{layer}/{name}")
            jsonschema.Draft202012Validator.check_schema(schema)
            assert all(one["title"] for one in schema["properties"].values())
            assert schema["properties"]["geom"]["x-ogc-role"] == "primary-geometry"
            assert schema["properties"]["geom"]["format"].startswith("geometry-")

    @pytest.mark.parametrize("layer", ["grid", "road", "landuse"])
    def test_features_are_what_the_schema_says(self, walk, layer):
        schema = walk.follow(walk.collection(layer), SCHEMA, "application/schema+json")
        validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        features = walk.json(walk.items(layer))["features"]
        assert features
        for one in features:
            assert {*one["properties"], "id", "geom"} == set(schema["properties"])
            stated = {name: value for name, value in one["properties"].items() if value is not None}
            validator.validate(stated | {"id": one["id"], "geom": one["geometry"]})

    def test_an_enumeration_has_its_values_with_their_titles(self, walk):
        level = walk.json(f"{ROOT}/collections/grid/schema")["properties"]["level"]
        assert level["enum"] == [one["const"] for one in level["oneOf"]]
        assert {"const": "village", "title": "村"} in level["oneOf"]
        assert {"const": "village", "title": "Village"} in walk.json(f"{ROOT}/collections/grid/schema", lang="en")[
            "properties"
        ]["level"]["oneOf"]

    def test_what_the_platform_fills_in_is_read_only_and_what_must_be_said_is_required(self, walk):
        schema = walk.json(f"{ROOT}/collections/grid/schema")
        read_only = {name for name, one in schema["properties"].items() if one.get("readOnly")}
        assert {"id", "known_from", "made_by", "edition_id"} == read_only
        assert schema["required"] == ["level", "geom"]
        derived = walk.json(f"{ROOT}/collections/last_seen/schema")
        assert all(one["readOnly"] for one in derived["properties"].values())
        assert "required" not in derived

    def test_a_code_need_not_be_given_and_its_description_says_so(self, walk):
        for language, said in (("zh", "新增时可不给"), ("en", "may come without")):
            code = walk.json(f"{ROOT}/collections/road/schema", lang=language)["properties"]["code"]
            assert said in code["description"] and "readOnly" not in code
        feature = {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [[114.48, 30.55], [114.49, 30.55]]},
            "properties": {},
        }
        made = walk.desk.client.post(
            f"{ROOT}/collections/road/items",
            json=feature,
            headers=walk.desk.person("admin"),
            params={"dry_run": "true"},
        )
        assert made.status_code == 200, made.text
        assert "没有给出编码" in made.text

    def test_days_and_units_are_told(self, walk):
        road = walk.json(f"{ROOT}/collections/road/schema")["properties"]
        assert road["width_m"]["x-ogc-unit"] == "m"
        assert (road["valid_from"]["format"], road["valid_from"]["x-ogc-role"]) == ("date", "primary-interval-start")
        assert road["known_from"]["format"] == "date-time"

    @pytest.mark.parametrize(
        ("type", "told"),
        [
            ("bigint", "integer"),
            ("numeric(6,2)", "number"),
            ("boolean", "boolean"),
            ("text[]", "array"),
            ("text", "string"),
        ],
    )
    def test_types_of_columns_are_those_of_json(self, type, told):
        assert plain_type(Column("x", type, "", ""))["type"] == told

    def test_persons_are_fields_of_those_alone_who_may_see_them(self, closed):
        def fields(role: str) -> set[str]:
            path = f"{ROOT}/collections/observation/queryables"
            return set(closed.client.get(path, headers=closed.person(role)).json()["properties"])

        assert {"reporter", "made_by", "note"} <= fields("dispatcher")
        assert not {"reporter", "made_by", "note", "settled_by"} & fields("viewer")

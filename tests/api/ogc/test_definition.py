"""The definition in OpenAPI: valid to its letter, as clients read it, and true of what is served."""

import re

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from api.ogc.openapi.document import PARTS
from tests.api.ogc.conftest import ROOT

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


@pytest.fixture(scope="module")
def definition(walk):
    return walk.json(f"{ROOT}/api")


def resolved(definition, one):
    return definition["components"]["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one


def operations(definition):
    return [(path, operations["get"]) for path, operations in definition["paths"].items()]


def test_it_is_valid_openapi_3_0(definition):
    assert [str(error) for error in OpenAPIV30SpecValidator(definition).iter_errors()] == []
    assert definition["openapi"].startswith("3.0.")
    assert definition["servers"] == [{"url": ROOT}]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_of_it_says_something_in_either_language(walk, lang):
    definition = walk.json(f"{ROOT}/api", lang=lang)
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for path, operation in operations(definition):
        assert bool(chinese.search(operation["summary"])) == (lang == "zh"), path
        for one in operation["parameters"]:
            assert resolved(definition, one)["description"], (path, one)


def test_operations_have_names_of_their_own_and_say_how_they_fail(definition):
    names = [operation["operationId"] for _, operation in operations(definition)]
    assert len(names) == len(set(names))
    assert {"/", "/conformance", "/api", "/collections", "/tiles"} <= set(definition["paths"])
    for path, operation in operations(definition):
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/problem"}, path


def test_every_variable_of_a_path_is_a_parameter_of_it(definition):
    for path, operation in operations(definition):
        given = [resolved(definition, one) for one in operation["parameters"]]
        assert {one["name"] for one in given if one["in"] == "path"} == set(re.findall(r"\{(\w+)\}", path))
        assert len({(one["in"], one["name"]) for one in given}) == len(given)


def test_what_it_defines_is_what_is_served(ogc_desk, definition):
    def plain(path: str) -> str:
        return re.sub(r"\{\w+\}", "{}", path)

    ids = {layer.id for layer in ogc_desk.client.app.state.gate.catalogue.values()}
    defined = {
        re.sub(rf"^/collections/({'|'.join(ids)})/", "/collections/{}/", plain(path)) for path in definition["paths"]
    }
    served = {
        plain(route.path.removeprefix("/ogc"))
        for route in ogc_desk.client.app.state.routes
        if route.path.startswith("/ogc/") and not route.path.startswith("/ogc/page/")
    }
    assert defined == served


def test_every_parameter_that_a_path_defines_is_accepted_there(walk, definition):
    values = {
        "bbox": "114,30,115,31",
        "datetime": walk.collection("grid")["itemCountOn"],
        "known_at": "2099-01-01",
        "filter": "id > 0",
        "properties": "code",
        "collections": "grid,road",
    }
    for path, operation in operations(definition):
        given = {}
        for one in (resolved(definition, each) for each in operation["parameters"]):
            schema = one["schema"]
            filler = {"integer": 1, "number": 1, "boolean": "true", "string": "2026-01-01"}.get(schema["type"])
            if schema.get("format") == "date-time":
                filler = "2026-01-01T00:00:00Z"
            given[one["name"], one["in"]] = values.get(one["name"], schema.get("enum", [filler])[0])
        where = {name: value for (name, place), value in given.items() if place == "path"}
        where |= {name: value for name, value in SPOT.items() if name in where}
        asked = {name: value for (name, place), value in given.items() if place == "query"}
        answer = walk.get(f"{ROOT}{path.format(**where)}", **asked)
        assert answer.status_code in (200, 404), (path, answer.text)


SPOT = {"tileMatrix": 12, "tileRow": 1682, "tileCol": 3350, "collectionId": "grid"}


def test_clients_find_the_limits_of_pages_where_they_look(definition):
    assert definition["components"]["parameters"]["limit"]["schema"]["maximum"] == 10_000
    refs = [one.get("$ref") for one in definition["paths"]["/collections/grid/items"]["get"]["parameters"]]
    assert "#/components/parameters/limit" in refs


def test_whoever_may_see_nothing_is_told_of_no_layer(closed):
    definition = closed.client.get(f"{ROOT}/api").json()
    assert [str(error) for error in OpenAPIV30SpecValidator(definition).iter_errors()] == []
    assert "/collections" in definition["paths"]
    assert not [path for path in definition["paths"] if "/items" in path or "{collectionId}" in path]


def test_whoever_may_see_some_is_told_of_those(closed):
    definition = closed.client.get(f"{ROOT}/api", headers=closed.person("viewer")).json()
    ids = definition["components"]["parameters"]["collectionId"]["schema"]["enum"]
    assert "grid" in ids
    names = [one.get("name") for one in definition["paths"]["/collections/observation/items"]["get"]["parameters"]]
    assert "kind" in names and not {"reporter", "note", "made_by"} & set(names)


def test_parts_are_put_together_in_one_place():
    assert all(callable(part.paths) and callable(part.parameters) for part in PARTS)

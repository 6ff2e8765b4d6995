"""The abstract tests of OGC API Features on how things are told: HTTP, GeoJSON, HTML, OpenAPI 3.0, systems of boxes."""

import io
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import geopandas
import pyproj
import pytest
from shapely.geometry import shape

from tests.api.ogc.conftest import ROOT
from tests.api.ogc.test_features_suite import CRS84, EPSG, GEOJSON, HTML, LAYERS, OPENAPI, parameter

ITEMS = "/collections/grid/items"


@pytest.fixture(scope="module")
def definition(walk):
    return walk.follow(walk.landing(), "service-desc", OPENAPI)


class TestCore:
    def test_http(self, walk):
        answer = walk.get(ROOT)
        assert answer.http_version == "HTTP/1.1" and answer.headers["Content-Type"] == "application/json"
        assert walk.get(f"{ROOT}/nothing").status_code == 404
        assert walk.desk.client.put(walk.items("grid"), json={}).status_code in (401, 405)

    def test_fc_md_op_and_success(self, walk):
        answer = walk.get(walk.href(walk.landing(), "data"))
        assert answer.status_code == 200
        for collection in answer.json()["collections"]:
            assert {"id", "title", "description", "links", "extent", "crs"} <= collection.keys()
            assert walk.links(collection, "items")

    @pytest.mark.parametrize("layer", LAYERS)
    def test_fc_time_stamp(self, walk, layer):
        told = datetime.fromisoformat(walk.json(walk.items(layer))["timeStamp"])
        assert abs(datetime.now(UTC) - told) < timedelta(hours=1)

    @pytest.mark.parametrize("limit", [1, 2, 1000])
    def test_fc_number_returned(self, walk, limit):
        found = walk.json(walk.items("grid"), limit=limit)
        assert found["numberReturned"] == len(found["features"]) == min(limit, found["numberMatched"])


class TestGeoJson:
    @pytest.mark.parametrize("layer", LAYERS)
    def test_geojson_definition_and_content(self, walk, layer):
        answer = walk.get(walk.items(layer), accept=GEOJSON)
        read = geopandas.read_file(io.BytesIO(answer.content))
        told = answer.json()["features"]
        assert answer.headers["Content-Type"] == GEOJSON and len(read) == len(told) > 0
        assert all(one["type"] == "Feature" and one["properties"].keys() <= {*read.columns} for one in told)
        assert read.crs == "EPSG:4326" and read.geometry.iloc[0].equals(shape(told[0]["geometry"]))
        item = walk.get(f"{walk.items(layer)}/{told[0]['id']}", accept=GEOJSON)
        assert item.headers["Content-Type"] == GEOJSON and item.json()["geometry"] == told[0]["geometry"]


class Page(HTMLParser):
    """The addresses that a page leads to, and whether every element of it is closed in its order."""

    EMPTY = frozenset({"meta", "link", "br", "hr", "img", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.hrefs, self.open, self.sound = set(), [], True

    def handle_starttag(self, tag, attrs):
        self.hrefs |= {value for name, value in attrs if name == "href"}
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.sound = self.sound and bool(self.open) and self.open.pop() == tag


class TestHtml:
    def test_html_definition_and_content(self, walk):
        item = f"{walk.items('grid')}/{walk.json(walk.items('grid'))['features'][0]['id']}"
        data = walk.href(walk.landing(), "data")
        for address in (ROOT, data, f"{data}/grid", walk.items("grid"), item):
            answer = walk.get(address, accept=HTML)
            assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(HTML)
            page = Page()
            page.feed(answer.text)
            page.close()
            assert answer.text.startswith("<!doctype html>") and page.sound and not page.open and page.hrefs


class TestOpenApi:
    def test_oas_definition_and_impl(self, walk, definition):
        """Every resource of the document answers as it says, at the addresses that it names."""
        assert walk.links(walk.landing(), "service-desc")[0]["type"] == OPENAPI
        for path in ("/", "/conformance", "/collections", "/collections/{collectionId}", ITEMS):
            told = definition["paths"][path]["get"]["responses"]["200"]["content"]
            answer = walk.get(ROOT + path.format(collectionId="grid"))
            assert answer.status_code == 200 and answer.headers["Content-Type"] in told

    def test_completeness(self, definition):
        for path, operations in definition["paths"].items():
            for method, operation in operations.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    assert any(status.startswith("2") for status in operation["responses"]), (method, path)

    def test_exceptions_codes(self, walk, definition):
        told = definition["paths"][ITEMS]["get"]["responses"]
        for wrong in ({"limit": "x"}, {"bbox": "1,2"}, {"nothing": "1"}, {"datetime": "soon"}):
            answer = walk.get(walk.items("grid"), **wrong)
            assert answer.status_code == 400 and (told.keys() & {"400", "4XX", "default"})
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert {"title", "status", "detail"} <= answer.json().keys()
        assert walk.get(f"{walk.items('grid')}/999999999").status_code == 404

    def test_security(self, definition):
        known = definition["components"]["securitySchemes"]
        asked = [one for operations in definition["paths"].values() for way in operations.values()
                 if isinstance(way, dict) for one in way.get("security", definition.get("security", []))]  # fmt: skip
        assert known and asked and {name for one in asked for name in one} <= known.keys()


class TestBoxSystems:
    """Part 2: the system of the box that is asked for."""

    def test_fc_bbox_crs_definition(self, definition):
        told = parameter(definition, ITEMS, "bbox-crs")
        assert (told["in"], told["required"], told["style"], told["explode"]) == ("query", False, "form", False)
        assert told["schema"]["type"] == "string" and told["schema"]["format"] == "uri"

    def test_fc_bbox_crs_valid_value(self, walk):
        for crs in walk.collection("grid")["crs"]:
            code = crs.rpartition("/")[2]
            system = pyproj.CRS("OGC:CRS84" if code == "CRS84" else f"EPSG:{code}")
            moved = pyproj.Transformer.from_crs("OGC:CRS84", system)
            corners = [*moved.transform(114.465, 30.551), *moved.transform(114.466, 30.552)]
            found = walk.json(walk.items("grid"), **{"bbox": ",".join(map(str, corners)), "bbox-crs": crs})
            assert found["features"], crs
        assert walk.get(walk.items("grid"), **{"bbox": "0,0,1,1", "bbox-crs": f"{EPSG}99999"}).status_code == 400

    def test_fc_bbox_crs_valid_default_value(self, walk):
        box = {"bbox": "114.465,30.551,114.466,30.552"}
        default, named = (walk.json(walk.items("grid"), **box, **more) for more in ({}, {"bbox-crs": CRS84}))
        assert default["features"] == named["features"] != []

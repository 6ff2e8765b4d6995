"""The abstract tests of OGC API Features 1 and 2 by their names, walked from the first page by links."""

import math
import re
from datetime import datetime

import pytest

from tests.api.ogc.conftest import ROOT

GEOJSON, HTML = "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CONF = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
LAYERS = ("grid", "road", "landuse")
BOXES = {
    "114.44,30.49,114.56,30.61": {"grid": 4, "road": 1, "landuse": 1},
    "114.4605,30.555,114.4695,30.5555": {"grid": 2, "road": 0, "landuse": 0},
    "177,65,-177,70": {"grid": 0, "road": 0, "landuse": 0},
    "-180,85,180,90": {"grid": 0, "road": 0, "landuse": 0},
    "114.44,30.49,0,114.56,30.61,100": {"grid": 4, "road": 1, "landuse": 1},
}


@pytest.fixture(scope="module")
def definition(walk):
    return walk.follow(walk.landing(), "service-desc", OPENAPI)


def parameter(definition, path: str, name: str):
    """A parameter of a path as the definition has it, its reference followed."""
    for one in definition["paths"][path]["get"]["parameters"]:
        found = definition["components"]["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        if found["name"] == name:
            return found
    raise AssertionError(f"{path} has no parameter {name}")


def coordinates(part):
    return [part] if isinstance(part[0], int | float) else [pair for each in part for pair in coordinates(each)]


class TestDocuments:
    def test_root_op(self, walk):
        for address in (ROOT, f"{ROOT}/"):
            assert walk.get(address).status_code == 200

    def test_root_success(self, walk):
        rels = {link["rel"]: link["type"] for link in walk.landing()["links"]}
        assert rels["service-desc"] == OPENAPI
        assert {"service-doc", "conformance", "data", "self", "alternate"} <= set(rels)

    def test_api_definition_op_and_success(self, walk):
        answer = walk.get(walk.href(walk.landing(), "service-desc", OPENAPI), accept=OPENAPI)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == OPENAPI
        assert re.fullmatch(r"3\.0\.\d", answer.json()["openapi"])
        assert walk.get(walk.href(walk.landing(), "service-doc", HTML), accept=HTML).status_code == 200

    def test_conformance_op_and_success(self, walk):
        classes = walk.follow(walk.landing(), "conformance")["conformsTo"]
        assert len(classes) == len(set(classes))
        assert {f"{CONF}/{name}" for name in ("core", "geojson", "html", "oas30")} <= set(classes)

    def test_fc_md_links(self, walk):
        for document in (walk.follow(walk.landing(), "data"), *walk.collections()):
            assert [(link["rel"], link["type"]) for link in document["links"][:2]] == [
                ("self", "application/json"),
                ("alternate", HTML),
            ]

    def test_every_link_has_what_it_needs_and_leads_somewhere(self, walk):
        landing = walk.landing()
        documents = [landing, walk.follow(landing, "data"), walk.collection("grid")]
        for link in (link for document in documents for link in document["links"]):
            assert link["title"]
            answer = walk.get(link["href"], accept=link["type"])
            assert answer.status_code == 200, link
            assert answer.headers["Content-Type"].partition(";")[0] == link["type"].partition(";")[0], link

    def test_fc_md_items(self, walk):
        for collection in walk.collections():
            assert collection["itemType"] == "feature"
            types = [link["type"] for link in walk.links(collection, "items")]
            assert types[0] == GEOJSON
            assert {HTML, "application/flatgeobuf", "application/vnd.apache.parquet"} < set(types)

    def test_fc_md_extent(self, walk):
        for collection in walk.collections():
            spatial, temporal = collection["extent"]["spatial"], collection["extent"].get("temporal")
            ((west, south, east, north),) = spatial["bbox"]
            assert spatial["crs"] == CRS84
            assert -180 <= west < east <= 180 and -90 <= south < north <= 90
            ((start, end),) = temporal["interval"] if temporal else ((None, None),)
            assert all(moment is None or datetime.fromisoformat(moment).utcoffset() for moment in (start, end))

    def test_sfc_md_op_and_success(self, walk):
        # Listed anew: an extent is about, and other tests edit what it is of.
        for collection in walk.follow(walk.landing(), "data")["collections"]:
            assert walk.follow(collection, "self") == collection


class TestFeatures:
    @pytest.mark.parametrize("layer", LAYERS)
    def test_fc_op_and_response(self, walk, layer):
        answer = walk.get(walk.items(layer), accept=GEOJSON)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == GEOJSON
        found = answer.json()
        assert found["type"] == "FeatureCollection"
        assert found["features"] and all(one["type"] == "Feature" and "id" in one for one in found["features"])
        assert datetime.fromisoformat(found["timeStamp"]).utcoffset()
        assert found["numberReturned"] == len(found["features"])

    @pytest.mark.parametrize("layer", LAYERS)
    def test_crs84(self, walk, layer):
        for one in walk.json(walk.items(layer))["features"]:
            assert all(114 < lon < 115 and 30 < lat < 31 for lon, lat in coordinates(one["geometry"]["coordinates"]))

    @pytest.mark.parametrize("layer", LAYERS)
    def test_fc_links_and_rel_type(self, walk, layer):
        found = walk.json(walk.items(layer))
        assert [link["type"] for link in walk.links(found, "self")] == [GEOJSON]
        assert HTML in [link["type"] for link in walk.links(found, "alternate")]

    def test_fc_number_matched(self, walk):
        page = walk.json(walk.items("grid"), limit=3)
        promised, found = page["numberMatched"], [one["id"] for one in page["features"]]
        while ways := walk.links(page, "next"):
            page = walk.json(ways[0]["href"])
            found += [one["id"] for one in page["features"]]
        assert len(found) == len(set(found)) == promised == 4

    def test_fc_limit_definition(self, definition):
        limit = parameter(definition, "/collections/grid/items", "limit")
        assert (limit["in"], limit["required"], limit["style"], limit["explode"]) == ("query", False, "form", False)
        assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000}

    @pytest.mark.parametrize("limit", [1, 2, 100, 10_000, 1_000_000])
    def test_fc_limit_response(self, walk, limit):
        assert len(walk.json(walk.items("grid"), limit=limit)["features"]) == min(limit, 4)

    def test_fc_bbox_definition(self, definition):
        bbox = parameter(definition, "/collections/grid/items", "bbox")
        assert (bbox["in"], bbox["required"], bbox["style"], bbox["explode"]) == ("query", False, "form", False)
        assert bbox["schema"] == {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}

    @pytest.mark.parametrize("bbox", BOXES)
    def test_fc_bbox_response(self, walk, bbox):
        found = {layer: len(walk.json(walk.items(layer), bbox=bbox)["features"]) for layer in LAYERS}
        assert found["road"] == BOXES[bbox]["road"] and found["landuse"] == BOXES[bbox]["landuse"]
        assert (found["grid"] > 0) == (BOXES[bbox]["grid"] > 0)

    def test_fc_time_definition(self, definition):
        moment = parameter(definition, "/collections/grid/items", "datetime")
        assert (moment["in"], moment["required"], moment["style"], moment["explode"]) == ("query", False, "form", False)
        assert moment["schema"]["type"] == "string"

    @pytest.mark.parametrize(
        ("moment", "count"),
        [
            ("2026-06-30T12:00:00Z", 4),
            ("2026-06-30", 4),
            ("2025-06-01/2026-06-30", 4),
            ("2025-06-01T00:00:00Z/2025-12-30T00:00:00Z", 0),
            ("../2025-12-30T00:00:00Z", 0),
            ("2026-01-01T00:00:00+08:00/..", 4),
        ],
    )
    def test_fc_time_response(self, walk, moment, count):
        assert walk.json(walk.items("grid"), datetime=moment)["numberReturned"] == count

    @pytest.mark.parametrize(
        "wrong", [{"limit": "unlimited"}, {"limit": "0"}, {"bbox": "1,2"}, {"datetime": "yesterday"}, {"f": "xml"}]
    )
    def test_query_param_invalid(self, walk, wrong):
        answer = walk.get(walk.items("grid"), **wrong)
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_query_param_unknown(self, walk):
        assert walk.get(walk.items("grid"), unknownQueryParameter12345=1).status_code == 400

    @pytest.mark.parametrize("layer", LAYERS)
    def test_f_op_success_and_links(self, walk, layer):
        first = walk.json(walk.items(layer))["features"][0]
        answer = walk.get(f"{walk.items(layer)}/{first['id']}", accept=GEOJSON)
        assert answer.status_code == 200
        found = answer.json()
        assert (found["type"], found["id"], found["geometry"]) == ("Feature", first["id"], first["geometry"])
        assert found["properties"] == first["properties"]
        rels = {(link["rel"], link["type"]) for link in found["links"]}
        assert {("self", GEOJSON), ("alternate", HTML), ("collection", "application/json")} <= rels


class TestCrs:
    """Part 2: coordinate systems by reference."""

    def test_fc_md_crs_list_and_storage_crs(self, walk):
        for collection in walk.collections():
            assert collection["crs"][0] == CRS84
            assert {f"{EPSG}{code}" for code in (4490, 4326, 3857, 4547)} < set(collection["crs"])
            assert collection["storageCrs"] in collection["crs"]

    def test_fc_md_crs_list_global(self, walk):
        assert walk.follow(walk.landing(), "data")["crs"] == walk.collection("grid")["crs"]

    def test_fc_crs_definition(self, definition):
        for name in ("crs", "bbox-crs", "filter-crs"):
            schema = parameter(definition, "/collections/grid/items", name)["schema"]
            assert (schema["type"], schema["format"]) == ("string", "uri")

    def test_ogc_crs_header(self, walk):
        href = walk.items("grid")
        item = f"{href}/{walk.json(href)['features'][0]['id']}"
        for address in (href, item):
            assert walk.get(address).headers["Content-Crs"] == f"<{CRS84}>"
            for crs in walk.collection("grid")["crs"]:
                assert walk.get(address, crs=crs).headers["Content-Crs"] == f"<{crs}>"

    def test_crs_parameter_invalid(self, walk):
        for name in ("crs", "bbox-crs", "filter-crs"):
            wrong = {name: f"{EPSG}99999", "bbox": "1,2,3,4"}
            assert walk.get(walk.items("grid"), **wrong).status_code == 400

    def test_crs_action(self, walk):
        def corner(crs: str) -> list[float]:
            return coordinates(walk.json(walk.items("road"), crs=crs)["features"][0]["geometry"]["coordinates"])[0]

        assert corner(CRS84) == pytest.approx([114.47, 30.56])
        assert corner(f"{EPSG}4326") == pytest.approx([30.56, 114.47])
        # Mercator on the sphere: x = R λ, y = R ln tan(π/4 + φ/2), R = 6378137 m.
        lon, lat = math.radians(114.47), math.radians(30.56)
        mercator = [6378137 * lon, 6378137 * math.log(math.tan(math.pi / 4 + lat / 2))]
        assert corner(f"{EPSG}3857") == pytest.approx(mercator, abs=0.01)
        north, east = corner(f"{EPSG}4547")
        assert 3_380_000 < north < 3_384_000 and 544_000 < east < 546_000

    def test_fc_bbox_crs_action(self, walk):
        whole = walk.json(walk.items("grid"), bbox="114.465,30.551,114.466,30.552")
        turned = walk.json(walk.items("grid"), bbox="30.551,114.465,30.552,114.466", **{"bbox-crs": f"{EPSG}4326"})
        assert [one["id"] for one in whole["features"]] == [one["id"] for one in turned["features"]]
        assert whole["features"]


class TestFilter:
    """Part 3: what may be asked by, and a filter from it."""

    def test_get_queryables_op_and_response(self, walk):
        for layer in LAYERS:
            href = walk.href(
                walk.collection(layer), "http://www.opengis.net/def/rel/ogc/1.0/queryables", "application/schema+json"
            )
            answer = walk.get(href, accept="application/schema+json")
            assert answer.headers["Content-Type"] == "application/schema+json"
            schema = answer.json()
            assert (schema["type"], schema["$id"]) == ("object", href)
            assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"

    def test_filter_by_a_queryable(self, walk):
        assert walk.json(walk.items("grid"), filter="level = 'community'")["numberMatched"] == 3
        assert walk.json(walk.items("grid"), level="community")["numberMatched"] == 3
        assert walk.get(walk.items("grid"), filter="nothing = 1").status_code == 400

    def test_every_queryable_is_a_parameter_of_the_definition(self, walk, definition):
        for layer in LAYERS:
            named = {one.get("name") for one in definition["paths"][f"/collections/{layer}/items"]["get"]["parameters"]}
            schema = walk.json(f"{ROOT}/collections/{layer}/queryables")
            assert set(schema["properties"]) - {"geom"} == named - {None}

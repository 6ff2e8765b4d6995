"""The abstract tests of OGC API Tiles by their names, walked from the first page by links."""

import mapbox_vector_tile
import pytest

from tests.api.ogc.conftest import ROOT, TILESETS

MVT = "application/vnd.mapbox-vector-tile"
REGISTERED = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
INT_MAX = 2**31 - 1
MIDST = (12, 1682, 3350)


@pytest.fixture(scope="module")
def lists(walk):
    """The tilesets lists of all layers together and of each."""
    documents = [walk.landing(), *walk.collections()]
    return [walk.follow(document, TILESETS) for document in documents]


@pytest.fixture(scope="module")
def every_tileset(walk, lists):
    return [tileset_of(walk, listed) for listed in lists]


def tileset_of(walk, listed):
    return walk.follow(listed["tilesets"][0], "self")


def template(walk, tileset) -> str:
    (link,) = walk.links(tileset, "item")
    assert link["type"] == MVT and link["templated"] is True
    return link["href"]


def address(template: str, matrix, row, col) -> str:
    return template.replace("{tileMatrix}", str(matrix)).replace("{tileRow}", str(row)).replace("{tileCol}", str(col))


class TestCore:
    def test_tc_op(self, walk, every_tileset):
        for tileset in every_tileset:
            assert "/tiles/WebMercatorQuad/" in template(walk, tileset)

    def test_tc_tilematrix_tilerow_and_tilecol_definition(self, walk, every_tileset):
        for tileset in every_tileset:
            assert template(walk, tileset).endswith("/{tileMatrix}/{tileRow}/{tileCol}")

    def test_tc_success_at_every_limit(self, walk, every_tileset):
        for tileset in every_tileset:
            for limits in tileset["tileMatrixSetLimits"][::6]:
                for row, col in (("maxTileRow", "minTileCol"), ("minTileRow", "maxTileCol")):
                    spot = limits["tileMatrix"], limits[row], limits[col]
                    answer = walk.get(address(template(walk, tileset), *spot))
                    assert answer.status_code == 200
                    assert answer.headers["Content-Type"] == MVT

    def test_tc_error_beyond_every_limit(self, walk, every_tileset):
        for tileset in every_tileset:
            limits = tileset["tileMatrixSetLimits"][-1]
            matrix, low, high = limits["tileMatrix"], limits["minTileRow"], limits["maxTileRow"]
            for row, col in (
                (high + 1, limits["minTileCol"]),
                (low - 1, limits["minTileCol"]),
                (high, limits["maxTileCol"] + 1),
                (INT_MAX, INT_MAX),
                (-1, 0),
            ):
                answer = walk.get(address(template(walk, tileset), matrix, row, col))
                assert answer.status_code in (400, 404)
                assert answer.headers["Content-Type"] == "application/problem+json"
            assert walk.get(address(template(walk, tileset), 99, 0, 0)).status_code in (400, 404)
            assert walk.get(address(template(walk, tileset), "x", 0, 0)).status_code in (400, 404)


class TestTileset:
    def test_success(self, walk, every_tileset):
        for tileset in every_tileset:
            assert tileset["dataType"] == "vector"
            assert tileset["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3857"
            assert tileset["tileMatrixSetURI"] == REGISTERED
            assert tileset["layers"] and all(one["boundingBox"] for one in tileset["layers"])

    def test_tileset_links(self, walk, every_tileset):
        grid = walk.follow(every_tileset[0], "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme")
        matrices = {one["id"]: one for one in grid["tileMatrices"]}
        for tileset in every_tileset:
            for limits in tileset["tileMatrixSetLimits"]:
                matrix = matrices[limits["tileMatrix"]]
                assert 0 <= limits["minTileRow"] <= limits["maxTileRow"] < matrix["matrixHeight"]
                assert 0 <= limits["minTileCol"] <= limits["maxTileCol"] < matrix["matrixWidth"]
            assert walk.follow(tileset, "describedby")["tilejson"] == "3.0.0"
            for link in walk.links(tileset, "http://www.opengis.net/def/rel/ogc/1.0/geodata"):
                assert walk.get(link["href"]).status_code == 200

    def test_tile_matrix_sets(self, walk):
        listed = walk.follow(walk.landing(), "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes")
        (one,) = listed["tileMatrixSets"]
        assert (one["id"], one["uri"]) == ("WebMercatorQuad", REGISTERED)
        found = walk.follow(one, "self")
        assert found["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.0287178)
        assert walk.get(f"{ROOT}/tileMatrixSets/WorldCRS84Quad").status_code == 404


class TestTilesetsLists:
    def test_tileset_links(self, walk, lists):
        for listed in lists:
            for one in listed["tilesets"]:
                assert one["tileMatrixSetURI"] == REGISTERED and one["tileMatrixSetId"] == "WebMercatorQuad"
                assert one["tileMatrixSetLimits"][0]["tileMatrix"]
                # The suite asks for every link of a list and reads JSON: an address with variables is none.
                assert all("{" not in link["href"] for link in one["links"])
                assert all(walk.get(link["href"]).json() for link in one["links"])

    def test_dataset_tilesets_landing_page_and_operation(self, walk):
        (link,) = walk.links(walk.landing(), TILESETS)
        assert link["href"] == f"{ROOT}/tiles"
        whole = tileset_of(walk, walk.json(link["href"]))
        assert [one["id"] for one in whole["layers"]] == [one["id"] for one in walk.collections()]

    def test_geodata_tilesets_desc_links_and_operation(self, walk):
        for collection in walk.collections():
            (link,) = walk.links(collection, TILESETS)
            assert link["href"] == f"{ROOT}/collections/{collection['id']}/tiles"
            assert [one["id"] for one in tileset_of(walk, walk.json(link["href"]))["layers"]] == [collection["id"]]

    def test_collections_selection(self, walk):
        chosen = tileset_of(walk, walk.json(f"{ROOT}/tiles", collections="road,grid"))
        assert [one["id"] for one in chosen["layers"]] == ["road", "grid"]
        tile = mapbox_vector_tile.decode(walk.get(address(template(walk, chosen), *MIDST)).content)
        assert {name.removesuffix("_label") for name in tile} == {"road", "grid"}
        assert walk.get(f"{ROOT}/tiles", collections="nothing").status_code == 404


class TestVectorTiles:
    def test_content(self, walk):
        tileset = tileset_of(walk, walk.follow(walk.collection("grid"), TILESETS))
        limits = next(one for one in tileset["tileMatrixSetLimits"] if one["tileMatrix"] == "12")
        spot = limits["tileMatrix"], limits["maxTileRow"], limits["minTileCol"]
        answer = walk.get(address(template(walk, tileset), *spot), f="mvt")
        assert [one["properties"]["code"] for one in mapbox_vector_tile.decode(answer.content)["grid"]["features"]]
        assert walk.get(address(template(walk, tileset), *spot), f="png").status_code == 400

    def test_rows_come_before_columns(self, walk):
        here = walk.get(f"{ROOT}/collections/grid/tiles/WebMercatorQuad/12/1682/3350")
        there = walk.desk.client.get("/tiles/grid/12/3350/1682")
        assert here.content == there.content != b""
        assert walk.get(f"{ROOT}/collections/grid/tiles/WebMercatorQuad/12/3350/1682").status_code == 404

    def test_an_empty_tile_is_here_without_bytes(self, walk):
        tileset = tileset_of(walk, walk.follow(walk.collection("site"), TILESETS))
        empty = walk.get(address(template(walk, tileset), *MIDST))
        assert (empty.status_code, empty.content) == (200, b"")
        assert empty.headers["Content-Type"] == MVT

    def test_a_tile_that_is_known_is_not_sent_again(self, walk):
        address = f"{ROOT}/collections/grid/tiles/WebMercatorQuad/12/1682/3350"
        known = walk.get(address).headers["ETag"]
        again = walk.desk.client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")

"""MapLibre in Chromium draws the very features that the standard interface tells of, from a server and an archive."""

import gzip
import json
import math

import morecantile
import pytest
from pmtiles.reader import MmapSource, Reader

from api.access.reader import Reader as Someone
from api.cluster.cluster import APP
from api.database import Database
from api.tiles.archive import Wanted, write_archive
from layers.catalogue import ROLES, read_catalogue
from tests.clients.conftest import BOX, ZOOM

DRAW = """async ({source, names, at, token}) => {
    const place = document.getElementById("map");
    place.style.cssText = "position: absolute; inset: 0";
    maplibregl.setWorkerUrl("/assets/maplibre-gl-csp-worker.js");
    maplibregl.addProtocol("archive", async ({url}) => {
        const answer = await fetch(url.replace("archive://", "/archive/"));
        return {data: await answer.arrayBuffer()};
    });
    const looks = {Point: "circle", LineString: "line", Polygon: "fill"};
    const rules = names.flatMap((name) => Object.entries(looks).map(([kind, type]) => ({
        id: `${name} ${kind}`, type, source: "tiles", "source-layer": name, filter: ["==", ["geometry-type"], kind],
    })));
    const complaints = [];
    const map = new maplibregl.Map({
        container: place, center: at.center, zoom: at.zoom, fadeDuration: 0, attributionControl: false,
        style: {version: 8, sources: {tiles: {type: "vector", ...source}}, layers: rules},
        transformRequest: (url) => (token ? {url, headers: {Authorization: `Bearer ${token}`}} : {url}),
    });
    map.on("error", ({error}) => complaints.push(error.message));
    await new Promise((done) => map.once("idle", done));
    const found = Object.fromEntries(names.map((name) => [name,
        map.querySourceFeatures("tiles", {sourceLayer: name}).map((one) => ({
            id: one.id, properties: one.properties, geometry: one.geometry,
        })),
    ]));
    const drawn = map.queryRenderedFeatures().map((one) => [one.sourceLayer, one.id]);
    map.remove();
    return {found, drawn, complaints};
}"""
"""Draws a source of vector tiles with a rule for each kind of shape, and tells what is in it and on the screen."""
WHOLE = {"center": [114.5, 30.55], "zoom": ZOOM}
MATRICES = morecantile.tms.get("WebMercatorQuad")
EQUATOR_M = 2 * math.pi * 6378137
CATALOGUE = read_catalogue()
ALL = Someone("张三", "信息中心", frozenset(ROLES), signed_in=True)

pytestmark = pytest.mark.browser


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": {"width": 900, "height": 900}}


@pytest.fixture
def draw(blank_page, town):
    """`draw(source, names, at)`: what MapLibre has and draws of a source, under the platform's own rules for pages."""

    def drawn(source, names, at=WHOLE):
        answer = blank_page.evaluate(DRAW, {"source": source, "names": names, "at": at, "token": town.token})
        assert answer["complaints"] == []
        return answer

    return drawn


@pytest.fixture(scope="module")
def layers(town):
    return town.layers()


@pytest.fixture
def served(town, layers):
    """Every layer of the platform in one source, by its TileJSON."""
    return {"url": f"{town.url}/tiles/{','.join(layers)}.json"}


def ids(features):
    return [feature["id"] for feature in features]


def test_it_draws_every_feature_that_the_interface_tells_of(draw, served, town, layers):
    answer = draw(served, [*layers, "left_out"])
    for layer in layers:
        told = town.within(layer, BOX)
        assert told and set(ids(answer["found"][layer])) == told, layer
        assert {id for name, id in answer["drawn"] if name == layer} == told, layer
    assert answer["found"]["left_out"] == []


NEAR = {"center": [114.5, 30.5535], "zoom": 16}


def test_drawn_near_by_it_has_what_lies_there_and_nothing_from_beyond_its_tiles(draw, served, town, layers):
    found = draw(served, list(layers), NEAR)["found"]
    for layer in layers:
        drawn = set(ids(found[layer]))
        assert town.within(layer, seen(NEAR, 900)) <= drawn <= town.within(layer, seen(NEAR, 900 + 2 * 512)), layer
    assert 0 < len(set(ids(found["road"]))) < 40


def seen(at, side_px):
    """The box of degrees that a square of so many pixels shows around a place; a world is 512 pixels wide at zoom 0."""
    middle = MATRICES.xy(*at["center"])
    half_m = side_px / 2 * EQUATOR_M / (512 * 2 ** at["zoom"])
    west, south = MATRICES.lnglat(middle.x - half_m, middle.y - half_m)
    east, north = MATRICES.lnglat(middle.x + half_m, middle.y + half_m)
    return west, south, east, north


LABELS = [
    (WHOLE, {"project": "code LIKE 'P%'", "grid": "level <> 'unit'", "water": "kind = 'lake'"}),
    ({"center": [114.4935, 30.532], "zoom": 14}, {"zone": "code LIKE 'Z%'"}),
    ({"center": [114.505, 30.555], "zoom": 16}, {"landuse": "code LIKE 'L%'"}),
]


@pytest.mark.parametrize(("at", "named"), LABELS)
def test_every_feature_that_is_named_has_one_label(draw, served, town, at, named):
    found = draw(served, [f"{layer}_label" for layer in named], at)["found"]
    for layer, filter in named.items():
        told = town.json(f"/ogc/collections/{layer}/items", filter=filter)["features"]
        assert told and sorted(ids(found[f"{layer}_label"])) == sorted(ids(told)), layer


@pytest.fixture
def archive(town, layers, tmp_path):
    """A file of all tiles of a zoom, by its own library."""
    file = tmp_path / "all.pmtiles"
    database = Database.at(town.engine.url.set(username=APP).render_as_string(hide_password=False), pool_size=1)
    write_archive(database, CATALOGUE, Wanted(ALL, [CATALOGUE[name] for name in layers], range(ZOOM, ZOOM + 1)), file)
    database.close()
    with file.open("rb") as opened:
        yield Reader(MmapSource(opened))


def test_an_archive_is_drawn_as_the_server_is(draw, page, served, archive, layers):
    def handle(route):
        z, x, y = map(int, route.request.url.split("/")[-3:])
        tile = archive.get(z, x, y)
        route.fulfill(body=gzip.decompress(tile) if tile else b"", content_type="application/octet-stream")

    page.route("**/archive/**", handle)
    header, told = archive.header(), archive.metadata()
    zooms = {"minzoom": header["min_zoom"], "maxzoom": header["max_zoom"]}
    names = [layer["id"] for layer in told["vector_layers"]]
    assert {*layers, "left_out"} < set(names)
    from_file = draw({"tiles": ["archive://{z}/{x}/{y}"], **zooms}, names)
    from_server = draw(served, names)
    assert from_file["drawn"] and sorted(from_file["drawn"]) == sorted(from_server["drawn"])
    for name in names:
        there, here = told_apart(from_server["found"][name]), told_apart(from_file["found"][name])
        # An archive has no tiles beyond the features; the server has, with the margins of those beside them.
        assert set(here) <= set(there), name
        assert {told[:2] for told in here} == {told[:2] for told in there}, name


def told_apart(features):
    """Ids, properties and shapes of what is in a source, to be compared."""
    return [(one["id"], json.dumps(one["properties"]), json.dumps(one["geometry"])) for one in features]

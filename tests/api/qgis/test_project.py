"""The QGIS project: every layer the reader may see, nothing of anybody's token, and QGIS draws it all."""

from xml.etree import ElementTree

import pytest

from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT

LAYERS = read_catalogue()
PATH = "/qgis/huashan.qgs"


def layers_of(text: str) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(text)
    return {layer.findtext("id"): layer for layer in root.iter("maplayer")}


def test_every_layer_is_there_as_tiles_and_as_features_under_names_long_enough_for_qgis(client):
    found = layers_of(client.get(PATH).text)
    wanted = {f"huashan_{kind}_{layer}" for kind in ("tiles", "features") for layer in LAYERS}
    assert set(found) == wanted
    # QGIS loses layers whose ID has ten letters or fewer.
    assert min(map(len, found)) > 10
    tree = ElementTree.fromstring(client.get(PATH).text).iter("layer-tree-layer")
    assert {one.get("id") for one in tree} == wanted


def test_sources_are_addresses_that_answer(client):
    collections = {one["id"] for one in client.get("/ogc/collections?f=json").json()["collections"]}
    for name, layer in layers_of(client.get(PATH).text).items():
        source = layer.findtext("datasource")
        if name.startswith("huashan_tiles"):
            path = source.split("&")[1].removeprefix("url=http://127.0.0.1:8000")
            assert client.get(path.format(z=13, x=6703, y=3362)).status_code in (200, 204)
        else:
            assert source.split("typename='")[1].split("'")[0] in collections


def test_who_comes_with_a_token_gets_a_project_that_asks_for_one_but_holds_none(real_desk):
    token = real_desk.token("viewer")
    text = real_desk.client.get(PATH, headers={"Authorization": f"Bearer {token}"}).text
    assert token not in text
    sources = {name: layer.findtext("datasource") for name, layer in layers_of(text).items()}
    assert all("authcfg=huashan" in source for source in sources.values())
    assert not [name for name in sources if name.endswith("_landuse")]
    assert [name for name in layers_of(real_desk.client.get(PATH, headers=real_desk.person("landuse")).text)
            if name.endswith("_landuse")]  # fmt: skip
    assert real_desk.status(PATH) == 401


def test_every_rule_of_the_screen_is_drawn_of_tiles_and_of_features_alike(client):
    found = layers_of(client.get(PATH).text)
    for name, layer in LAYERS.items():
        rules = {rule["id"] for rule in layer.style if rule["type"] != "symbol"}
        texts = {rule["id"] for rule in layer.style if rule["type"] == "symbol"}
        tiles, features = found[f"huashan_tiles_{name}"], found[f"huashan_features_{name}"]
        for one in (tiles, features):
            assert "此处不画" not in one.findtext("resourceMetadata/abstract")
        assert {one.get("name") for one in tiles.findall("renderer/styles/style")} == rules
        assert {one.get("name") for one in tiles.findall("labeling/styles/style")} == texts
        assert keys(features, "renderer-v2/rules/rule") == rules
        assert keys(features, "labeling/rules/rule") == texts


def keys(layer, path: str) -> set[str]:
    """The rules of the style that rules of QGIS stand for."""
    return {one.get("key").rpartition("-")[0] for one in layer.findall(path)}


def test_layers_are_drawn_from_the_zoom_on_from_which_the_screen_draws_them(client):
    for name, one in layers_of(client.get(PATH).text).items():
        first = LAYERS[name.removeprefix("huashan_").partition("_")[2]].min_zoom
        assert one.get("hasScaleBasedVisibilityFlag") == "1"
        # 1 to 295,828,764 at zoom 0 at the equator, 0.86 times as much at 30.6 degrees.
        assert float(one.get("minScale")) == pytest.approx(0.86 * 295_828_764 / 2**first, rel=0.01)


def test_qgis_opens_every_layer_and_understands_every_rule(qgis, server_url, tmp_path):
    import httpx2

    (tmp_path / "huashan.qgs").write_text(httpx2.get(f"{server_url}{PATH}").text, "utf-8")
    told = qgis("project", str(tmp_path / "huashan.qgs"))
    assert told["opened"] and told["crs"] == METRIC_DEFAULT
    assert len(told["layers"]) == 2 * len(LAYERS)
    for name, layer in told["layers"].items():
        assert layer and layer["valid"] and layer["rules"] and not layer["faults"], name
        assert layer["features"] is None or layer["features"] > 0
    named = {name for name, layer in told["layers"].items() if layer["labels"]}
    assert {"huashan_tiles_water", "huashan_features_water", "huashan_tiles_grid"} <= named


@pytest.mark.parametrize("size", ['"><script>', "x" * 300])
def test_a_hostile_host_gets_no_project(client, size):
    assert client.get(PATH, headers={"Host": size}).status_code == 400

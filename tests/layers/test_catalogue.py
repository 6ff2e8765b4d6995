"""The catalogue is what the folders say."""

import json

import pytest

from layers.catalogue import ROLES, read_catalogue
from layers.errors import BadFile, NotFound

TOML = """
[[layer]]
id = "bench"
title = { zh = "长椅", en = "Benches" }
description = { zh = "供人歇脚", en = "To sit on" }
group = { zh = "设施", en = "Facilities" }
source = { zh = "街道办", en = "Street office" }
geometry = "Point"
zoom = [12, 18]
order = 5
read = ["viewer"]
write = []
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "layer.toml").write_text(TOML, "utf-8")
    (tmp_path / "bench" / "style.json").write_text(json.dumps({"bench": [{"id": "bench", "type": "circle"}]}), "utf-8")
    return tmp_path


def test_a_new_folder_is_a_new_layer(folder):
    layer = read_catalogue(folder)["bench"]
    assert (layer.table, layer.title.zh, layer.min_zoom, layer.style[0]["type"]) == ("city.bench", "长椅", 12, "circle")


def test_admin_may_do_what_any_layer_allows(folder):
    layer = read_catalogue(folder)["bench"]
    assert layer.read == {"viewer", "admin"}
    assert layer.write == {"admin"}


def test_an_unknown_layer_is_named_with_the_ones_there_are(folder):
    with pytest.raises(NotFound, match="bench"):
        read_catalogue(folder)["chair"]


@pytest.mark.parametrize("broken", ["[[layer]]\nid = 'x'", "not toml at all", TOML.replace('"viewer"', '"king"')])
def test_a_broken_description_names_its_folder(folder, broken):
    (folder / "bench" / "layer.toml").write_text(broken, "utf-8")
    with pytest.raises(BadFile, match="bench"):
        read_catalogue(folder)


def test_every_layer_of_ours_says_all_that_is_asked():
    catalogue = read_catalogue()
    assert {"grid", "water", "bank", "reach", "road", "project", "farmland", "landuse", "zone", "site"} <= set(
        catalogue
    )
    for layer in catalogue.values():
        assert all([*layer.title, *layer.description, *layer.group, *layer.source]), layer.id
        assert layer.min_zoom <= layer.max_zoom
        assert layer.read <= set(ROLES)
        assert layer.style, layer.id
    assert [layer.id for layer in catalogue.line_layers] == sorted(
        ["bank", "road"], key=lambda layer_id: catalogue[layer_id].order
    )

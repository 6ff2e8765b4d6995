"""A layer dropped in as a folder appears everywhere with no other edit: the example of layers/README.md, end to end."""

import re
import shutil

import mapbox_vector_tile
import pytest

from api.transfer.exporting import read_features, write_features
from layers.catalogue import LAYERS_FOLDER, read_catalogue
from layers.migrate import migrate
from tests.conftest import APP, app_client, serving
from tests.databases import FACTS
from tests.layers.test_tiles import tile_of

README = (LAYERS_FOLDER / "README.md").read_text("utf-8")
EXAMPLE = re.findall(r"^`(bench/[\w./]+)`: .*?^```\w+\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def catalogue(tmp_path):
    copy = tmp_path / "layers"
    shutil.copytree(LAYERS_FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in EXAMPLE:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, "utf-8")
    return read_catalogue(copy)


@pytest.fixture
def city_with_a_bench(engine, catalogue):
    migrate(engine, FACTS, APP, folder=catalogue.folder)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO city.bench (code, seats, geom) "
            "SELECT 'C1', 3, ST_SetSRID(ST_MakePoint(114.5, 30.55), Find_SRID('city', 'bench', 'geom'))"
        )
    return engine


def test_it_is_in_the_catalogue_the_tiles_and_the_features(city_with_a_bench, catalogue, settings_of):
    settings = settings_of(city_with_a_bench, HUASHAN_OPEN_READ="1")
    with app_client(settings, catalogue=catalogue) as client:
        listed = {layer["id"]: layer for layer in client.get("/layers").json()["layers"]}["bench"]
        assert (listed["title"]["zh"], listed["count"]) == ("长椅", 1)
        assert client.get("/tiles/bench.json").json()["vector_layers"][0]["id"] == "bench"
        x, y = map(int, tile_of(114.5, 30.55, 14))
        tile = mapbox_vector_tile.decode(client.get(f"/tiles/bench/14/{x}/{y}").content)
        assert tile["bench"]["features"][0]["properties"]["seats"] == 3
        assert client.get("/layers/bench").json()["features"][0]["properties"]["code"] == "C1"
        assert client.get("/health").status_code == 200


def test_it_can_be_exported(city_with_a_bench, catalogue, tmp_path):
    with city_with_a_bench.connect() as connection:
        written = write_features(read_features(connection, catalogue["bench"], None), tmp_path / "bench.geojson")
    assert written.features == 1


@pytest.mark.browser
def test_it_is_on_the_map_and_in_the_legend(city_with_a_bench, catalogue, browser):
    with serving(city_with_a_bench, catalogue, HUASHAN_OPEN_READ="1") as url:
        page = browser.new_page()
        page.goto(url)
        page.get_by_label("图层").get_by_text("长椅").first.wait_for()
        drawn = "() => huashan.map && huashan.map.queryRenderedFeatures().filter((f) => f.source === 'bench').length"
        for _ in range(200):
            if page.evaluate(drawn):
                break
            page.wait_for_timeout(100)
        assert page.evaluate(drawn) == 1
        page.close()

"""GeoPackages with their look inside: QGIS finds it, other programs read on."""

import sqlite3

import geopandas as gpd
import pyogrio
import pytest
import shapely

from api.qgis.geopackage import add_styles
from layers.catalogue import read_catalogue
from layers.crs import STORED

ROAD = read_catalogue()["road"]


@pytest.fixture
def roads(tmp_path):
    path = tmp_path / "road.gpkg"
    line = shapely.LineString([(114.5, 30.5), (114.6, 30.6)])
    table = gpd.GeoDataFrame({"code": ["L1"], "name": ["甲路"], "class": ["main"]}, geometry=[line], crs=STORED)
    pyogrio.write_dataframe(table, path, layer="road")
    return path


def test_a_look_is_kept_as_the_default_and_features_stay(roads):
    before = gpd.read_file(roads, layer="road")
    add_styles(roads, ROAD)
    add_styles(roads, ROAD)
    with sqlite3.connect(roads) as file:
        [row] = file.execute("SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles")
    assert row[:3] == ("road", "geom", 1) and "RuleRenderer" in row[3]
    assert gpd.read_file(roads, layer="road").equals(before)
    assert {name for name, _ in pyogrio.list_layers(roads)} == {"road", "layer_styles"}


def test_a_file_without_the_layer_stays_as_it_is(roads):
    before = roads.read_bytes()
    add_styles(roads, read_catalogue()["grid"])
    assert roads.read_bytes() == before


def test_qgis_opens_it_with_its_look(qgis, roads):
    plain = qgis("geopackage", str(roads), "road")
    add_styles(roads, ROAD)
    styled = qgis("geopackage", str(roads), "road")
    assert plain["rules"] == 0 and styled["rules"] == sum(rule["type"] == "line" for rule in ROAD.style)
    assert styled["valid"] and styled["labels"] and not styled["faults"]


def styles_in(path) -> list[str]:
    with sqlite3.connect(path) as file:
        return [name for (name,) in file.execute("SELECT f_table_name FROM layer_styles")]


def test_exports_and_files_of_features_hold_their_look(desk, tmp_path):
    from api.transfer.exporting import export_layer

    with desk.engine.begin() as connection:
        export_layer(connection, read_catalogue()["grid"], tmp_path / "网格.gpkg")
    assert styles_in(tmp_path / "网格.gpkg") == ["grid"]
    (tmp_path / "items.gpkg").write_bytes(desk.client.get("/ogc/collections/grid/items?f=gpkg").content)
    assert styles_in(tmp_path / "items.gpkg") == ["grid"]
    (tmp_path / "metric.gpkg").write_bytes(
        desk.client.get("/ogc/collections/grid/items?f=gpkg&crs=http://www.opengis.net/def/crs/EPSG/0/4547").content
    )
    assert styles_in(tmp_path / "metric.gpkg") == ["grid"]

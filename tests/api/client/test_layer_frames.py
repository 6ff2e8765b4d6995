"""Layers as frames: over HTTP, straight from the database and by GeoPandas from the views, all the same."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import geopandas as gpd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from api.access import tokens
from api.client import Platform
from api.cluster.cluster import APP
from api.statements import view_name
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED
from layers.errors import BadInput, NotAllowed, NotReady

LAYERS = read_catalogue()


def dsn(engine) -> str:
    return engine.url.set(username=APP).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def token(sample_engine):
    with sample_engine.begin() as connection:
        return tokens.new(connection, "李四", "分析员", ["analyst"], 1)


@pytest.fixture(scope="module")
def city(server_url, token):
    with Platform(server_url, token) as city:
        yield city


@pytest.fixture(scope="module")
def stored(sample_engine):
    with Platform.at_database(dsn(sample_engine)) as city:
        yield city


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_the_same_by_http_and_from_the_database(city, stored, layer):
    sent, read = city.layer(layer), stored.layer(layer)
    assert_geodataframe_equal(sent, read)
    assert {**sent.attrs, "asked_at": 0} == {**read.attrs, "asked_at": 0}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_has_the_rows_and_shapes_of_its_view(city, sample_engine, layer):
    told = city.layer(layer)
    view = gpd.read_postgis(f"SELECT id, geom FROM {view_name(LAYERS[layer])}", sample_engine, index_col="id")
    assert sorted(told.index) == sorted(view.index) and len(told) > 0 and told.crs == STORED
    apart = shapely.hausdorff_distance(told.geometry.sort_index().array, view.geometry.sort_index().array)
    assert apart.max() < 1e-8, "nine decimals of a degree"


def test_what_is_told_beside_a_layer_says_its_time_source_units_and_words(city):
    plots = city.layer("farmland")
    told = plots.attrs
    assert {"asked_at", "data_at", "edition", "provenance", "source", "title"} <= set(told)
    assert told["units"] == {"found_mu": "亩", "done_mu": "亩"} and told["words"]["state"]["works"] == "施工"
    assert set(told["columns"]) == set(plots.columns) - {"geometry"}
    assert plots["state"].dtype == "category" and plots["state"].cat.categories[0] == "survey"
    assert str(plots["valid_from"].dtype) == "datetime64[s]"
    assert str(plots["known_from"].dtype) == "datetime64[us, Asia/Shanghai]"


def test_conditions_columns_bounds_and_days_narrow_a_layer_down(city):
    roads = city.layer("road")
    main = city.layer("road", where="class = 'main'", columns=["code", "class"])
    assert set(main.index) == set(roads.index[roads["class"] == "main"])
    assert list(main.columns) == ["code", "class", "geometry"]
    west, south, east, north = roads.total_bounds
    box = (west, south, (west + east) / 2, (south + north) / 2)
    assert set(city.layer("road", box).index) == set(roads.index[roads.intersects(shapely.box(*box))])
    before = city.layer("road", at=date(1990, 1, 1))
    assert len(before) == 0 and before.dtypes.to_dict() == roads.dtypes.to_dict() and before.crs == STORED
    assert city.layer("road", at=datetime.now(ZoneInfo("Asia/Shanghai")).date()).equals(roads)


def test_pages_of_a_layer_are_put_together(city, monkeypatch):
    whole = city.layer("grid")
    file = city._wire.file
    monkeypatch.setattr(city._wire, "file", lambda path, **query: file(path, limit=100, **query))
    assert_geodataframe_equal(city.layer("grid"), whole)


def test_a_layer_goes_on_into_the_functions_of_geo(city):
    from geo.coverage.sightings import Lines

    banks = city.layer("bank").to_crs(METRIC_DEFAULT)
    lines = Lines(banks.geometry.to_numpy())
    assert lines.length_cm / 100 == pytest.approx(banks["length_m"].to_numpy(), abs=0.02)


def test_roles_hold_in_the_database_as_they_do_over_http(sample_engine, cluster, sample_template):
    from tests.databases import copy_of

    with copy_of(cluster, sample_template) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO city.edition (layer, name, sample) VALUES ('road', '实测', false)")
        with Platform.at_database(dsn(engine), roles=["viewer"]) as city:
            assert "landuse" not in city.layers().index
            with pytest.raises(NotAllowed, match="用地"):
                city.layer("landuse")
        with Platform.at_database(dsn(engine), roles=["landuse"]) as city:
            assert len(city.layer("landuse")) > 0
    with pytest.raises(BadInput, match="没有角色"):
        Platform.at_database(dsn(sample_engine), roles=["root"])


def test_a_database_that_does_not_answer_is_told_at_once_without_its_password(engine):
    gone = engine.url.set(username=APP, password="secret", database="gone").render_as_string(hide_password=False)
    with pytest.raises(NotReady, match=r"连不上数据库.*gone.*核对") as told:
        Platform.at_database(gone)
    assert "secret" not in str(told.value)
    with pytest.raises(BadInput, match="postgresql://"):
        Platform.at_database("mysql://city")


def test_figures_are_the_same_from_the_database(city, stored):
    day = date(2026, 7, 1)
    assert stored.debt(day).equals(city.debt(day)) and len(city.debt(day)) > 0
    period = date(2026, 6, 1), day
    assert_geodataframe_equal(stored.coverage("bank", *period), city.coverage("bank", *period))
    assert stored.performance("2026-06").astype(str).equals(city.performance("2026-06").astype(str))

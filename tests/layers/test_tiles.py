"""Every layer is drawn on a vector tile that a client can read."""

import math

import pytest
from shapely.geometry import Point, shape

from layers.catalogue import read_catalogue
from tests.layers.conftest import box, metric_wkt, tile_within

CATALOGUE = read_catalogue()
Z = 15
CODES = {"grid": "420111081"}
POINTS = ("observation",)
LINES = ("road", "path", "bank", "reach", "last_seen")


def tile_of(lon, lat, z=Z):
    """x and y, with fractions, of the tile that holds a place."""
    side = 2**z
    return (lon + 180) / 360 * side, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side


@pytest.fixture
def tile(connection):
    """A function that answers one layer of a decoded tile, None where the tile has none; or its labels."""

    def read(layer, z, x, y, labels=False):
        return tile_within(connection, layer, z, x, y).get(f"{layer}_label" if labels else layer)

    return read


@pytest.fixture
def place(connection):
    """A function that answers where a feature's middle lies, as tile x and y."""

    def found(layer, z=Z):
        lon, lat = connection.exec_driver_sql(
            f"SELECT ST_X(c), ST_Y(c) FROM (SELECT ST_PointOnSurface(geom) FROM city.{layer}_now LIMIT 1) AS p(c)"
        ).one()
        return tile_of(lon, lat, z)

    return found


@pytest.fixture
def feature(connection, insert, bank):
    """A function that puts one feature, 300 m wide, into a layer and answers its id."""

    def put(layer):
        if layer in ("bank", "reach", "last_seen"):
            bank("B", (0, 0), (300, 0))
        if layer == "reach":
            insert("reach", code="R", bank_code="B", span="{[0,20000)}")
        elif layer == "last_seen":
            connection.exec_driver_sql("SELECT city.refresh_last_seen('bank')")
        elif layer in ("road", "path"):
            insert(layer, code="X", wkt=metric_wkt((0, 0), (300, 0)))
        elif layer in POINTS:
            insert(layer, code="X", name="名", wkt=metric_wkt((150, 150), kind="POINT"))
        elif layer != "bank":
            insert(layer, code=CODES.get(layer, "X"), name="名", wkt=box(0, 0, 300, 300))
        return connection.exec_driver_sql(f"SELECT id FROM city.{layer}").scalar()

    return put


@pytest.mark.parametrize("layer", CATALOGUE)
def test_a_tile_carries_the_features_with_their_ids_and_no_more_than_is_declared(tile, feature, place, layer):
    feature_id = feature(layer)
    x, y = place(layer)
    drawn = tile(layer, Z, int(x), int(y))
    assert drawn["extent"] == 4096 and drawn["version"] == 2
    assert {found["id"] for found in drawn["features"]} == {feature_id}
    declared = set(CATALOGUE[layer].fields)
    assert {name for found in drawn["features"] for name in found["properties"]} <= declared
    kinds = {found["geometry"]["type"] for found in drawn["features"]}
    assert ("LineString" if layer in LINES else "Point" if layer in POINTS else "Polygon") in kinds


@pytest.mark.parametrize("layer", CATALOGUE)
def test_a_tile_without_features_is_empty(tile, layer):
    assert tile(layer, Z, 1, 1) is None


@pytest.mark.parametrize("layer", ["road", "zone"])
def test_a_feature_just_beyond_the_edge_is_drawn_into_the_buffer(connection, tile, insert, layer):
    # A tile edge between two tiles; the feature lies wholly east of it, 32 of 4096 units away: inside the buffer of 64.
    x, y = (int(part) for part in tile_of(114.5, 30.55))
    side = 360 / 2**Z
    west = -180 + (x + 1) * side + side * 32 / 4096
    north, south = (math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + at) / 2**Z)))) for at in (0.4, 0.6))
    east = west + side / 4
    areas = f"MULTIPOLYGON ((({west} {south}, {east} {south}, {east} {north}, {west} {south})))"
    insert(layer, code="X", degrees=areas if layer == "zone" else f"LINESTRING ({west} {south}, {east} {north})")
    for column in (x, x + 1):
        assert tile(layer, Z, column, y) is not None, column
    assert tile(layer, Z, x - 1, y) is None


def test_what_is_no_longer_valid_is_not_drawn(connection, tile, feature, place):
    feature("zone")
    x, y = place("zone")
    connection.exec_driver_sql("UPDATE city.zone SET valid_from = '2001-01-01', valid_to = '2002-01-01'")
    assert tile("zone", Z, int(x), int(y)) is None


def test_an_area_smaller_than_a_pixel_is_a_pixel_on_its_place_where_each_one_matters(tile, feature, place):
    feature("farmland")
    for z in (6, 7):
        x, y = place("farmland", z)
        drawn = tile("farmland", z, int(x), int(y))
        (found,) = drawn["features"]
        assert shape(found["geometry"]).area == (4096 / 512) ** 2, z
        assert shape(found["geometry"]).distance(Point(x % 1 * drawn["extent"], (1 - y % 1) * drawn["extent"])) < 1


def test_unit_grids_wait_for_the_zoom_that_can_show_them(connection, tile, insert, place):
    insert("grid", code="420111081205001", level="unit", wkt=box(0, 0, 400, 400))
    for z, drawn in ((12, False), (13, True)):
        x, y = place("grid", z)
        assert (tile("grid", z, int(x), int(y)) is not None) == drawn, z


@pytest.mark.parametrize("layer", ["water", "grid", "project", "zone", "site"])
def test_an_area_cut_by_tiles_is_named_once(tile, feature, place, layer):
    feature(layer)
    z = 18
    x, y = (int(part) for part in place(layer, z))
    places = [(column, row) for column in range(x - 4, x + 5) for row in range(y - 4, y + 5)]
    labels = [found for at in places if (drawn := tile(layer, z, *at, labels=True)) for found in drawn["features"]]
    assert [(found["geometry"]["type"], found["properties"]["name"]) for found in labels] == [("Point", "名")]
    pieces = [found for at in places if (drawn := tile(layer, z, *at)) for found in drawn["features"]]
    assert len(pieces) > 4 and {found["geometry"]["type"] for found in pieces} == {"Polygon"}


def test_a_tile_says_how_many_days_ago_each_piece_was_seen_or_that_it_never_was(connection, tile, bank, sight, place):
    bank("B", (0, 0), (300, 0))
    sight("B", 0, 10_000, connection.exec_driver_sql("SELECT (now() - interval '36 hours')::text").scalar())
    connection.exec_driver_sql("SELECT city.refresh_last_seen('bank', ARRAY['B'])")
    x, y = (int(part) for part in place("last_seen", 12))
    pieces = [found["properties"] for found in tile("last_seen", 12, x, y)["features"]]
    seen, never = sorted(pieces, key=lambda piece: piece["never"])
    # Whole local days: the tile is for everyone, and an instant is when somebody was there.
    assert seen["days"] in (1, 2) and "last_at" not in seen
    assert (never["never"], never["unknown"]) == (True, False) and "days" not in never
    assert {piece["layer"] for piece in pieces} == {"bank"}

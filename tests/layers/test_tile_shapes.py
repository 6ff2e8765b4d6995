"""What tiles draw of a shape: valid whatever it is, where it is, at every zoom; each feature named once."""

import math

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from shapely.geometry import shape

from layers.crs import STORED_SRID
from tests.layers.conftest import ORIGIN_E, ORIGIN_N, metric_wkt, tile_within
from tests.layers.test_tiles import tile_of

WEST, NORTH = 114.5, 30.55
"""Degrees of a corner that the shapes below are drawn from."""
offsets = st.floats(0, 1, allow_nan=False)


@st.composite
def awkward(draw):
    """An area in degrees, of some metres to some kilometres: spiked, notched, with holes and in parts, yet valid."""
    size = 10.0 ** draw(st.floats(-4.5, -1.3))
    places = draw(st.lists(st.tuples(offsets, offsets), min_size=4, max_size=40))
    ring = np.array(places) * size * draw(st.sampled_from([(1, 1), (1, 0.02), (0.003, 1)])) + (WEST, NORTH)
    area = shapely.make_valid(shapely.Polygon(ring))
    parts = [part for part in shapely.get_parts(shapely.get_parts(area)) if part.geom_type == "Polygon"]
    found = shapely.MultiPolygon([part for part in parts if part.area > 1e-14])
    if draw(st.booleans()):
        found = found.difference(shapely.box(*(found.centroid.coords[0] * 2)).buffer(size / 9)) if found.area else found
        found = shapely.MultiPolygon([part for part in shapely.get_parts(found) if part.geom_type == "Polygon"])
    return found


@pytest.fixture
def drawn(connection):
    """A function that answers how an area is drawn on the tile with a place of it, and how ST_AsMVTGeom draws it."""

    def put(area, z):
        inside = area.representative_point()
        x, y = (int(one) for one in tile_of(inside.x, inside.y, z))
        with connection.begin_nested() as inner:
            connection.exec_driver_sql(
                f"INSERT INTO city.zone (code, name, kind, geom) VALUES ('X', 'x', 'blue', "
                f"ST_SetSRID(ST_GeomFromWKB(%s), {STORED_SRID}))",
                (area.wkb,),
            )
            tile = tile_within(connection, "zone", z, x, y)
            sure = connection.exec_driver_sql(
                "SELECT ST_AsMVT(f, 'zone', 4096, 'geom') FROM (SELECT ST_AsMVTGeom(geom_3857, "
                f"ST_TileEnvelope({z}, {x}, {y}), 4096, 64) AS geom FROM city.zone) AS f"
            ).scalar()
            inner.rollback()
        return tile["zone"], mapbox_vector_tile.decode(bytes(sure)).get("zone")

    return put


@given(awkward().filter(lambda area: not area.is_empty and area.is_valid), st.integers(0, 20))
@hypothesis_settings(max_examples=60)
def test_an_area_is_drawn_valid_and_where_it_is_at_every_zoom(drawn, area, z):
    tile, sure = drawn(area, z)
    (feature,) = tile["features"]
    found = shape(feature["geometry"])
    assert found.is_valid, shapely.is_valid_reason(found)
    assert found.area > 0
    # Half a pixel of simplifying, a quarter of the grid, and half a pixel's square or ribbon for what is narrower.
    pixel = tile["extent"] / 512
    inside = area.representative_point()
    x, y = (int(one) for one in tile_of(inside.x, inside.y, z))
    truth = shapely.transform(area, lambda places: (tiled(places, z) - (x, -y - 1)) * tile["extent"])
    assert shapely.distance(truth, shapely.points(shapely.get_coordinates(found))).max() <= pixel * 1.5
    if z > 14 and sure:
        assert found.equals(shape(sure["features"][0]["geometry"])) or found.area <= pixel**2


def tiled(places, z):
    """Places in degrees as columns of tiles, and rows counted upwards from the top."""
    return np.array([(x, -y) for x, y in (tile_of(lon, lat, z) for lon, lat in places)])


@pytest.mark.parametrize("z", [9, 12, 13, 14, 15, 18])
def test_each_area_is_named_once_on_all_tiles_of_a_zoom_also_on_their_edges(connection, insert, z):
    side = 40075016.685578488 / 2**z
    # Squares around crossings of the tiles' edges, and beside them, half a tile wide.
    column, row = (int(one) for one in tile_of(WEST, NORTH, z))
    for n, (across, down) in enumerate([(0, 0), (0, 0.5), (0.5, 0), (0.25, 0.25), (1, 1)]):
        x, y = (column + across) * side - 20037508.342789244, 20037508.342789244 - (row + down) * side
        connection.exec_driver_sql(
            "INSERT INTO city.zone (code, name, kind, geom) VALUES (%s, 'x', 'blue', ST_Multi(ST_Transform(ST_Expand("
            f"ST_SetSRID(ST_Point({x}, {y}), 3857), {side / 4}), {STORED_SRID})))",
            (f"Z{n}",),
        )
    tiles = [tile_within(connection, "zone", z, column + i, row + j) for i in range(-2, 4) for j in range(-2, 4)]
    named = [
        one["properties"]["code"] for tile in tiles if "zone_label" in tile for one in tile["zone_label"]["features"]
    ]
    assert sorted(named) == (["Z0", "Z1", "Z2", "Z3", "Z4"] if z >= 14 else [])
    assert {one["properties"]["code"] for tile in tiles if tile for one in tile["zone"]["features"]} == {
        "Z0", "Z1", "Z2", "Z3", "Z4"
    }  # fmt: skip


@pytest.mark.parametrize("z", [6, 7, 9, 10])
def test_of_parcels_below_a_pixel_as_many_are_drawn_as_their_area_comes_to(connection, z):
    connection.exec_driver_sql(
        f"""
        INSERT INTO city.landuse (id, code, class_code, geom)
        SELECT 1000000 + n, 'P' || n, '0101', ST_Multi(ST_Transform(ST_MakeEnvelope(
            {ORIGIN_E} + n %% 60 * 45, {ORIGIN_N} + n / 60 * 45,
            {ORIGIN_E} + n %% 60 * 45 + 40, {ORIGIN_N} + n / 60 * 45 + 40, city.metric_srid()), {STORED_SRID}))
        FROM generate_series(0, 3599) AS n
        """
    )
    truth = connection.exec_driver_sql("SELECT sum(ST_Area(geom_3857)) FROM city.landuse").scalar()
    unit = 40075016.685578488 / 2**z
    column, row = (int(one) for one in tile_of(*middle(connection), z))
    seen = {}
    for x in range(column - 1, column + 2):
        for y in range(row - 1, row + 2):
            layer = tile_within(connection, "landuse", z, x, y).get("landuse", {"features": [], "extent": 1})
            for one in layer["features"]:
                area = shape(one["geometry"]).area * (unit / layer["extent"]) ** 2
                seen[one["id"]] = max(area, seen.get(one["id"], 0))
    pixel = unit / 512
    # So many drawn of a chance each: three deviations of that.
    assert abs(sum(seen.values()) / truth - 1) < 3 * pixel / math.sqrt(truth)


def middle(connection):
    return connection.exec_driver_sql(
        "SELECT ST_X(c), ST_Y(c) FROM (SELECT ST_Centroid(ST_Extent(geom)::geometry) FROM city.landuse) AS m (c)"
    ).one()


@pytest.mark.parametrize("z", range(8, 17))
def test_a_narrow_area_and_a_short_line_do_not_vanish(connection, insert, z):
    ditch = [(0, 0), (6000, 0), (6000, 2), (0, 2), (0, 0)]
    insert("water", code="W", kind="river", wkt=metric_wkt(*ditch, kind="MULTIPOLYGON"))
    insert("road", code="R", **{"class": "primary"}, wkt=metric_wkt((0, 0), (700, 0)))
    x, y = (int(one) for one in tile_of(*connection.exec_driver_sql(
        "SELECT ST_X(ST_StartPoint(geom)), ST_Y(ST_StartPoint(geom)) FROM city.road").one(), z))  # fmt: skip
    for layer in ("water", "road"):
        assert tile_within(connection, layer, z, x, y)[layer]["features"], layer

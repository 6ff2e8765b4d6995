"""Beside GeoPandas' overlay: the same area of every class under 500 random outlines, and of a zone of real waters."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.landuse.area import areas_m2
from geo.landuse.city import CITY_EMPTY, Classes, Parcels, Zones
from geo.landuse.many import check_many
from geo.landuse.outline import outline_of
from layers.crs import METRIC_DEFAULT, STORED, WIRE, project
from seeds.drawing import stored
from seeds.lands import parcels
from seeds.scene import scene
from seeds.survey import survey
from tests.conftest import shared_data

OUTLINES = 500


@pytest.fixture(scope="module")
def land():
    """The sample's parcels: shapes in metres, classes."""
    drawn = scene()
    found = survey(drawn, parcels(drawn.level("village"), drawn.taken, drawn.wet, 1), 1)
    shapes = project(np.array(stored([each.shape for each in found]), dtype=object), STORED, METRIC_DEFAULT)
    return shapes, [each.class_code for each in found]


@pytest.fixture(scope="module")
def outlines(land):
    """Random outlines of 0.1 to 20 ha and 3 to 60 vertices over the sample, some with holes."""
    rng = np.random.default_rng(8)
    west, south, east, north = shapely.total_bounds(land[0])
    found = []
    for _ in range(OUTLINES):
        count, area_m2 = int(rng.integers(3, 60)), 10 ** rng.uniform(3, 5.3)
        turn = np.sort(rng.uniform(0, 2 * np.pi, count))
        ring = np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(0.5, 1.2, (count, 1)) * np.sqrt(area_m2 / 3)
        star = shapely.make_valid(shapely.Polygon(rng.uniform((west, south), (east, north)) + ring), method="structure")
        hole = shapely.buffer(shapely.centroid(star), np.sqrt(star.area) / 9) if rng.uniform() < 0.3 else None
        found.append(outline_of(star if hole is None else shapely.difference(star, hole), METRIC_DEFAULT))
    return found


def overlaid_m2(outlines, shapes, keys):
    """By outline and key, what GeoPandas' overlay shares out, measured on the ellipsoid."""
    left = gpd.GeoDataFrame({"outline": range(len(outlines))}, geometry=[each.shape for each in outlines])
    right = gpd.GeoDataFrame({"key": keys}, geometry=list(shapes))
    shared = gpd.overlay(left, right, how="intersection", keep_geom_type=True)
    shared["area_m2"] = areas_m2(np.array(shared.geometry), METRIC_DEFAULT)
    return shared.groupby(["outline", "key"])["area_m2"].sum().to_dict()


def assert_the_same(ours, theirs):
    assert len(theirs) > 50
    for key in ours.keys() | theirs.keys():
        assert ours.get(key, 0.0) == pytest.approx(theirs.get(key, 0.0), abs=0.1), key


def test_it_is_the_area_of_every_class_that_geopandas_gives(land, outlines):
    shapes, codes = land
    city = CITY_EMPTY._replace(
        parcels=Parcels.of(shapes, class_code=codes), classes=Classes({"sandiao": "三调"}, {}, {})
    )
    found = check_many(outlines, city, [], "build", METRIC_DEFAULT)
    ours = {
        (nth, row.code): row.area_m2 for nth, each in enumerate(found) for row in each.classes[0].rows
    }  # fmt: skip
    assert_the_same(ours, overlaid_m2(outlines, shapes, codes))


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["osm_huashan_water_polygons.geojson"])
def test_it_is_the_overlap_with_a_zone_of_real_waters_that_geopandas_gives(name, outlines):
    waters = np.array(shapely.get_parts(shapely.from_geojson(shared_data(name).read_text("utf-8"))), dtype=object)
    waters = shapely.make_valid(project(waters, WIRE, METRIC_DEFAULT), method="structure", keep_collapsed=False)
    waters = waters[shapely.area(waters) > 1]
    city = CITY_EMPTY._replace(zones=Zones.of(waters, ["blue"] * len(waters)), zone_kinds=frozenset(["blue"]))
    ours = {
        (nth, int(water)): area_m2
        for nth, each in enumerate(check_many(outlines, city, [], "build", METRIC_DEFAULT))
        for zone in each.zones
        if zone.kind == "blue"
        for water, area_m2 in zip(zone.pieces.feature, zone.pieces.area_m2, strict=True)
    }
    assert_the_same(ours, overlaid_m2(outlines, waters, range(len(waters))))

"""Where features lie: boxes, filters and answers in every system, across the date line, with the index."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from api.features.boxes import read_box
from api.features.conditions import condition
from api.features.systems import systems
from layers.crs import project
from layers.errors import BadInput
from tests.api.features.conftest import CRS84, EPSG

URIS = {
    "OGC:CRS84": CRS84,
    "EPSG:4490": f"{EPSG}4490",
    "EPSG:4326": f"{EPSG}4326",
    "EPSG:3857": f"{EPSG}3857",
    "EPSG:4547": f"{EPSG}4547",
}
NORTH_FIRST = {"EPSG:4490", "EPSG:4326", "EPSG:4547"}
SYSTEMS = systems("EPSG:4547")


def shape_of(feature):
    return shapely.from_geojson(json.dumps(feature["geometry"]))


def moved(shape, code):
    """A geometry in degrees as it should be told in a system, by the projection library."""
    found = project(np.array([shape]), "EPSG:4490", code)[0]
    return shapely.transform(found, lambda xy: xy[:, ::-1]) if code in NORTH_FIRST else found


@pytest.mark.parametrize("code", URIS)
def test_features_are_told_in_the_system_asked_for(asker, code):
    kept = asker.ask("road", limit=5).json()["features"]
    answer = asker.ask("road", limit=5, crs=URIS[code])
    assert answer.headers["content-crs"] == f"<{URIS[code]}>"
    for feature, before in zip(answer.json()["features"], kept, strict=True):
        assert shapely.equals_exact(shape_of(feature), moved(shape_of(before), code), tolerance=1e-3)


@pytest.mark.parametrize("code", URIS)
@given(st.tuples(st.floats(113, 115), st.floats(29, 31)), st.tuples(st.floats(1e-4, 1), st.floats(1e-4, 1)))
def test_a_box_is_read_in_its_own_system_and_order(code, corner, size):
    place = shapely.box(*corner, corner[0] + size[0], corner[1] + size[1])
    asked = moved(shapely.segmentize(place, 0.001), code)
    x0, y0, x1, y1 = asked.bounds
    read = read_box(f"{x0!r},{y0!r},{x1!r},{y1!r}", SYSTEMS.named(URIS[code], "bbox-crs"))
    assert read.buffer(1e-8).contains(place), "a box around it in any system holds it"
    if code != "EPSG:4547":
        assert np.allclose(read.bounds, place.bounds, rtol=0, atol=1e-9), "its sides lie along the degrees"


@pytest.mark.parametrize(
    ("box", "code"),
    [
        ("114.4015,30.49,114.4045,30.51", "OGC:CRS84"),
        ("30.49,114.4015,30.51,114.4045", "EPSG:4326"),
        ("30.49,114.4015,30.51,114.4045", "EPSG:4490"),
        ("12735120,3560000,12735450,3580000", "EPSG:3857"),
        ("3374000,538500,3377000,538800", "EPSG:4547"),
    ],
)
def test_a_box_selects_the_same_in_every_system(asker, box, code):
    assert asker.codes("road", bbox=box, bbox_crs=URIS[code]) == ["R002", "R003", "R004"]


def test_a_box_in_metres_is_straight_in_metres(asker):
    text = "3374000,538950,3377000,539500"  # northing first, as EPSG has it
    box = shapely.box(538950, 3374000, 539500, 3377000)
    places = {one["properties"]["code"]: shape_of(one) for one in asker.ask("road").json()["features"]}
    metric = {code: project(np.array([place]), "EPSG:4490", "EPSG:4547")[0] for code, place in places.items()}
    wanted = [code for code, place in metric.items() if place.intersects(box)]
    assert 3 < len(wanted) < 10
    assert asker.codes("road", bbox=text, bbox_crs=f"{EPSG}4547") == wanted


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ("114.40,30.49,114.405,30.51", 5),
        ("114.40,30.49,-10,114.405,30.51,1000", 5),
        ("114.4,-90,-114,90", 40),
        ("177,65,-177,70", 0),
        ("-180,85,180,90", 0),
        ("-180,-90,180,90", 40),
        ("114.402,30.5,114.402,30.5", 1),
        ("114.402,30.501,114.404,30.501", 3),
    ],
)
def test_boxes_across_the_date_line_at_the_poles_and_without_width(asker, box, found):
    answer = asker.ask("road", bbox=box).json()
    assert (answer["numberReturned"], answer["numberMatched"]) == (found, found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1e300,0,2e300,1", "EPSG:3857"),
        ("5,0,1,1", "EPSG:3857"),
        ("91,0,92,1", "EPSG:4326"),
        ("30,114,31,115", "OGC:CRS84"),
        ("538500,3374000,538800,3377000", "EPSG:4547"),
    ],
)
def test_a_box_outside_of_its_system_is_refused(text, code):
    with pytest.raises(BadInput):
        read_box(text, SYSTEMS.named(code, "bbox-crs"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-900,-400,900,400", "OGC:CRS84"),
        ("-1e9,-1e9,1e9,1e9", "EPSG:3857"),
        ("-1e308,-1e308,1e308,1e308", "EPSG:4547"),
        ("-5e7,-5e7,5e7,5e7", "EPSG:4547"),
    ],
)
def test_a_map_zoomed_far_out_shows_everything(asker, text, code):
    assert asker.ask("road", bbox=text, bbox_crs=URIS[code], limit=1).json()["numberMatched"] == 40


def test_box_and_spatial_filter_ask_the_index(asker):
    columns = {}
    made = condition("S_WITHIN(geom, BBOX(114.40,30.49,114.405,30.51))", columns)
    with asker.desk.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        plan = connection.exec_driver_sql(f"EXPLAIN SELECT id FROM city.road AS f WHERE {made.sql}", made.params)
        assert any("road_geom" in row[0] for row in plan)


def test_a_filter_and_a_box_and_a_value_hold_together(asker):
    found = asker.codes("road", bbox="114.40,30.49,114.42,30.51", filter="width_m > 3", provenance="synthetic")
    assert found == [f"R{n:03d}" for n in range(7, 21) if n % 4]


def test_what_went_out_in_degrees_comes_back_the_same(asker):
    kept = asker.desk.run("SELECT ST_AsBinary(ST_Collect(geom ORDER BY id)) FROM city.road")
    stored = shapely.get_coordinates(shapely.from_wkb(bytes(kept)))
    told = np.concatenate([shapely.get_coordinates(shape_of(one)) for one in asker.ask("road").json()["features"]])
    assert np.abs(told - stored).max() <= 5e-10

"""What is drawn is measured as what is stored, and nothing of it is kept."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer
from shapely.geometry import LineString, Polygon, mapping

GEOD = Geod(ellps="GRS80")
TO_METRES = Transformer.from_crs(4490, 4547, always_xy=True)
CORNER = [114.5, 30.5]
PLACE = st.tuples(st.floats(114.4, 114.6), st.floats(30.5, 30.65))


def measured(desk, geometry):
    answer = desk.client.post("/measure", json={"geometry": geometry})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_stored_area_sent_back_has_the_size_that_the_summary_gives(desk):
    [parcel] = desk.client.get("/layers/landuse").json()["features"]
    total = desk.client.get("/layers/landuse/summary").json()["total"]
    told = measured(desk, parcel["geometry"])
    assert told["area_m2"] == pytest.approx(total["area_m2"], rel=1e-8)
    assert told["area_mu"] == pytest.approx(told["area_m2"] * 3 / 2000)
    assert told["area_ha"] == pytest.approx(told["area_m2"] / 10_000)
    assert (told["metric_crs"], told["method"]) == ("EPSG:4547", {"length": "metric", "area": "ellipsoid"})


@given(st.lists(PLACE, min_size=2, max_size=8, unique=True))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_line_is_as_long_as_its_edges_in_the_metric_system(desk, places):
    told = measured(desk, mapping(LineString(places)))
    eastings, northings = TO_METRES.transform(*zip(*places, strict=True))
    metric = LineString(zip(eastings, northings, strict=True))
    assert told["length_m"] == pytest.approx(metric.length, abs=1e-3)
    assert sum(told["edges_m"]) == pytest.approx(told["length_m"])
    # Which is that of the ellipsoid, too, but for the zone's scale.
    assert told["length_m"] == pytest.approx(GEOD.line_length(*zip(*places, strict=True)), rel=2e-4, abs=1e-3)
    assert told["area_m2"] is None


@given(st.floats(114.4, 114.6), st.floats(30.5, 30.65), st.floats(1e-4, 0.05), st.floats(1e-4, 0.05))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_area_is_the_ellipsoids_whichever_way_round_it_is_drawn(desk, lon, lat, wide, high):
    corners = [(lon, lat), (lon + wide, lat), (lon + wide / 2, lat + high)]
    one, other = (measured(desk, mapping(Polygon(way))) for way in (corners, corners[::-1]))
    assert one["area_m2"] == pytest.approx(other["area_m2"])
    by_geodesics = abs(GEOD.geometry_area_perimeter(Polygon(corners))[0])
    assert one["area_m2"] == pytest.approx(by_geodesics, rel=1e-3, abs=0.5)
    assert len(one["edges_m"]) == 3 and sum(one["edges_m"]) == pytest.approx(one["length_m"])


@pytest.mark.parametrize(
    "geometry",
    [
        {},
        {"type": "Point", "coordinates": [114.5, 30.5]},
        {"type": "LineString", "coordinates": [[114.5, 30.5]]},
        {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
        {
            "type": "Polygon",
            "coordinates": [[[114.5, 30.5], [114.6, 30.6], [114.6, 30.5], [114.5, 30.6], [114.5, 30.5]]],
        },
        {"type": "Polygon", "coordinates": [[[114.5, 30.5], [114.6, 30.6], [114.6, 30.5]]]},
        {"type": "GeometryCollection", "geometries": []},
        {"type": "LineString", "coordinates": "x"},
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(desk, geometry):
    answer = desk.client.post("/measure", json={"geometry": geometry})
    assert 400 <= answer.status_code < 500 and answer.json()["detail"]


def test_of_very_many_edges_only_the_whole_is_told(desk):
    line = {"type": "LineString", "coordinates": [[114.5 + n / 1e5, 30.5 + (n % 2) / 1e5] for n in range(1500)]}
    told = measured(desk, line)
    assert told["edges_m"] is None and told["length_m"] > 2000


def test_an_edge_that_runs_to_and_fro_without_end_is_refused_before_it_costs_anything(desk):
    teeth = [[lon, 29 + n * 0.001] for n in range(2000) for lon in (115.4, 112.6 + 0.001 * (n % 2))]
    places = [
        [115.4 - 0.0001 * (n % 2), lat] if lon == 115.4 else [lon, lat + 0.0004] for n, (lon, lat) in enumerate(teeth)
    ]
    ring = [*places, [115.5, places[-1][1]], [115.5, 29], places[0]]
    answer = desk.client.post("/measure", json={"geometry": {"type": "Polygon", "coordinates": [ring]}})
    assert answer.status_code == 413 and "千米" in answer.json()["detail"], answer.text


def test_measuring_asks_for_a_token_where_reading_does(real_desk):
    line = {"geometry": {"type": "LineString", "coordinates": [[114.5, 30.5], [114.51, 30.5]]}}
    assert real_desk.client.post("/measure", json=line).status_code == 401
    assert real_desk.client.post("/measure", json=line, headers=real_desk.person("viewer")).status_code == 200

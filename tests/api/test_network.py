"""GET /network: what the layers hold is one network, by what the field reports, and nobody is told who walked."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from osmium import SimpleWriter
from osmium.osm.mutable import Node, Way

from api.network.held import Networks
from api.transfer.importing import Manner, import_source
from api.transfer.osm import Extract
from api.transfer.osm_table import osm_table_of
from api.transfer.read import Reading, read_source
from geo.network.city import ground
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED, transformer
from tests.api.conftest import desk_over, fill
from tests.databases import copy_of

EAST_M, NORTH_M = 548_000.0, 3_380_000.0
PATH = "INSERT INTO city.path (code, name, kind, geom) VALUES (%s, %s, %s, ST_GeomFromText(%s, 4490))"
ROAD = "INSERT INTO city.road (code, class, oneway, geom) VALUES (%s, 'minor', %s, ST_GeomFromText(%s, 4490))"
MARK = """
    INSERT INTO city.observation (code, family, kind, source, found_at, geom)
    VALUES (%s, 'facility', %s, 'patrol', now() - interval '1 hour', ST_GeomFromText(%s, 4490))
"""
PATROL = """
    WITH made AS (
        INSERT INTO city.patrol (code, mode, crew, device, started_at, ended_at)
        VALUES (%s, %s, '秘密组', '秘密手机', %s, %s) RETURNING patrol_id, started_at, ended_at
    )
    INSERT INTO city.leg (patrol_id, leg_no, started_at, ended_at, length_m, times_s, geom)
    SELECT patrol_id, 1, started_at, ended_at, 600, ARRAY(SELECT 60.0 * n FROM generate_series(1, %s) AS n),
           ST_GeomFromText(%s, 4490)
    FROM made
"""


def wkt(*places, kind="LINESTRING"):
    """A line, or a point, through places in metres from a corner of Huashan."""
    east, north = np.array(places, dtype=float).T
    lon, lat = transformer(METRIC_DEFAULT, STORED).transform(EAST_M + east, NORTH_M + north)
    return f"{kind} ({', '.join(f'{x:.9f} {y:.9f}' for x, y in zip(lon, lat, strict=True))})"


def walked(city, code, mode="foot", days_ago=3, *places):
    start = datetime.now(UTC) - timedelta(days=days_ago)
    city.run(PATROL, code, mode, start, start + timedelta(minutes=10), len(places), wkt(*places))


@pytest.fixture(scope="module")
def town(cluster, city_template):
    """A road and a path that crosses it, a lane that nearly reaches it, and a path that reaches nothing."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with desk_over(engine) as desk:
            desk.run(ROAD, "R", "forward", wkt((0, 0), (1000, 0)))
            desk.run(PATH, "P", "花山步道", "footway", wkt((500, -300), (500, 300)))
            desk.run(PATH, "L", None, "residential", wkt((200, 1.5), (200, 400)))
            desk.run(PATH, "I", "孤路", "path", wkt((800, 500), (800, 560)))
            desk.client.headers.update(desk.person("dispatcher"))
            yield desk


@pytest.fixture
def clean(town):
    yield town
    town.forget_patrols()
    town.run("DELETE FROM city.observation")


def told(city, query="", **headers):
    answer = city.client.get(f"/network{query}", **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_ways_are_one_network_and_what_stays_apart_is_told_by_name(town):
    found = told(town)
    assert (found["nodes"], found["edges"]) == (9, 7)
    assert found["modes"]["foot"] == {"length_m": 2060.0, "largest_share": 0.9709, "pieces": 2}
    assert found["modes"]["car"]["length_m"] == 1400.0
    (island,) = found["islands"]["listed"]
    assert (island["ways"], island["length_m"], found["islands"]["count"]) == (["孤路"], 60.0, 1)
    (snap,) = found["snapped"]["listed"]
    assert (snap["layer"], snap["code"], snap["moved_m"]) == ("path", "L", 1.5)
    assert datetime.fromisoformat(found["at"]).utcoffset() == timedelta(hours=8)


def test_as_geojson_it_is_drawn_where_it_lies(town):
    answer = town.client.get("/network?format=geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    assert [one["properties"]["what"] for one in features] == ["island", "snapped"]
    shapes = [shapely.from_geojson(json.dumps(one["geometry"])) for one in features]
    assert shapes[0].distance(shapely.from_wkt(wkt((800, 530), kind="POINT"))) < 1e-6
    assert shapes[1].distance(shapely.from_wkt(wkt((200, 1.5), kind="POINT"))) < 1e-6


def test_cannot_pass_closes_a_way_until_it_is_settled(clean):
    clean.run(MARK, "N1", "cannot_pass", wkt((500, 100), kind="POINT"))
    (closed,) = told(clean)["closed"]["listed"]
    assert (closed["code"], closed["name"], closed["length_m"]) == ("P", "花山步道", 20.0)
    assert told(clean)["islands"]["count"] == 2
    before = (datetime.now(UTC) - timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    assert told(clean, f"?at={before}")["closed"]["count"] == 0, "nobody had reported it yet"
    clean.run(
        "UPDATE city.observation SET state = 'settled', settled_at = now(), settled_by = '李四' WHERE code = 'N1'"
    )
    assert told(clean)["closed"]["count"] == 0


def test_past_walks_make_ways_and_tell_neither_who_nor_when(clean):
    walked(clean, "W1", "foot", 3, (200, 200), (350, 210), (500, 200))
    walked(clean, "W2", "bicycle", 3, (200, 100), (500, 100))
    walked(clean, "W3", "foot", 500, (200, 150), (500, 150))
    answer = clean.client.get("/network")
    found = answer.json()
    assert found["walks"] is True and found["walked_m"] == pytest.approx(300, abs=2), "not ridden, not years ago"
    told_all = answer.text + clean.client.get("/network?format=geojson").text
    assert not any(word in told_all for word in ("秘密组", "秘密手机", "W1"))


def test_a_walk_that_is_doubtful_makes_no_way(clean):
    walked(clean, "W1", "foot", 3, (200, 200), (500, 200))
    clean.run(
        "INSERT INTO city.flag (patrol_id, kind, from_at, to_at) "
        "SELECT patrol_id, 'replay', started_at, ended_at FROM city.patrol"
    )
    assert told(clean)["walked_m"] == 0


def test_walks_are_for_those_who_may_see_them(clean):
    walked(clean, "W1", "foot", 3, (200, 200), (500, 200))
    for role, walks in (("dispatcher", True), ("admin", True), ("analyst", False), ("patroller", False)):
        found = told(clean, headers=clean.person(role))
        assert (found["walks"], found["walked_m"] > 0) == (walks, walks), role
    assert clean.status("/network", clean.person("viewer")) == 403
    del clean.client.headers["Authorization"]
    assert clean.status("/network") == 401, "not while anything but the sample is there"
    clean.client.headers.update(clean.person("dispatcher"))


def test_one_network_is_made_for_all_who_ask_until_a_layer_changes(clean, monkeypatch):
    made = []
    real = ground.network_of
    monkeypatch.setattr(ground, "network_of", lambda one: made.append(1) or real(one))
    networks = Networks(most=2)
    with clean.engine.connect() as connection:
        first = networks.read(connection)
        assert networks.read(connection) is first and len(made) == 1
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        assert networks.read(connection, tomorrow) is first, "the same ways are valid then"
    clean.run(PATH, "N", None, "path", wkt((0, 300), (200, 300)))
    try:
        with clean.engine.connect() as connection:
            assert len(networks.read(connection).way) > len(first.way) and len(made) == 2
            networks.read(connection, legs=False)
            assert len(networks) == 2
    finally:
        clean.run("DELETE FROM city.path WHERE code = 'N'")


def test_a_way_leads_only_while_it_is_valid(clean):
    clean.run("UPDATE city.path SET valid_from = '2026-01-01', valid_to = '2026-06-01' WHERE code = 'I'")
    assert told(clean)["islands"]["count"] == 0
    assert told(clean, "?at=2026-03-01")["edges"] == 1, "and the others are newer"
    clean.run("UPDATE city.path SET valid_from = current_date, valid_to = NULL WHERE code = 'I'")


@pytest.mark.parametrize(("query", "why"), [("?at=gestern", "参数 at 的值"), ("?format=csv", "format"), ("?x=1", "x")])
def test_what_means_nothing_is_refused(town, query, why):
    answer = town.client.get(f"/network{query}")
    assert answer.status_code == 400 and why in answer.json()["detail"]


def test_paths_and_roads_of_an_extract_of_openstreetmap_are_one_network(connection, tmp_path):
    """A bridge with its level, a one-way street, a footway that shares a vertex, steps and a private drive."""
    corners = {
        1: (0, 0),
        2: (300, 0),
        3: (600, 0),
        4: (300, -200),
        5: (300, 200),
        6: (600, 300),
        7: (100, 100),
        8: (100, 0),
    }
    ways = [
        ([1, 8, 2, 3], {"highway": "tertiary", "oneway": "yes"}),
        ([4, 2, 5], {"highway": "secondary", "bridge": "yes", "layer": "1"}),
        ([3, 6], {"highway": "footway"}),
        ([6, 5], {"highway": "steps"}),
        ([8, 7], {"highway": "service", "access": "private"}),
    ]
    with SimpleWriter(str(tmp_path / "a.osm.pbf")) as writer:
        for number, place in corners.items():
            lon, lat = transformer(METRIC_DEFAULT, STORED).transform(EAST_M + place[0], NORTH_M + place[1])
            writer.add_node(Node(id=number, location=(lon, lat)))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, nodes=nodes, tags=tags))
    catalogue = read_catalogue()
    for layer, count in (("road", 2), ("path", 3)):
        wanted = Extract(osm_table_of(catalogue, catalogue[layer]), one_line=True)
        source = read_source(tmp_path / "a.osm.pbf", Reading(osm=wanted))
        assert import_source(connection, catalogue, catalogue[layer], source, Manner()).inserted == count
    network = Networks().read(connection)
    by_code = {code: int((network.code == code).sum()) for code in set(network.code)}
    assert by_code == {"way/1": 2, "way/2": 1, "way/3": 1, "way/4": 1, "way/5": 1}, "the bridge meets nothing below"
    assert np.isinf(network.time_s("foot")[:, network.code == "way/5"]).all(), "private"
    assert np.isinf(network.time_s("car")[1, network.code == "way/1"]).all(), "one way"
    assert np.isinf(network.time_s("bicycle")[:, network.code == "way/4"]).all(), "steps"

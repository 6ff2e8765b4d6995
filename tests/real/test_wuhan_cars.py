"""Cars of Wuhan on its main roads: what they saw within 25 m, against GEOS buffers of the same legs.

HUASHAN_TEST_CARS=1 takes all six hundred; else every third, for the buffers take longer than all else.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from api.database import Database, Operator
from api.patrols.accept import Intake, Outing
from api.patrols.batch import take_in
from api.sightings.targets import Targets, read_city
from api.tracks.read import Pace, read_tracks
from api.transfer.importing import Manner, import_source
from api.transfer.read import read_source
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED, project
from tests.api.conftest import desk_over
from tests.conftest import shared_data
from tests.real.buffers import capsules, seen_by_union_m, seen_m

REACH_M = 25.0
ROADS = ("osm_huashan_main_roads.geojson", "osm_wuhan_main_roads.geojson")
"""The first lies within the second, which adds the rest."""
NOW = datetime(2026, 6, 30, tzinfo=UTC)
PACE = Pace(datetime(2026, 6, 1, tzinfo=UTC), 10.0)
"""The tracks have no times: given ones, so that a step of more than 900 m is a gap."""
EVERY = int(os.environ.get("HUASHAN_TEST_CARS", "3"))

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture
def city(engine):
    """The main roads stored, and the cars taken in."""
    catalogue = read_catalogue()
    with engine.begin() as connection:
        for name in ROADS:
            import_source(connection, catalogue, catalogue["road"], read_source(shared_data(name)), Manner())
        zone = read_city(connection).zone
    file = read_tracks(shared_data("wuhan_car_tracks.geojson"), zone, PACE)
    intake = Intake(Targets(catalogue), (REACH_M,))
    assert (len(file.tracks), file.times_given) == (600, True)
    assert sum(len(track.time_s) for track in file.tracks) == 16635
    some = replace(file, tracks=file.tracks[::EVERY])
    taken = list(take_in(Database(engine), Operator("试"), [some], Outing(mode="car"), intake, now=NOW, dry_run=False))
    assert len(taken) == len(some.tracks)
    return engine


def metric(engine, statement):
    """Codes and geometries in metres."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(statement).all()
    degrees = shapely.from_wkb(np.array([bytes(row[1]) for row in rows], dtype=object))
    return [row[0] for row in rows], project(degrees, STORED, METRIC_DEFAULT)


def test_coverage_of_every_road_is_that_of_the_buffers(city):
    _, legs = metric(city, "SELECT patrol_id, ST_AsBinary(geom) FROM city.leg ORDER BY patrol_id, leg_no")
    codes, roads = metric(city, "SELECT code, ST_AsBinary(geom) FROM city.road_now ORDER BY code")
    with desk_over(city) as desk:
        answer = desk.client.get(f"/coverage/road?reach_m={REACH_M:g}", headers=desk.person("viewer"))
    told = {target["code"]: target for target in answer.json()["targets"]}
    found = np.array([told[code]["seen_m"] for code in codes])
    polygons = capsules(legs, REACH_M)
    expected, length_m = seen_m(roads, polygons), shapely.length(roads)
    allowed_m = np.maximum(length_m * 0.001, 0.1)
    print(f"\n{len(legs)} legs; {found.sum() / 1000:.3f} km seen, buffers say {expected.sum() / 1000:.3f} km,"
          f" of {length_m.sum() / 1000:.3f} km; worst {np.abs(found - expected).max() * 100:.1f} cm")  # fmt: skip
    assert len(codes) == 4237
    assert (np.abs(found - expected) <= allowed_m).all()
    assert found.sum() > 0.05 * length_m.sum() / EVERY
    for row in np.flatnonzero((expected > 0) & (expected < length_m * 0.99))[::40]:
        assert found[row] == pytest.approx(seen_by_union_m(roads[row], polygons), abs=allowed_m[row])

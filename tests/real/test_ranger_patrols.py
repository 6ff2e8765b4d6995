"""Dirty patrols of rangers in Kenya, in a city of another metric system: what they saw of a grid of lines."""

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from sqlalchemy import create_engine

from api.cluster.cluster import APP, OWNER
from api.database import Database, Operator
from api.patrols.accept import Intake, Outing
from api.patrols.batch import counted, take_in
from api.sightings.targets import Targets, read_city
from api.tracks.read import read_tracks
from layers.catalogue import read_catalogue
from layers.crs import STORED, STORED_SRID, Bounds, project
from layers.migrate import DeploymentFacts, migrate
from tests.api.conftest import desk_over
from tests.conftest import shared_data
from tests.real.buffers import capsules, seen_by_union_m, seen_m

UTM_36S = "EPSG:32736"
"""The fixes lie between 34.7° and 35.5° E, south of the equator."""
BOUNDS = Bounds(34.5, -2.0, 36.0, -1.0)
EXTENT = Bounds(34.75, -1.65, 35.41, -1.23)
LINES_EACH_WAY = 40
REACH_M = 50.0
NOW = datetime(2024, 2, 1, tzinfo=UTC)

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture
def reserve(cluster):
    """A database of a place in Kenya, migrated for it."""
    name = "test_reserve"
    cluster.drop_database(name)
    cluster.create_database(name, "template1")
    engine = create_engine(cluster.url(name, OWNER))
    migrate(engine, DeploymentFacts("Reserve", UTM_36S, BOUNDS, "Africa/Nairobi"), APP)
    yield engine
    engine.dispose()
    cluster.drop_database(name)


def lines():
    """A grid over the extent of the fixes, in degrees."""
    east = np.linspace(EXTENT.west, EXTENT.east, LINES_EACH_WAY)
    north = np.linspace(EXTENT.south, EXTENT.north, LINES_EACH_WAY)
    upright = [[(x, EXTENT.south), (x, EXTENT.north)] for x in east]
    level = [[(EXTENT.west, y), (EXTENT.east, y)] for y in north]
    return shapely.linestrings(upright + level)


@pytest.fixture
def taken(reserve):
    """What became of each patrol of the file, the lines stored first."""
    with reserve.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO city.road (code, geom) SELECT code, ST_GeomFromWKB(drawn, %(srid)s)"
            " FROM unnest(%(codes)s::text[], %(drawn)s::bytea[]) AS given(code, drawn)",
            {
                "codes": [f"L{n:03}" for n in range(2 * LINES_EACH_WAY)],
                "drawn": shapely.to_wkb(lines()).tolist(),
                "srid": STORED_SRID,
            },
        )
        zone = read_city(connection).zone
    file = read_tracks(shared_data("ranger_patrols.csv.gz"), zone)
    intake = Intake(Targets(read_catalogue()), (REACH_M,))
    return list(
        take_in(Database(reserve), Operator("ranger"), [file], Outing(mode="car"), intake, now=NOW, dry_run=False)
    )


def test_every_row_of_the_dirty_file_is_accounted_for(taken):
    left_out = counted(taken)
    print(f"\n{left_out}")
    assert len(taken) == 18
    assert sum(one.receipt.fixes_read for one in taken) == 32145
    assert sum(one.receipt.fixes_kept for one in taken) + sum(left_out.values()) == 32145
    assert left_out["repeated"] + left_out.get("conflict", 0) == 21998
    assert "outside" not in left_out


def test_coverage_of_every_line_is_that_of_the_buffers(reserve, taken):
    with reserve.connect() as connection:
        rows = connection.exec_driver_sql("SELECT ST_AsBinary(geom) FROM city.leg ORDER BY patrol_id, leg_no").all()
    legs = project(shapely.from_wkb(np.array([bytes(row[0]) for row in rows], dtype=object)), STORED, UTM_36S)
    metres = project(lines(), STORED, UTM_36S)
    with desk_over(reserve) as desk:  # the default reach is the one stored, whatever the settings say
        answer = desk.client.get("/coverage/road", headers=desk.person("viewer")).json()
    found = np.array([target["seen_m"] for target in answer["targets"]])
    polygons = capsules(legs, REACH_M)
    expected, length_m = seen_m(metres, polygons), shapely.length(metres)
    print(f"\n{len(legs)} legs; {found.sum() / 1000:.3f} km seen, buffers say {expected.sum() / 1000:.3f} km,"
          f" of {length_m.sum() / 1000:.3f} km; worst {np.abs(found - expected).max() * 100:.1f} cm")  # fmt: skip
    assert np.abs([target["length_m"] for target in answer["targets"]] - length_m).max() < 0.01
    assert (np.abs(found - expected) <= np.maximum(length_m * 0.001, 0.1)).all()
    assert found.sum() > 1000
    busiest = int(found.argmax())
    assert found[busiest] == pytest.approx(seen_by_union_m(metres[busiest], polygons), abs=0.1)

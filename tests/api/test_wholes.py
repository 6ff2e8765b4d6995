"""What patrols saw of areas and points: kept by visit, superseded, seen anew when areas, points or roads change."""

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from api.patrols.accept import Intake, Outing
from api.patrols.rework import Surroundings, rework
from api.sightings.reaches import store_reaches
from api.sightings.targets import Targets
from api.sightings.wholes_anew import resight_inside, resight_wholes, stored_wholes
from api.tracks.track import RawTrack
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED, STORED_SRID, transformer

EAST, NORTH = 545_000.0, 3_380_000.0
START_S = datetime(2026, 6, 1, 0, tzinfo=UTC).timestamp()
NOW = datetime(2026, 6, 30, tzinfo=UTC)
STATE = "SELECT xmin::text, ctid::text FROM city.whole_sighting ORDER BY 2"
ROWS = """
    SELECT * FROM city.whole_sighting
    WHERE known_to IS NULL AND bound = 'nominal' AND target_code = %s ORDER BY reach_m, first_at
"""


def drawn(wkt):
    """Metres from the corner as stored geometry."""
    return f"ST_Transform(ST_Translate(ST_GeomFromText('{wkt}', city.metric_srid()), {EAST}, {NORTH}), {STORED_SRID})"


def box(west, south, east, north):
    return f"MULTIPOLYGON ((({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south})))"


def put(connection, table, code, wkt, **fields):
    names, values = (
        ", ".join(["code", *fields, "geom"]),
        ", ".join([f"'{code}'", *map(repr, fields.values()), drawn(wkt)]),
    )
    connection.exec_driver_sql(f"INSERT INTO city.{table} ({names}) VALUES ({values})")


def along(*places, start_s=START_S, every_s=10.0, step_m=12.0, accuracy_m=4.0, device="手机-1"):
    """A walk through places, metres from the corner."""
    turns = np.array(places, dtype=float)
    far_m = np.append(0, np.cumsum(np.hypot(*np.diff(turns, axis=0).T)))
    at_m = np.append(np.arange(0, far_m[-1], step_m), far_m[-1])
    x, y = (np.interp(at_m, far_m, turns[:, axis]) for axis in (0, 1))
    lon, lat = transformer(METRIC_DEFAULT, STORED).transform(EAST + x, NORTH + y)
    return RawTrack(1, device, lon, lat, start_s + np.arange(len(x)) * every_s, np.full(len(x), accuracy_m))


@pytest.fixture
def city(connection):
    """A grid with a road through it, a plot beside, an outfall on the way; none of them seen."""
    put(connection, "road", "R", "LINESTRING (-500 0, 900 0)")
    put(connection, "grid", "420111080", box(-400, -300, 800, 300), level="street", name="街")
    put(connection, "farmland", "F", box(0, 10, 100, 60), state="survey")
    put(connection, "site", "P", "POINT (200 15)", kind="outfall", name="口")
    return connection


@pytest.fixture
def take(city):
    intake = Intake(Targets(read_catalogue()), (25.0,))

    def taken(track, code="A", **outing):
        intake.accept(city, track, Outing(code=code, **outing), now=NOW)

    return taken


def seen(connection, code):
    return [dict(row) for row in connection.exec_driver_sql(ROWS, (code,)).mappings()]


def test_a_walk_tells_of_each_how_near_how_long_and_how_much(take, city):
    take(along((-100, 0), (500, 0)))
    (grid,) = seen(city, "420111080")
    assert (grid["distance_m"], grid["share"], grid["seen"]) == (0, None, None)
    assert grid["dwell_s"] == pytest.approx(500, abs=0.1) and grid["inside_m"] == pytest.approx(600, abs=0.1)
    assert grid["road_share"] == pytest.approx((600 + 50) / 1200, abs=0.002)
    (plot,) = seen(city, "F")
    assert (plot["distance_m"], plot["dwell_s"]) == (pytest.approx(10, abs=0.01), 0)
    assert plot["share"] == pytest.approx(15 / 50, abs=plot["share_error"] + 1e-4) and plot["share_error"] < 1e-3
    part = shapely.from_wkb(bytes.fromhex(plot["seen"]))
    assert (part.geom_type, shapely.get_srid(part)) == ("MultiPolygon", STORED_SRID)
    (outfall,) = seen(city, "P")
    assert outfall["distance_m"] == pytest.approx(15, abs=0.01)
    assert outfall["dwell_s"] == pytest.approx(2 * 20 / 1.2, abs=0.1)
    assert outfall["share"] is None is outfall["road_share"]


def test_two_visits_are_two_rows_and_the_bounds_are_nested(take, city):
    take(along((-100, 0), (260, 0), (900, 40), (2000, 40), (900, 40), (260, 0), (-100, 0)))
    visits = seen(city, "P")
    assert len(visits) == 2 and visits[0]["last_at"] < visits[1]["first_at"]
    dwell = dict(
        city.exec_driver_sql(
            "SELECT bound, sum(dwell_s) FROM city.whole_sighting WHERE target_code = 'P' GROUP BY bound"
        ).all()
    )
    assert dwell["sure"] < dwell["nominal"] < dwell["possible"]


def test_working_out_again_changes_nothing(take, city):
    take(along((-100, 0), (500, 0)))
    before = city.exec_driver_sql(STATE).all()
    around = Surroundings.read(city, Targets(read_catalogue()))
    rework(city, city.exec_driver_sql("SELECT patrol_id FROM city.patrol").scalar(), around)
    assert city.exec_driver_sql(STATE).all() == before and before


def test_what_is_seen_anew_from_the_legs_is_what_was_seen(take, city):
    take(along((-100, 0), (500, 0)))
    catalogue = read_catalogue()
    for layer, code in (("farmland", "F"), ("site", "P"), ("grid", "420111080")):
        before = seen(city, code)
        assert resight_wholes(city, catalogue[layer], [code]) == 3
        again = seen(city, code)
        differing = {"whole_sighting_id"}
        assert [{k: v for k, v in row.items() if k not in differing} for row in again] == [
            {k: v for k, v in row.items() if k not in differing} for row in before
        ]


def test_a_plot_that_is_redrawn_is_seen_anew_and_one_that_goes_is_seen_no_more(take, city):
    take(along((-100, 0), (500, 0)))
    city.exec_driver_sql(f"UPDATE city.farmland SET geom = {drawn(box(0, -10, 100, 10))}")
    resight_wholes(city, read_catalogue()["farmland"], ["F"])
    (plot,) = seen(city, "F")
    assert plot["share"] == pytest.approx(1) and plot["dwell_s"] == pytest.approx(100 / 1.2, abs=0.1)
    city.exec_driver_sql("DELETE FROM city.farmland")
    resight_wholes(city, read_catalogue()["farmland"], ["F"])
    assert seen(city, "F") == []


def test_a_new_road_changes_what_was_seen_of_the_roads_of_a_grid(take, city):
    take(along((-100, 0), (500, 0)))
    put(city, "road", "S", "LINESTRING (-400 200, 800 200)")
    assert resight_inside(city, read_catalogue()["road"], ["S"]) == 3
    assert seen(city, "420111080")[0]["road_share"] == pytest.approx(650 / 2400, abs=0.002)


def test_what_a_patrol_saw_stays_once_its_legs_are_erased(take, city):
    take(along((-100, 0), (500, 0)))
    before = seen(city, "F")
    for table in ("fix", "leg"):
        city.exec_driver_sql(f"DELETE FROM city.{table}")
    resight_wholes(city, read_catalogue()["farmland"], ["F"])
    assert seen(city, "F") == before


def test_a_reach_or_a_layer_that_was_never_looked_at_is_made_complete(take, city):
    take(along((-100, 0), (500, 0)))
    assert stored_wholes(city) == {(layer, 25.0) for layer in ("grid", "project", "farmland", "site")}
    before = seen(city, "F")
    city.exec_driver_sql("DELETE FROM city.whole_stored WHERE layer = 'farmland'")
    city.exec_driver_sql("DELETE FROM city.whole_sighting WHERE layer = 'farmland'")
    store_reaches(city, [25.0, 40.0])
    assert len(stored_wholes(city)) == 8
    nominal = {row["reach_m"]: row for row in seen(city, "F")}
    assert nominal[25.0]["share"] == before[0]["share"]
    assert nominal[40.0]["share"] == pytest.approx(0.6, abs=1e-3)
    assert store_reaches(city, [25.0, 40.0]) == []
    assert len(seen(city, "F")) == 2


def test_late_fixes_supersede_what_they_change(take, city):
    from api.patrols.deposit import Home, deposit, lock_device
    from api.sightings.targets import read_city

    take(along((-100, 0), (150, 0)))
    assert seen(city, "P") == []
    number = city.exec_driver_sql("SELECT patrol_id FROM city.patrol").scalar()
    lock_device(city, "手机-1")
    late = along((150, 0), (400, 0), start_s=START_S + 220)
    deposit(city, Home(number, "A", "手机-1", "wgs84"), late, read_city(city), now=NOW)
    rework(city, number, Surroundings.read(city, Targets(read_catalogue())))
    assert len(seen(city, "P")) == 1 and len(seen(city, "420111080")) == 1
    assert seen(city, "420111080")[0]["inside_m"] == pytest.approx(500, abs=0.1)


def test_the_sample_has_seen_of_every_watched_layer(sample_engine):
    with sample_engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT layer, max(road_share), max(share) FROM city.whole_sighting GROUP BY layer"
        )
        told = {row[0]: tuple(row[1:]) for row in rows}
    assert set(told) == {"grid", "project", "farmland", "site"}
    assert told["grid"][0] > 0.9 and told["grid"][1] is None and 0 < told["farmland"][1] <= 1

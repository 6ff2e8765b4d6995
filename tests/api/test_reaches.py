"""Reaches: nothing is said of one before what every patrol saw at it has been worked out."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from api.cli.database import bring_up_to_date
from api.patrols.accept import Intake, Outing
from api.sightings.reaches import store_reaches, stored_reaches
from api.sightings.resight import resight
from api.sightings.targets import Targets
from layers.catalogue import read_catalogue
from tests.api.conftest import desk_over
from tests.api.test_coverage import EAST, NORTH, ROADS
from tests.api.test_patrol_intake import track

START = datetime(2026, 6, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=20)


def take(engine, reaches_m, device="手机-1", north=0):
    """One walk of 300 m along road A, 7 m off it, taken in by a deployment with these reaches."""
    given = track(*((20 * n, 30 * n, north) for n in range(11)), device=device)
    intake = Intake(Targets(read_catalogue()), reaches_m)
    with engine.begin() as connection:
        return intake.accept(connection, given, Outing(sha256=hashlib.sha256(device.encode()).hexdigest()), now=NOW)


@pytest.fixture
def city(engine):
    with engine.begin() as connection:
        connection.exec_driver_sql(ROADS)
    return engine


def seen_cm(engine, reach_m, bound="nominal"):
    with engine.connect() as connection:
        return connection.exec_driver_sql(
            "SELECT range_agg(span)::text FROM city.sighting"
            " WHERE reach_m = %(reach_m)s::real AND bound = %(bound)s AND known_to IS NULL",
            {"reach_m": reach_m, "bound": bound},
        ).scalar()


def stored(engine):
    with engine.connect() as connection:
        return stored_reaches(connection)


def test_the_first_patrol_makes_its_reaches_the_stored_ones(city):
    assert stored(city) == ()
    assert sum(seen.sightings for seen in take(city, (50.0, 25.0)).seen) > 0
    assert stored(city) == (25.0, 50.0)
    take(city, (100.0,), device="手机-2")
    assert stored(city) == (25.0, 50.0)
    assert seen_cm(city, 100) is None


def test_a_reach_that_is_added_is_worked_out_for_the_patrols_before(city, settings_of, capsys):
    take(city, (25.0,))
    take(city, (25.0,), device="手机-2")
    assert bring_up_to_date(city, settings_of(city, HUASHAN_REACHES="25,12.3")) == []
    assert stored(city) == (25.0, 12.3)
    assert "12.3 米补算 2 次巡查" in (said := capsys.readouterr().out) and "2 / 2" in said
    expected = [seen_cm(city, 12.3, bound) for bound in ("sure", "nominal", "possible")]
    with city.begin() as connection:
        resight(connection, "road", ["A", "B"])
    assert [seen_cm(city, 12.3, bound) for bound in ("sure", "nominal", "possible")] == expected
    assert expected[1] is not None and expected[1] != seen_cm(city, 25)
    assert bring_up_to_date(city, settings_of(city, HUASHAN_REACHES="25,12.3")) == []
    assert capsys.readouterr().out == ""


def test_a_reach_says_the_same_before_it_is_stored_and_after(city, settings_of):
    take(city, (25.0,))
    with desk_over(city, HUASHAN_REACHES="25,50") as desk:
        headers = desk.person("viewer")
        worked_out = desk.client.get("/coverage/road?reach_m=50", headers=headers).json()
        with city.begin() as connection:
            assert store_reaches(connection, (25.0, 50.0)) == [50.0]
        told = desk.client.get("/coverage/road?reach_m=50", headers=headers).json()
        assert told["targets"] == worked_out["targets"]
        assert told["seen_m"] > desk.client.get("/coverage/road", headers=headers).json()["seen_m"] > 0


def test_before_any_patrol_the_configured_reaches_are_as_good_as_stored(city):
    with desk_over(city, HUASHAN_REACHES="30,60") as desk:
        headers = desk.person("viewer")
        answers = [desk.client.get(f"/coverage/road?reach_m={reach}", headers=headers) for reach in (60, 25)]
        assert [answer.json()["seen_m"] for answer in answers] == [0, 0]
        assert desk.client.get("/coverage/road", headers=headers).json()["reach_m"] == 30


def test_what_was_last_seen_is_told_at_the_default_reach(city, settings_of):
    take(city, (50.0,), north=-33)

    def seen_m():
        with city.connect() as connection:
            return connection.exec_driver_sql(
                "SELECT sum(city.metric_length(geom)) FROM city.last_seen WHERE last_at IS NOT NULL"
            ).scalar()

    assert seen_m() > 300
    bring_up_to_date(city, settings_of(city, HUASHAN_REACHES="50,25"))
    assert seen_m() is None  # 40 m off the road, and 25 m is the default once it is stored


def test_a_piece_is_named_by_its_road_and_its_chainage(city):
    assert (EAST, NORTH) == (545_000.0, 3_380_000.0)
    take(city, (25.0,))
    with city.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM city.last_seen_now WHERE code = 'A' ORDER BY span").all()
    assert [row[0] for row in names] == ["A路 0+000–0+324", "A路 0+324–1+000"]

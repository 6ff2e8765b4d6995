"""Many tracks at once: the same as one by one, and gone on with where it was interrupted."""

from datetime import UTC, datetime

import pytest

import api.patrols.batch
from api.database import Database, Operator
from api.patrols.accept import Intake, Outing
from api.patrols.batch import take_in
from api.sightings.targets import Targets
from api.tracks.track import TrackFile
from layers.catalogue import read_catalogue
from tests.api.test_coverage import ROADS
from tests.api.test_patrol_intake import SHA, walk

NOW = datetime(2026, 6, 30, tzinfo=UTC)
STORED = """
    SELECT l.target_code, l.span::text, l.last_at, count(*) OVER ()
    FROM city.last_seen AS l ORDER BY l.target_code, l.span
"""


@pytest.fixture
def take(engine):
    """A function that starts to take in five walks, two of them by one device."""
    with engine.begin() as connection:
        connection.exec_driver_sql(ROADS)
    intake = Intake(Targets(read_catalogue()), (25.0,))
    tracks = [walk(60 * n, 60 * n + 90, number=n, start_s=7200 * n, device=f"手机-{n % 4}") for n in range(1, 6)]
    file = TrackFile("t.csv", SHA, tuple(tracks))
    return lambda: take_in(Database(engine), Operator("试"), [file], Outing(), intake, now=NOW, dry_run=False)


def read(engine):
    with engine.connect() as connection:
        sightings = connection.exec_driver_sql("SELECT count(*) FROM city.sighting").scalar()
        return sightings, connection.exec_driver_sql(STORED).all()


def test_an_import_that_was_interrupted_is_gone_on_with(engine, take, monkeypatch):
    monkeypatch.setattr(api.patrols.batch, "MOST_TRACKS", 2)
    begun = take()
    assert next(begun).receipt.status == "accepted"
    begun.close()
    sightings, pieces = read(engine)
    assert sightings and any(piece.last_at for piece in pieces)
    statuses = [one.receipt.status for one in take()]
    assert statuses == ["known", "known", "accepted", "accepted", "accepted"]
    one_by_one = read(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE city.patrol CASCADE")
    monkeypatch.setattr(api.patrols.batch, "MOST_TRACKS", 100)
    assert [one.receipt.status for one in take()] == ["accepted"] * 5
    assert read(engine) == one_by_one


def test_a_long_track_is_taken_in_by_itself(take, monkeypatch):
    groups = []
    accept_all = Intake.accept_all
    monkeypatch.setattr(api.patrols.batch, "MOST_FIXES", 8)
    monkeypatch.setattr(
        Intake,
        "accept_all",
        lambda self, connection, given, **more: (
            groups.append(len(given)) or accept_all(self, connection, given, **more)
        ),
    )
    assert len(list(take())) == 5
    assert groups == [2, 2, 1]


def test_a_track_that_lies_elsewhere_is_passed_over_and_the_others_are_taken_in(engine):
    there, elsewhere = walk(number=1), walk(number=2, device="手机-2")
    elsewhere.lon[:], elsewhere.lat[:] = 13.4, 52.5
    file = TrackFile("t.csv", SHA, (there, elsewhere))
    intake = Intake(Targets(read_catalogue()), (25.0,))
    taken = take_in(Database(engine), Operator("试"), [file], Outing(), intake, now=NOW, dry_run=False)
    assert [one.receipt.status for one in taken] == ["accepted", "outside"]
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT array_agg(DISTINCT device) FROM city.fix").scalar() == [there.device]

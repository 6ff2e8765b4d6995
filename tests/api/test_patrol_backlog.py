"""What is worked out of stored fixes afterwards: by whoever is free, once each, the same however they came."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.patrols.accept import Intake, Outing
from api.patrols.backlog import Worker, read_lag
from api.patrols.rework import Surroundings, rework
from api.sightings.resight import resight
from api.sightings.targets import Targets
from layers.catalogue import read_catalogue
from tests.api.conftest import ROAD, desk_over, drained, until
from tests.api.test_patrol_fixes import fixes, known, opened, send, told
from tests.api.test_patrol_intake import NOW, SHA, counts, walk


def test_what_an_earlier_server_acknowledged_and_never_worked_out_is_caught_up_with(engine):
    with desk_over(engine) as city:
        city.run(ROAD)
        city.client.app.state.backlog.stop()
        code = opened(city)
        assert send(city, code, fixes()).status_code == 201
        behind = city.client.get("/patrols/lag").json()
        assert (behind["pending_patrols"], behind["pending_fixes"]) == (1, 12) and behind["oldest_s"] >= 0
        assert told(city, code)["sightings"] == {
            "up_to": None, "worked_at": None, "pending_fixes": 12,
            "oldest_s": pytest.approx(behind["oldest_s"], abs=60),
        }  # fmt: skip
    with desk_over(engine) as city:
        drained(city)
        assert told(city, code)["fixes_kept"] == 12 and known(city)


def test_a_patrol_that_cannot_be_worked_out_is_put_off_and_holds_up_no_other(city, monkeypatch):
    from api.patrols import accept

    worker = city.client.app.state.backlog
    worker.stop()
    bad, good = opened(city), opened(city, device="手机-2")
    whole = accept.rework
    number = city.run("SELECT patrol_id FROM city.patrol WHERE code = %s", bad)

    def broken(connection, patrol_id, *rest, **more):
        if patrol_id == number:
            raise ZeroDivisionError("broken")
        return whole(connection, patrol_id, *rest, **more)

    monkeypatch.setattr(accept, "rework", broken)
    send(city, bad, fixes())
    send(city, good, fixes())
    worker.start()
    until(lambda: city.client.get("/patrols/lag").json()["failing_patrols"] == 1 and told(city, good)["fixes_kept"])
    assert city.run("SELECT fault FROM city.patrol_backlog") == "ZeroDivisionError: broken"
    monkeypatch.undo()
    until(lambda: told(city, bad)["fixes_kept"] == 12, 10)


def test_two_workers_share_the_work_and_do_it_once(city):
    state = city.client.app.state
    state.backlog.stop()
    for n in range(6):
        send(city, opened(city, device=f"手机-{n}"), fixes(n, 6))
    workers = [Worker(state.gate.database, state.intake.targets, (25.0,)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Worker.work_all, workers))
    assert city.run("SELECT count(*) FROM city.patrol_backlog") == 0
    assert city.run("SELECT count(DISTINCT patrol_id) FROM city.sighting WHERE known_to IS NULL") == 6
    assert city.run("SELECT count(*) FROM city.sighting WHERE known_to IS NOT NULL") == 0
    state.backlog.start()


def test_working_a_patrol_out_again_changes_nothing(connection):
    intake = Intake(Targets(read_catalogue()), (25.0,))
    connection.exec_driver_sql(ROAD.replace("114.5 30.56, 114.51 30.56", "114.46 30.54, 114.48 30.54"))
    connection.exec_driver_sql("INSERT INTO city.device (code, accuracy_m) VALUES ('手机-1', 3.3)")
    given = walk(accuracy_m=4.7)
    given.accuracy_m[3], given.lat[:] = np.nan, 30.5401
    intake.accept(connection, given, Outing(sha256=SHA), now=NOW)
    assert resight(connection, "road", ["R1"])
    around = Surroundings.read(connection, intake.targets)
    number = connection.exec_driver_sql("SELECT patrol_id FROM city.patrol").scalar()
    before = counts(connection), connection.exec_driver_sql("SELECT xmin, ctid FROM city.leg").all()
    again = rework(connection, number, around)
    assert again.changed == {}
    assert (counts(connection), connection.exec_driver_sql("SELECT xmin, ctid FROM city.leg").all()) == before
    assert read_lag(connection).patrols == 0


@settings(max_examples=30)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.data())
def test_however_a_walk_is_cut_into_batches_the_account_is_that_of_the_whole(connection, seconds, data):
    """Each fix is stored once and the patrol is what its distinct fixes make it, in whatever order they come."""
    from api.patrols.deposit import Home, deposit, lock_device
    from api.sightings.targets import read_city
    from tests.api.test_patrol_intake import track

    cuts = data.draw(st.lists(st.integers(0, len(seconds)), max_size=4))
    edges = sorted({0, len(seconds), *cuts})
    with connection.begin_nested() as attempt:
        city = read_city(connection)
        around = Surroundings.read(connection, Targets(read_catalogue()))
        number = connection.exec_driver_sql(
            "INSERT INTO city.patrol (code, mode, device) VALUES ('H', 'foot', 'd') RETURNING patrol_id"
        ).scalar()
        lock_device(connection, "d")
        stored = 0
        for start, stop in pairwise(edges):
            batch = track(*((at, at, 0) for at in seconds[start:stop]))
            stored += deposit(connection, Home(number, "H", "d", "wgs84"), batch, city, now=NOW).stored
        assert stored == len(set(seconds)) == connection.exec_driver_sql("SELECT count(*) FROM city.fix").scalar()
        worked = rework(connection, number, around)
        assert (worked.fixes_kept, worked.legs) == (len(set(seconds)), 1)
        assert worked.length_m == pytest.approx(max(seconds) - min(seconds), abs=0.01)
        attempt.rollback()

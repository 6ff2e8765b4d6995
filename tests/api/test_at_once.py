"""What comes at once with something that changes what it was read from waits, and is judged by what is then there."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from api.patrols.erase import erase
from api.sightings.resight import resight
from layers import query
from tests.api.conftest import ROAD, drained, until
from tests.api.test_corrections import put_right, told
from tests.api.test_patrol_fixes import fixes, opened
from tests.api.test_patrol_fixes import send as send_fixes
from tests.api.test_patrols import body, send
from tests.api.test_track import CREW, location, token

# Of this database alone: others of the cluster are copies, and their tables have the same numbers.
HERE = "pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
WAITING = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND {HERE}"


def test_patrols_can_be_forgotten_while_one_is_worked_out(city):
    worker = city.client.app.state.backlog
    worker.stop()
    try:
        send_fixes(city, opened(city), fixes())
        with ThreadPoolExecutor(1) as pool:
            with city.engine.begin() as connection:
                assert query.value(connection, "patrol/backlog_next")
                forgotten = pool.submit(city.forget_patrols)
                until(lambda: city.run(WAITING))
                assert connection.exec_driver_sql("SELECT count(*) FROM city.patrol").scalar() == 1
            forgotten.result()
        assert city.run("SELECT count(*) FROM city.patrol") == 0
    finally:
        worker.start()


def at_once(city, first, *asked):
    """What comes of requests that all wait, in this order, until something else is done in a transaction."""
    with ThreadPoolExecutor(len(asked)) as pool:
        with city.engine.begin() as connection:
            first(connection)
            answers = []
            for waiting, request in enumerate(asked, 1):
                answers.append(pool.submit(request))
                until(lambda waiting=waiting: city.run(WAITING) >= waiting)
        return [answer.result() for answer in answers]


def test_of_two_corrections_at_once_neither_takes_the_other_back(city):
    code = send(city, body()).json()["code"]
    drained(city)
    done = at_once(
        city,
        lambda connection: query.execute(connection, "patrol/intake_lock", None, device="手机-1"),
        lambda: put_right(city, code, mode="bicycle").json(),
        lambda: put_right(city, code, crew="乙组").json(),
    )
    assert [list(one["changes"]) for one in done] == [["mode"], ["crew"]]
    now = told(city, code)
    assert (now["mode"], now["crew"]) == ("bicycle", "乙组")


def test_what_is_said_of_a_patrol_while_it_is_erased_comes_too_late(city):
    code = send(city, body()).json()["code"]
    drained(city)
    headers = city.person("dispatcher")
    more = [["2026-06-01T09:00:00Z", 114.5, 30.56]]
    done = at_once(
        city,
        lambda connection: erase(connection, datetime.now(UTC)),
        lambda: put_right(city, code, mode="bicycle"),
        lambda: city.client.post(f"/patrols/{code}/fixes", json=more, headers=headers),
        lambda: city.client.post(f"/patrols/{code}/end", json={"report": "好"}, headers=headers),
    )
    assert [(answer.status_code, "已于" in answer.json()["detail"]) for answer in done] == [(409, True)] * 3
    assert city.run("SELECT count(*) FROM city.fix") == 0


def test_a_patrol_that_waits_while_a_line_is_made_sees_it(city):
    def made(connection):
        connection.exec_driver_sql(ROAD.replace("R1", "R2"))
        resight(connection, "road", ["R2"])

    (answer,) = at_once(city, made, lambda: send(city, body()))
    assert answer.status_code == 201
    drained(city)
    assert city.run("SELECT count(DISTINCT target_code) FROM city.sighting WHERE known_to IS NULL") == 2


def test_fixes_for_an_outing_that_becomes_part_of_another_meanwhile_are_stored_for_that(city):
    first, second = opened(city), opened(city)
    numbers = dict(city.run("SELECT jsonb_object_agg(code, patrol_id) FROM city.patrol"))

    def joined(connection):
        query.execute(connection, "patrol/intake_lock", None, device="手机-1")
        both = {"patrol_id": numbers[second], "into_id": numbers[first]}
        query.execute(connection, "patrol/superseded_joined", None, **both)

    path, fixes = f"/patrols/{second}/fixes", body()["fixes"]
    (answer,) = at_once(city, joined, lambda: city.client.post(path, json=fixes, headers=city.person("dispatcher")))
    assert (answer.status_code, answer.json()["code"]) == (201, first)
    assert city.run("SELECT min(patrol_id) = max(patrol_id) FROM city.fix")
    assert city.run("SELECT min(patrol_id) FROM city.fix") == numbers[first]


WROTE = f"""
SELECT count(*) FROM pg_locks
WHERE relation = 'city.patrol'::regclass AND mode = 'RowExclusiveLock' AND {HERE}
"""


def test_who_waits_for_a_new_month_has_written_no_patrol_that_another_waits_for(city):
    city.run(CREW)
    to_phone, row = f"/track/{token(city)}", location(1_740_000_000)
    whole = {"device": "月", "fixes": [["2025-01-01T08:00:00Z", 114.5, 30.56]]}
    for request in (
        lambda: city.client.post(to_phone, json=row),
        lambda: city.client.post("/patrols", json=whole, headers=city.person("dispatcher")),
    ):
        with ThreadPoolExecutor(1) as pool, city.engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE city.patrol IN ROW EXCLUSIVE MODE")  # as whoever has written one
            answer = pool.submit(request)
            until(lambda: city.run(WAITING) >= 1)
            wrote = city.run(WROTE)
            connection.rollback()
        assert answer.result().status_code in (200, 201) and wrote == 1
        drained(city)


def test_a_new_month_is_made_once_for_all_who_need_it_at_once(city):
    def sent(number):
        fixes = [["2025-03-01T08:00:00Z", 114.5, 30.56]]
        return send(city, {"device": f"机{number}", "fixes": fixes}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(sent, range(6))) == [201] * 6

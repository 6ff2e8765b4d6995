"""What an analyst is told of patrols: the month's names, and legs clipped to hours of duty and to the street."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.patrols.erase import erase
from layers.crs import STORED_SRID
from tests.api.conftest import REAL, until

ZONE = ZoneInfo("Asia/Shanghai")
ROAD = f"""
    INSERT INTO city.road (code, name, geom)
    VALUES ('R1', '沿湖路', ST_GeomFromText('LINESTRING (114.5 30.56, 114.56 30.56)', {STORED_SRID}))
"""
CREWS = """
    INSERT INTO city.post (code, name, kind, valid_from) VALUES ('P-1', '夜岗', 'grid_keeper', '2026-01-01');
    INSERT INTO city.crew (code, name, post_code, hours_from, hours_to, members)
    VALUES ('日组', '日', NULL, '08:00', '18:00', '张三'), ('夜组', '夜', 'P-1', NULL, NULL, '王五'),
           ('甲组', '甲', NULL, NULL, NULL, '李四'), ('通宵组', '宵', NULL, '20:00', '04:00', NULL);
    INSERT INTO city.duty (code, post_code, layer, targets, interval_days, hours, citation, valid_from)
    VALUES ('D-1', 'P-1', 'road', 'all', 7, '{22:00-06:00}', '某办法第一条', '2026-01-01');
"""
EAST_EDGE = 114.55
"""Of the street in tests/api/conftest.py, in degrees."""
STEP_S, STEP_DEG = 20, 0.0003


@pytest.fixture(scope="module")
def real_city(desk):
    for statement in (REAL, ROAD, CREWS):
        desk.run(statement.replace("%", "%%"))
    until(lambda: desk.status("/patrols") == 401)
    return desk


@pytest.fixture
def city(real_city):
    """A city with crews, a night duty, and no patrols yet."""
    yield real_city
    real_city.forget_patrols()
    real_city.run("TRUNCATE city.pseudonym CASCADE")


def walk(city, start, *, lon=114.5, steps=12, back=0, **told):
    """Hand in a walk to the east from a local time, and some steps back; its code."""
    began = datetime.fromisoformat(start).replace(tzinfo=ZONE)
    places = [lon + n * STEP_DEG for n in (*range(steps), *range(steps - 2, steps - 2 - back, -1))]
    fixes = [[(began + timedelta(seconds=STEP_S * n)).isoformat(), x, 30.56, 5] for n, x in enumerate(places)]
    sent = {"device": "手机-1", "mode": "foot", "fixes": fixes, **told}
    answer = city.client.post("/patrols", json=sent, headers=city.person("dispatcher"))
    assert answer.status_code == 201, answer.text
    return answer.json()["code"]


def get(city, path, *roles):
    answer = city.client.get(path, headers=city.person(*(roles or ("analyst",))))
    assert answer.status_code == 200, answer.text
    return answer.json()


def legs(told):
    return [
        ([time_s for time_s in leg["properties"]["times_s"]], leg["geometry"]["coordinates"])
        for leg in told["legs"]["features"]
    ]


def local(unix_s):
    return f"{datetime.fromtimestamp(unix_s, ZONE):%d %H:%M:%S}"


def test_each_role_sees_of_one_patrol_what_it_may(city):
    code = walk(city, "2026-06-01T07:58", crew="日组", report="一切正常")
    path = f"/patrols/{code}"
    assert (city.status(path), city.status(path, city.person("viewer"))) == (401, 403)
    full = get(city, path, "dispatcher")
    assert (full["crew"], full["device"], full["report"]) == ("日组", "手机-1", "一切正常")
    assert full == get(city, path, "patroller") == get(city, path, "admin")
    ((times, places),) = legs(full)
    told = get(city, path)
    ((shown_s, shown_at),) = legs(told)
    assert (len(times), len(shown_s), local(shown_s[0])) == (12, 6, "01 08:00:00")
    assert (shown_s, shown_at) == (times[6:], places[6:])
    assert (told["started_at"], told["ended_at"]) == ("2026-06-01T08:00:00+08:00", full["ended_at"])
    assert told["length_m"] == pytest.approx(full["length_m"] * 5 / 11, abs=0.01)
    assert told["code"] == code
    text = json.dumps(told, ensure_ascii=False)
    assert not any(word in text for word in ("日组", "手机-1", "张三", "一切正常", "made_at", "07:58"))
    (listed,) = get(city, "/patrols")["patrols"]
    assert {name: told[name] for name in listed} == listed
    assert "length_m" not in listed


def test_a_fix_is_made_where_hours_cut_between_two(city):
    code = walk(city, "2026-06-01T07:59:50", crew="日组")
    (shown_s, at), *_ = legs(get(city, f"/patrols/{code}"))
    assert (local(shown_s[0]), at[0][0]) == ("01 08:00:00", pytest.approx(114.5 + STEP_DEG / 2, abs=2e-7))
    assert shown_s[1] - shown_s[0] == pytest.approx(10)


def test_who_leaves_the_street_and_comes_back_is_two_pieces_without_a_bridge(city):
    code = walk(city, "2026-06-01T10:00", lon=114.549, steps=8, back=7)
    (whole_s, _), *_ = legs(get(city, f"/patrols/{code}", "dispatcher"))
    (out_s, out), (home_s, home) = legs(get(city, f"/patrols/{code}"))
    crossed_s = whole_s[0] + (EAST_EDGE - 114.549) / STEP_DEG * STEP_S
    assert (out[-1][0], home[0][0]) == (pytest.approx(EAST_EDGE, abs=1e-6), pytest.approx(EAST_EDGE, abs=1e-6))
    assert out_s[-1] == pytest.approx(crossed_s, abs=0.1)
    assert home_s[0] == pytest.approx(whole_s[-1] - (crossed_s - whole_s[0]), abs=0.1)
    assert max(x for x, _ in out + home) < EAST_EDGE + 1e-6


def test_without_a_street_that_day_no_place_is_shown(own_desk):
    own_desk.run(REAL)
    until(lambda: own_desk.status("/patrols") == 401)
    code = walk(own_desk, "2026-06-01T10:00")
    assert len(legs(get(own_desk, f"/patrols/{code}"))) == 1
    own_desk.run("DELETE FROM city.grid")
    told = get(own_desk, f"/patrols/{code}")
    assert (told["legs"]["features"], told["length_m"]) == ([], 0)


def test_a_patrol_before_the_street_was_surveyed_is_clipped_to_the_first_survey(city):
    code = walk(city, "2025-06-01T10:00", lon=114.549, steps=8)
    ((_, places),) = legs(get(city, f"/patrols/{code}"))
    assert places[-1][0] == pytest.approx(EAST_EDGE, abs=1e-6)


@pytest.mark.parametrize(
    ("start", "crew", "first", "last"),
    [
        ("2026-06-01T21:58", "夜组", "01 22:00:00", "01 22:01:40"),
        ("2026-06-01T23:58", "夜组", "01 23:58:00", "02 00:01:40"),
        ("2026-06-02T05:58", "夜组", "02 05:58:00", "02 06:00:00"),
        ("2026-06-01T23:58", "通宵组", "01 23:58:00", "02 00:01:40"),
        ("2026-06-02T03:58", "通宵组", "02 03:58:00", "02 04:00:00"),
        ("2026-06-01T23:58", "甲组", "01 23:58:00", "02 00:01:40"),
    ],
)
def test_hours_across_midnight_are_of_the_day_they_open_on(city, start, crew, first, last):
    code = walk(city, start, crew=crew)
    ((shown_s, _),) = legs(get(city, f"/patrols/{code}"))
    assert (local(shown_s[0]), local(shown_s[-1])) == (first, last)


@pytest.mark.parametrize(("crew", "start"), [("日组", "2026-06-01T20:00"), ("夜组", "2026-06-01T12:00")])
def test_off_duty_nothing_is_shown_but_that_there_was_a_patrol(city, crew, start):
    code = walk(city, start, crew=crew)
    told = get(city, f"/patrols/{code}")
    assert (told["started_at"], told["ended_at"], told["legs"]["features"], told["length_m"]) == (None, None, [], 0)
    assert told["sightings"]["up_to"] is None
    assert get(city, "/patrols")["patrols"][0]["started_at"] is None


def test_a_duty_that_ended_before_gives_no_hours(city):
    city.run("UPDATE city.duty SET valid_to = '2026-05-01'")
    code = walk(city, "2026-06-01T12:00", crew="夜组")
    assert len(legs(get(city, f"/patrols/{code}"))) == 1
    city.run("UPDATE city.duty SET valid_to = NULL")


def test_names_are_the_same_within_a_local_month_and_others_in_the_next(city):
    for start in ("2026-05-31T10:00", "2026-05-31T23:58", "2026-06-01T00:10", "2026-06-30T10:00"):
        walk(city, start, crew="甲组")
    walk(city, "2026-06-30T12:00", crew="日组", device="手机-2")
    july = walk(city, "2026-07-01T09:00", crew="甲组")
    told = get(city, "/patrols?from=2026-05-01&to=2026-07-01")["patrols"]
    assert len(told) == 5
    for kind in ("crew", "device"):
        by_day = {}
        for row in told:
            by_day.setdefault(row["started_at"][:10], []).append(row[kind])
        (may,), (first,) = (set(by_day[day]) for day in ("2026-05-31", "2026-06-01"))
        assert set(by_day["2026-06-30"]) > {first}
        assert len({may, *by_day["2026-06-30"], get(city, f"/patrols/{july}")[kind]}) == 4
    assert told == get(city, "/patrols?from=2026-05-01&to=2026-07-01")["patrols"]
    assert city.run("SELECT count(*) FROM city.pseudonym") == 8


def test_a_name_is_random_and_so_another_after_it_was_forgotten(city):
    code = walk(city, "2026-06-01T10:00", crew="甲组")
    first = get(city, f"/patrols/{code}")["crew"]
    city.run("DELETE FROM city.pseudonym")
    assert get(city, f"/patrols/{code}")["crew"] != first


def test_no_parameter_confirms_a_guess(city):
    code = walk(city, "2026-06-01T10:00", crew="甲组", code="甲组-001")
    walk(city, "2026-06-01T12:00", crew="日组", device="手机-2")
    every = get(city, "/patrols")
    number = city.run("SELECT patrol_id FROM city.patrol WHERE code = %s", code)
    assert sorted(row["code"] == f"patrol-{number}" for row in every["patrols"]) == [False, True]
    for guess in ("crew=甲组", "device=手机-1", "crew=nobody", "post=P-1", "code=甲组-001"):
        assert city.status(f"/patrols?{guess}", city.person("analyst")) == 400
    refused = [
        city.client.get(f"/patrols/{guess}", headers=city.person("analyst"))
        for guess in (code, "甲组-002", "patrol-999999999", "patrol-0", "20260601-0000000000-1", "patrol-" + "9" * 18)
    ]
    assert {answer.status_code for answer in refused} == {404}
    assert get(city, f"/patrols/patrol-{number}")["crew"].startswith("crew-")
    assert get(city, f"/patrols/{code}", "dispatcher")["crew"] == "甲组"


def test_periods_take_whole_days_so_that_no_start_can_be_asked_out(city):
    walk(city, "2026-06-01T07:58", crew="日组")
    exact = "/patrols?from=2026-06-01T09:00:00%2B08:00&to=2026-06-01T10:00:00%2B08:00"
    assert len(get(city, exact)["patrols"]) == 1
    assert get(city, exact, "dispatcher")["patrols"] == []
    assert get(city, "/patrols?from=2026-06-02")["patrols"] == get(city, "/patrols?to=2026-06-01")["patrols"] == []


def erased(city, before):
    with city.engine.begin() as connection:
        return erase(connection, before)


def test_names_go_with_the_months_tracks_and_none_is_made_for_who_is_gone(city):
    walk(city, "2026-05-10T10:00", crew="甲组")
    walk(city, "2026-06-01T10:00", crew="甲组")
    walk(city, "2026-06-20T10:00", crew="日组")
    before = {row["code"]: row["crew"] for row in get(city, "/patrols")["patrols"]}
    assert len(set(before.values())) == 3
    erased(city, datetime(2026, 6, 10, tzinfo=UTC))
    left = "SELECT string_agg(month || kind || code, ',' ORDER BY month, kind) FROM city.pseudonym"
    for _ in range(2):
        assert city.run(left) == "2026-06-01crew日组,2026-06-01device手机-1"
        told = {row["code"]: row["crew"] for row in get(city, "/patrols")["patrols"]}
        assert {code: name for code, name in told.items() if name}.items() <= before.items()
        assert sorted(name is None for name in told.values()) == [False, True, True]
    erased(city, datetime(2026, 7, 1, tzinfo=UTC))
    get(city, "/patrols")
    assert city.run("SELECT count(*) FROM city.pseudonym") == 0


def test_who_asks_while_tracks_are_erased_makes_no_name_for_them(city):
    walk(city, "2026-06-01T10:00", crew="甲组")
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'city.pseudonym'::regclass"
        " AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
    )
    with ThreadPoolExecutor(1) as pool:
        with city.engine.begin() as connection:
            erase(connection, datetime(2026, 6, 10, tzinfo=UTC))
            asked = pool.submit(get, city, "/patrols")
            until(lambda: city.run(waiting) == 1)
        assert [row["crew"] for row in asked.result()["patrols"]] == [None]
    assert city.run("SELECT count(*) FROM city.pseudonym") == 0

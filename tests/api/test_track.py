"""Phones with free apps: each app's own form, gathered into outings, by tokens that can do nothing else."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.access.guesses import GUESSES_PER_MINUTE
from api.crews.door import Door
from api.patrols.gather import Held, gather
from api.tracks.phones import sent
from geo.tracks.datum import wgs84_to_gcj02
from layers.errors import BadInput
from tests.api.conftest import ROAD, drained, until

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
NOON_S = NOON.timestamp()
CREW = """
    INSERT INTO city.crew (code, name, mode, post_code, members)
    VALUES ('甲组', '步巡甲组', 'bicycle', 'HZ-1', '张三、李四')
"""
PLACE = {"lat": 30.56, "lon": 114.5}


@pytest.fixture(scope="module")
def crew_city(desk):
    desk.run(ROAD)
    desk.run(CREW)
    return desk


@pytest.fixture
def city(crew_city):
    """A city with one road and one crew, and no patrols."""
    yield crew_city
    drained(crew_city)
    crew_city.forget_patrols()
    crew_city.run("TRUNCATE city.device_token, city.device")


def token(city, device="手机-07", **more):
    headers = city.person("dispatcher")
    answer = city.client.post("/crews/甲组/devices", json={"code": device, **more}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def location(at_s, **more):
    return {"_type": "location", "tst": at_s, **PLACE, "acc": 8, **more}


def stored(city):
    with city.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT f.lon_raw, f.lat_raw, extract(epoch FROM f.time)::float8 AS at, f.accuracy_m FROM city.fix AS f"
            " ORDER BY f.time"
        ).all()
    return [tuple(row) for row in rows]


def outings(city):
    with city.engine.connect() as connection:
        return connection.exec_driver_sql(
            "SELECT p.patrol_id, count(*) FROM city.fix AS f JOIN city.patrol AS p USING (patrol_id)"
            " GROUP BY 1 ORDER BY min(f.time)"
        ).all()


SDK = {"timestamp": "2026-06-01T04:00:00.000Z", "coords": {"latitude": 30.56, "longitude": 114.5, "accuracy": 8}}
FORMS = {
    "OsmAnd": ("GET", f"?lat=30.56&lon=114.5&timestamp={NOON_S * 1000:.0f}&hdop=99&altitude=20&speed=1.2&bearing=90&accuracy=8", None),  # noqa: E501
    "Traccar Client": ("POST", f"?id=07&timestamp={NOON_S:.0f}&lat=30.56&lon=114.5&speed=2.3&bearing=0.0&altitude=20.0&accuracy=8.0&batt=71.0", None),  # noqa: E501
    "Traccar, one parameter": ("GET", "?deviceid=07&location=30.56,114.5&timestamp=2026-06-01T12:00:00+08:00&accuracy=8", None),  # noqa: E501
    "Traccar Client 9": ("POST", "", {"location": SDK, "device_id": "07"}),
    "Traccar Client 9, buffered": ("POST", "", {"location": [SDK], "device_id": "07"}),
    "Traccar server": ("POST", "", {
        "position": {"fixTime": "2026-06-01T04:00:00.000+00:00", "valid": True, "latitude": 30.56, "longitude": 114.5,
                     "accuracy": 8.0, "speed": 3.2, "attributes": {}},
        "device": {"uniqueId": "07"},
    }),
    "GPSLogger": ("GET", "?lat=30.56&longitude=114.5&time=2026-06-01T04:00:00.000Z&s=1.2&acc=8&batt=71", None),
    "GPSLogger, body": ("POST", "", b"lat=30.56&lon=114.5&timestamp=%d&acc=8" % NOON_S),
    "OwnTracks": ("POST", "?u=user&d=phone", location(int(NOON_S))),
    "OwnTracks, array": ("POST", "", [location(int(NOON_S)), {"_type": "lwt", "tst": 1}]),
}  # fmt: skip


@pytest.mark.parametrize("app", FORMS)
def test_every_apps_form_is_understood_and_answered_as_it_needs(city, app):
    method, query, body = FORMS[app]
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    answer = city.client.request(method, f"/track/{token(city)}{query}", content=content)
    assert answer.status_code == 200, answer.text
    assert stored(city) == [(114.5, 30.56, NOON_S, 8)]
    if "OwnTracks" in app:
        assert answer.json() == []
    else:
        assert answer.json()["stored"] == 1
    assert city.run("SELECT crew || mode || post_code || device FROM city.patrol") == "甲组bicycleHZ-1手机-07"


@pytest.mark.parametrize("body", ["", '{"_type": "transition", "tst": 1}', "[]"])
def test_what_is_no_position_is_answered_and_leaves_nothing(city, body):
    answer = city.client.post(f"/track/{token(city)}", content=body)
    assert (answer.status_code, answer.json()) == (200, [])
    assert stored(city) == []


def test_dilution_of_precision_is_no_error_in_metres(city):
    city.client.get(f"/track/{token(city)}?lat=30.56&lon=114.5&timestamp={NOON_S}&hdop=1.3")
    assert stored(city) == [(114.5, 30.56, NOON_S, None)]


@pytest.mark.parametrize("accuracy", ["-5", "nan", "gut"])
def test_an_accuracy_that_is_none_is_counted_and_loses_no_position(city, accuracy):
    path = f"/track/{token(city)}"
    answer = city.client.get(f"{path}?lat=30.56&lon=114.5&timestamp={NOON_S}&accuracy={accuracy}").json()
    assert (answer["stored"], answer["no_accuracy"]) == (1, 1)
    assert stored(city) == [(114.5, 30.56, NOON_S, None)]
    several = [SDK, {**SDK, "coords": {**SDK["coords"], "accuracy": -1}}]
    assert city.client.post(path, json={"location": several}).json()["no_accuracy"] == 1


def test_positions_are_taken_in_the_datum_of_their_device(city):
    shifted = [float(value) for value in wgs84_to_gcj02(114.5, 30.56)]
    place = f"lon={shifted[0]!r}&lat={shifted[1]!r}&timestamp={NOON_S}"
    city.client.get(f"/track/{token(city, datum='gcj02')}?{place}")
    assert city.run("SELECT lon FROM city.fix") == pytest.approx(114.5, abs=1e-8)
    assert city.run("SELECT lon_raw FROM city.fix") == shifted[0]


def test_buffered_positions_are_gathered_into_outings_by_gap_and_day(city):
    path = f"/track/{token(city)}"
    hour = 3600
    morning = [int(NOON_S) - 4 * hour + 60 * n for n in range(10)]
    evening = [int(NOON_S) + 10 * hour + 60 * n for n in range(200)]  # past midnight, never still for long
    city.client.post(path, content=json.dumps([location(at) for at in evening[::2] + morning[:5]]))
    city.client.post(path, content=json.dumps([location(at) for at in morning[5:] + evening[1::2]]))
    assert [count for _, count in outings(city)] == [10, 200]
    # Not the night's outing any more: a pause with midnight behind it.
    city.client.post(path, content=json.dumps([location(evening[-1] + 1200)]))
    assert [count for _, count in outings(city)] == [10, 200, 1]
    again = city.client.post(path, content=json.dumps([SDK | {"timestamp": morning[0]}]))
    assert (again.json()["stored"], again.json()["conflicts"] + again.json()["repeated"]) == (0, 1)
    drained(city)
    assert city.run("SELECT bool_and(gathered AND worked_at IS NOT NULL) FROM city.patrol")


def test_positions_join_the_patrol_that_was_opened_for_the_device(city):
    now_s = datetime.now(UTC).timestamp()
    opened = city.client.post("/patrols", json={"device": "手机-07"}, headers=city.person("patroller")).json()["code"]
    found = city.client.post(f"/track/{token(city)}", json={"location": SDK | {"timestamp": now_s - 5}}).json()
    assert found["patrols"] == [opened]


def test_positions_elsewhere_or_never_open_no_outing(city):
    far = location(int(NOON_S), lat=52.5, lon=13.4)
    ahead = location(int((datetime.now(UTC) + timedelta(days=30)).timestamp()))
    answer = city.client.post(f"/track/{token(city)}", content=json.dumps([far, ahead, location(7)]))
    assert (answer.status_code, city.run("SELECT count(*) FROM city.patrol")) == (200, 0)
    listed = city.client.get("/crews/甲组/devices", headers=city.person("dispatcher")).json()["tokens"]
    assert [(one["refused"], bool(one["refused_at"])) for one in listed] == [(3, True)]


def test_positions_of_a_wrong_clock_are_told_with_the_reason_and_noted_with_the_device(city):
    path = f"/track/{token(city)}"
    ahead = (datetime.now(UTC) + timedelta(days=3)).timestamp()
    for _ in range(2):
        found = city.client.get(f"{path}?lat=30.56&lon=114.5&timestamp={ahead:.0f}").json()
        assert (found["not_stored"], found["reasons"]) == (1, {"future": 1})
    listed = city.client.get("/crews/甲组/devices", headers=city.person("dispatcher")).json()["tokens"]
    assert [(one["refused"], one["refused_why"]) for one in listed] == [(2, "future")]


@pytest.mark.parametrize(
    ("query", "body", "word"),
    [
        ("?lat=30.5", None, "经度"),
        ("?lat=x&lon=114", None, "不是数字"),
        ("?lat=%25LAT&lon=%25LON", None, "不是数字"),
        ("?lat=30&lon=114&timestamp=soon", None, "时间"),
        ("?lat=30&lon=114&timestamp=nan", None, "时间"),
        ("", b"[" * 10_000, "JSON"),
        ("", b'{"location": {"coords": 7}}', "coords"),
        ("", b"[7]", "对象"),
        ("", "什么也不是".encode(), "没有位置"),
        ("", b'{"_type": "encrypted", "data": "x"}', "加密"),
        ("", b'{"lat": [], "lon": {}}', "不是数字"),
        ("?" + "&".join(f"a{n}=1" for n in range(101)), None, "参数太多"),
    ],
)
def test_what_cannot_be_a_position_is_refused_by_name(city, query, body, word):
    answer = city.client.post(f"/track/{token(city)}{query}", content=body)
    assert (answer.status_code, word in answer.json()["detail"]) == (400, True), answer.text


def test_a_revoked_token_is_refused_at_once_and_a_token_does_nothing_else(city):
    secret = token(city)
    path = f"/track/{secret}?lat=30.56&lon=114.5&timestamp={NOON_S}"
    assert city.status(path) == 200
    assert city.status("/positions", {"Authorization": f"Bearer {secret}"}) == 401
    (row,) = city.client.get("/crews/甲组/devices", headers=city.person("dispatcher")).json()["tokens"]
    assert secret not in json.dumps(row) and row["state"] == "valid"
    number = row["device_token_id"]
    gone = city.client.delete(f"/crews/甲组/devices/{number}", headers=city.person("dispatcher"))
    assert gone.json() == {"device": "手机-07", "state": "revoked"}
    assert city.status(path) == 401
    again = city.client.delete(f"/crews/甲组/devices/{number}", headers=city.person("dispatcher"))
    assert again.status_code == 404
    assert city.run("SELECT count(*) FROM city.device_token WHERE sha256 = %s", secret) == 0


def test_guessers_of_tokens_are_slowed_and_phones_that_were_let_in_are_not(city):
    city.client.app.state.door = Door()
    path = f"/track/{token(city)}?lat=30.56&lon=114.5"
    assert city.status(path) == 200
    statuses = [city.status("/track/huashan_dev_" + "x" * 32) for _ in range(GUESSES_PER_MINUTE + 1)]
    assert statuses == [401] * GUESSES_PER_MINUTE + [429]
    assert city.status(path) == 200
    city.client.app.state.door = Door()


def test_only_dispatchers_issue_tokens_and_only_for_crews_there_are(city):
    assert city.client.post("/crews/甲组/devices", json={"code": "d"}).status_code == 401
    body = {"json": {"code": "d"}}
    assert city.client.post("/crews/甲组/devices", headers=city.person("patroller"), **body).status_code == 403
    assert city.client.post("/crews/丙组/devices", headers=city.person("dispatcher"), **body).status_code == 404
    assert city.client.get("/crews/丙组/devices", headers=city.person("dispatcher")).status_code == 404


def test_the_newest_position_of_each_crew_is_told_with_its_age_to_those_who_may(city):
    now_s = datetime.now(UTC).timestamp()
    path = f"/track/{token(city, datum='gcj02')}"
    city.client.post(path, content=json.dumps([location(now_s - 900), location(now_s - 300, lat=30.57)]))
    everyone = city.client.get("/positions", headers=city.person("dispatcher")).json()
    (found,) = everyone["positions"]
    assert (found["crew"], found["crew_name"], found["mode"], found["accuracy_m"]) == ("甲组", "步巡甲组", "bicycle", 8)
    assert 300 <= found["age_s"] < 360
    assert (found["datum_declared"], found["datum"]) == ("gcj02", "gcj02")
    assert found["lat"] == pytest.approx(30.57, abs=0.01) and found["lat"] != 30.57
    assert city.client.get("/positions?minutes=4", headers=city.person("dispatcher")).json()["positions"] == []
    assert city.client.get("/positions", headers=city.person("patroller")).json()["positions"] == [
        found | {"age_s": pytest.approx(found["age_s"], abs=60)}
    ]
    city.run("UPDATE city.crew SET members = '王五'")
    assert city.client.get("/positions", headers=city.person("patroller")).json()["positions"] == []
    city.run("UPDATE city.crew SET members = '张三、李四'")
    assert [city.status("/positions", headers) for headers in (None, city.person("analyst"))] == [401, 403]


def test_everyone_sees_the_positions_of_the_sample(own_desk):
    until(lambda: own_desk.status("/positions") == 200)


TIMES = st.lists(st.integers(0, 300_000), min_size=1, max_size=40, unique=True)


@settings(max_examples=60)
@given(TIMES)
def test_outings_part_at_every_gap_and_never_within_minutes(times):
    ordered = np.sort(np.array(times, dtype=float))
    found = np.array(gather(ordered, [], 7200, ZONE))
    steps = np.diff(ordered)
    assert (np.diff(found)[steps > 7200] == 1).all()
    assert set(np.diff(found).tolist()) <= {0, 1}
    parted = np.diff(found) == 1
    short = steps <= 600
    assert all(
        ordered[:-1][at] - ordered[found == found[at]].min() > 86_400 - 7200 for at in np.flatnonzero(parted & short)
    )


@settings(max_examples=60)
@given(TIMES)
def test_sending_the_same_times_again_opens_no_outing(times):
    ordered = np.sort(np.array(times, dtype=float))
    first = np.array(gather(ordered, [], 7200, ZONE))
    held = [Held(ordered[first == n].min(), ordered[first == n].max()) for n in range(first.max() + 1)]
    assert gather(ordered, held, 7200, ZONE) == first.tolist()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["location", "coords", "position", "_type", "lat", "lon", "tst", "timestamp", "latitude", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=60)
@given(st.one_of(JSON.map(lambda value: json.dumps(value).encode()), st.binary(max_size=40)), st.text(max_size=20))
def test_any_body_is_read_or_refused(body, query):
    try:
        found = sent(query, body, ZONE, NOON_S)
    except BadInput:
        return
    assert len(found.track) + found.ignored >= 0

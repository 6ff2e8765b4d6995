"""Handing in a track over HTTP, and who may see which patrols."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.api.conftest import ROAD, until

START = datetime(2026, 6, 1, 8, tzinfo=UTC)


def body(**more):
    """A walk along the road, a fix every 20 s."""
    fixes = [[(START + timedelta(seconds=20 * n)).isoformat(), 114.5 + n * 0.0003, 30.56, 5] for n in range(12)]
    return {"device": "手机-1", "mode": "foot", "fixes": fixes, **more}


@pytest.fixture(scope="module")
def real_city(desk):
    desk.run(ROAD)
    return desk


@pytest.fixture
def city(real_city):
    """A city with one road of its own, so not only the sample, and no patrols yet."""
    yield real_city
    real_city.forget_patrols()


def send(city, content, kind="application/json", *, roles=("patroller",), query=""):
    data = content if isinstance(content, (str, bytes)) else json.dumps(content)
    return city.client.post(f"/patrols{query}", content=data, headers={**city.person(*roles), "Content-Type": kind})


def test_a_track_is_taken_in_once_and_accounted_for(city):
    first = send(city, body())
    told = first.json()
    assert first.status_code == 201, told
    assert (told["status"], told["fixes_read"], told["fixes_kept"], told["legs"]) == ("accepted", 12, 12, 1)
    assert [(seen["layer"], seen["targets"]) for seen in told["seen"] if seen["targets"]] == [("road", 1)]
    again = send(city, body())
    assert (again.status_code, again.json()) == (200, told | {"status": "known"})
    assert city.run("SELECT made_by FROM city.patrol") == "张三"
    assert city.run("SELECT count(*) FROM city.patrol") == 1


def test_the_same_track_sent_several_times_at_once_is_taken_in_once(city):
    headers = city.person("patroller")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: city.client.post("/patrols", json=body(), headers=headers), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert city.run("SELECT count(*) FROM city.fix") == 12


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text/csv", "lon,lat,time\n114.5,30.56,2026-06-01 08:00\n114.501,30.56,2026-06-01 08:01\n"),
        (
            "application/geo+json",
            '{"type":"LineString","coordinates":[[114.5,30.56],[114.501,30.56]]}',
        ),
        (
            "application/json",
            '{"type":"Feature","properties":{"times":["2026-06-01T08:00","2026-06-01T08:01"]},'
            '"geometry":{"type":"LineString","coordinates":[[114.5,30.56],[114.501,30.56]]}}',
        ),
        (
            "application/gpx+xml",
            '<gpx version="1.1"><trk><trkseg><trkpt lat="30.56" lon="114.5"><time>2026-06-01T00:00:00Z</time>'
            '</trkpt><trkpt lat="30.56" lon="114.501"><time>2026-06-01T00:01:00Z</time></trkpt></trkseg></trk></gpx>',
        ),
    ],
)
def test_a_file_is_taken_in_as_it_is(city, kind, content):
    answer = send(city, content, kind, query="?mode=bicycle&crew=甲组&start=2026-06-01T08:00&speed_mps=2")
    assert (answer.status_code, answer.json()["fixes_kept"], answer.json()["legs"]) == (201, 2, 1)
    assert answer.json()["device"].startswith("file-")
    assert answer.json()["started_at"] == "2026-06-01T08:00:00+08:00"
    assert city.run("SELECT mode || crew FROM city.patrol") == "bicycle甲组"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (body(fixes=[]), "fixes"),
        (body(mode="horse"), "mode"),
        (body(fixes=[[114, 30]]), "2 项"),
        (body(fixes=[[0, "x", 30]]), "不是数字"),
        (body(fixes=[[114.5, 30.56, "2026-06-01T08:00Z"]]), "次序应为 [时间, 经度, 纬度, 精度]"),
        (body(fixes=[["昨天", 114, 30]]), "第 1 个点的时间"),
        (body(fixes=[{"lon": 1, "lat": 2, "time": 0, "speed": 3}]), "speed"),
        (body(more=1), "more"),
        (body(device="a\u0000b"), "设备"),
        (body(crew="甲\n乙"), "巡查组"),
        ("{", "请求正文"),
        ("", "请求正文"),
        ('{"type":"FeatureCollection","features":[]}', "没有轨迹"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_by_name(city, content, word):
    answer = send(city, content)
    assert answer.status_code == 400, answer.text
    assert word in answer.json()["detail"]
    assert city.run("SELECT count(*) FROM city.patrol") == 0


def test_several_tracks_in_one_request_are_refused(city):
    answer = send(city, "lon,lat,time,device\n114.5,30.56,0,a\n114.5,30.56,0,b\n", "text/csv")
    assert (answer.status_code, "2 条轨迹" in answer.json()["detail"]) == (400, True)


def test_fixes_out_of_all_bounds_are_no_error(city):
    fixes = [
        [1e300, 1e308, -1e308],
        [0, 114.5, 30.56],
        ["2026-06-01", 114.5, None],
        ["2026-06-01", 114.5, 30.56, 90],
    ]
    told = send(city, body(fixes=fixes)).json()
    assert (told["fixes_kept"], told["left_out"]) == (1, {"not_finite": 1, "prehistoric": 1, "future": 1})


def test_only_patrollers_and_dispatchers_hand_in(city):
    assert city.client.post("/patrols", json=body()).status_code == 401
    assert send(city, body(), roles=("viewer",)).status_code == 403
    assert send(city, body(), roles=("dispatcher",)).status_code == 201


@pytest.fixture
def manned(city):
    """A post, and two crews with a device each: 张三 is of the first."""
    city.run("INSERT INTO city.post (code, name, kind, valid_from) VALUES ('P-1', '岗', 'grid_keeper', '2026-01-01')")
    city.run("INSERT INTO city.crew (code, name, mode, members) VALUES ('甲', '甲组', 'foot', '张三、李四')")
    city.run("INSERT INTO city.crew (code, name, mode, members) VALUES ('乙', '乙组', 'foot', '王五')")
    city.run("INSERT INTO city.device (code, crew_code) VALUES ('甲机', '甲'), ('乙机', '乙')")
    yield city
    city.run("TRUNCATE city.device, city.crew CASCADE")
    city.run("DELETE FROM city.post WHERE code = 'P-1'")


@pytest.mark.parametrize(
    "sent", [{"post": "P-1"}, {"crew": "乙"}, {"device": "乙机"}, {"crew": "甲", "device": "乙机"}]
)
def test_nobody_hands_in_for_others_but_a_dispatcher(manned, sent):
    refused = send(manned, body(**sent))
    assert (refused.status_code, manned.run("SELECT count(*) FROM city.patrol")) == (403, 0), refused.text
    assert send(manned, body(**sent), roles=("dispatcher",)).status_code == 201


def test_ones_own_crew_and_device_and_those_that_nobody_registered_are_taken(manned):
    assert send(manned, body(crew="甲", device="甲机")).status_code == 201
    assert send(manned, body(crew="丙", device="丙机")).status_code == 201


def test_a_post_that_never_was_is_named(manned):
    for sent in (body(post="NOPE"), {"post": "NOPE"}):
        refused = send(manned, sent, roles=("dispatcher",))
        assert (refused.status_code, "NOPE" in refused.json()["detail"]) == (400, True), refused.text


def test_patrols_are_listed_by_when_they_started(city):
    code = send(city, body()).json()["code"]
    headers = city.person("dispatcher")

    def listed(query):
        return [row["code"] for row in city.client.get(f"/patrols{query}", headers=headers).json()["patrols"]]

    assert listed("") == listed("?from=2026-06-01&to=2026-06-02") == [code]
    assert listed("?from=2026-06-02") == listed("?to=2026-06-01") == []
    for wrong in ("x", "1800-01-01", "0001-01-01"):
        assert city.client.get(f"/patrols?from={wrong}", headers=headers).status_code == 400
    assert city.client.get("/patrols?from=2026-06-02&to=2026-06-01", headers=headers).status_code == 400


def test_one_patrol_has_its_legs_and_what_it_saw(city):
    code = send(city, body()).json()["code"]
    told = city.client.get(f"/patrols/{code}", headers=city.person("dispatcher")).json()
    (leg,) = told["legs"]["features"]
    assert (leg["geometry"]["type"], len(leg["properties"]["times_s"])) == ("LineString", 12)
    assert [(seen["layer"], seen["targets"]) for seen in told["seen"]] == [("road", 1)]
    assert (told["device"], told["made_by"]) == ("手机-1", "张三")


def test_persons_are_seen_by_those_who_may(city):
    code = send(city, body(crew="甲组")).json()["code"]
    city.run("UPDATE city.patrol SET made_by = '别人'")
    path = f"/patrols/{code}"
    assert city.status(path) == 401
    assert city.status(path, city.person("viewer")) == 403
    analyst = city.client.get(path, headers=city.person("analyst"))
    assert (analyst.status_code, analyst.json()["stays"], "made_by" in analyst.json()) == (200, None, False)
    assert not any(name in analyst.text for name in ("甲组", "手机-1", "张三", "别人"))
    assert city.status(path, city.person("patroller")) == 404
    assert city.client.get("/patrols", headers=city.person("patroller")).json()["patrols"] == []
    assert city.client.get(path, headers=city.person("admin")).json()["crew"] == "甲组"
    assert city.status("/patrols/none", city.person("admin")) == 404


def test_everyone_sees_the_patrols_of_the_sample(own_desk):
    code = send(own_desk, body()).json()["code"]
    until(lambda: own_desk.status(f"/patrols/{code}") == 401)
    own_desk.run("UPDATE city.patrol SET sample = true, edition_id = (SELECT max(edition_id) FROM city.edition)")
    until(lambda: own_desk.status(f"/patrols/{code}") == 200)
    assert own_desk.client.get(f"/patrols/{code}").json()["legs"]["features"]

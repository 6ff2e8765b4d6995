"""A patrol that was handed in under a wrong mode, datum, crew or post is put right, and what was known before stays."""

from datetime import UTC, datetime

import pytest

from api.patrols.erase import erase
from geo.tracks.datum import wgs84_to_gcj02
from layers import query
from tests.api.conftest import ROAD, drained
from tests.api.test_patrols import body, send

POSTS = """
    INSERT INTO city.post (code, name, kind, valid_from)
    VALUES ('P-1', '甲岗', 'road_chief', '2026-01-01'), ('P-2', '乙岗', 'road_chief', '2026-01-01')
"""
DUTY = """
    INSERT INTO city.duty (code, name, post_code, layer, targets, interval_days, reach_m, modes, settled_by, citation,
                           provenance, valid_from)
    VALUES ('D-1', '步巡', 'P-1', 'road', 'all', 7, 25, '{foot}', 'anyone', '示例', 'synthetic', '2026-01-01')
"""


@pytest.fixture(scope="module")
def posted(desk):
    desk.run(ROAD)
    desk.run(POSTS)
    desk.run(DUTY)
    return desk


@pytest.fixture
def city(posted):
    """A city with one road and two posts, and no patrols."""
    yield posted
    drained(posted)
    posted.forget_patrols()


def put_right(city, code, *, roles=("dispatcher",), dry_run=False, **said):
    return city.client.patch(f"/patrols/{code}?dry_run={int(dry_run)}", json=said, headers=city.person(*roles))


def told(city, code):
    return city.client.get(f"/patrols/{code}", headers=city.person("dispatcher")).json()


def covered(city, known_at=None, **asked):
    """The road's coverage, of all patrols or those that count for a duty, now or as known at an instant."""
    period = {"from": "2026-06-01", "to": "2026-06-02", **asked} | ({"known_at": known_at} if known_at else {})
    answer = city.client.get("/coverage/road", params=period, headers=city.person("dispatcher"))
    assert answer.status_code == 200, answer.text
    return [target for target in answer.json()["targets"] if target["code"] == "R1"]


def state(city):
    with city.engine.connect() as connection:
        return connection.exec_driver_sql(
            "SELECT patrol_id, code, mode, crew, post_code, (SELECT count(*) FROM city.sighting AS s"
            " WHERE s.patrol_id = p.patrol_id AND s.known_to IS NULL) FROM city.patrol AS p ORDER BY patrol_id"
        ).all()


def test_a_known_track_given_otherwise_says_how_it_is_put_right(city):
    code = send(city, body()).json()["code"]
    again = send(city, body(mode="bicycle")).json()
    assert again["status"] == "accepted" or again["stands"] == {}  # another body is another track
    known = send(city, body()).json()
    assert (known["status"], known["remedy"]) == ("known", None)
    csv = "lon,lat,time,device\n114.5,30.56,2026-06-02 08:00,d\n114.501,30.56,2026-06-02 08:01,d\n"
    first = send(city, csv, "text/csv", query="?mode=foot").json()["code"]
    other = send(city, csv, "text/csv", query="?mode=boat&crew=甲").json()
    assert (other["status"], other["stands"]) == ("known", {"mode": "foot", "crew": None})
    assert f"PATCH /patrols/{first}" in other["remedy"] and f"correct {first}" in other["remedy"] and code != first


def test_a_corrected_patrol_is_judged_anew_and_what_was_known_before_stays_as_it_was(city):
    code = send(city, body(post="P-1"), roles=("dispatcher",)).json()["code"]
    before, seen = told(city, code), covered(city, duty="D-1")
    assert seen[0]["seen_m"] > 300
    every = covered(city)
    instant = datetime.now(UTC).isoformat()
    answer = put_right(city, code, mode="bicycle", post="P-2", crew="乙组")
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert done["changes"] == {
        "mode": {"from": "foot", "to": "bicycle"}, "crew": {"from": None, "to": "乙组"},
        "post": {"from": "P-1", "to": "P-2"},
    }  # fmt: skip
    assert (done["before"]["legs"], done["after"]["legs"], done["kept_as"]) == (1, 1, f"{code}~1")
    after = told(city, code)
    assert (after["code"], after["mode"], after["crew"], after["post_code"]) == (code, "bicycle", "乙组", "P-2")
    assert after["seen"] == before["seen"] and after["legs"] == before["legs"]
    assert covered(city, duty="D-1")[0]["seen_m"] == 0 and covered(city) == every
    assert covered(city, instant, duty="D-1") == seen and covered(city, instant) == every
    listed = city.client.get("/patrols", headers=city.person("dispatcher")).json()["patrols"]
    assert [one["code"] for one in listed] == [code]
    assert told(city, f"{code}~1")["code"] == code, "what it was leads to what it is"


def test_what_was_found_counts_for_the_post_that_the_patrol_went_for_as_known(city):
    code = send(city, body(post="P-1"), roles=("dispatcher",)).json()["code"]
    found = {"kind": "litter", "patrol": code, "lon": 114.5, "lat": 30.56, "found_at": "2026-06-01T08:02:00Z"}
    assert city.client.post("/observations", json=found, headers=city.person("dispatcher")).status_code == 201
    instant = datetime.now(UTC)
    for post in ("P-2", "P-1", "P-2"):
        put_right(city, code, post=post)

    def counted(known_at):
        period = {"start": "2026-06-01", "end": "2026-06-02", "known_at": known_at}
        with city.engine.connect() as connection:
            rows = query.rows(connection, "coverage/post_observations", None, codes=["P-1", "P-2"], **period)
        return {row["code"]: row["observations"] for row in rows}

    assert counted(None) == {"P-1": 0, "P-2": 1} and counted(instant) == {"P-1": 1, "P-2": 0}
    city.run("DELETE FROM city.observation")


def test_what_is_found_on_a_patrol_by_a_code_of_before_is_found_on_what_it_is_now(city):
    code = send(city, body(post="P-1"), roles=("dispatcher",)).json()["code"]
    put_right(city, code, post="P-2")
    found = {"kind": "litter", "patrol": f"{code}~1", "lon": 114.5, "lat": 30.56, "found_at": "2026-06-01T08:02:00Z"}
    headers = city.person("dispatcher")
    seen_on = city.client.post("/observations", json=found, headers=headers).json()["code"]
    assert city.client.get(f"/observations/{seen_on}", headers=headers).json()["patrol_code"] == code
    city.run(f"UPDATE city.observation SET patrol_code = '{code}~1'")  # as a file may bring it
    period = {"start": "2026-06-01", "end": "2026-06-02", "known_at": None}
    with city.engine.connect() as connection:
        rows = query.rows(connection, "coverage/post_observations", None, codes=["P-1", "P-2"], **period)
    assert {row["code"]: row["observations"] for row in rows} == {"P-1": 0, "P-2": 1}
    city.run("DELETE FROM city.observation")


def test_what_was_known_before_names_a_patrol_as_it_was_named_then(city):
    code = send(city, body(code="一号", post="P-1"), roles=("dispatcher",)).json()["code"]
    paths = (
        "/coverage/road/R1/timeline?from=2026-06-01&to=2026-06-02",
        "/duties/performance?period=2026-06&by=post",
        "/debt?at=2026-06-20&pieces=1",
        "/debt?at=2026-06-20&effective=only",
    )

    def answers(known_at):
        told = [city.client.get(f"{path}&known_at={known_at}", headers=city.person("dispatcher")) for path in paths]
        assert [answer.status_code for answer in told] == [200] * len(paths)
        return [answer.json() for answer in told]

    instant = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    before = answers(instant)
    put_right(city, code, post="P-2", crew="乙组")
    put_right(city, code, mode="bicycle")
    assert answers(instant) == before
    city.run(
        "UPDATE city.sighting SET known_to = '2100-01-01' WHERE known_to IS NOT NULL"
    )  # they may ask for days alone
    to_analyst = city.client.get(f"{paths[0]}&known_at=2099-01-01", headers=city.person("analyst")).json()
    number = city.run(f"SELECT patrol_id FROM city.patrol WHERE code = '{code}'")
    assert {one["patrol"] for one in to_analyst["sightings"]} == {f"patrol-{number}"}


def test_what_is_not_said_otherwise_need_not_be_registered(city):
    code = send(city, body(crew="甲组")).json()["code"]
    city.run("UPDATE city.patrol SET post_code = 'NEVER'")  # as that of a phone whose crew's post nobody entered
    assert put_right(city, code, mode="bicycle").status_code == 200
    assert put_right(city, code, post="NEVER2").status_code == 400


def test_a_corrected_datum_moves_the_track_and_back_again_leaves_what_there_was(city):
    code = send(city, body()).json()["code"]
    seen = covered(city)
    shifted = put_right(city, code, datum="gcj02").json()
    assert shifted["after"]["datum"]["used"] == "gcj02"
    lon, _ = wgs84_to_gcj02(114.5, 30.56)
    assert city.run("SELECT min(lon) FROM city.fix") == pytest.approx(114.5 - (lon - 114.5), abs=1e-4)
    assert city.run("SELECT min(lon_raw) FROM city.fix") == 114.5
    assert covered(city) != seen
    assert put_right(city, code, datum="wgs84").json()["kept_as"] == f"{code}~2"
    assert covered(city) == seen
    assert city.run("SELECT count(*) FROM city.sighting WHERE known_to IS NULL") == city.run(
        "SELECT count(*) FROM city.sighting AS s JOIN city.patrol AS p USING (patrol_id)"
        " WHERE p.superseded_at IS NULL AND s.known_to IS NULL"
    )


def test_a_trial_tells_what_would_change_and_changes_nothing(city):
    code = send(city, body()).json()["code"]
    before, known = state(city), told(city, code)
    tried = put_right(city, code, mode="car", dry_run=True).json()
    assert (tried["dry_run"], tried["changes"]) == (True, {"mode": {"from": "foot", "to": "car"}})
    assert state(city) == before
    done = put_right(city, code, mode="foot").json()
    assert (done["changes"], done["kept_as"], state(city)) == ({}, None, before)
    assert told(city, code) == known


def test_what_cannot_be_corrected_is_refused_by_name(city):
    code = send(city, body()).json()["code"]
    for said, word in (
        ({"post": "NOPE"}, "NOPE"),
        ({"mode": "horse"}, "mode"),
        ({"mode": None}, "不可为空"),
        ({"x": 1}, "x"),
    ):
        answer = put_right(city, code, **said)
        assert (answer.status_code, word in answer.json()["detail"]) == (400, True), answer.text
    assert put_right(city, code, roles=("patroller",), mode="car").status_code == 403
    assert put_right(city, "none", mode="car").status_code == 404
    city.run("UPDATE city.patrol SET erased_at = now(), minutes = 1, device = NULL, crew = NULL, made_by = NULL,"
             " report = NULL, file_name = NULL, source_sha256 = NULL")  # fmt: skip
    answer = put_right(city, code, mode="car")
    assert (answer.status_code, "已于" in answer.json()["detail"]) == (409, True)


def test_what_a_patrol_was_is_erased_with_it(city):
    code = send(city, body(crew="甲组", report="说明")).json()["code"]
    put_right(city, code, crew="乙组")
    minutes = city.run("SELECT minutes FROM city.patrol WHERE superseded_at IS NOT NULL")
    with city.engine.begin() as connection:
        assert erase(connection, datetime.now(UTC)).patrols == 1
    kept = "SELECT count(*) FROM city.patrol WHERE num_nonnulls(device, crew, made_by, report, superseded_person) > 0"
    assert city.run(kept) == 0
    assert city.run("SELECT count(DISTINCT minutes) FROM city.patrol") == 1 and minutes == pytest.approx(220 / 60)


def test_one_patrol_counts_once_among_those_erased(city):
    code = send(city, body()).json()["code"]
    for mode in ("bicycle", "foot"):
        put_right(city, code, mode=mode)
    drained(city)
    with city.engine.begin() as connection:
        erase(connection, datetime.now(UTC))
        assert query.rows(connection, "patrol/recompute_about", None, start=None, end=None)[0]["erased"] == 1
        lost = query.rows(connection, "coverage/patrols_lost", None, start="2026-06-01", end="2026-06-02")
    assert [row["patrol_id"] for row in lost] == [city.run(f"SELECT patrol_id FROM city.patrol WHERE code = '{code}'")]


def test_what_a_patrol_with_a_long_code_was_can_be_read_by_the_code_it_is_kept_under(city):
    code = send(city, body(code="长" * 200)).json()["code"]
    kept_as = put_right(city, code, mode="bicycle").json()["kept_as"]
    assert told(city, kept_as)["code"] == code


def test_two_patrols_of_one_crew_in_two_places_are_not_once_one_is_said_to_be_another_crews(city):
    flagged = "SELECT count(*) FROM city.flag WHERE kind = 'two_places' AND known_to IS NULL"
    far = [[at, lon, 30.57, wrong_m] for at, lon, _, wrong_m in body()["fixes"]]
    code = send(city, body(crew="甲组")).json()["code"]
    send(city, body(device="手机-2", crew="甲组", fixes=far))
    drained(city)
    assert city.run(flagged) == 2
    put_right(city, code, crew="乙组")
    drained(city)
    assert city.run(flagged) == 0
    put_right(city, code, crew="甲组")
    drained(city)
    assert city.run(flagged) == 2

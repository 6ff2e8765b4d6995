"""Fixes that were erased and are sent once more: known again, left out with the reason, and no patrol made of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from api.cli.app import app as huashan
from api.patrols.erase import erase
from tests.api.conftest import ROAD, drained
from tests.api.test_track import CREW, token

START = datetime(2026, 6, 1, tzinfo=UTC)
BEFORE = START + timedelta(days=7)
PHONE = "手机-07"
FILE = "lon,lat,time\n" + "\n".join(f"{114.5 + n / 1e4},30.56,2026-06-01T03:0{n}:00Z" for n in range(5))


@pytest.fixture(scope="module")
def gone(desk):
    """A city whose patrols are erased.

    Two of a phone, ten minutes at midnight and at noon; one opened; one of a file; one with a pause of three hours.
    """
    desk.run(ROAD)
    desk.run(CREW)
    desk.writer = desk.person("dispatcher")
    desk.phone, desk.other = token(desk, PHONE), token(desk, "手机-08")
    assert sent(desk, [*range(11), *range(720, 731)])["stored"] == 22
    opened = {"code": "OPEN", "device": "手机-09"}
    assert desk.client.post("/patrols", json=opened, headers=desk.writer).status_code == 201
    assert batch(desk, "OPEN", range(60, 64)).status_code == 201
    assert whole(desk, [600, 601, 800, 801], device="手机-10")[0] == 201
    desk.file = upload(desk).json()
    drained(desk)
    with desk.engine.begin() as connection:
        assert erase(connection, BEFORE).patrols == 5
    return desk


def fixes(minutes):
    """A fix each minute after midnight; on the way, so that none is like another."""
    return [
        {"time": (START + timedelta(minutes=n)).isoformat(), "lon": 114.5 + n * 1e-5, "lat": 30.56, "accuracy_m": 5}
        for n in minutes
    ]


def sent(desk, minutes, by=None):
    positions = [
        {"timestamp": START.timestamp() + 60 * n, "coords": {"latitude": 30.56, "longitude": 114.5 + n * 1e-5}}
        for n in minutes
    ]
    answer = desk.client.post(f"/track/{by or desk.phone}", json={"location": positions, "device_id": "07"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def batch(desk, code, minutes):
    return desk.client.post(f"/patrols/{code}/fixes", json={"fixes": fixes(minutes)}, headers=desk.writer)


def whole(desk, minutes, device=PHONE, **more):
    body = {"device": device, "fixes": fixes(minutes), **more}
    answer = desk.client.post("/patrols", json=body, headers=desk.writer)
    return answer.status_code, answer.json()


def upload(desk, **more):
    headers = desk.writer | {"Content-Type": "text/csv"}
    return desk.client.post("/patrols", params=more, content=FILE.encode(), headers=headers)


def held(desk):
    """How many patrols and fixes there are."""
    drained(desk)
    return desk.run("SELECT (SELECT count(*) FROM city.patrol) || ' ' || (SELECT count(*) FROM city.fix)")


def test_a_phone_that_repeats_what_was_erased_makes_no_patrol_and_need_not_send_it_any_more(gone):
    before = held(gone)
    told = sent(gone, [0, 5, 5.5, 10, 720])
    assert (told["read"], told["erased"], told["stored"], told["not_stored"], told["patrols"]) == (5, 5, 0, 0, [])
    own_track = {"_type": "location", "tst": int(START.timestamp()), "lat": 30.56, "lon": 114.5}
    answer = gone.client.post(f"/track/{gone.phone}", json=own_track)
    assert (answer.status_code, answer.json()) == (200, [])
    assert held(gone) == before


def test_what_is_new_beside_it_is_taken_in_alone(gone):
    told = sent(gone, [9, 10, 300, 301])
    assert (told["read"], told["erased"], told["stored"], len(told["patrols"])) == (4, 2, 2, 1)
    assert sent(gone, [300, 301])["repeated"] == 2
    assert sent(gone, [3], by=gone.other)["stored"] == 1  # another device's at the same time


def test_a_patrol_handed_in_again_is_answered_as_erased_with_the_reason(gone):
    before = held(gone)
    status, told = whole(gone, range(11))
    code = gone.run("SELECT code FROM city.patrol WHERE started_at = '2026-06-01T00:00Z' AND erased_at IS NOT NULL")
    assert (status, told["status"], told["code"], told["left_out"]) == (200, "erased", code, {"erased": 11})
    # What came along and may not be believed makes no patrol, either.
    far = fixes([11])[0] | {"lon": 0}
    answer = gone.client.post("/patrols", json={"device": PHONE, "fixes": [*fixes([3]), far]}, headers=gone.writer)
    assert (answer.status_code, answer.json()["left_out"]) == (200, {"erased": 1, "outside": 1})
    assert held(gone) == before
    status, told = whole(gone, [8, 9, 10, 40, 41], code="LATE")
    assert (status, told["status"], told["fixes_read"], told["left_out"]) == (201, "accepted", 5, {"erased": 3})
    answer = gone.client.get("/patrols/LATE", headers=gone.writer).json()
    assert answer["cleaning"]["left_out"] == [{"reason": "erased", "words": "以前已接收、后已删除", "fixes": 3}]


def test_a_long_pause_of_an_erased_patrol_is_no_part_of_it(gone):
    status, told = whole(gone, [601, 700, 800], device="手机-10")
    assert (status, told["left_out"], told["fixes_kept"]) == (201, {"erased": 2}, 1)


def test_a_batch_for_an_erased_patrol_is_answered_where_all_of_it_was_and_refused_where_it_was_not(gone):
    again = gone.client.post("/patrols", json={"code": "OPEN", "device": "手机-09"}, headers=gone.writer)
    assert (again.status_code, again.json()["status"]) == (200, "erased")
    before = held(gone)
    answer = batch(gone, "OPEN", range(60, 64))
    assert (answer.status_code, answer.json()["stored"], answer.json()["left_out"]) == (200, 0, {"erased": 4})
    for minutes in ([63, 64], []):
        answer = batch(gone, "OPEN", minutes)
        assert answer.status_code == 409 and "删除" in answer.text
    assert held(gone) == before


def test_a_file_that_was_erased_is_not_taken_in_again_by_upload_or_by_command(gone, tmp_path, monkeypatch):
    before = held(gone)
    for more in ({}, {"device": "手机-99"}):
        answer = upload(gone, **more)
        assert (answer.status_code, answer.json()["status"]) == (200, "erased")
        assert (answer.json()["code"], answer.json()["left_out"]) == (gone.file["code"], {"erased": 5})
    monkeypatch.setenv("HUASHAN_DATABASE_URL", gone.engine.url.render_as_string(hide_password=False))
    (tmp_path / "轨迹.csv").write_text(FILE)
    said = CliRunner().invoke(huashan, ["patrols", "import", str(tmp_path / "轨迹.csv"), "--yes"]).output
    assert "不再接收" in said and "剔除 5:以前已接收、后已删除" in said
    assert held(gone) == before


def test_of_the_device_nothing_stays_but_what_it_can_be_checked_against(gone):
    rows = gone.run("SELECT string_agg(s::text, ' ') FROM city.erased_span AS s")
    assert rows.count("2026-06-01") == 12 and not any(name in rows for name in (PHONE, "手机-09"))
    assert gone.run("SELECT count(DISTINCT salt) = count(DISTINCT patrol_id) FROM city.erased_span")


@given(st.lists(st.integers(0, 1500), min_size=1, max_size=20, unique=True), st.booleans())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_position_is_counted_once_and_none_of_an_erased_time_is_stored(gone, minutes, ordered):
    told = sent(gone, sorted(minutes) if ordered else minutes)
    spans = [minute for minute in minutes if minute <= 10 or 720 <= minute <= 730]
    assert told["erased"] == len(spans)
    counted = [told[name] for name in ("stored", "repeated", "conflicts", "not_stored", "erased")]
    assert sum(counted) == told["read"] == len(minutes)
    assert (
        gone.run(
            "SELECT count(*) FROM city.fix AS f JOIN city.erased_span AS s ON f.time <@ s.span AND s.digest ="
            " encode(sha256(convert_to(s.salt::text || f.device, 'UTF8')), 'hex')"
        )
        == 0
    )

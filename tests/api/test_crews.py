"""Crews and their devices over HTTP: who reads and writes them, versions that never rewrite the past, and sentences."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.api.conftest import desk_over, fill, until
from tests.databases import copy_of

ZONE = ZoneInfo("Asia/Shanghai")
NUMBERS = itertools.count(1)
POST = {"code": "HZ-1", "kind": "river_chief", "name": "一号河长"}
CREW = {"name": "花山河一组", "mode": "bicycle", "post_code": "HZ-1", "members": "李四、王五"}
DEVICE = {"name": "一号手机", "datum": "gcj02", "accuracy_m": 4.2}


def day(ahead):
    return (datetime.now(ZONE).date() + timedelta(days=ahead)).isoformat()


@pytest.fixture(scope="module")
def desk(cluster, city_template):
    """A city with one post, and a dispatcher to write; each test has a crew of its own."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with desk_over(engine) as desk:
            desk.writer = desk.person("dispatcher")
            assert desk.client.post("/posts", json=POST, headers=desk.writer).status_code == 201
            until(lambda: desk.client.app.state.gate.watch.known().holding == "mixed")
            yield desk


@pytest.fixture
def code():
    return f"组{next(NUMBERS)}"


@pytest.fixture
def made(desk, code):
    body = {"code": code, **CREW, "valid_from": "2026-01-01"}
    answer = desk.client.post("/crews", json=body, headers=desk.writer)
    assert answer.status_code == 201, answer.text
    return answer


@pytest.fixture
def put(desk, code):
    def run(*, if_match=None, **fields):
        headers = desk.writer | ({"If-Match": if_match} if if_match else {})
        return desk.client.put(f"/crews/{code}", json=CREW | fields, headers=headers)

    return run


@pytest.fixture
def carried(desk, made, code):
    """Registers a device of the crew; its code, and the number of its token."""

    def run():
        device = f"手机-{next(NUMBERS)}"
        body = {"code": device, **DEVICE}
        assert desk.client.post(f"/crews/{code}/devices", json=body, headers=desk.writer).status_code == 201
        held = desk.client.get(f"/crews/{code}/devices", headers=desk.writer).json()["tokens"]
        return device, held[0]["device_token_id"]

    return run


def read(desk, path, headers=None):
    answer = desk.client.get(path, headers=headers or desk.writer)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_crew_is_read_as_it_was_handed_in_with_its_devices_and_what_its_columns_mean(desk, made, carried, code):
    device, _ = carried()
    answer = desk.client.get(f"/crews/{code}", headers=desk.writer)
    told = answer.json()
    assert told["crew"] == made.json()["crew"] == told["versions"][0]
    assert {name: told["crew"][name] for name in CREW} == CREW
    assert [(one["code"], one["datum"], one["accuracy_m"]) for one in told["devices"]] == [(device, "gcj02", 4.2)]
    assert told["columns"]["hours_from"]["zh"] == "上岗时刻"
    assert [option["value"] for option in told["columns"]["mode"]["options"]] == [
        "foot", "bicycle", "car", "boat", "drone",
    ]  # fmt: skip
    assert answer.headers["ETag"] == made.headers["ETag"] == f'"{told["crew"]["version"]}"'


def test_crews_are_listed_by_day_and_post_with_how_many_devices_they_carry(desk, made, carried, code):
    carried(), carried()
    for asked in ("", "?post=HZ-1", f"?date={day(30)}"):
        (found,) = [one for one in read(desk, f"/crews{asked}")["crews"] if one["code"] == code]
        assert (found["devices"], found["members"]) == (2, "李四、王五")
    for asked in ("?post=HZ-2", "?date=2025-12-31", "?known_at=2026-01-02"):
        assert code not in [one["code"] for one in read(desk, f"/crews{asked}")["crews"]]


def test_a_new_version_leaves_what_was_true_as_it_was(desk, made, put, code):
    answer = put(mode="boat", if_match=made.headers["ETag"])
    assert answer.status_code == 200 and answer.json()["crew"]["mode"] == "boat"
    old, new = read(desk, f"/crews/{code}")["versions"]
    assert (old["mode"], old["valid_from"], old["valid_to"]) == ("bicycle", "2026-01-01", day(0))
    assert (new["mode"], new["valid_from"], new["valid_to"]) == ("boat", day(0), None)


def test_the_same_again_changes_nothing(desk, made, put):
    assert put().headers["ETag"] == made.headers["ETag"]
    first = put(hours_from="22:00", hours_to="06:30")
    assert first.json()["crew"]["hours_to"] == "06:30:00"
    assert put(hours_from="22:00:00", hours_to="06:30").headers["ETag"] == first.headers["ETag"]


def test_who_has_seen_another_version_is_told(desk, made, put):
    assert put(mode="boat").status_code == 200
    late = put(mode="car", if_match=made.headers["ETag"])
    assert late.status_code == 409 and "重新读取" in late.json()["detail"]
    assert put(mode="car", if_match="*").status_code == 200


def test_the_past_is_not_rewritten_and_versions_do_not_overlap(desk, made, put, code):
    past = put(mode="boat", valid_from=day(-1))
    assert past.status_code == 400 and "早于今天" in past.json()["detail"]
    assert put(mode="boat", valid_from=day(30)).status_code == 200
    across = put(mode="car", valid_from=day(10))
    assert across.status_code == 409 and day(30) in across.json()["detail"]
    assert put(mode="car", valid_from=day(10), valid_to=day(30)).status_code == 200
    versions = read(desk, f"/crews/{code}")["versions"]
    assert [(one["mode"], one["valid_to"]) for one in versions] == [
        ("bicycle", day(10)), ("car", day(30)), ("boat", None),
    ]  # fmt: skip


def test_a_code_is_added_once_and_never_succeeded_before_it_was_added(desk, made, code):
    again = desk.client.post("/crews", json={"code": code, **CREW}, headers=desk.writer)
    assert again.status_code == 409 and "PUT" in again.json()["detail"]
    absent = desk.client.put("/crews/none", json=CREW, headers=desk.writer)
    assert (absent.status_code, absent.json()["detail"]) == (404, "没有巡查组 'none':新增请用 POST。")
    assert desk.client.get("/crews/none", headers=desk.writer).status_code == 404


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"mode": "horse"}, "mode(巡查方式)=horse 不在可选值之内:foot(步行)、bicycle"),
        ({"mode": None}, "mode"),
        ({"post_code": "X"}, "没有责任岗位 'X':请先"),
        ({"hours_from": "08:00"}, "同时给出"),
        ({"hours_from": "08:00", "hours_to": "08:00:00"}, "不可相同"),
        ({"hours_from": "25:00", "hours_to": "08:00"}, "hours_from 的值 '25:00' 不是时刻:应写作 08:30"),
        ({"hours_from": "08:00+08:00", "hours_to": "10:00"}, "不是时刻"),
        ({"hours_from": "٠8:00", "hours_to": "10:00"}, "不是时刻"),
        ({"hours_from": 8, "hours_to": 9}, "应为文字"),
        ({"valid_to": "2020-01-01"}, "不晚于生效日期"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"name": "\u0000"}, "字符|文字"),
        ({"name": "x" * 2001}, "2000"),
        ({"members": ["李四"]}, "应为文字"),
        ({"membres": "李四"}, "不认识"),
        ({"provenance": "report"}, "不认识"),
        ({"code": ""}, "code"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(desk, code, fields, told):
    answer = desk.client.post("/crews", json={"code": code, **CREW, **fields}, headers=desk.writer)
    assert answer.status_code == 400, answer.text
    assert any(part in answer.json()["detail"] for part in told.split("|")), answer.json()["detail"]
    assert code not in [one["code"] for one in read(desk, "/crews")["crews"]]


def test_dispatchers_write_everyone_reads_and_persons_are_seen_by_them_and_their_own(desk, made, carried, put, code):
    device, _ = carried()
    viewer, patroller = desk.person("viewer"), desk.person("patroller")
    for headers, status in ((None, 401), (viewer, 403), (patroller, 403)):
        assert desk.client.post("/crews", json={"code": "C2", **CREW}, headers=headers).status_code == status
        assert desk.client.put(f"/crews/{code}", json=CREW, headers=headers).status_code == status
        assert desk.client.put(f"/devices/{device}", json=DEVICE, headers=headers).status_code == status
        assert desk.status(f"/devices/{device}", headers) == desk.status("/devices", headers) == status
    assert desk.status("/crews") == desk.status(f"/crews/{code}") == 401  # what was entered is no sample
    for headers in (viewer, patroller):
        seen = read(desk, f"/crews/{code}", headers)
        assert "devices" not in seen and seen["crew"]["mode"] == "bicycle"
        assert "李四" not in str(seen) and "made_by" not in seen["crew"]
        assert "李四" not in desk.client.get("/crews", headers=headers).text
    assert put(members="李四、张三").status_code == 200  # 张三 is who the patroller is
    seen = read(desk, f"/crews/{code}", patroller)
    assert (seen["crew"]["members"], [one["code"] for one in seen["devices"]]) == ("李四、张三", [device])
    own = [one["code"] for one in read(desk, "/crews", patroller)["crews"] if "members" in one]
    assert code in own and "李四" not in desk.client.get(f"/crews/{code}", headers=viewer).text


def test_a_device_goes_from_crew_to_crew_version_by_version(desk, made, carried, code):
    device, _ = carried()
    path, other = f"/devices/{device}", f"{code}乙"
    assert desk.client.post("/crews", json={"code": other}, headers=desk.writer).json()["crew"]["mode"] == "foot"
    first = desk.client.get(path, headers=desk.writer)
    assert first.json()["device"]["crew_code"] == code
    later = DEVICE | {"crew_code": other, "valid_from": day(5)}
    answer = desk.client.put(path, json=later, headers=desk.writer | {"If-Match": first.headers["ETag"]})
    assert (answer.status_code, answer.json()["device"]["crew_code"]) == (200, other)
    assert [(one["crew_code"], one["valid_to"]) for one in read(desk, path)["versions"]] == [
        (code, day(5)), (other, None),
    ]  # fmt: skip
    assert [one["code"] for one in read(desk, f"/devices?crew={other}&date={day(6)}")["devices"]] == [device]
    assert read(desk, f"/devices?crew={other}")["devices"] == []
    stale = desk.client.put(path, json=DEVICE, headers=desk.writer | {"If-Match": first.headers["ETag"]})
    assert stale.status_code == 409 and "重新读取" in stale.json()["detail"]
    # Registered again it would begin today, and is not to end before the other begins.
    again = desk.client.post(f"/crews/{other}/devices", json={"code": device}, headers=desk.writer)
    assert again.status_code == 201
    assert [(one["crew_code"], one["valid_to"]) for one in read(desk, path)["versions"]] == [
        (other, day(5)), (other, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"datum": "nad27"}, "不在可选值之内:wgs84"),
        ({"crew_code": "X"}, "没有巡查组 'X':请先"),
        ({"accuracy_m": 0}, "应大于 0"),
        ({"accuracy_m": 1e9}, "不大于 1000"),
        ({"accuracy_m": 1e-60}, "accuracy_m|数"),
        ({"accuracy_m": "wide"}, "应为数字"),
        ({"crew": "X"}, "不认识"),
        ({"valid_from": day(-1)}, "早于今天"),
    ],
)
def test_what_is_wrong_with_a_device_is_said_in_one_sentence(desk, carried, fields, told):
    device, _ = carried()
    answer = desk.client.put(f"/devices/{device}", json=DEVICE | fields, headers=desk.writer)
    assert answer.status_code == 400, answer.text
    assert any(part in answer.json()["detail"] for part in told.split("|")), answer.json()["detail"]
    assert len(read(desk, f"/devices/{device}")["versions"]) == 1


def test_a_device_is_not_succeeded_before_it_was_added(desk):
    absent = desk.client.put("/devices/none", json=DEVICE, headers=desk.writer)
    assert absent.status_code == 404 and "'none'" in absent.json()["detail"]
    assert desk.client.get("/devices/none", headers=desk.writer).status_code == 404


def test_a_device_registered_again_keeps_what_is_not_told_and_is_told_apart_from_what_it_was(desk, made, carried, code):
    device, _ = carried()
    body = {"code": device, "accuracy_m": 9}
    assert desk.client.post(f"/crews/{code}/devices", json=body, headers=desk.writer).status_code == 201
    (held,) = read(desk, f"/devices/{device}")["versions"]
    assert (held["name"], held["datum"], held["accuracy_m"], held["crew_code"]) == ("一号手机", "gcj02", 9, code)
    assert len(desk.client.get(f"/crews/{code}/devices", headers=desk.writer).json()["tokens"]) == 2


def test_a_device_that_begins_later_is_not_registered_before(desk, made, code):
    device = f"手机-{next(NUMBERS)}"
    desk.run("INSERT INTO city.device (code, crew_code, valid_from) VALUES (%s, %s, current_date + 9)", device, code)
    answer = desk.client.post(f"/crews/{code}/devices", json={"code": device}, headers=desk.writer)
    assert answer.status_code == 409 and day(9) in answer.json()["detail"]


def test_a_token_is_revoked_only_by_the_way_of_the_crew_that_carries_its_device(desk, made, carried, code):
    _, number = carried()
    other = f"{code}丙"
    assert desk.client.post("/crews", json={"code": other}, headers=desk.writer).status_code == 201
    for way in (other, "none", "%25"):
        wrong = desk.client.delete(f"/crews/{way}/devices/{number}", headers=desk.writer)
        assert wrong.status_code == 404 and str(number) in wrong.json()["detail"]
    held = desk.client.get(f"/crews/{code}/devices", headers=desk.writer).json()["tokens"]
    assert [one["state"] for one in held] == ["valid"]
    assert desk.client.delete(f"/crews/{code}/devices/{number}", headers=desk.person("viewer")).status_code == 403
    assert desk.client.delete(f"/crews/{code}/devices/{number}", headers=desk.writer).json()["state"] == "revoked"


def test_of_two_first_versions_at_once_one_stands(desk, code):
    with ThreadPoolExecutor(4) as pool:
        sent = list(
            pool.map(
                lambda mode: desk.client.post("/crews", json={"code": code, "mode": mode}, headers=desk.writer),
                ("foot", "car", "boat", "drone"),
            )
        )
    assert sorted(one.status_code for one in sent) == [201, 409, 409, 409]
    assert len(read(desk, f"/crews/{code}")["versions"]) == 1


def test_the_sample_shows_the_crews_of_its_patrols_to_everyone(client):
    told = client.get("/crews/HS00").json()
    assert (told["crew"]["name"], told["crew"]["mode"], told["crew"]["provenance"]) == (
        "花山河巡河组", "foot", "synthetic",
    )  # fmt: skip
    assert [(one["code"], one["datum"]) for one in told["devices"]] == [
        ("示例-HS00-1", "wgs84"), ("示例-HS00-2", "gcj02"),
    ]  # fmt: skip
    assert len(client.get("/crews").json()["crews"]) == 9

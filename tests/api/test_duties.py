"""Duties and posts over HTTP: who reads and writes them, versions that never rewrite the past, and sentences."""

import itertools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.api.conftest import desk_over, fill, until
from tests.databases import copy_of

ZONE = ZoneInfo("Asia/Shanghai")
CITED = "泗县丁湖镇:每月不少于一次,满 5 分钟且满 300 米"
DUTY = {"post_code": "WGY-1", "layer": "grid", "targets": "all", "interval_days": 7, "citation": CITED}
NUMBERS = itertools.count(1)
POST = {"code": "WGY-1", "kind": "grid_keeper", "name": "一号网格员", "holder": "王五", "valid_from": "2026-01-01"}


def day(ahead):
    return (datetime.now(ZONE).date() + timedelta(days=ahead)).isoformat()


@pytest.fixture(scope="module")
def desk(cluster, city_template):
    """A city with one post, and a dispatcher to write; each test has a duty of its own."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with desk_over(engine) as desk:
            desk.writer = desk.person("dispatcher")
            made = desk.client.post("/posts", json=POST, headers=desk.writer)
            assert made.status_code == 201, made.text
            until(lambda: desk.client.app.state.gate.watch.known().holding == "mixed")
            yield desk


@pytest.fixture
def code():
    return f"D{next(NUMBERS)}"


@pytest.fixture
def put(desk, code):
    def run(*, if_match=None, **fields):
        headers = desk.writer | ({"If-Match": if_match} if if_match else {})
        return desk.client.put(f"/duties/{code}", json=DUTY | fields, headers=headers)

    return run


@pytest.fixture
def made(desk, code):
    answer = desk.client.post("/duties", json={"code": code, **DUTY, "valid_from": "2026-01-01"}, headers=desk.writer)
    assert answer.status_code == 201, answer.text
    return answer


def listed(desk, **asked):
    answer = desk.client.get("/duties", params=asked, headers=desk.writer)
    assert answer.status_code == 200, answer.text
    return {duty["code"]: duty for duty in answer.json()["duties"]}


def test_a_duty_is_read_as_it_was_handed_in_with_what_its_columns_mean(desk, made, code):
    answer = desk.client.get(f"/duties/{code}", headers=desk.writer)
    told = answer.json()
    assert told["duty"] == made.json()["duty"] == told["versions"][0]
    assert {name: told["duty"][name] for name in DUTY} == DUTY
    assert told["duty"]["reach_m"] == 25 and told["duty"]["valid_to"] is None
    assert told["columns"]["citation"]["zh"] == "依据出处"
    assert [option["zh"] for option in told["columns"]["per"]["options"]] == ["周", "月", "季"]
    assert answer.headers["ETag"] == made.headers["ETag"] == f'"{told["duty"]["version"]}"'


def test_duties_are_found_by_post_layer_and_day(desk, made, code):
    for asked in ({}, {"post": "WGY-1"}, {"layer": "grid", "date": "2026-01-01"}):
        assert code in listed(desk, **asked)
    for asked in ({"layer": "road"}, {"date": "2025-12-31"}):
        assert not listed(desk, **asked)
    for asked, status, told in (
        ({"post": "X"}, 404, "/posts"),
        ({"layer": "X"}, 404, "没有图层"),
        ({"layer": "zone"}, 400, "不记巡查所见"),
    ):
        answer = desk.client.get("/duties", params=asked, headers=desk.writer)
        assert (answer.status_code, told in answer.json()["detail"]) == (status, True)


def test_a_new_version_leaves_what_was_true_as_it_was(desk, made, put, code):
    answer = put(interval_days=10, if_match=made.headers["ETag"])
    assert answer.status_code == 200 and answer.json()["duty"]["interval_days"] == 10
    old, new = desk.client.get(f"/duties/{code}", headers=desk.writer).json()["versions"]
    assert (old["interval_days"], old["valid_from"], old["valid_to"]) == (7, "2026-01-01", day(0))
    assert (new["interval_days"], new["valid_from"], new["valid_to"]) == (10, day(0), None)
    assert listed(desk, date="2026-03-01")[code]["interval_days"] == 7


def test_the_same_again_changes_nothing(desk, made, put, code):
    assert put().headers["ETag"] == made.headers["ETag"]
    first = put(interval_days=10)
    assert put(interval_days=10).headers["ETag"] == first.headers["ETag"]


def test_two_versions_of_one_day_leave_the_last(desk, made, put, code):
    put(interval_days=10)
    put(interval_days=11)
    versions = desk.client.get(f"/duties/{code}", headers=desk.writer).json()["versions"]
    assert [version["interval_days"] for version in versions] == [7, 11]


def test_who_has_seen_another_version_is_told(desk, made, put, code):
    assert put(interval_days=10).status_code == 200
    late = put(interval_days=20, if_match=made.headers["ETag"])
    assert late.status_code == 409 and "重新读取" in late.json()["detail"]
    assert put(interval_days=20, if_match="*").status_code == 200


def test_the_past_is_not_rewritten_and_versions_do_not_overlap(desk, made, put, code):
    past = put(interval_days=10, valid_from=day(-1))
    assert past.status_code == 400 and "早于今天" in past.json()["detail"]
    assert put(interval_days=10, valid_from=day(30)).status_code == 200
    across = put(interval_days=12, valid_from=day(10))
    assert across.status_code == 409 and day(30) in across.json()["detail"]
    assert put(interval_days=12, valid_from=day(10), valid_to=day(30)).status_code == 200
    versions = desk.client.get(f"/duties/{code}", headers=desk.writer).json()["versions"]
    assert [(one["interval_days"], one["valid_to"]) for one in versions] == [(7, day(10)), (12, day(30)), (10, None)]
    assert listed(desk, date=day(60))[code]["interval_days"] == 10


def test_a_code_is_added_once_and_never_succeeded_before_it_was_added(desk, made, put, code):
    again = desk.client.post("/duties", json={"code": code, **DUTY}, headers=desk.writer)
    assert again.status_code == 409 and "PUT" in again.json()["detail"]
    assert desk.client.put("/duties/none", json=DUTY, headers=desk.writer).status_code == 404


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"post_code": "X"}, "没有责任岗位 'X'"),
        ({"code": "performance"}, "编码 'performance' 无法用作网址的一段:请换一个"),
        ({"code": "D/1"}, "不含斜线"),
        ({"code": ".."}, "'..'"),
        ({"same_side": True}, "图层 'grid' 没有水的两岸,不能要求同侧看到:请去掉 same_side"),
        ({"layer": "patrol"}, "图层 'patrol' 不记巡查所见"),
        ({"layer": "landuse"}, "图层 'landuse' 不记巡查所见,算不出覆盖:可用的有 road"),
        ({"targets": "codes"}, "对象范围为 codes"),
        ({"targets": "codes", "target_codes": ["420111080", "X"]}, "没有 'X'"),
        ({"targets": "within", "within_code": "9"}, "没有网格 '9'"),
        ({"targets": "some"}, "不在可选值之内"),
        ({"interval_days": None}, "二者必居其一"),
        ({"interval_days": 0}, "interval_days 的值 '0' 不对:应不小于 1"),
        ({"per": "year", "times": 1, "interval_days": None}, "'year' 不在可选值之内|year 不在可选值之内"),
        ({"hours": ["8-9"]}, "时段写作 19:00-22:00"),
        ({"modes": ["horse"]}, "不在可选值之内:foot"),
        ({"settled_by": "delegates", "delegates": ["Y"]}, "没有受托岗位或巡查组 'Y'"),
        ({"test_dwell_s": 1, "test_share": 0.5}, "至多给一项"),
        ({"valid_to": "2020-01-01"}, "不晚于生效日期"),
        ({"citation": ""}, "citation"),
        ({"reach_m": 1e9}, "reach_m"),
        ({"name": "\u0000"}, "字符|文字"),
        ({"intervall_days": 3}, "不认识"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(desk, code, fields, told):
    answer = desk.client.post("/duties", json={"code": code, **DUTY, **fields}, headers=desk.writer)
    assert answer.status_code == 400
    assert any(part in answer.json()["detail"] for part in told.split("|")), answer.json()["detail"]


def test_dispatchers_write_everyone_reads_and_only_they_see_who_holds_a_post(desk, made, code):
    viewer = desk.person("viewer")
    for path in ("/duties", "/posts", "/posts/WGY-1", f"/duties/{code}"):
        assert desk.client.get(path, headers=viewer).status_code == 200
        assert desk.client.get(path).status_code == 401  # what was entered is no sample
    assert desk.client.post("/duties", json={"code": "D2", **DUTY}, headers=viewer).status_code == 403
    assert desk.client.put("/posts/WGY-1", json={"kind": "road_chief"}, headers=viewer).status_code == 403
    seen = desk.client.get("/posts", headers=viewer).json()["posts"][0]
    assert not {"holder", "made_by"} & set(seen) and seen["name"] == "一号网格员"
    seen = desk.client.get("/posts", headers=desk.writer).json()["posts"][0]
    assert (seen["holder"], seen["made_by"]) == ("王五", "张三")
    assert "王五" not in desk.client.get("/posts/WGY-1", headers=viewer).text


def test_a_post_is_held_by_people_over_time(desk):
    body = {"code": "WGY-2", "kind": "grid_keeper", "holder": "王五", "valid_from": "2026-01-01"}
    assert desk.client.post("/posts", json=body, headers=desk.writer).status_code == 201
    answer = desk.client.put("/posts/WGY-2", json={"kind": "grid_keeper", "holder": "赵六"}, headers=desk.writer)
    assert answer.status_code == 200
    told = desk.client.get("/posts/WGY-2", headers=desk.writer).json()
    assert [one["holder"] for one in told["versions"]] == ["王五", "赵六"] and told["post"]["holder"] == "赵六"
    assert desk.client.get("/posts/none", headers=desk.writer).status_code == 404
    bad = desk.client.put("/posts/WGY-2", json={"kind": "mayor"}, headers=desk.writer)
    assert bad.status_code == 400 and "mayor 不在可选值之内:river_chief" in bad.json()["detail"]


@pytest.mark.parametrize("code", ["HZ/1", "."])
def test_a_post_that_no_address_could_name_is_refused(desk, code):
    answer = desk.client.post("/posts", json=POST | {"code": code}, headers=desk.writer)
    assert answer.status_code == 400 and "无法用作网址的一段" in answer.json()["detail"]


def test_what_is_no_date_is_said(desk):
    answer = desk.client.get("/duties", params={"date": "yesterday"}, headers=desk.writer)
    assert answer.status_code == 400 and "'yesterday' 不是日期" in answer.json()["detail"]


def test_the_sample_shows_its_rules_to_everyone(client):
    told = client.get("/duties", params={"post": "HZ-HSHZ-1", "layer": "reach"}).json()["duties"]
    assert {duty["rule"] for duty in told} >= {"泗县丁湖镇", "阿合奇县", "广州 2019", "广州 2021"}
    assert all("示例" in duty["citation"] and duty["provenance"] == "synthetic" for duty in told)


def test_what_a_duty_covers_today_is_listed(desk, made, code, client):
    covered = desk.client.get(f"/duties/{code}?covers=true", headers=desk.writer).json()["covers"]
    assert [one["target"] for one in covered] == ["420111080001", "420111080002", "420111080003"]
    assert covered[0]["from_m"] is None and covered[0]["since"] == "2026-01-01"
    ends = client.get("/duties/TC-HZ-HSHZ-1?covers=true").json()["covers"]
    assert [(one["layer"], one["target"], one["stretch"]) for one in ends] == [("bank", "HSH-左1", "HZ-HSHZ-1-D")]
    assert ends[0]["from_m"] == 0 and 3_000 < ends[0]["to_m"] < 5_000

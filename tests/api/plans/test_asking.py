"""What a plan is asked to be: refused in words where it cannot be, completed where it is not said."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.plans.conftest import START

DAY = "2026-03-02"
JIA = {"crew": "甲", "start": START}


@pytest.fixture
def refused(street):
    def run(body):
        answer = street.client.post("/plans", json=body, headers={"Prefer": "respond-async"})
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.status_code, answer.json()["detail"]

    return run


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"crews": []}, 400, "没有巡查组"),
        ({"crews": [{"crew": "丙"}]}, 404, "登记的有"),
        ({"crews": [{}]}, 400, "编码 crew"),
        ({"crews": [JIA, JIA]}, 400, "两次"),
        ({"crews": [JIA, {"name": "甲"}]}, 400, "两次"),
        ({"crews": [JIA | {"from": "09:00", "to": "09:00"}]}, 400, "不同的时刻"),
        ({"crews": [JIA | {"from": "9点"}]}, 400, "crews.0.from"),
        ({"crews": [JIA | {"start": {"lon": 30.5, "lat": 114.5}}]}, 400, "lat"),
        ({"crews": [JIA | {"start": {"lon": 100.0, "lat": 30.5}}]}, 400, "范围之外"),
        ({"crews": [JIA | {"posts": ["没有"]}]}, 404, "责任岗位"),
        ({"crews": [JIA | {"mode": "horse"}]}, 400, "mode"),
        ({"crews": [JIA | {"most_m": 0}]}, 400, "most_m"),
        ({"crews": [JIA | {"breaks": [{"from": "13:00", "to": "13:30", "minutes": 20}]}]}, 400, "放不进"),
        ({"crews": [JIA | {"appointments": [{"name": "会", "place": START, "from": "09:00", "to": "09:10",
                                             "minutes": 30}]}]}, 400, "放不进"),
        ({"crews": [JIA] * 50}, 400, "40"),
        ({"day": DAY, "days": [DAY]}, 400, "只给其一"),
        ({"days": [DAY, DAY]}, 400, "重复"),
        ({"days": [f"2026-03-{day:02d}" for day in range(1, 9)]}, 400, "7"),
        ({"day": "1926-01-01"}, 400, "太远"),
        ({"days": [DAY, "2099-03-02"]}, 400, "31 天之内"),
        ({"options": {"seconds": 9999}}, 400, "上限"),
        ({"options": {"iterations": 0}}, 400, "iterations"),
        ({"options": {"ahead_days": 99}}, 400, "ahead_days"),
        ({"options": {"speed": 3}}, 400, "不认识"),
        ({"again_from": "P20260101-99999"}, 404, "没有方案"),
        ({"from_now": True}, 400, "again_from"),
        ({"options": {"second_pass": True}}, 400, "again_from"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(refused, body, status, said):
    found, detail = refused(
        {"day": DAY, "crews": [JIA]} | body if "days" not in body or "day" in body else {"crews": [JIA]} | body
    )
    assert found == status and said in detail, detail


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(street, number):
    body = f'{{"crews": [{{"crew": "甲", "start": {{"lon": {number}, "lat": 30.5}}}}]}}'
    answer = street.client.post("/plans", content=body.encode(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 400 and "lon" in answer.json()["detail"]


def test_what_is_not_there_to_be_planned_fails_in_words_and_not_before(street):
    body = {"day": DAY, "crews": [JIA], "options": {"layers": ["没有"]}}
    answer = street.client.post("/plans", json=body, headers={"Prefer": "wait=30"}).json()
    assert answer["status"] == "failed" and "没有" in answer["fault"]


def test_the_defaults_are_told_before_anything_is_solved(street):
    found = street.client.get("/plans/defaults", params={"day": DAY}).json()
    assert [(crew["crew"], crew["from"], crew["to"]) for crew in found["crews"]] == [
        ("HS00", "08:30", "17:30"),
        ("甲", "08:00", "12:00"),
    ]
    assert found["crews"][0]["defaults"] == ["from", "to", "most_m", "start", "end"]
    assert found["options"]["seconds"] == 20
    assert found["limits"]["days"] == 7


words = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("2026-03-02"))
names = st.sampled_from(["crew", "name", "from", "to", "start", "lon", "lat", "breaks", "minutes", "places", "days"])
wild = st.recursive(
    words, lambda some: st.lists(some, max_size=3) | st.dictionaries(names, some, max_size=4), max_leaves=8
)


@given(st.fixed_dictionaries({"crews": wild}, optional={"day": wild, "options": wild, "again_from": wild, "at": wild}))
@settings(max_examples=40)
def test_whatever_is_asked_is_answered_in_words(street, body):
    answer = street.client.request("POST", "/plans", content=dumped(body), headers=ASYNC)
    assert answer.status_code in (202, 400, 404, 413, 429), answer.text


ASYNC = {"Prefer": "respond-async", "Content-Type": "application/json"}


def dumped(body):
    return json.dumps(body).encode("utf-8", "backslashreplace")

"""What a changed duty would have meant for a past month: by the same tracks, and nothing of it stored."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.api.conftest import REAL, desk_over, until
from tests.databases import copy_of

ZONE = ZoneInfo("Asia/Shanghai")
LINES, WHOLE = "YC-HUZ-YDH-1", "WG-205"
WALKED = "2026-06"
"""A month of the sample in which there were patrols."""
KEPT = ("version", "known_from", "made_by", "provenance", "code")


def last_month():
    return (datetime.now(ZONE).date().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


@pytest.fixture(scope="module")
def desk(cluster, sample_template):
    """The sample, and somebody who may change its duties."""
    with copy_of(cluster, sample_template) as engine, desk_over(engine) as desk:
        desk.writer = desk.person("dispatcher")
        yield desk


@pytest.fixture
def rule(desk):
    """A duty as its form would send it."""

    def read(code):
        duty = desk.client.get(f"/duties/{code}", headers=desk.writer).json()["duty"]
        return {name: value for name, value in duty.items() if name not in KEPT and value is not None}

    return read


@pytest.fixture
def tried(desk):
    def run(code, body, status=200, who=None, **asked):
        headers = desk.writer if who is None else who
        params = {"period": WALKED} | asked
        answer = desk.client.post(f"/duties/{code}/effect", json=body, params=params, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    return run


@pytest.mark.parametrize("code", [LINES, WHOLE])
def test_the_same_rule_changes_nothing_and_comes_to_what_other_answers_say(desk, rule, tried, code):
    told = tried(code, rule(code))
    assert told["period"] == WALKED and told["whole_period"] and told["before"]["done"] > 0
    assert told["before"] == told["after"] and all(one["before"] == one["after"] for one in told["targets"])
    debt = desk.client.get(f"/debt?duty={code}&at={told['to'][:10]}", headers=desk.writer).json()
    (duty,) = debt["duties"]
    unit = ("debt_target_days", "length_targets") if duty["whole"] else ("debt_m_days", "length_m")
    assert [told["before"]["debt"], told["before"]["length"]] == pytest.approx([duty[name] for name in unit])
    month = desk.client.get(f"/duties/performance?period={WALKED}&duty={code}&by=duty", headers=desk.writer).json()
    (performance,) = month["duties"]
    assert all(told["before"][name] == performance[name] for name in ("due", "done", "effective", "met", "missed"))
    assert told["before"]["on_time_share"] == pytest.approx(performance["on_time_share"])


@pytest.mark.parametrize("code", [LINES, WHOLE])
def test_who_asks_less_often_is_owed_no_more(rule, tried, code):
    often = rule(code) | {"per": None, "times": None, "interval_days": 7}
    seldom = often | {"interval_days": 21}
    (one, other) = (tried(code, {k: v for k, v in body.items() if v is not None})["after"] for body in (often, seldom))
    assert one["debt"] >= other["debt"] > 0
    assert one["on_time_share"] <= other["on_time_share"] and one["length"] == other["length"]


def test_it_is_added_up_over_its_targets(rule, tried):
    told = tried(WHOLE, rule(WHOLE) | {"interval_days": 30})
    for side in ("before", "after"):
        assert sum(one[side]["debt"] for one in told["targets"]) == pytest.approx(told[side]["debt"])
    changes = [abs(one["after"]["debt"] - one["before"]["debt"]) for one in told["targets"]]
    assert changes == sorted(changes, reverse=True) and changes[0] > 0
    assert all(one["name"] for one in told["targets"])


def test_a_reach_that_is_not_stored_is_worked_out_for_lines_and_named_where_it_cannot_be(rule, tried):
    near, far = (tried(LINES, rule(LINES) | {"reach_m": reach_m}) for reach_m in (25, 60))
    assert (near["anew"], far["anew"]) == (False, True)
    assert far["after"]["debt"] < near["after"]["debt"]
    assert "25" in tried(WHOLE, rule(WHOLE) | {"reach_m": 60}, 400)["detail"]


def test_nothing_is_stored(desk, rule, tried):
    before = desk.client.get(f"/duties/{LINES}", headers=desk.writer).json()
    tried("试-1", rule(LINES))
    assert desk.client.get(f"/duties/{LINES}", headers=desk.writer).json() == before
    assert desk.client.get("/duties/试-1", headers=desk.writer).status_code == 404


def test_a_duty_that_is_not_there_yet_has_no_before_and_no_zero_in_its_place(rule, tried):
    often = {name: value for name, value in rule(LINES).items() if name not in ("per", "times")} | {"interval_days": 7}
    told = tried("试-2", often)
    assert told["before"] is None and told["after"]["debt"] > 0
    assert all(one["before"] is None for one in told["targets"])
    bare = tried("试-3", rule(LINES) | {"post_code": "WGY-201"})
    assert bare["after"] is None and bare["targets"] == []


def test_unless_another_is_asked_for_it_is_the_month_that_closed_last(desk, rule):
    told = desk.client.post(f"/duties/{LINES}/effect", json=rule(LINES), headers=desk.writer).json()
    assert told["period"] == last_month() and told["from"].startswith(f"{last_month()}-01T00:00:00")
    assert told["whole_period"] is True and told["computed_at"] >= told["to"]


def test_the_rule_is_held_to_what_a_save_would_be(rule, tried):
    assert "没有责任岗位" in tried(LINES, rule(LINES) | {"post_code": "X"}, 400)["detail"]
    assert "二者必居其一" in tried(LINES, rule(LINES) | {"interval_days": 3}, 400)["detail"]
    assert "对象范围" in tried(LINES, rule(LINES) | {"targets": "codes"}, 400)["detail"]
    assert "还没有开始" in tried(LINES, rule(LINES), 400, period="2199-01")["detail"]
    assert "请缩短" in tried(LINES, rule(LINES), 400, period="2020-01-01..2026-01-01")["detail"]


def test_only_those_who_may_change_a_duty_and_visitors_of_a_sample_try_one(desk, rule, tried):
    body = rule(LINES)
    assert tried(LINES, body, who={})["after"]
    desk.run(REAL)
    until(lambda: desk.client.app.state.gate.watch.known().holding == "mixed")
    tried(LINES, body, 401, who={})
    for role in ("viewer", "analyst", "patroller"):
        tried(LINES, body, 403, who=desk.person(role))

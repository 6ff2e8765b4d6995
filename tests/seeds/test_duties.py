"""The sample's duties hold the published rules of other places, each with its source, and name what is there."""

from datetime import date, timedelta

import pandas as pd
import pytest

from seeds import sample
from seeds.city import duty_frame
from seeds.duties import COMPARED, duties
from seeds.patrols import DAYS

RULES = {
    "泗县丁湖镇": ("sixian.gov.cn", {"min_minutes": 5, "min_metres": 300, "per": "month", "times": 1}),
    "广州 2021": ("广州日报 2021-07-06", {"min_minutes": 10, "min_metres": 1000, "interval_days": 10}),
    "阿合奇县": (
        "xjahq.gov.cn",
        {"min_minutes": 30, "min_metres": 2000, "min_gap_hours": 96, "first_month": 3, "last_month": 12, "times": 1},
    ),
}


TODAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def made():
    return sample()


@pytest.mark.parametrize("rule", RULES)
def test_a_published_rule_stands_as_it_was_published(rule):
    source, asked = RULES[rule]
    held = [duty for duty in duties(TODAY) if duty.rule == rule]
    assert {duty.post_code for duty in held} == set(COMPARED)
    for duty in held:
        assert source in duty.citation
        assert {name: getattr(duty, name) for name in asked} == asked


def test_guangzhou_of_2019_asks_for_three_tenths_weekly_and_all_monthly():
    held = [duty for duty in duties(TODAY) if duty.rule == "广州 2019" and duty.post_code == COMPARED[0]]
    assert {(duty.per, duty.least_share, duty.full_cover) for duty in held} == {
        ("week", 0.3, False),
        ("month", None, True),
    }


def test_every_assignment_is_said_to_be_made_up():
    assert {duty.provenance for duty in duties(TODAY)} == {"synthetic"}
    assert all("示例" in duty.citation for duty in duties(TODAY))


def test_duties_name_posts_layers_and_targets_that_are_there(made):
    posts = set(made.posts["code"])
    for duty in duties(TODAY):
        assert {duty.post_code, *(duty.delegates or ())} <= posts, duty.code
        if duty.target_codes:
            assert set(duty.target_codes) <= set(made.layers[duty.layer]["code"]), duty.code
        if duty.within_code:
            assert duty.within_code in set(made.layers["grid"]["code"]), duty.code


def test_every_chief_of_a_reach_and_every_road_has_a_duty(made):
    held = duties(TODAY)
    assert set(made.reaches["post_code"]) <= {duty.post_code for duty in held if duty.layer == "reach"}
    roads = {code for duty in held if duty.layer == "road" for code in duty.target_codes or ()}
    assert roads == set(made.layers["road"]["code"])


def test_there_are_night_hours_in_the_evening_and_across_midnight():
    assert {duty.hours for duty in duties(TODAY) if duty.hours} == {("19:00-22:00",), ("22:00-02:00",)}


def test_they_begin_with_the_first_month_that_the_patrols_cover_whole_and_one_changes_later():
    held = duties(TODAY)
    assert min(duty.valid_from for duty in held) == date(2026, 4, 1) > TODAY - timedelta(days=DAYS + 1)
    first, second = (duty for duty in held if duty.code == "LX-01")
    assert (first.interval_days, second.interval_days) == (14, 7)
    assert first.valid_from < first.valid_to == second.valid_from < TODAY


def test_whole_numbers_stay_whole_where_others_ask_for_none():
    held = duty_frame(TODAY)
    assert held["interval_days"].dropna().map(type).eq(int).all()
    assert pd.isna(held["times"]).any()

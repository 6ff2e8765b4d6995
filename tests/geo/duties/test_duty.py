"""A duty says what it means, or is refused with the remedy; the published rules are duties."""

import math

import pytest

from geo.duties.duty import Duty, parse_window, versions_of
from layers.errors import BadInput

PLAIN = {"code": "D", "post_code": "P", "layer": "water"}
WEEKLY = PLAIN | {"interval_days": 7}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "二者必居其一"),
        ({"interval_days": 7, "per": "week", "times": 1}, "二者必居其一"),
        ({"per": "week"}, "二者必居其一"),
        ({"interval_days": 0.5}, "按时段分立"),
        ({"interval_days": math.nan}, "1 至 3660"),
        ({"per": "fortnight", "times": 1}, "week"),
        ({"per": "week", "times": 0}, "1 至 100"),
        ({"interval_days": 7, "full_cover": True}, "计次周期"),
        ({"interval_days": 7, "first_month": 3}, "同时"),
        ({"interval_days": 7, "first_month": 0, "last_month": 3}, "1 至 12"),
        ({"interval_days": 7, "weekdays": [0]}, "周一"),
        ({"interval_days": 7, "weekdays": []}, "周一"),
        ({"interval_days": 7, "hours": ["9-10"]}, "19:00-22:00"),
        ({"interval_days": 7, "hours": ["09:00-09:00"]}, "00:00-24:00"),
        ({"interval_days": 7, "hours": ["09:00-24:30"]}, "24:00"),
        ({"interval_days": 7, "valid_from_s": 5.0, "valid_to_s": 5.0}, "晚于"),
        ({"interval_days": 7, "settled_by": "nobody"}, "anyone"),
        ({"interval_days": 7, "settled_by": "delegates"}, "至少一个"),
        ({"interval_days": 7, "delegates": ["Q"]}, "delegates"),
        ({"interval_days": 7, "modes": ["horse"]}, "foot"),
        ({"interval_days": 7, "bound": "maybe"}, "nominal"),
        ({"interval_days": 7, "least_share": 1.2}, "不大于 1"),
        ({"interval_days": 7, "reach_m": 0}, "大于 0"),
        ({"interval_days": 7, "min_minutes": -1}, "不小于 0"),
        ({"interval_days": 7, "min_metres": math.nan}, "不小于 0"),
    ],
)
def test_what_cannot_mean_anything_is_refused_with_the_remedy(fields, says):
    with pytest.raises(BadInput, match=says):
        Duty(**PLAIN, **fields)


def test_versions_come_in_order_and_may_not_overlap_or_mix():
    old = Duty(**WEEKLY, valid_to_s=100.0)
    new = Duty(**WEEKLY, valid_from_s=100.0)
    assert versions_of([new, old]) == (old, new)
    with pytest.raises(BadInput, match="重叠"):
        versions_of([old, Duty(**WEEKLY, valid_from_s=99.0)])
    with pytest.raises(BadInput, match="D、E"):
        versions_of([old, Duty(**WEEKLY | {"code": "E"}, valid_from_s=100.0)])
    with pytest.raises(BadInput, match="至少"):
        versions_of([])


def test_windows_across_midnight_end_on_the_next_day():
    assert parse_window("22:00-06:00") == (1320, 1800)
    assert parse_window("00:00-24:00") == (0, 1440)
    assert parse_window("22:00-24:00") == (1320, 1440)


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"interval_days": 10}, 10),
        ({"per": "week", "times": 1}, 7),
        ({"per": "month", "times": 1}, 30.436875),
        ({"per": "quarter", "times": 3}, 30.436875),
    ],
)
def test_a_count_per_period_gives_its_mean_interval(fields, days):
    assert Duty(**PLAIN, **fields).mean_interval_days == pytest.approx(days)

"""One metre of a line: who saw it, when, how sure, whose it is and when it is due."""

from datetime import datetime, timedelta

import pytest

from tests.api.playback.conftest import ZONE, get


@pytest.mark.parametrize("given", ["chainage_m=300", "lon=114.503132&lat=30.561"])
def test_a_metre_says_who_when_how_sure_and_when_it_is_due(city, given):
    told = get(city, f"/coverage/road/R1/at?{given}&at=2026-06-04T08:00").json()
    assert told["chainage_m"] == pytest.approx(300, abs=1) and told["at"] == "2026-06-04T08:00:00+08:00"
    (visit,) = told["seen"]
    assert (visit["patrol"], visit["crew"], visit["how"]) == ("日组-001", "日组", "sure")
    assert told["last"]["sure"] == visit["sure"] and visit["sure"][:13] == "2026-06-02T08"
    (duty,) = told["duties"]
    last = datetime.fromisoformat(duty["last_counted"])
    assert datetime.fromisoformat(duty["due_at"]) == last + timedelta(days=3)
    assert (duty["post_name"], duty["overdue_days"], told["nobody"]) == ("一岗", 0, False)
    late = get(city, f"/coverage/road/R1/at?{given}&at=2026-06-10T08:00").json()["duties"][0]
    due = datetime.fromisoformat(late["due_at"])
    assert late["overdue_days"] == pytest.approx((datetime(2026, 6, 10, 8, tzinfo=ZONE) - due) / timedelta(days=1))


def test_a_metre_agrees_with_the_debt_of_its_duty(city):
    told = get(city, "/coverage/road/R1/at?chainage_m=3000&at=2026-06-10T08:00").json()
    assert (told["seen"], told["last"]["possible"]) == ([], None)
    (duty,) = told["duties"]
    (piece,) = [
        one
        for one in get(city, "/debt?at=2026-06-10T08:00&duty=D-1&pieces=true").json()["pieces"]
        if one["target"] == "R1" and one["from_m"] <= 3000 < one["to_m"]
    ]
    assert duty["never_seen"] and piece["never_seen"]
    assert duty["overdue_days"] == pytest.approx(piece["overdue_days"])
    assert (duty["from_m"], duty["to_m"]) == (piece["from_m"], piece["to_m"])


def test_a_metre_that_nobody_answers_for_says_so(city):
    told = get(city, "/coverage/road/R2/at?chainage_m=5").json()
    assert told["nobody"] and told["duties"] == [] and told["seen"] == []


def test_a_metre_is_told_by_days_to_who_may_not_see_persons(city):
    path = "/coverage/road/R1/at?chainage_m=520&at="
    assert city.status(f"{path}2026-06-04T08:00", city.person("viewer")) == 400
    told = get(city, f"{path}2026-07-01", "viewer").json()
    assert {tuple(one) for one in told["seen"]} == {("mode", "sure", "nominal", "possible", "carried", "how")}
    assert {one["nominal"] for one in told["seen"]} == {"2026-06-02"}
    assert (told["last"]["nominal"], told["duties"][0]["last_counted"]) == ("2026-06-02", "2026-06-02")
    named = get(city, f"{path}2026-07-01", "analyst").json()["seen"]
    assert all(one["patrol"].startswith("patrol-") for one in named) and len(named) == 2


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("", "chainage_m"),
        ("?lon=114.5", "lat"),
        ("?chainage_m=1&lon=114.5&lat=30.56", "一种"),
        ("?chainage_m=99999", "长度"),
        ("?lon=30.56&lat=14.5", "颠倒"),
        ("?chainage_m=5&at=2100-01-01", "还没有到"),
        ("?chainage_m=5&reach_m=33", "没有存储"),
    ],
)
def test_a_metre_that_is_none_is_refused_with_the_remedy(city, query, word):
    answer = city.client.get(f"/coverage/road/R1/at{query}", headers=city.person("dispatcher"))
    assert answer.status_code == 400 and word in answer.json()["detail"], answer.text

"""A duty that asks for full cover each period, over the database: half seen is missed, wholly seen is met."""

import pytest

from tests.api.test_same_side import city, duty, get, go

RULE = {"interval_days": None, "per": "month", "times": 1}
HALF, WHOLE = ([(-40 + 50 * n, 0) for n in range(count)] for count in (12, 24))  # of a river 1,000 m long


@pytest.fixture(scope="module")
def desk(cluster, city_template):
    """A city whose small river is sailed half in August and wholly in September."""
    with city(cluster, city_template) as desk:
        duty(desk, "PLAIN", **RULE)
        duty(desk, "FULL", **RULE, full_cover=True)
        go(desk, 65, "boat", HALF, device="船-8")
        go(desk, 95, "boat", WHOLE, device="船-9")
        yield desk


def performance(desk, code, period):
    (told,) = get(desk, f"/duties/performance?period={period}&by=duty&duty={code}")["duties"]
    return told


def test_half_covered_is_missed_with_the_reason_and_wholly_covered_is_met(desk):
    august, september = (performance(desk, "FULL", f"2026-0{month}") for month in (8, 9))
    assert (august["effective"], august["met"], august["missed"], august["met_share"]) == (1, 0, 1, 0.0)
    (due,), (cover,) = august["dues"], august["cover"]
    assert due["patrol"] is None and due["reasons"] == ["not_all_seen"]
    share = int(cover["nominal"] * 100)
    assert due["words"] == [f"未全覆盖:看到 {share} %,还差 {cover['unseen_m']:,.0f} 米"] and 45 < share < 60
    assert (september["met"], september["missed"]) == (1, 0) and september["cover"][0]["full"]
    assert september["dues"][0]["words"] == [] and september["dues"][0]["patrol"]


def test_a_duty_that_does_not_ask_for_it_is_met_by_the_same_patrols(desk):
    for month in (8, 9):
        told = performance(desk, "PLAIN", f"2026-0{month}")
        assert (told["met"], told["missed"], told["dues"][0]["words"]) == (1, 0, [])


@pytest.mark.parametrize(("until", "missed"), [("2026-08-02", 0), ("2026-07-31", 1)])
def test_where_nobody_can_tell_of_the_rest_it_is_unknown_and_missed_once_tracks_are_there_again(desk, until, missed):
    desk.run(
        "INSERT INTO city.unknown_span (layer, target_code, span, until) "
        "SELECT 'bank', code, int4range(0, 200000), %s FROM city.bank",
        until,
    )
    told = performance(desk, "FULL", "2026-08")
    desk.run("DELETE FROM city.unknown_span")
    assert (told["met"], told["missed"], told["unknown"]) == (0, missed, 1 - missed)
    (due,) = told["dues"] + told["unknown_dues"]
    assert due["words"][0].startswith("未全覆盖" if missed else "不知是否全覆盖:看到 ")


def test_a_patrol_out_over_the_turn_of_the_month_counts_whole_in_the_month_it_started_in(desk):
    go(desk, 153, "boat", WHOLE, device="船-10", hour=23.96)  # from 23:57 on the last of October
    october, november = (performance(desk, "FULL", month) for month in ("2026-10", "2026-11"))
    assert (october["met"], october["cover"][0]["full"]) == (1, True)
    assert (november["done"], november["met"]) == (0, 0) and november["cover"][0]["nominal"] == 0

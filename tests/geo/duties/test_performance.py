"""What was due and what was done: counts per period, intervals by local days, seasons, versions, coverage pairs."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.duties.duty import Duty
from geo.duties.effective import Verdicts
from geo.duties.performance import performance

ZONE = ZoneInfo("Asia/Shanghai")
DAY_S = 86_400.0


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


JUNE = at("2026-06-01"), at("2026-07-01")
LATER = at("2026-12-31")


def duty(**fields):
    return Duty(**({"code": "D", "post_code": "P", "layer": "water"} | fields))


def judged(*rows):
    """Verdicts on patrols that started at these times; a row may be (time, reasons)."""
    rows = [(row, ()) if isinstance(row, str) else row for row in rows]
    started = np.array([at(when) for when, _ in rows])
    many, zeros = len(rows), np.zeros(len(rows))
    good = np.array([not reasons for _, reasons in rows], dtype=bool)
    return Verdicts(
        np.arange(many), started, good, zeros, zeros, np.arange(many), zeros, zeros,
        ("P",) * many, tuple(tuple(reasons) for _, reasons in rows),
    )  # fmt: skip


def perform(one, verdicts, *, term=JUNE, now_s=LATER, began="2026-01-01", **more):
    duties = [one] if isinstance(one, Duty) else one
    return performance(duties, verdicts, term=term, now_s=now_s, zone=ZONE, began_s=at(began), **more)


def due_days(found, missed=None):
    """The last day on which each due thing could be done."""
    dues = [due for due in found.dues if missed is None or due.missed == missed]
    return [f"{datetime.fromtimestamp(due.due_s - 1, ZONE):%m-%d}" for due in dues]


def test_a_monthly_count_with_dates_and_reasons():
    found = perform(
        duty(per="month", times=4),
        judged("2026-06-03T09:00", ("2026-06-10T09:00", ["too_short"]), "2026-06-30T23:50", "2026-07-01T00:10"),
    )
    assert (found.due, found.met, found.met_share) == (4, 2, 0.5)
    assert (found.done, found.effective) == ((0, 1, 2), (0, 2))
    assert [(one.patrol, one.reasons) for one in found.undone] == [(1, ("too_short",))]
    assert due_days(found, missed=True) == ["06-30", "06-30"]


def test_a_stranger_s_walk_is_not_done_by_the_post():
    verdicts = judged("2026-06-03T09:00", ("2026-06-10T09:00", ["not_yours"]))._replace(acting=("P", None))
    found = perform(duty(per="month", times=1), verdicts)
    assert (found.done, found.undone) == ((0,), ())


def test_more_than_was_due_is_still_all_that_was_due():
    found = perform(duty(per="month", times=1), judged("2026-06-03T09:00", "2026-06-04T09:00"))
    assert (found.due, found.met, len(found.effective)) == (1, 1, 2)


def test_weeks_are_due_where_they_end():
    # The week from 1 June ends in June, that of 29 June in July.
    found = perform(duty(per="week", times=1), judged("2026-06-02T09:00", "2026-06-16T09:00", "2026-06-30T09:00"))
    assert [(due.period, due.patrol) for due in found.dues] == [
        ("2026-W23", 0),
        ("2026-W24", None),
        ("2026-W25", 1),
        ("2026-W26", None),
    ]


def test_out_of_season_nothing_is_due_and_part_of_a_period_in_proportion():
    season = duty(per="quarter", times=6, first_month=3, last_month=12)
    found = perform(season, judged(), term=(at("2026-01-01"), at("2026-07-01")))
    # March is 31 of the 90 days of the first quarter: 6 x 31 / 90 = 2.07.
    assert [sum(due.period == name for due in found.dues) for name in ("2026-Q1", "2026-Q2")] == [2, 6]
    assert perform(duty(per="month", times=1, first_month=3, last_month=5), judged()).due == 0


def test_a_count_that_changes_within_a_month_is_due_in_proportion_to_each():
    old = duty(per="month", times=4, valid_to_s=at("2026-06-16"))
    new = duty(per="month", times=2, valid_from_s=at("2026-06-16"))
    found = perform([old, new], judged("2026-06-20T09:00"))
    assert [(due.patrol, due_days(found)[nth]) for nth, due in enumerate(found.dues)] == [
        (None, "06-15"),
        (None, "06-15"),
        (0, "06-30"),
    ]


def test_what_is_due_later_is_not_missed_yet():
    weekly = duty(per="week", times=1)
    found = perform(weekly, judged("2026-06-16T09:00"), now_s=at("2026-06-17"))
    assert [due.patrol for due in found.dues] == [None, None, 0]
    assert perform(weekly, judged(), now_s=at("2026-06-01")).met_share is None


def test_an_interval_is_due_so_many_days_after_the_last_effective_patrol():
    ten = duty(interval_days=10)
    found = perform(ten, judged("2026-06-05T18:00"), last_effective_s=at("2026-05-28T08:00"))
    # Due by 7 June: done on the 5th. Then by the 15th and the 25th: missed; the next is due in July.
    assert due_days(found) == ["06-07", "06-15", "06-25"]
    assert [due.patrol for due in found.dues] == [0, None, None]


def test_daily_patrols_of_a_ten_day_duty_are_three_due_a_month():
    rows = [f"2026-06-{day:02}T09:00" for day in range(1, 31)]
    found = perform(duty(interval_days=10), judged(*rows), last_effective_s=at("2026-05-31T09:00"))
    assert (found.due, found.met, len(found.effective)) == (3, 3, 30)


def test_a_daily_duty_is_due_on_its_first_day():
    found = perform(
        duty(interval_days=1), judged("2026-06-01T20:00"), term=(JUNE[0], at("2026-06-04")), began="2026-06-01"
    )
    assert [due.patrol for due in found.dues] == [0, None, None]


def test_an_interval_rests_out_of_season_and_follows_its_versions():
    season = duty(interval_days=10, first_month=6, last_month=9)
    found = perform(season, judged(), last_effective_s=at("2026-01-01T09:00"))
    assert due_days(found) == ["06-10", "06-20", "06-30"]
    old, new = duty(interval_days=5, valid_to_s=at("2026-06-11")), duty(interval_days=10, valid_from_s=at("2026-06-11"))
    assert due_days(perform([old, new], judged(), last_effective_s=at("2026-05-31"))) == [
        "06-05",
        "06-10",
        "06-20",
        "06-30",
    ]


DAYS = 60
WALKED = st.sets(st.integers(1, DAYS), max_size=20)


def interval_term(days, interval, first, last, **more):
    """Patrols at noon of these days of a duty that begins on day 1, judged over the days from first to last."""
    start = at("2026-06-01")
    started = [datetime.fromtimestamp(start + (day - 0.5) * DAY_S, ZONE).isoformat()[:19] for day in sorted(days)]
    term = start + (first - 1) * DAY_S, start + last * DAY_S
    return perform(duty(interval_days=interval), judged(*started), term=term, began="2026-06-01", **more)


@settings(max_examples=40)
@given(WALKED, st.integers(1, 14))
def test_nothing_is_missed_just_when_no_gap_between_patrols_is_longer_than_the_interval(days, interval):
    gaps = np.diff([0, *sorted(days)])
    in_time = (gaps <= interval).all() and max(days, default=0) + interval > DAYS
    assert (not interval_term(days, interval, 1, DAYS).missed) == in_time


@settings(max_examples=40)
@given(WALKED, st.integers(1, 14), st.integers(2, DAYS - 1))
def test_a_term_s_dues_are_those_of_its_parts_and_what_is_missed_needs_but_the_last_patrol_before(days, interval, cut):
    whole, early = interval_term(days, interval, 1, DAYS), interval_term(days, interval, 1, cut)
    ends_s = at("2026-06-01") + cut * DAY_S
    assert early.dues == tuple(due for due in whole.dues if due.due_s <= ends_s)
    before = [day for day in days if day <= cut]
    last_s = at("2026-06-01") + (max(before) - 0.5) * DAY_S if before else None
    late = interval_term([day for day in days if day > cut], interval, cut + 1, DAYS, last_effective_s=last_s)
    assert due_days(late, missed=True) == due_days(whole._replace(dues=whole.dues[len(early.dues) :]), missed=True)


@pytest.mark.parametrize(("began", "due"), [("2026-06-10", 1), ("2026-06-20", 0)])
def test_a_month_the_duty_began_in_counts_where_most_of_it_was_left(began, due):
    assert perform(duty(per="month", times=1), judged(), began=began).due == due


def test_a_term_before_the_duty_began_asks_for_nothing():
    for one in (duty(interval_days=7), duty(per="week", times=1)):
        assert perform(one, judged(), began="2026-08-01").due == 0


@given(
    rhythm=st.sampled_from(
        [{"interval_days": 3}, {"interval_days": 7}, {"per": "week", "times": 1}, {"per": "month", "times": 3}]
    ),
    went=st.lists(st.integers(0, 29 * 24), max_size=8),
    known=st.integers(0, 29 * 24),
)
@settings(max_examples=60)
def test_where_not_all_is_known_nothing_is_missed_that_was_done(rhythm, went, known):
    def verdicts(hours):
        rows = judged(*["2026-06-01"] * len(hours))
        return rows._replace(started_s=np.array(hours, dtype=float) * 3600 + JUNE[0])

    known_s = JUNE[0] + known * 3600.0
    truth = perform(duty(**rhythm), verdicts(sorted(went)))
    found = perform(duty(**rhythm), verdicts(sorted(hour for hour in went if hour >= known)), known_since_s=known_s)
    assert len(found.missed) <= len(truth.missed)
    if "per" in rhythm:
        spans = [[(due.from_s, due.due_s) for due in one] for one in (found.missed, truth.missed)]
        assert set(spans[0]) <= set(spans[1])
        assert found.due + len(found.unknown) == truth.due
        assert all(due.from_s < known_s for due in found.unknown)
    else:
        assert all(due.from_s >= known_s - DAY_S for due in found.missed) and not found.unknown


@pytest.mark.parametrize(("went", "unknown"), [("2026-06-20T09:00", 1), ("2026-07-01", 0)])
def test_what_was_missed_is_unknown_where_a_patrol_went_then_of_which_not_all_is_known(went, unknown):
    found = perform(duty(per="month", times=2), judged("2026-06-03T09:00"), lost_s=np.array([at(went)]))
    assert (found.met, len(found.missed), len(found.unknown)) == (1, 1 - unknown, unknown)

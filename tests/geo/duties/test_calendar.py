"""Periods, seasons and hours of a place: half-open, across midnight, and right when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.duties.calendar import day_starts, in_force, instant, open_spans, periods, within
from geo.duties.clock import Clock, clock_of
from geo.duties.duty import Duty
from layers.errors import BadInput

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
DAY_S = 86_400.0


def duty(**fields):
    return Duty(**({"code": "D", "post_code": "P", "layer": "water", "interval_days": 7} | fields))


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def hours_open(one, start, end, zone=SHANGHAI):
    """Open spans as local clock times."""
    spans = open_spans(one, at(start, zone), at(end, zone), zone)
    return [tuple(f"{datetime.fromtimestamp(edge, zone):%d %H:%M}" for edge in span) for span in spans]


@settings(max_examples=40)
@given(
    st.sampled_from(["week", "month", "quarter"]),
    st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)),
    st.integers(1, 800),
    st.sampled_from([SHANGHAI, NEW_YORK]),
)
def test_periods_adjoin_and_cover_what_was_asked(kind, start, days, zone):
    start_s = start.replace(tzinfo=UTC).timestamp()
    found = periods(kind, start_s, start_s + days * DAY_S, zone)
    assert found[0].start_s <= start_s < found[0].end_s
    assert found[-1].start_s < start_s + days * DAY_S <= found[-1].end_s
    assert all(before.end_s == after.start_s for before, after in pairwise(found))
    assert len({one.name for one in found}) == len(found)


def test_periods_bear_the_names_of_iso_weeks_months_and_quarters():
    span = at("2026-12-31 12:00"), at("2027-01-04 00:00")
    names = {kind: [one.name for one in periods(kind, *span, SHANGHAI)] for kind in ("week", "month", "quarter")}
    assert names == {"week": ["2026-W53"], "month": ["2026-12", "2027-01"], "quarter": ["2026-Q4", "2027-Q1"]}
    assert periods("month", span[1], span[0], SHANGHAI) == ()
    with pytest.raises(BadInput, match="fortnight"):
        periods("fortnight", *span, SHANGHAI)


def test_a_night_window_belongs_to_the_evening_it_opens_on():
    night = duty(hours=["22:00-02:00"], weekdays=[5])
    assert hours_open(night, "2026-06-05 00:00", "2026-06-08 00:00") == [("05 22:00", "06 02:00")]
    assert hours_open(night, "2026-06-06 01:00", "2026-06-07 00:00") == [("06 01:00", "06 02:00")]


def test_weekdays_alone_are_whole_days_and_adjoining_ones_are_one_span():
    assert hours_open(duty(weekdays=[6, 7]), "2026-06-01 00:00", "2026-06-10 00:00") == [("06 00:00", "08 00:00")]


@settings(max_examples=40)
@given(
    st.sampled_from([SHANGHAI, NEW_YORK]),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),
    st.integers(1, 60),
    st.integers(18, 23),
    st.integers(1, 6),
)
def test_a_window_across_midnight_is_the_union_of_its_halves(zone, start, hours, opens, closes):
    start_s = start.replace(tzinfo=zone).timestamp()
    span = start_s, start_s + hours * 3600
    whole = open_spans(duty(hours=[f"{opens:02}:00-{closes:02}:30"]), *span, zone)
    halves = open_spans(duty(hours=[f"{opens:02}:00-24:00", f"00:00-{closes:02}:30"]), *span, zone)
    assert whole.tolist() == halves.tolist()


def test_windows_follow_the_local_clock_when_it_changes():
    # New York 2026: 8 March 02:00 becomes 03:00; 1 November 02:00 becomes 01:00 again.
    assert hours_open(duty(hours=["02:10-02:50"]), "2026-03-08 00:00", "2026-03-09 00:00", NEW_YORK) == []
    spans = open_spans(
        duty(hours=["22:00-02:30"]), at("2026-03-07 12:00", NEW_YORK), at("2026-03-08 12:00", NEW_YORK), NEW_YORK
    )
    assert np.diff(spans).tolist() == [[4 * 3600.0]]
    twice = open_spans(
        duty(hours=["01:00-01:30"]), at("2026-11-01 00:00", NEW_YORK), at("2026-11-02 00:00", NEW_YORK), NEW_YORK
    )
    assert np.diff(twice).tolist() == [[1.5 * 3600.0]]


@given(st.integers(0, 364), st.integers(0, 1439))
def test_a_minute_of_a_day_reads_back_on_the_local_clock(day, minute):
    when = date(2026, 1, 1) + timedelta(days=day)
    local = datetime.fromtimestamp(instant(when, minute, NEW_YORK), NEW_YORK)
    skipped = when == date(2026, 3, 8) and 120 <= minute < 180
    assert skipped or (local.date(), local.hour * 60 + local.minute) == (when, minute)


def test_days_are_the_local_ones_however_long():
    starts, first = day_starts(at("2026-03-07 10:00", NEW_YORK), at("2026-03-09 00:00", NEW_YORK), NEW_YORK)
    assert first == date(2026, 3, 7)
    assert (np.diff(starts) / 3600).tolist() == [24, 23]
    assert len(day_starts(at("2026-06-01 10:00"), at("2026-06-01 10:00"), SHANGHAI)[0]) == 2


def test_a_season_over_the_turn_of_the_year_and_a_version_inside_it():
    winter = duty(first_month=11, last_month=2, valid_from_s=at("2025-12-15"), valid_to_s=at("2026-11-20"))
    spans = in_force([winter], at("2025-06-01"), at("2027-06-01"), SHANGHAI)
    days = [[f"{datetime.fromtimestamp(edge, SHANGHAI):%Y-%m-%d}" for edge in span] for span in spans]
    assert days == [["2025-12-15", "2026-03-01"], ["2026-11-01", "2026-11-20"]]


def test_milliseconds_are_found_out():
    with pytest.raises(BadInput, match=r"毫秒|天"):
        periods("week", 1.78e12, 1.79e12, SHANGHAI)
    with pytest.raises(BadInput, match=r"毫秒|天"):
        open_spans(duty(hours=["08:00-09:00"]), 1.78e9, 1.78e12, SHANGHAI)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8), st.integers(0, 25), st.integers(25, 50))
def test_cut_spans_hold_just_the_moments_they_should(spans, start, end):
    cut = within(np.array(spans, dtype=float).reshape(-1, 2), start, end)
    for moment in np.arange(-1, 52) + 0.5:
        expected = start <= moment < end and any(low <= moment < high for low, high in spans)
        assert ((cut[:, 0] <= moment) & (moment < cut[:, 1])).any() == expected
    assert (cut[1:, 0] > cut[:-1, 1]).all()


@given(st.floats(0, 5 * 365 * DAY_S), st.floats(0, 5 * 365 * DAY_S))
def test_a_clock_never_runs_back_nor_faster_than_time_and_tells_when(one_s, other_s):
    start_s = at("2024-01-01")
    clock = clock_of([duty(first_month=3, last_month=11)], start_s, start_s + 5 * 366 * DAY_S, SHANGHAI)
    early_s, late_s = sorted((start_s + one_s, start_s + other_s))
    shown = clock.at(np.array([early_s, late_s]))
    assert 0 <= shown[1] - shown[0] <= late_s - early_s + 1e-6
    assert float(clock.at(clock.when(shown))[0]) == pytest.approx(shown[0])
    assert (clock.when(shown) <= np.maximum([early_s, late_s], clock.spans[0, 0]) + 1e-6).all()


def test_a_clock_that_never_runs_shows_nothing():
    never = Clock(np.empty((0, 2)))
    assert never.at(np.array([5.0, -np.inf])).tolist() == [0.0, -np.inf]
    assert never.when(1.0) == np.inf
    assert not never.runs(0.0)

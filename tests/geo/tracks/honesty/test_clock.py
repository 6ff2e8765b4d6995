"""Wrong clocks: ahead, behind, set back, off by a time zone or by the receiver's weeks."""

from dataclasses import replace

import numpy as np
import pytest

from geo.tracks.honesty.clock import clock_wrong
from tests.geo.tracks.outings import Outing

WALK = Outing(every_s=10.0, stops=1).fixes()
HOUR_S = 3600.0
WEEKS_S = 1024 * 7 * 86_400.0


def off(by_s):
    """The walk with a clock that is off by so many seconds."""
    return replace(WALK, time_s=WALK.time_s + by_s)


def kinds(flags):
    return [next(iter(flag.evidence)) for flag in flags]


@pytest.mark.parametrize(("by_s", "hours"), [(8 * HOUR_S, 8), (HOUR_S, 1), (8 * HOUR_S + 150, 8)])
def test_a_clock_ahead_by_a_time_zone_is_told_in_hours(by_s, hours):
    (flag,) = clock_wrong(off(by_s), WALK.time_s + 2)
    assert flag.evidence["hours_count"] == hours
    assert flag.evidence["ahead_s"] == pytest.approx(by_s - 2)
    assert flag.pieces == ((WALK.time_s[0] + by_s, WALK.time_s[-1] + by_s),)


def test_a_clock_ahead_by_anything_else_is_told_in_seconds():
    (flag,) = clock_wrong(off(1000), WALK.time_s + 2)
    assert "hours_count" not in flag.evidence
    assert flag.evidence["ahead_s"] == pytest.approx(998)


def test_an_offline_upload_shows_a_clock_ahead_by_its_last_fixes_only():
    (flag,) = clock_wrong(off(1000), WALK.time_s[-1] + 5)
    ((from_s, to_s),) = flag.pieces
    assert to_s - from_s == pytest.approx(1000 - 5 - 120, abs=20)


def test_a_live_stream_that_is_always_eight_hours_old_comes_from_a_clock_behind():
    (flag,) = clock_wrong(off(-8 * HOUR_S), WALK.time_s + 4)
    assert (kinds([flag]), flag.evidence["hours_count"]) == (["behind_s"], 8)


def test_an_upload_eight_hours_later_is_only_late():
    assert clock_wrong(WALK, WALK.time_s[-1] + 8 * HOUR_S) == []
    random = np.random.default_rng(1)
    assert clock_wrong(WALK, WALK.time_s + random.uniform(600, 4000, len(WALK))) == []


def test_a_receiver_whose_weeks_began_again_is_told_as_such():
    (flag,) = clock_wrong(off(-WEEKS_S), WALK.time_s[-1] + 60)
    assert (kinds([flag]), flag.evidence["epochs_count"]) == (["behind_s"], 1)


def test_a_clock_set_back_on_the_way_has_counted_time_twice():
    half = len(WALK) // 2
    time_s = WALK.time_s - np.where(np.arange(len(WALK)) >= half, 1800.0, 0)
    (flag,) = clock_wrong(replace(WALK, time_s=time_s), np.nan)
    assert kinds([flag]) == ["back_s"]
    assert flag.evidence["back_s"] == pytest.approx(1800, abs=20)
    assert flag.evidence["twice_s"] > 600


def test_a_part_sent_later_and_a_part_sent_twice_are_no_set_back():
    n = len(WALK)
    later = np.concatenate([np.arange(n // 3), np.arange(2 * n // 3, n), np.arange(n // 3, 2 * n // 3)])
    twice = np.concatenate([np.arange(n), np.arange(n // 3, n)])
    for order in (later, twice, np.arange(n)[::-1]):
        assert clock_wrong(WALK.take(order), np.nan) == []


def test_two_wrongs_are_two_flags():
    time_s = WALK.time_s - np.where(np.arange(len(WALK)) >= len(WALK) // 2, 1800.0, 0)
    assert kinds(clock_wrong(replace(WALK, time_s=time_s + 90_000), WALK.time_s[-1])) == ["ahead_s", "back_s"]


@pytest.mark.parametrize("time_s", [np.nan, np.inf, -np.inf])
def test_what_is_no_time_tells_nothing(time_s):
    assert clock_wrong(replace(WALK, time_s=np.full(len(WALK), time_s)), WALK.time_s) == []

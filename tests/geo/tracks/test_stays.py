"""Stays: where a crew stood, within legs, however the receiver's error wandered."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.tracks.stays import stays
from tests.geo.tracks.outings import Outing, wander


def still(count, every_s=10.0, at=(0.0, 0.0), error_m=3.0, seed=0):
    random = np.random.default_rng(seed)
    time_s = np.arange(count) * every_s
    error = [wander(random, count, 60 / every_s) for _ in "xy"]
    return at[0] + error[0] * error_m, at[1] + error[1] * error_m, time_s


def test_who_stands_stays_at_one_place_for_all_of_the_time():
    (stay,) = stays(*still(100, at=(500.0, -20.0)))
    assert (stay.from_s, stay.to_s, stay.first, stay.last) == (0.0, 990.0, 0, 99)
    assert np.hypot(stay.x - 500, stay.y + 20) < 5
    assert stay.radius_m < 15


def test_a_stay_begins_when_the_crew_has_arrived_and_ends_when_it_leaves():
    time_s = np.arange(0, 1210, 10.0)
    x = np.interp(time_s, [0, 300, 900, 1200], [0, 390, 390, 780])
    (stay,) = stays(x, x * 0, time_s)
    # Within 30 m of the place it is there: 23 s at 1.3 m/s.
    assert (stay.from_s, stay.to_s) == (pytest.approx(280, abs=10), pytest.approx(920, abs=10))
    assert (stay.x, stay.y) == (390.0, 0.0)


def test_who_walks_on_stays_nowhere():
    assert stays(np.arange(1000) * 1.3, np.zeros(1000), np.arange(1000)) == []


def test_no_stay_reaches_across_a_gap():
    found = stays(np.zeros(6), np.zeros(6), [0, 100, 200, 5000, 5100, 5200], [0, 3, 6], least_s=180)
    assert [(stay.from_s, stay.to_s) for stay in found] == [(0, 200), (5000, 5200)]


@pytest.mark.parametrize("starts", [None, [0], [0, 0]])
def test_nobody_stays_nowhere(starts):
    assert stays([], [], [], starts) == []


def test_one_fix_is_no_stay():
    assert stays([1], [1], [1]) == []


def test_what_is_no_place_is_no_stay():
    assert stays([np.nan] * 5, [0] * 5, np.arange(5) * 100.0) == []
    assert [(s.from_s, s.to_s) for s in stays([0, 0, 0, np.nan, 0, 0, 0], [0] * 7, np.arange(7) * 100.0)] == [
        (0, 200), (400, 600),
    ]  # fmt: skip


def test_a_million_fixes_standing_or_hardly_moving_are_done_with():
    time_s = np.arange(1e6)
    assert len(stays(np.zeros(10**6), np.zeros(10**6), time_s)) == 1
    creeping = stays(time_s * 0.1, np.zeros(10**6), time_s)
    assert 1000 < len(creeping) < 4000


@given(st.integers(0, 30), st.integers(0, 30), st.sampled_from([5.0, 10.0, 30.0]), st.integers(0, 4))
def test_every_stay_keeps_to_its_place_its_time_and_its_leg(way, seed, every_s, stops):
    fixes = Outing(way=way, seed=seed, every_s=every_s, stops=stops, lasts_s=1800).fixes()
    starts = [0, len(fixes) // 3, len(fixes)]
    found = stays(fixes.x, fixes.y, fixes.time_s, starts)
    for stay in found:
        inside = slice(stay.first, stay.last + 1)
        away_m = np.hypot(fixes.x[inside] - stay.x, fixes.y[inside] - stay.y)
        assert away_m.max() == stay.radius_m <= 30
        assert (fixes.time_s[stay.first], fixes.time_s[stay.last]) == (stay.from_s, stay.to_s)
        assert stay.to_s - stay.from_s >= 180
        assert stay.last < starts[1] or stay.first >= starts[1]
    assert all(a.last < b.first for a, b in pairwise(found))


@given(st.integers(-(10**5), 10**5))
def test_stays_move_and_turn_with_the_track(far_m):
    fixes = Outing(lasts_s=1800, every_s=30).fixes()
    here = stays(fixes.x, fixes.y, fixes.time_s)
    x = fixes.x + far_m
    assert [(s.from_s, s.to_s) for s in stays(x, fixes.y, fixes.time_s)] == [(s.from_s, s.to_s) for s in here]
    assert [(s.from_s, s.to_s) for s in stays(fixes.y, -fixes.x, fixes.time_s)] == [(s.from_s, s.to_s) for s in here]

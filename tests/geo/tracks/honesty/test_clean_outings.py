"""No flag is raised on honest outings, however they stop, turn, and sample; no flag is lost by cleaning."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.tracks.cleaning import MODES, clean
from geo.tracks.honesty.clock import clock_wrong
from geo.tracks.honesty.drive_by import drive_bys
from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.left_lying import left_lying
from geo.tracks.honesty.replay import Earlier, replayed
from geo.tracks.honesty.two_places import two_places
from tests.geo.tracks.outings import PACE_MPS, Outing

OUTINGS = st.builds(
    Outing,
    mode=st.sampled_from(sorted(PACE_MPS)),
    way=st.integers(0, 10_000),
    seed=st.integers(0, 10_000),
    every_s=st.sampled_from([1.0, 5.0, 10.0, 30.0, 60.0]),
    stops=st.integers(0, 5),
    lasts_s=st.sampled_from([300.0, 1800.0, 3600.0]),
    error_m=st.sampled_from([3.0, 5.0, 10.0]),
)


@settings(max_examples=60)
@given(OUTINGS)
def test_an_honest_outing_is_not_flagged_by_itself(outing):
    fixes = outing.fixes()
    assert drive_bys(fixes, outing.mode) == []
    assert left_lying(fixes) == []
    assert clock_wrong(fixes, fixes.time_s + 3) == []


@settings(max_examples=60)
@given(OUTINGS, st.integers(1, 30))
def test_the_same_way_on_another_day_is_no_replay(outing, days):
    again = replace(outing, seed=outing.seed + 1, start_s=outing.start_s + 86_400 * days).fixes()
    assert replayed(again, [Earlier.of(outing.fixes())]) == []


@settings(max_examples=30)
@given(OUTINGS)
@example(Outing("car", 0, 0, every_s=1.0, stops=0, error_m=3.0))
def test_two_phones_of_one_crew_are_in_one_place_and_replay_nothing(outing):
    one = outing.fixes()
    two = Fixes(one.x[::2] + 3, one.y[::2] - 3, one.time_s[::2] + 1, one.accuracy_m[::2])
    assert two_places(one, two) == two_places(two, one) == []
    assert replayed(two, [Earlier.of(one)]) == []


@settings(max_examples=30)
@given(OUTINGS, st.randoms(use_true_random=False))
def test_late_sending_in_any_order_is_no_wrong_clock(outing, random):
    fixes = outing.fixes()
    order = np.array(random.sample(range(len(fixes)), len(fixes)))
    assert clock_wrong(fixes.take(order), fixes.time_s[-1] + 5 * 86_400) == []
    assert clock_wrong(fixes.take(order), np.nan) == []


@pytest.mark.parametrize("mode", MODES)
def test_no_fixes_one_fix_and_all_fixes_equal_are_not_flagged(mode):
    one = Fixes(*(np.array([value]) for value in (1.0, 2.0, 3.0, 10.0)))
    for fixes in (one.take(slice(0, 0)), one, one.take(np.zeros(5, dtype=int))):
        assert drive_bys(fixes, mode) == left_lying(fixes) == clock_wrong(fixes, 5.0) == []
        assert two_places(fixes, fixes) == replayed(fixes, [Earlier.of(fixes)]) == []


def through(outing, *, mode="foot", fixes=None):
    """The fixes that flags are raised from, after cleaning; and those of the legs alone, cleaned once more."""
    fixes = fixes or outing.fixes()
    cleaned = clean(fixes.x, fixes.y, fixes.time_s, MODES[mode])
    kept = fixes.take(cleaned.order)
    again = clean(kept.x, kept.y, kept.time_s, MODES[mode])
    return (
        Fixes.of(fixes.x, fixes.y, fixes.time_s, fixes.accuracy_m, cleaned),
        Fixes.of(kept.x, kept.y, kept.time_s, kept.accuracy_m, again),
    )


def stay_flagged(first, again):
    """Whether the same was flagged for about as long: a fix that cleaning left out counts the first time only."""
    assert [flag.kind for flag in first] == [flag.kind for flag in again] != []
    lasted_s, again_s = (sum(to_s - from_s for from_s, to_s in flags[0].pieces) for flags in (first, again))
    return again_s > 0.9 * lasted_s


@settings(max_examples=15)
@given(st.integers(0, 1000))
@example(304)
def test_cleaning_leaves_a_flagged_piece_flagged(way):
    ridden, again = through(Outing("bicycle", way, stops=0))
    assert stay_flagged(drive_bys(ridden, "foot"), drive_bys(again, "foot"))
    earlier = Outing("foot", way).fixes()
    later, again = through(None, fixes=replace(earlier, time_s=earlier.time_s + 86_400))
    assert stay_flagged(replayed(later, [Earlier.of(earlier)]), replayed(again, [Earlier.of(earlier)]))
    still, again = through(Outing("foot", way, stops=0, lasts_s=2400), fixes=lying(way))
    assert stay_flagged(left_lying(still), left_lying(again))


def lying(seed):
    fixes = Outing(seed=seed, lasts_s=2400).fixes()
    random = np.random.default_rng(seed)
    return replace(fixes, x=random.normal(0, 2, len(fixes)), y=random.normal(0, 2, len(fixes)))


def test_a_ride_too_fast_for_any_leg_of_a_walk_is_flagged_nevertheless():
    ride = Outing("car", stops=0).fixes()
    assert clean(ride.x, ride.y, ride.time_s, MODES["foot"]).left_out["alone"] > 0.7 * len(ride)
    (flag,) = drive_bys(through(None, fixes=ride)[0], "foot")
    assert sum(to_s - from_s for from_s, to_s in flag.pieces) > 3000

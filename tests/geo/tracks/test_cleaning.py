"""Fixes into legs: every fault has its reason, and nothing is assumed between legs."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.tracks.cleaning import MODES, REASONS, clean

FOOT = MODES["foot"]  # 6 m/s, gaps of 120 s


def walk(*fixes, **options):
    """The cleaning of fixes given as (time, x)."""
    time_s, x = np.array(fixes, dtype=float).T if fixes else np.empty((2, 0))
    return clean(x, np.zeros(len(x)), time_s, FOOT, **options)


def legs(cleaned):
    return [leg.tolist() for leg in cleaned.legs]


def test_a_clean_walk_is_one_leg():
    cleaned = walk((0, 0), (30, 40), (60, 80))
    assert legs(cleaned) == [[0, 1, 2]]
    assert cleaned.left_out == {}


def test_no_fixes_make_no_legs():
    assert legs(walk()) == []


def test_one_fix_is_a_disc():
    assert legs(walk((0, 5))) == [[0]]


def test_a_gap_ends_the_leg_and_the_limit_itself_does_not():
    assert legs(walk((0, 0), (120, 100), (240.5, 200), (300, 250))) == [[0, 1], [2, 3]]


def test_a_fix_left_alone_by_gaps_is_a_disc():
    assert legs(walk((0, 0), (30, 30), (200, 90), (400, 200), (430, 230))) == [[0, 1], [2], [3, 4]]


def test_a_spike_is_left_out_and_the_leg_goes_on():
    cleaned = walk((0, 0), (30, 30), (60, 5000), (90, 90), (120, 120))
    assert legs(cleaned) == [[0, 1, 3, 4]]
    assert cleaned.left_out == {"spike": 1}


def test_a_spike_between_neighbours_too_far_apart_in_time_is_alone():
    cleaned = walk((0, 0), (30, 30), (100, 5000), (170, 170), (200, 200))
    assert legs(cleaned) == [[0, 1], [3, 4]]
    assert cleaned.left_out == {"alone": 1}


def test_of_alternating_places_the_first_is_believed():
    cleaned = walk((0, 0), (10, 5000), (20, 20), (30, 5020), (40, 40))
    assert legs(cleaned) == [[0, 2, 4]]
    assert cleaned.left_out == {"spike": 2}


def test_a_jump_that_stays_ends_the_leg():
    cleaned = walk((0, 0), (30, 30), (60, 5000), (90, 5030))
    assert legs(cleaned) == [[0, 1], [2, 3]]
    assert cleaned.left_out == {}


def test_a_fix_left_alone_by_a_step_too_fast_is_left_out():
    cleaned = walk((0, 9000), (30, 30), (60, 60))
    assert legs(cleaned) == [[1, 2]]
    assert cleaned.left_out == {"alone": 1}


def test_stray_fixes_in_a_row_are_left_out_and_the_leg_goes_on():
    cleaned = walk((0, 0), (30, 30), (45, 5000), (60, -5000), (90, 90), (120, 120))
    assert legs(cleaned) == [[0, 1, 4, 5]]
    assert cleaned.left_out == {"alone": 2}


def test_repeats_and_conflicts_of_one_time_keep_the_first():
    cleaned = walk((0, 0), (30, 30), (30, 30), (30, 31), (60, 60))
    assert legs(cleaned) == [[0, 1, 4]]
    assert cleaned.left_out == {"repeated": 1, "conflict": 1}


def test_a_fix_that_is_no_position_does_not_take_the_time_of_a_good_one():
    cleaned = walk((0, 0), (30, np.nan), (30, 30), (60, 60))
    assert legs(cleaned) == [[0, 2, 3]]
    assert cleaned.left_out == {"not_finite": 1}


def test_fixes_out_of_order_are_sorted_and_counted():
    cleaned = walk((0, 0), (60, 60), (30, 30), (90, 90))
    assert legs(cleaned) == [[0, 2, 1, 3]]
    assert (cleaned.disordered, cleaned.left_out) == (1, {})


def test_every_fix_that_came_after_a_later_one_is_counted():
    assert walk((0, 0), (60, 60), (30, 30), (40, 40), (90, 90)).disordered == 2


def test_times_beyond_belief_are_left_out():
    cleaned = walk((-9e9, 0), (0, 0), (30, 30), (1e12, 60), (np.inf, 90), earliest_s=-1, latest_s=1e9)
    assert legs(cleaned) == [[1, 2]]
    assert cleaned.left_out == {"prehistoric": 1, "future": 1, "not_finite": 1}


def test_fixes_outside_the_bounds_are_left_out():
    cleaned = walk((0, 0), (30, 30), (60, 60), inside=[True, False, True])
    assert legs(cleaned) == [[0, 2]]
    assert cleaned.left_out == {"outside": 1}


def test_a_fix_that_says_itself_it_is_of_no_use_is_left_out():
    cleaned = walk((0, 0), (30, 30), (60, 60), (90, 90), accuracy_m=[np.nan, 1000, 1000.1, np.inf])
    assert legs(cleaned) == [[0, 1]]
    assert cleaned.left_out == {"inexact": 2}


def test_the_mode_decides_what_is_too_fast():
    x, time_s = np.arange(5) * 300.0, np.arange(5) * 30.0
    assert len(clean(x, x * 0, time_s, MODES["car"]).legs) == 1
    assert clean(x, x * 0, time_s, MODES["foot"]).legs == []


@pytest.mark.parametrize("mode", MODES.values(), ids=lambda mode: mode.name)
def test_every_mode_has_limits_that_make_sense(mode):
    assert MODES[mode.name] is mode
    assert mode.max_speed_mps > 0
    assert mode.max_gap_s > 0
    assert mode.accuracy_m > 0


@pytest.mark.parametrize("value", [1.7e308, -1.7e308, 1e154])
def test_numbers_without_measure_are_too_far_or_too_late(value):
    assert legs(walk((0, 0), (30, value), (60, 60), (90, -value), (100, 100))) == [[0, 2, 4]]
    assert sorted(legs(walk((0, 0), (30, 30), (value, 60), (-value, 60)))) == [[0, 1], [2], [3]]


def test_a_million_fixes_of_one_place_and_a_million_on_the_move_are_one_leg_each():
    time_s = np.arange(1e6)
    assert len(clean(time_s * 0, time_s * 0, time_s, FOOT).legs) == 1
    moving = clean(time_s, np.sin(time_s), time_s[::-1], FOOT)
    assert (len(moving.legs), moving.disordered) == (1, 999_999)


FIXES = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 2000), st.floats(-1e12, 1e12), st.sampled_from([np.nan, np.inf])),
        st.one_of(st.integers(-400, 400), st.sampled_from([1e5, np.nan, -np.inf])),
    ),
    max_size=40,
)


@given(FIXES)
def test_every_fix_is_kept_in_one_leg_or_left_out_for_one_reason(fixes):
    cleaned = walk(*fixes)
    kept = np.sort(np.concatenate([*cleaned.legs, np.empty(0, dtype=int)]))
    assert kept.tolist() == np.flatnonzero(cleaned.reason == 0).tolist()
    assert sum(cleaned.left_out.values()) + len(kept) == len(fixes)


@given(FIXES)
def test_no_step_of_a_leg_is_too_fast_or_too_long_and_time_runs_on(fixes):
    for leg in walk(*fixes).legs:
        time_s, x = np.array(fixes, dtype=float)[leg].T
        assert (np.diff(time_s) > 0).all()
        assert (np.diff(time_s) <= FOOT.max_gap_s).all()
        assert (np.abs(np.diff(x)) <= FOOT.max_speed_mps * np.diff(time_s)).all()


@given(FIXES)
def test_cleaning_what_was_cleaned_changes_nothing(fixes):
    cleaned = walk(*fixes)
    for leg in cleaned.legs:
        again = walk(*[fixes[index] for index in leg])
        assert legs(again) == [list(range(len(leg)))]
    again = walk(*[fixes[index] for index in cleaned.order])
    assert again.left_out == {}
    assert again.disordered == 0
    assert again.starts.tolist() == cleaned.starts.tolist()


@given(st.lists(st.tuples(st.integers(1, 130), st.sampled_from([0, 5, 100, 500, 1000, 2000])), max_size=30))
def test_cleaning_a_restless_track_again_changes_nothing(steps):
    fixes = list(zip(np.cumsum([s for s, _ in steps]).tolist(), [x for _, x in steps], strict=True))
    cleaned = walk(*fixes)
    again = walk(*[fixes[index] for index in cleaned.order])
    assert (again.left_out, again.starts.tolist()) == ({}, cleaned.starts.tolist())


@given(FIXES, st.randoms(use_true_random=False))
def test_the_order_in_which_fixes_come_does_not_matter(fixes, random):
    fixes = list({fix[0]: fix for fix in fixes}.values())
    shuffled = random.sample(fixes, len(fixes))
    assert [[fixes[i] for i in leg] for leg in legs(walk(*fixes))] == [
        [shuffled[i] for i in leg] for leg in legs(walk(*shuffled))
    ]


def simple_spikes(fixes):
    """Spikes by the sentence of the design, one fix after another."""
    kept = [fixes[0]]
    for this, after in pairwise(fixes[1:]):
        before = kept[-1]
        fast = [abs(b[1] - a[1]) > 6 * (b[0] - a[0]) for a, b in ((before, this), (this, after), (before, after))]
        if not (fast[0] and fast[1] and not fast[2] and after[0] - before[0] <= 120):
            kept.append(this)
    return [*kept, fixes[-1]]


@given(st.lists(st.tuples(st.integers(1, 130), st.sampled_from([0, 5, 100, 500, 1000])), min_size=3, max_size=30))
def test_spikes_are_those_of_a_plain_loop(steps):
    fixes = [
        (time, x) for time, x in zip(np.cumsum([s for s, _ in steps]).tolist(), [x for _, x in steps], strict=True)
    ]
    cleaned = walk(*fixes)
    spikes = np.flatnonzero(cleaned.reason == REASONS.index("spike"))
    assert [fix for index, fix in enumerate(fixes) if index not in spikes] == simple_spikes(fixes)

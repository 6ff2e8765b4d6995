"""Replays: an earlier track handed in again, moved in time, resampled, shaken, or in part."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.tracks.honesty.course import Course
from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.replay import LEAST_CELLS, Earlier, replayed, replayed_at
from geo.tracks.honesty.sifting import can_replay
from geo.tracks.honesty.trace import likely_lags, trace_of
from tests.geo.tracks.outings import Outing, wander


def again(fixes, *, lag_s=604_800.0, every_s=None, noise_m=0.0, part=(0.0, 1.0), pace=1.0, seed=0):
    """The track handed in again."""
    random = np.random.default_rng(seed)
    first, last = fixes.time_s[0], fixes.time_s[-1]
    from_s, to_s = first + part[0] * (last - first), first + part[1] * (last - first)
    time_s = np.arange(from_s, to_s, every_s) if every_s else fixes.time_s
    time_s = time_s[(time_s >= from_s) & (time_s <= to_s)]
    x, y = (np.interp(time_s, fixes.time_s, axis) for axis in (fixes.x, fixes.y))
    shake_x, shake_y = random.normal(0, noise_m, (2, len(time_s)))
    return Fixes(x + shake_x, y + shake_y, first + lag_s + (time_s - first) / pace, np.full(len(time_s), 10.0))


@settings(max_examples=40)
@given(
    st.integers(0, 10_000), st.sampled_from(["foot", "bicycle", "car"]), st.sampled_from([5.0, 10.0, 20.0]),
    st.sampled_from([None, 7.0, 13.0]), st.floats(0, 2), st.floats(3600, 1e7),
)  # fmt: skip
def test_a_replay_is_found_with_its_lag_whatever_was_done_to_hide_it(way, mode, every_s, resampled_s, noise_m, lag_s):
    walk = Outing(mode, way, every_s=every_s, stops=2).fixes()
    (flag,) = replayed(again(walk, lag_s=lag_s, every_s=resampled_s, noise_m=noise_m), [Earlier.of(walk)])
    assert flag.evidence["lag_s"] == pytest.approx(lag_s, abs=2)
    assert flag.evidence["share"] > 0.9
    assert flag.evidence["median_m"] <= 1.2 * noise_m + 1


@pytest.mark.parametrize("way", range(6))
def test_a_quarter_of_an_hour_replayed_within_another_walk_is_found_and_only_that(way):
    old = Outing(way=way, stops=0, lasts_s=5400).fixes()
    piece = again(old, part=(0.4, 0.6), noise_m=1.0)
    other = Outing(way=way + 500, stops=0, lasts_s=1800, start_s=piece.time_s[0] - 2400).fixes()
    columns = ("x", "y", "time_s", "accuracy_m")
    joined = Fixes(*(np.append(getattr(other, column), getattr(piece, column)) for column in columns))
    (flag,) = replayed(joined, [Earlier.of(old)])
    ((from_s, to_s),) = flag.pieces
    assert from_s >= piece.time_s[0] - 60
    assert to_s - from_s == pytest.approx(0.2 * 5400, abs=120)


def test_the_earlier_track_is_named():
    tracks = [Earlier.of(Outing(way=way).fixes()) for way in range(8)]
    (flag,) = replayed(again(tracks[5].fixes), tracks)
    assert flag.evidence["earlier_index"] == 5


def test_another_pace_another_place_or_a_short_piece_is_no_replay():
    walk = Outing(stops=0).fixes()
    earlier = [Earlier.of(walk)]
    assert replayed(again(walk, pace=1.1), earlier) == []
    moved = again(walk)
    assert replayed(replace(moved, x=moved.x + 40), earlier) == []
    assert replayed(again(walk, part=(0.3, 0.42)), earlier) == []
    assert replayed(again(walk, lag_s=300), earlier) == []


def test_fixes_of_one_millisecond_hide_no_copy():
    walk = Outing(stops=0).fixes()
    twice = walk.take(np.repeat(np.arange(len(walk)), 2))
    twice = replace(twice, time_s=twice.time_s + np.tile([0.0, 1e-4], len(walk)))
    for earlier, later in ((walk, twice), (twice, walk), (twice, twice)):
        assert replayed_at(again(later), earlier, [604_798.0])
        assert can_replay(Course.of(again(later)), Course.of(earlier), 604_798.0)


def test_standing_at_one_place_twice_is_no_replay():
    still = Fixes(np.zeros(400), np.zeros(400), np.arange(400) * 10.0, np.full(400, 10.0))
    assert replayed(again(still, noise_m=3.0), [Earlier.of(still)]) == []


def test_cells_rule_out_a_track_of_elsewhere_and_hold_for_one_resampled():
    walk, other = Outing(way=1).fixes(), Outing(way=1).fixes()
    far = replace(other, x=other.x + 50_000)
    assert not np.isin(Earlier.of(far).cells, Earlier.of(walk).cells).any()
    thin = Earlier.of(again(walk, every_s=60.0)).cells
    assert np.isin(thin, Earlier.of(walk).cells).mean() > 0.8
    assert len(thin) > LEAST_CELLS
    assert len(Earlier.of(walk.take(slice(0, 0))).cells) == 0


def test_nobody_replays_who_goes_the_same_way_every_day():
    tracks = [Earlier.of(Outing(way=0, seed=seed, every_s=10.0).fixes()) for seed in range(40)]
    assert replayed(Outing(way=0, seed=99, start_s=1.8e9).fixes(), tracks) == []


def honest(count, *, error_m, memory_s, every_s):
    """Walks along one way, day after day, each with errors of its own that stay for about memory_s."""
    for seed in range(count):
        walk = Outing(seed=seed, start_s=1.75e9 + seed * 86_400, stops=1, error_m=0.0, every_s=every_s).fixes()
        random = np.random.default_rng([seed, 5])
        second = np.rint(walk.time_s - walk.time_s[0]).astype(int)
        off_x, off_y = (error_m / 1.5096 * wander(random, second[-1] + 1, memory_s)[second] for _ in "xy")
        yield replace(walk, x=walk.x + off_x, y=walk.y + off_y, accuracy_m=np.full(len(walk), error_m))


@pytest.mark.parametrize(
    ("error_m", "memory_s", "every_s"), [(3.0, 60.0, 10.0), (3.0, 1200.0, 20.0), (3.0, 60.0, 60.0), (5.0, 300.0, 20.0)]
)
def test_of_walks_along_one_way_none_is_close_to_another_by_chance_however_slowly_errors_drift(
    error_m, memory_s, every_s
):
    walks = list(honest(64, error_m=error_m, memory_s=memory_s, every_s=every_s))
    traces, courses = [trace_of(walk) for walk in walks], [Course.of(walk) for walk in walks]
    for early, late in combinations(range(len(walks)), 2):
        lags_s = likely_lags(traces[late], traces[early])
        assert not any(can_replay(courses[late], courses[early], lag_s) for lag_s in lags_s)


@settings(max_examples=40)
@given(
    st.integers(0, 10_000), st.sampled_from(["foot", "car"]), st.sampled_from([1.0, 5.0, 10.0]), st.floats(0, 5),
    st.floats(0, 6.3), st.sampled_from([(0.0, 180.0), (2.5, 180.0), (3.5, 600.0)]), st.sampled_from([0.0, 1.0, 3.0]),
)  # fmt: skip
def test_a_copy_is_found_moved_aside_and_shaken_or_bent_slowly(way, mode, every_s, aside_m, towards, bent, noise_m):
    walk = Outing(mode, way, every_s=every_s, stops=1).fixes()
    bent_m, period_s = bent
    copy = again(walk, noise_m=0.0 if bent_m else noise_m, seed=way)
    turn = 2 * np.pi * (copy.time_s - copy.time_s[0]) / period_s
    aside_m = 0.0 if bent_m else aside_m
    x = copy.x + aside_m * np.cos(towards) + bent_m * np.sin(turn)
    y = copy.y + aside_m * np.sin(towards) + bent_m * np.cos(turn)
    copy = replace(copy, x=x, y=y)
    flag = replayed_at(copy, walk, [604_798.0])
    assert flag.evidence["lag_s"] == pytest.approx(604_800, abs=3)
    assert flag.evidence["moved_m"] == pytest.approx(aside_m, abs=1.5)
    assert flag.evidence["median_m"] <= flag.evidence["limit_m"]
    assert can_replay(Course.of(copy), Course.of(walk), 604_798.0)


@pytest.mark.parametrize(("every_s", "noise_m"), [(2.0, 3.0), (10.0, 2.8), (20.0, 2.5), (60.0, 2.0)])
def test_a_copy_shaken_by_metres_is_found_however_seldom_a_fix_is_made(every_s, noise_m):
    walk = Outing(way=9, every_s=every_s).fixes()
    for seed in range(8):
        assert replayed_at(again(walk, noise_m=noise_m, seed=seed), walk, [604_795.0])

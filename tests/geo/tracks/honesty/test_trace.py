"""Traces: they miss no replay that the fixes show, and leave few honest pairs to be looked at."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.replay import Earlier, replayed, replayed_at
from geo.tracks.honesty.trace import Trace, likely_lags, trace_of
from tests.geo.tracks.honesty.test_replay import again
from tests.geo.tracks.outings import Outing


@settings(max_examples=40)
@given(
    st.integers(0, 10_000), st.sampled_from(["foot", "bicycle", "car"]), st.sampled_from([5.0, 10.0, 20.0]),
    st.sampled_from([None, 7.0, 13.0]), st.floats(0, 2), st.floats(3600, 1e7),
)  # fmt: skip
def test_what_a_replay_shows_by_its_fixes_its_trace_has_told(way, mode, every_s, resampled_s, noise_m, lag_s):
    walk = Outing(mode, way, every_s=every_s, stops=2).fixes()
    copy = again(walk, lag_s=lag_s, every_s=resampled_s, noise_m=noise_m)
    (flag,) = replayed(copy, [Earlier.of(walk)])
    found = replayed_at(copy, walk, likely_lags(trace_of(copy), trace_of(walk)))
    # Where both are noise of 2 m apart, at 1.3 m/s, so are the lags.
    assert found.evidence["lag_s"] == pytest.approx(flag.evidence["lag_s"], abs=0.3)
    assert found.evidence["share"] == pytest.approx(flag.evidence["share"], abs=0.02)


@pytest.mark.parametrize("part", [(0.0, 0.35), (0.3, 0.65), (0.6, 1.0)])
def test_a_part_that_is_replayed_is_told_too(part):
    walk = Outing(way=5).fixes()
    copy = again(walk, part=part)
    assert replayed_at(copy, walk, likely_lags(trace_of(copy), trace_of(walk)))


def test_honest_walks_along_one_way_are_seldom_worth_a_look_and_never_flagged():
    walks = [Outing(way=3, seed=seed, start_s=1.75e9 + seed * 86_400).fixes() for seed in range(10)]
    pairs = [(late, early) for n, late in enumerate(walks) for early in walks[:n]]
    lags = [likely_lags(trace_of(late), trace_of(early)) for late, early in pairs]
    assert not any(replayed_at(*pair, own) for pair, own in zip(pairs, lags, strict=True))


def test_two_phones_that_tremble_in_one_place_on_two_days_replay_nothing():
    random, time_s = np.random.default_rng(1), np.arange(0.0, 7200.0, 15.0)
    one, other = (Fixes(*random.normal(0, 2, (2, len(time_s))), at_s, np.full(len(time_s), 4.0)) for at_s in
                  (time_s, time_s + 86_400))  # fmt: skip
    assert replayed(other, [Earlier.of(one)]) == []
    assert replayed_at(other, one, [86_400.0]) is None


@given(st.floats(600, 1e7), st.integers(0, 50))
def test_a_trace_has_its_lag_whatever_the_cells(lag_s, way):
    trace = trace_of(Outing(way=way, lasts_s=1800).fixes())
    later = trace._replace(at_s=trace.at_s + lag_s)
    assert any(abs(found_s - lag_s) <= 15 for found_s in likely_lags(later, trace))


def plain_lags(later, earlier):
    """Every two entries into one cell, and the windows of 15 s that hold most of the lags between them, one by one."""
    pairs = [
        (later.at_s[own] - earlier.at_s[other], own)
        for own in range(len(later.cell))
        for other in range(len(earlier.cell))
        if later.cell[own] == earlier.cell[other] and later.at_s[own] - earlier.at_s[other] >= 585
    ]
    pairs.sort()
    found = []
    while pairs and len(found) < 2:
        windows = [[pair for pair in pairs[at:] if pair[0] <= pairs[at][0] + 15] for at in range(len(pairs))]
        best = max(windows, key=len)
        if len(best) < 3:
            break
        at_s = sorted({later.at_s[own] for _, own in best})
        longest_s = max((after - before for before, after in pairwise(at_s)), default=0)
        if len({later.cell[own] for _, own in best}) >= 3 and at_s[-1] - at_s[0] + 2 * longest_s >= 600:
            found.append(float(np.median([lag_s for lag_s, _ in best])))
        pairs = [pair for pair in pairs if pair not in best]
    return found


ENTRIES = st.lists(st.tuples(st.integers(0, 6), st.floats(1, 400)), max_size=14).map(
    lambda given: Trace(
        np.array([cell for cell, _ in given], dtype=np.int64), np.cumsum([step_s for _, step_s in given], dtype=float)
    )
)


@given(ENTRIES, ENTRIES, st.floats(0, 2000))
def test_lags_are_those_that_plain_counting_finds(later, earlier, lag_s):
    later = later._replace(at_s=later.at_s + lag_s)
    assert likely_lags(later, earlier) == plain_lags(later, earlier)

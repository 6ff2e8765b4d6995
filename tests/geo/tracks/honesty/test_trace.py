"""Traces: they miss no replay that the fixes show, and leave few honest pairs to be looked at."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.replay import Earlier, replayed, replayed_at
from geo.tracks.honesty.trace import likely_lags, trace_of
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
    assert found.evidence["lag_s"] == pytest.approx(flag.evidence["lag_s"], abs=0.1)
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

"""One device in two places within one outing: two tracks that take turns are told from a receiver that leaps."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.tracks.cleaning import MODES, REASONS, clean
from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.interleaved import LEAST_TURNS, interleaved
from tests.geo.tracks.outings import PACE_MPS, Outing

MODE = st.sampled_from(sorted(PACE_MPS))
SEED = st.integers(0, 10_000)


def parted(x, y, time_s, mode):
    """What cleaning keeps, and its spikes, each in order of time."""
    cleaned = clean(x, y, time_s, MODES[mode])
    spikes = np.flatnonzero(cleaned.reason == REASONS.index("spike"))
    spikes = spikes[np.argsort(time_s[spikes], kind="stable")]
    kept = Fixes.of(x, y, time_s, 5.0, cleaned)
    return kept, Fixes(x[spikes], y[spikes], time_s[spikes], np.full(len(spikes), 5.0))


@settings(max_examples=40)
@given(MODE, SEED, st.floats(10_000, 50_000))
def test_two_outings_under_one_device_are_two_places(mode, seed, apart_m):
    one, two = Outing(mode, 1, seed).fixes(), Outing(mode, 2, seed + 1).fixes()
    x, y = np.append(one.x, two.x + apart_m), np.append(one.y, two.y)
    kept, spikes = parted(x, y, np.append(one.time_s, two.time_s + 0.5), mode)
    (flag,) = interleaved(kept, spikes, mode)
    assert flag.kind == "two_places"
    assert LEAST_TURNS <= flag.evidence["turns_count"] <= flag.evidence["fixes_count"]
    assert flag.evidence["spikes_count"] == len(spikes)
    places = [complex(flag.evidence[f"{whose}x_m"], flag.evidence[f"{whose}y_m"]) for whose in ("", "other_")]
    assert abs(places[0] - places[1]) > flag.evidence["beyond_m"]
    assert flag.evidence["most_m"] == pytest.approx(apart_m, rel=1)
    assert all(one.time_s[0] - 60 <= first < last <= one.time_s[-1] + 60 for first, last in flag.pieces)


@settings(max_examples=40)
@given(MODE, SEED, st.floats(0, 0.2), st.floats(100, 20_000))
@example("bicycle", 1, 0.125, 477.0)
def test_spikes_that_scatter_are_no_second_place(mode, seed, share, spread_m):
    one = Outing(mode, seed, seed).fixes()
    random = np.random.default_rng(seed)
    leaps = random.normal(0, spread_m, (2, len(one))) * (random.random(len(one)) < share)
    assert interleaved(*parted(one.x + leaps[0], one.y + leaps[1], one.time_s, mode), mode) == []


@pytest.mark.parametrize("every_s", [10.0, 20.0, 60.0])
@pytest.mark.parametrize(("mode", "apart_m"), [("foot", 300.0), ("bicycle", 1500.0), ("car", 6000.0)])
def test_two_phones_six_seconds_apart_are_two_places_whether_or_not_cleaning_finds_spikes(mode, apart_m, every_s):
    one = Outing(mode, 1, 1, every_s=every_s).fixes()
    x, y = np.append(one.x, one.x + apart_m), np.append(one.y, one.y)
    kept, spikes = parted(x, y, np.append(one.time_s, one.time_s + 6), mode)
    (flag,) = interleaved(kept, spikes, mode)
    assert flag.evidence["turns_count"] >= 0.8 * len(one) and flag.evidence["least_m"] == pytest.approx(
        apart_m, rel=0.5
    )


@given(MODE, SEED, st.floats(100, 20_000), st.integers(10, 300))
@settings(max_examples=30)
def test_who_is_elsewhere_once_is_not_in_two_places(mode, seed, apart_m, after):
    one = Outing(mode, seed, seed).fixes()
    for back in (len(one), after + 8):
        x = one.x + apart_m * ((np.arange(len(one)) >= after) & (np.arange(len(one)) < back))
        assert interleaved(*parted(x, one.y, one.time_s, mode), mode) == []


@given(MODE, SEED)
@settings(max_examples=30)
def test_a_clean_outing_raises_nothing(mode, seed):
    one = Outing(mode, seed, seed).fixes()
    kept, spikes = parted(one.x, one.y, one.time_s, mode)
    assert interleaved(kept, spikes, mode) == interleaved(spikes, kept.take(slice(0, 0)), mode) == []

"""Sifting: no replay is ruled out, hardly an honest pair is let through."""

from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.tracks.honesty.course import Course, packed, unpacked
from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.replay import replayed_at
from geo.tracks.honesty.sifting import can_replay
from geo.tracks.honesty.trace import likely_lags, trace_of
from tests.geo.tracks.honesty.test_replay import again
from tests.geo.tracks.outings import PACE_MPS, Outing

OUTINGS = st.builds(
    Outing, mode=st.sampled_from(sorted(PACE_MPS)), way=st.integers(0, 10_000), seed=st.integers(0, 3),
    every_s=st.sampled_from([1.0, 5.0, 20.0, 60.0]), stops=st.integers(0, 4), lasts_s=st.sampled_from([900.0, 3600.0]),
    error_m=st.sampled_from([2.0, 5.0]),
)  # fmt: skip
PARTS = st.sampled_from([(0.0, 1.0), (0.0, 0.7), (0.3, 1.0), (0.2, 0.6)])


def kept(fixes: Fixes) -> Course:
    """The course as the database gives it back."""
    return unpacked(packed(Course.of(fixes)))


def told(later: Fixes, earlier: Fixes) -> tuple[bool, bool]:
    """Whether the later track replays the earlier one by its fixes; and whether sifting lets the two through."""
    lags_s = likely_lags(trace_of(later), trace_of(earlier))
    through = {
        any(can_replay(late, early, lag_s) for lag_s in lags_s)
        for late, early in ((Course.of(later), kept(earlier)), (kept(later), Course.of(earlier)))
    }
    assert len(through) == 1
    return replayed_at(later, earlier, lags_s) is not None, through.pop()


@settings(max_examples=60)
@given(OUTINGS, PARTS, st.sampled_from([None, 7.0, 13.0, 45.0]), st.floats(0, 4), st.floats(500, 1e7))
def test_no_replay_that_the_fixes_show_is_ruled_out(outing, part, every_s, noise_m, lag_s):
    walk = outing.fixes()
    replays, through = told(again(walk, lag_s=lag_s, every_s=every_s, noise_m=noise_m, part=part), walk)
    assert through or not replays


@settings(max_examples=20)
@given(OUTINGS, st.integers(0, 3600))
def test_a_replay_within_another_walk_is_not_ruled_out(outing, before_s):
    old = replace(outing, lasts_s=5400.0).fixes()
    piece = again(old, part=(0.4, 0.6), noise_m=1.0)
    other = replace(outing, way=outing.way + 1, start_s=piece.time_s[0] - before_s - 2000, lasts_s=1900.0).fixes()
    columns = ("x", "y", "time_s", "accuracy_m")
    replays, through = told(Fixes(*(np.append(getattr(other, one), getattr(piece, one)) for one in columns)), old)
    assert through or not replays


def test_of_honest_walks_along_one_way_hardly_any_needs_its_fixes_read_and_none_that_shows_a_replay_is_missed():
    for every_s in (2.0, 10.0):
        walks = [Outing(way=3, seed=n, every_s=every_s, start_s=1.75e9 + n * 86_400).fixes() for n in range(16)]
        pairs = [told(late, early) for early, late in combinations(walks, 2)]
        assert all(through or not replays for replays, through in pairs)
        assert sum(through for _, through in pairs) <= 2


def test_a_track_of_one_fix_or_none_neither_replays_nor_is_replayed_nor_is_one_whose_way_nobody_knows():
    walk = kept(Outing().fixes())
    later = walk._replace(time_s=walk.time_s + 9000)
    one, none, sparse = (Course(*(column[which].copy() for column in walk)) for which in
                         (slice(1), slice(0), slice(None, None, 100)))  # fmt: skip
    for other in (one, none):
        assert not can_replay(other._replace(time_s=other.time_s + 9000), walk, 9000.0)
        assert not can_replay(later, other, 9000.0)
    assert can_replay(later, walk, 9000.0)
    assert not can_replay(later, sparse, 9000.0)

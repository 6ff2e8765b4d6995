"""What is left of a thinned track is true to within the tolerance: at every instant, and as a line."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.tracks.thinning import thinned

ROUNDING_M = 1e-6
metres = st.floats(-500, 500)
legs = st.lists(
    st.lists(st.tuples(metres, metres, st.floats(0.5, 120)), min_size=1, max_size=40), min_size=1, max_size=4
)


def track_of(given_legs):
    table = np.array([fix for leg in given_legs for fix in leg])
    starts = np.cumsum([0, *map(len, given_legs)])
    return (table[:, 0], table[:, 1], np.cumsum(table[:, 2])), starts


@given(legs, st.floats(0.1, 200))
def test_at_every_instant_the_thinned_track_is_within_the_tolerance(given_legs, tolerance_m):
    (x, y, time_s), starts = track_of(given_legs)
    kept, kept_starts = thinned((x, y, time_s), starts, tolerance_m)
    for leg in range(len(starts) - 1):
        own, mine = slice(starts[leg], starts[leg + 1]), kept[kept_starts[leg] : kept_starts[leg + 1]]
        # At fixes and between them: both ways are straight and even there.
        at_s = np.unique(np.concatenate([time_s[own], np.linspace(time_s[own][0], time_s[own][-1], 50)]))
        off_x = np.interp(at_s, time_s[own], x[own]) - np.interp(at_s, time_s[mine], x[mine])
        off_y = np.interp(at_s, time_s[own], y[own]) - np.interp(at_s, time_s[mine], y[mine])
        assert np.hypot(off_x, off_y).max() <= tolerance_m + ROUNDING_M


@given(legs, st.floats(0.1, 200))
def test_the_lines_lie_within_the_tolerance_of_each_other(given_legs, tolerance_m):
    (x, y, time_s), starts = track_of(given_legs)
    kept, kept_starts = thinned((x, y, time_s), starts, tolerance_m)
    for leg in range(len(starts) - 1):
        own, mine = np.arange(starts[leg], starts[leg + 1]), kept[kept_starts[leg] : kept_starts[leg + 1]]
        if len(own) > 1:
            drawn, left = (shapely.LineString(np.column_stack([x[one], y[one]])) for one in (own, mine))
            assert shapely.hausdorff_distance(drawn, left) <= tolerance_m + ROUNDING_M


@given(legs, st.floats(0.1, 200))
def test_every_leg_keeps_its_ends_and_stays_a_leg(given_legs, tolerance_m):
    track, starts = track_of(given_legs)
    kept, kept_starts = thinned(track, starts, tolerance_m)
    assert len(kept_starts) == len(starts)
    assert kept[kept_starts[:-1]].tolist() == starts[:-1].tolist()
    assert kept[kept_starts[1:] - 1].tolist() == (starts[1:] - 1).tolist()


def test_who_stands_still_for_an_hour_is_two_fixes_and_leaves_when_they_left():
    time_s = np.arange(0, 4000, 10.0)
    x = np.maximum(time_s - 3600, 0) * 1.2
    kept, _ = thinned((x, np.zeros(len(x)), time_s), [0, len(x)], 5.0)
    assert len(kept) == 3
    assert abs(time_s[kept[1]] - 3600) <= 20


def test_nothing_thins_to_nothing():
    kept, starts = thinned(([], [], []), [0], 5.0)
    assert (kept.tolist(), starts.tolist()) == ([], [0])

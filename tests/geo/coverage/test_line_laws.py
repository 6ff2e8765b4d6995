"""What holds of the coverage of lines whatever the track, and that the plain numpy form tells the same."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.coverage import sightings
from geo.coverage.sightings import BOUNDS, TIMED_S, Lines, Track, see, see_all
from geo.lines.multirange import Ranges, lengths
from tests.geo.coverage import numpy_form
from tests.geo.coverage.walks import LEGS, moved, reversed_track, wandering

PATHS = st.lists(
    st.lists(st.tuples(st.integers(-150, 150), st.integers(-150, 150)), min_size=2, max_size=8, unique=True),
    min_size=1,
    max_size=3,
)
REACH = st.floats(0, 90)
SLOW = st.lists(
    st.lists(st.tuples(st.integers(1, 400), st.integers(-60, 60), st.integers(-60, 60)), min_size=1, max_size=8),
    min_size=1,
    max_size=2,
)


def drawn(paths):
    return [shapely.LineString(path) for path in paths]


def covered(lines, *seen):
    """Centimetres seen of each line, by any of these."""
    line, from_cm, to_cm = (np.concatenate(values) for values in zip(*(one[:3] for one in seen), strict=True))
    return lengths(Ranges(line, from_cm, to_cm), len(lines.length_cm))


def together(*tracks):
    """All their legs as one track's."""
    x, y, time_s, accuracy_m = (
        np.concatenate([getattr(one, name) for one in tracks]) for name in ("x", "y", "time_s", "accuracy_m")
    )
    sizes = np.concatenate([np.diff(one.starts) for one in tracks])
    return Track(x, y, time_s, accuracy_m, np.cumsum([0, *sizes]))


def slack_cm(*seen):
    """Each end of a stretch is rounded to the centimetre."""
    return 2 * (1 + sum(len(one.line) for one in seen))


@settings(max_examples=50)
@given(LEGS, LEGS, PATHS, REACH)
def test_two_tracks_see_what_each_sees_in_any_order(one, other, paths, reach_m):
    lines = Lines(drawn(paths))
    tracks = wandering(one), moved(wandering(other), time_s=7.0)
    apart = [see(track, lines, reach_m) for track in tracks]
    both, turned = (see(together(*some), lines, reach_m) for some in (tracks, tracks[::-1]))
    most = covered(lines, *apart)
    assert (most >= covered(lines, apart[0])).all()
    assert (covered(lines, both) == most).all()
    assert (covered(lines, turned) == most).all()


@settings(max_examples=50)
@given(LEGS, PATHS, REACH)
def test_walking_back_sees_the_same(legs, paths, reach_m):
    lines, went = Lines(drawn(paths)), wandering(legs)
    there, back = see(went, lines, reach_m), see(reversed_track(went), lines, reach_m)
    assert (np.abs(covered(lines, there) - covered(lines, back)) <= slack_cm(there, back)).all()


@settings(max_examples=50)
@given(LEGS, PATHS, st.lists(REACH, min_size=1, max_size=3, unique=True))
def test_many_reaches_at_once_tell_what_each_does_alone(legs, paths, reaches_m):
    lines, went = Lines([*drawn(paths), None]), wandering(legs)
    found = see_all(went, lines, reaches_m)
    assert list(found) == [(reach_m, bound) for reach_m in reaches_m for bound in BOUNDS]
    for (reach_m, bound), seen in found.items():
        alone = see(went, lines, reach_m, bound)
        assert [column.tolist() for column in seen] == [column.tolist() for column in alone]
        assert (covered(lines, seen) <= lines.length_cm).all()


@settings(max_examples=50)
@given(SLOW, PATHS, st.floats(1, 90), st.sampled_from(list(BOUNDS)))
def test_the_plain_form_sees_the_same_places_at_the_same_times(legs, paths, reach_m, bound):
    lines, went = drawn(paths), wandering(legs)
    seen, plain = (
        see(went, Lines(lines), reach_m, bound),
        numpy_form.see(went, numpy_form.PlainLines(lines), reach_m, bound),
    )
    ranges = covered(Lines(lines), seen), covered(Lines(lines), plain)
    assert (np.abs(ranges[0] - ranges[1]) <= 1).all()
    for line, path in enumerate(lines):
        for at_cm in np.linspace(1, path.length * 100 - 1, 12).astype(int):
            spans = [times_at(one, line, at_cm) for one in (seen, plain)]
            if all(len(one) for one in spans):
                # Either is right to within TIMED_S, on the same side.
                assert abs(spans[0].min() - spans[1].min()) <= TIMED_S
                assert abs(spans[0].max() - spans[1].max()) <= TIMED_S


def times_at(seen, line, at_cm):
    here = (seen.line == line) & (seen.from_cm <= at_cm) & (at_cm < seen.to_cm)
    return np.append(seen.first_s[here], seen.last_s[here])


@settings(max_examples=50)
@given(SLOW, PATHS, st.floats(10, 60))
def test_a_place_out_of_view_for_more_than_a_minute_has_a_new_sighting(legs, paths, reach_m):
    went, line = wandering(legs), drawn(paths)[0]
    seen = see(went, Lines([line]), reach_m)
    for at_cm in np.linspace(1, line.length * 100 - 1, 12).astype(int):
        moments = np.concatenate(list(moments_in_reach(went, line.interpolate(at_cm / 100), reach_m + 0.05)))
        here = (seen.from_cm <= at_cm) & (at_cm < seen.to_cm)
        spans = list(zip(seen.first_s[here], seen.last_s[here], strict=True))
        for left in np.flatnonzero(np.diff(moments) > TIMED_S + 1):
            assert not any(first <= moments[left] and moments[left + 1] <= last for first, last in spans)


def moments_in_reach(track, place, reach_m):
    """When a place was within reach: times of dense samples of each leg."""
    for start, stop in zip(track.starts[:-1], track.starts[1:], strict=True):
        times = np.arange(track.time_s[start], track.time_s[stop - 1] + 0.25, 0.25)
        x, y = (np.interp(times, track.time_s[start:stop], axis[start:stop]) for axis in (track.x, track.y))
        yield times[np.hypot(x - place.x, y - place.y) <= reach_m]


CORNER = st.tuples(st.integers(0, 4), st.integers(0, 4))


def along_the_lattice(corners):
    """A path along streets of a lattice, 10 m apart: each corner by way of the one before it."""
    path = [corners[0]]
    for x, y in corners[1:]:
        path += [(x, path[-1][1]), (x, y)]
    return 10.0 * np.array([path[0], *(one for before, one in pairwise(path) if one != before)])


@settings(max_examples=60)
@given(st.lists(CORNER, min_size=2, max_size=5), st.lists(CORNER, min_size=2, max_size=5))
def test_at_reach_zero_only_what_coincides_is_seen_and_crossings_have_no_length(walk, shore):
    walk, shore = along_the_lattice(walk), along_the_lattice(shore)
    assume(len(walk) > 1 and len(shore) > 1)
    zero = np.zeros(len(walk))
    went = Track(walk[:, 0], walk[:, 1], np.arange(len(walk)) * 3.0, zero, np.array([0, len(walk)]))
    line = shapely.LineString(shore)
    path = shapely.LineString(walk)
    steps = pairwise(shore)
    shared_m = sum(shapely.LineString(step).intersection(path).length for step in steps)
    assert covered(Lines([line]), see(went, Lines([line]), 0.0)).tolist() == [round(shared_m * 100)]


@given(LEGS, PATHS)
def test_working_in_small_portions_changes_no_place_and_no_time_beyond_its_bound(legs, paths):
    lines, went = Lines(drawn(paths)), wandering(legs)
    whole = see(went, lines, 40.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sightings, "FIXES_AT_ONCE", 2)
        patch.setattr(sightings, "PIECES_AT_ONCE", 1)
        small = see(went, lines, 40.0)
    assert (covered(lines, small) == covered(lines, whole)).all()
    if len(whole.line):
        # Other steps share a glimpse then, so times move within what they are right to.
        assert abs(small.first_s.min() - whole.first_s.min()) <= TIMED_S
        assert abs(small.last_s.max() - whole.last_s.max()) <= TIMED_S


def test_a_whole_track_agrees_with_its_buffer_of_1024_sides_to_a_centimetre():
    along = np.linspace(0, 1, 601)
    shore = shapely.LineString(np.column_stack([2000 * along, 60 * np.sin(along * 40) + 12 * np.sin(along * 260)]))
    jitter = np.random.default_rng(2).normal(0, 4, (2, 400))
    places = shapely.line_interpolate_point(shore, np.linspace(300, 1500, 400))
    x, y = shapely.get_x(places) + jitter[0] + 10, shapely.get_y(places) + jitter[1]
    went = Track(x, y, np.arange(400.0), np.full(400, 5.0), np.array([0, 400]))
    buffer = shapely.LineString(np.column_stack([x, y])).buffer(25.0, quad_segs=256)
    found_m = covered(Lines([shore]), see(went, Lines([shore]), 25.0))[0] / 100
    assert found_m == pytest.approx(shore.intersection(buffer).length, abs=0.01)

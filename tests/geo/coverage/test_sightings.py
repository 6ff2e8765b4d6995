"""What a track saw, and when: exact in place, within 60 s in time, each metre with its own visits."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage.sightings import TIMED_S, Lines, Track, reach_within, see
from geo.lines.multirange import Ranges, lengths, union

STRAIGHT = shapely.LineString([(0, 10), (2000, 10)])


def track(*legs, accuracy_m=5.0):
    """A track of legs given as rows (time, x, y)."""
    sizes = [len(leg) for leg in legs]
    rows = np.array([row for leg in legs for row in leg], dtype=float).reshape(-1, 3)
    accuracies = np.full(len(rows), accuracy_m)
    return Track(rows[:, 1], rows[:, 2], rows[:, 0], accuracies, np.cumsum([0, *sizes]))


def rows(seen):
    return list(zip(*(column.tolist() for column in seen), strict=True))


def seen_cm(seen, lines):
    return lengths(Ranges(seen.line, seen.from_cm, seen.to_cm), len(lines.length_cm)).tolist()


def walked(*stops, every_s=5.0, start_s=0.0, speed_mps=1.4):
    """Fixes every few seconds along stops at a steady pace."""
    path = shapely.LineString(stops)
    times = np.append(np.arange(0, path.length / speed_mps, every_s), path.length / speed_mps)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(path, times * speed_mps))
    return [(start_s + t, x, y) for t, (x, y) in zip(times, xy, strict=True)]


def test_a_straight_walk_sees_as_far_as_the_disc_at_each_end_and_is_one_sighting_a_minute():
    seen = see(track(walked((100, 0), (940, 0))), Lines([STRAIGHT]), 26.0)
    assert (seen.from_cm.min(), seen.to_cm.max()) == (7600, 96400)
    assert (seen.to_cm[:-1] == seen.from_cm[1:]).all()
    assert len(seen.line) <= 2 * 600 / TIMED_S


def test_nothing_sees_nothing_and_nothing_is_seen():
    assert rows(see(track(), Lines([STRAIGHT]), 26.0)) == []
    assert rows(see(track([(0, 0, 0)]), Lines([]), 26.0)) == []
    assert rows(see(track([(0, 0, 0)]), Lines([None, shapely.LineString()]), 26.0)) == []
    assert Lines([None, shapely.LineString(), STRAIGHT]).length_cm.tolist() == [0, 0, 200000]


def test_nothing_is_seen_between_legs():
    seen = see(track([(0, 100, 0)], [(900, 900, 0), (930, 930, 0)]), Lines([STRAIGHT]), 26.0)
    assert rows(seen) == [(0, 7600, 12400, 0.0, 0.0), (0, 87600, 95400, 900.0, 930.0)]


def test_morning_and_evening_are_two_sightings_of_one_metre():
    morning, evening = walked((100, 0), (130, 0)), walked((130, 0), (100, 0), start_s=36000.0)
    seen = see(track(morning, evening), Lines([STRAIGHT]), 26.0)
    assert [row[:3] for row in rows(seen)] == [(0, 7600, 15400)] * 2
    assert seen.last_s[0] < 30 < 36000 <= seen.first_s[1]


def test_out_and_back_in_one_leg_credits_no_metre_with_the_visit_of_another():
    seen = see(track(walked((100, 0), (1500, 0), (100, 0))), Lines([STRAIGHT]), 26.0)
    near_start = sorted((row for row in rows(seen) if row[1] <= 20000 < row[2]), key=lambda row: row[3])
    assert len(near_start) == 2
    assert near_start[0][4] < 200
    assert near_start[1][3] > 1700


def test_standing_for_hours_is_one_sighting():
    seen = see(track([(t, 100, 0) for t in range(0, 7200, 30)]), Lines([STRAIGHT]), 26.0)
    assert rows(seen) == [(0, 7600, 12400, 0.0, 7170.0)]


def test_a_phone_left_lying_makes_few_sightings_however_its_position_wanders():
    wander = np.random.default_rng(1).normal(0, 4, (36000, 2))
    seen = see(track([(float(t), 100 + x, y) for t, (x, y) in enumerate(wander)]), Lines([STRAIGHT]), 26.0)
    assert len(seen.line) < 3 * 36000 / TIMED_S


def test_a_step_of_many_minutes_is_timed_piece_by_piece():
    seen = see(track([(0, 0, 0), (1000, 2000, 0)]), Lines([STRAIGHT]), 26.0)
    assert lengths(Ranges(seen.line, seen.from_cm, seen.to_cm), 1).tolist() == [200000]
    for _, from_cm, to_cm, first_s, last_s in rows(seen):
        # At 2 m/s the place s comes into reach at (s - 24) / 2 and leaves it at (s + 24) / 2.
        for at_m in (from_cm / 100, to_cm / 100):
            assert abs(first_s - np.clip((at_m - 24) / 2, 0, 1000)) <= TIMED_S
            assert abs(last_s - np.clip((at_m + 24) / 2, 0, 1000)) <= TIMED_S


def test_the_error_is_taken_off_the_reach_for_sure_and_added_for_possible():
    still = track([(0, 1000, 10)], accuracy_m=10.0)
    widths = [see(still, Lines([STRAIGHT]), 25.0, bound) for bound in ("sure", "nominal", "possible")]
    assert [int(seen.to_cm[0] - seen.from_cm[0]) for seen in widths] == [1760, 5000, 8240]


def test_an_error_that_uses_the_reach_up_sees_nothing():
    assert rows(see(track([(0, 1000, 10)], accuracy_m=16.0), Lines([STRAIGHT]), 25.0, "sure")) == []
    assert np.isnan(reach_within(16.2, np.array([10.0]), "sure"))


def test_the_worse_end_of_a_step_counts():
    both = Track(*np.array([[900.0, 1000.0], [10.0, 10.0], [0.0, 100.0], [2.0, 10.0]]), np.array([0, 2]))
    seen = see(both, Lines([STRAIGHT]), 25.0, "sure")
    assert (seen.from_cm.min(), seen.to_cm.max()) == (90000 - 880, 100000 + 880)


def test_reach_zero_sees_only_what_is_walked_upon():
    along = track([(0, 100, 10), (60, 160, 10)], accuracy_m=0.0)
    across = track([(0, 100, 0), (60, 100, 30)], accuracy_m=0.0)
    assert seen_cm(see(along, Lines([STRAIGHT]), 0.0), Lines([STRAIGHT])) == [6000]
    assert rows(see(across, Lines([STRAIGHT]), 0.0)) == []


def test_chainage_runs_on_through_the_parts_of_a_multiline_and_points_of_no_length():
    split = shapely.MultiLineString([[(0, 0), (100, 0), (100, 0)], [(200, 0), (300, 0)]])
    seen = see(track([(0, 200, 0)]), Lines([split]), 50.0)
    assert [row[1:3] for row in rows(seen)] == [(10000, 15000)]


def test_union_keeps_groups_apart_and_drops_what_is_empty():
    joined, home = union(Ranges(*np.array([[2, 0, 2, 1], [5, 0, 0, 7], [9, 4, 5, 7]])))
    assert np.column_stack(joined).tolist() == [[0, 0, 4], [2, 0, 9]]
    assert home.tolist() == [1, 0, 1, -1]


STEP = st.tuples(st.integers(1, 100), st.integers(-60, 60), st.integers(-60, 60))
TRACK = st.lists(st.lists(STEP, min_size=1, max_size=12), min_size=1, max_size=3)
PATH = st.lists(st.tuples(st.integers(-150, 150), st.integers(-150, 150)), min_size=2, max_size=6, unique=True)


def wandering(legs):
    """A track whose steps are (seconds, east, north) from the fix before; 200 s between legs."""
    now, made = np.zeros(3), []
    for leg in legs:
        now = now + np.array([200.0, 0.0, 0.0])
        made.append([])
        for step in leg:
            now = now + np.array(step, dtype=float)
            made[-1].append(tuple(now))
    return track(*made)


def capsules(track, reach_m):
    """A buffer for each step, 1,024 sides; GEOS simplifies a whole track's before it begins."""
    steps = []
    for start, stop in zip(track.starts[:-1], track.starts[1:], strict=True):
        xy = np.column_stack([track.x[start:stop], track.y[start:stop]])
        steps += [shapely.LineString(pair) for pair in pairwise(xy)] or [shapely.Point(xy[0])]
    return shapely.union_all(shapely.buffer(steps, reach_m, quad_segs=256))


def lengths_inside(paths, polygon):
    """Length of each path inside, segment by segment: of a line laid upon itself an intersection is counted once."""
    return np.array(
        [sum(shapely.LineString(pair).intersection(polygon).length for pair in pairwise(path)) for path in paths]
    )


@settings(max_examples=60)
@given(TRACK, st.lists(PATH, min_size=1, max_size=3), st.floats(5, 80))
def test_lies_between_the_union_of_polygons_inside_and_outside(legs, paths, reach_m):
    lines = [shapely.LineString(path) for path in paths]
    went = wandering(legs)
    inner = lengths_inside(paths, capsules(went, reach_m))
    outer = lengths_inside(paths, capsules(went, reach_m / np.cos(np.pi / 1024)))
    seen = see(went, Lines(lines), reach_m)
    found = np.array(seen_cm(seen, Lines(lines))) / 100
    # Each end of each stretch is rounded to the centimetre.
    slack_m = 0.01 * (1 + np.bincount(seen.line, minlength=len(lines)))
    assert (inner - slack_m <= found).all()
    assert (found <= outer + slack_m).all()


def moments_in_reach(track, place, reach_m):
    """When a place was within reach: times of dense samples of each leg."""
    found = []
    for start, stop in zip(track.starts[:-1], track.starts[1:], strict=True):
        times = np.arange(track.time_s[start], track.time_s[stop - 1] + 0.25, 0.25)
        x, y = (np.interp(times, track.time_s[start:stop], axis[start:stop]) for axis in (track.x, track.y))
        found.append(times[np.hypot(x - place.x, y - place.y) <= reach_m])
    return np.concatenate(found)


@settings(max_examples=40, deadline=None)
@given(TRACK, PATH, st.floats(10, 60))
def test_each_place_has_every_one_of_its_visits_timed_to_within_a_minute(legs, path, reach_m):
    went, line = wandering(legs), shapely.LineString(path)
    seen = see(went, Lines([line]), reach_m)
    for at_m in np.linspace(0.5, line.length - 0.5, 15):
        moments = moments_in_reach(went, line.interpolate(at_m), reach_m)
        visits = [(row[3], row[4]) for row in rows(seen) if row[1] <= at_m * 100 < row[2]]
        if not len(moments):
            continue
        if not visits:
            assert moments_in_reach(went, line.interpolate(at_m), reach_m - 0.02).size == 0
            continue
        for first_s, last_s in visits:
            assert np.abs(moments - first_s).min() <= TIMED_S + 0.5
            assert np.abs(moments - last_s).min() <= TIMED_S + 0.5
        for moment in moments:
            assert min(max(first - moment, moment - last, 0) for first, last in visits) <= TIMED_S


@settings(max_examples=40)
@given(TRACK, PATH, st.floats(0, 60))
def test_sure_is_within_nominal_and_nominal_within_possible(legs, path, reach_m):
    lines = Lines([shapely.LineString(path)])
    sure, nominal, possible = (see(wandering(legs), lines, reach_m, bound) for bound in ("sure", "nominal", "possible"))
    for less, more in ((sure, nominal), (nominal, possible)):
        both = (np.concatenate(pair) for pair in zip(less[:3], more[:3], strict=True))
        assert lengths(Ranges(*both), 1).tolist() == seen_cm(more, lines)
    assert seen_cm(possible, lines)[0] <= lines.length_cm[0]


@settings(max_examples=40)
@given(TRACK, PATH, st.floats(5, 60))
def test_turning_the_line_or_moving_everything_changes_nothing(legs, path, reach_m):
    went, line = wandering(legs), shapely.LineString(path)
    found = seen_cm(see(went, Lines([line]), reach_m), Lines([line]))[0]
    turned = Lines([line.reverse()])
    assert seen_cm(see(went, turned, reach_m), turned)[0] == pytest.approx(found, abs=20)
    moved = Track(went.x + 5e5, went.y + 3.4e6, went.time_s, went.accuracy_m, went.starts)
    away = Lines([shapely.transform(line, lambda xy: xy + np.array([5e5, 3.4e6]))])
    assert seen_cm(see(moved, away, reach_m), away)[0] == pytest.approx(found, abs=20)


@settings(max_examples=30)
@given(st.lists(STEP, min_size=3, max_size=12), PATH, st.data())
def test_splitting_a_track_at_a_shared_fix_covers_the_same(leg, path, data):
    whole, lines = wandering([leg]), Lines([shapely.LineString(path)])
    cut = data.draw(st.integers(1, len(leg) - 2))
    fixes = np.column_stack([whole.time_s, whole.x, whole.y]).tolist()
    parts = track(fixes[: cut + 1], fixes[cut:])
    assert seen_cm(see(parts, lines, 30.0), lines)[0] == pytest.approx(
        seen_cm(see(whole, lines, 30.0), lines)[0], abs=4
    )

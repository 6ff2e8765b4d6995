"""How near, when, how long and how often a track came by points: closed forms against dense sampling and GEOS."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from geo.coverage.points import points_seen
from geo.coverage.sightings import Track
from geo.coverage.steps import steps_of, together
from layers.errors import BadGeometry, BadInput
from tests.geo.coverage.walks import LEGS, PLACES, REACH, moved, reversed_track, track, wandering
from tests.specimens import SPECIMENS


def test_a_straight_pass_is_timed_in_closed_form():
    found = points_seen(track([(0, -100, 0), (200, 100, 0)], accuracy_m=0.0), [shapely.Point(0, 15)], 25.0)
    assert (found.nearest_m[0], found.nearest_s[0]) == (15.0, 100.0)
    assert found.dwell_s[0] == pytest.approx([40.0] * 3)
    assert (found.passes.first_s[0], found.passes.last_s[0]) == pytest.approx((80.0, 120.0))


def test_coming_back_after_the_gap_is_another_pass_and_sooner_is_not():
    went = track([(0, 0, 0), (100, 100, 0), (200, 0, 0)], accuracy_m=0.0)
    assert points_seen(went, [shapely.Point(0, 0)], 10.0, gap_s=179.0).passes.point.tolist() == [0, 0]
    assert points_seen(went, [shapely.Point(0, 0)], 10.0, gap_s=181.0).passes.point.tolist() == [0]


def test_the_wait_between_two_legs_is_absence():
    went = track([(0, 0, 0)], [(1000, 0, 0)])
    found = points_seen(went, [shapely.Point(3, 4)], 10.0, gap_s=600.0).passes
    assert found.first_s.tolist() == [0.0, 1000.0]
    assert found.seen.tolist() == [[False, True, True]] * 2
    assert found.dwell_s.tolist() == [[0.0] * 3] * 2


def test_standing_still_and_time_standing_still_both_count():
    went = track([(0, 0, 0), (60, 0, 0), (60, 5, 0), (90, 5, 0)], accuracy_m=0.0)
    found = points_seen(went, [shapely.Point(0, 0), shapely.Point(5, 0)], 1.0)
    assert found.dwell_s[:, 1].tolist() == [60.0, 30.0]
    assert found.nearest_s.tolist() == [0.0, 60.0]


def test_nothing_comes_by_nothing_and_nothing_is_passed():
    found = points_seen(track(), [shapely.Point(0, 0)], 25.0)
    assert (found.nearest_m[0], np.isnan(found.nearest_s[0]), len(found.passes.point)) == (np.inf, True, 0)
    assert len(points_seen(track([(0, 0, 0)]), [], 25.0).nearest_m) == 0
    nowhere = points_seen(track([(0, 0, 0)]), [None, shapely.Point()], 25.0)
    assert nowhere.nearest_m.tolist() == [np.inf] * 2
    assert nowhere.dwell_s.tolist() == [[0.0] * 3] * 2


def test_reach_zero_sees_only_what_is_walked_upon():
    went = track([(0, 0, 0), (10, 10, 0)], accuracy_m=0.0)
    assert points_seen(went, shapely.points([[5, 0], [5, 1e-6]]), 0.0).seen[:, 1].tolist() == [True, False]


@pytest.mark.parametrize("name", SPECIMENS)
def test_every_specimen_is_passed_or_refused(name):
    went = track([(0, 114.5, 30.5), (10, 114.51, 30.5)])
    specimen = SPECIMENS[name]
    if specimen is None or specimen.geom_type == "Point":
        assert (points_seen(went, [specimen], 25.0).nearest_m[0] < np.inf) == bool(specimen)
    else:
        with pytest.raises(BadGeometry, match=specimen.geom_type):
            points_seen(went, [specimen], 25.0)


@pytest.mark.parametrize("column", ["x", "y", "time_s", "accuracy_m"])
def test_a_track_with_what_is_no_number_is_refused(column):
    columns = dict.fromkeys(("x", "y", "time_s", "accuracy_m"), np.zeros(1)) | {column: np.array([np.nan])}
    with pytest.raises(BadInput, match="第 1 点"):
        points_seen(Track(**columns, starts=np.array([0, 1])), [shapely.Point(0, 0)], 25.0)


def test_time_running_backward_and_a_negative_gap_are_refused():
    with pytest.raises(BadInput, match="第 2 点"):
        steps_of(track([(10, 0, 0), (9, 1, 0)]))
    with pytest.raises(BadInput, match="-1"):
        points_seen(track([(0, 0, 0)]), [shapely.Point(0, 0)], 25.0, gap_s=-1)


@settings(max_examples=60)
@given(LEGS, PLACES, REACH)
def test_agrees_with_geos_and_with_dense_samples(legs, places, reach_m):
    went, points = wandering(legs), shapely.points(places)
    found = points_seen(went, points, reach_m, gap_s=60.0)
    steps = steps_of(went)
    drawn = shapely.linestrings(np.column_stack(steps[:4]).reshape(-1, 2, 2))
    drawn[steps.length_m == 0] = shapely.points(steps.x0, steps.y0)[steps.length_m == 0]
    assert found.nearest_m == pytest.approx(shapely.distance(points, shapely.union_all(drawn)), abs=1e-6)
    share = (np.arange(2000) + 0.5) / 2000
    x, y = (np.outer(a, 1 - share) + np.outer(b, share) for a, b in ((steps.x0, steps.x1), (steps.y0, steps.y1)))
    for (px, py), dwell_s in zip(places, found.dwell_s[:, 1], strict=True):
        sampled = (np.hypot(x - px, y - py) <= reach_m).mean(axis=1) * (steps.end_s - steps.start_s)
        assert dwell_s == pytest.approx(sampled.sum(), abs=1e-3 * np.sum(steps.end_s - steps.start_s) + 1e-9)


@settings(max_examples=40)
@given(LEGS, LEGS, PLACES, REACH)
def test_adding_a_track_never_lowers_and_the_bounds_are_in_order(legs, more, places, reach_m):
    one, other, points = wandering(legs), moved(wandering(more), 30.0, 20.0, 5000.0), shapely.points(places)
    alone, joined = (points_seen(went, points, reach_m) for went in (one, together([one, other])))
    assert (joined.nearest_m <= alone.nearest_m).all()
    assert (joined.dwell_s >= alone.dwell_s - 1e-9).all()
    assert (joined.seen >= alone.seen).all()
    assert (np.diff(joined.dwell_s, axis=1) >= -1e-9).all()
    assert (np.diff(joined.seen.astype(int), axis=1) >= 0).all()


@settings(max_examples=40)
@given(LEGS, PLACES, REACH)
def test_moving_everything_changes_nothing_and_walking_back_mirrors_the_times(legs, places, reach_m):
    went, points = wandering(legs), shapely.points(places)
    found = points_seen(went, points, reach_m + 0.01, gap_s=60.0)
    there = shapely.points(np.array(places) + np.array([5e5, 3.4e6]))
    away = points_seen(moved(went, 5e5, 3.4e6), there, reach_m + 0.01, gap_s=60.0)
    back = points_seen(reversed_track(went), points, reach_m + 0.01, gap_s=60.0)
    for other in (away, back):
        assert other.nearest_m == pytest.approx(found.nearest_m, abs=1e-6)
        assert other.dwell_s == pytest.approx(found.dwell_s, abs=1e-2)
    assert np.sort(-back.passes.last_s) == pytest.approx(np.sort(found.passes.first_s), abs=1e-2)


@settings(max_examples=40)
@given(LEGS, PLACES, REACH)
def test_passes_share_out_the_dwell_and_none_follows_within_the_gap(legs, places, reach_m):
    found = points_seen(wandering(legs), shapely.points(places), reach_m, gap_s=60.0)
    dwell_s = np.zeros_like(found.dwell_s)
    np.add.at(dwell_s, found.passes.point, found.passes.dwell_s)
    assert dwell_s == pytest.approx(found.dwell_s)
    same = np.diff(found.passes.point) == 0
    assert (found.passes.first_s[1:] - found.passes.last_s[:-1] > 60.0)[same].all()
    assert (found.passes.nearest_s >= found.passes.first_s - 1e-6).all()
    assert (found.passes.nearest_s <= found.passes.last_s + 1e-6).all()
    assert (found.passes.nearest_m >= found.nearest_m[found.passes.point]).all()

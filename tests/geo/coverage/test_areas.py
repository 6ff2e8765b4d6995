"""What was seen of areas: against exact formulas, polygons inside and outside the truth, and lattices of places."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import capsules
from geo.coverage.areas import Areas, areas_seen, shares, unseen, unseen_together
from geo.coverage.sightings import BOUNDS, Track, see
from geo.coverage.steps import Steps, steps_of, together
from geo.lines.multirange import Ranges, lengths
from layers.errors import BadGeometry, BadInput
from tests.geo.coverage.walks import LEGS, moved, reversed_track, track, wandering
from tests.specimens import INVALID, SPECIMENS

RING = shapely.box(-100, -100, 100, 100).difference(shapely.box(-40, -40, 40, 40))
TWO = shapely.MultiPolygon([shapely.box(-150, -30, -60, 60), shapely.Polygon([(10, 0), (140, -80), (90, 120)])])
TINY = shapely.box(3, 4, 5, 5)
SHAPES = [RING, TWO, TINY, shapely.box(-300, -300, 300, 300), None, shapely.Polygon()]
AREAS = Areas(SHAPES)
REACH = st.floats(1, 90)


def capsules_around(went, reach_m):
    """A buffer for each step, 1,024 sides, by GEOS; reach_m: one for each step."""
    steps = steps_of(went)
    drawn = shapely.linestrings(np.column_stack(steps[:4]).reshape(-1, 2, 2))
    drawn[steps.length_m == 0] = shapely.points(steps.x0, steps.y0)[steps.length_m == 0]
    seeing = reach_m > 0
    return shapely.union_all(shapely.buffer(drawn[seeing], reach_m[seeing], quad_segs=256))


def areas_of(shapes, polygon):
    return np.nan_to_num(shapely.area(shapely.intersection(np.array(shapes, dtype=object), polygon)))


def test_a_lone_fix_sees_a_disc_to_within_the_bound():
    found = areas_seen(track([(0, 0, 0)], accuracy_m=0.0), Areas([shapely.box(-50, 0, 50, 50)]), 25.0)
    assert found.whole.seen_m2[0] == pytest.approx([np.pi * 25**2 / 2] * 3, abs=found.whole.error_m2[0, 0])
    assert found.whole.error_m2[0, 0] < 0.02


def test_a_straight_walk_sees_a_capsule_however_many_fixes_lie_upon_it():
    stops = [(t, 2.5 * t, 0) for t in range(0, 81)]
    for went in (
        track([stops[0], stops[-1]]),
        track(stops),
        track(stops + [(160 - t, x, y) for t, x, y in stops[::-1]]),
    ):
        found = areas_seen(went, Areas([shapely.box(-500, -500, 500, 500)]), 30.0).whole
        assert found.seen_m2[0, 1] == pytest.approx(200 * 60 + np.pi * 900, abs=found.error_m2[0, 1])
        assert found.error_m2[0, 1] < 0.1


def test_the_error_is_taken_off_the_reach_for_sure_and_added_for_possible():
    found = areas_seen(track([(0, 0, 0)], accuracy_m=10.0), Areas([shapely.box(-90, -90, 90, 90)]), 25.0)
    radii = np.sqrt(found.whole.seen_m2[0] / np.pi)
    assert radii == pytest.approx([8.8, 25.0, 41.2], rel=1e-5)
    assert shares(found.whole, Areas([shapely.box(-90, -90, 90, 90)])).area[0, 1] == pytest.approx(
        np.pi * 625 / 32400, rel=1e-5
    )


def test_an_area_smaller_than_the_reach_is_seen_whole_without_error():
    found = areas_seen(track([(0, 0, 0)], accuracy_m=0.0), Areas([TINY]), 25.0)
    assert found.whole.seen_m2[0].tolist() == pytest.approx([2.0] * 3)
    assert found.whole.error_m2[0].max() < 1e-6
    assert unseen(track([(0, 0, 0)]), Areas([TINY]), 25.0)[0].is_empty


def test_a_hole_is_no_part_of_an_area_and_standing_in_it_is_no_dwell():
    found = areas_seen(track([(0, -90, 0), (180, 90, 0)], accuracy_m=0.0), Areas([RING]), 10.0).whole
    assert found.dwell_s[0] == pytest.approx(100.0)
    assert found.inside_m[0] == pytest.approx(100.0)
    assert found.seen_m2[0, 1] == pytest.approx(2 * (50 * 20 + np.pi * 50), abs=found.error_m2[0, 1])


def test_coming_back_after_the_gap_is_another_visit_whose_share_is_its_own():
    went = track([(0, 0, 0), (10, 10, 0)], [(5000, 5, 0), (5010, 15, 0)], accuracy_m=0.0)
    found = areas_seen(went, Areas([shapely.box(-99, 0, 99, 99)]), 5.0)
    capsule_m2 = 10 * 5 + np.pi * 25 / 2
    assert (found.visits.first_s.tolist(), found.visits.last_s.tolist()) == ([0.0, 5000.0], [10.0, 5010.0])
    assert found.visits.seen_m2[:, 1] == pytest.approx([capsule_m2] * 2, abs=0.01)
    assert found.whole.seen_m2[0, 1] == pytest.approx(capsule_m2 + 25, abs=0.01)
    assert areas_seen(went, Areas([shapely.box(-99, 0, 99, 99)]), 5.0, gap_s=4990.0).visits.area.tolist() == [0]


def test_a_visit_lasts_while_the_area_is_within_the_possible_reach():
    went = track([(0, -100, 0), (200, 100, 0)], accuracy_m=0.0)
    found = areas_seen(went, Areas([shapely.box(-10, 0, 10, 20)]), 15.0)
    assert (found.visits.first_s[0], found.visits.last_s[0]) == pytest.approx((75.0, 125.0))


def test_nothing_sees_nothing_and_nothing_is_seen():
    for went in (track(), track([(0, 9e5, 0)])):
        found = areas_seen(went, AREAS, 25.0)
        assert len(found.visits.area) == 0
        assert found.whole.seen_m2.tolist() == [[0.0] * 3] * len(SHAPES)
        assert np.isnan(found.whole.first_s).all()
    found = areas_seen(track([(0, 0, 0)]), Areas([None, shapely.Polygon()]), 25.0)
    assert shares(found.whole, Areas([None, shapely.Polygon()])).area.tolist() == [[0.0] * 3] * 2
    assert len(areas_seen(track([(0, 0, 0)]), Areas([]), 25.0).whole.area) == 0


def test_reach_zero_and_an_error_that_uses_it_up_see_no_area():
    went = track([(0, -50, -50), (9, 50, 50)], accuracy_m=0.0)
    assert areas_seen(went, AREAS, 0.0).whole.seen_m2.max() == 0
    assert areas_seen(went, AREAS, 0.0).whole.dwell_s[3] == 9.0
    assert areas_seen(track([(0, -50, -50), (9, 50, 50)], accuracy_m=16.0), AREAS, 25.0).whole.seen_m2[:, 0].max() == 0


def test_a_lake_smaller_than_the_reach_and_hundreds_of_fixes_on_one_spot():
    wander = np.round(np.random.default_rng(1).normal(0, 3, (600, 2)))
    still = track([(float(t), x, y) for t, (x, y) in enumerate(wander)], accuracy_m=0.0)
    found = areas_seen(still, Areas([shapely.box(-20, -20, 20, 20), shapely.box(-99, -99, 99, 99)]), 60.0).whole
    assert found.seen_m2[0] == pytest.approx([1600.0] * 3)
    polygon = capsules_around(still, np.full(599, 60.0))
    assert areas_of([shapely.box(-99, -99, 99, 99)], polygon)[0] == pytest.approx(found.seen_m2[1, 1], rel=1e-4)


def test_a_walk_around_a_finely_drawn_shore_agrees_with_polygons_inside_and_outside():
    turn = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    shore_m = 900 * (1 + 0.1 * np.sin(40 * turn))
    lake = shapely.Polygon(np.column_stack([shore_m * np.cos(turn), shore_m * np.sin(turn)]))
    wander = np.random.default_rng(3).normal(0, 3, (500, 2)) + shapely.get_coordinates(lake)[:3000:6]
    went = track([(float(t), x, y) for t, (x, y) in enumerate(wander)], accuracy_m=0.0)
    found = areas_seen(went, Areas([lake]), 25.0).whole
    inner_m2, outer_m2 = (
        areas_of([lake], capsules_around(went, np.full(499, radius)))[0] for radius in (25.0, 25 / np.cos(np.pi / 1024))
    )
    assert inner_m2 - found.error_m2[0, 1] <= found.seen_m2[0, 1] <= outer_m2 + found.error_m2[0, 1]


@pytest.mark.parametrize("name", SPECIMENS)
def test_every_specimen_is_seen_or_refused(name):
    specimen = SPECIMENS[name]
    here = shapely.transform(specimen, lambda xy: (xy - [114.5, 30.5]) * 1e4)
    went = track([(0, 0, 0), (60, 100, 50)], accuracy_m=0.0)
    if here is not None and (here.geom_type not in ("Polygon", "MultiPolygon") or name in INVALID):
        with pytest.raises(BadGeometry, match=r"第 2 个"):
            Areas([TINY, here])
        return
    found = areas_seen(went, Areas([here]), 20.0).whole
    assert (found.seen_m2[0, 1] > 0) == bool(here)
    assert found.seen_m2[0, 1] == pytest.approx(areas_of([here], capsules_around(went, np.full(1, 20.0)))[0], rel=1e-4)


def test_a_border_that_does_not_close_falls_back_to_polygons_inside_and_outside(monkeypatch):
    monkeypatch.setattr(capsules, "MOST_OPEN", -1.0)
    still = Steps(*np.zeros((7, 1)))
    found = capsules.seen_of(shapely.box(0, 0, 40, 40), still, np.array([20.0]))
    assert found.seen_m2 == pytest.approx(np.pi * 100, abs=found.error_m2)
    assert found.error_m2 <= 1.6


def test_an_area_with_very_many_steps_is_cut_in_four_and_the_answer_stays(monkeypatch):
    walk = np.cumsum(np.random.default_rng(2).normal(0, 8, (400, 2)), axis=0)
    went = track([(float(t), x, y) for t, (x, y) in enumerate(walk)])
    area = Areas([shapely.box(*walk.min(axis=0), *walk.max(axis=0)).difference(shapely.Point(walk[9]).buffer(30))])
    at_once = areas_seen(went, area, 12.0).whole
    monkeypatch.setattr(capsules, "MOST_STEPS", 40)
    cut = areas_seen(went, area, 12.0).whole
    assert (np.abs(cut.seen_m2 - at_once.seen_m2) <= cut.error_m2 + at_once.error_m2).all()


def test_lines_inside_count_in_the_visit_that_saw_them():
    road = shapely.LineString([(-500, 10), (500, 10)])
    areas = Areas([shapely.box(-100, 0, 100, 100), shapely.box(100, 0, 300, 100), shapely.box(0, 50, 9, 99)], [road])
    went = track([(0, -50, 10), (50, 50, 10)], [(5000, 0, 10), (5100, 200, 10)], accuracy_m=0.0)
    found = areas_seen(went, areas, 20.0)
    assert areas.lines_m.tolist() == [200.0, 200.0, 0.0]
    assert found.whole.lines_m[:, 1].tolist() == pytest.approx([170.0, 120.0, 0.0])
    assert found.visits.area.tolist() == [0, 0, 1]
    assert found.visits.lines_m[:, 1].tolist() == pytest.approx([140.0, 120.0, 120.0])
    assert shares(found.whole, areas).lines[:, 1].tolist() == pytest.approx([0.85, 0.6, 0.0])
    with pytest.raises(BadInput, match="60"):
        areas_seen(went, areas, 20.0, gap_s=60.0)


@settings(max_examples=30, deadline=None)
@given(LEGS, REACH)
def test_the_bound_is_kept_between_polygons_inside_and_outside(legs, reach_m):
    went = wandering(legs)
    found = areas_seen(went, AREAS, reach_m).whole
    seen_m2, error_m2 = found.seen_m2[:, 1], found.error_m2[:, 1]
    reached_m = np.full(len(steps_of(went).x0), reach_m)
    assert (areas_of(SHAPES, capsules_around(went, reached_m)) <= seen_m2 + error_m2 + 1e-6).all()
    assert (
        seen_m2 - error_m2 <= areas_of(SHAPES, capsules_around(went, reached_m / np.cos(np.pi / 1024))) + 1e-6
    ).all()
    assert (found.seen_m2 <= AREAS.area_m2[:, None]).all()
    assert (found.error_m2 <= 1e-5 * AREAS.area_m2[:, None] + 1e-3).all()


@settings(max_examples=30, deadline=None)
@given(LEGS, REACH)
def test_agrees_with_a_lattice_of_places_and_what_is_left_is_the_rest(legs, reach_m):
    went, steps = wandering(legs), steps_of(wandering(legs))
    x, y = (axis.ravel() for axis in np.meshgrid(*[np.arange(-299.0, 300, 6)] * 2))
    drawn = shapely.linestrings(np.column_stack(steps[:4]).reshape(-1, 2, 2))
    drawn[steps.length_m == 0] = shapely.points(steps.x0, steps.y0)[steps.length_m == 0]
    far_m = shapely.distance(shapely.union_all(drawn), shapely.points(x, y))
    found, left = areas_seen(went, AREAS, reach_m).whole, unseen(went, AREAS, reach_m)
    # A lattice of 6 m errs by its cells along the border: as long as that of all capsules at most.
    rim_m2 = 6 * (2 * steps.length_m.sum() + 7 * reach_m * len(steps.x0))
    for shape, rest, seen_m2 in zip(SHAPES[:4], left[:4], found.seen_m2[:4, 1], strict=True):
        there = shapely.contains_xy(shape, x, y)
        assert abs(36 * (there & (far_m <= reach_m)).sum() - seen_m2) <= rim_m2 + 6 * shape.length
        assert rest.area == pytest.approx(shape.area - seen_m2, abs=0.002 * reach_m * rim_m2 / 6 + 1e-3)
        assert not (there & (far_m > reach_m + 1e-6) & ~shapely.intersects_xy(rest, x, y)).any()
    assert left[4] is None
    assert left[5].is_empty


@settings(max_examples=30, deadline=None)
@given(LEGS, LEGS, REACH)
def test_adding_a_track_never_lowers_and_the_bounds_are_in_order(legs, more, reach_m):
    one, other = wandering(legs), moved(wandering(more), 30.0, 20.0, 5000.0)
    alone, joined = (areas_seen(went, AREAS, reach_m).whole for went in (one, together([one, other])))
    assert (joined.seen_m2 + joined.error_m2 >= alone.seen_m2 - alone.error_m2).all()
    assert (joined.dwell_s >= alone.dwell_s - 1e-9).all()
    assert (np.diff(joined.seen_m2, axis=1) >= 0).all()
    left = unseen_together([unseen(went, AREAS, reach_m) for went in (one, other)])
    rest_m2, slack_m2 = np.nan_to_num(shapely.area(left)), 0.002 * reach_m * 9000 + 1e-3
    assert rest_m2 == pytest.approx(AREAS.area_m2 - joined.seen_m2[:, 1], abs=slack_m2)


@settings(max_examples=30, deadline=None)
@given(LEGS, REACH)
def test_moving_everything_changes_nothing_and_walking_back_mirrors_the_times(legs, reach_m):
    went = wandering(legs)
    there = Areas([shapely.transform(shape, lambda xy: xy + np.array([5e5, 3.4e6])) for shape in SHAPES])
    found = areas_seen(went, AREAS, reach_m, gap_s=60.0)
    for other in (
        areas_seen(moved(went, 5e5, 3.4e6), there, reach_m, gap_s=60.0),
        areas_seen(reversed_track(went), AREAS, reach_m, gap_s=60.0),
    ):
        assert (np.abs(other.whole.seen_m2 - found.whole.seen_m2) <= other.whole.error_m2 + found.whole.error_m2).all()
        # Walking along a border, or standing upon it, is inside or not by a hair.
        assert other.whole.inside_m[:3] == pytest.approx(found.whole.inside_m[:3], abs=1e-3)
    back = areas_seen(reversed_track(went), AREAS, reach_m, gap_s=60.0)
    assert -back.whole.last_s == pytest.approx(found.whole.first_s, abs=1e-3, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(LEGS, REACH)
def test_dwell_is_the_length_of_time_inside_and_visits_share_it_out(legs, reach_m):
    went, shape = wandering(legs), shapely.box(-60.5, -70.5, 80.5, 40.5)
    steps, found = steps_of(went), areas_seen(went, Areas([shape]), reach_m, gap_s=60.0)
    drawn = shapely.linestrings(np.column_stack(steps[:4]).reshape(-1, 2, 2))
    inside_m = shapely.length(shapely.intersection(drawn, shape))
    still = shapely.contains_xy(shape, steps.x0, steps.y0) * 1.0
    share = np.divide(inside_m, steps.length_m, out=still, where=steps.length_m > 0)
    assert found.whole.inside_m[0] == pytest.approx(inside_m.sum(), abs=1e-6)
    assert found.whole.dwell_s[0] == pytest.approx((share * (steps.end_s - steps.start_s)).sum(), abs=1e-6)
    assert found.visits.dwell_s.sum() == pytest.approx(found.whole.dwell_s[0])


@settings(max_examples=30, deadline=None)
@given(LEGS, REACH)
def test_lines_seen_inside_add_up_to_what_was_seen_of_the_line(legs, reach_m):
    road = shapely.LineString([(-290, -20), (0, 30), (290, 10)])
    tiles = [shapely.box(x, -300, x + 200, 300) for x in (-300, -100, 100)]
    went, areas = wandering(legs), Areas(tiles, [road])
    found = areas_seen(went, areas, reach_m)
    for nth, bound in enumerate(BOUNDS):
        seen = see(went, areas.lines, reach_m, bound)
        total_m = lengths(Ranges(seen.line, seen.from_cm, seen.to_cm), 1)[0] / 100
        assert found.whole.lines_m[:, nth].sum() == pytest.approx(total_m, abs=0.021)
        once = np.bincount(found.visits.area, minlength=3) == 1
        visits_m = np.bincount(found.visits.area, found.visits.lines_m[:, nth], 3)
        assert visits_m[once] == pytest.approx(found.whole.lines_m[once, nth])
    assert (found.whole.lines_m <= areas.lines_m[:, None] + 1e-9).all()


def test_a_track_with_what_is_no_number_is_refused():
    with pytest.raises(BadInput, match="第 1 点"):
        areas_seen(Track(*np.array([[0.0], [np.inf], [0.0], [0.0]]), np.array([0, 1])), AREAS, 25.0)

"""Walkers who go a plan: what they leave is a track like any other, and pays what the plan promised."""

from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage.sightings import ERROR_FACTOR
from geo.duties.calendar import instant
from geo.plan.city import Break, Options
from geo.plan.day import Planned, plan_day
from geo.plan.tasks import Limit
from geo.tracks.cleaning import MODES
from geo.trial.executed import executed, tracks_of
from geo.trial.walkers import STEADY, Course, Manner, course_of, recorded, walked
from layers.errors import BadInput
from tests.geo.plan.cities import DAY, ZONE, city_of, crew, lines, network_of, owed, street_city, wholes

MIDNIGHT = instant(DAY, 0, ZONE)
SHORT = Limit(iterations=20)
MODE = st.sampled_from(["foot", "bicycle", "car"])
NUMBER = st.integers(0, 2**32 - 1)


@cache
def planned():
    """A plan that leaves some streets, stops at points and takes a break."""
    streets = street_city(3, 4)
    places = wholes("site", [shapely.Point(305, 310), shapely.Point(450, 5)])
    city = city_of(streets.network, [*streets.targets, places], [*streets.duties, owed(places, "S")])
    rest = Break(MIDNIGHT + 8.25 * 3600, MIDNIGHT + 9 * 3600, 600.0)
    crews = [crew(hours=(8, 9.0), breaks=(rest,)), crew("2", "bicycle", start=(900.0, 600.0), hours=(8, 8.12))]
    return plan_day(city, crews, Options(), SHORT, seed=1)


def paid(plan, problem, manner, seed):
    """What each duty owes after walkers went the plan, and their tracks."""
    tracks = tracks_of([course_of(route) for route in plan.routes], problem.crews, manner, [seed])
    return [one.after.nominal for one in executed(Planned(plan, problem), manner, seed)], tracks


def lone(length_m, mode="foot", seconds=None):
    """A straight line gone evenly, with a vertex every 100 m."""
    at_m = np.append(np.arange(0, length_m, 100.0), length_m)
    return Course.along(np.column_stack([at_m, 0 * at_m]), at_m / (length_m / (seconds or length_m)))


@given(seed=NUMBER, slow=st.floats(0.6, 1.0), fast=st.floats(1.0, 1.4), every_s=st.floats(2.0, 60.0))
@settings(max_examples=15, deadline=None)
def test_who_goes_all_of_a_plan_pays_what_it_promised_within_its_bounds(seed, slow, fast, every_s):
    plan, problem = planned()
    owed_after, tracks = paid(plan, problem, Manner(pace=(slow, fast), every_s=every_s), seed)
    assert all(len(track.starts) == 2 for track in tracks if len(track.x))
    for promise, after in zip(plan.promise, owed_after, strict=True):
        assert promise.after.possible - 1 <= after <= promise.after.sure + 1
        assert promise.after.sure < promise.before


def test_who_goes_just_as_planned_with_an_exact_phone_pays_just_what_was_promised():
    plan, problem = planned()
    exact = Manner(accuracy_m=0.0, pace=(1.0, 1.0))
    for promise, after in zip(plan.promise, paid(plan, problem, exact, 1)[0], strict=True):
        assert after == pytest.approx(promise.after.nominal, abs=1)


@given(seed=NUMBER, rate=st.floats(0.5, 6.0), impassable=st.floats(0.0, 0.5), late_s=st.floats(0.0, 1800.0))
@settings(max_examples=12, deadline=None)
def test_what_is_not_paid_is_what_silence_and_impassable_pieces_explain(seed, rate, impassable, late_s):
    plan, problem = planned()
    manner = Manner(gaps_an_hour=rate, impassable=impassable, late_s=(0.0, late_s))
    (roads, _), tracks = paid(plan, problem, manner, seed)
    days = plan.judged_s / 86_400 - (instant(DAY.replace(month=6, day=1), 0, ZONE) / 86_400) - 7
    streets = problem.city.targets[0].shapes
    # What lies within the nominal reach of the legs by buffers, with no engine: the planned line and its bounds apart.
    legs = [
        shapely.LineString(leg) if len(leg) > 1 else shapely.Point(leg[0])
        for track in tracks
        for leg in np.split(np.column_stack([track.x, track.y]), track.starts[1:-1])
        if len(leg)
    ]
    missed_m = shapely.length(
        shapely.difference(streets, shapely.union_all(shapely.buffer(legs, 25.0, quad_segs=64)))
    ).sum()
    assert roads == pytest.approx(missed_m * days, rel=1e-3, abs=days)
    assert roads >= plan.promise[0].after.possible - 1


@given(seed=NUMBER, mode=MODE, accuracy_m=st.floats(0.0, 30.0), every_s=st.floats(0.5, 80.0))
@settings(max_examples=60, deadline=None)
def test_a_phone_that_keeps_its_word_errs_within_it_and_nothing_is_cleaned_away(seed, mode, accuracy_m, every_s):
    course = lone(900.0, seconds=600.0)
    manner = Manner(accuracy_m=accuracy_m, every_s=every_s, pace=(0.8, 1.2))
    sent = walked(course, mode, manner, np.random.default_rng(seed))
    assert (np.abs(sent.y) <= ERROR_FACTOR * accuracy_m + 1e-9).all()
    assert (sent.x >= -ERROR_FACTOR * accuracy_m - 1e-9).all() and (sent.x <= 900 + ERROR_FACTOR * accuracy_m).all()
    assert (np.diff(sent.time_s) > 0).all()
    track = recorded(sent, mode)
    assert len(track.x) == len(sent.x) and len(track.starts) == 2


def test_one_error_in_twenty_of_a_phone_that_does_not_keep_its_word_is_larger():
    course = lone(900.0, seconds=80_000.0)
    manner = Manner(accuracy_m=10.0, keeps_word=False, wander_s=10.0, every_s=10.0, at_turns=False, pace=(1.0, 1.0))
    sent = walked(course, "foot", manner, np.random.default_rng(3))
    off_m = np.hypot(sent.x - np.interp(sent.time_s, course.time_s, course.xy[:, 0]), sent.y)
    assert (off_m <= 10).mean() == pytest.approx(0.68, abs=0.02)
    assert (off_m <= ERROR_FACTOR * 10).mean() == pytest.approx(0.95, abs=0.02)


@given(seed=NUMBER, mode=MODE, rate=st.floats(1.0, 20.0))
@settings(max_examples=30, deadline=None)
def test_a_silence_parts_the_track(seed, mode, rate):
    sent = walked(lone(3600.0), mode, Manner(gaps_an_hour=rate, gap_s=(130.0, 200.0)), np.random.default_rng(seed))
    silences = int((np.diff(sent.time_s) > MODES[mode].max_gap_s).sum())
    track = recorded(sent, mode)
    assert len(track.starts) - 1 == silences + (len(sent.x) > 0)


def test_an_impassable_piece_is_gone_round_unheard_even_where_it_is_short():
    course = lone(900.0)._replace(pieces=np.array([[2, 3], [5, 7]]))
    sent = walked(course, "foot", Manner(impassable=1.0), np.random.default_rng(1))
    assert sent.skipped.tolist() == [0, 1]
    track = recorded(sent, "foot")
    assert len(track.starts) - 1 == 3
    margin = ERROR_FACTOR * 10
    for from_m, to_m in ((200, 300), (500, 700)):
        assert not ((track.x > from_m + margin) & (track.x < to_m - margin)).any()


def test_nobody_goes_on_before_a_wait_is_over_and_who_is_late_waits_no_longer_than_needed():
    course = Course(
        np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 0.0], [200.0, 0.0]]),
        np.array([0.0, 80.0, 500.0, 580.0]),
        np.array([-np.inf, -np.inf, 500.0, -np.inf]),
        np.zeros(4, dtype=bool),
        np.empty((0, 2), dtype=np.int64),
    )
    manner = Manner(accuracy_m=0.0, pace=(1.0, 1.0))
    prompt, late = (
        walked(course, "foot", Manner(**{**vars(manner), "late_s": (by, by)}), np.random.default_rng(1))
        for by in (0.0, 450.0)
    )
    assert prompt.time_s[-1] == 580 and late.time_s[0] == 450
    assert late.time_s[-1] == 450 + 80 + 80


def test_a_walk_is_the_same_again_from_the_same_seed_and_nobody_leaves_no_track():
    plan, _ = planned()
    course = course_of(plan.routes[0])
    one, other = (walked(course, "foot", Manner(), np.random.default_rng(5)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    nobody = recorded(
        walked(Course.along(np.empty((0, 2)), np.empty(0)), "foot", STEADY, np.random.default_rng(1)), "foot"
    )
    assert len(nobody.x) == 0


@pytest.mark.parametrize("wrong", [{"pace": (0.0, 1.0)}, {"pace": (2.0, 1.0)}, {"every_s": 0.0}, {"impassable": 1.5},
                                   {"late_s": (-1.0, 0.0)}, {"accuracy_m": float("nan")}])  # fmt: skip
def test_a_manner_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadInput, match="模拟巡查"):
        Manner(**wrong)


def test_a_drone_flies_its_plan_like_any_other():
    course = lone(2000.0, seconds=250.0)
    track = recorded(walked(course, "drone", Manner(every_s=1.0), np.random.default_rng(2)), "drone")
    assert len(track.starts) == 2 and MODES["drone"].accuracy_m == track.accuracy_m[0]


def test_banks_seen_from_their_own_side_are_paid_as_promised():
    water = shapely.box(-1000, 0, 2000, 16)
    banks = lines("bank", [shapely.LineString([(0, y), (1000, y)]) for y in (0, 16)], [water, water])
    ways = network_of([shapely.LineString([(0, y), (1000, y)]) for y in (-3.0, 19.0)], "footway")
    city = city_of(ways, [banks], [owed(banks, same_side=True)])
    plan, problem = plan_day(city, [crew(start=(0.0, -3.0))], Options(), SHORT, seed=1)
    for seed in range(3):
        (after,), _ = paid(plan, problem, Manner(accuracy_m=0.5), seed)
        assert plan.promise[0].after.possible - 1 <= after <= plan.promise[0].after.sure + 1


@cache
def houses():
    """A plan that stops at houses, small ones and large, for as long as their duty asks."""
    sides_m = (8.0, 20.0, 45.0, 90.0)
    plots = [
        shapely.box(x, 3, x + side_m, 3 + side_m)
        for x, side_m in zip((60.0, 160.0, 400.0, 660.0), sides_m, strict=True)
    ]
    places = wholes("site", plots)
    city = city_of(street_city(3, 4).network, [places], [owed(places, test_dwell_s=30.0)])
    return plan_day(city, [crew(hours=(8, 10))], Options(), SHORT, seed=1)


@given(seed=NUMBER)
@settings(max_examples=15, deadline=None)
def test_dwell_inside_areas_is_paid_as_promised_too(seed):
    plan, problem = houses()
    (after,), _ = paid(plan, problem, STEADY, seed)
    assert plan.promise[0].after.possible <= after <= plan.promise[0].after.sure
    assert plan.promise[0].after.sure < plan.promise[0].before

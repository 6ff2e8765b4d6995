"""The closed form against what can be checked by hand, by sampling, and by polygons inside and outside the truth."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.coverage.intervals import interval as compiled_interval
from tests.geo.coverage.numpy_form import Segments, within_reach

SIDES = 4 * 256
COORDINATE = st.floats(-200, 200).map(lambda value: round(value, 3))
REACH = st.floats(0.5, 120)
FOUR = st.tuples(COORDINATE, COORDINATE, COORDINATE, COORDINATE)


def interval(step, target, reach_m):
    """The interval as a pair, or None."""
    low_m, high_m = compiled_interval(tuple(map(float, step)), tuple(map(float, target)), float(reach_m))
    assert np.isnan(low_m) == np.isnan(high_m)
    return None if np.isnan(low_m) else (low_m, high_m)


def length(found):
    return 0.0 if found is None else found[1] - found[0]


def line(row):
    return shapely.LineString(np.array(row, dtype=float).reshape(2, 2))


@pytest.mark.parametrize(
    ("step", "target", "reach_m", "expected"),
    [
        pytest.param((0, 0, 10, 0), (-20, 3, 80, 3), 5, (16, 34), id="parallel: 3-4-5 at both ends"),
        pytest.param((0, 0, 100, 0), (50, -50, 50, 50), 10, (40, 60), id="crossing"),
        pytest.param((0, 0, 0, 0), (-10, 0, 10, 0), 4, (6, 14), id="a disc"),
        pytest.param((0, 0, 100, 0), (20, 0, 60, 0), 0, (0, 40), id="reach 0 on the line itself"),
        pytest.param((0, 0, 100, 0), (20, -30, 20, 10), 0, (30, 30), id="reach 0 across: a point"),
        pytest.param((0, 0, 100, 0), (20, 1, 60, 1), 0, None, id="reach 0 beside"),
        pytest.param((0, 0, 100, 0), (0, 20, 100, 20), 5, None, id="too far"),
        pytest.param((0, 0, 100, 0), (0, 5, 100, 5), 5, (0, 100), id="just touching along its length"),
        pytest.param((0, 0, 100, 0), (30, 2, 30, 2), 5, (0, 0), id="a point, seen"),
        pytest.param((0, 0, 100, 0), (30, 20, 30, 20), 5, None, id="a point, not seen"),
        pytest.param((3, 4, 3, 4), (0, 0, 0, 0), 5, (0, 0), id="point to point"),
        pytest.param((0, 0, 100, 0), (20, 0, 60, 0), -1, None, id="no reach left"),
        pytest.param((0, 0, 100, 0), (20, 0, 60, 0), np.nan, None, id="no reach at all"),
        pytest.param((0, 0, 10, 0), (-50, 0, 50, 0), 1e6, (0, 100), id="a reach larger than all"),
    ],
)
def test_by_hand(step, target, reach_m, expected):
    assert interval(step, target, reach_m) == (None if expected is None else pytest.approx(expected))


@given(FOUR, FOUR, REACH)
def test_one_by_one_and_all_at_once_tell_the_same(step, target, reach_m):
    assume(line(target).length > 0)
    low_m, high_m = within_reach(*(Segments(*np.array([row]).T) for row in (step, target)), np.array([reach_m]))
    found = interval(step, target, reach_m)
    # Where a line only just touches, the last digit decides.
    assert length(found) == pytest.approx(0 if np.isnan(low_m[0]) else high_m[0] - low_m[0], abs=1e-4)


@given(FOUR, FOUR, REACH)
def test_lies_between_the_polygon_inside_and_the_polygon_outside(step, target, reach_m):
    assume(line(target).length > 0)
    capsule = line(step) if line(step).length else shapely.Point(step[:2])
    inner = capsule.buffer(reach_m, quad_segs=SIDES // 4)
    outer = capsule.buffer(reach_m / np.cos(np.pi / SIDES), quad_segs=SIDES // 4)
    seen = length(interval(step, target, reach_m))
    assert line(target).intersection(inner).length <= seen + 1e-6
    assert seen <= line(target).intersection(outer).length + 1e-6


@given(FOUR, FOUR, REACH)
def test_every_sampled_point_is_inside_just_when_it_is_within_reach(step, target, reach_m):
    found = interval(step, target, reach_m)
    share = np.linspace(0, 1, 201)
    x = target[0] + share * (target[2] - target[0])
    y = target[1] + share * (target[3] - target[1])
    distance_m = shapely.distance(line(step), shapely.points(x, y))
    along_m = share * line(target).length
    inside = np.zeros(201, dtype=bool) if found is None else (along_m > found[0] - 1e-9) & (along_m < found[1] + 1e-9)
    clear = np.abs(distance_m - reach_m) > 1e-6
    assert (inside == (distance_m <= reach_m))[clear].all()


@given(FOUR, FOUR, REACH)
def test_direction_and_place_do_not_matter(step, target, reach_m):
    found = interval(step, target, reach_m)
    back = interval((*step[2:], *step[:2]), target, reach_m)
    far = np.array([500_000.0, 3_380_000.0] * 2)
    moved = interval(far + step, far + target, reach_m)
    turned = interval(step, (*target[2:], *target[:2]), reach_m)
    assert length(back) == pytest.approx(length(found), abs=1e-6)
    # Where a line only just touches, a rounding of the place changes much: sqrt(2 · 120 m · 1e-9 m) = 0.5 mm.
    assert length(turned) == pytest.approx(length(found), abs=2e-3)
    assert length(moved) == pytest.approx(length(found), abs=2e-3)


@given(FOUR, FOUR, REACH, st.floats(0, 50))
def test_a_longer_reach_sees_at_least_as_much(step, target, reach_m, more_m):
    near, far = interval(step, target, reach_m), interval(step, target, reach_m + more_m)
    if near is not None:
        assert far is not None
        assert far[0] <= near[0] + 1e-9
        assert far[1] >= near[1] - 1e-9

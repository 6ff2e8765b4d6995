"""Visits by each bound: as the whole track tells them, nested, and each right by itself."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage.areas import Areas, areas_seen
from geo.coverage.attended import areas_attended, points_attended
from geo.coverage.points import points_seen
from geo.coverage.sightings import BOUNDS, Track

PLACE = st.tuples(st.floats(-200, 200), st.floats(-200, 200))
SHAPES = [shapely.box(-60, -40, 60, 40), shapely.Point(90, 90).buffer(30), shapely.box(300, 300, 310, 310), None]
ROADS = [shapely.LineString([(-100, 0), (100, 5)]), shapely.LineString([(0, -100), (0, 100)])]
REACH_M = 25.0


def track(places, every_s=45.0, accuracy_m=6.0):
    x, y = np.array(places, dtype=float).reshape(-1, 2).T
    starts = np.array([0, len(x)]) if len(x) else np.array([0])
    return Track(x, y, np.arange(len(x)) * every_s, np.full(len(x), accuracy_m), starts)


def within(places, reach_m, quad_segs):
    """All within reach of a way, step by step: the buffer of a whole one that crosses itself lacks whole parts."""
    steps = [shapely.LineString(pair) for pair in pairwise(places)] or [shapely.Point(places[0])]
    return shapely.union_all([step.buffer(reach_m, quad_segs) for step in steps])


@settings(max_examples=40)
@given(st.lists(PLACE, max_size=12), st.sampled_from([3.0, 9.0, 20.0]), st.sampled_from([20.0, 45.0, 400.0]))
def test_by_the_possible_reach_visits_are_those_of_the_whole_track(places, accuracy_m, every_s):
    went, areas = track(places, every_s, accuracy_m), Areas(SHAPES, ROADS)
    told, seen = areas_seen(went, areas, REACH_M).visits, areas_attended(went, areas, REACH_M)["possible"]
    assert seen.target.tolist() == told.area.tolist()
    for name in ("first_s", "last_s", "dwell_s", "inside_m"):
        assert getattr(seen, name) == pytest.approx(getattr(told, name), abs=1e-6)
    assert seen.seen_m2 == pytest.approx(told.seen_m2[:, 2], rel=1e-9, abs=1e-6)
    assert seen.lines_m == pytest.approx(told.lines_m[:, 2])


@settings(max_examples=40)
@given(st.lists(PLACE, min_size=1, max_size=12), st.sampled_from([3.0, 9.0, 20.0]))
def test_what_is_surely_seen_is_nominally_and_what_is_nominally_possibly(places, accuracy_m):
    went, areas = track(places, 45.0, accuracy_m), Areas(SHAPES, ROADS)
    points = [shapely.Point(10, 0), shapely.Point(-150, 50), None]
    for found in (areas_attended(went, areas, REACH_M), points_attended(went, points, REACH_M)):
        for less, more in (("sure", "nominal"), ("nominal", "possible")):
            assert set(found[less].target) <= set(found[more].target)
            assert found[less].dwell_s.sum() <= found[more].dwell_s.sum() + 1e-9
            for target in set(found[less].target):
                own, wider = (found[bound].target == target for bound in (less, more))
                assert found[less].first_s[own].min() >= found[more].first_s[wider].min() - 1e-9
                assert found[less].last_s[own].max() <= found[more].last_s[wider].max() + 1e-9


@settings(max_examples=40)
@given(st.lists(PLACE, min_size=1, max_size=10))
def test_distance_is_that_of_the_way_and_what_is_drawn_is_never_too_large(places):
    places = np.round(places, 3).tolist()  # the oracle's buffers fail at numbers that are next to none
    went, areas = track(places), Areas(SHAPES)
    way = shapely.LineString(places) if len(places) > 1 else shapely.Point(places[0])
    found = areas_attended(went, areas, REACH_M, gap_s=1e9)["nominal"]
    for row, target in enumerate(found.target.tolist()):
        assert found.distance_m[row] == pytest.approx(way.distance(SHAPES[target]), abs=1e-6)
        part = found.seen[row]
        assert part.area <= found.seen_m2[row] + found.error_m2[row] + 1e-6
        assert found.seen_m2[row] - part.area <= 0.01 * within(places, REACH_M, 64).area
        assert within(places, REACH_M + 1e-3, 256).buffer(1e-3).covers(part) or part.is_empty


@settings(max_examples=40)
@given(st.lists(PLACE, max_size=12), PLACE)
def test_passes_by_the_possible_reach_are_those_that_points_tell(places, at):
    went = track(places)
    told = points_seen(went, [shapely.Point(at)], REACH_M).passes
    seen = points_attended(went, [shapely.Point(at)], REACH_M)
    assert seen["possible"].first_s.tolist() == told.first_s.tolist()
    assert seen["possible"].distance_m.tolist() == told.nearest_m.tolist()
    assert [seen[bound].dwell_s.sum() for bound in BOUNDS] == pytest.approx(told.dwell_s.sum(axis=0).tolist())


def test_an_error_that_uses_the_reach_up_surely_visits_nothing_though_it_was_inside():
    found = areas_attended(track([(0, 0), (10, 0)], accuracy_m=16.0), Areas(SHAPES), REACH_M)
    assert found["sure"].target.tolist() == [] and found["nominal"].dwell_s.tolist() == [45.0]


def test_what_is_not_measured_is_not_known():
    found = areas_attended(track([(0, 0), (10, 0)]), Areas(SHAPES, ROADS), REACH_M, measured=False)["nominal"]
    assert np.isnan(found.seen_m2).all() and found.seen.tolist() == [None] and found.lines_m[0] > 80

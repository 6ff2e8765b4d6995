"""Clipping tracks to an area and to hours: what is left is the track's own, within both, and joined to nothing else."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.tracks.clipping import Pieces, clip
from layers.errors import BadGeometry
from tests.geo.coverage.walks import wandering

STEPS = st.tuples(st.integers(1, 40), st.integers(-60, 60), st.integers(-60, 60))
TRACKS = st.lists(st.lists(STEPS, min_size=1, max_size=10), min_size=1, max_size=3).map(wandering)
CORNERS = st.lists(st.tuples(st.integers(-900, 900), st.integers(-900, 900)), min_size=3, max_size=9, unique=True).map(
    lambda corners: shapely.convex_hull(shapely.MultiPoint(corners))
)
AREAS = st.lists(CORNERS, min_size=1, max_size=3).map(
    lambda some: shapely.union_all([one.buffer(0) for one in some]).buffer(0)
)
HOURS = st.lists(st.integers(-10, 1500), min_size=2, max_size=6, unique=True).map(
    lambda ends: np.array(sorted(ends)[: len(ends) // 2 * 2], dtype=float).reshape(-1, 2)
)
NEAR_M = 1e-5


def cut(went, **limits):
    return clip((went.x, went.y, went.time_s), went.starts, **limits)


def again(pieces: Pieces, **limits):
    return clip(pieces[:3], pieces.starts, **limits)


def place_at(went, leg, at_s):
    own = slice(went.starts[leg], went.starts[leg + 1])
    return np.interp(at_s, went.time_s[own], went.x[own]), np.interp(at_s, went.time_s[own], went.y[own])


@settings(max_examples=60)
@given(TRACKS, AREAS, HOURS)
def test_every_piece_is_a_part_of_its_leg_within_area_and_hours(went, area, hours):
    found = cut(went, area=area, hours=hours)
    assert (np.diff(found.starts) > 0).all()
    for piece, leg in enumerate(found.leg.tolist()):
        own = slice(found.starts[piece], found.starts[piece + 1])
        at_s = found.time_s[own]
        assert (np.diff(at_s) > 0).all()
        assert np.hypot(*(np.array(place_at(went, leg, at_s)) - (found.x[own], found.y[own]))).max() < NEAR_M
        middle = shapely.points(*((column[own][:-1] + column[own][1:]) / 2 for column in (found.x, found.y)))
        assert shapely.dwithin(area, shapely.points(found.x[own], found.y[own]), NEAR_M).all()
        assert shapely.dwithin(area, middle, NEAR_M).all()
        assert any(opens - 1e-5 <= at_s[0] and at_s[-1] <= closes + 1e-5 for opens, closes in hours)


@settings(max_examples=60)
@given(TRACKS, AREAS, HOURS, st.integers(0, 2**32 - 1))
def test_nothing_within_both_is_left_out(went, area, hours, seed):
    found = cut(went, area=area, hours=hours)
    random = np.random.default_rng(seed)
    for leg, (start, stop) in enumerate(zip(went.starts[:-1], went.starts[1:], strict=True)):
        for at_s in random.uniform(went.time_s[start], went.time_s[stop - 1], 12):
            point = shapely.Point(*place_at(went, leg, at_s))
            deep = shapely.contains(area, point) and shapely.distance(area.boundary, point) > NEAR_M
            if deep and any(opens + 1e-3 < at_s < closes - 1e-3 for opens, closes in hours):
                ends = np.column_stack([found.time_s[found.starts[:-1]], found.time_s[found.starts[1:] - 1]])
                assert ((ends[:, 0] <= at_s) & (at_s <= ends[:, 1])).any()


@settings(max_examples=60)
@given(TRACKS, AREAS, HOURS)
def test_clipping_what_is_clipped_changes_nothing(went, area, hours):
    once = cut(went, area=area, hours=hours)
    twice = again(once, area=area, hours=hours)
    assert twice.starts.tolist() == once.starts.tolist()
    assert np.allclose(np.column_stack(twice[:3]), np.column_stack(once[:3]), rtol=0, atol=NEAR_M)


@settings(max_examples=30)
@given(TRACKS)
def test_an_area_and_hours_that_hold_all_change_nothing(went):
    for limits in ({}, {"area": shapely.box(-1e4, -1e4, 1e4, 1e4), "hours": [[-1.0, 1e6]]}):
        found = cut(went, **limits)
        assert [one.tolist() for one in found[:4]] == [
            one.tolist() for one in (went.x, went.y, went.time_s, went.starts)
        ]
        assert found.leg.tolist() == list(range(len(went.starts) - 1))


@settings(max_examples=30)
@given(TRACKS, AREAS)
def test_length_inside_is_what_geos_measures(went, area):
    found = cut(went, area=area)
    length_m = np.delete(np.hypot(np.diff(found.x), np.diff(found.y)), found.starts[1:-1] - 1).sum()
    inside_m = border_m = 0.0
    for start, stop in zip(went.starts[:-1], went.starts[1:], strict=True):
        xy = np.column_stack([went.x, went.y])[start:stop]
        drawn = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
        inside_m += shapely.length(shapely.intersection(drawn, area)).sum()
        border_m += shapely.length(shapely.intersection(drawn, shapely.boundary(area))).sum()
    # What runs along the border may count or not.
    assert inside_m - border_m - NEAR_M <= length_m <= inside_m + NEAR_M


def test_who_leaves_and_comes_back_is_two_pieces_with_times_at_the_crossings():
    found = clip(([0.0, 40.0, 0.0], [0.0, 0.0, 0.0], [100.0, 140.0, 220.0]), [0, 3], area=shapely.box(-5, -5, 10, 5))
    assert found.x.tolist() == [0.0, 10.0, 10.0, 0.0]
    assert found.time_s.tolist() == [100.0, 110.0, 200.0, 220.0]
    assert (found.starts.tolist(), found.leg.tolist()) == ([0, 2, 4], [0, 0])


def test_a_hole_cuts_out_what_lies_in_it():
    ring = shapely.box(0, -10, 100, 10) - shapely.box(40, -5, 60, 5)
    found = clip(([0.0, 100.0], [0.0, 0.0], [0.0, 100.0]), [0, 2], area=ring)
    assert found.x.tolist() == [0.0, 40.0, 60.0, 100.0]


def test_hours_cut_a_night_and_a_day_at_their_ends():
    found = clip(([0.0, 100.0], [0.0, 0.0], [0.0, 100.0]), [0, 2], hours=[[-50.0, 20.0], [60.0, 400.0]])
    assert found.time_s.tolist() == found.x.tolist() == [0.0, 20.0, 60.0, 100.0]


def test_who_stands_stays_for_as_long_as_the_hours_hold():
    found = clip(([5.0, 5.0], [5.0, 5.0], [0.0, 100.0]), [0, 2], area=shapely.box(0, 0, 9, 9), hours=[[20.0, 30.0]])
    assert (found.x.tolist(), found.time_s.tolist()) == ([5.0, 5.0], [20.0, 30.0])


@pytest.mark.parametrize(("at_s", "kept"), [(9.0, 0), (10.0, 1), (20.0, 0)])
def test_a_leg_of_one_fix_is_kept_where_hours_and_area_hold_it(at_s, kept):
    one = ([5.0], [5.0], [at_s])
    assert len(clip(one, [0, 1], area=shapely.box(0, 0, 9, 9), hours=[[10.0, 20.0]]).leg) == kept
    assert len(clip(one, [0, 1], area=shapely.box(6, 6, 9, 9), hours=[[10.0, 20.0]]).leg) == 0


@pytest.mark.parametrize("limits", [{"area": shapely.Polygon()}, {"hours": np.empty((0, 2))}])
def test_nowhere_and_never_leave_nothing(limits):
    for track, starts in ((([0.0, 9.0], [0.0, 9.0], [0.0, 9.0]), [0, 2]), (([], [], []), [0])):
        found = clip(track, starts, **limits)
        assert (len(found.x), found.starts.tolist(), len(found.leg)) == (0, [0], 0)


def test_an_area_that_is_none_is_refused():
    with pytest.raises(BadGeometry, match="应为面"):
        clip(([0.0], [0.0], [0.0]), [0, 1], area=shapely.LineString([(0, 0), (1, 1)]))

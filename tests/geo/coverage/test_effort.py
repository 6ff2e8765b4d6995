"""Metres and seconds by cell: all of them, each once, and a row for the cell nobody came to."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import effort as by_cell
from geo.coverage.cells import hexagonal_cells, square_cells
from geo.coverage.effort import effort, effort_within
from geo.coverage.sightings import Track
from geo.coverage.steps import steps_of
from layers.errors import BadGeometry, BadInput, TooLarge
from tests.geo.coverage.walks import LEGS, moved, reversed_track, track, wandering
from tests.specimens import INVALID, SPECIMENS

HERE = shapely.box(-200, -200, 200, 200)
SQUARES, HEXAGONS = square_cells(HERE, 50.0), hexagonal_cells(HERE, 50.0)
CELLS = pytest.mark.parametrize("cells", [SQUARES, HEXAGONS], ids=["squares", "hexagons"])
QUARTERS = [shapely.Polygon([(0, 0), a, b]) for a, b in (
    ((300, -300), (300, 300)), ((300, 300), (-300, 300)), ((-300, 300), (-300, -300)), ((-300, -300), (300, -300)),
)]  # fmt: skip
"""Four triangles around the origin that share slanted borders, which tracks on whole metres run along."""


def totals(went):
    steps = steps_of(went)
    return steps.length_m.sum(), (steps.end_s - steps.start_s).sum()


def sums(found):
    return found.length_m.sum() + found.outside_m, found.time_s.sum() + found.outside_s


def test_a_walk_through_three_cells_leaves_the_fourth_a_zero():
    found = effort(track([(0, 5, 5), (10, 15, 5), (20, 15, 15)]), square_cells(shapely.box(0, 0, 20, 20), 10.0))
    assert found.length_m.tolist() == [5.0, 10.0, 0.0, 5.0]
    assert found.time_s.tolist() == [5.0, 10.0, 0.0, 5.0]
    assert (found.outside_m, found.outside_s) == (0.0, 0.0)


def test_walking_along_a_border_belongs_to_one_cell():
    found = effort(track([(0, 10, 0), (10, 10, 10)]), square_cells(shapely.box(0, 0, 20, 10), 10.0))
    assert found.length_m.tolist() == [0.0, 10.0]
    slanted = effort_within(track([(0, 0, 0), (10, 200, 200)], [(300, -200, 200), (310, 0, 0)]), QUARTERS)
    assert np.sort(slanted.length_m) == pytest.approx([0, 0, 200 * 2**0.5, 200 * 2**0.5])
    assert slanted.outside_m == pytest.approx(0.0)


def test_standing_still_is_time_without_way_and_a_step_of_no_time_is_way_without_time():
    found = effort(track([(0, 5, 5), (60, 5, 5), (60, 8, 5)]), square_cells(shapely.box(0, 0, 10, 10), 10.0))
    assert (found.length_m.tolist(), found.time_s.tolist()) == ([3.0], [60.0])


def test_of_polygons_that_overlap_the_first_given_has_it_and_the_rest_keeps_the_rest():
    went = track([(0, 0, 0), (100, 100, 0)])
    shapes = [shapely.box(20, -1, 60, 1), shapely.box(0, -1, 30, 1), shapely.box(10, -1, 90, 1)]
    found = effort_within(went, shapes)
    assert found.length_m == pytest.approx([40.0, 20.0, 30.0])
    assert found.outside_m == pytest.approx(10.0)


def test_nobody_makes_zeros_and_no_cells_make_everything_outside():
    for nobody in (track(), track([(0, 0, 0)])):
        for found in (effort(nobody, SQUARES), effort(nobody, HEXAGONS), effort_within(nobody, QUARTERS)):
            assert found.length_m.sum() + found.time_s.sum() + found.outside_m + found.outside_s == 0
    went = track([(0, 0, 0), (9, 3, 4)])
    for found in (
        effort(went, square_cells(shapely.Polygon(), 9.0)),
        effort_within(went, []),
        effort_within(went, [None]),
    ):
        assert (found.length_m.sum(), found.outside_m, found.outside_s) == (0.0, 5.0, 9.0)


@CELLS
@settings(max_examples=60, deadline=None)
@given(legs=LEGS)
def test_what_cells_have_and_what_lies_outside_is_all_of_the_track(cells, legs):
    went = wandering(legs)
    found = effort(went, cells)
    assert sums(found) == pytest.approx(totals(went))
    assert len(found.length_m) == len(cells.names)
    assert min(found.length_m.min(), found.time_s.min(), found.outside_m, found.outside_s) >= 0


@CELLS
@settings(max_examples=40, deadline=None)
@given(legs=LEGS)
def test_a_lattice_agrees_with_its_own_polygons(cells, legs):
    # Off the borders: upon one the cell is a convention, here and there another.
    went = moved(wandering(legs), 0.0123, 0.0077)
    found, drawn = effort(went, cells), effort_within(went, cells.shapes)
    assert drawn.length_m == pytest.approx(found.length_m, abs=1e-6)
    assert drawn.time_s == pytest.approx(found.time_s, abs=1e-2)
    steps = steps_of(went)
    lines = shapely.linestrings(np.column_stack(steps[:4]).reshape(-1, 2, 2))
    by_geos = shapely.length(shapely.intersection(cells.shapes[:, None], lines[None, :])).sum(axis=1)
    assert found.length_m == pytest.approx(by_geos, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(LEGS, st.booleans())
def test_polygons_that_share_borders_have_every_metre_once(legs, on_whole_metres):
    went = wandering(legs) if on_whole_metres else moved(wandering(legs), 0.1, 0.2)
    found = effort_within(went, [*QUARTERS, shapely.box(-900, -900, 900, 900)])
    assert sums(found) == pytest.approx(totals(went))
    assert found.outside_m == pytest.approx(0.0, abs=1e-6)
    # With no overlap the rest beyond the quarters is what lies outside them.
    assert effort_within(went, QUARTERS).outside_m == pytest.approx(found.length_m[4], abs=1e-6)


@CELLS
@settings(max_examples=40, deadline=None)
@given(legs=LEGS)
def test_walking_back_and_moving_by_whole_cells_change_nothing(cells, legs):
    went = moved(wandering(legs), 0.0123, 0.0077)
    found = effort(went, cells)
    assert effort(reversed_track(went), cells).length_m == pytest.approx(found.length_m, abs=1e-6)
    there = cells._replace(column=cells.column + 60_000, row=cells.row)
    assert effort(moved(went, 3e6), there).length_m == pytest.approx(found.length_m, abs=1e-4)


@pytest.mark.parametrize("name", SPECIMENS)
def test_every_specimen_is_walked_or_refused(name):
    specimen = SPECIMENS[name]
    went = track([(0, 114.499, 30.4995), (10, 114.511, 30.5055)])
    if specimen is not None and (specimen.geom_type not in ("Polygon", "MultiPolygon") or name in INVALID):
        with pytest.raises(BadGeometry):
            effort_within(went, [specimen])
        return
    found = effort_within(went, [specimen])
    assert (found.length_m[0] > 0) == bool(specimen)
    assert sums(found) == pytest.approx(totals(went))


def test_what_is_no_number_and_what_runs_through_too_many_cells_is_refused(monkeypatch):
    with pytest.raises(BadInput, match="第 1 点"):
        effort(Track(*np.array([[np.nan], [0.0], [0.0], [0.0]]), np.array([0, 1])), SQUARES)
    monkeypatch.setattr(by_cell, "MOST_PIECES", 10)
    with pytest.raises(TooLarge, match="请加大边长"):
        effort(track([(0, 0, 0), (9, 900, 0)]), SQUARES)

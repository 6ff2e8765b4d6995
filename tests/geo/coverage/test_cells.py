"""Cells tile the plane, have some area in common with the place asked for, and keep their names."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import cells as lattice
from geo.coverage.cells import hexagonal_cells, square_cells
from layers.errors import BadGeometry, BadInput, TooLarge
from tests.specimens import INVALID, SPECIMENS

KINDS = pytest.mark.parametrize("cells_over", [square_cells, hexagonal_cells])
CORNER = st.integers(-2000, 2000)
BOX = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h), CORNER, CORNER, st.integers(1, 700), st.integers(1, 700)
)
SIZE = st.sampled_from([50.0, 100.0, 333.3])


@KINDS
@settings(max_examples=40, deadline=None)
@given(over=BOX, size_m=SIZE)
def test_cells_cover_the_place_once_and_each_has_some_of_it(cells_over, over, size_m):
    shapes = cells_over(over, size_m).shapes
    shared_m2 = shapely.area(shapely.intersection(shapes, over))
    assert shared_m2.sum() == pytest.approx(over.area)
    assert shared_m2.min() > 0
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(shapely.area(shapes).sum())
    expected_m2 = size_m**2 * (1 if cells_over is square_cells else 3**0.5 / 2)
    assert shapely.area(shapes) == pytest.approx(np.full(len(shapes), expected_m2))


@KINDS
@settings(max_examples=30, deadline=None)
@given(over=BOX, more=BOX, size_m=SIZE)
def test_a_wider_place_keeps_the_names_and_shapes_of_the_cells_it_had(cells_over, over, more, size_m):
    part, whole = cells_over(over, size_m), cells_over(shapely.union(over, more), size_m)
    shapes = dict(zip(whole.names, whole.shapes, strict=True))
    assert len(shapes) == len(whole.names)
    assert all(shapely.equals_exact(shapes[name], shape) for name, shape in zip(part.names, part.shapes, strict=True))


@KINDS
def test_neighbours_share_their_corners_to_the_last_digit_far_from_the_origin(cells_over):
    over = shapely.box(3e6 + 0.1, 3.4e6 + 0.1, 3e6 + 3000, 3.4e6 + 3000)
    assert shapely.coverage_is_valid(cells_over(over, 333.3).shapes)


@KINDS
def test_cells_lie_over_holes_only_where_they_reach_in(cells_over):
    ring = shapely.box(0, 0, 1000, 1000).difference(shapely.box(100, 100, 900, 900))
    assert not shapely.intersects(cells_over(ring, 100.0).shapes, shapely.Point(500, 500)).any()
    assert len(cells_over(ring, 100.0).names) < len(cells_over(shapely.box(0, 0, 1000, 1000), 100.0).names)


@KINDS
@pytest.mark.parametrize("name", SPECIMENS)
def test_every_specimen_is_laid_with_cells_or_refused(cells_over, name):
    specimen = SPECIMENS[name]
    if specimen is None or specimen.geom_type not in ("Polygon", "MultiPolygon") or name in INVALID:
        with pytest.raises(BadGeometry):
            cells_over(specimen, 0.004)
        return
    assert bool(cells_over(specimen, 0.004).names) == bool(specimen)


@KINDS
@pytest.mark.parametrize("size_m", [0, -1, np.nan, np.inf])
def test_a_size_that_is_none_is_refused(cells_over, size_m):
    with pytest.raises(BadInput, match="大于 0"):
        cells_over(shapely.box(0, 0, 1, 1), size_m)


@KINDS
def test_too_many_cells_are_refused_before_any_is_made(cells_over, monkeypatch):
    with pytest.raises(TooLarge, match="请加大边长"):
        cells_over(shapely.box(0, 0, 1e6, 1e6), 1e-3)
    monkeypatch.setattr(lattice, "MOST_CELLS", 10)
    with pytest.raises(TooLarge, match="超过 10 格"):
        cells_over(shapely.box(0, 0, 50, 50), 10.0)
    with pytest.raises(BadInput, match="格号"):
        cells_over(shapely.box(1e9, 1e9, 1e9 + 1, 1e9 + 1), 0.9)

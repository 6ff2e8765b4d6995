"""The far bank of a narrow river is not seen from here; the near one is, even by a walker misplaced into the water."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.duties.same_side import RIM_M, Shore, Steps, same_side
from layers.errors import BadInput

RIVER = shapely.box(-1000, 0, 1000, 12)
NEAR, FAR = shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(0, 12), (100, 12)])


def steps(*rows):
    return Steps(*np.array(rows, dtype=float).T)


def seen(bank, water, *rows, stretch=(0.0, 100.0), **options):
    """What each step sees of a stretch of the bank, as (of, from, to)."""
    many = len(rows)
    found = same_side(
        (np.full(many, stretch[0]), np.full(many, stretch[1])), steps(*rows), Shore.of(bank, water), **options
    )
    return [
        (of, round(low, 1), round(high, 1))
        for of, low, high in zip(*(column.tolist() for column in found), strict=True)
    ]


def test_the_near_bank_and_not_the_far_one():
    walk = (0, -5, 100, -5)
    assert seen(NEAR, RIVER, walk) == [(0, 0, 100)]
    assert seen(FAR, RIVER, walk) == []


@pytest.mark.parametrize(("misplaced_m", "counts"), [(4.0, True), (6.5, False)])
def test_a_phone_may_place_the_walker_on_the_water_by_its_error(misplaced_m, counts):
    # 6.5 m out, 1.5 m of water are left when the error of 5 m is allowed for.
    assert bool(seen(NEAR, RIVER, (0, misplaced_m, 100, misplaced_m))) == counts


def test_the_error_does_not_hide_the_water_between_banks():
    assert seen(FAR, RIVER, (0, -4, 100, -4), error_m=5.0) == []
    assert seen(FAR, RIVER, (0, -4, 100, -4), error_m=16.0) == [(0, 0, 100)]


def test_a_bay_hides_its_other_shore_and_its_borders_are_found():
    # A bay 20 m wide between x = 40 and 60 cuts the shore y = 0; the walker stands at its left.
    lake = shapely.union(shapely.box(-100, -80, 200, 0), shapely.box(40, -1, 60, 30))
    shore = shapely.LineString([(0, 0), (40, 0), (40, 30), (60, 30), (60, 0), (100, 0)])
    found = seen(shore, lake, (35, 20, 35, 20), stretch=(0.0, shore.length), tolerance_m=0.01, spacing_m=1.0)
    # By hand: its shore on this side (to 70 m) and the head of the bay, up to where the view grazes the corner.
    assert found[0][:2] == (0, 0)
    assert 70 <= found[0][2] <= 92
    assert all(low >= 70 for _, low, _ in found[1:])


def test_without_water_and_without_stretches():
    assert seen(FAR, shapely.Polygon(), (0, -5, 100, -5)) == [(0, 0, 100)]
    nothing = same_side((np.empty(0), np.empty(0)), Steps(*np.empty((4, 0))), Shore.of(FAR, RIVER))
    assert len(nothing.of) == 0


def test_a_bank_drawn_a_hair_out_on_the_water_is_seen_all_the_same():
    drawn = shapely.LineString([(0, 0.05), (100, 0.05)])
    assert seen(drawn, RIVER, (0, -20, 100, -20)) == [(0, 0, 100)]


def test_a_place_and_a_lone_fix():
    assert seen(NEAR, RIVER, (50, -3, 50, -3), stretch=(50.0, 50.0)) == [(0, 50, 50)]
    assert seen(NEAR, RIVER, (50, 0, 50, 0), stretch=(50.0, 50.0)) == [(0, 50, 50)]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(*[st.integers(-30, 130)] * 4), min_size=1, max_size=4),
    st.integers(0, 40),
    st.integers(60, 100),
    st.integers(30, 90),
)
def test_agrees_with_looking_at_every_half_metre_but_near_borders(rows, low, high, gap):
    lake = shapely.union(shapely.box(-200, -60, gap, 0), shapely.box(gap + 8, -60, 300, 0))
    found = seen(NEAR, lake, *rows, stretch=(low, high), tolerance_m=0.01, spacing_m=0.5)
    inner = lake.buffer(-RIM_M, join_style="mitre")
    borders = np.array([edge for _, *ends in found for edge in ends])
    for of, row in enumerate(rows):
        step = shapely.LineString(np.array(row, dtype=float).reshape(2, 2))
        for at_m in np.arange(low + 0.25, high, 1.0):
            line = shapely.shortest_line(NEAR.interpolate(at_m), step)
            long_m = max(line.length - 5.0, 0.0)
            cut = shapely.LineString([line.coords[0], line.interpolate(long_m)]) if long_m else shapely.LineString()
            wet_m = cut.intersection(inner).length
            if (len(borders) and np.abs(borders - at_m).min() < 0.7) or abs(wet_m - 0.1) < 1e-6:
                continue
            assert any(one == of and start <= at_m <= stop for one, start, stop in found) == (wet_m <= 0.1)


@pytest.mark.parametrize("options", [{"spacing_m": 0.0}, {"tolerance_m": np.nan}])
def test_nonsense_is_refused(options):
    with pytest.raises(BadInput, match="大于 0"):
        seen(NEAR, RIVER, (0, 0, 1, 1), **options)


def test_water_of_many_vertices_is_cut_into_pieces_that_hide_the_same():
    angle = np.linspace(0, 2 * np.pi, 4000, endpoint=False)
    lake = shapely.Polygon(500 * np.column_stack([np.cos(angle), np.sin(angle)]))
    shore = shapely.LineString(lake.exterior.coords)
    # From 5 m ashore the horizon is where cos = 500 / 505: 70 m along.
    ((_, _, horizon_m),) = seen(shore, lake, (505, 0, 505, 0), stretch=(0.0, 200.0), error_m=0.0)
    assert horizon_m == pytest.approx(500 * np.arccos(500 / 505), abs=6)
    assert seen(shore, lake, (100, 0, 120, 0), stretch=(0.0, 60.0)) == []
    assert len(Shore.of(shore, lake).water.boxes) > 60


def test_a_puddle_narrower_than_its_rim_hides_nothing():
    assert seen(FAR, shapely.box(0, 11.99, 100, 12), (0, -5, 100, -5)) == [(0, 0, 100)]

"""Which rings are holes: by where they lie, whatever their order and direction."""

import time

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.lines.rings import nested, owners
from layers.errors import BadInput


def ring(west, south, size):
    return np.array(shapely.box(west, south, west + size, south + size).exterior.coords)


RINGS = [ring(0, 0, 100), ring(10, 10, 50), ring(20, 20, 10), ring(70, 70, 20), ring(200, 0, 5)]
"""An outer one, a hole with an island in it, a second hole, and a part beside."""


@given(st.permutations(range(len(RINGS))), st.lists(st.booleans(), min_size=5, max_size=5))
def test_the_order_and_direction_of_rings_do_not_matter(order, turned):
    found = nested([RINGS[n][::-1] if turned[n] else RINGS[n] for n in order])
    assert found.is_valid and len(found.geoms) == 3
    assert found.area == pytest.approx(100**2 - 50**2 + 10**2 - 20**2 + 5**2)


def test_nothing_bounds_nothing_and_equal_rings_lie_in_one_another():
    assert nested([]).is_empty and len(owners(np.array([], dtype=object))) == 0
    same = np.array([shapely.box(0, 0, 1, 1)] * 3, dtype=object)
    assert owners(same).tolist() == [-1, 0, 1]


def test_a_ring_in_the_notch_of_another_is_beside_it():
    notched = np.array([(0.0, 0), (9, 0), (9, 9), (6, 9), (6, 3), (3, 3), (3, 9), (0, 9), (0, 0)])
    found = nested([notched, np.array([(3.0, 3), (6, 3), (6, 9), (3, 9), (3, 3)])])
    assert len(found.geoms) == 2 and found.area == pytest.approx(81)


def test_rings_of_many_crossings_and_many_rings_in_one_another_are_not_worked_on_for_minutes():
    angles = np.arange(1001) * 2 * np.pi * 500 / 1001
    star = np.column_stack([np.cos(angles), np.sin(angles)]) * 50 + 50
    begun = time.process_time()
    assert len(nested([np.vstack([star, star[:1]]), ring(40, 40, 1), ring(300, 0, 1)]).geoms) in (2, 3)
    with pytest.raises(BadInput, match="层层相套"):
        nested([ring(n, n, 10_000 - 2 * n) for n in range(2_000)])
    assert time.process_time() - begun < 5


def test_rings_that_cross_stay_parts():
    found = nested([ring(0, 0, 10), ring(5, 5, 10)])
    assert len(found.geoms) == 2 and not found.is_valid


def test_a_bow_tie_is_kept_as_it_is():
    tie = np.array([(0.0, 0), (2, 2), (2, 0), (0, 2), (0, 0)])
    assert (shapely.get_coordinates(nested([tie])) == tie).all()

"""Sightings put together from glimpses: the quick way for lines never left is the thorough one's shortcut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geo.coverage.visits
from geo.coverage.visits import SPREAD_S, TIMED_S, Glimpses, visits

GLIMPSE = st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(1, 6), st.integers(0, 40), st.integers(0, 20))


def glimpses(rows):
    """Glimpses out of (line, from, length, chunk, seconds): half a chunk apart, sorted by line and time."""
    made = sorted((line, chunk * 5.0, low, low + length, lasts) for line, low, length, chunk, lasts in rows)
    line, first_s, low, high, lasts = np.array(made).reshape(-1, 5).T
    return Glimpses(*(values.astype(np.int64) for values in (line, low, high)), first_s, first_s + lasts)


@given(st.lists(GLIMPSE, max_size=12))
def test_all_at_once_and_piece_by_piece_tell_the_same(rows):
    made = glimpses(rows)
    quick = visits(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geo.coverage.visits, "MOST_SHARED", -1)
        thorough = visits(made)
    assert [column.tolist() for column in quick] == [column.tolist() for column in thorough]


@pytest.mark.parametrize("apart_s", [SPREAD_S, SPREAD_S + 5, TIMED_S + 5])
def test_one_place_seen_twice_is_one_sighting_unless_it_was_out_of_view_for_long(apart_s):
    seen = visits(Glimpses(*np.array([[7, 7], [0, 0], [100, 100]]), *np.array([[0.0, apart_s]] * 2)))
    assert len(seen.line) == (1 if apart_s <= TIMED_S else 2)


def test_no_glimpses_make_no_sightings():
    assert [len(column) for column in visits(glimpses([]))] == [0] * 5

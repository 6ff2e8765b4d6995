"""Sightings put together from glimpses: each place has the visits that its own glimpses make, and no other's."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage.glimpses import GLIMPSE
from geo.coverage.sightings import LEFT_S, SPREAD_S, TOGETHER_S
from geo.coverage.visits import held_open, join, lay, let_go

KEYS, PLACES = 3, 20
ROW = st.tuples(st.integers(0, KEYS - 1), st.integers(0, 12), st.integers(1, 6), st.integers(0, 60), st.integers(0, 10))


def glimpses(rows):
    """Glimpses out of (key, from, length, half seconds of ten, seconds): in order of time."""
    made = sorted((begun * 5.0, key, low, low + length, lasts) for key, low, length, begun, lasts in rows)
    return np.array([(key, low, high, begun, begun + lasts) for begun, key, low, high, lasts in made], dtype=GLIMPSE)


def sightings(glimpses, at_once=None):
    """Rows (key, from, to, first, last) that the glimpses make, laid in portions of so many at once."""
    held, pieces = held_open(KEYS), []
    at_once = at_once or max(len(glimpses), 1)
    for start in range(0, len(glimpses), at_once):
        held, gone = lay(held, glimpses[start : start + at_once], (LEFT_S, TOGETHER_S))
        pieces.append(gone)
    found = np.concatenate([*pieces, let_go(held)])
    starting, ending = (np.lexsort((found["first_s"], found[end], found["key"])) for end in ("from_cm", "to_cm"))
    found = found[join(found, starting, ending, SPREAD_S)]
    return sorted(found[["key", "from_cm", "to_cm", "first_s", "last_s"]].tolist())


def visits_of(glimpses, key, place):
    """When one place came into view and left it, by itself."""
    made = []
    for row in glimpses[(glimpses["key"] == key) & (glimpses["from_cm"] <= place) & (place < glimpses["to_cm"])]:
        if made and row["first_s"] - made[-1][1] <= LEFT_S:
            made[-1] = (made[-1][0], max(made[-1][1], row["last_s"]))
        else:
            made.append((row["first_s"], row["last_s"]))
    return made


@given(st.lists(ROW, max_size=25))
def test_each_place_has_its_own_visits_and_times_that_nearly_fit(rows):
    made = glimpses(rows)
    found = sightings(made)
    for key in range(KEYS):
        for place in range(PLACES):
            told = sorted(row[3:] for row in found if row[0] == key and row[1] <= place < row[2])
            own = visits_of(made, key, place)
            assert len(told) == len(own)
            for (first_s, last_s), (own_first_s, own_last_s) in zip(told, own, strict=True):
                assert own_first_s - SPREAD_S <= first_s <= own_first_s
                assert own_last_s <= last_s <= own_last_s + SPREAD_S


@given(st.lists(ROW, max_size=25), st.integers(1, 7))
def test_portions_tell_the_same_as_all_at_once(rows, at_once):
    made = glimpses(rows)
    assert sightings(made, at_once) == sightings(made)


@given(st.lists(ROW, min_size=1, max_size=25))
def test_no_two_sightings_adjoin_whose_times_agree(rows):
    found = sightings(glimpses(rows))
    for one, other in pairwise(found):
        same_times = one[3:] == other[3:]
        assert not (one[0] == other[0] and one[2] == other[1] and same_times)


@pytest.mark.parametrize("apart_s", [5.0, LEFT_S, LEFT_S + 1])
def test_one_place_seen_twice_is_one_sighting_unless_it_was_out_of_view_for_long(apart_s):
    twice = np.array([(0, 0, 100, 0.0, 0.0), (0, 0, 100, apart_s, apart_s)], dtype=GLIMPSE)
    assert len(sightings(twice)) == (1 if apart_s <= LEFT_S else 2)


def test_a_walk_is_joined_as_long_as_one_time_will_do():
    walk = np.array([(0, 10 * i, 10 * i + 50, 5.0 * i, 5.0 * i) for i in range(100)], dtype=GLIMPSE)
    found = sightings(walk)
    assert all(one[2] == other[1] for one, other in pairwise(found))
    assert len(found) <= 500 / (SPREAD_S - TOGETHER_S) + 1


def test_no_glimpses_make_no_sightings():
    assert sightings(glimpses([])) == []

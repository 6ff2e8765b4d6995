"""Lines by age: every centimetre has the age of who saw it last, told by going through them one by one."""

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from api.coverage.aged import UNTOLD, ages
from geo.duties.records import Sightings, joined

LINES = np.array([shapely.LineString([(0, 0), (0, 3), (1, 3)]), shapely.LineString([(5, 5), (7, 5)])], dtype=object)
AT = datetime(2026, 7, 1, tzinfo=UTC)
DAY_S = 86_400.0

rows = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 390), st.integers(1, 200), st.integers(-40, 5), st.floats(0, 0.5)),
    max_size=8,
)


def sightings(some):
    line, from_cm, long_cm, day, taken = np.array(some, dtype=float).reshape(-1, 5).T
    first_s = AT.timestamp() + day * DAY_S
    ends = from_cm.astype(int), (from_cm + long_cm).astype(int)
    return Sightings(line.astype(int), *ends, first_s, first_s + taken * DAY_S, np.full(len(line), -1))


@given(rows)
@settings(max_examples=30)
def test_every_centimetre_has_the_age_of_its_last_sighting(some):
    seen = sightings(some)
    length_cm = [400, 200]
    newest = [np.full(cm, -np.inf) for cm in length_cm]
    for line, from_cm, to_cm, first_s, last_s in zip(*seen[:5], strict=True):
        if first_s <= AT.timestamp():
            part = newest[line][from_cm:to_cm]
            newest[line][from_cm:to_cm] = np.maximum(part, min(last_s, AT.timestamp()))
    # Whole days of the place, of which the one ends in which AT lies.
    expected = np.floor(AT.timestamp() / DAY_S - 1e-9) - np.floor(np.concatenate(newest) / DAY_S)
    aged = ages(LINES, seen, AT)
    found = np.repeat(aged.days, np.rint(aged.length_m * 100).astype(int))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_no_lines_and_lines_without_length_make_no_pieces():
    nothing = sightings([])
    assert len(ages(np.array([], dtype=object), nothing, AT).days) == 0
    assert len(ages(np.array([shapely.LineString([(1, 1), (1, 1)])], dtype=object), nothing, AT).days) == 0


def test_what_nobody_can_tell_is_neither_seen_nor_never_seen_until_it_is_seen():
    seen = sightings([(0, 0, 100, -3, 0)])
    untold = Sightings(*np.array([[0], [50], [200]]), *np.full((2, 1), UNTOLD.timestamp()), np.full(1, -1))
    aged = ages(LINES[:1], joined(untold, seen), AT)
    assert aged.days == pytest.approx([2, np.nan, np.inf], nan_ok=True)
    assert aged.length_m == pytest.approx([1, 1, 2])

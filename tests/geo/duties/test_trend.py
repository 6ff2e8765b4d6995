"""A duty's account step by step adds up to its account of the whole, however the steps are laid."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.duties.account import account_of, debt_of
from geo.duties.debt import DAY_S, advance
from geo.duties.duty import Duty
from geo.duties.records import Sightings
from geo.duties.scope import Scope, never_seen
from geo.duties.trend import Trend, trend_of

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 6, 1, tzinfo=ZONE).timestamp()
SCOPE = Scope(
    *np.array([[1, 1, 2], [0, 6_000, 0], [5_000, 9_000, 4_000]]),
    np.array([START, START + 3 * DAY_S, START]), np.array([np.inf, np.inf, START + 20 * DAY_S]), np.array([1, 2, 3]),
)  # fmt: skip
DUTIES = (
    Duty(code="D", post_code="P", layer="water", interval_days=3, valid_to_s=START + 12 * DAY_S),
    Duty(code="D", post_code="P", layer="water", interval_days=6, valid_from_s=START + 14 * DAY_S),
)
PLACES = st.tuples(st.sampled_from([1, 2]), st.integers(0, 9_000), st.integers(1, 4_000))
VISITS = st.lists(st.tuples(PLACES, st.floats(-2, 26), st.floats(0, 0.2)), max_size=12)
CUTS = st.lists(st.floats(0.1, 24.9), max_size=6, unique=True)


def seen_in(visits):
    if not visits:
        return Sightings.none()
    places, day, days = (np.array(column) for column in zip(*visits, strict=True))
    target, from_cm, long_cm = places.T
    began_s = START + day * DAY_S
    ended_s = began_s + days * DAY_S
    return Sightings(target, from_cm, from_cm + long_cm, began_s, ended_s, np.zeros(len(target), dtype=np.int64))


@given(VISITS, CUTS)
@settings(max_examples=60, deadline=None)
def test_steps_add_up_to_the_whole_wherever_they_are_cut(visits, cuts):
    seen, term = seen_in(visits), (START, START + 25 * DAY_S)
    state = advance(never_seen(SCOPE), seen, START)
    edges_s = [term[0], *(START + day * DAY_S for day in sorted(cuts)), term[1]]
    found = trend_of(DUTIES, state, seen, edges_s=edges_s, zone=ZONE)
    whole = account_of(DUTIES, state, seen, term=term, zone=ZONE)
    debt = debt_of(DUTIES, whole.state, term[1], ZONE)
    assert len(found.debt_m_days) == len(cuts) + 1
    assert found.overdue_m_days.sum() == pytest.approx(whole.overdue_m_days.sum(), abs=1e-6)
    assert found.duty_m_days.sum() == pytest.approx(whole.duty_m_days.sum(), abs=1e-6)
    assert found.debt_m_days[-1] == pytest.approx(debt.total, abs=1e-6)
    assert (found.overdue_m <= found.length_m + 1e-9).all()
    shares = found.on_time_share
    assert ((shares >= 0) & (shares <= 1) | np.isnan(shares)).all()
    assert (np.isnan(shares) == (found.duty_m_days == 0)).all()


def test_duties_over_the_same_steps_are_summed_and_none_is_none():
    edges_s = [START + day * DAY_S for day in range(5)]
    one = trend_of(DUTIES, never_seen(SCOPE), Sightings.none(), edges_s=edges_s, zone=ZONE)
    both = one.plus(one)
    assert both.debt_m_days.tolist() == (2 * one.debt_m_days).tolist()
    assert both.on_time_share.tolist() == pytest.approx(one.on_time_share.tolist())
    assert one.plus(Trend.nothing(4)).debt_m_days.tolist() == one.debt_m_days.tolist()


def test_no_step_is_empty():
    found = trend_of(DUTIES, never_seen(SCOPE), Sightings.none(), edges_s=[START], zone=ZONE)
    assert [len(column) for column in found] == [0] * 5

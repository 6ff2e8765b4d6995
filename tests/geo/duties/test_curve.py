"""The patrols-needed curve: against drawn patrols accounted for one by one, convex, and never rising."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.duties.clock import steady
from geo.duties.curve import overdue_share, patrols_needed
from geo.duties.debt import DAY_S, Term, account_for
from geo.duties.duty import MEAN_DAYS
from geo.duties.records import Sightings
from geo.duties.scope import Scope, never_seen
from layers.errors import BadInput

SCOPE = Scope(*np.array([[1, 2], [0, 100], [10_000, 5_000]]), np.zeros(2), np.full(2, np.inf), np.arange(2))
RATES = np.linspace(0, 12, 49)


@st.composite
def pasts(draw):
    rows = draw(
        st.lists(st.tuples(st.integers(1, 3), st.integers(0, 100), st.integers(0, 100), st.integers(0, 5)), max_size=10)
    )
    columns = np.array([(t, min(a, b) * 100, max(a, b) * 100, p) for t, a, b, p in rows], dtype=np.int64).reshape(-1, 4)
    zeros = np.zeros(len(columns))
    return Sightings(columns[:, 0], columns[:, 1], columns[:, 2], zeros, zeros, columns[:, 3])


@settings(max_examples=50)
@given(pasts(), st.integers(1, 30))
def test_both_ways_are_convex_never_rise_and_keep_within_what_is_asked(past, interval):
    curve = patrols_needed(past, SCOPE, interval, RATES)
    asked = curve.length_m * MEAN_DAYS["month"]
    for owed in (curve.walked_m_days, curve.rotated_m_days):
        assert owed[0] == pytest.approx(asked)
        assert (owed >= curve.unseen_m * MEAN_DAYS["month"] - 1e-6).all()
        assert (np.diff(owed) <= 1e-6).all()
        assert (np.diff(owed, 2) >= -1e-6).all()
    # A greedy choice sees at least 1 - 1/e of the best one, which sees no less than one drawn at random.
    assert (asked - curve.rotated_m_days >= (1 - 1 / np.e) * (asked - curve.walked_m_days) - 1e-6).all()


@settings(max_examples=40)
@given(pasts())
def test_the_rotation_sees_all_that_the_past_saw_and_nothing_twice_for_nothing(past):
    curve = patrols_needed(past, SCOPE, 7.0, RATES)
    assert (np.diff(np.append(0.0, curve.sees_m)) > 0).all()
    assert (np.diff(np.append(0.0, curve.sees_m), 2) <= 1e-9).all()
    seen_m = curve.sees_m[-1] if len(curve.sees_m) else 0.0
    assert seen_m + curve.unseen_m == pytest.approx(curve.length_m)
    if curve.zero_debt_per_week is not None:
        there = patrols_needed(past, SCOPE, 7.0, np.array([curve.zero_debt_per_week]))
        assert there.rotated_m_days[0] == pytest.approx(curve.unseen_m * MEAN_DAYS["month"])


def test_the_closed_form_is_what_drawn_patrols_come_to():
    random = np.random.default_rng(20_261_125)
    halves = [(0, 6_000), (4_000, 10_000), (0, 2_000)]
    low, high = np.array(halves).T
    scope = Scope(*(column[:1] for column in SCOPE))
    zeros = np.zeros(3)
    past = Sightings(np.ones(3, int), low, high, zeros, zeros, np.arange(3))
    rounds, interval = 40_000, 7.0
    for per_week in (0.5, 1.0, 2.5):
        drawn = random.integers(0, 3, rounds)
        when = np.arange(rounds) * 7 / per_week * DAY_S
        rows = Sightings(np.ones(rounds, int), low[drawn], high[drawn], when, when, np.arange(rounds))
        days = rounds * 7 / per_week
        account = account_for(never_seen(scope), rows, Term(0.0, days * DAY_S, interval, steady(0.0, days * DAY_S)))
        curve = patrols_needed(past, scope, interval, np.array([per_week]))
        share = float(account.overdue_m_days.sum()) / (100 * days)
        # Four standard errors of a share over some 10,000 independent waits.
        assert curve.walked_m_days[0] / MEAN_DAYS["month"] / 100 == pytest.approx(share, abs=0.02)


def test_always_seen_twice_an_interval_is_never_overdue_and_never_seen_always():
    assert overdue_share(np.array([1.0, 0.0]), 2.0).tolist() == [0.0, 1.0]
    assert overdue_share(np.array([1.0, 0.0]), 0.25).tolist() == [0.75, 1.0]


def test_how_many_are_needed_for_a_share_and_none_where_no_number_does():
    past = Sightings(np.array([1]), np.array([0]), np.array([10_000]), np.zeros(1), np.zeros(1), np.zeros(1, int))
    scope = Scope(*(column[:1] for column in SCOPE))
    assert patrols_needed(past, scope, 7.0, RATES).needed(0.5) == 0.5
    assert patrols_needed(past, scope, 7.0, RATES).needed(1.0) == 1.0
    assert patrols_needed(past, SCOPE, 7.0, RATES).needed(0.9) is None


def test_without_patrols_everything_stays_overdue_and_nonsense_is_refused():
    curve = patrols_needed(Sightings.none(), SCOPE, 7.0, RATES)
    assert curve.unseen_m == curve.length_m == 149.0
    assert curve.zero_debt_per_week is None
    assert (curve.walked_m_days == curve.rotated_m_days).all()
    for interval, rates in ((0.0, RATES), (np.nan, RATES), (7.0, np.array([-1.0])), (7.0, np.array([np.inf]))):
        with pytest.raises(BadInput):
            patrols_needed(Sightings.none(), SCOPE, interval, rates)


def test_what_nobody_can_tell_is_neither_unseen_nor_overdue():
    scope = Scope(*np.array([[1], [0], [10_000]]), np.zeros(1), np.full(1, np.inf), np.ones(1, int))
    half = Sightings(*np.array([[1], [0], [5_000]]), np.zeros(1), np.zeros(1), np.zeros(1, int))
    lost = Sightings(*np.array([[1], [4_000], [8_000]]), np.zeros(1), np.zeros(1), np.zeros(1, int))
    curve = patrols_needed(half, scope, 7.0, np.array([0.0, 1.0]), unknown=lost)
    assert (curve.length_m, curve.unseen_m, curve.unknown_m) == (60.0, 20.0, 40.0)
    assert curve.sees_m.tolist() == [40.0]
    assert curve.rotated_m_days[1] / curve.rotated_m_days[0] == pytest.approx(20 / 60)

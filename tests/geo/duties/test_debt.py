"""Debt and on-time share: against a simulation metre by metre and minute by minute, and by the laws they obey."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.duties.clock import Clock, steady
from geo.duties.debt import DAY_S, Term, account_for, add_up, advance, debt_at, due_at, onto
from geo.duties.records import WHOLE_CM, Sightings, joined
from geo.duties.scope import Scope, never_seen
from layers.errors import BadInput, TooLarge

METRES, MINUTES = 12, 40
"""The small world of the simulation: each of two targets has so many metres, and a term so many minutes."""
FOREVER = np.inf


def scope(*rows):
    """Rows (target, from_cm, to_cm, began_s, until_s); numbered as they come."""
    target, from_cm, to_cm, began_s, until_s = zip(*rows, strict=True) if rows else [()] * 5
    whole = (np.array(column, dtype=np.int64) for column in (target, from_cm, to_cm))
    return Scope(*whole, np.array(began_s, float), np.array(until_s, float), np.arange(len(rows)))


def sightings(*rows):
    """Rows (target, from_cm, to_cm, first_s, last_s)."""
    target, from_cm, to_cm, first_s, last_s = zip(*rows, strict=True) if rows else [()] * 5
    whole = (np.array(column, dtype=np.int64) for column in (target, from_cm, to_cm))
    return Sightings(*whole, np.array(first_s, float), np.array(last_s, float), np.zeros(len(rows), dtype=np.int64))


def rows_of(state):
    return list(zip(*(column.tolist() for column in state), strict=True))


def term(start_min=0, end_min=MINUTES, interval_min=5, clock=None):
    return Term(start_min * 60.0, end_min * 60.0, interval_min / 1440, clock or steady(-1e9, 1e9))


@st.composite
def scopes(draw):
    """Disjoint stretches of two targets, in metres, begun and ended on whole minutes."""
    rows = []
    for target in (3, 7):
        cuts = sorted(draw(st.sets(st.integers(0, METRES), min_size=2, max_size=5)))
        for low, high in pairwise(cuts):
            if draw(st.integers(0, 3)):
                began = draw(st.integers(-10, MINUTES)) * 60.0
                rows.append((target, low * 100, high * 100, began, draw(st.sampled_from([FOREVER, began + 900.0]))))
    assume(rows)
    return scope(*draw(st.permutations(rows)))


@st.composite
def seen(draw, most=12):
    """Sightings on whole metres and minutes, some outside every scope."""
    row = st.tuples(
        st.sampled_from([3, 7, 9]),
        st.integers(0, METRES),
        st.integers(0, METRES),
        st.integers(-20, MINUTES + 5),
        st.integers(0, 6),
    )
    rows = draw(st.lists(row, max_size=most))
    return sightings(*((t, min(a, b) * 100, max(a, b) * 100, at * 60, (at + long) * 60) for t, a, b, at, long in rows))


def simulated(covered, rows, start_min, end_min, interval_min):
    """Overdue, asked and debt per stretch by looking at every metre in the middle of every minute."""
    found = []
    order = np.lexsort((covered.from_cm, covered.target))
    for at in order:
        overdue = asked = owed = 0.0
        for metre in range(covered.from_cm[at] // 100, covered.to_cm[at] // 100):
            for minute in range(start_min, end_min):
                now = (minute + 0.5) * 60
                if not covered.began_s[at] <= now < covered.until_s[at]:
                    continue
                last = covered.began_s[at]
                for target, low, high, first_s, last_s, _ in rows:
                    if target == covered.target[at] and low <= metre * 100 < high and first_s <= now:
                        last = max(last, min(last_s, now))
                late = max(0.0, now - last - interval_min * 60)
                asked, overdue, owed = asked + 60, overdue + 60 * (late > 0), owed + 60 * late
        found.append((overdue / DAY_S, asked / DAY_S, owed / DAY_S**2))
    return np.array(found)


@settings(max_examples=50)
@given(scopes(), seen(), st.integers(0, 10), st.integers(15, MINUTES), st.integers(1, 12))
def test_agrees_with_a_simulation_of_every_metre_and_minute(covered, rows, start, end, interval):
    account = account_for(never_seen(covered), rows, term(start, end, interval))
    expected = simulated(covered, rows_of(rows), start, end, interval)
    found = np.column_stack([account.overdue_m_days, account.duty_m_days, account.debt_m_days2])
    assert found == pytest.approx(expected, abs=1e-9)


@settings(max_examples=50)
@given(scopes(), seen(), st.randoms(use_true_random=False), st.integers(0, MINUTES))
def test_the_order_of_sightings_and_splitting_them_do_not_matter(covered, rows, random, at_min):
    state = never_seen(covered)
    pieces = []
    for target, low, high, first_s, last_s, _ in rows_of(rows):
        cut = random.randint(low, high)
        later = random.choice([first_s, last_s, (first_s + last_s) / 2])
        pieces += [(target, low, cut, first_s, last_s), (target, cut, high, first_s, later)]
        pieces += [(target, cut, high, later, last_s)]
    random.shuffle(pieces)
    whole, split = (account_for(state, some, term(0, at_min)) for some in (rows, sightings(*pieces)))
    assert rows_of(whole.state) == rows_of(split.state)
    assert whole.overdue_m_days == pytest.approx(split.overdue_m_days, abs=1e-12)


@settings(max_examples=50)
@given(scopes(), seen(), seen(), st.integers(0, MINUTES))
def test_more_sightings_never_raise_debt_nor_lower_the_on_time_share(covered, some, more, at_min):
    few, many = (account_for(never_seen(covered), one, term(0, at_min)) for one in (some, joined(some, more)))
    owed_few, owed_many = (debt_at(one.state, at_min * 60.0, 5 / 1440).total for one in (few, many))
    assert owed_many <= owed_few + 1e-12
    assert 0 <= few.on_time_share <= many.on_time_share + 1e-12 <= 1 + 2e-12
    assert (many.debt_m_days2 <= few.debt_m_days2 + 1e-12).all()


@settings(max_examples=50)
@given(scopes(), seen(), st.integers(0, MINUTES))
def test_the_debt_of_parts_sums_to_the_debt_of_the_whole(covered, rows, at_min):
    whole = account_for(never_seen(covered), rows, term(0, at_min))
    parts = []
    for at in range(len(covered.target)):
        one = Scope(*(column[[at]] for column in covered))
        middle = (one.from_cm + one.to_cm) // 200 * 100
        for half in (one._replace(to_cm=middle), one._replace(from_cm=middle)):
            if half.from_cm[0] < half.to_cm[0]:
                parts.append(account_for(never_seen(half), rows, term(0, at_min)))
    for field in ("overdue_m_days", "duty_m_days", "debt_m_days2", "length_m"):
        assert sum(getattr(part, field).sum() for part in parts) == pytest.approx(getattr(whole, field).sum())
    now_s = at_min * 60.0
    assert sum(debt_at(part.state, now_s, 5 / 1440).total for part in parts) == pytest.approx(
        debt_at(whole.state, now_s, 5 / 1440).total
    )


@settings(max_examples=50)
@given(scopes(), seen(), st.integers(0, MINUTES), st.integers(0, MINUTES))
def test_a_term_is_the_sum_of_its_parts_each_from_its_own_sightings(covered, rows, one, other):
    cut, end = sorted((one, other))
    whole = account_for(never_seen(covered), rows, term(0, end))
    early = account_for(never_seen(covered), rows, term(0, cut))
    own = rows.take((rows.first_s <= end * 60) & (rows.last_s >= cut * 60))
    late = account_for(early.state, own, term(cut, end))
    both = add_up([early, late])
    assert rows_of(both.state) == rows_of(whole.state)
    for field in ("overdue_m_days", "duty_m_days", "debt_m_days2"):
        assert getattr(both, field) == pytest.approx(getattr(whole, field), abs=1e-12)


@settings(max_examples=50)
@given(scopes(), seen(), st.integers(0, MINUTES))
def test_debt_between_sightings_is_continuous_and_convex(covered, rows, at_min):
    endless = covered._replace(until_s=np.full(len(covered.target), FOREVER))
    state = advance(never_seen(endless), rows, at_min * 60.0)
    times = at_min * 60.0 + np.arange(0, 1200, 7.0)
    owed = np.array([debt_at(state, time_s, 5 / 1440).total for time_s in times])
    rise = np.diff(owed)
    most = (state.to_cm - state.from_cm).sum() / 100 * 7.0 / DAY_S
    assert (rise >= -1e-12).all()
    assert (rise <= most + 1e-12).all()
    assert (np.diff(rise) >= -1e-12).all()


@settings(max_examples=30)
@given(scopes(), seen(), st.integers(-400, 400))
def test_moving_everything_by_whole_days_changes_nothing(covered, rows, days):
    by_s = days * DAY_S
    moved = covered._replace(began_s=covered.began_s + by_s, until_s=covered.until_s + by_s)
    later = rows._replace(first_s=rows.first_s + by_s, last_s=rows.last_s + by_s)
    here = account_for(never_seen(covered), rows, term())
    there = account_for(never_seen(moved), later, Term(by_s, by_s + MINUTES * 60.0, 5 / 1440, steady(-1e9, 1e9)))
    assert there.overdue_m_days == pytest.approx(here.overdue_m_days, abs=1e-9)
    assert there.debt_m_days2 == pytest.approx(here.debt_m_days2, abs=1e-9)


@settings(max_examples=30)
@given(scopes(), seen(), st.integers(5, 35))
def test_a_state_carried_to_cut_up_stretches_owes_the_same(covered, rows, at_min):
    state = advance(never_seen(covered), rows, at_min * 60.0)
    middle = (covered.from_cm + covered.to_cm) // 2
    halves = covered._replace(to_cm=middle), covered._replace(from_cm=middle)
    cut = Scope(*(np.concatenate(two) for two in zip(*halves, strict=True)))
    carried = onto(state, cut)
    for now_s in (at_min * 60.0, 3600.0):
        assert debt_at(carried, now_s, 5 / 1440).total == pytest.approx(debt_at(state, now_s, 5 / 1440).total)


def test_ten_walks_of_the_pretty_stretch_earn_nothing_for_the_rest():
    covered = scope((1, 0, 100_000, 0.0, FOREVER))
    pretty = sightings(*((1, 0, 20_000, day * DAY_S, day * DAY_S + 600) for day in range(10)))
    once = sightings((1, 0, 20_000, 9 * DAY_S, 9 * DAY_S + 600))
    many, few = (debt_at(advance(never_seen(covered), rows), 10 * DAY_S, 7.0) for rows in (pretty, once))
    # 800 m were never seen: 10 days since the duty began, 3 of them overdue.
    assert many.total == few.total == pytest.approx(800 * 3)
    assert many.never.tolist() == [False, True]


def test_a_month_by_hand():
    covered = scope((1, 0, 100_000, 0.0, FOREVER))
    rows = sightings((1, 0, 50_000, 10 * DAY_S, 10 * DAY_S))
    account = account_for(never_seen(covered), rows, Term(0.0, 28 * DAY_S, 7.0, steady(0.0, 28 * DAY_S)))
    # First half: overdue on days 7 to 10 and 17 to 28. Second half: on days 7 to 28.
    assert account.overdue_m_days.tolist() == [500 * (3 + 11) + 500 * 21]
    assert account.debt_m_days2.tolist() == [500 * (9 + 121) / 2 + 500 * 441 / 2]
    assert account.on_time_share == pytest.approx(1 - 17_500 / 28_000)


def test_what_was_seen_before_the_duty_began_counts_as_seen_when_it_began():
    covered = scope((1, 0, 100, 100 * DAY_S, FOREVER))
    before = advance(never_seen(covered), sightings((1, 0, 100, DAY_S, DAY_S)))
    assert debt_at(before, 110 * DAY_S, 7.0).metre_days.tolist() == [3.0]
    assert debt_at(never_seen(covered), 110 * DAY_S, 7.0).metre_days.tolist() == [3.0]
    assert debt_at(never_seen(covered), 50 * DAY_S, 7.0).total == 0.0


def test_what_a_duty_no_longer_covers_owes_nothing():
    ended = never_seen(scope((1, 0, 100, 0.0, 20 * DAY_S)))
    assert [debt_at(ended, day * DAY_S, 7.0).total for day in (19, 20, 30)] == [12.0, 0.0, 0.0]


def test_what_is_unknown_is_neither_seen_nor_never_seen_until_it_is_seen():
    covered = scope((1, 0, 10_000, 0.0, FOREVER))
    state = advance(never_seen(covered), sightings((1, 5_000, 10_000, 0.0, 0.0)))
    state = state._replace(last_s=np.where(np.isneginf(state.last_s), np.nan, state.last_s))
    debt = debt_at(state, 10 * DAY_S, 7.0)
    assert debt.metre_days.tolist() == [0.0, 150.0]
    assert (debt.unknown.tolist(), debt.never.tolist()) == ([True, False], [False, False])
    seen_late = sightings((1, 0, 5_000, 6 * DAY_S, 6 * DAY_S))
    account = account_for(state, seen_late, Term(0.0, 10 * DAY_S, 7.0, steady(0.0, 10 * DAY_S)))
    assert account.unknown_m_days.tolist() == [50 * 6]
    assert account.duty_m_days.tolist() == [50 * 10 + 50 * 4]
    assert account.overdue_m_days.tolist() == [50 * 3]
    kept = onto(state, covered)
    assert np.isnan(kept.last_s).tolist() == [True, False]


def test_whole_targets_owe_target_days():
    covered = scope((1, 0, WHOLE_CM, 0.0, FOREVER), (2, 0, WHOLE_CM, 0.0, FOREVER))
    state = advance(never_seen(covered), sightings((2, 0, WHOLE_CM, 5 * DAY_S, 5 * DAY_S)))
    assert debt_at(state, 10 * DAY_S, 7.0).metre_days.tolist() == [3.0, 0.0]


def test_out_of_season_nothing_falls_due_and_days_are_counted_on_when_it_opens():
    clock = Clock(np.array([[0.0, 10 * DAY_S], [100 * DAY_S, 200 * DAY_S]]))
    covered = scope((1, 0, 100, 0.0, FOREVER))
    state = never_seen(covered)
    owed = [debt_at(state, day * DAY_S, 7.0, clock).total for day in (9, 10, 50, 100, 101)]
    assert owed == pytest.approx([2, 3, 3, 3, 4])
    account = account_for(state, Sightings.none(), Term(0.0, 101 * DAY_S, 7.0, clock))
    assert account.duty_m_days.tolist() == pytest.approx([11])
    assert account.overdue_m_days.tolist() == pytest.approx([4])
    winter = advance(state, sightings((1, 0, 100, 50 * DAY_S, 50 * DAY_S)))
    assert debt_at(winter, 108 * DAY_S, 7.0, clock).total == pytest.approx(1)


def test_a_piece_falls_due_when_its_debt_begins():
    clock = Clock(np.array([[0.0, 10 * DAY_S], [100 * DAY_S, 200 * DAY_S]]))
    covered = scope((1, 0, 100, 0.0, FOREVER), (2, 0, 100, 8 * DAY_S, FOREVER), (3, 0, 100, 0.0, 5 * DAY_S))
    state = never_seen(covered)
    assert (due_at(state, 7.0) / DAY_S).tolist() == [7, 15, np.inf]
    assert (due_at(state, 7.0, clock) / DAY_S).tolist() == [7, 105, np.inf]
    assert np.isnan(due_at(state._replace(last_s=np.full(3, np.nan)), 7.0, clock)).all()
    for day, owes in ((105, 0), (106, 1)):
        assert debt_at(state, day * DAY_S, 7.0, clock).metre_days[1] == pytest.approx(owes)


def test_accounts_are_kept_by_stretch_and_summed_by_target():
    covered = scope((2, 0, 100, 0.0, FOREVER), (1, 100, 300, 0.0, FOREVER), (1, 0, 100, 0.0, FOREVER))
    account = account_for(never_seen(covered), Sightings.none(), term(0, 10, 5))
    assert account.stretch.tolist() == [2, 1, 0]
    assert account.by_target(np.array([2, 1, 5])).length_m.tolist() == [1, 3, 0]
    assert account.by_stretch(np.array([0, 1])).overdue_m_days.tolist() == pytest.approx([300 / DAY_S, 600 / DAY_S])


def test_nothing_to_cover_owes_nothing_and_is_all_on_time():
    nothing = never_seen(scope())
    account = account_for(nothing, sightings((1, 0, 100, 0.0, 0.0)), term())
    assert (account.on_time_share, len(account.target)) == (1.0, 0)
    assert debt_at(nothing, 0.0, 7.0).total == 0.0
    assert len(onto(nothing, scope()).target) == 0


@pytest.mark.parametrize(
    ("rows", "error", "says"),
    [
        ([(1, 0, 0, 0.0, FOREVER)], BadInput, "空段"),
        ([(1, 0, 10, np.nan, FOREVER)], BadInput, "生效时间"),
        ([(1, 0, 10, 0.0, FOREVER), (1, 5, 15, 0.0, FOREVER)], BadInput, "重叠"),
    ],
)
def test_a_scope_that_cannot_mean_anything_is_refused(rows, error, says):
    with pytest.raises(error, match=says):
        never_seen(scope(*rows))


@pytest.mark.parametrize("times", [(np.nan, 5.0), (5.0, np.nan), (5.0, 4.0)])
def test_sightings_at_no_time_are_refused(times):
    with pytest.raises(BadInput, match="起止时间"):
        advance(never_seen(scope((1, 0, 100, 0.0, FOREVER))), sightings((1, 0, 100, *times)))


def test_more_than_can_be_held_is_refused():
    with pytest.raises(TooLarge, match="10,000"):
        advance(never_seen(scope((1, 0, 10**9 + 1, 0.0, FOREVER))), Sightings.none())


def test_a_hundred_thousand_sightings_on_one_long_line_end_where_the_last_ones_say():
    random = np.random.default_rng(7)
    count, length_cm = 100_000, 3_000_000
    low = random.integers(0, length_cm - 9_000, count)
    first_s = random.permutation(count).astype(float)
    rows = Sightings(np.ones(count, np.int64), low, low + random.integers(1, 9_000, count), first_s, first_s, low * 0)
    after = advance(never_seen(scope((1, 0, length_cm, 0.0, FOREVER))), rows)
    painted = np.full(length_cm // 100, -np.inf)
    for at in np.argsort(first_s):
        painted[-(-rows.from_cm[at] // 100) : rows.to_cm[at] // 100] = first_s[at]
    metre = np.arange(0, length_cm // 100, 7)
    piece = np.searchsorted(after.to_cm, metre * 100, side="right")
    in_one_piece = after.to_cm[piece] >= metre * 100 + 100
    assert in_one_piece.sum() > 100
    assert (after.last_s[piece][in_one_piece] == painted[metre][in_one_piece]).all()

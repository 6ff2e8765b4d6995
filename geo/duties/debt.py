"""What is overdue, by how much, and what share of the time everything was on time.

For every metre of what a duty covers: days overdue = max(0, t - last seen - N), N the duty's interval; summed,
metre-days. A metre never seen counts as last seen when the duty began for it, and is shown as never seen; so
does one last seen before that. On-time share of [start, end): 1 - overdue length x time / (length x time).
All in closed form between sightings: no time steps. Age and interval run by the duty's clock (geo.duties.clock).

    scope = Scope(...)                      what the duty covers, since and until when
    state = never_seen(scope)               or one kept from the end of the month before
    account = account_for(state, counted, stretch)   a month from its own sightings alone
    account.on_time_share, account.by_target(...), account.state -> keep it for the month after

A month's sightings are those whose first_s lies at or before its end and whose last_s at or after its start: what
was in view across the turn of the month belongs to both. Whole targets: stretches of WHOLE_CM, so that metre-days
are target-days. Pieces of which nothing is known, such as a changed shore (last_s NaN), are neither seen nor
never seen: they owe nothing, are in no share, and their length is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.duties.clock import Clock, Term, steady
from geo.duties.records import Sightings
from geo.duties.scope import DAY_S, Scope, State, clipped, merged, never_seen
from layers.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from geo.duties.sweep import Sums

__all__ = [
    "DAY_S",
    "Account",
    "Debt",
    "Term",
    "account_for",
    "add_up",
    "advance",
    "debt_at",
    "due_at",
    "onto",
]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

METRE_DAYS = 100 * DAY_S
"""Centimetre-seconds in a metre-day."""
MOST_CM = 10**9
"""10,000 km in one account: the bitmap of its centimetres then takes 250 MB."""
_NEVER = steady(0.0, 0.0)


class Debt(NamedTuple):
    """(n,) per piece of a state at one time: days overdue; metre-days; and whether never seen, or unknown."""

    overdue_days: Floats
    metre_days: Floats
    never: NDArray[np.bool_]
    unknown: NDArray[np.bool_]

    @property
    def total(self) -> float:
        """Metre-days of all pieces."""
        return float(self.metre_days.sum())


@dataclass(frozen=True)
class Account:
    """What a term came to, (n,) per stretch of the scope, and the state at its end.

    target, stretch: which one each row is; summed up by either, both are what it was summed by.

    overdue_m_days: metres x days in which they were overdue. duty_m_days: metres x days in which the duty
    asked for them and it is known whether they were seen. debt_m_days2: the debt, summed over time.
    unknown_m_days: metres x days of which nothing is known, in none of the others.
    """

    state: State
    target: Indices
    stretch: Indices
    length_m: Floats
    overdue_m_days: Floats
    duty_m_days: Floats
    debt_m_days2: Floats
    unknown_m_days: Floats

    @property
    def on_time_share(self) -> float:
        """Share of length x time that was not overdue, 0..1; 1 where the duty asked for nothing."""
        return on_time(self.overdue_m_days.sum(), self.duty_m_days.sum())

    def by_target(self, targets: Indices) -> "Account":
        """The same, one row per target in the order given; 0 for a target that the duty does not cover."""
        return self._summed(self.target, targets)

    def by_stretch(self, stretches: Indices) -> "Account":
        """The same, one row per stretch's number in the order given, such as a reach's."""
        return self._summed(self.stretch, stretches)

    def _summed(self, keys: Indices, wanted: Indices) -> "Account":
        place = {int(key): row for row, key in enumerate(wanted)}
        row = np.array([place.get(int(key), -1) for key in keys], dtype=np.int64)
        kept = row >= 0
        columns = (self.length_m, self.overdue_m_days, self.duty_m_days, self.debt_m_days2, self.unknown_m_days)
        sums = np.zeros((len(columns), len(wanted)))
        for into, column in zip(sums, columns, strict=True):
            np.add.at(into, row[kept], column[kept])
        return Account(self.state, wanted, wanted, *sums)


def on_time(overdue: float, asked: float) -> float:
    """1 - overdue / asked, kept within 0..1 against rounding; 1 where nothing was asked."""
    return 1.0 if asked <= 0 else min(max(1.0 - float(overdue) / float(asked), 0.0), 1.0)


def onto(state: State, scope: Scope) -> State:
    """What is known of one scope carried to another, such as that of a duty's next version; the rest is never seen."""
    fresh = never_seen(scope)
    unknown = np.isnan(state.last_s)
    seen = np.isfinite(state.last_s)
    carried = advance(fresh, _as_sightings(state, seen, state.last_s))
    if not unknown.any():
        return carried
    mask = advance(fresh, _as_sightings(state, unknown, np.zeros(len(unknown))))
    hidden = advance(carried, _as_sightings(mask, np.isfinite(mask.last_s), np.full(len(mask.last_s), np.inf)))
    return merged(hidden._replace(last_s=np.where(np.isposinf(hidden.last_s), np.nan, hidden.last_s)))


def advance(state: State, sightings: Sightings, until_s: float = np.inf) -> State:
    """When every metre was last seen up to a time, whatever the order of the sightings.

    Sightings that begin after `until_s` are left out; one that goes on after it was in view at it. Nothing
    outside the scope is kept.

    >>> state = never_seen(Scope(*np.array([[1], [0], [500]]), np.zeros(1), np.full(1, np.inf), np.ones(1, int)))
    >>> seen = Sightings(*np.array([[1], [100], [200]]), np.array([60.0]), np.array([90.0]), np.zeros(1, int))
    >>> after = advance(state, seen)
    >>> after.to_cm.tolist(), after.last_s.tolist()
    ([100, 200, 500], [-inf, 90.0, -inf])
    """
    return _swept(state, sightings, Term(0.0, 0.0, np.inf, _NEVER), until_s)[0]


def debt_at(state: State, time_s: float, interval_days: float, clock: Clock | None = None) -> Debt:
    """What is overdue at a time, piece by piece; the state must be that of the time, or of before it.

    Without a clock the duty never rests. A piece owes nothing before its duty began, or once that has ended.

    >>> state = never_seen(Scope(*np.array([[1], [0], [50_000]]), np.zeros(1), np.full(1, np.inf), np.ones(1, int)))
    >>> debt_at(state, 10 * DAY_S, 7.0).metre_days.tolist()
    [1500.0]
    """
    known = ~np.isnan(state.last_s)
    since = np.maximum(np.where(known, state.last_s, np.inf), state.began_s)
    age_s = time_s - since if clock is None else clock.at(time_s) - clock.at(np.where(known, since, time_s))
    asked = known & (state.until_s > time_s)
    days = np.where(asked, np.maximum(0.0, np.where(asked, age_s, 0.0) / DAY_S - interval_days), 0.0)
    return Debt(days, days * (state.to_cm - state.from_cm) / 100, np.isneginf(state.last_s), ~known)


def due_at(state: State, interval_days: float, clock: Clock | None = None) -> Floats:
    """When each piece of a state falls due, Unix seconds: NaN where unknown, inf where its duty ends before.

    With a clock, one that is laid out far enough ahead: beyond its spans nothing falls due (inf).

    >>> state = never_seen(Scope(*np.array([[1], [0], [50_000]]), np.zeros(1), np.full(1, np.inf), np.ones(1, int)))
    >>> due_at(state, 7.0).tolist()
    [604800.0]
    """
    since_s = np.maximum(state.last_s, state.began_s)
    interval_s = interval_days * DAY_S
    due_s = since_s + interval_s if clock is None else clock.when(clock.at(since_s) + interval_s)
    due_s = np.where(np.isnan(since_s), np.nan, due_s)
    return np.where(due_s >= state.until_s, np.inf, due_s)


def account_for(state: State, sightings: Sightings, term: Term) -> Account:
    """Overdue length x time, debt and on-time share of a term, from the state at its start and its sightings.

    sightings: those that count (geo.duties.counting), in any order; what lies outside the scope is left out.
    Sightings from before the term are fine: they only bring the state up to date. No scope: all empty.
    """
    scope = state.scope
    after, sums = _swept(state, sightings, term, term.end_s)
    began, until = term.clock.at(scope.began_s), term.clock.at(scope.until_s)
    start, end = term.clock.at(term.start_s), term.clock.at(term.end_s)
    metres = (scope.to_cm - scope.from_cm) / 100
    asked_s = np.maximum(np.minimum(until, end) - np.maximum(began, start), 0.0)
    unknown_m_days = sums.unknown / METRE_DAYS
    return Account(
        after,
        scope.target,
        scope.stretch,
        metres,
        sums.overdue / METRE_DAYS,
        np.maximum(metres * asked_s / DAY_S - unknown_m_days, 0.0),
        sums.owed / (METRE_DAYS * DAY_S),
        unknown_m_days,
    )


def add_up(accounts: Sequence[Account]) -> Account:
    """Terms of one scope, one after another, as one: each version of a duty has accounted for its own."""
    if not accounts:
        raise BadInput("没有可合计的时段:请至少给出一个。")
    sums = (
        np.sum([getattr(account, field) for account in accounts], axis=0)
        for field in ("overdue_m_days", "duty_m_days", "debt_m_days2", "unknown_m_days")
    )
    last = accounts[-1]
    return Account(last.state, last.target, last.stretch, last.length_m, *sums)


def _swept(state: State, sightings: Sightings, term: Term, until_s: float) -> tuple[State, "Sums"]:
    # The compiler takes a third of a second to load, which is spared those who only ask what a duty is.
    from geo.duties.sweep import swept

    ends_cm = int((state.to_cm - state.from_cm).sum())
    if ends_cm > MOST_CM:
        raise TooLarge(f"一次核算 {ends_cm / 1e5:,.0f} 公里,超过 {MOST_CM / 1e5:,.0f} 公里:请按区域分开。")
    return swept(state, clipped(sightings, state.scope, until_s), term)


def _as_sightings(state: State, which: NDArray[np.bool_], time_s: Floats) -> Sightings:
    """Pieces of a state as if each had been in view at a time."""
    nobody = np.full(int(which.sum()), -1, dtype=np.int64)
    return Sightings(
        state.target[which], state.from_cm[which], state.to_cm[which], time_s[which], time_s[which], nobody
    )

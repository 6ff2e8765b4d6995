"""A duty's account of a term in one call: its versions, hours, settlers and clock applied to what was seen."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np

from geo.duties.clock import Clock, clock_of
from geo.duties.counting import counted
from geo.duties.debt import Account, Debt, Term, account_for, add_up, advance, debt_at
from geo.duties.duty import Duty, versions_of
from geo.duties.effective import Verdicts, only_effective
from geo.duties.records import Flags, Patrols, Sightings, WholeVisits, joined
from geo.duties.scope import State

__all__ = ["account_of", "clock_for", "counted_by_versions", "debt_of"]


def account_of(
    duties: Sequence[Duty],
    state: State,
    seen: Sightings,
    *,
    term: tuple[float, float],
    zone: ZoneInfo,
    clock: Clock | None = None,
) -> Account:
    """Overdue length x time, on-time share and the state at the end, each version's stretch by its own interval.

    seen: what counts, by `counted_by_versions`. state: at the term's start. While no version is in force, and
    out of season, the duty asks for nothing and its clock stands still. clock: by `clock_for`, up to the term's end or
    beyond; made where none is given.

    >>> from geo.duties.scope import Scope, never_seen
    >>> state = never_seen(Scope(*np.array([[1], [0], [100_000]]), np.zeros(1), np.full(1, np.inf), np.ones(1, int)))
    >>> weekly = Duty(code="D", post_code="P", layer="water", interval_days=7)
    >>> month = account_of([weekly], state, Sightings.none(), term=(0.0, 28 * 86400.0), zone=ZoneInfo("Asia/Shanghai"))
    >>> month.on_time_share, month.overdue_m_days.tolist(), month.duty_m_days.tolist()
    (0.25, [21000.0], [28000.0])
    """
    start_s, end_s = term
    versions = versions_of(duties)
    clock = clock or clock_for(versions, state, end_s, zone)
    spans = [
        (max(start_s, duty.valid_from_s), min(end_s, duty.valid_to_s), duty.mean_interval_days) for duty in versions
    ]
    # Where no version meets the term, an empty one asks for nothing.
    terms = [Term(*span, clock) for span in spans if span[0] < span[1]] or [Term(start_s, start_s, np.inf, clock)]
    accounts: list[Account] = []
    for own in terms:
        accounts.append(account_for(accounts[-1].state if accounts else state, seen, own))
    whole = add_up(accounts)
    if terms[-1].end_s == end_s:
        return whole
    return Account(advance(whole.state, seen, end_s), *(getattr(whole, field) for field in _SUMS))


def debt_of(duties: Sequence[Duty], state: State, time_s: float, zone: ZoneInfo, clock: Clock | None = None) -> Debt:
    """What a duty's scope owes at a time, by the version then in force; nothing, where none is.

    Out of season it owes what it owed at the season's end: nothing more falls due. clock: as for `account_of`.
    """
    versions = versions_of(duties)
    held = [duty for duty in versions if duty.valid_from_s <= time_s < duty.valid_to_s]
    days = held[0].mean_interval_days if held else np.inf
    return debt_at(state, time_s, days, clock or clock_for(versions, state, time_s, zone))


def counted_by_versions(
    duties: Sequence[Duty],
    seen: Sightings | WholeVisits,
    patrols: Patrols,
    *,
    flags: Flags,
    zone: ZoneInfo,
    only: Verdicts | None = None,
) -> Sightings:
    """What counts for a duty, each version judging what was seen in its time; `only`: of effective patrols alone."""
    parts = [counted(duty, seen, patrols, flags=flags, zone=zone) for duty in versions_of(duties)]
    every = joined(*parts)
    return every if only is None else only_effective(every, only)


def clock_for(duties: Sequence[Duty], state: State, end_s: float, zone: ZoneInfo) -> Clock:
    """A duty's clock from when it began for any of its scope until a time."""
    began_s = min(float(state.began_s.min(initial=np.inf)), end_s)
    return clock_of(duties, began_s, end_s, zone)


_SUMS = ("target", "stretch", "length_m", "overdue_m_days", "duty_m_days", "debt_m_days2", "unknown_m_days")

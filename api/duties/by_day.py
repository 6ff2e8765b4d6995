"""Accounts by whole local days, for who may not see persons: to the second they say when somebody was at a place."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from api.duties.accounts import DutyAccount
from geo.duties.account import account_of, debt_of
from geo.duties.calendar import day_starts
from geo.duties.debt import advance

__all__ = ["by_day"]

Floats = NDArray[np.float64]


def by_day(account: DutyAccount, zone: ZoneInfo) -> DutyAccount:
    """The account, reckoned as if all that was seen on a day had been seen as that day began.

    The term is to begin and end with a day. So debt is at most a day more than it is, and debt and on-time share are
    the same whatever the hour was.
    """
    rows, held, versions = account.counted, account.carried.state, account.charge.versions
    counted = rows._replace(first_s=_begun(rows.first_s, zone), last_s=_begun(rows.last_s, zone))
    state = advance(held._replace(last_s=_begun(held.last_s, zone)), counted, account.term[0])
    own = account_of(versions, state, counted, term=account.term, zone=zone)
    debt = debt_of(versions, own.state, account.term[1], zone)
    return replace(account, counted=counted, began=state, account=own, debt=debt)


def _begun(times_s: Floats, zone: ZoneInfo) -> Floats:
    """When the local days of some times began; what is no time stays as it is."""
    real = np.isfinite(times_s)
    if not real.any():
        return times_s
    starts, _ = day_starts(float(times_s[real].min()), float(times_s[real].max()) + 1, zone)
    begun = times_s.copy()
    begun[real] = starts[np.searchsorted(starts, times_s[real], side="right") - 1]
    return begun

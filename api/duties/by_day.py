"""Debt by whole local days, for who may not see persons: to the second it says when somebody was at a place."""

import math
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from api.duties.accounts import DutyAccount
from geo.duties.account import debt_of
from geo.duties.calendar import day_starts

__all__ = ["by_day", "whole_percent"]


def by_day(account: DutyAccount, zone: ZoneInfo) -> DutyAccount:
    """The account, its debt reckoned as if all that was seen on a day had been seen as that day began.

    The term is to end with a day. So what is owed is at most a day more than it is, and the same whatever the hour was.
    """
    state = account.account.state
    seen = np.isfinite(state.last_s)
    if not seen.any():
        return account
    starts, _ = day_starts(float(state.last_s[seen].min()), float(state.last_s[seen].max()), zone)
    last_s = state.last_s.copy()
    last_s[seen] = starts[np.searchsorted(starts, last_s[seen], side="right") - 1]
    state = state._replace(last_s=last_s)
    debt = debt_of(account.charge.versions, state, account.term[1], zone)
    return replace(account, account=replace(account.account, state=state), debt=debt)


def whole_percent(share: float | None) -> float | None:
    """A share to whole per cents, never rounded up: to the last digit it tells an hour as a debt does.

    >>> whole_percent(0.9999), whole_percent(0.29), whole_percent(None)
    (0.99, 0.29, None)
    """
    return None if share is None else math.floor(share * 100 + 1e-9) / 100

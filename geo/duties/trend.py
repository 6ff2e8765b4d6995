"""A duty's account step by step, such as day by day: how a figure came to be what it is.

    trend = trend_of(duties, state, seen, edges_s=midnights, zone=zone)
    trend.on_time_share, trend.debt_m_days

The steps of one duty add up to its account of the whole (geo.duties.account), and those of several duties to one.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from geo.duties.account import account_of, clock_for, debt_of
from geo.duties.duty import Duty
from geo.duties.records import Sightings
from geo.duties.scope import State

__all__ = ["Trend", "trend_of", "trend_on"]

Floats = NDArray[np.float64]


class Trend(NamedTuple):
    """(n,) per step: metres x days that were overdue and that were asked for in it; what is owed as it ends.

    debt_m_days: metre-days owed as the step ends. overdue_m: metres overdue then. length_m: metres asked for then.
    """

    overdue_m_days: Floats
    duty_m_days: Floats
    debt_m_days: Floats
    overdue_m: Floats
    length_m: Floats

    @property
    def on_time_share(self) -> Floats:
        """(n,) share of length x time that was not overdue, 0..1; NaN where nothing was asked for."""
        asked = self.duty_m_days > 0
        share = 1.0 - np.divide(self.overdue_m_days, self.duty_m_days, out=np.zeros(len(asked)), where=asked)
        return np.where(asked, np.clip(share, 0.0, 1.0), np.nan)

    def plus(self, other: Self) -> "Trend":
        """Two duties over the same steps as one."""
        return Trend(*(own + more for own, more in zip(self, other, strict=True)))

    def then(self, later: Self) -> "Trend":
        """The steps of one time and those of the time after it, as one."""
        return Trend(*(np.concatenate(both) for both in zip(self, later, strict=True)))

    @staticmethod
    def nothing(steps: int) -> "Trend":
        """No duty over so many steps: nothing asked for, nothing owed.

        >>> Trend.nothing(2).on_time_share.tolist()
        [nan, nan]
        """
        return Trend(*np.zeros((5, steps)))


def trend_of(
    duties: Sequence[Duty], state: State, seen: Sightings, *, edges_s: Sequence[float], zone: ZoneInfo
) -> Trend:
    """What a duty came to in each step between neighbouring edges, Unix seconds, in order.

    seen: what counts, by `counted_by_versions`. state: at the first edge.

    >>> from geo.duties.scope import Scope, never_seen
    >>> state = never_seen(Scope(*np.array([[1], [0], [100_000]]), np.zeros(1), np.full(1, np.inf), np.ones(1, int)))
    >>> weekly = Duty(code="D", post_code="P", layer="water", interval_days=7)
    >>> weeks = [week * 7 * 86400.0 for week in range(4)]
    >>> found = trend_of([weekly], state, Sightings.none(), edges_s=weeks, zone=ZoneInfo("Asia/Shanghai"))
    >>> found.on_time_share.tolist(), found.debt_m_days.tolist(), found.overdue_m.tolist()
    ([1.0, 0.0, 0.0], [0.0, 7000.0, 14000.0], [0.0, 1000.0, 1000.0])
    """
    return trend_on(duties, state, seen, edges_s=edges_s, zone=zone)[0]


def trend_on(
    duties: Sequence[Duty], state: State, seen: Sightings, *, edges_s: Sequence[float], zone: ZoneInfo
) -> tuple[Trend, State]:
    """The same, and the state at the last edge, from which the steps after it go on."""
    rows: list[tuple[float, ...]] = []
    clock = clock_for(duties, state, edges_s[-1], zone)  # up to every earlier edge it shows the same
    for start_s, end_s in pairwise(edges_s):
        near = seen.take((seen.last_s >= start_s) & (seen.first_s <= end_s))
        own = account_of(duties, state, near, term=(start_s, end_s), zone=zone, clock=clock)
        state = own.state
        debt = debt_of(duties, state, end_s, zone, clock)
        metres = (state.to_cm - state.from_cm) / 100
        asked = (state.began_s <= end_s) & (end_s < state.until_s) & ~debt.unknown
        rows.append(
            (
                own.overdue_m_days.sum(), own.duty_m_days.sum(), debt.total,
                metres[debt.overdue_days > 0].sum(), metres[asked].sum(),
            )
        )  # fmt: skip
    return Trend(*np.array(rows, dtype=np.float64).reshape(-1, 5).T), state

"""How many patrols a duty needs, as it is told: figures named after what they count, patrols as the reader may know."""

from typing import Any

import numpy as np

from api.duties.accounts import DutyAccount
from api.duties.told import TellPatrol
from geo.duties.curve import patrols_needed

__all__ = ["curve_told"]


def curve_told(account: DutyAccount, most: float, tell: TellPatrol) -> dict[str, Any]:
    """The curve of a duty from the patrols of its account's term, up to `most` a week.

    A whole target stands as one metre: figures are named after what they count.
    """
    rows, started_s = account.counted, account.seen.patrols.started_s
    inside = (started_s[rows.patrol] >= account.term[0]) & (started_s[rows.patrol] < account.term[1])
    per_week = np.linspace(0, most, 57)
    lost = account.charge.unknown.take(account.charge.unknown.last_s > account.term[0])
    interval_days = account.duty.mean_interval_days
    found = patrols_needed(rows.take(inside), account.charge.scope, interval_days, per_week, unknown=lost)
    whole = account.charge.whole
    length, of, days = ("targets", "targets", "target_days") if whole else ("length_m", "m", "m_days")
    return {
        "duty": account.duty.code,
        "patrols": len(np.unique(rows.patrol[inside])),
        length: found.length_m,
        f"unseen_{of}": found.unseen_m,
        f"unknown_{of}": found.unknown_m,
        "zero_debt_per_week": found.zero_debt_per_week,
        "per_week": per_week.tolist(),
        f"walked_{days}_a_month": found.walked_m_days.tolist(),
        f"rotated_{days}_a_month": found.rotated_m_days.tolist(),
        "rotation": [tell(account.seen.codes[one]).get("patrol") for one in found.chosen.tolist()],
        f"rotation_sees_{of}": found.sees_m.tolist(),
    }

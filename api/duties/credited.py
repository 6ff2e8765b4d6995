"""What one patrol is credited with: for every duty whose targets it saw, how much, effective or why not."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection

from api.duties.accounts import Basis, DutyAccount, accounts_of, ready
from api.duties.read import Charge, read_duties
from api.duties.term import month_start_s
from api.sightings.targets import read_city
from geo.duties.effective import REASONS
from layers import query
from layers.catalogue import Catalogue

__all__ = ["credits_told"]

_BARRED = frozenset({"not_yours", "wrong_mode"})


def credits_told(connection: Connection, catalogue: Catalogue, patrol: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The patrol's credit for each duty whose targets it saw, by duty; patrol: patrol_id, code, started_at, ended_at.

    Judged with its month before it, as performance is: the least gap asks for the last effective one. Where it may not
    settle a duty, or saw its targets out of hours, it is listed with the reasons and nothing is credited.
    """
    if patrol["started_at"] is None:
        return []
    zone = read_city(connection).zone
    start, end = (moment.astimezone(zone) for moment in (patrol["started_at"], patrol["ended_at"]))
    days = (start.date(), end.date() + timedelta(days=1))
    touched = _touched(connection, patrol["patrol_id"])
    near = [one for one in read_duties(connection, catalogue, days) if not touched.isdisjoint(_targets(one))]
    charges, _ = ready(connection, near)
    term = (month_start_s(start.timestamp(), zone), end.timestamp() + 1)
    found = (_credit(account, patrol["code"]) for account in accounts_of(connection, charges, term, Basis(zone)))
    return sorted((one for one in found if one), key=lambda one: str(one["duty"]))


def _touched(connection: Connection, patrol_id: int) -> set[tuple[str, str]]:
    rows = query.rows(connection, "patrol/touched", None, patrol_id=patrol_id)
    return {(row["layer"], row["target_code"]) for row in rows}


def _targets(charge: Charge) -> list[tuple[str, str]]:
    return [(charge.layer, code) for code in charge.codes]


def _credit(account: DutyAccount, code: str) -> dict[str, Any] | None:
    """The patrol's verdict under a duty; None where it saw nothing of it."""
    judged = account.judged
    rows = np.flatnonzero(np.array([account.seen.codes[one] for one in judged.patrol.tolist()]) == code).tolist()
    if not rows:
        return None
    row, duty = rows[-1], account.duty
    reasons = judged.reasons[row]
    barred = not _BARRED.isdisjoint(reasons)
    return {
        "duty": duty.code,
        "name": duty.name,
        "post": duty.post_code,
        "layer": account.charge.layer,
        "minutes": float(judged.minutes[row]),
        "metres": 0.0 if barred else float(judged.metres[row]),
        "targets": 0 if barred else int(judged.targets[row]),
        "share": 0.0 if barred else float(judged.share[row]),
        "effective": bool(judged.effective[row]),
        "reasons": list(reasons),
        "words": [REASONS[reason] for reason in reasons],
    }

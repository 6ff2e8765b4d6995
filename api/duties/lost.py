"""Patrols of whose sightings some are lost: their tracks were erased, and then the shore changed that they saw."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.duties.read import Charge
from api.duties.seen import instant_said, read_patrols
from geo.duties.counting import may_settle, mode_allowed
from geo.duties.performance import NONE_LOST
from geo.duties.records import Patrols
from geo.duties.scope import clipped, never_seen
from layers import query

__all__ = ["lost_starts"]

Floats = NDArray[np.float64]


def lost_starts(connection: Connection, charges: Sequence[Charge], term: tuple[float, float]) -> list[Floats]:
    """For each duty, when those patrols of a term [start, end) started that may have settled more of it than is known.

    Unix seconds, in order of number. The database is asked only where a line changed after tracks were erased.
    """
    until_s = [_unknown_until_s(charge) for charge in charges]
    end_s = min(max(until_s, default=-np.inf), term[1])
    if not term[0] < end_s:
        return [NONE_LOST] * len(charges)
    bound = {"start": instant_said(term[0]), "end": instant_said(end_s)}
    ids = [int(row["patrol_id"]) for row in query.rows(connection, "coverage/patrols_lost", None, **bound)]
    patrols, _ = read_patrols(connection, ids)
    return [_starts(charge, patrols, until) for charge, until in zip(charges, until_s, strict=True)]


def _unknown_until_s(charge: Charge) -> float:
    """Until when something is unknown that a duty covers; -inf where nothing is."""
    covered, _ = clipped(charge.unknown, never_seen(charge.scope).scope)
    return float(covered.last_s.max(initial=-np.inf))


def _starts(charge: Charge, patrols: Patrols, until_s: float) -> Floats:
    started_s = patrols.started_s
    may = np.zeros(len(started_s), dtype=bool)
    for duty in charge.versions:
        under = (duty.valid_from_s <= started_s) & (started_s < duty.valid_to_s)
        may |= under & may_settle(duty, patrols) & mode_allowed(duty, patrols)
    return started_s[may & (started_s <= until_s)]

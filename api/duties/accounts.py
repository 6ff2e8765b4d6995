"""What duties came to in a term: debt, on-time share, verdicts on patrols; from the database, by geo.duties."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.duties.lost import lost_starts
from api.duties.read import Charge
from api.duties.seen import Question, Seen, Sight, instant_said
from api.duties.sides import missing_sides, sided
from api.duties.states import Carried, carried, nothing_carried
from api.sightings.reaches import stored_reaches
from api.sightings.sides import OWN_SIDE
from api.sightings.sighting import ALL
from geo.duties.account import account_of, counted_by_versions, debt_of
from geo.duties.debt import Account, Debt, advance
from geo.duties.duty import Duty
from geo.duties.effective import Verdicts, verdicts
from geo.duties.full_cover import Ground
from geo.duties.performance import NONE_LOST
from geo.duties.records import Sightings, joined
from geo.duties.scope import State
from layers import query

Floats = NDArray[np.float64]
Term = tuple[float, float]
BOUNDS = ("sure", "nominal", "possible")


class Basis(NamedTuple):
    """How accounts are kept: the zone, as known when (None: now), whether only effective patrols count.

    judged: whether patrols are judged though debt alone does not ask for it.
    """

    zone: ZoneInfo
    known_at: datetime | None = None
    effective: bool = False
    judged: bool = True


@dataclass(frozen=True)
class DutyAccount:
    """A duty's term. seen: what patrols saw from the carried state to the term's end. counted: what counts of it.

    covering: all that counts, also from before all was known, for full cover.
    judged: the verdicts on the patrols of that time. debt: as the term ends. carried: what was before. began: the state
    as the term begins.
    lost_s: when patrols started that may settle it and of whose sightings some are lost, as api.duties.lost tells it.
    out_s: until when those were out that started in the term: what they saw until then is theirs, and the term's.
    """

    charge: Charge
    term: Term
    seen: Seen
    counted: Sightings
    covering: Sightings
    judged: Verdicts
    account: Account
    debt: Debt
    carried: Carried
    began: State
    lost_s: Floats
    out_s: float

    @property
    def duty(self) -> Duty:
        """The version in force as the term ends."""
        start_s, end_s = self.term
        return self.charge.in_force(end_s if end_s <= start_s else float(np.nextafter(end_s, start_s)))


def accounts_of(connection: Connection, charges: Sequence[Charge], term: Term, basis: Basis) -> list[DutyAccount]:
    """The account of each duty over a term [start, end), in the order given.

    What was before the term is carried over where it is kept, else read from the duty's beginning. Where tracks were
    erased before a duty's reach was stored, what it covers is unknown up to then, until it is seen afterwards.
    """
    charges = [charge.in_term(term[1]) for charge in charges]
    sight, out_s = Sight(connection, basis.known_at), _out_s(connection, term)
    before = _before(connection, charges, term, basis)
    rules = [rules_of(charge) for charge in charges]
    asked = [
        question(charge, own[-1], (max(held.at_s, charge.versions[0].valid_from_s), out_s))
        for charge, held, sets in zip(charges, before, rules, strict=True)
        for own in sets
    ]
    answers = iter(sight.together(asked))
    lost = lost_starts(connection, charges, term) if basis.judged else [NONE_LOST] * len(charges)
    return [
        replace(_account(charge, term, [(own, next(answers)) for own in sets], held, basis), lost_s=lost_s, out_s=out_s)
        for charge, held, sets, lost_s in zip(charges, before, rules, lost, strict=True)
    ]


def ready(
    connection: Connection, charges: Sequence[Charge], known_at: datetime | None = None
) -> tuple[list[Charge], list[dict[str, object]]]:
    """The duties for whose reach sightings are stored, and those of which nothing can be said yet, with that reach.

    What was never looked for would read as never seen; so would what was not yet, at an instant. Before the first
    patrol nothing was, at any reach.
    """
    stored = set(stored_reaches(connection))
    lacking = missing_sides(connection, charges, known_at) if stored else set()
    waiting = [
        {"duty": charge.versions[-1].code, "reach_m": duty.reach_m}
        for charge in charges
        for duty in charge.versions
        if (stored and duty.reach_m not in stored)
        or (sided(charge, duty) and any((code, duty.reach_m) in lacking for code in charge.codes))
    ]
    named = {one["duty"] for one in waiting}
    return [charge for charge in charges if charge.versions[-1].code not in named], waiting


def question(charge: Charge, duty: Duty, stretch: Term, bound: str | None = None) -> Question:
    """What to read for a version of a duty: at its reach and bound, or at another bound."""
    table = charge.sightings or (OWN_SIDE.table if sided(charge, duty) else ALL.table)
    return Question(charge.layer, charge.whole, charge.codes, duty.reach_m, bound or duty.bound, stretch, table)


def state_at(account: DutyAccount, at_s: float) -> Carried:
    """What is to be carried over from an instant in the account's time."""
    state = advance(account.carried.state, account.counted, at_s)
    ends = dict(account.carried.last_effective_s)
    judged, ended_s = account.judged, account.seen.patrols.ended_s
    for row in np.flatnonzero(judged.effective & (judged.started_s < at_s)).tolist():
        acting, end_s = judged.acting[row], float(ended_s[judged.patrol[row]])
        if acting is not None:
            ends[acting] = max(ends.get(acting, -np.inf), end_s)
    return Carried(at_s, state, ends)


def ground_of(account: DutyAccount) -> Ground:
    """What it is judged from whether all that a duty covers was seen in a period."""
    charge = account.charge
    return Ground(charge.scope, account.covering, account.seen.patrols, charge.unknown)


def _before(connection: Connection, charges: Sequence[Charge], term: Term, basis: Basis) -> list[Carried]:
    if basis.known_at is not None:
        return [nothing_carried(charge) for charge in charges]
    return carried(connection, charges, term[0], effective=basis.effective)


def _out_s(connection: Connection, term: Term) -> float:
    """Just after all that the patrols saw that started before a term's end; at least its end."""
    last_s = query.value(connection, "coverage/last_end", None, before=instant_said(term[1]))
    return term[1] if last_s is None else max(term[1], float(np.nextafter(last_s, np.inf)))


def rules_of(charge: Charge) -> list[tuple[Duty, ...]]:
    """The versions of a duty, those that ask for the same sightings together, in order of time."""
    sets: dict[tuple[float, str, bool], list[Duty]] = {}
    for duty in charge.versions:
        sets.setdefault((duty.reach_m, duty.bound, sided(charge, duty)), []).append(duty)
    return [tuple(own) for own in sets.values()]


def _account(
    charge: Charge, term: Term, parts: Sequence[tuple[tuple[Duty, ...], Seen]], held: Carried, basis: Basis
) -> DutyAccount:
    zone, patrols, flags = basis.zone, parts[0][1].patrols, parts[0][1].flags
    judged = [
        verdicts(
            own,
            seen.rows,
            patrols,
            scope=charge.scope,
            flags=flags,
            zone=zone,
            last_effective_s=held.last_effective_s,
        )
        if basis.judged or basis.effective
        else Verdicts.none()
        for own, seen in parts
    ]
    counted = [
        counted_by_versions(own, seen.rows, patrols, flags=flags, zone=zone, only=verdict if basis.effective else None)
        for (own, seen), verdict in zip(parts, judged, strict=True)
    ]
    covering = joined(*counted)
    # What was seen before may not have been the last then.
    every = covering.take(covering.last_s >= charge.known_since_s)
    state = advance(held.state, every, term[0])
    account = account_of(charge.versions, state, every, term=term, zone=zone)
    debt = debt_of(charge.versions, account.state, term[1], zone)
    return DutyAccount(
        charge, term, parts[-1][1], every, covering, _together(judged), account, debt, held, state, NONE_LOST, term[1]
    )


def _together(judged: Sequence[Verdicts]) -> Verdicts:
    """The verdicts of several versions as one, in order of the patrols' start."""
    if len(judged) == 1:
        return judged[0]
    order = np.argsort(np.concatenate([one.started_s for one in judged]), kind="stable")
    acting = [name for one in judged for name in one.acting]
    reasons = [why for one in judged for why in one.reasons]
    columns = {name: np.concatenate([getattr(one, name) for one in judged])[order] for name in _MEASURES}
    return Verdicts(acting=tuple(acting[row] for row in order), reasons=tuple(reasons[row] for row in order), **columns)


_MEASURES = ("patrol", "started_s", "effective", "minutes", "metres", "targets", "share", "gap_hours")

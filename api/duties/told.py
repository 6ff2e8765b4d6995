"""What duties came to, as answers tell it: debt by duty and by place, performance by post."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np

from api.answers.times import said
from api.duties.accounts import BOUNDS, Basis, DutyAccount, ground_of, question, rules_of
from api.duties.seen import Seen, Sight
from geo.duties.account import counted_by_versions
from geo.duties.cover import Cover, cover_of
from geo.duties.duty import Duty
from geo.duties.effective import REASONS
from geo.duties.full_cover import NOT_ALL_SEEN, Ground, lack_words
from geo.duties.performance import Due, Performance, performance
from geo.duties.records import joined

Told = dict[str, Any]


class TellPatrol(Protocol):
    """How a reader is told of a patrol by its code (None: of no patrol), and of when it started: as far as they may."""

    def __call__(self, code: str | None, started_s: float | None = None) -> Told:
        """`patrol`, `started`, or neither."""


def debt_told(account: DutyAccount, zone: ZoneInfo, unsure_m: float | None = None) -> Told:
    """One duty's debt as its term ends, and how much of the term everything was on time.

    unsure_m: as api.duties.unsure tells it.
    """
    state, debt, duty = account.account.state, account.debt, account.duty
    length_m = (state.to_cm - state.from_cm) / 100
    overdue = debt.overdue_days > 0
    unit = "targets" if account.charge.whole else "m"
    return {
        "duty": duty.code,
        "name": duty.name,
        "post": duty.post_code,
        "layer": account.charge.layer,
        "whole": account.charge.whole,
        "interval_days": duty.mean_interval_days,
        "debt_target_days" if account.charge.whole else "debt_m_days": debt.total,
        f"length_{unit}": float(length_m.sum()),
        f"overdue_{unit}": float(length_m[overdue].sum()),
        f"never_seen_{unit}": float(length_m[debt.never].sum()),
        f"unknown_{unit}": float(length_m[debt.unknown].sum()),
        "known_since": said(account.charge.known_since_s, zone),
        "side_unknown_m": unsure_m,
        "most_overdue_days": float(debt.overdue_days.max(initial=0.0)),
        "on_time_share": _on_time(account),
    }


def _on_time(account: DutyAccount) -> float | None:
    """None where the duty asked for nothing: that is not the same as having been on time."""
    return account.account.on_time_share if account.account.duty_m_days.sum() > 0 else None


def pieces_told(account: DutyAccount, zone: ZoneInfo) -> list[Told]:
    """The pieces of what a duty covers that are overdue, the longest overdue first: where, since when, never or not.

    never_seen: not once by what counts for the duty, since it began for the piece at `covered_since`.
    """
    state, debt = account.account.state, account.debt
    order = np.argsort(-debt.overdue_days, kind="stable")
    rows = order[debt.overdue_days[order] > 0].tolist()
    return [
        {
            "duty": account.charge.versions[-1].code,
            "layer": account.charge.layer,
            "target": account.charge.codes[int(state.target[row])],
            "from_m": None if account.charge.whole else float(state.from_cm[row]) / 100,
            "to_m": None if account.charge.whole else float(state.to_cm[row]) / 100,
            "overdue_days": float(debt.overdue_days[row]),
            "covered_since": said(float(state.began_s[row]), zone),
            "never_seen": bool(debt.never[row]),
            "last_seen": None if debt.never[row] else said(float(state.last_s[row]), zone),
        }
        for row in rows
    ]


def performance_of(account: DutyAccount, basis: Basis, now_s: float) -> Performance:
    """What was due of a duty in the account's term, what was done, what of that was effective, what was missed."""
    before = account.carried.last_effective_s
    judged, ended_s = account.judged, account.seen.patrols.ended_s
    early = np.flatnonzero(judged.effective & (judged.started_s < account.term[0])).tolist()
    ends = [*before.values(), *(float(ended_s[judged.patrol[row]]) for row in early)]
    return performance(
        account.charge.versions,
        judged,
        term=account.term,
        now_s=now_s,
        zone=basis.zone,
        began_s=float(account.charge.scope.began_s.min(initial=np.inf)),
        last_effective_s=max(ends, default=None),
        known_since_s=account.charge.known_since_s,
        lost_s=account.lost_s,
        ground=ground_of(account),
    )


def covers_of(sight: Sight, accounts: Sequence[DutyAccount], basis: Basis) -> list[tuple[Cover, ...]]:
    """How much of what each duty covers was seen in each of its periods of the term: surely, nominally, possibly."""
    rules = [rules_of(account.charge) for account in accounts]
    asked = [
        question(account.charge, own[-1], (account.term[0], account.out_s), bound)
        for account, sets in zip(accounts, rules, strict=True)
        for bound in BOUNDS
        for own in sets
    ]
    answers = iter(sight.together(asked))
    return [
        _covers(account, {bound: [(own, next(answers)) for own in sets] for bound in BOUNDS}, basis)
        for account, sets in zip(accounts, rules, strict=True)
    ]


def _covers(
    account: DutyAccount, seen: Mapping[str, Sequence[tuple[tuple[Duty, ...], Seen]]], basis: Basis
) -> tuple[Cover, ...]:
    charge = account.charge
    counted = {
        bound: joined(
            *(counted_by_versions(own, one.rows, one.patrols, flags=one.flags, zone=basis.zone) for own, one in parts)
        )
        for bound, parts in seen.items()
    }
    patrols = seen[BOUNDS[0]][0][1].patrols
    grounds = {bound: Ground(charge.scope, rows, patrols, charge.unknown) for bound, rows in counted.items()}
    return cover_of(charge.versions, grounds, term=account.term, zone=basis.zone, known_since_s=charge.known_since_s)


def performance_told(
    account: DutyAccount,
    found: Performance,
    covers: Sequence[Cover],
    unsure_m: float | None = None,
    *,
    zone: ZoneInfo,
    tell: TellPatrol,
) -> Told:
    """One duty's performance: due, done, effective, missed, with dates and reasons, and the coverage pair.

    tell: what of the patrols the reader is told; that one was made, and why it does not count, everyone is.
    """
    duty, codes, effective = account.duty, account.seen.codes, set(found.effective)
    return {
        **_rule(duty),
        "due": found.due,
        "done": len(found.done),
        "effective": len(found.effective),
        "met": found.met,
        "missed": len(found.missed),
        "met_share": found.met_share,
        "unknown": len(found.unknown),
        "known_since": said(account.charge.known_since_s, zone),
        "dues": [
            {
                **_due(account, due, zone),
                "met": not due.missed,
                **tell(None if due.patrol is None else codes[due.patrol]),
            }
            for due in found.dues
        ],
        "unknown_dues": [_due(account, due, zone) for due in found.unknown],
        "patrols": [
            {**_named(tell(codes[one], float(account.seen.patrols.started_s[one]))), "effective": one in effective}
            for one in found.done
        ],
        "undone": [
            {
                **tell(codes[one.patrol], one.started_s),
                "reasons": list(one.reasons),
                "words": [REASONS[reason] for reason in one.reasons],
            }
            for one in found.undone
        ],
        "cover": [_cover(account, cover, zone) for cover in covers],
        "on_time_share": _on_time(account),
        "side_unknown_m": unsure_m,
    }


def _named(patrol: Told) -> Told:
    """When a patrol started goes with its name: of one that has none, that it was made is told, and no more."""
    return patrol if "patrol" in patrol else {}


def _cover(account: DutyAccount, cover: Cover, zone: ZoneInfo) -> Told:
    told = cover._asdict()
    start, end = said(told.pop("from_s"), zone), said(told.pop("to_s"), zone)
    if account.charge.whole:  # a whole target stands as one metre
        told |= {f"{name}_targets": told.pop(f"{name}_m") for name in ("unseen", "unknown")}
    return {"period": told.pop("period"), "from": start, "to": end, **told}


def _due(account: DutyAccount, due: Due, zone: ZoneInfo) -> Told:
    return {
        "period": due.period,
        "from": said(due.from_s, zone),
        "due": said(due.due_s, zone),
        "reasons": [NOT_ALL_SEEN] if due.lack else [],
        "words": [lack_words(due.lack, whole=account.charge.whole)] if due.lack else [],
    }


def _rule(duty: Duty) -> Told:
    return {
        "duty": duty.code,
        "name": duty.name,
        "post": duty.post_code,
        "layer": duty.layer,
        "rule": duty.rule,
        "citation": duty.citation,
    }

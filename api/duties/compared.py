"""A duty's term in figures that can be held against those of another rule: in all, and stretch by stretch."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from api.duties.accounts import Basis, DutyAccount
from api.duties.told import performance_of

__all__ = ["MOST_TARGETS", "Figures", "figures_of", "targets_told"]

MOST_TARGETS = 500


class Figures(NamedTuple):
    """What a duty came to. Lengths in metres and debt in metre-days, or in targets and target-days where `whole`.

    Shares are None where nothing was asked, so that nothing reads as zero that is not known.
    """

    whole: bool
    interval_days: float
    debt: float
    length: float
    overdue: float
    never_seen: float
    unknown: float
    most_overdue_days: float
    on_time_share: float | None
    due: int
    done: int
    effective: int
    met: int
    missed: int
    met_share: float | None


class _Stretch(NamedTuple):
    """One stretch of what a duty covers, in the units of `Figures`."""

    debt: float
    length: float
    overdue: float
    never_seen: float
    on_time_share: float | None


def figures_of(accounts: Sequence[DutyAccount], basis: Basis, now_s: float) -> Figures | None:
    """The accounts of one duty together; None where there is none, or nothing that it covers."""
    kept = [one for one in accounts if len(one.account.state.target)]
    if not kept:
        return None
    performances = [performance_of(one, basis, now_s) for one in kept]
    counts = {
        "due": sum(one.due for one in performances),
        "done": sum(len(one.done) for one in performances),
        "effective": sum(len(one.effective) for one in performances),
        "met": sum(one.met for one in performances),
        "missed": sum(len(one.missed) for one in performances),
    }
    debts = [one.debt for one in kept]
    asked = sum(float(one.account.duty_m_days.sum()) for one in kept)
    overdue = sum(float(one.account.overdue_m_days.sum()) for one in kept)
    return Figures(
        whole=kept[-1].charge.whole,
        interval_days=kept[-1].duty.mean_interval_days,
        debt=sum(one.total for one in debts),
        length=sum(float(_lengths(one).sum()) for one in kept),
        overdue=sum(float(_lengths(one)[one.debt.overdue_days > 0].sum()) for one in kept),
        never_seen=sum(float(_lengths(one)[one.debt.never].sum()) for one in kept),
        unknown=sum(float(_lengths(one)[one.debt.unknown].sum()) for one in kept),
        most_overdue_days=max(float(one.overdue_days.max(initial=0.0)) for one in debts),
        on_time_share=_share(overdue, asked),
        **counts,
        met_share=counts["met"] / counts["due"] if counts["due"] else None,
    )


def targets_told(
    before: Sequence[DutyAccount], after: Sequence[DutyAccount], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each stretch before and after, None where it was not or would not be covered; the greatest change first."""
    old, new = _by_stretch(before), _by_stretch(after)
    told = [
        {
            "target": code,
            "name": names.get(code),
            "before": old[code]._asdict() if code in old else None,
            "after": new[code]._asdict() if code in new else None,
        }
        for code in old.keys() | new.keys()
    ]
    told.sort(key=lambda one: (-abs(_change(one)), str(one["target"])))
    return told[:MOST_TARGETS]


def _change(one: Mapping[str, Any]) -> float:
    return float((one["after"] or {"debt": 0.0})["debt"]) - float((one["before"] or {"debt": 0.0})["debt"])


def _by_stretch(accounts: Sequence[DutyAccount]) -> dict[str, _Stretch]:
    found: dict[str, _Stretch] = {}
    for one in accounts:
        state, debt, length = one.account.state, one.debt, _lengths(one)
        numbers = np.unique(state.stretch)
        sums = one.account.by_stretch(numbers)
        for place, number in enumerate(numbers.tolist()):
            own = state.stretch == number
            found[one.charge.stretches[number]] = _Stretch(
                debt=float(debt.metre_days[own].sum()),
                length=float(length[own].sum()),
                overdue=float(length[own & (debt.overdue_days > 0)].sum()),
                never_seen=float(length[own & debt.never].sum()),
                on_time_share=_share(float(sums.overdue_m_days[place]), float(sums.duty_m_days[place])),
            )
    return found


def _lengths(one: DutyAccount) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    state = one.account.state
    return (state.to_cm - state.from_cm) / 100


def _share(overdue: float, asked: float) -> float | None:
    return min(max(1.0 - overdue / asked, 0.0), 1.0) if asked > 0 else None

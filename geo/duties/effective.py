"""Which patrols were effective for a duty, and why the others were not.

A patrol is effective when what counts of it (geo.duties.counting) reaches the duty's rule: minutes, distinct
metres of the duty's targets, share of them, and hours since that post's last effective patrol of the duty. The
rule is part of the duty, so the same tracks are judged under another one by another Duty. Debt does not ask: it
counts every sighting in the duty's hours, unless the caller restricts it by `only_effective`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from geo.duties.calendar import open_spans
from geo.duties.clock import Clock
from geo.duties.counting import acting, as_sightings, in_hours, may_settle, mode_allowed, unflagged
from geo.duties.duty import Duty, versions_of
from geo.duties.records import Flags, Patrols, Sightings, WholeVisits
from geo.duties.scope import Scope, clipped, never_seen
from geo.lines.multirange import Ranges, lengths

__all__ = ["REASONS", "Verdicts", "distinct_cm", "only_effective", "verdicts"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

REASONS = {
    "not_yours": "无权履行该职责",
    "wrong_mode": "巡查方式不符",
    "test_failed": "未达到对象的判定标准",
    "wrong_hours": "不在规定时段",
    "flagged": "轨迹存疑,不计入",
    "too_short": "时长不足",
    "too_few_metres": "有效里程不足",
    "share_too_small": "覆盖占比不足",
    "too_soon": "距上次有效巡查过近",
}
"""Why a patrol is not effective: every reason's name, in the order they are tried, and how users read it."""


class Verdicts(NamedTuple):
    """(n,) patrols that saw anything of what a duty covers, in order of their start: effective or not, and why.

    minutes: recorded, less flagged ones where those do not count; at most those in the duty's hours.
    metres: distinct metres of the duty's targets that count; of whole targets, metres gone within them.
    targets: how many of its targets were seen of, counted. share: of its scope's length (whole targets: number).
    gap_hours: since that post's last effective one, NaN where there was none.
    reasons: none where effective; else each that applies.
    """

    patrol: Indices
    started_s: Floats
    effective: Mask
    minutes: Floats
    metres: Floats
    targets: Indices
    share: Floats
    gap_hours: Floats
    acting: tuple[str | None, ...]
    reasons: tuple[tuple[str, ...], ...]

    @classmethod
    def none(cls) -> "Verdicts":
        """No verdicts: on no patrol."""
        whole, real = np.empty(0, dtype=np.int64), np.empty(0)
        return cls(whole, real, np.empty(0, dtype=bool), real, real, whole, real, real, (), ())


def verdicts(
    duties: Sequence[Duty],
    seen: Sightings | WholeVisits,
    patrols: Patrols,
    *,
    scope: Scope,
    flags: Flags,
    zone: ZoneInfo,
    last_effective_s: Mapping[str, float] | None = None,
) -> Verdicts:
    """The verdict on every patrol that saw anything of the scope, by the version in force when it started.

    duties: the versions of one duty. last_effective_s: by post or crew, the end of the last effective patrol
    before those given, for the least gap. A patrol that started while no version was in force has no verdict.
    """
    facts = [
        fact
        for duty in versions_of(duties)
        for fact in _facts(duty, seen, patrols, scope=never_seen(scope).scope, flags=flags, zone=zone)
    ]
    facts.sort(key=lambda fact: (fact.started_s, fact.patrol))
    ends = dict(last_effective_s or {})
    judged = [_judged(fact, float(patrols.ended_s[fact.patrol]), ends) for fact in facts]
    return Verdicts(
        np.array([fact.patrol for fact in facts], dtype=np.int64),
        np.array([fact.started_s for fact in facts]),
        np.array([not reasons for _, reasons in judged], dtype=bool),
        np.array([fact.minutes for fact in facts]),
        np.array([fact.metres for fact in facts]),
        np.array([fact.targets for fact in facts], dtype=np.int64),
        np.array([fact.share for fact in facts]),
        np.array([gap for gap, _ in judged]),
        tuple(fact.acting for fact in facts),
        tuple(reasons for _, reasons in judged),
    )


def only_effective(sightings: Sightings, judged: Verdicts) -> Sightings:
    """The sightings of effective patrols alone: debt with `effective=only`."""
    return sightings.take(np.isin(sightings.patrol, judged.patrol[judged.effective]))


def distinct_cm(sightings: Sightings, patrols: int) -> tuple[Indices, Indices]:
    """For each of so many patrols: distinct centimetres seen, however often and in however many pieces; and targets.

    >>> rows = Sightings(*np.array([[1, 1], [0, 50], [100, 300]]), np.zeros(2), np.zeros(2), np.zeros(2, int))
    >>> [one.tolist() for one in distinct_cm(rows, 1)]
    [[300], [1]]
    """
    if not len(sightings.target):
        return np.zeros(patrols, dtype=np.int64), np.zeros(patrols, dtype=np.int64)
    targets, place = np.unique(sightings.target, return_inverse=True)
    group = sightings.patrol * len(targets) + place
    groups, dense = np.unique(group, return_inverse=True)
    cm = lengths(Ranges(dense, sightings.from_cm, sightings.to_cm), len(groups))
    patrol = groups // len(targets)
    return (
        np.bincount(patrol, cm, minlength=patrols).astype(np.int64),
        np.bincount(patrol[cm > 0], minlength=patrols).astype(np.int64),
    )


class _Fact(NamedTuple):
    """What is known of a patrol and a duty before asking for the gap."""

    patrol: int
    started_s: float
    minutes: float
    metres: float
    targets: int
    share: float
    acting: str | None
    min_gap_hours: float
    reasons: tuple[str, ...]


def _facts(
    duty: Duty, seen: Sightings | WholeVisits, patrols: Patrols, *, scope: Scope, flags: Flags, zone: ZoneInfo
) -> list[_Fact]:
    """Every patrol that started under this version and saw anything of the scope."""
    count, whole = len(patrols.started_s), isinstance(seen, WholeVisits)
    raw, _ = clipped(as_sightings(duty, seen, patrols, tested=False), scope)
    tested = clipped(as_sightings(duty, seen, patrols), scope)[0] if whole else raw
    # A patrol is never cut: that a version ends while it is out does not matter.
    always = replace(duty, valid_from_s=-np.inf, valid_to_s=np.inf)
    timely = in_hours(always, tested, zone, whole=whole)
    clean = unflagged(duty, timely, flags, whole=whole)
    seen_any, seen_tested, seen_timely, seen_clean = (
        np.bincount(rows.patrol, minlength=count) > 0 for rows in (raw, tested, timely, clean)
    )
    cm, targets = distinct_cm(clean, count)
    metres = _metres_within(seen, clean, count) if isinstance(seen, WholeVisits) else cm / 100
    share = cm / max(int((scope.to_cm - scope.from_cm).sum()), 1)
    minutes = np.minimum(_minutes(duty, patrols, flags), _open_minutes(always, patrols, zone))
    failed = {
        "not_yours": ~may_settle(duty, patrols),
        "wrong_mode": ~mode_allowed(duty, patrols),
        "test_failed": seen_any & ~seen_tested,
        "wrong_hours": seen_tested & ~seen_timely,
        "flagged": seen_timely & ~seen_clean,
        "too_short": minutes < (duty.min_minutes or 0),
        "too_few_metres": seen_clean & (metres < (duty.min_metres or 0)),
        "share_too_small": seen_clean & (share < (duty.least_share or 0)),
    }
    in_time = (duty.valid_from_s <= patrols.started_s) & (patrols.started_s < duty.valid_to_s)
    return [
        _Fact(
            int(patrol),
            float(patrols.started_s[patrol]),
            float(minutes[patrol]),
            float(metres[patrol]),
            int(targets[patrol]),
            float(share[patrol]),
            acting(duty, patrols.posts[patrol], patrols.crew[patrol]),
            -np.inf if duty.min_gap_hours is None else duty.min_gap_hours,
            tuple(reason for reason, which in failed.items() if which[patrol]),
        )
        for patrol in np.flatnonzero(seen_any & in_time)
    ]


def _judged(fact: _Fact, ended_s: float, ends: dict[str, float]) -> tuple[float, tuple[str, ...]]:
    """Hours since that post's last effective patrol, and all reasons; an effective one is remembered in `ends`."""
    before_s = ends.get(fact.acting, np.nan) if fact.acting is not None else np.nan
    gap_hours = (fact.started_s - before_s) / 3600
    reasons = (*fact.reasons, "too_soon") if gap_hours < fact.min_gap_hours else fact.reasons
    if not reasons and fact.acting is not None:
        ends[fact.acting] = np.fmax(before_s, ended_s)
    return gap_hours, reasons


def _minutes(duty: Duty, patrols: Patrols, flags: Flags) -> Floats:
    """Minutes that count: those recorded, less the flagged ones where those do not count."""
    if duty.flagged_count or not len(flags.patrol):
        return patrols.minutes
    flagged_ms = lengths(
        Ranges(
            flags.patrol, np.floor(flags.from_s * 1000).astype(np.int64), np.ceil(flags.to_s * 1000).astype(np.int64)
        ),
        len(patrols.minutes),
    )
    return np.maximum(patrols.minutes - flagged_ms / 60_000, 0.0)


def _open_minutes(duty: Duty, patrols: Patrols, zone: ZoneInfo) -> Floats:
    """Minutes of each patrol in which the duty's hours were open."""
    if not (len(patrols.started_s) and (duty.windows or duty.weekdays)):
        return np.full(len(patrols.started_s), np.inf)
    opened = Clock(open_spans(duty, float(patrols.started_s.min()), float(patrols.ended_s.max()), zone))
    return (opened.at(patrols.ended_s) - opened.at(patrols.started_s)) / 60


def _metres_within(visits: WholeVisits, clean: Sightings, patrols: int) -> Floats:
    """Metres that each patrol went within whole targets, over the visits that count."""
    kept = set(zip(clean.target.tolist(), clean.patrol.tolist(), clean.first_s.tolist(), strict=True))
    rows = zip(visits.target.tolist(), visits.patrol.tolist(), visits.first_s.tolist(), strict=True)
    counts = np.array([row in kept for row in rows], dtype=bool)
    metres = np.zeros(patrols)
    np.add.at(metres, visits.patrol[counts], visits.metres[counts])
    return metres

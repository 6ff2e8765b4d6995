"""What a plan promises: its lines handed to the coverage engine as if they had been walked, and what is owed after.

Each route is a patrol that reports its positions as exactly as its mode usually does. What it sees, surely, nominally
and possibly, is counted by every duty's own rule (who, how, when, which test), and brings its state up to date. So a
promise is what the platform itself would say the day after, had the crews done just this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from geo.coverage.attended import Attended
from geo.coverage.sightings import BOUNDS, Track, Visits
from geo.duties.account import clock_for, counted_by_versions
from geo.duties.clock import Clock
from geo.duties.debt import advance, debt_at
from geo.duties.effective import REASONS, distinct_cm, verdicts
from geo.duties.records import WHOLE_CM, Patrols, Sightings, WholeVisits, joined, no_flags
from geo.duties.scope import State, clipped
from geo.pieces.ground import Ground, View, as_rows, as_visits, view_of
from geo.plan.city import CrewDay, DutyOwed
from geo.plan.plan import Bounds, Promise
from geo.tracks.cleaning import MODES

__all__ = ["Reckoner", "Seen", "accuracy_of", "patrols_of", "seen_by", "track_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
NAMES = tuple(BOUNDS)


class Seen(NamedTuple):
    """What one line sees: of lines, by view and bound; of whole targets, by layer, reach and bound; and its
    minutes."""

    lines: Mapping[tuple[View, str], Visits]
    wholes: Mapping[tuple[str, float, str], list[tuple[Indices, Attended]]]
    started_s: float
    ended_s: float


def track_of(xy: Floats, time_s: Floats, accuracy_m: float) -> Track:
    """A timed line as the track of somebody who went along it in one leg.

    >>> track_of(np.zeros((2, 2)), np.array([0.0, 5.0]), 10.0).starts.tolist()
    [0, 2]
    """
    count = len(time_s)
    # A leg stands at most a day between two positions; a plan's wait is shorter, and a promise sees no further.
    return Track(xy[:, 0], xy[:, 1], time_s, np.full(count, accuracy_m), np.array([0, count] if count else [0]))


def seen_by(ground: Ground, track: Track, mode: str, duties: Sequence[DutyOwed], day_s: float) -> Seen:
    """All that duties look for, as a track sees it: at each of their reaches and sides, and of their whole targets."""
    lines: dict[tuple[View, str], Visits] = {}
    wholes: dict[tuple[str, float, str], list[tuple[Indices, Attended]]] = {}
    for owed in duties if len(track.x) else ():
        duty, layer = owed.at(day_s) or owed.versions[-1], owed.layer
        if ground.city.of(layer).whole:
            if (layer, duty.reach_m, NAMES[0]) not in wholes:
                for bound, found in ground.visited(track, layer, duty.reach_m).items():
                    wholes[layer, duty.reach_m, bound] = found
        elif (view_of(duty), NAMES[0]) not in lines:
            for bound, visits in ground.seen(track, mode, view_of(duty), NAMES).items():
                lines[view_of(duty), bound] = visits
    ends = (float(track.time_s[0]), float(track.time_s[-1])) if len(track.x) else (day_s, day_s)
    return Seen(lines, wholes, *ends)


@dataclass(frozen=True)
class Reckoner:
    """A city's duties made ready to be told at one instant: their clocks, and what they owe were nothing seen."""

    ground: Ground
    duties: tuple[DutyOwed, ...]
    day_s: float
    judged_s: float
    zone: ZoneInfo
    clocks: tuple[Clock, ...]
    before: tuple[float, ...]

    @classmethod
    def of(cls, ground: Ground, duties: Sequence[DutyOwed], day_s: float, judged_s: float) -> "Reckoner":
        """day_s: when the day begins; judged_s: when debt is told."""
        zone = ground.city.zone
        clocks = tuple(clock_for(owed.versions, owed.state, judged_s, zone) for owed in duties)
        before = tuple(_debt(owed, owed.state, judged_s, clock) for owed, clock in zip(duties, clocks, strict=True))
        return cls(ground, tuple(duties), day_s, judged_s, zone, clocks, before)

    def promise(self, crews: Sequence[CrewDay], seen: Sequence[Seen]) -> tuple[Promise, ...]:
        """What each duty owes after what crews see. seen: one for each of the crews."""
        patrols = patrols_of(crews, seen)
        return tuple(self._of(number, patrols, seen) for number in range(len(self.duties)))

    def states(self, crews: Sequence[CrewDay], seen: Sequence[Seen], bound: str = "nominal") -> list[DutyOwed]:
        """The duties as they stand after that: their states, and their effective patrols."""
        patrols = patrols_of(crews, seen)
        return [self._after(number, patrols, seen, bound) for number in range(len(self.duties))]

    def rows(self, number: int, seen: Sequence[Seen], bound: str) -> Sightings | WholeVisits | None:
        """What crews see of a duty's targets, by a bound; None: nothing."""
        owed = self.duties[number]
        duty, numbers = owed.at(self.day_s) or owed.versions[-1], self.ground.numbers(owed)
        if self.ground.city.of(owed.layer).whole:
            key = owed.layer, duty.reach_m, bound
            parts = [as_visits(one.wholes.get(key, []), self.ground, owed, crew) for crew, one in enumerate(seen)]
            parts = [part for part in parts if len(part.target)]
            return WholeVisits(*(np.concatenate(c) for c in zip(*parts, strict=True))) if parts else None
        found = [
            as_rows(one.lines[view_of(duty), bound], numbers, crew)
            for crew, one in enumerate(seen)
            if (view_of(duty), bound) in one.lines
        ]
        rows = joined(*found)
        return rows if len(rows.target) else None

    def _of(self, number: int, patrols: Patrols, seen: Sequence[Seen]) -> Promise:
        owed, before = self.duties[number], self.before[number]
        whole = self.ground.city.of(owed.layer).whole
        debts, lengths = [before] * len(NAMES), [0.0] * len(NAMES)
        made = 0
        reasons: tuple[str, ...] = ()
        for place, bound in enumerate(NAMES):
            rows = self.rows(number, seen, bound)
            if rows is None:
                continue
            counts = counted_by_versions(owed.versions, rows, patrols, flags=no_flags(), zone=self.zone)
            if bound == (owed.at(self.day_s) or owed.versions[-1]).bound:
                made, reasons = self._effective(owed, rows, patrols)
            if not len(counts.target):
                continue
            own, _ = clipped(counts, owed.state.scope)
            everybody = own._replace(patrol=np.zeros(len(own.patrol), dtype=np.int64))
            lengths[place] = float(distinct_cm(everybody, 1)[0][0]) / (WHOLE_CM if whole else 100)
            state = advance(owed.state, counts, self.judged_s)
            debts[place] = min(_debt(owed, state, self.judged_s, self.clocks[number]), before)
        return Promise(number, whole, before, Bounds(*debts), Bounds(*lengths), made, reasons)

    def _effective(
        self, owed: DutyOwed, rows: Sightings | WholeVisits, patrols: Patrols
    ) -> tuple[int, tuple[str, ...]]:
        """How many of the patrols are effective for a duty, and why others are not, in words."""
        judged = verdicts(
            owed.versions, rows, patrols, scope=owed.state.scope, flags=no_flags(), zone=self.zone,
            last_effective_s=owed.last_effective_s,
        )  # fmt: skip
        own = [why for why in judged.reasons if "not_yours" not in why and "wrong_mode" not in why]
        words = dict.fromkeys(REASONS[reason] for why in own for reason in why)
        return int(judged.effective.sum()), tuple(words)

    def _after(self, number: int, patrols: Patrols, seen: Sequence[Seen], bound: str) -> DutyOwed:
        owed = self.duties[number]
        rows = self.rows(number, seen, bound)
        if rows is None:
            return owed
        counts = counted_by_versions(owed.versions, rows, patrols, flags=no_flags(), zone=self.zone)
        judged = verdicts(
            owed.versions, rows, patrols, scope=owed.state.scope, flags=no_flags(), zone=self.zone,
            last_effective_s=owed.last_effective_s,
        )  # fmt: skip
        own = np.flatnonzero(judged.effective).tolist()
        ends = dict(owed.last_effective_s)
        for row in own:
            name = judged.acting[row]
            if name is not None:
                ends[name] = max(ends.get(name, -np.inf), float(patrols.ended_s[judged.patrol[row]]))
        starts = (*owed.effective_s, *(float(judged.started_s[row]) for row in own))
        return replace(owed, state=advance(owed.state, counts), last_effective_s=ends, effective_s=starts)


def patrols_of(crews: Sequence[CrewDay], seen: Sequence[Seen]) -> Patrols:
    """Crews' routes as patrols, from leaving to coming back; one under way began when it began."""
    started_s = np.array([min(one.started_s, crew.started_s or np.inf) for crew, one in zip(crews, seen, strict=True)])
    ended_s = np.array([one.ended_s for one in seen])
    return Patrols(
        tuple(crew.posts for crew in crews),
        tuple(crew.code for crew in crews),
        tuple(crew.mode for crew in crews),
        started_s,
        ended_s,
        (ended_s - started_s) / 60,
    )


def accuracy_of(crew: CrewDay) -> float:
    """How exactly its mode usually reports, metres.

    >>> from datetime import date
    >>> accuracy_of(CrewDay("A", "甲组", "drone", frozenset(), date(2026, 6, 1), 0.0, 1.0))
    3.0
    """
    return MODES[crew.mode].accuracy_m


def _debt(owed: DutyOwed, state: State, judged_s: float, clock: Clock) -> float:
    held = owed.at(judged_s)
    days = held.mean_interval_days if held is not None else np.inf
    return debt_at(state, judged_s, days, clock).total

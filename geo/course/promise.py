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
from geo.duties.duty import Duty
from geo.duties.effective import REASONS, Verdicts, verdicts
from geo.duties.records import WHOLE_CM, Patrols, Sightings, WholeVisits, joined, no_flags
from geo.duties.scope import State
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


class _Counts(NamedTuple):
    """What of one route counts for one duty, by bound; and what it saw at the duty's own bound."""

    rows: Mapping[str, Sightings]
    raw: Sightings | WholeVisits | None
    seen: Seen


@dataclass(frozen=True)
class Reckoner:
    """A city's duties made ready to be told at one instant: their clocks, and what they owe were nothing seen.

    What a route counts for a duty is worked out once: after a change only the duties that it touches are told anew.
    """

    ground: Ground
    duties: tuple[DutyOwed, ...]
    day_s: float
    judged_s: float
    zone: ZoneInfo
    clocks: tuple[Clock, ...]
    before: tuple[float, ...]
    counts: dict[tuple[int, int, int], tuple[Seen, _Counts | None]]
    verdicts: dict[tuple[int, int, int], Verdicts]
    told: dict[tuple[int, tuple[int, ...]], Promise]

    @classmethod
    def of(cls, ground: Ground, duties: Sequence[DutyOwed], day_s: float, judged_s: float) -> "Reckoner":
        """day_s: when the day begins; judged_s: when debt is told."""
        zone = ground.city.zone
        clocks = tuple(clock_for(owed.versions, owed.state, judged_s, zone) for owed in duties)
        before = tuple(_debt(owed, owed.state, judged_s, clock) for owed, clock in zip(duties, clocks, strict=True))
        return cls(ground, tuple(duties), day_s, judged_s, zone, clocks, before, {}, {}, {})

    def promise(
        self, crews: Sequence[CrewDay], seen: Sequence[Seen], going: Sequence[frozenset[int]] | None = None
    ) -> tuple[Promise, ...]:
        """What each duty owes after what crews see. seen: one for each of the crews. going: for each the duties that
        it goes for, so that who only passes by is not told to have failed; none: all."""
        return tuple(self._promise(number, crews, seen, going) for number in range(len(self.duties)))

    def rows(self, crews: Sequence[CrewDay], seen: Sequence[Seen]) -> dict[str, list[Sightings]]:
        """For each bound and duty what counts of all that crews see; `patrol` is the crew's place."""
        own = [self._own(number, crews, seen) for number in range(len(self.duties))]

        def joint(bound: str, each: Sequence[tuple[int, _Counts]]) -> Sightings:
            parts = [one.rows[bound] for _, one in each]
            placed = zip(each, parts, strict=True)
            return joined(*(rows._replace(patrol=np.full(len(rows.patrol), place)) for (place, _), rows in placed))

        return {bound: [joint(bound, each) for each in own] for bound in NAMES}

    def states(self, crews: Sequence[CrewDay], seen: Sequence[Seen], bound: str = "nominal") -> list[DutyOwed]:
        """The duties as they stand after that: their states, and their effective patrols."""
        return [self._after(number, crews, seen, bound) for number in range(len(self.duties))]

    def _promise(
        self, number: int, crews: Sequence[CrewDay], seen: Sequence[Seen], going: Sequence[frozenset[int]] | None
    ) -> Promise:
        own = self._own(number, crews, seen)
        key = number, tuple(id(one.seen) for _, one in own)
        if key not in self.told:
            self.told[key] = self._told(number, [one for _, one in own])
        gone = [one for one in own if going is None or number in going[one[0]]]
        judged = [self._judged(number, place, crews[place], one) for place, one in gone]
        made = sum(bool(one.effective.any()) for one in judged)
        why = dict.fromkeys(REASONS[reason] for one in judged for reasons in one.reasons for reason in reasons)
        spaced = self._duty(self.duties[number]).min_gap_hours
        return replace(self.told[key], effective=min(made, 1) if spaced else made, reasons=tuple(why))

    def _own(self, number: int, crews: Sequence[CrewDay], seen: Sequence[Seen]) -> list[tuple[int, _Counts]]:
        """What counts for a duty of each route that saw anything of it, with the crew's place."""
        every = enumerate(zip(crews, seen, strict=True))
        found = [(place, self._counted(number, place, crew, one)) for place, (crew, one) in every]
        return [(place, one) for place, one in found if one is not None]

    def _judged(self, number: int, place: int, crew: CrewDay, counts: _Counts) -> Verdicts:
        """Whether one crew's patrol is effective for a duty."""
        key = number, place, id(counts.seen)
        if key not in self.verdicts:
            self.verdicts[key] = self._verdicts(self.duties[number], crew, counts)
        return self.verdicts[key]

    def _verdicts(self, owed: DutyOwed, crew: CrewDay, counts: _Counts) -> Verdicts:
        if counts.raw is None:
            return Verdicts.none()
        return verdicts(
            owed.versions, counts.raw, patrols_of([crew], [counts.seen]), scope=owed.state.scope, flags=no_flags(),
            zone=self.zone, last_effective_s=owed.last_effective_s,
        )  # fmt: skip

    def _told(self, number: int, own: Sequence[_Counts]) -> Promise:
        owed, before = self.duties[number], self.before[number]
        whole = self.ground.city.of(owed.layer).whole
        debts, lengths = [before] * len(NAMES), [0.0] * len(NAMES)
        began_s = min((one.seen.started_s for one in own), default=np.inf)
        for place, bound in enumerate(NAMES):
            rows = joined(*(one.rows[bound] for one in own))
            if not len(rows.target):
                continue
            state = advance(owed.state, rows, self.judged_s)
            now = np.flatnonzero(state.last_s >= began_s)
            lengths[place] = float((state.to_cm[now] - state.from_cm[now]).sum()) / (WHOLE_CM if whole else 100)
            debts[place] = min(_debt(owed, state, self.judged_s, self.clocks[number]), before)
        return Promise(number, whole, before, Bounds(*debts), Bounds(*lengths))

    def _counted(self, number: int, place: int, crew: CrewDay, seen: Seen) -> _Counts | None:
        """What of one crew's route counts for a duty; None: nothing."""
        key = number, place, id(seen)
        if key not in self.counts:
            # What was seen is kept beside: as long as it is there, no other has its id.
            self.counts[key] = seen, self._made(self.duties[number], crew, seen)
        return self.counts[key][1]

    def _made(self, owed: DutyOwed, crew: CrewDay, seen: Seen) -> _Counts | None:
        patrols = patrols_of([crew], [seen])
        raw = {bound: self._rows(owed, seen, bound) for bound in NAMES}
        if raw["possible"] is None:
            return None
        rows = {
            bound: counted_by_versions(owed.versions, one, patrols, flags=no_flags(), zone=self.zone)
            if one is not None
            else Sightings.none()
            for bound, one in raw.items()
        }
        return _Counts(rows, raw[self._duty(owed).bound], seen)

    def _rows(self, owed: DutyOwed, seen: Seen, bound: str) -> Sightings | WholeVisits | None:
        """What a crew sees of a duty's targets, by a bound; None: nothing."""
        duty, numbers = self._duty(owed), self.ground.numbers(owed)
        if self.ground.city.of(owed.layer).whole:
            visits = as_visits(seen.wholes.get((owed.layer, duty.reach_m, bound), []), self.ground, owed, 0)
            return visits if len(visits.target) else None
        if (view_of(duty), bound) not in seen.lines:
            return None
        rows = as_rows(seen.lines[view_of(duty), bound], numbers, 0)
        return rows if len(rows.target) else None

    def _duty(self, owed: DutyOwed) -> Duty:
        return owed.at(self.day_s) or owed.versions[-1]

    def _after(self, number: int, crews: Sequence[CrewDay], seen: Sequence[Seen], bound: str) -> DutyOwed:
        owed, own = self.duties[number], self._own(number, crews, seen)
        if not own:
            return owed
        rows = joined(*(one.rows[bound] for _, one in own))
        ends, starts = dict(owed.last_effective_s), list(owed.effective_s)
        gap_s = (self._duty(owed).min_gap_hours or 0.0) * 3600
        for place, one in sorted(own, key=lambda each: each[1].seen.started_s):
            judged = self._judged(number, place, crews[place], one)
            name = next(iter(judged.acting), None)
            if judged.effective.any() and name and one.seen.started_s - ends.get(name, -np.inf) >= gap_s:
                ends[name] = max(ends.get(name, -np.inf), one.seen.ended_s)
                starts.append(float(judged.started_s[0]))
        state = advance(owed.state, rows) if len(rows.target) else owed.state
        return replace(owed, state=state, last_effective_s=ends, effective_s=tuple(starts))


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

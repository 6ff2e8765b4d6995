"""What a post had to do in a period, and what it did: 应巡, 实巡, 有效, 达标率, with dates and reasons.

A count per week, month or quarter is due once for each time at the end of each such period that ends in the
term; where the duty began, changed or was out of season for a part of it, in proportion, rounded. An interval
of N days is due by the end of the Nth local day after the last effective patrol, and again N days after each
due day that was missed; of several patrols before a due day the last one moves it on. Full cover is due once
each period: nothing of that period's count is met unless all that the duty covers was seen by then. A patrol belongs
to the period in which it starts, and is never cut.

What is due after `now_s` and not yet done is not missed yet: it is left out. All times are given; nothing here
reads a clock. Where all is known only since some instant, what may have been done before it is not missed either, but
unknown: a count in a period that begins before it; and an interval begins at it, so that the least is due. So is a
count that was reached, where of all that was not seen nobody can tell whether it was; and what was missed, though
a patrol went of which not all is known that it saw.
"""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from geo.duties.calendar import day_starts, in_force, periods
from geo.duties.duty import Duty, versions_of
from geo.duties.effective import Verdicts
from geo.duties.full_cover import Ground, Lack, lack_in
from layers.errors import BadInput

__all__ = ["Due", "Performance", "Undone", "performance"]

Floats = NDArray[np.float64]
NONE_LOST: Floats = np.empty(0)


class Due(NamedTuple):
    """One thing that was due: by when (half-open), in which period, and the patrol that did it, None where missed.

    lack: what full cover lacked, where the duty asks for it and that is why, or also why, it was missed.
    """

    period: str
    from_s: float
    due_s: float
    patrol: int | None
    lack: Lack | None = None

    @property
    def missed(self) -> bool:
        """Whether nobody did it in time."""
        return self.patrol is None


class Undone(NamedTuple):
    """A patrol that was made and was not effective: when it started, and every reason by name."""

    patrol: int
    started_s: float
    reasons: tuple[str, ...]


class _Since(NamedTuple):
    """When a duty began, and when its last effective patrol before a term started, if ever."""

    began_s: float
    last_effective_s: float | None


def _split(dues: Sequence[Due], known_since_s: float, lost_s: Floats) -> tuple[list[Due], tuple[Due, ...]]:
    """What is known of what was due, and what is not: not done as far as is known, where not all is."""
    unknown = tuple(due for due in dues if due.missed and (due.from_s < known_since_s or _unsure(due, lost_s)))
    return [due for due in dues if due not in unknown], unknown


def _unsure(due: Due, lost_s: Floats) -> bool:
    """Whether a patrol may have done it of which not all is known, or may have seen all that it is not known to."""
    if due.lack is not None:
        return not due.lack.unseen_m
    return bool(((due.from_s <= lost_s) & (lost_s < due.due_s)).any())


class Performance(NamedTuple):
    """A duty's term: what was due, which patrols were made, which were effective, and why the others were not.

    done: 实巡, patrols of those who may settle it that saw anything of what it covers. effective: 有效. unknown: what
    was due and nobody can tell whether it was done, not among the dues.
    """

    dues: tuple[Due, ...]
    done: tuple[int, ...]
    effective: tuple[int, ...]
    undone: tuple[Undone, ...]
    unknown: tuple[Due, ...] = ()

    @property
    def due(self) -> int:
        """应巡: how many were due."""
        return len(self.dues)

    @property
    def met(self) -> int:
        """How many of those due were met."""
        return sum(not due.missed for due in self.dues)

    @property
    def missed(self) -> tuple[Due, ...]:
        """漏巡: those due that nobody did in time."""
        return tuple(due for due in self.dues if due.missed)

    @property
    def met_share(self) -> float | None:
        """达标率: share of those due that were met, 0..1; None where nothing was due."""
        return self.met / self.due if self.dues else None


def performance(
    duties: Sequence[Duty],
    judged: Verdicts,
    *,
    term: tuple[float, float],
    now_s: float,
    zone: ZoneInfo,
    began_s: float,
    last_effective_s: float | None = None,
    known_since_s: float = -np.inf,
    lost_s: Floats = NONE_LOST,
    ground: Ground | None = None,
) -> Performance:
    """What was due in a term [start, end) and what was done, by the verdicts on its patrols.

    duties: the versions of one duty, each judged by its own rhythm. began_s: when the duty began for what it
    covers. last_effective_s: when the last effective patrol before the term started, for intervals: with it a
    term is judged from its own patrols, and misses just what it does with all those before; a due day in it
    that this last patrol met in advance is then not counted. Verdicts on patrols outside the term are left out.
    known_since_s: before it patrols may have gone of which nothing is known. lost_s: when patrols started that may
    settle the duty and of whose sightings some are lost, as where the shore changed after their tracks were erased.
    ground: what full cover is judged from, which must be given where a version that counts in the term asks for it.
    """
    start_s, end_s = term
    allowed = np.array([who is not None for who in judged.acting], dtype=bool)
    inside = allowed & (start_s <= judged.started_s) & (judged.started_s < end_s)
    patrols, started_s = judged.patrol[inside], judged.started_s[inside]
    good = judged.effective[inside]
    made = list(zip(patrols[good].tolist(), started_s[good].tolist(), strict=True))
    versions = versions_of(duties)
    dues = _intervals(versions, made, term, zone, since=_Since(max(began_s, known_since_s), last_effective_s))
    for duty in versions:
        own = _counts(duty, made, term, zone, began_s=began_s) if duty.per else []
        dues += _fully_covered(own, ground) if duty.full_cover else own
    reasons = [reasons for reasons, one in zip(judged.reasons, inside, strict=True) if one]
    undone = zip(patrols[~good].tolist(), started_s[~good].tolist(), [r for r in reasons if r], strict=True)
    dues, unknown = _split(sorted(dues, key=lambda due: due.due_s), known_since_s, lost_s)
    return Performance(
        tuple(due for due in dues if not due.missed or due.due_s <= now_s),
        tuple(patrols.tolist()),
        tuple(patrols[good].tolist()),
        tuple(Undone(*one) for one in undone),
        unknown,
    )


def _counts(
    duty: Duty, made: list[tuple[int, float]], term: tuple[float, float], zone: ZoneInfo, *, began_s: float
) -> list[Due]:
    """A count per calendar period: the first effective patrols of each period do what is due in it."""
    found: list[Due] = []
    for period in periods(duty.per or "", *term, zone):
        from_s = max(period.start_s, duty.valid_from_s, began_s)
        due_s = min(period.end_s, duty.valid_to_s)
        if not (term[0] < due_s <= term[1] and from_s < due_s):
            continue  # It ends outside the term, and is due where it ends.
        spans = in_force([duty], from_s, due_s, zone)
        asked = float((spans[:, 1] - spans[:, 0]).sum()) / (period.end_s - period.start_s)
        own = [patrol for patrol, at_s in made if from_s <= at_s < due_s]
        times = int((duty.times or 0) * asked + 0.5)
        found += [Due(period.name, from_s, due_s, own[nth] if nth < len(own) else None) for nth in range(times)]
    return found


def _fully_covered(dues: Sequence[Due], ground: Ground | None) -> list[Due]:
    """The same dues, missed where not all was seen in their time."""
    if dues and ground is None:
        raise BadInput("职责要求每周期全覆盖,却没有给出其范围与所见:请一并给出,才能判断是否达标。")
    found = {span: lack_in(ground, *span) for span in {(due.from_s, due.due_s) for due in dues}} if ground else {}
    return [_lacking(due, found[due.from_s, due.due_s]) for due in dues]


def _lacking(due: Due, lack: Lack | None) -> Due:
    if lack is None or (due.missed and not lack.unseen_m):
        return due  # Too few patrols are too few, whatever nobody can tell.
    return due._replace(patrol=None, lack=lack)


def _intervals(
    duties: Sequence[Duty], made: list[tuple[int, float]], term: tuple[float, float], zone: ZoneInfo, *, since: _Since
) -> list[Due]:
    """An interval: due N running local days after the last effective patrol, or after the due day before."""
    starts, _ = day_starts(min(since.began_s, term[0]), term[1], zone)
    interval = _interval_by_day(duties, starts, zone)
    ran = np.append(0, np.cumsum(~np.isnan(interval)))
    days = {patrol: int(np.searchsorted(starts, at_s, side="right")) - 1 for patrol, at_s in made}
    # A duty that begins at midnight begins as the day before ends: a daily one is due on its first day.
    day = int(np.searchsorted(starts, since.began_s)) - 1
    if since.last_effective_s is not None:
        day = max(day, int(np.searchsorted(starts, since.last_effective_s, side="right")) - 1)
    day = min(day, len(ran) - 2)
    found: list[Due] = []
    while (waited := np.flatnonzero(ran[1:] - ran[day + 1] >= interval)).size:
        due_day = int(waited[0])
        own = [patrol for patrol, _ in made if day < days[patrol] <= due_day]
        due_s = float(starts[due_day + 1])
        if term[0] < due_s <= term[1]:
            found.append(Due("", float(starts[day + 1]), due_s, own[-1] if own else None))
        day = days[own[-1]] if own else due_day
    return found


def _interval_by_day(duties: Sequence[Duty], starts: Floats, zone: ZoneInfo) -> Floats:
    """For each local day the interval in force when it starts; NaN where none is, or out of season."""
    interval = np.full(len(starts) - 1, np.nan)
    for duty in duties:
        for low, high in in_force([duty], starts[0], starts[-1], zone):
            held = (low <= starts[:-1]) & (starts[:-1] < high)
            interval[held] = np.nan if duty.interval_days is None else duty.interval_days
    return interval

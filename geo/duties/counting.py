"""Which sightings count for a duty: seen while it was in force, in its hours, by whom and by what mode it allows.

Times are cut, places are not: of a stretch in view from 21:50 to 22:10 a window from 22:00 keeps the last ten
minutes. Times of sightings are right to within 60 s for every place in them, and so is the cut. Flagged pieces
of a track count only where the duty says so; what was in view before or after such a piece counts on.
"""

from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from geo.duties.calendar import open_spans
from geo.duties.duty import Duty
from geo.duties.records import WHOLE_CM, Flags, Patrols, Sightings, WholeVisits
from layers.errors import BadInput

__all__ = ["acting", "counted", "in_hours", "may_settle", "mode_allowed", "settles", "unflagged", "within_spans"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def counted(duty: Duty, seen: Sightings | WholeVisits, patrols: Patrols, *, flags: Flags, zone: ZoneInfo) -> Sightings:
    """What of the sightings, or visits of whole targets, counts for this version of a duty.

    A visit of a whole target must pass the duty's test, and lie in the duty's hours and outside flagged pieces
    from its start to its end: its measures cannot be cut. It comes out as a sighting of WHOLE_CM.
    """
    rows = as_sightings(duty, seen, patrols)
    allowed = may_settle(duty, patrols) & mode_allowed(duty, patrols)
    rows = in_hours(duty, rows.take(allowed[rows.patrol]), zone, whole=isinstance(seen, WholeVisits))
    return unflagged(duty, rows, flags, whole=isinstance(seen, WholeVisits))


def as_sightings(duty: Duty, seen: Sightings | WholeVisits, patrols: Patrols, *, tested: bool = True) -> Sightings:
    """Sightings as they are; visits of whole targets, all or those that pass the duty's test, as such."""
    if len(seen.patrol) and not (seen.patrol.min() >= 0 and seen.patrol.max() < len(patrols.started_s)):
        raise BadInput(f"有所见不属于给出的 {len(patrols.started_s)} 次巡查:请连同其巡查一并给出。")
    if isinstance(seen, Sightings):
        return seen
    passed = settles(duty, seen) if tested else np.ones(len(seen.target), dtype=bool)
    edge = np.zeros(int(passed.sum()), dtype=np.int64)
    return Sightings(
        seen.target[passed], edge, edge + WHOLE_CM, seen.first_s[passed], seen.last_s[passed], seen.patrol[passed]
    )


def settles(duty: Duty, visits: WholeVisits) -> Mask:
    """Which visits pass the duty's test of a whole target; all, where it has none. NaN passes no test."""
    passed = np.ones(len(visits.target), dtype=bool)
    if duty.test_distance_m is not None:
        passed &= visits.distance_m <= duty.test_distance_m
    for least, measured in (
        (duty.test_dwell_s, visits.dwell_s),
        (duty.test_share, visits.share),
        (duty.test_road_share, visits.road_share),
    ):
        if least is not None:
            passed &= measured >= least
    return passed


def may_settle(duty: Duty, patrols: Patrols) -> Mask:
    """Which patrols may settle the duty: made for its post, by or for a delegate, or anyone's."""
    parties = list(zip(patrols.posts, patrols.crew, strict=True))
    allowed = {party: acting(duty, *party) is not None for party in set(parties)}
    return np.array([allowed[party] for party in parties], dtype=bool)


def acting(duty: Duty, posts: frozenset[str], crew: str) -> str | None:
    """For whom a patrol settles the duty: its post, else the delegate, else whoever it was made for; None: may not.

    >>> duty = Duty(code="D", post_code="P", layer="water", interval_days=7, settled_by="delegates", delegates=["Q"])
    >>> acting(duty, frozenset({"P", "Q"}), "一组"), acting(duty, frozenset({"Q"}), ""), acting(duty, frozenset(), "")
    ('P', 'Q', None)
    """
    if duty.post_code in posts:
        return duty.post_code
    if duty.settled_by == "own":
        return None
    named = sorted((posts | {crew}) & set(duty.delegates or ()))
    if named:
        return named[0]
    return None if duty.settled_by == "delegates" else min(posts, default=crew)


def mode_allowed(duty: Duty, patrols: Patrols) -> Mask:
    """Which patrols went by a mode that counts."""
    return np.array([not duty.modes or mode in duty.modes for mode in patrols.mode], dtype=bool)


def in_hours(duty: Duty, rows: Sightings, zone: ZoneInfo, *, whole: bool = False) -> Sightings:
    """The times of sightings in which the duty was in force and its hours were open."""
    if not len(rows.target):
        return rows
    # A sighting's last moment belongs to it, so the span must reach beyond it.
    start_s = max(float(rows.first_s.min()), duty.valid_from_s)
    end_s = min(float(np.nextafter(rows.last_s.max(), np.inf)), duty.valid_to_s)
    return within_spans(rows, open_spans(duty, start_s, end_s, zone), whole=whole)


def within_spans(rows: Sightings, spans: Floats, *, whole: bool = False) -> Sightings:
    """The times of sightings that lie in half-open spans, disjoint and in order; whole: only those that do so entirely.

    >>> row = Sightings(*np.array([[1], [0], [9]]), np.array([5.0]), np.array([25.0]), np.zeros(1, int))
    >>> cut = within_spans(row, np.array([[0.0, 10.0], [20.0, 30.0]]))
    >>> cut.first_s.tolist(), cut.last_s.tolist()
    ([5.0, 20.0], [10.0, 25.0])
    """
    low = np.searchsorted(spans[:, 1], rows.first_s, side="right")
    high = np.searchsorted(spans[:, 0], rows.last_s, side="right")
    count = np.maximum(high - low, 0)
    each = np.repeat(np.arange(len(count)), count)
    span = low[each] + np.arange(len(each)) - np.repeat(np.cumsum(count) - count, count)
    some = rows.take(each)
    first_s, last_s = np.maximum(some.first_s, spans[span, 0]), np.minimum(some.last_s, spans[span, 1])
    if whole:
        return some.take((first_s == some.first_s) & (last_s == some.last_s))
    return some._replace(first_s=first_s, last_s=last_s)


def unflagged(duty: Duty, rows: Sightings, flags: Flags, *, whole: bool = False) -> Sightings:
    """The times of sightings outside flagged pieces of their patrols' tracks; all, where the duty lets them count."""
    if duty.flagged_count or not len(flags.patrol):
        return rows
    doubted = np.isin(rows.patrol, flags.patrol)
    if not doubted.any():
        return rows
    parts = [rows.take(~doubted)]
    order = np.flatnonzero(doubted)[np.argsort(rows.patrol[doubted], kind="stable")]
    patrols, starts = np.unique(rows.patrol[order], return_index=True)
    # Nothing, split, is one piece of nothing: there may be flags on other patrols alone.
    for patrol, some in zip(patrols, np.split(order, starts)[1:], strict=True):
        own = flags.patrol == patrol
        parts.append(within_spans(rows.take(some), _outside(flags.from_s[own], flags.to_s[own]), whole=whole))
    return Sightings(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _outside(from_s: Floats, to_s: Floats) -> Floats:
    """The half-open spans outside spans that include both their ends."""
    order = np.argsort(from_s)
    opens = np.append(-np.inf, np.nextafter(np.maximum.accumulate(to_s[order]), np.inf))
    closes = np.append(from_s[order], np.inf)
    return np.column_stack([opens, closes])[opens < closes]

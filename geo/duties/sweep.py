"""One sweep through time over everything a duty covers: when each metre was last seen, and how long it was overdue.

Stretches lie one after another on an axis of whole centimetres, cut at every end of a sighting into cells. The
stretches that share one last time are kept as pieces; in order of time each sighting replaces the pieces it
covers by one, closing the gap since each was last seen in closed form. A sighting adds two pieces at most and
takes the others away, so that the work grows with the number of sightings, not with what they overlap. Which
piece a cell lies in is looked up in a bitmap of the cells at which pieces begin, with a summary above it.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.duties.clock import Term
from geo.duties.records import Sightings
from geo.duties.scope import DAY_S, State, merged

__all__ = ["Sums", "swept"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Words = NDArray[np.uint64]


class Marks(NamedTuple):
    """(n,) sightings, those of one place in order of time: cells [start, stop) of one row, first and last time."""

    start: Indices
    stop: Indices
    first_clock: Floats
    last_clock: Floats
    last_s: Floats


class Axis(NamedTuple):
    """(cells,) of an axis, of which those count at which a piece begins; edges: (cells + 1,) cm.

    stop: where the piece ends; row: which stretch it is of; last_clock, last_s: when it was last seen, by the
    duty's clock and in truth, NaN unknown. begins, summary: a bit for each cell that begins a piece, and for
    each word of those that is not 0.
    """

    edges: Indices
    stop: Indices
    row: Indices
    last_clock: Floats
    last_s: Floats
    begins: Words
    summary: Words


class Ledger(NamedTuple):
    """What is summed up, from `start` to `end` by the duty's clock, where a metre may wait for `interval`, seconds.

    (rows,) of what the duty covers: since and until when, by its clock; overdue: cm·s in which it was overdue;
    owed: the overdue time summed over time, cm·s²; unknown: cm·s of which nothing is known.
    """

    began: Floats
    until: Floats
    overdue: Floats
    owed: Floats
    unknown: Floats
    start: float
    end: float
    interval: float


class Sums(NamedTuple):
    """(rows,) of a term: cm·s overdue, the same summed over time (cm·s²), and cm·s of which nothing is known."""

    overdue: Floats
    owed: Floats
    unknown: Floats


def swept(state: State, seen: tuple[Sightings, Indices], term: Term) -> tuple[State, Sums]:
    """The state after sightings clipped to its stretches (scope.clipped), and what the term came to for each."""
    sightings, row = seen
    scope, clock = state.scope, term.clock
    sums = Sums(*np.zeros((3, len(scope.target))))
    if not len(state.target):
        return state, sums
    start_s, end_s = float(clock.at(term.start_s)), float(clock.at(term.end_s))
    began, until = clock.at(scope.began_s), clock.at(scope.until_s)
    ledger = Ledger(began, until, *sums, start_s, end_s, term.interval_days * DAY_S)
    # Stretch by stretch, for what is worked on then stays in the processor's cache: twice as fast.
    order = np.argsort(sightings.first_s)
    order = order[np.argsort(row[order].astype(np.min_scalar_type(len(scope.target))), kind="stable")]
    sightings, row = sightings.take(order), row[order]
    ends_cm = np.cumsum(state.to_cm - state.from_cm)
    # The axis puts stretches end to end: what to add to chainage to get there.
    shift_cm = np.cumsum(scope.to_cm - scope.from_cm) - scope.to_cm
    begin_cm = np.append(0, ends_cm[:-1])
    edges, start, stop, bounds = _cut_cells(
        int(ends_cm[-1]), sightings.from_cm + shift_cm[row], sightings.to_cm + shift_cm[row], begin_cm
    )
    axis = _blank_axis(edges)
    axis.stop[bounds] = np.append(bounds[1:], len(edges) - 1)
    axis.row[bounds] = np.searchsorted(np.cumsum(scope.to_cm - scope.from_cm), begin_cm, side="right")
    axis.last_s[bounds], axis.last_clock[bounds] = state.last_s, clock.at(state.last_s)
    marks = Marks(start, stop, clock.at(sightings.first_s), clock.at(sightings.last_s), sightings.last_s)
    pieces = _sweep(axis, bounds, marks, ledger)
    home = axis.row[pieces]
    after = State(
        scope.target[home],
        edges[pieces] - shift_cm[home],
        edges[axis.stop[pieces]] - shift_cm[home],
        scope.began_s[home],
        scope.until_s[home],
        scope.stretch[home],
        axis.last_s[pieces],
    )
    return merged(after), sums


def _blank_axis(edges: Indices) -> Axis:
    """An axis of cells on which no piece begins yet."""
    words = np.zeros((len(edges) >> 6) + 1, dtype=np.uint64)
    summary = np.zeros((len(edges) >> 12) + 1, dtype=np.uint64)
    stop, row = np.zeros((2, len(edges)), dtype=np.int64)
    last_clock, last_s = np.full((2, len(edges)), np.nan)
    return Axis(edges, stop, row, last_clock, last_s, words, summary)


# Inlined where they are called, or each call would copy the axis's arrays' descriptions: a third of the time.
_inlined = njit(inline="always")


@_inlined
def _count(word: np.uint64) -> int:
    """How many bits of a word are set, by adding neighbours up in parallel."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56)))


@_inlined
def _highest(word: np.uint64) -> int:
    """The place of the highest bit that is set, of a word that is not 0."""
    place = np.uint64(0)
    for half in (32, 16, 8, 4, 2, 1):
        if word >> np.uint64(half):
            word >>= np.uint64(half)
            place += np.uint64(half)
    return int(np.int64(place))


@compiled
def _cut_cells(
    length_cm: int, starts: Indices, stops: Indices, bounds: Indices
) -> tuple[Indices, Indices, Indices, Indices]:
    """The cells between all ends of stretches on an axis of a length: their edges, and each end's cell.

    starts, stops: (n,) ends of sightings; bounds: (p,) starts of the pieces at first. Returns edges (cells + 1,),
    then the cell at which each start, stop and bound lies. A bitmap of the axis: no sorting.
    """
    words = np.zeros((length_cm >> 6) + 1, dtype=np.uint64)
    for ends in (starts, stops, bounds, np.array([0, length_cm])):
        for at in ends:
            words[at >> 6] |= np.uint64(1) << np.uint64(at & 63)
    before = np.zeros(len(words) + 1, dtype=np.int64)
    for word in range(len(words)):
        before[word + 1] = before[word] + _count(words[word])
    edges = np.empty(before[-1], dtype=np.int64)
    for word in range(len(words)):
        left, nth = words[word], before[word + 1]
        while left:
            nth -= 1
            place = _highest(left)
            edges[nth] = word * 64 + place
            left ^= np.uint64(1) << np.uint64(place)
    cells = np.empty(len(starts), np.int64), np.empty(len(stops), np.int64), np.empty(len(bounds), np.int64)
    for found, ends in zip(cells, (starts, stops, bounds)):  # noqa: B905 - numba has no strict zip
        for nth in range(len(ends)):
            at = ends[nth]
            lower = words[at >> 6] & ((np.uint64(1) << np.uint64(at & 63)) - np.uint64(1))
            found[nth] = before[at >> 6] + _count(lower)
    return edges, cells[0], cells[1], cells[2]


@_inlined
def _at_or_before(axis: Axis, cell: int) -> int:
    """The last cell, up to this one, at which a piece begins; cell 0 always does."""
    here = axis.begins[cell >> 6] & (~np.uint64(0) >> np.uint64(63 - (cell & 63)))
    if here:
        return (cell >> 6) * 64 + _highest(here)
    word = cell >> 6
    above = axis.summary[word >> 6] & ((np.uint64(1) << np.uint64(word & 63)) - np.uint64(1))
    block = word >> 6
    while not above:
        block -= 1
        above = axis.summary[block]
    word = block * 64 + _highest(above)
    return word * 64 + _highest(axis.begins[word])


@_inlined
def _begin(axis: Axis, cell: int) -> None:
    axis.begins[cell >> 6] |= np.uint64(1) << np.uint64(cell & 63)
    axis.summary[cell >> 12] |= np.uint64(1) << np.uint64((cell >> 6) & 63)


@_inlined
def _unbegin(axis: Axis, cell: int) -> None:
    axis.begins[cell >> 6] &= ~(np.uint64(1) << np.uint64(cell & 63))
    if not axis.begins[cell >> 6]:
        axis.summary[cell >> 12] &= ~(np.uint64(1) << np.uint64((cell >> 6) & 63))


@_inlined
def _split(axis: Axis, piece: int, cell: int) -> None:
    """Let a piece end at a cell inside it, and another that was seen when it was begin there."""
    axis.stop[cell], axis.stop[piece] = axis.stop[piece], cell
    axis.row[cell] = axis.row[piece]
    axis.last_clock[cell] = axis.last_clock[piece]
    axis.last_s[cell] = axis.last_s[piece]
    _begin(axis, cell)


@_inlined
def _close(axis: Axis, piece: int, now: float, ledger: Ledger) -> None:
    """Sum up the gap between the last time a piece was seen and now."""
    row, last = axis.row[piece], axis.last_clock[piece]
    length_cm = axis.edges[axis.stop[piece]] - axis.edges[piece]
    until = min(now, ledger.end, ledger.until[row])
    if np.isnan(last):
        ledger.unknown[row] += length_cm * max(0.0, until - max(ledger.start, ledger.began[row]))
        return
    due = max(last, ledger.began[row]) + ledger.interval
    since = max(due, ledger.start)
    if until > since:
        ledger.overdue[row] += length_cm * (until - since)
        ledger.owed[row] += length_cm * 0.5 * ((until - due) ** 2 - (since - due) ** 2)


@compiled
def _sweep(axis: Axis, bounds: Indices, marks: Marks, ledger: Ledger) -> Indices:
    """Lay every sighting over the pieces, in their order, and sum up the gaps, those open at the end, too.

    bounds: cells at which the pieces begin at first, cell 0 among them. Axis and ledger are changed in place.
    Returns the cells at which the pieces begin at last.
    """
    for cell in bounds:
        _begin(axis, cell)
    for mark in range(len(marks.start)):
        _lay(axis, marks, mark, ledger)
    begins = [cell for cell in range(len(axis.edges) - 1) if (axis.begins[cell >> 6] >> np.uint64(cell & 63)) & 1]
    for piece in begins:
        _close(axis, piece, ledger.end, ledger)
    return np.array(begins)


@_inlined
def _lay(axis: Axis, marks: Marks, mark: int, ledger: Ledger) -> None:
    """Close the gap of every piece that a sighting covers, and let those be one that were then last seen at once."""
    start, stop, last_s = marks.start[mark], marks.stop[mark], marks.last_s[mark]
    piece = _at_or_before(axis, start)
    if piece < start:
        _split(axis, piece, start)
        piece = start
    before = -1
    while piece < stop:
        if axis.stop[piece] > stop:
            _split(axis, piece, stop)
        after = axis.stop[piece]
        _close(axis, piece, marks.first_clock[mark], ledger)
        if not axis.last_s[piece] >= last_s:  # Not seen so late yet, or unknown.
            axis.last_s[piece], axis.last_clock[piece] = last_s, marks.last_clock[mark]
        if before >= 0 and axis.last_s[before] == axis.last_s[piece]:
            axis.stop[before] = after
            _unbegin(axis, piece)
        else:
            before = piece
        piece = after

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

__all__ = ["Axis", "Ledger", "Marks", "blank_axis", "cut_cells", "sweep"]

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


def blank_axis(edges: Indices) -> Axis:
    """An axis of cells on which no piece begins yet."""
    words = np.zeros((len(edges) >> 6) + 1, dtype=np.uint64)
    summary = np.zeros((len(edges) >> 12) + 1, dtype=np.uint64)
    stop, row = np.zeros((2, len(edges)), dtype=np.int64)
    last_clock, last_s = np.full((2, len(edges)), np.nan)
    return Axis(edges, stop, row, last_clock, last_s, words, summary)


# Inlined where they are called, or each call would copy the axis's arrays' descriptions: a third of the time.
_inlined = njit(cache=True, inline="always")


@_inlined
def _count(word):  # type: ignore[no-untyped-def]
    """How many bits of a word are set, by adding neighbours up in parallel."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@_inlined
def _highest(word):  # type: ignore[no-untyped-def]
    """The place of the highest bit that is set, of a word that is not 0."""
    place = np.uint64(0)
    for half in (32, 16, 8, 4, 2, 1):
        if word >> np.uint64(half):
            word >>= np.uint64(half)
            place += np.uint64(half)
    return np.int64(place)


@njit(cache=True)
def cut_cells(length_cm, starts, stops, bounds):  # type: ignore[no-untyped-def]
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
def _at_or_before(axis, cell):  # type: ignore[no-untyped-def]
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
def _begin(axis, cell):  # type: ignore[no-untyped-def]
    axis.begins[cell >> 6] |= np.uint64(1) << np.uint64(cell & 63)
    axis.summary[cell >> 12] |= np.uint64(1) << np.uint64((cell >> 6) & 63)


@_inlined
def _unbegin(axis, cell):  # type: ignore[no-untyped-def]
    axis.begins[cell >> 6] &= ~(np.uint64(1) << np.uint64(cell & 63))
    if not axis.begins[cell >> 6]:
        axis.summary[cell >> 12] &= ~(np.uint64(1) << np.uint64((cell >> 6) & 63))


@_inlined
def _split(axis, piece, cell):  # type: ignore[no-untyped-def]
    """Let a piece end at a cell inside it, and another that was seen when it was begin there."""
    axis.stop[cell], axis.stop[piece] = axis.stop[piece], cell
    axis.row[cell] = axis.row[piece]
    axis.last_clock[cell] = axis.last_clock[piece]
    axis.last_s[cell] = axis.last_s[piece]
    _begin(axis, cell)


@_inlined
def _close(axis, piece, now, ledger):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def sweep(axis, bounds, marks, ledger):  # type: ignore[no-untyped-def]
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
def _lay(axis, marks, mark, ledger):  # type: ignore[no-untyped-def]
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

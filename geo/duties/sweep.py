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

__all__ = ["Marks", "Pieces", "Rows", "Stretch", "close_all", "cut_cells", "sweep"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Words = NDArray[np.uint64]


class Marks(NamedTuple):
    """(n,) sightings in order of their first time: cells [start, stop), the row, the clock's times and the last one."""

    start: Indices
    stop: Indices
    row: Indices
    first_clock: Floats
    last_clock: Floats
    last_s: Floats


class Pieces(NamedTuple):
    """(cells,) of which those that begin a piece count: where it stops, and when it was last seen, by clock too."""

    stop: Indices
    last_clock: Floats
    last_s: Floats


class Rows(NamedTuple):
    """(rows,) what the duty covers: since and until when by its clock; and what is summed up for each.

    overdue: cm·s in which it was overdue; owed: ∫ of overdue time, cm·s²; unknown: cm·s of which nothing is known.
    """

    began: Floats
    until: Floats
    overdue: Floats
    owed: Floats
    unknown: Floats


class Stretch(NamedTuple):
    """The time summed over, by the duty's clock, and how long a metre may wait."""

    start: float
    end: float
    interval: float


@njit(cache=True)
def _rank(words, before, at):  # type: ignore[no-untyped-def]
    """How many bits are set before this one."""
    word = words[at >> 6] & ((np.uint64(1) << np.uint64(at & 63)) - np.uint64(1))
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return before[at >> 6] + np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


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
        before[word + 1] = before[word]
        if words[word]:
            for bit in range(64):
                before[word + 1] += np.int64((words[word] >> np.uint64(bit)) & np.uint64(1))
    edges = np.empty(before[-1], dtype=np.int64)
    for word in range(len(words)):
        if words[word]:
            nth = before[word]
            for bit in range(64):
                if (words[word] >> np.uint64(bit)) & np.uint64(1):
                    edges[nth] = word * 64 + bit
                    nth += 1
    cells = np.empty(len(starts), np.int64), np.empty(len(stops), np.int64), np.empty(len(bounds), np.int64)
    for found, ends in zip(cells, (starts, stops, bounds)):  # noqa: B905 - numba has no strict zip
        for nth in range(len(ends)):
            found[nth] = _rank(words, before, ends[nth])
    return edges, cells[0], cells[1], cells[2]


@njit(cache=True)
def _highest(word):  # type: ignore[no-untyped-def]
    """The place of the highest bit that is set, of a word that is not 0."""
    place = np.uint64(0)
    for half in (32, 16, 8, 4, 2, 1):
        if word >> np.uint64(half):
            word >>= np.uint64(half)
            place += np.uint64(half)
    return np.int64(place)


@njit(cache=True)
def _at_or_before(begins, summary, cell):  # type: ignore[no-untyped-def]
    """The last cell, up to this one, at which a piece begins; cell 0 always does."""
    all_bits = ~np.uint64(0)
    here = begins[cell >> 6] & (all_bits >> np.uint64(63 - (cell & 63)))
    if here:
        return (cell >> 6) * 64 + _highest(here)
    word = cell >> 6
    above = summary[word >> 6] & ((np.uint64(1) << np.uint64(word & 63)) - np.uint64(1))
    block = word >> 6
    while not above:
        block -= 1
        above = summary[block]
    word = block * 64 + _highest(above)
    return word * 64 + _highest(begins[word])


@njit(cache=True)
def _begin(begins, summary, cell):  # type: ignore[no-untyped-def]
    begins[cell >> 6] |= np.uint64(1) << np.uint64(cell & 63)
    summary[cell >> 12] |= np.uint64(1) << np.uint64((cell >> 6) & 63)


@njit(cache=True)
def _unbegin(begins, summary, cell):  # type: ignore[no-untyped-def]
    begins[cell >> 6] &= ~(np.uint64(1) << np.uint64(cell & 63))
    if not begins[cell >> 6]:
        summary[cell >> 12] &= ~(np.uint64(1) << np.uint64((cell >> 6) & 63))


@njit(cache=True)
def _close(length_cm, last, now, row, rows, time):  # type: ignore[no-untyped-def]
    """Sum up the gap between the last time a piece was seen and now."""
    until = min(now, time.end, rows.until[row])
    if np.isnan(last):
        rows.unknown[row] += length_cm * max(0.0, until - max(time.start, rows.began[row]))
        return
    due = max(last, rows.began[row]) + time.interval
    since = max(due, time.start)
    if until > since:
        rows.overdue[row] += length_cm * (until - since)
        rows.owed[row] += length_cm * 0.5 * ((until - due) ** 2 - (since - due) ** 2)


@njit(cache=True)
def _split(pieces, begins, summary, piece, cell):  # type: ignore[no-untyped-def]
    """Let a piece end at a cell inside it, and another of the same times begin there."""
    pieces.stop[cell] = pieces.stop[piece]
    pieces.last_clock[cell] = pieces.last_clock[piece]
    pieces.last_s[cell] = pieces.last_s[piece]
    pieces.stop[piece] = cell
    _begin(begins, summary, cell)


@njit(cache=True)
def sweep(edges, bounds, marks, pieces, rows, time):  # type: ignore[no-untyped-def]
    """Lay every sighting over the pieces, in their order, and sum up the gaps; pieces and rows are changed in place.

    edges: (cells + 1,) cm; bounds: cells at which the pieces begin at first, cell 0 among them. Returns the
    cells at which they begin at last. What remains open is not closed: `close_all` does.
    """
    begins = np.zeros((len(edges) >> 6) + 1, dtype=np.uint64)
    summary = np.zeros((len(edges) >> 12) + 1, dtype=np.uint64)
    for cell in bounds:
        _begin(begins, summary, cell)
    for mark in range(len(marks.start)):
        first, last, last_s = marks.first_clock[mark], marks.last_clock[mark], marks.last_s[mark]
        stop, row = marks.stop[mark], marks.row[mark]
        piece = _at_or_before(begins, summary, marks.start[mark])
        if piece < marks.start[mark]:
            _split(pieces, begins, summary, piece, marks.start[mark])
            piece = marks.start[mark]
        before = -1
        while piece < stop:
            if pieces.stop[piece] > stop:
                _split(pieces, begins, summary, piece, stop)
            after = pieces.stop[piece]
            _close(edges[after] - edges[piece], pieces.last_clock[piece], first, row, rows, time)
            if not pieces.last_s[piece] >= last_s:  # Not seen so late yet, or unknown.
                pieces.last_s[piece], pieces.last_clock[piece] = last_s, last
            if before >= 0 and pieces.last_s[before] == pieces.last_s[piece]:
                pieces.stop[before] = after
                _unbegin(begins, summary, piece)
            else:
                before = piece
            piece = after
    return np.array([cell for cell in range(len(edges) - 1) if (begins[cell >> 6] >> np.uint64(cell & 63)) & 1])


@njit(cache=True)
def close_all(edges, begins, row, pieces, rows, time):  # type: ignore[no-untyped-def]
    """Sum up what is open at the end of the time: the gap since each piece was last seen; row: (pieces,) its row."""
    for nth in range(len(begins)):
        piece = begins[nth]
        length_cm = edges[pieces.stop[piece]] - edges[piece]
        _close(length_cm, pieces.last_clock[piece], time.end, row[nth], rows, time)

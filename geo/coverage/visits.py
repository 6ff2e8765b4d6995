"""What was seen in short chunks of time, put together into visits: when each place came into view and left it."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHUNK_S", "TIMED_S", "Glimpses", "Visits", "visits"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

TIMED_S = 60.0
"""How exact the first and last time of a sighting are for every place in it, seconds."""
CHUNK_S = 10.0
"""Glimpses gather steps that start within this time of each other, none longer than this."""
SPREAD_S = TIMED_S - 2 * CHUNK_S
"""How far the times of places in one sighting may differ: a glimpse itself may last two chunks."""
MOST_SHARED = 64
"""How many pieces the glimpses of a line may share on average to be worked out all at once: bounds the memory."""


class Glimpses(NamedTuple):
    """n stretches of lines, each seen within one chunk of time; sorted by line, then by chunk."""

    line: Indices
    from_cm: Indices
    to_cm: Indices
    first_s: Floats
    last_s: Floats


class Visits(NamedTuple):
    """n sightings: the line, from and to along it (cm, half-open), first and last time seen (seconds)."""

    line: Indices
    from_cm: Indices
    to_cm: Indices
    first_s: Floats
    last_s: Floats


class Stretch(NamedTuple):
    """A piece of one line that came into view, and was last in view, at one time each."""

    from_cm: int
    to_cm: int
    first_s: float
    last_s: float


def visits(glimpses: Glimpses) -> Visits:
    """The sightings that glimpses make, by line, then along it, then in time.

    A place out of view for more than TIMED_S has a new sighting. Stretches that adjoin, and whose times
    agree well enough, are one. No glimpses make no sightings.

    >>> walk = Glimpses(*np.array([[7, 7, 7], [0, 3000, 6000], [5000, 8000, 11000]]), *np.array([[0.0, 10, 20]] * 2))
    >>> seen = visits(walk)
    >>> seen.from_cm.tolist(), seen.to_cm.tolist(), seen.first_s.tolist(), seen.last_s.tolist()
    ([0], [11000], [0.0], [20.0])
    """
    pieces, plain = _unbroken(glimpses)
    found = _strung(pieces)
    rest = _some(glimpses, ~plain)
    edges = [0, *(np.flatnonzero(np.diff(rest.line)) + 1).tolist(), len(rest.line)]
    for start, stop in pairwise(edges if len(rest.line) else []):
        rows = map(Stretch, *(values[start:stop].tolist() for values in rest[1:]))
        found += [(int(rest.line[start]), *seen) for seen in _joined(_visited(rows))]
    found.sort()
    line, from_cm, to_cm = (np.array([row[i] for row in found], dtype=np.int64) for i in range(3))
    first_s, last_s = (np.array([row[i] for row in found], dtype=np.float64) for i in (3, 4))
    return Visits(line, from_cm, to_cm, first_s, last_s)


def _unbroken(glimpses: Glimpses) -> tuple[Glimpses, NDArray[np.bool_]]:
    """Pieces of the lines that were seen without leaving any place and coming back, and which glimpses are theirs.

    Most lines are. Their pieces are found all at once: between two ends of glimpses the same ones see every place.
    """
    line_no = np.unique(glimpses.line, return_inverse=True)[1]
    lines = int(line_no.max(initial=-1)) + 1
    ends_cm, end = np.unique(np.append(glimpses.from_cm, glimpses.to_cm), return_inverse=True)
    places, place = np.unique(np.tile(line_no, 2) * len(ends_cm) + end, return_inverse=True)
    low, high = place[: len(line_no)], place[len(line_no) :]
    broken = np.bincount(line_no, high - low, lines) > MOST_SHARED * np.bincount(line_no, minlength=lines)
    by, piece = _sharing(low, np.where(broken[line_no], low, high))
    same = np.diff(piece) == 0
    # A chunk less than TIMED_S: within a chunk, glimpses come in any order.
    left = same & (glimpses.first_s[by[1:]] - glimpses.last_s[by[:-1]] > TIMED_S - CHUNK_S)
    broken[line_no[by[1:][left]]] = True
    starts = np.flatnonzero(np.append(True, ~same)[: len(by)])
    first_s = np.minimum.reduceat(glimpses.first_s[by], starts)
    last_s = np.maximum.reduceat(glimpses.last_s[by], starts)
    kept = np.flatnonzero(~broken[line_no[by[starts]]])
    from_cm, to_cm = (ends_cm[places[piece[starts[kept]] + step] % len(ends_cm)] for step in (0, 1))
    pieces = Glimpses(glimpses.line[by[starts[kept]]], from_cm, to_cm, first_s[kept], last_s[kept])
    return pieces, ~broken[line_no]


def _sharing(low: Indices, high: Indices) -> tuple[Indices, Indices]:
    """Each pair of a range low:high and a whole number in it, by the number, then in the order of the ranges.

    >>> [one.tolist() for one in _sharing(np.array([0, 1]), np.array([2, 3]))]
    [[0, 0, 1, 1], [0, 1, 1, 2]]
    """
    count = high - low
    by = np.repeat(np.arange(len(low)), count)
    number = low[by] + np.arange(len(by)) - np.repeat(np.cumsum(count) - count, count)
    order = np.argsort(number, kind="stable")
    return by[order], number[order]


def _some(glimpses: Glimpses, which: NDArray[np.bool_]) -> Glimpses:
    line, from_cm, to_cm, first_s, last_s = glimpses
    return Glimpses(line[which], from_cm[which], to_cm[which], first_s[which], last_s[which])


def _strung(pieces: Glimpses) -> list[tuple[int, int, int, float, float]]:
    """Pieces in their order, each place in one, joined as `_joined` does: while their times agree well enough."""
    found: list[tuple[int, int, int, float, float]] = []
    held: tuple[int, int, int, float, float] | None = None
    latest_first = earliest_last = 0.0
    for line, from_cm, to_cm, first_s, last_s in zip(*(values.tolist() for values in pieces), strict=True):
        if held and held[2] == from_cm and held[0] == line:
            latest, earliest = max(latest_first, first_s), min(earliest_last, last_s)
            least, most = min(held[3], first_s), max(held[4], last_s)
            if latest - least <= SPREAD_S and most - earliest <= SPREAD_S:
                held, latest_first, earliest_last = (line, held[1], to_cm, least, most), latest, earliest
                continue
        if held:
            found.append(held)
        held, latest_first, earliest_last = (line, from_cm, to_cm, first_s, last_s), first_s, last_s
    return [*found, held] if held else found


def _visited(glimpses: Iterable[Stretch]) -> Iterator[Stretch]:
    """Every piece of one line as often as it was visited; glimpses come in order of time.

    Only what was in view within TIMED_S is held open, so that each glimpse costs little however long the track.
    """
    held: list[Stretch] = []
    for now in glimpses:
        kept: list[Stretch] = []
        for old in held:
            if now.first_s - old.last_s > TIMED_S:
                yield old
            else:
                kept.append(old)
        held = _levelled(_overlaid(kept, now))
    yield from held


def _overlaid(held: list[Stretch], now: Stretch) -> list[Stretch]:
    """The stretches held, sorted and disjoint, with the one now in view laid over them."""
    after: list[Stretch] = []
    reached = now.from_cm
    for old in held:
        low, high = max(old.from_cm, now.from_cm), min(old.to_cm, now.to_cm)
        if low >= high:
            after.append(old)
            continue
        if old.from_cm < low:
            after.append(old._replace(to_cm=low))
        if reached < low:
            after.append(now._replace(from_cm=reached, to_cm=low))
        after.append(Stretch(low, high, old.first_s, max(old.last_s, now.last_s)))
        if high < old.to_cm:
            after.append(old._replace(from_cm=high))
        reached = high
    if reached < now.to_cm:
        after.append(now._replace(from_cm=reached))
    after.sort()
    return after


def _levelled(held: list[Stretch]) -> list[Stretch]:
    """The same stretches, adjoining ones with the same times joined."""
    after = held[:1]
    for piece in held[1:]:
        last = after[-1]
        if last.to_cm == piece.from_cm and last[2:] == piece[2:]:
            after[-1] = last._replace(to_cm=piece.to_cm)
        else:
            after.append(piece)
    return after


def _joined(pieces: Iterable[Stretch]) -> list[Stretch]:
    """Adjoining pieces whose first times, and whose last times, lie within SPREAD_S joined to one.

    Pieces that end at one place wait there, few at a time: one for each visit of that place.
    """
    waiting: dict[int, list[tuple[Stretch, float, float]]] = {}
    done: list[Stretch] = []
    for piece in sorted(pieces):
        grown = (piece, piece.first_s, piece.last_s)
        for candidate in waiting.get(piece.from_cm, []):
            before, latest_first, earliest_last = candidate
            latest_first = max(latest_first, piece.first_s)
            earliest_last = min(earliest_last, piece.last_s)
            first_s, last_s = min(before.first_s, piece.first_s), max(before.last_s, piece.last_s)
            if latest_first - first_s <= SPREAD_S and last_s - earliest_last <= SPREAD_S:
                waiting[piece.from_cm].remove(candidate)
                grown = (Stretch(before.from_cm, piece.to_cm, first_s, last_s), latest_first, earliest_last)
                break
        waiting.setdefault(grown[0].to_cm, []).append(grown)
    for ended in waiting.values():
        done += [stretch for stretch, _, _ in ended]
    return sorted(done)

"""What was seen in short times, put together into visits: when each place came into view and left it; compiled.

Glimpses are laid over what of their line is still held open, in order of time: a place out of view for long is let go,
and is a piece. Pieces that adjoin, and whose times agree well enough, are then joined.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled

__all__ = ["PIECE", "Held", "held_open", "join", "lay", "let_go"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
Records = NDArray[np.void]
Record = Any  # a row of a record array: the compiler knows its fields, mypy does not
Pair = tuple[float, float]

PIECE = np.dtype(
    [("key", np.int64), ("from_cm", np.int64), ("to_cm", np.int64)]
    + [(name, np.float64) for name in ("first_s", "latest_first_s", "earliest_last_s", "last_s")]
)
"""A piece of a line, visited once: key, from and to (cm, half-open), times.

Its places came into view between first_s and latest_first_s, and were last in view between earliest_last_s and last_s.
"""
STRETCH = np.dtype(
    [("after", np.int64), ("from_cm", np.int64), ("to_cm", np.int64)]
    + [(name, np.float64) for name in ("first_s", "latest_first_s", "last_s")]
)
"""A stretch held open, and which comes after it along the line. All of it was last in view at last_s."""
NONE = -1
TAKEN, FREED, OPEN, GONE = 0, 1, 2, 3
"""Places in Held.tally: stretches ever made, the first of those given back, how many are held open, and were let go."""


class Held(NamedTuple):
    """Stretches held open, a list for each key, along its line and apart. head: (keys,) where each list starts."""

    head: Indices
    stretches: Records
    tally: Indices


def held_open(keys: int) -> Held:
    """Nothing held open, for so many keys."""
    return Held(np.full(keys, NONE, dtype=np.int64), np.empty(64, dtype=STRETCH), np.array([0, NONE, 0, 0]))


@compiled
def lay(held: Held, glimpses: Records, limits: Pair) -> tuple[Held, Records]:
    """Lay glimpses over what is held open; what has been out of view for longer than limits[0] is let go, as pieces.

    glimpses: in order of time for each place. limits: seconds; the second, how far the first times of places may differ
    that are held open as one.
    """
    head, stretches, tally = held
    gone, tally[GONE] = np.empty(256, PIECE), 0
    for i in range(len(glimpses)):
        most = tally[OPEN] + 3
        if tally[TAKEN] + most > len(stretches):
            larger = np.empty(2 * (tally[TAKEN] + most), STRETCH)
            larger[: len(stretches)] = stretches
            stretches = larger
        if tally[GONE] + most > len(gone):
            more = np.empty(2 * (tally[GONE] + most), PIECE)
            more[: tally[GONE]] = gone[: tally[GONE]]
            gone = more
        _overlay(Held(head, stretches, tally), glimpses[i], limits, gone)
    return Held(head, stretches, tally), gone[: tally[GONE]].copy()


@compiled
def let_go(held: Held) -> Records:
    """All that is held open, as pieces."""
    gone, count = np.empty(held.tally[OPEN], PIECE), 0
    for key in range(len(held.head)):
        at = held.head[key]
        while at != NONE:
            _note(key, held.stretches[at], gone[count])
            count, at = count + 1, held.stretches[at].after
    return gone


@compiled
def join(pieces: Records, starting: Indices, ending: Indices, spread_s: float) -> Flags:
    """Join pieces that adjoin and whose times agree to within spread_s, in place; which of them then remain.

    starting, ending: the pieces by key, from and first time; and by key, to and first time. A piece grows to its left:
    one that was joined to the next lives on in that.
    """
    begins = pieces["from_cm"].copy()  # what a piece grows by has been joined before it is compared
    remains = np.ones(len(pieces), np.bool_)
    start = end = 0
    while start < len(starting) and end < len(ending):
        new, old = pieces[starting[start]], pieces[ending[end]]
        before = old.key - new.key if old.key != new.key else old.to_cm - begins[starting[start]]
        if before == 0 and _agree(old, new, spread_s):
            _grow(old, new)
            remains[ending[end]] = False
            start, end = start + 1, end + 1
        elif before < 0 or (before == 0 and old.first_s <= new.first_s):
            end += 1
        else:
            start += 1
    return remains


@compiled
def _agree(old: Record, new: Record, spread_s: float) -> bool:
    """Whether two pieces' times lie so close that one first and one last time will do for both."""
    first_s = max(old.latest_first_s, new.latest_first_s) - min(old.first_s, new.first_s)
    last_s = max(old.last_s, new.last_s) - min(old.earliest_last_s, new.earliest_last_s)
    return bool(first_s <= spread_s and last_s <= spread_s)


@compiled
def _grow(old: Record, new: Record) -> None:
    """Add a piece to the one that begins where it ends."""
    new.from_cm = old.from_cm
    new.first_s, new.latest_first_s = min(old.first_s, new.first_s), max(old.latest_first_s, new.latest_first_s)
    new.earliest_last_s, new.last_s = min(old.earliest_last_s, new.earliest_last_s), max(old.last_s, new.last_s)


@compiled
def _overlay(held: Held, glimpse: Record, limits: Pair, gone: Records) -> None:
    """Lay one glimpse over the list of its key; what is let go is noted behind what was before."""
    stretches, tally, key, reached = held.stretches, held.tally, glimpse.key, glimpse.from_cm
    before, at = NONE, held.head[key]
    while at != NONE and stretches[at].from_cm < glimpse.to_cm:
        after = stretches[at].after
        if glimpse.first_s - stretches[at].last_s > limits[0]:
            _note(key, stretches[at], gone[tally[GONE]])
            tally[GONE] += 1
            _drop(held, (key, before), at)
        elif stretches[at].to_cm <= glimpse.from_cm:
            before = at
        else:
            before = _cover(held, (before, at, reached), glimpse, limits[1])
            reached = stretches[before].to_cm
        at = after
    if reached < glimpse.to_cm:
        _insert(held, (key, before), (reached, glimpse.to_cm), (glimpse.first_s, glimpse.first_s, glimpse.last_s))


@compiled
def _cover(held: Held, where: tuple[int, int, int], glimpse: Record, together_s: float) -> int:
    """Bring the places that a stretch shares with a glimpse up to date, with the gap before it; the last of them.

    where: the stretch before, the stretch, and how far the glimpse has been laid.
    """
    before, at, reached = where
    key, now = glimpse.key, held.stretches[at]
    was = (now.first_s, now.latest_first_s, now.last_s)
    if now.from_cm < glimpse.from_cm:
        before = _insert(held, (key, before), (now.from_cm, glimpse.from_cm), was)
        now.from_cm = glimpse.from_cm
    elif reached < now.from_cm:
        fresh = (glimpse.first_s, glimpse.first_s, glimpse.last_s)
        before = _insert(held, (key, before), (reached, now.from_cm), fresh)
    if now.to_cm > glimpse.to_cm:
        _insert(held, (key, at), (glimpse.to_cm, now.to_cm), was)
        now.to_cm = glimpse.to_cm
    now.first_s, now.last_s = min(was[0], glimpse.first_s), max(was[2], glimpse.last_s)
    return before if before != NONE and _levelled(held, (key, before, at), together_s) else at


@compiled
def _levelled(held: Held, where: tuple[int, int, int], together_s: float) -> bool:
    """Make one stretch of two that adjoin, where their times agree; whether they did. where: key, one, other."""
    key, before, at = where
    one, other = held.stretches[before], held.stretches[at]
    first_s, latest_s = min(one.first_s, other.first_s), max(one.latest_first_s, other.latest_first_s)
    if one.to_cm != other.from_cm or one.last_s != other.last_s or latest_s - first_s > together_s:
        return False
    one.to_cm, one.first_s, one.latest_first_s = other.to_cm, first_s, latest_s
    _drop(held, (key, before), at)
    return True


@compiled
def _insert(held: Held, where: tuple[int, int], span: tuple[int, int], times: tuple[float, float, float]) -> int:
    """Hold a new stretch open. where: its key, and the stretch that it comes after."""
    key, before = where
    at = held.tally[FREED]
    if at == NONE:
        at = held.tally[TAKEN]
        held.tally[TAKEN] += 1
    else:
        held.tally[FREED] = held.stretches[at].after
    held.tally[OPEN] += 1
    new = held.stretches[at]
    new.from_cm, new.to_cm = span
    new.first_s, new.latest_first_s, new.last_s = times
    new.after = held.head[key] if before == NONE else held.stretches[before].after
    _link(held, key, before, at)
    return int(at)


@compiled
def _drop(held: Held, where: tuple[int, int], at: int) -> None:
    """Hold a stretch open no more. where: its key, and the stretch that it comes after."""
    key, before = where
    _link(held, key, before, held.stretches[at].after)
    held.stretches[at].after = held.tally[FREED]
    held.tally[FREED] = at
    held.tally[OPEN] -= 1


@compiled
def _link(held: Held, key: int, before: int, at: int) -> None:
    """Let a stretch, or the start of the list, be followed by another."""
    if before == NONE:
        held.head[key] = at
    else:
        held.stretches[before].after = at


@compiled
def _note(key: int, stretch: Record, piece: Record) -> None:
    """Write a stretch down as a piece."""
    piece.key, piece.from_cm, piece.to_cm = key, stretch.from_cm, stretch.to_cm
    piece.first_s, piece.latest_first_s = stretch.first_s, stretch.latest_first_s
    piece.earliest_last_s = piece.last_s = stretch.last_s

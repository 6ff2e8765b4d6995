"""One device in two places at once within one outing: its fixes take turns between two tracks."""

import math

import numpy as np
from numpy.typing import NDArray

from geo.tracks.cleaning import MODES, Mode
from geo.tracks.honesty.flags import ERROR_FACTOR, Fixes, Flag, Flags, Indices
from geo.tracks.honesty.two_places import two_places

__all__ = ["ECHO_M", "LEAST_STEADY", "LEAST_TURNS", "ON_THE_WAY", "interleaved"]

Floats = NDArray[np.float64]

LEAST_TURNS = 6
"""Who is seen elsewhere less often, and back each time, may be a receiver's echo off one wall."""
ECHO_M = 100.0
"""An echo off a wall, or a second reckoning of one phone, is no farther off than this."""
LEAST_STEADY = 0.9
"""The share of the fixes of either track that lie on their way. Of two made tracks it is 0.97 and more; what scatters
is a fault of the receiver: at 0.85 one such outing in a thousand makes two tracks by chance, at 0.9 none."""
ON_THE_WAY = 0.15
"""From where it would be between the fix before and the one after, a fix of a track lies no farther than this share of
how far it is from the other track; those that scatter lie as far from one another as from it."""


def interleaved(kept: Fixes, others: Fixes, mode: str) -> list[Flag]:
    """One flag where the fixes of one device are two tracks that take turns, out of reach of each other.

    kept, others: of one outing, each in order of time: what is believed, and what is not for its sake (spikes, or fixes
    whose times it holds). mode: a key of geo.tracks.cleaning.MODES. Each fix goes to the nearest of two tracks that it
    can go on. They are two where both are steady, and fixes of the first come between those of the second LEAST_TURNS
    times and more. Whoever goes to and fro that often is not driven each time: from ECHO_M off a place is out of reach
    at the mode's greatest speed (`two_places`). Nothing of fixes that scatter, or that jump once.
    Evidence: as of `two_places`; turns_count, how often they took turns; spikes_count, how many others there are.

    >>> one = Fixes(np.zeros(9), np.zeros(9), np.arange(9) * 30.0, np.full(9, 10.0))
    >>> two = Fixes(np.full(9, 5000.0), np.zeros(9), np.arange(9) * 30.0 + 15, np.full(9, 10.0))
    >>> [(flag.kind, flag.pieces, flag.evidence["least_m"]) for flag in interleaved(one, two, "foot")]
    [('two_places', ((15.0, 225.0),), 5000.0)]
    """
    every, going = _merged(kept, others), MODES[mode]
    if _fast(every, going).sum() < LEAST_TURNS:
        return []
    track = _parted(every, going)
    first = np.flatnonzero(track == 0)
    second = [own for own in _between(track, first) if _turns(own) >= LEAST_TURNS and _both_steady(every, own, first)]
    if not second:
        return []
    elsewhere = np.sort(np.concatenate(second))
    more = {"spikes_count": float(len(others)), "turns_count": float(_turns(elsewhere))}
    found = two_places(every.take(elsewhere), every.take(first), apart_m=ECHO_M, fastest_mps=going.max_speed_mps)
    return [flag._replace(evidence={**flag.evidence, **more}) for flag in found]


def _merged(one: Fixes, other: Fixes) -> Fixes:
    """The fixes of both in order of time; of one time those of the first come first."""
    names = ("x", "y", "time_s", "accuracy_m")
    both = Fixes(*(np.append(getattr(one, name), getattr(other, name)) for name in names))
    return both.take(np.argsort(both.time_s, kind="stable"))


def _fast(fixes: Fixes, mode: Mode) -> Flags:
    """Of each step between neighbours, whether it is too fast and no gap."""
    gone_m, taken_s = np.hypot(np.diff(fixes.x), np.diff(fixes.y)), np.diff(fixes.time_s)
    return np.asarray((gone_m > mode.max_speed_mps * taken_s) & (taken_s <= mode.max_gap_s))


def _parted(fixes: Fixes, mode: Mode) -> Indices:
    """To which track each fix goes: 0 for the first, numbers from 1 on for one after another beside it, -1 for none.

    A track that nothing went on for longer than a gap is over; the first one is then taken up wherever it goes on.
    """
    track, beside = np.full(len(fixes), -1), 0
    rows = list(zip(fixes.x.tolist(), fixes.y.tolist(), fixes.time_s.tolist(), fixes.accuracy_m.tolist(), strict=True))
    heads: dict[int, tuple[float, float, float, float]] = {}
    for fix, row in enumerate(rows):
        heads = {own: head for own, head in heads.items() if row[2] - head[2] <= mode.max_gap_s}
        reached = {own: _step_m(head, row, mode.max_speed_mps) for own, head in heads.items()}
        best = min(reached, key=reached.__getitem__, default=-1)
        if best < 0 or reached[best] == np.inf:
            beside += len(heads) == 1 and 0 in heads
            best = 0 if 0 not in heads else beside if len(heads) == 1 else -1
        if best >= 0:
            track[fix], heads[best] = best, row
    return track


def _step_m(head: tuple[float, ...], row: tuple[float, ...], fastest_mps: float) -> float:
    """How far a fix is from the end of a track, metres; infinite where that cannot be."""
    gone_m = math.hypot(row[0] - head[0], row[1] - head[1])
    return gone_m if gone_m <= fastest_mps * (row[2] - head[2]) + ERROR_FACTOR * (row[3] + head[3]) else math.inf


def _between(track: Indices, first: Indices) -> list[Indices]:
    """The fixes of each track beside the first that lie between two of it."""
    if not len(first):
        return []
    inside = np.flatnonzero(track > 0)
    inside = inside[(inside > first[0]) & (inside < first[-1])]
    return [inside[track[inside] == own] for own in np.unique(track[inside])]


def _turns(which: Indices) -> int:
    """How many runs of neighbours there are among these fixes, which are in order: each run is a turn."""
    return int((np.diff(which) > 1).sum()) + 1 if len(which) else 0


def _both_steady(every: Fixes, second: Indices, first: Indices) -> bool:
    """Whether these fixes are a track, and those of the first one meanwhile, too: else the leaps may be on its side."""
    meanwhile = first[(first > second[0] - 2) & (first < second[-1] + 2)]
    one, other = every.take(meanwhile), every.take(second)
    return _steady(other, one) >= LEAST_STEADY and _steady(one, other) >= LEAST_STEADY


def _steady(fixes: Fixes, first: Fixes) -> float:
    """The share of some fixes that lie between their neighbours, beside how far they are from the other track."""
    if len(fixes) < 3 or not len(first):
        return 0.0
    inner = fixes.take(slice(1, -1))
    share = (inner.time_s - fixes.time_s[:-2]) / np.maximum(fixes.time_s[2:] - fixes.time_s[:-2], 1e-6)
    off_x, off_y = (axis[1:-1] - axis[:-2] - share * (axis[2:] - axis[:-2]) for axis in (fixes.x, fixes.y))
    beside = first.take(np.minimum(np.searchsorted(first.time_s, inner.time_s), len(first) - 1))
    apart_m = np.hypot(beside.x - inner.x, beside.y - inner.y)
    return float((np.hypot(off_x, off_y) - ERROR_FACTOR * inner.accuracy_m <= ON_THE_WAY * apart_m).mean())

"""Replayed tracks: the places of an earlier track at the earlier pace, handed in as a new outing.

A replay is an earlier track moved in time by one lag, so the lag is looked for first: places of the new track are found
again on the earlier one, and vote for the time between. At that lag a copy keeps what lies between it and the earlier
track: moved aside it stays moved, bent it is bent slowly, shaken it is where it was once a minute is averaged. Of
thousands of pairs of honest walks along one bank some lie close by chance, but their paces drift apart by metres within
minutes, and each has receiver errors of its own. Resampling, and other fixes before or after, do not hide a copy.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from geo.tracks.honesty.course import Course, rounded
from geo.tracks.honesty.flags import Fixes, Flag, Flags, Floats, Indices, runs

__all__ = ["Earlier", "replayed", "replayed_at"]

SEPARATION_M = 4.5
"""Two honest positions of one moment lie further apart, by the median: 5.5 m at an error of 5 m (68 %) each."""
UNSTEADY_M, UNSTEADY_SHARE = 6.0, 0.75
"""Two honest walks leave their mean offset by more in a minute of four; a copy shaken by 3 m on each axis by 5 m."""
CERTAIN_S = 1800.0
"""In a part of so long two honest walks may be steady by chance, and a copy has to be as much steadier."""
FORGETS_S, AVERAGED = 60.0, 4
"""A receiver's error is alike for so long; what a copy is shaken by is not, and the mean of four fixes halves it."""
BENDS_S, BENT_M, BENT_SHARE = 15.0, 1.0, 0.9
"""Over twice so long the way from an earlier walk to an honest one bends by more, at more than one fix in ten."""
STEADY_SHARE = 0.96
"""How much of a steady offset no lag answers for; the rest keeps the lag from wandering along a straight way."""
NEAR_M = 12.0
"""A fix further from the earlier track at the lag is not part of the replay."""
LEAST_S = 600.0
LEAST_M = 300.0
"""A shorter piece may be alike by chance; so may any where nobody moved."""
LEAST_EXTENT_M = 100.0
"""Phones that lie in one place on two days, each trembling, go nowhere, however long they tremble."""
LEAST_LAG_S = 600.0
"""Less lies between two phones that walk together."""
VOTER_S = 30.0
MOST_VOTERS = 400
LEAST_VOTES = 5
VOTES_WITHIN_S = 10.0
MOVING_MPS = 0.3
CELL_M = 100.0
CELL_STEP_M = 50.0
LEAST_CELLS = 3
BRIDGED_S = 300.0
"""Over a longer step of the earlier track nobody knows where it was."""
PAUSE_S = 60.0
LAGS_TRIED = 3
ROUGH_ROUNDS, ROUNDS, SETTLED_S = 2, 8, 1e-6
LEAST_FIXES, TICK_S = 5, 1e-3


class Earlier(NamedTuple):
    """An earlier track made ready to be compared: its fixes, and the cells of a 100 m grid that it passed through.

    cells: sorted numbers, which may be stored: a track with fewer than three of them in common has replayed nothing.
    """

    fixes: Fixes
    cells: Indices

    @classmethod
    def of(cls, fixes: Fixes) -> "Earlier":
        """The track with its cells."""
        return cls(fixes, _cells(fixes))


def replayed(fixes: Fixes, earlier: Sequence[Earlier]) -> list[Flag]:
    """One flag for each earlier track that this one replays, a piece of ten minutes and 300 m at least.

    Evidence: `earlier_index`, which of `earlier`; `lag_s`, how much later; `moved_m`, how far aside; `median_m`, how
    far the fixes then lie from the earlier track; `time_s` and `length_m` of what was replayed, and its
    `share` of this track's time.

    >>> time_s = np.arange(0.0, 1800.0, 15.0)
    >>> walk = Fixes(time_s * 1.3, 200 * np.sin(time_s / 200), time_s, np.full(len(time_s), 10.0))
    >>> again = Fixes(walk.x, walk.y, time_s + 604_800, walk.accuracy_m)
    >>> [flag.evidence["lag_s"] for flag in replayed(again, [Earlier.of(walk)])]
    [604800.0]
    """
    if len(fixes) < 2 or fixes.time_s[-1] - fixes.time_s[0] < LEAST_S:
        return []
    cells, voters = _cells(fixes), fixes.take(_voters(fixes))
    found = []
    for index, one in enumerate(earlier):
        if len(one.fixes) < 2 or np.isin(cells, one.cells, assume_unique=True).sum() < LEAST_CELLS:
            continue
        for lag_s in _likely_lags(voters, one.fixes):
            flag = _compared(fixes, one.fixes, lag_s, index)
            if flag:
                found.append(flag)
                break
    return found


def replayed_at(fixes: Fixes, earlier: Fixes, lags_s: Sequence[float]) -> Flag | None:
    """The flag that an earlier track raises at about one of these lags, the first at which it does; None at none.

    Evidence as `replayed` gives it, `earlier_index` 0. Lags are found by it, or by geo.tracks.honesty.trace.

    >>> time_s = np.arange(0.0, 1800.0, 15.0)
    >>> walk = Fixes(time_s * 1.3, 200 * np.sin(time_s / 200), time_s, np.full(len(time_s), 10.0))
    >>> replayed_at(Fixes(walk.x, walk.y, time_s + 9000, walk.accuracy_m), walk, [40.0, 8995.0]).evidence["lag_s"]
    9000.0
    """
    if len(fixes) < 2 or len(earlier) < 2:
        return None
    return next((flag for lag_s in lags_s if (flag := _compared(fixes, earlier, lag_s, 0))), None)


def _cells(fixes: Fixes) -> Indices:
    """The cells passed through, steps of up to 1 km walked in pieces."""
    if not len(fixes):
        return np.empty(0, dtype=np.int64)
    gone_m = np.hypot(np.diff(fixes.x), np.diff(fixes.y))
    pieces = np.where(gone_m <= 1000, np.ceil(gone_m / CELL_STEP_M), 1).astype(np.int64)
    pieces = np.append(np.maximum(pieces, 1), 1)
    of = np.repeat(np.arange(len(fixes)), pieces)
    share = (np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[of]
    then = np.minimum(of + 1, len(fixes) - 1)
    x = fixes.x[of] + share * (fixes.x[then] - fixes.x[of])
    y = fixes.y[of] + share * (fixes.y[then] - fixes.y[of])
    east, north = (np.floor(np.clip(value, -1e10, 1e10) / CELL_M).astype(np.int64) for value in (x, y))
    return np.unique(east * (1 << 31) + north)


def _moving(fixes: Fixes) -> Flags:
    """Whether each step goes anywhere."""
    return np.asarray(np.hypot(np.diff(fixes.x), np.diff(fixes.y)) > MOVING_MPS * np.diff(fixes.time_s))


def _voters(fixes: Fixes) -> Indices:
    """Fixes on the move, one in VOTER_S."""
    slot = np.floor((fixes.time_s - fixes.time_s[0]) / VOTER_S)
    first = np.flatnonzero(np.append(True, slot[1:] > slot[:-1]) & np.append(_moving(fixes), False))
    return first[:: max(1, -(-len(first) // MOST_VOTERS))]


def _likely_lags(voters: Fixes, one: Fixes) -> Iterator[float]:
    """The lags at which most voters were found where the earlier track was, most votes first."""
    lags = np.sort(np.concatenate([np.empty(0), *_votes(voters, one)]))
    for _ in range(LAGS_TRIED):
        lags = lags[lags >= LEAST_LAG_S - VOTES_WITHIN_S]
        if len(lags) < LEAST_VOTES:
            return
        votes = np.searchsorted(lags, lags + VOTES_WITHIN_S, side="right") - np.arange(len(lags))
        best = int(votes.argmax())
        if votes[best] < LEAST_VOTES:
            return
        own = lags[best : best + votes[best]]
        yield float(np.median(own))
        lags = np.delete(lags, slice(best, best + votes[best]))


def _votes(voters: Fixes, one: Fixes) -> Iterator[Floats]:
    """For each voter, the time since the earlier track passed within NEAR_M: once for each time it did."""
    step_s = np.diff(one.time_s)
    real = np.flatnonzero(_moving(one) & (step_s <= BRIDGED_S))
    dx, dy = np.diff(one.x)[real], np.diff(one.y)[real]
    x, y, time_s, step_s = one.x[real], one.y[real], one.time_s[real], step_s[real]
    square = dx * dx + dy * dy
    for at_x, at_y, at_s in zip(voters.x, voters.y, voters.time_s, strict=True):
        along = np.clip(((at_x - x) * dx + (at_y - y) * dy) / square, 0, 1)
        away_m = np.hypot(at_x - x - along * dx, at_y - y - along * dy)
        near = away_m <= NEAR_M
        passes = [first + int(away_m[first : last + 1].argmin()) for first, last in runs(near)]
        yield at_s - time_s[passes] - along[passes] * step_s[passes]


def _compared(fixes: Fixes, one: Fixes, lag_s: float, index: int) -> Flag | None:
    """The flag that an earlier track raises at about this lag."""
    # As courses keep them, so that these tell the same.
    as_kept, one = (Fixes(*rounded(Course.of(track)), track.accuracy_m) for track in (fixes, one))
    lag_s = _refined(as_kept, one, lag_s)
    off_m = np.stack(_offsets(as_kept, one, lag_s)[:2])
    pieces = [piece for piece in _pieces(as_kept, np.hypot(*off_m)) if _is_replay(as_kept, off_m, piece)]
    if not pieces or lag_s < LEAST_LAG_S:
        return None
    which = np.concatenate([np.arange(first, last + 1) for first, last in pieces])
    away_m = np.concatenate([_moved(off_m[:, first : last + 1])[1] for first, last in pieces])
    taken_s = float(sum(fixes.time_s[last] - fixes.time_s[first] for first, last in pieces))
    evidence = {
        "earlier_index": float(index),
        "lag_s": lag_s,
        "moved_m": _moved(off_m[:, which])[0],
        "median_m": float(np.median(away_m)),
        "limit_m": SEPARATION_M,
        "time_s": taken_s,
        "length_m": sum(_length_m(fixes, piece) for piece in pieces),
        "share": taken_s / float(fixes.time_s[-1] - fixes.time_s[0]),
    }
    return Flag("replay", tuple((float(fixes.time_s[a]), float(fixes.time_s[b])) for a, b in pieces), evidence)


def _moved(off_m: Floats) -> tuple[float, Floats]:
    """How far a piece lies aside of the earlier track, metres; and how far each fix from where it then should be."""
    mean_m = off_m[:, np.hypot(*off_m) <= NEAR_M].mean(axis=1, keepdims=True)
    return float(np.hypot(*mean_m)[0]), np.hypot(*(off_m - mean_m))


def _offsets(fixes: Fixes, one: Fixes, lag_s: float) -> tuple[Floats, Floats, Floats, Floats]:
    """How far each fix is from where the earlier track was, and how fast that went; inf where it was nowhere known."""
    then = fixes.time_s - lag_s
    step = np.clip(np.searchsorted(one.time_s, then, side="right") - 1, 0, len(one) - 2)
    step_s = np.maximum(one.time_s[step + 1] - one.time_s[step], TICK_S)
    known = (then >= one.time_s[0] - 1) & (then <= one.time_s[-1] + 1) & (step_s <= BRIDGED_S)
    speed_x, speed_y = (one.x[step + 1] - one.x[step]) / step_s, (one.y[step + 1] - one.y[step]) / step_s
    after_s = np.clip(then - one.time_s[step], 0, step_s)
    off_x = np.where(known, fixes.x - one.x[step] - after_s * speed_x, np.inf)
    off_y = np.where(known, fixes.y - one.y[step] - after_s * speed_y, np.inf)
    return off_x, off_y, speed_x, speed_y


def _refined(fixes: Fixes, one: Fixes, lag_s: float) -> float:
    """The lag with the least squared distance over the fixes near the earlier track, moved aside or not (Gauss-Newton).

    An offset that stays while the way turns is no lag: most of the means is taken away, once the two lie near.
    """
    for turn in range(ROUNDS):
        seen = np.stack(_offsets(fixes, one, lag_s))
        seen = seen[:, np.hypot(*seen[:2]) <= 2 * NEAR_M]
        off, speed = np.split(seen, 2)
        steady = STEADY_SHARE / max(seen.shape[1], 1) if turn >= ROUGH_ROUNDS else 0.0
        square = float((speed**2).sum() - steady * (speed.sum(axis=1) ** 2).sum())
        if square == 0:
            break
        step_s = float((off * speed).sum() - steady * (off.sum(axis=1) * speed.sum(axis=1)).sum()) / square
        lag_s -= step_s
        if turn >= ROUGH_ROUNDS and abs(step_s) < SETTLED_S:
            break
    return lag_s


def _pieces(fixes: Fixes, away_m: Floats) -> list[tuple[int, int]]:
    """Runs of fixes near the earlier track, those with a short pause between them as one."""
    joined: list[tuple[int, int]] = []
    for first, last in runs(away_m <= NEAR_M):
        if joined and fixes.time_s[first] - fixes.time_s[joined[-1][1]] <= PAUSE_S:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _is_replay(fixes: Fixes, off_m: Floats, piece: tuple[int, int]) -> bool:
    """Whether a piece is one; off_m: (2, n) how far each fix is from the earlier track, east and north."""
    first, last = piece
    moving = _moving(fixes.take(slice(first, last + 1)))
    if fixes.time_s[last] - fixes.time_s[first] < LEAST_S or not moving.any():
        return False
    if _length_m(fixes, piece) < LEAST_M or _extent_m(fixes, piece) < LEAST_EXTENT_M:
        return False
    which = first + np.flatnonzero(moving)
    near = which[np.hypot(*off_m[:, which]) <= NEAR_M]
    if len(near) < LEAST_FIXES or np.median(_moved(off_m[:, which])[1]) > SEPARATION_M:
        return False
    time_s, near_m = fixes.time_s[near], off_m[:, near]
    limit_m = UNSTEADY_M * min(1.0, (fixes.time_s[last] - fixes.time_s[first]) / CERTAIN_S)
    return _unsteady_m(time_s, near_m) <= limit_m or bool(np.quantile(_bends_m(time_s, near_m), BENT_SHARE) <= BENT_M)


def _bends_m(time_s: Floats, off_m: Floats) -> Floats:
    """How far each offset lies from the straight line between those BENDS_S before and after, or next to that."""
    at = np.arange(1, len(time_s) - 1)
    before = np.clip(np.searchsorted(time_s, time_s[at] - BENDS_S, side="right") - 1, 0, at - 1)
    after = np.clip(np.searchsorted(time_s, time_s[at] + BENDS_S), at + 1, len(time_s) - 1)
    share = (time_s[at] - time_s[before]) / np.maximum(time_s[after] - time_s[before], TICK_S)
    straight_m = off_m[:, before] + share * (off_m[:, after] - off_m[:, before])
    return np.asarray(np.hypot(*(off_m[:, at] - straight_m)))


def _unsteady_m(time_s: Floats, off_m: Floats) -> float:
    """How far the minutes of a piece lie from its mean offset, as if each fix had an error of its own.

    The mean of k independent errors is smaller by the root of k: times that, a shaken copy lies as far as fix by fix,
    and an honest walk, whose errors stay, up to twice as far. More than AVERAGED tell no more of it.
    """
    _, slot, count = np.unique(np.floor((time_s - time_s[0]) / FORGETS_S), return_inverse=True, return_counts=True)
    steady_m = off_m.mean(axis=1, keepdims=True)
    mean_m = np.hypot(*(np.bincount(slot, axis) / count for axis in off_m - steady_m))
    return float(np.quantile(mean_m * np.sqrt(np.minimum(count, AVERAGED)), UNSTEADY_SHARE))


def _extent_m(fixes: Fixes, piece: tuple[int, int]) -> float:
    """How far apart the places of a piece lie: the diagonal of their box."""
    x, y = (axis[piece[0] : piece[1] + 1] for axis in (fixes.x, fixes.y))
    return float(np.hypot(np.ptp(x), np.ptp(y)))


def _length_m(fixes: Fixes, piece: tuple[int, int]) -> float:
    """How far a piece goes, by one fix in VOTER_S: standing adds errors, not metres."""
    part = fixes.take(slice(piece[0], piece[1] + 1))
    slot = np.floor((part.time_s - part.time_s[0]) / VOTER_S)
    seen = part.take(np.append(True, slot[1:] > slot[:-1]))
    return float(np.hypot(np.diff(seen.x), np.diff(seen.y)).sum())

"""Which of many tracks can be replays at all: told from their courses, most in microseconds; compiled.

Nothing that geo.tracks.honesty.replay finds is ruled out: it rounds fixes as courses are, and judges what is left. What
is told before is whether the two lie near for long enough, and every limit there is wider than that of the judge.
"""

from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.tracks.honesty.course import Course, rounded
from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.replay import (
    BRIDGED_S,
    LEAST_EXTENT_M,
    LEAST_LAG_S,
    LEAST_S,
    NEAR_M,
    PAUSE_S,
    ROUGH_ROUNDS,
    ROUNDS,
    SETTLED_S,
    STEADY_SHARE,
    TICK_S,
    replayed_at,
)

__all__ = ["can_replay"]

Floats = NDArray[np.float64]

SLACK_M, SLACK_S = 0.05, 0.01
"""Sums in another order differ by far less."""


class Passed(NamedTuple):
    """(n,) places and times of a track, and of its (n - 1,) steps the speed, and how long it is, -1 if nobody knows."""

    x: Floats
    y: Floats
    time_s: Floats
    east_mps: Floats
    north_mps: Floats
    known_s: Floats


def can_replay(later: Course, earlier: Course, lag_s: float) -> bool:
    """Whether the later track may be a replay of the earlier one at about this lag, seconds; few honest pairs may.

    >>> time_s = np.arange(0.0, 1800.0, 15.0)
    >>> walk = Course(time_s * 1.3, 200 * np.sin(time_s / 200), time_s)
    >>> can_replay(walk._replace(time_s=time_s + 9000), walk, 8995.0), can_replay(walk, walk, 8995.0)
    (True, False)
    """
    later, earlier = rounded(later), rounded(earlier)
    if not _lies_near(later, earlier, lag_s):
        return False
    one, other = (Fixes(*course, np.zeros(len(course.x))) for course in (later, earlier))
    return replayed_at(one, other, [lag_s]) is not None


@compiled
def _lies_near(later: Course, earlier: Course, lag_s: float) -> bool:
    """Whether the later track lies near the earlier one at about this lag for as long as a replay does."""
    if len(later.time_s) < 2 or len(earlier.time_s) < 2:
        return False
    return _near_for_long(later, _passed(earlier), lag_s)


@compiled
def _passed(course: Course) -> Passed:
    """The track made ready to be asked where it was."""
    x, y, time_s = course
    steps = len(time_s) - 1
    east_mps, north_mps, known_s = np.empty(steps), np.empty(steps), np.empty(steps)
    for at in range(steps):
        step_s = max(time_s[at + 1] - time_s[at], TICK_S)
        east_mps[at], north_mps[at] = (x[at + 1] - x[at]) / step_s, (y[at + 1] - y[at]) / step_s
        known_s[at] = step_s if step_s <= BRIDGED_S else -1.0
    return Passed(x, y, time_s, east_mps, north_mps, known_s)


@compiled
def _near_for_long(later: Course, passed: Passed, lag_s: float) -> bool:
    """Whether a piece lies near, at the lag that suits best, for as long as a replay does."""
    lag_s = _refined(later, passed, lag_s)
    if lag_s < LEAST_LAG_S - SLACK_S:
        return False
    away_m = _away(later, passed, lag_s)
    first = last = -1
    for at in range(len(away_m)):
        if away_m[at] <= NEAR_M + SLACK_M:
            if first < 0 or (last < at - 1 and later.time_s[at] - later.time_s[last] > PAUSE_S):
                if first >= 0 and _goes_far(later, (first, last)):
                    return True
                first = at
            last = at
    return first >= 0 and _goes_far(later, (first, last))


@compiled
def _goes_far(later: Course, piece: tuple[int, int]) -> bool:
    """Whether a piece lasts as long, and goes as far, as a replay."""
    first, last = piece
    x, y, time_s = later.x[first : last + 1], later.y[first : last + 1], later.time_s[first : last + 1]
    if time_s[-1] - time_s[0] < LEAST_S - SLACK_S:
        return False
    return sqrt((x.max() - x.min()) ** 2 + (y.max() - y.min()) ** 2) >= LEAST_EXTENT_M - SLACK_M


@compiled
def _refined(later: Course, passed: Passed, lag_s: float) -> float:
    """The lag with the least squared distance over the fixes near the earlier track, as the judge of replays has it."""
    x, y, time_s, east_mps, north_mps, known_s = passed
    final = len(time_s) - 2
    for turn in range(ROUNDS):
        near, product, square, step = 0, 0.0, 0.0, 0
        sums = np.zeros(4)
        for at in range(len(later.time_s)):
            then_s = later.time_s[at] - lag_s
            while step < final and time_s[step + 1] <= then_s:
                step += 1
            if then_s < time_s[0] - 1 or then_s > time_s[-1] + 1 or known_s[step] < 0:
                continue
            after_s, east, north = min(max(then_s - time_s[step], 0.0), known_s[step]), east_mps[step], north_mps[step]
            off_x, off_y = later.x[at] - x[step] - after_s * east, later.y[at] - y[step] - after_s * north
            if off_x * off_x + off_y * off_y <= 4 * NEAR_M * NEAR_M:
                near += 1
                square += east * east + north * north
                product += off_x * east + off_y * north
                sums += np.array((off_x, off_y, east, north))
        steady = STEADY_SHARE / max(near, 1) if turn >= ROUGH_ROUNDS else 0.0
        square -= steady * (sums[2] * sums[2] + sums[3] * sums[3])
        if square == 0:
            break
        step_s = (product - steady * (sums[0] * sums[2] + sums[1] * sums[3])) / square
        lag_s -= step_s
        if turn >= ROUGH_ROUNDS and abs(step_s) < SETTLED_S:
            break
    return lag_s


@compiled
def _away(later: Course, passed: Passed, lag_s: float) -> Floats:
    """How far each fix is from where the earlier track was, less what that went in the slack; inf where unknown."""
    x, y, time_s, east_mps, north_mps, known_s = passed
    first_s, last_s, final = time_s[0] - 1 - SLACK_S, time_s[-1] + 1 + SLACK_S, len(time_s) - 2
    away_m, step = np.full(len(later.time_s), inf), 0
    for at in range(len(away_m)):
        then_s = later.time_s[at] - lag_s
        while step < final and time_s[step + 1] <= then_s:
            step += 1
        if first_s <= then_s <= last_s and known_s[step] > 0:
            after_s, east, north = min(max(then_s - time_s[step], 0.0), known_s[step]), east_mps[step], north_mps[step]
            off_x, off_y = later.x[at] - x[step] - after_s * east, later.y[at] - y[step] - after_s * north
            away_m[at] = sqrt(off_x * off_x + off_y * off_y) - SLACK_S * sqrt(east * east + north * north)
    return away_m

"""Which of many tracks can be replays at all: told from their courses, in microseconds each; compiled.

Nothing that geo.tracks.honesty.replay finds is ruled out: every limit is wider by more than a course differs from its
fixes, and of what makes a replay only what a wider piece has, too, is asked for.
"""

from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.tracks.honesty.course import Course
from geo.tracks.honesty.replay import (
    BRIDGED_S,
    LEAST_EXTENT_M,
    LEAST_LAG_S,
    LEAST_S,
    MOVING_MPS,
    NEAR_M,
    PAUSE_S,
    ROUNDS,
    SEPARATION_M,
)

__all__ = ["can_replay"]

Floats = NDArray[np.float64]

SLACK_M, SLACK_S = 0.05, 0.01
"""Courses keep centimetres and milliseconds; the lag that suits them best differs by as little."""
SETTLED_S = 1e-6
THIN_S = 10.0
"""Most pairs are told apart by a fix in so many seconds; the lag that suits those best is off by less than a second."""


class Passed(NamedTuple):
    """(n,) places and times of a track, and of its (n - 1,) steps the speed, and how long it is, -1 if nobody knows."""

    x: Floats
    y: Floats
    time_s: Floats
    east_mps: Floats
    north_mps: Floats
    known_s: Floats


class Limits(NamedTuple):
    """How much nearer a fix may be than it seems, in itself and by the lag; the longest pause, and shortest piece."""

    slack_m: float
    slack_s: float
    pause_s: float
    least_s: float
    thinned: bool


WHOLE = Limits(SLACK_M, SLACK_S, PAUSE_S, LEAST_S - SLACK_S, False)
THINNED = Limits(2.0, 1.0, PAUSE_S + 2 * THIN_S, LEAST_S - 2 * THIN_S, True)


@compiled
def can_replay(later: Course, earlier: Course, lag_s: float) -> bool:
    """Whether the later track may be a replay of the earlier one at about this lag, seconds; few honest pairs may.

    >>> time_s = np.arange(0.0, 1800.0, 15.0)
    >>> walk = Course(time_s * 1.3, 200 * np.sin(time_s / 200), time_s)
    >>> can_replay(walk._replace(time_s=time_s + 9000), walk, 8995.0), can_replay(walk, walk, 8995.0)
    (True, False)
    """
    if len(later.time_s) < 2 or len(earlier.time_s) < 2:
        return False
    passed = _passed(earlier)
    some = _thinned(later)
    if len(some.time_s) < len(later.time_s) and not _near_for_long(some, passed, lag_s, THINNED):
        return False
    return _near_for_long(later, passed, lag_s, WHOLE)


@compiled
def _passed(course: Course) -> Passed:
    """The track made ready to be asked where it was."""
    x, y, time_s = course
    steps = len(time_s) - 1
    east_mps, north_mps, known_s = np.empty(steps), np.empty(steps), np.empty(steps)
    for at in range(steps):
        step_s = time_s[at + 1] - time_s[at]
        east_mps[at], north_mps[at] = (x[at + 1] - x[at]) / step_s, (y[at + 1] - y[at]) / step_s
        known_s[at] = step_s if step_s <= BRIDGED_S else -1.0
    return Passed(x, y, time_s, east_mps, north_mps, known_s)


@compiled
def _thinned(course: Course) -> Course:
    """A fix of it every THIN_S or so."""
    which, count = np.empty(len(course.time_s), dtype=np.int64), 0
    for at in range(len(course.time_s)):
        if count == 0 or course.time_s[at] - course.time_s[which[count - 1]] >= THIN_S:
            which[count] = at
            count += 1
    which = which[:count]
    return Course(course.x[which], course.y[which], course.time_s[which])


@compiled
def _near_for_long(later: Course, passed: Passed, lag_s: float, limits: Limits) -> bool:
    """Whether a piece lies near, at the lag that suits best, for as long as a replay does."""
    lag_s = _refined(later, passed, lag_s)
    if lag_s < LEAST_LAG_S - limits.slack_s:
        return False
    away_m = _away(later, passed, lag_s, limits.slack_s)
    first = last = -1
    for at in range(len(away_m)):
        if away_m[at] <= NEAR_M + limits.slack_m:
            if first < 0 or (last < at - 1 and later.time_s[at] - later.time_s[last] > limits.pause_s):
                if first >= 0 and _long_alike(later, away_m, (first, last), limits):
                    return True
                first = at
            last = at
    return first >= 0 and _long_alike(later, away_m, (first, last), limits)


@compiled
def _refined(later: Course, passed: Passed, lag_s: float) -> float:
    """As replay._refined, and no further once it is settled."""
    x, y, time_s, east_mps, north_mps, known_s = passed
    first_s, last_s, final = time_s[0] - 1, time_s[-1] + 1, len(time_s) - 2
    for _ in range(ROUNDS):
        step, square, product = 0, 0.0, 0.0
        for at in range(len(later.time_s)):
            then_s = later.time_s[at] - lag_s
            while step < final and time_s[step + 1] <= then_s:
                step += 1
            if then_s < first_s or then_s > last_s or known_s[step] < 0:
                continue
            after_s, east, north = min(max(then_s - time_s[step], 0.0), known_s[step]), east_mps[step], north_mps[step]
            off_x, off_y = later.x[at] - x[step] - after_s * east, later.y[at] - y[step] - after_s * north
            if off_x * off_x + off_y * off_y <= 4 * NEAR_M * NEAR_M:
                square += east * east + north * north
                product += off_x * east + off_y * north
        if square == 0:
            break
        lag_s -= product / square
        if abs(product / square) < SETTLED_S:
            break
    return lag_s


@compiled
def _away(later: Course, passed: Passed, lag_s: float, slack_s: float) -> Floats:
    """How far each fix is from where the earlier track was, less what that went in the slack; inf where unknown."""
    x, y, time_s, east_mps, north_mps, known_s = passed
    first_s, last_s, final = time_s[0] - 1 - slack_s, time_s[-1] + 1 + slack_s, len(time_s) - 2
    away_m, step = np.full(len(later.time_s), inf), 0
    for at in range(len(away_m)):
        then_s = later.time_s[at] - lag_s
        while step < final and time_s[step + 1] <= then_s:
            step += 1
        if first_s <= then_s <= last_s and known_s[step] > 0:
            after_s, east, north = min(max(then_s - time_s[step], 0.0), known_s[step]), east_mps[step], north_mps[step]
            off_x, off_y = later.x[at] - x[step] - after_s * east, later.y[at] - y[step] - after_s * north
            away_m[at] = sqrt(off_x * off_x + off_y * off_y) - slack_s * sqrt(east * east + north * north)
    return away_m


@compiled
def _long_alike(later: Course, away_m: Floats, piece: tuple[int, int], limits: Limits) -> bool:
    """Whether a piece is as long, and goes as far, as a replay, and holds a part as long of which half lies as near."""
    first, last = piece
    x, y, time_s = later.x[first : last + 1], later.y[first : last + 1], later.time_s[first : last + 1]
    if time_s[-1] - time_s[0] < limits.least_s:
        return False
    if limits.thinned:
        return True
    if sqrt((x.max() - x.min()) ** 2 + (y.max() - y.min()) ** 2) < LEAST_EXTENT_M - SLACK_M:
        return False
    # At each fix how many steps before it lie near rather than not; a part may begin where that was least.
    nearer = np.zeros(len(x), dtype=np.int64)
    begin, least = 0, len(x)
    for at in range(1, len(x)):
        nearer[at] = nearer[at - 1] + _favour(later, first + at - 1, away_m[first + at - 1])
        while begin < at and time_s[at] - time_s[begin] >= limits.least_s:
            least = min(least, nearer[begin])
            begin += 1
        if begin and nearer[at] >= least:
            return True
    return False


@compiled
def _favour(later: Course, at: int, away_m: float) -> int:
    """What a step adds: 1 where it lies near, else -1 if it surely goes anywhere; standing tells nothing."""
    east_m, north_m = later.x[at + 1] - later.x[at], later.y[at + 1] - later.y[at]
    gone_m, least_m = sqrt(east_m * east_m + north_m * north_m), MOVING_MPS * (later.time_s[at + 1] - later.time_s[at])
    if away_m <= SEPARATION_M + SLACK_M:
        return 1 if gone_m > least_m - SLACK_M else 0
    return -1 if gone_m > least_m + SLACK_M else 0

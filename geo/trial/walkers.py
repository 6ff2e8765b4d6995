"""Simulated walkers: the fixes that a phone would have sent, had somebody gone a planned line.

They go faster and slower than planned, set out late, find pieces impassable; their phones err, fall silent and go on.
What they leave is a track like any other: it is cleaned and seen with as every patrol's is.

A position's error wanders: it is drawn anew every `wander_s` and changes evenly in between, so that it makes nobody
run. Drawn is a normal error of two axes whose 68 % radius is the accuracy that the phone reports; a phone that keeps
its word never errs by more than ERROR_FACTOR times that, its 95 % radius.

All chance comes from the generator that is handed in: the same one walks the same walk.
"""

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.coverage.sightings import ERROR_FACTOR, Track
from geo.plan.plan import Route
from geo.tracks.cleaning import MODES, clean
from layers.errors import BadInput

__all__ = ["STEADY", "Course", "Manner", "Walked", "course_of", "recorded", "walked"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

AXIS_SHARE = 1 / math.sqrt(-2 * math.log(1 - 0.68))
"""The deviation of one axis as a share of the 68 % radius of both (Rayleigh)."""
LONGER_S = 1.0
"""So much longer than the longest bridged gap is a silence that must part two legs."""


class Course(NamedTuple):
    """A line to go: (n, 2) metres and (n,) seconds when at each vertex; none: nobody goes.

    until_s: (n,) no sooner than then does one go on from a vertex, as a plan waits there; -inf where it does not.
    stays: (n,) whether the step that leads to a vertex is a stay, which takes as long as planned. pieces: (k, 2) first
    and last vertex of each piece.
    """

    xy: Floats
    time_s: Floats
    until_s: Floats
    stays: NDArray[np.bool_]
    pieces: Indices

    @classmethod
    def along(cls, xy: Floats, time_s: Floats) -> "Course":
        """A line without stays and pieces."""
        count = len(time_s)
        still = np.zeros(count, dtype=np.bool_)
        return cls(xy, time_s, np.full(count, -np.inf), still, np.empty((0, 2), dtype=np.int64))


@dataclass(frozen=True)
class Manner:
    """How somebody keeps to a plan, and their phone to the truth.

    accuracy_m: as the phone reports it; none: what is usual of the mode. keeps_word: no error exceeds ERROR_FACTOR
    times that; else one in twenty does. pace: (slowest, fastest) as shares of the planned speed, drawn for each piece
    and each way between. late_s: (least, most) after the planned start. every_s: between fixes. at_turns: a fix at
    every vertex, too, so that no corner is cut. gaps_an_hour: how often the phone falls silent; gap_s: (shortest,
    longest). impassable: share of the pieces that turn out to be so; they are gone round, with the phone put away.
    """

    accuracy_m: float | None = None
    keeps_word: bool = True
    wander_s: float = 60.0
    pace: tuple[float, float] = (0.85, 1.1)
    late_s: tuple[float, float] = (0.0, 0.0)
    every_s: float = 10.0
    at_turns: bool = True
    gaps_an_hour: float = 0.0
    gap_s: tuple[float, float] = (150.0, 600.0)
    impassable: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            bounds = value if isinstance(value, tuple) else (0.0 if value is None else value,) * 2
            if not (all(math.isfinite(one) and one >= 0 for one in bounds) and bounds[0] <= bounds[1]):
                raise BadInput(f"模拟巡查的 {field.name} 是 {value}:应为不小于 0 的数,一对数里小的在前。")
        if min(self.wander_s, self.every_s, self.pace[0]) <= 0 or self.impassable > 1:
            raise BadInput("模拟巡查的 wander_s、every_s、pace 应大于 0,impassable 应不大于 1。")


STEADY = Manner(pace=(1.0, 1.0))
"""Somebody who goes just as planned, whose phone keeps its word."""


class Walked(NamedTuple):
    """What a phone sends: (n,) metres, seconds, metres. skipped: which of the course's pieces were impassable."""

    x: Floats
    y: Floats
    time_s: Floats
    accuracy_m: Floats
    skipped: Indices


def course_of(route: Route) -> Course:
    """A planned route as a line to go; an idle crew's is none.

    >>> from datetime import date
    >>> nothing = np.empty((0, 2)), np.empty(0)
    >>> idle = Route(0, "A", date(2026, 6, 1), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, *nothing, ())
    >>> len(course_of(idle).time_s)
    0
    """
    plain = Course.along(route.xy, route.time_s)
    until_s, stays = plain.until_s.copy(), plain.stays.copy()
    moved = np.hypot(*np.diff(route.xy, axis=0).T) > 0 if len(route.xy) else np.empty(0, dtype=np.bool_)
    stays[1:] = ~moved
    for stop in route.stops:
        if stop.from_s > stop.arrive_s:
            until_s[stop.line[0]] = stop.from_s
            stays[stop.line[0]] = False
    pieces = [stop.line for stop in route.stops if stop.kind == "piece"]
    return plain._replace(until_s=until_s, stays=stays, pieces=np.array(pieces, dtype=np.int64).reshape(-1, 2))


def walked(course: Course, mode: str, manner: Manner, generator: np.random.Generator) -> Walked:
    """The fixes of somebody who goes a course. A course of nobody leaves none.

    >>> line = Course.along(np.array([[0.0, 0.0], [60.0, 0.0]]), np.array([0.0, 48.0]))
    >>> exact = Manner(accuracy_m=0.0, pace=(1.0, 1.0), every_s=12.0)
    >>> walked(line, "foot", exact, np.random.default_rng(1)).x.tolist()
    [0.0, 15.0, 30.0, 45.0, 60.0]
    """
    if not len(course.time_s):
        return Walked(np.empty(0), np.empty(0), np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))
    skipped = np.flatnonzero(generator.random(len(course.pieces)) < manner.impassable)
    at_s = _clock(course, skipped, MODES[mode].max_gap_s + LONGER_S, manner, generator)
    time_s = np.arange(at_s[0], at_s[-1], manner.every_s)
    time_s = np.unique(np.concatenate([time_s, at_s if manner.at_turns else at_s[[0, -1]]]))
    silent = np.concatenate([at_s[course.pieces[skipped]], _gaps(at_s, manner, generator)])
    heard = ~((time_s[:, None] > silent[:, 0]) & (time_s[:, None] < silent[:, 1])).any(axis=1)
    accuracy_m = MODES[mode].accuracy_m if manner.accuracy_m is None else manner.accuracy_m
    off = _errors(time_s, accuracy_m, manner, generator)
    x, y = (np.interp(time_s, at_s, course.xy[:, axis]) + off[:, axis] for axis in (0, 1))
    return Walked(x[heard], y[heard], time_s[heard], np.full(int(heard.sum()), accuracy_m), skipped)


def recorded(sent: Walked, mode: str) -> Track:
    """What was sent, cleaned into legs as every patrol's fixes are."""
    found = clean(sent.x, sent.y, sent.time_s, MODES[mode], accuracy_m=sent.accuracy_m)
    x, y, time_s, accuracy_m = (column[found.order] for column in sent[:4])
    return Track(x, y, time_s, accuracy_m, found.starts)


def _clock(course: Course, skipped: Indices, least_s: float, manner: Manner, generator: np.random.Generator) -> Floats:
    """(n,) when they are at each vertex: never on from a wait before its end, each piece at a pace of its own."""
    starts = np.zeros(len(course.time_s), dtype=np.int64)
    starts[np.minimum(course.pieces + 1, len(starts) - 1).ravel()] = 1
    part = np.cumsum(starts)
    pace = generator.uniform(*manner.pace, int(part[-1]) + 1)[part]
    took_s = np.diff(course.time_s, prepend=course.time_s[0])
    waits = np.isfinite(course.until_s)
    took_s = np.where(waits, 0.0, np.where(course.stays, took_s, took_s / pace))
    for first, last in course.pieces[skipped]:
        if last > first:
            took_s[first + 1] += max(0.0, least_s - float(took_s[first + 1 : last + 1].sum()))
    passed_s = np.cumsum(took_s)
    not_before_s = course.until_s.copy()
    not_before_s[0] = course.time_s[0] + generator.uniform(*manner.late_s)
    # At a vertex: the latest of all releases until there, and the steps since.
    return np.asarray(passed_s + np.maximum.accumulate(not_before_s - passed_s))


def _gaps(at_s: Floats, manner: Manner, generator: np.random.Generator) -> Floats:
    """(g, 2) from when until when the phone is silent."""
    count = int(generator.poisson(manner.gaps_an_hour * (at_s[-1] - at_s[0]) / 3600))
    begins_s = generator.uniform(at_s[0], at_s[-1], count)
    return np.column_stack([begins_s, begins_s + generator.uniform(*manner.gap_s, count)])


def _errors(time_s: Floats, accuracy_m: float, manner: Manner, generator: np.random.Generator) -> Floats:
    """(n, 2) metres off the true place; within the radius that the phone keeps to, for a disc holds all between two
    of its places."""
    knots_s = np.arange(time_s[0], time_s[-1] + manner.wander_s, manner.wander_s)
    drawn = generator.normal(0.0, accuracy_m * AXIS_SHARE, (len(knots_s), 2))
    if manner.keeps_word:
        far_m = np.hypot(*drawn.T)
        drawn *= np.minimum(1.0, ERROR_FACTOR * accuracy_m / np.maximum(far_m, 1e-300))[:, None]
    return np.column_stack([np.interp(time_s, knots_s, drawn[:, axis]) for axis in (0, 1)])

"""Courses that were gone: as tracks, and what a plan pays when it has been."""

from collections.abc import Sequence

import numpy as np

from geo.course.promise import seen_by
from geo.coverage.sightings import Track
from geo.duties.calendar import instant
from geo.plan.city import CrewDay
from geo.plan.day import Planned, reckoner_of
from geo.plan.plan import Promise
from geo.trial.walkers import Course, Manner, course_of, recorded, walked

__all__ = ["executed", "tracks_of"]


def tracks_of(courses: Sequence[Course], crews: Sequence[CrewDay], manner: Manner, seed: Sequence[int]) -> list[Track]:
    """The cleaned track of each crew that goes its course. Each has a chance of its own: seed, and its place."""
    return [
        recorded(walked(course, crew.mode, manner, np.random.default_rng([*seed, place])), crew.mode)
        for place, (course, crew) in enumerate(zip(courses, crews, strict=True))
    ]


def executed(planned: Planned, manner: Manner, seed: int) -> tuple[Promise, ...]:
    """What each duty owes once walkers went a plan, told as the plan told it: `after.nominal` is what is owed then.

    Where every fix keeps to its error, no gap parts the track and all is gone in time, it lies within what the plan
    promised, `after.possible` to `after.sure` (tests/geo/trial).
    """
    plan, problem = planned
    day_s = instant(problem.day, 0, problem.city.zone)
    tracks = tracks_of([course_of(route) for route in plan.routes], problem.crews, manner, [seed])
    seen = [
        seen_by(problem.ground, track, crew.mode, problem.city.duties, day_s)
        for track, crew in zip(tracks, problem.crews, strict=True)
    ]
    return reckoner_of(problem).promise(problem.crews, seen)

"""A month tried out: each day a rule sends crews out, walkers go their courses, what they saw pays what is owed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np

from geo.course.promise import Reckoner, seen_by
from geo.duties.account import debt_of
from geo.duties.calendar import instant
from geo.pieces.ground import Ground
from geo.pieces.worth import day_span
from geo.plan.city import City, CrewDay, DutyOwed, Options
from geo.plan.problem import Problem, prepare
from geo.trial.executed import tracks_of
from geo.trial.rounds import done_next
from geo.trial.rules import Rule
from geo.trial.walkers import Manner

__all__ = ["Evening", "Owes", "beyond", "month", "on_day", "owes"]


class Owes(NamedTuple):
    """What a city owes at an instant: metre-days of lines, target-days of what is settled whole."""

    m_days: float
    target_days: float


class Evening(NamedTuple):
    """What a day came to: what is owed as it ends, and metres and seconds that the crews went, from the plan's line;
    out: how many of them."""

    day: date
    owes: Owes
    length_m: float
    time_s: float
    out: int


def month(
    city: City, crews: Sequence[CrewDay], days: Sequence[date], rule: Rule, manner: Manner, seed: int = 0
) -> Iterator[Evening]:
    """Day after day, what a rule leaves. crews: as of any day; they go out on each of the days at the same hours.

    The walkers' chance depends on seed and day alone, not on the rule. No days: nothing.
    """
    ground, duties = Ground(city), city.duties
    for number, day in enumerate(days):
        start_s, end_s = day_span(day, city.zone)
        ground = ground.of(replace(city, duties=duties, known_s=max(city.known_s, start_s)))
        own = [on_day(crew, day, city) for crew in crews]
        courses, rule = rule.day(ground, own)
        tracks = tracks_of(courses, own, manner, [seed, number])
        seen = [seen_by(ground, track, crew.mode, duties, start_s) for track, crew in zip(tracks, own, strict=True)]
        duties = tuple(Reckoner.of(ground, duties, start_s, end_s).states(own, seen))
        gone = [course for course in courses if len(course.time_s)]
        length_m = sum(float(np.hypot(*np.diff(course.xy, axis=0).T).sum()) for course in gone)
        time_s = sum(float(course.time_s[-1] - course.time_s[0]) for course in gone)
        yield Evening(day, owes(duties, end_s, city), length_m, time_s, len(gone))


def owes(duties: Sequence[DutyOwed], at_s: float, city: City) -> Owes:
    """What duties of a city owe at an instant, in all."""
    debts = [debt_of(duty.versions, duty.state, at_s, city.zone).total for duty in duties]
    whole = [city.of(duty.layer).whole for duty in duties]
    return Owes(*(sum(debt for debt, one in zip(debts, whole, strict=True) if one == kind) for kind in (False, True)))


def beyond(city: City, crews: Sequence[CrewDay], days: Sequence[date], options: Options) -> list[Owes]:
    """What a city owes at the end of each day, had nobody gone out, that such crews cannot go for at all.

    No way leads there, it is too far for their hours, theirs is another mode, they may not settle it, its hours are not
    theirs, or one visit does not do: no rule that sends them for it pays it.
    """
    found, ground = [], Ground(city)
    for day in days:
        own = [on_day(crew, day, city) for crew in crews]
        problem = prepare(city, own, options, ground=ground)
        left = [piece for number, piece in enumerate(problem.pieces) if not _can_be_gone_for(problem, number)]
        found.append(Owes(sum(piece.debt_m_days for piece in left), sum(piece.debt_target_days for piece in left)))
    return found


def _can_be_gone_for(problem: Problem, number: int) -> bool:
    """Whether some crew that does nothing else on its day can do a piece."""
    crews = range(len(problem.crews)) if number < len(problem.tasks) else ()
    return any(crew not in problem.stranded and done_next(problem, crew, number) is not None for crew in crews)


def on_day(crew: CrewDay, day: date, city: City) -> CrewDay:
    """The crew on another day, at the same hours of the clock of the day's beginning, with breaks and appointments.

    >>> from zoneinfo import ZoneInfo
    >>> from geo.network.network import empty_network
    >>> nowhere = City(empty_network(), (), (), ZoneInfo("Asia/Shanghai"), 0.0)
    >>> crew = CrewDay("A", "甲组", "foot", frozenset(), date(2026, 6, 1), 1780272000.0, 1780300800.0)
    >>> on_day(crew, date(2026, 6, 3), nowhere).from_s - crew.from_s
    172800.0
    """
    later_s = instant(day, 0, city.zone) - instant(crew.day, 0, city.zone)
    rests = tuple(one._replace(from_s=one.from_s + later_s, to_s=one.to_s + later_s) for one in crew.breaks)
    meets = tuple(one._replace(from_s=one.from_s + later_s, to_s=one.to_s + later_s) for one in crew.appointments)
    hours = crew.from_s + later_s, crew.to_s + later_s
    return replace(crew, day=day, from_s=hours[0], to_s=hours[1], breaks=rests, appointments=meets, started_s=None)

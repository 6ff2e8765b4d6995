"""The fixed round: all that there is to see in order of its code, on from where one stopped, whatever is owed.

Each crew has its own beat: what it may settle is dealt out in runs of equal length, in order of layer, code and
chainage. It goes along its beat until the next piece does not fit into its hours, and the day after from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geo.duties.calendar import instant
from geo.duties.scope import Scope, State, never_seen
from geo.pieces.ground import Ground
from geo.plan.city import CrewDay, Options
from geo.plan.evaluate import evaluate
from geo.plan.problem import Problem, prepare
from geo.plan.tasks import Alternative, Stop
from geo.trial.rules import courses_of
from geo.trial.walkers import Course

__all__ = ["FixedRound", "beats_of", "done_next"]


@dataclass(frozen=True)
class FixedRound:
    """The round of every crew, made on its first day and the same ever after.

    problem: all that there is to see, as its first day finds it. at: where in its beat each crew goes on.
    """

    options: Options = field(default_factory=Options)
    problem: Problem | None = field(default=None, repr=False)
    at: tuple[int, ...] = ()

    def day(self, ground: Ground, crews: Sequence[CrewDay]) -> tuple[list[Course], Self]:
        """See `geo.trial.rules.Rule`."""
        problem = self.problem or _everything(ground, crews, self.options)
        at = self.at or (0,) * len(crews)
        went = [_gone(problem, crew, beat, at[crew]) for crew, beat in enumerate(beats_of(problem))]
        found = evaluate(problem.tasks, problem.teams, problem.costs, [stops for stops, _ in went])
        zone = ground.city.zone
        later_s = instant(crews[0].day, 0, zone) - instant(problem.day, 0, zone)
        courses = [
            course._replace(time_s=course.time_s + later_s, until_s=course.until_s + later_s)
            for course in courses_of(problem, found)
        ]
        return courses, replace(self, problem=problem, at=tuple(following for _, following in went))


def _everything(ground: Ground, crews: Sequence[CrewDay], options: Options) -> Problem:
    """A day's problem were nothing ever seen: its pieces are all that crews can go for."""
    unseen = tuple(replace(duty, state=_unseen(duty.state)) for duty in ground.city.duties)
    every = ground.of(replace(ground.city, duties=unseen))
    return prepare(every.city, crews, options, ground=every)


def beats_of(problem: Problem) -> list[list[int]]:
    """For each crew the tasks of its beat, in order; no task is in two.

    The whole list is cut into one run for each crew, of equal length; a task that this crew may not do goes to the
    one that may whose run is nearest.
    """
    able = [_able(problem, task) for task in range(len(problem.tasks))]
    order = sorted((task for task in range(len(able)) if len(able[task])), key=lambda task: _where(problem, task))
    length_m = np.array([max(problem.pieces[task].length_m, 1.0) for task in order])
    run = (np.cumsum(length_m) - length_m / 2) / length_m.sum() * len(problem.crews) - 0.5
    beats: list[list[int]] = [[] for _ in problem.crews]
    for task, at in zip(order, run.tolist(), strict=True):
        crews = able[task]
        beats[int(crews[np.abs(crews - at).argmin()])].append(task)
    return beats


def _unseen(state: State) -> State:
    """The same pieces as if nobody had ever come, those of which nothing is known too."""
    return never_seen(Scope(state.target, state.from_cm, state.to_cm, state.began_s, state.until_s, state.stretch))


def _where(problem: Problem, task: int) -> tuple[str, str, float, str]:
    piece = problem.pieces[task]
    return piece.layer, piece.code, piece.from_m or 0.0, piece.id


def _able(problem: Problem, task: int) -> NDArray[np.int64]:
    every = range(len(problem.crews))
    may = {crew for way in problem.tasks[task].alternatives for crew in (every if way.crews is None else way.crews)}
    return np.array(sorted(may - problem.stranded), dtype=np.int64)


def _gone(problem: Problem, crew: int, beat: Sequence[int], at: int) -> tuple[list[Stop], int]:
    """What a crew does of its beat in a day, each piece once at most, and where in it it goes on."""
    team = problem.teams[crew]
    where, now_s = team.start, team.from_s
    stops: list[Stop] = []
    for step in range(len(beat)):
        place = (at + step) % len(beat)
        found = done_next(problem, crew, beat[place], where, now_s)
        if found is None:
            if stops:
                return stops, place
            continue  # Not even as the first of the day: the round goes past it.
        way, now_s = found
        where = problem.tasks[beat[place]].alternatives[way].exit
        stops.append(Stop("task", beat[place], way))
    return stops, at


def done_next(
    problem: Problem, crew: int, task: int, where: int | None = None, now_s: float | None = None
) -> tuple[int, float] | None:
    """In which way a crew does a task next, the soonest done, and when; None where it cannot and be home in time.

    where, now_s: the place it is at, and when; none: its start, as its day begins.
    """
    team = problem.teams[crew]
    where, now_s = (team.start, team.from_s) if now_s is None else (where, now_s)
    time_s = problem.costs[team.profile].time_s
    best = None
    for number, way in enumerate(problem.tasks[task].alternatives):
        if way.crews is not None and crew not in way.crews:
            continue
        done_s = _done(way, now_s + (0.0 if where is None else float(time_s[where, way.entry])))
        home_s = done_s + (0.0 if team.end is None else float(time_s[way.exit, team.end]))
        if home_s <= team.to_s and (best is None or done_s < best[1]):
            best = number, done_s
    return best


def _done(way: Alternative, reached_s: float) -> float:
    """When it is done, in the first of its windows into which it still fits; inf where there is none."""
    if not way.windows:
        return reached_s + way.service_s
    ends = [max(reached_s, from_s) + way.service_s for from_s, to_s in way.windows
            if max(reached_s, from_s) + way.service_s <= to_s]  # fmt: skip
    return min(ends, default=np.inf)

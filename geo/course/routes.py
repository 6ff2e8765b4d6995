"""Routes out of what the solver answers: timed lines, stops with what they pay, and what a hand may have broken."""

from dataclasses import dataclass

import numpy as np

from geo.course.directions import directions_of
from geo.course.timeline import Timeline
from geo.plan import tasks as solver
from geo.plan.plan import Owed, Piece, Route, Stop
from geo.plan.problem import Problem

__all__ = ["route_of"]


AFLOAT = ("boat", "drone")
"""To these it does not matter whether a bank can be walked."""


def route_of(problem: Problem, crew: int, found: solver.Route) -> Route:
    """One crew's route. An idle one has no stops and an empty line."""
    own, team = problem.crews[crew], problem.teams[crew]
    if not found.visits:
        over = _over(problem, crew, found)
        none = np.empty((0, 2)), np.empty(0)
        return Route(crew, own.route, own.day, own.from_s, own.from_s, 0.0, 0.0, 0.0, 0.0, *none, (), (), over)
    line = Timeline(problem.paths[own.mode], float(found.start_s))
    stops: list[Stop] = []
    if team.start is not None:
        line.appear(team.start)
        stops.append(_plain(line, "start", own.start_name or "出发", line.now_s))
    for visit in found.visits:
        stops.append(_Visited(problem, crew, line, len(stops)).stop(visit))
    if team.end is not None:
        line.travel(team.end, len(stops))
        stops.append(_plain(line, "end", own.end_name or "收工", line.now_s))
    xy, time_s = np.array(line.xy), np.array(line.time_s)
    length_m = float(np.hypot(*np.diff(xy, axis=0).T).sum())
    service_s = sum(stop.to_s - stop.from_s for stop in stops)
    waiting_s = sum(stop.from_s - stop.arrive_s for stop in stops)
    moving_s = max(0.0, line.now_s - float(time_s[0]) - service_s - waiting_s)
    said = directions_of(problem.city.network, line.gone, xy, stops, own.mode)
    return Route(
        crew, own.route, own.day, float(time_s[0]), line.now_s, length_m, moving_s, service_s, waiting_s,
        xy, time_s, tuple(stops), said, _over(problem, crew, found),
    )  # fmt: skip


def _plain(line: Timeline, kind: str, name: str, arrive_s: float) -> Stop:
    x, y = line.xy[-1]
    return Stop(kind, name, None, arrive_s, line.now_s, line.now_s, 0.0, float(x), float(y), (line.vertex, line.vertex))


@dataclass
class _Visited:
    """One visit of a crew, on a line that it makes longer."""

    problem: Problem
    crew: int
    line: Timeline
    number: int

    def stop(self, visit: solver.Visit) -> Stop:
        """The stop that it makes."""
        problem, line, team = self.problem, self.line, self.problem.teams[self.crew]
        if visit.kind == "task":
            alternative = problem.tasks[visit.of].alternatives[visit.alternative]
            entry, exit_ = alternative.entry, alternative.exit
        elif visit.kind == "break":
            entry = exit_ = team.breaks[visit.of].places[visit.alternative]
        else:
            entry = exit_ = team.appointments[visit.of].place
        if line.at is None:
            line.now_s = float(visit.arrive_s)
        line.travel(entry, self.number)
        arrive_s = line.now_s
        line.wait(float(visit.begin_s))
        first, begin_s, (x, y) = line.vertex, line.now_s, line.xy[-1]
        name, piece, length_m = self._done(visit, exit_)
        line.wait(float(visit.leave_s))
        kind, task = ("piece", problem.tasks[visit.of]) if visit.kind == "task" else (visit.kind, None)
        fixed, number = (task.crew is not None, visit.of) if task is not None else (False, None)
        owed = _owed(problem, piece, self.crew, begin_s, line.now_s)
        between = (first, line.vertex)
        times = arrive_s, begin_s, line.now_s
        doubted = bool(piece and piece.unverified) and problem.crews[self.crew].mode not in AFLOAT
        return Stop(kind, name, number, *times, length_m, float(x), float(y), between, doubted, fixed, owed)

    def _done(self, visit: solver.Visit, exit_: int) -> tuple[str, Piece | None, float]:
        problem, line = self.problem, self.line
        if visit.kind == "break":
            return "休息", None, 0.0
        if visit.kind == "appointment":
            return problem.teams[self.crew].appointments[visit.of].name, None, 0.0
        piece, way = problem.pieces[visit.of], problem.ways[visit.of][visit.alternative]
        walk = problem.works[visit.of].walk
        return piece.name, piece, line.walk(walk, visit.of, back=way.backward, spot=exit_, stop=self.number)


def _owed(problem: Problem, piece: Piece | None, crew: int, from_s: float, to_s: float) -> tuple[Owed, ...]:
    """What a crew pays of each duty with a piece, in these seconds."""
    sums: dict[int, float] = {}
    for cover in piece.covers if piece else ():
        settlers = problem.settlers[cover.duty]
        timely = not settlers.hours or any(a <= from_s and to_s <= b for a, b in settlers.hours)
        if crew in settlers.crews and timely:
            sums[cover.duty] = sums.get(cover.duty, 0.0) + cover.debt
    city = problem.city
    return tuple(Owed(duty, debt, city.of(city.duties[duty].layer).whole) for duty, debt in sums.items())


def _over(problem: Problem, crew: int, found: solver.Route) -> tuple[str, ...]:
    """Sentences on what does not fit: of a plan that was solved, none but of a crew that cannot set out."""
    said = []
    if crew in problem.stranded:
        said.append("出发点或收工点 2 公里之内没有该方式可通行的路:请换一个地点,其余各组照常安排。")
    if found.over_s:
        said.append(f"超出班次 {found.over_s / 60:.0f} 分钟。")
    if found.over_m:
        said.append(f"超出最多里程 {found.over_m:,.0f} 米。")
    if found.late_s:
        said.append(f"晚于规定时段共 {found.late_s / 60:.0f} 分钟。")
    said += [f"“{_name(problem, crew, stop)}”不可由该组完成。" for stop in found.forbidden]
    said += [f"“{_name(problem, crew, stop)}”没有路可到。" for stop in found.unreachable]
    said += [f"缺少{_name(problem, crew, stop)}。" for stop in found.missing if crew not in problem.stranded]
    return tuple(said)


def _name(problem: Problem, crew: int, stop: solver.Stop) -> str:
    if stop.kind == "task":
        return problem.pieces[stop.of].name
    return "休息" if stop.kind == "break" else problem.teams[crew].appointments[stop.of].name

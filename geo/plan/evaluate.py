"""What a given order of stops comes to: times, metres, worth, and everything that it breaks. Nothing is refused."""

from collections import Counter
from collections.abc import Sequence
from math import fsum

from geo.plan.solver.rounding import FAR, inwards, up
from geo.plan.solver.whole import Whole, whole
from geo.plan.tasks import Alternative, Crew, Kind, Matrices, Route, Routes, Solution, Stop, Task, Visit
from layers.errors import BadInput

__all__ = ["evaluate", "judged"]


def evaluate(tasks: Sequence[Task], crews: Sequence[Crew], costs: Sequence[Matrices], routes: Routes) -> Solution:
    """Each crew's stops in the order given, as early as may be: an order made by hand, or a plan changed.

    routes: one for each crew, empty for an idle one. A window is chosen for each stop: the first in which it can still
    be done; where none is left, it is done when reached and late_s says how late. BadInput: a stop that does not
    exist, or another number of routes than of crews.

    >>> import numpy as np
    >>> from geo.plan.tasks import Alternative, Metres
    >>> line_m = np.abs(np.subtract.outer([0.0, 100.0, 400.0], [0.0, 100.0, 400.0]))
    >>> walk = Task((Alternative(1, 2, service_s=300, length_m=300, prize=5.0),))
    >>> day = evaluate([walk], [Crew(0, 0, 0, 900)], [Metres(line_m, line_m)], [[Stop("task", 0)]])
    >>> day.prize, day.length_m, day.time_s, day.feasible
    (5.0, 800, 800, True)
    >>> evaluate([walk], [Crew(0, 0, 0, 700)], [Metres(line_m, line_m)], [[Stop("task", 0)]]).routes[0].over_s
    100
    """
    return judged(whole(tasks, crews, costs), tasks, crews, routes)


def judged(table: Whole, tasks: Sequence[Task], crews: Sequence[Crew], routes: Routes, iterations: int = 0) -> Solution:
    """The same, of tables that were made before."""
    if len(routes) != len(crews):
        raise BadInput(f"给了 {len(routes)} 条路线,有 {len(crews)} 个组:每组一条,空闲的给空路线")
    for crew, stops in enumerate(routes):
        for stop in stops:
            _check(stop, tasks, crews[crew])
    found = tuple(_Walk(table, tasks, crews, crew).along(stops) for crew, stops in enumerate(routes))
    done = Counter(stop.of for stops in routes for stop in stops if stop.kind == "task")
    left = tuple(number for number in range(len(tasks)) if number not in done)
    missed = tuple(number for number in left if tasks[number].required or tasks[number].crew is not None)
    twice = tuple(sorted(number for number, times in done.items() if times > 1))
    worth: dict[int, float] = {}
    for visit in (visit for route in found for visit in route.visits if visit.kind == "task"):
        worth[visit.of] = max(visit.prize, worth.get(visit.of, 0.0))
    return Solution(found, left, missed, twice, fsum(worth.values()), iterations)


def _check(stop: Stop, tasks: Sequence[Task], crew: Crew) -> None:
    known = {"task": len(tasks), "break": len(crew.breaks), "appointment": len(crew.appointments)}
    if not 0 <= stop.of < known.get(stop.kind, 0):
        raise BadInput(f"路线里的 {stop.kind} {stop.of} 不存在")
    ways = {"task": lambda: len(tasks[stop.of].alternatives), "break": lambda: len(crew.breaks[stop.of].places)}
    if not 0 <= stop.alternative < ways.get(stop.kind, lambda: 1)():
        raise BadInput(f"路线里的 {stop.kind} {stop.of} 没有第 {stop.alternative + 1} 种走法")


class _Walk:
    """One crew on its way: where it is, at what time, and what it has broken."""

    def __init__(self, table: Whole, tasks: Sequence[Task], crews: Sequence[Crew], crew: int) -> None:
        self.table, self.tasks, self.hours, self.crew = table, tasks, crews[crew], crew
        self.metres, self.seconds = table.between[self.hours.profile]
        self.place = -1 if self.hours.start is None else self.hours.start
        self.time_s = int(table.hours.from_s[crew])
        self.travel_m = self.service_s = self.waiting_s = self.own_m = self.load = self.late_s = 0
        self.prize = 0.0
        self.forbidden: list[Stop] = []
        self.unreachable: list[Stop] = []

    def along(self, stops: Sequence[Stop]) -> Route:
        """The route, to its end."""
        table, crew = self.table, self.crew
        start_s = self.time_s + table.origin_s
        if not stops:
            return Route((), start_s, start_s, missing=self._missing(stops))
        visits = tuple(self._visit(stop) for stop in stops)
        self._go(-1 if self.hours.end is None else self.hours.end, visits[-1].stop)
        length_m = self.travel_m + self.own_m
        return Route(
            visits, start_s, self.time_s + table.origin_s, length_m, self.travel_m, self.service_s, self.waiting_s,
            self.load, self.prize, self.late_s, max(0, self.time_s - int(table.hours.to_s[crew])),
            max(0, length_m - int(table.hours.most_m[crew])), max(0, self.load - int(table.hours.capacity[crew])),
            tuple(self.forbidden), tuple(self.unreachable), self._missing(stops),
        )  # fmt: skip

    def _missing(self, stops: Sequence[Stop]) -> tuple[Stop, ...]:
        """Breaks and appointments left out; a crew that has nothing else to do needs no break."""
        kinds: list[tuple[Kind, int]] = [("appointment", number) for number in range(len(self.hours.appointments))]
        if any(stop.kind != "break" for stop in stops):
            kinds += [("break", number) for number in range(len(self.hours.breaks))]
        made = {(stop.kind, stop.of) for stop in stops}
        return tuple(Stop(*one) for one in kinds if one not in made)

    def _go(self, place: int, stop: Stop) -> None:
        metres, seconds = int(self.metres[self.place, place]), int(self.seconds[self.place, place])
        if metres >= FAR:
            self.unreachable.append(stop)
        else:
            self.travel_m, self.time_s = self.travel_m + metres, self.time_s + seconds
        self.place = place

    def _visit(self, stop: Stop) -> Visit:
        one = self._known(stop)
        broken = len(self.unreachable) + len(self.forbidden)
        self._go(one.entry, stop)
        if one.crews is not None and self.crew not in one.crews:
            self.forbidden.append(stop)
        service_s, arrive_s = up(one.service_s), self.time_s
        begin_s, late_s = _begun(arrive_s, one.windows, service_s, self.table.origin_s)
        worth = one.prize if late_s == 0 and broken == len(self.unreachable) + len(self.forbidden) else 0.0
        self.waiting_s += begin_s - arrive_s
        self.late_s += late_s
        self.service_s += service_s
        self.own_m += up(one.length_m)
        self.prize += worth
        self.time_s, self.place = begin_s + service_s, one.exit
        at = self.table.origin_s
        return Visit(*stop, arrive_s + at, begin_s + at, self.time_s + at, late_s, worth)

    def _known(self, stop: Stop) -> Alternative:
        """What the stop asks, as if it were a task's alternative."""
        if stop.kind == "task":
            task = self.tasks[stop.of]
            self.load += up(task.demand)
            one = task.alternatives[stop.alternative]
            if task.crew is None:
                return one
            return one._replace(crews=frozenset({task.crew}) & (one.crews if one.crews is not None else {task.crew}))
        if stop.kind == "break":
            rest = self.hours.breaks[stop.of]
            place = rest.places[stop.alternative]
            return Alternative(place, place, rest.length_s, windows=((rest.from_s, rest.to_s),))
        due = self.hours.appointments[stop.of]
        return Alternative(due.place, due.place, due.length_s, windows=((due.from_s, due.to_s),))


def _begun(arrive_s: int, windows: tuple[tuple[float, float], ...], service_s: int, origin_s: int) -> tuple[int, int]:
    """When it begins, and how many seconds past its last window it ends."""
    spans = [inwards(window, origin_s) for window in windows]
    fits = [max(arrive_s, from_s) for from_s, to_s in spans if max(arrive_s, from_s) + service_s <= to_s]
    if fits or not spans:
        return min(fits, default=arrive_s), 0
    last_s = max(to_s for _, to_s in spans)
    return arrive_s, max(1, arrive_s + service_s - last_s)

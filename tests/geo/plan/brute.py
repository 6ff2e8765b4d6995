"""The best of small plans by trying every order of everything, and a checker of plans that trusts no table of ours."""

from collections.abc import Sequence
from math import ceil, inf

from geo.plan.tasks import Alternative, Crew, Metres, Solution, Stop, Task


def best_prize(tasks: Sequence[Task], crews: Sequence[Crew], costs: Sequence[Metres]) -> float:
    """The most worth that any plan brings in: every set of tasks that a crew can do, shared out among the crews."""
    full = 1 << len(tasks)
    shared = {0: 0.0}
    for number, crew in enumerate(crews):
        doable = _doable(tasks, number, crew, costs[crew.profile])
        grown = dict(shared)
        for done, prize in shared.items():
            for mine, worth in doable.items():
                if not done & mine:
                    grown[done | mine] = max(grown.get(done | mine, -inf), prize + worth)
        shared = grown
    assert all(done < full for done in shared)
    return max(shared.values())


def _doable(tasks: Sequence[Task], number: int, crew: Crew, costs: Metres) -> dict[int, float]:
    """Sets of tasks (bits) that one crew can do, and the most that they are then worth, by all orders and ways."""
    found: dict[int, float] = {0: 0.0}
    musts = [
        (stop.place, stop.place, stop.length_s, 0.0, 0.0, (stop.from_s, stop.to_s), -1) for stop in crew.appointments
    ]
    rests = [
        [(at, at, rest.length_s, 0.0, 0.0, (rest.from_s, rest.to_s), -1) for at in rest.places] for rest in crew.breaks
    ]
    ways = [[*_ways(task, bit, number)] for bit, task in enumerate(tasks)]

    def go(place: int | None, time_s: int, metres: int, done: int, prize: float, due: tuple[int, ...]) -> None:
        if not due and _home(place, time_s, metres, crew, costs):
            found[done] = max(found.get(done, -inf), prize)
        options = [way for bit, every in enumerate(ways) if not done >> bit & 1 for way in every]
        stops = [(k, [musts[k]] if k < len(musts) else rests[k - len(musts)]) for k in due]
        for k, option in [(-1, one) for one in options] + [(k, one) for k, every in stops for one in every]:
            entry, exit_, service_s, length_m, worth, (from_s, to_s), bit = option
            travel = (0, 0) if place is None else _leg(costs, place, entry)
            begin_s = max(time_s + travel[1], ceil(from_s)) if travel else inf
            if begin_s + ceil(service_s) > min(to_s, crew.to_s):
                continue
            rest = tuple(one for one in due if one != k)
            more = done | 1 << bit if bit >= 0 else done
            go(exit_, begin_s + ceil(service_s), metres + travel[0] + ceil(length_m), more, prize + worth, rest)

    go(crew.start, ceil(crew.from_s), 0, 0, 0.0, tuple(range(len(musts) + len(rests))))
    return found


def _ways(task: Task, bit: int, crew: int) -> list[tuple]:
    allowed = [
        one for one in task.alternatives if task.crew in (None, crew) and (one.crews is None or crew in one.crews)
    ]
    return [
        (one.entry, one.exit, one.service_s, one.length_m, one.prize, window, bit)
        for one in allowed
        for window in one.windows or ((0.0, inf),)
    ]


def _leg(costs: Metres, a: int, b: int) -> tuple[int, int] | None:
    metres, seconds = costs.distance_m[a, b], costs.time_s[a, b]
    return (ceil(metres), ceil(seconds)) if metres < inf else None


def _home(place: int | None, time_s: int, metres: int, crew: Crew, costs: Metres) -> bool:
    leg = (0, 0) if place is None or crew.end is None else _leg(costs, place, crew.end)
    return leg is not None and time_s + leg[1] <= crew.to_s and metres + leg[0] <= crew.most_m


def check(plan: Solution, tasks: Sequence[Task], crews: Sequence[Crew], costs: Sequence[Metres]) -> None:
    """Every rule that a plan has to keep, worked out anew from its stops; AssertionError where one is broken."""
    seen: list[int] = []
    for number, (route, crew) in enumerate(zip(plan.routes, crews, strict=True)):
        _check_route(route.stops, number, crew, tasks, costs[crew.profile])
        seen += [stop.of for stop in route.stops if stop.kind == "task"]
    assert len(seen) == len(set(seen)), "done twice"
    assert set(plan.left) == set(range(len(tasks))) - set(seen)
    assert set(plan.missed) == {k for k in plan.left if tasks[k].required or tasks[k].crew is not None}
    worth = sum(visit.prize for route in plan.routes for visit in route.visits)
    assert abs(plan.prize - worth) < 1e-6


def _check_route(stops: Sequence[Stop], number: int, crew: Crew, tasks: Sequence[Task], costs: Metres) -> None:
    place, time_s, length_m, load = crew.start, crew.from_s, 0.0, 0.0
    for stop in stops:
        one = _asked(stop, tasks, crew)
        assert one.crews is None or number in one.crews, "another's duty"
        if stop.kind == "task":
            assert tasks[stop.of].crew in (None, number)
            load += tasks[stop.of].demand
        if place is not None:
            assert costs.distance_m[place, one.entry] < inf, "no way"
            time_s, length_m = time_s + costs.time_s[place, one.entry], length_m + costs.distance_m[place, one.entry]
        spans = one.windows or ((-inf, inf),)
        begins = [max(time_s, from_s) for from_s, to_s in spans if max(time_s, from_s) + one.service_s <= to_s + 1e-6]
        assert begins, "out of its window"
        time_s, length_m, place = min(begins) + one.service_s, length_m + one.length_m, one.exit
    if stops and crew.end is not None and place is not None:
        time_s, length_m = time_s + costs.time_s[place, crew.end], length_m + costs.distance_m[place, crew.end]
    assert time_s <= crew.to_s + 1e-6, "over its hours"
    assert length_m <= crew.most_m + 1e-6, "over its metres"
    assert load <= crew.capacity, "over its capacity"
    kinds = [(stop.kind, stop.of) for stop in stops]
    assert all(("appointment", k) in kinds for k in range(len(crew.appointments))), "an appointment missed"
    if any(kind == "task" for kind, _ in kinds):
        assert all(("break", k) in kinds for k in range(len(crew.breaks))), "no break"


def _asked(stop: Stop, tasks: Sequence[Task], crew: Crew) -> Alternative:
    if stop.kind == "task":
        return tasks[stop.of].alternatives[stop.alternative]
    if stop.kind == "break":
        rest = crew.breaks[stop.of]
        place = rest.places[stop.alternative]
        return Alternative(place, place, rest.length_s, windows=((rest.from_s, rest.to_s),))
    due = crew.appointments[stop.of]
    return Alternative(due.place, due.place, due.length_s, windows=((due.from_s, due.to_s),))

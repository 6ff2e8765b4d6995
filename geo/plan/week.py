"""A plan for several days: what is due when, spread over days and crews, day after day.

Each day is planned on what the days before it are going to see. A metre is worth, on a day, what seeing it then saves
on the evenings that are left of the plan, in the mean: so what is overdue comes first, what falls due within the
week is gone for while there is time, and what was seen in the plan is gone for again only once it is due again.
Counts per calendar period are filled on different days, with the duty's least gap between (geo.pieces.worth).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from geo.course.promise import Reckoner, Seen
from geo.duties.calendar import instant
from geo.pieces.worth import day_span
from geo.plan.change import Change, changed, solution_of
from geo.plan.city import City, CrewDay, Options, check_crews
from geo.plan.day import Planned, Watch, reckoner_of, solved, totals_of, walked
from geo.plan.plan import Piece, Plan, Reckoning, Route
from geo.plan.problem import prepare
from geo.plan.tasks import Limit, Stop
from layers.errors import BadInput, TooLarge

__all__ = ["MOST_DAYS", "Week", "changed_week", "plan_week"]

MOST_DAYS = 7


class Week(NamedTuple):
    """A plan of several days, and each day's own, in order of days. Its routes are in the order of the crews given,
    its pieces are named by id and day."""

    plan: Plan
    days: tuple[Planned, ...]


def plan_week(
    city: City, crews: Sequence[CrewDay], options: Options, limit: Limit, seed: int = 0, progress: Watch | None = None
) -> Week:
    """The plan of all days that crews are given for, at most MOST_DAYS; the limit is for all of them together.

    Raises what `prepare` raises; TooLarge for more days.
    """
    check_crews(crews)
    days = sorted({crew.day for crew in crews})
    if len(days) > MOST_DAYS:
        raise TooLarge(f"一次最多排 {MOST_DAYS} 天,给出了 {len(days)} 天:请分周来排。")
    share, made, duties, ground = _shared(limit, len(days)), [], city.duties, None
    begins_s = instant(days[0], 0, city.zone)
    for day in days:
        own = [crew for crew in crews if crew.day == day]
        now = replace(city, duties=duties, known_s=max(city.known_s, instant(day, 0, city.zone)))
        evenings = _evenings(city, days, day, options)
        waits_s = min((instant(one, 0, city.zone) for one in days if one > day), default=evenings[-1])
        problem = prepare(
            now, own, _of_day(options, day), judged_s=evenings, since_s=begins_s, wait_s=waits_s, ground=ground
        )
        plan = solved(problem, share, seed, progress)
        made.append(Planned(plan, problem))
        seen = _seen(made[-1])
        duties = tuple(reckoner_of(problem).states(problem.crews, seen))
        ground = problem.ground
    return Week(_together(city, crews, options, made), tuple(made))


def changed_week(city: City, crews: Sequence[CrewDay], options: Options, week: Week, changes: Sequence[Change]) -> Week:
    """The week after changes by hand, each within one day; see `geo.plan.change.changed`."""
    days = list(week.days)
    for change in changes:
        name, _, day = change.piece.rpartition("@")
        at = next((n for n, one in enumerate(days) if f"{one.problem.day:%Y-%m-%d}" == day), None)
        if at is None:
            raise BadInput(f"“{change.piece[:80]}”不属于方案里的任何一天:多日方案的块以 @日期 结尾。")
        if change.route not in (None, "=") and not any(crew.route == change.route for crew in days[at].problem.crews):
            raise BadInput(f"“{name}”排在 {day},只能移给同一天的巡查组。")
        days[at] = changed(days[at], [change._replace(piece=name)])
    return Week(_together(city, crews, options, days), tuple(days))


def _of_day(options: Options, day: date) -> Options:
    """The options with the pieces fixed on a day, without the day in their names."""
    mark = f"@{day:%Y-%m-%d}"
    own = {name.removesuffix(mark): route for name, route in options.fixed.items() if name.endswith(mark)}
    every = {name: route for name, route in options.fixed.items() if "@" not in name}
    return replace(options, fixed=every | own)


def _shared(limit: Limit, days: int) -> Limit:
    iterations = None if limit.iterations is None else max(1, limit.iterations // days)
    return Limit(iterations, None if limit.seconds is None else limit.seconds / days)


def _evenings(city: City, days: Sequence[date], day: date, options: Options) -> tuple[float, ...]:
    """The midnights from a day's end to the plan's, and on by the options' days ahead."""
    last = days[-1] + timedelta(days=options.ahead_days - 1)
    return tuple(day_span(date.fromordinal(n), city.zone)[1] for n in range(day.toordinal(), last.toordinal() + 1))


def _seen(planned: Planned) -> list[Seen]:
    problem, plan = planned.problem, planned.plan
    found = solution_of(problem, plan.order)
    return [walked(problem, crew, route)[1] for crew, route in enumerate(found.routes)]


def _together(city: City, crews: Sequence[CrewDay], options: Options, days: Sequence[Planned]) -> Plan:
    """All days as one plan: promised is what is owed when the last is over."""
    place = {crew.route: number for number, crew in enumerate(crews)}
    routes: list[Route | None] = [None] * len(crews)
    seen: list[Seen | None] = [None] * len(crews)
    pieces: list[Piece] = []
    for number, one in enumerate(days):
        at = [place[crew.route] for crew in one.problem.crews]
        shift = len(pieces)
        own = _named(one, days[number + 1 :])
        kept = {old: shift + new for new, (old, _) in enumerate(own)}
        pieces += [
            replace(
                piece,
                id=f"{piece.id}@{one.problem.day:%Y-%m-%d}",
                route=None if piece.route is None else at[piece.route],
            )
            for _, piece in own
        ]
        for route, looked, crew in zip(one.plan.routes, _seen(one), at, strict=True):
            stops = tuple(replace(stop, piece=None if stop.piece is None else kept[stop.piece]) for stop in route.stops)
            routes[crew], seen[crew] = replace(route, crew=crew, stops=stops), looked
    judged_s = max(one.problem.judged_s for one in days)
    problem = days[0].problem
    start_s = instant(problem.day, 0, city.zone)
    reckoner = Reckoner.of(problem.ground.of(city), city.duties, start_s, judged_s)
    made = [route for route in routes if route is not None]
    going = [frozenset(owed.duty for stop in route.stops for owed in stop.duties) for route in made]
    promise = reckoner.promise(crews, [one for one in seen if one is not None], going)
    order: list[tuple[Stop, ...]] = [()] * len(crews)
    for one in days:
        for own_crew, done in zip(one.problem.crews, one.plan.order, strict=True):
            order[place[own_crew.route]] = done
    return Plan(
        tuple(made), tuple(pieces), promise, totals_of(made, pieces, promise), judged_s, _bound(days),
        iterations=sum(one.plan.iterations for one in days), seed=days[0].plan.seed, order=tuple(order),
    )  # fmt: skip


def _named(one: Planned, later: Sequence[Planned]) -> list[tuple[int, Piece]]:
    """The pieces of a day with their places in it: those planned, and those left out that no later day has anything
    of."""
    again = {(c.duty, c.target) for other in later for piece in other.plan.pieces for c in piece.covers}
    return [
        (number, piece)
        for number, piece in enumerate(one.plan.pieces)
        if piece.state == "planned"
        or piece.why == "by_hand"
        or not any((c.duty, c.target) in again for c in piece.covers)
    ]


def _bound(days: Sequence[Planned]) -> Reckoning | None:
    """The bounds of all days together, each on what the days before it leave."""
    bounds = [one.plan.bound for one in days]
    known = [bound for bound in bounds if bound is not None]
    if not known or len(known) < len(bounds):
        return None
    worth, reached = (sum(getattr(bound, name) for bound in known) for name in ("worth", "reached"))
    trivial = any(bound.trivial for bound in known)
    return Reckoning.of(worth, reached, f"{known[0].relaxation};逐日相加", trivial=trivial)

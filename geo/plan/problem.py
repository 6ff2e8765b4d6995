"""From a city, its crews and options to what a solver takes: pieces as tasks, places as matrices, crews as teams.

One problem is one day's. It is made once and kept beside its plan: a change by hand is judged on it without solving.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from geo.course.paths import Paths, Spots
from geo.pieces.alternatives import Way, alternatives_of, modes_of
from geo.pieces.ground import Ground
from geo.pieces.lines import line_works, wanted_of
from geo.pieces.reasons import reasons_of
from geo.pieces.settle import Settlers, settlers_of
from geo.pieces.starts import Reachable, reachable_of
from geo.pieces.told import Hours, by_hours, numbered, piece_of, refused_pieces, unseen_pieces
from geo.pieces.wholes import whole_works
from geo.pieces.work import Work
from geo.pieces.worth import OwedRanges, day_span, owed_of
from geo.plan.city import City, CrewDay, Options, check_crews
from geo.plan.plan import Piece
from geo.plan.solver.whole import Whole, whole
from geo.plan.tasks import Crew, Metres, Task
from geo.plan.teams import Gathering, teams_of
from layers.errors import BadInput, TooLarge

__all__ = ["Problem", "judged_at", "prepare", "with_pieces"]


@dataclass(frozen=True)
class Problem:
    """One day's problem. works, ways and tasks are those of the first pieces, in order; the pieces after them are what
    nobody can go for. day: the local day; judged_s: when debt is told. teams: the crews as the solver takes them;
    stranded: those that cannot set out. spots: all places; costs: for each of modes the ways between them.
    """

    city: City
    crews: tuple[CrewDay, ...]
    options: Options
    day: date
    judged_s: float
    settlers: tuple[Settlers, ...]
    pieces: tuple[Piece, ...]
    works: tuple[Work, ...]
    ways: tuple[tuple[Way, ...], ...]
    tasks: tuple[Task, ...]
    teams: tuple[Crew, ...]
    modes: tuple[str, ...]
    spots: Spots
    costs: tuple[Metres, ...]
    stranded: frozenset[int]

    @cached_property
    def ground(self) -> Ground:
        """What can be seen, ready to be."""
        return Ground(self.city)

    @cached_property
    def paths(self) -> Mapping[str, Paths]:
        """For each mode the ways between places."""
        return _paths(self.city, self.modes, self.spots, self.options)

    @cached_property
    def table(self) -> Whole:
        """The tables of the solver, of all tasks."""
        return whole(self.tasks, self.teams, self.costs)

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """The tasks as a search may take them: what is left out by hand has no way."""
        return tuple(
            Task(()) if piece.why == "by_hand" else task for task, piece in zip(self.tasks, self.pieces, strict=False)
        )


def with_pieces(problem: Problem, made: Mapping[int, tuple[Piece, Task]]) -> Problem:
    """The same problem with some pieces and tasks in place of theirs; what was worked out for it holds on."""
    pieces, tasks = list(problem.pieces), list(problem.tasks)
    for number, (piece, task) in made.items():
        pieces[number], tasks[number] = piece, task
    other = replace(problem, pieces=tuple(pieces), tasks=tuple(tasks))
    other.__dict__.update({name: held for name, held in problem.__dict__.items() if name in HELD})
    return other


HELD = ("ground", "paths", "_reckoner", "_walked")
"""What is worked out once for a problem, and does not depend on what is fixed or left out."""


def judged_at(city: City, crews: Sequence[CrewDay], options: Options) -> float:
    """When debt is told: the options' so many-th midnight after the first day begins, or when the last crew is
    back."""
    last = min(crew.day for crew in crews) + timedelta(days=options.ahead_days - 1)
    return max(day_span(last, city.zone)[1], *(crew.to_s for crew in crews))


def prepare(
    city: City,
    crews: Sequence[CrewDay],
    options: Options,
    *,
    judged_s: Sequence[float] | None = None,
    since_s: float = np.inf,
    wait_s: float | None = None,
    ground: Ground | None = None,
) -> Problem:
    """What is worth going for on a day, as tasks for its crews. All crews are of one day.

    judged_s: instants at which seeing something must pay; none: `judged_at`. since_s: what was seen since then can
    wait until it is due again. ground: of the same targets, where it was made before. Raises BadInput for no crews,
    or crews of several days; TooLarge for more than options.most_pieces pieces.
    """
    check_crews(crews)
    if len({crew.day for crew in crews}) > 1:
        raise BadInput("各巡查组不在同一天:请逐日准备,或按多日方案求解。")
    ground = Ground(city) if ground is None else ground.of(city)
    day, end_s = crews[0].day, judged_at(city, crews, options)
    settlers = tuple(settlers_of(duty, crews, city.zone) for duty in city.duties)
    reachable = reachable_of(city.network, crews, unverified=options.unverified)
    owed = _owed(city, crews, judged_s or (end_s,), (since_s, wait_s), options)
    works, lost = _works(ground, owed, settlers, crews, (reachable, options))
    told = numbered([piece_of(ground, *one, modes_of(city.network, one[0], reachable)) for one in works] + lost)
    told = tuple(replace(piece, why="by_hand") if _dropped(piece, options) else piece for piece in told)
    gathering = Gathering()
    tasks, ways = _tasks(city, works, told, crews, (gathering, reachable, settlers, options))
    modes = tuple(reachable.time_s)
    teams, stranded = teams_of(city.network, crews, reachable, gathering, modes)
    spots = gathering.spots
    paths = _paths(city, modes, spots, options)
    costs = tuple(Metres(*paths[mode].costs) for mode in modes)
    made = Problem(
        city, tuple(crews), options, day, end_s, settlers, told, tuple(work for work, _ in works), ways, tasks, teams,
        modes, spots, costs, stranded,
    )  # fmt: skip
    # What was worked out on the way is not worked out again.
    made.__dict__.update(ground=ground, paths=paths)
    return made


def _owed(
    city: City,
    crews: Sequence[CrewDay],
    judged_s: Sequence[float],
    again: tuple[float, float | None],
    options: Options,
) -> dict[int, OwedRanges]:
    """What each duty that the options ask for is owed on the crews' day."""
    found, leave_s = {}, min(crew.from_s for crew in crews)
    for number, duty in enumerate(city.duties):
        layer = options.layers is None or duty.layer in options.layers
        if layer and (options.duties is None or duty.code in options.duties):
            how = {"quota": options.quota, "since_s": again[0], "wait_s": again[1], "leave_s": leave_s}
            found[number] = owed_of(duty, crews[0].day, judged_s, city.zone, **how)  # type: ignore[arg-type]
    return {number: ranges for number, ranges in found.items() if len(ranges.target)}


def _works(
    ground: Ground,
    owed: Mapping[int, OwedRanges],
    settlers: Sequence[Settlers],
    crews: Sequence[CrewDay],
    how: tuple[Reachable, Options],
) -> tuple[list[tuple[Work, Hours]], list[Piece]]:
    """What crews can go for, each with its hours; and pieces of what they cannot."""
    reachable, options = how
    city = ground.city
    ours = {n: ranges for n, ranges in owed.items() if settlers[n].why is None}
    lines, wholes = ({n: r for n, r in ours.items() if city.of(city.duties[n].layer).whole == w} for w in (False, True))
    nobodys = {n: r for n, r in owed.items() if settlers[n].why is not None}
    walks, unseen = line_works(ground, wanted_of(ground, lines), settlers, crews, how)
    visits, refused = whole_works(ground, wholes, settlers, crews, how)
    works = by_hours([*walks, *visits], settlers)
    if len(works) > options.most_pieces:
        raise TooLarge(
            f"要排 {len(works)} 块,一次最多 {options.most_pieces} 块:请缩小范围(图层、职责)、分区,或把每块放长。"
        )
    lost = unseen_pieces(ground, unseen, reasons_of(ground, unseen, settlers, crews, reachable))
    rest = wanted_of(ground, {n: r for n, r in nobodys.items() if not city.of(city.duties[n].layer).whole})
    lost += unseen_pieces(ground, rest, [settlers[n].why or "not_yours" for n in rest.duty.tolist()])
    lost += refused_pieces(ground, refused, nobodys, settlers, options)
    return works, lost


def _dropped(piece: Piece, options: Options) -> bool:
    return fixed_of(piece, options.fixed, "") is None


def fixed_of(piece: Piece, fixed: Mapping[str, str | None], other: str) -> str | None:
    """The route that a piece is fixed to, by its id, or by that of one that had at least half its place; else `other`.

    What is owed changes as it is seen, and pieces with it: a hand's wish holds on for what is left.
    """
    if piece.id in fixed:
        return fixed[piece.id]
    if piece.from_m is None or piece.to_m is None or not fixed:
        return other
    for name, route in fixed.items():
        place, _, span = name.partition("#")[0].rpartition(":")
        low, _, high = span.partition("-")
        if place == f"{piece.layer}:{piece.code}" and low.isdigit() and high.isdigit():
            shared_m = min(float(high), piece.to_m) - max(float(low), piece.from_m)
            if shared_m >= (piece.to_m - piece.from_m) / 2:
                return route
    return other


def _tasks(
    city: City,
    works: Sequence[tuple[Work, Hours]],
    pieces: Sequence[Piece],
    crews: Sequence[CrewDay],
    how: tuple["Gathering", Reachable, Sequence[Settlers], Options],
) -> tuple[tuple[Task, ...], tuple[tuple[Way, ...], ...]]:
    gathering, reachable, settlers, options = how
    route = {crew.route: number for number, crew in enumerate(crews)}
    tasks, ways = [], []
    for work, piece in zip(works, pieces, strict=False):
        ends = gathering.ends(city.network, work[0].walk)
        alternatives, own = alternatives_of(city.network, work, ends, crews, (reachable, settlers))
        fixed = route.get(fixed_of(piece, options.fixed, "") or "")
        tasks.append(Task(alternatives, crew=fixed))
        ways.append(own)
    return tuple(tasks), tuple(ways)


def _paths(city: City, modes: Sequence[str], spots: Spots, options: Options) -> dict[str, Paths]:
    return {mode: Paths(city.network, mode, spots, unverified=options.unverified) for mode in modes}

"""A plan: who goes where and when, what that pays of what is owed, what is left out and why.

routes     one for each crew and day, in the order the crews were given; a crew without work stays in, with no stops
pieces     all that is worth going for: what is planned, on which route, and what is left out, and why
promise    for each duty what it owes without the plan and with it, by the coverage engine over the planned lines
bound      how much worth no plan can exceed, by a stated relaxation;  more: what one more crew would add
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.plan.tasks import Stop as Done

__all__ = [
    "WHY",
    "Bounds",
    "Cover",
    "Direction",
    "Idle",
    "More",
    "Owed",
    "Piece",
    "Plan",
    "Promise",
    "Reckoning",
    "Route",
    "Stop",
    "Totals",
]

Floats = NDArray[np.float64]

WHY = {
    "no_time": "时间或里程不够",
    "unreachable": "从出发点走不到",
    "wrong_mode": "附近的路不能以所给的方式通行",
    "not_yours": "所给的巡查组无权履行该职责",
    "hours": "所给的班次不在规定时段",
    "resting": "不在该职责的巡查季节",
    "unverified": "只有未验证能否通行的岸线,未勾选",
    "no_way": "可视距离之内没有路",
    "by_hand": "人工移出",
    "test": "一次走不到判定标准",
    "no_roads": "其中没有计入的道路,无从判定",
}
"""Why a piece is left out, and how users read it."""


class Cover(NamedTuple):
    """What a piece sees of what is owed: of which duty (place in City.duties), which target (place in that duty's
    codes), from and to in cm; a whole target: 0 to 100. debt: metre-days or target-days, as they would stand
    unseen."""

    duty: int
    target: int
    from_cm: int
    to_cm: int
    debt: float


@dataclass(frozen=True)
class Piece:
    """Something worth going for.

    id: the same as long as the same places are owed. layer, code: the target it is mostly about; name, as users read
    it. from_m, to_m: along it, None of a whole target. length_m: how far is gone for it. shape: what is owed, in
    metres; walk: (k, 2) the line to go, one place for a stop, none where there is no way. covers: all that it sees,
    each owed place in one piece alone. worth: as the solver weighs it, metre-days (a target as so many metres).
    overdue_days: of the longest overdue. debt_m_days, debt_target_days: of its covers. hours: spans of Unix seconds
    in which it pays; none: at any time. modes: by which it can be gone. state: 'planned' or 'left_out'; why: a key of
    WHY, None where planned; route: which one, a place in Plan.routes. fixed: to that route by hand.
    """

    id: str
    layer: str
    code: str
    name: str
    from_m: float | None
    to_m: float | None
    length_m: float
    shape: shapely.Geometry | None
    walk: Floats
    covers: tuple[Cover, ...]
    worth: float
    overdue_days: float
    debt_m_days: float
    debt_target_days: float
    hours: tuple[tuple[float, float], ...]
    modes: tuple[str, ...]
    unverified: bool
    state: str = "left_out"
    why: str | None = "no_time"
    route: int | None = None
    fixed: bool = False
    passed: bool = False

    @property
    def why_text(self) -> str | None:
        """Why it is left out, as users read it."""
        return None if self.why is None else WHY[self.why]

    @property
    def duties(self) -> tuple[int, ...]:
        """The duties it pays, as places in City.duties, each once."""
        return tuple(dict.fromkeys(cover.duty for cover in self.covers))


class Owed(NamedTuple):
    """What a stop pays of a duty (place in City.duties): metre-days, or target-days where whole."""

    duty: int
    debt: float
    whole: bool


@dataclass(frozen=True)
class Stop:
    """A part of a route: start, piece, break, appointment or end.

    piece: its place in Plan.pieces. arrive_s, from_s, to_s: when the crew comes, begins and is done. x, y: where it
    begins. line: first and last vertex of the route's line that belong to it. duties: what it pays; combined: more
    than one duty at once (多员合一).
    """

    kind: str
    name: str
    piece: int | None
    arrive_s: float
    from_s: float
    to_s: float
    length_m: float
    x: float
    y: float
    line: tuple[int, int]
    unverified: bool = False
    fixed: bool = False
    duties: tuple[Owed, ...] = ()

    @property
    def combined(self) -> bool:
        """Whether it settles several duties in one pass."""
        return len(self.duties) > 1


class Direction(NamedTuple):
    """A sentence of how to go, how far it takes, where it begins, and which stop of the route it leads to."""

    text: str
    length_m: float
    x: float
    y: float
    stop: int


IDLE = {
    "stranded": "出发点或收工点附近没有该方式可通行的路",
    "none": "所欠的没有一段这一组去得了、又结得清",
    "no_time": "这一组能走的 {n} 段,在它的班次和里程之内都来不及",
    "taken": "这一组能走的 {n} 段都已由别的组走到,这样里程最少;要由这一组走,可把段换给它,或让别的组少上岗",
}
"""Why a crew has nothing to do, and how users read it; n: the pieces that it could go for."""


class Idle(NamedTuple):
    """Why a crew stays at home (a key of IDLE), and of how many pieces that speaks."""

    why: str
    pieces: int

    @property
    def text(self) -> str:
        """As users read it.

        >>> Idle("no_time", 3).text
        '这一组能走的 3 段,在它的班次和里程之内都来不及'
        """
        return IDLE[self.why].format(n=self.pieces)


@dataclass(frozen=True)
class Route:
    """One crew's day: crew, its place among those given. xy: (k, 2) the line, time_s: (k,) when at each vertex.

    over: sentences, where what was changed by hand breaks hours, metres or a window; else none. idle: why it has
    no stops; None where it has some.
    """

    crew: int
    route: str
    day: date
    from_s: float
    to_s: float
    length_m: float
    moving_s: float
    service_s: float
    waiting_s: float
    xy: Floats
    time_s: Floats
    stops: tuple[Stop, ...]
    directions: tuple[Direction, ...] = ()
    over: tuple[str, ...] = ()
    idle: Idle | None = None


class Bounds(NamedTuple):
    """A number surely, nominally and possibly: of what is owed after a plan the largest comes first."""

    sure: float
    nominal: float
    possible: float


@dataclass(frozen=True)
class Promise:
    """What a duty (place in City.duties) owes without the plan, and with it; metre-days, or target-days where whole.

    seen: distinct metres, or targets, of it that the planned lines see and that count; sure <= nominal <= possible.
    effective: how many of the planned patrols would be effective for it; reasons: of those that would not, why not.
    """

    duty: int
    whole: bool
    before: float
    after: Bounds
    seen: Bounds
    effective: int = 0
    reasons: tuple[str, ...] = ()


class Reckoning(NamedTuple):
    """Worth that no plan can exceed, worth of this one, the gap (bound - reached) / bound, and by which relaxation."""

    worth: float
    reached: float
    gap: float
    relaxation: str
    trivial: bool

    @classmethod
    def of(cls, worth: float, reached: float, relaxation: str, *, trivial: bool) -> "Reckoning":
        """With its gap: 0 where there is nothing to reach.

        >>> Reckoning.of(10.0, 8.0, "…", trivial=False).gap
        0.2
        """
        return cls(worth, reached, max(0.0, 1 - reached / worth) if worth > 0 else 0.0, relaxation, trivial)

    def reaching(self, reached: float) -> "Reckoning":
        """The same bound beside another plan of the same problem."""
        return Reckoning.of(self.worth, reached, self.relaxation, trivial=self.trivial)


class More(NamedTuple):
    """What one more crew would add: which, and how much more would be paid, nominally."""

    crew: str
    mode: str
    debt_m_days: float
    debt_target_days: float


class Totals(NamedTuple):
    """Of all routes: metres, seconds from leaving to coming back, pieces planned and left out; and the debt."""

    length_m: float
    time_s: float
    pieces: int
    left_out: int
    before_m_days: float
    after_m_days: Bounds
    before_target_days: float
    after_target_days: Bounds


@dataclass(frozen=True)
class Plan:
    """See the module. judged_s: the instant at which debt without and with the plan is told. order: for each route its
    stops as the solver names them, by which it is changed and solved on."""

    routes: tuple[Route, ...]
    pieces: tuple[Piece, ...]
    promise: tuple[Promise, ...]
    totals: Totals
    judged_s: float
    bound: Reckoning | None = None
    more: More | None = None
    iterations: int = 0
    seed: int = 0
    order: tuple[tuple[Done, ...], ...] = ()

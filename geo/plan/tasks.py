"""What a plan is made from, and what it is: tasks, crews, and the routes that a solver or a hand gave them.

A task is one thing to do once, in one of several ways (alternatives): from either end, within this window or that, by
these crews or those; which of them it is decides what it is worth. Places are rows and columns of matrices of
metres and seconds, one pair for each mode of moving; a crew follows one of them (its profile). What cannot be reached
is inf there. All times are seconds since one instant that the caller chose (1970, or midnight).

Solver and judge count in whole metres and seconds, rounded up, so that what they call feasible is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Alternative",
    "Appointment",
    "Break",
    "Crew",
    "Limit",
    "Matrices",
    "Metres",
    "Route",
    "Solution",
    "Stop",
    "Task",
    "Visit",
]

Kind = Literal["task", "break", "appointment"]


class Matrices(Protocol):
    """Metres and seconds from every place (row) to every place (column), (n, n) each, inf where there is no way."""

    @property
    def distance_m(self) -> NDArray[np.float64]: ...

    @property
    def time_s(self) -> NDArray[np.float64]: ...


class Metres(NamedTuple):
    """The simplest `Matrices`: two arrays."""

    distance_m: NDArray[np.float64]
    time_s: NDArray[np.float64]


class Alternative(NamedTuple):
    """One way to do a task: from place `entry` to place `exit`, in `service_s` seconds, along `length_m` metres.

    prize: what it is worth, 0 or more, in one unit for all tasks. windows: it lies wholly within one of them (from,
    to); none: at any hour. crews: the numbers of those that may do it so; None: any.
    """

    entry: int
    exit: int
    service_s: float
    length_m: float = 0.0
    prize: float = 0.0
    windows: tuple[tuple[float, float], ...] = ()
    crews: frozenset[int] | None = None


class Task(NamedTuple):
    """Something to be done once at most, in one of its ways; one without a way is always left, or worth nothing.

    required: it comes before everything that is not; where not all that is required can be done, `Solution.missed`
    says which. crew: fixed to that crew by hand: no other may do it, and it is required of that one. demand: what it
    takes of a crew's capacity.
    """

    alternatives: tuple[Alternative, ...]
    required: bool = False
    crew: int | None = None
    demand: float = 0.0


class Break(NamedTuple):
    """A rest of `length_s` at one of `places`, begun and ended within from and to; its crew must take it."""

    places: tuple[int, ...]
    from_s: float
    to_s: float
    length_s: float
    name: str = "休息"


class Appointment(NamedTuple):
    """A stop that its crew must make: at `place`, for `length_s` seconds, begun and ended within from and to."""

    place: int
    from_s: float
    to_s: float
    length_s: float
    name: str = "约定"


class Crew(NamedTuple):
    """Who goes: from place `start` to place `end` (None: wherever the first or last visit is), from when until when.

    most_m: the most metres, walked pieces included; profile: which matrices it follows; capacity: the most demand.
    """

    start: int | None
    end: int | None
    from_s: float
    to_s: float
    most_m: float = np.inf
    profile: int = 0
    breaks: tuple[Break, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    capacity: float = np.inf
    name: str = ""


class Limit(NamedTuple):
    """How long to search: so many iterations (the same plan again with the same seed), seconds, or both."""

    iterations: int | None = None
    seconds: float | None = None


class Stop(NamedTuple):
    """What a route does next: the `of`-th task of all, or of its crew's breaks or appointments; in which way.

    alternative: the number of the task's alternative, or of the break's place; 0 for an appointment.
    """

    kind: Kind
    of: int
    alternative: int = 0


class Visit(NamedTuple):
    """A stop with its times: arrived, begun (after waiting for its window), left; late_s: left after its window.

    prize: what it is worth, 0 where it is late, forbidden to its crew or out of reach.
    """

    kind: Kind
    of: int
    alternative: int
    arrive_s: int
    begin_s: int
    leave_s: int
    late_s: int = 0
    prize: float = 0.0

    @property
    def stop(self) -> Stop:
        """The stop without its times."""
        return Stop(self.kind, self.of, self.alternative)


@dataclass(frozen=True)
class Route:
    """A crew's day. An idle crew has no visits, and neither metres nor seconds.

    start_s, end_s: leaves its start, is at its end. length_m: metres in all, travel_m of them between visits.
    time_s: end - start; service_s, waiting_s of it. What a hand may have broken, 0 or empty in every solution:
    late_s: seconds past the windows; over_s: past the crew's hours; over_m, over_load: more than it may; forbidden:
    stops that it may not make; unreachable: stops to which there is no way (no time is counted for it);
    missing: breaks and appointments that are not in it.
    """

    visits: tuple[Visit, ...]
    start_s: int
    end_s: int
    length_m: int = 0
    travel_m: int = 0
    service_s: int = 0
    waiting_s: int = 0
    load: int = 0
    prize: float = 0.0
    late_s: int = 0
    over_s: int = 0
    over_m: int = 0
    over_load: int = 0
    forbidden: tuple[Stop, ...] = ()
    unreachable: tuple[Stop, ...] = ()
    missing: tuple[Stop, ...] = ()

    @property
    def time_s(self) -> int:
        """From its start to its end."""
        return self.end_s - self.start_s

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Its visits without their times, as `evaluate` takes them."""
        return tuple(visit.stop for visit in self.visits)

    @property
    def feasible(self) -> bool:
        """Whether it keeps to everything that its crew and its stops ask."""
        broken = self.late_s or self.over_s or self.over_m or self.over_load
        return not (broken or self.forbidden or self.unreachable or self.missing)


@dataclass(frozen=True)
class Solution:
    """A route for each crew, in the order of the crews, and what they leave.

    left: tasks that no route does; missed: those of them that were required. twice: tasks done more than once (by
    hand only). prize: what is done is worth; iterations: how many were run to find it.
    """

    routes: tuple[Route, ...]
    left: tuple[int, ...]
    missed: tuple[int, ...] = ()
    twice: tuple[int, ...] = ()
    prize: float = 0.0
    iterations: int = 0

    @property
    def length_m(self) -> int:
        """Metres of all routes."""
        return sum(route.length_m for route in self.routes)

    @property
    def time_s(self) -> int:
        """Seconds of all routes, each from its start to its end."""
        return sum(route.time_s for route in self.routes)

    @property
    def feasible(self) -> bool:
        """Whether every route is, and no task is done twice."""
        return not self.twice and all(route.feasible for route in self.routes)

    @property
    def stops(self) -> tuple[tuple[Stop, ...], ...]:
        """The routes without times, as `evaluate` takes them."""
        return tuple(route.stops for route in self.routes)


Routes = Sequence[Sequence[Stop]]

"""A crew's day as a line with a time at each vertex: the ways between its stops, the walks of its pieces, its
stays."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.course.paths import Paths
from geo.network.portions import Portions, line_of, times_of
from geo.network.speeds import DRONE_MPS
from geo.pieces.alternatives import STUB_MPS
from geo.pieces.work import Walk, backward

__all__ = ["Gone", "Leg", "Timeline"]

Floats = NDArray[np.float64]


class Gone(NamedTuple):
    """What was gone from one vertex to another of a line: along which portions, on the way (travel) or for a piece,
    and to which stop. None: no portions, as for a stub or a flight."""

    first: int
    last: int
    portions: Portions | None
    stop: int


class Leg(NamedTuple):
    """A line with seconds since its first vertex at each vertex."""

    xy: Floats
    time_s: Floats


@dataclass
class Timeline:
    """A line that grows: where the crew is, and when. Times never run back."""

    paths: Paths
    now_s: float
    xy: list[Floats] = field(default_factory=list)
    time_s: list[float] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    at: int | None = None

    @property
    def vertex(self) -> int:
        """The last vertex."""
        return len(self.time_s) - 1

    def appear(self, spot: int) -> None:
        """Be at a spot, whether or not anywhere before: at its true place."""
        spots = self.paths.spots
        off = spots.off_m[spot] > 0
        here = np.array([spots.x[spot], spots.y[spot]]) if off else self.paths.straight(spot, spot)[0]
        self.add(here, self.now_s)
        self.at = spot

    def travel(self, spot: int, stop: int) -> bool:
        """Go to a spot; False where there is no way: the crew is then simply there, at the same time."""
        if self.at is None:
            self.appear(spot)
            return True
        one, other = self.at, spot
        if one == other:
            return True
        portions = self.paths.between(one, other)
        first = self.vertex
        if portions is None:
            self.appear(spot)
            return False
        self._stub(one, leaving=True)
        if self.paths.mode == "drone":
            xy = self.paths.straight(one, other)
            self._follow(Leg(xy, np.array([0.0, float(np.hypot(*(xy[1] - xy[0]))) / DRONE_MPS])))
        else:
            self._follow(_leg(self.paths, portions, ("way", one, other)))
        self._stub(other, leaving=False)
        self.gone.append(Gone(first, self.vertex, None if self.paths.mode == "drone" else portions, stop))
        self.at = spot
        return True

    def wait(self, until_s: float) -> None:
        """Stay where it is until a time."""
        if until_s > self.now_s:
            self.now_s = until_s
            self.add(self.xy[-1], until_s)

    def walk(self, walk: Walk, piece: int, *, back: bool, spot: int, stop: int) -> float:
        """Go a piece's walk, and stay there as long as it asks; returns metres. piece: its number; spot: where it
        ends."""
        first = self.vertex
        portions = backward(walk.portions) if back else walk.portions
        leg = _leg(self.paths, portions, ("walk", piece, int(back)))
        self._follow(leg)
        if walk.off is not None:
            home = self.xy[-1]
            self._straight(np.array(walk.off))
            self.wait(self.now_s + walk.stay_s)
            self._straight(home)
        else:
            self.wait(self.now_s + walk.stay_s)
        self.gone.append(Gone(first, self.vertex, portions, stop))
        self.at = spot
        return float(np.hypot(*np.diff(leg.xy, axis=0).T).sum()) + 2 * walk.stub_m

    def add(self, place: Floats, time_s: float) -> None:
        """One more vertex."""
        self.xy.append(np.asarray(place, dtype=np.float64))
        self.time_s.append(time_s)

    def _follow(self, leg: Leg) -> None:
        if not len(leg.xy):
            return
        start_s = self.now_s
        for place, passed_s in zip(leg.xy[1:], leg.time_s[1:].tolist(), strict=True):
            self.add(place, start_s + passed_s)
        self.now_s = start_s + float(leg.time_s[-1])

    def _stub(self, spot: int, *, leaving: bool) -> None:
        spots = self.paths.spots
        if spots.off_m[spot] <= 0:
            return
        there = self.paths.straight(spot, spot)[0] if leaving else np.array([spots.x[spot], spots.y[spot]])
        self._straight(there, self.paths.stub_mps)

    def _straight(self, place: Floats, speed_mps: float = STUB_MPS) -> None:
        self.now_s += float(np.hypot(*(place - self.xy[-1]))) / speed_mps
        self.add(place, self.now_s)


def _leg(paths: Paths, portions: Portions, name: tuple[str, int, int]) -> Leg:
    """The line of portions, timed by the mode; a drone follows edges at its own speed.

    Kept by name with the paths, for a plan is changed a little at a time and most of its legs stay.
    """
    if name not in paths.legs:
        line = line_of(paths.network, portions)
        paths.legs[name] = line, times_of(paths.network, portions, paths.mode, unverified=paths.unverified)
    return Leg(*paths.legs[name])

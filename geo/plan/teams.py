"""Crews as the solver takes them, and the places of a plan under one number each."""

from collections.abc import Sequence

import numpy as np

from geo.course.paths import Spots
from geo.network.network import Network
from geo.network.places import Places
from geo.pieces.starts import Joined, Reachable, join, labels_of
from geo.pieces.work import Walk
from geo.plan.city import CrewDay
from geo.plan.tasks import Appointment, Break, Crew

__all__ = ["Gathering", "teams_of"]

Place = tuple[float, float]
MOST_BREAKS = 8
"""At so many places a break without a place may be taken, beside the start and the end."""


class Gathering:
    """Places, each once, in the order they came."""

    def __init__(self) -> None:
        self._number: dict[tuple[float, ...], int] = {}

    def add(self, edge: int, at_m: float, off_m: float = 0.0, at: Place | None = None) -> int:
        """The number of a place on an edge, or off it by a straight stub to `at`."""
        key = (edge, round(at_m, 3), round(off_m, 3), *(at or (np.nan, np.nan)))
        # NaN is not itself, and would make each place another one.
        return self._number.setdefault(tuple(-1e300 if value != value else value for value in key), len(self._number))

    def ends(self, network: Network, walk: Walk) -> tuple[int, int]:
        """The numbers of the two ends of a walk."""
        portions = walk.portions
        first = self.add(int(portions.edge[0]), float(portions.from_m[0]))
        last = self.add(int(portions.edge[-1]), float(portions.to_m[-1]))
        return first, last

    def __len__(self) -> int:
        return len(self._number)

    @property
    def spots(self) -> Spots:
        """All of them."""
        table = np.array(list(self._number), dtype=np.float64).reshape(-1, 5)
        table[table == -1e300] = np.nan
        return Spots(Places(table[:, 0].astype(np.int64), table[:, 1].copy()), *(table[:, n].copy() for n in (2, 3, 4)))


def teams_of(
    network: Network, crews: Sequence[CrewDay], reachable: Reachable, gathering: Gathering, modes: Sequence[str]
) -> tuple[tuple[Crew, ...], frozenset[int]]:
    """The crews with the numbers of their places, which are added; and those that cannot set out, or not come home.

    Who cannot has neither breaks nor appointments to keep: nothing can be asked of it.
    """
    labels = {mode: labels_of(network, time_s) for mode, time_s in reachable.allowed.items()}
    entries = _spread_out(len(gathering))
    teams, stranded = [], set()
    for number, crew in enumerate(crews):
        time_s, label = reachable.allowed[crew.mode], labels[crew.mode]

        def place(at: Place | None, time_s=time_s, label=label) -> int | None:  # type: ignore[no-untyped-def]
            if at is None:
                return None
            joined = join(network, at, time_s, label)
            return gathering.add(joined.edge, joined.at_m, joined.off_m if joined.edge >= 0 else 0.0, at)

        ends: list[Joined | None] = [reachable.starts[number]]
        if crew.end is not None:
            ends.append(join(network, crew.end, time_s, label))
        start, end = place(crew.start), place(crew.end)
        if any(joined is not None and joined.edge < 0 for joined in ends):
            stranded.add(number)
            teams.append(Crew(start, end, crew.from_s, crew.from_s, 0.0, modes.index(crew.mode), name=crew.name))
            continue
        anywhere = tuple(dict.fromkeys(n for n in (start, end, *entries) if n is not None))
        breaks = tuple(
            Break(
                tuple(n for n in map(place, rest.places) if n is not None) or anywhere,
                rest.from_s,
                rest.to_s,
                rest.length_s,
            )
            for rest in crew.breaks
        )
        appointments = tuple(
            Appointment(place(one.place) or 0, one.from_s, one.to_s, one.length_s, one.name)
            for one in crew.appointments
        )
        teams.append(
            Crew(
                start,
                end,
                crew.from_s,
                crew.to_s,
                crew.most_m,
                modes.index(crew.mode),
                tuple(rest for rest in breaks if rest.places),
                appointments,
                name=crew.name,
            )
        )
    return tuple(teams), frozenset(stranded)


def _spread_out(count: int) -> list[int]:
    """Some of so many places, evenly by number: pieces beside each other have numbers beside each other."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_BREAKS)).astype(int)).tolist() if count else []

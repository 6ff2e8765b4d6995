"""In which ways a piece can be gone for: by which modes, in which direction, at which hours, by which crews."""

from collections.abc import Sequence
from typing import NamedTuple

from geo.network.network import Network
from geo.pieces.settle import Settlers
from geo.pieces.starts import Reachable
from geo.pieces.work import Work, backward, length_of, seconds_of
from geo.plan.city import CrewDay
from geo.plan.tasks import Alternative

__all__ = ["STUB_MPS", "Way", "alternatives_of", "modes_of"]

Hours = tuple[tuple[float, float], ...]
STUB_MPS = 0.9
"""How fast a stub off the network is gone, there and back."""


class Way(NamedTuple):
    """How one alternative of a piece is gone: by which mode, and whether from its end to its beginning."""

    mode: str
    backward: bool


def modes_of(network: Network, work: Work, reachable: Reachable) -> tuple[str, ...]:
    """By which of the crews' modes a work can be gone.

    A stub off the network is gone on foot: whoever comes on land can, boats and drones need none.
    """
    return tuple(mode for mode in reachable.time_s if _ways(network, work, mode, reachable))


def alternatives_of(
    network: Network,
    work: tuple[Work, Hours],
    ends: tuple[int, int],
    crews: Sequence[CrewDay],
    how: tuple[Reachable, Sequence[Settlers]],
) -> tuple[tuple[Alternative, ...], tuple[Way, ...]]:
    """The alternatives of a work that pays in some hours, and how each is gone. ends: the numbers of its two places.

    Crews of a mode that are paid the same are one alternative; what they are paid is what they may settle, then.
    """
    reachable, settlers = how
    made, ways = [], []
    for mode in reachable.time_s:
        gone = _ways(network, work[0], mode, reachable)
        if not gone:
            continue
        own = [n for n, crew in enumerate(crews) if crew.mode == mode]
        for hours in dict.fromkeys((work[1], ())):
            for prize, some in _prizes(work[0], hours, own, settlers).items():
                for way, took_s in gone:
                    entry, exit_ = ends[::-1] if way.backward else ends
                    length_m = length_of(work[0].walk.portions) + 2 * work[0].walk.stub_m
                    made.append(Alternative(entry, exit_, took_s, length_m, prize, hours, frozenset(some)))
                    ways.append(way)
    return tuple(made), tuple(ways)


def _prizes(work: Work, hours: Hours, own: Sequence[int], settlers: Sequence[Settlers]) -> dict[float, list[int]]:
    """What some crews are paid for a work in some hours, each amount with the crews; none that are paid nothing."""
    found: dict[float, list[int]] = {}
    for crew in own:
        paid = [
            one.worth
            for one in work.paid
            if crew in settlers[one.cover.duty].crews and settlers[one.cover.duty].hours in ((), hours)
        ]
        if sum(paid) > 0:
            found.setdefault(round(sum(paid), 6), []).append(crew)
    return found


def _ways(network: Network, work: Work, mode: str, reachable: Reachable) -> list[tuple[Way, float]]:
    """In which directions a mode can go a work, and how long each takes."""
    walk, time_s = work.walk, reachable.time_s[mode]
    if walk.stub_m > 0 and mode == "boat":
        return []
    stands = length_of(walk.portions) == 0
    found = []
    for back in (False,) if stands else (False, True):
        gone_s = seconds_of(network, backward(walk.portions) if back else walk.portions, time_s)
        if gone_s < float("inf"):
            found.append((Way(mode, back), gone_s + walk.stay_s + 2 * walk.stub_m / STUB_MPS))
    return found

"""Why nobody can go for something that is owed."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.lines.chainage import part
from geo.pieces.cover import Wanted
from geo.pieces.ground import Ground
from geo.pieces.settle import Settlers
from geo.pieces.starts import Reachable
from geo.plan.city import CrewDay

__all__ = ["reasons_of", "why_not"]

Flags = NDArray[np.bool_]


def reasons_of(
    ground: Ground, unseen: Wanted, settlers: Sequence[Settlers], crews: Sequence[CrewDay], reachable: Reachable
) -> list[str]:
    """For each range that no walk sees a key of geo.plan.plan.WHY."""
    network = ground.city.network
    if not len(unseen.line):
        return []
    shapes = np.array(
        [
            part(ground.shapes[line], a / 100, b / 100)
            for line, a, b in zip(unseen.line.tolist(), unseen.from_cm.tolist(), unseen.to_cm.tolist(), strict=True)
        ],
        dtype=object,
    )
    tree, found = shapely.STRtree(network.shape), []
    for shape, number in zip(shapes, unseen.duty.tolist(), strict=True):
        held = ground.city.duties[number]
        duty = held.at(crews[0].from_s) or held.versions[-1]
        near = np.sort(tree.query(shape, "dwithin", distance=duty.reach_m))
        modes = {crews[crew].mode for crew in settlers[number].crews}
        found.append(settlers[number].why or why_not(ground, near, modes, reachable, "no_way"))
    return found


def why_not(
    ground: Ground, near: NDArray[np.int64], modes: set[str] | frozenset[str], reachable: Reachable, able: str
) -> str:
    """Why some modes do not go along the edges near something; able: the answer where they could."""
    network = ground.city.network

    def any_passes(times: dict[str, NDArray[np.float64]]) -> bool:
        return any(bool(np.isfinite(times[mode][:, near]).any()) for mode in modes)

    if any_passes(dict(reachable.time_s)):
        return able
    if any_passes(dict(reachable.allowed)):
        return "unreachable"
    land = ~network.closed[near] & (network.ways.modes[network.way[near]] > 0)
    if (land & network.verified[near]).any():
        return "wrong_mode"
    return "unverified" if (land & ~network.verified[near]).any() else "no_way"

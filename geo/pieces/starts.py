"""Where crews join the network, and what of it each mode can get to from there."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.network.graph import arcs_of, matrix_of
from geo.network.network import Network
from geo.network.places import Places
from geo.plan.city import CrewDay

__all__ = ["FURTHEST_M", "Joined", "Reachable", "join", "labels_of", "reachable_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Place = tuple[float, float]
FURTHEST_M = 2000.0
"""A crew that starts further from any way than this cannot get out."""
RATHER_M = 150.0
"""So much further a crew goes to join the main part of the network rather than an island of it."""


class Joined(NamedTuple):
    """Where a place joins the network: edge (-1: nowhere), metres along it, and how far off it lies."""

    edge: int
    at_m: float
    off_m: float


class Reachable(NamedTuple):
    """For each mode of the crews (2, edges) seconds forward and backward, inf where it may not pass or cannot get to;
    allowed: the same, whether it can get there or not. starts: where each crew joins, None where it has no start.
    in_time: for each mode (edges,) whether one of its crews can be there and back within its hours."""

    time_s: Mapping[str, Floats]
    allowed: Mapping[str, Floats]
    starts: tuple[Joined | None, ...]
    in_time: Mapping[str, NDArray[np.bool_]]

    def of(self, kind: Sequence[str]) -> list[str]:
        """Those of the modes that are of a kind."""
        return [mode for mode in kind if mode in self.time_s]


def reachable_of(network: Network, crews: Sequence[CrewDay], *, unverified: bool) -> Reachable:
    """What the crews of each mode can get to from their starts; all, where one of them starts anywhere.

    >>> from datetime import date
    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> lines = [shapely.LineString([(0, y), (500, y)]) for y in (0, 900)]
    >>> crew = CrewDay("A", "甲组", "foot", frozenset(), date(2026, 6, 1), 0.0, 3600.0, start=(5.0, 3.0))
    >>> found = reachable_of(node(Ways.of(lines, "path")), [crew], unverified=False)
    >>> found.starts[0], np.isfinite(found.time_s["foot"][0]).tolist()
    (Joined(edge=0, at_m=5.0, off_m=3.0), [True, False])
    """
    allowed = {mode: network.time_s(mode, unverified=unverified) for mode in sorted({crew.mode for crew in crews})}
    label = {mode: labels_of(network, time_s) for mode, time_s in allowed.items()}
    starts: list[Joined | None] = []
    for crew in crews:
        start = crew.start
        starts.append(None if start is None else join(network, start, allowed[crew.mode], label[crew.mode]))
    time_s = {}
    for mode, every in allowed.items():
        own = [joined for crew, joined in zip(crews, starts, strict=True) if crew.mode == mode]
        if mode == "drone" or any(joined is None for joined in own):
            time_s[mode] = every
            continue
        there = np.unique([label[mode][joined.edge] for joined in own if joined is not None and joined.edge >= 0])
        time_s[mode] = np.where(np.isin(label[mode], there), every, np.inf)
    in_time = {mode: np.zeros(len(network.way), dtype=np.bool_) for mode in allowed}
    for crew, joined in zip(crews, starts, strict=True):
        in_time[crew.mode] |= _in_time(network, crew, joined, time_s[crew.mode])
    return Reachable(time_s, allowed, tuple(starts), in_time)


def _in_time(network: Network, crew: CrewDay, joined: Joined | None, time_s: Floats) -> NDArray[np.bool_]:
    """(edges,) which a crew can get to within its hours, and back where it comes home to its start."""
    if joined is None or crew.mode == "drone":
        return np.ones(len(network.way), dtype=np.bool_)
    if joined.edge < 0:
        return np.zeros(len(network.way), dtype=np.bool_)
    most_s = (crew.to_s - crew.from_s) / (2.0 if crew.end == crew.start else 1.0)
    arcs = arcs_of(network, time_s, Places(np.array([joined.edge]), np.array([joined.at_m])))
    there_s = dijkstra(matrix_of(arcs), indices=arcs.first_place, limit=most_s)
    found = np.isfinite(np.minimum(there_s[network.start], there_s[network.end]))
    found[joined.edge] = True
    return np.asarray(found)


def join(network: Network, place: Place, time_s: Floats, label: Indices) -> Joined:
    """The nearest place on an edge that can be passed; on the largest part of the network, where it is little
    further."""
    passable: NDArray[np.bool_] = np.asarray(np.isfinite(time_s).any(axis=0))
    if not passable.any():
        return Joined(-1, 0.0, np.inf)
    sizes = np.bincount(label[passable], weights=network.length_m[passable])
    nearest, main = (
        _nearest(network, place, some) for some in (passable, np.logical_and(passable, label == sizes.argmax()))
    )
    found = main if main.off_m <= nearest.off_m + RATHER_M else nearest
    return found if found.off_m <= FURTHEST_M else Joined(-1, 0.0, found.off_m)


def _nearest(network: Network, place: Place, some: NDArray[np.bool_]) -> Joined:
    own, point = np.flatnonzero(some), shapely.Point(place)
    distance_m = shapely.distance(network.shape[own], point)
    edge = int(own[distance_m.argmin()])
    return Joined(edge, float(shapely.line_locate_point(network.shape[edge], point)), float(distance_m.min()))


def labels_of(network: Network, time_s: Floats) -> Indices:
    """(edges,) which connected part of what can be passed each edge belongs to."""
    open_to = np.isfinite(time_s).any(axis=0)
    ends = network.start[open_to], network.end[open_to]
    graph = coo_array((np.ones(len(ends[0])), ends), shape=(len(network.x), len(network.x)))
    return np.asarray(connected_components(graph, directed=False)[1][network.start], dtype=np.int64)

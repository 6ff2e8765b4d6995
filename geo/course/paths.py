"""The ways between the places of a plan, for one mode: what each costs, and where each goes, made ready once.

A place lies on the network, or off it by a stub: a straight line that is gone there and back, on foot or as the mode
goes. What cannot be reached has no way.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.network.graph import Arcs, arcs_of, matrix_of
from geo.network.network import Network
from geo.network.places import Places, points_of
from geo.network.portions import Portions
from geo.network.shortest import Costs, costs
from geo.network.speeds import DRONE_MPS

__all__ = ["STUB_MPS", "Paths", "Spots"]

Floats = NDArray[np.float64]
STUB_MPS = 0.9
"""How fast a stub is gone, as somebody goes where there is no way."""


class Spots(NamedTuple):
    """(n,) places of a plan: where on the network, and how far off it (m) the true place lies, at (x, y)."""

    places: Places
    off_m: Floats
    x: Floats
    y: Floats


class Paths:
    """The ways of one mode between spots.

    >>> import shapely
    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> network = node(Ways.of([shapely.LineString([(0, 0), (100, 0)])], "footway"))
    >>> places = Places(np.zeros(2, dtype=np.int64), np.array([10.0, 60.0]))
    >>> paths = Paths(network, "foot", Spots(places, np.zeros(2), np.array([10.0, 60.0]), np.zeros(2)))
    >>> paths.costs.distance_m.tolist(), paths.between(0, 1).to_m.tolist()
    ([[0.0, 50.0], [50.0, 0.0]], [60.0])
    """

    def __init__(self, network: Network, mode: str, spots: Spots, *, unverified: bool = False) -> None:
        self.network, self.mode, self.spots, self.unverified = network, mode, spots, unverified
        self.time_s: Floats = network.time_s(mode, unverified=unverified)
        self._before: dict[int, NDArray[np.int32]] = {}
        self._found: dict[tuple[int, int], Portions | None] = {}
        self.legs: dict[tuple[str, int, int], tuple[Floats, Floats]] = {}

    @cached_property
    def costs(self) -> Costs:
        """(n, n) metres and seconds from spot to spot, stubs included; inf where there is no way."""
        places, off_m = self.spots.places, self.spots.off_m
        found = costs(self.network, self.mode, places, places, unverified=self.unverified)
        both_m = off_m[:, None] + off_m
        np.fill_diagonal(both_m, 0.0)
        return Costs(found.distance_m + both_m, found.time_s + both_m / self.stub_mps)

    @property
    def stub_mps(self) -> float:
        """How fast a stub is gone."""
        return DRONE_MPS if self.mode == "drone" else STUB_MPS

    def between(self, one: int, other: int) -> Portions | None:
        """The way from one spot to another, along the network; None where there is none. A drone's is straight."""
        if (one, other) not in self._found:
            self._found[one, other] = self._way(one, other)
        return self._found[one, other]

    def straight(self, one: int, other: int) -> Floats:
        """(2, 2) the places of two spots on the network."""
        edge, at_m = self.spots.places
        return points_of(self.network, Places(edge[[one, other]], at_m[[one, other]]))

    @cached_property
    def _graph(self) -> tuple[Arcs, csr_array]:
        arcs = arcs_of(self.network, self.time_s, self.spots.places)
        return arcs, matrix_of(arcs)

    def _way(self, one: int, other: int) -> Portions | None:
        edge, at_m = self.spots.places
        if edge[one] < 0 or edge[other] < 0:
            return None
        if self.mode == "drone":
            ends = np.array([one, other])
            return Portions(edge[ends], at_m[ends], at_m[ends])
        arcs, matrix = self._graph
        if one not in self._before:
            self._before[one] = dijkstra(matrix, indices=arcs.first_place + one, return_predecessors=True)[1]
        before, nodes = self._before[one], [arcs.first_place + other]
        while before[nodes[-1]] >= 0:
            nodes.append(int(before[nodes[-1]]))
        if nodes[-1] != arcs.first_place + one:
            return None
        passed = np.array(nodes[::-1])
        key = arcs.tail * arcs.nodes + arcs.head
        gone = np.searchsorted(key, passed[:-1] * arcs.nodes + passed[1:])
        gone = gone[arcs.length_m[gone] > 0]
        if not len(gone):
            return Portions(edge[[one]], at_m[[one]], at_m[[one]])
        return Portions(arcs.edge[gone], arcs.from_m[gone], arcs.to_m[gone])

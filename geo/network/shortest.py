"""Fastest ways from place to place: what each costs, and where each goes.

Dijkstra's algorithm as SciPy compiles it (scipy.sparse.csgraph), over a graph in which each place is a node of its own.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from geo.network.graph import Arcs, arcs_of, matrix_of
from geo.network.network import Network
from geo.network.places import Places, points_of
from geo.network.portions import Portions
from geo.network.speeds import DRONE_MPS

__all__ = ["Costs", "costs", "way", "ways"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
SOURCES_AT_ONCE = 64
"""How many searches keep their trees at once: bounds the memory."""


class Costs(NamedTuple):
    """From each of n origins to each of m targets, along the fastest way: (n, m) metres and seconds, inf for no way."""

    distance_m: Floats
    time_s: Floats


def costs(network: Network, mode: str, origins: Places, targets: Places, *, unverified: bool = False) -> Costs:
    """What it costs a mode to go from each origin to each target.

    A drone flies straight. Nowhere (edge -1), and a place that the mode may not pass, is reached from nowhere, not even
    from itself. Raises BadInput for a mode that is none.

    >>> import shapely
    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> roads = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, -50), (50, 50)])]
    >>> network = node(Ways.of(roads, "footway"))
    >>> ends = Places(np.array([0, 2, -1]), np.zeros(3))
    >>> costs(network, "foot", ends, ends).distance_m.tolist()
    [[0.0, 100.0, inf], [100.0, 0.0, inf], [inf, inf, inf]]
    """
    from geo.network.tree import metres_along

    if mode == "drone":
        return _flights(points_of(network, origins), points_of(network, targets))
    count = len(origins.edge)
    # Among the same places each is a node once, and the search half as long.
    same = origins is targets
    both = origins if same else Places(*(np.concatenate(pair) for pair in zip(origins, targets, strict=True)))
    arcs = arcs_of(network, network.time_s(mode, unverified=unverified), both)
    matrix = matrix_of(arcs)
    starts, heads = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    found = Costs(*(np.full((count, len(targets.edge)), np.inf) for _ in range(2)))
    to = arcs.first_place + (0 if same else count) + np.arange(len(targets.edge))
    for low in range(0, count, SOURCES_AT_ONCE):
        sources = arcs.first_place + np.arange(low, min(low + SOURCES_AT_ONCE, count))
        time_s, before = dijkstra(matrix, indices=sources, return_predecessors=True)
        for row, source in enumerate(sources):
            found.time_s[low + row] = time_s[row, to]
            found.distance_m[low + row] = metres_along(before[row], int(source), to, starts, heads, arcs.length_m)
    nowhere = (origins.edge < 0)[:, None] | (targets.edge < 0)
    if same:  # the node of a place that no arc meets has cost itself nothing
        met = np.isin(to, np.concatenate([arcs.tail, arcs.head]))
        nowhere |= np.diag(~met)
    return Costs(*(np.where(nowhere, np.inf, values) for values in found))


def _flights(one: Floats, other: Floats) -> Costs:
    distance_m = np.hypot(one[:, None, 0] - other[:, 0], one[:, None, 1] - other[:, 1])
    distance_m[np.isnan(distance_m)] = np.inf
    return Costs(distance_m, distance_m / DRONE_MPS)


def way(network: Network, mode: str, a: Places, b: Places, *, unverified: bool = False) -> Portions | None:
    """The fastest way of a mode from one place to another, as portions of edges in order; None where there is none.

    a, b: one place each. From a place to itself it is one portion without length. A drone's are two such, at a and at
    b: its line is straight between them. Raises BadInput for a mode that is none.

    >>> import shapely
    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> network = node(Ways.of([shapely.LineString([(0, 0), (100, 0)])], "footway"))
    >>> there = way(network, "foot", Places(np.array([0]), np.array([70.0])), Places(np.array([0]), np.array([20.0])))
    >>> there.edge.tolist(), there.from_m.tolist(), there.to_m.tolist()
    ([0], [70.0], [20.0])
    """
    return ways(network, mode, a, b, unverified=unverified)[0]


def ways(
    network: Network, mode: str, origins: Places, targets: Places, *, unverified: bool = False
) -> list[Portions | None]:
    """The same for n pairs of places, the first origin to the first target and so on: with one preparation for all."""
    count = len(origins.edge)
    both = Places(*(np.concatenate(pair) for pair in zip(origins, targets, strict=True)))
    if mode == "drone":
        pairs = ([number, number + count] for number in range(count))
        return [Portions(both.edge[pair], both.at_m[pair], both.at_m[pair]) for pair in pairs]
    arcs = arcs_of(network, network.time_s(mode, unverified=unverified), both)
    matrix = matrix_of(arcs)
    found: list[Portions | None] = []
    for low in range(0, count, SOURCES_AT_ONCE):
        numbers = range(low, min(low + SOURCES_AT_ONCE, count))
        _, before = dijkstra(matrix, indices=arcs.first_place + np.array(numbers), return_predecessors=True)
        found += [_traced(arcs, tree, number, count) for tree, number in zip(before, numbers, strict=True)]
    still = [gone is not None and not len(gone.edge) for gone in found]
    for number in np.flatnonzero(still):
        edge, at_m = origins.edge[[number]], origins.at_m[[number]]
        found[number] = Portions(edge, at_m, at_m)
    return found


def _traced(arcs: Arcs, before: NDArray[np.int32], number: int, count: int) -> Portions | None:
    """The way of a tree from place `number` to place `number + count`; None where there is none."""
    source, nodes = arcs.first_place + number, [arcs.first_place + number + count]
    while before[nodes[-1]] >= 0:
        nodes.append(int(before[nodes[-1]]))
    if nodes[-1] != source:
        return None
    gone = _arcs_between(arcs, np.array(nodes[::-1]))
    gone = gone[arcs.length_m[gone] > 0]
    return Portions(arcs.edge[gone], arcs.from_m[gone], arcs.to_m[gone])


def _arcs_between(arcs: Arcs, nodes: Indices) -> Indices:
    """The arcs that lead from each node to the next."""
    key = arcs.tail * arcs.nodes + arcs.head
    return np.searchsorted(key, nodes[:-1] * arcs.nodes + nodes[1:])

"""A graph of edges, and the shortest paths in it, by scipy's compiled Dijkstra."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

__all__ = ["Edge", "Paths"]

Indices = NDArray[np.int64]


class Edge(NamedTuple):
    """A street, path or bank between two nodes. Several between the same two are several edges; a loop is one, too.

    modes: who may pass; None: all. oneway: 1 only from start to end, -1 only from end to start, 0 both, for serving,
    too. required or with a prize: to be served once, which takes service_s more than passing, and demand of capacity.
    """

    start: int
    end: int
    length_m: float
    modes: frozenset[str] | None = None
    oneway: int = 0
    required: bool = False
    prize: float = 0.0
    service_s: float = 0.0
    demand: float = 0.0

    def passable(self, mode: str) -> bool:
        """Whether a mode may pass."""
        return self.modes is None or mode in self.modes


class Paths:
    """Shortest paths of one mode between the nodes of a graph."""

    def __init__(self, nodes: int, edges: Sequence[Edge], mode: str) -> None:
        arcs = [
            (edge.start, edge.end, number, forward)
            for number, edge in enumerate(edges)
            if edge.passable(mode)
            for forward in (True, False)
            if edge.oneway != (-1 if forward else 1)
        ]
        arcs = [(a, b, number, forward) if forward else (b, a, number, forward) for a, b, number, forward in arcs]
        table = np.array(arcs, dtype=np.int64).reshape(-1, 4)
        length_m = np.array([edges[number].length_m for number in table[:, 2]], dtype=np.float64)
        order = np.lexsort((length_m, table[:, 1], table[:, 0]))  # of several between two nodes the shortest
        table, length_m = table[order], length_m[order]
        first = np.ones(len(table), dtype=np.bool_)
        first[1:] = (table[1:, :2] != table[:-1, :2]).any(axis=1)
        self.arcs, length_m = table[first], length_m[first]
        start = np.searchsorted(self.arcs[:, 0], np.arange(nodes + 1))
        self.graph = csr_array((length_m, self.arcs[:, 1].astype(np.int32), start.astype(np.int32)), shape=(nodes,) * 2)
        self.by_ends = {(int(a), int(b)): (int(number), bool(forward)) for a, b, number, forward in self.arcs}

    def metres(self, nodes: Indices) -> NDArray[np.float64]:
        """Metres from each to each of some nodes, inf where there is no way."""
        found = [dijkstra(self.graph, indices=some)[:, nodes] for some in np.array_split(nodes, len(nodes) // 200 + 1)]
        return np.concatenate(found)

    def way(self, start: int, end: int, within_m: float) -> list[tuple[int, bool]]:
        """The edges of a shortest path and their directions, known to be within some metres; none to itself."""
        reach_m = within_m * (1 + 1e-9) + 1e-6
        tree = dijkstra(self.graph, indices=start, return_predecessors=True, limit=reach_m)[1]
        found, at = [], end
        while at != start:
            before = int(tree[at])
            found.append(self.by_ends[before, at])
            at = before
        return found[::-1]

"""A network with places on it as a directed graph of arcs, ready for shortest paths."""

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from geo.network.network import Network, checked_edges
from geo.network.places import Places

__all__ = ["Arcs", "arcs_of", "matrix_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Arcs(NamedTuple):
    """Directed parts of edges: nodes tail and head, seconds, metres, and from where to where along which edge.

    Nodes of the network keep their numbers; place i is node `first_place + i`. Sorted by tail and head, one arc a pair:
    the fastest. A mode may pass them all.
    """

    tail: Indices
    head: Indices
    time_s: Floats
    length_m: Floats
    edge: Indices
    from_m: Floats
    to_m: Floats
    first_place: int
    nodes: int


def arcs_of(network: Network, time_s: Floats, places: Places) -> Arcs:
    """The arcs of a network, edges cut at places. time_s: (2, edges) forward, backward; inf is not passed."""
    checked_edges(network, places.edge)
    first = len(network.x)
    some = np.flatnonzero(places.edge >= 0)
    edge = np.concatenate([np.arange(len(network.way))] * 2 + [places.edge[some]])
    at_m = np.concatenate([np.zeros(len(network.way)), network.length_m, places.at_m[some]])
    node = np.concatenate([network.start, network.end, first + some])
    at_m = np.clip(at_m, 0.0, network.length_m[edge])
    # At one chainage an edge's start stands first and its end last.
    rank = np.repeat([0, 2, 1], [len(network.way), len(network.way), len(some)])
    order = np.lexsort([rank, at_m, edge])
    edge, at_m, node = edge[order], at_m[order], node[order]
    inner = np.flatnonzero(edge[1:] == edge[:-1])
    part = edge[inner]
    low, high, low_m, high_m = node[inner], node[inner + 1], at_m[inner], at_m[inner + 1]
    share = np.divide(high_m - low_m, network.length_m[part], out=np.zeros(len(part)), where=network.length_m[part] > 0)
    there, back = _parts_s(time_s[:, part], share)
    tail, head, time_s = np.append(low, high), np.append(high, low), np.append(there, back)
    length_m = np.tile(high_m - low_m, 2)
    kept = _fastest(tail, head, time_s, length_m)
    from_m, to_m = np.append(low_m, high_m)[kept], np.append(high_m, low_m)[kept]
    ends = tail[kept], head[kept]
    return Arcs(
        *ends, time_s[kept], length_m[kept], np.tile(part, 2)[kept], from_m, to_m, first, first + len(places.edge)
    )


def _parts_s(time_s: Floats, share: Floats) -> Floats:
    """(2, k) seconds of shares of edges; what has no length takes none either way, where the edge is passed at all."""
    open_to = np.isfinite(time_s).any(axis=0)
    with np.errstate(invalid="ignore"):
        return np.where(share > 0, share * time_s, np.where(open_to, 0.0, np.inf))


def _fastest(tail: Indices, head: Indices, time_s: Floats, length_m: Floats) -> Indices:
    """Which arcs are passed, sorted by tail and head; of several from a node to another the fastest; no loops."""
    kept = np.flatnonzero(np.isfinite(time_s) & (tail != head))
    order = kept[np.lexsort([length_m[kept], time_s[kept], head[kept], tail[kept]])]
    if not len(order):
        return order
    new = np.append(True, (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0))
    return np.asarray(order[new])


def matrix_of(arcs: Arcs) -> sp.csr_array:
    """The seconds of arcs as a sparse matrix; an arc that takes none is there, as a stored 0."""
    starts = np.searchsorted(arcs.tail, np.arange(arcs.nodes + 1))
    return sp.csr_array((arcs.time_s, arcs.head, starts), shape=(arcs.nodes, arcs.nodes))

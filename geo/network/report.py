"""What a network came to: how much of it each mode may pass, what stays apart, what was drawn together."""

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from geo.network.network import Network
from geo.network.speeds import MODE_BIT

__all__ = ["Islands", "Report", "islands_of", "report_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Islands(NamedTuple):
    """What a mode may pass falls into k pieces, the longest first: (edges,) the piece of each edge, -1 for what it may
    not pass; and (k,) how long each is (m).
    """

    piece: Indices
    length_m: Floats


class Report(NamedTuple):
    """Nodes and edges; metres that each mode may pass, and the share of these in one piece; m closed, unverified (of
    banks) and stepped over to banks; walked: metres that past legs added; how many ends were drawn, how far at most.
    """

    nodes: int
    edges: int
    passable_m: dict[str, float]
    largest: dict[str, float]
    pieces: dict[str, int]
    closed_m: float
    unverified_m: float
    access_m: float
    walked_m: float
    snapped: int
    snapped_most_m: float


def islands_of(network: Network, mode: str, *, unverified: bool = False) -> Islands:
    """The pieces that what a mode may pass falls into, without regard to one-way streets.

    Raises BadInput for a mode that is none.

    >>> import shapely
    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> lines = [shapely.LineString([(0, y), (100 + y, y)]) for y in (0, 50)]
    >>> islands = islands_of(node(Ways.of(lines, "footway")), "foot")
    >>> islands.piece.tolist(), islands.length_m.tolist()
    ([1, 0], [150.0, 100.0])
    """
    open_to = np.asarray(network.passable(mode, unverified=unverified).any(axis=0))
    edges = np.flatnonzero(open_to).astype(np.int64)
    piece = np.full(len(open_to), -1, dtype=np.int64)
    if not len(edges):
        return Islands(piece, np.empty(0))
    count = len(network.x)
    links = sp.coo_array((np.ones(len(edges)), (network.start[edges], network.end[edges])), shape=(count, count))
    _, group = connected_components(links, directed=False)
    names, found = np.unique(np.asarray(group)[network.start[edges]], return_inverse=True)
    length_m = np.asarray(np.bincount(found, network.length_m[edges], minlength=len(names)), dtype=np.float64)
    order = np.argsort(-length_m, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    piece[edges] = place[found]
    return Islands(piece, length_m[order])


def report_of(network: Network) -> Report:
    """The report of a network; a share of nothing is 0.

    >>> import shapely
    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> report = report_of(node(Ways.of([shapely.LineString([(0, 0), (100, 0)])], "footway")))
    >>> report.passable_m["foot"], report.largest["foot"], report.largest["car"], report.snapped
    (100.0, 1.0, 0.0, 0)
    """
    found = {mode: islands_of(network, mode) for mode in MODE_BIT}
    total = {mode: float(islands.length_m.sum()) for mode, islands in found.items()}
    largest = {mode: float(one.length_m[0]) / total[mode] if total[mode] else 0.0 for mode, one in found.items()}

    def metres(which: NDArray[np.bool_]) -> float:
        return float(network.length_m[which].sum())

    return Report(
        len(network.x),
        len(network.way),
        total,
        largest,
        {mode: len(islands.length_m) for mode, islands in found.items()},
        metres(network.closed),
        metres((network.layer == "bank") & ~network.verified & ~network.closed),
        metres(network.layer == "access"),
        metres(network.layer == "leg"),
        len(network.snapped.way),
        float(network.snapped.moved_m.max(initial=0.0)),
    )

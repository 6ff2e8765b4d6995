"""Short walks that follow one another made into one, up to a length: fewer things to put in order, each worth a stop.

Two walks are joined where one ends near where the other begins, along the same edge or across a node, and where they
are alike: who may pass, in which directions, and who may settle what they pay, and when. The way between them is
walked too.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.network.network import Network
from geo.network.portions import Portions

__all__ = ["Walks", "chains_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

BRIDGE_M = 60.0
"""So much of nothing owed is walked between two walks made one."""


class Walks(NamedTuple):
    """(n,) stretches of edges, from_m < to_m along each; alike: (n,) a number, the same for those that may be
    joined."""

    edge: Indices
    from_m: Floats
    to_m: Floats
    alike: Indices


class _Joint(NamedTuple):
    """The end (0: at from_m, 1: at to_m) of one walk near that of another, and how far apart."""

    one: int
    one_end: int
    other: int
    other_end: int
    gap_m: float
    other_way: bool


def chains_of(network: Network, walks: Walks, longest_m: float) -> list[tuple[list[int], Portions]]:
    """Which walks make each chain, and the way along it. Every walk is in one chain.

    >>> import shapely
    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> lines = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(100, 0), (100, 80)])]
    >>> network = node(Ways.of(lines, "path"))
    >>> walks = Walks(np.array([0, 1]), np.array([20.0, 0.0]), np.array([100.0, 50.0]), np.zeros(2, dtype=np.int64))
    >>> [(own, portions.from_m.tolist(), portions.to_m.tolist()) for own, portions in chains_of(network, walks, 400.0)]
    [([0, 1], [20.0, 0.0], [100.0, 50.0])]
    """
    count = len(walks.edge)
    home, length_m = list(range(count)), (walks.to_m - walks.from_m).tolist()
    linked: dict[tuple[int, int], tuple[int, int]] = {}

    def root(n: int) -> int:
        while home[n] != n:
            home[n] = home[home[n]]
            n = home[n]
        return n

    joints = sorted(_joints(network, walks), key=lambda one: (one.other_way, one.gap_m, one.one, one.other))
    for joint in joints:
        ends = (joint.one, joint.one_end), (joint.other, joint.other_end)
        a, b = root(joint.one), root(joint.other)
        together_m = length_m[a] + length_m[b] + joint.gap_m
        if a == b or ends[0] in linked or ends[1] in linked or together_m > longest_m:
            continue
        home[b], length_m[a] = a, together_m
        linked[ends[0]], linked[ends[1]] = ends[1], ends[0]
    return [_followed(network, walks, linked, first) for first in _firsts(count, linked)]


def _joints(network: Network, walks: Walks) -> list[_Joint]:
    """Ends of walks that are alike and near: consecutive on one edge, or around one node."""
    found = []
    order = np.lexsort((walks.from_m, walks.edge))
    for a, b in zip(order[:-1].tolist(), order[1:].tolist(), strict=True):
        gap_m = float(walks.from_m[b] - walks.to_m[a])
        if walks.edge[a] == walks.edge[b] and walks.alike[a] == walks.alike[b] and gap_m <= BRIDGE_M:
            found.append(_Joint(a, 1, b, 0, max(gap_m, 0.0), False))
    at: dict[int, list[tuple[int, int, float]]] = {}
    ends = np.stack([walks.from_m, network.length_m[walks.edge] - walks.to_m])
    nodes = np.stack([network.start[walks.edge], network.end[walks.edge]])
    for end, n in zip(*np.nonzero(ends <= BRIDGE_M), strict=True):
        at.setdefault(int(nodes[end, n]), []).append((int(n), int(end), float(ends[end, n])))
    for around in at.values():
        for place, (a, a_end, a_m) in enumerate(around):
            for b, b_end, b_m in around[place + 1 :]:
                near = a_m + b_m <= BRIDGE_M and walks.alike[a] == walks.alike[b] and walks.edge[a] != walks.edge[b]
                if a != b and near:
                    ways = network.way[walks.edge[[a, b]]]
                    found.append(_Joint(a, a_end, b, b_end, a_m + b_m, bool(ways[0] != ways[1])))
    return found


def _firsts(count: int, linked: dict[tuple[int, int], tuple[int, int]]) -> list[tuple[int, int]]:
    """Of each chain one walk at its end, and by which end it is entered; the walk of the lower number of the two."""
    free = [(n, end) for n in range(count) for end in (0, 1) if (n, end) not in linked]
    firsts, done = [], set()
    for n, end in free:
        if (n, end) in done:
            continue
        last, out = n, 1 - end
        while (last, out) in linked:
            last, into = linked[last, out]
            out = 1 - into
        done.add((last, out))
        firsts.append((n, end))
    return firsts


def _followed(
    network: Network, walks: Walks, linked: dict[tuple[int, int], tuple[int, int]], first: tuple[int, int]
) -> tuple[list[int], Portions]:
    n, into = first
    own, rows = [], []
    while True:
        edge, low, high = int(walks.edge[n]), float(walks.from_m[n]), float(walks.to_m[n])
        own.append(n)
        rows.append([edge, low, high] if into == 0 else [edge, high, low])
        if (n, 1 - into) not in linked:
            break
        after, entered = linked[n, 1 - into]
        rows += _between(network, walks, (n, 1 - into), (after, entered))
        n, into = after, entered
    edges, from_m, to_m = zip(*_joined(rows), strict=True)
    return own, Portions(np.array(edges, dtype=np.int64), np.array(from_m), np.array(to_m))


def _between(network: Network, walks: Walks, one: tuple[int, int], other: tuple[int, int]) -> list[list[float]]:
    """The way from the end of one walk to that of the next."""
    if walks.edge[one[0]] == walks.edge[other[0]]:
        ends = [float((walks.from_m, walks.to_m)[end][n]) for n, end in (one, other)]
        return [[int(walks.edge[one[0]]), *ends]]
    rows = []
    for (n, end), out in ((one, True), (other, False)):
        edge = int(walks.edge[n])
        node_m = 0.0 if end == 0 else float(network.length_m[edge])
        at_m = float((walks.from_m, walks.to_m)[end][n])
        rows.append([edge, at_m, node_m] if out else [edge, node_m, at_m])
    return rows


def _joined(rows: list[list[float]]) -> list[list[float]]:
    """Without what has no length; what goes on along one edge in one direction as one."""
    made: list[list[float]] = []
    for edge, a, b in rows:
        if abs(b - a) < 1e-9:
            continue
        if made and made[-1][0] == edge and (made[-1][2] > made[-1][1]) == (b > a) and abs(made[-1][2] - a) < 1e-9:
            made[-1][2] = b
        else:
            made.append([edge, a, b])
    return made or rows[:1]

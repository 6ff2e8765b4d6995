"""Which lines close into rings when their ends are put together: drawings often have the sides of an area apart."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from layers.errors import BadInput

__all__ = ["Closed", "closed"]

Points = NDArray[np.float64]
_FEWEST = 3
_MOST_PAIRS = 2_000_000


class Closed(NamedTuple):
    """What lines close into.

    rings: each (k, 2), its last point its first. members: of each the lines it is of, in their order around it.
    gap_m: (n,) the largest distance bridged in each. left: the lines of no ring, by number; left_gap_m: (m,) how far
    the nearest end of any other line, or its own other end, is from the ends of each.
    """

    rings: list[Points]
    members: list[list[int]]
    gap_m: NDArray[np.float64]
    left: NDArray[np.int64]
    left_gap_m: NDArray[np.float64]


def closed(lines: list[Points], snap_m: float) -> Closed:
    """The rings that lines form where ends lie within `snap_m` of each other; no lines form none.

    lines: each (k, 2), at least two points. A line that ends where it began is a ring by itself. Stubs that lead
    nowhere are left; where more than two lines meet it is not decided which belong together, and all are left. Raises
    BadInput for ends so close together that the lines cannot be in metres.

    >>> sides = [np.array(p, float) for p in ([(0, 0), (9, 0)], [(9, 9), (9, 0)], [(9, 9), (0, 0.01)])]
    >>> found = closed(sides, 0.05)
    >>> found.members, found.gap_m.round(3).tolist(), found.rings[0].tolist()
    ([[0, 1, 2]], [0.01], [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 0.0]])
    """
    if not lines:
        return Closed([], [], np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0))
    ends = np.array([(line[0], line[-1]) for line in lines]).reshape(-1, 2)
    own_gap_m = np.hypot(*(ends[1::2] - ends[::2]).T)
    alone = (own_gap_m <= snap_m) & np.array([len(line) > _FEWEST for line in lines])
    nodes = _nodes(ends, snap_m).reshape(-1, 2)
    around: dict[int, set[int]] = {node: set() for node in range(nodes.max() + 1)}
    for number in np.flatnonzero(~alone).tolist():
        for node in nodes[number].tolist():
            around[node].add(number)
    _prune(around, nodes)
    rings, members, gaps = [], [], []
    used = alone.copy()
    for number in np.flatnonzero(alone).tolist():
        ring, gap_m = _joined(lines, [(number, False)])
        rings.append(ring)
        members.append([number])
        gaps.append(gap_m)
    for start in range(len(lines)):
        walked = _walk(start, nodes, around) if not used[start] else []
        used[[number for number, _ in walked]] = True
        ring, gap_m = _joined(lines, walked)
        if len(ring) > 3:
            rings.append(ring)
            members.append([number for number, _ in walked])
            gaps.append(gap_m)
    left = np.setdiff1d(np.arange(len(lines)), [number for ring in members for number in ring])
    return Closed(rings, members, np.array(gaps), left, _nearest(ends)[left])


def _nodes(ends: Points, snap_m: float) -> NDArray[np.int64]:
    """(2n,) the place at which each end lies: ends within the distance of one another share one."""
    places, place = np.unique(ends, axis=0, return_inverse=True)
    tree, count = KDTree(places), len(places)
    if tree.count_neighbors(tree, snap_m) - count > 2 * _MOST_PAIRS:
        raise BadInput(f"线的端点过密({count:,} 处挤在 {snap_m:g} 米以内):请核对图形单位是否为米。")
    pairs = tree.query_pairs(snap_m, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    nodes = np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)
    return nodes[place.reshape(-1)]


def _prune(around: dict[int, set[int]], nodes: NDArray[np.int64]) -> None:
    """Take out, one after another, the lines of which an end meets nothing."""
    waiting = [node for node, met in around.items() if len(met) == 1]
    while waiting:
        node = waiting.pop()
        if len(around[node]) != 1:
            continue
        line = around[node].pop()
        for end in nodes[line].tolist():
            if end != node and line in around[end]:
                around[end].remove(line)
                if len(around[end]) == 1:
                    waiting.append(end)


def _walk(start: int, nodes: NDArray[np.int64], around: dict[int, set[int]]) -> list[tuple[int, bool]]:
    """The lines of the ring that a line is of, each with whether it is walked backwards; none where it is of none."""
    first, node = nodes[start].tolist()
    if start not in around[first]:
        return []
    walked = [(start, False)]
    while node != first:
        if len(around[node]) != 2:
            return []
        one, other = around[node]
        line = other if one == walked[-1][0] else one
        begin, end = nodes[line].tolist()
        backwards = begin != node
        walked.append((line, backwards))
        node = begin if backwards else end
    return walked if len(around[first]) == 2 else []


def _joined(lines: list[Points], walked: list[tuple[int, bool]]) -> tuple[Points, float]:
    """The ring of lines one after another, and the largest gap between the end of one and the start of the next."""
    if not walked:
        return np.zeros((0, 2)), 0.0
    parts = [lines[number][::-1] if backwards else lines[number] for number, backwards in walked]
    following = [*parts[1:], parts[0]]
    gap_m = max(float(np.hypot(*(one[-1] - other[0]))) for one, other in zip(parts, following, strict=True))
    ring: Points = np.vstack([parts[0], *(part[1:] for part in parts[1:])])
    ring = ring[:-1] if len(walked) > 1 or gap_m > 0 else ring
    whole: Points = ring if (ring[0] == ring[-1]).all() else np.vstack([ring, ring[:1]])
    return whole, gap_m


def _nearest(ends: Points) -> NDArray[np.float64]:
    """(n,) for each line, the smallest distance from one of its ends to an end of any line but that end itself."""
    distances, _ = KDTree(ends).query(ends, k=2)
    nearest: NDArray[np.float64] = np.asarray(distances)[:, 1].reshape(-1, 2).max(axis=1)
    return nearest

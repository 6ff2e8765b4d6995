"""Ways noded: cut where they meet, and what nearly meets drawn together, until nothing more is to be drawn."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from geo.lines.chainage import CM_PER_M
from geo.lines.multirange import NO_RANGES, Ranges, union
from geo.network.network import Network, Snapped, empty_network
from geo.network.noding.gathering import gathered
from geo.network.noding.meeting import Meetings, meetings
from geo.network.noding.pieces import Cuts, Pieces, cut
from geo.network.noding.segments import TOUCH_M
from geo.network.ways import Ways
from layers.errors import BadInput

__all__ = ["MOST_ROUNDS", "TOLERANCE_M", "node"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

TOLERANCE_M = 2.0
"""What nearly meets within this distance was meant to meet: half a lane, and more than surveys differ."""
MOST_ROUNDS = 12
"""Each round draws together what the one before brought near; two or three do in practice."""
VANISHING = 4
"""A piece that returns to its own node within so many tolerances is no loop to walk, but a kink of the drawing."""
STILL_M = 1e-6


def node(
    ways: Ways, tolerance_m: float = TOLERANCE_M, *, walkable: Ranges = NO_RANGES, closed: Ranges = NO_RANGES
) -> Network:
    """The network of ways: a node wherever two of equal level cross, or one ends within a tolerance of another.

    An end that stops near a line is drawn to it, and ends that nearly coincide become one node: no end moves further
    than the tolerance in one round. Ways of different levels meet only where one has its end at a vertex of the other.
    walkable, closed: stretches of ways, in cm by way, that are known to be walkable, and that nobody can pass.
    No ways make a network without edges. Raises BadInput for a tolerance that is none.

    >>> lines = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, 1.5), (50, 80)])]
    >>> network = node(Ways.of(lines, "path"))
    >>> network.length_m.tolist(), network.snapped.moved_m.tolist()
    ([50.0, 50.0, 80.0], [1.5])
    >>> len(node(Ways.of(lines, "path", level=[1, 0])).way)
    2
    """
    if not 0 < tolerance_m < 1000:
        raise BadInput(f"路网的容差 {tolerance_m:g} 米不合理:应大于 0、小于 1000 米。")
    both = Ranges(*(np.concatenate(values) for values in zip(walkable, closed, strict=True)))
    pieces = Pieces.of(ways, both)
    if not len(pieces.line):
        return empty_network()
    for _ in range(MOST_ROUNDS):
        before, pieces, ends, where = pieces, *_round(pieces, tolerance_m)
        if _same(before, pieces):
            break
    network = _network(ways, pieces, ends, where)
    verified = network.verified | _within(network, walkable)
    return replace(network, verified=verified, closed=_within(network, closed))


def _within(network: Network, ranges: Ranges) -> NDArray[np.bool_]:
    """Which edges have their middle in one of the ranges along their way."""
    if not len(ranges.group):
        return np.zeros(len(network.way), dtype=np.bool_)
    found, _ = union(ranges)
    lift = int(found.stop.max()) + 10**10
    middle = np.round((network.from_m + network.to_m) / 2 * CM_PER_M).astype(np.int64)
    at = np.searchsorted(found.group * lift + found.start, network.way * lift + middle, side="right") - 1
    return np.asarray((at >= 0) & (found.group[at] == network.way) & (middle < found.stop[at]))


def _round(pieces: Pieces, tolerance_m: float) -> tuple[Pieces, Indices, Floats]:
    """The pieces after one drawing together, the nodes at their ends (n, 2), and where nodes are."""
    met = meetings(pieces, tolerance_m)
    stands = _one_for_joined(met, gathered(met.where, met.rank, met.level, tolerance_m))
    cuts = Cuts(met.piece, met.at_m, stands)
    made, ends = cut(pieces, cuts, met.where, VANISHING * tolerance_m)
    return made, ends, met.where


def _one_for_joined(met: Meetings, stands: Indices) -> Indices:
    """What stands for each meeting, where those joined across levels are one."""
    if not len(met.joined):
        return stands
    count = len(stands)
    one, other = stands[met.joined].T
    links = sp.coo_array((np.ones(len(one)), (one, other)), shape=(count, count))
    _, group = connected_components(links, directed=False)
    # The best of each group stands for all.
    order = np.lexsort([np.arange(count), met.rank, group])
    first = order[np.append(True, np.diff(group[order]) > 0)]
    return np.asarray(first[group[stands]])


def _same(before: Pieces, after: Pieces) -> bool:
    """Whether a round changed nothing."""
    if len(before.line) != len(after.line):
        return False
    return bool(shapely.equals_exact(before.line, after.line, tolerance=STILL_M).all())


def _network(ways: Ways, pieces: Pieces, ends: Indices, where: Floats) -> Network:
    order = np.lexsort([pieces.from_m, pieces.way])
    ends = ends[order]
    nodes, numbered = np.unique(ends, return_inverse=True)
    start, end = numbered.reshape(-1, 2).T.astype(np.int64)
    x, y = where[nodes].T
    way = pieces.way[order]
    line = pieces.line[order]
    own = pieces.own_end[order]
    return Network(
        np.ascontiguousarray(x), np.ascontiguousarray(y), start, end, line, shapely.length(line), way,
        pieces.from_m[order], pieces.to_m[order], np.zeros(len(way), dtype=np.bool_), ways.verified[way].copy(), ways,
        _snapped(ways, way, own, np.stack([start, end], axis=1), np.stack([x, y], axis=1)),
    )  # fmt: skip


def _snapped(ways: Ways, way: Indices, own: NDArray[np.bool_], ends: Indices, where: Floats) -> Snapped:
    """The ends of ways that are not where they were."""
    edge, side = np.nonzero(own)
    was = np.empty((len(edge), 2))
    for number, at in ((0, 0), (1, -1)):
        was[side == number] = shapely.get_coordinates(shapely.get_point(ways.shape[way[edge[side == number]]], at))
    moved_m = np.hypot(*(was - where[ends[edge, side]]).T)
    some = moved_m > TOUCH_M
    return Snapped(way[edge][some], was[some, 0], was[some, 1], moved_m[some])

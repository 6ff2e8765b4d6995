"""Rounds through areas that are settled by a share: of their roads, as grids are, or of their area, seen in one visit.

Along the ways inside, and a little outside where that joins them, always on to what shows most that is new for each
second, until the share is reached, with a margin; from several beginnings, the shortest round taken. What a stretch of
the round shows is measured by the coverage engine.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.coverage.lines import Lines
from geo.coverage.sightings import see_all
from geo.lines.chainage import part
from geo.lines.inside import inside as lines_inside
from geo.network.network import Network
from geo.network.portions import Portions
from geo.pieces.ground import Ground
from geo.pieces.sight import Lets, let_of, track_of
from geo.pieces.work import Walk

__all__ = ["Asked", "rounds_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
MARGIN = 0.04
"""So much more than the share asked a round sees: positions are never exact."""
BEGINNINGS = 3
ACCURACY_M = 10.0
SPOT_M = 30.0
"""An area of which a share is to be seen is looked at in spots of this size."""
AROUND_M = 200.0
"""So far outside an area its ways may be joined."""
STRETCH_M = 120.0
"""The ways inside are cut into stretches of at most so much: no more is gone than what is needed."""
LEAST_M = 0.5
LIFT = 2**32


class Asked(NamedTuple):
    """An area (layer, number in it) of which a share is to be seen in one visit: of the area, of the roads inside,
    from within reach_m; dwell_s: to be spent inside."""

    layer: str
    number: int
    share: float
    road_share: float
    reach_m: float
    dwell_s: float


class _Stretches(NamedTuple):
    """(n,) stretches of edges, from_m < to_m: between which nodes (2, n), seconds along them, and which lie inside."""

    edge: Indices
    from_m: Floats
    to_m: Floats
    ends: Indices
    time_s: Floats
    inner: NDArray[np.bool_]


class _Shown(NamedTuple):
    """What each stretch shows, (stretches, parts) of 1; the size of each part; and the size of all there is."""

    parts: csr_array
    size: Floats
    whole: float


class _Ways(NamedTuple):
    """Seconds between nodes and the node before on the way, and by which stretch two nodes are joined."""

    between: Floats
    before: Indices
    joined: dict[tuple[int, int], int]


def rounds_of(ground: Ground, asked: Sequence[Asked], able: Sequence[Floats]) -> list[Walk | None]:
    """A walk for each area, None where its ways show too little. able: for each mode (2, edges) seconds, inf: may
    not."""
    network = ground.city.network
    pass_s = np.min(np.stack(able), axis=(0, 1)) if len(able) else np.full(len(network.way), np.inf)
    open_to = np.flatnonzero(np.isfinite(pass_s))
    if not len(open_to) or not asked:
        return [None] * len(asked)
    tree = shapely.STRtree(network.shape[open_to])
    found: list[Walk | None] = []
    for one in asked:
        shape: shapely.Geometry | None = ground.city.of(one.layer).shapes[one.number]
        if shape is None or bool(shapely.is_empty(shape)):
            found.append(None)
            continue
        near = np.sort(tree.query(shape, "dwithin", distance=AROUND_M))
        found.append(_round(ground, one, shape, open_to[near], pass_s))
    return found


def _round(ground: Ground, asked: Asked, shape: shapely.Geometry, edges: Indices, pass_s: Floats) -> Walk | None:
    stretches = _stretches(ground.city.network, edges, shape, pass_s)
    if not len(stretches.edge):
        return None
    shown = _shown(ground, asked, stretches, shape)
    least = max(asked.share, asked.road_share) * shown.whole
    reached = float(shown.size[np.unique(shown.parts.indices)].sum()) if shown.parts.nnz else 0.0
    if reached < least + 1e-9:
        return None
    needed, ways = min(least + MARGIN * shown.whole, reached), _ways(stretches)
    gains = np.asarray(shown.parts @ shown.size) / np.maximum(stretches.time_s, 1.0)
    firsts = np.argsort(-gains, kind="stable")[:BEGINNINGS].tolist()
    found = [_grown(stretches, shown, ways, (first, needed)) for first in firsts]
    rounds = [one for one in found if one is not None]
    if not rounds:
        return None
    gone, took_s = min(rounds, key=lambda one: one[1])
    return Walk(_portions(stretches, gone), max(0.0, asked.dwell_s - took_s))


def _stretches(network: Network, edges: Indices, shape: shapely.Geometry, pass_s: Floats) -> _Stretches:
    """Edges cut where they cross the area's border, and inside it into short stretches."""
    found = lines_inside(network.shape[edges], np.array([shape], dtype=object))
    rows, nodes = [], dict[tuple[int, float], int]()
    for n, edge in enumerate(edges.tolist()):
        length_m, own = float(network.length_m[edge]), found.line == n
        spans = [(a / 100, min(b / 100, length_m)) for a, b in zip(found.from_cm[own], found.to_cm[own], strict=True)]
        cuts = {0.0, length_m}
        for low, high in spans:
            cuts |= set(np.linspace(low, high, int(np.ceil((high - low) / STRETCH_M)) + 1).tolist())
        marks = [
            at
            for at in sorted(cuts)
            if at < LEAST_M / 2 or at > length_m - LEAST_M / 2 or LEAST_M < at < length_m - LEAST_M
        ]
        for low, high in pairwise(dict.fromkeys(marks)):
            middle = (low + high) / 2
            inner = any(a <= middle <= b for a, b in spans)
            ends = [_node(network, edge, at, length_m) for at in (low, high)]
            numbers = [nodes.setdefault(end, len(nodes)) for end in ends]
            rows.append((edge, low, high, *numbers, pass_s[edge] * (high - low) / max(length_m, 1e-9), inner))
    table = np.array(rows, dtype=np.float64).reshape(-1, 7)
    edge, one, other = (table[:, column].astype(np.int64) for column in (0, 3, 4))
    return _Stretches(edge, table[:, 1], table[:, 2], np.stack([one, other]), table[:, 5], table[:, 6] > 0)


def _node(network: Network, edge: int, at_m: float, length_m: float) -> tuple[int, float]:
    """What a node is called: one of the network, or a place on an edge."""
    if at_m <= 0:
        return -1, float(network.start[edge])
    return (-1, float(network.end[edge])) if at_m >= length_m else (edge, at_m)


def _shown(ground: Ground, asked: Asked, stretches: _Stretches, shape: shapely.Geometry) -> _Shown:
    """What each stretch inside shows of the roads inside, or of the area; the others only join."""
    inner = np.flatnonzero(stretches.inner)
    count = len(stretches.edge)
    if asked.road_share > 0:
        return _roads_shown(ground, asked, (stretches, inner), shape)
    west, south, east, north = shapely.bounds(shape)
    x, y = (np.arange(low + SPOT_M / 2, high, SPOT_M) for low, high in ((west, east), (south, north)))
    places = np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])
    spots = np.asarray(shapely.points(places), dtype=object)
    spots = spots[shapely.covers(shape, spots)]
    spots = spots if len(spots) else np.array([shapely.point_on_surface(shape)])
    drawn = np.array([_drawn(ground.city.network, stretches, n) for n in inner.tolist()], dtype=object)
    rows, part = (
        shapely.STRtree(spots).query(drawn, "dwithin", distance=asked.reach_m) if len(drawn) else (inner, inner)
    )
    return _Shown(_matrix(inner[rows], part, (count, len(spots))), np.ones(len(spots)), float(len(spots)))


def _roads_shown(ground: Ground, asked: Asked, gone: tuple[_Stretches, Indices], shape: shapely.Geometry) -> _Shown:
    stretches, inner = gone
    roads = shapely.get_parts(shapely.intersection(ground.roads_near(shape), shape))
    lines = Lines(roads[shapely.get_dimensions(roads) == 1])
    lets = Lets(inner, stretches.edge[inner], stretches.from_m[inner], stretches.to_m[inner])
    none = np.empty(0, dtype=np.int64)
    whole = float(lines.length_cm.sum()) / 100
    if not len(inner):
        return _Shown(_matrix(none, none, (len(stretches.edge), 0)), np.empty(0), whole)
    track = track_of(ground.city.network, lets, ACCURACY_M)
    seen = see_all(track, lines, [asked.reach_m], ["nominal"])[asked.reach_m, "nominal"]
    cuts = np.unique(np.concatenate([seen.line * LIFT + seen.from_cm, seen.line * LIFT + seen.to_cm]))
    low, high = (np.searchsorted(cuts, seen.line * LIFT + ends) for ends in (seen.from_cm, seen.to_cm))
    each = np.repeat(np.arange(len(low)), high - low)
    part = low[each] + np.arange(len(each)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    # Between the last range of one road and the first of the next there is nothing, and nobody sees it.
    size = np.diff(cuts) / 100 if len(cuts) else np.empty(0)
    return _Shown(_matrix(inner[let_of(seen)[each]], part, (len(stretches.edge), len(size))), size, whole)


def _matrix(rows: Indices, columns: Indices, shape: tuple[int, int]) -> csr_array:
    pairs = np.unique(np.column_stack([rows, columns]), axis=0).reshape(-1, 2)
    return csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=shape)


def _drawn(network: Network, stretches: _Stretches, n: int) -> shapely.Geometry:
    return part(network.shape[stretches.edge[n]], float(stretches.from_m[n]), float(stretches.to_m[n]))


def _ways(stretches: _Stretches) -> _Ways:
    joined: dict[tuple[int, int], int] = {}
    for n in np.argsort(-stretches.time_s, kind="stable").tolist():  # of several between two nodes the fastest stands
        a, b = int(stretches.ends[0, n]), int(stretches.ends[1, n])
        joined[a, b] = joined[b, a] = n
    tails, heads = (np.array([pair[side] for pair in joined], dtype=np.int64) for side in (0, 1))
    count = int(stretches.ends.max()) + 1
    graph = csr_array((stretches.time_s[list(joined.values())], (tails, heads)), shape=(count, count))
    between, before = dijkstra(graph, return_predecessors=True)
    return _Ways(between, before, joined)


def _grown(
    stretches: _Stretches, shown: _Shown, ways: _Ways, begun: tuple[int, float]
) -> tuple[list[tuple[int, bool]], float] | None:
    """Stretches in order, each forward or not, from one on until enough is seen; and how long that takes.

    begun: the first, and how much is enough. None: it cannot be reached from there.
    """
    first, needed = begun
    seen = np.zeros(len(shown.size), dtype=bool)
    gone: list[tuple[int, bool]] = [(first, True)]
    took_s, at = float(stretches.time_s[first]), int(stretches.ends[1, first])
    _see(shown, seen, first)
    while float(shown.size[seen].sum()) < needed - 1e-6:
        new = np.asarray(shown.parts @ (shown.size * ~seen))
        to_s = ways.between[at, stretches.ends]
        entry, least_s = to_s.argmin(axis=0), to_s.min(axis=0)
        rate = np.where(new > 1e-6, new / (least_s + stretches.time_s + 1.0), 0.0)
        best = int(rate.argmax())
        if rate[best] <= 0:
            return None
        for n, forward in _hops(stretches, ways, at, int(stretches.ends[entry[best], best])):
            gone.append((n, forward))
            _see(shown, seen, n)
        took_s += float(least_s[best] + stretches.time_s[best])
        gone.append((best, bool(entry[best] == 0)))
        _see(shown, seen, best)
        at = int(stretches.ends[1 - entry[best], best])
    return gone, took_s


def _see(shown: _Shown, seen: NDArray[np.bool_], n: int) -> None:
    seen[shown.parts.indices[shown.parts.indptr[n] : shown.parts.indptr[n + 1]]] = True


def _hops(stretches: _Stretches, ways: _Ways, at: int, to: int) -> list[tuple[int, bool]]:
    """The stretches of the fastest way between two nodes."""
    nodes = [to]
    while nodes[-1] != at:
        nodes.append(int(ways.before[at, nodes[-1]]))
    nodes.reverse()
    hops = [(ways.joined[pair], pair[0]) for pair in pairwise(nodes)]
    return [(n, bool(stretches.ends[0, n] == tail)) for n, tail in hops]


def _portions(stretches: _Stretches, gone: Sequence[tuple[int, bool]]) -> Portions:
    """The stretches as directed portions, those that go on along one edge as one."""
    rows: list[list[float]] = []
    for n, forward in gone:
        edge, low, high = int(stretches.edge[n]), float(stretches.from_m[n]), float(stretches.to_m[n])
        a, b = (low, high) if forward else (high, low)
        if rows and rows[-1][0] == edge and abs(rows[-1][2] - a) < 1e-9 and (rows[-1][2] > rows[-1][1]) == (b > a):
            rows[-1][2] = b
        else:
            rows.append([edge, a, b])
    table = np.array(rows)
    return Portions(table[:, 0].astype(np.int64), table[:, 1], table[:, 2])

"""Rounds through areas that are settled by a share: of their roads, as grids are, or of their area, seen in one visit.

Along the ways inside, always on to what shows most that is new for each second, until the share is reached, with a
margin; from several beginnings, the shortest round taken. What a round sees is measured by the coverage engine.
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
from geo.network.network import Network
from geo.network.portions import Portions
from geo.pieces.ground import Ground
from geo.pieces.sight import let_of, parts_of, track_of
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


class Asked(NamedTuple):
    """An area (layer, number in it) of which a share is to be seen in one visit: of the area, of the roads inside,
    from within reach_m; dwell_s: to be spent inside."""

    layer: str
    number: int
    share: float
    road_share: float
    reach_m: float
    dwell_s: float


def rounds_of(ground: Ground, asked: Sequence[Asked], able: Sequence[Floats]) -> list[Walk | None]:
    """A walk for each area, None where its ways show too little. able: for each mode (2, edges) seconds, inf: may
    not."""
    network = ground.city.network
    pass_s = np.min(np.stack(able), axis=(0, 1)) if len(able) else np.full(len(network.way), np.inf)
    open_to = np.flatnonzero(np.isfinite(pass_s))
    if not len(open_to):
        return [None] * len(asked)
    tree = shapely.STRtree(network.shape[open_to])
    return [
        _round(ground, one, np.sort(open_to[tree.query(_shape(ground, one), "intersects")]), pass_s) for one in asked
    ]


def _shape(ground: Ground, asked: Asked) -> shapely.Geometry:
    shape: shapely.Geometry = ground.city.of(asked.layer).shapes[asked.number]
    return shape


class _Inside(NamedTuple):
    """The ways inside an area: edges, what each shows (edge by part, CSR rows of parts), the parts' size, how much
    of it all must be seen, seconds along each edge, and between nodes."""

    edges: Indices
    shows: csr_array
    size: Floats
    needed: float
    pass_s: Floats
    ends: Indices
    between: Floats
    before: Indices
    arcs: dict[tuple[int, int], int]


def _round(ground: Ground, asked: Asked, edges: Indices, pass_s: Floats) -> Walk | None:
    network, shape = ground.city.network, _shape(ground, asked)
    if shape is None or not len(edges):
        return None
    middles = shapely.line_interpolate_point(network.shape[edges], 0.5, normalized=True)
    inner = edges[shapely.covers(shape, middles)]
    edges = inner if len(inner) else edges
    shows, size, whole = _shown(ground, asked, edges, shape)
    least = max(asked.share, asked.road_share)
    reached = float(size[np.unique(shows.indices)].sum()) if shows.nnz else 0.0
    if reached < least * whole + 1e-9:
        return None
    inside = _inside(network, edges, (shows, size, min((least + MARGIN) * whole, reached)), pass_s)
    gains = np.asarray(shows @ size) / np.maximum(inside.pass_s, 1.0)
    found = [_grown(inside, int(first)) for first in np.argsort(-gains, kind="stable")[:BEGINNINGS]]
    walks = [one for one in found if one is not None]
    if not walks:
        return None
    best = min(walks, key=lambda one: one[1])[0]
    portions = _portions(network, inside, best)
    took_s = float(
        (pass_s[portions.edge] * np.abs(portions.to_m - portions.from_m) / network.length_m[portions.edge]).sum()
    )
    return Walk(portions, max(0.0, asked.dwell_s - took_s))


def _shown(ground: Ground, asked: Asked, edges: Indices, shape: shapely.Geometry) -> tuple[csr_array, Floats, float]:
    """What each edge shows: (edges, parts) of 1; the size of each part; and the size of all there is."""
    network = ground.city.network
    _, lets = parts_of(network, edges, 1e6)
    track = track_of(network, lets, ACCURACY_M)
    edge_of = np.searchsorted(edges, lets.edge)
    if asked.road_share > 0:
        roads = shapely.get_parts(shapely.intersection(ground.roads_near(shape), shape))
        roads = roads[shapely.get_dimensions(roads) == 1]
        lines = Lines(roads)
        seen = see_all(track, lines, [asked.reach_m], ["nominal"])[asked.reach_m, "nominal"]
        cuts = np.unique(np.concatenate([seen.line * 2**32 + seen.from_cm, seen.line * 2**32 + seen.to_cm]))
        low, high = (np.searchsorted(cuts, seen.line * 2**32 + ends) for ends in (seen.from_cm, seen.to_cm))
        each = np.repeat(np.arange(len(low)), high - low)
        part = low[each] + np.arange(len(each)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
        size = np.diff(cuts) / 100 if len(cuts) else np.empty(0)
        rows, whole = edge_of[let_of(seen)][each], float(lines.length_cm.sum()) / 100
    else:
        west, south, east, north = shapely.bounds(shape)
        x, y = (np.arange(low + SPOT_M / 2, high, SPOT_M) for low, high in ((west, east), (south, north)))
        spots = np.asarray(shapely.points(np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])), dtype=object)
        spots = spots[shapely.covers(shape, spots)]
        spots = spots if len(spots) else np.array([shapely.point_on_surface(shape)])
        rows, part = shapely.STRtree(spots).query(network.shape[edges], "dwithin", distance=asked.reach_m)
        size, whole = np.ones(len(spots)), float(len(spots))
    pairs = np.unique(np.column_stack([rows, part]), axis=0).reshape(-1, 2)
    shows = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(edges), len(size)))
    return shows, size, whole


def _inside(network: Network, edges: Indices, shown: tuple[csr_array, Floats, float], pass_s: Floats) -> _Inside:
    nodes, ends = np.unique(np.stack([network.start[edges], network.end[edges]]), return_inverse=True)
    ends = ends.reshape(2, -1)
    time_s = pass_s[edges]
    order = np.argsort(-time_s, kind="stable")
    arcs: dict[tuple[int, int], int] = {}
    for n in order.tolist():  # of several edges between two nodes the fastest stands
        a, b = int(ends[0, n]), int(ends[1, n])
        arcs[a, b] = arcs[b, a] = n
    tails, heads = (np.array([pair[side] for pair in arcs], dtype=np.int64) for side in (0, 1))
    graph = csr_array((time_s[list(arcs.values())], (tails, heads)), shape=(len(nodes), len(nodes)))
    between, before = dijkstra(graph, return_predecessors=True)
    return _Inside(edges, *shown, time_s, ends, between, before, arcs)


def _grown(inside: _Inside, first: int) -> tuple[list[tuple[int, bool]], float] | None:
    """Edges in order, each forward or not, from one on until enough is seen; and how long that takes."""
    seen = np.zeros(len(inside.size), dtype=bool)
    gone: list[tuple[int, bool]] = [(first, True)]
    took_s, at = float(inside.pass_s[first]), int(inside.ends[1, first])
    _see(inside, seen, first)
    while float(inside.size[seen].sum()) < inside.needed - 1e-6:
        new = np.asarray(inside.shows @ (inside.size * ~seen))
        to_s = inside.between[at, inside.ends]
        entry = to_s.argmin(axis=0)
        rate = np.where(new > 1e-6, new / (to_s.min(axis=0) + inside.pass_s + 1.0), 0.0)
        best = int(rate.argmax())
        if rate[best] <= 0:
            return None
        node = int(inside.ends[entry[best], best])
        for edge, forward in _hops(inside, at, node):
            gone.append((edge, forward))
            _see(inside, seen, edge)
        took_s += float(to_s[entry[best], best] + inside.pass_s[best])
        gone.append((best, bool(entry[best] == 0)))
        _see(inside, seen, best)
        at = int(inside.ends[1 - entry[best], best])
    return gone, took_s


def _see(inside: _Inside, seen: NDArray[np.bool_], edge: int) -> None:
    seen[inside.shows.indices[inside.shows.indptr[edge] : inside.shows.indptr[edge + 1]]] = True


def _hops(inside: _Inside, at: int, to: int) -> list[tuple[int, bool]]:
    """The edges of the fastest way between two nodes."""
    nodes = [to]
    while nodes[-1] != at:
        nodes.append(int(inside.before[at, nodes[-1]]))
    nodes.reverse()
    hops = []
    for a, b in pairwise(nodes):
        edge = inside.arcs[a, b]
        hops.append((edge, bool(inside.ends[0, edge] == a)))
    return hops


def _portions(network: Network, inside: _Inside, gone: Sequence[tuple[int, bool]]) -> Portions:
    edge = inside.edges[[n for n, _ in gone]]
    forward = np.array([way for _, way in gone])
    length_m = network.length_m[edge]
    return Portions(edge, np.where(forward, 0.0, length_m), np.where(forward, length_m, 0.0))

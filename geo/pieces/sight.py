"""What is seen from each part of the network: the coverage engine, asked once for all of them.

Edges are cut into **parts** no longer than a piece may be, and each part into **lets** of some 40 m, so that of a part
no more is walked than what it is walked for. Every let is a leg of its own in one track, far apart in time from the
others: by its time a sighting tells which let it is of.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.sightings import Track, Visits
from geo.network.network import Network

__all__ = ["Parts", "let_of", "near_edges", "parts_of", "track_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Geometries = NDArray[np.object_]

LET_M = 40.0
APART_S = 1000.0
"""Between the beginnings of two lets: far more than what parts two visits."""
LASTS_S = 10.0
"""Each let's walk, in that track: within one glimpse."""
LIFT_M = 1e7
"""No edge is longer: their chainages are lifted above one another by so much."""


class Parts(NamedTuple):
    """(n,) parts of edges, from from_m to to_m along them, each cut into lets first … first + lets - 1."""

    edge: Indices
    from_m: Floats
    to_m: Floats
    first: Indices
    lets: Indices

    @property
    def length_m(self) -> Floats:
        """How long each is."""
        return self.to_m - self.from_m


class Lets(NamedTuple):
    """(m,) lets: of which part, and from where to where along its edge."""

    part: Indices
    edge: Indices
    from_m: Floats
    to_m: Floats


def near_edges(network: Network, shapes: Geometries, within_m: float, some: NDArray[np.bool_]) -> Indices:
    """Those of some edges (mask) that come within so many metres of any of the shapes."""
    own = np.flatnonzero(some)
    if not len(own) or not len(shapes):
        return np.empty(0, dtype=np.int64)
    tree = shapely.STRtree(network.shape[own])
    found = tree.query(shapes, predicate="dwithin", distance=within_m)[1]
    return np.asarray(own[np.unique(found)])


def parts_of(network: Network, edges: Indices, longest_m: float) -> tuple[Parts, Lets]:
    """Edges cut evenly into parts of at most longest_m, and these into lets.

    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> network = node(Ways.of([shapely.LineString([(0, 0), (100, 0)])], "path"))
    >>> parts, lets = parts_of(network, np.array([0]), 60.0)
    >>> parts.to_m.tolist(), lets.to_m.tolist()
    ([50.0, 100.0], [25.0, 50.0, 75.0, 100.0])
    """
    of, from_m, to_m = _cut(network.length_m[edges], longest_m)
    part, low_m, high_m = _cut(to_m - from_m, LET_M)
    lets = np.bincount(part, minlength=len(of)).astype(np.int64)
    parts = Parts(edges[of], from_m, to_m, np.cumsum(lets) - lets, lets)
    return parts, Lets(part, parts.edge[part], from_m[part] + low_m, from_m[part] + high_m)


def track_of(network: Network, lets: Lets, accuracy_m: float) -> Track:
    """All lets as the legs of one track, walked by somebody whose phone is as accurate as that."""
    xy, let = lines_between(network, lets.edge, lets.from_m, lets.to_m)
    count = np.bincount(let, minlength=len(lets.part))
    starts = np.append(0, np.cumsum(count))
    nth = np.arange(len(let)) - starts[let]
    time_s = let * APART_S + LASTS_S * nth / np.maximum(count[let] - 1, 1)
    return Track(xy[:, 0], xy[:, 1], time_s, np.full(len(let), accuracy_m), starts)


def let_of(visits: Visits) -> Indices:
    """Which let each sighting is of."""
    return (visits.first_s // APART_S).astype(np.int64)


def lines_between(network: Network, edge: Indices, from_m: Floats, to_m: Floats) -> tuple[Floats, Indices]:
    """(k, 2) the vertices of parts of edges, from_m < to_m along each, and which part each is of."""
    edges, rank = np.unique(edge, return_inverse=True)
    xy, of = shapely.get_coordinates(network.shape[edges], return_index=True)
    step = np.append(0.0, np.hypot(*np.diff(xy, axis=0).T))[: len(xy)]
    along = np.cumsum(step)
    first = np.searchsorted(of, np.arange(len(edges)))
    key = along - along[first][of] + of * LIFT_M
    low, high = rank * LIFT_M + from_m, rank * LIFT_M + to_m
    left, right = np.searchsorted(key, low + 1e-6, side="right"), np.searchsorted(key, high - 1e-6, side="left")
    inner = np.maximum(right - left, 0)
    part = np.repeat(np.arange(len(edge)), inner + 2)
    start = np.cumsum(inner + 2) - (inner + 2)
    nth = np.arange(len(part)) - start[part]
    vertex = np.clip(left[part] + nth - 1, 0, max(len(xy) - 1, 0))
    at = np.where(nth == 0, low[part], np.where(nth == inner[part] + 1, high[part], key[vertex]))
    return np.column_stack([np.interp(at, key, xy[:, axis]) for axis in (0, 1)]), part


def _cut(length_m: Floats, longest_m: float) -> tuple[Indices, Floats, Floats]:
    """Lengths cut evenly into pieces: which each is of, from and to."""
    pieces = np.maximum(np.ceil(length_m / longest_m - 1e-9), 1).astype(np.int64)
    of = np.repeat(np.arange(len(pieces)), pieces)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return of, length_m[of] * nth / pieces[of], length_m[of] * (nth + 1) / pieces[of]

"""A network: edges between nodes, with what is known of the ways they were cut from."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.network.speeds import DRONE_MPS, UNVERIFIED_SHARE, mode_bit, speeds_mps
from geo.network.ways import Ways
from layers.errors import BadInput

__all__ = ["Network", "Snapped"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
Objects = NDArray[np.object_]


@dataclass(frozen=True)
class Snapped:
    """Ends of ways that were drawn to what they nearly met: (n,) which way, where its end was, how far it moved (m)."""

    way: Indices
    x: Floats
    y: Floats
    moved_m: Floats

    @classmethod
    def none(cls) -> Self:
        """Nothing was drawn anywhere."""
        return cls(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0), np.empty(0))


@dataclass(frozen=True)
class Network:
    """Edges between nodes, in metres of the metric CRS.

    x, y: (nodes,). start, end: (edges,) nodes. shape: (edges,) LineStrings from start to end. length_m: (edges,), of
    the shape. way: (edges,) index into `ways`. from_m, to_m: (edges,) chainage along that way. closed: (edges,) nobody
    can pass. verified: (edges,) it is known that it may be walked. snapped: what was drawn together to make it.
    """

    x: Floats
    y: Floats
    start: Indices
    end: Indices
    shape: Objects
    length_m: Floats
    way: Indices
    from_m: Floats
    to_m: Floats
    closed: Flags
    verified: Flags
    ways: Ways
    snapped: Snapped = field(default_factory=Snapped.none)

    @property
    def kind(self) -> Objects:
        """(edges,) the kind of way of each edge."""
        return self.ways.kind[self.way]

    @property
    def layer(self) -> Objects:
        """(edges,) the layer that each edge comes from."""
        return self.ways.layer[self.way]

    @property
    def code(self) -> Objects:
        """(edges,) the code of the way of each edge."""
        return self.ways.code[self.way]

    @property
    def name(self) -> Objects:
        """(edges,) the name of the way of each edge, '' where it has none."""
        return self.ways.name[self.way]

    def passable(self, mode: str, *, unverified: bool = False) -> Flags:
        """(2, edges) whether a mode may pass each edge forward, backward. `unverified`: banks that nobody knows, too.

        A drone needs no way and may pass all. Raises BadInput for a mode that is none.
        """
        if mode == "drone":
            return np.ones((2, len(self.way)), dtype=np.bool_)
        allowed = (self.ways.modes[self.way] & mode_bit(mode)) != 0
        if mode != "boat":
            allowed &= ~self.closed & (self.verified | unverified)
        oneway = self.ways.oneway[self.way] if mode in ("bicycle", "car") else np.zeros(len(self.way), dtype=np.int8)
        return np.stack([allowed & (oneway >= 0), allowed & (oneway <= 0)])

    def time_s(self, mode: str, *, unverified: bool = False) -> Floats:
        """(2, edges) seconds forward and backward; inf where the mode may not pass.

        Banks that nobody knows to be walkable take twice as long, and are passed only where `unverified` asks for it.
        Raises BadInput for a mode that is none.
        """
        passable = self.passable(mode, unverified=unverified)
        if mode == "drone":
            return np.broadcast_to(self.length_m / DRONE_MPS, passable.shape).copy()
        speed = speeds_mps(self.kind, mode)
        if mode != "boat":
            speed = np.where(self.verified, speed, speed * UNVERIFIED_SHARE)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(passable, self.length_m / speed, np.inf)

    def with_closed(self, edges: NDArray[np.generic]) -> "Network":
        """The network with edges (indices or a mask) closed to those on land."""
        closed = self.closed.copy()
        closed[edges] = True
        return replace(self, closed=closed)

    def edge_at(self, way: Indices, at_m: Floats) -> tuple[Indices, Floats]:
        """The edges that chainages along ways lie on, and how far along those edges; edge -1 where there is none.

        way, at_m: (n,). At a junction it is the edge that begins there.
        """
        order = np.lexsort([self.from_m, self.way])
        # Ways have at most some 10,000 km: lifted above one another, one search finds the edge of each.
        lift = 1e8
        found = np.searchsorted(self.way[order] * lift + self.from_m[order], way * lift + at_m + 1e-6, side="right") - 1
        edge = np.where(found >= 0, order[np.maximum(found, 0)] if len(order) else -1, -1)
        if not len(order):
            return np.full(len(way), -1), np.zeros(len(way))
        on = (edge >= 0) & (self.way[edge] == way) & (at_m <= self.to_m[edge] + 1e-6)
        span = np.maximum(self.to_m[edge] - self.from_m[edge], 1e-9)
        along = np.clip((at_m - self.from_m[edge]) / span, 0, 1) * self.length_m[edge]
        return np.where(on, edge, -1).astype(np.int64), np.where(on, along, 0.0)


def checked_edges(network: Network, edge: Indices) -> None:
    """Raise BadInput for an edge that the network does not have; -1 is none."""
    if len(edge) and (edge.max() >= len(network.way) or edge.min() < -1):
        raise BadInput(f"路网只有 {len(network.way)} 条边,没有第 {int(edge.max())} 条:地点与路网不是同一份。")


def empty_network() -> Network:
    """A network without edges."""
    none, nowhere = np.empty(0, dtype=np.int64), np.empty(0)
    objects = np.empty(0, dtype=object)
    flags = np.empty(0, dtype=np.bool_)
    shape = np.asarray(shapely.linestrings(np.empty((0, 2, 2))), dtype=object)
    return Network(
        nowhere, nowhere, none, none, shape, nowhere, none, nowhere, nowhere, flags, flags, Ways.of(objects, "path")
    )

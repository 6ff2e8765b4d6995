"""A random walk on the network: at every node on along any way but the one that was come by, until the day is over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geo.network.network import Network
from geo.network.portions import Portions, line_of, times_of
from geo.pieces.ground import Ground
from geo.pieces.starts import join, labels_of
from geo.plan.city import CrewDay
from geo.trial.walkers import Course

__all__ = ["Wander", "wandered"]

Floats = NDArray[np.float64]
LEAST_S = 1.0
"""A shorter edge is counted as so long: a walk between two places that coincide would never end."""


@dataclass(frozen=True)
class Wander:
    """Crews that go wherever chance leads them. It is theirs that they need not come back. number: of the day."""

    seed: int = 0
    number: int = 0

    def day(self, ground: Ground, crews: Sequence[CrewDay]) -> tuple[list[Course], Self]:
        """See `geo.trial.rules.Rule`."""
        network = ground.city.network
        went = [
            wandered(network, crew, np.random.default_rng([self.seed, self.number, place]))
            for place, crew in enumerate(crews)
        ]
        return went, replace(self, number=self.number + 1)


def wandered(network: Network, crew: CrewDay, generator: np.random.Generator) -> Course:
    """A random walk of a crew through its hours, cut where they end; nowhere for one that cannot set out.

    >>> from datetime import date
    >>> import shapely
    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> lane = node(Ways.of([shapely.LineString([(0, 0), (125, 0)])], "footway"))
    >>> crew = CrewDay("A", "甲组", "foot", frozenset(), date(2026, 6, 1), 0.0, 150.0, start=(0.0, 0.0))
    >>> walk = wandered(lane, crew, np.random.default_rng(1))
    >>> walk.time_s.tolist(), walk.xy[:, 0].tolist()
    ([0.0, 100.0, 150.0], [0.0, 125.0, 62.5])
    """
    time_s = network.time_s(crew.mode)
    node = _first(network, crew, time_s, generator)
    nobody = Course.along(np.empty((0, 2)), np.empty(0))
    if node is None:
        return nobody
    arcs = _arcs(network, time_s)
    gone, passed_s, came = [], 0.0, -1
    while passed_s < crew.to_s - crew.from_s:
        out = arcs.out(node)
        onward = out[arcs.edge[out] != came]
        if not len(out):
            break
        arc = int(generator.choice(onward if len(onward) else out))
        gone.append(arc)
        came, node = int(arcs.edge[arc]), int(arcs.head[arc])
        passed_s += max(float(arcs.time_s[arc]), LEAST_S)
    if not gone:
        return nobody
    edge, back = arcs.edge[gone], arcs.back[gone]
    length_m = network.length_m[edge]
    portions = Portions(edge, np.where(back, length_m, 0.0), np.where(back, 0.0, length_m))
    return _until(line_of(network, portions), crew.from_s + times_of(network, portions, crew.mode), crew.to_s)


@dataclass(frozen=True)
class _Arcs:
    """Directed edges by the node they leave: first[n]:first[n + 1] are those of node n."""

    first: NDArray[np.int64]
    head: NDArray[np.int64]
    edge: NDArray[np.int64]
    back: NDArray[np.bool_]
    time_s: Floats

    def out(self, node: int) -> NDArray[np.int64]:
        return np.arange(self.first[node], self.first[node + 1])


def _arcs(network: Network, time_s: Floats) -> _Arcs:
    edges = np.arange(len(network.way))
    tail, head = np.concatenate([network.start, network.end]), np.concatenate([network.end, network.start])
    edge, back = np.tile(edges, 2), np.repeat([False, True], len(edges))
    taken = np.isfinite(time_s.ravel())
    order = np.flatnonzero(taken)[np.argsort(tail[taken], kind="stable")]
    first = np.searchsorted(tail[order], np.arange(len(network.x) + 1))
    return _Arcs(first, head[order], edge[order], back[order], time_s.ravel()[order])


def _first(network: Network, crew: CrewDay, time_s: Floats, generator: np.random.Generator) -> int | None:
    """The node at which a crew sets out: an end of the way nearest to its start, else any from which one can go on."""
    passable = np.flatnonzero(np.isfinite(time_s).any(axis=0))
    if not len(passable):
        return None
    if crew.start is None:
        edge = int(generator.choice(passable))
    else:
        edge = join(network, crew.start, time_s, labels_of(network, time_s)).edge
        if edge < 0:
            return None
    # Where it is a one-way, one sets out with it.
    open_to = np.isfinite(time_s[:, edge])
    return int(generator.choice(np.array([network.start[edge], network.end[edge]])[open_to]))


def _until(xy: Floats, time_s: Floats, until_s: float) -> Course:
    """A line cut where it is at a time."""
    within = time_s < until_s
    if within.all():
        return Course.along(xy, time_s)
    last = [np.interp(until_s, time_s, xy[:, axis]) for axis in (0, 1)]
    return Course.along(np.vstack([xy[within], last]), np.append(time_s[within], until_s))

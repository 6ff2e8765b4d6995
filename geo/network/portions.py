"""Ways through a network: directed portions of its edges, their line, and the time at each vertex."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.lines.chainage import part
from geo.network.network import Network, checked_edges
from geo.network.speeds import DRONE_MPS

__all__ = ["Portions", "line_of", "times_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Portions(NamedTuple):
    """n directed parts of edges, in order: (n,) the edge, and metres along it; from_m > to_m is backward."""

    edge: Indices
    from_m: Floats
    to_m: Floats


def _pieces(network: Network, portions: Portions) -> list[Floats]:
    """The vertices of each portion, in the order they are passed."""
    checked_edges(network, portions.edge)
    pieces = []
    for edge, from_m, to_m in zip(*(values.tolist() for values in portions), strict=True):
        shape = network.shape[edge]
        whole = (min(from_m, to_m), max(from_m, to_m)) == (0.0, float(network.length_m[edge]))
        xy = shapely.get_coordinates(shape if whole else part(shape, min(from_m, to_m), max(from_m, to_m)))
        pieces.append(xy[::-1] if from_m > to_m else xy)
    return pieces


def _vertices(network: Network, portions: Portions) -> tuple[Floats, Indices]:
    """(k, 2) the vertices passed, none twice in a row, and which portion leads to each."""
    pieces = _pieces(network, portions)
    if not pieces:
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    xy = np.concatenate(pieces)
    portion = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
    moved = np.append(True, np.hypot(*np.diff(xy, axis=0).T) > 1e-9)
    return xy[moved], portion[moved]


def line_of(network: Network, portions: Portions) -> Floats:
    """(k, 2) the vertices of the line that portions follow, none twice in a row; no portions, none.

    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> network = node(Ways.of([shapely.LineString([(0, 0), (100, 0), (100, 50)])], "footway"))
    >>> line_of(network, Portions(np.array([0]), np.array([120.0]), np.array([90.0]))).tolist()
    [[100.0, 20.0], [100.0, 0.0], [90.0, 0.0]]
    """
    return _vertices(network, portions)[0]


def times_of(network: Network, portions: Portions, mode: str, *, unverified: bool = False) -> Floats:
    """(k,) seconds since the first vertex at each vertex of `line_of`, each edge passed at the mode's speed on it.

    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> network = node(Ways.of([shapely.LineString([(0, 0), (100, 0), (100, 50)])], "footway"))
    >>> times_of(network, Portions(np.array([0]), np.array([120.0]), np.array([90.0])), "foot").tolist()
    [0.0, 16.0, 24.0]
    """
    xy, portion = _vertices(network, portions)
    if not len(xy):
        return np.empty(0)
    step_m = np.hypot(*np.diff(xy, axis=0).T)
    if mode == "drone":
        return np.concatenate([[0.0], (step_m / DRONE_MPS).cumsum()])
    there, back = network.time_s(mode, unverified=unverified)[:, portions.edge]
    time_s = np.where(portions.from_m > portions.to_m, back, there)
    pace = np.divide(
        time_s, network.length_m[portions.edge], out=np.zeros(len(time_s)), where=network.length_m[portions.edge] > 0
    )
    return np.concatenate([[0.0], (step_m * pace[portion[1:]]).cumsum()])

"""Places on a network: where crews start, stop and turn off."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.network.network import Network, checked_edges
from layers.errors import BadInput

__all__ = ["Places", "places_at", "places_near", "points_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Places(NamedTuple):
    """n points on a network: (n,) the edge, -1 for nowhere, and metres along it from its start."""

    edge: Indices
    at_m: Floats


def places_near(
    network: Network, x: Floats, y: Floats, mode: str, within_m: float = np.inf, *, unverified: bool = False
) -> tuple[Places, Floats]:
    """The nearest place of the network that a mode may pass, for points (n,), and how far off it is (m).

    Edge -1 and distance inf where there is none within `within_m`. Raises BadInput for coordinates that are none.

    >>> from geo.network.noding import node
    >>> from geo.network.ways import Ways
    >>> network = node(Ways.of([shapely.LineString([(0, 0), (100, 0)])], "path"))
    >>> places, off_m = places_near(network, np.array([40.0, 0.0]), np.array([3.0, 900.0]), "foot", within_m=50)
    >>> places.edge.tolist(), places.at_m.tolist(), off_m.tolist()
    ([0, -1], [40.0, 0.0], [3.0, inf])
    """
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise BadInput("地点的坐标不是有限的数:请给出量测坐标系里的米。")
    edge, off_m = np.full(len(x), -1, dtype=np.int64), np.full(len(x), np.inf)
    open_to = np.flatnonzero(network.passable(mode, unverified=unverified).any(axis=0))
    if not len(open_to) or not len(x):
        return Places(edge, np.zeros(len(x))), off_m
    points = np.asarray(shapely.points(x, y), dtype=object)
    tree = shapely.STRtree(network.shape[open_to])
    reach_m = None if np.isinf(within_m) else max(within_m, 1e-9)
    (of, found), distance_m = tree.query_nearest(points, max_distance=reach_m, return_distance=True, all_matches=False)
    edge[of], off_m[of] = open_to[found], distance_m
    along = np.zeros(len(x))
    along[of] = shapely.line_locate_point(network.shape[edge[of]], points[of])
    return Places(edge, along), off_m


def places_at(network: Network, way: Indices, at_m: Floats) -> Places:
    """The places at chainages along ways: (n,) each; edge -1 where the way has none there."""
    return Places(*network.edge_at(np.asarray(way, dtype=np.int64), np.asarray(at_m, dtype=np.float64)))


def points_of(network: Network, places: Places) -> Floats:
    """(n, 2) where places are; NaN for nowhere."""
    checked_edges(network, places.edge)
    where = np.full((len(places.edge), 2), np.nan)
    some = places.edge >= 0
    where[some] = shapely.get_coordinates(
        shapely.line_interpolate_point(network.shape[places.edge[some]], places.at_m[some])
    )
    return where

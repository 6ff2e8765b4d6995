"""A city's network out of what it has: roads, paths, banks, waters, past walks, and reports from the field."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.lines.chainage import CM_PER_M
from geo.lines.multirange import Ranges
from geo.network.city.afloat import water_ways
from geo.network.city.banks import Shore, access_ways, walkable
from geo.network.city.walked import walked_ways
from geo.network.network import Network
from geo.network.noding import TOLERANCE_M, node
from geo.network.speeds import MODE_BIT
from geo.network.ways import Ways

__all__ = ["CLOSED_HALF_M", "CLOSES_M", "Ground", "Rivers", "network_of"]

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

CLOSES_M = 30.0
"""A report that one cannot pass closes the way nearest to it, if it is this near."""
CLOSED_HALF_M = 10.0
"""How much of that way is closed to either side of the place: what lies beyond is still reached from there."""
LAND = MODE_BIT["foot"] | MODE_BIT["bicycle"] | MODE_BIT["car"]


class Rivers(NamedTuple):
    """k waters known by a line: LineStrings in metres, their polygons (of line and width), and their codes."""

    shape: Objects
    area: Objects
    code: Objects

    @classmethod
    def none(cls) -> "Rivers":
        """No river."""
        return cls(*(np.empty(0, dtype=object) for _ in range(3)))


class Ground(NamedTuple):
    """What a network is made of, in metres of the metric CRS.

    ways: roads and paths. legs: (k,) LineStrings of past walks. blocked, passed: (m, 2) where one cannot pass, and
    where somebody said that a bank may be walked.
    """

    ways: Ways
    shore: Shore
    rivers: Rivers
    legs: Objects
    blocked: Floats
    passed: Floats


def network_of(ground: Ground, tolerance_m: float = TOLERANCE_M) -> Network:
    """The network of a city: ways noded, banks walkable where that is known, past walks joined, what is blocked closed.

    Raises BadInput where `node` does.

    >>> road = Ways.of([shapely.LineString([(0, 10), (500, 10)])], "minor")
    >>> line = shapely.LineString([(0, 0), (900, 0)])
    >>> shore = Shore(*(np.array([one], dtype=object) for one in (line, "B", "", None)))
    >>> nowhere = np.empty((0, 2))
    >>> ground = Ground(road, shore, Rivers.none(), np.empty(0, dtype=object), np.array([[250.0, 12.0]]), nowhere)
    >>> network = network_of(ground)
    >>> network.length_m[network.closed].tolist(), network.length_m[~network.verified].round(1).tolist()
    ([20.0], [388.8])
    """
    walked = walked_ways(ground.legs, ground.ways, _waters(ground))
    land = ground.ways.and_(walked)
    known = walkable(ground.shore, land, ground.legs, ground.passed)
    access = access_ways(ground.shore, known, land)
    afloat = water_ways(ground.shore, *ground.rivers)
    ways = land.and_(ground.shore.ways(), access, afloat)
    known = known._replace(group=known.group + len(land.shape))
    return node(ways, tolerance_m, walkable=known, closed=_closed(ways, ground.blocked))


def _waters(ground: Ground) -> Objects:
    """The polygons of all waters, each once."""
    every = np.concatenate([ground.shore.water, ground.rivers.area])
    some = every[~np.asarray(shapely.is_missing(every))]
    return np.asarray(shapely.from_wkb(np.unique(shapely.to_wkb(some))), dtype=object) if len(some) else some


def _closed(ways: Ways, blocked: Floats) -> Ranges:
    """What of which way on land each report closes."""
    land = np.flatnonzero((ways.modes & LAND) != 0)
    points = np.asarray(shapely.points(blocked), dtype=object)
    tree = shapely.STRtree(ways.shape[land])
    of, found = tree.query_nearest(points, max_distance=CLOSES_M, all_matches=False)
    way = land[found]
    at_m = shapely.line_locate_point(ways.shape[way], points[of])
    low, high = np.maximum(at_m - CLOSED_HALF_M, 0.0), np.minimum(at_m + CLOSED_HALF_M, shapely.length(ways.shape[way]))
    return Ranges(way, *(np.round(CM_PER_M * end).astype(np.int64) for end in (low, high)))

"""How much a metre-day of each target weighs, where what was found there is to count.

Weight = 1 + min(2, open findings within 50 m of the target: per kilometre of a line, in number at an area or point).
So a target without findings weighs 1, and none more than three times as much as another: what is owed comes first, and
findings only decide between places that are owed alike.
"""

from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from geo.plan.city import Targets
from layers import query
from layers.crs import STORED, project

__all__ = ["NEAR_M", "found_places", "weights"]

NEAR_M = 50.0
MOST_MORE = 2.0
Geometries = NDArray[np.object_]


def found_places(connection: Connection, metric_crs: str, before: datetime) -> Geometries:
    """Where something was found before an instant that is not settled yet, metres."""
    rows = query.rows(connection, "plan/open_observations", None, before=before)
    degrees = shapely.from_wkb(np.array([bytes(row["geom"]) for row in rows], dtype=object))
    return project(degrees, STORED, metric_crs)


def weights(targets: Targets, found: Geometries) -> NDArray[np.float64]:
    """(n,) the weight of each target; 1 where nothing was found near it.

    >>> line = shapely.LineString([(0, 0), (2000, 0)])
    >>> banks = Targets("bank", False, ("A",), ("A",), np.array([line]))
    >>> weights(banks, np.array([shapely.Point(100, 10), shapely.Point(900, 49), shapely.Point(5, 51)])).tolist()
    [2.0]
    """
    count = np.zeros(len(targets.shapes))
    if len(found) and len(targets.shapes):
        near = shapely.STRtree(found).query(targets.shapes, predicate="dwithin", distance=NEAR_M)
        np.add.at(count, near[0], 1.0)
    if not targets.whole:
        count /= np.maximum(shapely.length(targets.shapes) / 1000, 1e-3)
    return 1.0 + np.minimum(count, MOST_MORE)

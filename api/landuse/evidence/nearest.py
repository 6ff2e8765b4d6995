"""The nearest zone of each kind, among those whose boxes are nearest: exact, or told that more have to be looked at.

Distances are in metres, between shapes; what the database orders by is how far boxes lie apart in degrees. No zone that
it did not name has a box nearer than the last one it named, and is further in metres than that many of the shortest
degrees: if the nearest found is nearer than that, none can be nearer.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.crs import Geometries

__all__ = ["FARTHEST_M", "nearest_only"]

FARTHEST_M = 50_000.0
"""No further is the nearest zone of a kind told."""
_DEGREE_M = 110_500.0
"""No degree of latitude is shorter."""
_SLACK_M = 150.0
"""The search is wider than the outline by 40 m; an edge of 50 km straight in degrees is up to 25 m beside the other."""


def nearest_only(
    rows: Sequence[Any], shapes: Geometries, outline: shapely.Geometry, most: int, lat: float
) -> tuple[NDArray[np.int64], bool]:
    """Which rows to keep: all but the zones that are not the nearest of their kind; and whether that is sure.

    rows: b is how far a zone's box lies apart, in degrees, None where it is near the outline. shapes: (n,) in metres.
    most: how many of a kind were asked for. lat: of the outline's farthest point from the equator.
    """
    kinds: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if row.layer == "zone" and row.b is not None:
            kinds.setdefault(row.a, []).append(place)
    drop, sure = set[int](), True
    for places in kinds.values():
        best, winner = _nearest(places, shapes, outline)
        drop.update(place for place in places if place != winner or best > FARTHEST_M)
        unseen_deg = max(float(rows[place].b) for place in places)
        shortest_m = _DEGREE_M * math.cos(math.radians(min(lat + unseen_deg + 0.1, 85.0)))
        sure &= len(places) < most or best <= unseen_deg * shortest_m - _SLACK_M
    return np.array([place for place in range(len(rows)) if place not in drop], dtype=np.int64), sure


def _nearest(places: Sequence[int], shapes: Geometries, outline: shapely.Geometry) -> tuple[float, int]:
    """How far the nearest is, and its place; those whose box is further are not measured."""
    boxes, own = shapely.bounds(shapes[list(places)]), shapely.bounds(outline)
    apart = np.maximum(np.maximum(boxes[:, :2] - own[2:], own[:2] - boxes[:, 2:]), 0)
    least_m = np.hypot(apart[:, 0], apart[:, 1])
    best, winner = math.inf, places[0]
    for nth in np.argsort(least_m, kind="stable").tolist():
        if least_m[nth] >= best:
            break
        away_m = float(shapely.distance(outline, shapes[places[nth]]))
        if away_m < best:
            best, winner = away_m, places[nth]
    return best, winner

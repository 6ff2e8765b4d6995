"""What tracks that are sent along saw of polygons and points: shares, visits, dwell, what is left, what was nearest."""

import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray

from api.answers.times import said
from api.coverage.extents import extents_of
from api.coverage.frame import Frame
from geo.coverage.areas import Areas, areas_seen, unseen
from geo.coverage.points import points_seen
from geo.coverage.sightings import BOUNDS, Track
from geo.coverage.steps import together
from layers.errors import TooLarge

__all__ = ["areas_told", "points_told"]

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]
Told = dict[str, Any]
MOST_FIXES = 200_000
"""Of areas: the time grows faster than the number of fixes near one polygon."""


def areas_told(
    metric: Geometries, tracks: Sequence[Track], reach_m: float, frame: Frame, *, zone: ZoneInfo
) -> list[Told]:
    """For each polygon its ellipsoidal area, what was seen of it with the bound of the error, its visits, what is left.

    Raises TooLarge for more fixes than MOST_FIXES, BadGeometry for what is no valid polygon in the metric system.
    """
    track = together(tracks)
    if len(track.x) > MOST_FIXES:
        raise TooLarge(f"轨迹共 {len(track.x):,} 个定位点,按面计算时上限 {MOST_FIXES:,}:请分次计算。")
    areas = Areas(metric)
    found, left, extents = (
        areas_seen(track, areas, reach_m),
        unseen(track, areas, reach_m),
        extents_of(metric, frame.crs),
    )
    seen_m2 = found.whole.seen_m2 * extents.per_planar[:, None]
    error_m2 = found.whole.error_m2 * extents.per_planar[:, None] + seen_m2 * extents.uneven[:, None]
    visits = _visits(found.visits.area, (found.visits.first_s, found.visits.last_s), len(metric), zone)
    return [
        {
            "area_m2": float(extents.area_m2[area]),
            "seen_m2": _bounds(np.minimum(seen_m2[area], extents.area_m2[area])),
            "error_m2": _bounds(error_m2[area]),
            "dwell_s": float(found.whole.dwell_s[area]),
            "visits": visits[area],
            "unseen": _wire(left[area], frame),
        }
        for area in range(len(metric))
    ]


def points_told(
    metric: Geometries, tracks: Sequence[Track], reach_m: float, frame: Frame, *, zone: ZoneInfo
) -> list[Told]:
    """For each point how near and when the tracks came, its passes, and whether and for how long it was in reach."""
    found = points_seen(together(tracks), metric, reach_m)
    passes = _visits(found.passes.point, (found.passes.first_s, found.passes.last_s), len(metric), zone)
    return [
        {
            "nearest_m": float(found.nearest_m[point]) if np.isfinite(found.nearest_m[point]) else None,
            "nearest_at": said(float(found.nearest_s[point]), zone),
            "dwell_s": _bounds(found.dwell_s[point]),
            "passes": passes[point],
            "seen": {bound: bool(found.seen[point, place]) for place, bound in enumerate(BOUNDS)},
        }
        for point in range(len(metric))
    ]


def _bounds(values: Floats) -> dict[str, float]:
    return dict(zip(BOUNDS, values.tolist(), strict=True))


def _visits(
    target: NDArray[np.int64], spans_s: tuple[Floats, Floats], targets: int, zone: ZoneInfo
) -> list[list[list[str | None]]]:
    """For each target from when to when it was within the possible reach, in order of time."""
    found: list[list[list[str | None]]] = [[] for _ in range(targets)]
    for one, first, last in zip(target.tolist(), *(column.tolist() for column in spans_s), strict=True):
        found[one].append([said(first, zone), said(last, zone)])
    return found


def _wire(shape: shapely.Geometry, frame: Frame) -> Told | None:
    return None if shapely.is_empty(shape) else dict(json.loads(shapely.to_geojson(frame.unproject(shape))))

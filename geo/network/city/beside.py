"""Which stretches of lines lie within a distance of other lines: exact, as what a patrol along those would see."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.sightings import Lines, Track, see
from geo.lines.multirange import NO_RANGES, Ranges, union

__all__ = ["beside", "beside_dry", "track_along"]

Objects = NDArray[np.object_]


def track_along(lines: Sequence[shapely.LineString] | Objects) -> Track:
    """A track with a leg along each line, all at one time and without error."""
    xy, line = shapely.get_coordinates(np.asarray(lines, dtype=object), return_index=True)
    starts = np.append(np.flatnonzero(np.append(True, np.diff(line) != 0)), len(line)) if len(line) else np.zeros(1)
    still = np.zeros(len(line))
    return Track(xy[:, 0].copy(), xy[:, 1].copy(), still, still, starts.astype(np.int64))


def beside(lines: Objects, others: Objects, within_m: float) -> Ranges:
    """The stretches of lines (n,) within a distance of any of the others, in cm, by line; sorted, apart.

    >>> one, other = shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(20, 15), (50, 15)])
    >>> np.column_stack(beside(np.array([one]), np.array([other]), 15.0)).tolist()
    [[0, 2000, 5000]]
    """
    if not len(lines) or not len(others):
        return NO_RANGES
    seen = see(track_along(others), Lines(lines), within_m)
    return union(Ranges(seen.line, seen.from_cm, seen.to_cm))[0]


def beside_dry(banks: Objects, waters: Objects, others: Objects, within_m: float) -> Ranges:
    """The same of banks, but only where it is not across their own water. waters: (n,) polygons, None for none.

    >>> river, far = shapely.box(0, 0, 100, 10), shapely.LineString([(0, 10), (100, 10)])
    >>> walk = np.array([shapely.LineString([(0, -2), (100, -2)])])
    >>> [len(beside_dry(np.array([far]), np.array([water]), walk, 15.0).group) for water in (None, river)]
    [1, 0]
    """
    from geo.duties.own_side import Banks, see_own_side

    if not len(banks) or not len(others):
        return NO_RANGES
    near = others[shapely.STRtree(banks).query(others, predicate="dwithin", distance=within_m)[0]]
    near = np.unique(shapely.to_wkb(near))
    if not len(near):
        return NO_RANGES
    track = track_along(np.asarray(shapely.from_wkb(near), dtype=object))
    seen = see_own_side(track, "foot", Banks(list(banks), list(waters)), [within_m], ["nominal"])[within_m, "nominal"]
    return union(Ranges(seen.line, seen.from_cm, seen.to_cm))[0]

"""An independent measure of what was seen: GEOS buffers of every step, cut with every segment of a line."""

from itertools import pairwise

import numpy as np
import shapely

QUAD_SEGS = 256


def capsules(legs, reach_m):
    """A buffer with 1,024 sides around each step of each leg. A whole leg's would not do: GEOS simplifies it first."""
    steps = []
    for leg in legs:
        xy = shapely.get_coordinates(leg)
        steps += [shapely.LineString(pair) for pair in pairwise(xy)] or [shapely.Point(xy[0])]
    # A step that stands still is a point: a line of no length has no buffer.
    standing = [index for index, step in enumerate(steps) if step.length == 0]
    for index in standing:
        steps[index] = shapely.Point(shapely.get_coordinates(steps[index])[0])
    return shapely.buffer(np.array(steps, dtype=object), reach_m, quad_segs=QUAD_SEGS)


def seen_m(lines, polygons):
    """Metres of each line inside any of the convex polygons: each cuts one piece out of each straight segment."""
    segments, owner = _segments(lines)
    segment, polygon = shapely.STRtree(polygons).query(segments, predicate="intersects")
    pieces = shapely.intersection(segments[segment], polygons[polygon])
    cut = shapely.get_type_id(pieces) == 1
    ends = shapely.get_coordinates(pieces[cut]).reshape(-1, 4)
    start = shapely.get_coordinates(shapely.get_point(segments[segment[cut]], 0))
    along = np.sort(
        np.column_stack([np.hypot(*(ends[:, axis] - start).T) for axis in (slice(0, 2), slice(2, 4))]), axis=1
    )
    total = np.zeros(len(lines))
    for one in np.unique(segment[cut]):
        total[owner[one]] += _union_m(along[segment[cut] == one])
    return total


def seen_by_union_m(line, polygons):
    """The same of one line, by the union of the polygons."""
    near = polygons[shapely.STRtree(polygons).query(line, predicate="intersects")]
    return shapely.intersection(line, shapely.union_all(near)).length


def _segments(lines):
    made, owner = [], []
    for index, line in enumerate(lines):
        for part in shapely.get_parts(line):
            for pair in pairwise(shapely.get_coordinates(part)):
                made.append(shapely.LineString(pair))
                owner.append(index)
    return np.array(made, dtype=object), np.array(owner)


def _union_m(ranges):
    ranges = ranges[np.argsort(ranges[:, 0])]
    furthest = np.maximum.accumulate(ranges[:, 1])
    new = np.append(True, ranges[1:, 0] > furthest[:-1])
    first = np.flatnonzero(new)
    return float((np.maximum.reduceat(ranges[:, 1], first) - ranges[first, 0]).sum())

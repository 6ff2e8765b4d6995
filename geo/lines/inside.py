"""Which stretches of lines lie inside which areas: what a community, a grid or a compound has of a road or bank."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.lines.multirange import Ranges, union
from layers.errors import BadGeometry

__all__ = ["Inside", "inside"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Geometries = NDArray[np.object_]
CM_PER_M = 100
SLACK_M = 1e-6
"""A cut this near to the end of a segment is that end: GEOS rounds the point where two lines cross."""


class Inside(NamedTuple):
    """n stretches of lines inside areas: which line, which area, from and to along the line (cm, half-open)."""

    line: Indices
    area: Indices
    from_cm: Indices
    to_cm: Indices


class _Segments(NamedTuple):
    """The segments of all lines: their line, where each starts along it, and both its ends; metres."""

    line: Indices
    start_m: Floats
    start: Floats
    end: Floats


def inside(lines: Geometries, areas: Geometries) -> Inside:
    """The stretches of each line that lie in each area, by line, area and chainage; adjoining ones are one.

    lines: (n,) shapely lines or multilines, metres; the parts of a multiline follow one another. areas: (m,) polygons
    or multipolygons in the same system. A stretch along a border lies in both areas. Empty geometries and None have,
    and hold, nothing. Raises BadGeometry for a line with a coordinate that is no number.

    >>> road = np.array([shapely.LineString([(0, 5), (30, 5)])])
    >>> found = inside(road, np.array([shapely.box(10, 0, 20, 10)]))
    >>> found.from_cm.tolist(), found.to_cm.tolist()
    ([1000], [2000])
    """
    segments = _segments(lines)
    drawn = np.asarray(shapely.linestrings(np.stack([segments.start, segments.end], axis=1)), dtype=object)
    area, segment = shapely.STRtree(drawn).query(areas, predicate="intersects")
    shapely.prepare(areas)
    whole = shapely.covers(areas[area], drawn[segment])
    low_m, high_m = np.zeros(len(segment)), _length_m(segments)[segment]
    cut, cut_low_m, cut_high_m = _cuts(drawn[segment[~whole]], areas[area[~whole]])
    kept = np.concatenate([np.flatnonzero(whole), np.flatnonzero(~whole)[cut]])
    low_m, high_m = np.append(low_m[whole], cut_low_m), np.append(high_m[whole], cut_high_m)
    return _joined(segments, (segment[kept], area[kept]), low_m, high_m)


def _segments(lines: Geometries) -> _Segments:
    parts, line = shapely.get_parts(np.asarray(lines, dtype=object), return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    wrong = ~np.isfinite(xy).all(axis=1)
    if wrong.any():
        number = line[part[wrong.argmax()]] + 1
        raise BadGeometry(f"第 {number} 条线有坐标不是数:请改正后再算。")
    follows = np.flatnonzero(np.diff(part) == 0)
    start, end = xy[follows], xy[follows + 1]
    real = (start != end).any(axis=1)
    start, end, own = start[real], end[real], line[part[follows[real]]]
    length_m = np.hypot(*(end - start).T)
    before_m = np.cumsum(length_m) - length_m
    first = np.flatnonzero(np.diff(own, prepend=-1) > 0)
    at_m = before_m - np.repeat(before_m[first], np.diff(np.append(first, len(own))))
    return _Segments(own, at_m, start, end)


def _length_m(segments: _Segments) -> Floats:
    return np.asarray(np.hypot(*(segments.end - segments.start).T))


def _cuts(drawn: Geometries, areas: Geometries) -> tuple[Indices, Floats, Floats]:
    """Of segments that leave their areas: which segment, and from where to where along it, piece by piece, metres."""
    pieces, own = shapely.get_parts(shapely.intersection(drawn, areas), return_index=True)
    long = shapely.length(pieces) > 0
    pieces, own = pieces[long], own[long]
    ends = np.stack([shapely.get_coordinates(shapely.get_point(pieces, at)) for at in (0, -1)])
    along_m = np.stack([shapely.distance(shapely.points(end), shapely.get_point(drawn[own], 0)) for end in ends])
    low_m, high_m = along_m.min(axis=0, initial=np.inf), along_m.max(axis=0, initial=-np.inf)
    length_m = shapely.length(drawn[own])
    return own, np.where(low_m < SLACK_M, 0.0, low_m), np.where(high_m > length_m - SLACK_M, length_m, high_m)


def _joined(segments: _Segments, found: tuple[Indices, Indices], low_m: Floats, high_m: Floats) -> Inside:
    segment, area = found
    areas = int(area.max(initial=-1)) + 1
    # A hair apart in metres must still adjoin in centimetres: both ends are rounded the same way.
    from_cm, to_cm = (
        np.round((segments.start_m[segment] + along_m) * CM_PER_M).astype(np.int64) for along_m in (low_m, high_m)
    )
    joined, _ = union(Ranges(segments.line[segment] * areas + area, from_cm, to_cm))
    return Inside(joined.group // max(areas, 1), joined.group % max(areas, 1), joined.start, joined.stop)

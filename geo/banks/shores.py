"""Which parts of a water polygon's rings are shore, and where a river polygon begins and ends."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.lines.chainage import (
    NO_SPANS,
    ROUNDING_M,
    Coordinates,
    Spans,
    along,
    clockwise_from_north,
    distances_m,
    locate_m,
    part,
    point_at,
    rest_of,
    starting_at,
    union,
)
from layers.crs import Bounds

__all__ = ["CRUMB_M", "Ring", "Sides", "ends_along", "near", "no_shore", "open_pieces", "rings", "sides"]

CRUMB_M = 1.0
"""Pieces shorter than this are where two shores merely touch, not shore and not joint."""
TOUCH_M = 0.1
"""Two polygons closer than this share their edge: the same edge, written twice, differs by less."""
WELD_M = np.array([0.0, 1e-6])
"""Spans of neighbouring edges grow by less than can be measured, so that rounding leaves no cracks."""
ON_EDGE_DEG = 1e-9
"""An edge this close to the extract's edge lies on it: 0.1 mm."""
CORNER_DEG, ABOUT_TURN_DEG = 25.0, 130.0
"""A straight run with a corner outward at each end, together an about-turn, goes across the river, not along it."""
NARROWEST, WIDEST = 0.25, 4.0
"""Such a run is an end of the river only if about as long as the river is wide: a jetty's basin or a bank is not."""
TRUST_IN_TIP, TRUST_IN_CORNER = 0.9, 0.6
"""How far the ring's extreme vertex is trusted as an end beside a run across, and where it is a corner of one."""


@dataclass(frozen=True)
class Ring:
    """A ring of a water polygon, clockwise from its northernmost vertex.

    line: in metres. degrees: (n, 2) the same vertices as longitude and latitude, or None where unknown.
    """

    line: LineString
    degrees: Coordinates | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Sides:
    """The banks of one river polygon, each piece running downstream, the upstream one first."""

    left: list[LineString]
    right: list[LineString]
    upstream: Point
    downstream: Point
    across_m: float
    """How much of the ring crosses the river at its two ends and is no bank."""


def rings(polygon: Polygon, degrees: Polygon | None = None) -> list[Ring]:
    """The outer ring of a polygon and then its islands, north to south; none of an empty one.

    degrees: the same polygon in longitude and latitude, vertex for vertex.
    """
    if polygon.is_empty:
        return []
    lines = [polygon.exterior, *polygon.interiors]
    twins = [None] * len(lines) if degrees is None else [degrees.exterior, *degrees.interiors]
    outer, *islands = [_ring(line, twin) for line, twin in zip(lines, twins, strict=True)]
    return [outer, *sorted(islands, key=lambda ring: (-ring.line.coords[0][1], ring.line.coords[0][0]))]


def _ring(line: BaseGeometry, twin: BaseGeometry | None) -> Ring:
    xy = shapely.get_coordinates(line)
    if twin is None:
        return Ring(LineString(clockwise_from_north(xy)))
    turned = clockwise_from_north(np.hstack([xy, shapely.get_coordinates(twin)]))
    return Ring(LineString(turned[:, :2]), turned[:, 2:])


def no_shore(ring: Ring, neighbours: BaseGeometry | None, extract: Bounds | None) -> Spans:
    """Which spans of a ring are no shore: shared with or inside another water, or cut by an extract's edge.

    neighbours: all other water polygons as one geometry, in metres. extract: the box, in degrees, outside which
    nothing was given; an edge of the ring that lies on it is a cut.
    """
    shared = NO_SPANS if neighbours is None else _beside(ring.line, neighbours)
    return union(np.concatenate([shared, _cut(ring, extract)]))


def _cut(ring: Ring, extract: Bounds | None) -> Spans:
    if extract is None or ring.degrees is None:
        return NO_SPANS
    sides = [(0, extract.west), (0, extract.east), (1, extract.south), (1, extract.north)]
    on_side = [np.abs(ring.degrees[:, axis] - value) <= ON_EDGE_DEG for axis, value in sides]
    cut = np.any([on[:-1] & on[1:] for on in on_side], axis=0)
    if cut.all():  # a rectangle that is its own extract was drawn so, not cut
        return NO_SPANS
    marks_m = distances_m(shapely.get_coordinates(ring.line))
    return union(np.column_stack([marks_m[:-1][cut], marks_m[1:][cut]]))


def _beside(line: LineString, neighbours: BaseGeometry) -> Spans:
    """The spans on or inside the neighbours, their ends moved to a vertex of the line where one is near."""
    spans = near(line, shapely.buffer(neighbours, TOUCH_M, quad_segs=4))
    spans = spans[spans[:, 1] - spans[:, 0] >= CRUMB_M]
    marks_m = distances_m(shapely.get_coordinates(line))
    if len(spans) == 0:
        return spans
    nearest = marks_m[np.abs(spans[..., None] - marks_m).argmin(axis=-1)]
    snapped: Spans = np.where(np.abs(nearest - spans) <= 3 * TOUCH_M, nearest, spans)
    return union(snapped)


def near(line: LineString, zone: BaseGeometry) -> Spans:
    """The spans of the line inside a polygonal zone: edge by edge, so a line may meet itself.

    >>> near(LineString([(0, 0), (10, 0)]), shapely.box(2, -1, 4, 1)).tolist()
    [[2.0, 4.0]]
    """
    xy = shapely.get_coordinates(line)
    edges = np.asarray(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)))
    shapely.prepare(zone)
    touched = np.flatnonzero(shapely.intersects(zone, edges))
    # Most lie wholly inside, which a prepared zone tells in no time; to cut one takes as long as the zone has corners.
    inside = shapely.covers(zone, edges[touched])
    whole, touched = touched[inside], touched[~inside]
    pieces, owner = shapely.get_parts(shapely.intersection(edges[touched], zone), return_index=True)
    ends = np.stack([shapely.get_point(pieces, 0), shapely.get_point(pieces, -1)], axis=1)
    is_line = shapely.get_type_id(pieces) == shapely.GeometryType.LINESTRING
    edge = touched[owner[is_line]]
    marks_m = distances_m(xy)
    on_edge_m = shapely.line_locate_point(edges[edge][:, None], ends[is_line])
    cut = np.sort(marks_m[edge][:, None] + on_edge_m, axis=1)
    spans = np.concatenate([np.stack([marks_m[whole], marks_m[whole + 1]], axis=1), cut])
    return union(spans + WELD_M)


def open_pieces(ring: LineString, gaps: Spans) -> list[LineString]:
    """What the gaps leave of a ring, clockwise: the ring itself where there are none, else open lines, north first.

    >>> square = LineString([(0, 1), (1, 1), (1, 0), (0, 0), (0, 1)])
    >>> [piece.wkt for piece in open_pieces(square, np.array([(1.0, 2.0)]))]
    ['LINESTRING (1 0, 0 0, 0 1, 1 1)']
    """
    if len(gaps) == 0:
        return [ring]
    start_m = float(gaps[0, 1])
    turned, moved = starting_at(ring, start_m), _moved(gaps, start_m, ring.length)
    left = [part(turned, *span) for span in rest_of(moved, 0, ring.length)]
    return sorted((piece for piece in left if piece.length >= CRUMB_M), key=_north_first)


def _north_first(piece: LineString) -> tuple[float, float]:
    xy = shapely.get_coordinates(piece)
    top = xy[np.lexsort((xy[:, 0], -xy[:, 1]))[0]]
    return -top[1], top[0]


def _moved(spans: Spans, start_m: float, length_m: float) -> Spans:
    """The spans of a ring after its 0 m went to `start_m`; what runs across the new 0 m is two spans."""
    moved = spans - start_m
    return union(np.clip(np.concatenate([moved, moved + length_m]), 0, length_m))


def sides(ring: Ring, gaps: Spans, ends: tuple[Spans, Spans]) -> Sides:
    """The left and right banks between the ends of a river polygon: the ring split there, without the gaps.

    gaps: spans that are no shore. ends: the span (1, 2) of the ring across the river upstream and downstream,
    of no length where the polygon ends in a point. Clockwise from upstream to downstream is the left bank.
    """
    (up_from, up_to), (down_from, down_to) = ends[0][0], ends[1][0]
    length_m = ring.line.length
    line, moved = starting_at(ring.line, up_from % length_m), _moved(gaps, up_from % length_m, length_m)
    up_to, down_to = up_to - up_from, (down_from - up_from) % length_m + down_to - down_from
    down_from = (down_from - up_from) % length_m
    left = [part(line, *span) for span in rest_of(moved, up_to, down_from)]
    right = [part(line, *span).reverse() for span in rest_of(moved, down_to, length_m)][::-1]
    return Sides(
        left=[piece for piece in left if piece.length >= CRUMB_M],
        right=[piece for piece in right if piece.length >= CRUMB_M],
        upstream=point_at(line, up_to / 2),
        downstream=point_at(line, (down_from + down_to) / 2),
        across_m=up_to + down_to - down_from,
    )


def ends_along(ring: Ring, gaps: Spans, flow: LineString | float) -> tuple[Spans, Spans]:
    """Where a river polygon begins and ends: the spans of its ring upstream and downstream, each (1, 2).

    flow: a line through the polygon, running downstream; or the downstream bearing in degrees from north.
    """
    across = _across(ring.line, gaps)
    if isinstance(flow, LineString):
        marks = [_exit(ring.line, flow.reverse()), _exit(ring.line, flow)]
        spans = [_span_at(mark, across, ring.line.length) for mark in marks]
        up, down = (span if len(span) else np.array([[mark, mark]]) for mark, span in zip(marks, spans, strict=True))
        return up, down
    direction = np.array([np.sin(np.radians(flow)), np.cos(np.radians(flow))])
    marks_m = distances_m(shapely.get_coordinates(ring.line))[:-1]
    reached = shapely.get_coordinates(ring.line)[:-1] @ direction
    tips_m = marks_m[[int(reached.argmin()), int(reached.argmax())]]
    cut = [len(_span_at(tip_m, across, ring.line.length)) > 0 for tip_m in tips_m]
    trust = np.concatenate([np.ones(len(across)), np.where(cut, TRUST_IN_CORNER, TRUST_IN_TIP)])
    candidates = np.concatenate([across, np.column_stack([tips_m, tips_m])])
    return _best_pair(ring.line, candidates, trust, direction)


def _exit(ring: LineString, line: LineString) -> float:
    """The chainage where a line leaves the ring: at its last point, or straight on from there."""
    last = Point(line.coords[-1])
    if ring.distance(last) <= CRUMB_M:
        return locate_m(ring, last)
    back_m = min(line.length, ring.length / 20)
    before, end = along(shapely.get_coordinates(line), np.array([line.length - back_m, line.length]))
    ray = LineString([end, end + (end - before) / back_m * ring.length])
    crossings = shapely.get_parts(shapely.intersection(ray, ring))
    nearest = crossings[shapely.distance(crossings, last).argmin()] if len(crossings) else last
    return locate_m(ring, shapely.shortest_line(nearest, last).interpolate(0))


def _span_at(mark_m: float, across: Spans, length_m: float) -> Spans:
    """The span across the river that holds a chainage, (1, 2), or none."""
    into_m = (mark_m - across[:, 0] + CRUMB_M) % length_m
    return across[into_m <= across[:, 1] - across[:, 0] + 2 * CRUMB_M][:1]


def _best_pair(
    ring: LineString, candidates: Spans, trust: NDArray[np.float64], direction: NDArray[np.float64]
) -> tuple[Spans, Spans]:
    """The two candidates apart that split the ring most evenly along the direction, by how far each is trusted."""
    length_m = ring.length
    middle_m = candidates.mean(axis=1) % length_m
    middle = along(shapely.get_coordinates(ring), middle_m)
    apart_m = np.abs(middle_m[None] - middle_m[:, None])
    shorter_m = np.minimum(apart_m, length_m - apart_m)
    wide_m = candidates[:, 1] - candidates[:, 0]
    overlap = shorter_m < (wide_m[None] + wide_m[:, None]) / 2 - ROUNDING_M
    toward = middle[None] - middle[:, None]
    cosine = toward @ direction / np.maximum(np.hypot(*np.moveaxis(toward, 2, 0)), 1e-9)
    score = np.where(overlap, -np.inf, shorter_m * cosine * trust[:, None] * trust[None])
    up, down = np.unravel_index(int(score.argmax()), score.shape)
    return candidates[[up]], candidates[[down]]


def _across(ring: LineString, gaps: Spans) -> Spans:
    """The straight runs and gaps of a ring that turn about: where a river was cut across.

    The end of a span may lie beyond the ring's length, for it may run across 0 m.
    """
    width_m = 2 * Polygon(ring).area / ring.length
    marks_m = _corners(ring, gaps, width_m / 50)
    xy = along(shapely.get_coordinates(ring), marks_m)
    run = np.roll(xy, -1, axis=0) - xy
    heading = np.degrees(np.arctan2(run[:, 1], run[:, 0]))
    turn = (np.roll(heading, 1) - heading + 180) % 360 - 180
    after = np.roll(turn, -1)
    about = (turn >= CORNER_DEG) & (after >= CORNER_DEG) & (turn + after >= ABOUT_TURN_DEG)
    widths = np.hypot(*run.T) / width_m
    last_m = np.concatenate([marks_m[1:], [marks_m[0] + ring.length]])
    kept = about & (widths >= NARROWEST) & (widths <= WIDEST)
    return np.column_stack([marks_m[kept], last_m[kept]])


def _corners(ring: LineString, gaps: Spans, tolerance_m: float) -> NDArray[np.float64]:
    """The chainages that remain of a ring simplified between its gaps, each gap being one straight run."""
    kept = [gaps.ravel()]
    for start_m, end_m in rest_of(gaps, 0, ring.length):
        piece = part(ring, start_m, end_m)
        xy = shapely.get_coordinates(piece)
        simple = set(map(tuple, shapely.get_coordinates(shapely.simplify(piece, tolerance_m))))
        marks = distances_m(xy)[[tuple(vertex) in simple for vertex in xy]]
        kept.append(start_m + marks)
    marks_m = np.concatenate(kept)
    marks_m = np.unique(np.round(np.where(marks_m >= ring.length - ROUNDING_M, 0.0, marks_m), 6))
    inside = ((marks_m[:, None] > gaps[:, 0] + ROUNDING_M) & (marks_m[:, None] < gaps[:, 1] - ROUNDING_M)).any(axis=1)
    return marks_m[~inside]

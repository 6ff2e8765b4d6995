"""The 34 main and secondary roads: 花山大道 and 花城大道 by name, the rest 示例道路 01 to 32.

They meet in shared vertices, so that they are one network, and keep off the lakes.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from layers.crs import Coordinates
from seeds.drawing import Points, curve, gridded, metres, random, roughened

END_SNAP_M = 420
"""A road's end this close to an earlier road is drawn to it."""


@dataclass(frozen=True)
class Road:
    """One road as drawn: metres of the metric CRS."""

    code: str
    name: str
    road_class: str
    width_m: float
    shape: LineString


HUASHAN_AVENUE: Points = [
    (8.1, 3.6), (8.5, 4.6), (9.1, 5.5), (9.8, 6.45), (10.6, 7.3), (11.25, 8.3), (11.75, 9.2), (12.4, 9.65), (13.2, 9.3),
    (13.95, 8.7), (14.9, 8.25), (16.0, 8.2), (16.55, 8.45),
]  # fmt: skip
HUACHENG_AVENUE: Points = [
    (6.4, 8.3), (7.1, 8.15), (7.8, 8.0), (8.8, 7.9), (9.8, 7.6), (10.7, 7.45), (11.7, 7.85), (12.6, 8.5), (13.4, 9.2),
]  # fmt: skip
PRIMARY: list[Points] = [
    [(13.5, 12.5), (14.1, 11.3), (14.75, 10.3), (15.6, 9.3), (16.4, 8.5), (16.9, 7.9)],
    [(6.6, 5.5), (7.5, 5.4), (8.5, 5.6), (9.2, 5.6), (9.9, 5.2), (10.7, 4.75), (11.2, 4.6)],
    [(8.45, 10.5), (9.3, 10.05), (10.2, 9.85), (11.2, 9.75), (12.2, 9.6)],
    [(12.2, 9.6), (12.9, 10.1), (13.6, 10.8), (14.1, 11.2)],
]
SECONDARY: list[Points] = [
    [(10.25, 9.85), (10.15, 9.0), (10.05, 8.2), (9.9, 7.6)],
    [(9.3, 10.05), (9.4, 9.2), (9.25, 8.4), (9.2, 7.8)],
    [(8.65, 10.4), (8.7, 9.4), (8.55, 8.6), (8.6, 7.9)],
    [(8.1, 9.2), (8.7, 9.4), (9.4, 9.35), (10.15, 9.25), (10.9, 9.2), (11.75, 9.2)],
    [(7.1, 8.6), (8.0, 8.65), (8.6, 8.6), (9.3, 8.6), (10.1, 8.5), (10.8, 8.4), (11.25, 8.3)],
    [(8.05, 9.1), (8.0, 8.65), (7.85, 8.0)],
    [(11.0, 9.75), (10.95, 9.2), (10.8, 8.4), (10.6, 7.45)],
    [(7.0, 7.1), (7.7, 7.2), (8.5, 7.15), (9.2, 7.05), (10.25, 6.95)],
    [(7.6, 8.05), (7.7, 7.2), (7.55, 6.4), (7.5, 5.4)],
    [(8.3, 7.95), (8.45, 7.15), (8.3, 6.4), (8.4, 5.55)],
    [(9.1, 7.8), (9.2, 7.05), (9.15, 6.4), (9.1, 5.6)],
    [(6.9, 6.45), (7.6, 6.55), (8.3, 6.5), (9.1, 6.55), (9.8, 6.45)],
    [(10.3, 7.0), (10.35, 6.3), (10.1, 5.7), (9.9, 5.2)],
    [(9.8, 6.45), (10.35, 6.3), (11.0, 6.35), (11.7, 6.7)],
    [(12.4, 9.6), (12.25, 8.9), (12.1, 8.15), (12.0, 7.2)],
    [(11.3, 8.4), (12.25, 8.9), (13.0, 9.35)],
    [(13.9, 8.75), (14.1, 9.5), (14.7, 10.3)],
    [(14.9, 8.25), (15.1, 8.8), (15.55, 9.35)],
    [(12.9, 9.45), (13.4, 10.0), (14.1, 9.9), (14.75, 10.2)],
    [(13.5, 10.7), (13.4, 10.0), (13.15, 9.35)],
    [(13.0, 8.8), (12.9, 8.3), (12.8, 7.7), (12.7, 7.1)],
    [(15.5, 8.25), (15.4, 7.9), (15.2, 7.3)],
    [(14.1, 9.5), (14.8, 9.3), (15.1, 8.8)],
    [(7.9, 9.95), (8.4, 9.9), (8.7, 9.9), (9.3, 9.75), (10.2, 9.55)],
    [(16.0, 8.2), (16.1, 8.6), (15.95, 8.95)],
    [(11.0, 8.2), (11.6, 8.2), (12.1, 8.15)],
]
RINGS: tuple[tuple[float, float], ...] = ((420, -300), (420, -290))
"""How far a ring road swings out around a lake's bays and back again, in metres: 严西湖, 严东湖."""


def roads(lakes: list[Polygon], street: Polygon) -> list[Road]:
    """All 34 roads. lakes: 严西湖 and 严东湖, for the roads around them; street: its outline."""
    rng = random(30)
    rings = [_ring(lake, swing, street) for lake, swing in zip(lakes, RINGS, strict=True)]
    drawn = [_drawn(metres(HUASHAN_AVENUE), rng), _drawn(_tied(metres(HUACHENG_AVENUE), rings), rng), *rings]
    for control in PRIMARY + SECONDARY:
        drawn.append(_drawn(_tied(metres(control), drawn), rng))
    noded = _noded([gridded(line)[0] for line in drawn])
    return [_road(number, line, len(noded) - len(SECONDARY)) for number, line in enumerate(noded)]


def _road(number: int, line: LineString, first_secondary: int) -> Road:
    road_class = "primary" if number < first_secondary else "secondary"
    width_m = 40.0 if number < 2 else 30.0 if number < first_secondary else 20.0
    return Road(f"HSL{number + 1:02}", _name(number), road_class, width_m, line)


def _name(number: int) -> str:
    return ("花山大道", "花城大道")[number] if number < 2 else f"示例道路 {number - 1:02}"


def _drawn(control: Coordinates, rng: np.random.Generator) -> LineString:
    return LineString(curve(roughened(control, rng, share=0.02, least_m=420), step_m=45))


def _ring(lake: Polygon, swing_m: tuple[float, float], street: Polygon) -> LineString:
    """A road around a lake, clear of its bays, as far as it runs in the street."""
    out_m, back_m = swing_m
    clear = Polygon(lake.exterior).buffer(out_m).buffer(back_m)
    smooth = shapely.simplify(clear.exterior, 60)
    inside = shapely.line_merge(shapely.intersection(smooth, street.buffer(-60)))
    longest = max(shapely.get_parts(inside), key=lambda part: part.length)
    return LineString(curve(np.asarray(longest.simplify(50).coords), step_m=45))


def _tied(control: Coordinates, drawn: list[LineString]) -> Coordinates:
    """The control points with both ends moved onto the nearest road drawn so far, where one is near."""
    tied = control.copy()
    network = shapely.multilinestrings(drawn)
    for end in (0, -1):
        spot = Point(tied[end])
        if 0 < network.distance(spot) < END_SNAP_M:
            tied[end] = shapely.get_coordinates(shapely.shortest_line(network, spot))[0]
    return tied


def _noded(lines: list[LineString]) -> list[LineString]:
    """The lines with a common vertex wherever two of them cross or touch."""
    meets: list[list[Point]] = [[] for _ in lines]
    for first, one in enumerate(lines):
        for second in range(first + 1, len(lines)):
            for spot in _meetings(one, lines[second]):
                meets[first].append(spot)
                meets[second].append(spot)
    return [_with_vertices(line, spots) for line, spots in zip(lines, meets, strict=True)]


def _meetings(one: LineString, other: LineString) -> list[Point]:
    """Where two roads meet, on the grid; an end that stops within a metre of the other counts."""
    found = [part for part in shapely.get_parts(shapely.intersection(one, other)) if isinstance(part, Point)]
    spots: list[Point] = []
    for spot in [*_ends_at(one, other), *_ends_at(other, one), *gridded(found)]:
        if all(spot.distance(known) > 1.5 for known in spots):
            spots.append(spot)
    return spots


def _ends_at(line: LineString, other: LineString) -> list[Point]:
    return [end for end in (Point(line.coords[0]), Point(line.coords[-1])) if other.dwithin(end, 1.0)]


def _with_vertices(line: LineString, spots: list[Point]) -> LineString:
    """The line through all spots, each a vertex; a vertex of its own within 3 m of one gives way to it."""
    if not spots:
        return line
    vertices = shapely.get_coordinates(line)
    # Where three roads meet, each of the other two brings the same spot.
    places = np.unique(shapely.get_coordinates(np.array(spots, dtype=object)), axis=0)
    near = np.hypot(*(vertices[:, None] - places[None]).transpose(2, 0, 1)).min(axis=1) < 3
    every = np.vstack([vertices[~near], places])
    order = np.argsort(shapely.line_locate_point(line, shapely.points(every)), kind="stable")
    return LineString(every[order])

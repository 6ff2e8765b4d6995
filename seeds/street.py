"""The street and its cells: one coverage, drawn once, from which every level of the grid is put together.

All borders are noded on one grid of a centimetre, so neighbours share exact vertices: no gaps, no overlaps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from layers.crs import Coordinates, Geometries
from seeds.drawing import GRID_M, Points, Random, curve, largest, metres, random, roughened
from seeds.names import PLACES, STREET_CODE, STREET_NAME, Place

OUTLINE: Points = [
    (5.1, 6.6), (5.5, 5.9), (6.5, 5.4), (7.8, 5.25), (9.2, 5.3), (10.3, 4.9), (11.4, 4.5), (13.0, 4.2), (14.4, 4.15),
    (15.6, 4.5), (16.3, 5.2), (16.45, 6.4), (16.5, 7.5), (17.0, 8.7), (16.2, 9.6), (15.4, 10.4), (14.7, 11.4),
    (14.1, 11.3), (13.3, 10.4), (12.2, 9.8), (11.3, 9.95), (10.2, 10.1), (9.2, 10.3), (8.3, 10.8), (7.4, 11.1),
    (6.4, 11.2), (5.6, 10.9), (5.2, 10.2), (5.0, 9.4), (4.95, 8.4), (4.9, 7.4),
]  # fmt: skip
ROW_HEIGHTS = (1.0, 0.8, 1.25, 0.65, 1.5)
"""Heights of a row of cells to be tried, as multiples of a cell's mean height."""
SHORT_M = 100.0
"""A border shorter than this is not clipped where it leaves the area that it divides."""
SMALL_PART = 0.25
"""A face smaller than this share of its community's mean cell is joined to a neighbour."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Cell:
    """One cell of the grid as drawn: metres of the metric CRS."""

    code: str
    name: str
    level: str
    parent_code: str | None
    shape: MultiPolygon


def cells() -> list[Cell]:
    """The street, its 24 communities and villages, and their unit grids, in that order. The same on every call."""
    outline = street_outline()
    homes = _tiling(outline, metres([place.at_km for place in PLACES]), random(20), 0.10)
    lines: list[BaseGeometry] = [shapely.boundary(home) for home in homes]
    for number, (home, place) in enumerate(zip(homes, PLACES, strict=True)):
        lines += _inner_edges(home, place.units, random(21, number))
    faces = noded_faces(lines)
    owner = _owners(faces, homes)
    units = [_joined_small(faces[owner == number], place.units) for number, place in enumerate(PLACES)]
    return _as_cells(units)


def street_outline() -> Polygon:
    """The outline of the street: 64 km² with the parts of both lakes that lie in it."""
    line = roughened(curve(metres(OUTLINE), step_m=300, closed=True), random(22), share=0.07, least_m=60)
    return largest(shapely.set_precision(Polygon(line).buffer(0), GRID_M))


def _tiling(area: Polygon, seeds: Coordinates, rng: Random, share: float) -> list[Polygon]:
    """One polygon for each seed, tiling the area, with borders that wander."""
    faces = noded_faces([shapely.boundary(area), *_wandering(area, seeds, rng, share)])
    centres = np.array([Point(*seed) for seed in seeds], dtype=object)
    nearest = shapely.STRtree(centres).nearest(shapely.point_on_surface(faces))
    holder = [np.flatnonzero(shapely.contains(faces, centre)) for centre in centres]
    for number, found in enumerate(holder):
        nearest[found] = number
    return [largest(shapely.union_all(faces[nearest == number], grid_size=GRID_M)) for number in range(len(seeds))]


def tiles(
    area: BaseGeometry, seeds: Coordinates, borders: Sequence[BaseGeometry], rng: Random, share: float
) -> Geometries:
    """Polygons that tile an area, holes and all: a cell for each seed, in as many pieces as edge and borders make."""
    faces = noded_faces([*shapely.get_parts(shapely.boundary(area)), *borders, *_wandering(area, seeds, rng, share)])
    return np.asarray(faces[shapely.covers(area, shapely.point_on_surface(faces))])


def _wandering(area: BaseGeometry, seeds: Coordinates, rng: Random, share: float) -> list[LineString]:
    """The borders between the seeds' Voronoi cells inside the area, roughened; they reach a little beyond its edge."""
    edges = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=area.buffer(2000), only_edges=True)
    merged = shapely.line_merge(shapely.union_all(shapely.get_parts(edges)))
    inside = _clipped(np.asarray(shapely.get_parts(merged)), area.buffer(30))
    inside.sort(key=lambda edge: shapely.normalize(edge).coords[0])
    return [LineString(_rough_edge(np.asarray(shapely.normalize(edge).coords), rng, share)) for edge in inside]


def _clipped(edges: Geometries, reach: BaseGeometry) -> list[LineString]:
    """The edges as far as they are within reach; a short one that sticks out stays whole, which does no harm."""
    shapely.prepare(reach)
    near = edges[shapely.intersects(edges, reach)]
    out = ~shapely.contains_properly(reach, near) & (shapely.length(near) > SHORT_M)
    parts = [*near[~out], *shapely.get_parts(shapely.intersection(near[out], reach))]
    return [part for part in parts if isinstance(part, LineString) and not part.is_empty]


def _rough_edge(edge: Coordinates, rng: Random, share: float) -> Coordinates:
    return roughened(edge, rng, share=share, least_m=45)


def _inner_edges(home: Polygon, count: int, rng: Random) -> list[LineString]:
    """Borders of about `count` cells of like size inside a community, clipped just beyond its edge."""
    seeds = _spread(home, count, rng)
    reach = home.buffer(2.0)
    clipped = [edge.intersection(reach) for edge in _wandering(home, seeds, rng, 0.06)]
    return [part for edge in clipped for part in shapely.get_parts(edge) if isinstance(part, LineString)]


def _spread(home: Polygon, count: int, rng: Random) -> Coordinates:
    """Points spread evenly over an area: Lloyd's relaxation over a cloud of random places."""
    west, south, east, north = home.bounds
    cloud = rng.uniform((west, south), (east, north), (count * 160, 2))
    cloud = cloud[shapely.contains_xy(home, cloud[:, 0], cloud[:, 1])]
    seeds = cloud[:count]
    for _ in range(6):
        nearest = np.hypot(*(cloud[:, None, :] - seeds[None, :, :]).transpose(2, 0, 1)).argmin(axis=1)
        seeds = np.array([cloud[nearest == n].mean(axis=0) if (nearest == n).any() else seeds[n] for n in range(count)])
    return seeds


def noded_faces(lines: Sequence[BaseGeometry]) -> Geometries:
    """The polygons that lines enclose, noded on the grid of a centimetre."""
    noded = shapely.union_all(np.array(lines, dtype=object), grid_size=GRID_M)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def _owners(faces: Geometries, homes: list[Polygon]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """For each face the number of the home that holds most of it."""
    shares = np.array([shapely.area(shapely.intersection(faces, home)) for home in homes])
    return np.asarray(shares.argmax(axis=0))


def _joined_small(faces: Geometries, count: int) -> list[Polygon]:
    """The faces with those that are too small joined to the neighbour with which they share the longest border."""
    parts = list(faces)
    least = SMALL_PART * sum(part.area for part in parts) / count
    while (smallest := min(parts, key=lambda part: part.area)).area < least and len(parts) > 1:
        parts.remove(smallest)
        shared = [shapely.intersection(smallest.boundary, part.boundary).length for part in parts]
        host = parts[int(np.argmax(shared))]
        parts[parts.index(host)] = largest(shapely.union(host, smallest, grid_size=GRID_M))
    return parts


def _as_cells(units: list[list[Polygon]]) -> list[Cell]:
    homes = [_union(parts) for parts in units]
    whole = _union([polygon for home in homes for polygon in home.geoms])
    street = Cell(STREET_CODE, STREET_NAME, "street", None, whole)
    middle = [Cell(p.code, p.name, p.level, STREET_CODE, home) for p, home in zip(PLACES, homes, strict=True)]
    return [street, *middle, *(cell for p, parts in zip(PLACES, units, strict=True) for cell in _numbered(p, parts))]


def _union(parts: list[Polygon]) -> MultiPolygon:
    whole = shapely.coverage_union_all(np.array(parts, dtype=object))
    return MultiPolygon([part for part in shapely.get_parts(whole) if isinstance(part, Polygon)])


def _numbered(place: Place, parts: list[Polygon]) -> list[Cell]:
    """Unit grids numbered from 001, row by row from the north, each row from west to east (GB/T 30428.1)."""
    return [
        Cell(f"{place.code}{n:03}", f"{place.name}第{n}网格", "unit", place.code, MultiPolygon([parts[index]]))
        for n, index in enumerate(serial_order(parts), start=1)
    ]


def serial_order(parts: list[Polygon]) -> list[int]:
    """The order in which cells are numbered: rows as near as their shapes allow, then freed of steps that go back.

    Two cells are in one row where they share over half of the lower one's height; the next must lie east, else south.
    """
    box = shapely.bounds(np.array(parts, dtype=object))
    centre = shapely.get_coordinates(shapely.centroid(np.array(parts, dtype=object)))
    height = box[:, 3] - box[:, 1]
    shared = np.minimum.outer(box[:, 3], box[:, 3]) - np.maximum.outer(box[:, 1], box[:, 1])
    beside = shared > np.minimum.outer(height, height) / 2
    west, south = (np.subtract.outer(centre[:, axis], centre[:, axis]) for axis in (0, 1))
    back = np.where(beside, west > 0, south < 0)
    tried = []
    for row_m in height.mean() * np.array(ROW_HEIGHTS):
        row = ((centre[:, 1].max() - centre[:, 1]) / row_m + 0.5).astype(int)
        tried.append(_freed([int(index) for index in np.lexsort((centre[:, 0], row))], back))
        if not _steps_back(tried[-1], back):
            break
    return min(tried, key=lambda order: _steps_back(order, back))


def _steps_back(order: list[int], back: Flags) -> int:
    return sum(bool(back[a, b]) for a, b in pairwise(order))


def _freed(order: list[int], back: Flags) -> list[int]:
    """The order with up to three cells moved at a time, as long as that leaves fewer steps back, then shorter moves."""
    rank = {cell: place for place, cell in enumerate(order)}

    def cost(path: list[int]) -> tuple[int, int]:
        return _steps_back(path, back), sum(abs(rank[cell] - place) for place, cell in enumerate(path))

    while True:
        moved = [
            (rest := order[:old] + order[old + size :])[:new] + order[old : old + size] + rest[new:]
            for size in (1, 2, 3)
            for old in range(len(order) - size + 1)
            for new in range(len(order) - size + 1)
        ]
        best = min(moved, key=cost)
        if cost(best) >= cost(order):
            return order
        order = best

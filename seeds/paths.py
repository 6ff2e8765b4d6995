"""The sample's paths: along the banks where its crews walk, from there to roads, and through some communities.

Greenways run 12 m inland along part of the lakes; the river has a path on its left bank and on half of its right; the
dike of the Yangtze is a track. Some shore has none, so that nobody knows whether it may be walked. No path
crosses water.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely import LineString
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from layers.crs import Geometries
from seeds.drawing import gridded, random
from seeds.scene import Scene, scene
from seeds.ways import bank_ways, stretch

__all__ = ["Path", "paths"]

GREENWAYS: dict[str, tuple[str, tuple[tuple[float, float], ...]]] = {
    "严西湖": ("严西湖绿道", ((0.02, 0.66), (0.9, 1.02))),
    "严东湖": ("严东湖绿道", ((0.05, 0.42), (0.55, 0.8))),
    "花山河左": ("花山河左岸绿道", ((0.0, 1.0),)),
    "花山河右": ("花山河右岸绿道", ((0.12, 0.6),)),
    "长江右": ("长江堤顶路", ((0.0, 0.82),)),
}
"""What the path along a bank is called, and along which shares of it there is one."""
DIKE = "长江堤顶路"
ACCESS_EVERY_M = 650.0
"""About how far apart ways lead from a greenway to the roads."""
ACCESS_M = 900.0
"""To a road further off no way leads."""
LEAVES_M = 3.0
"""So near the place where it leaves a greenway, the way to the road is not asked whether it crosses that."""
SHORTEST_M = 60.0
ESTATES = ("花城家园梅园社区", "花城家园竹园社区", "花城家园兰园社区")
LANES_M = 150.0
"""How far apart the lanes of an estate are."""
INSIDE_M = 25.0
"""How far the lanes keep from an estate's border and from water."""


@dataclass(frozen=True)
class Path:
    """One path as drawn: metres of the metric CRS."""

    code: str
    name: str | None
    kind: str
    surface: str
    shape: LineString


@cache
def paths() -> tuple[Path, ...]:
    """All paths of the sample, the same on every call."""
    drawn = scene()
    ways = _greenways(drawn)
    accesses = [line for way in ways for line in _accesses(way.shape, drawn)]
    lanes, footways = _lanes(drawn)
    return (
        *ways,
        *_numbered("LJ", "path", "unpaved", accesses),
        *_numbered("XQ", "residential", "paved", lanes),
        *_numbered("BD", "footway", "paved", footways),
    )


def _greenways(drawn: Scene) -> list[Path]:
    """The paths along banks, cut where they would cross water: at the mouths of the river."""
    dry: list[tuple[str, LineString]] = []
    for bank, (name, shares) in GREENWAYS.items():
        for first, last in shares:
            whole = stretch(bank_ways()[bank], first, last)
            parts = shapely.get_parts(shapely.line_merge(shapely.difference(whole, drawn.wet)))
            dry += [(name, part) for part in gridded(parts) if part.length >= SHORTEST_M]
    return [
        Path(
            f"LD{number:02}", name, "track" if name == DIKE else "footway", "unpaved" if name == DIKE else "paved", line
        )
        for number, (name, line) in enumerate(dry, start=1)
    ]


def _numbered(prefix: str, kind: str, surface: str, lines: list[LineString]) -> list[Path]:
    shapes = gridded(lines)
    return [Path(f"{prefix}{number:02}", None, kind, surface, shape) for number, shape in enumerate(shapes, start=1)]


def _accesses(way: LineString, drawn: Scene) -> list[LineString]:
    """Ways from a greenway's ends, and from places along it, to the nearest road, where one may lead there dry."""
    network = shapely.multilinestrings([road.shape for road in drawn.roads])
    places = shapely.line_interpolate_point(way, np.linspace(0, way.length, round(way.length / ACCESS_EVERY_M) + 2))
    lines = shapely.shortest_line(places, network)
    near = (shapely.length(lines) > LEAVES_M) & (shapely.length(lines) <= ACCESS_M)
    return [line for line in lines[near] if _dry(line, way, drawn.wet)]


def _dry(line: LineString, way: LineString, wet: BaseGeometry) -> bool:
    """Whether a way crosses no water, and its own greenway only where it leaves it."""
    rest = substring(line, LEAVES_M, line.length)
    return not shapely.intersects(rest, wet) and not shapely.intersects(rest, way)


def _lanes(drawn: Scene) -> tuple[list[LineString], list[LineString]]:
    """Lanes through some estates and footways across them, as grids turned a little."""
    rng = random(31)
    lanes: list[LineString] = []
    footways: list[LineString] = []
    for cell in drawn.level("community"):
        if cell.name in ESTATES:
            inside = cell.shape.buffer(-INSIDE_M).difference(drawn.wet.buffer(INSIDE_M))
            turned_deg = float(rng.uniform(-20, 20))
            lanes += _rows(inside, turned_deg)
            footways += _rows(inside, turned_deg + 90)
    return lanes, footways


def _rows(area: BaseGeometry, turned_deg: float) -> list[LineString]:
    """Parallel lines through an area."""
    west, south, east, north = area.bounds
    middle, reach = np.array([(west + east) / 2, (south + north) / 2]), (east - west + north - south) / 2
    offsets = np.arange(-reach, reach, LANES_M) + LANES_M / 2
    ends = np.stack([np.full((len(offsets), 2), -reach), np.column_stack([offsets, offsets])], axis=2)
    ends[:, 1, 0] = reach
    rows: Geometries = np.asarray(shapely.linestrings(ends + middle), dtype=object)
    turned = np.array([rotate(row, turned_deg, origin=tuple(middle)) for row in rows], dtype=object)
    parts = shapely.get_parts(shapely.intersection(turned, area))
    return [part for part in parts if isinstance(part, LineString) and part.length >= SHORTEST_M]

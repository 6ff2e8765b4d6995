"""Everything that is drawn, in metres, once: what the layers are filled from and where the patrols go."""

from dataclasses import dataclass
from functools import cache

import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from seeds.roads import Road, roads
from seeds.street import Cell, cells
from seeds.waters import Water, waters


@dataclass(frozen=True)
class Scene:
    """The waters, cells and roads of the sample, and what lies between them."""

    waters: tuple[Water, ...]
    cells: tuple[Cell, ...]
    roads: tuple[Road, ...]
    wet: BaseGeometry
    taken: BaseGeometry

    def water(self, name: str) -> BaseGeometry:
        """A water's shape by its name."""
        return next(water.shape for water in self.waters if water.name == name)

    @property
    def river(self) -> LineString:
        """花山河 as one line, downstream."""
        (line,) = shapely.get_parts(self.water("花山河"))
        return LineString(line)

    @property
    def street(self) -> BaseGeometry:
        """The street's outline."""
        return self.cells[0].shape

    @property
    def dry(self) -> BaseGeometry:
        """The street's land clear of water and roads."""
        return self.street.difference(self.taken.buffer(12))

    def level(self, name: str) -> list[Cell]:
        """The cells of one level."""
        return [cell for cell in self.cells if cell.level == name]


@cache
def scene() -> Scene:
    """The drawing; worked out once, the same on every call."""
    drawn, grid = waters(), cells()
    lakes = [_solid(water.shape) for water in drawn if water.kind == "lake"]
    network = roads(lakes, _solid(grid[0].shape))
    wet = shapely.union_all([water.shape.buffer((water.width_m or 0) / 2) for water in drawn])
    taken = shapely.union_all([wet, *(road.shape.buffer(road.width_m / 2) for road in network)])
    return Scene(tuple(drawn), tuple(grid), tuple(network), wet, taken)


def _solid(area: BaseGeometry) -> Polygon:
    return Polygon(max(shapely.get_parts(area), key=lambda part: part.area).exterior)


def shoreline(area: BaseGeometry, inland_m: float) -> LineString:
    """The outer shore of an area, moved inland by some metres (out on the water where negative).

    It runs clockwise from its northernmost vertex, as chainage does.
    """
    moved = _solid(shapely.buffer(_solid(area), inland_m))
    outer = shapely.get_coordinates(shapely.orient_polygons(moved, exterior_cw=True).exterior)
    north = int(outer[:-1, 1].argmax())
    return LineString([*outer[north:-1], *outer[: north + 1]])

"""Which lines people patrol at the water: banks derived from water polygons and river lines."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.banks.numbering import Bank, Found, numbered
from geo.banks.rivers import Chain, banks_beside, joined, outside
from geo.banks.shores import CRUMB_M, TOUCH_M, Sides, ends_along, no_shore, open_pieces, rings, sides
from geo.lines.chainage import part
from layers.crs import Bounds

__all__ = ["DEFAULT_WIDTH_M", "Bankless", "Derivation", "Water", "derive", "surfaces"]

DEFAULT_WIDTH_M = {"yangtze": 1000.0, "river": 20.0, "canal": 12.0, "stream": 4.0}
"""The width taken for a river line that states none; its banks are marked as assumed."""
OTHER_WIDTH_M = 10.0
RUNNING = frozenset(DEFAULT_WIDTH_M)
"""Kinds of water that flow, so that a polygon of theirs has a left and a right bank."""
THROUGH = 0.3
"""A line shows a polygon's flow if it runs through this share of half its outline; a tributary's mouth does not."""


@dataclass(frozen=True)
class Water:
    """A stored water body. geometry: (multi)polygon or (multi)line in metres, a line running downstream.

    degrees: the same geometry in longitude and latitude, vertex for vertex; extract: the box in degrees that it was
    cut out of. Both are needed to tell a cut from a shore. flow_deg: downstream bearing from north, where stated.
    """

    code: str
    name: str | None
    kind: str
    geometry: BaseGeometry
    degrees: BaseGeometry | None = None
    extract: Bounds | None = None
    flow_deg: float | None = None
    width_m: float | None = None
    width_assumed: bool = False

    @property
    def is_area(self) -> bool:
        """Whether it is known by its surface, not only by a line."""
        return self.geometry.geom_type in ("Polygon", "MultiPolygon")


class Bankless(NamedTuple):
    """A water, or a part of one, kept without banks; why and what to do, in one Chinese sentence."""

    water_code: str
    name: str | None
    why: str


class Derivation(NamedTuple):
    """All banks, all that has none, and per water code the metres of outline that are no shore."""

    banks: list[Bank]
    bankless: list[Bankless]
    no_shore_m: dict[str, float]


class _River(NamedTuple):
    name: str | None
    chain: Chain
    waters: list[Water]


def derive(waters: Sequence[Water]) -> Derivation:
    """The banks of all waters given, which must be all there are: a neighbour decides what is shore.

    Lakes have their shore and islands, rivers left and right banks, facing downstream. Lines of one name are one
    river. No waters have no banks.

    >>> pond = Water("W1", "方塘", "pond", shapely.box(0, 0, 10, 10))
    >>> [(bank.code, bank.name, bank.line.length) for bank in derive([pond]).banks]
    [('W1-岸1', '方塘岸线', 40.0)]
    """
    areas = [water for water in waters if water.is_area]
    rivers = _rivers([water for water in waters if not water.is_area])
    result = _Result()
    for water in areas:
        result.add_area(water, _neighbours(water, areas), rivers)
    surface = shapely.buffer(shapely.geometrycollections([water.geometry for water in areas]), 0)
    for river in rivers:
        result.add_line(river, surface)
    return Derivation(numbered(result.found), result.bankless, result.no_shore_m)


def surfaces(waters: Sequence[Water]) -> dict[str, BaseGeometry]:
    """The surface of each water, by code: its own, or what lies within half the width of a river known by its line.

    waters: all there are, for lines of one name are one river. Metres.

    >>> brook = Water("W1", None, "stream", LineString([(0, 0), (9, 0)]), width_m=4)
    >>> surfaces([brook])["W1"].bounds
    (0.0, -2.0, 9.0, 2.0)
    """
    shapes: dict[str, list[BaseGeometry]] = defaultdict(list)
    for water in waters:
        if water.is_area:
            shapes[water.code].append(water.geometry)
    for river in _rivers([water for water in waters if not water.is_area]):
        # As the banks beside it are drawn: they are then this surface's edge.
        wide = river.chain.line.buffer(_width(river)[0] / 2, quad_segs=4, cap_style="flat")
        for code in {water.code for water in river.waters}:
            shapes[code].append(wide)
    return {code: shapely.union_all(own) for code, own in shapes.items()}


def _neighbours(water: Water, areas: Sequence[Water]) -> BaseGeometry | None:
    others = [other.geometry for other in areas if other is not water]
    close = [other for other in others if shapely.dwithin(water.geometry, other, TOUCH_M)]
    return shapely.geometrycollections(close) if close else None


def _rivers(waters: Sequence[Water]) -> list[_River]:
    """River lines joined within each name; the nameless join where they touch, too."""
    named: dict[tuple[str | None, str], list[tuple[Water, LineString]]] = defaultdict(list)
    for water in waters:
        for line in shapely.get_parts(water.geometry):
            if line.length > 0 and line.geom_type == "LineString":
                named[water.name, "" if water.name else water.kind].append((water, line))
    return [
        _River(name, chain, [pieces[index][0] for index in chain.sources])
        for (name, _), pieces in named.items()
        for chain in joined([line for _, line in pieces])
    ]


class _Result:
    """What has been found so far, water by water."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.bankless: list[Bankless] = []
        self.no_shore_m: dict[str, float] = defaultdict(float)

    def add_area(self, water: Water, neighbours: BaseGeometry | None, rivers: Sequence[_River]) -> None:
        """The shore, the banks and the islands of a water known by its surface."""
        before = len(self.found)
        polygons = shapely.get_parts(water.geometry)
        twins = [None] * len(polygons) if water.degrees is None else shapely.get_parts(water.degrees)
        flowless = False
        for polygon, twin in zip(polygons, twins, strict=True):
            outer, *islands = rings(polygon, twin)
            gaps = no_shore(outer, neighbours, water.extract)
            self.no_shore_m[water.code] += float((gaps[:, 1] - gaps[:, 0]).sum())
            flow = _flow(water, polygon, rivers) if water.kind in RUNNING else None
            if water.kind not in RUNNING:
                self._add(Found(water.code, water.name, "shore", open_pieces(outer.line, gaps)))
            elif flow is None:
                flowless = True
                continue
            else:
                self._add_sides(water, sides(outer, gaps, ends_along(outer, gaps, flow)))
            for island in islands:
                line = open_pieces(island.line, no_shore(island, neighbours, water.extract))
                self._add(Found(water.code, water.name, "island", line))
        if flowless:
            self.bankless.append(Bankless(water.code, water.name, NO_FLOW))
        elif len(self.found) == before:
            self.bankless.append(Bankless(water.code, water.name, NO_SHORE))

    def _add(self, found: Found) -> None:
        if found.lines:
            self.found.append(found)

    def _add_sides(self, water: Water, both: Sides) -> None:
        course = LineString([both.upstream, both.downstream])
        self._add(Found(water.code, water.name, "left", both.left, course))
        self._add(Found(water.code, water.name, "right", both.right, course))

    def add_line(self, river: _River, surface: BaseGeometry) -> None:
        """The banks of a river known by its line, outside all water surfaces."""
        width_m, assumed = _width(river)
        pieces = outside(river.chain.line, surface)
        for piece in pieces:
            water = _source(river, piece)
            left, right = banks_beside(piece, width_m, surface)
            self._add(Found(water.code, water.name, "left", left, piece, assumed))
            self._add(Found(water.code, water.name, "right", right, piece, assumed))
        if not pieces:
            self.bankless.append(Bankless(river.waters[0].code, river.name, WITHIN))


NO_FLOW = (
    "河流面没有流向,分不出左右岸:请导入穿过它的河流中心线,"
    "或用 --set flow_deg=方位角(朝下游,自正北顺时针的度数)重新导入。"
)
NO_SHORE = "边界都在数据范围的边缘或其他水面之内,没有岸线:请导入范围更大的数据,或核对是否与其他水体重复。"
WITHIN = "河线全在湖泊或其他水面之内,岸线由水面给出,无需处理。"


def _flow(water: Water, polygon: Polygon, rivers: Sequence[_River]) -> LineString | float | None:
    """How a river polygon flows: by a line through it, its own name's first; else as stated; else unknown.

    Where both are there the line says where and the statement says which way.
    """
    through = [(river, _inside(river.chain.line, polygon)) for river in rivers]
    fitting = [
        (river.name == water.name, line.length, position, line)
        for position, (river, line) in enumerate(through)
        if line is not None and line.length >= THROUGH * polygon.length / 2
    ]
    if not fitting:
        return water.flow_deg
    line = max(fitting)[3]
    return line if water.flow_deg is None or _agrees(line, water.flow_deg) else line.reverse()


def _inside(line: LineString, polygon: Polygon) -> LineString | None:
    """The line from where it first enters the polygon to where it last leaves it; None where it stays outside."""
    pieces = shapely.get_parts(shapely.intersection(line, polygon))
    pieces = pieces[shapely.length(pieces) >= CRUMB_M]
    if len(pieces) == 0:
        return None
    ends = np.concatenate([shapely.get_point(pieces, 0), shapely.get_point(pieces, -1)])
    marks_m = shapely.line_locate_point(line, ends)
    return part(line, float(marks_m.min()), float(marks_m.max()))


def _agrees(line: LineString, bearing_deg: float) -> bool:
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    return bool((x1 - x0) * np.sin(np.radians(bearing_deg)) + (y1 - y0) * np.cos(np.radians(bearing_deg)) >= 0)


def _width(river: _River) -> tuple[float, bool]:
    """The width stated for most of the river's length, in metres, and whether it is assumed."""
    stated: dict[float, float] = defaultdict(float)
    for water in river.waters:
        if water.width_m is not None and not water.width_assumed:
            stated[water.width_m] += water.geometry.length
    if stated:
        return max(stated, key=lambda width_m: stated[width_m]), False
    first = river.waters[0]
    return first.width_m or DEFAULT_WIDTH_M.get(first.kind, OTHER_WIDTH_M), True


def _source(river: _River, piece: LineString) -> Water:
    """The water whose line the piece begins on."""
    start = shapely.get_point(piece, 0)
    return min(river.waters, key=lambda water: float(water.geometry.distance(start)))

"""How many metres and seconds patrols spent in each cell of a lattice or of the grid; where nobody came it is 0."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.sightings.targets import City
from api.tracks.moments import Period, ends_of
from geo.coverage.cells import hexagonal_cells, square_cells
from geo.coverage.effort import Effort, effort, effort_within
from geo.coverage.sightings import Track
from layers import query
from layers.crs import STORED, WIRE, project, transformer
from layers.errors import NotFound, TooLarge

__all__ = ["LEAST_M", "MOST_CELLS", "CellKind", "Level", "Question", "Spent", "spent"]

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
CellKind = Literal["square", "hexagon", "grid"]
Level = Literal["unit", "community", "street"]
_LEVELS = {"unit": ("unit",), "community": ("community", "village"), "street": ("street",)}
LEAST_M = 50.0
"""Smaller cells would draw where somebody walked: who may see that asks for the legs."""
MOST_CELLS = 20_000
MOST_FIXES = 3_000_000
SOME_PATROLS = 200
"""How many patrols' legs are read at once."""


@dataclass(frozen=True)
class Question:
    """Which cells, of which size in metres or level of the grid; which patrols: by start, modes and posts."""

    cells: CellKind
    size_m: float
    level: Level
    period: Period
    modes: tuple[str, ...] | None = None
    posts: tuple[str, ...] | None = None


class Spent(NamedTuple):
    """n cells with what was spent in each. names: (code, name) of each; shapes: in longitude and latitude.

    patrols: how many had legs; erased_at: when the last patrol of the period ended whose legs are gone, None for none.
    """

    names: list[tuple[str, str | None]]
    shapes: Geometries
    effort: Effort
    patrols: int
    erased_at: datetime | None


class _Cells(NamedTuple):
    names: list[tuple[str, str | None]]
    shapes: Geometries
    lattice: Any


def spent(connection: Connection, asked: Question, city: City) -> Spent:
    """Metres and seconds in each cell over the street. All of it together, with what lay outside, is all that was gone.

    Raises NotFound without a grid to lay cells over, TooLarge for more cells than MOST_CELLS or fixes than MOST_FIXES.
    """
    cells = _cells(connection, asked, city)
    length_m, time_s = np.zeros(len(cells.names)), np.zeros(len(cells.names))
    outside_m = outside_s = 0.0
    patrols = fixes = 0
    for track, count in _tracks(connection, asked, city):
        fixes += len(track.x)
        if fixes > MOST_FIXES:
            raise TooLarge(f"时段内的定位点超过 {MOST_FIXES:,} 个:请缩短时段,或只要某些方式、岗位。")
        found = effort(track, cells.lattice) if cells.lattice is not None else effort_within(track, cells.shapes)
        length_m, time_s, patrols = length_m + found.length_m, time_s + found.time_s, patrols + count
        outside_m, outside_s = outside_m + found.outside_m, outside_s + found.outside_s
    back = transformer(city.metric_crs, WIRE)
    drawn = shapely.transform(cells.shapes, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))
    start, end = ends_of(asked.period)
    gone = query.value(connection, "coverage/legs_gone", None, start=start, end=end)
    told = Effort(length_m, time_s, outside_m, outside_s)
    return Spent(cells.names, np.asarray(drawn, dtype=object), told, patrols, gone)


def _cells(connection: Connection, asked: Question, city: City) -> _Cells:
    if asked.cells == "grid":
        rows, shapes = _grid(connection, asked.level, city)
        if not len(shapes):
            raise NotFound(f"网格还没有 {asked.level} 这一级:{_other_levels(connection, city)}。")
        return _Cells([(row["code"], row["name"]) for row in rows], shapes, None)
    over = _street(connection, city)
    _refuse_many(float(shapely.area(over)), asked)
    lattice = (square_cells if asked.cells == "square" else hexagonal_cells)(over, asked.size_m)
    return _Cells([(name, None) for name in lattice.names], lattice.shapes, lattice)


def _street(connection: Connection, city: City) -> shapely.Geometry:
    """What the grid covers, by its highest level there is."""
    for level in reversed(_LEVELS):
        shapes = _grid(connection, level, city)[1]
        if len(shapes):
            return shapely.union_all(shapes)
    raise NotFound("还没有网格,不知道格网铺在哪里:请先用 huashan import grid 导入网格。")


def _other_levels(connection: Connection, city: City) -> str:
    """What may be asked for instead."""
    there = [level for level in _LEVELS if len(_grid(connection, level, city)[1])]
    if not there:
        return "请先用 huashan import grid 导入网格"
    return f"可用 level={'、'.join(there)},或用 cells=square、hexagon"


def _refuse_many(area_m2: float, asked: Question) -> None:
    one_m2 = asked.size_m**2 * (1 if asked.cells == "square" else 3**0.5 / 2)
    if area_m2 / one_m2 > MOST_CELLS:
        enough_m = asked.size_m * (area_m2 / one_m2 / MOST_CELLS) ** 0.5
        raise TooLarge(
            f"边长 {asked.size_m:g} 米的格网约有 {area_m2 / one_m2:,.0f} 格,上限 {MOST_CELLS:,}:"
            f"请把 size_m 加大到 {np.ceil(enough_m):.0f} 以上。"
        )


def _grid(connection: Connection, level: str, city: City) -> tuple[Sequence[Any], Geometries]:
    rows = query.rows(connection, "patrol/effort_place", None, levels=list(_LEVELS[level]))
    degrees = shapely.from_wkb(np.array([bytes(row["geom"]) for row in rows], dtype=object))
    return rows, np.asarray(project(degrees, STORED, city.metric_crs), dtype=object)


def _tracks(connection: Connection, asked: Question, city: City) -> Iterator[tuple[Track, int]]:
    """The legs of some patrols at a time, as one track in metres, and how many patrols they are of."""
    start, end = ends_of(asked.period)
    bound = {
        "start": start,
        "end": end,
        "modes": list(asked.modes) if asked.modes else None,
        "posts": list(asked.posts) if asked.posts else None,
        "most": SOME_PATROLS,
    }
    after = -1
    while legs := query.rows(connection, "patrol/effort_legs", None, after=after, **bound):
        after = int(legs[-1]["patrol_id"])
        times = [np.array(leg["times_s"]) for leg in legs]
        places = shapely.get_coordinates(shapely.from_wkb([bytes(leg["geom"]) for leg in legs]))
        x, y = transformer(STORED, city.metric_crs).transform(places[:, 0], places[:, 1])
        track = Track(x, y, np.concatenate(times), np.zeros(len(places)), np.cumsum([0, *map(len, times)]))
        yield track, len({leg["patrol_id"] for leg in legs})

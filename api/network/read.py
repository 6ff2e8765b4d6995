"""What a network is made of, read from the layers: as they are valid on a day, and as the field reported by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.sightings.targets import City
from geo.banks.banks import Water, surfaces
from geo.network.city.banks import Shore
from geo.network.city.ground import Ground, Rivers
from geo.network.speeds import MODE_BIT
from geo.network.ways import BY_KIND, Ways
from layers import query
from layers.crs import STORED, project
from layers.errors import TooLarge

__all__ = ["Asked", "read_ground", "stamp_of"]

Objects = NDArray[np.object_]

WALKED_DAYS = 365
"""Walks of so many days make ways: what nobody walked for a year is overgrown."""
MOST_WALKS = 5_000
"""The newest walks alone, where there are more."""
MOST_WAYS = 200_000
"""More roads and paths than this are another city's."""
LAYERS = ("road", "path", "bank", "water")
ONEWAY = {"no": 0, "forward": 1, "backward": -1}
FOOT, BICYCLE, CAR = (MODE_BIT[mode] for mode in ("foot", "bicycle", "car"))
OPEN_TO = {"by_kind": BY_KIND, "foot": FOOT, "bicycle": FOOT | BICYCLE, "car": FOOT | BICYCLE | CAR, "none": 0}


@dataclass(frozen=True)
class Asked:
    """For when a network is wanted, with its offset; and whether past walks may make ways."""

    at: datetime
    legs: bool

    def day(self, city: City) -> date:
        """The local day."""
        return self.at.astimezone(city.zone).date()


def stamp_of(connection: Connection, city: City, asked: Asked) -> tuple[object, ...]:
    """What changes whenever the network would be another: cheap to ask."""
    day = asked.day(city)
    found: list[object] = [city]
    for layer in LAYERS:
        found += query.rows(connection, "deployment/network_stamp", {"table": f"city.{layer}"}, day=day)[0].values()
    found += [tuple(row.values()) for row in query.rows(connection, "observation/network_marks", at=asked.at)]
    if asked.legs:
        walks = _walks(connection, city, asked)
        found.append(tuple(walks))
        found += query.rows(connection, "patrol/network_legs_stamp", patrol_ids=walks)[0].values()
    return tuple(found)


def read_ground(connection: Connection, city: City, asked: Asked) -> Ground:
    """What there is on the day. Raises TooLarge for more ways than a city has."""
    day = asked.day(city)
    roads = query.rows(connection, "road/network_roads", day=day)
    paths = query.rows(connection, "path/network_paths", day=day)
    if len(roads) + len(paths) > MOST_WAYS:
        raise TooLarge(f"道路与小路共 {len(roads) + len(paths):,} 条,路网最多 {MOST_WAYS:,} 条:请只导入本辖区。")
    shore, rivers = _waters(connection, city, day)
    marks = query.rows(connection, "observation/network_marks", at=asked.at)
    return Ground(
        _ways(roads, "road", city).and_(_ways(paths, "path", city)),
        shore,
        rivers,
        _legs(connection, city, asked),
        _places(marks, "cannot_pass", city),
        _places(marks, "can_pass", city),
    )


def _ways(rows: Sequence[RowMapping], layer: str, city: City) -> Ways:
    return Ways.of(
        _drawn(rows, city),
        [row["kind"] for row in rows],
        layer=layer,
        code=[row["code"] for row in rows],
        name=[row["name"] for row in rows],
        oneway=[ONEWAY[row["oneway"]] for row in rows],
        level=[row["level"] for row in rows],
        modes=[OPEN_TO[row["open_to"]] for row in rows],
    )


def _waters(connection: Connection, city: City, day: date) -> tuple[Shore, Rivers]:
    """The banks, each with the polygon of its water; and the waters known by a line."""
    banks = query.rows(connection, "water/network_banks", day=day)
    rows = query.rows(connection, "water/network_waters", day=day)
    shapes = _drawn(rows, city)
    waters = [
        Water(row["code"], row["name"] or None, row["kind"], shape, width_m=row["width_m"],
              width_assumed=row["width_assumed"])
        for row, shape in zip(rows, shapes, strict=True)
    ]  # fmt: skip
    areas = surfaces(waters)
    lines = [
        (line, areas.get(water.code), water.code)
        for water in waters
        if not water.is_area
        for line in shapely.get_parts(water.geometry)
    ]
    rivers = Rivers(*(_objects([line[column] for line in lines]) for column in range(3)))
    shore = Shore(
        _drawn(banks, city),
        _objects([row["code"] for row in banks]),
        _objects([row["name"] for row in banks]),
        _objects([areas.get(row["water_code"]) for row in banks]),
    )
    return shore, rivers


def _walks(connection: Connection, city: City, asked: Asked) -> list[int]:
    """The patrols whose legs make ways: of days that are over, so that a walk under way changes nothing."""
    over = min(asked.day(city), datetime.now(city.zone).date())
    end = datetime.combine(over, time(), city.zone)
    found = query.rows(
        connection, "patrol/network_walks", start=end - timedelta(days=WALKED_DAYS), end=end, most=MOST_WALKS
    )
    return sorted(row["patrol_id"] for row in found)


def _legs(connection: Connection, city: City, asked: Asked) -> Objects:
    if not asked.legs:
        return _objects([])
    return _drawn(query.rows(connection, "patrol/network_legs", patrol_ids=_walks(connection, city, asked)), city)


def _places(rows: Sequence[RowMapping], kind: str, city: City) -> NDArray[np.float64]:
    """(m, 2) where marks of a kind are, in metres."""
    places = [(row["lon"], row["lat"]) for row in rows if row["kind"] == kind]
    points = shapely.points(np.array(places, dtype=np.float64).reshape(-1, 2))
    return shapely.get_coordinates(project(np.asarray(points, dtype=object), STORED, city.metric_crs))


def _drawn(rows: Sequence[RowMapping], city: City) -> Objects:
    degrees = shapely.from_wkb(_objects([bytes(row["geom"]) for row in rows]))
    return project(np.asarray(degrees, dtype=object), STORED, city.metric_crs)


def _objects(values: Sequence[object]) -> Objects:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column

"""What patrols saw of banks from their own side of the water: kept for the banks and reaches that duties ask it for.

It is worked out with what patrols saw anyway and kept beside it, in a table of its own, so that it outlasts the legs by
which the side was told: a figure can be made again after they were erased. A bank is recorded at a reach once it has
been looked at for every patrol (api.duties.sides).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.sightings.sighting import Kept, LineSighting, renew_sightings, sightings_of
from api.sightings.targets import City, Target, Targets
from geo.banks.banks import Water, surfaces
from geo.coverage.sightings import Track
from geo.duties.own_side import Banks, see_own_side
from layers import query
from layers.crs import STORED, project

BANK = "bank"
"""The layer whose lines have two sides."""
OWN_SIDE = Kept("city.side_sighting", "coverage/side_copy")


@dataclass(frozen=True)
class Sided:
    """Banks that are asked to be seen from their own side at one reach, metres; in the same order as a target."""

    reach_m: float
    target: Target
    banks: Banks


def stored_sides(connection: Connection) -> dict[tuple[str, float], datetime]:
    """The banks and reaches, metres, for which what every patrol saw from its own side is stored; and since when."""
    rows = query.rows(connection, "coverage/side_stored")
    return {(row["bank_code"], row["reach_m"]): row["stored_at"] for row in rows}


def read_sides(connection: Connection, city: City, codes_at: Mapping[float, Sequence[str]]) -> list[Sided]:
    """Of these banks, by reach, those that are there today, with the waters they belong to."""
    listed = sorted({code for codes in codes_at.values() for code in codes})
    rows = query.rows(connection, "coverage/side_banks", None, codes=listed) if listed else []
    if not rows:
        return []
    waters = water_surfaces(connection, city)
    shapes = project(_drawn(rows), STORED, city.metric_crs)
    made: list[Sided] = []
    for reach_m, codes in sorted(codes_at.items()):
        own = [number for number, row in enumerate(rows) if row["code"] in set(codes)]
        banks = Banks(shapes[own].tolist(), [waters.get(rows[number]["water_code"]) for number in own])
        target = Target(BANK, tuple(rows[number]["code"] for number in own), banks.lines, shapes[own])
        made.append(Sided(reach_m, target, banks))
    return made


def held_sides(connection: Connection, targets: Targets, city: City) -> list[Sided]:
    """All that are stored, held on to until a bank, a water or what is stored has changed."""
    stored = stored_sides(connection)
    if not stored:
        return []
    stamp = [city, *stored]
    for view in ("city.bank_now", "city.water_now"):
        stamp += query.rows(connection, "patrol/target_stamp", {"table": view})[0].values()
    return targets.kept("sides", stamp, lambda: read_sides(connection, city, by_reach(stored)))


def by_reach(pairs: Sequence[tuple[str, float]] | Mapping[tuple[str, float], object]) -> dict[float, list[str]]:
    """Banks by the reach they are asked for.

    >>> by_reach([("A", 25.0), ("B", 40.0), ("C", 25.0)])
    {25.0: ['A', 'C'], 40.0: ['B']}
    """
    codes: dict[float, list[str]] = defaultdict(list)
    for code, reach_m in pairs:
        codes[reach_m].append(code)
    return dict(codes)


def side_sightings(track: Track, mode: str, sided: Sided) -> list[LineSighting]:
    """What a track saw of the banks from its own side: sure, nominal and possible."""
    visits = see_own_side(track, mode, sided.banks, [sided.reach_m])
    return [
        sighting
        for (reach_m, bound), seen in visits.items()
        for sighting in sightings_of(sided.target, reach_m, bound, seen)
    ]


def renew_sides(connection: Connection, patrol_id: int, track: Track, mode: str, sides: Sequence[Sided]) -> None:
    """Make what is known of a patrol what its track saw from its own side; the same found twice changes nothing."""
    for sided in sides:
        found = side_sightings(track, mode, sided)
        renew_sightings(connection, patrol_id, found, ([sided.target], [sided.reach_m]), kept=OWN_SIDE)


def water_surfaces(connection: Connection, city: City) -> dict[str, BaseGeometry]:
    """Every water that holds today, by code, as polygons in metres."""
    rows = query.rows(connection, "water/bank_waters")
    shapes = project(_drawn(rows), STORED, city.metric_crs)
    waters = [
        Water(
            code=row["code"],
            name=row["name"] or None,
            kind=row["kind"],
            geometry=shape,
            width_m=row["width_m"],
            width_assumed=row["width_assumed"],
        )
        for row, shape in zip(rows, shapes, strict=True)
    ]
    return surfaces(waters)


def _drawn(rows: Sequence[RowMapping]) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb(np.array([bytes(row["geom"]) for row in rows], dtype=object)))

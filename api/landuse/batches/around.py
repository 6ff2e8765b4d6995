"""The city around many outlines, read once for all of them, and of it what a check of each one reads."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, Row

from api.landuse.evidence.city import STREET, Reading, When, bounds_of, district_of, reading_of, rows_at, search_of
from geo.landuse.city import Classes
from geo.landuse.many import Trees, city_near
from geo.landuse.outline import Outline
from layers import query

__all__ = ["part_of", "read_around"]


def read_around(
    connection: Connection, outlines: Sequence[Outline], when: When, classes: Classes, metric_crs: str
) -> Reading:
    """All that checks of the outlines read of the city, of a day, as known at an instant."""
    searches = np.array([search_of(outline.shape, metric_crs) for outline in outlines], dtype=object)
    together = shapely.union_all(searches)
    rows = rows_at(connection, together, when)
    there = {(row.id, row.known_from) for row in rows if row.layer == "zone"}
    more = [row for row in _nearest(connection, together, when) if (row.id, row.known_from) not in there]
    return reading_of([*rows, *more], classes, metric_crs)


def _nearest(connection: Connection, together: shapely.Geometry, when: When) -> Sequence[Row[Any]]:
    """The zones among which the nearest of each kind is, for any place within the circle around all of them."""
    west, south, east, north = shapely.bounds(together).tolist()
    centre, radius = shapely.Point((west + east) / 2, (south + north) / 2), math.hypot(east - west, north - south) / 2
    bound = bounds_of(shapely.buffer(centre, radius), when) | {"centre": shapely.to_wkb(centre), "radius": radius}
    return query.execute(connection, "landuse/batch_nearest", None, **bound).all()


def part_of(reading: Reading, trees: Trees, outline: Outline, tolerance_m: float) -> Reading:
    """The part of what was read that the check of one outline needs, as if it had been read for it alone."""
    city, places = city_near(reading.city, trees, outline, tolerance_m)
    own = {
        "landuse": places.parcels,
        "zone": places.zones,
        "farmland": places.plots,
        "project": places.projects,
        "grid": places.grids,
    }
    numbers = {layer: reading.edition_id[layer][own[layer]] for layer in reading.edition_id}
    return reading._replace(
        city=city._replace(district=district_of(city.grids) if STREET in reading.registers else None),
        class_name=reading.class_name[places.parcels],
        family=reading.family[places.parcels],
        edition_id=numbers,
    )

"""The corners of an outline (界址点) in the metric system: J1, J2, … ring by ring, as survey results list them."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.landuse.paper.words import Json
from layers.crs import STORED, Coordinates, project

__all__ = ["Ring", "corners_of", "metric", "rings_of"]


class Ring(NamedTuple):
    """A ring of the outline: its name where there are several, the number of its first corner, (n, 2) metres.

    east_north: each corner once; the last one leads back to the first.
    """

    name: str
    first: int
    east_north: Coordinates

    @property
    def lengths_m(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """(n,) metres from each corner to the next."""
        return np.asarray(np.hypot(*(np.roll(self.east_north, -1, axis=0) - self.east_north).T))


def metric(geometry: Json | None, system: str) -> BaseGeometry | None:
    """A GeoJSON geometry in the metric system; None of none, or of an empty one.

    >>> metric({"type": "Point", "coordinates": [114.0, 30.0]}, "EPSG:4547")
    <POINT (500000 3320113.398)>
    """
    import json

    if not geometry or not geometry.get("coordinates"):
        return None
    shape = shapely.from_geojson(json.dumps(geometry))
    moved: BaseGeometry = project(np.array([shape]), STORED, system)[0]
    return moved


def rings_of(answer: Json) -> list[Ring]:
    """The rings of an answer's outline in their order, corners counted on from ring to ring."""
    outline = metric(answer["outline"]["geometry"], answer["method"]["metric_crs"])
    rings: list[Ring] = []
    number, named = 1, list(_named(outline))
    for name, ring in named:
        places = shapely.get_coordinates(ring)[:-1]
        rings.append(Ring(name if len(named) > 1 else "", number, places))
        number += len(places)
    return rings


def _named(outline: BaseGeometry | None) -> Iterator[tuple[str, shapely.LinearRing]]:
    parts = [] if outline is None else shapely.get_parts(outline).tolist()
    for number, part in enumerate(parts, start=1):
        block = f"地块 {number} " if len(parts) > 1 else ""
        yield f"{block}外圈", part.exterior
        for hole, ring in enumerate(part.interiors, start=1):
            yield f"{block}内圈 {hole}", ring


def corners_of(answer: Json) -> Iterator[tuple[str, str, float, float, float]]:
    """Row by row what a table of corners has: ring, mark, X north, Y east, length to the next, all in metres.

    Each ring ends with its first corner again, as such tables do, whose own length is nought.
    """
    for ring in rings_of(answer):
        marks = [f"J{ring.first + place}" for place in range(len(ring.east_north))]
        rows = zip(marks, ring.east_north.tolist(), ring.lengths_m.tolist(), strict=True)
        yield from ((ring.name, mark, north, east, length) for mark, (east, north), length in rows)
        east, north = ring.east_north[0].tolist()
        yield ring.name, marks[0], north, east, 0.0

"""Control zones of each kind, put together from the waters, the cells and the parcels."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from seeds.drawing import gridded, rounded
from seeds.lands import Parcel

RESERVES = 40
GREEN_M, GREY_M = 50.0, 300.0
"""How far the green and the grey line of a lake lie from its shore: the sketch's own, not the published ones."""


@dataclass(frozen=True)
class Zone:
    """A control zone as drawn."""

    code: str
    name: str
    kind: str
    shape: MultiPolygon


def zones(
    street: BaseGeometry, town: BaseGeometry, waters: dict[str, BaseGeometry], parcels: list[Parcel]
) -> list[Zone]:
    """Zones of all eight kinds. town: the communities together; waters: by name, lakes and river surfaces."""
    wet = shapely.union_all(list(waters.values()))
    urban = rounded(town, 120).difference(wet).intersection(street)
    found = [
        *_water_lines(waters, street),
        ("urban_boundary", "城镇开发边界", urban),
        ("non_concentrated", "非集建区", street.difference(urban).difference(wet)),
        *_farmland(parcels),
        *_reserves(parcels, town.centroid),
    ]
    numbers: dict[str, int] = {}
    made = []
    for kind, name, area in found:
        numbers[kind] = numbers.get(kind, 0) + 1
        made.append(Zone(f"{kind.upper()}-{numbers[kind]:02}", name, kind, _areas(area)))
    return made


def _water_lines(waters: dict[str, BaseGeometry], street: BaseGeometry) -> list[tuple[str, str, BaseGeometry]]:
    """三线 of each lake and the eco red line around it."""
    found = []
    for name, water in waters.items():
        solid = shapely.union_all([Polygon(part.exterior) for part in shapely.get_parts(water)])
        green, grey = solid.buffer(GREEN_M), solid.buffer(GREY_M)
        found.append(("blue", f"{name}蓝线", water.intersection(street)))
        found.append(("green", f"{name}绿线", green.difference(solid).intersection(street)))
        found.append(("grey", f"{name}灰线", grey.difference(green).intersection(street)))
        found.append(("eco_redline", f"{name}生态保护红线", solid.buffer(30).intersection(street)))
    return found


def _farmland(parcels: list[Parcel]) -> list[tuple[str, str, BaseGeometry]]:
    """Permanent farmland: groups of adjoining arable parcels, the ten largest."""
    arable = shapely.union_all([p.shape for p in parcels if p.class_code in ("0101", "0103")], grid_size=0.01)
    groups = sorted(shapely.get_parts(arable), key=lambda part: -part.area)[:10]
    return [("permanent_farmland", f"永久基本农田示例片 {n:02}", group) for n, group in enumerate(groups, start=1)]


def _reserves(parcels: list[Parcel], centre: Point) -> list[tuple[str, str, BaseGeometry]]:
    """Reserve land: the idle parcels nearest to the town."""
    idle = [p for p in parcels if p.class_code in ("0404", "0204", "0301") and p.shape.area > 8_000]
    away_m = shapely.distance(np.array([p.shape for p in idle], dtype=object), centre)
    nearest = np.argsort(away_m, kind="stable")[:RESERVES]
    return [("reserve", f"储备土地 {n:02}", idle[index].shape) for n, index in enumerate(nearest, start=1)]


def _areas(area: BaseGeometry) -> MultiPolygon:
    kept = [part for part in shapely.get_parts(gridded(area)[0]) if isinstance(part, Polygon) and part.area > 50]
    return MultiPolygon(kept)

"""The coordinate systems that features are asked for and answered in, by their URIs, with each one's order of axes.

Degrees of CRS84, EPSG:4490 and EPSG:4326 are taken for the same numbers: they differ by less than the data do.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import shapely

from layers.crs import DEVICE, STORED, STORED_SRID, TILE, WIRE, area_of_use, known, project
from layers.errors import BadCrs, BadGeometry

__all__ = ["CRS84", "OFFERED", "System", "Systems", "systems"]

_OGC, _EPSG = "http://www.opengis.net/def/crs/OGC/1.3/", "http://www.opengis.net/def/crs/EPSG/0/"
_STRAIGHT_M = 100.0
"""An edge straight in metres is bent in degrees: no piece of it may be longer, which keeps it to a millimetre."""
_MOST_PIECES = 5_000
_BEYOND, _LEAST = 0.2, 1e-12
"""By this part of its extent a system is taken to hold beyond its area of use."""


class System(NamedTuple):
    """One coordinate system: its code and URI, whether northing or latitude comes first, and whether it is in degrees.

    srid: its number in PostGIS.  decimals: as many as tell a millimetre or less; degrees keep nine, so that what was
    read and is written back has the same vertices to 0.1 mm, and neighbours still share theirs.
    """

    code: str
    uri: str
    srid: int
    north_first: bool
    degrees: bool
    decimals: int
    limits: tuple[float, float, float, float]
    """West, south, east, north of what it can say, in its own unit: of more than its area of use."""

    def stored(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A geometry in this system, its axes in its own order, as tables hold them: longitude first, no Z.

        Raises BadGeometry where it lies outside of what the system can say.
        """
        flat = shapely.force_2d(shape)
        ordered = shapely.transform(flat, lambda xy: xy[:, ::-1]) if self.north_first else flat
        moved = ordered if self.degrees else self._moved(ordered)
        xy = shapely.get_coordinates(moved)
        if not (np.isfinite(xy).all() and (np.abs(xy) <= (180, 90)).all()):
            order = "先纬度(北)后经度(东)" if self.north_first else "先经度(东)后纬度(北)"
            raise BadGeometry(f"坐标超出坐标系 {self.code} 的范围:此坐标系的坐标{order},请检查次序与单位。")
        return moved

    def _moved(self, shape: shapely.Geometry) -> shapely.Geometry:
        # Coordinates beyond all measure are refused where they are looked at, and need no warning in the log as well.
        with np.errstate(over="ignore", invalid="ignore"):
            length_m = float(shapely.length(shape))
        if not np.isfinite(length_m):
            return shape
        pieces = shapely.segmentize(shape, max(_STRAIGHT_M, length_m / _MOST_PIECES))
        moved: shapely.Geometry = project(np.array([pieces], dtype=object), self.code, STORED)[0]
        return moved


@cache
def _system(code: str) -> System:
    found = known(code)
    authority, number = code.split(":")
    degrees = found.is_geographic
    return System(
        code=code,
        uri=f"{_OGC if authority == 'OGC' else _EPSG}{number}",
        srid=STORED_SRID if degrees else int(number),
        north_first=found.axis_info[0].direction == "north",
        degrees=degrees,
        decimals=9 if degrees else 4,
        limits=(-180.0, -90.0, 180.0, 90.0) if degrees else _limits(code),
    )


def _limits(code: str) -> tuple[float, float, float, float]:
    area = area_of_use(code)
    edge = shapely.segmentize(shapely.box(*area), 1.0)
    west, south, east, north = project(np.array([edge]), WIRE, code)[0].bounds
    # Beyond the whole globe it begins anew on the other side.
    beyond = _BEYOND if area.east - area.west < 360 else -_LEAST
    wide, high = (east - west) * beyond, (north - south) * beyond
    return west - wide, south - high, east + wide, north + high


CRS84 = _system(WIRE)
"""What is meant where none is named."""
OFFERED = (CRS84, *(_system(code) for code in (STORED, DEVICE, TILE)))
"""Those of every deployment, the default first."""
STORAGE = OFFERED[1]


class Systems(NamedTuple):
    """The systems that a deployment offers, the default first."""

    offered: tuple[System, ...]

    def named(self, name: str | None, parameter: str) -> System:
        """The system of a URI or of a code such as EPSG:4490; the default for None. Raises BadCrs for any other.

        >>> systems("EPSG:4547").named("http://www.opengis.net/def/crs/EPSG/0/4547", "crs").north_first
        True
        """
        if name is None:
            return self.offered[0]
        asked = name.strip().strip("[]").removeprefix("https://").removeprefix("http://")
        for one in self.offered:
            if asked in (one.uri.removeprefix("http://"), one.code):
                return one
        uris = "、".join(one.uri for one in self.offered)
        raise BadCrs(f"参数 {parameter} 的值 {name[:80]!r} 不是此处的坐标系:可用的有 {uris}。")


def systems(metric_crs: str) -> Systems:
    """What a deployment offers: the usual systems, and the one it is measured in where that has a registered number.

    >>> [one.code for one in systems("EPSG:4547").offered]
    ['OGC:CRS84', 'EPSG:4490', 'EPSG:4326', 'EPSG:3857', 'EPSG:4547']
    """
    authority, _, number = metric_crs.partition(":")
    registered = authority == "EPSG" and number.isdigit()
    more = (_system(metric_crs),) if registered and metric_crs not in [one.code for one in OFFERED] else ()
    return Systems((*OFFERED, *more))

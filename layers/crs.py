"""The coordinate systems by name: the only place where their numbers stand.

Longitude comes before latitude, easting before northing, everywhere and always.
"""

import re
from functools import lru_cache
from typing import NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import CRSError

from layers.errors import BadCrs, BadInput

WIRE = "OGC:CRS84"
"""What HTTP speaks: WGS84 longitude, latitude in degrees."""
STORED = "EPSG:4490"
"""What tables hold: CGCS2000 longitude, latitude in degrees."""
TILE = "EPSG:3857"
"""What tiles are drawn in. Never measured in: areas are 35 % too large at Huashan."""
METRIC_DEFAULT = "EPSG:4547"
"""What Huashan is measured in: CGCS2000 3-degree zone at 114° E, metres."""
ZONE_PREFIXED = "EPSG:4526"
"""The same zone with its number before the easting: 38 500 000 m on the central meridian."""
DEVICE = "EPSG:4326"
"""What a phone's receiver reports: WGS84. Equal to STORED to well under a metre."""

THREE_DEGREES, SIX_DEGREES = range(25, 46), range(13, 24)
"""The zones of China by their numbers: 3-degree ones lie at 3° times the number, 6-degree ones at 6° times less 3°."""
_GAUSS_KRUGER = {(3, True): 4513, (3, False): 4534, (6, True): 4491, (6, False): 4502}
"""The code of the first zone, by its width in degrees and whether its number stands before the easting."""

STORED_SRID = 4490
TILE_SRID = 3857

AREA_ERROR = 0.01
"""By this part an area may be wrong, at the worst corner, in a system that a city is measured in."""

_KEPT = 1024
"""Of so many systems what was worked out is kept: users may name any, and as many as they like."""
_AFFINE = re.compile(r"(?P<base>[^+].*?)\s+\+proj=affine\s*(?P<moved>.*)", re.DOTALL)
_BARE_CODE = re.compile(r"[0-9]{4,6}")

Geometries = NDArray[np.object_]
Coordinates = NDArray[np.float64]


class LonLat(NamedTuple):
    """A place in degrees, longitude first.

    >>> LonLat.parse("114.5, 30.56")
    LonLat(lon=114.5, lat=30.56)
    """

    lon: float
    lat: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """The place written 'lon,lat'; raises BadInput for anything else."""
        west, south, *_ = _degrees(text, 2, "lon,lat")
        return cls(*_checked(west, south, text))


class Bounds(NamedTuple):
    """A box in degrees: west, south, east, north. It may not cross the antimeridian.

    >>> Bounds.parse("114,30,115,31").north
    31.0
    """

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """The box written 'west,south,east,north'; raises BadInput for anything else."""
        west, south, east, north = _degrees(text, 4, "西,南,东,北")
        _checked(west, south, text)
        _checked(east, north, text)
        if west >= east or south >= north:
            raise BadInput(f"范围 {text!r} 是空的:应为 西,南,东,北(度),且西小于东、南小于北。")
        return cls(west, south, east, north)

    @property
    def center(self) -> LonLat:
        """The middle of the box."""
        return LonLat((self.west + self.east) / 2, (self.south + self.north) / 2)


def _degrees(text: str, count: int, form: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count or not np.isfinite(numbers).all():
        raise BadInput(f"看不懂坐标 {text[:80]!r}:应为 {form},以度为单位、逗号分隔。")
    return numbers


def _checked(lon: float, lat: float, text: str) -> tuple[float, float]:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadInput(f"坐标 {text[:80]!r} 超出经度 ±180、纬度 ±90:请检查是否经纬度颠倒(经度在前)。")
    return lon, lat


@lru_cache(_KEPT)
def known(name: str) -> CRS:
    """The coordinate system of a code ('EPSG:4490', '4490') or a PROJ string; raises BadCrs.

    A city's own system that was fitted on common points is another one and what moves its easting and northing there:
    'EPSG:4547 +proj=affine +xoff=… +yoff=… +s11=… +s12=… +s21=… +s22=…'.

    >>> known(METRIC_DEFAULT + " +proj=affine +xoff=-400000 +yoff=-3000000").axis_info[0].direction
    'east'
    """
    if derived := _AFFINE.fullmatch(name.strip()):
        return _derived(derived["base"].strip(), derived["moved"], name)
    try:
        return CRS.from_user_input(f"EPSG:{name}" if _BARE_CODE.fullmatch(name) else name)
    except CRSError as error:
        raise BadCrs(f"不认识坐标系 {name[:80]!r}:请给出代码(如 EPSG:4490)或 PROJ 字符串。") from error


def gauss_kruger(zone: int, *, prefixed: bool) -> str:
    """The CGCS2000 system of a zone by its number: 25 to 45 are 3 degrees wide, 13 to 23 are 6; BadCrs for any other.

    prefixed: whether the number of the zone stands before the easting.

    >>> gauss_kruger(38, prefixed=False) == METRIC_DEFAULT, gauss_kruger(38, prefixed=True) == ZONE_PREFIXED
    (True, True)
    """
    for width, zones in ((3, THREE_DEGREES), (6, SIX_DEGREES)):
        if zone in zones:
            return f"EPSG:{_GAUSS_KRUGER[width, prefixed] + zone - zones[0]}"
    raise BadCrs(f"没有带号 {zone}:三度带为 {THREE_DEGREES[0]} 至 {THREE_DEGREES[-1]},六度带为 13 至 23。")


def _derived(base: str, moved: str, name: str) -> CRS:
    """A system by what moves the easting and northing of another one to its own, as PROJ's affine does."""
    system = known(base)
    try:
        given = {key: float(value) for key, value in (part.removeprefix("+").split("=") for part in moved.split())}
    except ValueError:
        given = {"": 0.0}
    usual = {"xoff": 0.0, "yoff": 0.0, "s11": 1.0, "s12": 0.0, "s21": 0.0, "s22": 1.0}
    of = usual | given
    turns = of["s11"] * of["s22"] - of["s12"] * of["s21"]
    if not system.is_projected or set(of) != set(usual) or not np.isfinite(list(of.values())).all() or not turns:
        raise BadCrs(f"不认识坐标系 {name[:80]!r}:应为 投影坐标系 +proj=affine +xoff= +yoff= +s11= +s12= +s21= +s22=。")
    rows = (of["xoff"], of["s11"], of["s12"]), (of["yoff"], of["s21"], of["s22"])
    if system.axis_info[0].direction == "north":  # then that is what comes first
        rows = tuple((offset, north, east) for offset, east, north in rows)  # type: ignore[assignment]
    parameters = [
        {"name": f"{letter}{place}", "value": value, "unit": "unity" if place else "metre",
         "id": {"authority": "EPSG", "code": code + place}}
        for letter, code, row in (("A", 8623, rows[0]), ("B", 8639, rows[1])) for place, value in enumerate(row)
    ]  # fmt: skip
    axes = [
        {"name": title, "abbreviation": title[0], "direction": direction, "unit": "metre"}
        for title, direction in (("Easting", "east"), ("Northing", "north"))
    ]
    method = {"name": "Affine parametric transformation", "id": {"authority": "EPSG", "code": 9624}}
    return CRS.from_json_dict(
        {
            "type": "DerivedProjectedCRS",
            "name": name[:80],
            "base_crs": system.to_json_dict(),
            "conversion": {"name": "affine", "method": method, "parameters": parameters},
            "coordinate_system": {"subtype": "Cartesian", "axis": axes},
        }
    )


@lru_cache(_KEPT)
def foreign_datum(name: str) -> str | None:
    """The datum of a system from which nothing known leads to STORED: another ellipsoid, and no shift stated with it.

    None for CGCS2000 and WGS84, which are one to well under a metre, and for what states a shift (+towgs84).

    >>> foreign_datum(METRIC_DEFAULT), foreign_datum(DEVICE), foreign_datum("EPSG:2383")
    (None, None, 'Xian 1980')
    """
    system, own = known(name), known(STORED).ellipsoid
    given = system.ellipsoid
    if system.is_bound or given is None or own is None:
        return None
    like = (abs(given.semi_major_metre - own.semi_major_metre), abs(given.inverse_flattening - own.inverse_flattening))
    return None if like[0] < 1e-3 and like[1] < 1e-5 else str(system.datum.name if system.datum else system.name)


@lru_cache(_KEPT)
def transformer(source: str, target: str) -> Transformer:
    """A transformer between two named systems, longitude and easting first on both sides."""
    return Transformer.from_crs(known(source), known(target), always_xy=True)


def project(geometries: Geometries, source: str, target: str) -> Geometries:
    """The geometries with every vertex moved from one system to the other; Z is dropped.

    geometries: (n,) shapely geometries or None, which stay None. A vertex that cannot be
    transformed becomes inf.

    >>> point = project(np.array([shapely.Point(114, 30)]), STORED, METRIC_DEFAULT)[0]
    >>> round(point.x), round(point.y)
    (500000, 3320113)
    """
    move = transformer(source, target)

    def moved(xy: Coordinates) -> Coordinates:
        return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(shapely.force_2d(geometries), moved))


def area_of_use(name: str) -> Bounds:
    """Where a coordinate system is meant to be used; raises BadCrs when it does not say.

    >>> area_of_use(METRIC_DEFAULT).west
    112.5
    """
    area = known(name).area_of_use
    if area is None:
        raise BadCrs(f"坐标系 {name[:80]!r} 没有适用范围:请用 HUASHAN_BOUNDS 给出 西,南,东,北。")
    return Bounds(*area.bounds)


def check_metric(name: str, bounds: Bounds) -> None:
    """Raise BadCrs unless lengths and areas within the bounds can be measured in a system: in metres, hardly distorted.

    >>> check_metric(METRIC_DEFAULT, area_of_use(METRIC_DEFAULT))
    """
    system, instead = known(name), "请用高斯-克吕格等以米为单位的投影,如 EPSG:4547"
    if not system.is_projected or any(axis.unit_name != "metre" for axis in system.axis_info[:2]):
        raise BadCrs(f"坐标系 {name[:80]!r} 不以米为单位,量不出长度与面积:{instead}。")
    west, south, east, north = bounds
    corners = [west, east, west, east], [south, south, north, north]
    scales = np.asarray(Proj(system).get_factors(*corners).areal_scale)
    if not (abs(scales - 1) <= AREA_ERROR).all():
        worst = scales[np.argmax(abs(scales - 1))]
        raise BadCrs(f"坐标系 {name[:80]!r} 把部署范围一角的面积变成 {worst:.3g} 倍,不能用来量测:{instead}。")

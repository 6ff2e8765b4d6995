"""Where a file's coordinates lie: moved into the stored system, each row that cannot be right with the reason."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from api.transfer.faults import Faults, kept, none_yet, note
from geo.tracks.datum import to_wgs84
from layers.crs import (
    DEVICE,
    STORED,
    TILE,
    WIRE,
    ZONE_PREFIXED,
    Bounds,
    Coordinates,
    Geometries,
    known,
    project,
    transformer,
)
from layers.errors import BadCrs

_ZONE = 1_000_000
_MERCATOR_EDGE = 20_037_509.0
_SAME = (STORED, WIRE, DEVICE)


@dataclass(frozen=True)
class Placed:
    """Geometries in STORED, why each row that cannot be placed cannot, and remarks."""

    geometries: Geometries
    faults: Faults
    notes: list[str] = field(default_factory=list)


def place(geometries: Geometries, crs: str | None, *, bounds: Bounds, datum: str = "wgs84") -> Placed:
    """The geometries in the stored system, checked against their own system and the deployment's bounds.

    geometries: (n,) in two dimensions, or None, which stays None without a fault. crs: of the file; None is an error,
    never a guess.
    datum: 'gcj02' or 'bd09' where the degrees are shifted. Nothing is moved to make it fit: what looks swapped,
    or like metres declared as degrees, is a fault that says so.
    """
    if not len(geometries):
        return Placed(geometries, none_yet(0))
    if crs is None:
        raise BadCrs(f"文件没有说明坐标系:请用 --crs 给出(如 --crs {STORED};米制坐标如 --crs {ZONE_PREFIXED})。")
    system = known(crs)
    notes = []
    if datum != "wgs84":
        notes.append(f"坐标按 {datum.upper()} 偏移纠正为 WGS84")
    faults = _not_finite(geometries)
    flat, said = without_zone(geometries, system)
    notes += said
    if system.is_geographic:
        note(faults, _not_degrees(flat, bounds))
    moved = _moved(kept(flat, faults), crs, system, datum)
    note(faults, _outside(moved, flat, crs, system, bounds))
    return Placed(kept(moved, faults), faults, notes)


def without_zone(geometries: Geometries, system: CRS) -> tuple[Geometries, list[str]]:
    """Eastings without the zone number before them, where a system without zone numbers was declared; and a remark.

    38 500 000 m under a system whose central meridian is that of zone 38 (114° E) becomes 500 000 m.
    """
    if not system.is_projected:
        return geometries, []
    middle, false_easting = _parameter(system, "Longitude of natural origin"), _parameter(system, "False easting")
    if middle is None or false_easting is None:
        return geometries, []
    zone_of_system = int(false_easting // _ZONE)
    if zone_of_system:
        return geometries, [f"东坐标带有带号 {zone_of_system}(如 {false_easting:,.0f}),按 {_label(system)} 读取"]
    east = shapely.bounds(geometries)[:, 0]
    zones = {int(one) for one in np.unique(east[np.isfinite(east)] // _ZONE)}
    fitting = {zone for zone in zones if middle in (zone * 3.0, zone * 6.0 - 3.0) and zone > 12}
    if len(zones) != 1 or zones != fitting:
        return geometries, []
    zone = zones.pop()

    def shortened(xy: Coordinates) -> Coordinates:
        return np.column_stack([xy[:, 0] - zone * _ZONE, xy[:, 1]])

    moved = np.asarray(shapely.transform(geometries, shortened))
    return moved, [f"东坐标带有带号 {zone}(如 {zone * _ZONE + 500_000:,.0f}),已去掉带号按 {_label(system)} 读取"]


def _moved(geometries: Geometries, crs: str, system: CRS, datum: str) -> Geometries:
    same = any(system.equals(known(name), ignore_axis_order=True) for name in _SAME) or system.to_2d().equals(
        known(DEVICE), ignore_axis_order=True
    )
    if datum == "wgs84":
        return geometries if same else project(geometries, crs, STORED)
    degrees = geometries if same else project(geometries, crs, DEVICE)

    def unshifted(xy: Coordinates) -> Coordinates:
        return np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], datum))

    return np.asarray(shapely.transform(degrees, unshifted))


def _not_finite(geometries: Geometries) -> Faults:
    points, rows = shapely.get_coordinates(geometries, return_index=True)
    broken = np.unique(rows[~np.isfinite(points).all(axis=1)])
    faults = none_yet(len(geometries))
    faults[broken] = "坐标含有无穷大或非数字"
    return faults


def _not_degrees(geometries: Geometries, bounds: Bounds) -> Faults:
    boxes = shapely.bounds(geometries)
    faults = none_yet(len(geometries))
    with np.errstate(invalid="ignore"):
        beyond = (np.abs(boxes[:, [0, 2]]) > 180).any(axis=1) | (np.abs(boxes[:, [1, 3]]) > 90).any(axis=1)
    for row in np.flatnonzero(beyond):
        faults[row] = _why_no_degrees(boxes[row], bounds)
    return faults


def _why_no_degrees(box: NDArray[np.float64], bounds: Bounds) -> str:
    place_of = f"({box[0]:.6g}, {box[1]:.6g})"
    if _inside(box[[1, 0, 3, 2]], bounds):
        return f"坐标 {place_of} 看起来经纬度颠倒(经度应在前)"
    if np.abs(box).max() <= _MERCATOR_EDGE:
        back = transformer(TILE, WIRE)
        west, south = back.transform(box[0], box[1])
        east, north = back.transform(box[2], box[3])
        if _inside(np.array([west, south, east, north]), bounds):
            return f"坐标 {place_of} 看起来是网络墨卡托的米,却标为度:请用 --crs {TILE}"
    if np.abs(box).max() > 100_000:
        return f"坐标 {place_of} 看起来是米,却标为度:请用 --crs 给出真实坐标系"
    return f"坐标 {place_of} 超出经度 ±180、纬度 ±90"


def _outside(moved: Geometries, given: Geometries, crs: str, system: CRS, bounds: Bounds) -> Faults:
    boxes, faults = shapely.bounds(moved), none_yet(len(moved))
    present = ~shapely.is_missing(moved) & ~np.asarray(shapely.is_empty(moved))
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    with np.errstate(invalid="ignore"):
        within = np.isfinite(boxes).all(axis=1) & (boxes[:, :2] >= low).all(axis=1) & (boxes[:, 2:] <= high).all(axis=1)
    for row in np.flatnonzero(present & ~within):
        faults[row] = _why_outside(boxes[row], given[row], crs, system, bounds)
    return faults


def _why_outside(box: NDArray[np.float64], given: shapely.Geometry, crs: str, system: CRS, bounds: Bounds) -> str:
    swapped = shapely.transform(given, lambda xy: xy[:, ::-1])
    if system.is_geographic and _inside(shapely.bounds(swapped), bounds):
        return f"坐标 ({box[0]:.6f}, {box[1]:.6f}) 看起来经纬度颠倒(经度应在前)"
    if system.is_projected:
        east = shapely.bounds(given)[0]
        zone = int(east // _ZONE)
        if 13 <= zone <= 45 and zone != (_parameter(system, "False easting") or 0) // _ZONE:
            return f"东坐标 {east:,.0f} 的带号 {zone} 与坐标系 {_label(system)} 不符:请用 --crs 给出真实坐标系"
        turned = project(np.array([swapped], dtype=object), crs, STORED)[0]
        if _inside(shapely.bounds(turned), bounds):
            x, y = shapely.get_coordinates(given)[0]
            return f"坐标 ({x:.1f}, {y:.1f}) 看起来东、北坐标颠倒(东坐标应在前)"
    if not np.isfinite(box).all():
        return f"坐标超出坐标系 {_label(system)} 能换算的范围"
    limits = "、".join(f"{edge:g}" for edge in bounds)
    return f"坐标 ({box[0]:.6f}, {box[1]:.6f}) 在部署范围(西、南、东、北 {limits})之外"


def _inside(box: NDArray[np.float64], bounds: Bounds) -> bool:
    return bool(
        np.isfinite(box).all()
        and bounds.west <= box[0] <= box[2] <= bounds.east
        and bounds.south <= box[1] <= box[3] <= bounds.north
    )


def _parameter(system: CRS, name: str) -> float | None:
    operation = system.coordinate_operation
    found = [one.value for one in operation.params if one.name == name] if operation else []
    return float(found[0]) if found else None


def _label(system: CRS) -> str:
    authority = system.to_authority()
    return ":".join(authority) if authority else system.name

"""Boxes as they are asked for: four numbers or six, in any system, across the date line too."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from api.features.systems import System
from layers.errors import BadInput

__all__ = ["box_of", "read_box"]

_FORM = "应为 4 个数(西,南,东,北;纬度在前的坐标系为 南,西,北,东)或 6 个数(另带高程),以逗号分隔"


def read_box(text: str, system: System) -> shapely.Geometry:
    """The box of a parameter `bbox`, as tables hold geometries; raises BadInput for what is none."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise BadInput(f"参数 bbox 的值 {text[:80]!r} 看不懂:{_FORM}。") from None
    return box_of(numbers, system)


def box_of(numbers: Sequence[float], system: System) -> shapely.Geometry:
    """The box between two corners, in the system's own order of axes; heights are let be.

    West of its west end a box in degrees crosses the date line, and is two. One without width is a line or a point.
    What reaches beyond all that the system can say, as maps do that are zoomed far out, is cut there.

    >>> from api.features.systems import CRS84
    >>> box_of([177, 65, -177, 70], CRS84).bounds
    (-180.0, 65.0, 180.0, 70.0)
    """
    corners = np.asarray(numbers, dtype=float)
    if corners.size not in (4, 6) or not np.isfinite(corners).all():
        raise BadInput(f"范围 {str(list(numbers))[:120]} 看不懂:{_FORM}。")
    (x0, y0), (x1, y1) = (_easting_first(corner[:2], system) for corner in np.split(corners, 2))
    if y0 > y1:
        raise BadInput(f"范围的南边 {y0:g} 在北边 {y1:g} 之北:{_FORM}。")
    if x0 > x1 and not system.degrees:
        raise BadInput(f"范围的西边 {x0:g} 在东边 {x1:g} 之东:{_FORM}。")
    west, south, east, north = system.limits
    spans = [(x0, x1)] if x0 <= x1 else [(x0, east), (west, x1)]
    parts = [
        _between(max(start, west), max(y0, south), min(end, east), min(y1, north))
        for start, end in spans
        if start <= east and end >= west and y0 <= north and y1 >= south
    ]
    if not parts:
        order = "先北后东" if system.north_first else "先东后北"
        raise BadInput(f"范围不在坐标系 {system.code} 之内:请检查次序({order})与单位。{_FORM}。")
    shape = parts[0] if len(parts) == 1 else shapely.union_all(parts)
    return system.stored(shapely.transform(shape, lambda xy: xy[:, ::-1]) if system.north_first else shape)


def _easting_first(corner: NDArray[np.float64], system: System) -> tuple[float, float]:
    x, y = (float(one) for one in corner)
    return (y, x) if system.north_first else (x, y)


def _between(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    if west < east and south < north:
        return shapely.box(west, south, east, north)
    ends = [(west, south), (east, north)]
    return shapely.Point(ends[0]) if ends[0] == ends[1] else shapely.LineString(ends)

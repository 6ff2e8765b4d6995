"""Which number is the northing, and whether a zone stands before the easting: told by how large they are.

In China a northing lies between 1,000 and 10,000 km, an easting between 100 and 900 km (a zone of 6° is 668 km wide at
the equator), where the number of its zone may stand before it; a longitude is over 73°, a latitude under 54°. What fits
neither is of a local system.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.transfer.boundary.plots import Plot

_ZONE = 1_000_000
_LEAST, _MOST = 100_000, 900_000
_SHOWN = 8
_KINDS = {0: "两个数都不像", 1: "北坐标在前", 2: "东坐标在前", 3: "度,纬度在前", 4: "度,经度在前"}
NORTH_FIRST, EAST_FIRST = "ne", "en"


class Axes(NamedTuple):
    """How the two numbers of a row are meant.

    order: 'ne' where the first is the northing or latitude, 'en' where the second is, '' where the numbers do not
    tell. zone: before the eastings, 0 for none. degrees: whether they are longitudes and latitudes.
    """

    order: str
    zone: int = 0
    degrees: bool = False


def axes_of(plots: list[Plot]) -> Axes:
    """How most rows are meant; a plot with rows that are meant otherwise gets the reason, naming them, as its fault.

    Plots with a fault are left out. Without any row nothing is told.
    """
    sound = [plot for plot in plots if plot.corners and not plot.fault]
    if not sound:
        return Axes("")
    points = np.vstack([_points(plot) for plot in sound])
    kinds = kinds_of(points)
    values, counts = np.unique(kinds, return_counts=True)
    usual = int(values[np.argmax(counts)])
    if len(values) > 1:
        _blame(sound, kinds, usual)
    return of_kind(usual)


def of_kind(kind: int) -> Axes:
    """How rows of a kind are meant.

    >>> of_kind(238)
    Axes(order='en', zone=38, degrees=False)
    """
    return Axes({1: "ne", 2: "en", 3: "ne", 4: "en"}.get(kind // 100, ""), kind % 100, kind // 100 in (3, 4))


def _points(plot: Plot) -> NDArray[np.float64]:
    return np.array([(one.first, one.second) for one in plot.corners]).reshape(-1, 2)


def kinds_of(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) by row 100 × what it is (0 unknown, 1 N E, 2 E N, 3 lat lon, 4 lon lat) plus the zone of its easting."""
    first, second = points.T
    north = [(one >= 1_000_000) & (one < 10_000_000) for one in (first, second)]
    bare = [np.where((one >= 13 * _ZONE) & (one < 46 * _ZONE), one % _ZONE, one) for one in (first, second)]
    east = [(one > _LEAST) & (one < _MOST) for one in bare]
    lon = [(one >= 73) & (one <= 136) for one in (first, second)]
    lat = [(one >= 3) & (one <= 54) for one in (first, second)]
    kinds = np.zeros(len(points), dtype=np.int64)
    for order, (a, b) in ((1, (0, 1)), (2, (1, 0))):
        chosen = north[a] & east[b]
        kinds[chosen] = 100 * order + (points[chosen, b] // _ZONE).astype(np.int64)
    kinds[lat[0] & lon[1]], kinds[lon[0] & lat[1]] = 300, 400
    return kinds


def _blame(plots: list[Plot], kinds: NDArray[np.int64], usual: int) -> None:
    edges = np.cumsum([0, *(len(plot.corners) for plot in plots)])
    for plot, start, end in zip(plots, edges, edges[1:], strict=False):
        other = np.flatnonzero(kinds[start:end] != usual)
        if len(other):
            plot.fault = _why(plot, other, kinds[start:end], usual)


def _why(plot: Plot, other: NDArray[np.int64], kinds: NDArray[np.int64], usual: int) -> str:
    lines = [plot.corners[row].line for row in other]
    named = "、".join(f"{line:,}" for line in lines[:_SHOWN]) + (f" 等 {len(lines):,}" if len(lines) > _SHOWN else "")
    one = plot.corners[other[0]]
    shown = f"({one.first:,.10g}, {one.second:,.10g})"
    odd = int(kinds[other[0]])
    if odd % 100 and usual % 100 and odd // 100 == usual // 100:
        return f"第 {named} 行的东坐标带号是 {odd % 100},其余行是 {usual % 100}:不能混用两个带,请换算到同一带。"
    if odd // 100 == usual // 100:
        return f"第 {named} 行的东坐标{'带有带号' if odd % 100 else '没有带号'},其余行相反:{shown},请统一。"
    if odd // 100 == 0:
        return f"第 {named} 行的坐标 {shown} 与其余行的大小不同:可能缺了数位或被截断,请改正。"
    return f"第 {named} 行的坐标 {shown} 是{_KINDS[odd // 100]},其余行是{_KINDS[usual // 100]}:请统一顺序。"

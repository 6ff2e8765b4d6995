"""A coordinate text as outlines: its plots as polygons, with what it says of its coordinate system."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely

from api.transfer.boundary.axes import NORTH_FIRST, Axes, axes_of
from api.transfer.boundary.header import Header
from api.transfer.boundary.plots import FIELDS, Plot, gathered, nothing
from api.transfer.boundary.ringed import end_checked, ringed
from api.transfer.boundary.rows import meant
from api.transfer.boundary.text import begun, decoded, plain
from api.transfer.faults import none_yet
from api.transfer.source import CLOSED, Content
from geo.lines.rings import nested, owners
from layers.crs import SIX_DEGREES, Coordinates, Geometries

DEGREES_TOLD = "坐标是度,按 CGCS2000(与 WGS84 相差不到 1 米)读取;取自高德、微信、百度地图的会偏几百米,请先纠正"
"""What is told of degrees that do not say their datum."""
_HEAD, _FIRST = 16_384, 40

__all__ = [
    "Boundary",
    "boundary_of",
    "content_of",
    "first_lines",
    "is_boundary",
    "order_told",
    "read_boundary",
    "shapes_of",
]


class Boundary(NamedTuple):
    """What a coordinate text holds. crs: what header and zone tell, None where neither does.

    plots: each with its rings or its fault. axes: which number is the northing; its order is '' where that is open.
    """

    name: str
    header: Header
    plots: list[Plot]
    axes: Axes
    crs: str | None
    notes: list[str]


def boundary_of(text: str, name: str = "坐标文本") -> Boundary:
    """The plots of a text; raises BadFile or BadCrs for one that holds none, or whose header contradicts its numbers.

    >>> rows = ["J1,1,3382000,38547000", "J2,1,3382000,38547100", "J3,1,3382100,38547100"]
    >>> found = boundary_of("\\n".join(rows))
    >>> found.axes.order, found.axes.zone, found.crs
    ('ne', 38, 'EPSG:4526')
    """
    written = plain(text)
    lines = gathered(written)
    axes = axes_of(lines.plots)
    ringed(lines)
    end_checked(lines, written)
    if not lines.plots:
        raise nothing(name)
    crs = lines.header.system(axes.zone or None, degrees=axes.degrees)
    return Boundary(name, lines.header, lines.plots, axes, crs, [*lines.notes, *_system_told(lines.header, axes, crs)])


def shapes_of(boundary: Boundary, order: str) -> tuple[Geometries, list[str]]:
    """(n,) a polygon of each plot with the easting first, None where it has a fault; and what was decided of its rings.

    order: 'ne' where the first number is the northing, else 'en'.
    """
    shapes, notes = np.full(len(boundary.plots), None, dtype=object), []
    for place, plot in enumerate(boundary.plots):
        if plot.fault:
            continue
        rings = [ring.points[:, ::-1] if order == NORTH_FIRST else ring.points for ring in plot.rings]
        shapes[place] = nested(rings)
        if len(rings) > 1:
            notes.append(_rings_told(plot, rings))
    return shapes, notes[:5] + ([f"另有 {len(notes) - 5:,} 个地块也有几圈"] if len(notes) > 5 else [])


def order_told(boundary: Boundary, order: str) -> str:
    """What was taken as the northing and what as the easting, and whether the text and the standard say so."""
    said = {one.said for plot in boundary.plots for one in plot.corners}
    north, east = ("纬度", "经度") if boundary.axes.degrees else ("北坐标", "东坐标")
    if said == {"xy"}:
        if order == NORTH_FIRST:
            return f"X 读作{north},Y 读作{east}"
        return f"X 读作{east},Y 读作{north}:与测绘标准(X 为北坐标)相反,按数值大小判断"
    if said == {"ne"}:
        if order == NORTH_FIRST:
            return f"按所写的{north}、{east}读取"
        return f"所写的{north}与{east}看来颠倒了,已按数值大小对调"
    if boundary.axes.degrees:
        return f"每行先{north}、后{east}" if order == NORTH_FIRST else f"每行先{east}、后{north}"
    if order == NORTH_FIRST:
        return "每行先北坐标(X)、后东坐标(Y),与标准一致"
    return "每行先东坐标、后北坐标:与标准(X 北坐标在前)相反,按数值大小判断"


def is_boundary(path: Path, *, encoding: str | None = None) -> bool:
    """Whether a file holds corners by rows, words around them or not, and is no table with a first row of titles."""
    lines = first_lines(path, encoding)
    if any(line.startswith("[") or line.endswith("@") for line in lines):
        return True
    return not _is_table(lines) and any(meant(line) for line in lines)


def first_lines(path: Path, encoding: str | None = None) -> list[str]:
    """Up to forty lines that a text begins with, made plain; empty ones are left out."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return [line.strip() for line in plain(begun(head, encoding)) if line.strip()][:_FIRST]


def _is_table(lines: list[str]) -> bool:
    """Whether the first line names as many columns as the next ones have."""
    if not lines or meant(lines[0]):
        return False
    apart = max(",;\t", key=lines[0].count)
    columns = lines[0].count(apart)
    return columns > 0 and all(line.count(apart) == columns for line in lines[1:4])


def read_boundary(path: Path, *, encoding: str | None = None) -> Content:
    """The plots of a file as rows, for imports; raises BadFile where it is none."""
    return content_of(boundary_of(decoded(path.read_bytes(), path.name, encoding), path.name))


def content_of(boundary: Boundary) -> Content:
    """The plots as rows: the columns of their heads, their polygons, and why each that cannot be taken cannot.

    Where numbers do not tell which is the northing, the standard's order holds: X, the northing, first.
    """
    order = boundary.axes.order or NORTH_FIRST
    shapes, notes = shapes_of(boundary, order)
    count = len(boundary.plots)
    fields = {name: none_yet(count) for name in FIELDS if any(name in plot.fields for plot in boundary.plots)}
    faults = none_yet(count)
    for place, plot in enumerate(boundary.plots):
        faults[place] = plot.fault
        for name, values in fields.items():
            values[place] = plot.fields.get(name)
    opened = sum(not ring.closed for plot in boundary.plots for ring in plot.rings)
    notes = [*boundary.notes, order_told(boundary, order), *notes]
    numbers = np.array([plot.line for plot in boundary.plots], dtype=np.int64)
    return Content(fields, shapes, faults, boundary.crs, notes, +Counter({CLOSED: opened}), numbers=numbers)


def _rings_told(plot: Plot, rings: list[Coordinates]) -> str:
    within = owners(np.array([shapely.Polygon(ring) for ring in rings], dtype=object))
    inside = int((within >= 0).sum())
    outside = len(rings) - inside
    which = f"地块 {plot.name} " if plot.name else ""
    parts = f"其中 {inside} 圈在别的圈内" if inside else "互不包含"
    return f"{which}有 {len(rings)} 圈,{parts}:按位置读作 {outside} 个部分" + (f"、{inside} 个内圈" if inside else "")


def _system_told(header: Header, axes: Axes, crs: str | None) -> list[str]:
    notes = []
    if crs and header.heard:
        lines = "、".join(f"{line:,}" for line in sorted(set(header.heard))[:3])
        said = "、".join(f"{name} {value}" for name, value in header.said.items())
        notes.append(f"坐标系取自第 {lines} 行的文字({said})")
    width = 6 if axes.zone in SIX_DEGREES else 3
    if axes.degrees and header.datum is None:
        notes.append(DEGREES_TOLD)
    elif crs and not header.said.get("坐标系") and axes.zone:
        notes.append(f"没有写明坐标系:东坐标前的带号 {axes.zone} 是{'三六'[width == 6]}度带,按 CGCS2000 读取")
    if header.width and axes.zone and header.width != width:
        notes.append(f"写明几度分带={header.width},但带号 {axes.zone} 属于 {width} 度带:按带号读取")
    return notes

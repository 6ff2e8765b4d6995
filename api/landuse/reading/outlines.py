"""The one door for outlines: a file, a pasted text or a GeoJSON, and what is said of it, become areas in metres.

The coordinate system is found in what was sent, or said with it, or asked for with candidates; it is never guessed.
Nothing is repaired here but rings left open: what crosses itself is for `geo.landuse.outline` to mend and tell.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.landuse.reading.geojson import parsed
from api.landuse.reading.sources import Raw, of_file, of_geojson, of_text
from api.landuse.reading.systems import (
    AskCrs,
    Candidate,
    Ground,
    candidates,
    check_datum,
    check_plain,
    named,
    system_name,
    turned,
)
from api.transfer.boundary.axes import EAST_FIRST, NORTH_FIRST
from api.transfer.boundary.reader import order_told
from api.transfer.faults import Faults, none_yet
from api.transfer.place import place
from api.transfer.repair import VERTEX_LIMIT, flattened
from api.transfer.source import Values, text_of
from layers.crs import STORED, Geometries, known, project
from layers.errors import BadFile, BadGeometry, BadInput, NotFound, TooLarge

__all__ = ["AskCrs", "Candidate", "Ground", "Read", "Said", "read_file", "read_geojson", "read_text", "row_of"]

_ROW = re.compile(r"第 ([\d,]+)")
_NAMES = (
    "地块名称", "项目名称", "名称", "name", "dkmc", "xmmc", "mc",
    "地块编号", "项目编号", "图斑编号", "宗地代码", "编号", "编码",
    "code", "dkbh", "xmbh", "tbbh", "zddm", "bh", "bsm", "id",
)  # fmt: skip
"""Columns that tell outlines apart, those with words first: without one, a row of a batch has its place only."""
_MOST_VERTICES = 10_000_000
_POLYGON = 3
_WHAT = {"Point": "点", "MultiPoint": "点", "LineString": "线", "MultiLineString": "线"}


class Said(NamedTuple):
    """What whoever sends an outline says of it.

    crs: code, PROJ string or the name of a local system. name: of the outline. layer_name, encoding: of the file.
    axes: 'ne' where the first number of a point is the northing, 'en' where it is the easting, '' not said.
    datum: 'gcj02' or 'bd09' where degrees are shifted. each: keep the reason of every row that cannot be read, and
    read the others, instead of refusing them all.
    """

    crs: str | None = None
    name: str = ""
    layer_name: str | None = None
    encoding: str | None = None
    axes: str = ""
    datum: str = "wgs84"
    each: bool = False


class Read(NamedTuple):
    """What was read.

    shapes: (n,) MultiPolygons in the metric system, closed but not repaired; None where there is a fault, which there
    is only where `Said.each` was said. names, numbers: what each is called, and its row or line. fields: the other
    columns. crs, crs_name: of the source; crs_how: 'found', 'said', 'configured' or 'fitted'. notes: sentences.
    """

    shapes: Geometries
    names: tuple[str, ...]
    numbers: tuple[int, ...]
    fields: dict[str, Values]
    faults: Faults
    crs: str
    crs_name: str
    crs_how: str
    notes: tuple[str, ...]
    source: str = ""


def read_file(path: Path, said: Said, ground: Ground) -> Read:
    """The outlines of a file of any kind that is known; raises BadFile, BadInput, AskCrs, TooLarge or NotFound."""
    if not path.exists():
        raise NotFound(f"没有文件 {path}:请检查路径。")
    return _read(of_file(path, layer_name=said.layer_name, encoding=said.encoding), said, ground)


def read_text(text: str, said: Said, ground: Ground) -> Read:
    """The outlines of a pasted text: corners by rows, GeoJSON or WKT; raises as `read_file` does.

    >>> rows = "1 30.55 114.49\\n2 30.55 114.50\\n3 30.56 114.50"
    >>> from layers.crs import METRIC_DEFAULT, area_of_use
    >>> found = read_text(rows, Said(), Ground(METRIC_DEFAULT, area_of_use(METRIC_DEFAULT)))
    >>> found.crs, round(found.shapes[0].area, -3)
    ('EPSG:4490', 532000.0)
    """
    return _read(of_text(text, "粘贴的文本"), said, ground)


def read_geojson(geometry: Any, said: Said, ground: Ground) -> Read:
    """The outlines of GeoJSON that was parsed; raises as `read_file` does."""
    return _read(of_geojson(parsed(geometry), "GeoJSON"), said, ground)


def row_of(message: str) -> int | None:
    """The row or line that a refusal names first, None where it names none.

    >>> row_of("第 1,012 行的坐标 'x' 不是数字"), row_of("是空的")
    (1012, None)
    """
    found = _ROW.search(message)
    return (
        int(found[1].replace(",", ""))
        if found and message[found.end() :].lstrip("、0123456789, 等至").startswith("行")
        else None
    )


def _read(raw: Raw, said: Said, ground: Ground) -> Read:
    shapes, faults, notes = _areas(raw)
    if not len(shapes):
        raise BadFile(f"{raw.source}里没有任何图形:请给出面状范围。")
    _check_faults(faults, raw, said)
    present = np.array([fault is None for fault in faults], dtype=bool)
    shapes[~present] = None
    if said.axes not in ("", NORTH_FIRST, EAST_FIRST):
        raise BadInput(f"不认识坐标顺序 {said.axes[:20]!r}:ne 为先北后东,en 为先东后北。")
    crs, how = _system(raw, shapes, said, ground, notes)
    check_datum(crs)
    axes = _axes(raw, shapes, crs, said, ground, notes)
    if raw.boundary:
        notes.append(order_told(raw.boundary, axes))
    elif axes == NORTH_FIRST:
        notes.append("图形的坐标先北后东,已对调为先东后北")
    placed = place(turned(shapes, axes), crs, bounds=ground.bounds, datum=said.datum)
    late = placed.faults
    faults[present] = late[present]
    _check_faults(faults, raw, said)
    metric = project(placed.geometries, STORED, ground.metric_crs)
    notes = [*raw.notes, *notes, *placed.notes, *_declared(raw, metric)]
    return Read(
        metric, _names(raw, said), tuple(raw.numbers), raw.fields, faults,
        crs, system_name(crs, ground), how, tuple(notes), raw.source,
    )  # fmt: skip


def _areas(raw: Raw) -> tuple[Geometries, Faults, list[str]]:
    """The shapes as MultiPolygons in two dimensions, the reason where one is no area, and what was left out."""
    with np.errstate(invalid="ignore"):  # numbers that are none are found just below
        shapes, dropped = flattened(raw.shapes)
    _check_size(raw, shapes)
    faults = raw.faults.copy()
    points, rows = shapely.get_coordinates(shapes, return_index=True)
    for row in np.unique(rows[~np.isfinite(points).all(axis=1)]):
        faults[row] = faults[row] or f"{_row(raw, row)}的坐标含有无穷大或非数字:请改正。"
    apart = 0
    for row, shape in enumerate(shapes):
        if faults[row] is None:
            shapes[row], faults[row], others = _area(shape, _row(raw, row))
            apart += others
    notes = [f"{what} {count} 处" for what, count in dropped.items()]
    return shapes, faults, notes + ([f"面之外的点、线 {apart} 个未读取"] if apart else [])


def _check_size(raw: Raw, shapes: Geometries) -> None:
    counts = shapely.get_num_coordinates(shapes)
    if counts.size and counts.max() > VERTEX_LIMIT:
        row = int(np.argmax(counts))
        raise TooLarge(f"{_row(raw, row)}有 {counts[row]:,} 个顶点,上限 {VERTEX_LIMIT:,}:请先简化或切分。")
    if counts.sum() > _MOST_VERTICES:
        raise TooLarge(f"{raw.source}共有 {counts.sum():,} 个顶点,上限 {_MOST_VERTICES:,}:请拆成几个文件。")


def _area(shape: BaseGeometry | None, which: str) -> tuple[BaseGeometry | None, str | None, int]:
    """The polygons of a shape as one, or why there are none; and how many other parts it has."""
    if shape is None or shape.is_empty:
        return None, f"{which}没有图形:请给出面。", 0
    parts = shapely.get_parts(shapely.get_parts(shape))
    polygons = parts[(shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)]
    if not len(polygons):
        what = _WHAT.get(shape.geom_type, "没有面的集合")
        return None, f"{which}是{what},不是面:请在源软件里闭合成面再给出。", 0
    return shapely.MultiPolygon(list(polygons)), None, len(parts) - len(polygons)


def _row(raw: Raw, row: int) -> str:
    return f"第 {raw.numbers[row]:,} {'行' if raw.boundary else '条'}"


def _check_faults(faults: Faults, raw: Raw, said: Said) -> None:
    """Raise BadGeometry with the first reason; where each is to be kept, only if none is left."""
    wrong = [row for row, fault in enumerate(faults) if fault is not None]
    if not wrong or (said.each and len(wrong) < len(faults)):
        return
    first = str(faults[wrong[0]])
    where = "" if row_of(first) or first.startswith("第 ") else f"{_row(raw, wrong[0])}:"
    more = f"(共 {len(wrong):,} 处)" if len(wrong) > 1 else ""
    raise BadGeometry(f"{where}{first.rstrip('。')}{more}。")


def _system(raw: Raw, shapes: Geometries, said: Said, ground: Ground, notes: list[str]) -> tuple[str, str]:
    """The system and how it is known; raises AskCrs where nothing tells."""
    if said.crs:
        crs, how = named(said.crs, ground)
        if raw.crs and not known(crs).equals(known(raw.crs), ignore_axis_order=True):
            notes.append(f"{raw.source}自称坐标系 {system_name(raw.crs)},以所说的 {system_name(crs, ground)} 为准")
        return crs, how
    if raw.crs:
        check_plain(raw.crs)
        return raw.crs, "found"
    local = raw.boundary.header.datum if raw.boundary else None
    if local and local != "CGCS2000":
        for name, definition in ground.local.items():
            if name.replace(" ", "") in local.replace(" ", ""):
                return definition, "configured"
    offered = candidates(shapes, said.axes or raw.axes, ground)
    told = f"写明坐标系 {local[:40]!r},本平台不认识" if local and local != "CGCS2000" else "没有说明坐标系"
    choices = ";".join(f"{one.crs if one.crs not in ground.local.values() else one.name}({one.why})" for one in offered)
    remedy = f"请用 --crs 选定其一:{choices}"
    if not any(one.inside for one in offered):
        nearest = f"(最近的是 {choices})" if offered else ""
        remedy = f"按哪个已知的坐标系都不落在部署范围内{nearest},请用 --crs 给出坐标系"
    raise AskCrs(f"{raw.source}{told}:{remedy}。", offered)


def _axes(raw: Raw, shapes: Geometries, crs: str, said: Said, ground: Ground, notes: list[str]) -> str:
    """Which number of a point comes first: said, told by the numbers, or by what lies within the bounds; else asked.

    Where both orders lie within the bounds, but one alone at the data, it is that one, and notes tell so.
    """
    if said.axes:
        return said.axes
    first = raw.axes or NORTH_FIRST
    other = EAST_FIRST if first == NORTH_FIRST else NORTH_FIRST
    if (crs == raw.crs and raw.axes) or (raw.axes and _lies_inside(shapes, first, crs, ground)):
        return first
    fitting = [order for order in (first, other) if _lies_inside(shapes, order, crs, ground)]
    if len(fitting) < 2:
        return fitting[0] if fitting else first
    offered = candidates(shapes, "", ground, [crs])
    near = [one for one in offered if one.near]
    if len(near) == 1:
        lon, lat = next(one.centre for one in offered if not one.near)
        notes.append(f"两种坐标顺序都在部署范围内:取落在现有数据处的一种,另一种在 ({lon:.4f}, {lat:.4f})")
        return near[0].axes
    raise AskCrs(f"{raw.source}的坐标先北后东、先东后北都在部署范围内:请用 --axes ne(先北)或 en(先东)说明。", offered)


def _lies_inside(shapes: Geometries, axes: str, crs: str, ground: Ground) -> bool:
    west, south, east, north = shapely.total_bounds(shapes)
    corners = np.array([shapely.MultiPoint([(west, south), (west, north), (east, south), (east, north)])], dtype=object)
    return not any(place(turned(corners, axes), crs, bounds=ground.bounds).faults)


def _names(raw: Raw, said: Said) -> tuple[str, ...]:
    columns = {str(name).casefold(): name for name in raw.fields}
    column = next((columns[name] for name in _NAMES if name in columns), None)
    values = raw.fields[column] if column else none_yet(len(raw.shapes))
    if said.name and len(raw.shapes) == 1:
        return (said.name,)
    return tuple(text_of(value) for value in values)


def _declared(raw: Raw, metric: Geometries) -> list[str]:
    """How the areas that the heads of plots declare differ from those of their corners."""
    notes = []
    for row, plot in enumerate(raw.boundary.plots if raw.boundary else []):
        text = plot.fields.get("地块面积", "")
        if metric[row] is None or not re.fullmatch(r"\d+(?:\.\d+)?", text) or not float(text):
            continue
        area_m2, said = float(metric[row].area), float(text)
        units = {"公顷": said * 10_000, "平方米": said, "亩": said * 2000 / 3}
        unit = min(units, key=lambda one: abs(units[one] - area_m2))
        if abs(units[unit] - area_m2) > max(1.0, 0.001 * area_m2):
            which = f"地块 {plot.name}" if plot.name else f"第 {plot.line:,} 行的地块"
            notes.append(
                f"{which}声明面积 {text},按坐标算得 {area_m2 / 10_000:,.4f} 公顷({area_m2:,.1f} 平方米),两者不符"
            )
    return notes[:10]

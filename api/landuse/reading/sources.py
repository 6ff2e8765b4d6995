"""What kind of thing an outline was sent as, and its shapes as they were written: before any system is decided."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from api.landuse.reading.geojson import Parsed, text_parsed
from api.transfer.boundary.axes import EAST_FIRST, kinds_of, of_kind
from api.transfer.boundary.reader import DEGREES_TOLD, Boundary, boundary_of, first_lines, shapes_of
from api.transfer.boundary.rows import titles
from api.transfer.boundary.text import decoded
from api.transfer.delimited import WKT
from api.transfer.faults import Faults, none_yet
from api.transfer.source import CLOSED, Values, name_key, text_of
from api.transfer.wkt import from_wkt
from layers.crs import STORED, Geometries, gauss_kruger
from layers.errors import BadFile, BadGeometry

__all__ = ["Raw", "of_file", "of_geojson", "of_text"]

_TEXTS = (".txt", ".csv", ".tsv", ".dat")
_WORKBOOK = ".xlsx"
_WKT = re.compile(
    r"\s*(?:SRID=(\d+);)?\s*((?:MULTI)?POLYGON|(?:MULTI)?LINESTRING|(?:MULTI)?POINT|GEOMETRYCOLLECTION)\b", re.I
)


class Raw(NamedTuple):
    """Shapes as they were written. axes: of their points, '' where open. boundary: of a coordinate text."""

    shapes: Geometries
    fields: dict[str, Values]
    numbers: list[int]
    faults: Faults
    crs: str | None
    axes: str
    notes: list[str]
    source: str
    boundary: Boundary | None = None


def of_file(path: Path, *, layer_name: str | None = None, encoding: str | None = None) -> Raw:
    """The shapes of a file; raises as `read_source` does."""
    # What reads geographic files, which no start of the server waits for.

    kind = path.suffix.lower()
    from api.transfer.read import Reading, check_drawing, read_source  # at import it would load what only files need

    check_drawing(path)
    if kind in _TEXTS and path.is_file() and _lists_corners(path, encoding):
        return of_text(decoded(path.read_bytes(), path.name, encoding), path.name)
    if kind == _WORKBOOK and path.is_file() and (text := _sheet_text(path)):
        return of_text(text, path.name)
    source = read_source(path, Reading(layer_name, encoding, asks=True))
    faults = source.faults.copy()
    axes, crs, notes = EAST_FIRST, source.crs, list(source.notes)
    if crs is None:
        axes, crs = _by_numbers(source.geometries, source.numbers, notes)
    return Raw(
        source.geometries, dict(source.fields), source.numbers.tolist(), faults, crs, axes,
        [*notes, *(f"{what} {count} 处" for what, count in source.repairs.items())], path.name,
    )  # fmt: skip


def _lists_corners(path: Path, encoding: str | None) -> bool:
    """Whether a text has a corner in each row, and not one area, as a table with a column of WKT has."""
    first = next(iter(first_lines(path, encoding)), "")
    return not any(name_key(name) in WKT for name in re.split("[,;\t]", first))


def _sheet_text(path: Path) -> str | None:
    """The first sheet of a workbook as a text, where its titles are those of corners."""

    from api.transfer.workbook import read_workbook

    table = read_workbook(path)
    head = "\t".join(re.sub(r"\s", "", name) for name in table.fields)
    if titles(head) is None:
        return None
    columns = [[re.sub(r"\s", "", text_of(value)) or "-" for value in values] for values in table.fields.values()]
    return "\n".join([head, *("\t".join(row) for row in zip(*columns, strict=True))])


def _by_numbers(shapes: Geometries, numbers: NDArray[np.int64], notes: list[str]) -> tuple[str, str | None]:
    """The order of the numbers of points, and the system by the zone before their eastings, or as degrees.

    Where they do not all tell the same, or nothing, the order is '' and the system None.
    """
    points, rows = shapely.get_coordinates(shapes, return_index=True)
    if not np.isfinite(points).all():
        return "", None  # which is found, and said, with the row
    kinds = kinds_of(points)
    found = np.unique(kinds)
    axes = [of_kind(int(kind)) for kind in found]
    zones = {one.zone for one in axes if one.order}
    if len(zones) > 1:
        other = numbers[np.unique(rows[kinds % 100 == min(zones)])]
        named = "、".join(str(one) for one in other[:8])
        told = "、".join(str(zone) if zone else "无带号" for zone in sorted(zones))
        raise BadGeometry(f"各图形东坐标的带号不同({told}):第 {named} 条与其余的不在同一带,请换算到同一带。")
    if len(found) != 1 or not axes[0].order:
        return "", None
    if axes[0].degrees:
        notes.append(DEGREES_TOLD)
        return axes[0].order, STORED
    return axes[0].order, gauss_kruger(axes[0].zone, prefixed=True) if axes[0].zone else None


def of_text(text: str, name: str) -> Raw:
    """The shapes of a text: corners by rows, GeoJSON or WKT; raises BadFile for one that is none of these."""
    start = text.lstrip("\ufeff \t\r\n")
    if not start:
        raise BadFile(f"{name}是空的:请粘贴坐标,每行一点,如 J1,1,3382099.123,547834.456。")
    if start.startswith(("{", "[{")):
        return of_geojson(text_parsed(start), name)
    if mark := _WKT.match(start):
        return _of_wkt(start, mark, name)
    boundary = boundary_of(text, name)
    shapes, notes = shapes_of(boundary, EAST_FIRST)
    faults = none_yet(len(shapes))
    faults[:] = [plot.fault for plot in boundary.plots]
    columns = {column for plot in boundary.plots for column in plot.fields}
    fields = {column: none_yet(len(shapes)) for column in sorted(columns)}
    for column, values in fields.items():
        values[:] = [plot.fields.get(column) for plot in boundary.plots]
    numbers = [plot.line for plot in boundary.plots]
    notes = [*boundary.notes, *notes]
    return Raw(shapes, fields, numbers, faults, boundary.crs, boundary.axes.order, notes, name, boundary)


def of_geojson(given: Parsed, name: str) -> Raw:
    """The shapes of GeoJSON."""
    columns = {str(column): None for one in given.properties for column in one}
    fields = {column: none_yet(len(given.shapes)) for column in columns}
    for column, values in fields.items():
        values[:] = [one.get(column) for one in given.properties]
    notes = [f"{CLOSED} {given.closed} 处"] if given.closed else []
    numbers = list(range(1, len(given.shapes) + 1))
    return Raw(given.shapes, fields, numbers, given.faults.copy(), given.crs, EAST_FIRST, notes, name)


def _of_wkt(text: str, mark: re.Match[str], name: str) -> Raw:
    body = text[mark.start(2) :].strip().rstrip(";")
    shapes, closed = from_wkt(np.array([body], dtype=object))
    if shapes[0] is None:
        raise BadFile(f"看不懂 WKT {body[:40]!r}:请核对括号与坐标,可能被截断或嵌套太深。")
    crs = f"EPSG:{mark[1]}" if mark[1] else None
    axes, notes = EAST_FIRST, [f"{CLOSED} 1 处"] if closed[0] else []  # type: tuple[str, list[str]]
    if crs is None:
        axes, crs = _by_numbers(shapes, np.array([1]), notes)
    return Raw(shapes, {}, [1], none_yet(1), crs, axes, notes, name)

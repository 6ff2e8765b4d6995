"""The areas that a DXF's closed lines bound, one layer of it; what else is in it is counted and told.

GDAL's driver does: it draws bulges, arcs and blocks, and reads all versions of the text format; what it lacks (bounds
for blocks in blocks, encodings, closing) is here. ezdxf would be a second reader of 5 MB, ten times slower on large
drawings, and gain none of these.
"""

import tempfile
import threading
import warnings
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from api.transfer.boundary.axes import EAST_FIRST, kinds_of, of_kind
from api.transfer.dxf.tags import Drawing, plain_copy
from api.transfer.faults import none_yet
from api.transfer.source import Content
from api.transfer.vector import SeveralLayers, parsed
from geo.lines.closing import Closed, closed
from geo.lines.rings import nested
from layers.crs import Geometries, gauss_kruger
from layers.errors import BadFile

__all__ = ["SNAP_M", "read_dxf"]

SNAP_M = 0.05
"""Ends of lines so near to one another are one, which is told."""
ARC_STEP_DEG = 0.25
"""A piece of an arc is drawn as one straight edge: of a circle's area 3 millionths are lost."""
_MILLIMETRES = 4
_ARC_OPTION = "OGR_ARC_STEPSIZE"
_ONE_AT_A_TIME = threading.Lock()
_REMEDY = "请在 CAD 里用 PEDIT 的“闭合”或 BOUNDARY(边界)做成闭合的多段线,再另存为 DXF"
_NAMES = {"TEXT": "文字", "MTEXT": "文字", "POINT": "点", "DIMENSION": "标注", "HATCH": "填充", "LEADER": "引线",
          "MULTILEADER": "引线", "IMAGE": "图像", "3DFACE": "三维面", "SOLID": "实体填充"}  # fmt: skip
_POLYGON, _LINES = 3, (1, 2)


class _Drawn(NamedTuple):
    """The pieces of a drawing: (n,) shapes in two dimensions, the layer of each, and how many lie in paper space."""

    shapes: Geometries
    layers: NDArray[np.object_]
    paper: int


class _Areas(NamedTuple):
    """The areas of one layer, and what is told of them."""

    shapes: list[shapely.MultiPolygon]
    closed: Closed
    filled: int


def read_dxf(path: Path, *, layer_name: str | None = None) -> Content:
    """The areas of the one layer of a drawing that has closed lines, or of the named one: rows without a system.

    A ring within another is a hole in it. Raises BadFile for a broken drawing or one without closed lines, BadInput
    where the layer is unclear, TooLarge for one too large.
    """
    with tempfile.TemporaryDirectory(prefix="huashan-dxf-") as folder:
        copy = Path(folder) / "drawing.dxf"
        drawing = plain_copy(path, copy)
        drawn, told = _drawn(copy, drawing, path.name)
    by_layer = {str(name): _areas(drawn.shapes[drawn.layers == name]) for name in sorted(set(drawn.layers.tolist()))}
    chosen = _chosen(by_layer, layer_name, path.name)
    areas = by_layer[chosen]
    shapes = np.array(areas.shapes, dtype=object)
    count = len(shapes)
    layer = none_yet(count)
    layer[:] = chosen
    notes = [*told, *_told(chosen, areas), *_left_out(drawing, drawn)]
    return Content({"图层": layer}, shapes, none_yet(count), _zone(shapes), notes, Counter())


def _drawn(copy: Path, drawing: Drawing, name: str) -> tuple[_Drawn, list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        meta, _, wkb, data = _read(copy, name)
    shapes, _, _ = parsed(wkb)
    fields = {str(field): column for field, column in zip(meta["fields"], data, strict=True)}
    names = np.array([drawing.text(str(one)) for one in fields["Layer"]], dtype=object)
    paper = np.array([one is not None and one == 1 for one in fields["PaperSpace"]], dtype=bool)
    kept = np.flatnonzero(~shapely.is_missing(shapes) & ~paper)
    parts, first = shapely.get_parts(shapely.force_2d(shapes[kept]), return_index=True)
    parts, second = shapely.get_parts(parts, return_index=True)
    told = sorted({f"读取时 GDAL 提示:{one.message}" for one in caught})
    return _Drawn(parts, names[kept][first[second]], int(paper.sum())), told


def _read(copy: Path, name: str) -> Any:  # pyogrio has no types
    with _ONE_AT_A_TIME:  # the option is of the whole process
        pyogrio.set_gdal_config_options({_ARC_OPTION: str(ARC_STEP_DEG)})
        try:
            return pyogrio.raw.read(copy)
        except (DataSourceError, DataLayerError, FeatureError, ValueError) as error:
            raise BadFile(f"读不出 {name}:不是 DXF 或已损坏,请在 CAD 里另存为 DXF 再试。") from error
        finally:
            pyogrio.set_gdal_config_options({_ARC_OPTION: None})


def _areas(shapes: Geometries) -> _Areas:
    """What the lines of a layer bound; what is filled counts only where no line bounds anything."""
    kinds = shapely.get_type_id(shapes)
    lines = [shapely.get_coordinates(one) for one in shapes[np.isin(kinds, _LINES) & ~shapely.is_empty(shapes)]]
    found = closed([line for line in lines if np.isfinite(line).all()], SNAP_M)
    rings = [ring for ring in found.rings if len(np.unique(ring, axis=0)) > 2]
    filled = shapes[kinds == _POLYGON]
    if not rings:
        rings = [shapely.get_coordinates(ring) for one in filled for ring in (one.exterior, *one.interiors)]
    parts = [shapely.MultiPolygon([part]) for part in nested(rings).geoms] if rings else []
    return _Areas(parts, found, len(filled))


def _chosen(by_layer: dict[str, _Areas], wanted: str | None, name: str) -> str:
    having = {layer: areas for layer, areas in by_layer.items() if areas.shapes}
    listed = "、".join(f"{layer}({len(areas.shapes)} 个面)" for layer, areas in having.items())
    if not having:
        opened = [gap for areas in by_layer.values() for gap in areas.closed.left_gap_m if gap > 0]
        told = f"(有 {len(opened):,} 条不闭合的线,最小缺口 {min(opened):,.3f} 米)" if opened else ""
        raise BadFile(f"{name} 里没有闭合的线{told}:{_REMEDY}。")
    if wanted is not None and wanted not in having:
        why = "里没有闭合的线" if wanted in by_layer else "不存在"
        raise SeveralLayers(f"{name} 的图层 {wanted!r} {why}:有闭合线的图层为 {listed}。", list(having))
    if wanted is None and len(having) > 1:
        raise SeveralLayers(
            f"{name} 里有 {len(having)} 个图层有闭合的线:请用 --layer-name 选定其一:{listed}。", list(having)
        )
    return wanted or next(iter(having))


def _told(layer: str, areas: _Areas) -> list[str]:
    holes = sum(len(part.interiors) for one in areas.shapes for part in one.geoms)
    notes = [f"取图层 {layer}:{len(areas.shapes)} 个面"]
    if holes:
        notes.append(f"有 {holes} 圈在别的圈内,读作扣除的内圈;若不应扣除,请删去内圈")
    joined = [(len(lines), gap) for lines, gap in zip(areas.closed.members, areas.closed.gap_m, strict=True)]
    if several := [count for count, _ in joined if count > 1]:
        notes.append(f"{sum(several):,} 条线首尾相接成 {len(several):,} 圈")
    if len(joined) and max(gap for _, gap in joined) > 0:
        notes.append(f"端点间的缺口至多 {max(gap for _, gap in joined):.3f} 米(容差 {SNAP_M} 米),已接上")
    left = areas.closed.left_gap_m
    if len(left):
        notes.append(f"该图层另有 {len(left):,} 条线没有闭合,未读取(最小缺口 {left.min():,.3f} 米)")
    return notes


def _left_out(drawing: Drawing, drawn: _Drawn) -> list[str]:
    counts: Counter[str] = Counter()
    for kind, count in drawing.counts.items():
        if kind in _NAMES:
            counts[_NAMES[kind]] += count
    notes = [f"未读取{what} {count:,} 处" for what, count in counts.items()]
    if drawn.paper:
        notes.append(f"未读取图纸空间(布局)里的图元 {drawn.paper:,} 个")
    if drawing.curves:
        notes.append(f"图中有弧线 {drawing.curves:,} 段,弧按每 {ARC_STEP_DEG}° 一折读取")
    if drawing.units == _MILLIMETRES:
        notes.append("图形单位写明为毫米,坐标仍按米读取:若坐标确是毫米,请先缩放 0.001")
    return notes


def _zone(shapes: Geometries) -> str | None:
    """The system of eastings that have the number of their zone before them, all the same; else None."""
    points = shapely.get_coordinates(shapes)
    kinds = np.unique(kinds_of(points))
    axes = of_kind(int(kinds[0])) if len(kinds) == 1 else None
    return gauss_kruger(axes.zone, prefixed=True) if axes and axes.zone and axes.order == EAST_FIRST else None

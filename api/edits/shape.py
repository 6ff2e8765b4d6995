"""The shape of a feature as it is sent: read, looked at where it was sent, and brought to where tables hold shapes."""

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.answers.wording import shown
from api.features.systems import System
from api.transfer.place import place
from api.transfer.repair import VERTEX_LIMIT, flattened, repair
from layers.crs import Bounds
from layers.errors import BadGeometry

__all__ = ["Ground", "Shaped", "alike", "in_request", "shaped"]

_KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
_ALIKE_DEG = 2e-9
"""Two tenths of a millimetre: what is read is rounded to half of one, and has not been moved when it comes back."""
_PLACE = re.compile(r"\[(\S+) (\S+)\]")
_REASONS = {
    "Self-intersection": "自相交",
    "Ring Self-intersection": "环自相交",
    "Hole lies outside shell": "洞在外环之外",
    "Holes are nested": "洞中有洞",
    "Interior is disconnected": "内部不连通",
    "Nested shells": "部件互相包含",
    "Duplicate Rings": "环重复",
    "Too few points in geometry component": "环的点太少",
}
_MEND = "请改好,或在网址后加 ?repair=true 由平台修复"
_REMEDIES = (
    (re.compile(r"请用 --crs 给出真实坐标系"), "请在请求头 Content-Crs 中给出真实坐标系"),
    (re.compile(r"请用 --crs (EPSG:\d+)"), r"请在请求头 Content-Crs 中给出 \1"),
    (re.compile(r"请用 --map 或 --set 给出"), "请在 properties 中给出"),
    (re.compile(r"请用 --valid-from 指明生效日期"), "请换一个编码,或改有效期 valid_from、valid_to"),
    (re.compile(r"请先\(或同时\)导入上级网格"), "请先新增上级网格"),
)
"""What someone at the command line would do, and what whoever sends a request does instead."""


class Ground(NamedTuple):
    """Where shapes come from and have to lie: their system, the deployment's bounds, and the kinds of the layer."""

    system: System
    bounds: Bounds
    kinds: frozenset[str]


class Shaped(NamedTuple):
    """A shape as tables hold it, and what had to be done for that."""

    geometry: BaseGeometry
    notes: Sequence[str]


def shaped(sent: Any, ground: Ground, *, mend: bool) -> Shaped:
    """The shape of a GeoJSON geometry. mend: whether what crosses itself is repaired instead of refused.

    One part is wrapped where the layer has several, and heights are dropped. Raises BadGeometry, which says where it is
    wrong and what to do.
    """
    read = _read(sent)
    count = int(shapely.get_num_coordinates(read))
    if count > VERTEX_LIMIT:
        raise BadGeometry(f"图形有 {count:,} 个顶点,超过上限 {VERTEX_LIMIT:,}:请先简化或切分。")
    flat, dropped = flattened(np.array([read], dtype=object))
    if not mend:
        _check_valid(flat[0])
    ordered = np.asarray(shapely.transform(flat, lambda xy: xy[:, ::-1]) if ground.system.north_first else flat)
    placed = place(ordered, ground.system.code, bounds=ground.bounds)
    if placed.faults[0] is not None:
        raise BadGeometry(_in_order(str(placed.faults[0]), ground.system))
    mended = repair(placed.geometries, ground.kinds)
    if mended.faults[0] is not None:
        raise BadGeometry(f"{mended.faults[0]}:请改正。")
    if not mend:
        _check_valid(placed.geometries[0])
    changes = [f"{what} {times} 处" for what, times in (dropped + mended.repairs).items()]
    return Shaped(mended.geometries[0], [*placed.notes, *changes])


def alike(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two stored shapes are the same, vertex for vertex, but for the rounding of answers."""
    return bool(shapely.equals_exact(one, other, tolerance=_ALIKE_DEG))


def in_request(sentence: str) -> str:
    """A sentence of an import, with what to do in a request instead of at the command line.

    >>> in_request("缺少必填字段 kind:请用 --map 或 --set 给出")
    '缺少必填字段 kind:请在 properties 中给出'
    """
    for wording, instead in _REMEDIES:
        sentence = wording.sub(instead, sentence)
    return sentence


def _read(sent: Any) -> BaseGeometry:
    if sent is None:
        raise BadGeometry("没有图形:请在 geometry 中给出。")
    kind = sent.get("type") if isinstance(sent, dict) else sent
    if not isinstance(sent, dict) or kind not in _KINDS:
        raise BadGeometry(f"geometry 看不懂({shown(kind)}):应为 GeoJSON 的 {'、'.join(_KINDS)}。")
    try:
        text = json.dumps({"type": kind, "coordinates": sent.get("coordinates")}, allow_nan=False)
    except ValueError:
        raise BadGeometry("坐标含有无穷大或非数字:请改正。") from None
    try:
        geometry = shapely.from_geojson(text)
    except shapely.errors.ShapelyError as error:
        raise BadGeometry(f"geometry 不是合法的 {kind}({_why(error)}):请核对坐标的层数、个数与环是否闭合。") from None
    if geometry.is_empty:
        raise BadGeometry("图形为空:请给出坐标。")
    return geometry


def _why(error: Exception) -> str:
    told = str(error)
    return "环没有闭合" if "closed linestring" in told else "环或线的点太少" if "points" in told.lower() else "坐标不对"


def _check_valid(geometry: BaseGeometry) -> None:
    """Raises BadGeometry for an area that is not valid, saying where, in the numbers and the order that were sent."""
    if geometry.is_valid or geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return
    told = shapely.is_valid_reason(geometry)
    found = _PLACE.search(told)
    why = _REASONS.get(told.partition("[")[0].strip(), told.partition("[")[0].strip())
    at = f"在 ({float(found[1]):.10g}, {float(found[2]):.10g}) 处" if found else ""
    raise BadGeometry(f"图形不是有效的面:{at}{why}。{_MEND}。")


def _in_order(sentence: str, system: System) -> str:
    if "颠倒" in sentence and system.north_first:
        axes = "先纬度后经度" if system.degrees else "先北后东"
        return f"坐标看起来次序颠倒:坐标系 {system.code} 的坐标{axes},请对调;经度在前的度是 CRS84,可不写 Content-Crs。"
    return f"{in_request(sentence)}。"

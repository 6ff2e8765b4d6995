"""Outlines (范围) made fit for checks: repaired, with every repair told, and written in one canonical way."""

from typing import NamedTuple

import numpy as np
import shapely

from geo.landuse.area import areas_m2
from geo.landuse.tangle import MOST_CROSSINGS, crossings, wound
from layers.crs import Geometries
from layers.errors import BadGeometry, TooLarge

__all__ = ["Outline", "outline_of"]

POLYGON, MULTIPOLYGON = shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON
FAR = "范围里有不是数的坐标,或超出了坐标系的范围:请检查坐标与坐标系。"
MOST_M = 10_000_000.0
"""A longer outline is no piece of land."""
SPECK_M2 = 1e-4
"""Parts that a repair leaves and that are smaller than this (1 cm square) come of rounding."""


class Outline(NamedTuple):
    """A valid multipolygon in metres, canonical: the same outline given in another way is equal to the last bit.

    drawn: the same area with its parts and vertices in the order given (after a repair, as that left them). repairs: a
    Chinese sentence for each; vertices: without the closing ones.
    """

    shape: shapely.MultiPolygon
    drawn: shapely.MultiPolygon
    repairs: tuple[str, ...]
    parts: int
    holes: int
    vertices: int
    area_m2: float
    perimeter_m: float


def outline_of(shape: shapely.Geometry, system: str) -> Outline:
    """The outline of a polygon, a multipolygon or a collection of them, in metres of a metric system; repaired.

    Rings that cross themselves keep what they enclose, as parts (a bow-tie becomes two triangles); parts that overlap
    are joined, a hole outside of its part becomes one of its own. Raises BadGeometry for what is empty, has no area or
    is not finite or crosses itself everywhere, TooLarge for what is longer than 10,000 km.

    >>> bow_tie = shapely.Polygon([(0, 3_380_000), (100, 3_380_100), (100, 3_380_000), (0, 3_380_100)])
    >>> found = outline_of(shapely.affinity.translate(bow_tie, 545_000), "EPSG:4547")
    >>> found.parts, round(found.area_m2), found.repairs[0][:7]
    (2, 5000, '范围自相交,已')
    >>> outline_of(shapely.Point(0, 0), "EPSG:4547")
    Traceback (most recent call last):
    layers.errors.BadGeometry: 范围是 Point,不是面:请给出首尾闭合、至少三个顶点的面。
    """
    given = _areal(shape)
    if (length_m := float(shapely.length(given))) > MOST_M:
        raise TooLarge(
            f"范围的边界长 {length_m / 1000:,.0f} km,超过 {MOST_M / 1000:,.0f} km:请检查坐标系与坐标的单位。"
        )
    _check_tangled(given)
    repairs: list[str] = []
    whole = given
    if not shapely.is_valid(whole):
        whole, told = _repaired(whole, system)
        repairs.append(told)
    if not (len(parts := shapely.get_parts(whole)) and shapely.area(whole) > SPECK_M2):
        raise BadGeometry("范围没有面积:顶点重合或在一条直线上,请检查坐标。")
    canonical = shapely.normalize(shapely.orient_polygons(whole))
    holes = int(shapely.get_num_interior_rings(parts).sum())
    vertices = int(shapely.get_num_coordinates(canonical)) - len(parts) - holes
    area_m2 = float(areas_m2(np.array([canonical]), system)[0])
    if not np.isfinite(area_m2):
        raise BadGeometry(FAR)
    perimeter_m = float(shapely.length(canonical))
    return Outline(canonical, whole, tuple(repairs), len(parts), holes, vertices, area_m2, perimeter_m)


def _check_tangled(given: shapely.MultiPolygon) -> None:
    """Raises BadGeometry for what nobody drew and no overlay would end on."""
    if wound(given):
        raise BadGeometry("范围的边互相缠绕(太多的边挤在同一处):请检查顶点的顺序,或简化后再试。")
    if not shapely.is_valid(given) and crossings(given) > MOST_CROSSINGS:
        raise BadGeometry(f"范围自相交超过 {MOST_CROSSINGS:,} 处,修复不了:请检查顶点的顺序。")


def _areal(shape: shapely.Geometry | None) -> shapely.MultiPolygon:
    """The shape in two dimensions, if it is one or several polygons of finite numbers."""
    if shape is None or shapely.is_empty(shape):
        raise BadGeometry("范围是空的:请给出至少三个顶点的面。")
    parts = shapely.get_parts(shapely.get_parts(shapely.force_2d(shape)))
    if not np.isfinite(shapely.get_coordinates(parts)).all():
        raise BadGeometry(FAR)
    if wrong := {str(part.geom_type) for part in parts} - {"Polygon"}:
        raise BadGeometry(f"范围是 {'、'.join(sorted(wrong))},不是面:请给出首尾闭合、至少三个顶点的面。")
    return _multipolygon(parts)


def _multipolygon(parts: Geometries) -> shapely.MultiPolygon:
    return shapely.MultiPolygon(list(parts))


def _repaired(whole: shapely.MultiPolygon, system: str) -> tuple[shapely.MultiPolygon, str]:
    """A valid multipolygon of what the rings enclose, and the sentence that tells what was done."""
    reason = shapely.is_valid_reason(whole)
    before_m2 = float(areas_m2(np.array([whole]), system)[0])
    mended = shapely.make_valid(whole, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(mended)
    parts = parts[(shapely.get_type_id(parts) == POLYGON) & (shapely.area(parts) > SPECK_M2)]
    mended = _multipolygon(parts)
    after_m2 = float(areas_m2(np.array([mended]), system)[0])
    what = next((told for begins, told in _REASONS.items() if reason.startswith(begins)), "范围的图形无效")
    return mended, (
        f"{what},已修复为 {len(parts)} 个面:修复前按原样算 {before_m2:,.2f} m²,修复后 {after_m2:,.2f} m²,请核对。"
    )


_REASONS = {
    "Self-intersection": "范围自相交",
    "Ring Self-intersection": "范围的环与自身相接",
    "Nested shells": "范围的一部分在另一部分之内",
    "Hole lies outside shell": "洞在外环之外",
    "Holes are nested": "洞里有洞",
    "Interior is disconnected": "洞把范围隔断",
    "Duplicate Rings": "同一个环给了两次",
    "Too few points": "有的环不足三个顶点",
}
"""GEOS' reasons (operation/valid/TopologyValidationError) in the users' words."""

"""What an answer has to draw, on paper: its outline, pieces, zones, gaps and overlaps as millimetres."""

from collections.abc import Iterator
from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from api.landuse.paper.corners import metric
from api.landuse.paper.drawing.frame import DETAIL_MM, Frame
from api.landuse.paper.drawing.looks import GAP, OVERLAP, Look, Looks
from api.landuse.paper.words import Json

__all__ = ["Drawn", "Shapes", "parts_of", "shapes_of"]

Part = list[list[float]]
_NARROW_MM = 2.5


class Drawn(NamedTuple):
    """A shape on paper, how it is drawn, and what is written in it, the most telling first."""

    shape: BaseGeometry
    look: Look
    said: tuple[str, ...] = ()


class Shapes(NamedTuple):
    """All that is drawn of an answer, from the ground up.

    edges: the rings of the outline, which are lines where it is too thin to be an area on paper.
    narrow: whether a thick line around it would hide most of what is in it.
    """

    pieces: list[Drawn]
    gaps: list[Drawn]
    zones: list[Drawn]
    overlaps: list[Drawn]
    edges: list[Part]
    narrow: bool

    @property
    def legend(self) -> Iterator[tuple[str, Look]]:
        """What the legend explains: each look once, with the way it is drawn ('fill' or 'hatch')."""
        fills = dict.fromkeys(one.look for one in self.pieces)
        hatches = dict.fromkeys(one.look for one in (*self.zones, *self.gaps, *self.overlaps))
        yield from (("fill", look) for look in fills)
        yield from (("hatch", look) for look in hatches)


def shapes_of(answer: Json, frame: Frame, looks: Looks) -> Shapes:
    """What an answer has in a frame; shapes too fine to be seen are left out."""

    def placed(geometry: Json | None) -> BaseGeometry:
        shape = metric(geometry, frame.system)
        return shapely.Polygon() if shape is None else frame.shape(shape)

    def seen(drawn: list[Drawn]) -> list[Drawn]:
        return [one for one in drawn if not one.shape.is_empty]

    base = answer["base"]
    return Shapes(
        seen([Drawn(placed(one.get("geometry")), looks.family(one.get("family"), one["group"]), _labels(one))
              for one in answer["pieces"]]),
        seen([Drawn(placed(one.get("geometry")), Look("底图缝隙", GAP, 45.0, 0.9)) for one in base["gaps"]]),
        seen([Drawn(placed(one.get("geometry")), looks.zone(one["kind"], one["name"])) for one in answer["zones"]]),
        seen([Drawn(placed(one.get("geometry")), Look("底图重叠", OVERLAP, 0.0, 0.9)) for one in base["overlaps"]]),
        *_edges(answer, frame),
    )  # fmt: skip


def _edges(answer: Json, frame: Frame) -> tuple[list[Part], bool]:
    drawn = metric(answer["outline"]["geometry"], frame.system)
    assert drawn is not None, "an answer has an outline"
    outline = shapely.transform(drawn, frame.placed)
    rings = shapely.simplify(shapely.get_rings(shapely.get_parts(outline)), DETAIL_MM)
    narrow = bool(outline.area * 2 < _NARROW_MM * outline.length)
    return [shapely.get_coordinates(ring).round(3).tolist() for ring in rings], narrow


def _labels(piece: Json) -> tuple[str, ...]:
    number, name = str(piece["piece"]), piece["class_name"] or piece["class_code"]
    return f"{number} {name}", number


def parts_of(shape: BaseGeometry) -> Iterator[Part]:
    """The rings of the areas in a shape, as areas are drawn."""
    for part in shapely.get_parts(shape):
        if part.geom_type in ("Polygon", "MultiPolygon"):
            for area in shapely.get_parts(part):
                for ring in (area.exterior, *area.interiors):
                    yield shapely.get_coordinates(ring).round(3).tolist()
        elif part.geom_type == "GeometryCollection":
            yield from parts_of(part)

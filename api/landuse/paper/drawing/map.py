"""The map of a check: the ground, pieces by class, zones hatched over them, outline and corners; scale and grid."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from api.landuse.paper.around import LAND, ZONE
from api.landuse.paper.corners import metric, rings_of
from api.landuse.paper.drawing.frame import Frame, framed
from api.landuse.paper.drawing.hatch import hatched
from api.landuse.paper.drawing.labels import corners, draw_corners, draw_labels
from api.landuse.paper.drawing.legend import draw_legend
from api.landuse.paper.drawing.looks import OUTLINE, Look, Looks
from api.landuse.paper.drawing.shapes import Drawn, Shapes, parts_of, shapes_of
from api.landuse.paper.words import Json
from api.sheets.drawing.map import PAPER, draw_ground
from api.sheets.drawing.marks import Room, draw_names
from api.sheets.drawing.paper import Paper
from api.sheets.ground import Ground, Shape
from api.sheets.plane import round_length

__all__ = ["HEIGHT_MM", "WIDTH_MM", "Map", "draw_map", "map_of"]

WIDTH_MM, HEIGHT_MM = 165.0, 222.0
"""Of the map with its legend, on the page and in the document alike."""
_RIM_MM = 4.2
"""Where the coordinates of the grid stand, around the frame."""
_FRAME_MM = (140.0, 180.0)
"""The least and the greatest height of the frame: a flat outline needs no tall one."""
_FINE, _DARK, _GREY = "#8a8a8a", "#1b2831", "#55646e"


class Map:
    """A check on paper: its frame, and what is drawn in it."""

    def __init__(self, answer: Json, looks: Looks, left: float, top: float) -> None:
        system = answer["method"]["metric_crs"]
        outline = metric(answer["outline"]["geometry"], system)
        assert outline is not None, "an answer has an outline"
        west, south, east, north = outline.bounds
        width = WIDTH_MM - 2 * _RIM_MM
        tall = width * (north - south) / max(east - west, 1e-9)
        self.frame = framed(outline, system, left + _RIM_MM, top + _RIM_MM, width, float(np.clip(tall, *_FRAME_MM)))
        self.looks = looks
        self.shapes = shapes_of(answer, self.frame, looks)
        self.rings = [(ring.first, self.frame.placed(ring.east_north)) for ring in rings_of(answer)]


def map_of(answer: Json, looks: Looks, left: float, top: float) -> Map:
    """What the map of an answer is, its upper left corner being here."""
    return Map(answer, looks, left, top)


def draw_map(paper: Paper, told: Map, ground: Ground) -> float:
    """Draw a map with its legend; where it ends, in millimetres from the top."""
    frame, shapes = told.frame, told.shapes
    paper.area([_rectangle(frame.left, frame.top, frame.width, frame.height)], PAPER)
    with paper.rect_clip(frame.left, frame.top, frame.width, frame.height):
        _draw_around(paper, frame, ground, told.looks)
        _draw_shapes(paper, shapes)
        _draw_crosses(paper, frame)
        taken = [_draw_north(paper, frame)]
        named = draw_corners(paper, corners(told.rings), taken, dotted=not shapes.narrow)
        unlabelled = draw_labels(paper, shapes.pieces, taken)
        draw_names(paper, frame, ground, taken)
    _draw_frame(paper, frame)
    many = sum(len(ring) for _, ring in told.rings)
    notes = [
        "外围淡色为同一时点的地类,虚线为控制区边界" if any(shape.layer in (LAND, ZONE) for shape in ground) else "",
        f"界址点共 {many:,} 个,图上注 {named:,} 个" if named < many else "",
        "范围在图上很窄,只用细线画出" if shapes.narrow else "",
        f"{unlabelled:,} 个图斑太小,图上未注号" if unlabelled else "",
    ]
    top = frame.top + frame.height + _RIM_MM + 1
    _draw_scale(paper, frame, top)
    return draw_legend(
        paper, [*shapes.legend, *_also(told, ground)], frame, top + 9.5, [note for note in notes if note]
    )


def _draw_around(paper: Paper, frame: Frame, ground: Ground, looks: Looks) -> None:
    """What the outline lies in, lighter than what lies in it: parcels, waters and roads, edges of zones."""
    land, zones = ([shape for shape in ground if shape.layer == layer] for layer in (LAND, ZONE))
    rest = [shape for shape in ground if shape.layer not in (LAND, ZONE)]
    for shape in land:
        paper.area(_rings(frame, shape), looks.family(shape.name, None).light)
    for shape in land:
        paper.stroke(map(_closed, _rings(frame, shape)), "#d3ccbb", 0.1)
    draw_ground(paper, frame, rest)
    for shape in zones:
        paper.stroke(map(_closed, _rings(frame, shape)), looks.zone(shape.name, shape.name).colour, 0.25, (1.6, 0.9))


def _also(told: Map, ground: Ground) -> Iterator[tuple[str, Look]]:
    """What the legend explains of the surroundings: families and kinds that the outline itself has not."""
    inside = {look.name for _, look in told.shapes.legend}
    families = {told.looks.family(shape.name, None): "fill" for shape in ground if shape.layer == LAND}
    kinds = {told.looks.zone(shape.name, shape.name): "dash" for shape in ground if shape.layer == ZONE}
    for look, how in (families | kinds).items():
        if look.name not in inside:
            yield how, look._replace(colour=look.light) if how == "fill" else look


def _rings(frame: Frame, shape: Shape) -> Iterator[list[list[float]]]:
    return (frame.mm(part).round(3).tolist() for part in shape.parts)


def _draw_shapes(paper: Paper, shapes: Shapes) -> None:
    for piece in shapes.pieces:
        paper.area(parts_of(piece.shape), piece.look.colour)
    for piece in shapes.pieces:
        paper.stroke(_lines(piece), "#6b6350", 0.22)
    for one in (*shapes.gaps, *shapes.zones, *shapes.overlaps):
        lines = hatched(one.shape, one.look.angle_deg, one.look.every_mm)
        if lines:
            paper.stroke(lines, one.look.colour, 0.18)
        paper.stroke(_lines(one), one.look.colour, 0.4)
    if shapes.narrow:
        paper.stroke(shapes.edges, OUTLINE, 0.25)
    else:
        paper.stroke(shapes.edges, "#ffffff", 1.3)
        paper.stroke(shapes.edges, OUTLINE, 0.7)


def _lines(one: Drawn) -> list[list[list[float]]]:
    return list(parts_of(one.shape))


def _grid(frame: Frame) -> tuple[float, np.ndarray, np.ndarray]:
    """How far apart the lines of the grid are, and where they stand, in metres."""
    step = round_length(0.04 * frame.scale)
    west, south, east, north = frame.edges_m
    return (
        step,
        np.arange(np.ceil(west / step), east / step) * step,
        np.arange(np.ceil(south / step), north / step) * step,
    )


def _draw_crosses(paper: Paper, frame: Frame) -> None:
    _, easts, norths = _grid(frame)
    places = frame.placed(np.array(np.meshgrid(easts, norths)).reshape(2, -1).T)
    arm = 1.6
    strokes = [
        line
        for x, y in places.tolist()
        for line in ([(x - arm, y), (x + arm, y)], [(x, y - arm), (x, y + arm)])
    ]  # fmt: skip
    if strokes:
        paper.stroke(strokes, _FINE, 0.15)


def _draw_frame(paper: Paper, frame: Frame) -> None:
    left, top, right, bottom = frame.left, frame.top, frame.left + frame.width, frame.top + frame.height
    paper.stroke([_closed(_rectangle(left, top, frame.width, frame.height))], _DARK, 0.4)
    step, easts, norths = _grid(frame)
    paper.ink(6.2, _GREY)
    for east in easts.tolist():
        x = float(frame.placed(np.array([[east, frame.north_m]]))[0, 0])
        paper.stroke([[(x, top), (x, top - 1)], [(x, bottom), (x, bottom + 1)]], _DARK, 0.2)
        for y in (top - 1.5, bottom + 3.3):
            paper.say_middle(x, y, _metres(east, step))
    for north in norths.tolist():
        y = float(frame.placed(np.array([[frame.east_m, north]]))[0, 1])
        paper.stroke([[(left, y), (left - 1, y)], [(right, y), (right + 1, y)]], _DARK, 0.2)
        for x in (left - 1.5, right + 3.3):
            with paper.rotation(90, x, y):
                paper.say_middle(x, y, _metres(north, step))


def _metres(value: float, step: float) -> str:
    return f"{value:.0f}" if step >= 1 else f"{value:.1f}"


def _draw_north(paper: Paper, frame: Frame) -> Room:
    """The arrow, in the upper right corner; the room it takes."""
    x, y = frame.left + frame.width - 7, frame.top + 4
    paper.area([_rectangle(x - 4.5, y - 2.5, 9, 15)], "#ffffff")
    paper.area([[(x, y), (x + 2.2, y + 6.5), (x, y + 5), (x - 2.2, y + 6.5)]], _DARK)
    paper.ink(9)
    paper.say_middle(x, y + 10.7, "北")
    return Room(x - 5, y - 3, x + 5, y + 13)


def _draw_scale(paper: Paper, frame: Frame, top: float) -> None:
    """The scale as a number and as a bar in two colours, and the system of the grid."""
    length_m = round_length(0.05 * frame.scale)
    left, width = frame.left, length_m * 1000 / frame.scale
    paper.ink(10)
    said = f"1:{frame.scale:,.0f}".replace(",", " ")
    paper.say(left, top + 4.4, said)
    bar = left + max(paper.width(said) + 7, 24)
    for part in range(4):
        box = _rectangle(bar + part * width / 4, top + 2.6, width / 4, 1.8)
        paper.area([box], _DARK if part % 2 == 0 else "#ffffff")
        paper.stroke([_closed(box)], _DARK, 0.2)
    paper.ink(7, _DARK)
    for at, place in ((0.0, 0.0), (length_m / 2, 0.5), (length_m, 1.0)):
        unit = " 米" if place == 1 else ""
        paper.say_middle(bar + width * place, top + 7.4, f"{at:g}{unit}")


def _rectangle(left: float, top: float, width: float, height: float) -> list[tuple[float, float]]:
    return [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]


def _closed(ring: Sequence[Any]) -> list[Any]:
    return [*ring, ring[0]]

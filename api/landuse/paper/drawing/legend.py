"""The legend of a check's map: what is filled, what is hatched, in which system its grid is."""

from collections.abc import Iterable, Sequence

import shapely

from api.landuse.paper import words
from api.landuse.paper.drawing.frame import Frame
from api.landuse.paper.drawing.hatch import hatched
from api.landuse.paper.drawing.looks import OUTLINE, Look
from api.sheets.drawing.paper import Paper

__all__ = ["draw_legend"]

_ROW_MM, _SWATCH_MM, _COLUMNS = 5.4, (7.0, 3.6), 5
_SAID_PT, _SMALL_PT = 8.0, 7.0


def draw_legend(
    paper: Paper, looks: Iterable[tuple[str, Look]], frame: Frame, top: float, notes: Sequence[str]
) -> float:
    """Draw it below a frame; where it ends."""
    wide = frame.width / _COLUMNS
    items = [("line", Look("核查范围", OUTLINE)), *looks]
    for number, (how, look) in enumerate(items):
        row, column = divmod(number, _COLUMNS)
        _draw_swatch(paper, how, look, frame.left + column * wide, top + row * _ROW_MM)
        paper.ink(_SAID_PT)
        paper.say(frame.left + column * wide + _SWATCH_MM[0] + 1.5, top + row * _ROW_MM + 2.9, look.name)
    y = top + ((len(items) - 1) // _COLUMNS + 1) * _ROW_MM
    said = [
        f"图廓注记为 {words.system(frame.system)} 坐标(米),上为坐标北",
        *notes,
        "水系、道路为出图时现状,仅供定位",
    ]
    paper.ink(_SMALL_PT, "#55646e")
    for line in paper.lines(";".join(said) + "。", frame.width):
        y += 3.6
        paper.say(frame.left, y, line)
    return y + 1.5


def _draw_swatch(paper: Paper, how: str, look: Look, left: float, top: float) -> None:
    width, height = _SWATCH_MM
    box = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    if how == "line":
        paper.stroke([[(left, top + height / 2), (left + width, top + height / 2)]], look.colour, 0.7)
        paper.set_draw_color(17, 17, 17)
        paper.set_fill_color(255, 255, 255)
        paper.set_line_width(0.25)
        paper.circle(left + width / 2, top + height / 2, 0.55, style="DF")
        return
    if how == "dash":
        paper.stroke([[(left, top + height / 2), (left + width, top + height / 2)]], look.colour, 0.3, (1.6, 0.9))
        return
    if how == "fill":
        paper.area([box], look.colour)
    else:
        paper.stroke(hatched(shapely.Polygon(box), look.angle_deg, look.every_mm), look.colour, 0.18)
    paper.stroke([[*box, box[0]]], "#7d7565" if how == "fill" else look.colour, 0.15 if how == "fill" else 0.4)

"""The map of a route on paper: the ground in light tints, the route with its direction, its stops by number."""

from collections.abc import Iterator, Sequence

import numpy as np

from api.sheets.drawing.marks import draw_names, draw_stops
from api.sheets.drawing.paper import Paper
from api.sheets.ground import Ground, Shape
from api.sheets.plane import Placed, Sheet, Xy, round_length
from api.sheets.routes import Json, Stop

__all__ = ["BANK", "GOING", "MAIN_ROAD", "PAPER", "ROUTE", "UNVERIFIED", "WATER", "arrows", "draw_ground", "draw_map"]

PAPER, WATER, SHORE, ROAD, MAIN_ROAD, BANK, EDGE = (
    "#fbfbf8",
    "#dfeef4",
    "#a9cad8",
    "#dedad0",
    "#cfc9bb",
    "#8db7c7",
    "#55646e",
)
ROUTE, GOING, UNVERIFIED = "#12507b", "#3f7fa6", "#8a4b00"
_ARROW_EVERY_MM, _ARROW_MM = 17.0, 1.5


def draw_map(paper: Paper, sheet: Placed, route: Json, stops: Sequence[Stop], ground: Ground) -> None:
    """Draw it, with its frame, north and scale."""
    corners = [
        (sheet.left + x * sheet.width, sheet.top + y * sheet.height) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    paper.area([corners], PAPER)
    with paper.rect_clip(sheet.left, sheet.top, sheet.width, sheet.height):
        draw_ground(paper, sheet, ground)
        draw_names(paper, sheet, ground)
        _draw_route(paper, sheet, route, stops)
        draw_stops(paper, sheet, stops)
        _draw_scale(paper, sheet)
        _draw_north(paper, sheet)
    paper.stroke([[*corners, corners[0]]], EDGE, 0.2)


def draw_ground(paper: Paper, sheet: Sheet, ground: Ground) -> None:
    """Waters, roads and banks in light tints."""
    for shape in ground:
        if shape.area:
            paper.area(_parts(sheet, shape), WATER)
            paper.stroke((_closed(part) for part in _parts(sheet, shape)), SHORE, 0.15)
    for layer, main, colour, width in (
        ("water", False, WATER, 1.0),
        ("path", False, ROAD, 0.25),
        ("road", False, ROAD, 0.6),
        ("road", True, MAIN_ROAD, 1.0),
        ("bank", False, BANK, 0.3),
    ):
        lines = [shape for shape in ground if not shape.area and (shape.layer, shape.main) == (layer, main)]
        if lines:
            paper.stroke((part for shape in lines for part in _parts(sheet, shape)), colour, width)


def _parts(sheet: Sheet, shape: Shape) -> Iterator[list[list[float]]]:
    return (sheet.mm(part).round(3).tolist() for part in shape.parts)


def _closed(part: list[list[float]]) -> list[list[float]]:
    return [*part, part[0]]


def _draw_route(paper: Paper, sheet: Placed, route: Json, stops: Sequence[Stop]) -> None:
    line = sheet.mm(route["line"]["coordinates"])
    paper.stroke([line.round(3).tolist()], "#ffffff", 1.6)
    paper.stroke([line.round(3).tolist()], GOING, 0.5, (1.4, 0.9))
    for unverified in (False, True):
        walked = [_walked(line, stop) for stop in stops if bool(stop.told["unverified"]) == unverified]
        parts = [part.round(3).tolist() for part in walked if len(part) > 1]
        if parts:
            paper.stroke(parts, UNVERIFIED if unverified else ROUTE, 1.1, (2.0, 1.2) if unverified else ())
    for arrow in arrows(line, _ARROW_EVERY_MM):
        paper.area([arrow], ROUTE)


def _walked(line: Xy, stop: Stop) -> Xy:
    """The part of the line that a stop sees."""
    first, last = stop.told["line"]
    return line[first : last + 1] if stop.told["kind"] == "piece" else line[:0]


def arrows(line: Xy, every: float, size: float = _ARROW_MM) -> list[list[list[float]]]:
    """Triangles along a line that point where it goes, the first after half a space; none of a line without length.

    >>> import numpy as np
    >>> [arrow[0] for arrow in arrows(np.array([(0.0, 0.0), (50.0, 0.0)]), 20.0, 2.0)]
    [[12.0, 0.0], [32.0, 0.0]]
    """
    steps = np.diff(line, axis=0)
    lengths = np.hypot(*steps.T)
    ends = np.cumsum(lengths)
    if not len(ends) or ends[-1] <= 0:
        return []
    at = np.arange(every / 2, max(ends[-1], every / 2 + 1e-9), every)
    at = np.minimum(at, ends[-1] / 2) if len(at) == 1 else at
    segment = np.minimum(np.searchsorted(ends, at), len(ends) - 1)
    ahead = steps[segment] / np.maximum(lengths[segment], 1e-12)[:, None]
    middle = line[segment] + ahead * (at - ends[segment] + lengths[segment])[:, None]
    aside = np.column_stack([-ahead[:, 1], ahead[:, 0]]) * size * 0.7
    triangles = np.stack([middle + ahead * size, middle - ahead * size + aside, middle - ahead * size - aside], axis=1)
    found: list[list[list[float]]] = triangles.round(3).tolist()
    return found


def _draw_scale(paper: Paper, sheet: Placed) -> None:
    length_m = round_length(sheet.width * 0.25 / sheet.mm_per_m)
    left, bottom, width = sheet.left + 4, sheet.top + sheet.height - 4, length_m * sheet.mm_per_m
    said = f"{length_m:,.0f} 米"
    paper.ink(8)
    back = max(width, paper.width(said)) + 4
    paper.area([_rectangle(left - 2, bottom - 6.5, back, 8.5)], "#ffffff")
    paper.stroke(
        [[(left, bottom - 1.5), (left, bottom), (left + width, bottom), (left + width, bottom - 1.5)]], "#1b2831", 0.4
    )
    paper.say(left, bottom - 2.6, said)


def _draw_north(paper: Paper, sheet: Placed) -> None:
    x, y = sheet.left + sheet.width - 7, sheet.top + 4
    paper.area([_rectangle(x - 4, y - 2, 8, 14)], "#ffffff")
    paper.area([[(x, y), (x + 2.2, y + 6.5), (x, y + 5), (x - 2.2, y + 6.5)]], "#1b2831")
    paper.ink(9)
    paper.say_middle(x, y + 10.5, "北")


def _rectangle(left: float, top: float, width: float, height: float) -> list[tuple[float, float]]:
    return [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]

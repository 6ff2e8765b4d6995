"""What is written on a map: names of the ground where there is room, and the stops, those of one place in one mark."""

from collections.abc import Sequence
from typing import NamedTuple

from shapely import Point, box, make_valid
from shapely.geometry import MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from api.sheets.drawing.paper import Paper
from api.sheets.ground import Ground, Shape
from api.sheets.plane import Placed, Sheet, Xy
from api.sheets.routes import Stop

__all__ = ["Mark", "Room", "draw_names", "draw_stops", "gathered", "said"]

_NAME_PT, _MARK_PT = 7.5, 8.0
_MARK_MM = 4.6
_MOST_NAMES = 24
_MANY = 30


class Room(NamedTuple):
    """A place on paper that is written on: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Room") -> bool:
        """Whether both lie on one another."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


class Mark(NamedTuple):
    """A mark on the map: where it stands, and what it says."""

    x: float
    y: float
    said: str


def draw_names(paper: Paper, sheet: Sheet, ground: Ground, beside: Sequence[Room] = ()) -> None:
    """Names of waters and roads, the greatest first, none over another nor over what is written already."""
    taken = list(beside)
    paper.ink(_NAME_PT, "#55646e")
    named: set[str] = set()
    for shape, place in _places(sheet, ground):
        half = paper.width(shape.name) / 2
        room = Room(place.x - half - 0.6, place.y - 1.6, place.x + half + 0.6, place.y + 1.6)
        inside = sheet.left < room.left and room.right < sheet.left + sheet.width
        if shape.name in named or not inside or any(room.meets(other) for other in taken):
            continue
        paper.ink(_NAME_PT, "#2f6f8a" if shape.layer == "water" else "#6b6557")
        paper.say_middle(place.x, place.y + 0.95, shape.name)
        named.add(shape.name)
        taken.append(room)
        if len(named) == _MOST_NAMES:
            break


def _places(sheet: Sheet, ground: Ground) -> list[tuple[Shape, Point]]:
    """Where on the paper each named shape is to be written, the greatest first."""
    visible = box(sheet.left, sheet.top, sheet.left + sheet.width, sheet.top + sheet.height)
    found = []
    for shape in ground:
        if not shape.name or shape.layer not in ("water", "road"):
            continue
        parts = [sheet.mm(part) for part in shape.parts]
        whole = _greatest(parts) if shape.area else MultiLineString(parts)
        seen = whole.intersection(visible)
        if seen.is_empty or max(seen.area, seen.length) < 12:
            continue
        place = seen.representative_point() if shape.area else _middle(seen)
        found.append((seen.area + seen.length, shape, place))
    found.sort(key=lambda one: (-one[0], one[1].name))
    return [(shape, place) for _, shape, place in found]


def _greatest(rings: Sequence[Xy]) -> BaseGeometry:
    return make_valid(max((Polygon(ring) for ring in rings), key=lambda one: float(one.area)))


def _middle(lines: BaseGeometry) -> Point:
    longest = max(getattr(lines, "geoms", [lines]), key=lambda line: line.length)
    return Point(longest.interpolate(0.5, normalized=True))


def gathered(marks: Sequence[Mark], near: float) -> list[list[Mark]]:
    """Marks in heaps: those that would lie on one another, each heap where its first one stands.

    >>> heaps = gathered([Mark(0, 0, "起"), Mark(9, 0, "1"), Mark(2, 0, "终")], 4)
    >>> [[mark.said for mark in heap] for heap in heaps]
    [['起', '终'], ['1']]
    """
    heaps: list[list[Mark]] = []
    for mark in marks:
        # What a heap says is wider than one mark.
        beside = (heap for heap in heaps if abs(mark.x - heap[0].x) < near * (1 + (len(heap) > 1)))
        heap = next((heap for heap in beside if abs(mark.y - heap[0].y) < near), None)
        if heap is None:
            heaps.append([mark])
        else:
            heap.append(mark)
    return heaps


def said(names: Sequence[str]) -> str:
    """What a heap of stops says: runs of numbers by their ends, and not more than two of these.

    >>> said(["起", "1", "2", "3", "终"]), said(["4", "5"]), said(["4", "9", "11", "12"]), said(["7"])
    ('起·1–3…', '4·5', '4·9…', '7')
    """
    runs: list[list[str]] = []
    for name in names:
        if runs and name.isdigit() and runs[-1][-1].isdigit() and int(name) == int(runs[-1][-1]) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    parts = [run[0] if len(run) == 1 else f"{run[0]}{'·' if len(run) == 2 else '–'}{run[-1]}" for run in runs]
    return "·".join(parts[:2]) + "…" * (len(parts) > 2)


def draw_stops(paper: Paper, sheet: Placed, stops: Sequence[Stop]) -> None:
    """The stops, the first on top; where there are many, a dot for each whose number has no room."""
    places = sheet.mm([stop.place for stop in stops]).tolist()
    marks = [Mark(x, y, stop.mark) for stop, (x, y) in zip(stops, places, strict=True)]
    paper.set_fill_color(16, 36, 58)
    paper.set_draw_color(255, 255, 255)
    paper.ink(_MARK_PT, "#ffffff")
    if len(marks) <= _MANY:
        for heap in reversed(gathered(marks, _MARK_MM * 0.9)):
            _draw_mark(paper, heap[0]._replace(said=said([one.said for one in heap])))
        return
    for mark in marks:
        paper.set_line_width(0.2)
        paper.circle(mark.x, mark.y, 0.8, style="DF")
    for mark in _with_room(paper, marks):
        _draw_mark(paper, mark)


def _with_room(paper: Paper, marks: Sequence[Mark]) -> list[Mark]:
    """Those that can be drawn without one on another: first and last, then every tenth, every fifth, and the rest."""
    taken: dict[Mark, Room] = {}
    for mark in sorted(marks, key=_rank):
        width = max(_MARK_MM, paper.width(mark.said) + 2.2)
        room = Room(mark.x - width / 2, mark.y - _MARK_MM / 2, mark.x + width / 2, mark.y + _MARK_MM / 2)
        if not any(room.meets(other) for other in taken.values()):
            taken[mark] = room
    return list(taken)


def _rank(mark: Mark) -> int:
    if not mark.said.isdigit():
        return 0
    return 1 if int(mark.said) % 10 == 0 else 2 if int(mark.said) % 5 == 0 else 3


def _draw_mark(paper: Paper, mark: Mark) -> None:
    width = max(_MARK_MM, paper.width(mark.said) + 2.2)
    paper.set_line_width(0.35)
    paper.rect(
        mark.x - width / 2,
        mark.y - _MARK_MM / 2,
        width,
        _MARK_MM,
        style="DF",
        round_corners=True,
        corner_radius=_MARK_MM * 0.4995,
    )
    paper.say_middle(mark.x, mark.y + 1.0, mark.said)

"""What is written on the map of a check, none over another: pieces by number and class, corners of the outline."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.landuse.paper.drawing.shapes import Drawn
from api.sheets.drawing.marks import Room
from api.sheets.drawing.paper import Paper
from api.sheets.plane import Xy

__all__ = ["Corner", "corners", "draw_corners", "draw_labels", "halo"]

_LABEL_PT, _CORNER_PT = 7.0, 6.5
_LINE_MM, _AWAY_MM, _DOT_MM = 1.5, 2.7, 0.55
_MOST_LABELS, _MOST_DOTS, _MOST_NAMES = 400, 300, 1000


class Corner(NamedTuple):
    """A corner on paper, its name, and the place of that name, away from the outline."""

    x: float
    y: float
    said: str
    text_x: float
    text_y: float


def draw_labels(paper: Paper, pieces: Sequence[Drawn], taken: list[Room]) -> int:
    """Write the longest label that has room in each piece, the greatest pieces first; how many have none."""
    without = 0
    paper.ink(_LABEL_PT)
    for piece in sorted(pieces, key=lambda one: -float(one.shape.area))[:_MOST_LABELS]:
        place = piece.shape.representative_point()
        rooms = ((said, _room(paper, place.x, place.y, said)) for said in piece.said)
        fit = ((said, room) for said, room in rooms if _inside(piece.shape, room))
        found = next(((said, room) for said, room in fit if not _crowded(room, taken)), None)
        if found is None:
            without += 1
            continue
        halo(paper, place.x, place.y + 0.9, found[0], _LABEL_PT, "#2b2418")
        taken.append(found[1])
    return without + max(len(pieces) - _MOST_LABELS, 0)


def _room(paper: Paper, x: float, y: float, said: str) -> Room:
    half = paper.width(said) / 2 + 0.3
    return Room(x - half, y - _LINE_MM, x + half, y + _LINE_MM)


def _inside(shape: BaseGeometry, room: Room) -> bool:
    """Whether what is written stays in its piece but for its very ends."""
    left, top, right, bottom = room
    x, y = (right - left) * 0.02, (bottom - top) * 0.2
    return bool(shapely.contains_properly(shape, shapely.box(left + x, top + y, right - x, bottom - y)))


def _crowded(room: Room, taken: Iterable[Room]) -> bool:
    return any(room.meets(other) for other in taken)


def halo(paper: Paper, x: float, baseline: float, said: str, size_pt: float, colour: str) -> None:
    """A text around a place, with a white rim: it is read over hatching, too."""
    paper.ink(size_pt, "#ffffff")
    for aside, down in (
        (-0.3, 0.0),
        (0.3, 0.0),
        (0.0, -0.3),
        (0.0, 0.3),
        (-0.2, -0.2),
        (0.2, 0.2),
        (-0.2, 0.2),
        (0.2, -0.2),
    ):
        paper.say_middle(x + aside, baseline + down, said)
    paper.ink(size_pt, colour)
    paper.say_middle(x, baseline, said)


def corners(rings: Sequence[tuple[int, Xy]]) -> list[Corner]:
    """The corners of rings on paper, each ring with the number of its first; names stand outside of the ring.

    >>> square = np.array([(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0)])
    >>> first = corners([(1, square)])[0]
    >>> first.said, first.text_x < 0, first.text_y < 0
    ('J1', True, True)
    """
    return [corner for first, ring in rings for corner in _ring_corners(first, ring)]


def _ring_corners(first: int, ring: Xy) -> Iterable[Corner]:
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    unit = [step / np.maximum(np.hypot(*step.T), 1e-9)[:, None] for step in (before, after)]
    along = unit[0] + unit[1]
    turned = np.sign(np.sum(ring[:, 0] * np.roll(ring[:, 1], -1) - np.roll(ring[:, 0], -1) * ring[:, 1])) or 1.0
    out = np.column_stack([along[:, 1], -along[:, 0]]) * turned
    length = np.hypot(*out.T)[:, None]
    out = np.where(length > 1e-6, out / np.maximum(length, 1e-9), unit[0])
    named = ring + out * _AWAY_MM
    for place, ((x, y), (text_x, text_y)) in enumerate(zip(ring.tolist(), named.tolist(), strict=True)):
        yield Corner(x, y, f"J{first + place}", text_x, text_y)


def draw_corners(paper: Paper, found: Sequence[Corner], taken: list[Room], *, dotted: bool = True) -> int:
    """Dots where they are not too many, and the names that have room, round ones before others; how many have."""
    if dotted and len(found) <= _MOST_DOTS:
        paper.set_draw_color(17, 17, 17)
        paper.set_fill_color(255, 255, 255)
        paper.set_line_width(0.25)
        for corner in found:
            paper.circle(corner.x, corner.y, _DOT_MM, style="DF")
    paper.ink(_CORNER_PT)
    order = sorted(_named(len(found)), key=lambda place: (_rank(place), place))
    named = 0
    cells: dict[tuple[int, int], list[Room]] = {}
    for room in taken:
        _note(cells, room)
    for place in order:
        corner = found[place]
        room = _room(paper, corner.text_x, corner.text_y, corner.said)
        if any(room.meets(other) for cell in _cells(room) for other in cells.get(cell, ())):
            continue
        _note(cells, room)
        taken.append(room)
        halo(paper, corner.text_x, corner.text_y + 0.8, corner.said, _CORNER_PT, "#111111")
        named += 1
    return named


def _named(corners: int) -> range:
    """Which corners may have their names where there are too many for all.

    >>> len(_named(400)), len(_named(50_000))
    (400, 1000)
    """
    every = next(step for step in (1, 5, 10, 50, 100, 500, 1000, corners) if corners <= step * _MOST_NAMES)
    return range(0, corners, every)


def _rank(place: int) -> int:
    """Round numbers stay longest where there is not room for all: J1, J101, J201, then J11, …"""
    return next((rank for rank, every in enumerate((1000, 100, 50, 10, 5)) if place % every == 0), 5)


def _cells(room: Room, size: float = 8.0) -> list[tuple[int, int]]:
    across = range(int(room.left // size), int(room.right // size) + 1)
    return [(x, y) for x in across for y in range(int(room.top // size), int(room.bottom // size) + 1)]


def _note(cells: dict[tuple[int, int], list[Room]], room: Room) -> None:
    for cell in _cells(room):
        cells.setdefault(cell, []).append(room)

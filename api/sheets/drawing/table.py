"""A table over as many pages as it takes: rows whole, their heading on every page, lines broken as Chinese is."""

from collections.abc import Sequence
from typing import NamedTuple

from api.sheets.drawing.paper import BOTTOM_MM, LEFT_MM, TOP_MM, WIDTH_MM, Paper

__all__ = ["BOX", "Column", "draw_table"]

BOX = "□"
"""A cell of this alone is a box to tick."""
_LINE_MM, _PAD_MM, _GAP_MM = 4.4, 1.3, 2.0
_MOST_LINES = int((BOTTOM_MM - TOP_MM - 12) / _LINE_MM)


class Column(NamedTuple):
    """A column: what stands over it, and how wide it is."""

    head: str
    width: float


def draw_table(paper: Paper, columns: Sequence[Column], rows: Sequence[Sequence[str]], y: float) -> float:
    """Draw rows of texts from here on, over new pages where needed; where it ended, on the page that is now on."""
    y = _draw_head(paper, columns, y)
    for row in rows:
        paper.ink(9)
        cells = [_lines(paper, text, column) for text, column in zip(row, columns, strict=True)]
        height = max(map(len, cells)) * _LINE_MM + 2 * _PAD_MM
        if y + height > BOTTOM_MM:
            paper.add_page()
            y = _draw_head(paper, columns, TOP_MM)
        paper.ink(9)
        _draw_row(paper, columns, cells, y)
        y += height
        paper.stroke([[(LEFT_MM, y), (LEFT_MM + WIDTH_MM, y)]], "#d5dce0", 0.15)
    return y


def _lines(paper: Paper, text: str, column: Column) -> list[str]:
    found = [line for part in text.split("\n") for line in paper.lines(part, column.width - _GAP_MM)]
    return found if len(found) <= _MOST_LINES else [*found[: _MOST_LINES - 1], "……"]


def _draw_head(paper: Paper, columns: Sequence[Column], y: float) -> float:
    height = _LINE_MM + 2 * _PAD_MM
    right = LEFT_MM + WIDTH_MM
    paper.area([[(LEFT_MM, y), (right, y), (right, y + height), (LEFT_MM, y + height)]], "#eef2f3")
    paper.ink(8.5, "#55646e")
    _draw_row(paper, columns, [[column.head] for column in columns], y)
    return y + height


def _draw_row(paper: Paper, columns: Sequence[Column], cells: Sequence[Sequence[str]], y: float) -> None:
    x = LEFT_MM
    for column, lines in zip(columns, cells, strict=True):
        if list(lines) == [BOX]:
            paper.set_draw_color(85, 100, 110)
            paper.set_line_width(0.25)
            paper.rect(x + _GAP_MM / 2 + 1, y + _PAD_MM + 0.3, 3.6, 3.6)
            lines = []
        for number, line in enumerate(lines):
            paper.say(x + _GAP_MM / 2, y + _PAD_MM + _LINE_MM * (number + 0.78), line)
        x += column.width

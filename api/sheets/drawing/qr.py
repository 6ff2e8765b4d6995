"""A QR code as rectangles on paper: sharp at any size, no picture. segno makes it, in pure Python."""

import segno

from api.sheets.drawing.paper import Paper

__all__ = ["draw_qr"]

_QUIET = 4
"""Modules of white around it, as ISO 18004 asks."""
_OVERLAP = 0.02
"""By which rows run into each other: viewers draw hair lines between edges that only touch."""


def draw_qr(paper: Paper, text: str, left: float, top: float, size: float) -> None:
    """Draw the code of a text in a square, its quiet zone inside; a press on it opens the text as a link."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    module = size / (len(rows) + 2 * _QUIET)
    x0, y0 = left + _QUIET * module, top + _QUIET * module
    squares = []
    for y, row in enumerate(rows):
        for begin, end in _runs(row):
            x1, x2, y1 = x0 + begin * module, x0 + end * module, y0 + y * module
            y2 = y1 + module * (1 + _OVERLAP)
            squares.append([(x1, y1), (x2, y1), (x2, y2), (x1, y2)])
    paper.area(squares, "#000000")
    paper.link(left, top, size, size, link=text)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """From where to where a row is dark.

    >>> _runs(bytes([1, 1, 0, 1]))
    [(0, 2), (3, 4)]
    """
    padded = bytes([0, *row, 0])
    turns = [at for at in range(len(row) + 1) if padded[at] != padded[at + 1]]
    return list(zip(turns[::2], turns[1::2], strict=True))

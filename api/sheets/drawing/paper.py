"""A4 paper with one Chinese font, and the few things a sheet draws: lines of text, strokes, areas."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain

from fpdf import FPDF
from fpdf.drawing import PaintedPath
from fpdf.drawing_primitives import color_from_hex_string
from fpdf.enums import PathPaintRule, StrokeCapStyle, StrokeJoinStyle

from api.sheets.drawing.font import Letters
from api.sheets.words import plain

__all__ = ["BOTTOM_MM", "LEFT_MM", "TOP_MM", "WIDTH_MM", "Paper"]

LEFT_MM, TOP_MM, WIDTH_MM, BOTTOM_MM = 12.0, 12.0, 186.0, 281.0
"""Where a page is written on; the foot stands below."""
_FACE = "face"
_OPENING, _CLOSING = "(《「『【〔“‘(\\[{", ",。、;:!?)》」』】〕”’·%,.;:!?)\\]}"
_WORD = re.compile(
    rf"[{_OPENING}]*(?:欠 )?(?:\d[\d,.:–]* (?:[米处]·天|[米个处公分小])|[0-9A-Za-z][0-9A-Za-z_#&+./:@,–-]*|.)"
    rf"[{_CLOSING}]*",
    re.DOTALL,
)
"""A number with its unit, a run of Latin letters and figures, or a letter; with the marks that open or close it."""
Parts = Iterable[Sequence[Sequence[float]]]


class Paper(FPDF):
    """Pages that break only where they are told to; everything in millimetres from the upper left."""

    def __init__(self, letters: Letters, title: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.letters = letters
        self._widths: dict[tuple[str, float], float] = {}
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.add_font(_FACE, fname=letters.face.file, collection_font_number=letters.face.number)
        self.set_font(_FACE, size=10)
        self.set_title(title)
        self.set_lang("zh-CN")
        self.set_creator("huashan")
        # Of the plan, not of this minute: the same plan is the same file.
        self.creation_date = made_at.astimezone(UTC)

    def ink(self, size_pt: float, colour: str = "#1b2831") -> None:
        """How the next text is written."""
        self.set_font(_FACE, size=size_pt)
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        self.set_text_color(red, green, blue)

    def shown(self, text: str) -> str:
        """The text as it can be printed."""
        return self.letters.shown(plain(text))

    def say(self, x: float, baseline: float, text: str) -> None:
        """One line of text from here to the right."""
        if text:
            self.text(x, baseline, self.shown(text))

    def say_middle(self, x: float, baseline: float, text: str) -> None:
        """One line of text around this place."""
        self.say(x - self.width(text) / 2, baseline, text)

    def width(self, text: str) -> float:
        """How wide a line of text is."""
        return self._wide(self.shown(text))

    def _wide(self, text: str) -> float:
        """Without kerning a letter is as wide wherever it stands."""
        size = self.font_size_pt
        for letter in set(text):
            if (letter, size) not in self._widths:
                self._widths[letter, size] = float(self.get_string_width(letter))
        return sum(self._widths[letter, size] for letter in text)

    def lines(self, text: str, width: float) -> list[str]:
        """The text in lines of at most this width: numbers and words whole, no line begun by what closes.

        Always one line at least; a word wider than a line is broken.
        """
        found, line = [""], 0.0
        for word in chain.from_iterable(self._fitting(word, width) for word in _words(self.shown(text))):
            wide = self._wide(word)
            if line + wide > width and found[-1]:
                found.append("")
                line = 0.0
                word = word.lstrip()
                wide = self._wide(word)
            found[-1] += word
            line += wide
        return found

    def _fitting(self, word: str, width: float) -> Iterator[str]:
        if self._wide(word) <= width:
            yield word
        else:
            yield from word

    def stroke(self, parts: Parts, colour: str, width: float, dash: Sequence[float] = ()) -> None:
        """Lines through these places."""
        path = PaintedPath()
        path.style.paint_rule = PathPaintRule.STROKE
        path.style.stroke_color = color_from_hex_string(colour)
        path.style.stroke_width = width
        path.style.stroke_dash_pattern = tuple(dash) or None
        path.style.stroke_cap_style = StrokeCapStyle.BUTT if dash else StrokeCapStyle.ROUND
        path.style.stroke_join_style = StrokeJoinStyle.ROUND
        self._draw(path, parts, close=False)

    def area(self, rings: Parts, colour: str) -> None:
        """The area inside these rings: a ring inside another is a hole."""
        path = PaintedPath()
        path.style.paint_rule = PathPaintRule.FILL_EVENODD
        path.style.fill_color = color_from_hex_string(colour)
        self._draw(path, rings, close=True)

    def _draw(self, path: PaintedPath, parts: Parts, *, close: bool) -> None:
        path.style.auto_close = False
        for part in parts:
            (x, y), *others = part
            path.move_to(x, y)
            for x, y in others:
                path.line_to(x, y)
            if close:
                path.close()
        with self.drawing_context() as context:
            context.add_item(path, clone=False)


def _words(text: str) -> Iterator[str]:
    """What is not to be torn apart.

    >>> list(_words("湖岸(欠 6,800 米·天)XC-01、二"))
    ['湖', '岸', '(欠 6,800 米·天)', 'XC-01、', '二']
    """
    return (found[0] for found in _WORD.finditer(text))

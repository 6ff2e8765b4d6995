"""The lines of a coordinate text gathered into plots and their rings."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.transfer.boundary.header import Header, pair_of
from api.transfer.boundary.rows import Columns, Corner, apart, corner, meant, titles, ungrouped, usual_corner
from layers.errors import BadFile, BadInput

FIELDS = ("界址点数", "地块面积", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码")
"""What the line that heads a plot tells, in its order."""
_SAYING = re.compile(r"\w")
_SECTION = re.compile(r"\[[^\[\]\d]*\]")
_NAME = re.compile(r"(?:地块|宗地|图斑|范围|项目|plot|parcel|area)[^,;=]{0,40}", re.IGNORECASE)
_RING = re.compile(r"(?:内|外)(?:环|圈|边界|部)?[^,;=]{0,10}")
_LONG = re.compile(r"\d{3,}|\d+\.\d+")


class Ring(NamedTuple):
    """One ring as it was written: (n, 2) numbers in the order X, Y, the line of each, whether it was closed."""

    points: NDArray[np.float64]
    lines: NDArray[np.int64]
    closed: bool


@dataclass
class Plot:
    """One plot: what its line of head tells, its corners, and why it cannot be taken."""

    line: int
    fields: dict[str, str] = field(default_factory=dict)
    corners: list[Corner] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    rings: list[Ring] = field(default_factory=list)
    fault: str | None = None

    @property
    def name(self) -> str:
        """What it is called: its name, else its number, else nothing."""
        return self.fields.get("地块名称") or self.fields.get("地块编号") or ""


@dataclass
class Lines:
    """A text's header and plots, the lines that are neither, and remarks.

    unread: lines with numbers, which must not stand among corners; aside: words that only set blocks apart.
    """

    header: Header = field(default_factory=Header)
    plots: list[Plot] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)
    columns: Columns | None = None
    notes: list[str] = field(default_factory=list)


def gathered(lines: list[str]) -> Lines:
    """The plots of a text, each with its corners or the reason it cannot be taken; raises BadFile for a broken block.

    >>> found = gathered(["J1,1,3382000,547000", "J2,1,3382000,547100", "J3,1,3382100,547100", "J1,1,3382000,547000"])
    >>> len(found.plots), len(found.plots[0].corners)
    (1, 4)
    """
    text, section, blank = Lines(), "", False
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        if not bare:
            blank = True
            continue
        if _SECTION.fullmatch(bare):
            section = bare.strip("[] ")
            continue
        if text.plots and text.columns is None and (usual := usual_corner(bare, number)):
            _add(text, usual, blank=blank)
            blank = False
            continue
        heading = section == "属性描述" or (not section and not text.plots)
        if heading and (pair := pair_of(bare, number, among=section == "属性描述")):
            text.header.said[pair[0]], text.header.lines[pair[0]] = pair[1], number
            text.header.hear(pair[1], number)
            continue
        for row in apart(ungrouped(bare)):
            _take(text, row, number, listed=section == "地块坐标", blank=blank)
            blank = False
    return text


def _take(text: Lines, line: str, number: int, *, listed: bool, blank: bool) -> None:
    if not _SAYING.search(line):
        return
    if line.endswith("@"):
        text.plots.append(_headed(line, number))
        return
    if columns := titles(line):
        text.columns = columns
        return
    if not meant(line) and not listed:
        _aside(text, line, number)
        return
    if not text.plots:
        text.plots.append(Plot(number))
    if text.plots[-1].fault:
        return
    try:
        _add(text, corner(line, number, text.columns), blank=blank)
    except BadInput as error:
        text.plots[-1].fault = str(error)


def _add(text: Lines, one: Corner, *, blank: bool) -> None:
    plot = text.plots[-1]
    if plot.corners and text.unread and text.unread[-1][0] > plot.corners[-1].line:
        other, said = text.unread[-1]
        plot.fault = plot.fault or f"第 {other:,} 行 {said[:60]!r} 夹在坐标中间,却读不出坐标:请改正或删去这一行。"
    if plot.fault:
        return
    if blank:
        plot.breaks.add(len(plot.corners))
    plot.corners.append(one)


def _aside(text: Lines, line: str, number: int) -> None:
    """A line that is no corner: the name of the plot that follows, the word for a ring, or one that is not read."""
    begun = bool(text.plots and text.plots[-1].corners)
    bare = line.rstrip(":")
    text.header.hear(line, number)
    if _RING.fullmatch(bare):
        if begun:
            text.plots[-1].breaks.add(len(text.plots[-1].corners))
    elif _NAME.fullmatch(bare) and not _LONG.search(bare):
        text.plots.append(Plot(number, {"地块名称": bare}))
    elif begun and not re.search(r"\d", bare):
        text.plots[-1].breaks.add(len(text.plots[-1].corners))
        text.aside.append((number, line))
    else:
        text.unread.append((number, line))


def _headed(line: str, number: int) -> Plot:
    values = [value.strip() for value in line.removesuffix("@").rstrip().removesuffix(",").split(",")]
    plot = Plot(number, {name: value for name, value in zip(FIELDS, values, strict=False) if value})
    count, kind = plot.fields.get("界址点数", ""), plot.fields.get("图形属性", "面")
    if count and not count.isdecimal():
        plot.fault = (
            f"第 {number:,} 行的点数 {count[:20]!r} 不是整数:地块的首行应为 点数,面积,地块编号,地块名称,面,…,@。"
        )
    elif kind in ("点", "线"):
        plot.fault = f"第 {number:,} 行的地块图形属性为“{kind}”,不是面:只能核查面状范围。"
    return plot


def nothing(name: str) -> BadFile:
    """Why a text without any corner is refused."""
    return BadFile(f"{name}里没有读出一个坐标点:每行一点,如 J1,1,3382099.123,547834.456;请检查内容。")

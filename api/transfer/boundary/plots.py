"""The lines of a coordinate text gathered into plots and their rings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.transfer.boundary.header import Header, pair_of
from api.transfer.boundary.rows import Columns, Corner, apart, corner, distinct, meant, titles, ungrouped, usual_corner
from layers.errors import BadFile, BadInput

FIELDS = ("界址点数", "地块面积", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码")
"""What the line that heads a plot tells, in its order."""
_FEWEST = 3
_SAYING = re.compile(r"\w")
_SECTION = re.compile(r"\[[^\[\]\d]*\]")
_NAME = re.compile(r"(?:地块|宗地|图斑|范围|项目|plot|parcel|area)[^,;=]{0,40}", re.IGNORECASE)
_RING = re.compile(r"(?:内|外)(?:环|圈|边界|部)?[^,;=]{0,10}")
_NUMBERED = re.compile(r"(\D*)(\d{1,9})")
_LAST_NUMBER = re.compile(r"\d+(?:\.(\d*))?[^\d.]*$")
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


def ringed(text: Lines) -> None:
    """Put the corners of each plot into rings, or tell why that cannot be; and the remarks on the whole text.

    >>> found = gathered(["J1,1,3382000,547000", "J2,1,3382000,547100", "J3,1,3382100,547100", "J1,1,3382000,547000"])
    >>> ringed(found)
    >>> found.plots[0].rings[0].closed
    True
    """
    for plot in text.plots:
        _finish(plot)
    text.plots = [plot for plot in text.plots if plot.corners or plot.fault]
    text.notes += _told(text)


def end_checked(text: Lines, lines: list[str]) -> None:
    """Doubt a text that ends within its last row, with fewer decimals than the row before and its ring left open.

    Where a plot's head says how many points there are it is refused: the standard closes rings. Elsewhere it is told.
    """
    plot = text.plots[-1] if text.plots else None
    if plot is None or plot.fault or not plot.rings or plot.rings[-1].closed or len(plot.corners) < 2:
        return
    before, last = plot.corners[-2].line, plot.corners[-1].line
    if last != len(lines) or before == last or _decimals(lines[last - 1]) >= _decimals(lines[before - 1]):
        return
    told = f"第 {last:,} 行的小数位比上一行少,圈又没有闭合:可能被截断"
    if "界址点数" in plot.fields:
        plot.fault = f"{told},请补全,或写上与首点相同的末点。"
    else:
        text.notes.append(f"{told},请核对")


def _decimals(line: str) -> int:
    """How many digits follow the point of a line's last number."""
    found = _LAST_NUMBER.search(line)
    return len(found[1] or "") if found else 0


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


def _finish(plot: Plot) -> None:
    if plot.fault or not plot.corners:
        if not plot.corners and not plot.fault and "界址点数" in plot.fields:
            plot.fault = f"第 {plot.line:,} 行的地块没有坐标:文本可能被截断,请补全。"
        return
    try:
        plot.rings = [_ring(part) for part in _parts(plot)]
        _check_count(plot)
    except BadInput as error:
        plot.fault = str(error)


def _parts(plot: Plot) -> Iterator[list[Corner]]:
    """The corners ring by ring: by the number of the ring where one is written, and wherever a ring closes."""
    numbered = [one.ring > 0 for one in plot.corners]
    if any(numbered) and not all(numbered):
        bare = plot.corners[numbered.index(False)]
        raise BadInput(f"第 {bare.line:,} 行没有圈号或少了一列,别的行有:可能被截断,请补全(点号,圈号,X,Y)。")
    runs = _runs(plot.corners) if all(numbered) else _blocks(plot)
    for run in runs:
        yield from _closings(run)


def _runs(corners: list[Corner]) -> list[list[Corner]]:
    runs: list[list[Corner]] = []
    seen: set[int] = set()
    for one in corners:
        if not runs or runs[-1][-1].ring != one.ring:
            if one.ring in seen:
                raise BadInput(f"第 {one.line:,} 行又回到第 {one.ring} 圈:各圈的行应连在一起,请检查行序。")
            seen.add(one.ring)
            runs.append([])
        runs[-1].append(one)
    return runs


def _blocks(plot: Plot) -> list[list[Corner]]:
    """Blocks set apart by empty lines or words; not where that leaves too few, as in a text of double spacing."""
    edges = [0, *sorted(one for one in plot.breaks if 0 < one < len(plot.corners)), len(plot.corners)]
    blocks = [plot.corners[start:end] for start, end in pairwise(edges)]
    return blocks if all(len(block) >= _FEWEST for block in blocks) else [plot.corners]


def _closings(run: list[Corner]) -> Iterator[list[Corner]]:
    """A run of corners cut where it returns to its first point, or to its first label at another place."""
    start = 0
    for place, one in enumerate(run):
        first, length = run[start], place - start
        if length >= _FEWEST and (one.first, one.second) == (first.first, first.second):
            yield run[start : place + 1]
            start = place + 1
        elif length >= _FEWEST and one.label and one.label == first.label:
            yield run[start:place]
            start = place
    if start < len(run):
        yield run[start:]


def _ring(corners: list[Corner]) -> Ring:
    points = np.array([(one.first, one.second) for one in corners])
    closed = len(points) > 1 and bool((points[0] == points[-1]).all())
    different = distinct(points)
    first, last = corners[0].line, corners[-1].line
    if different < _FEWEST:
        raise BadInput(f"第 {first:,} 至 {last:,} 行只有 {different} 个不同的点,围不成面:至少要 3 个,请补全。")
    lines = np.array([one.line for one in corners])
    return Ring(points if closed else np.vstack([points, points[:1]]), lines, closed)


def _check_count(plot: Plot) -> None:
    said = int(plot.fields.get("界址点数") or 0)
    rows = len(plot.corners)
    without = sum(len(ring.points) - 1 for ring in plot.rings)
    if said and said not in (rows, without, without + len(plot.rings)):
        raise BadInput(
            f"第 {plot.line:,} 行的地块声明 {said:,} 个点,却有 {rows:,} 行坐标:文本可能被截断或多出,请补全或改正点数。"
        )


def _told(text: Lines) -> list[str]:
    notes = []
    corners = [one for plot in text.plots for one in plot.corners]
    if more := [one.line for one in corners if one.more]:
        notes.append(f"每行两个坐标之外的数(高程、边长等)未读取:第 {more[0]:,} 行起 {len(more):,} 行")
    opened = [plot.line for plot in text.plots for ring in plot.rings if not ring.closed]
    if opened:
        notes.append(f"{len(opened):,} 圈的末点不是首点,已闭合")
    if spoken := sorted(text.unread + text.aside):
        shown = ";".join(f"第 {number:,} 行 {line[:30]}" for number, line in spoken[:5])
        notes.append(f"未读取的文字 {len(spoken):,} 行:{shown}")
    for plot in text.plots:
        notes += _gaps(plot)
    return notes + _twice(text.plots)


def _gaps(plot: Plot) -> list[str]:
    """Where the labels J1, J2, … of a ring leave one out, which may be a lost row."""
    labels = {one.line: one.label for one in plot.corners}
    for ring in plot.rings:
        lines = ring.lines[: -1 if ring.closed else None].tolist()
        for one, other in pairwise(lines):
            this, following = _NUMBERED.fullmatch(labels[one]), _NUMBERED.fullmatch(labels[other])
            if this and following and this[1] == following[1] and int(following[2]) > int(this[2]) + 1:
                return [f"点号不连续:第 {one:,} 行 {labels[one]} 之后是 {labels[other]},请核对是否缺行"]
    return []


def _twice(plots: list[Plot]) -> list[str]:
    by_number: dict[str, list[int]] = {}
    for plot in plots:
        if number := plot.fields.get("地块编号"):
            by_number.setdefault(number, []).append(plot.line)
    twice = {number: lines for number, lines in by_number.items() if len(lines) > 1}
    return [
        f"地块编号 {number} 用了 {len(lines)} 次(第 {'、'.join(str(one) for one in lines[:5])} 行),各自读取"
        for number, lines in list(twice.items())[:5]
    ]


def nothing(name: str) -> BadFile:
    """Why a text without any corner is refused."""
    return BadFile(f"{name} 里没有读出一个坐标点:每行一点,如 J1,1,3382099.123,547834.456;请检查内容。")

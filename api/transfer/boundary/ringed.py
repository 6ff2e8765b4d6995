"""The corners of each plot put into rings, and what the whole text has that must be told."""

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from api.transfer.boundary.plots import Lines, Plot, Ring
from api.transfer.boundary.rows import Corner, distinct
from layers.errors import BadInput

__all__ = ["end_checked", "ringed"]

_FEWEST, _SHOWN = 3, 8
_NUMBERED = re.compile(r"(\D*)(\d{1,9})")
_LAST_NUMBER = re.compile(r"\d+(?:\.(\d*))?[^\d.]*$")


def ringed(text: Lines) -> None:
    """Put the corners of each plot into rings, or tell why that cannot be; and the remarks on the whole text.

    >>> from api.transfer.boundary.plots import gathered
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
        rows = f"{first:,} 至 {last:,}" if last > first else f"{first:,}"
        raise BadInput(f"第 {rows} 行只有 {different} 个不同的点,围不成面:至少要 3 个,请补全。")
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
    # The standard has the first point again at the end; a list in an e-mail need not.
    opened = [ring for plot in text.plots if "界址点数" in plot.fields for ring in plot.rings if not ring.closed]
    if opened:
        notes.append(f"{len(opened):,} 圈的末点不是首点,已闭合")
    if spoken := sorted({number for number, _ in text.unread + text.aside} - set(text.header.heard)):
        # By their rows alone: what people write around coordinates has no place in a document.
        shown = "、".join(f"{number:,}" for number in spoken[:_SHOWN]) + " 等" * (len(spoken) > _SHOWN)
        notes.append(f"有文字 {len(spoken):,} 行不是坐标,未读取:第 {shown} 行")
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

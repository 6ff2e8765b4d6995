"""One line of a coordinate text: a corner, the titles of columns, or neither."""

import math
import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.errors import BadInput

ENORMOUS = 1e9
"""A coordinate from here on is none."""
FORM = "应为 点号,圈号,X,Y(X 为北坐标、Y 为东坐标),或 点号 X Y,或一对坐标"
_LONGEST_TITLES = 500
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PARTS = re.compile(r"\s*[,;|\t]\s*|\s+")
_USUAL = re.compile(
    r"\s*([^\s,=:]*)\s*,\s*(\d{1,4})\s*,\s*([+-]?\d{1,10}(?:\.\d*)?)\s*,\s*([+-]?\d{1,10}(?:\.\d*)?)\s*"
)
_LABEL = re.compile(r"[^\W\d]{0,6}[-_#]?\d{1,6}(?:[-_.]\d{1,4})?|[A-Za-z]{1,2}", re.ASCII)
_COUNT = re.compile(r"\d{1,5}")
_MOST_BEFORE = 3
_AROUND = "()[]{}<>\"'"
_GROUPED = re.compile(r"(?<![\w,.])[+-]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})(?![\d,.])")
_RING = re.compile(r"\d{1,4}")
_FIGURE = r"[+-]?\d+(?:\.\d*)?"
_TUPLE = rf"{_FIGURE},{_FIGURE}(?:,{_FIGURE})?"
_BRACKETED = re.compile(rf"[(\[]\s*({_FIGURE}\s*[,\s]\s*{_FIGURE}(?:\s*[,\s]\s*{_FIGURE})?)\s*[)\]]")
_TUPLES = re.compile(rf"{_TUPLE}(?:\s+{_TUPLE})+")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LONG = re.compile(r"[+-]?\d*\.\d+|[+-]?\d{4,}")
_NORTH = ("北坐标", "纵坐标", "北", "纵", "northing", "north", "n", "纬度", "latitude", "lat", "b", "南纬")
_EAST = ("东坐标", "横坐标", "东", "横", "easting", "east", "e", "经度", "longitude", "lon", "lng", "long", "l", "西经")
_X, _Y = ("x", "x坐标", "坐标x"), ("y", "y坐标", "坐标y")
_LABELS = (
    "点号",
    "界址点号",
    "界址点",
    "序号",
    "编号",
    "点名",
    "点",
    "拐点",
    "拐点号",
    "拐点编号",
    "no",
    "id",
    "name",
    "point",
)
_RINGS = ("圈号", "地块圈号", "环号", "ring")
_ANY = "|".join(sorted({*_NORTH[:2], *_NORTH[4:], *_EAST[:2], *_EAST[4:], "x", "y"}, key=len, reverse=True))
_NAMED = re.compile(
    rf"(?<![A-Za-z\u4e00-\u9fff])({_ANY})\s*(?:[=:]\s*([^\s,;|]+)|([+-]?\d+\.\d+|[+-]?\d{{5,}}))", re.IGNORECASE
)


class Columns(NamedTuple):
    """Which column is what, from 0, as a row of titles says; `first` is X or the northing, `second` Y or the easting.

    sure: whether the titles name north and east, longitude and latitude, not X and Y alone. None: there is none.
    """

    first: int
    second: int
    sure: bool
    label: int | None = None
    ring: int | None = None


class Corner(NamedTuple):
    """A corner: what it is called, its ring (0 where not said), its two numbers in the order X, Y, and its line.

    said: 'xy' where X and Y were named, 'ne' where north and east were, '' where the order is only that of the columns.
    more: how many numbers were left over (heights, lengths of sides).
    """

    label: str
    ring: int
    first: float
    second: float
    line: int
    said: str = ""
    more: int = 0


def apart(line: str) -> list[str]:
    """The corners of a line that holds several: in brackets, set apart by semicolons, or as KML has them by spaces.

    >>> apart("114.5,30.5;114.6,30.5;"), apart("114.5,30.5,0 114.6,30.5,0"), apart("J1;1;3382099;547834")
    (['114.5,30.5', '114.6,30.5'], ['114.5,30.5,0', '114.6,30.5,0'], ['J1;1;3382099;547834'])
    """
    if _TUPLES.fullmatch(line):
        return line.split()
    bracketed = _BRACKETED.findall(line)
    if len(bracketed) > 1:
        return list(bracketed)
    parts = [part.strip() for part in line.split(";") if part.strip()]
    return parts if len(parts) > 1 and all(len(_split(part)) > 1 for part in parts) else [line]


def ungrouped(line: str) -> str:
    """A line with numbers as 3,384,860.187 without their thousands' commas, where spaces or names set them apart.

    >>> ungrouped("J1 3,384,860.187 547,473.860"), ungrouped("J1,1,384,860.187")
    ('J1 3384860.187 547473.860', 'J1,1,384,860.187')
    """
    return _GROUPED.sub(lambda number: number[0].replace(",", ""), line)


def titles(line: str) -> Columns | None:
    """The columns that a row of titles names; None for any other line.

    >>> titles("点号,X(北),Y(东)").second, titles("序号 经度 纬度").first, titles("J1,1,2")
    (2, 2, None)
    """
    if len(line) > _LONGEST_TITLES:
        return None
    words = [
        re.sub(r"坐标|\s", "", re.sub(r"\(.*?\)|/.*|:", "", word)).casefold() or word
        for word in _PARTS.split(line)
        if word
    ]
    if any(_NUMBER.fullmatch(word) for word in words):
        return None

    def place(names: tuple[str, ...]) -> int | None:
        short = {name.replace("坐标", "") or name for name in names} | set(names)
        return next((n for n, word in enumerate(words) if word in short), None)

    label, ring = place(_LABELS), place(_RINGS)
    for north, east, sure in ((_NORTH, _EAST, True), (_X, _Y, False)):
        first, second = _first_in(words, north), _first_in(words, east)
        if first is not None and second is not None:
            return Columns(first, second, sure, label, ring)
    mixed = _first_in(words, (*_X, "纵x", "北x", "x北")), _first_in(words, (*_Y, "横y", "东y", "y东"))
    if mixed[0] is not None and mixed[1] is not None:
        return Columns(mixed[0], mixed[1], True, label, ring)
    return None


def _first_in(words: list[str], names: tuple[str, ...]) -> int | None:
    short = {name.replace("坐标", "") or name for name in names}
    return next((n for n, word in enumerate(words) if word in short), None)


def meant(line: str) -> bool:
    """Whether a line means to be a corner, well or badly written: it starts like one and is no sentence.

    >>> meant("J3,1,三三八二"), meant("您好,请核查 2.5 公顷"), meant("1、面积约二十亩")
    (True, False, False)
    """
    if len(_NAMED.findall(line)) > 1:
        return True
    parts = _split(line)
    head = parts[0] if parts else ""
    if _NUMBER.fullmatch(head) or (len(parts) > 1 and _LABEL.fullmatch(head)):
        spoken = any(_CHINESE.search(part) for part in parts)
        return not spoken or _lettered(head) or sum(bool(_LONG.fullmatch(part)) for part in parts) > 1
    return bool(_lettered(head) or (len(parts) > 2 and sum(bool(_LONG.fullmatch(part)) for part in parts) > 1))


def usual_corner(line: str, number: int) -> Corner | None:
    """The corner of a line of the standard's form, None for any other: most lines are, and this is quick."""
    found = _USUAL.fullmatch(line)
    if not found:
        return None
    first, second = float(found[3]), float(found[4])
    if abs(first) >= ENORMOUS or abs(second) >= ENORMOUS:
        return None
    return Corner(found[1], int(found[2]), first, second, number)


def distinct(points: NDArray[np.float64]) -> int:
    """How many different points there are.

    >>> distinct(np.array([(0.0, 0), (1, 1), (0, 0)]))
    2
    """
    return len(set(map(tuple, points.tolist())))


def corner(line: str, number: int, columns: Columns | None = None) -> Corner:
    """The corner of a line; raises BadInput naming the row and the remedy.

    >>> corner("J1,1,3382099.123,547834.456", 12)
    Corner(label='J1', ring=1, first=3382099.123, second=547834.456, line=12, said='', more=0)
    >>> corner("Y=38547834.4 X=3382099.1", 3)[2:]
    (3382099.1, 38547834.4, 3, 'xy', 0)
    """
    if columns is None and (usual := usual_corner(line, number)):
        return usual
    if named := _named(line, number):
        return named
    parts = _split(line)
    if columns and len(parts) > max(columns.first, columns.second):
        return _by_titles(parts, number, columns)
    return _by_looks(parts, line, number)


def _named(line: str, number: int) -> Corner | None:
    found = [(name.casefold(), given or bare) for name, given, bare in _NAMED.findall(line)]
    norths = [value for name, value in found if name in _NORTH]
    easts = [value for name, value in found if name in _EAST]
    if len(norths) == len(easts) == 1:
        label = _split(line[: _NAMED.search(line).start()] or " ")  # type: ignore[union-attr]
        signs = [-1 if any(name == west for name, _ in found) else 1 for west in ("南纬", "西经")]
        first, second = signs[0] * _checked(norths[0], number), signs[1] * _checked(easts[0], number)
        return Corner(label[0] if label else "", 0, first, second, number, "ne")
    xs, ys = ([value for name, value in found if name == one] for one in ("x", "y"))
    if len(xs) == len(ys) == 1:
        label = _split(line[: _NAMED.search(line).start()] or " ")  # type: ignore[union-attr]
        return Corner(label[0] if label else "", 0, _checked(xs[0], number), _checked(ys[0], number), number, "xy")
    return None


def _by_titles(parts: list[str], number: int, columns: Columns) -> Corner:
    label = parts[columns.label] if columns.label is not None and columns.label < len(parts) else ""
    ring = 0
    if columns.ring is not None and columns.ring < len(parts):
        if not _RING.fullmatch(parts[columns.ring]):
            raise BadInput(f"第 {number:,} 行的圈号 {parts[columns.ring][:20]!r} 不是整数:请改正。")
        ring = int(parts[columns.ring])
    first, second = _checked(parts[columns.first], number), _checked(parts[columns.second], number)
    return Corner(label, ring, first, second, number, "ne" if columns.sure else "xy")


def _by_looks(parts: list[str], line: str, number: int) -> Corner:
    start = _start(parts)
    before, numbers = parts[:start], parts[start:]
    cut = len(parts) == 3 and not _is_long(parts[1]) and _is_long(parts[2]) and bool(_RING.fullmatch(parts[1]))
    if len(numbers) < 2 or cut:
        raise BadInput(
            f"第 {number:,} 行 {line.strip()[:60]!r} 不是一个完整的点:{FORM}。可能被截断,请补全或删去这一行。"
        )
    first, second, *rest = numbers
    ring = int(before[-1]) if len(before) > 1 and _RING.fullmatch(before[-1]) else 0
    label = next((part for part in before if not _NUMBER.fullmatch(part)), before[0] if before else "")
    return Corner(label, ring, _checked(first, number), _checked(second, number), number, "", len(rest))


def _start(parts: list[str]) -> int:
    """Where the coordinates begin: at two long numbers, after label, ring or count; else at the last two parts."""
    for place in range(min(len(parts) - 1, _MOST_BEFORE + 1)):
        pair = _is_long(parts[place]) and _is_long(parts[place + 1])
        counted = _COUNT.fullmatch(parts[place]) and place + 2 < len(parts) and _is_long(parts[place + 2])
        if pair and not counted:
            return place
        if _NUMBER.fullmatch(parts[place]) and not _COUNT.fullmatch(parts[place]):
            break
        if _spelt(parts[place]):
            break
    return max(len(parts) - 2, 0) if len(parts) <= _MOST_BEFORE + 1 else 0


def _is_long(part: str) -> bool:
    return bool(_LONG.fullmatch(part.rstrip("m米")))


def _spelt(part: str) -> bool:
    """Whether a number was spelt out where digits belong, which is no label."""
    return bool(re.fullmatch("[零〇一二三四五六七八九十百千万点两]{2,}", part))


def _checked(text: str, number: int) -> float:
    bare = text.strip().rstrip("m米").strip()
    if not _NUMBER.fullmatch(bare):
        raise BadInput(f"第 {number:,} 行的坐标 {text[:40]!r} 不是数字:{FORM},请改正。")
    value = float(bare)
    if not math.isfinite(value) or abs(value) >= ENORMOUS:
        raise BadInput(f"第 {number:,} 行的坐标 {text[:40]!r} 大得不可能:请检查是否丢了小数点。")
    return value


def _lettered(part: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z]{1,3}[-_#]?\d{1,6}", part))


def _split(line: str) -> list[str]:
    return [part for part in (one.strip(_AROUND) for one in _PARTS.split(line.strip())) if part]

"""Codes, names and numbers of banks: pieces of a river from upstream, of a shore from the north."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from shapely import LineString

from geo.banks.rivers import upstream_first

__all__ = ["SIDES", "Bank", "Found", "Side", "numbered", "renumbered"]

Side = Literal["left", "right", "shore", "island"]

SIDES: dict[Side, tuple[str, str]] = {
    "left": ("左", "左岸"),
    "right": ("右", "右岸"),
    "shore": ("岸", "岸线"),
    "island": ("岛", "岛岸"),
}
"""Each side's letter in a bank's code and its word in a bank's name."""


@dataclass(frozen=True)
class Bank:
    """A line from 0 m: downstream along a river, clockwise around a lake or island. piece counts from 1."""

    code: str
    water_code: str
    name: str | None
    side: Side
    piece: int
    line: LineString
    assumed: bool = False


class Found(NamedTuple):
    """Lines of one side of one water, not yet numbered. course: where the river runs there, for the order."""

    water_code: str
    water_name: str | None
    side: Side
    lines: list[LineString]
    course: LineString | None = None
    assumed: bool = False


def numbered(found: Iterable[Found]) -> list[Bank]:
    """Banks with code and name; pieces of a river count from upstream over all waters of its name, else per water."""
    groups: dict[tuple[str, Side], list[Found]] = defaultdict(list)
    for item in found:
        own = item.course is None or not item.water_name
        groups[item.water_code if own else f"={item.water_name}", item.side].append(item)
    return [bank for (_, side), members in groups.items() for bank in _counted(side, members)]


def _counted(side: Side, members: Sequence[Found]) -> list[Bank]:
    courses = [item.course for item in members if item.course is not None]
    ordered = [members[index] for index in upstream_first(courses)] if courses else members
    placed = [(item, line) for item in ordered for line in item.lines]
    word = SIDES[side][1]
    several = len(placed) > 1
    return [
        Bank(
            code=_code(item.water_code, side, piece),
            water_code=item.water_code,
            name=f"{item.water_name}{word}{piece if several else ''}" if item.water_name else None,
            side=side,
            piece=piece,
            line=line,
            assumed=item.assumed,
        )
        for piece, (item, line) in enumerate(placed, start=1)
    ]


def _code(water_code: str, side: Side, piece: int) -> str:
    return f"{water_code}-{SIDES[side][0]}{piece}"


def renumbered(bank: Bank, piece: int) -> Bank:
    """The bank under another number; its name changes with it if it bears the number.

    >>> line = LineString([(0, 0), (9, 0)])
    >>> bank = renumbered(Bank("W-左1", "W", "清河左岸1", "left", 1, line), 3)
    >>> bank.code, bank.name
    ('W-左3', '清河左岸3')
    """
    word, name = SIDES[bank.side][1], bank.name
    if name and name.endswith(f"{word}{bank.piece}"):
        name = f"{name.removesuffix(str(bank.piece))}{piece}"
    return replace(bank, code=_code(bank.water_code, bank.side, piece), name=name, piece=piece)

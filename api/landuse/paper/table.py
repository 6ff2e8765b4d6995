"""What a table of a printed answer is, and how the values in it are written on paper."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from api.landuse.paper import words
from api.landuse.paper.words import Json

__all__ = ["AREA", "FEATURE", "SHARE", "Column", "Table", "doubled", "folded", "known", "said"]


class Column(NamedTuple):
    """A column: its title, how its values are written, and how wide it is beside the others.

    fold: whether paper says it below the table where it is the same in each row.  mark: whether, where there are a few
    values, paper says these there and writes a mark for each.
    """

    title: str
    kind: str = "text"
    width: float = 2.0
    fold: bool = False
    mark: bool = False


class Table(NamedTuple):
    """A table: its name, its rows of plain values, what they come to, and what is to be known of them.

    name: what the workbook's sheet is called.  empty: what is said where there is no row.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    total: Sequence[Any] | None = None
    note: str = ""
    empty: str = "无。"


AREA = (Column("平方米", "m2", 2.6), Column("公顷", "ha", 1.9), Column("亩", "mu", 1.9))
SHARE = Column("占比", "share", 1.7)
_WRITTEN: dict[str, Callable[[Any], str]] = {
    "m2": words.m2,
    "ha": lambda value: words.number(value, 4),
    "mu": lambda value: words.number(value, 2),
    "m": lambda value: words.number(value, 2),
    "mm": lambda value: words.number(value, 3).replace(",", ""),
    "share": words.share,
    "ratio": lambda value: words.number(value, 4),
    "count": lambda value: words.number(value, 0),
    "degree": lambda value: words.number(value, 6),
    "time": words.clock,
}
"""How values of each kind are written on paper."""
_MARKS = "①②③④⑤⑥⑦⑧⑨"
_SHORT = 4
"""So many letters are no longer than a column for them is wide."""


def said(value: object, kind: str) -> str:
    """A cell as paper says it.

    >>> said(0.25, "share"), said(None, "text"), said("水田", "text")
    ('25.00%', '', '水田')
    """
    if kind in _WRITTEN and (not isinstance(value, str) or (kind == "time" and value)):
        return _WRITTEN[kind](value)
    return "" if value is None else words.plain(str(value))


FEATURE = (
    Column("编号", width=3),
    Column("名称", width=3),
    Column("版次", width=2, fold=True, mark=True),
    Column("入库", "time", 2.8, fold=True, mark=True),
)
"""What names a feature and its version."""


def known(one: Json) -> tuple[Any, ...]:
    """A feature's cells under FEATURE."""
    return one["code"], one["name"], one["edition"], one["known_from"]


def folded(table: Table) -> Table:
    """The table without the columns that say the same in each row, which its note says instead; nor empty ones.

    Of a few values, as of two editions, the note says what the marks stand for that take their place.

    >>> columns = (Column("编号"), Column("版次", fold=True, mark=True), Column("备注", fold=True))
    >>> table = folded(Table("", "", columns, [("A", "一版", ""), ("B", "一版", "")]))
    >>> table.rows, table.note
    ([('A',), ('B',)], '版次:一版。')
    >>> table = folded(Table("", "", columns, [("A", "2024年度", ""), ("B", "2025年度", ""), ("C", "2024年度", "")]))
    >>> table.rows, table.note
    ([('A', '①'), ('B', '②'), ('C', '①')], '版次:①2024年度、②2025年度。')
    """
    table = _marked(table)
    values = [set(column) for column in zip(*table.rows, strict=True)]
    same = [column.fold and len(found) == 1 for column, found in zip(table.columns, values, strict=False)]
    if not any(same):
        return table
    told = [
        f"{column.title}:{said(found.pop(), column.kind)}"
        for column, found, folds in zip(table.columns, values, same, strict=True)
        if folds and found not in ({""}, {None})
    ]

    def kept(row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(value for value, folds in zip(row, same, strict=True) if not folds)

    total = kept(table.total) if table.total else None
    rows = [kept(row) for row in table.rows]
    return table._replace(columns=kept(table.columns), rows=rows, total=total, note="。".join([*told, table.note]))


def _marked(table: Table) -> Table:
    """The table with marks for the few long values of a column; its note says what they stand for."""
    columns, notes, marks = list(table.columns), [], {}
    for place, column in enumerate(table.columns):
        found = list(dict.fromkeys(said(row[place], column.kind) for row in table.rows)) if column.mark else []
        long = [value for value in found if value]
        if len(found) >= 2 and len(long) <= len(_MARKS) and max(map(len, long), default=0) > _SHORT:
            marks[place] = {"": ""} | dict(zip(long, _MARKS, strict=False))
            columns[place] = column._replace(kind="text", width=1.2)
            notes.append(f"{column.title}:{'、'.join(marks[place][value] + value for value in long)}")
    if not marks:
        return table
    rows = [
        tuple(marks[i][said(value, table.columns[i].kind)] if i in marks else value for i, value in enumerate(row))
        for row in table.rows
    ]
    return table._replace(columns=columns, rows=rows, note="。".join([*notes, table.note]))


def doubled(table: Table, least: int) -> Table:
    """A narrow table of at least so many rows in two halves side by side, which takes half the paper.

    >>> told = doubled(Table("", "", (Column("点号"),), [("J1",), ("J2",), ("J3",)]), 3)
    >>> told.rows, len(told.columns)
    ([('J1', 'J3'), ('J2', '')], 2)
    """
    if len(table.rows) < least:
        return table
    half = (len(table.rows) + 1) // 2
    empty = ("",) * len(table.columns)
    beside = [*table.rows[half:], empty][:half]
    rows = [(*left, *right) for left, right in zip(table.rows[:half], beside, strict=True)]
    columns = [column._replace(fold=False) for column in table.columns] * 2
    return table._replace(columns=columns, rows=rows)

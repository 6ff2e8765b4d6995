"""A layer's fields and values in the words that people read, such as find their way back on import."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from api.transfer.columns import Column, Shape, aliases_of, match
from api.transfer.delimited import EAST, NORTH, WKT
from api.transfer.source import Values, name_key
from layers.catalogue import Layer
from layers.column_names import LAT, LON

YES, NO = "是", "否"
_EXPLAINED = re.compile(r"([^(\uff08:\uff1a]+)[:\uff1a]")
_COORDINATES = {*LON, *LAT, *EAST, *NORTH, *WKT}


def headings(layer: Layer, columns: Sequence[Column]) -> dict[str, str]:
    """Field -> its Chinese title without what explains it after a colon, or all of it, or its own name.

    Whichever comes first that is not taken for another field on the way in, nor for coordinates.

    >>> from layers.catalogue import read_catalogue
    >>> headings(read_catalogue()["road"], [Column("code", "text", "编码"), Column("class", "text", "道路等级")])
    {'code': '编码', 'class': '道路等级'}
    """
    aliases, shape = aliases_of(layer).columns, Shape(tuple(columns), frozenset())
    ways = {column.name: [_short(column.zh), column.zh, column.name] for column in columns}
    shown = {name: next(title for title in titles if title) for name, titles in ways.items()}
    while True:
        found = match(list(shown.values()), shape, aliases=aliases, given={}).columns
        unclear = [
            name
            for name, title in shown.items()
            if title != name and (found.get(name) != title or _is_coordinate(title) or _times(title, shown) > 1)
        ]
        if not unclear:
            return shown
        shown |= {name: _next(ways[name], shown[name]) for name in unclear}


def _short(title: str) -> str:
    found = _EXPLAINED.match(title)
    return found[1] if found else title


def _next(titles: Sequence[str], title: str) -> str:
    return next(other for other in titles[titles.index(title) + 1 :] if other and other != title)


def _times(title: str, shown: Mapping[str, str]) -> int:
    return list(shown.values()).count(title)


def _is_coordinate(title: str) -> bool:
    return name_key(title) in _COORDINATES


def worded(values: Values, column: Column) -> Values:
    """(n,) values with the Chinese titles of enumerations and yes or no, of each in a list; others as they are.

    >>> kind = Column("kind", "text", choices={"lake": "湖"})
    >>> worded(np.array(["lake", "sea", None, True], dtype=object), kind).tolist()
    ['湖', 'sea', None, '是']
    """
    told = np.empty(len(values), dtype=object)
    told[:] = [_worded(value, column.choices) for value in values]
    return told


def _worded(value: object, choices: Mapping[str, str]) -> object:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, (list, tuple)):
        return [_worded(one, choices) for one in value]
    return choices.get(value, value) if isinstance(value, str) else value

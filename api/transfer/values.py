"""A file's values in the types of a layer's fields, as text that the database takes; or why they do not fit."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation

import numpy as np

from api.transfer.columns import Column
from api.transfer.faults import Faults, none_yet
from api.transfer.source import Values, name_key, text_of

_TRUE = {"true", "t", "1", "yes", "y", "是", "真", "有"}
_FALSE = {"false", "f", "0", "no", "n", "否", "假", "无"}
LONGEST_CODE = 200
"""Codes are indexed, shown on the map and named in addresses."""
_LONGEST = 10_000
_LONGEST_LIST = 1_000_000
_LIST = "[]"
_SEPARATORS = re.compile(r"[;,、\n\uff1b\uff0c]")
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_MOMENT = re.compile(
    r"^(\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?)(?:[T ]*(\d{1,2}[:时]\d{2}(?:[:分]\d{2}(?:\.\d{1,6})?)?)[分秒]?)?"
    r"\s*(Z|[+-]\d{2}(?::?\d{2})?)?$"
)
_DAY = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?$")


def converted(values: Values, column: Column) -> tuple[Values, Faults]:
    """The values as the database's text, None where empty; and why each that does not fit does not, or None.

    values: (n,) as the file has them. A label in either language is taken for the value it stands for.

    >>> kind = Column("kind", "text", zh="水体类别", labels={"湖": "lake"})
    >>> texts, faults = converted(np.array(["湖", None], dtype=object), kind)
    >>> texts.tolist(), faults.tolist()
    (['lake', None], [None, None])
    """
    several = column.type.endswith(_LIST)
    convert = _CONVERTERS.get(column.type.removesuffix(_LIST).split("(")[0], _text)
    texts, faults = np.full(len(values), None, dtype=object), none_yet(len(values))
    longest = _LONGEST_LIST if several else LONGEST_CODE if column.name.endswith("code") else _LONGEST
    for row, value in enumerate(values):
        text = text_of(value)
        if not text:
            continue
        if len(text) > longest:
            faults[row] = f"字段 {column.title} 的值有 {len(text):,} 个字,上限 {longest:,}:{text[:20]}…"
            continue
        try:
            parts = [part.strip() for part in _SEPARATORS.split(text)] if several else [text]
            found = [convert(_plain(column.labels.get(name_key(part), part), convert)) for part in parts if part]
            texts[row] = _array(found) if several else found[0]
        except (ValueError, InvalidOperation, OverflowError):
            faults[row] = f"字段 {column.title} 的值 {text[:60]!r} 不是{_KINDS.get(convert, '可用的文字')}"
    return texts, faults


def joined(values: Sequence[object]) -> str:
    """Several values as one text that is taken apart again.

    >>> joined(["A", "B"])
    'A;B'
    """
    return ";".join(map(str, values))


def elements(text: str | None) -> list[str] | None:
    """The values of an array as `converted` writes it; None for any other text.

    >>> elements('{"A","B"}'), elements("A")
    (['A', 'B'], None)
    """
    if text is None or not text.startswith('{"'):
        return None
    return [re.sub(r"\\(.)", r"\1", one) for one in _ELEMENT.findall(text)]


def _array(parts: list[str]) -> str | None:
    """An array as PostgreSQL reads it; None where it is empty, as an empty cell is."""
    if any(not part.isprintable() for part in parts):
        raise ValueError(parts)
    quoted = [part.replace("\\", "\\\\").replace('"', '\\"') for part in parts]
    return "{" + ",".join(f'"{part}"' for part in quoted) + "}" if parts else None


def _plain(text: str, convert: Callable[[str], str]) -> str:
    """The text with the signs that Chinese keyboards write, such as a full-width colon, as what they mean."""
    return text if convert is _text else unicodedata.normalize("NFKC", text)


def _text(text: str) -> str:
    text.encode()
    if "\0" in text:
        raise ValueError("NUL")
    return text


def _whole(text: str) -> str:
    number = Decimal(text)
    if number != int(number) or abs(number) >= 2**63:
        raise ValueError(text)
    return str(int(number))


def _number(text: str) -> str:
    if not np.isfinite(float(text)):
        raise ValueError(text)
    return text


def _exact(text: str) -> str:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return str(number)


def _truth(text: str) -> str:
    word = name_key(text)
    if word not in _TRUE | _FALSE:
        raise ValueError(text)
    return "true" if word in _TRUE else "false"


def _day(text: str) -> str:
    found = _DAY.match(text)
    if not found:
        raise ValueError(text)
    year, month, day = (int(part) for part in found.groups())
    return date(year, month, day).isoformat()


def _clock(text: str) -> str:
    return time.fromisoformat(text if text[1:2] != ":" else f"0{text}").replace(tzinfo=None).isoformat()


def _moment(text: str) -> str:
    """A time as PostgreSQL reads it; one without an offset is local, and the transaction's clock says where."""
    match = _MOMENT.match(text)
    if not match:
        raise ValueError(text)
    day, clock, offset = match.groups()
    plain = re.sub("[时分]", ":", clock or "00:00")
    return f"{_day(day)} {_clock(plain)}{offset or ''}"


def _chainage(text: str) -> str:
    kilometres, plus, metres = text.upper().removeprefix("K").partition("+")
    return _number(str(int(kilometres) * 1000 + float(metres))) if plus else _number(text)


_CONVERTERS: dict[str, Callable[[str], str]] = {
    "text": _text,
    "smallint": _whole,
    "integer": _whole,
    "bigint": _whole,
    "real": _number,
    "double precision": _number,
    "numeric": _exact,
    "boolean": _truth,
    "date": _day,
    "time without time zone": _clock,
    "timestamp with time zone": _moment,
    "chainage": _chainage,
}
_KINDS: dict[Callable[[str], str], str] = {
    _whole: "整数",
    _number: "数字",
    _exact: "数字",
    _truth: "是或否",
    _day: "日期(如 2026-06-30)",
    _clock: "时刻(如 08:30)",
    _moment: "时间(如 2026-06-30 08:30)",
    _chainage: "桩号(如 1200.5 或 K1+200.5)",
}

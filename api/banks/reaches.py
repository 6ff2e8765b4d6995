"""Reaches (责任段): which post answers for which metres of which bank."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from geo.lines.chainage import CentimetreRange, from_cm
from layers.errors import BadInput, NotFound
from layers.query import execute, rows, value

__all__ = ["Reach", "multirange", "set_reaches"]

ROUNDING_CM = 1


@dataclass(frozen=True)
class Reach:
    """Ranges of a bank's chainage in centimetres and the post that answers for them; None where nobody does.

    Across 0 m of a ring a reach has two ranges.
    """

    code: str
    bank_code: str
    ranges: Sequence[CentimetreRange]
    post_code: str | None = None
    name: str | None = None


def multirange(ranges: Iterable[CentimetreRange]) -> str:
    """Ranges as PostgreSQL writes a multirange.

    >>> multirange([(0, 500), (900, 1000)])
    '{[0,500),[900,1000)}'
    """
    return "{" + ",".join(f"[{start},{end})" for start, end in ranges) + "}"


def set_reaches(
    connection: Connection,
    reaches: Iterable[Reach],
    *,
    provenance: str = "import",
    edition_id: int | None = None,
) -> int:
    """Store the reaches, new or changed, by their codes; how many were written. The same again writes nothing.

    Raises NotFound for a bank that is not there and BadInput for a range beyond its ends.
    """
    written = 0
    for reach in reaches:
        span = multirange(_checked(connection, reach))
        columns = {"name": reach.name, "bank_code": reach.bank_code, "span": span, "post_code": reach.post_code}
        found = rows(connection, "water/reach_by_code", code=reach.code)
        if not found:
            origin = {"provenance": provenance, "edition_id": edition_id, "valid_from": None}
            execute(connection, "water/reach_insert", None, code=reach.code, **columns, **origin)
        elif columns != {**{key: found[0][key] for key in columns if key != "span"}, "span": stored_span(found[0])}:
            execute(connection, "water/reach_change", None, id=found[0]["id"], **columns)
        else:
            continue
        written += 1
    return written


def stored_span(row: RowMapping) -> str:
    """The span of a row of reach_by_code or reach_of_bank as PostgreSQL writes it."""
    return multirange(ranges_of(row))


def ranges_of(row: RowMapping) -> list[CentimetreRange]:
    """The ranges of a row of reach_by_code or reach_of_bank."""
    return list(zip(row["from_cm"], row["to_cm"], strict=True))


def _checked(connection: Connection, reach: Reach) -> list[CentimetreRange]:
    end_cm = value(connection, "water/bank_length", code=reach.bank_code)
    if end_cm is None:
        raise NotFound(f"没有岸线 {reach.bank_code!r}:请先导入水体,岸线会自动推算。")
    ranges = [(start, min(end, end_cm) if end <= end_cm + ROUNDING_CM else end) for start, end in sorted(reach.ranges)]
    for start, end in ranges:
        if not 0 <= start < end <= end_cm:
            raise BadInput(
                f"责任段 {reach.code!r} 的桩号 {from_cm(start)}–{from_cm(end)} 米不在岸线 {reach.bank_code!r} 的 "
                f"0–{from_cm(end_cm)} 米之内:请改正起止桩号。"
            )
    if not ranges:
        raise BadInput(f"责任段 {reach.code!r} 没有桩号范围:请给出起止桩号。")
    return ranges

"""Batches of land checks as they are kept: one asked for, what there is of one, and what is done with one."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

import shapely
from sqlalchemy import Connection

from api.access.reader import Reader
from api.answers.problems import Gone
from api.jobs import waiting
from api.jobs.in_hand import dumped
from api.landuse.batches.kind import BATCHES, MOST
from api.landuse.rights import may_see
from layers import query
from layers.crs import Geometries
from layers.errors import Conflict, NotFound

__all__ = [
    "CODE", "STATUS", "Asked", "Only", "Outlines", "add", "cancel", "conflicts", "erase", "erase_old", "held", "listed",
    "one", "outline", "outlines", "rows",
]  # fmt: skip

CODE = r"^PL[0-9]{8}-[2-9A-HJ-NP-Z]{8}$"
STATUS = {"queued": "排队中", "checking": "核查中", "done": "已完成", "failed": "失败", "cancelled": "已取消"}
"""How users read where a batch is."""
AT_ONCE = 1_000
PAGE = 1_000
Only = Literal["no", "unknown", "ask", "yes", "fault"]
Row = dict[str, Any]


class Asked(NamedTuple):
    """A batch as it is to be kept: as of when, as known when, and how its outlines were read."""

    code: str
    name: str | None
    activity: str
    as_of: date
    known_at: datetime
    tolerance_m: float
    asked: Row
    signed_in: bool


class Outlines(NamedTuple):
    """Outlines as they were read: (n,) names, shapes in metres, and why there is none where there is None."""

    names: Sequence[str]
    shapes: Geometries
    faults: Sequence[str | None]


def add(connection: Connection, asked: Asked, outlines: Outlines, person: str) -> int:
    """Keep a batch to be checked; its number. Raises TooMany where this person, or all, wait for too many already."""
    waiting.check_crowd(connection, BATCHES, person, MOST)
    bound = asked._asdict() | {"asked": dumped(asked.asked), "total": len(outlines.names)}
    batch_id: int = query.value(connection, "landuse/batch_insert", None, **bound)
    wkb = shapely.to_wkb(outlines.shapes)
    for first in range(0, len(outlines.names), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        numbers = range(first + 1, first + 1 + len(outlines.names[some]))
        query.execute(
            connection,
            "landuse/batch_outlines",
            None,
            batch_id=batch_id,
            numbers=list(numbers),
            names=[name or None for name in outlines.names[some]],
            outlines=list(wkb[some]),
            faults=list(outlines.faults[some]),
        )
    return batch_id


def one(connection: Connection, reader: Reader, code: str) -> Row:
    """What there is of a batch; raises NotFound where there is none for this reader, Gone where it was erased."""
    return _found(connection, "landuse/batch_one", reader, code)


def held(connection: Connection, reader: Reader, code: str) -> Row:
    """A batch to be changed, locked until the transaction ends; raises as `one` does."""
    return _found(connection, "landuse/batch_lock", reader, code)


def _found(connection: Connection, name: str, reader: Reader, code: str) -> Row:
    found = query.rows(connection, name, None, code=code) if re.fullmatch(CODE, code) else []
    row = dict(found[0]) if found else None
    if row is None or not (may_see(reader, row) or row["erased_at"]):
        raise NotFound(f"没有批量核查 {code[:40]!r},或不是您的:自己的见 /landuse/batches。")
    if row["erased_at"] is not None:
        raise Gone(f"批量核查 {code} 已删除,内容不再保存:请重新提交。")
    return row


def listed(connection: Connection, reader: Reader, by: str | None, before: int | None, most: int) -> list[Row]:
    """Batches, the newest first: a reader's own, or anyone's for an admin; none for someone without a token.

    before: only those made before the one of a number.
    """
    if not reader.signed_in:
        return []
    person = by if "admin" in reader.roles else reader.name
    found = query.rows(connection, "landuse/batch_list", None, person=person, before=before, most=most)
    return [dict(row) for row in found]


def rows(
    connection: Connection, batch_id: int, *, after: int = 0, only: Only | None = None, most: int | None = None
) -> Iterator[Row]:
    """The outlines of a batch with what they were answered, by number; most: no more than so many."""
    while most is None or most > 0:
        wanted = PAGE if most is None else min(PAGE, most)
        found = query.rows(
            connection, "landuse/batch_rows", None, batch_id=batch_id, after=after, only=only, most=wanted
        )
        yield from (dict(row) for row in found)
        if len(found) < wanted:
            return
        after, most = found[-1]["number"], None if most is None else most - len(found)


def outline(connection: Connection, batch_id: int, number: int) -> Row:
    """One outline as it came, with what it was answered; raises NotFound where the batch has no such one."""
    found = query.rows(connection, "landuse/batch_outline", None, batch_id=batch_id, number=number)
    if not found:
        raise NotFound(f"这批核查没有第 {number} 个范围:序号见各行的 number。")
    return dict(found[0])


def conflicts(connection: Connection, batch_id: int) -> Iterator[list[Row]]:
    """Where the outlines of a batch meet what they may not, some at a time, within a transaction that only reads."""
    return _streamed(connection, "landuse/batch_conflicts", batch_id)


def outlines(connection: Connection, batch_id: int) -> Iterator[list[Row]]:
    """The outlines of a batch with their shapes, some at a time, within a transaction that only reads."""
    return _streamed(connection, "landuse/batch_all", batch_id)


def _streamed(connection: Connection, name: str, batch_id: int) -> Iterator[list[Row]]:
    read = connection.execution_options(stream_results=True, max_row_buffer=PAGE)
    try:
        with query.execute(read, name, None, batch_id=batch_id) as found:
            for part in found.mappings().partitions(PAGE):
                yield [dict(row) for row in part]
    finally:
        connection.execution_options(stream_results=False)


def cancel(connection: Connection, row: Row) -> str:
    """Ask a batch that is held to stop; its status then. Raises Conflict where it has ended already."""
    if row["status"] not in BATCHES.open:
        raise Conflict(f"批量核查 {row['code']} 已经结束({STATUS[row['status']]}),不能再取消。")
    return waiting.cancel(connection, BATCHES, row["batch_id"])


def erase(connection: Connection, batch_id: int) -> None:
    """Take out all that a batch says; whoever checks it stops."""
    query.execute(connection, "landuse/batch_erase", None, batch_id=batch_id)


def erase_old(connection: Connection, days: int) -> int:
    """Erase the batches that were kept for long enough; how many."""
    found = query.rows(connection, "landuse/batch_old", None, days=days)
    for row in found:
        erase(connection, row["batch_id"])
    return len(found)

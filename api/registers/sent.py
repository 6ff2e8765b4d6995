"""A sheet that somebody sends, read with suspicion: its rows by the fields of a register, or why one cannot be read."""

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection

from api.registers.columns import sheet_shape
from api.registers.register import Register
from api.transfer.archive import Limits
from api.transfer.batch import Wishes, prepare
from api.transfer.columns import Column, aliases_of, match
from api.transfer.delimited import read_table, shapeless
from api.transfer.source import Source
from api.transfer.values import elements
from api.transfer.workbook import read_workbook
from layers import query
from layers.crs import Bounds
from layers.errors import BadFile, BadInput, TooLarge

__all__ = ["MOST_ROWS", "SentRow", "Sheet", "read_sheet"]

MOST_ROWS = 20_000
LIMITS = Limits(entries=1_000, total_bytes=100_000_000, tags=3_000_000)
_ZIPPED = b"PK"
_WHOLE = ("smallint", "integer", "bigint")
_REAL = ("real", "double precision", "numeric")


class SentRow(NamedTuple):
    """A row by its line in the sheet: its code, its fields in the table's types, and what makes it unreadable."""

    number: int
    code: str | None
    fields: dict[str, Any]
    fault: str | None


class Sheet(NamedTuple):
    """Its rows, the columns that are in it, those that are nobody's, and what was noted while it was read."""

    rows: list[SentRow]
    columns: tuple[Column, ...]
    ignored: list[str]
    notes: list[str]


def read_sheet(connection: Connection, register: Register, body: bytes) -> Sheet:
    """The rows of a workbook's first sheet, or of a CSV.

    Raises BadFile for what is neither or broken, TooLarge beyond the limits, BadInput where there is no code column.
    """
    if not body:
        raise BadInput("请求正文是空的:请附上 .xlsx 或 .csv 表格。")
    shape = sheet_shape(connection, register)
    source = _source(body)
    if len(source) > MOST_ROWS:
        raise TooLarge(f"表里有 {len(source):,} 行,上限 {MOST_ROWS:,}:请只留下要改的行。")
    aliases = aliases_of(register.layer).columns
    found = match(list(source.fields), shape, aliases=aliases, given={})
    if "code" not in found.columns:
        raise BadInput(f"表里没有“编码”列:现有 {'、'.join(source.fields)[:300]}。请先下载现行的表,在其中修改。")
    bounds = Bounds(*query.rows(connection, "deployment/transfer_deployment")[0]["bounds"])
    batch = prepare(source, shape, aliases, Wishes(), bounds)
    columns = tuple(column for column in shape.fields if column.name in batch.fields)
    rows = [
        SentRow(
            int(number),
            batch.fields["code"][place],
            {column.name: _typed(batch.fields[column.name][place], column) for column in columns},
            batch.faults[place],
        )
        for place, number in enumerate(batch.numbers)
    ]
    return Sheet(rows, columns, batch.ignored, batch.notes)


def _source(body: bytes) -> Source:
    with tempfile.TemporaryDirectory(prefix="huashan-sheet-") as folder:
        if body.startswith(_ZIPPED):
            path = Path(folder) / "表格.xlsx"
            path.write_bytes(body)
            content = shapeless(read_workbook(path, limits=LIMITS, longest=MOST_ROWS), [])
        elif b"\0" in body[:4096] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise BadFile("这不是 .xlsx 或 .csv 表格:旧式 .xls 请在 Excel 里另存为 .xlsx 后再试。")
        else:
            path = Path(folder) / "表格.csv"
            path.write_bytes(body)
            content = read_table(path)
    numbers = content.numbers if content.numbers is not None else np.arange(len(content.faults)) + 2
    return Source(
        "表格",
        hashlib.sha256(body).hexdigest(),
        numbers,
        content.fields,
        content.geometries,
        content.faults,
        None,
        tuple(content.notes),
        shapeless=True,
    )


def _typed(text: str | None, column: Column) -> Any:
    """A text that the database would take, as the table's rows are told."""
    if text is None:
        return None
    if column.type.endswith("[]"):
        return [_one(part, column.type.removesuffix("[]")) for part in _parts(text)]
    return _one(text, column.type)


def _parts(text: str) -> Sequence[str]:
    return elements(text) or []


def _one(text: str, kind: str) -> Any:
    if kind in _WHOLE:
        return int(text)
    if kind in _REAL:
        return float(text)
    return text == "true" if kind == "boolean" else text

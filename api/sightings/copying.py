"""Many rows at once, in and out of a COPY statement: as text, or in its binary form where there are very many."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sqlalchemy import Connection

from layers import query

NOTHING = r"\N"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy(connection: Connection, name: str, columns: Sequence[Iterable[str]]) -> None:
    """Run the named COPY statement, such as 'patrol/fix_copy', with columns of ready text, in its order."""
    body = io.StringIO("".join("\t".join(row) + "\n" for row in zip(*columns, strict=True)))
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(query.text(name), body)
    finally:
        cursor.close()


def text(value: str) -> str:
    """A text as a COPY reads it.

    >>> text("a\\tb")
    'a\\\\tb'
    """
    return value.translate(_ESCAPES)


def numbers(values: NDArray[np.float64]) -> list[str]:
    """Numbers to the last digit, NaN as nothing."""
    return [NOTHING if value != value else repr(value) for value in values.tolist()]


def instants(unix_s: NDArray[np.float64]) -> list[str]:
    """Unix seconds as instants, to the microsecond.

    >>> instants(np.array([0.5]))
    ['1970-01-01T00:00:00.500000Z']
    """
    return instants_us(microseconds(unix_s))


def instants_us(unix_us: ArrayLike) -> list[str]:
    """Microseconds since 1970 as instants."""
    moments = np.asarray(unix_us, dtype=np.int64).astype("datetime64[us]")
    return [f"{one}Z" for one in np.datetime_as_string(moments, unit="us")]


def microseconds(unix_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Unix seconds as whole microseconds, which is what the database keeps."""
    return np.round(unix_s * 1e6).astype(np.int64)


_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
POSTGRES_EPOCH_US = 946_684_800_000_000
"""Microseconds from 1970 to 2000, where the database begins to count."""
Column = tuple[str, object] | None
"""A column of a binary COPY: its numpy type, big-endian or 'S…' for text, and its values or one for all; None: NULL."""


def binary_rows(count: int, columns: Sequence[Column]) -> bytes:
    """Rows of a binary COPY, all of one shape: each field is its length in bytes and its value.

    Source: https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format".

    >>> binary_rows(2, [(">i2", np.array([1, 2])), None]).hex()
    '0002000000020001ffffffff0002000000020002ffffffff'
    """
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for number, column in enumerate(columns):
        fields.append((f"length{number}", ">i4"))
        if column is not None and np.dtype(column[0]).itemsize:
            fields.append((f"value{number}", column[0]))
    rows = np.empty(count, dtype=fields)
    rows["fields"] = len(columns)
    for number, column in enumerate(columns):
        rows[f"length{number}"] = -1 if column is None else np.dtype(column[0]).itemsize
        if column is not None and np.dtype(column[0]).itemsize:
            rows[f"value{number}"] = column[1]
    return rows.tobytes()


def copy_binary(connection: Connection, name: str, rows: Iterable[bytes]) -> None:
    """Run the named COPY statement with rows made by `binary_rows`."""
    body = io.BytesIO(b"".join([_SIGNATURE, *rows, _END]))
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(query.text(name), body, size=1 << 16)
    finally:
        cursor.close()


def fetch_binary(
    connection: Connection,
    name: str,
    types: Sequence[str],
    /,
    identifiers: Mapping[str, str] | None = None,
    **params: object,
) -> list[NDArray[Any]]:
    """The columns that the named COPY … TO STDOUT in binary answers; each of one numpy type, none of them NULL.

    A tenth of the cost of rows as Python objects. identifiers: as layers.query fills them in.
    """
    statement = query.text(name)
    if identifiers:
        statement = query.filled(connection, statement, identifiers)
    cursor = connection.connection.cursor()
    out = io.BytesIO()
    try:
        cursor.copy_expert(cursor.mogrify(statement, params), out, size=1 << 16)
    finally:
        cursor.close()
    body = out.getbuffer()[len(_SIGNATURE) : -len(_END)]
    shape = [("fields", ">i2")]
    for number, kind in enumerate(types):
        shape += [(f"length{number}", ">i4"), (f"value{number}", kind)]
    rows = np.frombuffer(body, dtype=shape)
    return [rows[f"value{number}"].astype(np.dtype(kind).newbyteorder("=")) for number, kind in enumerate(types)]

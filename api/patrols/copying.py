"""Writing many rows at once: columns into the body of a COPY statement."""

import io
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from layers.catalogue import LAYERS_FOLDER

NOTHING = r"\N"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy(connection: Connection, name: str, columns: Sequence[Iterable[str]]) -> None:
    """Run the named COPY statement, such as 'patrol/fix_copy', with columns of ready text, in its order."""
    body = io.StringIO("".join("\t".join(row) + "\n" for row in zip(*columns, strict=True)))
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(_statement(name), body)
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
    return [f"{one}Z" for one in np.datetime_as_string(microseconds(unix_s).astype("datetime64[us]"), unit="us")]


def microseconds(unix_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Unix seconds as whole microseconds, which is what the database keeps."""
    return np.round(unix_s * 1e6).astype(np.int64)


@cache
def _statement(name: str) -> str:
    folder, query = name.split("/")
    return (LAYERS_FOLDER / folder / "queries" / f"{query}.sql").read_text("utf-8")

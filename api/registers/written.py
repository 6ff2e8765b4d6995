"""A register as a workbook or CSV: in the words that people read, and such that it comes back unchanged."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
from sqlalchemy import Connection

from api.registers.columns import VERSION, sheet_shape
from api.registers.register import Register
from api.transfer.faults import none_yet
from api.transfer.features import Features, stream_of
from api.transfer.sheet import write_sheet
from api.transfer.source import Values
from api.transfer.write_table import write_csv
from api.versions.answers import PERSONAL
from api.versions.rows import Version

__all__ = ["Format", "written"]

Format = Literal["xlsx", "csv"]


def written(
    connection: Connection, register: Register, found: Sequence[Version], format: Format, *, persons: bool
) -> bytes:
    """These versions as a file.  persons: whether the reader may see them; else their columns are not there at all.

    A column that is left out changes nothing when the file comes back; an empty one would.
    """
    shape = sheet_shape(connection, register)
    columns = [column for column in shape.fields if persons or column.name not in PERSONAL]
    values = {column.name: _values(found, column.name, day=column.type == "date") for column in columns}
    table = Features(register.layer, columns, values, none_yet(len(found)), table=True)
    with tempfile.TemporaryDirectory(prefix="huashan-sheet-") as folder:
        path = Path(folder) / f"sheet.{format}"
        (write_sheet if format == "xlsx" else write_csv)(stream_of(table), path)
        return path.read_bytes()


def _values(found: Sequence[Version], name: str, *, day: bool) -> Values:
    values = np.empty(len(found), dtype=object)
    values[:] = [one.version if name == VERSION.name else _said(one.fields[name], day=day) for one in found]
    return values


def _said(value: object, *, day: bool) -> object:
    return date.fromisoformat(value) if day and isinstance(value, str) else value

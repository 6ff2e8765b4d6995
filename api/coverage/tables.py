"""Figures as tables that offices keep: CSV with a BOM, so that Excel reads Chinese, and Excel workbooks."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from fastapi.responses import Response

from api.transfer.formulas import inert
from api.transfer.workbook import write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Table(NamedTuple):
    """Rows under a name; every row has the columns of the first, or leaves them out."""

    name: str
    rows: Sequence[Mapping[str, Any]]
    columns: Sequence[str] = ()


def table_answer(table: Table, format: str) -> Response:
    """The table as 'csv' or 'xlsx', to be saved under its name; without rows, its columns alone."""
    columns = list(table.columns or dict.fromkeys(name for row in table.rows for name in row))
    body = _csv(table, columns) if format == "csv" else _xlsx(table, columns)
    media = "text/csv; charset=utf-8" if format == "csv" else XLSX
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.{format}"'}
    return Response(body, media_type=media, headers=headers)


def _csv(table: Table, columns: list[str]) -> bytes:
    import pandas as pd  # half a second, which no start of the server need wait for

    rows = [{name: _inert(row.get(name)) for name in columns} for row in table.rows]
    return b"\xef\xbb\xbf" + pd.DataFrame(rows, columns=columns).to_csv(index=False).encode()


def _xlsx(table: Table, columns: list[str]) -> bytes:
    values = [[_cell(row.get(name)) for row in table.rows] for name in columns]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        write_workbook(path, columns, values, table.name)
        return path.read_bytes()


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, float, str)) else str(value)


def _inert(value: Any) -> Any:
    return inert(value) if isinstance(value, str) else value

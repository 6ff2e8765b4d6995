"""Figures as tables that offices keep: CSV with a BOM, so that Excel reads Chinese, and Excel workbooks."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from fastapi.responses import Response

from api.transfer.formulas import inert
from api.transfer.workbook import Sheet, write_sheets

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = {
    "at": "时刻", "since": "自", "from": "起", "to": "止(不含)", "known_at": "所知至", "known_since": "自此知全",
    "future": "尚未开始", "forecast": "推算", "note": "说明", "waiting": "待补算的职责", "period": "时段",
    "post": "岗位", "post_name": "岗位名称", "duty": "职责", "name": "职责名称", "layer": "图层", "whole": "整体判定",
    "interval_days": "间隔(天)", "debt_m_days": "欠巡(米·天)", "debt_target_days": "欠巡(处·天)",
    "length_m": "长度(米)", "length_targets": "对象(处)", "overdue_m": "逾期(米)", "overdue_targets": "逾期(处)",
    "never_seen_m": "从未看到(米)", "never_seen_targets": "从未看到(处)", "unknown_m": "不明(米)",
    "unknown_targets": "不明(处)", "side_unknown_m": "不知哪一侧看到(米)", "most_overdue_days": "最久逾期(天)",
    "on_time_share": "按时率", "target": "对象", "from_m": "起点桩号(米)", "to_m": "终点桩号(米)",
    "overdue_days": "逾期(天)", "covered_since": "自此属于职责", "never_seen": "从未看到", "last_seen": "最近看到",
    "due": "应巡", "done": "实巡", "effective": "有效", "met": "达标", "missed": "漏巡", "unknown": "不明",
    "unseen_targets": "未看到(处)",
    "met_share": "达标率", "cover": "覆盖", "cover_sure": "覆盖(确定)", "cover_nominal": "覆盖(名义)",
    "cover_possible": "覆盖(可能)", "sure": "确定", "nominal": "名义", "possible": "可能", "unseen_m": "未看到(米)",
    "full": "全覆盖", "observations": "发现", "post_observations": "岗位的发现", "rule": "规则", "citation": "依据出处",
    "missed_dues": "漏巡日期与原因", "unknown_dues": "不明的应巡", "undone": "无效巡查与原因", "due_at": "应于此前",
    "state": "结果", "patrol": "巡查", "started": "开始", "words": "原因",
}  # fmt: skip
"""What the columns of figures are called in workbooks, beside their names."""


class Table(NamedTuple):
    """Rows under a name; every row has the columns of the first, or leaves them out. title: of its sheet.

    headings: what columns are called in a workbook, beside or instead of HEADINGS.
    """

    name: str
    rows: Sequence[Mapping[str, Any]]
    columns: Sequence[str] = ()
    title: str = ""
    headings: Mapping[str, str] | None = None


def table_answer(table: Table, format: str, more: Sequence[Table] = ()) -> Response:
    """The table as 'csv' or 'xlsx', to be saved under its name; without rows, its columns alone.

    more: what a workbook holds beside it, a sheet each; its headings say in Chinese what each column is.
    """
    body = _csv(table) if format == "csv" else _xlsx([table, *more])
    media = CSV if format == "csv" else XLSX
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.{format}"'}
    return Response(body, media_type=media, headers=headers)


def _columns(table: Table) -> list[str]:
    return list(table.columns or dict.fromkeys(name for row in table.rows for name in row))


def _csv(table: Table) -> bytes:
    import pandas as pd  # half a second, which no start of the server need wait for

    columns = _columns(table)
    rows = [{name: _inert(row.get(name)) for name in columns} for row in table.rows]
    return b"\xef\xbb\xbf" + pd.DataFrame(rows, columns=columns).to_csv(index=False).encode()


def _xlsx(tables: Sequence[Table]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        write_sheets(path, [_sheet(table) for table in tables])
        return path.read_bytes()


def _sheet(table: Table) -> Sheet:
    columns = _columns(table)
    called = {**HEADINGS, **(table.headings or {})}
    header = [f"{called[name]} {name}" if name in called else name for name in columns]
    return Sheet(table.title or table.name, header, [[_cell(row.get(name)) for row in table.rows] for name in columns])


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, float, str)) else str(value)


def _inert(value: Any) -> Any:
    return inert(value) if isinstance(value, str) else value

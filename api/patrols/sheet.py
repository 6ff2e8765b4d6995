"""Patrols as a table to keep: modes in words, posts and crews by name, times on the deployment's clocks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.figures.tables import Table
from api.limits import MAX_FEATURES
from layers import query
from layers.errors import TooLarge

__all__ = ["patrol_table"]

_TABLE = "city.patrol"
_COLUMNS = (
    "code", "started_at", "ended_at", "minutes", "crew", "crew_name", "post_code", "post_name", "mode", "length_m",
    "device", "datum_declared", "fixes_read", "fixes_kept", "sample", "made_at",
)  # fmt: skip
_BESIDE = {"minutes": "历时(分)", "crew_name": "巡查组名称", "post_name": "责任岗位"}
"""What is told beside the table's own columns."""


def patrol_table(connection: Connection, rows: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> Table:
    """These patrols, a row each, as answers tell them to this reader; what is kept from the reader is no column.

    Raises TooLarge beyond MAX_FEATURES.
    """
    if len(rows) > MAX_FEATURES:
        raise TooLarge(f"时段内的巡查超过 {MAX_FEATURES:,} 次:请缩小时段再下载。")
    columns = {row["name"]: row for row in query.rows(connection, "deployment/columns", table=_TABLE)}
    modes = {one["value"]: one["zh"] for one in columns["mode"]["options"] or ()}
    names = {(row["of"], row["code"]): row["name"] for row in query.rows(connection, "patrol/patrol_names")}
    told = [_told(row, modes, names, zone) for row in rows]
    shown = [column for column in _COLUMNS if not rows or any(column in row for row in told)]
    headings = {column: columns[column]["zh"] for column in shown if column in columns} | _BESIDE
    return Table(f"patrols-{datetime.now(zone):%Y%m%d-%H%M}", told, shown, "巡查", headings)


def _told(
    row: Mapping[str, Any], modes: Mapping[str, str], names: Mapping[tuple[str, Any], str], zone: ZoneInfo
) -> dict[str, Any]:
    start, end = (datetime.fromisoformat(row[when]) if row[when] else None for when in ("started_at", "ended_at"))
    times = {name: _clock(row[name], zone) for name in ("started_at", "ended_at", "made_at") if name in row}
    told = {**row, **times, "mode": modes.get(row["mode"], row["mode"])}
    told["minutes"] = round((end - start).total_seconds() / 60, 1) if start and end else None
    if isinstance(row.get("length_m"), float):
        told["length_m"] = round(row["length_m"], 1)
    # A name that stands for another, month by month, is no crew's code.
    return told | {
        "crew_name": names.get(("crew", row.get("crew"))),
        "post_name": names.get(("post", row.get("post_code"))),
    }


def _clock(moment: str | None, zone: ZoneInfo) -> str | None:
    """Apart from its offset, which the whole table shares, a spreadsheet reads it as a time.

    >>> _clock("2026-06-01T00:30:00+00:00", ZoneInfo("Asia/Shanghai"))
    '2026-06-01 08:30'
    """
    return datetime.fromisoformat(moment).astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else None

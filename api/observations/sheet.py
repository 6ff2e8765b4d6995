"""Observations as a table to keep: the words of their sorts and states, times on the deployment's clocks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.answers.times import said
from layers import query

__all__ = ["Words", "in_words"]

_TABLE = "city.observation"
_WORDS = ("grade", "source", "state")
"""Columns whose values have words of their own, from the table's comments."""
_COLUMNS = (
    "code", "name", "family", "kind", "grade", "source", "state", "overdue", "found_at", "post_code", "post_name",
    "due_at", "settled_at", "settled_by", "place", "note", "reporter", "patrol_code", "photos", "lon", "lat",
    "provenance", "known_from", "made_by",
)  # fmt: skip
_BESIDE = {"overdue": "是否超期", "photos": "照片(张)", "post_name": "交办岗位", "lon": "经度", "lat": "纬度"}
"""What is told beside the table's own columns."""


class Words(NamedTuple):
    """Rows in words, their columns in order, and the headings of these."""

    rows: list[dict[str, Any]]
    columns: Sequence[str]
    headings: dict[str, str]


def in_words(connection: Connection, rows: Sequence[RowMapping], zone: ZoneInfo) -> Words:
    """These observations, a row each, under the headings of the table's comments."""
    columns = {row["name"]: row for row in query.rows(connection, "deployment/columns", table=_TABLE)}
    words = {column: {one["value"]: one["zh"] for one in columns[column]["options"] or ()} for column in _WORDS}
    sorts = query.rows(connection, "observation/kinds")
    words["family"] = {row["family"]: row["zh"] for row in sorts if row["kind"] is None}
    words["kind"] = {row["kind"]: row["zh"] for row in sorts if row["kind"] is not None}
    today = datetime.now(zone).date()
    posts = {row["code"]: row["name"] for row in query.rows(connection, "post/post_names", day=today)}
    told = [_told(row, words, posts, zone) for row in rows]
    headings = {column: columns[column]["zh"] for column in _COLUMNS if column in columns} | _BESIDE
    return Words(told, _COLUMNS, headings)


def _told(
    row: RowMapping, words: dict[str, dict[str, str]], posts: dict[str, str | None], zone: ZoneInfo
) -> dict[str, Any]:
    told = {name: _cell(value, words.get(name, {}), zone) for name, value in row.items()}
    return told | {"overdue": "是" if row["overdue"] else "否", "post_name": posts.get(row["post_code"])}


def _cell(value: Any, words: dict[str, str], zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        # Apart from its offset, which the whole table shares, a spreadsheet reads it as a time.
        return (said(value, zone) or "")[:16].replace("T", " ")
    return words.get(value, value) if isinstance(value, str) else value

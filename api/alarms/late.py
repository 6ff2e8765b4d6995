"""Alarms of observations that were handed over and are past due."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.alarms.alarm import GRADES, Alarm, Words
from layers import query

__all__ = ["MOST", "late"]

MOST = 500


def late(connection: Connection, rule: Mapping[Any, Any], at: datetime | None, zone: ZoneInfo) -> Iterator[Alarm]:
    """One alarm for each; as grave as the rule says, or as the observation is where that is graver."""
    rows = query.rows(connection, "alarm/late", None, at=at, minutes=rule["threshold"], row_limit=MOST)
    for row in rows:
        zh, en = row["kind_zh"] or row["family_zh"], row["kind_en"] or row["family_en"]
        due = f"{row['due_at'].astimezone(zone):%Y-%m-%d %H:%M}"
        yield Alarm(
            rule,
            "observation",
            row["code"],
            Words(zh, en),
            Words(f"{zh}({row['code']})应于 {due} 前办结", f"{en} ({row['code']}) was due by {due}"),
            row["since"],
            min(rule["grade"], row["grade"], key=GRADES.index),
            (row["lon"], row["lat"]),
        )

"""Alarms of crews that are out and from which nothing comes."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import admits
from api.alarms.alarm import Alarm, Words
from api.veil.out import SEES_POSITIONS
from api.veil.whose import sees_all
from layers import query

__all__ = ["may_know", "silent"]

MOST = 200


def may_know(reader: Reader, gate: Gate) -> bool:
    """Whether a reader may be told that a crew is out: as of positions."""
    return admits(SEES_POSITIONS, reader, open_read=gate.open_read)


def silent(
    connection: Connection, rule: Mapping[Any, Any], at: datetime | None, reader: Reader, gate: Gate, zone: ZoneInfo
) -> Iterator[Alarm]:
    """One alarm for each; of all crews to who sees them all, to a patroller of the own."""
    everyone = sees_all(reader)
    rows = query.rows(
        connection,
        "alarm/silent",
        None,
        at=at,
        minutes=rule["threshold"],
        gap_s=gate.settings.outing_gap_s,
        person=None if everyone else reader.name,
        post=None if everyone else reader.post,
        row_limit=MOST,
    )
    for row in rows:
        name = row["crew_name"] or row["crew"] or row["device"]
        heard = f"{row['heard_at'].astimezone(zone):%Y-%m-%d %H:%M}"
        words = (
            Words(f"{name}:{heard} 开始外出,至今没有位置", f"{name} went out at {heard} and has sent no position")
            if row["never"]
            else Words(f"{name}:最后一次位置在 {heard},此后没有消息", f"{name} last sent a position at {heard}")
        )
        yield Alarm(
            rule,
            "crew" if row["crew"] else "patrol",
            row["crew"] or row["patrol"],
            Words(name, name),
            words,
            row["since"],
            rule["grade"],
            None if row["lon"] is None else (row["lon"], row["lat"]),
        )

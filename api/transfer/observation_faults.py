"""Whether the times of a file's observations can be: the rule and the words that requests are held to."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.observations.times import Span, found_fault, standing_fault
from api.sightings.targets import read_city
from api.tracks.moments import moment
from layers import query

__all__ = ["faults"]

Said = Mapping[str, str | None]


def faults(connection: Connection, rows: Sequence[Said]) -> list[str | None]:
    """What is wrong with the times of each of some rows, in one sentence, or None.

    rows: by field, as the database takes them; one that is not there is not judged. A patrol that is not stored here
    says nothing of when it was out.
    """
    now, zone = datetime.now(UTC), read_city(connection).zone
    codes = sorted({code for row in rows if (code := row.get("patrol_code"))})
    named = query.rows(connection, "observation/patrols_named", None, codes=codes) if codes else []
    spans = {row["code"]: Span(row["code"], row["begins_at"], row["ends_at"]) for row in named}
    return [_fault(row, spans, now, zone) for row in rows]


def _fault(row: Said, spans: Mapping[str | None, Span], now: datetime, zone: ZoneInfo) -> str | None:
    found_at, due_at, settled_at = (_instant(row.get(name), zone) for name in ("found_at", "due_at", "settled_at"))
    if found_at is None:
        return None
    return found_fault(found_at, now, zone, spans.get(row.get("patrol_code"))) or standing_fault(
        found_at, due_at, settled_at, now=now, zone=zone
    )


def _instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    """A time as `converted` writes it; None for none, and for one that only the database can read."""
    try:
        return moment(text, zone) if text else None
    except ValueError:
        return None

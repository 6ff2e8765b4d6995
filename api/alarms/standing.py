"""What stands at an instant, as one reader may know it, and who took note of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader, sees_persons
from api.alarms.alarm import GRADES, Alarm
from api.alarms.late import late
from api.alarms.owed import owed_alarms, read_owed
from api.alarms.rules import read_rules
from api.alarms.silent import may_know, silent
from api.answers.times import said
from api.duties.days import Days
from layers import query

__all__ = ["Asker", "Standing", "note_told", "standing", "told"]

_DEBT, _LATE, _SILENT = "debt_over", "observation_late", "crew_silent"


@dataclass(frozen=True)
class Standing:
    """What stands, the gravest and newest first, each with the row of who took note of it, or None.

    untold: the kinds of which the reader is told nothing. waiting: duties of whose debt nothing can be told yet.
    """

    alarms: Sequence[tuple[Alarm, Mapping[Any, Any] | None]]
    untold: Sequence[str]
    waiting: Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Asker:
    """Who asks, where, and what keeps days that are over."""

    reader: Reader
    gate: Gate
    zone: ZoneInfo
    days: Days


def standing(connection: Connection, asker: Asker, at: datetime | None, now: datetime) -> Standing:
    """What stands at an instant, or now where it is None; rules and observations as they were known then."""
    rules = [rule for rule in read_rules(connection, at) if rule["enabled"]]
    by_kind = {kind: [rule for rule in rules if rule["kind"] == kind] for kind in (_LATE, _SILENT, _DEBT)}
    found = [alarm for rule in by_kind[_LATE] for alarm in late(connection, rule, at, asker.zone)]
    knows = may_know(asker.reader, asker.gate)
    for rule in by_kind[_SILENT] if knows else ():
        found += silent(connection, rule, at, asker.reader, asker.gate, asker.zone)
    waiting: Sequence[Mapping[str, object]] = ()
    if by_kind[_DEBT]:
        owed = read_owed(connection, asker.gate.catalogue, at or now, asker.zone, asker.days)
        found += owed_alarms(connection, asker.gate.catalogue, by_kind[_DEBT], owed)
        waiting = owed.waiting
    notes = _notes(connection, found, at)
    ordered = sorted(((alarm, notes.get(alarm.id)) for alarm in found), key=_place)
    return Standing(ordered, [] if knows else [_SILENT], waiting)


def _place(one: tuple[Alarm, Mapping[Any, Any] | None]) -> tuple[bool, int, float, str]:
    alarm, note = one
    return note is not None, GRADES.index(alarm.grade), -alarm.since.timestamp(), alarm.code


def _notes(connection: Connection, found: Sequence[Alarm], at: datetime | None) -> dict[str, Mapping[Any, Any]]:
    """By alarm, who took note of it: of this one, and not of an earlier one about the same."""
    codes = sorted({alarm.rule["code"] for alarm in found})
    rows = query.rows(connection, "alarm/notes", None, rules=codes, at=at) if codes else ()
    newest = {(row["rule_code"], row["layer"], row["code"]): row for row in rows}
    kept = ((alarm, newest.get((alarm.rule["code"], alarm.layer, alarm.code))) for alarm in found)
    return {alarm.id: row for alarm, row in kept if row is not None and row["made_at"] >= alarm.since}


def told(alarm: Alarm, note: Mapping[Any, Any] | None, reader: Reader, zone: ZoneInfo) -> dict[str, Any]:
    """One alarm as it is told."""
    rule = alarm.rule
    return {
        "id": alarm.id,
        "rule": rule["code"],
        "kind": rule["kind"],
        "grade": alarm.grade,
        "title": {"zh": rule["name"], "en": rule["name_en"]},
        "words": alarm.words._asdict(),
        "since": said(alarm.since, zone),
        "earlier": alarm.earlier,
        "about": {"layer": alarm.layer, "code": alarm.code or None, "name": alarm.name._asdict()},
        "lon": alarm.lonlat[0] if alarm.lonlat else None,
        "lat": alarm.lonlat[1] if alarm.lonlat else None,
        "threshold": rule["threshold"],
        "value": alarm.value,
        "unit": alarm.unit or "minutes",
        "acknowledged": note_told(note, reader, zone),
    }


def note_told(note: Mapping[Any, Any] | None, reader: Reader, zone: ZoneInfo) -> dict[str, Any] | None:
    """Who took note, and when; names only to those who may see persons. `screen`: where it was done on one."""
    if note is None:
        return None
    persons = sees_persons(reader)
    shown = {"at": said(note["made_at"], zone), "by": note["noted_by"] if persons else None}
    screen = note["made_by"] if note["made_by"] != note["noted_by"] else None
    return shown | {"remark": note["remark"] if persons else None, "screen": screen if persons else None}

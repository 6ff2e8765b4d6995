"""Who saved what of a row when: every change there ever was of a code, also such as were taken back the same day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.answers.times import said
from api.registers.register import Register
from api.versions.rows import Version, today, versions
from layers import query
from layers.errors import NotFound

__all__ = ["saves"]

MOST_SAVES = 500
_UNTOLD = {"id", "edition_id", "known_from", "known_to", "made_by", "provenance", "code"}
_HOLDS = {"valid_from", "valid_to"}


class _Saved(NamedTuple):
    """A row as it came to be believed, and what was believed in its place before; None where there was nothing."""

    row: RowMapping
    before: RowMapping | None

    @property
    def corrects(self) -> bool:
        """Whether it changes a row that was there, and does not take its place."""
        return self.before is not None and self.before["id"] == self.row["id"]

    @property
    def fields(self) -> list[str]:
        """What differs from before, but for when it is true where it is a version of its own."""
        before = self.before["fields"] if self.before else {}
        names = [name for name in self.row["fields"] if name not in _UNTOLD]
        return [
            name
            for name in names
            if self.row["fields"][name] != before.get(name) and (self.corrects or name not in _HOLDS)
        ]


def saves(connection: Connection, register: Register, code: str, hidden: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Every save of a code, the newest first: when, by whom, since which day it is true, and which fields it changed.

    hidden: fields that the reader may not see; they are not told, nor who saved it where `made_by` is one of them.
    Raises NotFound for a code that never was.
    """
    tables = {"table": register.layer.table, "history": f"{register.layer.table}_history"}
    rows = query.rows(connection, "deployment/version_saves", tables, code=code, row_limit=MOST_SAVES)
    if not rows:
        raise NotFound(f"没有{register.layer.title.zh} {code[:80]!r}:请核对编码。")
    now = today(connection)
    held = {one.version.partition("-")[0]: one for one in versions(connection, register.layer, {"code": code})}
    found = [_Saved(row, _before(row, rows)) for row in rows]
    taken = {(one.row["known_from"], one.before["id"]) for one in found if one.before is not None and not one.corrects}
    shown = [
        one
        for one in found
        # That what is succeeded ends that day, its successor says already.
        if not (one.corrects and one.fields == ["valid_to"] and (one.row["known_from"], one.row["id"]) in taken)
    ]
    told = []
    for one in shown:
        # Of several saves of one row the newest is what holds.
        version = held.pop(str(one.row["id"]), None)
        told.append(_told(one, version, hidden, now))
    return told


def _before(row: RowMapping, rows: Sequence[RowMapping]) -> RowMapping | None:
    """What was believed just before: of the same row, else of the day on which this one begins."""
    moment, day = row["known_from"], row["fields"]["valid_from"]
    then = [
        one for one in rows if one["known_from"] < moment and (one["known_to"] is None or one["known_to"] >= moment)
    ]
    same = next((one for one in then if one["id"] == row["id"]), None)
    return same or next((one for one in then if _holds(one["fields"], day)), None)


def _holds(fields: dict[str, Any], day: str) -> bool:
    return bool(fields["valid_from"] <= day and (fields["valid_to"] is None or day < fields["valid_to"]))


def _told(one: _Saved, held: Version | None, hidden: Sequence[str], now: date) -> dict[str, Any]:
    """held: the version that it still is, which may have been given another end since."""
    fields, before = one.row["fields"], one.before["fields"] if one.before else {}
    told = {
        "saved": said(one.row["known_from"]),
        "how": "corrected" if one.corrects else "new" if one.before is None else "succeeded",
        "valid_from": fields["valid_from"],
        "valid_to": held.fields["valid_to"] if held else fields["valid_to"],
        "state": _state(held, now),
        "edition": one.row["edition"],
        "changes": [
            {"field": name, "was": before.get(name), "becomes": fields[name]}
            for name in one.fields
            if name not in hidden and (before or fields[name] is not None)
        ],
        "fields": {name: value for name, value in fields.items() if name not in {*_UNTOLD, *hidden}},
    }
    return told if "made_by" in hidden else told | {"made_by": one.row["made_by"]}


def _state(held: Version | None, now: date) -> str:
    if held is None:
        return "gone"
    return "later" if held.valid_from > now else "today" if now < held.valid_to else "past"

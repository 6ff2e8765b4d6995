"""Taking a sheet into a register: what it would change, and all of that or nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from api.answers.problems import Stale
from api.registers.planned import Planned, plan_rows
from api.registers.register import Register
from api.registers.sent import read_sheet
from api.versions.rows import add_version, succeed
from layers import query
from layers.catalogue import Catalogue
from layers.errors import BadInput, CityError, Conflict, TooLarge

__all__ = ["MOST_CHANGES", "Asked", "take"]

MOST_CHANGES = 2_000
"""Rows that are new or changed: each is written as by a form, which for so many takes some ten seconds."""
_SHOWN = 3


class Asked(NamedTuple):
    """A sheet, the day from which its changes are true, and the plan that its sender has agreed to; None: none yet."""

    body: bytes
    start: date
    plan: str | None


def take(connection: Connection, catalogue: Catalogue, register: Register, asked: Asked) -> dict[str, Any]:
    """What the sheet changes; written, inside the caller's transaction, only where it is as was agreed to.

    Without a plan all is tried and undone, so that what the database itself would refuse is told, too. Raises Stale
    where it would no longer change what was agreed to, Conflict where there are rows that cannot be taken.
    """
    sheet = read_sheet(connection, register, asked.body)
    query.execute(connection, "deployment/transfer_turn", table=register.layer.table)
    rows = plan_rows(connection, catalogue, register, sheet, asked.start)
    counts = Counter(row.what for row in rows)
    if counts["new"] + counts["changed"] > MOST_CHANGES:
        raise TooLarge(
            f"表里有 {counts['new'] + counts['changed']:,} 行要写入,一次至多 {MOST_CHANGES:,} 行:请分成几张表。"
        )
    savepoint = connection.begin_nested()
    rows = [_tried(connection, register, row) for row in rows]
    plan, applied = _digest(rows, asked.start), False
    if asked.plan is None:
        savepoint.rollback()
    else:
        _check_agreed(rows, plan, asked.plan)
        savepoint.commit()
        applied = True
    return {
        "register": register.name,
        "from": asked.start.isoformat(),
        "plan": plan,
        "applied": applied,
        "read": len(rows),
        **{name: Counter(row.what for row in rows)[name] for name in ("new", "changed", "same", "refused")},
        "rows": [_told(row) for row in rows if row.what != "same"],
        "columns": [column.name for column in sheet.columns],
        "ignored": sheet.ignored,
        "notes": sheet.notes,
    }


def _tried(connection: Connection, register: Register, row: Planned) -> Planned:
    """The row as it is once it was written, or with why it could not be."""
    if row.what not in ("new", "changed") or row.fields is None:
        return row
    savepoint = connection.begin_nested()
    try:
        if row.what == "new":
            add_version(connection, register.layer, row.fields)
        else:
            succeed(connection, register.layer, row.fields, expected=row.standing)
    except CityError as error:
        savepoint.rollback()
        return row.refused(str(error).removesuffix("。"))
    savepoint.commit()
    return row


def _digest(rows: Sequence[Planned], start: date) -> str:
    """Names what would be written in place of what."""
    said = [[str(start)], *([row.number, row.code, row.what, row.fields, row.standing] for row in rows)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _check_agreed(rows: Sequence[Planned], plan: str, agreed: str) -> None:
    refused = [row for row in rows if row.what == "refused"]
    if refused:
        told = ";".join(f"第 {row.number} 行 {row.reason}" for row in refused[:_SHOWN])
        more = f" 等 {len(refused)} 行" if len(refused) > _SHOWN else ""
        raise Conflict(f"有 {len(refused)} 行不能写入({told}{more}):请改正后重新核对。未写入任何数据。")
    if plan != agreed:
        raise Stale("核对之后,表格或现行的数据已变:请重新核对将要写入的内容。未写入任何数据。")
    if not any(row.what in ("new", "changed") for row in rows):
        raise BadInput("这张表与现行的数据相同,没有要写入的:未写入任何数据。")


def _told(row: Planned) -> dict[str, Any]:
    return {
        "row": row.number,
        "code": row.code,
        "what": row.what,
        "reason": row.reason,
        "begins": row.fields["valid_from"] if row.fields else None,
        "cells": [cell._asdict() for cell in row.cells],
    }

"""Rows of a table without geometry, version by version: which there are, a first one, and one that succeeds another.

What was true stays as it was said: a new version begins today or later, and what it succeeds ends then.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from psycopg2 import Error
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from api.transfer.columns import shape_of
from api.transfer.reasons import Rule, reason_of
from layers import query
from layers.catalogue import Layer
from layers.errors import BadInput, Conflict, NotFound

__all__ = ["Version", "add_version", "succeed", "today", "try_version", "versions"]

_REFUSALS = ("23", "P0")
Fields = Mapping[str, Any]


class Version(NamedTuple):
    """A row as it is true from one day to another, and the name of what is believed of it."""

    fields: dict[str, Any]
    version: str

    @property
    def valid_from(self) -> date:
        """The first day."""
        return date.fromisoformat(self.fields["valid_from"])

    @property
    def valid_to(self) -> date:
        """The day after the last; the last of all days where it has no end."""
        end = self.fields["valid_to"]
        return date.fromisoformat(end) if end else date.max


def versions(
    connection: Connection,
    layer: Layer,
    like: Fields | None = None,
    *,
    day: date | None = None,
    known_at: datetime | None = None,
) -> list[Version]:
    """The versions whose fields are `like` these, by code and time; those true on a day, where one is given.

    known_at: as they were believed to be then; None for now.
    """
    tables = {"table": layer.table, "history": f"{layer.table}_history"}
    bound = {"like": json.dumps(like or {}), "day": day, "known_at": known_at}
    found = query.rows(connection, "deployment/version_list", tables, **bound)
    return [Version(row["fields"], row["version"]) for row in found]


def today(connection: Connection) -> date:
    """The deployment's day."""
    day: date = query.rows(connection, "deployment/transfer_deployment")[0]["today"]
    return day


def add_version(connection: Connection, layer: Layer, fields: Fields) -> Version:
    """Add the first version of a code. fields: all that the table takes, with valid_from and valid_to.

    Raises Conflict where the code is taken in that time, BadInput for fields that break a rule of the table.
    """
    start, end = _validity(fields)
    query.execute(connection, "deployment/transfer_turn", table=layer.table)
    standing = _overlapping(versions(connection, layer, {"code": fields["code"]}), start, end)
    if standing:
        raise Conflict(
            f"{layer.title.zh} {fields['code']!r} 在 {start} 起的有效期内已有一条({_said(standing[0])}):"
            f"要修改它,请用 PUT 发布新版本;否则请换一个编码。"
        )
    return _insert(connection, layer, fields)


def succeed(connection: Connection, layer: Layer, fields: Fields, *, expected: str | None = None) -> Version:
    """Let a new version of a code begin on its day of valid_from; the very same as what stands changes nothing.

    expected: the version that the caller has seen. Raises NotFound for a code that never was, Conflict where another
    version stands than that, or a later one is in the way, BadInput for a day that is past or a broken rule.
    """
    query.execute(connection, "deployment/transfer_turn", table=layer.table)
    held = versions(connection, layer, {"code": fields["code"]})
    if not held:
        raise NotFound(f"没有{layer.title.zh} {fields['code']!r}:新增请用 POST。")
    start, end = _validity(fields)
    standing = next((one for one in held if one.valid_from <= start < one.valid_to), None)
    _check_seen(layer, standing or held[-1], expected)
    if standing and all(standing.fields.get(name) == value for name, value in fields.items() if name != "valid_from"):
        return standing
    if start < (now := today(connection)):
        raise BadInput(f"生效日期 {start} 早于今天 {now}:新版本不改写过去,请给今天或以后的日期。")
    later = [one for one in _overlapping(held, start, end) if one is not standing]
    if later:
        raise Conflict(
            f"{layer.title.zh} {fields['code']!r} 已有以后的版本({_said(later[0])}),与 {start} 起的新版本有效期重叠:"
            f"请给失效日期 valid_to(不晚于 {later[0].valid_from}),或改生效日期。"
        )
    query.execute(connection, "deployment/version_end", {"table": layer.table}, code=fields["code"], day=start)
    return _insert(connection, layer, fields)


def try_version(connection: Connection, layer: Layer, fields: Fields) -> None:
    """Raises BadInput for fields that break a rule of the table; nothing is kept, whatever stands under the code."""
    _validity(fields)
    savepoint = connection.begin_nested()
    try:
        _insert(connection, layer, dict(fields) | {"code": f"试 {uuid.uuid4()}"})
    finally:
        savepoint.rollback()


def _validity(fields: Fields) -> tuple[date, date]:
    start = date.fromisoformat(fields["valid_from"])
    end = date.fromisoformat(fields["valid_to"]) if fields["valid_to"] else date.max
    if end <= start:
        raise BadInput(f"失效日期 {end} 不晚于生效日期 {start}:请改正其一。")
    return start, end


def _overlapping(held: list[Version], start: date, end: date) -> list[Version]:
    return [one for one in held if one.valid_from < end and start < one.valid_to]


def _check_seen(layer: Layer, standing: Version, expected: str | None) -> None:
    if expected is not None and expected != standing.version:
        raise Conflict(
            f"{layer.title.zh} {standing.fields['code']!r} 已被改过:您依据的版本是 {expected[:80]!r},"
            f"现行的是 {standing.version!r}({_said(standing)}):请重新读取后再改。"
        )


def _said(version: Version) -> str:
    end = version.fields["valid_to"]
    return f"{version.valid_from} 起" + (f"至 {end}" if end else "")


def _insert(connection: Connection, layer: Layer, fields: Fields) -> Version:
    row = dict(fields) | {"provenance": "import", "edition_id": _edition(connection, layer, fields)}
    savepoint = connection.begin_nested()
    try:
        query.execute(connection, "deployment/version_insert", {"table": layer.table}, row=json.dumps(row))
    except DBAPIError as error:
        savepoint.rollback()
        raise _refusal(connection, layer, fields, error) from error
    savepoint.commit()
    (made,) = versions(connection, layer, {"code": fields["code"], "valid_from": fields["valid_from"]})
    return made


def _edition(connection: Connection, layer: Layer, fields: Fields) -> int:
    """What is entered by hand is an edition of one row, so that it counts as real data and says whose it is."""
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    found = query.value(
        connection,
        "deployment/transfer_edition",
        layer=layer.id,
        name=f"录入 {fields['code']}",
        valid_from=fields["valid_from"],
        source=None,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    return int(found)


def _refusal(connection: Connection, layer: Layer, fields: Fields, error: DBAPIError) -> Exception:
    """What the database's refusal means, by the rules' own words; the error itself where it is no refusal."""
    cause = error.orig
    if not isinstance(cause, Error) or (cause.pgcode or "")[:2] not in _REFUSALS:
        return error
    checks = query.rows(connection, "deployment/transfer_checks", table=layer.table)
    rules = {check["name"]: Rule(check["expression"], check["told"]) for check in checks}
    texts = {name: _text(value) for name, value in fields.items()}
    return BadInput(f"{reason_of(cause, shape_of(connection, layer), texts, rules)}。")


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return ";".join(map(str, value)) if isinstance(value, list) else json.dumps(value)

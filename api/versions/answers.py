"""Answers about rows that have versions: lists of a day, one row with all its versions, its ETag."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.reader import Reader, sees_persons
from api.sightings.targets import read_city
from api.tracks.moments import instant
from api.versions.rows import Version, today, versions
from layers import query
from layers.catalogue import Layer
from layers.errors import BadInput, NotFound

PERSONAL = ("holder", "members", "made_by")
_UNTOLD = ("edition_id",)


class When(NamedTuple):
    """The day that is asked about, and as known at which time; None for now."""

    day: date
    known_at: datetime | None


def dated(connection: Connection, day: str | None, known_at: str | None) -> When:
    """The query parameters `date` and `known_at`; raises BadInput for what is no date or no time."""
    known = instant(known_at, "known_at", read_city(connection).zone)
    if day is None:
        return When(today(connection), known)
    try:
        return When(date.fromisoformat(day), known)
    except ValueError:
        raise BadInput(f"参数 date 的值 {day[:40]!r} 不是日期:应为 2026-06-30 这样的日期。") from None


def fields_of(body: BaseModel, code: str, now: date) -> dict[str, Any]:
    """What a table takes of a body: its fields with the code, true from `now` where it does not say."""
    fields = body.model_dump(mode="json") | {"code": code}
    return fields | {"valid_from": fields["valid_from"] or now.isoformat()}


def seen(if_match: str | None) -> str | None:
    """The version that a header If-Match names; None where any will do."""
    if if_match is None or if_match.strip() == "*":
        return None
    return if_match.strip().removeprefix("W/").strip('"')


def listed(found: list[Version], reader: Reader, own: Collection[str] = ()) -> list[dict[str, Any]]:
    """Versions as they are told to a reader: persons only to those who may see them. own: codes of the reader's own."""
    return [_as_told(one, persons=sees_persons(reader) or one.fields["code"] in own) for one in found]


def told(layer: Layer, version: Version, reader: Reader, status: int = 200) -> JSONResponse:
    """One version, under its layer's name, with its ETag."""
    return JSONResponse({layer.id: listed([version], reader)[0]}, status, {"ETag": f'"{version.version}"'})


def one_of(
    connection: Connection,
    layer: Layer,
    code: str,
    reader: Reader,
    more: Mapping[str, Any] | None = None,
    *,
    own: Collection[str] = (),
) -> JSONResponse:
    """One row as it is today (null where it is not), all its versions, what its columns mean, and what is given more.

    own: codes of rows in which the reader may see persons. Raises NotFound for a code that never was.
    """
    found = versions(connection, layer, {"code": code})
    if not found:
        raise NotFound(f"没有{layer.title.zh} {code[:80]!r}:请核对编码。")
    now = today(connection)
    standing = next((one for one in found if one.valid_from <= now < one.valid_to), None)
    body = {
        layer.id: listed([standing], reader, own)[0] if standing else None,
        "versions": listed(found, reader, own),
        "columns": columns_told(connection, layer),
    }
    return JSONResponse(body | dict(more or {}), headers={"ETag": f'"{(standing or found[-1]).version}"'})


def columns_told(connection: Connection, layer: Layer) -> dict[str, dict[str, Any]]:
    """What a table's columns mean in both languages, by name: their type, their values, and whether they are needed."""
    found = query.rows(connection, "deployment/columns", table=layer.table)
    return {row["name"]: _label(row) for row in found if row["name"] not in ("id", *_UNTOLD)}


def _as_told(version: Version, *, persons: bool) -> dict[str, Any]:
    hidden = _UNTOLD if persons else (*_UNTOLD, *PERSONAL)
    return {name: value for name, value in version.fields.items() if name not in hidden} | {"version": version.version}


def _label(row: RowMapping) -> dict[str, Any]:
    told = {"zh": row["zh"], "en": row["en"], "type": row["type"], "required": row["required"]}
    return told | ({"options": row["options"]} if row["options"] else {})

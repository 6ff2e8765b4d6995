"""Checks as they are kept. See layers/landuse."""

import re
import secrets
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import shapely
from sqlalchemy import Connection

from api.access.reader import Reader
from api.answers.times import said
from api.landuse.answers.shapes import dumped
from api.landuse.checking import Made
from api.landuse.evidence.basis import Bases
from api.landuse.evidence.city import versions_of
from api.landuse.rights import may_see, no_check
from api.landuse.words import ACTIVITIES, ANSWERS, area
from layers import query
from layers.errors import NotReady

__all__ = ["CODE", "DOCUMENTS", "add", "code_of", "erase", "listed", "one", "stored_answer"]

DOCUMENTS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
}
"""What a check may be had as, beside JSON and GeoJSON; `map` is a PDF, too."""
CODE = r"^YD[0-9]{8}-[2-9A-HJ-NP-Z]{8}$"
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are read as others: 40 bits in eight of them, so that a code is not guessed."""
_TRIES = 3
_LEVEL = 1

Row = dict[str, Any]


def signed(made: Made, reader: Reader, at: datetime, zone: ZoneInfo) -> Row:
    """The answer of a check with who made it and when."""
    return made.answer | {"made_by": reader.name, "made_at": said(at, zone)}


def add(
    connection: Connection, bases: Bases, made: Made, reader: Reader, at: datetime, zone: ZoneInfo
) -> tuple[str, bytes]:
    """Keep a check; its code, and the answer as it was written. The caller tells `bases` once it is committed."""
    then = made.then
    wanted = (made.side.basis, *([then.basis] if then else []))
    bases.keep(connection, *wanted)
    question, answer = made.question, signed(made, reader, at, zone)
    versions = {"now": versions_of(made.side.reading), "then": versions_of(then.reading) if then else None}
    for _ in range(_TRIES):
        code = code_of("YD", at, zone)
        whole = dumped(answer | {"check": code})
        number = query.value(
            connection, "landuse/check_insert", None, code=code, name=question.name, activity=question.activity,
            as_of=question.when.as_of, known_at=question.when.known_at,
            then_as_of=question.then.as_of if question.then else None,
            then_known_at=question.then.known_at if question.then else None,
            tolerance_m=question.tolerance_m, asked=orjson.dumps(answer["asked"] | {"pieces": made.pieces}).decode(),
            outline=shapely.to_wkb(question.drawn.given), basis=made.side.basis.sha256,
            then_basis=then.basis.sha256 if then else None, versions=orjson.dumps(versions).decode(),
            answer=answer["verdict"]["answer"], area_m2=question.drawn.outline.area_m2,
            whole=zlib.compress(whole, _LEVEL),
            signed_in=reader.signed_in, made_at=at,
        )  # fmt: skip
        if number is not None:
            return code, whole
        bases.forget()
        bases.keep(connection, *wanted)
    raise NotReady("核查记录没有存下:请再试一次。")


def code_of(kind: str, at: datetime, zone: ZoneInfo) -> str:
    """A code that nobody guesses, by the day."""
    return f"{kind}{at.astimezone(zone):%Y%m%d}-{''.join(secrets.choice(_LETTERS) for _ in range(8))}"


def one(connection: Connection, reader: Reader, code: str) -> Row:
    """A stored check; raises NotFound where there is none, or none that this reader may see."""
    found = query.rows(connection, "landuse/check_one", None, code=code) if re.fullmatch(CODE, code) else []
    row = dict(found[0]) if found else None
    if row is None or not may_see(reader, row):
        raise no_check(code)
    return row


def stored_answer(row: Mapping[str, Any]) -> bytes:
    """The answer as it was given."""
    return zlib.decompress(row["whole"])


def listed(connection: Connection, reader: Reader, by: str | None, before: int | None, most: int) -> list[Row]:
    """Checks, the newest first: a reader's own, or anyone's for an admin; none for someone without a token."""
    if not reader.signed_in:
        return []
    person = by if "admin" in reader.roles else reader.name
    rows = query.rows(connection, "landuse/check_list", None, made_by=person, before=before, most=most)
    return [
        {
            "check": row["code"],
            "name": row["name"],
            "activity": row["activity"],
            "activity_name": ACTIVITIES[row["activity"]].zh,
            "as_of": row["as_of"].isoformat(),
            "known_at": said(row["known_at"]),
            "made_at": said(row["made_at"]),
            "made_by": row["made_by"],
            "answer": row["answer"],
            "title": ANSWERS[row["answer"]],
            "area": area(row["area_m2"]),
            "source": row["source"],
        }
        for row in rows
    ]


def erase(connection: Connection, row: Mapping[str, Any]) -> None:
    """Take out a check."""
    query.execute(connection, "landuse/check_erase", None, check_id=row["check_id"])

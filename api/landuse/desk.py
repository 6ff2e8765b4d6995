"""Where checks are asked for: the database, what is held between questions, and one question after another."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from api.access.reader import Reader
from api.database import Database
from api.landuse.again import Again, differences, question_of, sides_of
from api.landuse.body import AskBody, OutlineBody
from api.landuse.checking import (
    Deployment,
    Drawn,
    Made,
    Question,
    deployment,
    drawn,
    made,
    read_side,
    when_of,
)
from api.landuse.evidence.basis import Bases
from api.landuse.evidence.city import When
from api.landuse.reading.outlines import Ground, Read
from api.landuse.sent import Outlines, Parcel, outlines_of, parsed, read_of
from api.landuse.store import add, one, signed, stored_answer
from api.tracks.moments import instant
from layers import query
from layers.crs import Bounds

__all__ = ["Desk"]


class Desk:
    """Answers questions about land. local: names of local coordinate systems with their definitions."""

    def __init__(self, database: Database, local: Mapping[str, str] | None = None) -> None:
        self.database, self.local, self.bases = database, local or {}, Bases()
        self._place: Deployment | None = None

    def place(self, connection: Connection) -> Deployment:
        """What is fixed of the deployment, read once."""
        if self._place is None:
            self._place = deployment(connection)
        return self._place

    def outline(self, reader: Reader, parcel: Parcel, body: OutlineBody) -> tuple[Outlines, Drawn, Deployment]:
        """The outline of a request, as it is understood. Raises what the reading raises."""
        place, ground = self.ground(reader, body)
        found = outlines_of(parcel, body, ground)
        return found, drawn(found.shape, place.metric_crs), place

    def outlines(self, reader: Reader, parcel: Parcel, body: OutlineBody) -> tuple[Read, str]:
        """The outlines of a request, each apart, and what they came as. Raises as the reading does if none can be."""
        _, ground = self.ground(reader, body)
        return read_of(parcel, body, ground, each=True)

    def ground(self, reader: Reader, body: OutlineBody) -> tuple[Deployment, Ground]:
        """Where outlines have to lie."""
        place, extent = self._place, None
        if place is None or body.geometry is None:
            with self._transaction(reader) as connection:
                place = self.place(connection)
                extent = None if body.geometry is not None else _extent(connection)
        return place, Ground(place.metric_crs, place.bounds, extent, self.local)

    def ask(self, reader: Reader, parcel: Parcel) -> tuple[str | None, bytes | dict[str, Any]]:
        """The answer to a request; with its code, as it was written, where it was to be kept."""
        body = parsed(parcel, AskBody)
        return self.answer(reader, body, *self.outline(reader, parcel, body))

    def answer(
        self, reader: Reader, body: AskBody, found: Outlines, own: Drawn, place: Deployment
    ) -> tuple[str | None, bytes | dict[str, Any]]:
        """The answer for an outline that was read, as `ask` gives it."""
        with self._transaction(reader) as connection:
            now = self.bases.now(connection)
            when = when_of(connection, now, body.as_of, instant(body.known_at, "known_at", place.zone))
            then = None
            if body.compared_to is not None:
                known_at = instant(body.compared_to.known_at, "compared_to.known_at", place.zone)
                then = when_of(connection, now, body.compared_to.as_of or when.as_of, known_at)
            shape, metric_crs = own.outline.shape, place.metric_crs
            side = read_side(connection, self.bases, now, shape, when, metric_crs)
            past = read_side(connection, self.bases, now, shape, then, metric_crs) if then else None
        question = Question(
            own, body.activity, when, then, body.tolerance_m, found.name, found.source, found.crs, found.crs_name,
            found.crs_how, found.notes,
        )  # fmt: skip
        return self.kept(reader, made(question, side, past, place, pieces=body.pieces), place, store=body.store)

    def kept(
        self, reader: Reader, done: Made, place: Deployment, *, store: bool
    ) -> tuple[str | None, bytes | dict[str, Any]]:
        """The answer of a check, kept where it is to be."""
        at = datetime.now(UTC)
        if not store:
            return None, signed(done, reader, at, place.zone)
        with self._transaction(reader, write=True) as connection:
            code, whole = add(connection, self.bases, done, reader, at, place.zone)
        self.bases.committed(done.side.basis, *([done.then.basis] if done.then else []))
        return code, whole

    def again(self, reader: Reader, code: str) -> dict[str, Any]:
        """A stored check made again of what it read: whether it is the same, and what came in behind its time since."""
        with self._transaction(reader) as connection:
            place, now = self.place(connection), self.bases.now(connection)
            row = one(connection, reader, code)
            found: Again = sides_of(connection, row, question_of(row, place), self.bases, now, place)
        done = made(found.question, found.side, found.then, place, pieces=_with_pieces(row))
        unlike = differences(stored_answer(row), done)
        answer = done.answer | {
            "made_by": row["made_by"],
            "made_at": signed(done, reader, row["made_at"], place.zone)["made_at"],
        }
        return {
            "same": not unlike,
            "differences": unlike,
            "late": found.late,
            "gone": found.gone,
            "check": answer | {"check": code},
        }

    def anew(self, reader: Reader, code: str, *, store: bool) -> dict[str, Any]:
        """The question of a stored check asked of today, as known now: what has changed since."""
        with self._transaction(reader) as connection:
            place, now = self.place(connection), self.bases.now(connection)
            row = one(connection, reader, code)
            question = question_of(row, place, When(now.today, now.now))
            side = read_side(connection, self.bases, now, question.drawn.outline.shape, question.when, place.metric_crs)
        done = made(question, side, None, place, pieces=_with_pieces(row))
        other = ("asked", "compared")  # of what is asked, and not of how things stand
        unlike = [each for each in differences(stored_answer(row), done) if each["path"].partition(".")[0] not in other]
        new, answer = self.kept(reader, done, place, store=store)
        told = _plain(answer)
        return {"same": not unlike, "differences": unlike, "late": [], "gone": 0, "check": told | {"check": new}}

    def _transaction(self, reader: Reader, *, write: bool = False) -> AbstractContextManager[Connection]:
        return self.database.transaction(reader, write=write)


def _plain(answer: bytes | dict[str, Any]) -> dict[str, Any]:
    if isinstance(answer, dict):
        return answer
    told: dict[str, Any] = orjson.loads(answer)
    return told


def _with_pieces(row: Mapping[str, Any]) -> bool:
    """Whether a stored answer has the geometry of its pieces."""
    return bool(row["asked"].get("pieces", True))


def _extent(connection: Connection) -> Bounds | None:
    row = query.rows(connection, "landuse/check_extent", None)[0]
    return None if row["west"] is None else Bounds(row["west"], row["south"], row["east"], row["north"])

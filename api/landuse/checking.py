"""A check, made: the city read as of a day and as known at an instant, checked against, and told."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import shapely
from sqlalchemy import Connection

from api.answers.times import said
from api.coverage.known import refuse_before_known
from api.landuse.answers.answer import checked_told
from api.landuse.answers.compared import compared_told
from api.landuse.evidence.basis import Bases, Basis, Now
from api.landuse.evidence.city import Reading, When, read
from api.landuse.words import ACTIVITIES, LAYERS
from geo.landuse.check import Check, check
from geo.landuse.outline import Outline, outline_of
from layers import query
from layers.crs import Bounds
from layers.errors import BadInput, TooLarge

__all__ = [
    "Deployment",
    "Drawn",
    "Made",
    "Question",
    "Side",
    "checked",
    "deployment",
    "drawn",
    "made",
    "read_side",
    "told",
    "when_of",
]

MOST_KM2 = 100
Transaction = Callable[[], AbstractContextManager[Connection]]


class Deployment(NamedTuple):
    """What is fixed of a deployment: how it measures, where it lies, which clock it keeps."""

    metric_crs: str
    bounds: Bounds
    zone: ZoneInfo


class Drawn(NamedTuple):
    """An outline as it was given, in metres and unrepaired, and as it is checked."""

    given: shapely.Geometry
    outline: Outline


class Question(NamedTuple):
    """One question, read and understood. when, then: of which day and as known when; then: what it is compared to."""

    drawn: Drawn
    activity: str
    when: When
    then: When | None
    tolerance_m: float
    name: str | None
    source: str
    crs: str
    crs_name: str
    crs_how: str
    notes: tuple[str, ...]


class Side(NamedTuple):
    """What a question is answered by, of one moment: the city there, and rules and classes."""

    when: When
    reading: Reading
    basis: Basis


class Made(NamedTuple):
    """A check that was made: what it read, what came of it, and the answer but for its code. pieces: drawn."""

    question: Question
    side: Side
    then: Side | None
    answer: dict[str, Any]
    pieces: bool


def deployment(connection: Connection) -> Deployment:
    """What is fixed of the deployment."""
    facts = query.rows(connection, "deployment/deployment_facts")[0]
    return Deployment(facts["metric_crs"], Bounds(*facts["bounds"]), ZoneInfo(facts["timezone"]))


def drawn(shape: shapely.Geometry, metric_crs: str) -> Drawn:
    """An outline in metres, repaired; raises BadGeometry for what is none, TooLarge for what is too much at once."""
    outline = outline_of(shape, metric_crs)
    if outline.area_m2 > MOST_KM2 * 1e6:
        raise TooLarge(f"范围有 {outline.area_m2 / 1e6:,.1f} 平方公里,一次至多 {MOST_KM2}:请分块核查。")
    return Drawn(shape, outline)


def when_of(connection: Connection, now: Now, as_of: date | None, known_at: datetime | None) -> When:
    """The moment asked for; today and now where it is not said. Raises BadInput for what nobody knows, or knows yet."""
    if known_at is not None:
        if known_at > now.now + timedelta(seconds=5):
            raise BadInput(f"参数 known_at 的值 {said(known_at)} 晚于现在:请给现在以前的时间,或去掉它。")
        refuse_before_known(connection, known_at, "city.landuse", LAYERS["landuse"][0])
    return When(as_of or now.today, now.now if known_at is None else known_at)


def read_side(connection: Connection, bases: Bases, now: Now, shape: shapely.Geometry, when: When, metric_crs: str) -> Side:  # fmt: skip # noqa: E501
    """What there is to answer by, of a moment."""
    basis = bases.read(connection, when.as_of, when.known_at, now)
    return Side(when, read(connection, shape, when, basis.classes, metric_crs, bases.held), basis)


def made(question: Question, side: Side, then: Side | None, place: Deployment, *, pieces: bool = True) -> Made:
    """The check of a question by what was read; with what changed since `then`, where it is compared."""
    found = checked(question, side, place.metric_crs)
    answer = told(question, found, side, place, pieces=pieces)
    if then is not None:
        was = (then.when, checked(question, then, place.metric_crs), then.reading)
        now = (side.when, found, side.reading)
        answer["compared"] = compared_told(was, now, place.metric_crs, place.zone)
    return Made(question, side, then, answer, pieces)


def checked(question: Question, side: Side, metric_crs: str) -> Check:
    """What geo.landuse finds."""
    rules = side.basis.rules.get(question.activity, ())
    return check(
        question.drawn.outline,
        side.reading.city,
        rules,
        question.activity,
        metric_crs,
        tolerance_m=question.tolerance_m,
    )


def told(question: Question, found: Check, side: Side, place: Deployment, *, pieces: bool = True) -> dict[str, Any]:
    """The answer, as it is sent; `check`, `made_by` and `made_at` are for whoever keeps it to fill in."""
    body = checked_told(found, side.reading, place.metric_crs, question.tolerance_m, pieces=pieces)
    return {
        "check": None,
        "name": question.name,
        "made_by": None,
        "made_at": None,
        "asked": _asked(question, place.zone),
        **body,
        "compared": None,
    }


def _asked(question: Question, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "activity": question.activity,
        "activity_name": ACTIVITIES[question.activity].zh,
        "as_of": question.when.as_of.isoformat(),
        "known_at": said(question.when.known_at, zone),
        "compared_to": None if question.then is None else {
            "as_of": question.then.as_of.isoformat(), "known_at": said(question.then.known_at, zone)
        },
        "tolerance_m": question.tolerance_m,
        "source": question.source,
        "crs": question.crs,
        "crs_name": question.crs_name,
        "crs_how": question.crs_how,
        "notes": list(question.notes),
    }  # fmt: skip

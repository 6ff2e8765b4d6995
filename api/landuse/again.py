"""A stored check made again: by the very versions that it read it gives the same answer, whatever was entered since.

A time alone would not do: a transaction that began before the check and was committed after it puts its rows behind the
check's known_at. So a check keeps the versions that it read (of each feature its number and known_from) with the full
wording of rules and classes, and is made again of these; what has come in behind its time is named apart, as late.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson
import shapely
from sqlalchemy import Connection

from api.landuse.answers.shapes import dumped, features_told
from api.landuse.checking import Deployment, Made, Question, Side, drawn, read_side
from api.landuse.evidence.basis import Bases, Now, basis_of
from api.landuse.evidence.city import Reading, When, read_again, versions_of

__all__ = ["Again", "differences", "question_of", "sides_of"]

_OWN = ("check", "name", "made_by", "made_at")
"""What is not of the answer but of who asked for it."""
_MOST = 200
_ASIDE = "geometry"


class Again(NamedTuple):
    """What a stored check is made again of. late: features that came in behind its time; gone: how many are no more."""

    question: Question
    side: Side
    then: Side | None
    late: list[dict[str, Any]]
    gone: int


def question_of(row: Mapping[str, Any], place: Deployment, when: When | None = None) -> Question:
    """The question of a stored check; of another moment where one is given, then compared to nothing."""
    asked = row["asked"]
    then = None if row["then_as_of"] is None or when else When(row["then_as_of"], row["then_known_at"])
    return Question(
        drawn(shapely.from_wkb(bytes(row["outline"])), place.metric_crs), row["activity"],
        when or When(row["as_of"], row["known_at"]), then, row["tolerance_m"], row["name"], asked["source"],
        asked["crs"],
        asked["crs_name"], asked["crs_how"], tuple(asked["notes"]),
    )  # fmt: skip


def sides_of(connection: Connection, row: Mapping[str, Any], question: Question, bases: Bases, now: Now, place: Deployment) -> Again:  # fmt: skip # noqa: E501
    """What a stored check read, by its versions; and what would be read by its time alone that it did not know."""
    kept = row["versions"]
    side, gone = _side(connection, kept["now"], question.when, row["basis"], place)
    then = None
    if question.then and kept["then"]:
        then, lost = _side(connection, kept["then"], question.then, row["then_basis"], place)
        gone += lost
    by_time = read_side(connection, bases, now, question.drawn.outline.shape, question.when, place.metric_crs)
    return Again(question, side, then, _late(by_time.reading, side.reading), gone)


def _side(
    connection: Connection, versions: Mapping[str, Any], when: When, basis: Mapping[str, Any], place: Deployment
) -> tuple[Side, int]:
    own = basis_of(basis)
    reading = read_again(connection, versions, own.classes, place.metric_crs)
    named = sum(len(each) for each in versions["layers"].values())
    return Side(when, reading, own), named - sum(len(each.id) for each in reading.layers.values())


def _late(by_time: Reading, by_version: Reading) -> list[dict[str, Any]]:
    read = versions_of(by_version)["layers"]
    late = []
    for layer, versions in versions_of(by_time)["layers"].items():
        known = {tuple(each) for each in read[layer]}
        late += [
            feature
            for feature, version in zip(features_told(by_time.layers[layer]), versions, strict=True)
            if tuple(version) not in known
        ]
    return late


def differences(before: bytes, made: Made) -> list[dict[str, Any]]:
    """Where two answers differ: path, before and after, 200 at most; of geometries only that they do."""
    old, new = orjson.loads(before), orjson.loads(dumped(made.answer))
    for each in (old, new):
        for name in _OWN:
            each.pop(name)
    return [dict(one) for one, _ in zip(_differing("", old, new), range(_MOST), strict=False)]


def _differing(path: str, old: Any, new: Any) -> Iterator[dict[str, Any]]:
    if old == new:
        return
    if path.rpartition(".")[2] == _ASIDE:
        yield {"path": path, "before": None, "after": None}
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            yield from _differing(f"{path}.{name}" if path else name, old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differing(f"{path}[{place}]", one, other)
    else:
        yield {"path": path, "before": _short(old), "after": _short(new)}


def _short(value: Any) -> Any:
    """What is told of a value that differs: of a list how many there are."""
    return (
        {"count": len(value)}
        if isinstance(value, list)
        else value
        if not isinstance(value, dict)
        else {"keys": sorted(value)}
    )

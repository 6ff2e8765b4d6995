"""Duties for a period as geo takes them: their versions as values, and what they cover since and until when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.duties.posts import check_posts
from api.duties.targets import Piece, Targets, seen_layer
from api.sightings.reaches import limited_reaches
from api.sightings.targets import read_city
from api.sightings.wholes_anew import limited_wholes
from api.transfer.tables import DUTY
from api.versions.rows import Version, versions
from geo.duties.calendar import instant
from geo.duties.duty import Duty, versions_of
from geo.duties.records import Sightings, joined
from geo.duties.scope import Scope
from layers import query
from layers.catalogue import Catalogue
from layers.errors import NotFound

__all__ = ["Charge", "charges_of", "duty_value", "read_duties"]

Indices = NDArray[np.int64]
_FIELDS = {field.name for field in fields(Duty)}


@dataclass(frozen=True)
class Charge:
    """One duty through a period.

    versions: in order of time. layer: whose sightings settle it; a duty over reaches is settled on their banks.
    whole: whether its targets are settled whole, as areas and points are. codes: of its targets, in the order by which
    `scope.target` names them. scope: what the duty covers at the end of the period, and what it covered during it
    and no longer does; each stretch since and until when without a break, in Unix seconds. stretches: what
    `scope.stretch` names: the codes of reaches, or else of targets. unknown: the ranges of its targets of which nobody
    can tell whether they had been seen until when, as sightings then: a line that changed after tracks were erased.

    since_s: for each version, from when on all is known that was seen at its reach; known_since_s: from when on all is
    that its account asks for, as `in_term` tells. Unix seconds, -inf where tracks were not erased before it was stored.
    """

    versions: tuple[Duty, ...]
    layer: str
    whole: bool
    codes: tuple[str, ...]
    scope: Scope
    stretches: tuple[str, ...]
    unknown: Sightings = field(default_factory=Sightings.none)
    since_s: tuple[float, ...] = ()
    known_since_s: float = -np.inf
    sightings: str | None = None

    def in_term(self, end_s: float) -> "Charge":
        """The duty as a term that ends then must take it: what it covers is unknown up to when all is known.

        That is until when a version was in force of which not all is known. Those that come after the term do not
        matter to it, so that its figures stay as they were.
        """
        since_s = max(
            (
                min(known_s, duty.valid_to_s)
                for duty, known_s in zip(self.versions, self.since_s, strict=False)
                if duty.valid_from_s < min(known_s, end_s)
            ),
            default=-np.inf,
        )
        before = self.scope.began_s < since_s
        if not before.any():
            return self
        target, from_cm, to_cm = (column[before] for column in self.scope[:3])
        hidden = _until(target, from_cm, to_cm, np.full(len(target), since_s))
        return replace(self, unknown=joined(self.unknown, hidden), known_since_s=since_s)

    def in_force(self, time_s: float) -> Duty:
        """The version in force at a time, or the one before it; the first, where none had begun."""
        begun = [duty for duty in self.versions if duty.valid_from_s <= time_s]
        return begun[-1] if begun else self.versions[0]


class _Unknown(NamedTuple):
    """A range of which nobody can tell whether it had been seen until then."""

    from_cm: int
    to_cm: int
    until_s: float


class _Run(NamedTuple):
    """Days without a break on which a stretch was covered."""

    start: date
    end: date


def read_duties(
    connection: Connection,
    catalogue: Catalogue,
    days: tuple[date, date],
    like: Mapping[str, Any] | None = None,
    *,
    known_at: datetime | None = None,
) -> list[Charge]:
    """The duties in force on any of the days [first, last), with fields `like` these, by code.

    like: such as {"post_code": "HZ-CJ-1"} or {"code": …}; a duty is taken whole where one version is like it.
    known_at: as it was known then, duties, targets and all. No day, no duties. Raises NotFound for a post, duty or
    layer that never was: that it owes nothing would be read as good news.
    """
    first, last = days
    every = versions(connection, DUTY, known_at=known_at)
    _check_like(connection, catalogue, every, like or {})
    chosen = {one.fields["code"] for one in every if _alike(one, like or {}) and one.valid_from < last > first}
    held: dict[str, list[Version]] = defaultdict(list)
    for one in every:
        if one.fields["code"] in chosen:
            held[one.fields["code"]].append(one)
    city = read_city(connection)
    reading = _Reading(Targets(connection, catalogue, city.metric_crs, known_at), catalogue, city.zone, days)
    charges = [
        charge
        for same in held.values()
        if any(one.valid_from < last and first < one.valid_to for one in same)
        for charge in reading.charges(same)
    ]
    return _with_unknown(connection, _with_since(connection, charges), known_at)


def charges_of(
    connection: Connection, catalogue: Catalogue, days: tuple[date, date], same: Sequence[Version]
) -> list[Charge]:
    """One duty by versions that are given, in time, whether or not they are stored; as it is known now."""
    city = read_city(connection)
    reading = _Reading(Targets(connection, catalogue, city.metric_crs), catalogue, city.zone, days)
    return _with_unknown(connection, _with_since(connection, list(reading.charges(same))), None)


def _with_since(connection: Connection, charges: list[Charge]) -> list[Charge]:
    """The same duties, each with from when on its versions' reaches are complete."""
    lines, wholes = limited_reaches(connection), limited_wholes(connection)
    if not (lines or wholes):
        return charges
    return [
        replace(charge, since_s=tuple(_since_s(charge, duty, lines, wholes) for duty in charge.versions))
        for charge in charges
    ]


def _since_s(
    charge: Charge, duty: Duty, lines: Mapping[float, datetime], wholes: Mapping[tuple[str, float], datetime]
) -> float:
    since = wholes.get((charge.layer, duty.reach_m)) if charge.whole else lines.get(duty.reach_m)
    return since.timestamp() if since else -np.inf


def _check_like(
    connection: Connection, catalogue: Catalogue, every: Sequence[Version], like: Mapping[str, Any]
) -> None:
    """Raises NotFound for what is named and never was; what came after the time asked about was, and owes nothing."""
    post, code, layer = (like.get(name) for name in ("post_code", "code", "layer"))
    if layer is not None:
        _ = catalogue[layer]
    there = code is None or any(one.fields["code"] == code for one in every)
    if not there and not versions(connection, DUTY, {"code": code}):
        raise NotFound(f"没有编码为 {str(code)[:80]!r} 的职责:可用的见 /duties。")
    held = post is None or any(one.fields["post_code"] == post for one in every)
    check_posts(connection, [] if held else [str(post)])


def _with_unknown(connection: Connection, charges: list[Charge], known_at: datetime | None) -> list[Charge]:
    """The same duties, each with what is unknown of its lines."""
    found: dict[tuple[str, str], list[_Unknown]] = defaultdict(list)
    for layer in {charge.layer for charge in charges if not charge.whole}:
        codes = sorted({code for charge in charges if charge.layer == layer for code in charge.codes})
        bound = {"start": "-infinity", "known_at": known_at.isoformat() if known_at else None}
        for row in query.rows(connection, "coverage/unknown_spans", None, layer=layer, codes=codes, **bound):
            span = round(row["from_m"] * 100), round(row["to_m"] * 100)
            found[layer, row["code"]].append(_Unknown(*span, row["until_s"]))
    return [replace(charge, unknown=_unknown(charge, found)) for charge in charges] if found else charges


def _unknown(charge: Charge, found: Mapping[tuple[str, str], Sequence[_Unknown]]) -> Sightings:
    rows = [(number, *span) for number, code in enumerate(charge.codes) for span in found.get((charge.layer, code), ())]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    target, from_cm, to_cm = table[:, :3].astype(np.int64).T
    return _until(target, from_cm, to_cm, table[:, 3])


def _until(target: Indices, from_cm: Indices, to_cm: Indices, until_s: NDArray[np.float64]) -> Sightings:
    return Sightings(target, from_cm, to_cm, until_s, until_s, np.zeros(len(target), dtype=np.int64))


def duty_value(row: Mapping[str, Any], zone: ZoneInfo) -> Duty:
    """A row of the duty table, by field, as a value: true from midnight to midnight of the place."""
    return Duty(
        **{name: value for name, value in row.items() if name in _FIELDS},
        valid_from_s=_midnight_s(date.fromisoformat(row["valid_from"]), zone),
        valid_to_s=_midnight_s(date.fromisoformat(row["valid_to"]), zone) if row["valid_to"] else float("inf"),
    )


class _Reading:
    """Makes charges of the versions of duties."""

    def __init__(self, targets: Targets, catalogue: Catalogue, zone: ZoneInfo, days: tuple[date, date]) -> None:
        self.targets, self.catalogue, self.zone, self.days = targets, catalogue, zone, days

    def charges(self, same: Sequence[Version]) -> Iterable[Charge]:
        """One charge of a duty; one for each layer, where its versions are about different ones."""
        by_layer: dict[str, list[Version]] = defaultdict(list)
        for one in same:
            by_layer[seen_layer(self.catalogue, one.fields["layer"]).id].append(one)
        for layer_id, some in by_layer.items():
            if any(one.valid_from < self.days[1] and self.days[0] < one.valid_to for one in some):
                yield self._charge(layer_id, some)

    def _charge(self, layer_id: str, some: Sequence[Version]) -> Charge:
        pieces = [piece for one in some for piece in self.targets.of(one.fields)]
        codes, stretches = (tuple(sorted(names)) for names in ({p.code for p in pieces}, {p.known_as for p in pieces}))
        return Charge(
            versions_of([duty_value(one.fields, self.zone) for one in some]),
            layer_id,
            not self.catalogue[layer_id].lines,
            codes,
            self._scope(pieces, codes, stretches),
            stretches,
        )

    def _scope(self, pieces: Sequence[Piece], codes: Sequence[str], stretches: Sequence[str]) -> Scope:
        by_code: dict[str, list[Piece]] = defaultdict(list)
        for piece in pieces:
            by_code[piece.code].append(piece)
        number_of = {name: number for number, name in enumerate(stretches)}
        rows = [
            (number, row.from_cm, row.to_cm, self._second(row.start), self._second(row.end), number_of[row.known_as])
            for number, code in enumerate(codes)
            for row in _stretches(by_code[code], self.days)
        ]
        table = np.array(rows, dtype=np.float64).reshape(-1, 6)
        target, low, high, stretch = table[:, [0, 1, 2, 5]].astype(np.int64).T
        return Scope(target, low, high, table[:, 3], table[:, 4], stretch)

    def _second(self, day: date) -> float:
        return float("inf") if day == date.max else _midnight_s(day, self.zone)


def _stretches(pieces: Sequence[Piece], days: tuple[date, date]) -> list[Piece]:
    """What of one target is covered, apart and in order, each with its last run of days up to the end, and its name.

    What was covered no more before the first of the days is left out.
    """
    cuts = sorted({end for piece in pieces for end in (piece.from_cm, piece.to_cm)})
    found: list[Piece] = []
    for low, high in pairwise(cuts):
        over = sorted((p for p in pieces if p.from_cm <= low and high <= p.to_cm), key=lambda p: (p.start, p.end))
        run = _last_run([_Run(piece.start, piece.end) for piece in over], days[1])
        if run is None or run.end <= days[0]:
            continue
        latest = next(piece for piece in reversed(over) if piece.start < days[1])
        made = latest._replace(from_cm=low, to_cm=high, start=run.start, end=run.end)
        if found and found[-1]._replace(from_cm=low, to_cm=high) == made and found[-1].to_cm == low:
            made = made._replace(from_cm=found.pop().from_cm)
        found.append(made)
    return found


def _last_run(runs: Iterable[_Run], before: date) -> _Run | None:
    """Of runs in order the last that begins before a day, with all that adjoin or overlap it made one."""
    whole: _Run | None = None
    for run in runs:
        if run.start >= before and (whole is None or run.start > whole.end):
            break
        whole = _Run(whole.start, max(whole.end, run.end)) if whole and run.start <= whole.end else run
    return whole


def _alike(version: Version, like: Mapping[str, Any]) -> bool:
    return all(version.fields.get(name) == value for name, value in like.items())


def _midnight_s(day: date, zone: ZoneInfo) -> float:
    return instant(day, 0, zone) if day < date.max - timedelta(days=1) else float("inf")

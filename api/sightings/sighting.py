"""What a patrol saw, worked out for every layer of lines, and written down: all of it, or what has changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from api.sightings.copying import copy, instants_us, microseconds, text
from api.sightings.targets import Target
from geo.coverage.sightings import Track, Visits, see_all
from geo.lines.multirange import Ranges, lengths
from layers import query


class Kept(NamedTuple):
    """Where sightings of one kind are kept: the table, and the statement that writes into it."""

    table: str
    copy: str

    @property
    def names(self) -> dict[str, str]:
        """As the statements that work on it want it."""
        return {"sighting": self.table}


ALL = Kept("city.sighting", "patrol/sighting_copy")
AT_ONCE = 50_000
"""How many sightings are gathered before they are written: bounds the memory."""


class LineSighting(NamedTuple):
    """One sighting of a line: which, within how many metres, from and to along it (cm), first and last time (µs)."""

    layer: str
    code: str
    reach_m: float
    bound: str
    from_cm: int
    to_cm: int
    first_us: int
    last_us: int


@dataclass(frozen=True)
class Seen:
    """What a patrol saw of one layer: codes touched, how many sightings, metres nominally seen at the first reach."""

    layer: str
    codes: frozenset[str]
    sightings: int
    length_m: float


def sight_lines(
    track: Track, targets: Iterable[Target], reaches_m: Sequence[float]
) -> tuple[list[LineSighting], list[Seen]]:
    """What the track saw of lines at each reach, as sure, nominal and possible; and in sum, by layer."""
    found: list[LineSighting] = []
    seen = [_see(track, target, reaches_m, found) for target in targets]
    return found, seen


def renew_sightings(
    connection: Connection,
    patrol_id: int,
    found: Sequence[LineSighting],
    among: tuple[Sequence[Target], Sequence[float]],
    *,
    kept: Kept = ALL,
    first: bool = False,
) -> dict[str, set[str]]:
    """Make what is known of a patrol what was found: supersede what differs, write what is new.

    among: the targets and reaches (metres) that were looked for; nothing else is touched. Answers the codes of the
    targets of which something changed, by layer. The same found twice changes nothing. first: whether nothing of the
    patrol is known yet.
    """
    stored = {} if first else _stored(connection, patrol_id, among, kept)
    fresh = set(found) - stored.keys()
    gone = stored.keys() - set(found)
    if gone:
        ids = [stored[sighting] for sighting in gone]
        query.execute(connection, "patrol/rework_supersede", kept.names, sighting_ids=ids)
    with Writer(connection, kept) as writer:
        writer.add(patrol_id, sorted(fresh))
    changed: dict[str, set[str]] = {}
    for sighting in fresh | gone:
        changed.setdefault(sighting.layer, set()).add(sighting.code)
    return changed


def refresh_last_seen(connection: Connection, layer: str, codes: Iterable[str] | None = None) -> None:
    """Work out anew what was last seen when of these targets, all where not given; none is no work."""
    listed = None if codes is None else sorted(codes)
    if listed is None or listed:
        query.execute(connection, "patrol/last_seen_refresh", None, layer=layer, codes=listed)


def _stored(
    connection: Connection, patrol_id: int, among: tuple[Sequence[Target], Sequence[float]], kept: Kept
) -> dict[LineSighting, int]:
    """Each sighting that is known, and its number. Of a line that is no longer there, what was seen stays."""
    targets, reaches_m = among
    layers = [target.layer for target in targets]
    valid = {target.layer: set(target.codes) for target in targets}
    rows = query.rows(
        connection, "patrol/rework_sightings", kept.names, patrol_id=patrol_id, layers=layers, reaches_m=list(reaches_m)
    )
    # The database keeps a reach as a short float: told apart by what was asked for.
    exact = {_short(reach_m): reach_m for reach_m in reaches_m}
    stored: dict[LineSighting, int] = {}
    for row in rows:
        if row["target_code"] in valid[row["layer"]]:
            ends = (row["from_cm"], row["to_cm"], row["first_us"], row["last_us"])
            reach_m = exact[_short(row["reach_m"])]
            stored[LineSighting(row["layer"], row["target_code"], reach_m, row["bound"], *ends)] = row["sighting_id"]
    return stored


def _short(reach_m: float) -> str:
    return f"{reach_m:.5g}"


def _see(track: Track, target: Target, reaches_m: Sequence[float], found: list[LineSighting]) -> Seen:
    """What a track saw of one layer; its sightings are put behind those found before."""
    touched: set[str] = set()
    written, length_m = len(found), 0.0
    for (reach_m, bound), visits in see_all(track, target.lines, reaches_m).items():
        found.extend(sightings_of(target, reach_m, bound, visits))
        touched.update(target.codes[line] for line in set(visits.line.tolist()))
        if bound == "nominal" and reach_m == reaches_m[0]:
            ranges = Ranges(visits.line, visits.from_cm, visits.to_cm)
            length_m = float(lengths(ranges, len(target.codes)).sum()) / 100
    return Seen(target.layer, frozenset(touched), len(found) - written, length_m)


def sightings_of(target: Target, reach_m: float, bound: str, visits: Visits) -> Iterator[LineSighting]:
    """Visits of the lines of a target as they are stored."""
    rows = (
        visits.line.tolist(),
        visits.from_cm.tolist(),
        visits.to_cm.tolist(),
        microseconds(visits.first_s).tolist(),
        microseconds(visits.last_s).tolist(),
    )
    for line, *rest in zip(*rows, strict=True):
        yield LineSighting(target.layer, target.codes[line], reach_m, bound, *rest)


class Writer:
    """Writes sightings of one kind beside what is stored, many patrols' with one statement: a block that writes all."""

    def __init__(self, connection: Connection, kept: Kept = ALL) -> None:
        self.written = 0
        self._connection, self._kept = connection, kept
        self._patrols: list[str] = []
        self._found: list[LineSighting] = []

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, failed: object, *rest: object) -> None:
        if failed is None:
            self._flush()

    def add(self, patrol_id: int, found: Sequence[LineSighting]) -> None:
        """Write what a patrol saw, now or with what comes after."""
        self.written += len(found)
        self._patrols += [str(patrol_id)] * len(found)
        self._found += found
        if len(self._found) > AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if not self._found:
            return
        layer, code, reach_m, bound, from_cm, to_cm, first_us, last_us = zip(*self._found, strict=True)
        columns = (
            [text(one) for one in layer],
            [text(one) for one in code],
            self._patrols,
            [str(one) for one in reach_m],
            bound,
            [f"[{start},{stop})" for start, stop in zip(from_cm, to_cm, strict=True)],
            instants_us(first_us),
            instants_us(last_us),
        )
        copy(self._connection, self._kept.copy, columns)
        self._patrols, self._found = [], []

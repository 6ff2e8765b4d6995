"""What patrols saw in a stretch of time, read once for all duties that ask for the same, as geo.duties takes it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.sightings.copying import fetch_binary
from api.sightings.sighting import ALL
from geo.duties.records import Flags, Patrols, Sightings, WholeVisits
from layers import query

Indices = NDArray[np.int64]
Stretch = tuple[float, float]
"""From and to, half-open, Unix seconds; infinite where open."""
_LINE_TYPES = (">i8", ">i8", ">i8", ">f8", ">f8", ">i8")
_WHOLE_TYPES = (">i8", ">f8", ">f8", ">f8", ">f8", ">f8", ">f8", ">f8", ">i8")
ALWAYS = "infinity"


class Question(NamedTuple):
    """Which sightings: of these targets of one layer, at one reach and bound, meeting a stretch of time.

    table: where those of lines are kept: all, those from the own side of the water, or others shaped like these.
    """

    layer: str
    whole: bool
    codes: tuple[str, ...]
    reach_m: float
    bound: str
    stretch: Stretch
    table: str = ALL.table


class Seen(NamedTuple):
    """Sightings by target and by place in `patrols`; what is doubted of these; and how each patrol is called."""

    rows: Sightings | WholeVisits
    patrols: Patrols
    flags: Flags
    codes: tuple[str, ...]


class Sight:
    """Reads sightings as known at a time (None: now): all that is alike at once, whoever asks for it."""

    def __init__(self, connection: Connection, known_at: datetime | None = None) -> None:
        self._connection = connection
        self._known_at = known_at.isoformat() if known_at else ALWAYS

    def together(self, questions: Sequence[Question]) -> list[Seen]:
        """What answers each question, with all their patrols read at once."""
        alike: dict[Question, list[int]] = {}
        for place, asked in enumerate(questions):
            alike.setdefault(asked._replace(codes=()), []).append(place)
        found: dict[int, Sightings | WholeVisits] = {}
        for kind, places in alike.items():
            found |= self._shared(kind, places, questions)
        rows = [found[place] for place in range(len(questions))]
        ids = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(one.patrol for one in rows)]))
        patrols, codes = read_patrols(self._connection, ids.tolist())
        flags = _flags(self._connection, ids, self._known_at)
        return [Seen(one._replace(patrol=np.searchsorted(ids, one.patrol)), patrols, flags, codes) for one in rows]

    def _shared(
        self, kind: Question, places: Sequence[int], questions: Sequence[Question]
    ) -> dict[int, Sightings | WholeVisits]:
        """Questions that differ in their targets alone: read for all of these, and each given its own."""
        codes = tuple(sorted({code for place in places for code in questions[place].codes}))
        whole = kind._replace(codes=codes)
        rows = self._wholes(whole) if kind.whole else self._lines(whole)
        order = np.argsort(rows.target, kind="stable")
        starts = np.searchsorted(rows.target[order], np.arange(len(codes) + 1))
        number = {code: place for place, code in enumerate(codes)}
        return {place: _own(rows, order, starts, [number[code] for code in questions[place].codes]) for place in places}

    def _lines(self, asked: Question) -> Sightings:
        table = {"sighting": asked.table}
        columns = fetch_binary(self._connection, "coverage/sightings_copy", _LINE_TYPES, table, **self._params(asked))
        return Sightings(*columns)

    def _wholes(self, asked: Question) -> WholeVisits:
        columns = fetch_binary(
            self._connection, "coverage/whole_sightings_copy", _WHOLE_TYPES, None, **self._params(asked)
        )
        return WholeVisits(*columns)

    def _params(self, asked: Question) -> dict[str, object]:
        start_s, end_s = asked.stretch
        return {
            "layer": asked.layer,
            "codes": list(asked.codes),
            "reach_m": asked.reach_m,
            "bound": asked.bound,
            "start": instant_said(start_s),
            "end": instant_said(end_s),
            "known_at": self._known_at,
        }


def _own(
    rows: Sightings | WholeVisits, order: Indices, starts: Indices, targets: Sequence[int]
) -> Sightings | WholeVisits:
    """The rows of some targets, which are renumbered in the order given."""
    parts = [order[starts[one] : starts[one + 1]] for one in targets]
    which = np.concatenate([np.empty(0, dtype=np.int64), *parts])
    own = type(rows)(*(column[which] for column in rows))
    return own._replace(target=np.repeat(np.arange(len(targets)), [len(part) for part in parts]))


def read_patrols(connection: Connection, ids: Sequence[int]) -> tuple[Patrols, tuple[str, ...]]:
    """What judging patrols needs to know of them, by number in order; and their codes."""
    rows = query.rows(connection, "coverage/patrols", None, patrol_ids=list(ids))
    columns = {name: [row[name] for row in rows] for name in ("code", "mode", "crew", "posts", "started_s", "ended_s")}
    started_s, ended_s, minutes = (
        np.array([row[name] for row in rows], dtype=np.float64) for name in ("started_s", "ended_s", "minutes")
    )
    posts = tuple(frozenset(one) for one in columns["posts"])
    patrols = Patrols(posts, tuple(columns["crew"]), tuple(columns["mode"]), started_s, ended_s, minutes)
    return patrols, tuple(columns["code"])


def _flags(connection: Connection, ids: Indices, known_at: str) -> Flags:
    rows = query.rows(connection, "coverage/flags", None, patrol_ids=ids.tolist(), known_at=known_at)
    return Flags(
        np.searchsorted(ids, np.array([row["patrol_id"] for row in rows], dtype=np.int64)),
        np.array([row["from_s"] for row in rows], dtype=np.float64),
        np.array([row["to_s"] for row in rows], dtype=np.float64),
        tuple(row["kind"] for row in rows),
    )


def instant_said(unix_s: float) -> str:
    """An instant as the database reads it; what is further than any time is infinite."""
    if not np.isfinite(unix_s):
        return "infinity" if unix_s > 0 else "-infinity"
    return datetime.fromtimestamp(unix_s, UTC).isoformat()

"""What patrols saw in a stretch of time, read once for all duties that ask for the same, as geo.duties takes it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.patrols.copying import fetch_binary
from geo.duties.records import Flags, Patrols, Sightings, WholeVisits
from layers import query

Indices = NDArray[np.int64]
Stretch = tuple[float, float]
"""From and to, half-open, Unix seconds; infinite where open."""
_LINE_TYPES = (">i8", ">i8", ">i8", ">f8", ">f8", ">i8")
_WHOLE_TYPES = (">i8", ">f8", ">f8", ">f8", ">f8", ">f8", ">f8", ">i8")
ALWAYS = "infinity"


class Question(NamedTuple):
    """Which sightings: of these targets of one layer, at one reach and bound, meeting a stretch of time."""

    layer: str
    whole: bool
    codes: tuple[str, ...]
    reach_m: float
    bound: str
    stretch: Stretch


class Seen(NamedTuple):
    """Sightings by target and by place in `patrols`; what is doubted of these; and how each patrol is called."""

    rows: Sightings | WholeVisits
    patrols: Patrols
    flags: Flags
    codes: tuple[str, ...]


class Sight:
    """Reads sightings as known at a time (None: now), each kind once, with the patrols that made them."""

    def __init__(self, connection: Connection, known_at: datetime | None = None) -> None:
        self._connection = connection
        self._known_at = known_at.isoformat() if known_at else ALWAYS
        self._read: dict[Question, Sightings | WholeVisits] = {}

    def rows(self, asked: Question) -> Sightings | WholeVisits:
        """The sightings, their patrols as numbers of the database until `together` has placed them."""
        if asked not in self._read:
            self._read[asked] = self._wholes(asked) if asked.whole else self._lines(asked)
        return self._read[asked]

    def together(self, questions: Sequence[Question]) -> list[Seen]:
        """What answers each question, with all their patrols read at once."""
        found = [self.rows(asked) for asked in questions]
        ids = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(rows.patrol for rows in found)]))
        patrols, codes = _patrols(self._connection, ids)
        flags = _flags(self._connection, ids, self._known_at)
        placed = [rows._replace(patrol=np.searchsorted(ids, rows.patrol)) for rows in found]
        return [Seen(rows, patrols, flags, codes) for rows in placed]

    def _lines(self, asked: Question) -> Sightings:
        columns = fetch_binary(self._connection, "coverage/sightings_copy", _LINE_TYPES, **self._params(asked))
        return Sightings(*columns)

    def _wholes(self, asked: Question) -> WholeVisits:
        target, share, road_share, distance_m, dwell_s, first_s, last_s, patrol = fetch_binary(
            self._connection, "coverage/whole_sightings_copy", _WHOLE_TYPES, **self._params(asked)
        )
        unknown = np.zeros(len(target))
        return WholeVisits(target, share, road_share, distance_m, dwell_s, unknown, first_s, last_s, patrol)

    def _params(self, asked: Question) -> dict[str, object]:
        start_s, end_s = asked.stretch
        return {
            "layer": asked.layer,
            "codes": list(asked.codes),
            "reach_m": asked.reach_m,
            "bound": asked.bound,
            "start": _instant(start_s),
            "end": _instant(end_s),
            "known_at": self._known_at,
        }


def _patrols(connection: Connection, ids: Indices) -> tuple[Patrols, tuple[str, ...]]:
    rows = query.rows(connection, "coverage/patrols", None, patrol_ids=ids.tolist())
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


def _instant(unix_s: float) -> str:
    """An instant as the database reads it; what is further than any time is infinite."""
    if not np.isfinite(unix_s):
        return "infinity" if unix_s > 0 else "-infinity"
    return datetime.fromtimestamp(unix_s, UTC).isoformat()

"""The legs of stored patrols, as tracks in metres that can be held against lines, areas and points."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.sightings.copying import POSTGRES_EPOCH_US, fetch_binary, microseconds
from api.sightings.targets import City, view
from api.tracks.track import Floats, assumed
from geo.coverage.sightings import ERROR_FACTOR, Track
from geo.tracks.cleaning import INEXACT_M, MODES
from layers import query
from layers.catalogue import Layer
from layers.crs import STORED, transformer

__all__ = ["MARGIN_DEG", "SOME_PATROLS", "Outings", "Went", "stored_tracks"]

MARGIN_DEG = 0.05
"""How far from a target a leg may have been and still possibly have seen it: 4 km, a position as bad as 2.5 km."""
SOME_PATROLS = 100
"""How many patrols' legs are read at once."""
HELD_FIXES = 2_000_000
"""How many fixes of tracks that were read are held on to: 64 MB."""
Legs = list[RowMapping]


class Went(NamedTuple):
    """A stored patrol: its number, how it went, and its track in metres."""

    patrol_id: int
    mode: str
    track: Track


class Outings:
    """The stored patrols that went near what changed: read once, as long as they are few enough to be held on to."""

    def __init__(self, connection: Connection, city: City) -> None:
        self.city = city
        self._connection = connection
        self._held: dict[int, Went] = {}
        self._fixes = 0

    def near(self, layer: Layer, codes: Sequence[str], reaches_m: Iterable[float]) -> Iterator[Went]:
        """Every patrol that may have seen any of these features as they are today from one of the reaches.

        By number, each with its whole track. None for no reach.
        """
        listed_m = list(reaches_m)
        if not listed_m:
            return
        rows = query.rows(
            self._connection,
            "patrol/patrols_near",
            {"table": view(layer)},
            codes=list(codes),
            margin=MARGIN_DEG,
            reach_m=max(listed_m),
            factor=ERROR_FACTOR,
            inexact_m=INEXACT_M,
            modes=list(MODES),
            modes_m=[mode.accuracy_m for mode in MODES.values()],
        )
        patrol_ids = [int(row["patrol_id"]) for row in rows]
        for first in range(0, len(patrol_ids), SOME_PATROLS):
            yield from self._read(patrol_ids[first : first + SOME_PATROLS])

    def _read(self, patrol_ids: Sequence[int]) -> Iterator[Went]:
        wanted = [patrol_id for patrol_id in patrol_ids if patrol_id not in self._held]
        legs = query.rows(self._connection, "patrol/legs_of", None, patrol_ids=wanted) if wanted else []
        read = {went.patrol_id: went for went in _went(self._connection, legs, self.city)}
        for patrol_id in patrol_ids:
            yield self._held.get(patrol_id) or read[patrol_id]
        fixes = sum(len(went.track.x) for went in read.values())
        if self._fixes + fixes <= HELD_FIXES:
            self._held |= read
            self._fixes += fixes


def stored_tracks(connection: Connection, legs: Iterable[RowMapping], city: City) -> Iterator[tuple[int, Track]]:
    """Each patrol's number and track, out of rows of its legs in order, as patrol/legs_of answers them."""
    for went in _went(connection, legs, city):
        yield went.patrol_id, went.track


def _went(connection: Connection, legs: Iterable[RowMapping], city: City) -> Iterator[Went]:
    patrols = [list(own) for _, own in groupby(legs, key=lambda row: int(row["patrol_id"]))]
    for first in range(0, len(patrols), SOME_PATROLS):
        yield from _tracks(connection, patrols[first : first + SOME_PATROLS], city)


def _tracks(connection: Connection, patrols: Sequence[Legs], city: City) -> Iterator[Went]:
    """Some patrols, with one question for the accuracy of all their fixes."""
    times_s = [[np.array(leg["times_s"]) for leg in own] for own in patrols]
    time_s = [np.concatenate(own) for own in times_s]
    reported_m = _reported_m(connection, patrols, time_s)
    for own, times, at, accuracy_m in zip(patrols, times_s, time_s, reported_m, strict=True):
        places = shapely.get_coordinates(shapely.from_wkb([bytes(leg["geom"]) for leg in own]))
        x, y = transformer(STORED, city.metric_crs).transform(places[:, 0], places[:, 1])
        accuracy_m = assumed(accuracy_m, MODES[own[0]["mode"]], own[0]["device_accuracy_m"])
        track = Track(x, y, at, accuracy_m, np.cumsum([0, *map(len, times)]))
        yield Went(int(own[0]["patrol_id"]), own[0]["mode"], track)


def _reported_m(connection: Connection, patrols: Sequence[Legs], time_s: Sequence[Floats]) -> Iterator[Floats]:
    """What the fixes of each patrol reported, found by their times; NaN where they did not or are gone."""
    nth, time_us, accuracy_m = fetch_binary(
        connection,
        "patrol/fix_accuracies",
        (">i8", ">i8", ">f8"),
        devices=[own[0]["device"] for own in patrols],
        start_s=[float(at.min()) - 1e-6 for at in time_s],
        end_s=[float(at.max()) + 1e-6 for at in time_s],
    )
    order = np.lexsort((time_us, nth))
    # Rounded as api.patrols.worked does, which first saw with them: the database keeps short floats.
    known_us, known_m = time_us[order] + POSTGRES_EPOCH_US, np.round(accuracy_m[order], 4)
    starts = np.searchsorted(nth[order], np.arange(len(patrols) + 1) + 1)
    for number, at in enumerate(time_s):
        own = slice(starts[number], starts[number + 1])
        yield _looked_up(known_us[own], known_m[own], microseconds(at))


def _looked_up(known_us: NDArray[np.int64], known_m: Floats, time_us: NDArray[np.int64]) -> Floats:
    """What is known at these times; NaN where nothing is. known_us: in order."""
    if not len(known_us):
        return np.full(len(time_us), np.nan)
    at = np.minimum(np.searchsorted(known_us, time_us), len(known_us) - 1)
    return np.where(known_us[at] == time_us, known_m[at], np.nan)

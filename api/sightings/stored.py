"""The legs of stored patrols, as tracks in metres that can be held against lines."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
import shapely
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.sightings.copying import microseconds
from api.sightings.targets import City
from api.tracks.track import Floats, assumed
from geo.coverage.sightings import Track
from geo.tracks.cleaning import MODES
from layers import query
from layers.crs import STORED, transformer


def stored_tracks(connection: Connection, legs: Iterable[RowMapping], city: City) -> Iterator[tuple[int, Track]]:
    """Each patrol's number and track, out of rows of its legs in order, as patrol/legs_near answers them."""
    for patrol_id, own in groupby(legs, key=lambda row: int(row["patrol_id"])):
        yield patrol_id, _track(connection, list(own), city)


def _track(connection: Connection, legs: Sequence[RowMapping], city: City) -> Track:
    times = [np.array(leg["times_s"]) for leg in legs]
    time_s = np.concatenate(times)
    places = shapely.get_coordinates(shapely.from_wkb([bytes(leg["geom"]) for leg in legs]))
    x, y = transformer(STORED, city.metric_crs).transform(places[:, 0], places[:, 1])
    accuracy_m = _accuracy_m(connection, legs[0], time_s)
    return Track(x, y, time_s, accuracy_m, np.cumsum([0, *map(len, times)]))


def _accuracy_m(connection: Connection, patrol: RowMapping, time_s: Floats) -> Floats:
    """What the fixes reported, found by their times; the device's or mode's where they did not or are gone."""
    rows = query.rows(
        connection,
        "patrol/fix_stored",
        None,
        device=patrol["device"],
        start_s=float(time_s.min()) - 1e-6,
        end_s=float(time_s.max()) + 1e-6,
    )
    reported = {row["time_us"]: row["accuracy_m"] for row in rows if row["accuracy_m"] is not None}
    found = np.array([reported.get(at, np.nan) for at in microseconds(time_s).tolist()])
    return assumed(found, MODES[patrol["mode"]], patrol["device_accuracy_m"])

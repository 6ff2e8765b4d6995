"""What lines that are new or have changed were seen of by patrols that went out before."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
import shapely
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.copying import microseconds
from api.patrols.examine import assumed
from api.patrols.sighting import DEFAULT_REACH_M, refresh_last_seen, write_sightings
from api.patrols.targets import City, read_city, read_target, view
from api.patrols.track import Floats
from geo.sightings import Track
from geo.tracks import MODES
from layers import query
from layers.catalogue import Layer, read_catalogue
from layers.crs import STORED, transformer

MARGIN_DEG = 0.05
"""How far from a line a leg may have been and still possibly have seen it: 4 km, a position as bad as 2.5 km."""


def resight(
    connection: Connection,
    layer: str | Layer,
    codes: Iterable[str],
    reaches_m: Sequence[float] | None = None,
) -> int:
    """Work out anew, in the caller's transaction, what every stored patrol saw of these lines; how many sightings.

    What was known of them before is superseded, not overwritten. Lines that are no longer there lose their sightings.
    Where a patrol's legs are gone, what it saw stays as it is. reaches_m: as stored so far, where not given.
    """
    listed = sorted(set(codes))
    if not listed:
        return 0
    known = layer if isinstance(layer, Layer) else read_catalogue()[layer]
    reaches = tuple(reaches_m or _stored_reaches(connection))
    query.execute(connection, "patrol/resight_lock")
    for step in ("patrol/sighting_forget", "patrol/sighting_supersede"):
        query.execute(connection, step, None, layer=known.id, codes=listed)
    city = read_city(connection)
    target = read_target(connection, known, city, listed)
    written = 0
    for patrol_id, track in _tracks_near(connection, known, listed, city):
        written += sum(seen.sightings for seen in write_sightings(connection, patrol_id, track, [target], reaches))
    refresh_last_seen(connection, known.id, listed, reaches)
    return written


def _stored_reaches(connection: Connection) -> list[float]:
    return [row["reach_m"] for row in query.rows(connection, "patrol/sighting_reaches")] or [DEFAULT_REACH_M]


def _tracks_near(connection: Connection, layer: Layer, codes: list[str], city: City) -> Iterator[tuple[int, Track]]:
    found = query.rows(connection, "patrol/legs_near", {"table": view(layer)}, codes=codes, margin=MARGIN_DEG)
    for patrol_id, legs in groupby(found, key=lambda row: int(row["patrol_id"])):
        yield patrol_id, _track(connection, list(legs), city)


def _track(connection: Connection, legs: Sequence[RowMapping], city: City) -> Track:
    times = [np.array(leg["times_s"]) for leg in legs]
    time_s = np.concatenate(times)
    places = shapely.get_coordinates(shapely.from_wkb([bytes(leg["geom"]) for leg in legs]))
    x, y = transformer(STORED, city.metric_crs).transform(places[:, 0], places[:, 1])
    accuracy_m = _accuracy_m(connection, legs[0], time_s)
    return Track(x, y, time_s, accuracy_m, np.cumsum([0, *map(len, times)]))


def _accuracy_m(connection: Connection, patrol: RowMapping, time_s: Floats) -> Floats:
    """What the fixes reported, found by their times; the mode's where they did not or are gone."""
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
    return assumed(found, MODES[patrol["mode"]])

"""Writing down a patrol: its row, its raw fixes, its legs."""

import json
from collections.abc import Mapping

import numpy as np
import shapely
from sqlalchemy import Connection

from api.patrols.copying import NOTHING, copy, instants, microseconds, numbers, text
from api.patrols.examine import Examined
from api.patrols.track import Floats, RawTrack
from geo.tracks.cleaning import REASONS
from layers import query
from layers.crs import STORED_SRID


def insert_patrol(connection: Connection, examined: Examined, columns: Mapping[str, object]) -> int:
    """Insert the patrol's row and answer its number; columns: what the examined track does not say itself."""
    start_s, end_s = (None if np.isnan(end) else end for end in examined.period_s)
    told = {
        "device": examined.device,
        "start_s": start_s,
        "end_s": end_s,
        "fixes_read": len(examined.reason),
        "fixes_kept": examined.kept,
        "left_out": json.dumps(examined.left_out),
    }
    return int(query.value(connection, "patrol/patrol_insert", None, **{**columns, **told}))


def write_fixes(connection: Connection, track: RawTrack, examined: Examined, patrol: tuple[int, str]) -> None:
    """Write the new fixes as they came, and those in conflict beside them. patrol: its number and declared datum."""
    patrol_id, datum = patrol
    new, count = examined.new, len(examined.new)
    if count:
        _make_partitions(connection, examined.time_s[new])
        columns = (
            [text(examined.device)] * count,
            instants(examined.time_s[new]),
            [str(patrol_id)] * count,
            numbers(track.lon[new]),
            numbers(track.lat[new]),
            [datum] * count,
            numbers(examined.lon[new]),
            numbers(examined.lat[new]),
            numbers(examined.accuracy_m[new]),
            [REASONS[code] or NOTHING for code in examined.reason[new]],
        )
        copy(connection, "patrol/fix_copy", columns)
    other = examined.conflicts
    if len(other):
        values = {
            "time_s": examined.time_s,
            "lon_raw": track.lon,
            "lat_raw": track.lat,
            "lon": examined.lon,
            "lat": examined.lat,
            "accuracy_m": examined.accuracy_m,
        }
        lists = {name: column[other].tolist() for name, column in values.items()}
        fixed = {"device": examined.device, "patrol_id": patrol_id, "datum": datum}
        query.execute(connection, "patrol/fix_conflict_insert", None, **fixed, **lists)


def write_legs(connection: Connection, examined: Examined, lengths_m: Floats, patrol_id: int) -> None:
    """Write the legs, vertices with their times; a leg of one fix is a point."""
    legs = examined.legs
    if not legs:
        return
    shapes = np.array([_shape(np.column_stack([examined.lon[leg], examined.lat[leg]])) for leg in legs], dtype=object)
    times = [examined.time_s[leg] for leg in legs]
    columns = (
        [str(patrol_id)] * len(legs),
        [str(number) for number in range(1, len(legs) + 1)],
        instants(np.array([one[0] for one in times])),
        instants(np.array([one[-1] for one in times])),
        numbers(lengths_m),
        ["{" + ",".join(map(repr, one.tolist())) + "}" for one in times],
        shapely.to_wkb(shapely.set_srid(shapes, STORED_SRID), hex=True, include_srid=True).tolist(),
    )
    copy(connection, "patrol/leg_copy", columns)


def _make_partitions(connection: Connection, time_s: Floats) -> None:
    """The months that these times lie in; not those between, which a wrong clock may make many."""
    months = microseconds(time_s).astype("datetime64[us]").astype("datetime64[M]")
    stretches = [time_s[months == month] for month in np.unique(months)]
    query.execute(
        connection,
        "patrol/fix_partitions",
        None,
        starts_s=[float(one.min()) for one in stretches],
        ends_s=[float(one.max()) for one in stretches],
    )


def _shape(places: Floats) -> shapely.Geometry:
    return shapely.Point(places[0]) if len(places) == 1 else shapely.LineString(places)

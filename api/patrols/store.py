"""Writing down a patrol: its row, its raw fixes, its legs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.patrols.examine import Examined, Indices
from api.sightings.copying import (
    POSTGRES_EPOCH_US,
    Column,
    binary_rows,
    copy,
    copy_binary,
    instants,
    microseconds,
    numbers,
)
from api.tracks.track import Floats, RawTrack
from geo.tracks.cleaning import REASONS
from layers import query
from layers.crs import STORED_SRID


def write_fixes(
    connection: Connection, track: RawTrack, examined: Examined, patrol: tuple[int, str], *, received_s: float
) -> set[int]:
    """Write the new fixes as they came, and beside them those that contradict one in force.

    patrol: its number and declared datum. received_s: when they come in, where the track does not say.
    Answers the other patrols that lost a fix that was never in force.
    """
    if len(examined.new):
        make_partitions(connection, examined.time_us[examined.new])
        noted = np.full(len(track), received_s) if track.received_s is None else track.received_s
        copy_binary(connection, "patrol/fix_copy", _rows(track, examined, patrol, microseconds(noted)))
    lost: set[int] = set()
    for name, which in (("fix_replace", examined.replacing), ("fix_conflict_insert", examined.beside)):
        if len(which):
            fixed = {"device": examined.device, "patrol_id": patrol[0], "datum": patrol[1], "received_s": received_s}
            done = query.execute(connection, f"patrol/{name}", None, **fixed, **_lists(track, examined, which))
            lost |= {int(row[0]) for row in done.all()} if done.returns_rows else set()
    return lost - {patrol[0]}


def write_legs(
    connection: Connection,
    patrol_id: int,
    legs: Sequence[Floats],
    times_s: Sequence[Floats],
    *,
    lengths_m: Floats,
    worst_m: Floats,
) -> None:
    """Write the legs, (n, 2) degrees and times of each one's vertices; a leg of one fix is a point.

    worst_m: of each leg the worst accuracy that a fix reported; 0 where none did.
    """
    if not len(legs):
        return
    columns = (
        [str(patrol_id)] * len(legs),
        [str(number) for number in range(1, len(legs) + 1)],
        instants(np.array([one[0] for one in times_s])),
        instants(np.array([one[-1] for one in times_s])),
        numbers(lengths_m),
        numbers(worst_m),
        ["{" + ",".join(map(repr, one.tolist())) + "}" for one in times_s],
        shapely.to_wkb(shapely.set_srid(shapes(legs), STORED_SRID), hex=True, include_srid=True).tolist(),
    )
    copy(connection, "patrol/leg_copy", columns)


def shapes(legs: Sequence[Floats]) -> NDArray[np.object_]:
    """The legs as they are drawn: lines, or points where there is but one fix."""
    return np.array([shapely.Point(leg[0]) if len(leg) == 1 else shapely.LineString(leg) for leg in legs], dtype=object)


def insert_patrol(connection: Connection, columns: Mapping[str, object]) -> int:
    """Insert the patrol's row and answer its number; left_out: what is left out of it so far, by reason."""
    told = {
        "left_out": json.dumps(columns.get("left_out", {})),
        "not_stored": json.dumps(columns.get("not_stored", {})),
    }
    return int(query.value(connection, "patrol/patrol_insert", None, **{**columns, **told}))


def _rows(track: RawTrack, examined: Examined, patrol: tuple[int, str], received_us: Indices) -> list[bytes]:
    """The new fixes as a binary COPY takes them: rows of one shape together, for NULL has another than a value."""
    accuracy_m, reason = examined.accuracy_m[examined.new], examined.reason[examined.new]
    shape = reason.astype(np.int64) * 2 + np.isnan(accuracy_m)
    alike = (examined.new[shape == one] for one in np.unique(shape))
    return [_rows_alike(track, examined, (*patrol, received_us[which]), which) for which in alike]


def _rows_alike(track: RawTrack, examined: Examined, same: tuple[int, str, Indices], which: Indices) -> bytes:
    patrol_id, datum, received_us = same
    device = examined.device.encode()
    accuracy_m, why = examined.accuracy_m[which], REASONS[examined.reason[which[0]]].encode()
    columns: list[Column] = [
        (f"S{len(device)}", device),
        (">i8", examined.time_us[which] - POSTGRES_EPOCH_US),
        (">i8", patrol_id),
        (">f8", track.lon[which]),
        (">f8", track.lat[which]),
        (f"S{len(datum.encode())}", datum.encode()),
        (">f8", examined.lon[which]),
        (">f8", examined.lat[which]),
        None if np.isnan(accuracy_m[0]) else (">f4", accuracy_m),
        (f"S{len(why)}", why) if why else None,
        (">i8", received_us - POSTGRES_EPOCH_US),
    ]
    return binary_rows(len(which), columns)


def _lists(track: RawTrack, examined: Examined, which: Indices) -> dict[str, list[float]]:
    values: dict[str, NDArray[Any]] = {
        "times_us": examined.time_us,
        "lon_raw": track.lon,
        "lat_raw": track.lat,
        "lon": examined.lon,
        "lat": examined.lat,
        "accuracy_m": examined.accuracy_m,
    }
    return {name: column[which].tolist() for name, column in values.items()}


def make_partitions(connection: Connection, time_us: Indices) -> None:
    """Make the months that these times lie in; not those between, which a wrong clock may make many.

    Runs before a patrol is written, too: a month waits for all who have written one, and they may wait for the month.
    """
    if not len(time_us):
        return
    months = time_us.astype("datetime64[us]").astype("datetime64[M]")
    stretches = [time_us[months == month] for month in np.unique(months)]
    query.execute(
        connection,
        "patrol/fix_partitions",
        None,
        starts_s=[float(one.min() / 1e6) for one in stretches],
        ends_s=[float(one.max() / 1e6) for one in stretches],
    )

"""One device with two fixes of one time: where those that gave way make a track of their own, it was in two places.

The fix that came first stays in force and cleaning never sees the other, so that two phones which write the same
seconds under one device leave no trace in legs. The two are held against each other here; where they belong to two
patrols, both are flagged. A track that is sent again, rounded or in another datum, lies where it lay.
"""

import json
from collections.abc import Iterable, Iterator

import numpy as np
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.datum import SHIFTED_DEG
from api.patrols.doubts import Doubt
from api.patrols.examine import Flags
from api.patrols.worked import DATUMS
from api.sightings.copying import fetch_binary
from api.sightings.targets import City
from api.tracks.track import Floats, assumed
from geo.tracks.cleaning import MODES
from geo.tracks.datum import to_wgs84
from geo.tracks.honesty.flags import Fixes, Flag
from geo.tracks.honesty.interleaved import interleaved
from layers import query
from layers.crs import STORED, transformer

__all__ = ["raise_doubled"]

_FIX_TYPES = (">i8", ">f8", ">f8", ">f8", ">f8", ">f8", ">f8")


def raise_doubled(connection: Connection, patrol_id: int, city: City) -> None:
    """Make the flags of a patrol, and of those that it shares times with, what its fixes and theirs tell.

    The same again changes nothing. A flag that rests on a patrol which was erased stays.
    """
    query.execute(connection, "patrol/doubts_lock")
    rows = query.rows(connection, "patrol/doubled_standing", None, patrol_id=patrol_id)
    stands = {_doubt(row): int(row["flag_id"]) for row in rows if row["held"]}
    pairs = query.rows(connection, "patrol/doubled_pairs", None, patrol_id=patrol_id)
    found = list(dict.fromkeys(doubt for pair in pairs for doubt in _doubts(pair, _of_pair(connection, pair, city))))
    if gone := [flag_id for doubt, flag_id in stands.items() if doubt not in set(found)]:
        query.execute(connection, "patrol/doubts_end", None, flag_ids=gone)
    if fresh := [doubt for doubt in found if doubt not in stands]:
        columns = zip(Doubt._fields, zip(*fresh, strict=True), strict=True)
        query.execute(connection, "patrol/doubts_insert", None, **{name: list(values) for name, values in columns})


def _of_pair(connection: Connection, pair: RowMapping, city: City) -> list[Flag]:
    """What the fixes of one patrol that gave way make beside those of another, or of its own, that are in force."""
    ends = {name: pair[name] for name in ("later_id", "held_id", "first", "last")}
    columns = fetch_binary(connection, "patrol/doubled_fixes", _FIX_TYPES, **ends)
    near = _near(columns[1], columns[2], city)
    if not near.any():
        return []
    time_us, lon, lat, wrong_m, held_lon, held_lat, held_wrong_m = (column[near] for column in columns)
    mode, device_m = MODES[pair["mode"]], pair["device_accuracy_m"]
    there = _metric(held_lon, held_lat, city)
    # Read in the datum that leaves them nearest: who sends a track again in another datum was in one place.
    here = min(
        (_metric(*to_wgs84(lon, lat, datum), city) for datum in DATUMS),
        key=lambda place: float(np.median(np.hypot(place[0] - there[0], place[1] - there[1]))),
    )
    held = Fixes(*there, time_us / 1e6, assumed(np.round(held_wrong_m, 4), mode, device_m))
    others = Fixes(*here, time_us / 1e6, assumed(np.round(wrong_m, 4), mode, device_m))
    return interleaved(held.take(np.append(True, np.diff(time_us) > 0)), others, pair["mode"])


def _near(lon: Floats, lat: Floats, city: City) -> Flags:
    """Which positions, as they came, could lie inside the bounds whatever their datum: the others have no metres."""
    west, south, east, north = city.bounds
    inside = (lon >= west - SHIFTED_DEG) & (lon <= east + SHIFTED_DEG)
    return np.asarray(inside & (lat >= south - SHIFTED_DEG) & (lat <= north + SHIFTED_DEG))


def _metric(lon: Floats, lat: Floats, city: City) -> tuple[Floats, Floats]:
    x, y = transformer(STORED, city.metric_crs).transform(lon, lat)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def _doubts(pair: RowMapping, flags: Iterable[Flag]) -> Iterator[Doubt]:
    """The flags as they are stored: on both patrols, each held against the other, or on the one that it is."""
    ids = (int(pair["later_id"]), int(pair["held_id"]))
    for flag in flags:
        known = {name: round(float(value), 3) for name, value in flag.evidence.items() if np.isfinite(value)}
        known["conflicts_count"] = known.pop("spikes_count")
        evidence = json.dumps(known, sort_keys=True)
        for from_s, to_s in flag.pieces:
            ends = (round(from_s * 1e6), round(to_s * 1e6), evidence)
            for own, other in {ids, ids[::-1]}:
                yield Doubt(own, other if other != own else None, flag.kind, *ends)


def _doubt(row: RowMapping) -> Doubt:
    evidence = json.dumps(row["evidence"], sort_keys=True)
    return Doubt(row["patrol_id"], row["other_id"], row["kind"], row["from_us"], row["to_us"], evidence)

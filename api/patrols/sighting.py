"""What a patrol saw, worked out for every layer of lines and written down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from api.patrols.copying import copy, instants, text
from api.patrols.targets import Target
from geo.multirange import Ranges, lengths
from geo.sightings import BOUNDS, Track, Visits, see
from layers import query

DEFAULT_REACH_M = 25.0


@dataclass(frozen=True)
class Seen:
    """What a patrol saw of one layer: codes touched, sightings written, metres nominally seen at the first reach."""

    layer: str
    codes: frozenset[str]
    sightings: int
    length_m: float


def write_sightings(
    connection: Connection, patrol_id: int, track: Track, targets: Iterable[Target], reaches_m: Sequence[float]
) -> list[Seen]:
    """Write what the track saw at each reach, as sure, nominal and possible; what it saw of each layer."""
    return [_write(connection, patrol_id, track, target, reaches_m) for target in targets]


def refresh_last_seen(connection: Connection, layer: str, codes: Iterable[str], reaches_m: Sequence[float]) -> None:
    """Work out anew what was last seen when of these targets, at the first reach; none is no work."""
    listed = sorted(codes)
    if listed:
        query.execute(connection, "patrol/last_seen_refresh", None, layer=layer, codes=listed, reach_m=reaches_m[0])


def _write(connection: Connection, patrol_id: int, track: Track, target: Target, reaches_m: Sequence[float]) -> Seen:
    touched: set[str] = set()
    written, length_m = 0, 0.0
    for reach_m in reaches_m:
        for bound in BOUNDS:
            visits = see(track, target.lines, reach_m, bound)
            codes = [target.codes[line] for line in visits.line]
            _copy(connection, target.layer, codes, patrol_id, reach_m, bound, visits)
            touched.update(codes)
            written += len(codes)
            if bound == "nominal" and reach_m == reaches_m[0]:
                ranges = Ranges(visits.line, visits.from_cm, visits.to_cm)
                length_m = float(lengths(ranges, len(target.codes)).sum()) / 100
    return Seen(target.layer, frozenset(touched), written, length_m)


def _copy(
    connection: Connection, layer: str, codes: list[str], patrol_id: int, reach_m: float, bound: str, visits: Visits
) -> None:
    if not codes:
        return
    count = len(codes)
    spans = [f"[{start},{stop})" for start, stop in zip(visits.from_cm, visits.to_cm, strict=True)]
    same = ([text(layer)] * count, [text(code) for code in codes], [str(patrol_id)] * count, [str(reach_m)] * count)
    copy(
        connection,
        "patrol/sighting_copy",
        (*same, [bound] * count, spans, instants(np.asarray(visits.first_s)), instants(np.asarray(visits.last_s))),
    )

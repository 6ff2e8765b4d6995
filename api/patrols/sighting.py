"""What a patrol saw, worked out for every layer of lines and written down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection

from api.patrols.copying import copy, instants, text
from api.patrols.targets import Target
from geo.coverage.sightings import BOUNDS, Track, Visits, see
from geo.lines.multirange import Ranges, lengths
from layers import query

_Columns = tuple[list[str], ...]


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
    found: list[_Columns] = []
    seen = [_see(patrol_id, track, target, reaches_m, found) for target in targets]
    if found:
        copy(connection, "patrol/sighting_copy", [list(chain(*column)) for column in zip(*found, strict=True)])
    return seen


def refresh_last_seen(connection: Connection, layer: str, codes: Iterable[str] | None = None) -> None:
    """Work out anew what was last seen when of these targets, all where not given; none is no work."""
    listed = None if codes is None else sorted(codes)
    if listed is None or listed:
        query.execute(connection, "patrol/last_seen_refresh", None, layer=layer, codes=listed)


def _see(patrol_id: int, track: Track, target: Target, reaches_m: Sequence[float], found: list[_Columns]) -> Seen:
    """What a track saw of one layer; the rows to be stored are put behind those found before."""
    touched: set[str] = set()
    written, length_m = 0, 0.0
    for reach_m in reaches_m:
        for bound in BOUNDS:
            visits = see(track, target.lines, reach_m, bound)
            codes = [target.codes[line] for line in visits.line.tolist()]
            if codes:
                found.append(_columns(target.layer, codes, patrol_id, (reach_m, bound), visits))
            touched.update(codes)
            written += len(codes)
            if bound == "nominal" and reach_m == reaches_m[0]:
                ranges = Ranges(visits.line, visits.from_cm, visits.to_cm)
                length_m = float(lengths(ranges, len(target.codes)).sum()) / 100
    return Seen(target.layer, frozenset(touched), written, length_m)


def _columns(layer: str, codes: list[str], patrol_id: int, within: tuple[float, str], visits: Visits) -> _Columns:
    """Sightings as patrol/sighting_copy takes them. within: reach and bound."""
    count, (reach_m, bound) = len(codes), within
    spans = [f"[{start},{stop})" for start, stop in zip(visits.from_cm.tolist(), visits.to_cm.tolist(), strict=True)]
    same = ([text(layer)] * count, [text(code) for code in codes], [str(patrol_id)] * count, [str(reach_m)] * count)
    return (*same, [bound] * count, spans, instants(visits.first_s), instants(visits.last_s))

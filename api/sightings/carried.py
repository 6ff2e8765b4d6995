"""A changed line and erased tracks: what these saw is carried over, and what neither line covers is kept as unknown.

Carried where the old line and the new one lie within five metres (geo.banks.carry), marked, and the old superseded. A
line that is the same within a centimetre is left as it is. A sighting belongs to the line as it was when the sighting
was worked out, so doing it twice changes nothing.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import LineString
from sqlalchemy import Connection

from api.sightings.erased import erased_until
from api.sightings.sighting import Kept
from api.sightings.targets import City, Target
from geo.banks.carry import SAME_M, carry_each, carry_range, same_shore
from geo.lines.chainage import CentimetreRange, length_cm
from layers import query
from layers.catalogue import Layer
from layers.crs import STORED, project

__all__ = ["carry_over", "keep_unknown"]

Spans = list[CentimetreRange]


def carry_over(
    connection: Connection, layer: Layer, target: Target, city: City, kept: Sequence[tuple[Kept, str]]
) -> int:
    """Carry sightings whose tracks are gone over to the lines as they are; how many there are on these.

    target: the lines that are there today, of a layer. kept: where sightings are kept, each with the statement that
    writes carried ones.
    """
    written = 0
    for table, statement in kept:
        names = table.names | _versions(layer)
        rows = query.rows(connection, "coverage/carry_standing", names, layer=layer.id, codes=list(target.codes))
        for row in rows:
            old, new = _line(row["geom"], city), _today(target, row["code"])
            if not _same(old, new):
                spans = list(zip(row["from_cm"], row["to_cm"], strict=True))
                apart = sorted(set(spans))
                found = dict(zip(apart, carry_each(old, new, apart), strict=True))
                moved = [(number, *to) for number, span in zip(row["ids"], spans, strict=True) for to in found[span]]
                ids, from_cm, to_cm = zip(*moved, strict=True) if moved else ((), (), ())
                query.execute(connection, statement, None, ids=list(ids), from_cm=list(from_cm), to_cm=list(to_cm))
                query.execute(connection, "patrol/rework_supersede", table.names, sighting_ids=row["ids"])
                written += len(moved)
    return written


def keep_unknown(connection: Connection, layer: Layer, target: Target, city: City) -> None:
    """Keep what no erased track can be asked of any more: lines that are new, or lie farther than five metres off."""
    gone = erased_until(connection)
    if gone is None:
        return
    names = _versions(layer) | {"now": f"{layer.table}_now"}
    rows = query.rows(connection, "coverage/unknown_changed", names, layer=layer.id, codes=list(target.codes))
    told: dict[str, Spans] = {}
    for row in rows:
        new, before = _today(target, row["code"]), list(zip(row["from_cm"], row["to_cm"], strict=True))
        old = _line(row["geom"], city) if row["geom"] else None
        if old is None or not _same(old, new):
            told[row["code"]] = _unknown(old, new, before)
    spans = [(code, *span) for code, unknown in told.items() for span in unknown]
    codes, from_cm, to_cm = zip(*spans, strict=True) if spans else ((), (), ())
    bound = {"codes": list(codes), "from_cm": list(from_cm), "to_cm": list(to_cm)}
    query.execute(connection, "coverage/unknown_keep", None, layer=layer.id, told=list(told), until=gone, **bound)


def _unknown(old: LineString | None, new: LineString, before: Spans) -> Spans:
    """What is unknown of a line: all of a new one; else where it lies off the old one, or that was unknown."""
    if old is None:
        return [(0, length_cm(new))]
    carried = carry_range(old, new, before)
    return carried.ranges + carried.unknown


def _same(old: LineString, new: LineString) -> bool:
    begins_m = shapely.distance(shapely.get_point(old, 0), shapely.get_point(new, 0))
    return bool(begins_m <= SAME_M) and same_shore(old, new)


def _line(wkb: bytes, city: City) -> LineString:
    (line,) = project(np.array([shapely.from_wkb(bytes(wkb))], dtype=object), STORED, city.metric_crs)
    assert isinstance(line, LineString)
    return line


def _today(target: Target, code: str) -> LineString:
    line = target.shapes[target.codes.index(code)]
    assert isinstance(line, LineString)
    return line


def _versions(layer: Layer) -> dict[str, str]:
    return {"table": layer.table, "history": f"{layer.table}_history"}

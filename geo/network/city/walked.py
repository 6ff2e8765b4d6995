"""Past foot legs as paths: where somebody walked and no way is known, there is one."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.lines.chainage import part
from geo.lines.multirange import Ranges
from geo.network.city.beside import beside
from geo.network.ways import Ways

__all__ = ["APART_M", "JOINS_M", "SHORTEST_M", "walked_ways"]

Objects = NDArray[np.object_]

APART_M = 15.0
"""A leg nearer to a known way went along that way: a phone's position is as uncertain."""
JOINS_M = 25.0
"""The end of what is left of a leg is joined to the nearest way within this."""
SHORTEST_M = 40.0
"""Shorter rests are the phone's wandering, not somebody's way."""
OFFSHORE_M = 25.0
"""So far out on a water nobody walks, whatever a phone says; a footbridge over a narrow river is nearer."""
THINNED_M = 3.0
"""Legs are drawn with no more detail than this: finer is the phone's error."""
AT_ONCE = 256
"""So many of the longest are held against each other at once; what they do not know is then left of all the rest."""


def walked_ways(legs: Objects, known: Ways, wet: Objects) -> Ways:
    """The paths that foot legs (n,) add to what is known: layer 'leg', kind 'walked'; both ends joined where near.

    Only what lies further than APART_M from known ways on foot, and from what other legs added, becomes a path. Several
    legs along one way add one, the longest. No legs add none. A path begins and ends where its leg left a known way,
    if it was within JOINS_M of one. wet: polygons of waters; what lies further than OFFSHORE_M out on one was no walk.

    >>> road = Ways.of([shapely.LineString([(0, 0), (500, 0)])], "footway")
    >>> walk = shapely.LineString([(100, 2), (100, 200), (300, 200)])
    >>> again = shapely.LineString([(104, 0), (105, 205), (200, 205)])
    >>> added = walked_ways(np.array([walk, again]), road, np.array([]))
    >>> added.layer.tolist(), [line.wkt for line in added.shape]
    (['leg'], ['LINESTRING (100 0, 100 15, 100 200, 300 200)'])
    """
    foot = known.take((known.modes & 1) != 0)
    pieces = _without(_ashore(np.asarray(shapely.simplify(legs, THINNED_M), dtype=object), wet), foot.shape)
    taken: list[shapely.LineString] = []
    while len(pieces):
        longest = np.argsort(-shapely.length(pieces), kind="stable")[:AT_ONCE]
        chosen = longest[_apart(pieces[longest])]
        taken += list(pieces[chosen])
        pieces = _without(np.delete(pieces, chosen), pieces[chosen])
    added = np.empty(len(taken), dtype=object)
    added[:] = taken
    codes = [f"walked-{number}" for number in range(1, len(added) + 1)]
    return Ways.of(_joined(added, foot.shape), "walked", layer="leg", code=codes)


def _ashore(lines: Objects, wet: Objects) -> Objects:
    """The lines without what lies far out on waters."""
    far = np.asarray(shapely.buffer(wet, -OFFSHORE_M), dtype=object)
    far = far[~shapely.is_empty(far)]
    line, area = shapely.STRtree(far).query(lines, predicate="intersects")
    dry = lines.copy()
    for number, out in zip(line, area, strict=True):
        dry[number] = shapely.difference(dry[number], far[out])
    parts = shapely.get_parts(dry)
    return np.asarray(parts[shapely.length(parts) > 0], dtype=object)


def _without(lines: Objects, others: Objects) -> Objects:
    """What of lines lies further than APART_M from the others, in pieces that are long enough."""
    near = beside(lines, others, APART_M)
    pieces = [piece for number, line in enumerate(lines) for piece in _rest(line, number, near)]
    kept = np.empty(len(pieces), dtype=object)
    kept[:] = pieces
    return kept[shapely.length(kept) >= SHORTEST_M]


def _rest(line: shapely.LineString, number: int, near: Ranges) -> list[shapely.LineString]:
    mine = slice(*np.searchsorted(near.group, [number, number + 1]))
    ends_m = np.concatenate([[0.0], np.stack([near.start[mine], near.stop[mine]], axis=1).ravel() / 100, [line.length]])
    return [part(line, low, high) for low, high in ends_m.reshape(-1, 2) if high - low >= SHORTEST_M]


def _apart(lines: Objects) -> NDArray[np.bool_]:
    """Which lines, the longest first, to take at once: each that comes near none taken before it."""
    one, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=APART_M)
    beside_of = np.split(other[np.argsort(one, kind="stable")], np.searchsorted(np.sort(one), np.arange(1, len(lines))))
    taken, barred = np.zeros(len(lines), dtype=np.bool_), np.zeros(len(lines), dtype=np.bool_)
    for number in range(len(lines)):
        if not barred[number]:
            taken[number] = True
            barred[beside_of[number]] = True
    return taken


def _joined(lines: Objects, known: Objects) -> Objects:
    """The lines with each end led to the nearest way within JOINS_M: a known one, or another of these."""
    if not len(lines):
        return lines
    every = np.concatenate([known, lines])
    tree = shapely.STRtree(every)
    made = lines.copy()
    for at in (0, -1):
        ends = np.asarray(shapely.get_point(lines, at), dtype=object)
        end, way = tree.query(ends, predicate="dwithin", distance=JOINS_M)
        away_m = shapely.distance(ends[end], every[way])
        away_m[way == end + len(known)] = np.inf
        order = np.lexsort([away_m, end])
        first = order[np.append(True, np.diff(end[order]) > 0)] if len(order) else order
        for number in first[(away_m[first] > 0) & np.isfinite(away_m[first])]:
            made[end[number]] = _led(made[end[number]], at, every[way[number]])
    return made


def _led(line: shapely.LineString, at: int, way: shapely.LineString) -> shapely.LineString:
    """The line with one more vertex at an end: the nearest place of a way."""
    xy = shapely.get_coordinates(line)
    foot = shapely.get_coordinates(shapely.shortest_line(shapely.Point(xy[at]), way))[1:]
    return shapely.LineString(np.concatenate([foot, xy] if at == 0 else [xy, foot]))

"""Pieces of ways, and how they are cut at nodes."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.lines.chainage import CM_PER_M
from geo.lines.multirange import Ranges
from geo.network.noding.segments import TOUCH_M
from geo.network.ways import Ways

__all__ = ["Cuts", "Pieces", "cut"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
Objects = NDArray[np.object_]


class Pieces(NamedTuple):
    """n pieces of ways: LineStrings, the way of each, chainage along it (m), its level, and which of its two ends
    (n, 2) are the way's own.
    """

    line: Objects
    way: Indices
    from_m: Floats
    to_m: Floats
    level: Indices
    own_end: Flags

    @classmethod
    def of(cls, ways: Ways, bounds: Ranges) -> "Pieces":
        """Ways as pieces, cut where ranges along them (cm, by way) begin and end; ways without length are none."""
        length_m = shapely.length(ways.shape)
        some = np.flatnonzero(length_m > TOUCH_M)
        own = np.ones((len(some), 2), dtype=np.bool_)
        level = ways.level[some].astype(np.int64)
        whole = cls(ways.shape[some], some, np.zeros(len(some)), length_m[some], level, own)
        place = np.full(len(length_m), -1, dtype=np.int64)
        place[some] = np.arange(len(some))
        piece = np.tile(place[bounds.group], 2)
        at_m = np.append(bounds.start, bounds.stop) / CM_PER_M
        inner = (piece >= 0) & (at_m > TOUCH_M) & (at_m < length_m[np.tile(bounds.group, 2)] - TOUCH_M)
        if not inner.any():
            return whole
        return _cut_at(whole, piece[inner], at_m[inner])


class Cuts(NamedTuple):
    """k places where pieces are cut or end: the piece, how far along it (m), and the node there."""

    piece: Indices
    at_m: Floats
    node: Indices


def _cut_at(pieces: Pieces, piece: Indices, at_m: Floats) -> Pieces:
    """The pieces cut at places along them, each a node of its own."""
    count = len(pieces.line)
    of = np.concatenate([np.tile(np.arange(count), 2), piece])
    along_m = np.concatenate([np.zeros(count), pieces.to_m, at_m])
    places, node = np.unique(np.column_stack([of, along_m]), axis=0, return_inverse=True)
    where = shapely.get_coordinates(shapely.line_interpolate_point(pieces.line[places[:, 0].astype(int)], places[:, 1]))
    return cut(pieces, Cuts(of, along_m, node.ravel()), where, 0.0)[0]


def cut(pieces: Pieces, cuts: Cuts, where: Floats, vanishing_m: float) -> tuple[Pieces, Indices]:
    """The pieces cut, their ends moved to the nodes there, and the nodes (m, 2) at the ends of each new piece.

    cuts: those at both ends of every piece are among them. where: (nodes, 2). Between two cuts at one node, what is no
    longer than `vanishing_m` vanishes.
    """
    order = np.lexsort([cuts.at_m, cuts.piece])
    piece, at_m, node = cuts.piece[order], cuts.at_m[order], cuts.node[order]
    inner = np.flatnonzero(piece[1:] == piece[:-1])
    span_m = at_m[inner + 1] - at_m[inner]
    kept = inner[(node[inner] != node[inner + 1]) | (span_m > vanishing_m)]
    ends = np.stack([node[kept], node[kept + 1]], axis=1)
    lines = _lines(pieces.line, (piece, at_m), kept, where[ends])
    of = piece[kept]
    whole_m = shapely.length(pieces.line)[of]
    long_m = pieces.to_m[of] - pieces.from_m[of]
    low, high = at_m[kept] / whole_m, at_m[kept + 1] / whole_m
    own = pieces.own_end[of] & np.stack([low <= TOUCH_M / whole_m, high >= 1 - TOUCH_M / whole_m], axis=1)
    from_m, to_m = pieces.from_m[of] + low * long_m, pieces.from_m[of] + high * long_m
    return Pieces(lines, pieces.way[of], from_m, to_m, pieces.level[of], own), ends


def _lines(lines: Objects, cuts: tuple[Indices, Floats], kept: Indices, ends: Floats) -> Objects:
    """The lines from each kept cut to the next, in order of (piece, at_m), with the ends given (m, 2, 2)."""
    piece, at_m = cuts
    xy, line = shapely.get_coordinates(lines, return_index=True)
    along_m = _along(xy, line)
    # Vertices fall behind the last cut before them.
    order = np.lexsort([np.repeat([0, 1], [len(piece), len(line)]), np.append(at_m, along_m), np.append(piece, line)])
    is_cut = order < len(piece)
    behind = np.maximum.accumulate(np.where(is_cut, np.arange(len(order)), 0))
    vertex = order[~is_cut] - len(piece)
    after = order[behind[~is_cut]]
    new = np.full(len(piece) + 1, -1, dtype=np.int64)
    new[kept] = np.arange(len(kept))
    low_m, high_m = at_m[after], at_m[np.minimum(after + 1, len(at_m) - 1)]
    inside = (new[after] >= 0) & (along_m[vertex] > low_m + TOUCH_M) & (along_m[vertex] < high_m - TOUCH_M)
    vertex, after = vertex[inside], new[after[inside]]
    number = np.concatenate([np.arange(len(kept)), after, np.arange(len(kept))])
    rank = np.concatenate([np.full(len(kept), -1.0), along_m[vertex], np.full(len(kept), np.inf)])
    every = np.concatenate([ends[:, 0], xy[vertex], ends[:, 1]])
    order = np.lexsort([rank, number])
    return np.asarray(shapely.linestrings(every[order], indices=number[order]), dtype=object)


def _along(xy: Floats, line: Indices) -> Floats:
    """The chainage of each vertex of lines, in metres."""
    step_m = np.append(0.0, np.hypot(*np.diff(xy, axis=0).T))
    first = np.append(True, np.diff(line) != 0)
    step_m[first] = 0.0
    gone = step_m.cumsum()
    starts = np.flatnonzero(first)
    return np.asarray(gone - gone[starts][np.cumsum(first) - 1])

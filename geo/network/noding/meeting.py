"""Where pieces of ways meet: crossings, ends that stop near a line, ends at a vertex of another level."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.network.noding.pieces import Pieces
from geo.network.noding.segments import TOUCH_M, Segments, crossings, segments_of

__all__ = ["CROSSING", "END", "FOOT", "Meetings", "meetings"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

CROSSING, FOOT, END = 0, 1, 2
"""What stands for what nearly coincides: a crossing before a place that an end stops near, before an end."""
BACK = 4
"""A line that comes back near its own end after so many tolerances meets itself; nearer, it only winds."""


class Meetings(NamedTuple):
    """k places of pieces where nodes may be: the piece, how far along (m), where (k, 2), its rank and level; the first
    of them are the starts and then the ends of all pieces. joined: (j, 2) which are one though their levels differ.
    """

    piece: Indices
    at_m: Floats
    where: Floats
    rank: Indices
    level: Indices
    joined: Indices


def meetings(pieces: Pieces, tolerance_m: float) -> Meetings:
    """All places where pieces meet or nearly do."""
    count = len(pieces.line)
    segments = segments_of(pieces.line)
    length_m = shapely.length(pieces.line)
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(pieces.line, at)) for at in (0, -1)])
    rows = [_rows(np.tile(np.arange(count), 2), np.append(np.zeros(count), length_m), ends, END)]
    met = crossings(segments, pieces.level)
    for segment, at_m in ((met.one, met.one_m), (met.other, met.other_m)):
        rows.append(_rows(segments.line[segment], at_m, met.where, CROSSING))
    rows.append(_feet(pieces, segments, ends, tolerance_m))
    vertices, joined = _other_levels(pieces, segments, ends, sum(len(row[0]) for row in rows))
    rows.append(vertices)
    piece, at_m, where, rank = (np.concatenate(columns) for columns in zip(*rows, strict=True))
    return Meetings(piece, at_m, where, rank, pieces.level[piece], joined)


Rows = tuple[Indices, Floats, Floats, Indices]


def _rows(piece: Indices, at_m: Floats, where: Floats, rank: int) -> Rows:
    return piece, at_m, where, np.full(len(piece), rank, dtype=np.int64)


def _feet(pieces: Pieces, segments: Segments, ends: Floats, tolerance_m: float) -> Rows:
    """The places on pieces that ends of others, or their own, stop near."""
    count = len(pieces.line)
    level = np.tile(pieces.level, 2)
    key = np.column_stack([ends, level])
    spots, of = np.unique(key, axis=0, return_inverse=True)
    spot, segment = segments.tree.query(shapely.points(spots[:, :2]), predicate="dwithin", distance=tolerance_m)
    line = segments.line[segment]
    alike = pieces.level[line] == spots[spot, 2]
    spot, segment, line = spot[alike], segment[alike], line[alike]
    at_m, away_m = _foot(segments, segment, spots[spot, :2])
    length_m = shapely.length(pieces.line)
    start, end = of[:count][line], of[count:][line]
    # An end of the line itself that lies as near is met by being an end.
    near_start, near_end = (np.hypot(*(spots[spot, :2] - spots[one, :2]).T) <= tolerance_m for one in (start, end))
    by_end = (near_start & (at_m <= BACK * tolerance_m)) | (near_end & (at_m >= length_m[line] - BACK * tolerance_m))
    spot, line, segment, at_m, away_m = (values[~by_end] for values in (spot, line, segment, at_m, away_m))
    # Of what one line has near one end, the nearest.
    order = np.lexsort([at_m, away_m, line, spot])
    first = order[np.append(True, (np.diff(spot[order]) != 0) | (np.diff(line[order]) != 0))] if len(order) else order
    line, segment, at_m = line[first], segment[first], at_m[first]
    share = ((at_m - segments.at_m[segment]) / segments.length_m[segment])[:, None]
    where = segments.one[segment] * (1 - share) + segments.other[segment] * share
    return _rows(line, at_m, where, FOOT)


def _foot(segments: Segments, segment: Indices, spot: Floats) -> tuple[Floats, Floats]:
    """The chainage along its line of the place of a segment nearest to a spot, and how far off it is (m)."""
    one, along = segments.one[segment], segments.other[segment] - segments.one[segment]
    length_m = segments.length_m[segment]
    share = np.clip(((spot - one) * along).sum(axis=1) / length_m**2, 0, 1)
    away_m = np.hypot(*(spot - one - along * share[:, None]).T)
    return segments.at_m[segment] + share * length_m, away_m


def _other_levels(pieces: Pieces, segments: Segments, ends: Floats, before: int) -> tuple[Rows, Indices]:
    """Vertices of pieces at which a way of another level ends; and which end is one with which of these."""
    own = np.flatnonzero(pieces.own_end.T.ravel())
    level = np.tile(pieces.level, 2)
    if (level == level[:1]).all():
        return _rows(own[:0], np.empty(0), np.empty((0, 2)), CROSSING), np.empty((0, 2), dtype=np.int64)
    found, segment = segments.tree.query(shapely.points(ends[own]), predicate="dwithin", distance=TOUCH_M)
    end, line = own[found], segments.line[segment]
    unlike = pieces.level[line] != level[end]
    end, line, segment = end[unlike], line[unlike], segment[unlike]
    to_one, to_other = (np.hypot(*(ends[end] - corner[segment]).T) for corner in (segments.one, segments.other))
    at_vertex = np.minimum(to_one, to_other) <= TOUCH_M
    end, line, segment, first = (values[at_vertex] for values in (end, line, segment, to_one <= to_other))
    at_m = segments.at_m[segment] + np.where(first, 0.0, segments.length_m[segment])
    where = np.where(first[:, None], segments.one[segment], segments.other[segment])
    joined = np.column_stack([end, before + np.arange(len(end))])
    return _rows(line, at_m, where, CROSSING), joined

"""Banks as ways: where one may be walked, how one gets there, and how boats go from bank to bank.

A bank may be walked where a way on foot lies within BESIDE_M on its own side of the water, where a foot leg has
followed it, or where someone marked it so; elsewhere nobody knows.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.lines.multirange import NO_RANGES, Ranges, union
from geo.network.city.beside import beside_dry
from geo.network.ways import Ways

__all__ = ["ACCESS_M", "BESIDE_M", "FOLLOWED_M", "MARK_HALF_M", "Shore", "access_ways", "walkable"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Objects = NDArray[np.object_]

BESIDE_M = 15.0
"""A bank with a path so near may be walked (design, section 6)."""
FOLLOWED_M = 45.0
"""A leg that was beside a bank for less only came to it, or crossed it."""
MARK_HALF_M = 100.0
"""Who marks a bank as walkable says so of this much to either side."""
MARK_NEAR_M = 50.0
"""A mark further from every bank says nothing of one."""
ACCESS_M = 25.0
"""Where a path ends so near a bank, one steps over."""
WET_M = 0.5
"""A step over may touch the water by no more than shores are drawn wrong."""


class Shore(NamedTuple):
    """n banks in metres of the metric CRS: LineStrings, their codes and names, and (n,) the polygon of each's water,
    None where it has none.
    """

    shape: Objects
    code: Objects
    name: Objects
    water: Objects

    def ways(self) -> Ways:
        """The banks as ways: on foot and by boat. Where they may be walked is said apart, by `walkable`."""
        return Ways.of(self.shape, "bank", layer="bank", code=list(self.code), name=list(self.name), verified=False)


def walkable(shore: Shore, ways: Ways, legs: Objects, marks: Floats) -> Ranges:
    """The stretches of banks that are known to be walkable, in cm, by bank; sorted, apart.

    ways: roads and paths. legs: (k,) LineStrings of past walks. marks: (m, 2) where someone said so.

    >>> line = shapely.LineString([(0, 0), (900, 0)])
    >>> bank = Shore(*(np.array([value], dtype=object) for value in (line, "B", "", None)))
    >>> path = Ways.of([shapely.LineString([(100, 9), (300, 9)])], "path")
    >>> leg = np.array([shapely.LineString([(500, 5), (550, 5)])])
    >>> np.column_stack(walkable(bank, path, leg, np.array([[880.0, 20.0]]))).tolist()
    [[0, 8800, 31200], [0, 48586, 56414], [0, 78000, 90000]]
    """
    foot = ways.shape[((ways.modes & 1) != 0) & ways.verified]
    by_path = beside_dry(shore.shape, shore.water, foot, BESIDE_M)
    by_leg = beside_dry(shore.shape, shore.water, legs, BESIDE_M)
    long = by_leg.stop - by_leg.start >= 100 * FOLLOWED_M
    told = by_path, Ranges(*(values[long] for values in by_leg)), _marked(shore, marks)
    return union(Ranges(*(np.concatenate(values) for values in zip(*told, strict=True))))[0]


def _marked(shore: Shore, marks: Floats) -> Ranges:
    """What marks say of the nearest bank."""
    if not len(marks) or not len(shore.shape):
        return NO_RANGES
    points = np.asarray(shapely.points(marks), dtype=object)
    of, bank = shapely.STRtree(shore.shape).query_nearest(points, max_distance=MARK_NEAR_M, all_matches=False)
    at_m = shapely.line_locate_point(shore.shape[bank], points[of])
    low, high = np.maximum(at_m - MARK_HALF_M, 0.0), np.minimum(at_m + MARK_HALF_M, shapely.length(shore.shape[bank]))
    return Ranges(bank.astype(np.int64), *(np.round(100 * end).astype(np.int64) for end in (low, high)))


def access_ways(shore: Shore, known: Ranges, ways: Ways) -> Ways:
    """Straight steps between banks and ways on foot: layer 'access'.

    From the ends of each stretch that may be walked to a way within BESIDE_M, and from each end of a way to a bank
    within ACCESS_M; never across the bank's own water.

    >>> line = shapely.LineString([(0, 0), (900, 0)])
    >>> bank = Shore(*(np.array([value], dtype=object) for value in (line, "B", "", None)))
    >>> path = Ways.of([shapely.LineString([(100, 400), (100, 20)])], "path")
    >>> [line.wkt for line in access_ways(bank, walkable(bank, path, np.array([]), np.empty((0, 2))), path).shape]
    ['LINESTRING (100 0, 100 20)']
    """
    foot = ways.take(((ways.modes & 1) != 0) & ways.verified)
    if not len(foot.shape) or not len(shore.shape):
        return Ways.of([], "access", layer="access")
    bank = np.append(known.group, known.group)
    from_bank = np.asarray(
        shapely.line_interpolate_point(shore.shape[bank], np.append(known.start, known.stop) / 100), dtype=object
    )
    near, way = shapely.STRtree(foot.shape).query_nearest(from_bank, max_distance=BESIDE_M * 1.01, all_matches=False)
    steps = [_steps(from_bank[near], foot.shape[way])]
    banks = [bank[near]]
    ends = np.concatenate([np.asarray(shapely.get_point(foot.shape, at), dtype=object) for at in (0, -1)])
    near, bank = shapely.STRtree(shore.shape).query_nearest(ends, max_distance=ACCESS_M, all_matches=False)
    steps.append(np.asarray(shapely.reverse(_steps(ends[near], shore.shape[bank])), dtype=object))
    banks.append(bank)
    lines, of = np.concatenate(steps), np.concatenate(banks)
    kept = (shapely.length(lines) > 0) & _dry(lines, shore.water[of])
    _, first = np.unique(shapely.to_wkb(lines[kept]), return_index=True)
    chosen = np.flatnonzero(kept)[np.sort(first)]
    codes = [f"access-{number}" for number in range(1, len(chosen) + 1)]
    return Ways.of(lines[chosen], "access", layer="access", code=codes, name=list(shore.name[of[chosen]]))


def _steps(points: Objects, lines: Objects) -> Objects:
    """The straight line from each point to the nearest place of its line."""
    return np.asarray(shapely.shortest_line(points, lines), dtype=object)


def _dry(lines: Objects, waters: Objects) -> NDArray[np.bool_]:
    """Which lines do not lead through their water."""
    wet_m = shapely.length(shapely.intersection(lines, waters))
    return np.asarray(np.isnan(wet_m) | (wet_m <= WET_M))

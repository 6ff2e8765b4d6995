"""How boats go: along the banks of a water, along its own line, and straight across from one to another."""

from itertools import combinations

import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from geo.network.city.banks import Shore
from geo.network.ways import Ways

__all__ = ["water_ways"]

Objects = NDArray[np.object_]
OVER_M = 400.0
"""So far apart lie the places of a shore from which boats set out over open water."""
OFF_M, MOST_OUT = 100.0, 400
"""So far off the shore places of open water lie, and so many of them are enough for any water."""
SHORTER = 0.7
"""A way over open water is one that takes at most so much of the way along the shore."""
ACROSS_SHARE = 0.98
"""So much of a way across must lie on the water: shores are drawn wrong by a little."""


def water_ways(shore: Shore, rivers: Objects, areas: Objects, codes: Objects) -> Ways:
    """Ways of boats beside the banks: the lines of rivers, and straight ways that join the lines of one water.

    rivers: (k,) LineStrings, the lines of waters known by a line; areas, codes: (k,) the polygon and the code of each.
    A bank belongs to the water that has its polygon. Ways across lie on the water, and join its lines where they can;
    and where a lake is wide, boats go straight over it rather than along its shore.

    >>> lake = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    >>> rings = [lake.exterior, lake.interiors[0]]
    >>> shore = Shore(*(np.array(values, dtype=object) for values in (
    ...     [shapely.LineString(ring) for ring in rings], ["S", "I"], ["", ""], [lake, lake])))
    >>> water_ways(shore, np.array([]), np.array([]), np.array([])).shape[0].length
    40.0
    """
    made: list[shapely.LineString] = list(rivers)
    keys = [shapely.to_wkb(water) if water is not None else None for water in shore.water]
    own = [shapely.to_wkb(area) for area in areas]
    for key in dict.fromkeys(key for key in [*keys, *own] if key is not None):
        lines = [line for line, of in zip(shore.shape, keys, strict=True) if of == key]
        lines += [line for line, of in zip(rivers, own, strict=True) if of == key]
        made += _across(lines, shapely.from_wkb(key))
        made += _over([line for line, of in zip(shore.shape, keys, strict=True) if of == key], shapely.from_wkb(key))
    names = [str(code) for code in codes] + [f"afloat-{n}" for n in range(1, len(made) - len(rivers) + 1)]
    return Ways.of(made, "water", layer="water", code=names)


def _across(lines: list[shapely.LineString], area: shapely.Geometry) -> list[shapely.LineString]:
    """The shortest ways across an area that join all the lines, as far as such lie on it."""
    pairs, ways = [], []
    for one, other in combinations(range(len(lines)), 2):
        way = shapely.shortest_line(lines[one], lines[other])
        if way.length == 0 or shapely.intersection(way, area).length >= ACROSS_SHARE * way.length:
            pairs.append((one, other))
            ways.append(way)
    if not pairs:
        return []
    lengths = np.array([way.length for way in ways]) + 1e-6
    ends = np.array(pairs).T
    tree = minimum_spanning_tree(sp.csr_array((lengths, ends), shape=(len(lines), len(lines)))).tocoo()
    kept = set(zip(tree.row.tolist(), tree.col.tolist(), strict=True))
    return [way for pair, way in zip(pairs, ways, strict=True) if pair in kept and way.length > 0]


def _over(banks: list[shapely.LineString], area: shapely.Geometry) -> list[shapely.LineString]:
    """Straight ways over open water: a mesh between places of the shore and places out on the water, OVER_M apart.

    It is their Delaunay triangulation, so ways do not cross, and what they lead along is hardly longer than straight.
    From shore to shore only what is shorter than along it.

    >>> lake = shapely.box(0, 0, 2000, 2000)
    >>> ways = _over([shapely.LineString(lake.exterior)], lake)
    >>> len(ways) > 40 and all(lake.buffer(0.1).covers(way) for way in ways)
    True
    >>> _over([shapely.LineString([(0, 0), (90, 0)])], shapely.box(0, 0, 90, 9))
    []
    """
    counts = [max(int(bank.length // OVER_M), 1) for bank in banks]
    bank = np.repeat(np.arange(len(banks)), counts)
    at_m = np.concatenate([np.arange(n) * (one.length / n) for one, n in zip(banks, counts, strict=True)])
    shore = shapely.get_coordinates(shapely.line_interpolate_point(np.array(banks, dtype=object)[bank], at_m))
    out = _out(area)
    if not len(out):
        return []
    xy = np.concatenate([shore, out])
    corners = Delaunay(xy - xy[0]).simplices
    sides = np.sort(np.concatenate([corners[:, pair] for pair in ([0, 1], [1, 2], [0, 2])]), axis=1)
    pairs = np.unique(sides, axis=0)
    way = shapely.linestrings(xy[pairs])
    length_m, both = shapely.length(way), pairs[:, 1] < len(shore)
    one, other = np.minimum(pairs, len(shore) - 1).T
    apart_m = np.abs(at_m[one] - at_m[other])
    ring_m = np.array([line.length if line.is_closed else np.inf for line in banks])[bank[one]]
    along_m = np.where(bank[one] == bank[other], np.minimum(apart_m, ring_m - apart_m), np.inf)
    wet = shapely.length(shapely.intersection(way, area)) >= ACROSS_SHARE * length_m
    return list(way[wet & (length_m > 1.0) & (~both | (length_m <= SHORTER * along_m))])


def _out(area: shapely.Geometry) -> NDArray[np.float64]:
    """Places out on a water, OVER_M apart, or further where it is so large that they would be too many."""
    open_water = shapely.buffer(area, -OFF_M)
    if shapely.is_empty(open_water):
        return np.empty((0, 2))
    step_m = max(OVER_M, float(np.sqrt(shapely.area(open_water) / MOST_OUT)))
    west, south, east, north = shapely.bounds(open_water)
    x, y = np.meshgrid(np.arange(west + step_m / 2, east, step_m), np.arange(south + step_m / 2, north, step_m))
    x[1::2] += step_m / 2  # rows set off, as no four places should lie on one circle
    inside = shapely.contains_xy(open_water, x.ravel(), y.ravel())
    return np.column_stack([x.ravel()[inside], y.ravel()[inside]])

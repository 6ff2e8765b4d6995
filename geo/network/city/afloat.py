"""How boats go: along the banks of a water, along its own line, and straight across from one to another."""

from itertools import combinations

import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import minimum_spanning_tree

from geo.network.city.banks import Shore
from geo.network.ways import Ways

__all__ = ["water_ways"]

Objects = NDArray[np.object_]
ACROSS_SHARE = 0.98
"""So much of a way across must lie on the water: shores are drawn wrong by a little."""


def water_ways(shore: Shore, rivers: Objects, areas: Objects, codes: Objects) -> Ways:
    """Ways of boats beside the banks: the lines of rivers, and straight ways that join the lines of one water.

    rivers: (k,) LineStrings, the lines of waters known by a line; areas, codes: (k,) the polygon and the code of each.
    A bank belongs to the water that has its polygon. Ways across lie on the water, and join its lines where they can.

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

"""Where crews go: paths along the banks, across the lakes and through the road network, in metres."""

from collections import defaultdict
from functools import cache
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from layers.crs import Coordinates
from seeds.drawing import Random
from seeds.scene import Scene, scene, shoreline

INLAND_M = 12.0
"""How far from the water a crew walks: near enough to see the bank at the default reach of 25 m."""
UNVISITED_ROADS = frozenset({"HSL31", "HSL34", "HSL21"})
"""Roads that no patrol of the sample ever goes along."""


@cache
def bank_ways() -> dict[str, LineString]:
    """Paths along the banks by name: on land, and afloat (…-船), and in the air (…-飞)."""
    drawn = scene()
    yanxi, yandong = drawn.water("严西湖"), drawn.water("严东湖")
    river = drawn.river
    return {
        "严西湖": shoreline(yanxi, INLAND_M),
        "严东湖": shoreline(yandong, INLAND_M),
        "花山河左": _plain(shapely.offset_curve(river, 16 + INLAND_M), 1),
        "花山河右": _plain(shapely.offset_curve(river, -16 - INLAND_M), 1),
        "长江右": _dike(drawn),
        "严西湖-船": shoreline(yanxi, -18),
        "严东湖-船": shoreline(yandong, -18),
        "严西湖-飞": _plain(shoreline(yanxi, 4), 45),
        "严东湖-飞": _plain(shoreline(yandong, 4), 45),
        "花山河-飞": _plain(river, 12),
    }


def _plain(line: BaseGeometry, tolerance_m: float) -> LineString:
    return LineString(shapely.simplify(line, tolerance_m).coords)


def _dike(drawn: Scene) -> LineString:
    """The right bank of the Yangtze where the street borders it, from upstream."""
    bank = shapely.intersection(shoreline(drawn.water("长江"), INLAND_M), drawn.street.buffer(900))
    pieces = [part for part in shapely.get_parts(shapely.line_merge(bank)) if isinstance(part, LineString)]
    longest = max(pieces, key=lambda part: part.length)
    return longest if longest.coords[0][1] > longest.coords[-1][1] else longest.reverse()


def stretch(way: LineString, first: float, last: float) -> LineString:
    """The part of a way between two shares of its length; over 1 it goes on from the start of a ring.

    >>> stretch(LineString([(0, 0), (10, 0)]), 0.2, 0.5).wkt
    'LINESTRING (2 0, 5 0)'
    """
    if last <= 1:
        return LineString(substring(way, first, last, normalized=True).coords)
    before, after = substring(way, first, 1, normalized=True), substring(way, 0, last - 1, normalized=True)
    return LineString([*before.coords, *after.coords[1:]])


Node = tuple[float, float]


@cache
def _network() -> dict[Node, list[tuple[Node, Coordinates]]]:
    """From each junction or end of a road, the pieces that leave it."""
    lines = [shapely.get_coordinates(road.shape) for road in scene().roads if road.code not in UNVISITED_ROADS]
    uses: dict[Node, int] = defaultdict(int)
    for line in lines:
        for vertex in line:
            uses[tuple(vertex)] += 1
        for end in (0, -1):
            uses[tuple(line[end])] += 2
    leaving: dict[Node, list[tuple[Node, Coordinates]]] = defaultdict(list)
    for line in lines:
        nodes = [index for index, vertex in enumerate(line) if uses[tuple(vertex)] > 1]
        for begin, end in pairwise(nodes):
            piece = line[begin : end + 1]
            leaving[tuple(piece[0])].append((tuple(piece[-1]), piece))
            leaving[tuple(piece[-1])].append((tuple(piece[0]), piece[::-1]))
    return dict(leaving)


def drive(rng: Random, length_m: float) -> LineString:
    """A way through the roads of about a length, from a random junction, seldom turning back or passing twice."""
    network = _network()
    here = sorted(network)[int(rng.integers(len(network)))]
    path, gone = [np.array([here])], 0.0
    passed: dict[frozenset[Node], int] = defaultdict(int)
    came: Node | None = None
    while gone < length_m:
        onward = [way for way in network[here] if way[0] != came] or network[here]
        worth = np.array([0.05 ** passed[frozenset((here, there))] for there, _ in onward]) + 1e-9
        there, piece = onward[int(rng.choice(len(onward), p=worth / worth.sum()))]
        passed[frozenset((here, there))] += 1
        path.append(piece[1:])
        gone += float(np.hypot(*np.diff(piece, axis=0).T).sum())
        here, came = there, here
    return LineString(np.vstack(path))


def walk_round(rng: Random, length_m: float, near: tuple[float, float], within_m: float) -> LineString:
    """A drive's like on foot, started over until it begins near a place."""
    for _ in range(200):
        way = drive(rng, length_m)
        if np.hypot(way.coords[0][0] - near[0], way.coords[0][1] - near[1]) < within_m:
            return way
    return way

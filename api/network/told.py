"""A network as answers tell it: its size by mode, what stays apart, what was drawn together, closed, unknown."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.network.network import Network
from geo.network.report import islands_of, report_of
from geo.network.speeds import MODE_BIT
from layers.crs import WIRE, project

__all__ = ["Told", "features_of", "told_of"]

MOST_LISTED = 200
"""Of islands, drawn ends and stretches: the longest and furthest so many, and how many there are."""
MOST_WAYS = 5
"""An island names the ways that make up most of it."""
DIGITS = 7

Indices = NDArray[np.int64]
Row = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """A network and the system that it is measured in."""

    network: Network
    metric_crs: str

    def degrees(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Shapes in longitude and latitude, to a centimetre."""
        moved = project(shapes, self.metric_crs, WIRE)
        return np.asarray(shapely.transform(moved, lambda xy: np.round(xy, DIGITS)), dtype=object)


def told_of(told: Told) -> Row:
    """The report: nodes and edges, kilometres by mode, islands, drawn ends, what is closed, banks that nobody knows."""
    network, report = told.network, report_of(told.network)
    modes = {
        mode: {
            "length_m": round(report.passable_m[mode], 1),
            "largest_share": round(report.largest[mode], 4),
            "pieces": report.pieces[mode],
        }
        for mode in MODE_BIT
    }
    islands, closed, unknown = list(_islands(told)), _stretches(told, network.closed), _unverified(told)
    return {
        "nodes": report.nodes,
        "edges": report.edges,
        "modes": modes,
        "islands": {"count": len(islands), "length_m": _sum(islands), "listed": islands[:MOST_LISTED]},
        "snapped": {"count": len(_drawn(network)), "most_m": _most_m(network), "listed": list(_snapped(told))},
        "closed": {"count": len(closed), "length_m": _sum(closed), "listed": closed[:MOST_LISTED]},
        "unverified": {"count": len(unknown), "length_m": _sum(unknown), "listed": unknown[:MOST_LISTED]},
        "walked_m": round(report.walked_m, 1),
        "access": {"count": int((network.layer == "access").sum()), "length_m": round(report.access_m, 1)},
    }


def features_of(told: Told) -> list[Row]:
    """What the report lists, as GeoJSON features by `what`: island, snapped, closed, unverified."""
    network = told.network
    islands = islands_of(network, "foot")
    drawn: list[tuple[Row, shapely.Geometry]] = []
    for number, row in enumerate(list(_islands(told))[:MOST_LISTED], start=1):
        shape = shapely.multilinestrings(list(network.shape[islands.piece == number]))
        drawn.append(({"what": "island", **row}, shape))
    for row in _snapped(told):
        drawn.append(({"what": "snapped", **row}, shapely.Point(row["place"])))
    for what, which in (("closed", network.closed), ("unverified", _unknown(network))):
        edges = np.flatnonzero(which)[:MOST_LISTED]
        drawn += [({"what": what, **_stretch(told, int(edge))}, network.shape[edge]) for edge in edges]
    metric = [shape for row, shape in drawn if row["what"] != "snapped"]
    moved = iter(told.degrees(_objects(metric)))
    return [_feature(row, shape if row["what"] == "snapped" else next(moved)) for row, shape in drawn]


def _feature(row: Row, shape: shapely.Geometry) -> Row:
    properties = {name: value for name, value in row.items() if name != "place"}
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}


def _islands(told: Told) -> Iterator[Row]:
    """What one cannot get to on foot from the largest piece, the longest first."""
    network, islands = told.network, islands_of(told.network, "foot")
    order = np.argsort(islands.piece, kind="stable")
    starts = np.searchsorted(islands.piece[order], np.arange(len(islands.length_m) + 1))
    for number in range(1, len(islands.length_m)):
        edges = order[starts[number] : starts[number + 1]]
        names, at = np.unique(_way_names(network, edges), return_inverse=True)
        by_way = np.bincount(at, network.length_m[edges])
        longest = np.argsort(-by_way, kind="stable")
        yield {
            "length_m": round(float(islands.length_m[number]), 1),
            "ways": [str(names[one]) for one in longest[:MOST_WAYS]],
            "ways_count": len(names),
            "place": _place(told, network.shape[edges[0]]),
        }


def _snapped(told: Told) -> Iterator[Row]:
    """The ends of ways that were drawn furthest; not of past walks and of steps to banks, which nobody drew."""
    network, found = told.network, told.network.snapped
    furthest = _drawn(network)[:MOST_LISTED]
    places = told.degrees(np.asarray(shapely.points(found.x[furthest], found.y[furthest]), dtype=object))
    for at, place in zip(furthest, places, strict=True):
        way = found.way[at]
        named = {
            "layer": network.ways.layer[way],
            "code": network.ways.code[way],
            "name": network.ways.name[way] or None,
        }
        yield {**named, "moved_m": round(float(found.moved_m[at]), 2), "place": [place.x, place.y]}


def _drawn(network: Network) -> Indices:
    """Which of the drawn ends are of ways that somebody drew, those that moved furthest first."""
    own = ~np.isin(network.ways.layer[network.snapped.way].astype(str), ["leg", "access"])
    order = np.argsort(-network.snapped.moved_m, kind="stable")
    return order[own[order]]


def _most_m(network: Network) -> float:
    return round(float(network.snapped.moved_m[_drawn(network)].max(initial=0.0)), 2)


def _unverified(told: Told) -> list[Row]:
    return sorted(_stretches(told, _unknown(told.network)), key=lambda row: -row["length_m"])


def _unknown(network: Network) -> NDArray[np.bool_]:
    return np.asarray((network.layer == "bank") & ~network.verified & ~network.closed)


def _stretches(told: Told, which: NDArray[np.bool_]) -> list[Row]:
    return [_stretch(told, int(edge)) for edge in np.flatnonzero(which)]


def _stretch(told: Told, edge: int) -> Row:
    """An edge as part of its way."""
    network = told.network
    return {
        "layer": network.layer[edge],
        "code": network.code[edge],
        "name": network.name[edge] or None,
        "from_m": round(float(network.from_m[edge]), 2),
        "to_m": round(float(network.to_m[edge]), 2),
        "length_m": round(float(network.length_m[edge]), 1),
        "place": _place(told, network.shape[edge]),
    }


def _way_names(network: Network, edges: Indices) -> NDArray[np.str_]:
    """What ways are called; past walks and steps to banks by what they are, for nobody has given them a name."""
    own = {"leg": "走过的路", "access": "接岸"}
    layers, codes, names = (values[edges] for values in (network.layer, network.code, network.name))
    told = (own.get(layer) or name or code for layer, code, name in zip(layers, codes, names, strict=True))
    return np.array(list(told), dtype=str)


def _place(told: Told, line: shapely.LineString) -> list[float]:
    """The middle of a line, in degrees."""
    middle = told.degrees(_objects([shapely.line_interpolate_point(line, 0.5, normalized=True)]))[0]
    return [middle.x, middle.y]


def _sum(rows: list[Row]) -> float:
    return round(sum(float(row["length_m"]) for row in rows), 1)


def _objects(values: list[Any]) -> NDArray[np.object_]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column

"""What patrols saw of areas and points, each visit as a whole: of every layer that is watched, at every stored reach.

Kept and superseded as sightings of lines are. Areas that are told by their roads, such as grids, are not measured: that
takes longer than all the rest, and nobody asks for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.sightings.copying import NOTHING, copy, instants_us, microseconds, text
from api.sightings.targets import City, Targets, view
from geo.coverage.areas import Areas
from geo.coverage.attended import Attended, areas_attended, points_attended
from geo.coverage.sightings import Track
from layers import query
from layers.catalogue import Layer
from layers.crs import STORED, STORED_SRID, project, transformer

__all__ = [
    "Found",
    "Watched",
    "WholeSighting",
    "held_wholes",
    "read_watched",
    "renew_wholes",
    "see_wholes",
    "write_wholes",
]

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class WholeSighting(NamedTuple):
    """One visit of an area or point: which, within how many metres, when (µs), and what was measured; None: was not."""

    layer: str
    code: str
    reach_m: float
    bound: str
    first_us: int
    last_us: int
    dwell_s: float
    inside_m: float
    distance_m: float
    share: float | None
    share_error: float | None
    road_share: float | None


@dataclass(frozen=True)
class Watched:
    """Areas and points of some layers, ready to be seen: layer and code of each, in the order of the shapes.

    measured: (n,) whether the area within reach is measured; else the roads inside are. A line in such a layer is not
    seen.
    """

    of_areas: tuple[tuple[str, str], ...]
    areas: Areas
    measured: Flags
    of_points: tuple[tuple[str, str], ...]
    points: Geometries
    metric_crs: str

    @property
    def codes(self) -> set[tuple[str, str]]:
        """Layer and code of all."""
        return {*self.of_areas, *self.of_points}


Found = dict[WholeSighting, shapely.Geometry | None]
"""What was seen, each with the part of the area that was, in metres."""


def held_wholes(connection: Connection, targets: Targets, city: City) -> Watched:
    """What is watched today, held on to until something in one of the layers, or a road, has changed."""
    layers = targets.catalogue.watched_layers
    stamp: list[object] = [city]
    for one in (*layers, *_roads(targets)):
        stamp += query.rows(connection, "patrol/target_stamp", {"table": view(one)})[0].values()
    return targets.kept("wholes", stamp, lambda: [read_watched(connection, layers, city, targets)])[0]


def read_watched(
    connection: Connection, layers: Sequence[Layer], city: City, targets: Targets, codes: Sequence[str] | None = None
) -> Watched:
    """The areas and points of layers that are valid today; only those of these codes, where given."""
    none = np.empty(0, dtype=object)
    found = [_drawn(connection, layer, city, codes) for layer in layers]
    names = [(layer.id, code) for layer, (own, _) in zip(layers, found, strict=True) for code in own]
    measured = np.array([not layer.by_roads for layer, (own, _) in zip(layers, found, strict=True) for _ in own], bool)
    shapes = np.concatenate([none, *(shapes for _, shapes in found)])
    by_roads = any(layer.by_roads for layer in layers)
    roads = [_drawn(connection, one, city)[1] for one in _roads(targets)] if by_roads else []
    kind = shapely.get_type_id(shapes)
    areal, point = np.isin(kind, _AREAL), kind == shapely.GeometryType.POINT
    return Watched(
        tuple(names[at] for at in np.flatnonzero(areal).tolist()),
        Areas(shapes[areal], np.concatenate([none, *roads])),
        measured[areal],
        tuple(names[at] for at in np.flatnonzero(point).tolist()),
        shapes[point],
        city.metric_crs,
    )


def see_wholes(track: Track, watched: Watched, reaches_m: Sequence[float]) -> Found:
    """What a track saw of areas and points at each reach: every visit, as sure, nominal and possible."""
    found: Found = {}
    areas, points = watched.areas, watched.points
    lines_m = np.where(watched.measured, 0.0, areas.lines_m)
    nothing = np.zeros(len(points))
    for reach_m in reaches_m:
        in_areas = areas_attended(track, areas, reach_m, measured=watched.measured) if watched.of_areas else {}
        for bound, visits in in_areas.items():
            found.update(_sightings(watched.of_areas, (reach_m, bound), visits, (areas.area_m2, lines_m)))
        by_points = points_attended(track, points, reach_m) if watched.of_points else {}
        for bound, visits in by_points.items():
            found.update(_sightings(watched.of_points, (reach_m, bound), visits, (nothing, nothing)))
    return found


def renew_wholes(
    connection: Connection,
    patrol_id: int,
    track: Track,
    among: tuple[Watched, Sequence[float]],
    *,
    first: bool = False,
) -> None:
    """Make what is known of a patrol what its track saw of areas and points; the same found twice changes nothing.

    among: what is looked for, and at which reaches; of what is no longer there, what was seen stays. first: whether
    nothing of the patrol is known yet.
    """
    watched, reaches_m = among
    found = see_wholes(track, watched, reaches_m)
    stored = {} if first else _stored(connection, patrol_id, watched, reaches_m)
    gone = [stored[sighting] for sighting in stored.keys() - found.keys()]
    if gone:
        query.execute(connection, "coverage/wholes_supersede", None, sighting_ids=gone)
    fresh = {sighting: part for sighting, part in found.items() if sighting not in stored}
    write_wholes(connection, [(patrol_id, fresh)], watched.metric_crs)


def write_wholes(connection: Connection, found: Sequence[tuple[int, Found]], metric_crs: str) -> None:
    """Write what some patrols saw beside what is stored, in one statement."""
    patrols = [str(patrol_id) for patrol_id, own in found for _ in own]
    if not patrols:
        return
    sightings = (sighting for _, own in found for sighting in own)
    layer, code, reach_m, bound, first_us, last_us, *measures = zip(*sightings, strict=True)
    copy(
        connection,
        "coverage/wholes_copy",
        (
            [text(one) for one in layer],
            [text(one) for one in code],
            patrols,
            [str(one) for one in reach_m],
            bound,
            instants_us(first_us),
            instants_us(last_us),
            *([NOTHING if one is None else repr(one) for one in column] for column in measures),
            _wkb([part for _, own in found for part in own.values()], metric_crs),
        ),
    )


def _roads(targets: Targets) -> list[Layer]:
    """The lines whose length inside areas counts: all but those worked out from something else, as banks are."""
    return [layer for layer in targets.catalogue.line_layers if not layer.derived]


def _drawn(
    connection: Connection, layer: Layer, city: City, codes: Sequence[str] | None = None
) -> tuple[list[str], Geometries]:
    """Codes and shapes in metres of a layer's features."""
    asked = None if codes is None else list(codes)
    rows = query.rows(connection, "patrol/target_lines", {"table": view(layer)}, codes=asked)
    degrees = shapely.from_wkb(np.array([bytes(row["geom"]) for row in rows], dtype=object))
    return [row["code"] for row in rows], np.asarray(project(degrees, STORED, city.metric_crs), dtype=object)


def _sightings(
    names: Sequence[tuple[str, str]], seen_at: tuple[float, str], visits: Attended, whole: tuple[Floats, Floats]
) -> Iterator[tuple[WholeSighting, shapely.Geometry | None]]:
    """The visits as they are stored: rounded far below what they are right to, the error's bound upward.

    names: layer and code of each target; whole: its area and the length of the roads that count.
    """
    area_m2, lines_m = (values[visits.target] for values in whole)
    share = np.minimum(visits.seen_m2 / np.maximum(area_m2, 1e-300), 1.0)
    error = np.minimum(visits.error_m2 / np.maximum(area_m2, 1e-300) + 1e-9, 1.0)
    roads = np.where(lines_m > 0, np.minimum(visits.lines_m / np.maximum(lines_m, 1e-300), 1.0), np.nan)
    columns = (
        microseconds(visits.first_s).tolist(),
        microseconds(visits.last_s).tolist(),
        np.round(visits.dwell_s, 3).tolist(),
        np.round(visits.inside_m, 3).tolist(),
        np.round(visits.distance_m, 3).tolist(),
        *(_known(column) for column in (share, error, roads)),
        visits.seen.tolist(),
    )
    for target, *measures, part in zip(visits.target.tolist(), *columns, strict=True):
        layer, code = names[target]
        yield WholeSighting(layer, code, *seen_at, *measures), part


def _known(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in np.round(values, 9).tolist()]


def _stored(
    connection: Connection, patrol_id: int, watched: Watched, reaches_m: Sequence[float]
) -> dict[WholeSighting, int]:
    """Each visit that is known, of what is there today, and its number."""
    there = watched.codes
    layers = sorted({layer for layer, _ in there})
    rows = query.rows(
        connection, "coverage/wholes_known", None, patrol_id=patrol_id, layers=layers, reaches_m=list(reaches_m)
    )
    # The database keeps a reach as a short float: told apart by what was asked for.
    exact = {f"{reach_m:.5g}": reach_m for reach_m in reaches_m}
    stored: dict[WholeSighting, int] = {}
    for row in rows:
        name = (row["layer"], row["target_code"])
        if name in there:
            measures = (row[field] for field in WholeSighting._fields[4:])
            sighting = WholeSighting(*name, exact[f"{row['reach_m']:.5g}"], row["bound"], *measures)
            stored[sighting] = row["whole_sighting_id"]
    return stored


def _wkb(parts: Sequence[shapely.Geometry | None], metric_crs: str) -> list[str]:
    """Parts in metres as the database reads them; nothing where there is none."""
    back = transformer(metric_crs, STORED)
    degrees = shapely.transform(
        np.array(parts, dtype=object), lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1]))
    )
    hexed = shapely.to_wkb(shapely.set_srid(degrees, STORED_SRID), hex=True, include_srid=True)
    return [NOTHING if one is None else str(one) for one in np.atleast_1d(hexed).tolist()]

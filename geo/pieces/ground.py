"""The targets of a city made ready to be seen: lines, banks with their waters, areas, points; each once for a plan."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.areas import Areas
from geo.coverage.attended import Attended, areas_attended, points_attended
from geo.coverage.sightings import Lines, Track, Visits, see_all
from geo.duties.duty import Duty
from geo.duties.own_side import Banks, see_own_side
from geo.duties.records import Sightings, WholeVisits
from geo.pieces.doubt import bounded
from geo.plan.city import City, DutyOwed, Targets

__all__ = ["Ground", "View", "view_of"]

Indices = NDArray[np.int64]
Geometries = NDArray[np.object_]
AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class View(NamedTuple):
    """How a duty looks at lines: its reach, and whether from their own side of the water alone."""

    reach_m: float
    sided: bool


def view_of(duty: Duty) -> View:
    """A duty's view.

    >>> view_of(Duty(code="D", post_code="P", layer="bank", interval_days=7, same_side=True))
    View(reach_m=25.0, sided=True)
    """
    return View(duty.reach_m, duty.same_side)


class Ground:
    """All line targets of a city under one number each, in the order of its layers, and its whole targets by layer."""

    def __init__(self, city: City) -> None:
        self.city = city
        lines = [one for one in city.targets if not one.whole]
        self.shapes: Geometries = _objects([shape for one in lines for shape in one.shapes])
        self.waters = [water for one in lines for water in (one.waters or (None,) * len(one.codes))]
        names = [(one.layer, code) for one in lines for code in one.codes]
        self._number = {name: number for number, name in enumerate(names)}
        self._numbers: dict[str, Indices] = {}
        self._wholes: dict[str, tuple[Indices, Areas, Indices, Geometries]] = {}

    def of(self, city: City) -> "Ground":
        """The same for a city that differs in what is owed alone; else made anew."""
        if city is self.city:
            return self
        same = city.targets is self.city.targets and city.roads is self.city.roads
        if not same or [d.codes for d in city.duties] != [d.codes for d in self.city.duties]:
            return Ground(city)
        other = object.__new__(Ground)
        other.__dict__.update(self.__dict__, city=city)
        return other

    @cached_property
    def lines(self) -> Lines:
        """All lines."""
        return Lines(self.shapes)

    def roads_near(self, shape: shapely.Geometry) -> Geometries:
        """The roads whose length inside areas counts that meet a shape."""
        roads = self.city.roads
        return roads[np.sort(self._roads.query(shape, "intersects"))] if len(roads) else roads

    def has_roads(self, shape: shapely.Geometry) -> bool:
        """Whether any road length lies inside a shape."""
        inside = shapely.intersection(self.roads_near(shape), shape)
        return bool(shapely.length(inside).sum() > 0)

    @cached_property
    def _roads(self) -> shapely.STRtree:
        return shapely.STRtree(self.city.roads)

    @cached_property
    def watered(self) -> tuple[Indices, Banks]:
        """The numbers of the lines that a duty wants seen from their own side of their water, and these as banks."""
        sided = [owed for owed in self.city.duties if any(duty.same_side for duty in owed.versions)]
        asked = [self.numbers(owed) for owed in sided if not self.city.of(owed.layer).whole]
        every = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *asked]))
        own = np.array([n for n in every.tolist() if n >= 0 and self.waters[n] is not None], dtype=np.int64)
        return own, Banks([self.shapes[n] for n in own], [self.waters[n] for n in own])

    def numbers(self, owed: DutyOwed) -> Indices:
        """(codes,) the number of each of a duty's targets: of the line, or within its layer; -1 for one not given."""
        if owed.code not in self._numbers:
            targets = self.city.of(owed.layer)
            place = {code: number for number, code in enumerate(targets.codes)}
            names = [
                place.get(code, -1) if targets.whole else self._number.get((owed.layer, code), -1)
                for code in owed.codes
            ]
            self._numbers[owed.code] = np.array(names, dtype=np.int64)
        return self._numbers[owed.code]

    def seen(self, track: Track, mode: str, view: View, bounds: Sequence[str]) -> dict[str, Visits]:
        """What a track sees of all lines, by number, for each bound."""
        found = see_all(track, self.lines, [view.reach_m], bounds)
        if not view.sided:
            return {bound: found[view.reach_m, bound] for bound in bounds}
        own, banks = self.watered
        if not len(own):
            return {bound: found[view.reach_m, bound] for bound in bounds}
        near = see_own_side(track, mode, banks, [view.reach_m], bounds)
        return {
            bound: _joined(_without(found[view.reach_m, bound], own), _numbered(near[view.reach_m, bound], own))
            for bound in bounds
        }

    def visited(self, track: Track, layer: str, reach_m: float) -> dict[str, list[tuple[Indices, Attended]]]:
        """What a track sees of the whole targets of a layer, for each bound: of areas, of points, by their numbers."""
        area_of, areas, point_of, points = self.wholes(layer)
        # To measure how much of an area is seen takes long, and is done where a duty asks for a share of it alone.
        asked = any(duty.test_share for duty in self._rules(layer))
        measured = np.full(len(area_of), asked and not self.city.of(layer).by_roads)
        of_areas = areas_attended(track, areas, reach_m, measured=measured) if len(area_of) else {}
        of_points = points_attended(track, points, reach_m) if len(point_of) else {}
        tested = any(duty.test_dwell_s or duty.test_distance_m for duty in self._rules(layer))
        found: dict[str, list[tuple[Indices, Attended]]] = {}
        for bound in ("sure", "nominal", "possible"):
            kinds = ((area_of, of_areas, areas.shapes), (point_of, of_points, None))
            found[bound] = [
                (own, bounded(track, each[bound], bound, shapes) if tested else each[bound])
                for own, each, shapes in kinds
                if each
            ]
        return found

    def _rules(self, layer: str) -> list[Duty]:
        """All versions of all duties about a layer."""
        return [duty for owed in self.city.duties if owed.layer == layer for duty in owed.versions]

    def wholes(self, layer: str) -> tuple[Indices, Areas, Indices, Geometries]:
        """The areas of a layer with their numbers in it, and its points with theirs."""
        if layer not in self._wholes:
            targets = self.city.of(layer)
            kind = shapely.get_type_id(targets.shapes)
            areal, point = np.flatnonzero(np.isin(kind, AREAL)), np.flatnonzero(kind == shapely.GeometryType.POINT)
            roads = self.city.roads if targets.by_roads else ()
            made = (areal, Areas(targets.shapes[areal], roads), point, targets.shapes[point])
            self._wholes[layer] = made
        return self._wholes[layer]


def as_rows(visits: Visits, numbers: Indices, patrol: int) -> Sightings:
    """Visits of lines as sightings of a duty's targets, by one patrol; what is none of its targets left out."""
    place = np.full(int(max(numbers.max(initial=-1), visits.line.max(initial=-1))) + 1, -1, dtype=np.int64)
    place[numbers[numbers >= 0]] = np.flatnonzero(numbers >= 0)
    target = place[visits.line]
    rows = Sightings(target, *visits[1:], np.full(len(target), patrol, dtype=np.int64))
    return rows.take(target >= 0)


def as_visits(found: Sequence[tuple[Indices, Attended]], ground: Ground, owed: DutyOwed, patrol: int) -> WholeVisits:
    """Visits of whole targets as geo.duties takes them, of a duty's targets alone.

    Of a layer by roads the share of the area is not measured, of another that of the roads: NaN, as they are stored.
    """
    numbers, targets = ground.numbers(owed), ground.city.of(owed.layer)
    place = np.full(len(targets.codes) + 1, -1, dtype=np.int64)
    place[numbers[numbers >= 0]] = np.flatnonzero(numbers >= 0)
    parts = [_whole_rows(own, visits, targets, ground, place) for own, visits in found]
    every = WholeVisits._make(map(np.concatenate, zip(*parts, strict=True))) if parts else _nobody()
    kept = every.target >= 0
    return WholeVisits._make(column[kept] for column in every)._replace(patrol=np.full(int(kept.sum()), patrol))


def _whole_rows(own: Indices, visits: Attended, targets: Targets, ground: Ground, place: Indices) -> WholeVisits:
    area_of, areas, _, _ = ground.wholes(targets.layer)
    unknown = np.full(len(visits.target), np.nan)
    share = road_share = unknown
    if own is area_of:
        if targets.by_roads:
            lines_m = areas.lines_m[visits.target]
            road_share = np.divide(visits.lines_m, lines_m, out=unknown.copy(), where=lines_m > 0)
        else:
            share = visits.seen_m2 / np.maximum(areas.area_m2[visits.target], 1e-300)
    return WholeVisits(
        place[own[visits.target]],
        np.minimum(share, 1.0),
        np.minimum(road_share, 1.0),
        visits.distance_m,
        visits.dwell_s,
        visits.inside_m,
        visits.first_s,
        visits.last_s,
        np.zeros(len(visits.target), dtype=np.int64),
    )


def _nobody() -> WholeVisits:
    whole, real = np.empty(0, dtype=np.int64), np.empty(0)
    return WholeVisits(whole, real, real, real, real, real, real, real, whole)


def _objects(values: Sequence[shapely.Geometry]) -> Geometries:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def _without(visits: Visits, numbers: Indices) -> Visits:
    kept = ~np.isin(visits.line, numbers)
    line, from_cm, to_cm, first_s, last_s = visits
    return Visits(line[kept], from_cm[kept], to_cm[kept], first_s[kept], last_s[kept])


def _numbered(visits: Visits, numbers: Indices) -> Visits:
    return visits._replace(line=numbers[visits.line])


def _joined(one: Visits, other: Visits) -> Visits:
    return Visits(*(np.concatenate(columns) for columns in zip(one, other, strict=True)))

"""What changed under one outline between two moments: land from class to class, zones, features, the verdict."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.landuse.area import areas_m2
from geo.landuse.check import Check
from geo.landuse.city import City, Features
from geo.landuse.cutting import Pieces
from geo.landuse.overlay import difference, polygonal, union
from geo.landuse.rules import Reason
from layers.crs import Geometries

__all__ = ["Changed", "Class", "FeatureChange", "Moment", "Turned", "ZoneChange", "compare"]

Indices = NDArray[np.int64]
Class = tuple[str, str]
"""A scheme and a code in it."""
SAME_M2 = 0.01
"""Pieces of one feature that differ by less have the same shape."""


class Moment(NamedTuple):
    """A check, and the city that it was made against."""

    check: Check
    city: City


class Turned(NamedTuple):
    """Land that was of one class before and is of another after; None: no parcel there. shape: where."""

    before: Class | None
    after: Class | None
    area_m2: float
    shape: shapely.Geometry


class ZoneChange(NamedTuple):
    """A kind of zone: its state (zones.py) and what the outline shares with it, before and after."""

    kind: str
    state_before: str
    state_after: str
    before_m2: float
    after_m2: float


class FeatureChange(NamedTuple):
    """A feature under the outline that is new, gone or altered. before, after: its places in the two cities.

    fields: the columns that differ, with the value before and after; among them area_m2, under the outline.
    """

    layer: str
    what: str
    code: object
    before: int | None
    after: int | None
    fields: Mapping[str, tuple[object, object]]


class Changed(NamedTuple):
    """What changed. reasons_gone, reasons_new: those that decided before and do not after, and the other way round."""

    classes: tuple[Turned, ...]
    zones: tuple[ZoneChange, ...]
    features: tuple[FeatureChange, ...]
    verdict_before: str
    verdict_after: str
    reasons_gone: tuple[Reason, ...]
    reasons_new: tuple[Reason, ...]


def compare(before: Moment, after: Moment, system: str) -> Changed:
    """What changed between two checks of one outline; nothing of the same check twice.

    >>> from geo.landuse.check import check
    >>> from geo.landuse.city import CITY_EMPTY, Parcels
    >>> from geo.landuse.outline import outline_of
    >>> outline = outline_of(shapely.box(545_000, 3_380_000, 545_100, 3_380_100), "EPSG:4547")
    >>> field, yard = (shapely.box(545_000 + x, 3_380_000, 545_100, 3_380_100) for x in (0, 80))
    >>> one = Parcels.of([field], code=["1"], class_code=["0101"])
    >>> two = Parcels.of([field - yard, yard], code=["1", "2"], class_code=["0101", "0702"])
    >>> cities = [CITY_EMPTY._replace(parcels=parcels) for parcels in (one, two)]
    >>> was, now = (Moment(check(outline, city, [], "build", "EPSG:4547"), city) for city in cities)
    >>> found = compare(was, now, "EPSG:4547")
    >>> [(each.before, each.after, round(each.area_m2)) for each in found.classes]
    [(('sandiao', '0101'), ('sandiao', '0702'), 2000)]
    >>> [(each.code, each.what, list(each.fields)) for each in found.features]
    [('1', 'altered', ['area_m2']), ('2', 'new', [])]
    """
    features = [
        each for layer, columns in _LAYERS.items() for each in _features(layer, columns, before, after)
    ]  # fmt: skip
    was, now = before.check.verdict, after.check.verdict
    return Changed(
        tuple(_classes(before, after, system)),
        tuple(_zones(before.check, after.check)),
        tuple(features),
        was.answer,
        now.answer,
        tuple(_only(was.reasons, now.reasons)),
        tuple(_only(now.reasons, was.reasons)),
    )


def _classes(before: Moment, after: Moment, system: str) -> list[Turned]:
    """Land that turned from class to class, the largest first: pieces that stayed as they were are not cut."""
    was, now = before.check.land.pieces, after.check.land.pieces
    class_was, class_now = _classes_of(before, was), _classes_of(after, now)
    stayed_was, stayed_now = _stayed(was, class_was, now, class_now)
    rest_was, rest_now = np.flatnonzero(~stayed_was), np.flatnonzero(~stayed_now)
    one, other = shapely.STRtree(now.shape[rest_now]).query(was.shape[rest_was], predicate="intersects")
    one, other = rest_was[one], rest_now[other]
    parts = [
        (class_was[a], class_now[b], shape)
        for a, b, shape in zip(one, other, shapely.intersection(was.shape[one], now.shape[other]), strict=True)
        if class_was[a] != class_now[b]
    ]
    parts += [(each, None, shape) for each, shape in _left(was.shape, class_was, rest_was, now.shape)]
    parts += [(None, each, shape) for each, shape in _left(now.shape, class_now, rest_now, was.shape)]
    return _by_turn(parts, system)


def _by_turn(parts: Sequence[tuple[Class | None, Class | None, shapely.Geometry]], system: str) -> list[Turned]:
    shapes, some = polygonal(_array([shape for _, _, shape in parts]))
    by_turn: dict[tuple[Class | None, Class | None], list[shapely.Geometry]] = {}
    for (was, now, _), shape, any_left in zip(parts, shapes, some, strict=True):
        if any_left:
            by_turn.setdefault((was, now), []).append(shape)
    turned = [
        Turned(was, now, float(areas_m2(_array(each), system).sum()), union(_array(each)))
        for (was, now), each in by_turn.items()
    ]
    return sorted(turned, key=lambda each: -each.area_m2)


def _classes_of(moment: Moment, pieces: Pieces) -> list[Class]:
    return moment.city.parcels.take(pieces.feature).classes()


def _stayed(
    was: Pieces, class_was: list[Class], now: Pieces, class_now: list[Class]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pieces before and after have one of the same shape and class at the other moment."""
    keys_was, keys_now = (
        list(zip(shapely.to_wkb(shapely.normalize(pieces.shape)).tolist(), classes, strict=True))
        for pieces, classes in ((was, class_was), (now, class_now))
    )
    both = set(keys_was) & set(keys_now)
    return np.array([key in both for key in keys_was], dtype=bool), np.array([key in both for key in keys_now], bool)


def _left(
    shapes: Geometries, classes: list[Class], rest: Indices, others: Geometries
) -> Iterator[tuple[Class, shapely.Geometry]]:
    """Of the shapes at the places of rest, what none of the others covers."""
    tree = shapely.STRtree(others)
    for place in rest:
        near = tree.query(shapes[place], predicate="intersects")
        yield classes[place], difference(shapes[place], union(others[near])) if len(near) else shapes[place]


def _zones(before: Check, after: Check) -> Iterator[ZoneChange]:
    was, now = ({zone.kind: zone for zone in check.zones} for check in (before, after))
    for kind in dict.fromkeys([*was, *now]):
        pair = [
            (zone.state, zone.inside.area_m2) if zone else ("no_data", 0.0) for zone in (was.get(kind), now.get(kind))
        ]
        (state_was, was_m2), (state_now, now_m2) = pair
        if state_was != state_now or abs(now_m2 - was_m2) >= SAME_M2:
            yield ZoneChange(kind, state_was, state_now, was_m2, now_m2)


def _only(reasons: Sequence[Reason], others: Sequence[Reason]) -> list[Reason]:
    told = {_key(reason) for reason in others if reason.decides}
    return [reason for reason in reasons if reason.decides and _key(reason) not in told]


def _key(reason: Reason) -> Hashable:
    return reason.rule.code, reason.match, reason.state, reason.answer


_LAYERS: Mapping[str, Mapping[str, str]] = {
    "landuse": {
        "name": "parcels.features.name", "scheme": "parcels.scheme", "class_code": "parcels.class_code",
        "ownership": "parcels.ownership", "owner": "parcels.owner", "deduct_ratio": "parcels.deduct_ratio",
    },
    "zone": {"name": "zones.features.name", "kind": "zones.kind"},
    "farmland": {"name": "plots.name"},
    "project": {"name": "projects.name"},
}  # fmt: skip
"""The columns of each layer that a change is told of, and where they stand in a city."""


class _Row(NamedTuple):
    """A feature under the outline: its place, its version, and what a change is told of."""

    place: int
    version: Hashable
    values: dict[str, object]


def _features(layer: str, columns: Mapping[str, str], before: Moment, after: Moment) -> Iterator[FeatureChange]:
    was, now = (_rows(layer, columns, moment) for moment in (before, after))
    for code in dict.fromkeys([*was, *now]):
        yield from _of_code(layer, code, was.get(code, []), now.get(code, []))


def _of_code(layer: str, code: object, was: list[_Row], now: list[_Row]) -> Iterator[FeatureChange]:
    """The changes among the features of one code, mostly one on each side; more are paired by size."""
    same = {row.version for row in was} & {row.version for row in now}
    olds, news = ([row for row in rows if row.version not in same] for rows in (was, now))
    for old, new in zip(olds, news, strict=False):
        fields = {
            name: (value, new.values[name])
            for name, value in old.values.items()
            if _differ(name, value, new.values[name])
        }
        if fields:
            yield FeatureChange(layer, "altered", code, old.place, new.place, fields)
    for old in olds[len(news) :]:
        yield FeatureChange(layer, "gone", code, old.place, None, {})
    for new in news[len(olds) :]:
        yield FeatureChange(layer, "new", code, None, new.place, {})


def _differ(name: str, was: object, now: object) -> bool:
    if isinstance(was, float) and isinstance(now, float):
        least = SAME_M2 if name == "area_m2" else 0.0
        return bool(np.isnan(was) != np.isnan(now) or abs(was - now) > least)
    return was != now


def _rows(layer: str, columns: Mapping[str, str], moment: Moment) -> dict[object, list[_Row]]:
    """The features of a layer under the outline by code (by id where there is none), the largest share first."""
    of_layer, pieces = _under(layer, moment)
    found: dict[object, list[_Row]] = {}
    for nth in np.argsort(-pieces.area_m2, kind="stable"):
        place = int(pieces.feature[nth])
        values = {name: attrgetter(path)(moment.city)[place] for name, path in columns.items()}
        values["area_m2"] = float(pieces.area_m2[nth])
        version = (of_layer.id[place], of_layer.known_from[place])
        key = of_layer.code[place] if of_layer.code[place] is not None else of_layer.id[place]
        # Without id and time of knowledge nothing is known to be the same version: it is compared.
        known = version if None not in version else object()
        found.setdefault(key, []).append(_Row(place, known, values))
    return found


def _under(layer: str, moment: Moment) -> tuple[Features, Pieces]:
    check, city = moment
    if layer == "zone":
        pieces = [zone.pieces for zone in check.zones]
        return city.zones.features, Pieces(*map(np.concatenate, zip(*pieces, strict=True)))
    of_layer: dict[str, tuple[Features, Pieces]] = {
        "landuse": (city.parcels.features, check.land.pieces),
        "farmland": (city.plots, check.plots.pieces),
        "project": (city.projects, check.projects.pieces),
    }
    return of_layer[layer]


def _array(shapes: Sequence[shapely.Geometry]) -> Geometries:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array

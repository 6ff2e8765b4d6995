"""The city around an outline, read in one answer of the database and made what geo.landuse checks against."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, Row

from api.landuse.evidence.held import HELD_BYTES, Held
from api.landuse.evidence.nearest import nearest_only
from geo.landuse.around import around
from geo.landuse.city import City, Classes, Features, Grids, Parcels, Zones
from geo.landuse.zones import KINDS
from layers import query
from layers.crs import STORED, Bounds, Geometries, project

__all__ = [
    "Edition", "Reading", "When", "bounds_of", "district_of", "read", "read_again", "reading_of", "rows_at",
    "search_of", "versions_of",
]  # fmt: skip

Texts = NDArray[np.object_]
SEARCH_M = 40.0
"""How much wider than the outline it is looked: no two ways of drawing one edge, straight in degrees or in metres, lie
so far apart (an edge of 50 km: 25 m), nor is any tolerance so wide."""
_MOST_NEAR = (16, 400, 10**9)
"""Of each kind of zone that is not there so many are looked at, until the nearest is sure to be among them."""
_SLACK_DEG = 0.001
_DEGREE_M = 111_700.0
"""No degree is longer."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
STREET = "street"
"""The register of streets: beyond them no base data are to be."""
_COLUMNS = ("layer", "id", "code", "name", "known_from", "valid_from", "edition_id", *"abcdefg", "geom")


class When(NamedTuple):
    """Of which day a check tells, and as known at which instant."""

    as_of: date
    known_at: datetime


class Edition(NamedTuple):
    """An import that a layer's rows came with."""

    edition_id: int
    layer: str
    name: str
    valid_from: date
    imported_at: datetime
    source: str | None
    sample: bool


class Reading(NamedTuple):
    """What was read. class_name, family: of each parcel, as stored and as the map draws it. edition_id: by layer.

    kinds: of zones there are somewhere; registers: of which of geo.landuse.city.REGISTERS there is anything. editions:
    by number.
    """

    city: City
    class_name: Texts
    family: Texts
    edition_id: Mapping[str, Texts]
    kinds: tuple[str, ...]
    registers: tuple[str, ...]
    editions: Mapping[int, Edition]

    @property
    def layers(self) -> dict[str, Features]:
        """The features by layer."""
        city = self.city
        return {
            "landuse": city.parcels.features,
            "zone": city.zones.features,
            "farmland": city.plots,
            "project": city.projects,
            "grid": city.grids.features,
        }


def read(
    connection: Connection,
    shape: shapely.Geometry,
    when: When,
    classes: Classes,
    metric_crs: str,
    held: Held | None = None,
) -> Reading:
    """All that a check of an outline in metres reads of the city, of a day, as known at an instant.

    held: the large shapes that were read before.
    """
    search, held = search_of(shape, metric_crs), held or Held()
    south, north = shapely.bounds(search)[[1, 3]].tolist()
    for most in _MOST_NEAR:
        rows = rows_at(connection, search, when, most_near=most, most_bytes=HELD_BYTES)
        shapes = held.shapes(connection, rows, metric_crs)
        kept, sure = nearest_only(rows, shapes, shape, most, max(abs(south), abs(north)))
        if sure:
            break
    return reading_of([rows[place] for place in kept], classes, metric_crs, shapes[kept])


def rows_at(
    connection: Connection,
    search: shapely.Geometry,
    when: When,
    *,
    most_near: int = _MOST_NEAR[0],
    most_bytes: int = 2**31 - 1,
) -> Sequence[Row[Any]]:
    """The rows of the city that are read of a place in degrees, with zones of each other kind, nearest boxes first.

    most_near: so many of a kind. most_bytes: shapes that are stored in more come without.
    """
    said = {"as_of": when.as_of, "known_at": when.known_at, "kinds": list(KINDS)}
    return query.execute(
        connection, "landuse/check_city", None, search=shapely.to_wkb(search), most_near=most_near,
        most_bytes=most_bytes, **said,
    ).all()  # fmt: skip


def bounds_of(search: shapely.Geometry, when: When) -> dict[str, Any]:
    """What zones around many outlines are asked for by: the moment, and how far beyond the nearest to look."""
    apart = _apart(Bounds(*shapely.bounds(search).tolist()))
    return {"as_of": when.as_of, "known_at": when.known_at, "kinds": list(KINDS), "slack": _SLACK_DEG, "apart": apart}


def read_again(connection: Connection, versions: Mapping[str, Any], classes: Classes, metric_crs: str) -> Reading:
    """What a stored check read: just those versions, whatever became of them. versions: as `versions_of` tells them."""
    rows = query.execute(
        connection, "landuse/check_versions", None, versions=orjson.dumps(versions["layers"]).decode(),
        kinds=list(versions["kinds"]), registers=list(versions["registers"]), editions=list(versions["editions"]),
    ).all()  # fmt: skip
    return reading_of(rows, classes, metric_crs)


def versions_of(reading: Reading) -> dict[str, Any]:
    """The versions that were read, as they are kept with a check: by layer, number and known_from in microseconds."""
    return {
        "layers": {
            layer: [[each, (known_from - _EPOCH) // _MICROSECOND]
                    for each, known_from in zip(found.id.tolist(), found.known_from.tolist(), strict=True)]
            for layer, found in reading.layers.items()
        },
        "kinds": list(reading.kinds),
        "registers": list(reading.registers),
        "editions": sorted(reading.editions),
    }  # fmt: skip


def search_of(shape: shapely.Geometry, metric_crs: str) -> shapely.Geometry:
    """The outline in degrees, wide enough to find whatever comes near it, simple enough to be looked for quickly."""
    near = shapely.segmentize(around(shape, SEARCH_M), 1000.0)
    found: shapely.Geometry = project(np.array([near]), metric_crs, STORED)[0]
    return found


def _apart(box: Bounds) -> float:
    """How much longer the longest degree is than the shortest, within a degree around a box."""
    lat = min(max(abs(box.south), abs(box.north)) + 1, 85.0)
    return 1.01 / math.cos(math.radians(lat))


def reading_of(
    rows: Sequence[Sequence[Any]], classes: Classes, metric_crs: str, shapes: Geometries | None = None
) -> Reading:
    """Rows of the city as geo.landuse checks against them, in the order of their numbers.

    shapes: (n,) those of the rows in metres, where they are known already.
    """
    of = {name: np.array(column, dtype=object) for name, column in zip(_COLUMNS, _turned(rows), strict=True)}
    layer = of["layer"]
    if shapes is None:
        shapes = project(shapely.from_wkb(of["geom"]), STORED, metric_crs)
    editions = {row.edition_id: row for row in _editions(of, np.flatnonzero(layer == "edition"))}
    place = {
        name: _in_order(of["id"], np.flatnonzero(layer == name))
        for name in ("landuse", "zone", "farmland", "project", "grid")
    }
    features = {name: _features(name, of, shapes, at, editions) for name, at in place.items()}
    land, zone, grid = place["landuse"], place["zone"], place["grid"]
    ratio = np.array([math.nan if one is None else float(one) for one in of["e"][land]], dtype=np.float64)
    parcels = Parcels(features["landuse"], of["b"][land], of["a"][land], of["c"][land], of["d"][land], ratio)
    kinds = tuple(sorted({*of["a"][zone].tolist(), *of["code"][layer == "kind"].tolist()}))
    registers = tuple(sorted(of["code"][layer == "register"].tolist()))
    grids = Grids(features["grid"], of["a"][grid])
    city = City(
        parcels, Zones(features["zone"], of["a"][zone]), frozenset(kinds), features["farmland"], features["project"],
        grids, district_of(grids) if STREET in registers else None, classes, frozenset(registers),
    )  # fmt: skip
    numbers = {name: of["edition_id"][at] for name, at in place.items()}
    return Reading(city, of["f"][land], of["g"][land], numbers, kinds, registers, editions)


def _turned(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * len(_COLUMNS)


def _in_order(numbers: Texts, found: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places in the order of the rows' numbers, so that the same versions give the same answer to the last digit."""
    return found[np.argsort(numbers[found].astype(np.int64), kind="stable")]


def _features(
    name: str, of: Mapping[str, Texts], shapes: Geometries, at: NDArray[np.int64], editions: Mapping[int, Edition]
) -> Features:
    names = np.array([editions[one].name if one in editions else None for one in of["edition_id"][at]], dtype=object)
    number, code, called = (of[column][at] for column in ("id", "code", "name"))
    return Features(name, shapes[at], number, code, called, of["known_from"][at], of["valid_from"][at], names)


def _editions(of: Mapping[str, Texts], at: NDArray[np.int64]) -> Iterator[Edition]:
    for n in at:
        yield Edition(
            of["id"][n], of["code"][n], of["name"][n], of["valid_from"][n], of["known_from"][n], of["a"][n],
            of["b"][n] == "true",
        )  # fmt: skip


def district_of(grids: Grids) -> shapely.Geometry:
    """The streets near the outline together; nothing where all lie elsewhere."""
    streets = grids.features.shape[grids.level == "street"]
    return streets[0] if len(streets) == 1 else shapely.union_all(streets)

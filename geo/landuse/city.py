"""What a check is made against: a city's parcels, zones, plots, projects, grids and district, as arrays in metres.

Everything is of one moment (as of a day, as known at an instant); whoever reads it chose that. Shapes are polygons or
multipolygons in the metric system. A check sees what is given and nothing else, so that the reader has to bring

- of every layer, all that comes within the tolerance of the outline (its box, widened by the tolerance);
- of each kind of zone of which nothing lies there, the nearest one, as far as a distance is to be told.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.crs import Geometries

__all__ = ["CITY_EMPTY", "City", "Classes", "Features", "Grids", "LandClass", "Parcels", "Zones"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Texts = NDArray[np.object_]
Shapes = Sequence[shapely.Geometry | None] | Geometries


def _objects(values: Sequence[object] | Geometries | None, count: int) -> NDArray[np.object_]:
    column = np.full(count, None, dtype=object)
    if values is not None:
        column[:] = values
    return column


class Features(NamedTuple):
    """n features of one layer; columns are arrays (n,) of objects, None where nothing is known.

    shape: metres. id: of the row; code, name: as stored; known_from: since when this version was known (an instant);
    valid_from: a day; edition: of which edition. None of these is computed with: they name the feature in the answer.

    >>> plots = Features.of("farmland", [shapely.box(0, 0, 9, 9)], code=["G-1"])
    >>> len(plots.shape), plots.take(np.array([0])).code[0], plots.name[0]
    (1, 'G-1', None)
    """

    layer: str
    shape: Geometries
    id: Texts
    code: Texts
    name: Texts
    known_from: Texts
    valid_from: Texts
    edition: Texts

    @classmethod
    def of(cls, layer: str, shapes: Shapes, **columns: Sequence[object]) -> Self:
        """Features of a layer from lists; columns not given are None."""
        return cls(layer, *(_objects(shapes if name == "shape" else columns.get(name), len(shapes))
                            for name in cls._fields[1:]))  # fmt: skip

    def take(self, index: Indices) -> Self:
        """The features at these places, in this order."""
        return self._replace(**{name: getattr(self, name)[index] for name in self._fields[1:]})


class Parcels(NamedTuple):
    """n land-class parcels (地类图斑). scheme and class_code: their class; ownership: state, collective or None.

    owner: the owning unit; deduct_ratio: (n,) share deducted for ridges, NaN where missing.

    >>> Parcels.of([shapely.box(0, 0, 9, 9)], class_code=["0101"]).scheme.tolist()
    ['sandiao']
    """

    features: Features
    scheme: Texts
    class_code: Texts
    ownership: Texts
    owner: Texts
    deduct_ratio: Floats

    @classmethod
    def of(cls, shapes: Shapes, **columns: Sequence[object]) -> Self:
        """Parcels from lists; scheme defaults to sandiao, deduct_ratio to NaN, the rest to None."""
        count = len(shapes)
        own = {name: columns.pop(name, None) for name in cls._fields[1:]}
        ratio = np.array([np.nan if each is None else each for each in _objects(own["deduct_ratio"], count)], float)
        return cls(
            Features.of("landuse", shapes, **columns),
            _objects(["sandiao"] * count if own["scheme"] is None else own["scheme"], count),
            _objects(own["class_code"], count),
            _objects(own["ownership"], count),
            _objects(own["owner"], count),
            ratio,
        )

    def take(self, index: Indices) -> Self:
        """The parcels at these places, in this order."""
        columns = {name: getattr(self, name)[index] for name in self._fields[1:]}
        return self._replace(features=self.features.take(index), **columns)

    def classes(self) -> list[tuple[str, str]]:
        """(n,) the scheme and code of each."""
        return list(zip(self.scheme.tolist(), self.class_code.tolist(), strict=True))


class Zones(NamedTuple):
    """n control zones (控制区): features of layer zone, each of a kind."""

    features: Features
    kind: Texts

    @classmethod
    def of(cls, shapes: Shapes, kind: Sequence[str], **columns: Sequence[object]) -> Self:
        """Zones from lists.

        >>> Zones.of([shapely.box(0, 0, 9, 9)], ["blue"]).kind.tolist()
        ['blue']
        """
        return cls(Features.of("zone", shapes, **columns), _objects(kind, len(shapes)))

    def take(self, index: Indices) -> Self:
        """The zones at these places, in this order."""
        return type(self)(self.features.take(index), self.kind[index])


class Grids(NamedTuple):
    """n cells of the grid tree, of any levels (street, village, unit …)."""

    features: Features
    level: Texts

    @classmethod
    def of(cls, shapes: Shapes, level: Sequence[str], **columns: Sequence[object]) -> Self:
        """Cells from lists.

        >>> Grids.of([shapely.box(0, 0, 9, 9)], ["village"], code=["420111081205"]).level.tolist()
        ['village']
        """
        return cls(Features.of("grid", shapes, **columns), _objects(level, len(shapes)))

    def take(self, index: Indices) -> Self:
        """The cells at these places, in this order."""
        return type(self)(self.features.take(index), self.level[index])


class LandClass(NamedTuple):
    """One class of a scheme. group: farm, built, unused, or None where the standard has none."""

    name: str
    group: str | None


class Classes(NamedTuple):
    """The schemes of land classes, and what a class of one is called in another: data, not code.

    schemes: id to title, in the order in which they are told. classes: by (scheme, code). cross: by (scheme, code,
    other scheme), the codes there that it may be: one is exact, several mean that more must be known, none is none.

    >>> found = Classes({"sandiao": "三调"}, {("sandiao", "01"): LandClass("耕地", "farm")}, {})
    >>> found.at("sandiao", "0101").name, found.into("sandiao", "0101", "sandiao")
    ('耕地', ('0101',))
    """

    schemes: Mapping[str, str]
    classes: Mapping[tuple[str, str], LandClass]
    cross: Mapping[tuple[str, str, str], tuple[str, ...]]

    def at(self, scheme: str, code: str) -> LandClass | None:
        """The class of a code, or of the longest beginning of it that is known; None for one of no kin."""
        return next((self.classes[scheme, code[:size]] for size in range(len(code), 1, -1)
                     if (scheme, code[:size]) in self.classes), None)  # fmt: skip

    def into(self, scheme: str, code: str, other: str) -> tuple[str, ...]:
        """The codes that a class may be in another scheme; itself in its own; none where nothing is known.

        A code finer than what the crosswalk lists (0101A) goes the way of the longest beginning of it that is listed.
        """
        if scheme == other:
            return (code,)
        return next((self.cross[scheme, code[:size], other] for size in range(len(code), 1, -1)
                     if (scheme, code[:size], other) in self.cross), ())  # fmt: skip


REGISTERS = frozenset({"street", "farmland", "project"})
"""What a check asks about beside parcels and zones: streets among the grids, plots and projects."""


class City(NamedTuple):
    """All that a check reads. zone_kinds: the kinds of zones there are data of, whether or not any is near.

    district: where the base data are to cover everything (the street), None where not known. registers: of which of
    REGISTERS there are data, whether or not any is near.
    """

    parcels: Parcels
    zones: Zones
    zone_kinds: frozenset[str]
    plots: Features
    projects: Features
    grids: Grids
    district: shapely.Geometry | None
    classes: Classes
    registers: frozenset[str] = REGISTERS


CITY_EMPTY = City(
    Parcels.of([]),
    Zones.of([], []),
    frozenset(),
    Features.of("farmland", []),
    Features.of("project", []),
    Grids.of([], []),
    None,
    Classes({}, {}, {}),
    frozenset(),
)
"""A city of which nothing is known."""

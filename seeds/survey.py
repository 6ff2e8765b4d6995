"""The land survey of the whole street: the villages' parcels, and those of its waters, roads and town.

All borders are noded once more on the grid of a centimetre, so that the survey is one coverage: what is left over
between two parcels goes to the neighbour with which it shares most border. Two gaps and two overlaps are put in on
purpose, as real surveys have them, and a few fields have no ratio of ridges.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from layers.crs import Geometries
from seeds.drawing import gridded, random
from seeds.lands import Parcel, Plot, places
from seeds.names import PLACES
from seeds.scene import Scene
from seeds.street import Cell, noded_faces, tiles

BLOCKS = 130
"""About as many blocks the town is divided into, beside what roads and borders divide."""
STATE_OWNER = {"water": "示例水域管理单位", "road": "示例道路管理单位", "town": "示例国有土地使用单位"}
WATER_CLASSES = {"yangtze": "1101", "river": "1101", "lake": "1102", "pond": "1104"}
TOWN_CLASSES = {
    "0701": 0.40, "05H1": 0.12, "08H2": 0.07, "0810": 0.07, "0601": 0.07, "08H1": 0.03, "0809": 0.03, "0508": 0.02,
    "1005": 0.02, "1201": 0.05, "0404": 0.05, "0301": 0.04, "0103": 0.03,
}  # fmt: skip
"""Classes of the blocks and how often each occurs; the last three are land that is not built on yet."""
UNBUILT = frozenset(("0404", "0301", "0103"))
LEAST_M2 = 200.0
"""The smallest piece of built-up land that the land survey maps."""
FAULTY = 100
"""Among so many of the largest fields the deliberate faults lie."""


RESURVEYED = date(2025, 12, 31)
"""The day of which the second survey tells: the standard time of the yearly survey of 2025."""
RECLAIMED = ("0204", "0404", "1104")
"""What a field was before it was reclaimed."""
BUILT = (("0103", "0701"), ("0103", "05H1"), ("0404", "0601"), ("0103", "0810"), ("0404", "08H2"))
"""What a block of the town was before, and what it was turned into."""


@dataclass(frozen=True)
class _Ground:
    """A piece of the street that is no village's parcel: what it is, where, and whose."""

    class_code: str
    owner_unit: str
    state_owned: bool
    shape: BaseGeometry


def survey(drawn: Scene, fields: Sequence[Parcel], scale: int) -> list[Parcel]:
    """Every parcel of the street, the villages' `fields` first and under their own codes.

    scale: how many times as many blocks of the town.
    """
    homes = [*drawn.level("community"), *drawn.level("village")]
    grounds = [*_waters(drawn, homes), *_roads(drawn, homes), *_town(drawn, scale)]
    shapes = _coverage([*(one.shape for one in fields), *(one.shape for one in grounds)], len(fields), homes)
    kept = [replace(one, shape=shape) for one, shape in zip(fields, shapes, strict=False)]
    made = _numbered(grounds, shapes[len(fields) :], homes, Counter(one.code[:12] for one in fields))
    return _with_faults(kept) + made


def _waters(drawn: Scene, homes: Sequence[Cell]) -> list[_Ground]:
    """Water surfaces by community and village; where a road crosses the river, the bridge is the road's."""
    streets = _paved(drawn)
    found = []
    for water in drawn.waters:
        surface = water.shape.buffer(water.width_m / 2).difference(streets) if water.width_m else water.shape
        for home in homes:
            wet = surface.intersection(home.shape)
            found.append(_Ground(WATER_CLASSES[water.kind], STATE_OWNER["water"], True, wet))
    return found


def _roads(drawn: Scene, homes: Sequence[Cell]) -> list[_Ground]:
    """Roads by community and village: roads of the town in communities, highways elsewhere."""
    lakes = shapely.union_all([water.shape for water in drawn.waters if not water.width_m])
    dry = _paved(drawn).difference(lakes)
    classes = ["1004" if home.level == "community" else "1003" for home in homes]
    return [
        _Ground(code, STATE_OWNER["road"], True, dry.intersection(home.shape))
        for code, home in zip(classes, homes, strict=True)
    ]


def _paved(drawn: Scene) -> BaseGeometry:
    return shapely.union_all([road.shape.buffer(road.width_m / 2) for road in drawn.roads])


def _town(drawn: Scene, scale: int) -> list[_Ground]:
    """The blocks between the town's roads, each of one class."""
    rng = random(42, scale)
    homes = drawn.level("community")
    land = shapely.difference(shapely.union_all([home.shape for home in homes]), drawn.taken, grid_size=0.01)
    borders = [shapely.boundary(home.shape) for home in homes]
    blocks = tiles(land, places(land, BLOCKS * scale, rng), borders, rng, 0.0)
    classes = rng.choice(list(TOWN_CLASSES), len(blocks), p=list(TOWN_CLASSES.values()))
    return [_block(str(code), block, homes) for code, block in zip(classes, blocks, strict=True)]


def _block(class_code: str, block: Polygon, homes: Sequence[Cell]) -> _Ground:
    if class_code in UNBUILT:
        home = next(home for home in homes if home.shape.contains(block.point_on_surface()))
        return _Ground(class_code, home.name, False, block)
    return _Ground(class_code, STATE_OWNER["town"], True, block)


def _coverage(shapes: Sequence[BaseGeometry], fields: int, homes: Sequence[Cell]) -> list[MultiPolygon]:
    """The shapes as one coverage of the homes: (n,) areas, some empty; what none has goes to a neighbour.

    fields: how many shapes, from the first, stay however small a piece of them is.
    """
    borders = [shapely.boundary(home.shape) for home in homes]
    found = noded_faces([*shapely.boundary(np.array(shapes, dtype=object)), *borders])
    spots = shapely.point_on_surface(found)
    home = _holder(spots, [one.shape for one in homes])
    found, spots, home = found[home >= 0], spots[home >= 0], home[home >= 0]
    owner = _holder(spots, shapes)
    owner[(owner >= fields) & (shapely.area(found) < LEAST_M2)] = -1
    owner = _joined(found, owner, home)
    return [_united(found[owner == number]) for number in range(len(shapes))]


def _holder(spots: Geometries, shapes: Sequence[BaseGeometry]) -> NDArray[np.int64]:
    """(n,) the first shape that contains each spot; -1 where none does."""
    spot, shape = shapely.STRtree(spots).query(np.array(shapes, dtype=object), "contains")[::-1]
    first = np.full(len(spots), len(shapes))
    np.minimum.at(first, spot, shape)
    return np.where(first == len(shapes), -1, first)


def _joined(found: Geometries, owner: NDArray[np.int64], home: NDArray[np.int64]) -> NDArray[np.int64]:
    """Owners of all faces: one without takes that of the neighbour in its home with which it shares most border."""
    left, right = shapely.STRtree(found).query(found[owner < 0], "touches")
    left = np.flatnonzero(owner < 0)[left]
    shared = shapely.length(shapely.intersection(shapely.boundary(found[left]), shapely.boundary(found[right])))
    joined = owner.copy()
    for _ in range(8):
        fit = (joined[left] < 0) & (joined[right] >= 0) & (home[left] == home[right]) & (shared > 0)
        order = np.flatnonzero(fit)[np.argsort(shared[fit], kind="stable")]
        joined[left[order]] = joined[right[order]]  # the longest comes last and stays
    return joined


def _united(parts: Geometries) -> MultiPolygon:
    whole = shapely.coverage_union_all(parts)
    return MultiPolygon([part for part in shapely.get_parts(whole) if isinstance(part, Polygon)])


def _numbered(
    grounds: Sequence[_Ground], shapes: Sequence[MultiPolygon], homes: Sequence[Cell], taken: Counter[str]
) -> list[Parcel]:
    """Parcels of one part each, numbered within their community or village after those that are there."""
    parts, ground = shapely.get_parts(np.array(shapes, dtype=object), return_index=True)
    home = _holder(shapely.point_on_surface(parts), [one.shape for one in homes])
    serial, made = taken.copy(), []
    for part, number, place in zip(parts, ground, home, strict=True):
        one, code = grounds[number], homes[place].code
        serial[code] += 1
        ratio = 0.08 if one.class_code.startswith("01") else None
        facts = (f"{code}{serial[code]:05}", one.class_code, one.owner_unit, one.state_owned, ratio, None)
        made.append(Parcel(*facts, MultiPolygon([part])))
    return made


def before(parcels: Sequence[Parcel], plots: Sequence[Plot]) -> dict[int, Parcel]:
    """What some parcels were until RESURVEYED, by their place: fields reclaimed since, and blocks built on since.

    The fields are those in which a plot's land class was changed or is cared for since; one became a greenhouse.
    """
    done = [plot.shape for plot in plots if plot.state in ("class_change", "aftercare")]
    at = shapely.STRtree([one.shape for one in parcels]).query(shapely.point_on_surface(np.array(done)), "within")[1]
    fields = sorted({int(place) for place in at if parcels[place].class_code.startswith("01")})
    was = {n: _was(parcels[n], RECLAIMED[turn % len(RECLAIMED)], "JKHF") for turn, n in enumerate(fields)}
    for old, new in BUILT:
        blocks = [n for n, one in enumerate(parcels) if one.class_code == new and one.owner_unit == STATE_OWNER["town"]]
        was |= {n: _taken(_was(parcels[n], old)) for n in blocks[5 : 5 + 2]}
    sheds = [n for n, one in enumerate(parcels) if one.class_code == "1202"]
    return was | {n: _was(parcels[n], "0103") for n in sheds[3:6]}


def _was(parcel: Parcel, class_code: str, recovery: str | None = None) -> Parcel:
    ratio = 0.08 if class_code.startswith("01") else None
    return replace(parcel, class_code=class_code, deduct_ratio=ratio, recovery=recovery)


def _taken(block: Parcel) -> Parcel:
    """A block before the state took it: its community's."""
    home = next(place for place in PLACES if place.code == block.code[:12])
    return replace(block, state_owned=False, owner_unit=home.name)


def _with_faults(fields: list[Parcel]) -> list[Parcel]:
    """The fields with what real surveys have: two gaps, two overlaps, and three fields without a ratio."""
    arable = [n for n, one in enumerate(fields) if one.class_code.startswith("01")]
    large = sorted(sorted(arable, key=lambda n: -fields[n].shape.area)[:FAULTY])
    chosen = [large[len(large) * share // 8] for share in range(1, 8)]
    faulty = list(fields)
    for number, change_m in zip(chosen, (-4.0, -2.5, 5.0, 0.3), strict=False):
        faulty[number] = replace(fields[number], shape=_shifted(fields, number, change_m))
    for number in chosen[4:]:
        faulty[number] = replace(fields[number], deduct_ratio=None)
    return faulty


def _shifted(fields: list[Parcel], number: int, by_m: float) -> MultiPolygon:
    """A field with its border to the neighbour with the longest one moved: outwards, an overlap; inwards, a gap."""
    own = fields[number].shape
    near = [one.shape for n, one in enumerate(fields) if n != number and one.shape.intersects(own)]
    other = max(near, key=lambda shape: shape.intersection(own).length)
    moved = own.union(own.buffer(by_m).intersection(other)) if by_m > 0 else own.difference(other.buffer(-by_m))
    kept = [part for part in shapely.get_parts(gridded(moved)[0]) if isinstance(part, Polygon) and part.area > 1]
    return MultiPolygon(kept)

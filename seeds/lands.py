"""The land of the villages: parcels by class, plots to reclaim, control zones."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from layers.crs import Coordinates, Geometries
from seeds.drawing import Random, curve, gridded, random
from seeds.names import PLACES
from seeds.street import Cell, tiles

MU_M2 = 2000 / 3
PARCELS = 380
LEAST_PARCEL_M2 = 600.0
"""The smallest patch that the land survey maps, for most classes."""

CLASSES = {
    "0101": "水田",
    "0103": "旱地",
    "0204": "其他园地",
    "0301": "乔木林地",
    "0404": "其他草地",
    "05H1": "商业服务业设施用地",
    "0508": "物流仓储用地",
    "0601": "工业用地",
    "0701": "城镇住宅用地",
    "0702": "农村宅基地",
    "08H1": "机关团体新闻出版用地",
    "08H2": "科教文卫用地",
    "0809": "公用设施用地",
    "0810": "公园与绿地",
    "1003": "公路用地",
    "1004": "城镇村道路用地",
    "1005": "交通服务场站用地",
    "1101": "河流水面",
    "1102": "湖泊水面",
    "1104": "坑塘水面",
    "1107": "沟渠",
    "1201": "空闲地",
    "1202": "设施农用地",
}
"""Working classes of the third land survey (TD/T 1055) that occur in the sample."""

STATES = (
    "aftercare", "class_change", "notice", "city_check", "county_check", "selfcheck", "sown", "works", "scheme",
    "register", "survey", "rework", "dropped",
)  # fmt: skip
"""The states of a plot, the furthest first, then the two off the path."""
DONE = frozenset(STATES[:7])
CROPS = ("油菜", "水稻", "小麦", "玉米", "红薯", "蔬菜")
SOURCES = ("年度变更调查", "卫片图斑", "自查摸底", "巡查发现")


@dataclass(frozen=True)
class Parcel:
    """A land-class parcel as drawn."""

    code: str
    class_code: str
    owner_unit: str
    state_owned: bool
    deduct_ratio: float | None
    recovery: str | None
    shape: MultiPolygon


@dataclass(frozen=True)
class Plot:
    """A plot to reclaim and replant as drawn."""

    code: str
    name: str
    village_code: str
    source: str
    recovery: str
    found_mu: float
    done_mu: float
    state: str
    deadline: date
    crop: str | None
    responsible: str
    shape: MultiPolygon


def parcels(villages: list[Cell], taken: BaseGeometry, wet: BaseGeometry, scale: int) -> list[Parcel]:
    """Several hundred parcels, times scale, that tile each village's land; slivers are left out.

    taken: what is no parcel, such as water and roads; wet: the waters, near which ponds and paddies lie.
    """
    rng = random(40, scale)
    land = shapely.difference(shapely.union_all([cell.shape for cell in villages]), taken, grid_size=0.01)
    borders = [shapely.boundary(cell.shape) for cell in villages]
    faces = tiles(land, places(land, PARCELS * scale, rng), borders, rng, 0.0 if scale > 8 else 0.05)
    # Many parcels are small ones: of those for benchmarks none but slivers are left out.
    faces = faces[shapely.area(faces) >= min(LEAST_PARCEL_M2, 0.1 * land.area / (PARCELS * scale))]
    village = shapely.STRtree([cell.shape for cell in villages]).query(shapely.point_on_surface(faces), "within")
    home = np.zeros(len(faces), dtype=int)
    home[village[0]] = village[1]
    classes = _classes(faces, wet, rng)
    serial = np.zeros(len(villages), dtype=int)
    made = []
    for face, number, class_code in zip(faces, home, classes, strict=True):
        serial[number] += 1
        made.append(_parcel(f"{villages[number].code}{serial[number]:05}", villages[number], class_code, face, rng))
    return made


def places(land: BaseGeometry, count: int, rng: Random) -> Coordinates:
    """About `count` places strewn over some land, (n, 2) metres."""
    west, south, east, north = land.bounds
    tries = int(count * (east - west) * (north - south) / land.area * 1.2)
    cloud = rng.uniform((west, south), (east, north), (tries, 2))
    shapely.prepare(land)
    return cloud[shapely.contains_xy(land, cloud[:, 0], cloud[:, 1])][:count]


def _classes(faces: Geometries, wet: BaseGeometry, rng: Random) -> NDArray[np.str_]:
    """Paddies and ponds near the water, woods in patches, homes and greenhouses here and there."""
    spot = shapely.get_coordinates(shapely.centroid(faces))
    wave = np.sin(spot[:, 0] / 700) + np.sin(spot[:, 1] / 560) + rng.normal(0, 0.5, len(faces))
    near = shapely.distance(shapely.points(spot), wet) < 170
    dice = rng.uniform(0, 1, len(faces))
    rules = [
        (near & (dice < 0.16), "1104"),
        (near & (dice < 0.22), "1107"),
        (dice > 0.95, "1202"),
        (dice > 0.85, "0702"),
        (wave > 1.05, "0301"),
        (wave > 0.75, "0404"),
        (wave > 0.45, "0204"),
        (wave < -0.55, "0103"),
    ]
    return np.select([rule for rule, _ in rules], [code for _, code in rules], default="0101")


def _parcel(code: str, village: Cell, class_code: str, face: Polygon, rng: Random) -> Parcel:
    arable = class_code.startswith("01")
    fallow = class_code in ("0204", "0404", "1104") and rng.uniform() < 0.4
    return Parcel(
        code=code,
        class_code=str(class_code),
        owner_unit=village.name,
        state_owned=bool(rng.uniform() < 0.12),
        deduct_ratio=round(float(rng.uniform(0.03, 0.12)), 4) if arable else None,
        recovery=("JKHF" if rng.uniform() < 0.6 else "GCHF") if fallow else None,
        shape=MultiPolygon([face]),
    )


def plots(parcels_of_sample: list[Parcel], count: int = 60) -> list[Plot]:
    """60 plots within single parcels, spread over the villages, every state among them."""
    rng = random(41)
    by_village: dict[str, list[Parcel]] = {}
    for parcel in parcels_of_sample:
        if parcel.class_code in ("0101", "0103", "0204", "0404") and parcel.shape.area > 18_000:
            by_village.setdefault(parcel.code[:12], []).append(parcel)
    villages = sorted(by_village)
    made: list[Plot] = []
    for turn in range(20 * count):
        home = by_village[villages[turn % len(villages)]]
        if home and len(made) < count:
            shape = _plot_shape(home.pop(int(rng.integers(len(home)))), rng)
            made.append(_plot(len(made), villages[turn % len(villages)], shape, rng))
    return made


def _plot_shape(parcel: Parcel, rng: Random) -> MultiPolygon:
    core = shapely.get_parts(parcel.shape.buffer(-10))
    heart = max(core, key=lambda part: part.area)
    spot = heart.point_on_surface()
    angle = np.linspace(0, 2 * np.pi, 10)[:-1]
    radius = rng.uniform(45, 125) * rng.uniform(0.7, 1.25, 9)
    rim = np.column_stack([spot.x + radius * np.cos(angle), spot.y + radius * np.sin(angle)])
    blob = Polygon(curve(rim, step_m=20, closed=True))
    piece = gridded(heart.intersection(blob))[0]
    return MultiPolygon([max(shapely.get_parts(piece), key=lambda part: part.area)])


def _plot(number: int, village_code: str, shape: MultiPolygon, rng: Random) -> Plot:
    state = STATES[(number * 5) % 13] if number < 26 else STATES[int(rng.choice(13, p=_LIKELY))]
    found = round(shape.area / MU_M2, 1)
    begun = round(found * float(rng.uniform(0.2, 0.7)), 1) if state in ("works", "rework") else 0.0
    village = next(place for place in PLACES if place.code == village_code)
    year, month, day = ((2024, 12, 31), (2025, 6, 30), (2025, 12, 31), (2026, 6, 30))[STATES.index(state) // 4]
    return Plot(
        code=f"GD{village_code[-3:]}{number + 1:03}",
        name=f"{village.name}{number + 1}号图斑",
        village_code=village_code,
        source=SOURCES[int(rng.integers(len(SOURCES)))],
        recovery="JKHF" if rng.uniform() < 0.65 else "GCHF",
        found_mu=found,
        done_mu=found if state in DONE else begun,
        state=state,
        deadline=date(year, month, day),
        crop=CROPS[int(rng.integers(len(CROPS)))] if state in DONE else None,
        responsible=f"示例责任人 {number % 13 + 1:02}",
        shape=shape,
    )


_LIKELY = np.array([5, 3, 4, 4, 4, 3, 5, 6, 3, 3, 3, 2, 1]) / 46


def targets(made: list[Plot]) -> list[tuple[str, int, float]]:
    """What each village owes: (village code, year, mu). 2024 was exceeded, as the work report says."""
    rows = []
    for code in sorted({plot.village_code for plot in made}):
        for year in (2024, 2025, 2026):
            due = [plot for plot in made if plot.village_code == code and plot.deadline.year == year]
            mu = sum(plot.done_mu for plot in due) * 0.9 if year == 2024 else sum(plot.found_mu for plot in due) * 0.95
            rows.append((code, year, round(mu, 1)))
    return rows

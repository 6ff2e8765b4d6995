"""Places to keep an eye on: outfalls, stakes, ponding points, leftover houses, compounds and the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from seeds.drawing import Points, Random, along, curve, gridded, metres, random, roughened
from seeds.names import PLACES
from seeds.roads import Road
from seeds.street import Cell

COMPOUNDS = ("橘园", "梅园", "竹园", "兰园", "棠园", "杏园", "春和", "红焰")
"""The 8 resettlement compounds of the sample; the report gives their number, their names are the communities'."""
RAILWAY: Points = [(4.6, 5.0), (6.5, 4.95), (8.4, 5.0), (10.2, 4.55), (11.6, 3.7), (13.4, 3.4)]
RAILWAY_STRIP_M = 12.0


@dataclass(frozen=True)
class Site:
    """One place as drawn."""

    code: str
    name: str
    kind: str
    grade: str | None
    note: str | None
    post_code: str | None
    shape: BaseGeometry


def sites(waters: dict[str, BaseGeometry], roads: list[Road], cells: list[Cell], dry: BaseGeometry) -> list[Site]:
    """All sites. waters: by name; dry: the land of the street clear of water and roads, where houses may stand."""
    rng = random(60)
    home = {cell.code: cell for cell in cells if cell.level in ("community", "village")}
    made = [
        *_outfalls(waters, dry, rng),
        *_stakes(waters, dry),
        *_on_roads(roads, rng),
        *_houses(home, dry, rng),
        *_compounds(home, dry, rng),
        *_spots(home, dry, rng),
    ]
    numbers = {kind: count(1) for kind in dict.fromkeys(site[0] for site in made)}
    return [_site(next(numbers[row[0]]), row) for row in made]


_Row = tuple[str, str, str | None, str | None, str | None, BaseGeometry]
"""Kind, name, grade, note, post code, shape."""
_PREFIX = {
    "outfall": "PK", "stake": "JZ", "ponding": "ZS", "leftover_house": "FW", "compound": "XQ", "vending": "TD",
    "railway_strip": "TL", "dumping": "ZT", "emergency": "YJ", "facility": "BM",
}  # fmt: skip


def _site(number: int, row: _Row) -> Site:
    kind, name, grade, note, post, shape = row
    return Site(f"{_PREFIX[kind]}{number:03}", f"{name} {number:02}", kind, grade, note, post, gridded(shape)[0])


def _shore(water: BaseGeometry) -> LineString:
    if isinstance(water, MultiLineString):
        return LineString(water.geoms[0])
    outer = max(shapely.get_parts(water), key=lambda part: part.area).exterior
    return LineString(shapely.normalize(outer).coords)


def _outfalls(waters: dict[str, BaseGeometry], dry: BaseGeometry, rng: Random) -> Iterable[_Row]:
    """Outfalls a few metres from the water, most of them in the street's part."""
    reach = dry.buffer(60)
    for name, number in (("严西湖", 9), ("严东湖", 9), ("花山河", 8), ("长江", 4)):
        shore, found = _shore(waters[name]), 0
        while found < number:
            spot = shore.interpolate(rng.uniform(0, shore.length))
            if reach.contains(spot):
                found += 1
                grade = ("Ⅰ", "Ⅱ", "Ⅲ")[int(rng.integers(3))]
                note = "雨水排口" if rng.uniform() < 0.7 else "雨污混接,待整治"
                yield "outfall", f"{name}排口", grade, note, None, spot


def _stakes(waters: dict[str, BaseGeometry], dry: BaseGeometry) -> Iterable[_Row]:
    """Blue-line stakes, one each 1.2 km of lake shore in the street."""
    reach = dry.buffer(60)
    for name in ("严西湖", "严东湖"):
        shore = _shore(waters[name].buffer(4))
        for at_m in np.arange(300, shore.length, 1200):
            if reach.contains(spot := shore.interpolate(at_m)):
                yield "stake", f"{name}蓝线界桩", None, None, None, spot


def _on_roads(roads: list[Road], rng: Random) -> Iterable[_Row]:
    for road in rng.choice(len(roads), 15, replace=False):
        spot = roads[road].shape.interpolate(rng.uniform(0.1, 0.9), normalized=True)
        yield "ponding", f"{roads[road].name}渍水点", ("一般", "重点")[int(rng.integers(2))], "暴雨时易积水", None, spot
    for road in (0, 1, 11, 14, 16):
        spot, heading = along(roads[road].shape, roads[road].shape.length * 0.45)
        aside = spot + 32 * np.array([-np.sin(heading), np.cos(heading)])
        corner = np.array([(-30, -9), (30, -9), (30, 9), (-30, 9)])
        turn = np.array([[np.cos(heading), np.sin(heading)], [-np.sin(heading), np.cos(heading)]])
        name = f"{roads[road].name}“地摊经济”示范点位"
        yield "vending", name, None, "17:00—22:00 可经营", None, Polygon(corner @ turn + aside)
    rail = LineString(curve(metres(RAILWAY), step_m=120)).buffer(RAILWAY_STRIP_M, cap_style="flat")
    yield "railway_strip", "铁路线路安全保护区", None, "示意线位,两侧各 12 米", None, rail


def _houses(home: dict[str, Cell], dry: BaseGeometry, rng: Random) -> Iterable[_Row]:
    """30 houses left after demolition, every fifth without anyone in charge."""
    villages = [place for place in PLACES if place.level == "village"]
    for number in range(30):
        place = villages[number % len(villages)]
        spot = _inside(home[place.code].shape.intersection(dry), rng)
        note = "管理主体不明" if number % 5 == 4 else f"管理主体:{place.name}"
        post = None if number % 5 == 4 else f"WGY-{place.digits}"
        grade = ("低", "中", "高")[int(rng.choice(3, p=[0.5, 0.3, 0.2]))]
        yield "leftover_house", f"{place.name}拆迁遗留房屋", grade, note, post, _box(spot, rng, (8, 14), (7, 11))


def _compounds(home: dict[str, Cell], dry: BaseGeometry, rng: Random) -> Iterable[_Row]:
    for name in COMPOUNDS:
        place = next(one for one in PLACES if name in one.name)
        free = home[place.code].shape.intersection(dry)
        block = max(shapely.get_parts(free.buffer(-40)), key=lambda part: part.area)
        spot = block.point_on_surface()
        shape = _box(spot, rng, (150, 210), (110, 150)).intersection(block)
        shape = max(shapely.get_parts(shape), key=lambda part: part.area)
        yield "compound", f"{name}还建小区", None, "2024 年房屋“体检”小区", f"WGY-{place.digits}", shape


def _spots(home: dict[str, Cell], dry: BaseGeometry, rng: Random) -> Iterable[_Row]:
    villages = [place for place in PLACES if place.level == "village"]
    towns = [place for place in PLACES if place.level == "community"]
    for place in villages[::2]:
        spot = _inside(home[place.code].shape.intersection(dry), rng)
        yield "dumping", f"{place.name}渣土倾倒易发点", "重点", "渣土占耕易发", f"WGY-{place.digits}", spot
    for place in towns:
        spot = _inside(home[place.code].shape.intersection(dry), rng)
        yield "emergency", f"{place.name}应急站", None, None, f"WGY-{place.digits}", spot
    for place in towns[:10]:
        spot = _inside(home[place.code].shape.intersection(dry), rng)
        yield "facility", f"{place.name}便民点位", None, "民生微实事", f"WGY-{place.digits}", spot


def _inside(area: BaseGeometry, rng: Random) -> Point:
    west, south, east, north = area.bounds
    while True:
        spot = Point(rng.uniform(west, east), rng.uniform(south, north))
        if area.contains(spot):
            return spot


def _box(spot: Point, rng: Random, half_width_m: tuple[float, float], half_depth_m: tuple[float, float]) -> Polygon:
    width, depth, turn = rng.uniform(*half_width_m), rng.uniform(*half_depth_m), rng.uniform(-0.6, 0.6)
    corners = np.array([(-width, -depth), (width, -depth), (width, depth), (width * 0.2, depth * 1.2), (-width, depth)])
    turned = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    ring = np.vstack([turned, turned[:1]]) + np.array([spot.x, spot.y])
    return Polygon(roughened(ring, rng, share=0.03, least_m=60) if width > 50 else ring)

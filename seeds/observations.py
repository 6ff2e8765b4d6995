"""What ninety days of patrols, hotline, drones, cameras and inspections found: where, what, and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from layers.crs import METRIC_DEFAULT, STORED, project
from seeds.drawing import Random, metres, random, stored
from seeds.names import PLACES
from seeds.patrols import DAYS, ZONE
from seeds.posts import post_at
from seeds.scene import Scene, scene, shoreline
from seeds.sites import RAILWAY
from seeds.track import Track

FROM_PATROLS = 22
AGAIN = 3
"""How often muck turns up at each of the places where it always does (屡禁屡发)."""
_SPHEROID = Geod(ellps="GRS80")

# What each crew's patrols find, by the letters of their codes: family, kind.
_BY_CREW: dict[str, tuple[tuple[str, str], ...]] = {
    "YX": (("bank_slope", "bank_litter"), ("water_quality", "floating_waste"), ("bank_slope", "bank_occupied")),
    "YD": (("bank_slope", "bank_litter"), ("water_quality", "sewage_outflow"), ("bank_slope", "stake_lost")),
    "HS": (("water_quality", "water_discoloured"), ("bank_slope", "bank_slump")),
    "CJ": (("bank_slope", "bank_litter"), ("forest", "forest_damaged")),
    "LD": (("environment", "road_dirty"), ("vending", "street_vending"), ("facility", "road_broken")),
    "QX": (("environment", "litter"), ("facility", "manhole")),
    "YE": (("fire", "ebike_indoors"), ("fire", "fire_lane_blocked"), ("order", "lighting_out")),
    "CH": (("water_quality", "floating_waste"), ("water_quality", "algae")),
    "FJ": (("water_quality", "floating_waste"), ("bank_slope", "bank_occupied")),
}
_ANYWHERE = (("environment", "litter"),)
_TOWN = (
    ("hotline", "ponding", "road_ponding"), ("hotline", "house", "house_leak"), ("hotline", "environment", "litter"),
    ("hotline", "order", "access_broken"), ("hotline", "house", "facade_loose"),
    ("hotline", "fire", "fire_lane_blocked"),
    ("inspection", "fire", "detector_missing"), ("inspection", "environment", "waste_unsorted"),
    ("inspection", "building", "illegal_building"), ("hotline", "ponding", "inlet_blocked"),
    ("hotline", "order", "lighting_out"),
)  # fmt: skip
_ROADSIDE = (
    ("camera", "vending", "street_vending"), ("camera", "ponding", "road_ponding"), ("camera", "environment", "litter"),
    ("camera", "fire", "open_burning"), ("hotline", "facility", "manhole"), ("camera", "vending", "street_vending"),
)  # fmt: skip
_VILLAGE = (
    ("inspection", "house", "house_unsafe"), ("drone", "farmland", "farmland_piled"),
    ("drone", "building", "illegal_building"), ("inspection", "farmland", "farmland_idle"),
    ("drone", "fire", "open_burning"), ("inspection", "house", "house_unsafe"),
)  # fmt: skip


@dataclass(frozen=True)
class _Find:
    """One thing found: its sort and source, where in metres, when, near what, and who would answer for it."""

    source: str
    family: str
    kind: str
    spot: Point
    found_at: datetime
    place: str
    post_code: str
    patrol_code: str | None = None


def observations(today: date, walked: Iterable[Track]) -> gpd.GeoDataFrame:
    """The observations of the 90 days before `today`, oldest first, with the columns of their table; in STORED.

    walked: the patrols of those days, on whose tracks some of them lie. The same for the same arguments.
    """
    rng, drawn = random(80), scene()
    clean = [track for track in walked if track.note is None]
    found = [
        *_on_patrols(clean, rng),
        *_in_cells(drawn, "community", _TOWN, today, rng),
        *_in_cells(drawn, "village", _VILLAGE, today, rng),
        *_by_roads(drawn, today, rng),
        *_by_the_railway(today, rng),
        *_again_and_again(drawn, today, rng),
    ]
    found.sort(key=lambda one: one.found_at)
    rows = [_row(number, one, today, rng) for number, one in enumerate(found, start=1)]
    frame = pd.DataFrame(rows)
    frame["geom"] = stored([one.spot for one in found])
    return gpd.GeoDataFrame(frame, geometry="geom", crs=STORED)


def _on_patrols(clean: Sequence[Track], rng: Random) -> Iterable[_Find]:
    """One on each of some patrols, within sight of where the crew was at that time."""
    step = max(1, len(clean) // FROM_PATROLS)
    for number, track in enumerate(clean[::step][:FROM_PATROLS]):
        sorts = _BY_CREW.get(track.code[:2], _ANYWHERE)
        family, kind = sorts[number % len(sorts)]
        fix = int(len(track.times_s) * rng.uniform(0.2, 0.8))
        lon, lat, _ = _SPHEROID.fwd(track.lon[fix], track.lat[fix], rng.uniform(0, 360), rng.uniform(2, 14))
        yield _Find(
            "drone" if track.mode == "drone" else "patrol",
            family,
            kind,
            project(np.array([Point(lon, lat)], dtype=object), STORED, METRIC_DEFAULT)[0],
            datetime.fromtimestamp(round(track.times_s[fix]), UTC),
            f"{track.crew_name}途中",
            track.post or "WGY-001",
            track.code,
        )


def _in_cells(
    drawn: Scene, level: str, sorts: Sequence[tuple[str, str, str]], today: date, rng: Random
) -> Iterable[_Find]:
    """One of each sort, each in another community or village, on dry land."""
    home = {cell.code: cell.shape for cell in drawn.level(level)}
    places = [place for place in PLACES if place.level == level]
    for number, (source, family, kind) in enumerate(sorts):
        place = places[(number * 3) % len(places)]
        spot = _inside(home[place.code].intersection(drawn.dry), rng)
        yield _Find(source, family, kind, spot, _some_time(today, rng), f"{place.name}内", f"WGY-{place.digits}")


def _by_roads(drawn: Scene, today: date, rng: Random) -> Iterable[_Find]:
    for number, (source, family, kind) in enumerate(_ROADSIDE):
        road = int(rng.integers(len(drawn.roads)))
        spot = drawn.roads[road].shape.interpolate(rng.uniform(0.1, 0.9), normalized=True)
        place, chief = f"{drawn.roads[road].name}路边", f"LZ-{road // 2 + 1:02}"
        yield _Find(source, family, kind, spot, _some_time(today, rng, hour=8 + number * 2), place, chief)


def _by_the_railway(today: date, rng: Random) -> Iterable[_Find]:
    rail = LineString(metres(RAILWAY))
    for share, kind in ((0.3, "rail_piled"), (0.7, "rail_fence_broken")):
        spot = rail.interpolate(share, normalized=True)
        yield _Find("inspection", "railway", kind, spot, _some_time(today, rng), "铁路沿线", "WGY-205")


def _again_and_again(drawn: Scene, today: date, rng: Random) -> Iterable[_Find]:
    """Muck on farmland at the same three places, each time within a few metres; and litter on one bank."""
    home = {cell.code: cell.shape for cell in drawn.level("village")}
    villages = [place for place in PLACES if place.level == "village"][1:6:2]
    spots = [(_inside(home[one.code].intersection(drawn.dry), rng), one.name, f"WGY-{one.digits}") for one in villages]
    for number, (spot, name, post) in enumerate(spots):
        for turn in range(AGAIN):
            again = Point(spot.x + rng.normal(0, 4), spot.y + rng.normal(0, 4))
            when = _on_day(today, DAYS - 6 - number * 4 - turn * 27, 21.5 + turn * 0.5)
            yield _Find(("camera", "hotline", "drone")[turn], "farmland", "muck_dumped", again, when, name, post)
    shore = shoreline(drawn.water("严东湖"), 0)
    bank = shore.interpolate(0.4, normalized=True)
    for turn in range(AGAIN):
        again = Point(bank.x + rng.normal(0, 3), bank.y + rng.normal(0, 3))
        when = _on_day(today, 70 - turn * 30, 9.5)
        post = post_at("YDH-岸1", 0.4) or "WGY-209"
        yield _Find("hotline", "bank_slope", "bank_litter", again, when, "严东湖岸边", post)


def _inside(area: BaseGeometry, rng: Random) -> Point:
    west, south, east, north = area.bounds
    while True:
        spot = Point(rng.uniform(west, east), rng.uniform(south, north))
        if area.contains(spot):
            return spot


def _some_time(today: date, rng: Random, hour: float | None = None) -> datetime:
    return _on_day(today, int(rng.integers(1, DAYS)), rng.uniform(7.5, 20) if hour is None else hour)


def _on_day(today: date, days_ago: int, hour: float) -> datetime:
    day = today - timedelta(days=days_ago)
    moment = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(minutes=round(hour * 60))
    return moment.astimezone(UTC)


def _row(number: int, one: _Find, today: date, rng: Random) -> dict[str, object]:
    return {
        "code": f"SL-FX-{number:03}",
        "name": f"示例发现 {number:03}",
        "family": one.family,
        "kind": one.kind,
        "grade": str(rng.choice(["general", "major", "urgent"], p=[0.7, 0.22, 0.08])),
        "source": one.source,
        "found_at": one.found_at,
        "place": one.place,
        "note": "示例,非真实情况",
        "reporter": None if one.source in ("hotline", "camera") else "示例发现人",
        "patrol_code": one.patrol_code,
        **_fate(one, today, rng),
        "provenance": "synthetic",
        "valid_from": one.found_at.astimezone(ZONE).date(),
    }


def _fate(one: _Find, today: date, rng: Random) -> dict[str, object]:
    """What came of it: most of what is old is settled, what is new is open, and some is handed over and late."""
    start = datetime(today.year, today.month, today.day, tzinfo=ZONE).astimezone(UTC)
    age_days = (start - one.found_at) / timedelta(days=1)
    due_at = one.found_at + timedelta(days=int(rng.choice([1, 3, 7, 15])))
    settled_at = one.found_at + timedelta(hours=float(round(rng.uniform(2, 24 * 9), 1)))
    draw = rng.uniform()
    if settled_at < start and draw < 0.66:
        return _standing("settled", one.post_code, due_at, settled_at, "示例办结人")
    if age_days < 14 or draw > 0.86:
        return _standing("open")
    return _standing("handed", one.post_code, due_at if draw < 0.76 else start + timedelta(days=5))


def _standing(state: str, *told: object) -> dict[str, object]:
    """post_code, due_at, settled_at, settled_by, as far as the state has them."""
    columns = ("post_code", "due_at", "settled_at", "settled_by")
    return {"state": state, **dict.fromkeys(columns), **dict(zip(columns, told, strict=False))}

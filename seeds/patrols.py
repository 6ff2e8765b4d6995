"""Ninety days of patrols: who went where, when, and what the phones made of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from layers.crs import DEVICE, METRIC_DEFAULT, Coordinates, transformer
from seeds.drawing import Random, metres, random
from seeds.faults import FAULTS, HURRY, LATER
from seeds.posts import post_at
from seeds.track import Track
from seeds.ways import bank_ways, drive, stretch, walk_round

Floats = NDArray[np.float64]

DAYS = 90
ZONE = timezone(timedelta(hours=8))
TOWN_KM = (9.2, 8.2)
BANKS = {"严西湖": "YXH-岸1", "严东湖": "YDH-岸1", "花山河": "HSH-左1", "花山河左": "HSH-左1", "花山河右": "HSH-右1"}
"""The bank beside each way; shares of a way are about those of its bank."""


@dataclass(frozen=True)
class Stretch:
    """A part of a way that a crew goes along: shares of its length, how often, and in which of the 90 days."""

    way: str
    first: float
    last: float
    outings: int
    days: tuple[int, int] = (0, DAYS)
    post: str | None = None

    @property
    def for_post(self) -> str | None:
        """The post that answers for it: as stated, or the chief of the reach in its middle."""
        return self.post or post_at(BANKS.get(self.way.split("-")[0], ""), (self.first + self.last) / 2)


@dataclass(frozen=True)
class Crew:
    """Who goes out together: with what, when, how fast, and which faults befall which of their outings."""

    letters: str
    name: str
    mode: str
    speed_mps: float
    every_s: float
    hours: tuple[float, float]
    datums: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    accuracy_m: float | None = 6.0
    faults: tuple[tuple[int, str], ...] = ()

    def code(self, copy: int) -> str:
        """The code of a crew like this one; copy: 0 for the first."""
        return f"{self.letters}{copy:02}"

    def called(self, copy: int) -> str:
        """The name of a crew like this one."""
        return self.name if copy == 0 else f"{self.name}{copy + 1}"

    def device(self, copy: int, number: int) -> str:
        """The code of one of its devices; number: from 0, the place of its datum among `datums`."""
        return f"示例-{self.code(copy)}-{number + 1}"

    @property
    def post(self) -> str | None:
        """The post that all of its outings are for; None where they are for several."""
        first, *others = {goes.for_post for goes in self.stretches}
        return None if others else first


ROADS = "道路"
CREWS = (
    Crew("YX", "严西湖步巡组", "foot", 1.3, 10, (8.0, 15.5), ("wgs84", "gcj02"), (
        Stretch("严西湖", 0.02, 0.075, 12),
        Stretch("严西湖", 0.07, 0.13, 5, (10, 80)),
        Stretch("严西湖", 0.14, 0.20, 4, (0, 50)),
        Stretch("严西湖", 0.22, 0.28, 9),
        Stretch("严西湖", 0.28, 0.34, 3, (5, 40)),
        Stretch("严西湖", 0.38, 0.43, 4, (30, 75)),
        Stretch("严西湖", 0.52, 0.58, 2, (0, 25)),
        Stretch("严西湖", 0.80, 0.86, 3, (20, 70)),
    ), faults=((3, "spikes"), (8, "gap"), (13, "drive_by"), (17, "repeats"), (21, "undeclared"), (30, "replayed"))),
    Crew("YD", "严东湖步巡组", "foot", 1.2, 12, (7.5, 15.0), ("gcj02", "wgs84"), (
        Stretch("严东湖", 0.00, 0.10, 9),
        Stretch("严东湖", 0.10, 0.20, 4, (0, 60)),
        Stretch("严东湖", 0.24, 0.33, 3, (40, 85)),
        Stretch("严东湖", 0.40, 0.50, 3, (0, 35)),
        Stretch("严东湖", 0.62, 0.72, 6, (5, 88)),
        Stretch("严东湖", 0.85, 0.96, 12),
    ), accuracy_m=None, faults=((2, "gap"), (7, "left_lying"), (12, "spikes"), (19, "resent"), (24, "clock"))),
    Crew("HS", "花山河巡河组", "foot", 1.3, 9, (8.5, 16.0), ("wgs84", "gcj02"), (
        Stretch("花山河左", 0.03, 0.55, 9),
        Stretch("花山河左", 0.55, 0.97, 3, (0, 45)),
        Stretch("花山河右", 0.05, 0.50, 7, (0, 82)),
        Stretch("花山河右", 0.50, 0.80, 2, (0, 20)),
    ), faults=((5, "spikes"), (11, "ride_by"))),
    Crew("CJ", "长江巡堤组", "bicycle", 4.0, 8, (8.0, 14.0), ("wgs84",), (
        Stretch("长江右", 0.10, 0.55, 10, post="HZ-CJ-1"),
        Stretch("长江右", 0.55, 0.85, 5, (0, 65), "HZ-CJ-2"),
    ), faults=((4, "gap"), (9, "repeats"))),
    Crew("LD", "道路车巡组", "car", 9.0, 7, (8.5, 16.0), ("gcj02",), (
        Stretch(ROADS, 14_000, 20_000, 40, post="LZ-01"),
    ), accuracy_m=5.0, faults=((6, "spikes"), (15, "gap"), (22, "left_lying"))),
    Crew("QX", "街面骑巡组", "bicycle", 3.8, 8, (9.0, 15.0), ("wgs84",), (
        Stretch(ROADS, 7_000, 11_000, 16, (0, 78), "LZ-05"),
    ), faults=((5, "spikes"),)),
    Crew("YE", "鸣锣夜巡组", "foot", 1.15, 10, (19.2, 20.6), ("wgs84", "gcj02"), (
        Stretch("夜巡", 3_200, 5_200, 22, post="WGY-005"),
    ), accuracy_m=9.0, faults=((6, "gap"),)),
    Crew("CH", "湖面船巡组", "boat", 3.4, 11, (8.0, 14.0), ("wgs84",), (
        Stretch("严西湖-船", 0.05, 0.22, 6, (0, 85)),
        Stretch("严西湖-船", 0.60, 0.78, 3, (10, 60)),
        Stretch("严东湖-船", 0.30, 0.62, 5, (0, 55)),
    )),
    Crew("FJ", "无人机飞巡组", "drone", 9.0, 5, (9.0, 15.5), ("wgs84",), (
        Stretch("严西湖-飞", 0.42, 0.56, 4, (10, 70)),
        Stretch("严东湖-飞", 0.20, 0.45, 4, (0, 80)),
        Stretch("花山河-飞", 0.00, 1.00, 6),
    ), accuracy_m=2.0),
)  # fmt: skip


@dataclass(frozen=True)
class Outing:
    """One outing as planned: its crew, its number with that crew, its stretch, and the day counted from the first."""

    crew: Crew
    number: int
    goes: Stretch
    day: int
    copy: int
    device: int


def tracks(today: date, scale: int = 1) -> Iterator[Track]:
    """The tracks of the 90 days before `today`, day by day; scale times as many crews go out.

    Positions are WGS84; one whose `sent_in` is another datum is to be shifted to it before it is handed in.
    """
    for outing in _outings(scale):
        yield from _as_recorded(outing, today)


def _outings(scale: int) -> list[Outing]:
    planned = []
    for index, crew in enumerate(CREWS):
        for copy in range(scale):
            rng = random(70, index, copy)
            days = [(int(rng.integers(*goes.days)), goes) for goes in crew.stretches for _ in range(goes.outings)]
            days.sort(key=lambda pair: pair[0])
            busy: set[int] = set()
            for number, (drawn, goes) in enumerate(days, start=1):
                # No crew is in two places at once, unless a fault says so: it goes out once a day.
                day = next(day for day in _days_from(drawn, goes.days) if day not in busy)
                busy.add(day)
                planned.append(Outing(crew, number, goes, day, copy, number % len(crew.datums)))
    return sorted(planned, key=lambda outing: (outing.day, outing.crew.letters, outing.copy, outing.number))


def _days_from(day: int, days: tuple[int, int]) -> Iterator[int]:
    """The days of a stretch from one on, and then from its first."""
    first, after = days
    yield from range(day, after)
    yield from range(first, day)


def _as_recorded(outing: Outing, today: date) -> Iterator[Track]:
    crew = outing.crew
    rng = random(71, CREWS.index(crew), outing.copy, outing.number)
    fault = dict(crew.faults).get(outing.number) if outing.copy == 0 else None
    track = _recorded(outing, today, rng, hurry=HURRY.get(fault or "", 1.0))
    if fault in LATER:
        yield track
        yield LATER[fault](track, rng)
    elif fault is not None:
        yield FAULTS[fault](track, rng)
    else:
        yield track


def _recorded(outing: Outing, today: date, rng: Random, *, hurry: float) -> Track:
    crew = outing.crew
    path = _path(outing, rng)
    clock, at_m = _progress(path.length, crew.speed_mps * hurry, crew.every_s, rng)
    places = _shaken(shapely.get_coordinates(shapely.line_interpolate_point(path, at_m)), crew.accuracy_m or 6.0, rng)
    lon, lat = transformer(METRIC_DEFAULT, DEVICE).transform(places[:, 0], places[:, 1])
    datum = crew.datums[outing.device]
    return Track(
        code=f"{crew.code(outing.copy)}-{outing.number:03}",
        device=crew.device(outing.copy, outing.device),
        crew=crew.code(outing.copy),
        crew_name=crew.called(outing.copy),
        post=outing.goes.for_post,
        mode=crew.mode,
        datum=datum,
        sent_in=datum,
        times_s=_start_s(outing, today, rng) + clock,
        lon=np.round(lon, 7),
        lat=np.round(lat, 7),
        accuracy_m=_accuracy(crew.accuracy_m, len(clock), rng),
        note=None,
    )


def _path(outing: Outing, rng: Random) -> LineString:
    goes = outing.goes
    if goes.way == ROADS:
        return drive(rng, rng.uniform(goes.first, goes.last))
    if goes.way == "夜巡":
        return walk_round(rng, rng.uniform(goes.first, goes.last), tuple(metres([TOWN_KM])[0]), 900)
    slack = (goes.last - goes.first) * 0.12
    first, last = goes.first + rng.uniform(-0.3, 1) * slack, goes.last - rng.uniform(0, 1) * slack
    way = stretch(bank_ways()[goes.way], max(first, 0), last)
    return way.reverse() if rng.uniform() < 0.5 else way


def _progress(length_m: float, speed_mps: float, every_s: float, rng: Random) -> tuple[Floats, Floats]:
    """Seconds since the start and metres gone for each fix, with a stop now and then."""
    count = int(length_m / (speed_mps * every_s) * 1.3) + 4
    step_s = np.round(np.clip(rng.normal(every_s, every_s * 0.15, count), 2, 20))
    pace = speed_mps * rng.lognormal(-0.02, 0.16, count) * np.where(rng.uniform(size=count) < 0.03, 0.05, 1.0)
    at_m = np.concatenate([[0.0], np.cumsum(step_s * pace)])
    clock = np.concatenate([[0.0], np.cumsum(step_s)])
    kept = at_m <= length_m
    return clock[kept], at_m[kept]


def _shaken(places: Coordinates, accuracy_m: float, rng: Random) -> Coordinates:
    """Positions with a receiver's error, which wanders rather than jumps."""
    kernel = 0.85 ** np.arange(24)
    kernel *= accuracy_m * 0.45 / np.sqrt((kernel**2).sum())
    drift = rng.normal(0, 1, (len(places) + 23, 2))
    wander = np.column_stack([np.convolve(drift[:, axis], kernel, "valid") for axis in (0, 1)])
    return np.asarray(places + wander)


def _accuracy(typical_m: float | None, count: int, rng: Random) -> NDArray[np.float64]:
    return np.full(count, np.nan) if typical_m is None else np.round(typical_m * rng.lognormal(0, 0.25, count), 1)


def _start_s(outing: Outing, today: date, rng: Random) -> float:
    """When an outing starts, in Unix seconds: in its crew's hours, on a day before `today`."""
    day = today - timedelta(days=DAYS - outing.day)
    early, late = outing.crew.hours
    hour = early + (late - early) * ((outing.number * 0.37) % 1 * 0.8 + rng.uniform(0, 0.2))
    start = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(seconds=round(hour * 3600))
    return start.astimezone(UTC).timestamp()

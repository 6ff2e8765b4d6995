"""What is new and storable in a batch of fixes: told by each fix alone, and by what is stored of its device.

Nothing is said here of spikes and legs: that takes a whole outing, and is worked out after the fixes are safe
(api.patrols.rework).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.patrols.sent_again import sent_again
from api.sightings.copying import microseconds
from api.sightings.targets import City
from api.tracks.track import Floats, RawTrack
from geo.tracks.cleaning import INEXACT_M, REASONS
from geo.tracks.datum import to_wgs84
from layers import query
from layers.crs import Bounds

SAME_DEG = 1e-7
"""Positions this close, about 1 cm, are one: files round differently."""
FAR_S = 1e12
"""Further from 1970 than any time: 30,000 years."""
MOST_M = 1e9
"""A larger error is stored as this: it is as inexact, and a number that the database can keep."""
_CODE = {reason: np.int8(code) for code, reason in enumerate(REASONS)}
_STORABLE = [_CODE[""], _CODE["outside"], _CODE["inexact"]]
"""Fixes that are kept as they came: those that have a place and a time."""
NEVER_IN_FORCE = frozenset({"outside", "inexact"})
"""A stored fix left out for one of these was never believed, and gives way to one that can be."""
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Examined:
    """A batch of n fixes of one device, examined.

    lon, lat: (n,) WGS84 as declared. accuracy_m: (n,) float32 as reported, NaN where that can be none.
    time_us: (n,) microseconds since 1970. reason: (n,) int8 into REASONS, 0 for what is new and may be believed.
    new: indices of the fixes to be stored; replacing: of those that take the place of a stored one that was never in
    force; beside: of those to be kept beside the one in force. disordered: how many came after a later one.
    swapped: whether none lies inside the bounds, but would with longitude and latitude exchanged. erased: codes of the
    erased patrols that some of them belonged to.
    """

    device: str
    time_us: Indices
    lon: Floats
    lat: Floats
    accuracy_m: NDArray[np.float32]
    reason: NDArray[np.int8]
    new: Indices
    replacing: Indices
    beside: Indices
    disordered: int
    swapped: bool
    erased: tuple[str, ...] = ()

    @property
    def adds(self) -> bool:
        """Whether there is anything to be stored."""
        return bool(len(self.new) or len(self.replacing) or len(self.beside))

    @property
    def outside(self) -> bool:
        """Whether there are positions, and none of them lies inside the bounds."""
        reason = self.reason
        return bool((reason == _CODE["outside"]).any() and np.isin(reason, _NO_PLACE).all())

    @property
    def left_out(self) -> dict[str, int]:
        """How many fixes were left out, by reason."""
        return counted(self.reason)

    @property
    def not_stored(self) -> dict[str, int]:
        """How many fixes are not stored as the patrol's own, by reason."""
        own = np.zeros(len(self.reason), dtype=bool)
        own[self.new], own[self.replacing] = True, True
        return counted(self.reason[~own])

    @property
    def period_s(self) -> tuple[float, float]:
        """First and last time of the fixes believed, or of all that are stored; NaN where there are none."""
        stored = np.concatenate([self.new, self.replacing])
        kept = stored[self.reason[stored] == 0]
        times = self.time_us[kept if len(kept) else np.append(stored, self.beside)]
        return (float(times.min() / 1e6), float(times.max() / 1e6)) if len(times) else (np.nan, np.nan)


_NO_PLACE = [_CODE["outside"], _CODE["not_finite"], _CODE["future"], _CODE["prehistoric"]]


def counted(reason: NDArray[np.int8]) -> dict[str, int]:
    """How many there are of each reason but 'kept'.

    >>> counted(np.array([0, 2, 2], dtype=np.int8))
    {'outside': 2}
    """
    counts = np.bincount(reason, minlength=len(REASONS))
    return {name: int(counts[code]) for code, name in enumerate(REASONS) if code and counts[code]}


def examine(
    connection: Connection, track: RawTrack, device: str, datum: str, *, city: City, period_s: tuple[float, float]
) -> Examined:
    """The batch as it can be told by itself, the deployment's bounds and what is stored of its device.

    datum: as declared. period_s: the earliest and latest time believed.
    """
    lon, lat = to_wgs84(track.lon, track.lat, datum)
    time_s = np.clip(track.time_s, -FAR_S, FAR_S)
    accuracy_m = _accuracy_m(track.accuracy_m)
    reason = _told_alone((lon, lat), time_s, accuracy_m, (city.bounds, period_s))
    time_us = microseconds(np.where(reason == _CODE["not_finite"], 0.0, time_s))
    storable = np.flatnonzero(np.isin(reason, _STORABLE))
    disordered = int((np.maximum.accumulate(time_us[storable])[:-1] > time_us[storable][1:]).sum())
    swapped = bool(_within(lat, lon, city.bounds).any())
    batch = _Batch(time_us, np.column_stack([lon, lat, track.lon, track.lat]), reason)
    storable, erased = _without_erased(connection, device, storable, batch)
    new, replacing, others = _against_stored(connection, device, _first_of_each_time(storable, batch), batch)
    return Examined(device, time_us, lon, lat, accuracy_m, reason, new, replacing, others, disordered, swapped, erased)


def _accuracy_m(reported_m: Floats) -> NDArray[np.float32]:
    return np.where(reported_m >= 0, np.minimum(reported_m, MOST_M), np.nan).astype(np.float32)


def _told_alone(
    place: tuple[Floats, Floats],
    time_s: Floats,
    accuracy_m: NDArray[np.float32],
    believed: tuple[Bounds, tuple[float, float]],
) -> NDArray[np.int8]:
    """Each fix's reason as far as it can be told from the fix alone; the same as geo.tracks.cleaning says."""
    (lon, lat), (bounds, period_s) = place, believed
    reason = np.zeros(len(time_s), dtype=np.int8)
    reason[accuracy_m > INEXACT_M] = _CODE["inexact"]
    reason[~_within(lon, lat, bounds)] = _CODE["outside"]
    reason[time_s > period_s[1]] = _CODE["future"]
    reason[time_s < period_s[0]] = _CODE["prehistoric"]
    reason[~(np.isfinite(lon) & np.isfinite(lat) & np.isfinite(time_s))] = _CODE["not_finite"]
    return reason


def _within(lon: Floats, lat: Floats, bounds: Bounds) -> Flags:
    return (lon >= bounds.west) & (lon <= bounds.east) & (lat >= bounds.south) & (lat <= bounds.north)


class _Batch(NamedTuple):
    """n fixes: times, places in WGS84 and as they came (n, 4), and reasons, which are told as they are found."""

    time_us: Indices
    places: Floats
    reason: NDArray[np.int8]


def _without_erased(
    connection: Connection, device: str, storable: Indices, batch: _Batch
) -> tuple[Indices, tuple[str, ...]]:
    """Those that were not erased before, and codes of the patrols that the others belonged to; the reasons are told."""
    again = sent_again(connection, device, batch.time_us[storable])
    if not again.which.any():
        return storable, ()
    batch.reason[storable[again.which]] = _CODE["erased"]
    left = storable[~again.which]
    # What comes along with them and may not be believed makes no patrol of its own.
    return left if (batch.reason[left] == 0).any() else left[:0], again.patrols


def _first_of_each_time(storable: Indices, batch: _Batch) -> tuple[Indices, Indices]:
    """Of fixes of one time the first that may be believed, and those that contradict it; the reasons are told."""
    time_us, places, reason = batch
    times = time_us[storable]
    if (times[1:] > times[:-1]).all():
        return storable, np.empty(0, dtype=np.int64)
    order = storable[np.lexsort((storable, reason[storable] != 0, times))]
    first = np.append(True, np.diff(time_us[order]) > 0) if len(order) else np.zeros(0, dtype=bool)
    holder = order[first][np.cumsum(first) - 1]
    same = (places[order, 2:] == places[holder, 2:]).all(axis=1)
    reason[order[~first & same]] = _CODE["repeated"]
    reason[order[~first & ~same]] = _CODE["conflict"]
    return np.sort(order[first]), np.sort(order[~first & ~same])


def _against_stored(
    connection: Connection, device: str, found: tuple[Indices, Indices], batch: _Batch
) -> tuple[Indices, Indices, Indices]:
    """Which fixes are new, which take another's place, and which are kept beside one; the reasons are told."""
    (new, beside), nobody = found, np.empty(0, dtype=np.int64)
    if not len(new):
        return new, nobody, beside
    times = batch.time_us[new]
    ends = {"start_us": int(times.min()), "end_us": int(times.max())}
    if not query.value(connection, "patrol/fix_near", None, device=device, **ends):
        return new, nobody, beside
    held = _held(connection, device, times)
    free = np.array([us not in held for us in times.tolist()], dtype=bool)
    late = np.array([us in held for us in batch.time_us[beside].tolist()], dtype=bool)
    replacing, others = _contradicting(np.append(new[~free], beside[late]), held, batch)
    return new[free], replacing, np.append(others, beside[~late])


class _Stored(NamedTuple):
    """A stored fix: its place in WGS84 and as it came, why it is left out, whether it stands beside one in force."""

    place: tuple[float, ...]
    left_out: str | None
    beside: bool


def _held(connection: Connection, device: str, times: Indices) -> dict[int, list[_Stored]]:
    """What is stored of a device at these times."""
    held: dict[int, list[_Stored]] = {}
    for row in query.rows(connection, "patrol/fix_taken", None, device=device, times_us=times.tolist()):
        place = (row["lon"], row["lat"], row["lon_raw"], row["lat_raw"])
        held.setdefault(row["time_us"], []).append(_Stored(place, row["left_out"], row["beside"]))
    return held


def _contradicting(fixes: Indices, held: Mapping[int, Sequence[_Stored]], batch: _Batch) -> tuple[Indices, Indices]:
    """Of fixes whose times are stored: which take another's place, and which are kept beside one."""
    replacing, others = [], []
    for fix in fixes.tolist():
        there = held[int(batch.time_us[fix])]
        if batch.reason[fix] == 0 and any(not one.beside and one.left_out in NEVER_IN_FORCE for one in there):
            replacing.append(fix)
        elif any(_same(batch.places[fix], one.place) for one in there):
            batch.reason[fix] = _CODE["repeated"]
        else:
            batch.reason[fix] = _CODE["conflict"]
            others.append(fix)
    return np.array(replacing, dtype=np.int64), np.array(others, dtype=np.int64)


def _same(fix: Floats, place: tuple[float, ...]) -> bool:
    """Whether a fix lies where a stored one does: on the ground, or as both came."""
    # As plain floats: a position may be any number, and further apart than any number can say is apart, too.
    lon, lat, lon_raw, lat_raw = fix.tolist()
    ground = abs(lon - place[0]) <= SAME_DEG and abs(lat - place[1]) <= SAME_DEG
    return bool(ground or (abs(lon_raw - place[2]) <= SAME_DEG and abs(lat_raw - place[3]) <= SAME_DEG))

"""What is new and believable in a track: its fixes against those stored, cleaned into legs, in metres."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.patrols.copying import microseconds
from api.patrols.targets import City
from api.patrols.track import Floats, RawTrack
from geo.coverage.sightings import Track
from geo.tracks.cleaning import REASONS, Cleaned, Mode, clean
from geo.tracks.datum import to_wgs84
from layers import query
from layers.crs import STORED, Bounds, transformer

SAME_DEG = 1e-7
"""Positions this close, about 1 cm, are one: files round differently."""
FAR_S = 1e12
"""Further from 1970 than any time: 30,000 years."""
MOST_M = 1e9
"""What is larger is no accuracy, nor a number that the database can keep."""
STORED_REASONS = [REASONS.index(name) for name in ("", "outside", "inexact", "spike", "alone")]
"""Of fixes that are kept as they came: those that have a place and a time."""
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Examined:
    """A track of n fixes, examined.

    lon, lat: (n,) WGS84 as far as it is known. accuracy_m: (n,) as reported, NaN where that can be no accuracy.
    reason: (n,) int8 into REASONS. new: indices of the fixes to be stored; conflicts: of those to be kept beside the
    ones in force. legs: indices of each leg's fixes; a fix that was stored before is in one only beside a new one, so
    that nothing is lost between them. metric: the legs in metres.
    """

    device: str
    time_s: Floats
    lon: Floats
    lat: Floats
    accuracy_m: Floats
    reason: NDArray[np.int8]
    new: Indices
    conflicts: Indices
    legs: list[Indices]
    metric: Track
    disordered: int

    @property
    def adds(self) -> bool:
        """Whether there is anything to be stored."""
        return bool(len(self.new) or len(self.conflicts))

    @property
    def kept(self) -> int:
        """How many fixes are new and believed."""
        return int((self.reason == 0).sum())

    @property
    def left_out(self) -> dict[str, int]:
        """How many fixes were left out, by reason."""
        counts = np.bincount(self.reason, minlength=len(REASONS))
        return {name: int(counts[code]) for code, name in enumerate(REASONS) if code and counts[code]}

    @property
    def period_s(self) -> tuple[float, float]:
        """First and last time of the fixes believed, or of all that are stored; NaN where there are none."""
        kept = np.flatnonzero(self.reason == 0)
        times = self.time_s[kept if len(kept) else np.append(self.new, self.conflicts)]
        return (float(times.min()), float(times.max())) if len(times) else (np.nan, np.nan)

    def leg_lengths_m(self) -> Floats:
        """How long each leg is; 0 for a disc."""
        starts, x, y = self.metric.starts, self.metric.x, self.metric.y
        gone_m = np.append(0.0, np.cumsum(np.hypot(np.diff(x), np.diff(y)))) if len(x) else np.zeros(1)
        return np.asarray(gone_m[starts[1:] - 1] - gone_m[starts[:-1]])


def examine(
    connection: Connection,
    track: RawTrack,
    device: str,
    declared: tuple[str, Mode],
    city: City,
    period_s: tuple[float, float],
) -> Examined:
    """The track as it can be told by itself, the deployment's bounds and what is stored of its device.

    declared: its datum and mode. period_s: the earliest and latest time believed.
    """
    datum, mode = declared
    lon, lat = to_wgs84(track.lon, track.lat, datum)
    time_s = np.asarray(np.round(np.clip(track.time_s, -FAR_S, FAR_S), 6), dtype=np.float64)
    x, y, inside = _metric(lon, lat, city)
    # To a tenth of a millimetre: what is finer is no number that the database can keep either.
    shown_m = np.round(np.clip(track.accuracy_m, 0, MOST_M), 4)
    reported_m = np.where((track.accuracy_m >= 0) & (track.accuracy_m <= MOST_M), shown_m, np.nan)
    here = _stored(connection, device, time_s, lon, lat, period_s)
    # What contradicts a stored fix has no say in the cleaning: the time is taken.
    free = np.flatnonzero(~here.other)
    cleaned = clean(
        x[free],
        y[free],
        time_s[free],
        mode,
        inside=inside[free],
        accuracy_m=track.accuracy_m[free],
        earliest_s=period_s[0],
        latest_s=period_s[1],
    )
    reason = np.full(len(time_s), REASONS.index("conflict"), dtype=np.int8)
    reason[free] = cleaned.reason
    legs = _new_legs(cleaned, free, ~here.same)
    storable = np.isin(reason, STORED_REASONS)
    reason[here.same & storable] = REASONS.index("repeated")
    storable &= ~here.same
    return Examined(
        device=device,
        time_s=time_s,
        lon=lon,
        lat=lat,
        accuracy_m=reported_m,
        reason=reason,
        new=_first_of_each_time(np.flatnonzero(storable), time_s, reason),
        conflicts=np.flatnonzero(reason == REASONS.index("conflict")),
        legs=legs,
        metric=_track(legs, x, y, time_s, assumed(reported_m, mode)),
        disordered=cleaned.disordered,
    )


@dataclass(frozen=True)
class _Here:
    """Which fixes have a time that is stored: with the same position, or with another."""

    same: Flags
    other: Flags


def _stored(
    connection: Connection, device: str, time_s: Floats, lon: Floats, lat: Floats, period_s: tuple[float, float]
) -> _Here:
    nothing = np.zeros(len(time_s), dtype=bool)
    believed = np.flatnonzero((time_s >= period_s[0]) & (time_s <= period_s[1]) & np.isfinite(lon) & np.isfinite(lat))
    if not len(believed):
        return _Here(nothing, nothing)
    start_s, end_s = float(time_s[believed].min()), float(time_s[believed].max())
    rows = query.rows(connection, "patrol/fix_stored", None, device=device, start_s=start_s, end_s=end_s)
    if not rows:
        return _Here(nothing, nothing)
    stored_us = np.array([row["time_us"] for row in rows])
    at = np.clip(np.searchsorted(stored_us, microseconds(time_s[believed])), 0, len(rows) - 1)
    taken = stored_us[at] == microseconds(time_s[believed])
    places = np.array([(row["lon"], row["lat"]) for row in rows])[at]
    with np.errstate(over="ignore"):
        close = (np.abs(places - np.column_stack([lon, lat])[believed]) <= SAME_DEG).all(axis=1)
    same, other = nothing.copy(), nothing.copy()
    same[believed], other[believed] = taken & close, taken & ~close
    return _Here(same, other)


def _metric(lon: Floats, lat: Floats, city: City) -> tuple[Floats, Floats, Flags]:
    """The positions in metres, and which lie inside the bounds; what does not, or is no position, lies anywhere."""
    inside = _within(lon, lat, city.bounds)
    x, y = np.where(np.isfinite(lon) & np.isfinite(lat), 0.0, np.nan), np.zeros(len(lon))
    x[inside], y[inside] = transformer(STORED, city.metric_crs).transform(lon[inside], lat[inside])
    return x, y, inside


def _within(lon: Floats, lat: Floats, bounds: Bounds) -> Flags:
    return (lon >= bounds.west) & (lon <= bounds.east) & (lat >= bounds.south) & (lat <= bounds.north)


def assumed(reported_m: Floats, mode: Mode) -> Floats:
    """The reported accuracy, or the mode's: some phones write 0 for what they do not know."""
    return np.where(reported_m > 0, reported_m, mode.accuracy_m)


def _new_legs(cleaned: Cleaned, free: Indices, new: Flags) -> list[Indices]:
    """The legs as far as they are new, each with the stored fix before and after it."""
    order = free[cleaned.order]
    fresh = new[order]
    joined = np.ones(max(len(order) - 1, 0), dtype=bool)
    joined[cleaned.starts[1:-1] - 1] = False
    # Two stored fixes side by side were joined before: their step is no news.
    parted = ~(joined & (fresh[:-1] | fresh[1:]))
    pieces = np.split(np.arange(len(order)), np.flatnonzero(parted) + 1)
    return [order[piece] for piece in pieces if fresh[piece].any()]


def _first_of_each_time(found: Indices, time_s: Floats, reason: NDArray[np.int8]) -> Indices:
    """The fixes to be stored: one for each time, the one that is kept before any that is not."""
    order = found[np.lexsort((reason[found] != 0, time_s[found]))]
    first = np.append(True, np.diff(time_s[order]) > 0) if len(order) else np.zeros(0, dtype=bool)
    return np.sort(order[first])


def _track(legs: list[Indices], x: Floats, y: Floats, time_s: Floats, accuracy_m: Floats) -> Track:
    fixes = np.concatenate(legs) if legs else np.empty(0, dtype=np.int64)
    starts = np.cumsum([0, *map(len, legs)])
    return Track(x[fixes], y[fixes], time_s[fixes], accuracy_m[fixes], starts)

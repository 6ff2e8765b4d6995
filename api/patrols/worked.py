"""A patrol's stored fixes, and the patrol as they tell it: what of it is believed, in metres, in legs."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.examine import Flags, Indices
from api.sightings.copying import fetch_binary
from api.sightings.targets import City
from api.tracks.track import Floats, assumed
from geo.coverage.sightings import Track
from geo.tracks.cleaning import MODES, REASONS, Cleaned, Mode, clean
from geo.tracks.datum import Datum
from layers.crs import STORED, transformer

_FIX_TYPES = (">i8", ">f8", ">f8", ">f8", ">i4", ">i4", ">f8", ">f8", ">i4", ">f8")
DATUMS = tuple(str(datum) for datum in Datum)
"""As `StoredFixes.datum` counts them, from 0."""


@dataclass(frozen=True)
class StoredFixes:
    """n stored fixes of a device, in order of time.

    time_us: (n,) microseconds since 1970; lon, lat: (n,) WGS84 degrees; accuracy_m: (n,) as reported, NaN for none;
    own: (n,) whether they are the patrol's; reason: (n,) into REASONS, why each was left out so far; lon_raw, lat_raw:
    (n,) degrees as they came; datum: (n,) into DATUMS, by which they were converted; received_s: (n,) when each came
    in, Unix seconds, NaN where nobody knows.
    """

    time_us: Indices
    lon: Floats
    lat: Floats
    accuracy_m: Floats
    own: Flags
    reason: NDArray[np.int8]
    lon_raw: Floats
    lat_raw: Floats
    datum: Indices
    received_s: Floats


@dataclass(frozen=True)
class Worked:
    """A patrol as its fixes tell it.

    x, y: (n,) metres. reason: (n,) into REASONS. legs: indices of each leg's fixes, each with at least one of the
    patrol's own; a fix of an earlier patrol is in one only beside an own one, so that nothing is lost between them.
    """

    fixes: StoredFixes
    mode: Mode
    device_m: float | None
    x: Floats
    y: Floats
    reason: NDArray[np.int8]
    legs: list[Indices]

    @cached_property
    def track(self) -> Track:
        """The legs, one after another, in metres."""
        at = np.concatenate(self.legs) if self.legs else np.empty(0, dtype=np.int64)
        accuracy_m = assumed(self.fixes.accuracy_m[at], self.mode, self.device_m)
        starts = np.cumsum([0, *map(len, self.legs)])
        return Track(self.x[at], self.y[at], self.fixes.time_us[at] / 1e6, accuracy_m, starts)

    @cached_property
    def leg_lengths_m(self) -> Floats:
        """How long each leg is; 0 for a disc."""
        starts, x, y = self.track.starts, self.track.x, self.track.y
        gone_m = np.append(0.0, np.cumsum(np.hypot(np.diff(x), np.diff(y)))) if len(x) else np.zeros(1)
        return np.asarray(gone_m[starts[1:] - 1] - gone_m[starts[:-1]])

    @property
    def leg_worst_m(self) -> Floats:
        """The worst accuracy that a fix of each leg reported, as the database keeps it; 0 where none did."""
        reported_m = (np.nan_to_num(self.fixes.accuracy_m[leg]) for leg in self.legs)
        return np.array([own.max(initial=0.0) for own in reported_m]).astype(np.float32).astype(np.float64)

    @property
    def period_s(self) -> tuple[float, float]:
        """First and last time of the own fixes that are believed; of all of them, where none is."""
        own = self.fixes.own
        kept = own & (self.reason == 0)
        times = self.fixes.time_us[kept if kept.any() else own]
        return float(times[0] / 1e6), float(times[-1] / 1e6)


def read_fixes(connection: Connection, patrol_id: int, patrol: RowMapping) -> StoredFixes:
    """The patrol's own fixes, and those of its device that adjoin; patrol: a row of patrol/rework_patrol."""
    time_us, lon, lat, accuracy_m, own, reason, lon_raw, lat_raw, datum, received_s = fetch_binary(
        connection,
        "patrol/rework_fixes",
        _FIX_TYPES,
        patrol_id=patrol_id,
        device=patrol["device"],
        first=patrol["first"],
        last=patrol["last"],
        gap_s=MODES[patrol["mode"]].max_gap_s,
        reasons=list(REASONS),
        datums=list(DATUMS),
    )
    # The database keeps a short float, and 4.7 is 4.7, not the nearest short float to it.
    accuracy_m = np.where(np.isnan(accuracy_m), np.nan, np.round(accuracy_m, 4))
    reasons, datums = (reason - 1).astype(np.int8), datum.astype(np.int64) - 1
    return StoredFixes(time_us, lon, lat, accuracy_m, own == 1, reasons, lon_raw, lat_raw, datums, received_s)


def work_out(fixes: StoredFixes, patrol: RowMapping, city: City) -> Worked:
    """The patrol as its fixes tell it: cleaned, and in legs. patrol: a row of patrol/rework_patrol."""
    mode = MODES[patrol["mode"]]
    inside = (fixes.lon >= city.bounds.west) & (fixes.lon <= city.bounds.east)
    inside &= (fixes.lat >= city.bounds.south) & (fixes.lat <= city.bounds.north)
    # What lies outside the bounds need not have metres at all; it is left out wherever it lies.
    x, y = np.where(np.isnan(fixes.lon), np.nan, 0.0), np.zeros(len(fixes.lon))
    x[inside], y[inside] = transformer(STORED, city.metric_crs).transform(fixes.lon[inside], fixes.lat[inside])
    cleaned = clean(x, y, fixes.time_us / 1e6, mode, inside=inside, accuracy_m=fixes.accuracy_m)
    legs = _own_legs(cleaned, fixes.own)
    return Worked(fixes, mode, patrol["device_accuracy_m"], x, y, cleaned.reason, legs)


def _own_legs(cleaned: Cleaned, own: Flags) -> list[Indices]:
    """The legs as far as they are the patrol's own, each with the earlier patrol's fix before and after it."""
    order = cleaned.order
    fresh = own[order]
    joined = np.ones(max(len(order) - 1, 0), dtype=bool)
    joined[cleaned.starts[1:-1] - 1] = False
    parted = ~(joined & (fresh[:-1] | fresh[1:]))
    pieces = np.split(np.arange(len(order)), np.flatnonzero(parted) + 1)
    return [order[piece] for piece in pieces if fresh[piece].any()]

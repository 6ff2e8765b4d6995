"""Working a patrol out, from its raw fixes as they are stored: the one way from positions to what was seen.

`rework` is a line of steps, each of which takes what the step before found:

    read      the patrol's own fixes, and those of its device that adjoin and belong to earlier patrols
    clean     which of them to believe, and why not the others            geo.tracks.cleaning
    legs      the unbroken pieces that are the patrol's own
    account   reasons, legs, times, length and counts written where they differ
    sight     what the legs saw of every line, at every stored reach and bound
    renew     sightings superseded and inserted where they differ
    refresh   what was last seen when, of the targets of which something changed

A verdict on the datum belongs between read and clean; sightings of areas and points, and flags, after legs: they need
the same `Worked`. Doing it twice changes nothing. It serves fixes that have just come in, late ones, and recomputing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.copying import fetch_binary
from api.patrols.examine import Flags, Indices, assumed, counted
from api.patrols.reaches import stored_reaches
from api.patrols.sighting import Seen, refresh_last_seen, renew_sightings, sight_lines
from api.patrols.store import shapes, write_legs
from api.patrols.targets import City, Target, Targets, read_city
from api.patrols.track import Floats
from geo.coverage.sightings import Track
from geo.tracks.cleaning import MODES, REASONS, Cleaned, Mode, clean
from layers import query
from layers.crs import STORED, transformer
from layers.errors import NotFound

_FIX_TYPES = (">i8", ">f8", ">f8", ">f8", ">i4", ">i4")


@dataclass(frozen=True)
class Surroundings:
    """What patrols worked out at once share: the deployment, the lines that may be seen, the stored reaches."""

    city: City
    targets: list[Target]
    reaches_m: tuple[float, ...]

    @classmethod
    def read(cls, connection: Connection, targets: Targets) -> "Surroundings":
        """What there is today."""
        city = read_city(connection)
        return cls(city, targets.read(connection, city), stored_reaches(connection))


@dataclass(frozen=True)
class StoredFixes:
    """n stored fixes of a device, in order of time.

    time_us: (n,) microseconds since 1970; lon, lat: (n,) WGS84 degrees; accuracy_m: (n,) as reported, NaN for none;
    own: (n,) whether they are the patrol's; reason: (n,) into REASONS, why each was left out so far.
    """

    time_us: Indices
    lon: Floats
    lat: Floats
    accuracy_m: Floats
    own: Flags
    reason: NDArray[np.int8]


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
    def period_s(self) -> tuple[float, float]:
        """First and last time of the own fixes that are believed; of all of them, where none is."""
        own = self.fixes.own
        kept = own & (self.reason == 0)
        times = self.fixes.time_us[kept if kept.any() else own]
        return float(times[0] / 1e6), float(times[-1] / 1e6)


@dataclass(frozen=True)
class Reworked:
    """What became of a patrol. changed: codes of targets of which the sightings changed, by layer."""

    fixes_read: int
    fixes_kept: int
    left_out: dict[str, int]
    legs: int
    length_m: float
    started_at: datetime | None
    ended_at: datetime | None
    seen: tuple[Seen, ...] = ()
    changed: dict[str, set[str]] = field(default_factory=dict)


def rework(connection: Connection, patrol_id: int, around: Surroundings, *, refresh: bool = True) -> Reworked | None:
    """Work one patrol out, in the caller's transaction; None where no fix of its own is stored: then nothing changes.

    refresh: whether to work out anew what was last seen when; if not, the caller does, for what `changed` names.
    """
    query.execute(connection, "patrol/rework_lock", None, patrol_id=patrol_id)
    patrol = _read_patrol(connection, patrol_id)
    if patrol["first"] is None:
        # Erased, or never there: what was seen is kept as it is.
        query.execute(connection, "patrol/rework_counts", None, patrol_id=patrol_id)
        return None
    worked = work_out(_read_fixes(connection, patrol_id, patrol), patrol, around.city)
    reworked = _account(connection, patrol_id, patrol, worked)
    found, seen = sight_lines(worked.track, around.targets, around.reaches_m)
    changed = renew_sightings(connection, patrol_id, found, (around.targets, around.reaches_m))
    if refresh:
        refresh_changed(connection, changed)
    return Reworked(**{**vars(reworked), "seen": tuple(seen), "changed": changed})


def refresh_changed(connection: Connection, changed: dict[str, set[str]]) -> None:
    """Work out anew what was last seen when of these targets, in the order in which everybody's locks are taken."""
    for layer in sorted(changed):
        refresh_last_seen(connection, layer, changed[layer])


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


def _read_patrol(connection: Connection, patrol_id: int) -> RowMapping:
    found = query.rows(connection, "patrol/rework_patrol", None, patrol_id=patrol_id)
    if not found:
        raise NotFound(f"没有编号为 {patrol_id} 的巡查:它可能已被删除。")
    return found[0]


def _read_fixes(connection: Connection, patrol_id: int, patrol: RowMapping) -> StoredFixes:
    time_us, lon, lat, accuracy_m, own, reason = fetch_binary(
        connection,
        "patrol/rework_fixes",
        _FIX_TYPES,
        patrol_id=patrol_id,
        device=patrol["device"],
        first=patrol["first"],
        last=patrol["last"],
        gap_s=MODES[patrol["mode"]].max_gap_s,
        reasons=list(REASONS),
    )
    # The database keeps a short float, and 4.7 is 4.7, not the nearest short float to it.
    accuracy_m = np.where(np.isnan(accuracy_m), np.nan, np.round(accuracy_m, 4))
    return StoredFixes(time_us, lon, lat, accuracy_m, own == 1, (reason - 1).astype(np.int8))


def _own_legs(cleaned: Cleaned, own: Flags) -> list[Indices]:
    """The legs as far as they are the patrol's own, each with the earlier patrol's fix before and after it."""
    order = cleaned.order
    fresh = own[order]
    joined = np.ones(max(len(order) - 1, 0), dtype=bool)
    joined[cleaned.starts[1:-1] - 1] = False
    parted = ~(joined & (fresh[:-1] | fresh[1:]))
    pieces = np.split(np.arange(len(order)), np.flatnonzero(parted) + 1)
    return [order[piece] for piece in pieces if fresh[piece].any()]


def _account(connection: Connection, patrol_id: int, patrol: RowMapping, worked: Worked) -> Reworked:
    """Write down what the patrol is, where it differs from what is stored."""
    _write_reasons(connection, patrol, worked)
    _renew_legs(connection, patrol_id, worked)
    own = worked.fixes.own
    left_out = dict(patrol["not_stored"])
    for reason, count in counted(worked.reason[own]).items():
        left_out[reason] = left_out.get(reason, 0) + count
    start_s, end_s = worked.period_s
    told = Reworked(
        fixes_read=int(own.sum()) + sum(patrol["not_stored"].values()),
        fixes_kept=int((worked.reason[own] == 0).sum()),
        left_out={reason: left_out[reason] for reason in REASONS if left_out.get(reason)},
        legs=len(worked.legs),
        length_m=float(worked.leg_lengths_m.sum()),
        started_at=datetime.fromtimestamp(start_s, UTC),
        ended_at=datetime.fromtimestamp(end_s, UTC),
    )
    columns = {"start_s": start_s, "end_s": end_s, "left_out": json.dumps(told.left_out), "length_m": told.length_m}
    counts = {"fixes_read": told.fixes_read, "fixes_kept": told.fixes_kept}
    query.execute(connection, "patrol/rework_note", None, patrol_id=patrol_id, **columns, **counts)
    return told


def _write_reasons(connection: Connection, patrol: RowMapping, worked: Worked) -> None:
    other = np.flatnonzero(worked.fixes.own & (worked.reason != worked.fixes.reason))
    if len(other):
        query.execute(
            connection,
            "patrol/rework_reasons",
            None,
            device=patrol["device"],
            first=patrol["first"],
            last=patrol["last"],
            times_us=worked.fixes.time_us[other].tolist(),
            reasons=[REASONS[code] for code in worked.reason[other]],
        )


def _renew_legs(connection: Connection, patrol_id: int, worked: Worked) -> None:
    fixes = worked.fixes
    places = [np.column_stack([fixes.lon[leg], fixes.lat[leg]]) for leg in worked.legs]
    times_s = [fixes.time_us[leg] / 1e6 for leg in worked.legs]
    stored = query.rows(connection, "patrol/rework_legs", None, patrol_id=patrol_id)
    if _same_legs(stored, places, times_s):
        return
    if stored:
        query.execute(connection, "patrol/rework_forget_legs", None, patrol_id=patrol_id)
    write_legs(connection, patrol_id, places, times_s, lengths_m=worked.leg_lengths_m)


def _same_legs(stored: Sequence[RowMapping], places: list[Floats], times_s: list[Floats]) -> bool:
    if len(stored) != len(places):
        return False
    if not places:
        return True
    drawn = shapely.to_wkb(shapes(places))
    return all(
        bytes(row["geom"]) == line and row["times_s"] == times.tolist()
        for row, line, times in zip(stored, drawn, times_s, strict=True)
    )

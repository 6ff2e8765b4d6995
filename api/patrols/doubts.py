"""What makes a patrol doubtful: raised by itself and by holding it against others, written down where it differs.

A patrol that comes in late may make an earlier one doubtful: of the two at once in different places both are flagged,
whichever came in first. Of a track handed in twice the later in time is flagged; and where the one that is earlier in
time came in after the other, both are, for either may be the copy. Nobody says that drones may not fly one way twice.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.worked import Worked
from api.sightings.copying import fetch_binary
from api.sightings.targets import City
from api.tracks.track import assumed
from geo.tracks.cleaning import MODES, REASONS
from geo.tracks.honesty.clock import clock_wrong
from geo.tracks.honesty.course import Course, packed, unpacked
from geo.tracks.honesty.drive_by import drive_bys
from geo.tracks.honesty.flags import Fixes, Flag
from geo.tracks.honesty.interleaved import interleaved
from geo.tracks.honesty.left_lying import left_lying
from geo.tracks.honesty.replay import replayed_at
from geo.tracks.honesty.trace import Trace, likely_lags, trace_of
from geo.tracks.honesty.two_places import two_places
from layers import query
from layers.crs import STORED, transformer

CREW_APART_M = 500.0
"""The members of a crew may walk this far apart, one on either bank."""
NEVER_REPLAYED = frozenset({"drone"})
"""An autopilot flies the same way at the same pace, as it should."""
HELD_AGAINST, WITHIN_DAYS = 500, 366
"""How many tracks along the same way each is held against, and how far in time they may lie from it."""
_TELLING = [REASONS.index(reason) for reason in ("", "alone")]
_SPIKES = [REASONS.index("spike")]
_FIX_TYPES = (">i8", ">f8", ">f8", ">f8")


class Doubt(NamedTuple):
    """One piece of one flag as it is stored: on whom, held against whom, from and to in microseconds, evidence."""

    patrol_id: int
    other_id: int | None
    kind: str
    from_us: int
    to_us: int
    evidence: str


class _Outing(NamedTuple):
    """The patrol in hand: its number, device, crew and mode, and its fixes that doubts are raised from."""

    patrol_id: int
    device: str
    crew: str | None
    mode: str
    fixes: Fixes

    @property
    def ends_s(self) -> dict[str, float]:
        """From when to when it was out."""
        return {"start_s": float(self.fixes.time_s[0]), "end_s": float(self.fixes.time_s[-1])}


def raise_flags(connection: Connection, patrol_id: int, patrol: RowMapping, worked: Worked, city: City) -> int:
    """Make the flags on a patrol, and those on others held against it, what they should be; how many stand on it.

    patrol: a row of patrol/rework_patrol. The same again changes nothing. A flag that rests on another patrol whose
    fixes were erased stays.
    """
    query.execute(connection, "patrol/doubts_lock")
    standing = query.rows(connection, "patrol/doubts_standing", None, patrol_id=patrol_id)
    also = [_counterpart(row, patrol_id) for row in standing if row["other_id"] is not None and row["held"]]
    fixes, received_s = _told(worked, _TELLING)
    here = _Outing(patrol_id, patrol["device"], patrol["crew"], patrol["mode"], fixes)
    alone = [*_alone(here, received_s), *interleaved(fixes, _told(worked, _SPIKES)[0], here.mode)]
    found = list(_stored(patrol_id, None, alone))
    if len(fixes):
        found += _in_two_places(connection, here, also, city)
        found += _replays(connection, here, also, city)
    _renew(connection, [row for row in standing if row["held"]], found)
    return sum(doubt.patrol_id == patrol_id for doubt in found)


def _told(worked: Worked, reasons: list[int]) -> tuple[Fixes, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """The own fixes that cleaning left out for one of these reasons (0: kept), and when each came in."""
    stored = worked.fixes
    told = np.flatnonzero(stored.own & np.isin(worked.reason, reasons))
    accuracy_m = assumed(stored.accuracy_m[told], worked.mode, worked.device_m)
    return Fixes(worked.x[told], worked.y[told], stored.time_us[told] / 1e6, accuracy_m), stored.received_s[told]


def _alone(here: _Outing, received_s: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[Flag]:
    """What can be told by the patrol itself."""
    came = np.lexsort((here.fixes.time_s, received_s))
    clock = clock_wrong(here.fixes.take(came), received_s[came])
    return [*drive_bys(here.fixes, here.mode), *left_lying(here.fixes), *clock]


def _in_two_places(connection: Connection, here: _Outing, also: Sequence[int], city: City) -> Iterator[Doubt]:
    """Both of any two patrols of one device or crew that nobody can have made both."""
    rows = query.rows(
        connection,
        "patrol/doubts_beside",
        None,
        patrol_id=here.patrol_id,
        device=here.device,
        crew=here.crew,
        also=list(also),
        **here.ends_s,
    )
    for row in rows:
        other, fixes = int(row["patrol_id"]), _fixes_of(connection, row, city)
        apart_m = 0.0 if row["same_device"] else CREW_APART_M
        yield from _stored(here.patrol_id, other, two_places(here.fixes, fixes, apart_m=apart_m))
        yield from _stored(other, here.patrol_id, two_places(fixes, here.fixes, apart_m=apart_m))


def _replays(connection: Connection, here: _Outing, also: Sequence[int], city: City) -> Iterator[Doubt]:
    """The patrol as a replay of others, and others as replays of it."""
    if here.mode in NEVER_REPLAYED:
        return
    for row, lags_s in _worth_a_look(connection, here, also):
        other = int(row["patrol_id"])
        fixes = _fixes_of(connection, row, city)
        query.execute(connection, "patrol/doubts_course", None, patrol_id=other, course=packed(Course.of(fixes)))
        later = row["started_s"] < here.ends_s["start_s"]
        pair, ids = (here.fixes, fixes), (here.patrol_id, other)
        flag = replayed_at(*(pair if later else pair[::-1]), lags_s)
        yield from _replay(flag, ids if later else ids[::-1])


def _worth_a_look(
    connection: Connection, here: _Outing, also: Sequence[int]
) -> Iterator[tuple[RowMapping, Sequence[float]]]:
    """Patrols that can be replays of this one, or the other way round, each with the lags at which."""
    from geo.tracks.honesty.sifting import can_replay

    trace, course = trace_of(here.fixes), Course.of(here.fixes)
    columns = {"cells": trace.cell.tolist(), "passed_s": trace.at_s.tolist(), "course": packed(course)}
    query.execute(connection, "patrol/doubts_trace", None, patrol_id=here.patrol_id, **columns)
    likely = _likely(connection, here, trace, also)
    ids = [int(row["patrol_id"]) for row, _ in likely]
    kept = query.rows(connection, "patrol/doubts_courses", None, patrol_ids=ids)
    courses = {row["patrol_id"]: unpacked(row["course"]) for row in kept}
    for row, lags_s in likely:
        other = courses.get(row["patrol_id"])
        late = row["started_s"] >= here.ends_s["start_s"]
        if other is None or any(
            can_replay(other, course, lag_s) if late else can_replay(course, other, lag_s) for lag_s in lags_s
        ):
            yield row, lags_s


def _likely(
    connection: Connection, here: _Outing, trace: Trace, also: Sequence[int]
) -> list[tuple[RowMapping, list[float]]]:
    """Patrols along the same way, each with the lags that its trace tells, if any."""
    rows = query.rows(
        connection,
        "patrol/doubts_alike",
        None,
        patrol_id=here.patrol_id,
        cells=np.unique(trace.cell).tolist(),
        start_s=here.ends_s["start_s"],
        days=WITHIN_DAYS,
        also=list(also),
        most=HELD_AGAINST,
    )
    likely = []
    for row in rows:
        other = Trace(np.array(row["cells"], dtype=np.int64), np.array(row["passed_s"], dtype=np.float64))
        later = row["started_s"] < here.ends_s["start_s"]
        if lags_s := likely_lags(trace, other) if later else likely_lags(other, trace):
            likely.append((row, lags_s))
    return likely


def _replay(flag: Flag | None, ids: tuple[int, int]) -> Iterator[Doubt]:
    """A replay of the earlier patrol by the later one, in time; on both, where the earlier came in after the later."""
    if flag is None:
        return
    later, earlier = ids
    evidence = {name: value for name, value in flag.evidence.items() if name != "earlier_index"}
    yield from _stored(later, earlier, [flag._replace(evidence=evidence)])
    if earlier > later:
        lag_s = evidence["lag_s"]
        pieces = tuple((from_s - lag_s, to_s - lag_s) for from_s, to_s in flag.pieces)
        yield from _stored(earlier, later, [Flag(flag.kind, pieces, evidence | {"lag_s": -lag_s})])


def _fixes_of(connection: Connection, row: RowMapping, city: City) -> Fixes:
    """The stored fixes of another patrol that doubts are raised from."""
    time_us, lon, lat, accuracy_m = fetch_binary(
        connection,
        "patrol/doubts_fixes",
        _FIX_TYPES,
        patrol_id=row["patrol_id"],
        first=row["started_at"],
        last=row["ended_at"],
    )
    x, y = transformer(STORED, city.metric_crs).transform(lon, lat)
    reported_m = assumed(np.round(accuracy_m, 4), MODES[row["mode"]], row["device_accuracy_m"])
    return Fixes(np.asarray(x), np.asarray(y), time_us / 1e6, reported_m)


def _stored(patrol_id: int, other_id: int | None, flags: Iterable[Flag]) -> Iterator[Doubt]:
    """The pieces of flags as they are stored; what is no number is not known."""
    for flag in flags:
        known = {name: round(float(value), 3) for name, value in flag.evidence.items() if np.isfinite(value)}
        evidence = json.dumps(known, sort_keys=True)
        for from_s, to_s in flag.pieces:
            yield Doubt(patrol_id, other_id, flag.kind, round(from_s * 1e6), round(to_s * 1e6), evidence)


def _renew(connection: Connection, standing: Sequence[RowMapping], found: Sequence[Doubt]) -> None:
    """End what stands and was not found again, and raise what is new."""
    stands = {_doubt(row): int(row["flag_id"]) for row in standing}
    gone = [flag_id for doubt, flag_id in stands.items() if doubt not in set(found)]
    if gone:
        query.execute(connection, "patrol/doubts_end", None, flag_ids=gone)
    fresh = [doubt for doubt in dict.fromkeys(found) if doubt not in stands]
    if fresh:
        columns = zip(*fresh, strict=True)
        bound = {name: list(values) for name, values in zip(Doubt._fields, columns, strict=True)}
        query.execute(connection, "patrol/doubts_insert", None, **bound)


def _doubt(row: RowMapping) -> Doubt:
    evidence = json.dumps(row["evidence"], sort_keys=True)
    return Doubt(row["patrol_id"], row["other_id"], row["kind"], row["from_us"], row["to_us"], evidence)


def _counterpart(row: RowMapping, patrol_id: int) -> int:
    return int(row["other_id"] if row["patrol_id"] == patrol_id else row["patrol_id"])

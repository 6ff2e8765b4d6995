"""Working a patrol out, from its raw fixes as they are stored: the one way from positions to what was seen.

`rework` is a line of steps, each of which takes what the step before found:

    read      the patrol's own fixes, and those of its device that adjoin and belong to earlier patrols
    datum     which datum they are in; converted from it                  geo.tracks.verdict
    clean     which of them to believe, and why not the others            geo.tracks.cleaning
    legs      the unbroken pieces that are the patrol's own
    account   reasons, legs, times, length and counts written where they differ
    sight     what the legs saw of every line, at every stored reach and bound
    renew     sightings superseded and inserted where they differ
    sides     what it saw from its own side of the water, likewise        geo.duties.own_side
    wholes    what it saw of areas and points, likewise                   geo.coverage.attended
    joined    what was known of outings that are part of it now ended     api.patrols.superseded
    doubt     what makes it doubtful, by itself and beside other patrols  geo.tracks.honesty
    doubled   what its device sent of times that another position holds   geo.tracks.honesty.interleaved
    refresh   what was last seen when, of the targets of which something changed

Doing it twice changes nothing. It serves fixes that have just come in, late ones, and recomputing.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import shapely
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.datum import Found, settle_datum
from api.patrols.doubled import raise_doubled
from api.patrols.doubts import raise_flags
from api.patrols.examine import counted
from api.patrols.store import shapes, write_legs
from api.patrols.superseded import end_joined
from api.patrols.worked import Worked, read_fixes, work_out
from api.sightings.reaches import stored_reaches
from api.sightings.sides import Sided, held_sides, renew_sides
from api.sightings.sighting import Seen, refresh_last_seen, renew_sightings, sight_lines
from api.sightings.targets import City, Target, Targets, read_city
from api.sightings.wholes import Watched, held_wholes, renew_wholes
from api.tracks.track import Floats
from geo.tracks.cleaning import MODES, REASONS
from geo.tracks.verdict import Known
from layers import query
from layers.errors import NotFound


@dataclass(frozen=True)
class Surroundings:
    """What patrols worked out at once share: the deployment, the lines that may be seen, the stored reaches.

    known: the same lines, as those by which the datum of a track is told. sides: banks to be seen from their own side.
    wholes: the areas and points that are watched.
    """

    city: City
    targets: list[Target]
    reaches_m: tuple[float, ...]
    known: Known
    sides: list[Sided]
    wholes: Watched

    @classmethod
    def read(cls, connection: Connection, targets: Targets) -> "Surroundings":
        """What there is today."""
        city = read_city(connection)
        lines = targets.read(connection, city)
        sides = held_sides(connection, targets, city)
        wholes = held_wholes(connection, targets, city)
        return cls(city, lines, stored_reaches(connection), targets.known(lines), sides, wholes)


@dataclass(frozen=True)
class Reworked:
    """What became of a patrol. changed: codes of targets of which the sightings changed, by layer.

    moved: whether any of its fixes came, went or was converted from another datum: patrols that adjoin it were worked
    out from where they were thought to be.
    """

    fixes_read: int
    fixes_kept: int
    left_out: dict[str, int]
    legs: int
    length_m: float
    started_at: datetime | None
    ended_at: datetime | None
    seen: tuple[Seen, ...] = ()
    changed: dict[str, set[str]] = field(default_factory=dict)
    datum: Found | None = None
    moved: bool = False


def rework(connection: Connection, patrol_id: int, around: Surroundings, *, refresh: bool = True) -> Reworked | None:
    """Work one patrol out, in the caller's transaction; None where it was erased, or no fix of its own is stored.

    Then nothing changes but its flags, for it may have sent what gave way to another's fixes.
    refresh: whether to work out anew what was last seen when; if not, the caller does, for what `changed` names.
    """
    lock_work(connection, [patrol_id])
    patrol = _read_patrol(connection, patrol_id)
    if patrol["first"] is None or patrol["erased_at"]:
        # Erased, or never there: what was seen is kept as it is.
        query.execute(connection, "patrol/rework_counts", None, patrol_id=patrol_id)
        if not patrol["erased_at"]:
            raise_doubled(connection, patrol_id, around.city)
        return None
    stored = read_fixes(connection, patrol_id, patrol)
    datum, fixes = settle_datum(connection, patrol_id, patrol, stored, (around.known, around.city))
    worked = work_out(fixes, patrol, around.city)
    reworked = _account(connection, patrol_id, patrol, worked)
    found, seen = sight_lines(worked.track, around.targets, around.reaches_m)
    # Of a patrol that was never worked out nothing is known that could differ.
    first = patrol["worked_at"] is None
    changed = renew_sightings(connection, patrol_id, found, (around.targets, around.reaches_m), first=first)
    renew_sides(connection, patrol_id, worked.track, patrol["mode"], around.sides)
    renew_wholes(connection, patrol_id, worked.track, (around.wholes, around.reaches_m), first=first)
    for layer, codes in end_joined(connection, patrol_id).items():
        changed.setdefault(layer, set()).update(codes)
    raise_flags(connection, patrol_id, patrol, worked, around.city)
    raise_doubled(connection, patrol_id, around.city)
    if refresh:
        refresh_changed(connection, changed)
    found_out = {"seen": tuple(seen), "changed": changed, "datum": datum, "moved": fixes is not stored}
    return Reworked(**{**vars(reworked), **found_out})


def lock_work(connection: Connection, patrol_ids: Iterable[int]) -> None:
    """Wait until nobody else works these patrols out, and no line changes; until the transaction ends nobody will."""
    for patrol_id in sorted(patrol_ids):
        query.execute(connection, "patrol/rework_lock", None, patrol_id=patrol_id)


def refresh_changed(connection: Connection, changed: dict[str, set[str]]) -> None:
    """Work out anew what was last seen when of these targets, in the order in which everybody's locks are taken."""
    for layer in sorted(changed):
        refresh_last_seen(connection, layer, changed[layer])


def adjoining(connection: Connection, patrol_id: int) -> list[int]:
    """The later patrols of its device that adjoin a patrol: a step from one to the next belongs to the later one."""
    gap_s = max(mode.max_gap_s for mode in MODES.values())
    rows = query.rows(connection, "patrol/adjoining", None, patrol_id=patrol_id, gap_s=gap_s)
    return [int(row["patrol_id"]) for row in rows]


def _read_patrol(connection: Connection, patrol_id: int) -> RowMapping:
    found = query.rows(connection, "patrol/rework_patrol", None, patrol_id=patrol_id)
    if not found:
        raise NotFound(f"没有编号为 {patrol_id} 的巡查:它可能已被删除。")
    return found[0]


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
    if _same_legs(stored, places, times_s) and _worst_m(stored) == worked.leg_worst_m.tolist():
        return
    if stored:
        query.execute(connection, "patrol/rework_forget_legs", None, patrol_id=patrol_id)
    lengths_m, worst_m = worked.leg_lengths_m, worked.leg_worst_m
    write_legs(connection, patrol_id, places, times_s, lengths_m=lengths_m, worst_m=worst_m)


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


def _worst_m(stored: Sequence[RowMapping]) -> list[float | None]:
    """As the database holds it: it answers 4.7 for the short float that is nearest to it."""
    known = (row["worst_m"] for row in stored)
    return [None if one is None else float(np.float32(one)) for one in known]

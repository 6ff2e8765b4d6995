"""Storing fixes: at once, once each, before anyone works out what they mean."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.erase import refuse_erased
from api.patrols.examine import Examined, examine
from api.patrols.sent_again import sent_again_to
from api.patrols.store import write_fixes
from api.sightings.targets import City
from api.tracks.moments import believable
from api.tracks.track import RawTrack
from layers import query
from layers.errors import BadInput


@dataclass(frozen=True)
class Home:
    """The patrol that fixes are stored for: its number and code, the device they come from, the datum they are in."""

    patrol_id: int
    code: str
    device: str
    datum: str


@dataclass(frozen=True)
class Deposited:
    """What became of a batch of fixes.

    stored: how many are now the patrol's own. left_out: how many may not be believed, came before or contradict one in
    force, by reason; some of these are stored nonetheless, with it. disordered: how many came after a later one.
    """

    code: str
    fixes_read: int
    stored: int
    left_out: dict[str, int] = field(default_factory=dict)
    disordered: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def repeated(self) -> int:
        """How many fixes had come before."""
        return self.left_out.get("repeated", 0)

    @property
    def conflicts(self) -> int:
        """How many fixes came with a time of their device that another position holds."""
        return self.left_out.get("conflict", 0)


def lock_device(connection: Connection, device: str) -> None:
    """Wait until nobody else stores fixes of this device; until the transaction ends nobody else will."""
    query.execute(connection, "patrol/intake_lock", None, device=device)


def lock_intake(connection: Connection, devices: Iterable[str]) -> None:
    """Wait until nobody else stores fixes of these devices, or erases any; until the transaction ends nobody will.

    What is known of a device or of its patrols is read after this, or it may have changed before anything is stored.
    """
    # In one order, lest two who take in tracks of the same devices wait for each other.
    for device in sorted(set(devices)):
        lock_device(connection, device)
    query.execute(connection, "patrol/fix_hold")


def deposit(
    connection: Connection, home: Home, track: RawTrack, city: City, *, now: datetime, whole: bool = True
) -> Deposited:
    """Store a batch of fixes in the caller's transaction, and note that they are to be worked out.

    The same batch twice stores nothing. The device must be locked (`lock_intake`). now: no fix is believed to be later
    by more than five minutes. whole: refuse, with BadInput, a batch of which no position lies inside the bounds.
    """
    examined = examine(connection, track, home.device, home.datum, city=city, period_s=believable(now))
    if whole:
        refuse_outside(examined, city)
    return write_down(connection, home, track, examined, now=now)


def write_down(connection: Connection, home: Home, track: RawTrack, examined: Examined, *, now: datetime) -> Deposited:
    """Store what was examined, and note that it is to be worked out."""
    robbed = write_fixes(connection, track, examined, (home.patrol_id, home.datum), received_s=now.timestamp())
    stored = len(examined.new) + len(examined.replacing)
    _note(connection, home.patrol_id, stored, examined.not_stored)
    for patrol_id in sorted(robbed):
        _note(connection, patrol_id, 0, {})
    first_s, last_s = examined.period_s
    return Deposited(
        home.code,
        len(track),
        stored,
        examined.left_out,
        examined.disordered,
        _instant(first_s),
        _instant(last_s),
    )


def deposit_to_erased(
    connection: Connection, patrol: RowMapping, track: RawTrack, city: City, *, now: datetime
) -> Deposited:
    """The account of a batch for a patrol that was erased, where all of it was: it need not be sent any more.

    patrol: of patrol/patrol_home. Raises Conflict where anything else comes: nothing is added to it.
    """
    datum = patrol["datum_declared"] or "wgs84"
    # Its device is gone, so the batch is told by itself: as the first of a device that nobody has.
    examined = examine(connection, track, "", datum, city=city, period_s=believable(now))
    again = sent_again_to(connection, patrol["patrol_id"], examined.time_us[examined.new]).which
    if not again.any() or not again.all():
        refuse_erased(patrol)
    return Deposited(patrol["code"], len(track), 0, examined.left_out | {"erased": len(again)}, examined.disordered)


def refuse_outside(examined: Examined, city: City) -> None:
    """Raises BadInput where no position lies inside the bounds, saying whether they look swapped."""
    if not examined.outside:
        return
    west, south, east, north = city.bounds
    place = next(
        f"{lon:.6g},{lat:.6g}" for lon, lat in zip(examined.lon, examined.lat, strict=True) if np.isfinite(lon + lat)
    )
    said = f"没有一个定位点在本平台范围(经度 {west:g}–{east:g}、纬度 {south:g}–{north:g})之内,如 {place}"
    if examined.swapped:
        raise BadInput(f"{said}:经度与纬度像是写反了,应为 [经度, 纬度],请对调后重发。")
    raise BadInput(f"{said}:请检查坐标是否为经纬度(度)、是否属于本地。")


def _note(connection: Connection, patrol_id: int, fixes: int, not_stored: dict[str, int]) -> None:
    query.execute(
        connection, "patrol/backlog_add", None, patrol_id=patrol_id, fixes=fixes, not_stored=json.dumps(not_stored)
    )


def _instant(unix_s: float) -> datetime | None:
    return datetime.fromtimestamp(unix_s, UTC) if np.isfinite(unix_s) else None

"""Storing what a phone sends: in the outing that it belongs to, or in a new one."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.crews.devices import Sender
from api.patrols.accept import Outing
from api.patrols.deposit import Deposited, Home, deposit, lock_intake
from api.patrols.gather import Held, gather
from api.patrols.regather import regather
from api.patrols.rework import lock_work
from api.patrols.sent_again import sent_again
from api.patrols.store import insert_patrol, make_partitions
from api.sightings.copying import microseconds
from api.sightings.targets import City
from api.tracks.moments import believable
from api.tracks.track import RawTrack
from layers import query
from layers.errors import TooLarge

MOST_OUTINGS = 1000
"""How many new outings one request may make: a phone that was off the net for years."""


@dataclass(frozen=True)
class Received:
    """What became of a phone's positions.

    not_stored: how many belong nowhere, for their time or their place; reasons: how many for which. erased: how many
    had come before and were erased since; they are not taken in again, and need not be sent any more.
    """

    read: int
    stored: int
    repeated: int
    conflicts: int
    not_stored: int
    erased: int
    patrols: tuple[str, ...]
    reasons: Mapping[str, int]


def receive(
    connection: Connection, sender: Sender, track: RawTrack, city: City, *, now: datetime, gap_s: float
) -> Received:
    """Store a phone's positions in the caller's transaction; the same ones twice change nothing.

    gap_s: an outing ends where nothing comes for longer. Whatever comes late, the outings are in the end those that the
    same positions make in order (api.patrols.regather). A position with an impossible time belongs to no outing, and
    an outing that never comes inside the bounds is none; nor do those make one that were erased and come again.
    """
    lock_intake(connection, [sender.device])
    usable, impossible = _usable(track, believable(now))
    again = sent_again(connection, sender.device, microseconds(track.time_s[usable])).which
    erased, usable = int(again.sum()), usable[~again]
    order = usable[np.argsort(track.time_s[usable], kind="stable")]
    if not len(order):
        return _told(len(track), erased, [], {}, impossible)
    came_s = float(track.time_s[order[0]]), float(track.time_s[order[-1]])
    near = query.rows(
        connection,
        "patrol/patrol_near",
        None,
        device=sender.device,
        first_s=came_s[0],
        last_s=came_s[1],
        gap_s=gap_s,
    )
    held = [Held(row["first_s"], row["last_s"], row["until_s"]) for row in near]
    outing = np.array(gather(track.time_s[order], held, gap_s, city.zone))
    homes = [Home(row["patrol_id"], row["code"], sender.device, sender.datum) for row in near]
    pieces = _pieces(track, order, outing, (len(held), city))
    make_partitions(connection, microseconds(np.concatenate([np.empty(0), *(piece.time_s for _, piece in pieces)])))
    late = any(came_s[0] < outing.last_s for outing in held)
    # Before any fix is touched: who works these out holds this, and waits for fixes.
    if late:
        lock_work(connection, [home.patrol_id for home in homes])
    joined: dict[str, str] = {}
    done = _stored(connection, (sender, homes), pieces, city=city, now=now)
    if late and any(one.stored for one in done):
        joined = regather(connection, sender.device, came_s, gap_s, city)
    return _told(len(track), erased, done, joined, impossible)


def _stored(
    connection: Connection,
    senders: tuple[Sender, list[Home]],
    pieces: list[tuple[int, RawTrack]],
    *,
    city: City,
    now: datetime,
) -> list[Deposited]:
    sender, homes = senders
    done: list[Deposited] = []
    for which, piece in pieces:
        home = homes[which] if which < len(homes) else _opened(connection, sender, piece, city)
        done.append(deposit(connection, home, piece, city, now=now, whole=False))
    return done


def _told(
    read: int, erased: int, done: Sequence[Deposited], joined: Mapping[str, str], impossible: Mapping[str, int]
) -> Received:
    """Every position read is counted once: stored, or in one of the others. joined: outings that became another's."""
    repeated, conflicts = sum(one.repeated for one in done), sum(one.conflicts for one in done)
    stored = sum(one.stored for one in done)
    codes = tuple(dict.fromkeys(joined.get(one.code, one.code) for one in done))
    lost = read - stored - repeated - conflicts - erased
    outside = lost - sum(impossible.values())
    reasons = dict(impossible) | ({"outside": outside} if outside else {})
    return Received(read, stored, repeated, conflicts, lost, erased, codes, reasons)


def _usable(track: RawTrack, period_s: tuple[float, float]) -> tuple[NDArray[np.int64], dict[str, int]]:
    """The positions that may belong to an outing, by place; and of the others how many do not for which reason."""
    finite = np.isfinite(track.lon) & np.isfinite(track.lat) & np.isfinite(track.time_s)
    early, late = finite & (track.time_s < period_s[0]), finite & (track.time_s > period_s[1])
    counts = {
        name: int(which.sum()) for name, which in (("not_finite", ~finite), ("prehistoric", early), ("future", late))
    }
    return np.flatnonzero(finite & ~early & ~late), {name: count for name, count in counts.items() if count}


def _pieces(
    track: RawTrack, order: NDArray[np.int64], outing: NDArray[np.int64], there: tuple[int, City]
) -> list[tuple[int, RawTrack]]:
    """The positions of each outing, but for new ones that never come inside the bounds."""
    known, city = there
    bounds = city.bounds
    inside = (track.lon >= bounds.west) & (track.lon <= bounds.east)
    inside &= (track.lat >= bounds.south) & (track.lat <= bounds.north)
    pieces = []
    for which in np.unique(outing).tolist():
        own = order[outing == which]
        if which < known or inside[own].any():
            pieces.append((which, _part(track, own)))
    if len(pieces) > known + MOST_OUTINGS:
        raise TooLarge(f"一次上报的位置分属 {len(pieces)} 次巡查,上限为 {MOST_OUTINGS}:请分成几次发送。")
    return pieces


def _part(track: RawTrack, own: NDArray[np.int64]) -> RawTrack:
    columns: dict[str, Any] = {name: getattr(track, name)[own] for name in ("lon", "lat", "time_s", "accuracy_m")}
    return replace(track, **columns)


def _opened(connection: Connection, sender: Sender, piece: RawTrack, city: City) -> Home:
    """A new outing of the device, named after the day on which it starts."""
    start_s, end_s = float(piece.time_s.min()), float(piece.time_s.max())
    day = datetime.fromtimestamp(start_s, city.zone).strftime("%Y%m%d")
    code = f"{day}-{secrets.token_hex(5)}-1"
    outing = Outing(
        mode=sender.mode,
        datum=sender.datum,
        device=sender.device,
        crew=sender.crew,
        post_code=sender.post_code,
        gathered=True,
    )
    columns = asdict(outing) | {"code": code, "track_no": 1, "start_s": start_s, "end_s": end_s, "fixes_read": 0}
    return Home(insert_patrol(connection, columns), code, sender.device, sender.datum)

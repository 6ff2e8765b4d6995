"""Taking in a track, once: its patrol, its raw fixes, and what it saw, in one transaction of the caller's.

The same track of the same file adds nothing. Of fixes that came before in another file only what is new is stored;
a stored time of the same device with another position is kept beside the first, which stays in force.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.deposit import Home, lock_intake, refuse_outside, write_down
from api.patrols.examine import Examined, examine
from api.patrols.receipt import Receipt, known_receipt
from api.patrols.rework import Reworked, Surroundings, lock_work, refresh_changed, rework
from api.patrols.store import insert_patrol, make_partitions
from api.sightings.copying import microseconds
from api.sightings.reaches import claim_reaches
from api.sightings.targets import City, Targets, read_city
from api.tracks.moments import believable
from api.tracks.track import RawTrack
from geo.tracks.cleaning import MODES
from layers import query
from layers.errors import BadInput, Conflict

MAX_TEXT = 200
MAX_CODE = MAX_TEXT + 20
"""How long the code may be by which a patrol is asked for: what it was is kept under its own, ~ and a number."""
_TAKEN = ("lag",)
"""Codes under which another route answers."""


@dataclass(frozen=True)
class Outing:
    """Who went out and how, and where the track came from; datum: that of its positions, as declared.

    device: for a track that names none. code: the patrol's natural key, made up where not given. gathered: whether
    nobody opened it and it is what a device sent.
    """

    mode: str = "foot"
    datum: str = "wgs84"
    device: str | None = None
    crew: str | None = None
    post_code: str | None = None
    report: str | None = None
    file_name: str | None = None
    sha256: str | None = None
    code: str | None = None
    sample: bool = False
    edition_id: int | None = None
    gathered: bool = False


@dataclass(frozen=True)
class Stored:
    """A track whose fixes are stored: the receipt so far, and the patrol's number; None where there is nothing new."""

    receipt: Receipt
    patrol_id: int | None


class Intake:
    """Takes in tracks; holds on to the lines they may see between one and the next.

    reaches_m: become the stored reaches with the first patrol of all. After that tracks are seen at those stored.
    """

    def __init__(self, targets: Targets, reaches_m: Sequence[float]) -> None:
        self.targets = targets
        self.reaches_m = tuple(reaches_m)

    def store(self, connection: Connection, track: RawTrack, outing: Outing, *, now: datetime) -> Stored:
        """Store one track and its patrol, in the caller's transaction, to be worked out afterwards."""
        return store_all(connection, [(track, outing)], read_city(connection), now=now)[0]

    def accept(
        self, connection: Connection, track: RawTrack, outing: Outing, *, now: datetime, refresh: bool = True
    ) -> Receipt:
        """Take in one track, as `accept_all` does."""
        return self.accept_all(connection, [(track, outing)], now=now, refresh=refresh)[0]

    def accept_all(
        self,
        connection: Connection,
        given: Sequence[tuple[RawTrack, Outing]],
        *,
        now: datetime,
        refresh: bool = True,
        pass_over: bool = False,
    ) -> list[Receipt]:
        """Take in tracks in their order; all or nothing is the caller's transaction.

        now: no fix is believed to be later by more than five minutes. refresh: whether to work out anew what was last
        seen when; if not, the caller does. Raises BadInput for an outing that cannot be, and for a track that lies
        elsewhere; pass_over: but go on with the others after such a track.
        """
        claim_reaches(connection, self.reaches_m)
        every = store_all(connection, given, read_city(connection), now=now, pass_over=pass_over)
        lock_work(connection, [stored.patrol_id for stored in every if stored.patrol_id is not None])
        around = Surroundings.read(connection, self.targets)
        changed: dict[str, set[str]] = {}
        receipts = []
        # Their numbers are the latest of their devices': what adjoins one later is among them, and its turn comes.
        for stored in every:
            if stored.patrol_id is None:
                receipts.append(stored.receipt)
                continue
            reworked = work_out(connection, stored.patrol_id, around)
            for layer, codes in reworked.changed.items() if reworked else ():
                changed.setdefault(layer, set()).update(codes)
            receipts.append(with_work(stored.receipt, reworked))
        if refresh:
            refresh_changed(connection, changed)
        return receipts


def store_all(
    connection: Connection,
    given: Sequence[tuple[RawTrack, Outing]],
    city: City,
    *,
    now: datetime,
    pass_over: bool = False,
) -> list[Stored]:
    """Store the tracks and their patrols, in the caller's transaction, to be worked out afterwards."""
    devices = [_checked(track, outing) for track, outing in given]
    lock_intake(connection, devices)
    _make_room(connection, [track for track, _ in given], believable(now))
    pairs = zip(given, devices, strict=True)
    return [_store(connection, one, device, city, now=now, pass_over=pass_over) for one, device in pairs]


def _make_room(connection: Connection, tracks: Sequence[RawTrack], period_s: tuple[float, float]) -> None:
    times_s = np.concatenate([np.empty(0), *(track.time_s for track in tracks)])
    make_partitions(connection, microseconds(times_s[(times_s >= period_s[0]) & (times_s <= period_s[1])]))


def work_out(connection: Connection, patrol_id: int, around: Surroundings) -> Reworked | None:
    """Take the patrol off the list of what is to be worked out, and work it out, but for what was last seen when.

    Runs under `lock_work`, and around was read under it: else the lines may have changed before who saw them is told.
    Where it `moved`, the caller has what adjoins it worked out, too.
    """
    touched = bool(query.value(connection, "patrol/backlog_settle", None, patrol_id=patrol_id))
    reworked = rework(connection, patrol_id, around, refresh=False)
    return replace(reworked, moved=reworked.moved or touched) if reworked else None


def with_work(receipt: Receipt, reworked: Reworked | None) -> Receipt:
    """The receipt once its patrol is worked out."""
    if reworked is None:
        return receipt
    told = {name: getattr(reworked, name) for name in ("fixes_kept", "legs", "length_m", "started_at", "ended_at")}
    # Of what the file repeats nothing is the patrol's own, so the patrol's account is the track's.
    return replace(
        receipt, left_out=reworked.left_out, seen=reworked.seen, datum=reworked.datum, worked_out=True, **told
    )


def _store(
    connection: Connection,
    given: tuple[RawTrack, Outing],
    device: str,
    city: City,
    *,
    now: datetime,
    pass_over: bool,
) -> Stored:
    track, outing = given
    known = _known(connection, track, outing)
    if known:
        return Stored(known, None)
    examined = examine(connection, track, device, outing.datum, city=city, period_s=believable(now))
    if not pass_over:
        refuse_outside(examined, city)
    if examined.outside or not examined.adds:
        status = "outside" if examined.outside else "erased" if examined.erased else "nothing_new"
        code = next(iter(examined.erased), None)
        receipt = Receipt(status, code, device, len(track), 0, examined.left_out, examined.disordered)
        return Stored(receipt, None)
    start_s = examined.period_s[0]
    code = outing.code or made_up_code(outing, track.number, device, (start_s, city))
    if query.value(connection, "patrol/erased_code", None, code=code):
        return Stored(Receipt("erased", code, device, len(track), 0, {"erased": len(track)}), None)
    if outing.code and query.rows(connection, "patrol/patrol_home", None, code=code):
        raise Conflict(f"编码 {code[:80]!r} 已是另一次巡查:请换一个编码,或不给编码由平台编。")
    patrol_id = insert_patrol(connection, _columns(outing, code, track.number, examined))
    home = Home(patrol_id, code, device, outing.datum)
    done = write_down(connection, home, track, examined, now=now)
    kept = int((examined.reason == 0).sum())
    receipt = Receipt("accepted", code, device, len(track), kept, done.left_out, done.disordered, worked_out=False)
    return Stored(replace(receipt, started_at=done.first_at, ended_at=done.last_at), patrol_id)


def _columns(outing: Outing, code: str, track_no: int, examined: Examined) -> dict[str, object]:
    start_s, end_s = (None if np.isnan(end) else end for end in examined.period_s)
    return asdict(outing) | {
        "code": code,
        "track_no": track_no,
        "device": examined.device,
        "start_s": start_s,
        "end_s": end_s,
        "fixes_read": len(examined.reason),
        "left_out": examined.left_out,
    }


def check_outing(outing: Outing, device: str | None) -> None:
    """Raises BadInput for an outing that cannot be."""
    if outing.mode not in MODES:
        raise BadInput(f"不认识巡查方式 {outing.mode[:40]!r}:应为 {'、'.join(MODES)} 之一。")
    if outing.datum not in ("wgs84", "gcj02", "bd09"):
        raise BadInput(f"不认识坐标基准 {outing.datum[:40]!r}:应为 wgs84、gcj02、bd09 之一。")
    texts = (("设备", device), ("巡查组", outing.crew), ("岗位", outing.post_code), ("说明", outing.report))
    if outing.code and ("/" in outing.code or outing.code in _TAKEN):
        raise BadInput(f"编码 {outing.code[:40]!r} 无法用作网址的一段:请换一个,不含斜线,也不是 {'、'.join(_TAKEN)}。")
    for name, value in (*texts, ("编码", outing.code)):
        if value is not None and (len(value) > MAX_TEXT * (10 if name == "说明" else 1) or not value.isprintable()):
            raise BadInput(f"{name} {value[:40]!r} 过长或含有不可见字符:请缩短并删去这些字符。")


def made_up_code(outing: Outing, track_no: int, device: str, start: tuple[float, City]) -> str:
    """A natural key to be read out: the day it started, and where it came from."""
    start_s, city = start
    origin = outing.sha256 or hashlib.sha256(f"{device} {start_s}".encode()).hexdigest()
    day = datetime.fromtimestamp(start_s, city.zone).strftime("%Y%m%d") if np.isfinite(start_s) else "00000000"
    return f"{day}-{origin[:10]}-{track_no}"


def _checked(track: RawTrack, outing: Outing) -> str:
    """The track's device, once the outing is known to make sense."""
    if not len(track):
        raise BadInput("轨迹里没有定位点:请至少给出一个。")
    device = track.device or outing.device or _made_up_device(track, outing)
    check_outing(outing, device)
    return device


def _made_up_device(track: RawTrack, outing: Outing) -> str:
    if outing.sha256 is None:
        raise BadInput("轨迹没有设备:请给出设备编号。")
    return f"file-{outing.sha256[:12]}-{track.number}"


def _known(connection: Connection, track: RawTrack, outing: Outing) -> Receipt | None:
    if outing.sha256 is None:
        return None
    found = query.rows(connection, "patrol/patrol_of_track", None, sha256=outing.sha256, track_no=track.number)
    if not found:
        return None
    given = replace(outing, device=track.device or outing.device)
    return replace(known_receipt(connection, found[0]["patrol_id"]), stands=stands(found[0], given))


_STATED = {"mode": "mode", "datum": "datum_declared", "crew": "crew", "post_code": "post_code", "device": "device"}
"""What is said of an outing, and the columns that keep it."""


def stands(stored: RowMapping, given: Outing) -> dict[str, str | None]:
    """What is stored of a patrol otherwise than it is given now; what is not given now is as good as the same."""
    told = {name: (getattr(given, name), stored[column]) for name, column in _STATED.items()}
    return {name: there for name, (value, there) in told.items() if value is not None and value != there}

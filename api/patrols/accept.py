"""Taking in a track, once: raw fixes kept, cleaned into legs, and what it saw, in one transaction of the caller's.

The same track of the same file adds nothing. Of fixes that came before in another file only what is new makes legs;
a stored time of the same device with another position is kept beside the first, which stays in force.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.examine import Examined, examine
from api.patrols.moments import believable
from api.patrols.reaches import claim_reaches, stored_reaches
from api.patrols.sighting import Seen, refresh_last_seen, write_sightings
from api.patrols.store import insert_patrol, write_fixes, write_legs
from api.patrols.targets import City, Target, Targets, read_city
from api.patrols.track import RawTrack
from geo.tracks.cleaning import MODES
from layers import query
from layers.errors import BadInput

MAX_TEXT = 200


@dataclass(frozen=True)
class Outing:
    """Who went out and how, and where the track came from; datum: that of its positions, as declared.

    device: for a track that names none. code: the patrol's natural key, made up where not given.
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


@dataclass(frozen=True)
class Receipt:
    """What became of a track. status: 'accepted', 'known' (this track of this file came before) or 'nothing_new'."""

    status: str
    code: str | None
    device: str
    fixes_read: int
    fixes_kept: int
    left_out: dict[str, int] = field(default_factory=dict)
    disordered: int = 0
    legs: int = 0
    length_m: float = 0.0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seen: tuple[Seen, ...] = ()

    @property
    def repeated(self) -> int:
        """How many fixes had come before, in this file or an earlier one."""
        return self.left_out.get("repeated", 0)

    @property
    def conflicts(self) -> int:
        """How many fixes came with a time of their device that another position holds."""
        return self.left_out.get("conflict", 0)


@dataclass(frozen=True)
class _Surroundings:
    """What tracks taken in at once share: the deployment, the lines that may be seen, the reaches that are stored."""

    city: City
    targets: list[Target]
    reaches_m: tuple[float, ...]
    period_s: tuple[float, float]


class Intake:
    """Takes in tracks; holds on to the lines they may see between one and the next.

    reaches_m: become the stored reaches with the first patrol of all. After that tracks are seen at those stored.
    """

    def __init__(self, targets: Targets, reaches_m: Sequence[float]) -> None:
        self.targets = targets
        self.reaches_m = tuple(reaches_m)

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
    ) -> list[Receipt]:
        """Take in tracks in their order; all or nothing is the caller's transaction.

        now: no fix is believed to be later by more than five minutes. refresh: whether to work out anew what was last
        seen when; if not, the caller does. Raises BadInput for an outing that cannot be.
        """
        devices = [_checked(track, outing) for track, outing in given]
        claim_reaches(connection, self.reaches_m)
        # In one order, lest two who take in tracks of the same devices wait for each other.
        for device in sorted(set(devices)):
            query.execute(connection, "patrol/intake_lock", None, device=device)
        city = read_city(connection)
        targets, reaches_m = self.targets.read(connection, city), stored_reaches(connection)
        around = _Surroundings(city, targets, reaches_m, believable(now))
        receipts = [_accept(connection, one, device, around) for one, device in zip(given, devices, strict=True)]
        for layer, codes in _touched(receipts).items() if refresh else ():
            refresh_last_seen(connection, layer, codes)
        return receipts


def _accept(connection: Connection, given: tuple[RawTrack, Outing], device: str, around: _Surroundings) -> Receipt:
    track, outing = given
    known = _known(connection, track, outing)
    if known:
        return known
    declared = (outing.datum, MODES[outing.mode])
    examined = examine(connection, track, device, declared, around.city, around.period_s)
    if not examined.adds:
        return Receipt("nothing_new", None, device, len(track), 0, examined.left_out, examined.disordered)
    return _written(connection, given, examined, around)


def _written(
    connection: Connection, given: tuple[RawTrack, Outing], examined: Examined, around: _Surroundings
) -> Receipt:
    track, outing = given
    lengths_m = examined.leg_lengths_m()
    start_s, end_s = examined.period_s
    code = outing.code or _code(outing, track, examined.device, start_s, around.city)
    columns = asdict(outing) | {"code": code, "track_no": track.number, "length_m": float(lengths_m.sum())}
    patrol_id = insert_patrol(connection, examined, columns)
    write_fixes(connection, track, examined, (patrol_id, outing.datum))
    write_legs(connection, examined, lengths_m, patrol_id)
    seen = write_sightings(connection, patrol_id, examined.metric, around.targets, around.reaches_m)
    return Receipt(
        "accepted",
        code,
        examined.device,
        len(track),
        examined.kept,
        examined.left_out,
        examined.disordered,
        len(lengths_m),
        float(lengths_m.sum()),
        _instant(start_s),
        _instant(end_s),
        tuple(seen),
    )


def _touched(receipts: Iterable[Receipt]) -> dict[str, set[str]]:
    """Codes of the targets that were seen, by layer, in the order in which everybody's locks are taken."""
    touched: dict[str, set[str]] = {}
    for receipt in receipts:
        for seen in receipt.seen:
            touched.setdefault(seen.layer, set()).update(seen.codes)
    return touched


def _checked(track: RawTrack, outing: Outing) -> str:
    """The track's device, once the outing is known to make sense."""
    if outing.mode not in MODES:
        raise BadInput(f"不认识巡查方式 {outing.mode[:40]!r}:应为 {'、'.join(MODES)} 之一。")
    if outing.datum not in ("wgs84", "gcj02", "bd09"):
        raise BadInput(f"不认识坐标基准 {outing.datum[:40]!r}:应为 wgs84、gcj02、bd09 之一。")
    if not len(track):
        raise BadInput("轨迹里没有定位点:请至少给出一个。")
    device = track.device or outing.device or _made_up_device(track, outing)
    for name, value in (("设备", device), ("巡查组", outing.crew), ("岗位", outing.post_code), ("说明", outing.report)):
        if value is not None and (len(value) > MAX_TEXT * (10 if name == "说明" else 1) or not value.isprintable()):
            raise BadInput(f"{name} {value[:40]!r} 过长或含有不可见字符:请缩短并删去这些字符。")
    return device


def _made_up_device(track: RawTrack, outing: Outing) -> str:
    if outing.sha256 is None:
        raise BadInput("轨迹没有设备:请给出设备编号。")
    return f"file-{outing.sha256[:12]}-{track.number}"


def _known(connection: Connection, track: RawTrack, outing: Outing) -> Receipt | None:
    if outing.sha256 is None:
        return None
    found = query.rows(connection, "patrol/patrol_of_track", None, sha256=outing.sha256, track_no=track.number)
    return known_receipt(found[0]) if found else None


def known_receipt(row: RowMapping) -> Receipt:
    """The receipt of a patrol that is stored already."""
    names = ("code", "device", "fixes_read", "fixes_kept", "left_out", "legs", "length_m", "started_at", "ended_at")
    return Receipt(status="known", **{name: row[name] for name in names})


def _code(outing: Outing, track: RawTrack, device: str, start_s: float, city: City) -> str:
    """A natural key to be read out: the day it started, and where it came from."""
    origin = outing.sha256 or hashlib.sha256(f"{device} {start_s}".encode()).hexdigest()
    day = datetime.fromtimestamp(start_s, city.zone).strftime("%Y%m%d") if np.isfinite(start_s) else "00000000"
    return f"{day}-{origin[:10]}-{track.number}"


def _instant(unix_s: float) -> datetime | None:
    return datetime.fromtimestamp(unix_s, UTC) if np.isfinite(unix_s) else None

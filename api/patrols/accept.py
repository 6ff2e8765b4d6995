"""Taking in a track, once: raw fixes kept, cleaned into legs, and what it saw, in one transaction of the caller's.

The same track of the same file adds nothing. Of fixes that came before in another file only what is new makes legs;
a stored time of the same device with another position is kept beside the first, which stays in force.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.examine import Examined, examine
from api.patrols.moments import believable
from api.patrols.sighting import Seen, refresh_last_seen, write_sightings
from api.patrols.store import insert_patrol, write_fixes, write_legs
from api.patrols.targets import City, Targets, read_city
from api.patrols.track import RawTrack
from geo.tracks import MODES
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


class Intake:
    """Takes in tracks; holds on to the lines they may see between one and the next."""

    def __init__(self, targets: Targets, reaches_m: Sequence[float]) -> None:
        self.targets = targets
        self.reaches_m = tuple(reaches_m)

    def accept(
        self, connection: Connection, track: RawTrack, outing: Outing, *, now: datetime, refresh: bool = True
    ) -> Receipt:
        """Take in one track; all or nothing is the caller's transaction.

        now: no fix is believed to be later by more than five minutes. refresh: whether to work out anew what was last
        seen when; if not, the caller does, for many tracks at once. Raises BadInput for an outing that cannot be.
        """
        device = _checked(track, outing)
        query.execute(connection, "patrol/intake_lock", None, device=device)
        known = _known(connection, track, outing)
        if known:
            return known
        city = read_city(connection)
        examined = examine(connection, track, device, (outing.datum, MODES[outing.mode]), city, believable(now))
        if not examined.adds:
            return Receipt("nothing_new", None, device, len(track), 0, examined.left_out, examined.disordered)
        return self._written(connection, track, outing, examined, city, refresh)

    def _written(
        self,
        connection: Connection,
        track: RawTrack,
        outing: Outing,
        examined: Examined,
        city: City,
        refresh: bool,
    ) -> Receipt:
        lengths_m = examined.leg_lengths_m()
        start_s, end_s = examined.period_s
        code = outing.code or _code(outing, track, examined.device, start_s, city)
        columns = asdict(outing) | {"code": code, "track_no": track.number, "length_m": float(lengths_m.sum())}
        patrol_id = insert_patrol(connection, examined, columns)
        write_fixes(connection, track, examined, (patrol_id, outing.datum))
        write_legs(connection, examined, lengths_m, patrol_id)
        seen = write_sightings(
            connection, patrol_id, examined.metric, self.targets.read(connection, city), self.reaches_m
        )
        for layer in seen if refresh else ():
            refresh_last_seen(connection, layer.layer, layer.codes, self.reaches_m)
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

"""Many tracks of many files, one transaction each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from api.database import Actor, Database
from api.patrols.accept import Intake, Outing, Receipt
from api.patrols.track import RawTrack, TrackFile
from geo.tracks import REASONS

REASON_WORDS = {
    "not_finite": "坐标不是数字",
    "outside": "在范围之外",
    "prehistoric": "时间早于 2000 年",
    "future": "时间在将来",
    "inexact": "自报误差超过 1 公里",
    "repeated": "重复",
    "conflict": "同一时刻位置不同",
    "spike": "跳点",
    "alone": "孤点(来去过快)",
}
STATUS_WORDS = {"accepted": "已接收", "known": "以前已接收", "nothing_new": "没有新的定位点"}


@dataclass(frozen=True)
class Taken:
    """What became of one track of one file."""

    file: str
    number: int
    receipt: Receipt


class _TryOnly(Exception):
    """Raised to undo a transaction that was only tried."""


def take_in(
    database: Database,
    who: Actor,
    files: Iterable[TrackFile],
    outing: Outing,
    intake: Intake,
    *,
    now: datetime,
    dry_run: bool,
) -> Iterator[Taken]:
    """Take in every track of every file, each in a transaction of its own, which a dry run undoes."""
    for file in files:
        named = replace(outing, file_name=Path(file.name).name, sha256=file.sha256)
        for track in file.tracks:

            def accepted(connection: Connection, track: RawTrack = track, named: Outing = named) -> Receipt:
                return intake.accept(connection, track, named, now=now)

            yield Taken(file.name, track.number, _one(database, who, accepted, dry_run))


def counted(taken: Iterable[Taken]) -> dict[str, int]:
    """How many fixes were left out over all tracks, by reason, in the order of geo.tracks."""
    total = dict.fromkeys(REASONS[1:], 0)
    for one in taken:
        for reason, count in one.receipt.left_out.items():
            total[reason] += count
    return {reason: count for reason, count in total.items() if count}


def _one(database: Database, who: Actor, accept: Callable[[Connection], Receipt], dry_run: bool) -> Receipt:
    receipt: Receipt | None = None
    try:
        with database.transaction(who, write=True) as connection:
            receipt = accept(connection)
            if dry_run:
                raise _TryOnly
    except _TryOnly:
        pass
    assert receipt is not None
    return receipt

"""Many tracks of many files, some in each transaction: what was interrupted is gone on with by doing it again."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from api.database import Actor, Database
from api.patrols.accept import Intake, Outing
from api.patrols.receipt import Receipt
from api.tracks.track import RawTrack, TrackFile
from geo.tracks.cleaning import REASONS
from layers import query

MOST_TRACKS, MOST_FIXES = 300, 20_000
"""How much is taken in at once: others who send fixes of the same devices wait no longer than that takes."""
_Numbered = tuple[TrackFile, RawTrack]

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
    "erased": "以前已接收、后已删除",
}
STATUS_WORDS = {
    "accepted": "已接收",
    "known": "以前已接收",
    "nothing_new": "没有新的定位点",
    "outside": "全在范围之外,未接收",
    "erased": "以前已接收、后已删除,不再接收",
}


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
    """Take in every track of every file, some in each transaction, which a dry run undoes."""
    for group in _groups((file, track) for file in files for track in file.tracks):
        given = [(track, replace(outing, file_name=Path(file.name).name, sha256=file.sha256)) for file, track in group]
        receipts = _together(database, who, intake, given, (now, dry_run))
        for (file, track), receipt in zip(group, receipts, strict=True):
            yield Taken(file.name, track.number, receipt)
    if not dry_run:
        with database.transaction(who, write=True) as connection:
            query.execute(connection, "deployment/gather_statistics")


def counted(taken: Iterable[Taken]) -> dict[str, int]:
    """How many fixes were left out over all tracks, by reason, in the order of geo.tracks.cleaning."""
    total = dict.fromkeys(REASONS[1:], 0)
    for one in taken:
        for reason, count in one.receipt.left_out.items():
            total[reason] += count
    return {reason: count for reason, count in total.items() if count}


def _groups(tracks: Iterable[_Numbered]) -> Iterator[list[_Numbered]]:
    """The tracks in their order, some at a time; a long one by itself."""
    group: list[_Numbered] = []
    fixes = 0
    for file, track in tracks:
        if group and (len(group) == MOST_TRACKS or fixes + len(track) > MOST_FIXES):
            yield group
            group, fixes = [], 0
        group.append((file, track))
        fixes += len(track)
    if group:
        yield group


def _together(
    database: Database, who: Actor, intake: Intake, given: list[tuple[RawTrack, Outing]], manner: tuple[datetime, bool]
) -> list[Receipt]:
    """Take in tracks in one transaction. manner: what time it is, and whether to undo it all."""
    now, dry_run = manner
    receipts: list[Receipt] = []
    with suppress(_TryOnly), database.transaction(who, write=True) as connection:
        receipts = intake.accept_all(connection, given, now=now, pass_over=True)
        if dry_run:
            raise _TryOnly
    return receipts

"""Erasing tracks after a set time: fixes, legs, device and persons go; what was seen stays, and every figure replays.

The patrol stays under its number and code, with its post, mode, start, end, flags, metres and minutes. Of its crew
there stays the post that it belonged to, and its code only where a duty names it as a delegate; without a post, a
random name that its other patrols are judged by, too (city.patrol.judged_as, city.crew_alias). Of its device there
stays what fixes that are sent again can be checked against (city.erased_span; all in layers/coverage).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from layers import query
from layers.errors import BadInput, Conflict

__all__ = ["Erasure", "count_erasable", "day_before", "erase", "refuse_erased"]


@dataclass(frozen=True)
class Erasure:
    """What erasing deletes: of how many patrols, and how many rows of each kind.

    waiting: patrols that ended before, too, but of which fixes are still to be worked out: they are left for next time.
    months: tables of a month's fixes that were dropped as a whole.
    """

    patrols: int
    waiting: int
    fixes: int
    conflicts: int
    legs: int
    months: int = 0

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to delete."""
        return not (self.patrols or self.fixes or self.conflicts or self.legs)


def day_before(said: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The beginning of the day named, such as '2026-01-01', in the deployment's zone.

    Raises BadInput for what is no date, and for one that is still to come: a patrol may be under way.
    """
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise BadInput(f"--before 的值 {said[:40]!r} 看不懂:应为日期,如 2026-01-01。") from None
    before = datetime(day.year, day.month, day.day, tzinfo=zone)
    if before > now:
        raise BadInput(f"--before 的值 {said} 在将来:只能删除已经结束的巡查,请给今天或更早的日期。")
    return before


def count_erasable(connection: Connection, before: datetime) -> Erasure:
    """What erasing the patrols that ended before an instant would delete; months are not foretold."""
    return Erasure(**query.rows(connection, "patrol/erase_count", None, before=before)[0])


def erase(connection: Connection, before: datetime) -> Erasure:
    """Erase the patrols that ended before an instant, in the caller's transaction; what was deleted.

    A second time deletes nothing. No track is taken in meanwhile, nor worked out.
    """
    for lock in ("pseudonym_lock", "resight_lock", "erase_alone"):
        query.execute(connection, f"patrol/{lock}")
    found = count_erasable(connection, before)
    if found.nothing:
        return found
    for step in ("erase_spans", "erase_aliases", "erase_persons", "erase_aliases_old"):
        query.execute(connection, f"patrol/{step}", None, before=before)
    months = query.value(connection, "patrol/erase_months", None, before=before)
    query.execute(connection, "patrol/erase_tracks")
    query.execute(connection, "patrol/pseudonym_forget")
    return replace(found, months=int(months))


def refuse_erased(patrol: RowMapping) -> None:
    """Raise Conflict for a patrol that was erased: nothing is added to it any more. patrol: of patrol/patrol_home."""
    if patrol["erased_at"]:
        raise Conflict(
            f"巡查 {patrol['code'][:80]!r} 的轨迹已于 {patrol['erased_at'].isoformat()} 删除,不再接收定位点和说明:"
            "请另登记一次巡查。"
        )

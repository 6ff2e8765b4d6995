"""Gathering a device's positions anew once some came late: the outings are those that the same positions make in order.

A late position may close the gap between two outings, which are one then, or move the start by which an outing ends.
So from the outing on that it belongs to all are gathered again as if they had come in the order of their times, until
one begins with the very position that an outing begins with now: from there on nothing would change. A
stretch stays with the earliest of the outings that it was part of; one that is left without any position leads to the
one that has them now, and what was known of it ends once that one is worked out. Outings that somebody opened, declared
to be over, or said to have gone otherwise, stay as they are.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.accept import Outing
from api.patrols.gather import gather
from api.patrols.rework import lock_work
from api.patrols.store import insert_patrol
from api.sightings.copying import fetch_binary
from api.sightings.targets import City
from layers import query

__all__ = ["agreed_from", "regather", "shared_out"]

Indices = NDArray[np.int64]
_SAID = ("mode", "datum", "device", "crew", "post_code")
_AHEAD_S = (2 * 86_400.0, 16 * 86_400.0, float("inf"))
"""How far beyond what came to look for where nothing changes any more; an outing is seldom longer than a day."""


def regather(
    connection: Connection, device: str, came_s: tuple[float, float], gap_s: float, city: City
) -> dict[str, str]:
    """Gather anew what positions of a device that came late may touch, in the caller's transaction.

    The device must be locked. came_s: the first of them and the last (Unix seconds). gap_s: as of `gather`. Answers the
    code of each outing that became part of another, and that one's code.
    """
    time_us, patrol, group = _stretch(connection, device, came_s, gap_s=gap_s, city=city)
    rows = query.rows(connection, "patrol/gathered_outings", None, patrol_ids=np.unique(patrol).tolist())
    outings = {int(row["patrol_id"]): row for row in rows}
    kinds = _kinds(rows)
    kind = np.array([kinds[number] for number in patrol.tolist()], dtype=np.int64)
    wanted = shared_out(group * len(outings) + kind, patrol)
    if not (wanted != patrol).any():
        return {}
    lock_work(connection, outings)
    wanted = _opened(connection, outings, (time_us, patrol, wanted), city)
    _hand_over(connection, device, time_us, (patrol, wanted))
    return _join(connection, outings, (patrol, wanted))


def _stretch(
    connection: Connection, device: str, came_s: tuple[float, float], *, gap_s: float, city: City
) -> tuple[Indices, Indices, Indices]:
    """The positions that may belong otherwise, in order: times in microseconds, outings as they are, and groups."""
    found = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    for ahead_s in _AHEAD_S:
        until_s = came_s[1] + ahead_s
        time_us, patrol = fetch_binary(
            connection,
            "patrol/gathered_fixes",
            (">i8", ">i8"),
            device=device,
            late_s=came_s[0],
            until_s=until_s,
            gap_s=gap_s,
        )
        group = np.array(gather(time_us / 1e6, [], gap_s, city.zone), dtype=np.int64)
        end = agreed_from(group, patrol, (time_us > came_s[1] * 1e6) & (time_us <= until_s * 1e6))
        found = time_us[:end], patrol[:end], group[:end]
        if end < len(group):
            break
    return found


def agreed_from(group: Indices, patrol: Indices, allowed: NDArray[np.bool_]) -> int:
    """From which of n positions on groups and outings begin afresh, both; n where they nowhere do.

    group, patrol: (n,) in order of time. allowed: (n,) where it may be.

    >>> agreed_from(np.array([0, 0, 1, 2]), np.array([7, 3, 3, 8]), np.ones(4, dtype=bool))
    3
    """
    if not len(group):
        return 0
    places = np.arange(len(group))
    _, owner = np.unique(patrol, return_inverse=True)
    last = np.zeros(len(group), dtype=np.int64)
    np.maximum.at(last, owner, places)
    gone_on_to = np.maximum.accumulate(last[owner])
    fresh = (np.diff(group) != 0) & (gone_on_to[:-1] < places[1:]) & allowed[1:]
    return int(np.flatnonzero(fresh)[0]) + 1 if fresh.any() else len(group)


def shared_out(group: Indices, patrol: Indices) -> Indices:
    """Which outing each of n positions belongs to, by the (n,) groups that they make: -1 and below for new ones.

    patrol: (n,) which it belongs to now, in order of time. Each group stays with the first outing in it that no group
    before has.

    >>> shared_out(np.array([0, 0, 0]), np.array([7, 3, 3])).tolist()
    [7, 7, 7]
    >>> shared_out(np.array([0, 1]), np.array([7, 7])).tolist()
    [7, -1]
    """
    wanted, taken, new = np.empty(len(group), dtype=np.int64), set[int](), -1
    for own in dict.fromkeys(group.tolist()):
        inside = group == own
        free = [number for number in dict.fromkeys(patrol[inside].tolist()) if number not in taken]
        if free:
            taken.add(free[0])
        wanted[inside] = free[0] if free else new
        new -= not free
    return wanted


def _kinds(rows: Sequence[RowMapping]) -> dict[int, int]:
    """A number for each outing, the same for those that are said to have gone alike."""
    said = {int(row["patrol_id"]): tuple(row[name] for name in _SAID) for row in rows}
    numbers = {one: number for number, one in enumerate(dict.fromkeys(said.values()))}
    return {patrol_id: numbers[one] for patrol_id, one in said.items()}


def _opened(
    connection: Connection,
    outings: Mapping[int, RowMapping],
    stretch: tuple[Indices, Indices, Indices],
    city: City,
) -> Indices:
    """The outings wanted, the new ones made: each as that went which its first position belonged to."""
    time_us, patrol, wanted = stretch
    found = wanted.copy()
    for new in np.unique(wanted[wanted < 0])[::-1].tolist():
        inside = np.flatnonzero(wanted == new)
        like = outings[int(patrol[inside[0]])]
        first_s, last_s = float(time_us[inside[0]] / 1e6), float(time_us[inside[-1]] / 1e6)
        told = {name: like[name] for name in _SAID}
        code = f"{datetime.fromtimestamp(first_s, city.zone):%Y%m%d}-{secrets.token_hex(5)}-1"
        columns = asdict(Outing(**told, gathered=True)) | {"code": code, "track_no": 1, "fixes_read": 0}
        found[inside] = insert_patrol(connection, columns | {"start_s": first_s, "end_s": last_s})
    return found


def _hand_over(connection: Connection, device: str, time_us: Indices, owners: tuple[Indices, Indices]) -> None:
    """Give the positions to the outings that they belong to, stretch by stretch, and have these worked out."""
    patrol, wanted = owners
    moved = np.flatnonzero(patrol != wanted)
    edges = np.flatnonzero((np.diff(moved) > 1) | (np.diff(patrol[moved]) != 0) | (np.diff(wanted[moved]) != 0)) + 1
    for run in np.split(moved, edges):
        ends = {"first_us": int(time_us[run[0]]), "last_us": int(time_us[run[-1]])}
        both = {"from_id": int(patrol[run[0]]), "to_id": int(wanted[run[0]])}
        query.execute(connection, "patrol/gathered_move", None, device=device, **ends, **both)
    for number in sorted({*patrol[moved].tolist(), *wanted[moved].tolist()} & {*wanted.tolist()}):
        query.execute(connection, "patrol/backlog_add", None, patrol_id=number, fixes=0, not_stored="{}")


def _join(connection: Connection, outings: Mapping[int, RowMapping], owners: tuple[Indices, Indices]) -> dict[str, str]:
    """Have the outings that are left without positions lead to those that have them now."""
    patrol, wanted = owners
    joined: dict[str, str] = {}
    for number in sorted(set(outings) - set(wanted.tolist())):
        into_id = int(wanted[patrol == number][0])
        query.execute(connection, "patrol/superseded_joined", None, patrol_id=number, into_id=into_id)
        code, into_code = (str(outings[one]["code"]) for one in (number, into_id))
        query.execute(connection, "observation/patrol_joined", code=code, into_code=into_code)
        joined[code] = into_code
    return joined

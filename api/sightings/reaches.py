"""For which reaches sightings are stored, and making another one complete.

A reach is recorded once what every stored patrol saw of every line at it has been worked out. Until then nothing may
be said of it: what was never looked for would read as never seen. Where tracks were erased before, it is recorded with
the instant from which every patrol still had its track: of what was before that nobody can tell.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from time import monotonic

from sqlalchemy import Connection

from api.sightings.erased import erased_until
from api.sightings.sighting import Writer, refresh_last_seen, sight_lines
from api.sightings.stored import SOME_PATROLS, stored_tracks
from api.sightings.targets import Targets, read_city
from api.sightings.wholes_anew import claim_wholes, store_wholes
from geo.coverage.sightings import Track
from layers import query
from layers.catalogue import Catalogue, read_catalogue
from layers.errors import NotReady

TELL_EVERY_S = 5.0


def stored_reaches(connection: Connection) -> tuple[float, ...]:
    """The reaches recorded as stored, metres, the default one first; empty before the first patrol."""
    return tuple(row["reach_m"] for row in query.rows(connection, "patrol/reaches_stored"))


def limited_reaches(connection: Connection) -> dict[float, datetime]:
    """Those of them that are complete only from an instant on, with that instant: tracks before it were erased."""
    return {row["reach_m"]: row["since"] for row in query.rows(connection, "patrol/reaches_stored") if row["since"]}


def claim_reaches(connection: Connection, wanted_m: Sequence[float]) -> None:
    """Record these reaches as stored where there is no patrol yet, so that nothing has to be worked out for them.

    Where there are patrols, what is missing is left to `store_reaches`.
    """
    if set(wanted_m) <= set(stored_reaches(connection)) or _any_legs(connection):
        return
    query.execute(connection, "patrol/resight_lock")
    if not _any_legs(connection):
        query.execute(connection, "patrol/reaches_record", None, reaches_m=list(wanted_m), since=None)
        claim_wholes(connection, wanted_m)


def default_reach(connection: Connection, wanted_m: Sequence[float]) -> float:
    """The reach that coverage is told at where none is named, metres.

    wanted_m: the deployment's reaches; while no patrol has come in they are as good as stored. Raises NotReady where
    there are patrols, and sightings at no reach.
    """
    stored = stored_reaches(connection)
    if stored:
        return stored[0]
    if _any_legs(connection):
        raise NotReady("还没有按任何可视距离算全所见:请重新启动平台,或运行 huashan migrate。")
    return wanted_m[0]


def store_reaches(
    connection: Connection,
    reaches_m: Sequence[float],
    tell: Callable[[str], None] = lambda line: None,
    catalogue: Catalogue | None = None,
) -> list[float]:
    """Make each of these reaches stored, in the caller's transaction; those that were not yet, in order.

    What the stored patrols saw of every line, area and point is worked out for them, with a line of progress through
    `tell`. No patrol is taken in meanwhile. Where patrols were erased, a reach that is new is complete only from the
    end of the last of these on, which it says.
    """
    known = catalogue or read_catalogue()
    if set(reaches_m) <= set(stored_reaches(connection)):
        store_wholes(connection, stored_reaches(connection), tell, known)
        return []
    query.execute(connection, "patrol/resight_lock")
    before = stored_reaches(connection)
    missing = [reach_m for reach_m in dict.fromkeys(reaches_m) if reach_m not in before]
    since = erased_until(connection) if missing else None
    _see_anew(connection, missing, known, tell)
    query.execute(connection, "patrol/reaches_record", None, reaches_m=missing, since=since)
    if since:
        names = "、".join(f"{reach_m:g}" for reach_m in missing)
        tell(f"可视距离 {names} 米的所见自 {since.isoformat()} 起算全:此前有定位点已删除。 tracks were erased")
    if missing and stored_reaches(connection)[0] not in before:
        for layer in known.line_layers:
            refresh_last_seen(connection, layer.id)
    store_wholes(connection, stored_reaches(connection), tell, known)
    return missing


def _see_anew(
    connection: Connection, reaches_m: Sequence[float], catalogue: Catalogue, tell: Callable[[str], None]
) -> None:
    count = int(query.value(connection, "patrol/legs_count"))
    if not count or not reaches_m:
        return
    names = "、".join(f"{reach:g}" for reach in reaches_m)
    tell(f"按新的可视距离 {names} 米补算 {count:,} 次巡查的所见… working out what was seen at a new reach")
    city = read_city(connection)
    targets = Targets(catalogue).read(connection, city)
    told_s = monotonic()
    with Writer(connection) as writer:
        for done, (patrol_id, track) in enumerate(_all_tracks(connection), 1):
            writer.add(patrol_id, sight_lines(track, targets, reaches_m)[0])
            if done == count or monotonic() - told_s >= TELL_EVERY_S:
                tell(f"已补算 {done:,} / {count:,} 次巡查({done / count:.0%})")
                told_s = monotonic()


def _all_tracks(connection: Connection) -> Iterator[tuple[int, Track]]:
    city, after = read_city(connection), -1
    while legs := query.rows(connection, "patrol/legs_after", None, after=after, most=SOME_PATROLS):
        yield from stored_tracks(connection, legs, city)
        after = int(legs[-1]["patrol_id"])


def _any_legs(connection: Connection) -> bool:
    return bool(query.value(connection, "patrol/patrol_legs_exist"))

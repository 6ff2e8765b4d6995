"""What areas and points that are new or changed, or were never looked at, were seen of by patrols that went before."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.sightings.erased import erased_until
from api.sightings.stored import SOME_PATROLS, Outings, stored_tracks
from api.sightings.targets import Targets, read_city, view
from api.sightings.wholes import Found, read_watched, renew_wholes, see_wholes, write_wholes
from geo.coverage.sightings import Track
from layers import query
from layers.catalogue import Catalogue, Layer, read_catalogue

__all__ = ["claim_wholes", "limited_wholes", "resight_inside", "resight_wholes", "store_wholes", "stored_wholes"]


def stored_wholes(connection: Connection) -> set[tuple[str, float]]:
    """The layers and reaches, metres, for which what every patrol saw of areas and points is stored."""
    return {(row["layer"], row["reach_m"]) for row in query.rows(connection, "coverage/wholes_stored")}


def limited_wholes(connection: Connection) -> dict[tuple[str, float], datetime]:
    """Those of them that are complete only from an instant on, with that instant: tracks before it were erased."""
    rows = query.rows(connection, "coverage/wholes_stored")
    return {(row["layer"], row["reach_m"]): row["since"] for row in rows if row["since"]}


def claim_wholes(connection: Connection, reaches_m: Sequence[float], catalogue: Catalogue | None = None) -> None:
    """Record every watched layer as stored at these reaches, where there is no patrol yet."""
    _record(connection, [(layer.id, m) for layer in (catalogue or read_catalogue()).watched_layers for m in reaches_m])


def store_wholes(
    connection: Connection,
    reaches_m: Sequence[float],
    tell: Callable[[str], None] = lambda line: None,
    catalogue: Catalogue | None = None,
) -> list[tuple[str, float]]:
    """Make every watched layer stored at each of these reaches, in the caller's transaction; those that were not yet.

    Where patrols were erased, complete only from the end of the last of these on, which it says. No patrol is taken in
    meanwhile.
    """
    targets = Targets(catalogue or read_catalogue())
    before = stored_wholes(connection)
    wanted = [(layer.id, reach_m) for layer in targets.catalogue.watched_layers for reach_m in reaches_m]
    missing = [pair for pair in wanted if pair not in before]
    if not missing:
        return []
    query.execute(connection, "patrol/resight_lock")
    city, count = read_city(connection), int(query.value(connection, "patrol/legs_count"))
    names = "、".join(sorted({layer for layer, _ in missing}))
    if since := erased_until(connection):
        tell(f"图层 {names} 的所见自 {since.isoformat()} 起算全:此前有定位点已删除。 tracks were erased")
    if count:
        tell(f"补算 {count:,} 次巡查对 {names} 的所见… working out what was seen of areas and points")
    among = []
    for reach_m in sorted({reach_m for _, reach_m in missing}):
        layers = [layer for layer in targets.catalogue.watched_layers if (layer.id, reach_m) in missing]
        among.append((read_watched(connection, layers, city, targets), [reach_m]))
    for patrol_id, track in _all_tracks(connection):
        for one in among:
            renew_wholes(connection, patrol_id, track, one)
    _record(connection, missing, since)
    return missing


def resight_wholes(connection: Connection, layer: Layer, codes: Iterable[str], outings: Outings | None = None) -> int:
    """Work out anew, in the caller's transaction, what every stored patrol saw of these areas and points: the visits.

    At every reach that is stored. What was known before is superseded; of what is no longer there, nothing is left in
    force. Where a patrol's legs are gone, what it saw stays as it is. outings: as `resight` has them.
    """
    listed = sorted(set(codes))
    reaches_m = [reach_m for name, reach_m in stored_wholes(connection) if name == layer.id]
    if not listed or not reaches_m or not layer.watched:
        return 0
    query.execute(connection, "patrol/resight_lock")
    query.execute(connection, "coverage/wholes_forget", None, layer=layer.id, codes=listed)
    city = read_city(connection)
    watched = read_watched(connection, [layer], city, Targets(read_catalogue()), listed)
    written, ready = 0, list[tuple[int, Found]]()
    for patrol_id, _, track in (outings or Outings(connection, city)).near(layer, listed, reaches_m):
        ready.append((patrol_id, see_wholes(track, watched, reaches_m)))
        written += len(ready[-1][1])
        if len(ready) == SOME_PATROLS:
            write_wholes(connection, ready, city.metric_crs)
            ready = []
    write_wholes(connection, ready, city.metric_crs)
    return written


def resight_inside(connection: Connection, lines: Layer, codes: Iterable[str], outings: Outings | None = None) -> int:
    """Work out anew what was seen of areas told by their roads, where these roads cross them, or did: the visits."""
    if lines.derived:
        return 0
    names = {"lines": lines.table, "history": f"{lines.table}_history"}
    written = 0
    for layer in read_catalogue().watched_layers:
        if layer.by_roads:
            bound = {"codes": sorted(set(codes))}
            crossed = query.rows(connection, "coverage/wholes_crossed", names | {"table": view(layer)}, **bound)
            written += resight_wholes(connection, layer, [row["code"] for row in crossed], outings)
    return written


def _record(connection: Connection, pairs: Sequence[tuple[str, float]], since: datetime | None = None) -> None:
    layers, reaches_m = [layer for layer, _ in pairs], [reach_m for _, reach_m in pairs]
    query.execute(connection, "coverage/wholes_record", None, layers=layers, reaches_m=reaches_m, since=since)


def _all_tracks(connection: Connection) -> Iterator[tuple[int, Track]]:
    city, after = read_city(connection), -1
    while legs := query.rows(connection, "patrol/legs_after", None, after=after, most=SOME_PATROLS):
        yield from stored_tracks(connection, legs, city)
        after = int(legs[-1]["patrol_id"])

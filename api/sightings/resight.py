"""What lines that are new or have changed were seen of by patrols that went out before."""

from collections.abc import Iterable

from sqlalchemy import Connection

from api.sightings.carried import carry_over, keep_unknown
from api.sightings.reaches import stored_reaches
from api.sightings.sides import BANK, OWN_SIDE, by_reach, read_sides, side_sightings, stored_sides
from api.sightings.sighting import ALL, Writer, refresh_last_seen, sight_lines
from api.sightings.stored import Outings
from api.sightings.targets import read_city, read_target
from layers import query
from layers.catalogue import Layer, read_catalogue

_CARRIED = ((ALL, "coverage/carry_over"), (OWN_SIDE, "coverage/carry_over_side"))


def resight(connection: Connection, layer: str | Layer, codes: Iterable[str], outings: Outings | None = None) -> int:
    """Work out anew, in the caller's transaction, what every stored patrol saw of these lines; how many sightings.

    At every reach that is stored. What was known of them before is superseded, not overwritten. Lines that are no
    longer there lose their sightings. Where a patrol's legs are gone, what it saw is carried over to the changed line.
    outings: where tracks are held that are looked at more than once.
    """
    listed = sorted(set(codes))
    if not listed:
        return 0
    known = layer if isinstance(layer, Layer) else read_catalogue()[layer]
    query.execute(connection, "patrol/resight_lock")
    for kept in (ALL, OWN_SIDE) if known.id == BANK else (ALL,):
        for step in ("patrol/sighting_forget", "patrol/sighting_supersede"):
            query.execute(connection, step, kept.names, layer=known.id, codes=listed)
    city, reaches = read_city(connection), stored_reaches(connection)
    stored = [pair for pair in stored_sides(connection) if pair[0] in set(listed)] if known.id == BANK else []
    sides = read_sides(connection, city, by_reach(stored))
    target = read_target(connection, known, city, listed)
    all_m = [*reaches, *(sided.reach_m for sided in sides)]
    with Writer(connection) as writer, Writer(connection, OWN_SIDE) as beside:
        for patrol_id, mode, track in (outings or Outings(connection, city)).near(known, listed, all_m):
            writer.add(patrol_id, sight_lines(track, [target], reaches)[0])
            for sided in sides:
                beside.add(patrol_id, side_sightings(track, mode, sided))
    written = writer.written
    written += carry_over(connection, known, target, city, _CARRIED[: 2 if known.id == BANK else 1])
    keep_unknown(connection, known, target, city)
    refresh_last_seen(connection, known.id, listed)
    return written

"""Duties that ask for the same side of the water: which banks they mean, and storing what was seen of these."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from api.duties.read import Charge, read_duties
from api.sightings.sides import BANK, OWN_SIDE, by_reach, read_sides, side_sightings, stored_sides
from api.sightings.sighting import Writer
from api.sightings.stored import Outings
from api.sightings.targets import read_city
from geo.duties.duty import Duty
from geo.duties.same_side import EXEMPT_MODES
from layers import query
from layers.catalogue import Catalogue

Pair = tuple[str, float]
"""A bank, and a reach in metres."""
EVER = (date(1970, 1, 1), date(2200, 1, 1))


def sided(charge: Charge, duty: Duty) -> bool:
    """Whether a version of a duty counts only what was seen from the same side: what is no bank has none."""
    return duty.same_side and charge.layer == BANK


def wanted_sides(charges: Iterable[Charge]) -> set[Pair]:
    """The banks that duties want to be seen from their own side, each with the reach."""
    return {
        (code, duty.reach_m)
        for charge in charges
        for duty in charge.versions
        if sided(charge, duty)
        for code in charge.codes
    }


def missing_sides(connection: Connection, charges: Iterable[Charge], known_at: datetime | None = None) -> set[Pair]:
    """Those of them that are not stored, or were not at an instant; asks the database only where there are any."""
    wanted = wanted_sides(charges)
    if not wanted:
        return set()
    stored = stored_sides(connection)
    return {pair for pair in wanted if pair not in stored or (known_at and stored[pair] > known_at)}


def every_side(connection: Connection, catalogue: Catalogue) -> list[Charge]:
    """The duties that ever ask for the same side."""
    return read_duties(connection, catalogue, EVER, {"same_side": True})


def store_sides(
    connection: Connection, catalogue: Catalogue, tell: Callable[[str], None] = lambda line: None
) -> list[Pair]:
    """Store what every patrol saw from its own side of the banks that duties ask it for, in the caller's transaction.

    Only what is not stored yet, which it answers. Of a patrol whose legs are gone, what it saw is taken as it is, and
    marked, unless its mode sees both sides. No patrol is taken in meanwhile.
    """
    charges = every_side(connection, catalogue)
    if not missing_sides(connection, charges):
        return []
    query.execute(connection, "patrol/resight_lock")
    missing = sorted(missing_sides(connection, charges))
    if missing:
        tell(f"补算 {len(missing)} 条岸线的同岸所见… working out what was seen from the same side")
    for reach_m, codes in by_reach(missing).items():
        _store(connection, catalogue, reach_m, codes)
    return missing


def _store(connection: Connection, catalogue: Catalogue, reach_m: float, codes: Sequence[str]) -> None:
    city = read_city(connection)
    sides = read_sides(connection, city, {reach_m: codes})
    with Writer(connection, OWN_SIDE) as writer:
        for patrol_id, mode, track in Outings(connection, city).near(catalogue[BANK], codes, [reach_m]):
            for sided in sides:
                writer.add(patrol_id, side_sightings(track, mode, sided))
    bound = {"codes": list(codes), "reach_m": reach_m}
    query.execute(connection, "coverage/side_untold", None, exempt=list(EXEMPT_MODES), **bound)
    query.execute(connection, "coverage/side_record", None, **bound)

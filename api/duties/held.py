"""Which post answers for what of a layer: by the duties in force, whatever way they name their targets.

Banks have reaches, and a reach names its post; of other layers it is the duties that say who answers for them.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from api.coverage.asked import Asked
from api.coverage.pieces import By, Held
from api.duties.read import read_duties
from api.sightings.sides import BANK
from api.sightings.targets import read_city
from api.transfer.tables import POST
from api.versions.rows import versions
from geo.duties.calendar import instant, local_date
from layers.catalogue import Catalogue

__all__ = ["held_by"]


def held_by(connection: Connection, catalogue: Catalogue, asked: Asked, by: By) -> list[Held]:
    """What the duties of the day on which it is asked have posts answer for, in order of post; it may overlap.

    The day is today, or that of `known_at`, as known then. Empty where coverage is not asked by post, and of banks.
    """
    if by != "post" or asked.layer.id == BANK:
        return []
    zone = read_city(connection).zone
    day = local_date((asked.known_at or datetime.now(UTC)).timestamp(), zone)
    days, like = (day, day + timedelta(days=1)), {"layer": asked.layer.id}
    charges = read_duties(connection, catalogue, days, like, known_at=asked.known_at)
    names = {one.fields["code"]: one.fields["name"] for one in versions(connection, POST, known_at=asked.known_at)}
    begun_s = instant(day, 0, zone)
    held = [
        Held(post, names.get(post) or post, charge.codes[target], from_cm, to_cm)
        for charge in charges
        if charge.layer == asked.layer.id
        for post in (charge.in_force(begun_s).post_code,)
        for target, from_cm, to_cm in zip(*(column.tolist() for column in charge.scope[:3]), strict=True)
    ]
    return sorted(set(held))

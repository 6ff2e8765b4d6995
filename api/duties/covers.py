"""What a duty is about today, as people read it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from api.duties.read import read_duties
from api.sightings.sides import BANK
from api.sightings.targets import read_city
from api.versions.rows import today
from layers.catalogue import Catalogue


def banks_today(connection: Connection, catalogue: Catalogue, code: str) -> tuple[str, ...]:
    """The codes of the banks that a duty is about today."""
    day = today(connection)
    charges = read_duties(connection, catalogue, (day, day + timedelta(days=1)), {"code": code})
    return tuple(sorted({bank for charge in charges if charge.layer == BANK for bank in charge.codes}))


def covered_today(connection: Connection, catalogue: Catalogue, code: str) -> list[dict[str, Any]]:
    """Each stretch that a duty covers today, or whole target with no ends; an empty list where it is not in force."""
    day, zone = today(connection), read_city(connection).zone
    charges = read_duties(connection, catalogue, (day, day + timedelta(days=1)), {"code": code})
    return [
        {
            "layer": charge.layer,
            "target": charge.codes[target],
            "stretch": charge.stretches[stretch],
            "from_m": None if charge.whole else low / 100,
            "to_m": None if charge.whole else high / 100,
            "since": datetime.fromtimestamp(began_s, zone).date().isoformat(),
        }
        for charge in charges
        for target, low, high, began_s, _, stretch in zip(*(c.tolist() for c in charge.scope), strict=True)
    ]
